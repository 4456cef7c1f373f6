from __future__ import annotations

import json

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.canned import Canned, connect_to
from tests.support.payout_frames import put_right
from trackagoat_pandas.errors import (
    ForbiddenError,
    MissingArgumentError,
    NotFoundError,
    PartialLoadError,
)

PROJECT = "Q1 Brand Program"
ONE, TWO = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"

SINGLE = {
    "method": tgp.load_payout_methods,
    "structure": tgp.load_payout_structures,
    "accrual": tgp.load_payout_accruals,
    "payment": tgp.load_payout_payments,
}


def test_frames_know_the_names_of_what_was_asked_for(client):
    own = tgp.load_payout_accruals("Q1 Brand Program", creator="@salty.tonic", client=client)
    assert [*own.attrs["trackagoat"]["names"].values()] == ["salty.tonic"]
    rules = tgp.load_payout_structures(client=client)
    assert "Summer Launch" in rules.attrs["trackagoat"]["names"].values()
    assert "names" not in tgp.load_payout_methods(client=client).attrs["trackagoat"]


@pytest.mark.parametrize("argument", SINGLE)
def test_one_resource_by_its_id_is_a_frame_of_one_row(client, argument):
    load = SINGLE[argument]
    everything = load(client=client)
    one = load(client=client, **{argument: everything["id"].iloc[-1]})
    assert one.iloc[0].to_dict() == everything.iloc[-1].to_dict() or one.isna().equals(
        everything.tail(1).reset_index(drop=True).isna()
    )
    assert one.dtypes.to_dict() == everything.dtypes.to_dict()


@pytest.mark.parametrize("argument", SINGLE)
def test_an_unknown_id_is_a_lookup_error(client, argument):
    with pytest.raises(NotFoundError, match="404") as caught:
        SINGLE[argument](client=client, **{argument: ONE})
    assert isinstance(caught.value, LookupError)


def test_disabled_methods_come_only_when_asked_for(client):
    usual = tgp.load_payout_methods(client=client)
    everything = tgp.load_payout_methods(include_disabled=True, client=client)
    assert usual["is_active"].all()
    assert len(everything) > len(usual)


def test_assignments_of_every_structure_are_one_frame(client):
    structures = tgp.load_payout_structures(PROJECT, client=client)
    assignments = tgp.load_payout_assignments(structures, client=client)
    assert set(assignments["structure_id"]) <= set(structures["id"])
    singly = [len(tgp.load_payout_assignments(id_, client=client)) for id_ in structures["id"]]
    assert len(assignments) == sum(singly) > 0


@pytest.mark.parametrize("status", ["pending", "paid", "voided"])
def test_accruals_can_be_filtered_by_status(client, status):
    accruals = tgp.load_payout_accruals(status=status, client=client)
    assert set(accruals["status"]) == {status}


def test_payments_sum_to_the_accruals_that_they_settle(box, client):
    accruals = tgp.load_payout_accruals(client=client)
    payments = put_right(box, tgp.load_payout_payments(status="recorded", client=client))
    settled = set(payments["accrual_ids"].map(json.loads).explode())
    paid = accruals.loc[accruals["id"].isin(settled), "amount_cents"].sum()
    assert paid == payments["amount_cents"].sum() > 0


def test_a_range_of_days_narrows_the_ledger(client):
    everything = tgp.load_payout_payments(client=client)
    may = tgp.load_payout_payments(dates="2026-05", client=client)
    assert 0 < len(may) < len(everything)


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ({}, r"refused with 404\. This server has no list of accruals, which the API doesn't doc"),
        ({"status": "paid", "dates": "2026"}, r"\. This server has no list of accruals"),
        (
            {"creator": ONE},
            r"\. This server has no list of accruals.* unless .* the creator doesn't exist",
        ),
    ],
)
def test_a_missing_list_of_accruals_is_explained(filters, said):
    with connect_to(Canned({})) as client, pytest.raises(NotFoundError, match=said) as caught:
        tgp.load_payout_accruals(client=client, **filters)
    assert "`tgp.accrue` computes accruals" in str(caught.value)
    assert caught.value.status == 404


