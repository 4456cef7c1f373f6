"""The metrics of the analytics: how the raw ones are counted, and the others derived."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from trackagoat_pandas.sandbox.curves import followers_of, tracked_since
from trackagoat_pandas.sandbox.measures import counts, gained_in_all
from trackagoat_pandas.sandbox.snapshots import Sight
from trackagoat_pandas.sandbox.spans import Buckets
from trackagoat_pandas.sandbox.subjects import Subject

Numbers = NDArray[np.float64]
"""One number a bucket; NaN where there is none."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What one subject counts in the buckets of a span, as it is shown at a moment."""

    subject: Subject
    buckets: Buckets
    sight: Sight

    @property
    def zone(self) -> ZoneInfo:
        """The organization's time zone."""
        return self.sight.zone

    def new(self, metric: str) -> Numbers:
        """Count the gains of each bucket; first snapshots add nothing."""
        edges = self.buckets.edges
        if metric == "posts":
            return np.diff(self._posts_before(edges))
        if metric == "followers":
            shown = followers_of(self.subject.creators, self.zone, edges)
            gains: Numbers = np.diff(shown, axis=1).sum(axis=0).astype(np.float64)
            return gains
        return gained_in_all(self.subject.videos, edges, metric, self.sight).astype(np.float64)

    def total(self, metric: str) -> Numbers:
        """Count the totals at the end of each bucket, first snapshots included."""
        ends, creators = self.buckets.ends, self.subject.creators
        if metric == "posts":
            return self._posts_before(ends)
        if metric == "followers":
            known = ends[None, :] > tracked_since(creators, self.zone)[:, None]
            shown = np.where(known, followers_of(creators, self.zone, ends), 0).sum(axis=0)
            # Before the first creator is tracked the number is unknown, which isn't 0.
            return np.where(known.any(axis=0), shown, np.nan)
        if not len(ends):
            return np.empty(0)
        videos = self.subject.videos
        gains = gained_in_all(videos, np.concatenate([[0.0], ends]), metric, self.sight)
        first = counts(videos, videos.tracked_ts[:, None], metric)[:, 0]
        # A first snapshot at a bucket's very end belongs to the next one.
        bucket = np.searchsorted(ends, videos.tracked_ts, "right")
        baselines = np.bincount(bucket, weights=first, minlength=len(ends) + 1)[: len(ends)]
        total: Numbers = np.cumsum(gains + baselines)
        return total

    def baseline(self, metric: str) -> int | None:
        """Return the bucket of the first snapshot, if there were counts before it."""
        videos = self.subject.videos
        if metric == "posts":
            return None
        since = videos.tracked_ts
        if metric == "followers":
            since = tracked_since(self.subject.creators, self.zone)
        if not len(since):
            return None
        first = float(since.min())
        if metric != "followers":
            earliest = videos.select(since == first)
            if not counts(earliest, np.array([first]), metric).any():
                return None
        place = int(np.searchsorted(self.buckets.edges, first, "right")) - 1
        return place if 0 <= place < len(self.buckets.labels) else None

    def _posts_before(self, instants: Numbers) -> Numbers:
        posted = np.sort(self.subject.videos.posted_ts)
        return np.searchsorted(posted, instants, "left").astype(np.float64)


ALL = ("video", "creator", "campaign", "project")
WITH_CREATORS = ("creator", "campaign", "project")
DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric: for which entities, in which unit, and from which raw count it starts."""

    name: str
    entities: tuple[str, ...]
    unit: str
    description: str
    basis: str
    derive: Callable[[Tally], Numbers] | None = None

    @property
    def kind(self) -> str:
        """``raw`` for counts, ``derived`` for ratios of counts."""
        return "raw" if self.basis == self.name else "derived"


def by_views(tally: Tally) -> Numbers:
    """Engagement gained over views gained, in percent; none at 0 views."""
    return _over(tally.new("engagement"), tally.new("views")) * 100.0


def by_followers(tally: Tally) -> Numbers:
    """Engagement gained over the followers last known, in percent; none without any."""
    return _over(tally.new("engagement"), tally.total("followers")) * 100.0


def posts_per_week(tally: Tally) -> Numbers:
    """Posts as a weekly rate: a day's posts times 7, a longer bucket's by its days."""
    return tally.new("posts") * DAYS_A_WEEK / np.array(tally.buckets.lengths, np.float64)


def views_per_post(tally: Tally) -> Numbers:
    """Views gained over all videos posted through the bucket's end; none before the first."""
    return _over(tally.new("views"), tally.total("posts"))


def growth(values: Numbers) -> Numbers:
    """Return the change from bucket to bucket in percent, one value less; none from 0."""
    return _over(np.diff(values), values[:-1]) * 100.0


def _over(upper: Numbers, lower: Numbers) -> Numbers:
    known = (lower != 0) & ~np.isnan(lower)
    ratio: Numbers = np.divide(upper, lower, out=np.full(len(upper), np.nan), where=known)
    return ratio


_RAW = {
    "views": (ALL, "Views"),
    "likes": (ALL, "Likes"),
    "comments": (ALL, "Comments"),
    "shares": (ALL, "Shares"),
    "saves": (ALL, "Saves"),
    "followers": (WITH_CREATORS, "Followers"),
    "posts": (WITH_CREATORS, "Videos posted"),
}
RAW_METRICS = tuple(_RAW)
GROWTH = "growth_rate_pop"
_DERIVED = (
    Metric(
        "engagement_rate_by_views", ALL, "percent",
        "(likes + comments + shares + saves) / views x 100; null at 0 views", "views", by_views,
    ),
    Metric(
        "engagement_rate_by_followers", WITH_CREATORS, "percent",
        "(likes + comments + shares + saves) / last known followers x 100", "views", by_followers,
    ),
    Metric(
        "posts_per_week", WITH_CREATORS, "posts", "posts that day x 7", "posts", posts_per_week
    ),
    Metric(
        "avg_views_per_post", WITH_CREATORS, "views",
        "views gained / videos posted through that day", "views", views_per_post,
    ),
    Metric(
        GROWTH, ALL, "percent", "(v[d] - v[d-1]) / v[d-1] x 100 of base_metric", "base_metric"
    ),
)  # fmt: skip
METRICS = {
    name: Metric(name, entities, "count", description, name)
    for name, (entities, description) in _RAW.items()
} | {metric.name: metric for metric in _DERIVED}
