"""The closing of pay periods: accruals that fall due, and the payments of each month."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, get_args

from trackagoat_pandas.sandbox.accruals import GOAL_DELAY, accrue
from trackagoat_pandas.sandbox.agenda import Event, Moment
from trackagoat_pandas.sandbox.clock import Period, format_second, period_bounds
from trackagoat_pandas.sandbox.database import marks
from trackagoat_pandas.sandbox.mistakes import mistake_an_entry, mistake_on_pay_day
from trackagoat_pandas.sandbox.payments import (
    NOTED_AFTER_S,
    NOTES,
    PAY_DAY,
    PAY_HOUR_S,
    VOIDED,
    Batch,
    accrual_row,
    payment_basis,
    receipt_url,
)
from trackagoat_pandas.sandbox.rules import Assignment, Rule
from trackagoat_pandas.sandbox.turnover import NEWEST_RULE

_VOIDED = 0.04  # share of the payments
_VOIDED_AFTER_S = (20 * 3_600, 44 * 3_600)
_OPTIONAL = ("amount_cents", "cpm_cents", "threshold_views", "goal_metric")


def plan_accruals(moment: Moment, day: date, kinds: Sequence[str]) -> None:
    """Plan the accruals of the periods that closed at the start of a day, once they are due.

    A structure pays as long as it is assigned, switched off or not.
    """
    for period in get_args(Period):
        first, after = period_bounds(period, day - timedelta(days=1))
        if after != day:
            continue
        rows = moment.own(
            "id, kind, creator_id",
            "(SELECT payout_structures.*, creator_id, start_date, end_date, assigned.rowid "
            "FROM payout_structures JOIN payout_assignments AS assigned ON structure_id = "
            f"payout_structures.id WHERE {NEWEST_RULE})",
            f"kind IN ({marks(kinds)}) AND period = ? AND start_date < ? "
            "AND (end_date IS NULL OR end_date >= ?)",
            *kinds,
            period,
            day.isoformat(),
            first.isoformat(),
        )
        for structure_id, kind, creator_id in dict.fromkeys(tuple(row) for row in rows):
            dice = moment.dice(f"accrual of {creator_id} by {structure_id} for {first}")
            delay_s = GOAL_DELAY.total_seconds() if kind == "goal" else 0
            at_s = moment.start_s(day) + delay_s + dice.whole(60, 3_600)
            facts = {"structure_id": structure_id, "closing": day.isoformat()}
            moment.plan("accrue", creator_id, at_s, **facts)


def accrue_period(moment: Moment, event: Event) -> None:
    """Enter what a creator has earned from a structure in the period that closed."""
    database, structure_id = moment.database, event.facts["structure_id"]
    versions = database.rows(
        "SELECT * FROM payout_structures WHERE id = ? ORDER BY version", (structure_id,)
    )
    rules = [_rule(row) for row in versions if row["period"] == versions[-1]["period"]]
    assignments = database.rows(
        "SELECT * FROM payout_assignments WHERE structure_id = ? AND creator_id = ? ORDER BY rowid",
        (structure_id, event.subject),
    )
    earned = accrue(
        database,
        moment.zone,
        moment.instant,
        rules,
        [_assignment(row) for row in assignments],
        date.fromisoformat(event.facts["closing"]),
    )
    dice, project_id = moment.dice(f"{event.name} by {structure_id}"), versions[-1]["project_id"]
    for one in earned:
        row = accrual_row(dice, moment.timeline, project_id, event.subject, one)
        mistake_an_entry(moment, row)
        database.insert("payout_accruals", [{**row, "created_at": moment.text}])


def _rule(row: Any) -> Rule:
    given = {name: row[name] for name in _OPTIONAL if row[name] is not None}
    return Rule(
        structure_id=row["id"],
        version=row["version"],
        kind=row["kind"],
        period=row["period"],
        effective=date.fromisoformat(row["effective_date"]),
        cap_cents=row["cap_cents"],
        proration=row["proration"],
        **given,
    )


def _assignment(row: Any) -> Assignment:
    end = row["end_date"]
    return Assignment(
        row["structure_id"],
        row["creator_id"],
        date.fromisoformat(row["start_date"]),
        date.fromisoformat(end) if end else None,
    )


def plan_payments(moment: Moment, day: date) -> None:
    """Plan the payments of a pay day: what fell due before the month, for each creator at once."""
    if day.day != PAY_DAY or moment.start_s(day) + PAY_HOUR_S <= moment.at_s:
        return
    before = format_second(moment.start_s(day.replace(day=1)))
    pending = moment.own(
        "project_id, creator_id",
        "payout_accruals",
        "status = 'pending' AND created_at < ?",
        before,
    )
    for project_id, creator_id in dict.fromkeys(tuple(row) for row in pending):
        dice = moment.dice(f"payment of {creator_id} on {day}")
        at_s = moment.start_s(day) + PAY_HOUR_S + NOTED_AFTER_S + dice.whole(0, 3_600)
        moment.plan("pay", creator_id, at_s, project_id=project_id, before=before)


def pay(moment: Moment, event: Event) -> None:
    """Pay a creator all pending accruals, by the method of the last payment."""
    database, dice = moment.database, moment.dice(event.name)
    rows = database.rows(
        "SELECT * FROM payout_accruals WHERE project_id = ? AND creator_id = ? "
        "AND status = 'pending' AND created_at < ? ORDER BY created_at, rowid",
        (event.facts["project_id"], event.subject, event.facts["before"]),
    )
    paid_s = moment.at_s - NOTED_AFTER_S
    batch = Batch(event.facts["project_id"], event.subject, paid_s, [dict(row) for row in rows])
    methods = database.rows(
        "SELECT * FROM payout_methods WHERE org_id = ? AND is_active ORDER BY rowid",
        (moment.org_id,),
    )
    if batch.amount_cents <= 0 or not methods:
        return
    last = database.rows(
        "SELECT method_id FROM payout_payments WHERE creator_id = ? "
        "ORDER BY created_at DESC, rowid DESC LIMIT 1",
        (event.subject,),
    )
    used = [method for method in methods if last and method["id"] == last[0]["method_id"]]
    method = dice.pick(used or methods)
    payment_id = dice.uuid()
    payment = {
        "id": payment_id,
        **payment_basis(batch),
        "method_id": method["id"],
        "method_name": method["name"],
        "status": "recorded",
        "paid_at": format_second(paid_s),
        "note": dice.pick(NOTES),
        "receipt_url": receipt_url(dice, payment_id),
        "created_at": moment.text,
    }
    is_wrong = mistake_on_pay_day(moment, payment)
    database.insert("payout_payments", [payment])
    _mark(moment, [accrual["id"] for accrual in batch.accruals], "pending", "paid")
    # A wrong one stays, so that an accrual of it that is paid elsewhere doesn't become pending.
    if dice.chance(_VOIDED, 1)[0] and not is_wrong:
        moment.plan("void", payment_id, moment.at_s + dice.whole(*_VOIDED_AFTER_S))


def void(moment: Moment, event: Event) -> None:
    """Void a payment: its accruals are pending again, and the next pay day pays them."""
    sql = "SELECT * FROM payout_payments WHERE id = ? AND status = 'recorded'"
    for payment in moment.database.rows(sql, (event.subject,)):
        changes = {"status": "voided", "note": VOIDED}
        moment.database.update("payout_payments", payment["id"], changes)
        _mark(moment, json.loads(payment["accrual_ids"]), "paid", "pending")


def _mark(moment: Moment, accrual_ids: Sequence[str], before: str, after: str) -> None:
    moment.database.write(
        f"UPDATE payout_accruals SET status = ? WHERE status = ? AND id IN ({marks(accrual_ids)})",
        (after, before, *accrual_ids),
    )
