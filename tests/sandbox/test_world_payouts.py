"""The money of the demo world: every rule pays, and every sum adds up."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from trackagoat_pandas.sandbox.database import Database
from trackagoat_pandas.sandbox.world import build_world

KINDS = {"recurring", "goal", "cpm", "view_threshold"}


@pytest.fixture(scope="module", params=[7, 1])
def demo(request: pytest.FixtureRequest) -> Iterator[Database]:
    with Database() as database:
        build_world(database, seed=request.param)
        yield database


def accruals(database: Database) -> dict[str, dict[str, Any]]:
    sql = (
        "SELECT payout_accruals.*, rule.kind AS rule, rule.amount_cents AS flat, "
        "rule.cpm_cents, rule.cap_cents, rule.effective_date FROM payout_accruals "
        "JOIN payout_structures AS rule ON rule.id = structure_id AND version = structure_version"
    )
    rows = [dict(row) for row in database.rows(sql)]
    return {row["id"]: {**row, "basis": json.loads(row["basis"])} for row in rows}


def payments(database: Database) -> list[dict[str, Any]]:
    rows = [dict(row) for row in database.rows("SELECT * FROM payout_payments ORDER BY rowid")]
    return [{**row, "accrual_ids": json.loads(row["accrual_ids"])} for row in rows]


def mistaken(database: Database, kind: str) -> set[str]:
    """Ids of the accruals or payments with a planted mistake of one kind."""
    rows = database.rows("SELECT * FROM planted WHERE kind = 'ledger_error'")
    return {row["entity_id"] for row in rows if json.loads(row["facts"])["kind"] == kind}


def regular(database: Database, rule: str | None = None) -> list[dict[str, Any]]:
    """Accruals that are neither an adjustment nor voided or counted twice, of one rule or all."""
    twice = mistaken(database, "counted_twice")
    return [
        accrual
        for accrual in accruals(database).values()
        if accrual["kind"] == "accrual"
        and accrual["id"] not in twice
        and accrual["status"] != "voided"
        and rule in {None, accrual["rule"]}
    ]


def test_every_kind_of_rule_has_paid_and_pending_amounts(demo: Database) -> None:
    everything = accruals(demo).values()
    assert len(everything) == demo.rows("SELECT COUNT(*) FROM payout_accruals")[0][0]
    found = {(accrual["rule"], accrual["status"]) for accrual in everything}
    assert found >= {(kind, status) for kind in KINDS for status in ("paid", "pending")}


def test_an_amount_was_voided_and_just_the_adjustments_are_negative(demo: Database) -> None:
    everything = accruals(demo).values()
    assert any(accrual["status"] == "voided" for accrual in everything)
    assert any(accrual["kind"] == "adjustment" for accrual in everything)
    for accrual in everything:
        assert (accrual["amount_cents"] < 0) == (accrual["kind"] == "adjustment")
        assert accrual["amount_cents"] != 0


def test_a_payment_is_the_sum_of_earlier_accruals_of_its_creator(demo: Database) -> None:
    known = accruals(demo)
    for payment in payments(demo):
        listed = [known[accrual_id] for accrual_id in payment["accrual_ids"]]
        if payment["id"] not in mistaken(demo, "wrong_sum"):
            assert payment["amount_cents"] == sum(accrual["amount_cents"] for accrual in listed)
        assert {accrual["creator_id"] for accrual in listed} == {payment["creator_id"]}
        assert {accrual["project_id"] for accrual in listed} == {payment["project_id"]}
        assert max(accrual["created_at"] for accrual in listed) <= payment["paid_at"]


def test_paid_accruals_are_exactly_those_that_one_recorded_payment_lists(demo: Database) -> None:
    again = mistaken(demo, "paid_twice")
    listed = Counter(
        accrual_id
        for payment in payments(demo)
        if payment["status"] == "recorded"
        # The accrual that is paid once more was put last.
        for accrual_id in payment["accrual_ids"][: -1 if payment["id"] in again else None]
    )
    paid = {name for name, accrual in accruals(demo).items() if accrual["status"] == "paid"}
    assert set(listed) == paid
    assert set(listed.values()) == {1}


def test_a_voided_payment_leaves_its_accruals_pending_unless_they_were_paid_again(
    demo: Database,
) -> None:
    known = accruals(demo)
    statuses = [
        {known[accrual_id]["status"] for accrual_id in payment["accrual_ids"]}
        for payment in payments(demo)
        if payment["status"] == "voided"
    ]
    assert {"pending"} in statuses
    assert {"paid"} in statuses
    assert all(status in ({"pending"}, {"paid"}) for status in statuses)


def test_payments_keep_the_name_that_the_method_had(demo: Database) -> None:
    names = {row["id"]: row["name"] for row in demo.rows("SELECT * FROM payout_methods")}
    kept = {(payment["method_name"], names[payment["method_id"]]) for payment in payments(demo)}
    assert ("Wise", "Wise Business") in kept
    assert ("Wise Business", "Wise Business") in kept


def test_built_in_methods_are_the_defaults_and_one_is_switched_off(demo: Database) -> None:
    rows = demo.rows("SELECT * FROM payout_methods")
    assert {row["name"] for row in rows if row["is_default"]} == {"Venmo", "Cash App", "PayPal"}
    assert {row["name"] for row in rows if not row["is_active"]} == {"Paper cheque"}


def test_a_rule_edit_leaves_earlier_periods_alone(demo: Database) -> None:
    regular = [accrual for accrual in accruals(demo).values() if accrual["kind"] == "accrual"]
    assert {accrual["structure_version"] for accrual in regular} == {1, 2}
    for accrual in regular:
        if accrual["structure_version"] == 2:
            assert accrual["effective_date"] <= accrual["period_start"]


def test_some_amounts_are_prorated_and_some_capped(demo: Database) -> None:
    bases = [accrual["basis"] for accrual in regular(demo, "recurring")]
    assert any(basis["days_assigned"] < basis["days_in_period"] for basis in bases)
    is_capped = {one["amount_cents"] == one["cap_cents"] for one in regular(demo, "cpm")}
    assert is_capped == {True, False}


def test_no_period_accrues_twice_and_no_video_reaches_a_milestone_twice(demo: Database) -> None:
    names = ("creator_id", "structure_id", "period_start")
    periods = Counter(tuple(accrual[name] for name in names) for accrual in regular(demo))
    milestones = regular(demo, "view_threshold")
    videos = Counter(name for accrual in milestones for name in accrual["basis"]["video_ids"])
    assert set(periods.values()) == set(videos.values()) == {1}


def test_a_structure_that_is_no_longer_used_has_paid(demo: Database) -> None:
    sql = (
        "SELECT 1 FROM payout_accruals JOIN payout_structures AS rule "
        "ON rule.id = structure_id WHERE NOT rule.is_active AND status = 'paid'"
    )
    assert demo.rows(sql) != []
