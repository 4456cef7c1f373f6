"""What a payout rule pays for a period, in integer cents, rounded once.

Rules of this file
------------------
Periods follow the organization's time zone; only closed ones accrue. The version that
applies on a period's first day covers all of it; a structure's first version also covers the period
in which it begins. Amounts round half up to a cent.

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
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from trackagoat_pandas.sandbox.clock import Period, day_start
from trackagoat_pandas.sandbox.database import Database
from trackagoat_pandas.sandbox.measures import counts, goal_actuals
from trackagoat_pandas.sandbox.rules import (
    Assignment,
    PayPeriod,
    Rule,
    closed_pay_periods,
    half_up,
    rule_on,
)
from trackagoat_pandas.sandbox.video_cache import Videos, load_videos

GOAL_DELAY = timedelta(hours=48)  # late counts may still arrive until then


@dataclass(frozen=True, slots=True)
class Earned:
    """Cents earned in a pay period, with their basis and due date."""

    rule: Rule
    pay_period: PayPeriod
    amount_cents: int
    basis: dict[str, Any]
    due: datetime


class Evidence:
    """What one creator achieved in consecutive pay periods, measured on demand."""

    def __init__(
        self, database: Database, zone: ZoneInfo, creator_id: str, pay_periods: Sequence[PayPeriod]
    ) -> None:
        self.pay_periods = tuple(pay_periods)
        self._database, self._zone, self._creator_id = database, zone, creator_id
        self._achieved: dict[str, NDArray[np.int64]] = {}

    def views_gained(self, place: int) -> int:
        """Views that counted videos gained on the days assigned."""
        return int(np.sum(self._views[:, place + 1] - self._views[:, place]))

    def crossings(self, place: int, threshold_views: int) -> list[str]:
        """Counted videos whose views reached a threshold on the days assigned."""
        before, after = self._views[:, place], self._views[:, place + 1]
        crossed = (before < threshold_views) & (after >= threshold_views)
        return self._videos.select(crossed).ids

    def goals_met(self, place: int, metric: str, period: Period) -> list[dict[str, Any]]:
        """Goals of a metric and period that cover a whole pay period and were met in it."""
        pay_period = self.pay_periods[place]
        last = pay_period.after - timedelta(days=1)
        goals = self._database.rows(
            "SELECT id, target_value FROM goals WHERE creator_id = ? AND metric = ? AND period = ? "
            "AND is_active AND start_date <= ? AND (end_date IS NULL OR end_date >= ?) "
            "ORDER BY rowid",
            (self._creator_id, metric, period, pay_period.first.isoformat(), last.isoformat()),
        )
        if not goals:
            return []
        # Versions of a rule may pay for different metrics.
        if metric not in self._achieved:
            days = [period.first for period in self.pay_periods]
            edges = self._edges(days, self.pay_periods[-1].after)
            achieved = goal_actuals(self._database, self._creator_id, metric, edges)
            self._achieved[metric] = achieved
        actual = int(self._achieved[metric][place])
        return [
            {"goal_id": goal["id"], "target": goal["target_value"], "actual": actual}
            for goal in goals
            if actual >= goal["target_value"]
        ]

    @cached_property
    def _videos(self) -> Videos:
        videos = load_videos(self._database, "creator_id = ?", (self._creator_id,))
        return videos.select(videos.counted)

    @cached_property
    def _views(self) -> NDArray[np.int64]:
        days = [pay_period.assigned_first for pay_period in self.pay_periods]
        edges = self._edges(days, self.pay_periods[-1].assigned_after)
        return counts(
            self._videos, np.maximum(edges[None, :], self._videos.tracked_ts[:, None]), "views"
        )

    def _edges(self, days: Sequence[date], last: date) -> NDArray[np.float64]:
        return np.array([day_start(day, self._zone).timestamp() for day in [*days, last]])


def accrue(
    database: Database,
    zone: ZoneInfo,
    now: datetime,
    rules: Sequence[Rule],
    assignments: Iterable[Assignment],
    closing: date | None = None,
) -> list[Earned]:
    """Compute everything that one creator has earned from one structure, oldest period first.

    ``rules`` are the versions of the structure, which all have the same kind and period;
    ``assignments`` are all of the creator's. With ``closing``, it is only what was earned in the
    period that closed at the start of that day.
    """
    earned = [
        one
        for assignment in sorted(assignments, key=lambda one: one.start)
        for one in _earnings(database, zone, now, rules, assignment, closing)
    ]
    return sorted(_cap(earned), key=lambda one: one.pay_period.first)


def _earnings(
    database: Database,
    zone: ZoneInfo,
    now: datetime,
    rules: Sequence[Rule],
    assignment: Assignment,
    closing: date | None,
) -> Iterator[Earned]:
    """Yield what an assignment earns by itself, before the cap."""
    kind, period = rules[0].kind, rules[0].period
    delay = GOAL_DELAY if kind == "goal" else timedelta()
    pay_periods = [
        pay_period
        for pay_period in closed_pay_periods(period, assignment, zone, now - delay)
        if closing in {None, pay_period.after}
    ]
    evidence = Evidence(database, zone, assignment.creator_id, pay_periods)
    for place, pay_period in enumerate(pay_periods):
        rule = rule_on(rules, pay_period.first)
        cents, basis = _amount(rule, evidence, place)
        yield Earned(rule, pay_period, cents, basis, day_start(pay_period.after, zone) + delay)


def _cap(earned: Iterable[Earned]) -> Iterator[Earned]:
    """Fill each period's cap in order; amounts of 0 are left out."""
    spent: Counter[date] = Counter()
    for one in earned:
        cap, period, cents = one.rule.cap_cents, one.pay_period.first, one.amount_cents
        paid = cents if cap is None else min(cents, cap - spent[period])
        spent[period] += paid
        basis = one.basis if paid == cents else {**one.basis, "uncapped_cents": cents}
        if paid:
            yield replace(one, amount_cents=paid, basis=basis)


def _amount(rule: Rule, evidence: Evidence, place: int) -> tuple[int, dict[str, Any]]:
    """Compute the cents of one pay period and their basis."""
    if rule.kind == "recurring":
        period = evidence.pay_periods[place]
        basis: dict[str, Any] = {
            "days_assigned": period.days_assigned,
            "days_in_period": period.days,
        }
        if rule.proration == "none":
            return rule.amount_cents, basis
        return half_up(rule.amount_cents * period.days_assigned, period.days), basis
    if rule.kind == "goal":
        goals = evidence.goals_met(place, rule.goal_metric, rule.period)
        return rule.amount_cents if goals else 0, {"goals": goals}
    if rule.kind == "cpm":
        views = evidence.views_gained(place)
        return half_up(rule.cpm_cents * views, 1_000), {"views": views, "cpm_cents": rule.cpm_cents}
    video_ids = evidence.crossings(place, rule.threshold_views)
    basis = {"video_ids": video_ids, "threshold_views": rule.threshold_views}
    return rule.amount_cents * len(video_ids), basis
