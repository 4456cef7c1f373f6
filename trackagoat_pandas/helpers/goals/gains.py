"""What creators gained for goals, from loaded videos and daily analytics.

Knows which posts and which series count: contract sections 4 to 6. Must not know targets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas.checks import require_columns
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.creators import COUNTED_STATUSES
from trackagoat_pandas.helpers.goals.arrays import (
    Codes,
    Days,
    Flags,
    Instants,
    Numbers,
    find_words,
    index_of,
    read_codes,
    read_days,
    read_flags,
    read_instants,
    read_numbers,
    read_words,
)
from trackagoat_pandas.helpers.goals.ledger import Ledger
from trackagoat_pandas.helpers.goals.periods import ONE_DAY, Calendar
from trackagoat_pandas.tables.analytics import GOAL_METRICS

_PARTS = {"engagement": ("likes", "comments", "shares", "saves")}
_METRICS = index_of(GOAL_METRICS)
_POSTS = GOAL_METRICS.index("posts")
_NOTHING = np.empty(0)

VIDEO_COLUMNS = ("creator_id", "posted_at", "tracking_status", "is_tracking_disabled")
ANALYTICS_COLUMNS = ("entity", "entity_id", "metric", "date", "value", "series_kind", "is_partial")


class Gains:
    """What each creator gained for each goal metric.

    ``posts`` come from videos, or without these from the analytics; everything else from the
    analytics: the days' new values of each creator, where ``engagement`` is likes + comments +
    shares + saves. What the frames don't cover is NaN, never zero.

    Parameters
    ----------
    creators
        The creators to know of.
    calendar
        The organization's.
    videos, analytics
        The frames of ``load_videos`` and ``load_analytics``, or None.
    """

    def __init__(
        self,
        creators: pd.Index,
        calendar: Calendar,
        videos: pd.DataFrame | None,
        analytics: pd.DataFrame | None,
    ) -> None:
        self._creators, self._calendar = creators, calendar
        self._has_videos = videos is not None
        series, posted = _read_posts(videos, creators)
        self._posts = Ledger(series, posted, np.ones(len(series)))
        self._daily_posts = Ledger(series, calendar.days(posted), np.ones(len(series)))
        series, days, values, partial = _read_daily(analytics, creators, calendar)
        known = ~np.isnan(values)
        whole, filling = known & ~(partial == 1), known & ~(partial == 0)
        self._whole = Ledger(series[whole], days[whole], values[whole])
        self._filling = Ledger(series[filling], days[filling], values[filling])

    def series(self, creators: pd.Series, metrics: NDArray[np.object_]) -> Codes:
        """Number the series of each creator and metric; -1 where there is none."""
        creator = read_codes(creators, self._creators)
        metric = find_words(metrics, _METRICS)
        return np.where((creator < 0) | (metric < 0), -1, creator * len(_METRICS) + metric)

    def between(self, series: Codes, first: Days, until: Instants) -> Numbers:
        """Sum what came from the start of a day up to an instant.

        The day that the instant cuts must be the one that still filled when it was loaded, and all
        days before it must be whole.
        """
        last = self._calendar.days(until)
        is_cut = until > self._calendar.starts(last)
        total, days = self._whole.totals(series, first, last)
        today, cut = self._filling.totals(series, last, np.where(is_cut, last + ONE_DAY, last))
        is_known = (first + days * ONE_DAY == last) & (cut == is_cut) & (series >= 0)
        gained = np.where(is_known, total + today, np.nan)
        posts, _ = self._posts.totals(series, self._calendar.starts(first), until)
        return np.where(self._from_videos(series), posts, gained)

    def daily(self, series: Codes, days: Days) -> Numbers:
        """Look up the gain of each series on each of some whole days: shape (series, days)."""
        rows = series[:, None]
        total, found = self._whole.totals(rows, days, days + ONE_DAY)
        posts, _ = self._daily_posts.totals(rows, days, days + ONE_DAY)
        return np.where(self._from_videos(rows), posts, np.where(found == 1, total, np.nan))

    def _from_videos(self, series: Codes) -> Flags:
        chosen: Flags = (series >= 0) & (series % len(_METRICS) == _POSTS) & self._has_videos
        return chosen


def _read_posts(videos: pd.DataFrame | None, creators: pd.Index) -> tuple[Codes, Instants]:
    """Read every post that counts: by status, not disabled, of a known creator."""
    if videos is None:
        return _NOTHING.astype(np.int64), _NOTHING.astype("datetime64[us]")
    require_columns(videos, VIDEO_COLUMNS, loader="load_videos")
    counts = read_codes(videos["tracking_status"], index_of(COUNTED_STATUSES)) >= 0
    disabled = read_flags(videos["is_tracking_disabled"], unknown=False)
    creator, posted = read_codes(videos["creator_id"], creators), read_instants(videos["posted_at"])
    kept = counts & ~disabled & (creator >= 0) & ~np.isnat(posted)
    return creator[kept] * len(_METRICS) + _POSTS, posted[kept]


def _read_daily(
    analytics: pd.DataFrame | None, creators: pd.Index, calendar: Calendar
) -> tuple[Codes, Days, Numbers, Numbers]:
    """Read series, day, value, and 1 for a partial day, 0 for a whole one, NaN for who knows."""
    if analytics is None:
        return _NOTHING.astype(np.int64), _NOTHING.astype("datetime64[D]"), _NOTHING, _NOTHING
    require_columns(analytics, ANALYTICS_COLUMNS, loader="load_analytics")
    _check_days(analytics, calendar)
    rows = _daily_rows(analytics, creators)
    joined = pd.concat(
        [_metric_rows(rows, name, _PARTS.get(name, (name,))) for name in GOAL_METRICS],
        ignore_index=True,
    )
    return (
        joined["series"].to_numpy(np.int64),
        joined["day"].to_numpy("datetime64[D]"),
        joined["value"].to_numpy(np.float64),
        joined["partial"].to_numpy(np.float64),
    )


def _check_days(analytics: pd.DataFrame, calendar: Calendar) -> None:
    """Refuse what the frame itself says is not new values by day of the calendar."""
    facts = analytics.attrs.get("trackagoat", {})
    params: Mapping[str, Any] = facts.get("params", {})
    for name, wanted in (("granularity", "day"), ("mode", "new")):
        if params.get(name, wanted) != wanted:
            raise ArgumentError("analytics", params[name], f"load it with {name}={wanted!r}")
    if facts.get("timezone") not in {None, calendar.timezone}:
        raise ArgumentError(
            "analytics", facts["timezone"], f"load it by days of {calendar.timezone}"
        )


def _daily_rows(analytics: pd.DataFrame, creators: pd.Index) -> pd.DataFrame:
    """Take the creators' own series, each day once: of repeated days the last one."""
    chosen = analytics[
        (read_words(analytics["entity"]) == "creator")
        & (read_words(analytics["series_kind"]) == "main")
    ]
    partial = read_numbers(chosen["is_partial"].astype("boolean"))
    rows = pd.DataFrame(
        {
            "creator": read_codes(chosen["entity_id"], creators),
            "metric": read_words(chosen["metric"]),
            "day": read_days(chosen["date"]).astype("datetime64[s]"),
            "value": read_numbers(chosen["value"]),
            "partial": partial,
        }
    )
    kept = rows[(rows["creator"] >= 0) & rows["day"].notna()]
    return kept.drop_duplicates(["creator", "metric", "day"], keep="last")


def _metric_rows(rows: pd.DataFrame, metric: str, parts: Sequence[str]) -> pd.DataFrame:
    """Sum the metrics that make up one goal metric, where all of them are known."""
    chosen = rows[rows["metric"].isin(parts)]
    if len(parts) > 1:
        days = chosen.groupby(["creator", "day"], as_index=False)
        totals = days.agg(
            value=("value", "sum"), known=("value", "count"), partial=("partial", "max")
        )
        chosen = totals[totals["known"] == len(parts)]
    return pd.DataFrame(
        {
            "series": chosen["creator"] * len(_METRICS) + GOAL_METRICS.index(metric),
            "day": chosen["day"],
            "value": chosen["value"],
            "partial": chosen["partial"],
        }
    )
