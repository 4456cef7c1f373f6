"""Posts of creators by week, counted from a day on, and how they changed on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Bools, Floats, Ints, Words
from trackagoat_pandas.helpers.clocks import days_shown
from trackagoat_pandas.helpers.columns import values_of
from trackagoat_pandas.helpers.counted import counted_posts
from trackagoat_pandas.helpers.intervals import MAD_TO_DEVIATION

NEEDED: Final = ("id", "creator_id", "posted_at", "tracking_status", "view_count")
"""The columns of videos that are read."""
MOST_WEEKS: Final = 52
"""Weeks before a day that count: what was longer ago says little about a creator's level now."""
_MOST_SPREADS: Final = 3.0
"""A creator who all but stops posting counts as much as one at this distance: in robust standard
deviations of how posts changed."""


@dataclass(frozen=True)
class Changes:
    """How each creator's posts changed on a day, in logs.

    ``creators`` are places of the creators that posted before and after. ``views`` are of views a
    post, less what the program's posts of the same weeks have; ``weights`` say how much each knows
    of it. ``posts`` are of posts a week.
    """

    creators: Ints
    views: Floats
    weights: Floats
    posts: Floats


@dataclass(frozen=True)
class Weeks:
    """Posts of creators by week: arrays of the shape (creators, weeks).

    ``creators`` are their ids, in order; ``before`` is the number of weeks before the day, and
    ``length`` that after it, with the part of the last one. ``posts`` counts all, ``known`` those
    of which views are known; ``logs`` and ``squares`` are sums of their log views and of the
    squares of these. ``begins`` is the week of each one's first post.
    """

    creators: Words
    before: int
    length: float
    posts: Floats
    known: Floats
    logs: Floats
    squares: Floats
    begins: Ints

    def changes(self, first: int, day: int, end: int) -> Changes:
        """Compare the weeks from ``day`` to before ``end`` with those from ``first`` on."""
        length = min(float(end), self.before + self.length) - day
        known = self.known[:, first:end]
        number = [known[:, : day - first].sum(axis=1), known[:, day - first :].sum(axis=1)]
        is_in = (number[0] > 0) & (number[1] > 0)
        creators = np.flatnonzero(is_in)
        known, logs = known[is_in], self.logs[is_in, first:end]
        before, after = number[0][is_in], number[1][is_in]
        left = logs - known * (logs.sum(axis=1) / (before + after))[:, None]
        in_week = known.sum(axis=0)
        left = left - known * (left.sum(axis=0) / np.maximum(in_week, 1.0))
        views = left[:, day - first :].sum(axis=1) / after
        views -= left[:, : day - first].sum(axis=1) / before
        noise = self._noise(creators, first, day, end)
        own = noise * (1.0 / before + 1.0 / after)
        drift = max(float((views**2 - own).mean()), 0.0) if len(views) else 0.0
        weights = 1.0 / np.maximum(own + drift, 1e-12)
        posts = self._more_posts(creators, (first, day, end), length)
        return Changes(creators, views, weights / max(weights.max(initial=0.0), 1e-300), posts)

    def _noise(self, creators: Ints, first: int, day: int, end: int) -> float:
        """Return the variance of a post's log views around its creator's mean, before and after."""
        total, freedom = 0.0, 0.0
        for part in (slice(first, day), slice(day, end)):
            known, logs = self.known[creators, part].sum(axis=1), self.logs[creators, part]
            squares = self.squares[creators, part].sum(axis=1)
            total += float((squares - logs.sum(axis=1) ** 2 / known).sum())
            freedom += float((known - 1.0).sum())
        return max(total, 0.0) / max(freedom, 1.0)

    def _more_posts(self, creators: Ints, ends: tuple[int, int, int], length: float) -> Floats:
        first, day, end = ends
        since = np.maximum(self.begins[creators], first)
        before = self.posts[creators, first:day].sum(axis=1)
        after = self.posts[creators, day:end].sum(axis=1)
        # Half a post is added, so that a post more or less among few says less.
        posts = np.log((after + 0.5) / length) - np.log((before + 0.5) / (day - since))
        middle = float(np.median(posts)) if len(posts) else 0.0
        spread = MAD_TO_DEVIATION * float(np.median(np.abs(posts - middle))) if len(posts) else 0.0
        if spread > 0.0:
            posts = np.clip(posts, middle - _MOST_SPREADS * spread, middle + _MOST_SPREADS * spread)
        return np.asarray(posts, np.float64)


def read_posts(videos: pd.DataFrame, read_at: pd.Timestamp) -> pd.DataFrame:
    """Read the posts of creators that count, by creator and id; later ones are left out."""
    posts = counted_posts(videos, "id", "creator_id", "posted_at", "view_count")
    posts = posts.dropna(subset=["creator_id", "posted_at"])
    posts = posts[(posts["posted_at"] <= read_at).to_numpy(bool)]
    return posts.sort_values(["creator_id", "id"], ignore_index=True)


def log_views(views: Floats) -> Floats:
    """Return logs of views, plus 1; NaN where they are below 0, which no post has."""
    logs: Floats = np.log1p(np.where(views < 0.0, np.nan, views))
    return logs


def weeks_of(
    posts: pd.DataFrame,
    *,
    since: np.datetime64,
    until: np.datetime64,
    read_at: pd.Timestamp,
    age_days: int,
    zone: str,
    most: int = MOST_WEEKS,
) -> Weeks:
    """Count posts in the weeks before a day, and from it on.

    Parameters
    ----------
    posts
        The posts, as of `read_posts`.
    since, until
        The day, and the last one that counts.
    read_at
        When their counts were read.
    age_days
        How old posts must be for their views to count.
    zone
        The time zone of days.
    most
        The most weeks before that are read. They begin where half of the creators have begun.
    """
    days = days_shown(posts["posted_at"].to_numpy("datetime64[us]"), zone).astype(np.int64)
    week = (days - since.astype(np.int64)) // 7
    length = float((until - since).astype(np.int64) + 1) / 7.0
    views = log_views(values_of(posts["view_count"]))
    age = (read_at - posts["posted_at"]).to_numpy("timedelta64[us]")
    is_known = (age >= np.timedelta64(age_days, "D")) & ~np.isnan(views)
    owner, creators = pd.factorize(posts["creator_id"])
    begins: Ints = np.full(len(creators), np.iinfo(np.int64).max)
    np.minimum.at(begins, owner, week)
    # Before the median most creators hadn't posted yet, and such weeks show nothing.
    before = int(np.clip(-np.median(begins[begins < 0]), 0, most)) if (begins < 0).any() else 0
    place, number = week + before, before + int(np.ceil(length))
    is_in = (days <= until.astype(np.int64)) & (place >= 0) & (place < number)

    def added(values: Floats, chosen: Bools) -> Floats:
        cell = owner[chosen] * number + place[chosen]
        sums = np.bincount(cell, values[chosen], len(creators) * number)
        return sums.astype(np.float64).reshape(len(creators), number)

    is_known = is_known & is_in
    return Weeks(
        np.asarray(creators, object),
        before,
        length,
        posts=added(np.ones(len(posts)), is_in),
        known=added(np.ones(len(posts)), is_known),
        logs=added(views, is_known),
        squares=added(views**2, is_known),
        begins=begins + before,
    )
