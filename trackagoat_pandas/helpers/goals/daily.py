"""Daily analytics as arrays of gains for goals.

Knows which series count and what engagement is made of: contract sections 5 and 6. Must not know
goals or periods.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd

from trackagoat_pandas.checks import require_columns
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.goals.arrays import (
    Codes,
    Days,
    Flags,
    Numbers,
    index_of,
    read_codes,
    read_days,
    read_numbers,
)
from trackagoat_pandas.helpers.goals.periods import Calendar
from trackagoat_pandas.tables.analytics import GOAL_METRICS

ANALYTICS_COLUMNS = ("entity", "entity_id", "metric", "date", "value", "series_kind", "is_partial")
_ENGAGEMENT = ("likes", "comments", "shares", "saves")
_READ = index_of((*GOAL_METRICS, *_ENGAGEMENT))
_PLAIN = len(GOAL_METRICS)
"""Metrics below this place are a goal's; those from it on are parts of engagement."""


@dataclass(frozen=True, slots=True)
class Daily:
    """Known gains by day, as equally long arrays.

    ``series`` is the creator's place times the number of goal metrics plus the metric's place.
    ``partial`` is 1 for a day that still filled, 0 for a whole one, NaN where nobody knows.
    """

    series: Codes
    days: Days
    gained: Numbers
    partial: Numbers

    @classmethod
    def nothing(cls) -> Self:
        """Return no gains."""
        none = np.empty(0)
        return cls(none.astype(np.int64), none.astype("datetime64[D]"), none, none)

    def take(self, chosen: Flags | slice) -> Daily:
        """Take some gains."""
        return Daily(
            self.series[chosen], self.days[chosen], self.gained[chosen], self.partial[chosen]
        )


def read_daily(
    analytics: pd.DataFrame, creators: pd.Index, calendar: Calendar, since: np.datetime64
) -> Daily:
    """Read what creators gained on the days from a first one on.

    Only the creators' own series count, each day once: of repeated days the last one.

    Raises
    ------
    MissingColumnError
        The frame lacks a column.
    ArgumentError
        The frame itself says that it is not of new values by day of the calendar.
    """
    require_columns(analytics, ANALYTICS_COLUMNS, loader="load_analytics")
    _check_facts(analytics, calendar)
    days = read_days(analytics["date"])
    recent = np.flatnonzero(days >= since)
    rows = analytics[list(ANALYTICS_COLUMNS)].iloc[recent]
    metric, creator = read_codes(rows["metric"], _READ), read_codes(rows["entity_id"], creators)
    is_own = _is(rows["entity"], "creator") & _is(rows["series_kind"], "main")
    read = Daily(
        creator * len(_READ) + metric,
        days[recent],
        read_numbers(rows["value"]),
        read_numbers(rows["is_partial"].astype("boolean")),
    ).take(is_own & (metric >= 0) & (creator >= 0))
    known = _latest(read)
    metric = known.series % len(_READ)
    plain = known.take(metric < _PLAIN)
    parts = known.take(metric >= _PLAIN)
    return _joined(_as_goals(plain, plain.series % len(_READ)), _engagement(parts))


def _is(column: pd.Series, word: str) -> Flags:
    found: Flags = read_codes(column, index_of([word])) == 0
    return found


def _check_facts(analytics: pd.DataFrame, calendar: Calendar) -> None:
    facts = analytics.attrs.get("trackagoat", {})
    params: Mapping[str, Any] = facts.get("params", {})
    for name, wanted in (("granularity", "day"), ("mode", "new")):
        if params.get(name, wanted) != wanted:
            raise ArgumentError("analytics", params[name], f"load it with {name}={wanted!r}")
    if facts.get("timezone") not in {None, calendar.timezone}:
        raise ArgumentError(
            "analytics", facts["timezone"], f"load it by days of {calendar.timezone}"
        )


def _latest(read: Daily) -> Daily:
    """Keep the last row of each series and day, if it has a value."""
    key = _day_key(read.series, read.days)
    is_last = ~pd.Series(key).duplicated(keep="last").to_numpy()
    return read.take(is_last & ~np.isnan(read.gained))


def _day_key(series: Codes, days: Days) -> Codes:
    """Number each pair of a series and a day."""
    number = days.astype(np.int64)
    first = number.min(initial=0)
    keys: Codes = series * (number.max(initial=0) - first + 1) + number - first
    return keys


def _as_goals(read: Daily, metric: Codes) -> Daily:
    """Number series by goal metrics alone."""
    series = read.series // len(_READ) * len(GOAL_METRICS) + metric
    return Daily(series, read.days, read.gained, read.partial)


def _engagement(parts: Daily) -> Daily:
    """Sum likes, comments, shares and saves of the days that have all four."""
    whole = _as_goals(parts, np.full(len(parts.series), GOAL_METRICS.index("engagement")))
    _, first, place = np.unique(
        _day_key(whole.series, whole.days), return_index=True, return_inverse=True
    )
    size = len(first)
    sums, filling, unknown = (
        np.bincount(place, weights, size).astype(np.float64)
        for weights in (whole.gained, whole.partial == 1, np.isnan(whole.partial))
    )
    partial = np.where(filling > 0, 1.0, np.where(unknown > 0, np.nan, 0.0))
    summed = Daily(whole.series[first], whole.days[first], sums, partial)
    return summed.take(np.bincount(place, minlength=size) == len(_ENGAGEMENT))


def _joined(one: Daily, other: Daily) -> Daily:
    return Daily(
        np.concatenate([one.series, other.series]),
        np.concatenate([one.days, other.days]),
        np.concatenate([one.gained, other.gained]),
        np.concatenate([one.partial, other.partial]),
    )
