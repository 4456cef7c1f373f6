"""What a payout rule owes for a period: integer cents, one rounding, no memory.

Rules of this file
------------------
Periods follow the organization's time zone; only closed ones accrue. The version in force on a
period's first day applies to all of it; a structure's first version also covers the period in which
it begins. Amounts round half up to a cent.

- ``recurring`` pays ``amount_cents`` a period; with daily proration times days assigned / days in
  the period.
- ``goal`` pays ``amount_cents`` when a goal of ``goal_metric`` and of the same period that covers
  the whole period was met. It is evaluated 48 h after the period closes.
- ``cpm`` pays ``cpm_cents`` for 1,000 views that counted videos gained on days assigned.
- ``view_threshold`` pays ``amount_cents`` once for each counted video whose views reach
  ``threshold_views`` on a day assigned. One that had them at its first snapshot pays nothing.

``cap_cents`` bounds what one creator earns from one structure in one period, by all assignments
together; the one that starts first fills it first. An amount of 0 is no accrual. A video counts
for all periods if it counts now.

Knows measures and the calendar. Must not know payments.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from trackagoat_pandas.sandbox.clock import day_start
from trackagoat_pandas.sandbox.database import Database
from trackagoat_pandas.sandbox.evidence import Evidence
from trackagoat_pandas.sandbox.rules import (
    Assignment,
    PayPeriod,
    Rule,
    closed_pay_periods,
    half_up,
    rule_on,
)

GOAL_DELAY = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Earned:
    """Cents earned in a pay period, on what basis, and since when they are due."""

    rule: Rule
    pay_period: PayPeriod
    amount_cents: int
    basis: dict[str, Any]
    due: datetime


def accrue(
    database: Database,
    zone: ZoneInfo,
    now: datetime,
    rules: Sequence[Rule],
    assignments: Iterable[Assignment],
) -> list[Earned]:
    """Work out all that one creator has earned from one structure by now, oldest period first.

    ``rules`` are the versions of the structure, which all have the same kind and period;
    ``assignments`` are all of the creator's.
    """
    earned = [
        one
        for assignment in sorted(assignments, key=lambda one: one.start)
        for one in _measured(database, zone, now, rules, assignment)
    ]
    return sorted(_capped(earned), key=lambda one: one.pay_period.first)


def _measured(
    database: Database,
    zone: ZoneInfo,
    now: datetime,
    rules: Sequence[Rule],
    assignment: Assignment,
) -> Iterator[Earned]:
    """Yield what an assignment alone would earn, without a cap."""
    kind, period = rules[0].kind, rules[0].period
    delay = GOAL_DELAY if kind == "goal" else timedelta()
    pay_periods = list(closed_pay_periods(period, assignment, zone, now - delay))
    evidence = Evidence(database, zone, assignment.creator_id, pay_periods)
    for place, pay_period in enumerate(pay_periods):
        rule = rule_on(rules, pay_period.first)
        cents, basis = _METERS[kind](rule, evidence, place)
        yield Earned(rule, pay_period, cents, basis, day_start(pay_period.after, zone) + delay)


def _capped(earned: Iterable[Earned]) -> Iterator[Earned]:
    """Fill each period's cap in order; what brings nothing is left out."""
    spent: Counter[date] = Counter()
    for one in earned:
        cap, period, cents = one.rule.cap_cents, one.pay_period.first, one.amount_cents
        paid = cents if cap is None else min(cents, cap - spent[period])
        spent[period] += paid
        basis = one.basis if paid == cents else {**one.basis, "uncapped_cents": cents}
        if paid:
            yield replace(one, amount_cents=paid, basis=basis)


def _recurring(rule: Rule, evidence: Evidence, place: int) -> tuple[int, dict[str, Any]]:
    pay_period = evidence.pay_periods[place]
    basis = {"days_assigned": pay_period.days_assigned, "days_in_period": pay_period.days}
    if rule.proration == "none":
        return rule.amount_cents, basis
    return half_up(rule.amount_cents * pay_period.days_assigned, pay_period.days), basis


def _goal(rule: Rule, evidence: Evidence, place: int) -> tuple[int, dict[str, Any]]:
    goals = evidence.goals_met(place, rule.goal_metric, rule.period)
    return rule.amount_cents if goals else 0, {"goals": goals}


def _cpm(rule: Rule, evidence: Evidence, place: int) -> tuple[int, dict[str, Any]]:
    views = evidence.views_gained(place)
    return half_up(rule.cpm_cents * views, 1_000), {"views": views, "cpm_cents": rule.cpm_cents}


def _view_threshold(rule: Rule, evidence: Evidence, place: int) -> tuple[int, dict[str, Any]]:
    video_ids = evidence.crossings(place, rule.threshold_views)
    basis = {"video_ids": video_ids, "threshold_views": rule.threshold_views}
    return rule.amount_cents * len(video_ids), basis


_METERS = {
    "recurring": _recurring,
    "goal": _goal,
    "cpm": _cpm,
    "view_threshold": _view_threshold,
}
