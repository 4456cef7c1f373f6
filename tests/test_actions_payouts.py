from __future__ import annotations

import json
from inspect import signature

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.acting import PROJECT, acting, ids_of
from tests.canned import Canned, connect_to
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ChoiceError,
    ConflictError,
    MissingArgumentError,
)


@pytest.fixture
def client():
    with acting() as (connected, _):
        yield connected


def accruals_of(client, status="pending"):
    accruals = tgp.load_payout_accruals(client=client)
    return accruals[accruals["status"] == status]


def due_of(client):
    """The pending accruals of the creator who has the most of them."""
    pending = accruals_of(client)
    return pending[pending["creator_id"] == pending["creator_id"].mode()[0]]


def method_of(client):
    return tgp.load_payout_methods(client=client).head(1)


def pay(client, due, **options):
    return tgp.actions.record_payment(
        due["creator_id"].iloc[0],
        due,
        amount_cents=due["amount_cents"].sum(),
        method=method_of(client),
        client=client,
        **options,
    )


def test_a_payment_settles_accruals_and_voiding_it_restores_them(client):
    due = due_of(client)
    paid = pay(client, due, paid_at="2026-06-14T10:00:00+02:00", note="June")
    assert paid["amount_cents"].tolist() == [due["amount_cents"].sum()]
    assert paid["method_name"].tolist() == method_of(client)["name"].tolist()
    assert paid["paid_at"].tolist() == [pd.Timestamp("2026-06-14T08:00:00Z")]
    assert not set(due["id"]) & set(accruals_of(client)["id"])
    voided = tgp.actions.void_payment(paid, client=client)
    assert voided["status"].tolist() == ["voided"]
    assert voided["note"].tolist() == ["June"]
    assert set(due["id"]) <= set(accruals_of(client)["id"])
    with pytest.raises(ConflictError, match="HTTP 409 no_change") as caught:
        tgp.actions.void_payment(paid, client=client)
    assert caught.value.code == "no_change"


def test_the_same_payment_is_recorded_once_unless_another_key_says_otherwise(client):
    due = due_of(client).head(1)
    first, again = pay(client, due), pay(client, due)
    assert first["id"].tolist() == again["id"].tolist()
    with pytest.raises(ConflictError, match="not pending") as caught:
        pay(client, due, idempotency_key="anew")
    assert caught.value.code == "state_conflict"


@pytest.mark.parametrize("fault", ["lost", "500 after", "502"])
def test_a_lost_answer_pays_nobody_twice(fault):
    with acting(plan={3: fault}) as (client, _):
        due = due_of(client).head(1)
        method = method_of(client)["id"][0]
        before = client.requests_sent
        paid = tgp.actions.record_payment(due, due, amount_cents=5, method=method, client=client)
        assert (before, client.requests_sent) == (2, 4)
        payments = tgp.load_payout_payments(client=client)
    assert payments["accrual_ids"].str.contains(due["id"].iloc[0]).sum() == 1
    assert paid["id"][0] in set(payments["id"])


@pytest.mark.parametrize(
    ("change", "error", "match"),
    [
        ({"amount_cents": 12.5}, ArgumentTypeError, "amount_cents.*never a float"),
        ({"amount_cents": 12.0}, ArgumentTypeError, "amount_cents.*never a float"),
        ({"amount_cents": 0}, ArgumentError, "amount_cents.*at least 1"),
        ({"accruals": []}, ArgumentError, "settles 1 to 50"),
        ({"accruals": ids_of(51)}, ArgumentError, "settles 1 to 50"),
        ({"method": ids_of(2)}, ArgumentError, "give one method"),
        ({"creator": "ann"}, ArgumentError, "creator"),
        ({"paid_at": "2026-06-14"}, ArgumentError, "paid_at.*offset"),
        ({"note": ""}, ArgumentError, "note"),
    ],
)
def test_a_payment_that_cannot_be_right_is_not_sent(change, error, match):
    one = ids_of(1)[0]
    told = {"creator": one, "accruals": [one], "amount_cents": 5, "method": one, **change}
    with connect_to(Canned({})) as client:
        with pytest.raises(error, match=match):
            tgp.actions.record_payment(**told, client=client)
        assert client.requests_sent == 0


