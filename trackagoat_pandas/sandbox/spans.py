"""The requested range of days, and its buckets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.clock import Period, day_start, local_day, period_bounds
from trackagoat_pandas.sandbox.envelope import RefusedError, check_order

Granularity: TypeAlias = Literal["day", "week", "month"]

DEFAULT_DAYS = 30
_ONE_DAY = timedelta(days=1)
_PERIODS: dict[Granularity, Period] = {"day": "daily", "week": "weekly", "month": "monthly"}


@dataclass(frozen=True, slots=True)
class Span:
    """Days from first to last, both inclusive, in a time zone."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def days(self) -> int:
        """The number of days."""
        return (self.last - self.first).days + 1

    def before(self) -> Span:
        """Return the equally long span that ends the day before this one begins."""
        length = timedelta(days=self.days)
        return Span(self.first - length, self.last - length, self.zone)

    def bounds(self, now_ts: float) -> tuple[float, float]:
        """Return the first instant, and the one after the last, which is never after now."""
        start = day_start(self.first, self.zone).timestamp()
        end = day_start(self.last + _ONE_DAY, self.zone).timestamp()
        return min(start, now_ts), min(end, now_ts)


@dataclass(frozen=True, slots=True)
class Buckets:
    """Consecutive spans of a day, week or month.

    ``edges`` has one instant more than ``labels``; none is after now. ``current`` is the position
    of the bucket that is still filling, if any.
    """

    labels: list[date]
    lengths: list[int]
    edges: NDArray[np.float64]
    current: int | None

    @property
    def ends(self) -> NDArray[np.float64]:
        """The instant after each bucket."""
        return self.edges[1:]


def requested_span(call: Call, zone: ZoneInfo | None = None) -> Span:
    """Read from and to; the default is the 30 days up to today.

    Raises
    ------
    RefusedError
        400 if ``from`` is after ``to``; 402 if it is older than the plan keeps.
    """
    zone = zone or call.zone
    last: date = call.arguments["to"] or local_day(call.now, zone)
    first: date = call.arguments["from"] or last - timedelta(days=DEFAULT_DAYS - 1)
    check_order(first, last)
    kept = call.organization.retention_days
    earliest = call.today - timedelta(days=kept or 0)
    if kept is not None and first < earliest:
        raise RefusedError(
            402,
            f"Your plan keeps {kept} days: from must be {earliest} or later",
            code="retention_exceeded",
            meta={"earliestDate": earliest.isoformat()},
        )
    return Span(first, last, zone)


def buckets_of(span: Span, granularity: Granularity, now_ts: float) -> Buckets:
    """Cut a span into buckets up to the one that contains now.

    A week or month is labelled with its first day even if the span begins later, but counts only
    days of the span.
    """
    today = local_day_of(now_ts, span.zone)
    labels, starts = [], []
    day, last = span.first, min(span.last, today)
    while day <= last:
        label, following = period_bounds(_PERIODS[granularity], day)
        labels.append(label)
        starts.append(day)
        day = following
    stop = last + _ONE_DAY if starts else span.first
    days = [*starts, stop]
    # Nothing has happened after now, so the current bucket ends there.
    edges = [min(day_start(day, span.zone).timestamp(), now_ts) for day in days]
    lengths = [(after - start).days for start, after in pairwise(days)]
    # A range that ends before today has no current bucket.
    current = len(labels) - 1 if labels and last == today else None
    return Buckets(labels, lengths, np.array(edges, np.float64), current)


def start_of_previous(day: date, granularity: Granularity) -> date:
    """Return the first day of the bucket before the one that holds a day."""
    start, _ = period_bounds(_PERIODS[granularity], day)
    return period_bounds(_PERIODS[granularity], start - _ONE_DAY)[0]


def local_day_of(instant_ts: float, zone: ZoneInfo) -> date:
    """Return the local day of an instant in seconds since 1970."""
    return local_day(datetime.fromtimestamp(instant_ts, UTC), zone)
