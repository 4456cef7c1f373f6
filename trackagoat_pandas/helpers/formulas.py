"""The formulas of the derived metrics, over buckets of raw series; NaN where one isn't known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from trackagoat_pandas._types import Granularity
from trackagoat_pandas.helpers.buckets import Buckets
from trackagoat_pandas.helpers.series import Floats

Derived: TypeAlias = Literal[
    "engagement_rate_by_views",
    "engagement_rate_by_followers",
    "posts_per_week",
    "avg_views_per_post",
    "growth_rate_pop",
]

_INTERACTIONS = ("likes", "comments", "shares", "saves")
_WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class Raw:
    """What a formula can use: the raw series, how long buckets are, and whose growth is meant.

    ``lengths`` are in days, NaN where not known; ``is_whole`` says which buckets hold all that
    happened in their week or month.
    """

    buckets: Buckets
    lengths: Floats
    is_whole: NDArray[np.bool_]
    granularity: Granularity
    base_metric: str | None

    def new(self, metric: str) -> Floats:
        """What was gained in each bucket."""
        return self.buckets.new[metric].numbers

    def total(self, metric: str) -> Floats:
        """What was shown at the end of each bucket."""
        return self.buckets.total[metric].numbers

    def interactions(self) -> Floats:
        """Likes, comments, shares and saves gained in each bucket."""
        total = self.new(_INTERACTIONS[0])
        for metric in _INTERACTIONS[1:]:
            total = total + self.new(metric)
        return total


@dataclass(frozen=True, slots=True)
class Formula:
    """A derived metric: which raw series it needs, new and in total, and how it is computed.

    The first new series says in which buckets the metric has a row.
    """

    new: tuple[str, ...]
    total: tuple[str, ...]
    compute: Callable[[Raw], Floats]


def _by_views(raw: Raw) -> Floats:
    return _over(raw.interactions(), raw.new("views")) * 100


def _by_followers(raw: Raw) -> Floats:
    followers = raw.buckets.carried_forward(raw.total("followers"))
    return _over(raw.interactions(), followers) * 100


def _posts_per_week(raw: Raw) -> Floats:
    return raw.new("posts") * _WEEK_DAYS / raw.lengths


def _views_per_post(raw: Raw) -> Floats:
    return _over(raw.new("views"), raw.total("posts"))


def _growth(raw: Raw) -> Floats:
    values = raw.new(str(raw.base_metric))
    places, is_there = raw.buckets.before(raw.granularity)
    before = np.where(is_there & raw.is_whole[places], values[places], np.nan)
    return _over(values - before, before) * 100


def _over(upper: Floats, lower: Floats) -> Floats:
    """Divide, with NaN where the lower number is 0."""
    return upper / np.where(lower == 0, np.nan, lower)


FORMULAS: Mapping[Derived, Formula] = MappingProxyType(
    {
        "engagement_rate_by_views": Formula(("views", *_INTERACTIONS), (), _by_views),
        "engagement_rate_by_followers": Formula(_INTERACTIONS, ("followers",), _by_followers),
        "posts_per_week": Formula(("posts",), (), _posts_per_week),
        "avg_views_per_post": Formula(("views",), ("posts",), _views_per_post),
        "growth_rate_pop": Formula((), (), _growth),
    }
)
"""In the order of the API's documentation. ``growth_rate_pop`` needs its base metric."""
