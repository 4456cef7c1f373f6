"""What a series is in a long frame of analytics: whose it is, of what, and in which buckets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast, get_args

import numpy as np
import pandas as pd

from trackagoat_pandas._types import Days, Granularity, Ints
from trackagoat_pandas.checks import check_choice, frame_params
from trackagoat_pandas.helpers.clocks import ONE_DAY, skipped_days
from trackagoat_pandas.helpers.columns import days_of, numbers_of

OWNER = ("entity", "entity_id", "series_kind", "parent_id")
"""Whose series it is: the same video can be part of two campaigns."""
IDENTITY = (*OWNER, "metric")
"""What makes one series of a frame differ from another."""

_WEEK_DAYS = 7
_FEWEST = 2
_BIGGEST = 2**62
_ONE_MONTH = np.timedelta64(1, "M")


def numbered(frame: pd.DataFrame, names: Iterable[str]) -> Ints:
    """Number the rows by their values in some columns, in order of first appearance.

    Equal rows get equal numbers, and a missing value equals another. Columns that the frame does
    not have are passed over.
    """
    numbers, most, is_plain = np.zeros(len(frame), np.int64), 1, True
    for name in names:
        if name not in frame.columns:
            continue
        codes, kinds = numbers_of(frame[name])
        if kinds < _FEWEST:
            continue
        if most * kinds > _BIGGEST:
            numbers = pd.factorize(numbers)[0].astype(np.int64)
            most = len(frame)
        # Of one column the codes are in the order of their appearance already.
        is_plain = most == 1
        numbers, most = codes if is_plain else numbers * kinds + codes, most * kinds
    return numbers.astype(np.intp, copy=False) if is_plain else pd.factorize(numbers)[0]


def firsts_of(numbers: Ints) -> Ints:
    """Return the position of the first row of each number that :func:`numbered` gave."""
    firsts: Ints = pd.Series(numbers).drop_duplicates().index.to_numpy()
    return firsts


def with_skipped_days(analytics: pd.DataFrame, timezone: str) -> pd.DataFrame:
    """Add to each daily series the days that its time zone never had: complete, and with nothing.

    Clocks of Apia went from 29 to 31 December 2011, so no server sends the 30th.
    """
    days = days_of(analytics["date"])
    known = days[~np.isnat(days)]
    if not known.size:
        return analytics
    skipped = skipped_days(known.min(), known.max(), timezone)
    if not skipped.size:
        return analytics
    named = [name for name in IDENTITY if name in analytics.columns]
    one_each = analytics[~analytics.duplicated(named)]
    dates = [day.astype("datetime64[us]") for day in skipped]
    added = [one_each.assign(date=day, value=0, is_partial=False) for day in dates]
    return pd.concat([analytics, *added], ignore_index=True).astype(analytics.dtypes.to_dict())


def granularity_of(frame: pd.DataFrame, given: Granularity | None = None) -> Granularity:
    """Say how long the buckets of an analytics frame are.

    It is what is given, else what the load was asked for. Where the frame no longer says so, it is
    read from the days: all Mondays are weeks, all firsts of a month are months, and any others, or
    one alone, are days.

    Raises
    ------
    ChoiceError
        What is given is no granularity.
    """
    said = frame_params(frame).get("granularity")
    if given is not None:
        check_choice("granularity", given, get_args(Granularity))
        return given
    if said in get_args(Granularity):
        return cast("Granularity", said)
    days = days_of(pd.Series(frame["date"].unique()).dropna())
    if len(days) < _FEWEST:
        return "day"
    if (days == days.astype("datetime64[M]").astype("datetime64[D]")).all():
        return "month"
    return "week" if (_weekday(days) == 0).all() else "day"


def _weekday(days: Days) -> Ints:
    """Count the days since Monday: 1970-01-01, from which days are counted, was a Thursday."""
    weekdays: Ints = (days.astype("int64") + 3) % _WEEK_DAYS
    return weekdays


def next_bucket(days: Days, granularity: Granularity, steps: int | Ints = 1) -> Days:
    """Return the first days of the buckets so many steps later, or earlier, than those days."""
    if granularity == "month":
        months = days.astype("datetime64[M]")
        later: Days = (months + steps * _ONE_MONTH).astype("datetime64[D]")
        return later
    return days + steps * ((_WEEK_DAYS if granularity == "week" else 1) * ONE_DAY)


def bucket_start(day: np.datetime64, granularity: Granularity) -> np.datetime64:
    """Return the first day of the bucket that holds a day; weeks begin on Monday."""
    if granularity == "month":
        return np.datetime64(str(day.astype("datetime64[M]")), "D")
    since = int(_weekday(np.array([day]))[0]) if granularity == "week" else 0
    start: np.datetime64 = day - since * ONE_DAY
    return start


def buckets_between(first: np.datetime64, last: np.datetime64, granularity: Granularity) -> Days:
    """Return the first day of every bucket from one that begins at `first` up to `last`."""
    if granularity == "month":
        begin, end = (day.astype("datetime64[M]") for day in (first, last))
        return np.arange(begin, end + _ONE_MONTH).astype("datetime64[D]")
    step = (_WEEK_DAYS if granularity == "week" else 1) * ONE_DAY
    return np.arange(first, last + ONE_DAY, step)


def buckets_left_out(owners: Ints, firsts: Days, lasts: Days, granularity: Granularity) -> Days:
    """Return the buckets between two spans of one owner that none of its spans covers, each once.

    A span is from its first to its last bucket; of values it is their bucket twice.
    """
    order = np.lexsort((firsts, owners))
    owners, firsts, days = owners[order], firsts[order], lasts[order].astype(np.int64)
    reached = pd.Series(days).groupby(owners).cummax().to_numpy().astype("datetime64[D]")
    begins, ends = next_bucket(reached[:-1], granularity), next_bucket(firsts[1:], granularity, -1)
    is_gap = (owners[1:] == owners[:-1]) & (begins <= ends)
    gaps = set(zip(begins[is_gap], ends[is_gap], strict=True))
    found = [buckets_between(begin, end, granularity) for begin, end in gaps]
    left_out: Days = np.unique(np.concatenate([firsts[:0], *found]))
    return left_out


def runs_of_days(days: Days) -> list[tuple[np.datetime64, np.datetime64]]:
    """Return the first and last day of each unbroken run of ascending days."""
    breaks = np.flatnonzero(np.diff(days) > ONE_DAY) + 1
    return [(run[0], run[-1]) for run in np.split(days, breaks) if len(run)]
