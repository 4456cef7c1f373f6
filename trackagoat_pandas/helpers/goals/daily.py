"""Daily analytics as arrays of gains for goals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from trackagoat_pandas.checks import frame_facts, frame_params, holding, require_columns
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.clocks import Days
from trackagoat_pandas.helpers.goals.arrays import (
    Codes,
    Flags,
    Numbers,
    index_of,
    read_codes,
    read_numbers,
)
from trackagoat_pandas.helpers.goals.periods import Calendar
from trackagoat_pandas.helpers.latest import latest_of
from trackagoat_pandas.helpers.series import days_of, with_skipped_days
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
    ``partial`` is 1 for an incomplete day, 0 for a complete one, NaN if unknown.
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

    Only the creators' own series count, each day once, by the rule of :func:`latest_rows`.

    Raises
    ------
    MissingColumnError
        A column is missing.
    ArgumentError
        The frame itself says that it is not of new values by day of the calendar.
    """
    require_columns(analytics, ANALYTICS_COLUMNS, loader="load_analytics")
    _check_facts(analytics, calendar)
    analytics = with_skipped_days(analytics, calendar.timezone)
    rows = analytics[days_of(analytics["date"]) >= since]
    rows = rows[_is(rows["entity"], "creator") & _is(rows["series_kind"], "main")]
    metric, creator = read_codes(rows["metric"], _READ), read_codes(rows["entity_id"], creators)
    is_read = (metric >= 0) & (creator >= 0)
    rows = rows.assign(series=creator * len(_READ) + metric, day=days_of(rows["date"]))[is_read]
    rows = latest_of(rows, ["series", "day"])
    with holding(rows["is_partial"], "True and False"):
        partial = read_numbers(rows["is_partial"].astype("boolean"))
    read = Daily(
        rows["series"].to_numpy(), days_of(rows["day"]), read_numbers(rows["value"]), partial
    )
    known = read.take(~np.isnan(read.gained))
    metric = known.series % len(_READ)
    plain = known.take(metric < _PLAIN)
    parts = known.take(metric >= _PLAIN)
    return _joined(_as_goals(plain, plain.series % len(_READ)), _engagement(parts))


def _is(column: pd.Series, word: str) -> Flags:
    found: Flags = read_codes(column, index_of([word])) == 0
    return found


def _check_facts(analytics: pd.DataFrame, calendar: Calendar) -> None:
    params, timezone = frame_params(analytics), frame_facts(analytics).get("timezone")
    for name, wanted in (("granularity", "day"), ("mode", "new")):
        if params.get(name, wanted) != wanted:
            raise ArgumentError("analytics", params[name], f"load it with {name}={wanted!r}")
    if timezone not in (None, calendar.timezone):
        raise ArgumentError("analytics", timezone, f"load it by days of {calendar.timezone}")


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