def test_a_payments_note_is_changed_and_cleared(client):
    payment = tgp.load_payout_payments(client=client).head(1)
    assert tgp.actions.update_payment(payment, note="x", client=client)["note"].tolist() == ["x"]
    assert tgp.actions.update_payment(payment, note=None, client=client)["note"].isna().all()


def test_accruals_are_voided_and_restored_and_paid_ones_stay(client):
    some = pd.concat([accruals_of(client).head(2), accruals_of(client, "paid").head(1)])
    done = tgp.actions.update_accruals(some, status="voided", note="Test", client=client)
    assert done["status"].tolist() == ["updated", "updated", "failed"]
    assert done["error_code"][2] == "state_conflict"
    assert set(some["id"][:2]) <= set(accruals_of(client, "voided")["id"])
    back = tgp.actions.update_accruals(some.head(2), status="pending", client=client)
    assert back["status"].tolist() == ["updated", "updated"]


RULES = [
    ("recurring", {"amount_cents": 5_000, "period": "weekly", "proration": "daily"}),
    ("goal", {"amount_cents": 5_000, "period": "weekly", "goal_metric": "posts"}),
    ("cpm", {"cpm_cents": 250, "cap_cents": 100_000}),
    ("view_threshold", {"amount_cents": 5_000, "threshold_views": 10_000}),
]


@pytest.mark.parametrize(("kind", "told"), RULES)
def test_a_rule_of_each_kind_is_made_with_what_it_needs(client, kind, told):
    made = tgp.actions.create_payout_structure(PROJECT, kind, kind, **told, client=client)
    assert made["kind"].tolist() == [kind]
    assert made[list(told)].iloc[0].to_dict() == told
    assert made["version"].tolist() == [1]


@pytest.mark.parametrize(("kind", "told"), RULES)
def test_a_rule_that_lacks_something_is_not_sent(kind, told):
    needed = {name for name in told if name not in {"proration", "cap_cents"}}
    with connect_to(Canned({})) as client:
        for name in needed:
            rest = {one: value for one, value in told.items() if one != name}
            with pytest.raises(ArgumentError, match=f"{name}.*a {kind} structure needs it"):
                tgp.actions.create_payout_structure(PROJECT, "x", kind, **rest, client=client)
        assert client.requests_sent == 0


@pytest.mark.parametrize(
    ("kind", "told", "error", "match"),
    [
        ("cpm", {"cpm_cents": 5, "amount_cents": 5}, ArgumentError, "has no use for it"),
        ("cpm", {"cpm_cents": 2.5}, ArgumentTypeError, "never a float"),
        ("barter", {}, ChoiceError, "kind='barter'"),
        ("recurring", {"amount_cents": 5, "period": "hourly"}, ChoiceError, "period='hourly'"),
    ],
)
def test_a_rule_that_makes_no_sense_is_not_sent(kind, told, error, match):
    with connect_to(Canned({})) as client:
        with pytest.raises(error, match=match):
            tgp.actions.create_payout_structure(PROJECT, "x", kind, **told, client=client)
        assert client.requests_sent == 0


def test_a_new_rule_is_a_new_version_and_a_new_name_is_not(client):
    rule = tgp.actions.create_payout_structure(PROJECT, "CPM", "cpm", cpm_cents=250, client=client)
    named = tgp.actions.update_payout_structure(rule, name="Views", client=client)
    edited = tgp.actions.update_payout_structure(rule, cpm_cents=300, client=client)
    assert (named["version"][0], edited["version"][0]) == (1, 2)
    assert edited["name"].tolist() == ["Views"]
    ended = tgp.actions.remove_payout_structures(rule, client=client)
    assert ended["status"].tolist() == ["deleted"]


def test_a_rule_is_assigned_and_ended(client):
    rule = tgp.actions.create_payout_structure(PROJECT, "CPM", "cpm", cpm_cents=250, client=client)
    creators = tgp.load_creators(PROJECT, client=client).head(2)
    done = tgp.actions.assign_payout_structure(
        rule, creators, start_date="2026-06-01", client=client
    )
    loaded = tgp.load_payout_assignments(rule, client=client).set_index("id").loc[done["id"]]
    assert loaded["creator_id"].tolist() == done["item"].tolist() == creators["id"].tolist()
    again = tgp.actions.assign_payout_structure(
        rule, creators.head(1), start_date="2026-07-01", client=client
    )
    assert again["error_code"].tolist() == ["duplicate"]
    ended = tgp.actions.unassign_payout_structure(rule, creators, confirm=True, client=client)
    assert ended["status"].tolist() == ["deleted", "deleted"]
    assert tgp.load_payout_assignments(rule, client=client)["end_date"].notna().all()


