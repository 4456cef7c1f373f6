"""The rows of an analytics frame that are seen: of some days, entities and metrics, and how long.

Pure. Knows analytics frames, and what may honestly be added up. Must not know widgets or plots.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Hashable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from trackagoat_pandas._types import Granularity
from trackagoat_pandas.checks import frame_facts, frame_params
from trackagoat_pandas.dates import DateRange
from trackagoat_pandas.helpers.columns import days_of, is_word
from trackagoat_pandas.helpers.series import granularity_of, next_bucket
from trackagoat_pandas.plots.trend import SUMMABLE
from trackagoat_pandas.tables import METRICS

_OWNER: Final = ("entity", "entity_id", "label", "metric", "series_kind", "parent_id", "date")
_FLAGS: Final = ("is_partial", "is_baseline")
_MODULE: Final = "trackagoat_pandas.widgets.explorer_rows"


class Choice(NamedTuple):
    """What is chosen of an analytics frame; empty tuples and None leave all of it as it is."""

    days: DateRange | None = None
    entities: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    granularity: Granularity | None = None
    is_compared: bool = True


class Seen(NamedTuple):
    """The rows that a choice leaves, and the lines of Python that narrow ``views`` to them."""

    frame: pd.DataFrame
    lines: tuple[str, ...] = ()


def see(analytics: pd.DataFrame, choice: Choice) -> Seen:
    """Keep the rows that are chosen, in buckets of the length that is."""
    frame, lines = analytics, list[str]()
    if not choice.is_compared:
        frame = frame[frame["series_kind"] != "prior_period"]
        lines.append('views = views[views["series_kind"] != "prior_period"]')
    if choice.days is not None:
        first, stop = choice.days.start.date(), choice.days.stop.date()
        days = compared_days(frame)
        frame = frame[(days >= str(first)) & (days < str(stop))]
        lines += [
            f"from {_MODULE} import compared_days",
            "days = compared_days(views)",
            f'views = views[(days >= "{first}") & (days < "{stop}")]',
        ]
    if choice.entities:
        ids = listed(choice.entities)
        is_seen, line = frame["entity_id"].isin(choice.entities), f'views["entity_id"].isin({ids})'
        if "parent_id" in frame.columns and frame["parent_id"].notna().any():
            is_seen |= frame["parent_id"].isin(choice.entities)
            line += f' | views["parent_id"].isin({ids})'
        frame = frame[is_seen]
        lines.append(f"views = views[{line}]")
    if choice.metrics:
        frame = frame[frame["metric"].isin(choice.metrics)]
        lines.append(f'views = views[views["metric"].isin({listed(choice.metrics)})]')
    if choice.granularity is not None:
        frame = in_buckets(frame, choice.granularity)
        lines += [
            f"from {_MODULE} import in_buckets",
            f'views = in_buckets(views, "{choice.granularity}")',
        ]
    return Seen(frame, tuple(lines))


def compared_days(analytics: pd.DataFrame) -> pd.Series:
    """Give each row's day; for a prior period's the day with which it is compared.

    The first bucket of the period before is compared with the first of the range asked for, and so
    on.
    """
    days = days_of(analytics["date"])
    is_prior = is_word(analytics["series_kind"], "prior_period")
    is_own = is_word(analytics["series_kind"], "main")
    is_known = ~np.isnat(days)
    if (is_prior & is_known).any() and (is_own & is_known).any():
        granularity = granularity_of(analytics)
        unit = "datetime64[M]" if granularity == "month" else "datetime64[D]"
        first = days[is_own & is_known].min().astype(unit)
        before = days[is_prior & is_known].min().astype(unit)
        steps = np.full(int(is_prior.sum()), (first - before).astype("int64"), np.intp)
        step: Granularity = "month" if granularity == "month" else "day"
        days[is_prior] = next_bucket(days[is_prior], step, steps)
    return pd.Series(days.astype("datetime64[us]"), analytics.index, name="date")


def in_buckets(analytics: pd.DataFrame, granularity: Granularity) -> pd.DataFrame:
    """Add up the days of an analytics frame to weeks, from Monday on, or to months.

    Parameters
    ----------
    analytics
        The frame of :func:`load_analytics`, in buckets of a day.
    granularity
        ``"week"`` or ``"month"``.

    Returns
    -------
    pandas.DataFrame
        Columns and dtypes as given, without those that :func:`load_analytics` doesn't know. What is
        new is added up, NA where no day has a value; of a total so far the last is taken. Rates are
        left out, since those of days say nothing of a week's. A bucket is partial if one of its
        days is. The weeks of a prior period are those of the days that they are compared with;
        months of a prior period are left out, since they have other lengths.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     creators = tgp.load_creators("Summer Launch")
    ...     views = tgp.load_analytics("creator", creators, "views", dates="2026-05")
    >>> months = in_buckets(views, "month")
    >>> len(months) == len(creators)
    True
    >>> bool(months["value"].sum() == views["value"].sum())
    True
    """
    compared = compared_days(analytics)
    is_seen = analytics["metric"].isin(SUMMABLE)
    if granularity == "month":
        is_seen &= analytics["series_kind"] != "prior_period"
    rows, compared = analytics[is_seen], compared[is_seen]
    since = compared.dt.day_of_week if granularity == "week" else compared.dt.day - 1
    days = pd.Series(days_of(rows["date"]).astype("datetime64[us]"), rows.index)
    starts = (days - pd.to_timedelta(since, unit="D")).astype(analytics["date"].dtype)
    names = [name for name in _OWNER if name in rows.columns]
    groups = rows.assign(date=starts).groupby(names, observed=True, dropna=False, sort=False)
    values = groups["value"].last() if is_total(analytics) else groups["value"].sum(min_count=1)
    flags = {name: groups[name].any() for name in _FLAGS if name in rows.columns}
    made = pd.DataFrame({"value": values, **flags}).reset_index()
    made = made[[name for name in analytics.columns if name in made.columns]]
    made = made.astype({name: analytics[name].dtype for name in made.columns})
    made.attrs = _said(analytics, granularity)
    return made


def _said(analytics: pd.DataFrame, granularity: Granularity) -> dict[Hashable | None, Any]:
    """The frame's attributes, with the length of its buckets, from which plots know it."""
    facts = frame_facts(analytics)
    params = {**frame_params(analytics), "granularity": granularity}
    return {**analytics.attrs, "trackagoat": {**facts, "params": params}}