def test_an_accrual_that_is_not_there_says_nothing_of_the_list():
    with connect_to(Canned({})) as client, pytest.raises(NotFoundError, match="404") as caught:
        tgp.load_payout_accruals(accrual=ONE, client=client)
    assert "list of accruals" not in str(caught.value)


def test_disabled_methods_are_refused_to_all_but_admins_and_the_error_says_so():
    app = Canned({"/payout-methods": (403, {"code": "insufficient_scope", "required": "admin"})})
    with (
        connect_to(app) as client,
        pytest.raises(ForbiddenError, match="Only admins of the organization may list disabled"),
    ):
        tgp.load_payout_methods(include_disabled=True, client=client)
    assert app.asked == [("/payout-methods", {"limit": "100", "include_disabled": "1"})]


def test_a_refusal_of_methods_in_use_says_nothing_of_disabled_ones():
    with (
        connect_to(Canned({"/payout-methods": 403})) as client,
        pytest.raises(ForbiddenError, match="403") as caught,
    ):
        tgp.load_payout_methods(client=client)
    assert "disabled" not in str(caught.value)


@pytest.mark.parametrize("flaw", [404, {"data": None}, {"data": [5]}, {"data": "x"}])
def test_a_structure_whose_assignments_do_not_come_is_named_and_the_others_carried(flaw):
    answer = {**flaw, "error": None, "meta": None} if isinstance(flaw, dict) else flaw
    rules = {
        f"/payout-structures/{ONE}/assignments": [{"id": ONE, "structure_id": ONE}],
        f"/payout-structures/{TWO}/assignments": answer,
    }
    with (
        connect_to(Canned(rules)) as client,
        pytest.raises(PartialLoadError, match=f"1 of 2 structures failed: {TWO}") as caught,
    ):
        tgp.load_payout_assignments([ONE, TWO], client=client)
    assert list(caught.value.failures) == [TWO]
    assert caught.value.frame["structure_id"].tolist() == [ONE]
    assert caught.value.frame.goat.provenance["complete"] is False


def test_a_structure_that_fails_is_named_as_in_the_given_frame():
    structures = pd.DataFrame({"id": [ONE, TWO], "name": ["Retainer", "Bonus"]})
    app = Canned({f"/payout-structures/{ONE}/assignments": []})
    with connect_to(app) as client, pytest.raises(PartialLoadError, match="failed: Bonus"):
        tgp.load_payout_assignments(structures, client=client)


def test_one_structure_needs_no_more_than_its_id():
    app = Canned({f"/payout-structures/{ONE}": {"id": ONE, "name": "Retainer"}})
    with connect_to(app) as client:
        structure = tgp.load_payout_structures(structure=ONE, client=client)
    assert structure["name"].tolist() == ["Retainer"]
    assert structure["version"].isna().all()


def test_the_one_structure_that_fails_raises_its_own_error():
    with connect_to(Canned({})) as client, pytest.raises(NotFoundError, match=f"{ONE}/assignments"):
        tgp.load_payout_assignments(ONE, client=client)


LEDGERS = [tgp.load_payout_accruals, tgp.load_payout_payments]


@pytest.mark.parametrize("load", LEDGERS)
def test_a_ledger_of_all_projects_says_the_time_zone(box, load):
    with tgp.connect(box.key, base_url=box.base_url, rate_limit=None) as own:
        frame = load(client=own)
    assert frame.attrs["trackagoat"]["timezone"] == "America/New_York"


@pytest.mark.parametrize("load", LEDGERS)
def test_a_ledger_is_not_lost_where_projects_can_not_be_listed(client, load):
    path = f"/payout-{load.__name__.removeprefix('load_payout_')}"
    app = Canned({path: [next(iter(client.records(path)))], "/projects": 403})
    with connect_to(app) as own:
        frame = load(client=own)
    assert (len(frame), frame.attrs["trackagoat"]["timezone"]) == (1, None)


def test_a_missing_structure_is_named(client):
    with pytest.raises(MissingArgumentError, match="`structure` is required: give ids"):
        tgp.load_payout_assignments(client=client)
