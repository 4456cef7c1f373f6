"""What creators achieved on any days: posts, views, engagement, followers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from trackagoat_pandas.checks import frame_params, require_columns
from trackagoat_pandas.errors import ArgumentError, MissingArgumentError
from trackagoat_pandas.helpers.creators import COUNTED_STATUSES
from trackagoat_pandas.helpers.payouts.columns import (
    NO_DAY,
    Whole,
    flags,
    instants,
    local_days,
    once,
    text,
)
from trackagoat_pandas.helpers.payouts.daily import Daily, Gaps, daily_values
from trackagoat_pandas.helpers.series import with_skipped_days

PARTS = {
    "views": ("views",),
    "followers": ("followers",),
    "posts": ("posts",),
    "engagement": ("likes", "comments", "shares", "saves"),
}
"""The metrics of analytics of which each metric is the sum."""
_SERIES = ("entity", "entity_id", "metric", "date", "value", "series_kind")
_VIDEO = ("id", "creator_id", "posted_at", "tracking_status", "is_tracking_disabled")


def check_daily(analytics: pd.DataFrame | None) -> pd.DataFrame:
    """Return an analytics frame of what is new each day.

    Raises
    ------
    ArgumentError
        There is none, or by its attributes it holds running totals or longer buckets.
    """
    if analytics is None:
        raise MissingArgumentError("analytics", "load_analytics returns it")
    require_columns(analytics, _SERIES, loader="load_analytics")
    params = frame_params(analytics)
    for name, wanted in (("mode", "new"), ("granularity", "day")):
        if params.get(name, wanted) != wanted:
            raise ArgumentError("analytics", params[name], f"load it with {name}={wanted!r}")
    return analytics


def counted_videos(videos: pd.DataFrame | None) -> pd.DataFrame:
    """Return the videos that count in statistics and have a creator, each once.

    Of a video that stands twice the row that ``latest_rows`` chooses says whether it counts.

    Raises
    ------
    ArgumentError
        There is no frame.
    """
    if videos is None:
        raise MissingArgumentError("videos", "load_videos returns it")
    require_columns(videos, _VIDEO, loader="load_videos")
    videos = once(videos, ["id"])
    is_counted = (
        text(videos["tracking_status"]).isin(COUNTED_STATUSES).to_numpy()
        & ~flags(videos["is_tracking_disabled"])
        & videos["creator_id"].notna().to_numpy()
    )
    return videos[is_counted]


class Achievements:
    """Sums of a metric over any days of any creator; a metric is read when first asked for."""

    def __init__(
        self, videos: pd.DataFrame | None, analytics: pd.DataFrame | None, zone: str
    ) -> None:
        self._videos, self._analytics, self._zone = videos, analytics, zone
        self._daily: dict[str, Daily] = {}

    def between(
        self, metric: str, creators: pd.Series, first: Whole, after: Whole
    ) -> tuple[Whole, Gaps]:
        """Return what each creator achieved, and what is not known of it."""
        if metric not in self._daily:
            self._daily[metric] = self._read(metric)
        totals, gaps = self._daily[metric].between(creators, first, after)
        return totals, np.zeros_like(gaps) if self._has_posts(metric) else gaps

    def _has_posts(self, metric: str) -> bool:
        """Whether a metric is counted from videos, which are all there."""
        return metric == "posts" and self._videos is not None

    def _read(self, metric: str) -> Daily:
        if self._has_posts(metric):
            videos = counted_videos(self._videos)
            posted = local_days(instants(videos["posted_at"]), self._zone)
            creators = text(videos["creator_id"])[posted != NO_DAY]
            days = posted[posted != NO_DAY]
            return Daily(creators, days, np.ones(len(days), np.int64))
        analytics = with_skipped_days(check_daily(self._analytics), self._zone)
        days = daily_values(analytics, "creator", PARTS[metric])
        columns = (days[name].to_numpy() for name in ("day", "value", "is_partial"))
        return Daily(days["entity_id"], *columns)
