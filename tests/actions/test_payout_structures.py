from __future__ import annotations

import pytest

import trackagoat_pandas as tgp
from tests.support.acting import PROJECT, connected
from tests.support.canned import Canned, connect_to
from trackagoat_pandas.errors import ArgumentError

client = pytest.fixture(scope="module")(connected)


RULES = [
    ("recurring", {"amount_cents": 5_000, "period": "weekly", "proration": "daily"}),
    ("goal", {"amount_cents": 5_000, "period": "weekly", "goal_metric": "posts"}),
    ("cpm", {"cpm_cents": 250, "cap_cents": 100_000}),
    ("view_threshold", {"amount_cents": 5_000, "threshold_views": 10_000}),
]


@pytest.mark.parametrize(("kind", "fields"), RULES)
def test_a_rule_of_each_kind_is_made_with_what_it_needs(client, kind, fields):
    made = tgp.actions.create_payout_structure(PROJECT, kind, kind, **fields, client=client)
    assert made["kind"].tolist() == [kind]
    assert made[list(fields)].iloc[0].to_dict() == fields
    assert made["version"].tolist() == [1]


@pytest.mark.parametrize(("kind", "fields"), RULES)
def test_a_rule_without_what_it_needs_is_not_sent(kind, fields):
    needed = {name for name in fields if name not in {"proration", "cap_cents"}}
    with connect_to(Canned({})) as client:
        for name in needed:
            rest = {one: value for one, value in fields.items() if one != name}
            with pytest.raises(ArgumentError, match=f"{name}.*a {kind} structure needs it"):
                tgp.actions.create_payout_structure(PROJECT, "x", kind, **rest, client=client)
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


def test_a_creator_of_another_project_is_not_assigned(client):
    rule = tgp.actions.create_payout_structure(
        PROJECT, "CPM at home", "cpm", cpm_cents=250, client=client
    )
    other = tgp.load_creators("Summer Launch", client=client).head(1)
    given = {"start_date": "2026-06-01", "client": client}
    plan = tgp.actions.assign_payout_structure(rule, other, **given, dry_run=True)
    assert plan["status"].tolist() == ["not found"]
    sent = tgp.actions.assign_payout_structure(rule, other, **given)
    assert sent["status"].tolist() == ["failed"]
