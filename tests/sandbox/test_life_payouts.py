"""Pay in the sandbox's life: what falls due is accrued as the rules say, paid, and adds up."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.support.payout_frames import PROJECTS
from tests.support.writer import Writer
from trackagoat_pandas.sandbox import Sandbox
from trackagoat_pandas.sandbox.accruals import accrue
from trackagoat_pandas.sandbox.agenda import Event, Moment
from trackagoat_pandas.sandbox.clock import day_start, format_instant, parse_instant
from trackagoat_pandas.sandbox.closings import pay
from trackagoat_pandas.sandbox.database import Database
from trackagoat_pandas.sandbox.rules import Assignment, Rule

ZONE = ZoneInfo("America/New_York")
BEGIN = datetime.fromisoformat("2026-06-15T12:00:00Z")
SPAN = timedelta(days=52)  # over two ends of months and two pay days


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with Sandbox(rate_limit=None, now="2026-06-15T12:00:00Z") as lived:
        yield lived.advance(SPAN)


def new_accruals(database: Database) -> list[dict[str, Any]]:
    sql = (
        "SELECT payout_accruals.*, timezone FROM payout_accruals "
        "JOIN projects ON projects.id = project_id "
        "WHERE payout_accruals.created_at > ? ORDER BY payout_accruals.rowid"
    )
    return [dict(row) for row in database.rows(sql, (format_instant(BEGIN),))]


def rules_of(database: Database, structure_id: str) -> list[Rule]:
    names = ("amount_cents", "cpm_cents", "threshold_views", "cap_cents", "goal_metric")
    return [
        Rule(
            structure_id,
            row["version"],
            row["kind"],
            row["period"],
            date.fromisoformat(row["effective_date"]),
            proration=row["proration"],
            **{name: row[name] for name in names if row[name] is not None},
        )
        for row in database.rows(
            "SELECT * FROM payout_structures WHERE id = ? ORDER BY version", (structure_id,)
        )
    ]


def recomputed(database: Database) -> dict[tuple[str, str, str], tuple[int, dict[str, Any]]]:
    """What all assignments have earned in periods that fell due after the beginning."""
    owners: dict[tuple[str, str, str], list[Assignment]] = {}
    sql = (
        "SELECT assigned.*, timezone FROM payout_assignments AS assigned "
        "JOIN creators ON creators.id = creator_id JOIN projects ON projects.id = project_id"
    )
    for row in database.rows(sql):
        end = date.fromisoformat(row["end_date"]) if row["end_date"] else None
        start = date.fromisoformat(row["start_date"])
        key = (row["structure_id"], row["creator_id"], row["timezone"])
        owners.setdefault(key, []).append(
            Assignment(row["structure_id"], row["creator_id"], start, end)
        )
    earned = {}
    for (structure_id, creator_id, zone), own in owners.items():
        rules = rules_of(database, structure_id)
        # Accruals are entered within an hour of the time at which they fall due.
        until = BEGIN + SPAN - timedelta(hours=1)
        for one in accrue(database, ZoneInfo(zone), until, rules, own):
            if one.due > BEGIN:
                key = (creator_id, structure_id, one.pay_period.first.isoformat())
                earned[key] = (one.amount_cents, one.basis)
    return earned


def test_new_accruals_are_those_of_the_rules_each_once(box: Sandbox) -> None:
    expected = recomputed(box.database)
    rows = new_accruals(box.database)
    found = {
        (row["creator_id"], row["structure_id"], row["period_start"]): (
            row["amount_cents"],
            json.loads(row["basis"]),
        )
        for row in rows
        if row["kind"] == "accrual"
    }
    assert len(found) == len(rows)
    wrong = {error.accrual_id: error for error in box.truth.ledger_errors}
    for row in rows:
        key = (row["creator_id"], row["structure_id"], row["period_start"])
        if key in expected and row["id"] in wrong:
            cents, basis = expected[key]
            assert cents == wrong[row["id"]].right_cents != found[key][0]
            expected[key] = (wrong[row["id"]].amount_cents, basis)
    assert {key: found[key] for key in expected} == expected
    assert len(expected) > 40
    kinds = {rules_of(box.database, key[1])[0].kind for key in expected}
    assert kinds == {"recurring", "goal", "cpm", "view_threshold"}


def test_accruals_are_entered_within_an_hour_of_their_due_time(box: Sandbox) -> None:
    for row in new_accruals(box.database):
        [rule, *_] = rules_of(box.database, row["structure_id"])
        after = date.fromisoformat(row["period_end"]) + timedelta(days=1)
        due = day_start(after, ZoneInfo(row["timezone"]))
        due += timedelta(hours=48 if rule.kind == "goal" else 0)
        assert due < parse_instant(row["created_at"]) <= due + timedelta(hours=1)


def test_each_accrual_is_paid_on_the_fifth_of_the_next_month(box: Sandbox) -> None:
    sql = "SELECT * FROM payout_payments WHERE created_at > '2026-06-15T12:00:00Z'"
    payments = [dict(row) for row in box.database.rows(sql)]
    assert payments
    for payment in payments:
        paid = parse_instant(payment["paid_at"]).astimezone(ZONE)
        assert (paid.day, paid.hour) in {(5, 15), (5, 16)} or payment["project_id"] not in own(box)
    due = [
        row
        for row in new_accruals(box.database)
        if row["created_at"] < "2026-07-01T04:00:00Z" and row["project_id"] in own(box)
    ]
    paid_ids = [one for payment in payments for one in json.loads(payment["accrual_ids"])]
    assert due
    assert {row["id"] for row in due} <= set(paid_ids)


def test_a_payment_is_recorded_five_minutes_after_it_was_made(box: Sandbox) -> None:
    sql = "SELECT paid_at, created_at FROM payout_payments WHERE created_at > ?"
    rows = box.database.rows(sql, (format_instant(BEGIN),))
    assert rows
    waits = {parse_instant(row["created_at"]) - parse_instant(row["paid_at"]) for row in rows}
    assert waits == {timedelta(minutes=5)}


@pytest.mark.parametrize("missing", ["nothing is pending", "no method is active"])
def test_nothing_is_paid_without_a_sum_or_a_method(missing: str) -> None:
    api = Writer(now="2026-06-15T12:00:00Z")
    database = api.box.database
    (accrual,) = database.rows("SELECT * FROM payout_accruals WHERE status = 'pending' LIMIT 1")
    (method,) = database.rows("SELECT org_id FROM payout_methods LIMIT 1")
    if missing == "no method is active":
        database.write("UPDATE payout_methods SET is_active = 0")
    else:
        database.write("UPDATE payout_accruals SET status = 'voided' WHERE status = 'pending'")
    before = database.rows("SELECT id FROM payout_payments")
    moment = Moment(database, 7, method["org_id"], ZONE, int(BEGIN.timestamp()))
    facts = {"project_id": accrual["project_id"], "before": format_instant(BEGIN)}
    with database.transaction():
        pay(moment, Event(moment.org_id, moment.at_s, "pay", accrual["creator_id"], facts))
    assert database.rows("SELECT id FROM payout_payments") == before
    api.close()


def own(box: Sandbox) -> set[str]:
    sql = "SELECT id FROM projects WHERE name IN (?, ?, ?)"
    return {row[0] for row in box.database.rows(sql, PROJECTS)}


def test_new_payments_list_what_no_other_one_has_paid(box: Sandbox) -> None:
    sql = "SELECT accrual_ids, created_at FROM payout_payments WHERE status = 'recorded'"
    payments = [(json.loads(ids), created_at) for ids, created_at in box.database.rows(sql)]
    begin = format_instant(BEGIN)
    new = Counter(one for ids, created_at in payments if created_at > begin for one in ids)
    earlier = {one for ids, created_at in payments if created_at <= begin for one in ids}
    for error in box.truth.ledger_errors:
        sql = "SELECT accrual_ids FROM payout_payments WHERE id = ? AND created_at > ?"
        for row in box.database.rows(sql, (error.payment_id, begin)):
            if error.kind == "paid_twice":
                new[json.loads(row["accrual_ids"])[-1]] -= 1
    new = +new
    paid = {
        row[0] for row in box.database.rows("SELECT id FROM payout_accruals WHERE status = 'paid'")
    }
    assert set(new.values()) == {1}
    assert earlier.isdisjoint(new)
    assert earlier | set(new) == paid


def test_a_payment_that_is_voided_is_made_up_for_on_the_next_pay_day() -> None:
    with Sandbox(seed=2, creators=60, days=60) as big:
        big.advance(timedelta(days=60))
        sql = (
            "SELECT * FROM payout_payments WHERE status = 'voided' "
            "AND created_at BETWEEN '2026-06-15T12:00:00Z' AND '2026-08-01'"
        )
        voided = big.database.rows(sql)
        assert voided
        recorded = {
            one
            for row in big.database.rows("SELECT * FROM payout_payments WHERE status = 'recorded'")
            for one in json.loads(row["accrual_ids"])
        }
        for payment in voided:
            assert set(json.loads(payment["accrual_ids"])) <= recorded


def test_an_assignment_that_a_request_ends_earns_until_then() -> None:
    api = Writer(creators=12, now="2026-06-15T12:00:00Z")
    structures = api.rows("/payout-structures", project_id=api.project)
    [retainer] = [row for row in structures if row["name"] == "Base retainer"]
    assigned = api.rows(f"/payout-structures/{retainer['id']}/assignments")
    creator = next(row["creator_id"] for row in assigned if row["end_date"] is None)
    api.done("DELETE", f"/payout-structures/{retainer['id']}/assignments", {"creator_id": creator})
    api.box.advance(SPAN)
    mine = [
        row
        for row in api.rows("/payout-accruals", creator_id=creator, from_="2026-06-01")
        if row["structure_id"] == retainer["id"]
    ]
    assert [(row["period_start"], row["basis"]["days_assigned"]) for row in mine] == [
        ("2026-06-01", 15)
    ]
    assert mine[0]["amount_cents"] == (2 * 62_500 * 15 + 30) // 60
    api.close()


def test_a_structure_that_a_request_makes_pays_from_its_assignment_on() -> None:
    api = Writer(creators=12, now="2026-06-15T12:00:00Z")
    rule = {"kind": "recurring", "amount_cents": 700, "period": "weekly", "name": "Coffee"}
    made = api.made("/payout-structures", {"project_id": api.project, **rule})
    body = {"creator_id": api.creator, "start_date": "2026-06-22"}
    api.made(f"/payout-structures/{made['id']}/assignments", body)
    api.box.advance(timedelta(days=22))
    # New creators may be assigned to it, too.
    mine = api.rows("/payout-accruals", creator_id=body["creator_id"])
    rows = [row for row in mine if row["structure_id"] == made["id"]]
    assert sorted(row["period_start"] for row in rows) == ["2026-06-22", "2026-06-29"]
    assert {row["amount_cents"] for row in rows} == {700}
    api.close()
