"""The rules of money: findings of the audit of payouts, and a budget that runs out."""

from __future__ import annotations

from typing import Any, Final

from trackagoat_pandas.helpers.granularity import day_text
from trackagoat_pandas.helpers.payouts.audit import audit_payouts
from trackagoat_pandas.helpers.payouts.budgets import plan_budget
from trackagoat_pandas.helpers.payouts.money import format_cents
from trackagoat_pandas.program.frames import ProgramData, days_before
from trackagoat_pandas.showing.recorder import call
from trackagoat_pandas.watching.evidence import (
    Names,
    doubt_of,
    known,
    old_of,
    rows_where,
    zoned,
)
from trackagoat_pandas.watching.rules import Rule
from trackagoat_pandas.watching.states import Judgement, Signal

_ENTITIES: Final = {"payment_id": "payment", "accrual_id": "accrual", "creator_id": "creator"}


def judge_payouts(data: ProgramData, rule: Rule) -> Judgement:
    """Find payments that don't agree with the accruals; the level is how many cents are wrong."""
    beside = data.given("videos", "structures")
    if doubt := doubt_of(data, "accruals", "payments") or old_of(data, *beside):
        return Judgement(unknown=doubt)
    accruals, payments = data.frames["accruals"], data.frames["payments"]
    if accruals.value.empty:
        return Judgement()
    found = call(
        audit_payouts, None, accruals, payments, **beside, now=data.now,
        **zoned(data, "accruals", "payments"),
    )  # fmt: skip
    names = Names(data)
    largest = dict[tuple[str, str], Signal]()
    for row in found.value.to_dict("records"):
        wrong = known(row, "wrong_cents") or 0
        column = next((one for one in _ENTITIES if isinstance(row.get(one), str)), None)
        if column is None or wrong < rule.clear:
            continue
        made = _finding(row, float(wrong), column, rows_where(found, column, row[column]), names)
        key = made.entity, made.entity_id
        if key not in largest or made.level > largest[key].level:
            largest[key] = made
    return Judgement(tuple(largest.values()))


def _finding(row: dict[str, Any], wrong: float, column: str, code: str, names: Names) -> Signal:
    creator, kind = row["creator_id"], _ENTITIES[column]
    amount = format_cents(int(wrong), str(row["currency"]))
    about = "of" if kind == "accrual" else "to"
    where = f"the {kind} {about} {names.creator(creator)}"
    if kind == "creator":
        where = f"what {names.creator(creator)} was paid"
    said = f"{amount} of {where} is wrong. {row['reason']}"
    return Signal(kind, str(row[column]), wrong, said, code, **names.of_creator(creator))


def judge_budget(data: ProgramData, rule: Rule) -> Judgement:
    """Say whether the budget runs out too soon.

    The level is the days that it should last over those that it does.
    """
    budget, horizon = rule.options["budget_cents"], rule.options["horizon_days"]
    if doubt := doubt_of(data, "accruals", "payments"):
        return Judgement(unknown=doubt)
    frames = data.given("accruals", "payments")
    found = call(
        plan_budget, *frames.values(), budget_cents={data.project_id: budget},
        as_of=days_before(data.moment, data.zone, 0), **zoned(data, *frames),
    )  # fmt: skip
    rows = found.value[found.value["project_id"] == data.project_id].to_dict("records")
    signals = [_budget(row, budget, horizon, found.code) for row in rows
               if known(row, "budget_cents") is not None]  # fmt: skip
    return Judgement(tuple(signals))


def _budget(row: dict[str, Any], budget: int, horizon: int, code: str) -> Signal:
    days, left = known(row, "days_left"), known(row, "left_today_cents")
    currency = str(row["currency"])
    if left is None or (days is None and known(row, "daily_burn_cents") is None):
        return Signal("program", str(row["project_id"]), 0.0, "", code, is_known=False)
    if days is None:  # it lasts for more than a century
        return Signal("program", str(row["project_id"]), 0.0, "", code)
    burn = format_cents(int(row["daily_burn_cents"]), currency)
    said = (
        f"The budget of {format_cents(budget, currency)} lasts {days:,} more days at {burn} a day, "
        f"until {day_text(row['runs_out'])}."
    )
    return Signal("program", str(row["project_id"]), horizon / max(float(days), 1.0), said, code)
