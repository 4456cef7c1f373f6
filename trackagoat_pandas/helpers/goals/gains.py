"""What creators gained for goals, from loaded videos and daily analytics."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas.checks import require_columns
from trackagoat_pandas.helpers.clocks import Days, Instants
from trackagoat_pandas.helpers.creators import COUNTED_STATUSES
from trackagoat_pandas.helpers.goals.arrays import (
    Codes,
    Flags,
    Numbers,
    find_words,
    index_of,
    read_codes,
    read_flags,
)
from trackagoat_pandas.helpers.goals.daily import Daily, read_daily
from trackagoat_pandas.helpers.goals.ledger import Ledger
from trackagoat_pandas.helpers.goals.periods import ONE_DAY, Calendar
from trackagoat_pandas.helpers.latest import latest_of
from trackagoat_pandas.helpers.series import instants_of
from trackagoat_pandas.tables.analytics import GOAL_METRICS

_METRICS = index_of(GOAL_METRICS)
_POSTS = GOAL_METRICS.index("posts")
_EVER = np.datetime64("1970-01-01", "D")

VIDEO_COLUMNS = ("creator_id", "posted_at", "tracking_status", "is_tracking_disabled")


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
    since
        The first day that is asked for.
    """

    def __init__(
        self,
        creators: pd.Index,
        calendar: Calendar,
        videos: pd.DataFrame | None,
        analytics: pd.DataFrame | None,
        since: np.datetime64 = _EVER,
    ) -> None:
        self._creators, self._calendar = creators, calendar
        self._has_videos = videos is not None
        series, posted = _read_posts(videos, creators, calendar.starts(np.array([since]))[0])
        self._posts = Ledger(series, posted, np.ones(len(series)))
        self._daily_posts = Ledger(series, calendar.days(posted), np.ones(len(series)))
        daily = Daily.nothing()
        if analytics is not None:
            daily = read_daily(analytics, creators, calendar, since)
        self._metrics = {GOAL_METRICS[place] for place in np.unique(daily.series % len(_METRICS))}
        self._whole = _ledger(daily.take(daily.partial != 1))
        self._filling = _ledger(daily.take(daily.partial != 0))

    @property
    def creator_count(self) -> int:
        """How many creators are known."""
        return len(self._creators)

    def has(self, metric: str) -> bool:
        """Whether the frames say anything about a metric from the first day on."""
        return metric in self._metrics or (metric == "posts" and self._has_videos)

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


def _ledger(daily: Daily) -> Ledger:
    return Ledger(daily.series, daily.days, daily.gained)


def _read_posts(
    videos: pd.DataFrame | None, creators: pd.Index, since: np.datetime64
) -> tuple[Codes, Instants]:
    """Read every post that counts, once: by status, not disabled, of a known creator."""
    if videos is None:
        return np.empty(0, np.int64), np.empty(0, "datetime64[us]")
    require_columns(videos, VIDEO_COLUMNS, loader="load_videos")
    videos = latest_of(videos, ["id"])
    posted = instants_of(videos["posted_at"])
    counts = read_codes(videos["tracking_status"], index_of(COUNTED_STATUSES)) >= 0
    disabled = read_flags(videos["is_tracking_disabled"], unknown=False)
    chosen = np.flatnonzero(counts & ~disabled & (posted >= since))
    creator = read_codes(videos["creator_id"].iloc[chosen], creators)
    known = creator >= 0
    return creator[known] * len(_METRICS) + _POSTS, posted[chosen[known]]