def test_an_assignment_needs_its_first_day():
    with (
        connect_to(Canned({})) as client,
        pytest.raises(ArgumentError, match="`start_date` is required"),
    ):
        tgp.actions.assign_payout_structure(ids_of(1)[0], ids_of(2), client=client)


def test_a_method_of_ones_own_comes_and_goes_and_a_built_in_one_stays(client):
    methods = tgp.load_payout_methods(client=client)
    built_in = methods[methods["is_default"]].head(1)
    own = tgp.actions.create_payout_method(
        "Barter", icon_path="icons/hay.png", metadata={"per": "bale"}, readme="x", client=client
    )
    assert own["metadata"].tolist() == ['{"per":"bale"}']
    off = tgp.actions.update_payout_method(own, is_active=False, readme=None, client=client)
    assert (off["is_active"][0], off["readme"].isna()[0]) == (False, True)
    gone = tgp.actions.remove_payout_methods(
        [own["id"][0], built_in["id"].iloc[0]], confirm=True, client=client
    )
    assert gone["status"].tolist() == ["deleted", "failed"]
    assert gone["error_code"][1] == "default_method"
    with pytest.raises(ConflictError, match="built-in") as caught:
        tgp.actions.update_payout_method(built_in, is_active=False, client=client)
    assert caught.value.code == "default_method"


def test_a_methods_name_has_100_characters():
    with (
        connect_to(Canned({})) as client,
        pytest.raises(ArgumentError, match="101 characters; the limit is 100"),
    ):
        tgp.actions.create_payout_method("x" * 101, client=client)


@pytest.mark.parametrize("nothing", [None, pd.NA, float("nan")])
@pytest.mark.parametrize(
    ("write", "name"),
    [
        (
            lambda nothing, client: tgp.actions.record_payment(
                ids_of(1), ids_of(1), amount_cents=nothing, method=ids_of(1), client=client
            ),
            "amount_cents",
        ),
        (
            lambda nothing, client: tgp.actions.update_accruals(
                ids_of(1), status=nothing, client=client
            ),
            "status",
        ),
        (
            lambda nothing, client: tgp.actions.create_payout_structure(
                ids_of(1)[0], nothing, "cpm", cpm_cents=1, client=client
            ),
            "name",
        ),
        (
            lambda nothing, client: tgp.actions.create_payout_structure(
                ids_of(1)[0], "x", nothing, cpm_cents=1, client=client
            ),
            "kind",
        ),
        (lambda nothing, client: tgp.actions.create_payout_method(nothing, client=client), "name"),
        (lambda nothing, client: tgp.actions.create_project(nothing, client=client), "name"),
        (lambda nothing, client: tgp.actions.create_api_key(nothing, client=client), "name"),
        (
            lambda nothing, client: tgp.actions.create_campaign(
                ids_of(1)[0], nothing, client=client
            ),
            "name",
        ),
        (
            lambda nothing, client: tgp.actions.annotate(
                nothing, "x", project=ids_of(1)[0], client=client
            ),
            "date",
        ),
    ],
)
def test_what_a_request_needs_is_never_left_out_of_it(nothing, write, name):
    with connect_to(Canned({})) as client:
        with pytest.raises(MissingArgumentError, match=f"`{name}` is required"):
            write(nothing, client)
        assert client.requests_sent == 0


def test_only_an_edit_switches_a_method_off():
    parameters = signature(tgp.actions.create_payout_method).parameters
    assert "is_active" not in parameters
    with connect_to(Canned({})) as client:
        plan = tgp.actions.update_payout_method(
            ids_of(1)[0], is_active=False, dry_run=True, client=client
        )
    assert plan["method"].tolist() == ["PATCH"]
    assert json.loads(plan["body"][0]) == {"is_active": False}
