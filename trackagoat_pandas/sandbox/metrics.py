"""The metrics of the analytics, and the formulas of the derived ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from trackagoat_pandas.sandbox.spans import Buckets
from trackagoat_pandas.sandbox.tally import Numbers, Tally

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
    derive: Callable[[Tally, Buckets], Numbers] | None = None

    @property
    def kind(self) -> str:
        """``raw`` for what is counted, ``derived`` for what is computed from counts."""
        return "raw" if self.basis == self.name else "derived"


def by_views(tally: Tally, _buckets: Buckets) -> Numbers:
    """Engagement gained over views gained, in percent; none at 0 views."""
    return _over(tally.new("engagement"), tally.new("views")) * 100.0


def by_followers(tally: Tally, _buckets: Buckets) -> Numbers:
    """Engagement gained over the followers last known, in percent; none without any."""
    return _over(tally.new("engagement"), tally.total("followers")) * 100.0


def posts_per_week(tally: Tally, buckets: Buckets) -> Numbers:
    """Posts as a weekly rate: a day's posts times 7, a longer bucket's by its days."""
    return tally.new("posts") * DAYS_A_WEEK / np.array(buckets.lengths, np.float64)


def views_per_post(tally: Tally, _buckets: Buckets) -> Numbers:
    """Views gained over all videos posted through the bucket's end; none before the first."""
    return _over(tally.new("views"), tally.total("posts"))


def growth(values: Numbers) -> Numbers:
    """Return the change against the bucket before, in percent; none from 0. One value less."""
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
