"""From when series of analytics have data, and which of their zeros are from before that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from trackagoat_pandas._types import Bools, Days, Granularity, Ints
from trackagoat_pandas.checks import frame_facts
from trackagoat_pandas.helpers.clocks import ONE_DAY
from trackagoat_pandas.helpers.columns import days_of, flags_of, is_word, values_of
from trackagoat_pandas.helpers.series import firsts_of, next_bucket, numbered

_SUBJECT: Final = ("entity", "entity_id", "parent_id")
"""The columns that identify what a series is about, in both periods."""
_NEVER: Final = np.iinfo(np.int64).max
_CLEARLY: Final = 2
"""Zeros at the start of a range are from before the data if there are more than this many times as
many as of the longest quiet time later on. Over 20 worlds of the sandbox, creators loaded by ids
alone for a year got their tracking start or a later day up to their first view in 100 %; zeros of
tracked days became NA in 3 %."""
_LEAST_QUIET: Final = 7
"""The quiet time, in days, that anybody may have."""


@dataclass(frozen=True, slots=True)
class Beginnings:
    """The first days with data of what an analytics frame is about.

    Attributes
    ----------
    is_before
        Which rows are 0 though their bucket ended before the first data of their series.
    since
        For each subject the first day from which there can be data, or are values.
    seen
        For each subject the first day of its rows.
    is_inferred
        Whether ``since`` follows from the values alone.
    is_part
        Which subjects are parts of campaigns.
    """

    is_before: Bools
    since: Days
    seen: Days
    is_inferred: Bools
    is_part: Bools


def beginnings(
    analytics: pd.DataFrame, known: Mapping[str, date], granularity: Granularity
) -> Beginnings:
    """Find from when each series has data.

    A series has data from its first value other than 0 on, and before that:

    - since its creator was tracked, project's or campaign's first creator was, by `known`, or its
      first snapshot (``is_baseline``), whichever is earlier. A quiet start thus remains 0;
    - of a video, since its first snapshot, else since it was posted, by `known`;
    - if nothing of this is known, since the first value other than 0 of any metric, provided that
      the time before it is much longer than any quiet time after it.

    Parameters
    ----------
    analytics
        An analytics frame of new or cumulative values, with a prior period or without.
    known
        From when there can be data, by the ids of entities.
    granularity
        The length of the buckets.
    """
    subject, series = numbered(analytics, _SUBJECT), numbered(analytics, (*_SUBJECT, "metric"))
    dates, values = days_of(analytics["date"]), values_of(analytics["value"])
    days, is_dated = dates.astype(np.int64), ~np.isnat(dates)
    is_active = is_dated & ~np.isnan(values) & (values != 0)
    firsts = firsts_of(subject)
    count, one_each = len(firsts), analytics.iloc[firsts]
    active = _earliest(subject, days, is_active, count)
    snapshot = _earliest(subject, days, is_dated & flags_of(analytics, "is_baseline"), count)
    told = np.array(
        [
            _NEVER if day is None else np.datetime64(day, "D").astype(np.int64)
            for day in map(known.get, one_each["entity_id"])
        ],
        np.int64,
    )
    is_part = _is_part(one_each)
    is_video = is_word(one_each["entity"], "video") | is_part
    begun = np.where(
        is_video, np.where(snapshot < _NEVER, snapshot, told), np.minimum(told, snapshot)
    )
    seen = _earliest(subject, days, is_dated, count)
    is_inferred = (begun == _NEVER) & _is_clearly_quiet_before(subject, days, is_active, active)
    begun = np.where(is_inferred, active, begun)
    # Of what never had any value, nothing else is known than when the others begin.
    is_silent = (begun == _NEVER) & (active == _NEVER)
    begun = np.where((begun == _NEVER) & ~is_silent, seen, begun)
    begun[is_silent] = np.minimum(begun, active)[~is_silent].min(initial=_NEVER)
    begun = np.where(begun == _NEVER, seen, begun)
    own = _earliest(series, days, is_active, int(series.max(initial=-1)) + 1)
    start = np.minimum(own[series], begun[subject])
    ends = _ends(series, dates, granularity).astype(np.int64)
    since = np.minimum(begun, active).astype("datetime64[D]")
    # A snapshot of a week or month says no more than that; the day may be known.
    day = told.astype("datetime64[D]")
    since = np.where((day >= since) & (day < next_bucket(since, granularity)), day, since)
    is_before = is_dated & (values == 0) & (ends <= start)
    return Beginnings(is_before, since, seen.astype("datetime64[D]"), is_inferred, is_part)


def last_start(analytics: pd.DataFrame) -> float:
    """Return the day from which all that a frame has rows of has data, as its provenance says.

    It is a number of days; NaN if the provenance says nothing of that.
    """
    facts = frame_facts(analytics)
    later = facts.get("starts_later")
    said = [facts.get("data_since"), later.get("last") if isinstance(later, Mapping) else None]
    days = pd.to_datetime([str(day)[:10] for day in said if day], errors="coerce").dropna()
    return float((days.max() - pd.Timestamp(0)).days) if len(days) else np.nan


def joint_starts(loads: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what joined loads say of where data begin: the first day, and the last to start."""
    said = [each for each in loads if each.keys() & {"data_since", "starts_later"}]
    since = [str(each["data_since"]) for each in said if "data_since" in each]
    later = [one for each in said if isinstance(one := each.get("starts_later"), Mapping)]
    facts: dict[str, Any] = {"data_since": min(since)} if since else {}
    if later:
        facts["starts_later"] = dict(max(later, key=lambda one: str(one.get("last"))))
    return facts


