"""Payout rules, their assignments, and the closed pay periods of an assignment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from trackagoat_pandas.sandbox.clock import Period, day_start, period_bounds

Kind: TypeAlias = Literal["recurring", "goal", "cpm", "view_threshold"]
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rule:
    """One immutable version of a payout structure."""

    structure_id: str
    version: int
    kind: Kind
    period: Period
    effective: date
    amount_cents: int = 0
    cpm_cents: int = 0
    threshold_views: int = 0
    cap_cents: int | None = None
    goal_metric: str = "posts"
    proration: Literal["none", "daily"] = "none"


@dataclass(frozen=True, slots=True)
class Assignment:
    """A structure that pays a creator from one day to another, both inclusive."""

    structure_id: str
    creator_id: str
    start: date
    end: date | None


@dataclass(frozen=True, slots=True)
class PayPeriod:
    """A closed period [first, after), and the part of it that is assigned."""

    first: date
    after: date
    assigned_first: date
    assigned_after: date

    @property
    def days(self) -> int:
        """Days in the period."""
        return (self.after - self.first).days

    @property
    def days_assigned(self) -> int:
        """Days of the period on which the structure was assigned."""
        return (self.assigned_after - self.assigned_first).days


def half_up(numerator: int, denominator: int) -> int:
    """Divide integers, and round halves up."""
    return (2 * numerator + denominator) // (2 * denominator)


def rule_on(rules: Sequence[Rule], day: date) -> Rule:
    """Return the version that applies on a day: the newest effective one, else the first."""
    ordered = sorted(rules, key=lambda rule: rule.version)
    return next((rule for rule in reversed(ordered) if rule.effective <= day), ordered[0])


def closed_pay_periods(
    period: Period, assignment: Assignment, zone: ZoneInfo, now: datetime
) -> Iterator[PayPeriod]:
    """Yield the closed periods that an assignment touches, oldest first."""
    end_after = assignment.end + _DAY if assignment.end else date.max
    first, after = period_bounds(period, assignment.start)
    while first < end_after and day_start(after, zone) <= now:
        yield PayPeriod(first, after, max(first, assignment.start), min(after, end_after))
        first, after = period_bounds(period, after)