def notes_on(seen: pd.DataFrame, choice: Choice) -> list[str]:
    """Say what buckets that were added up don't show, given the rows before they were."""
    if choice.granularity is None or seen.empty:
        return []
    unit, said = choice.granularity, list[str]()
    if rates := [metric for metric in metrics_in(seen) if metric not in SUMMABLE]:
        words = ", ".join(metric.replace("_", " ") for metric in rates)
        said.append(f"Not shown by {unit}, since rates can't be added up: {words}.")
    if unit == "month" and has_prior(seen):
        said.append("Months aren't compared with the period before: they have other lengths.")
    span = span_of(seen)
    after = pd.Timestamp(span.stop)
    start_cut = span.start.weekday() > 0 if unit == "week" else span.start.day > 1
    end_cut = after.weekday() > 0 if unit == "week" else after.day > 1
    ends = [word for word, is_cut in (("first", start_cut), ("last", end_cut)) if is_cut]
    if ends:
        are_cut = "are cut: some of their" if len(ends) > 1 else "is cut: some of its"
        said.append(f"The {' and the '.join(ends)} {unit} {are_cut} days aren't there.")
    return said


def is_total(analytics: pd.DataFrame) -> bool:
    """Whether values are totals so far, which are never added up over time."""
    return frame_params(analytics).get("mode") == "cumulative"


def has_prior(analytics: pd.DataFrame) -> bool:
    """Whether a frame holds a period to compare with."""
    return bool(is_word(analytics["series_kind"], "prior_period").any())


def metrics_in(analytics: pd.DataFrame) -> list[str]:
    """The metrics that a frame holds, in their natural order, unknown ones last."""
    there = {str(metric) for metric in analytics["metric"].dropna().unique()}
    known = [metric for metric in METRICS if metric in there]
    return [*known, *sorted(there.difference(known))]


def what_in(analytics: pd.DataFrame) -> str:
    """What the frame's series are of: creators, say; entities where they are of several kinds."""
    kinds = set(analytics["entity"].dropna()) if "entity" in analytics.columns else set[str]()
    return f"{kinds.pop()}s" if len(kinds) == 1 else "entities"


def owners_in(analytics: pd.DataFrame) -> pd.DataFrame:
    """Whose series a frame holds, as a frame that a picker of creators takes.

    Parts of a campaign come with it.
    """
    is_whole = ~is_word(analytics["series_kind"], "breakdown")
    owners = analytics[is_whole].drop_duplicates("entity_id").dropna(subset="entity_id")
    names = owners["label"].fillna(owners["entity_id"])
    return pd.DataFrame(
        {"id": owners["entity_id"].to_numpy(object), "tiktok_handle": names.to_numpy(object)}
    )


def span_of(analytics: pd.DataFrame) -> DateRange:
    """The days of a frame's own range, by its buckets' first days; today if it has none."""
    days = analytics.loc[is_word(analytics["series_kind"], "main"), "date"].dropna()
    if not len(days):
        today = dt.datetime.now(dt.UTC).date()
        return DateRange(today, today)
    return DateRange(days.min().date(), days.max().date())


def listed(words: Sequence[str]) -> str:
    """Write a list of words as Python, whatever is in them."""
    return json.dumps(list(words), ensure_ascii=False)