def _is_part(rows: pd.DataFrame) -> Bools:
    """Return which rows are of a part of a campaign, which is a video."""
    if "parent_id" not in rows.columns:
        return np.zeros(len(rows), np.bool_)
    return rows["parent_id"].notna().to_numpy(np.bool_)


def _earliest(numbers: Ints, days: Ints, rows: Bools, count: int) -> Ints:
    """Return the earliest day among some rows, by number."""
    found = np.full(count, _NEVER)
    np.minimum.at(found, numbers[rows], days[rows])
    return found


def _is_clearly_quiet_before(subject: Ints, days: Ints, is_active: Bools, active: Ints) -> Bools:
    """Return whose time before the first value is much longer than any quiet time after it."""
    count = len(active)
    first, last = np.full((2, count), _NEVER)
    np.minimum.at(first, subject, days)
    np.maximum.at(last, subject, days)
    shown = pd.DataFrame({"subject": subject[is_active], "day": days[is_active]})
    shown = shown.drop_duplicates().sort_values(["subject", "day"])
    numbers = shown["subject"].to_numpy()
    gaps = shown.groupby("subject")["day"].diff().fillna(0).to_numpy(np.int64)
    longest, final = np.zeros(count, np.int64), np.zeros(count, np.int64)
    np.maximum.at(longest, numbers, gaps)
    np.maximum.at(final, numbers, shown["day"].to_numpy())
    quiet = np.maximum(np.maximum(longest, last - final), _LEAST_QUIET)
    return (active < _NEVER) & (active - first > _CLEARLY * quiet)


def _ends(series: Ints, dates: Days, granularity: Granularity) -> Days:
    """Return the day after each row's bucket; the range may cut the first one of a series."""
    ends = next_bucket(dates, granularity)
    if granularity == "day" or not len(dates):
        return ends
    order = np.lexsort((dates, series))
    follows = series[order][1:] == series[order][:-1]
    earlier, later = order[:-1][follows], order[1:][follows]
    is_longer = ends[earlier] > dates[later]
    ends[earlier[is_longer]] = np.maximum(dates[later], dates[earlier] + ONE_DAY)[is_longer]
    return ends
