"""What a subject gained in each bucket, and what it showed at the end of each.

Knows the raw metrics. Must not know rates, HTTP or how a series is written.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from trackagoat_pandas.sandbox.audience import followers_of, tracked_since
from trackagoat_pandas.sandbox.measures import counts, gained_in_all
from trackagoat_pandas.sandbox.spans import Buckets
from trackagoat_pandas.sandbox.subjects import Subject

RAW_METRICS = ("views", "likes", "comments", "shares", "saves", "followers", "posts")
Numbers = NDArray[np.float64]
"""One number a bucket; NaN where there is none."""


class Tally:
    """Counts of one subject in the buckets of a span."""

    def __init__(self, subject: Subject, buckets: Buckets, zone: ZoneInfo) -> None:
        self._subject, self._buckets, self._zone = subject, buckets, zone

    def new(self, metric: str) -> Numbers:
        """Count what came in each bucket; first snapshots add nothing."""
        if metric == "followers":
            return self._new_followers()
        if metric == "posts":
            return np.diff(self._posts_before(self._buckets.edges))
        return gained_in_all(self._subject.videos, self._buckets.edges, metric).astype(np.float64)

    def total(self, metric: str) -> Numbers:
        """Count what had come by the end of each bucket, first snapshots included."""
        if metric == "followers":
            return self._followers()
        if metric == "posts":
            return self._posts_before(self._buckets.ends)
        return self._total_counts(metric)

    def baseline(self, metric: str) -> int | None:
        """Return the bucket of the first snapshot, if there were counts before it."""
        if metric == "posts":
            return None
        first, shown = self._first_snapshot(metric)
        place = int(np.searchsorted(self._buckets.edges, first, "right")) - 1
        return place if shown and 0 <= place < len(self._buckets.labels) else None

    def _first_snapshot(self, metric: str) -> tuple[float, bool]:
        if metric == "followers":
            since = tracked_since(self._subject.creators, self._zone)
            return (float(since.min()), True) if len(since) else (np.inf, False)
        videos = self._subject.videos
        if not len(videos):
            return np.inf, False
        first = float(videos.tracked_ts.min())
        earliest = videos.select(videos.tracked_ts == first)
        return first, bool(counts(earliest, np.array([first]), metric).any())

    def _posts_before(self, instants: Numbers) -> Numbers:
        posted = np.sort(self._subject.videos.posted_ts)
        return np.searchsorted(posted, instants, "left").astype(np.float64)

    def _total_counts(self, metric: str) -> Numbers:
        videos, ends = self._subject.videos, self._buckets.ends
        if not len(ends):
            return np.empty(0)
        gains = gained_in_all(videos, np.concatenate([[0.0], ends]), metric)
        shown = counts(videos, videos.tracked_ts[:, None], metric)[:, 0]
        bucket = np.searchsorted(ends, videos.tracked_ts, "right")
        baselines = np.bincount(bucket, weights=shown, minlength=len(ends) + 1)[: len(ends)]
        total: Numbers = np.cumsum(gains + baselines)
        return total

    def _followers(self) -> Numbers:
        ends, creators = self._buckets.ends, self._subject.creators
        known = ends[None, :] > tracked_since(creators, self._zone)[:, None]
        shown = np.where(known, followers_of(creators, self._zone, ends), 0).sum(axis=0)
        return np.where(known.any(axis=0), shown, np.nan)

    def _new_followers(self) -> Numbers:
        shown = followers_of(self._subject.creators, self._zone, self._buckets.edges)
        gains: Numbers = np.diff(shown, axis=1).sum(axis=0).astype(np.float64)
        return gains
