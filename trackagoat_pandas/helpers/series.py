"""The series in a long frame of analytics, and their buckets of days, weeks or months."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import cast, get_args

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Days, Granularity, Ints
from trackagoat_pandas.helpers.clocks import ONE_DAY, skipped_days
from trackagoat_pandas.helpers.columns import days_of, is_word
from trackagoat_pandas.inputs.checks import check_choice, frame_params

OWNER = ("entity", "entity_id", "series_kind", "parent_id")
"""The columns that identify the owner of a series; a video can be part of several campaigns."""
IDENTITY = (*OWNER, "metric")
"""The columns that identify a series."""
ROW = ("entity_id", "metric", "date", "value", "series_kind")
"""The columns that helpers need of an analytics frame."""

WEEK_DAYS = 7
_STEPS: Mapping[Granularity, np.timedelta64] = MappingProxyType(
    {"day": ONE_DAY, "week": WEEK_DAYS * ONE_DAY, "month": np.timedelta64(1, "M")}
)
_FINER = ("video_id", "creator_id", "item_id")
"""The ids of what a row is about rather than the campaign that it names."""
SUBJECTS = ("entity", "entity_id", "parent_id", "campaign_id", "campaign_name", *_FINER)
"""The columns that say what rows are about."""
_FEWEST = 2


def are_overlapping(rows: pd.DataFrame) -> bool:
    """Return whether rows are of several campaigns, or of their parts, whose numbers have no sum.

    Campaigns share videos, and one has those of the campaigns inside it, so a sum would count them
    repeatedly.

    Examples
    --------
    >>> views = {"entity": "campaign", "entity_id": ["spring", "teasers"], "value": [300, 120]}
    >>> are_overlapping(pd.DataFrame(views)), are_overlapping(pd.DataFrame(views).head(1))
    (True, False)
    """
    if {"entity", "entity_id"} <= {*rows.columns}:
        is_campaign, parents = is_word(rows["entity"], "campaign"), rows["entity_id"].head(0)
        if "parent_id" in rows.columns:
            parents = rows["parent_id"].dropna()
            is_campaign &= rows["parent_id"].isna().to_numpy(bool)
        owners = [parents, rows["entity_id"][is_campaign].dropna()]
    elif "parent_id" in rows.columns and rows["parent_id"].notna().any():
        return True
    elif rows.columns.isin(_FINER).any():
        return False
    else:
        named = rows.columns.intersection(["campaign_id", "campaign_name"])[:1]
        owners = [rows[name].dropna() for name in named]
    # As text, since a column of ids may hold anything.
    return len({id_ for ids in owners for id_ in ids.astype("str").unique()}) > 1


def with_skipped_days(analytics: pd.DataFrame, timezone: str) -> pd.DataFrame:
    """Add the days that a time zone skipped to each daily series, as complete days with a 0.

    In Apia 29 December 2011 was followed by the 31st, so the server sends no 30th, and the day must
    not count as missing.
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
    """Return the granularity of an analytics frame.

    It is the one given, else the one in the frame's attributes. Without these it is inferred from
    the dates: only Mondays are weeks, only firsts of months are months; any others, or a single
    date, are days.

    Raises
    ------
    ChoiceError
        The one given is another word.
    """
    said = frame_params(frame).get("granularity")
    if given is not None:
        check_choice("granularity", given, get_args(Granularity))
        return given
    if said in get_args(Granularity):
        return cast("Granularity", said)
    days = days_of(pd.Series(frame["date"].unique()).dropna())
    # The first day of one bucket alone doesn't show how long it is.
    if len(days) < _FEWEST:
        return "day"
    if (days == days.astype("datetime64[M]").astype("datetime64[D]")).all():
        return "month"
    return "week" if (_weekday(days) == 0).all() else "day"


def _weekday(days: Days) -> Ints:
    """Return the days since Monday; 1970-01-01, which is day 0, was a Thursday."""
    weekdays: Ints = (days.astype("int64") + 3) % WEEK_DAYS
    return weekdays


def next_bucket(days: Days, granularity: Granularity, steps: int | Ints = 1) -> Days:
    """Return the first days of the buckets that many steps after (or before) those of the days."""
    unit = "datetime64[M]" if granularity == "month" else "datetime64[D]"
    later: Days = (days.astype(unit) + steps * _STEPS[granularity]).astype("datetime64[D]")
    return later


def bucket_start(day: np.datetime64, granularity: Granularity) -> np.datetime64:
    """Return the first day of the bucket of a day; weeks begin on Monday."""
    if granularity == "month":
        return np.datetime64(str(day.astype("datetime64[M]")), "D")
    since = int(_weekday(np.array([day]))[0]) if granularity == "week" else 0
    start: np.datetime64 = day - since * ONE_DAY
    return start


def buckets_between(first: np.datetime64, last: np.datetime64, granularity: Granularity) -> Days:
    """Return the first days of all buckets from the one that begins at `first` up to `last`."""
    if granularity == "month":
        begin, end = (day.astype("datetime64[M]") for day in (first, last))
        return np.arange(begin, end + _STEPS["month"]).astype("datetime64[D]")
    return np.arange(first, last + ONE_DAY, _STEPS[granularity])


def buckets_left_out(owners: Ints, firsts: Days, lasts: Days, granularity: Granularity) -> Days:
    """Return, without duplicates, the buckets between an owner's spans that none of them covers.

    A span reaches from its first to its last bucket; for single values, pass their bucket as both.
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


def runs_of_days(days: Days) -> list[str]:
    """Write each unbroken run of ascending days, such as ``2026-05-11..2026-05-20``."""
    breaks = np.flatnonzero(np.diff(days) > ONE_DAY) + 1
    runs = [run for run in np.split(days, breaks) if len(run)]
    return [str(run[0]) if len(run) == 1 else f"{run[0]}..{run[-1]}" for run in runs]
