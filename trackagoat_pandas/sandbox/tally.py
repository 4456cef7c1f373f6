"""What a subject gained in each bucket, and what it showed at the end of each."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from trackagoat_pandas.sandbox.followers import followers_of, tracked_since
from trackagoat_pandas.sandbox.measures import counts, gained_in_all
from trackagoat_pandas.sandbox.spans import Buckets
from trackagoat_pandas.sandbox.subjects import Subject

RAW_METRICS = ("views", "likes", "comments", "shares", "saves", "followers", "posts")
Numbers = NDArray[np.float64]
"""One number a bucket; NaN where there is none."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one subject in the buckets of a span."""

    subject: Subject
    buckets: Buckets
    zone: ZoneInfo

    def new(self, metric: str) -> Numbers:
        """Count what came in each bucket; first snapshots add nothing."""
        edges = self.buckets.edges
        if metric == "posts":
            return np.diff(self._posts_before(edges))
        if metric == "followers":
            shown = followers_of(self.subject.creators, self.zone, edges)
            gains: Numbers = np.diff(shown, axis=1).sum(axis=0).astype(np.float64)
            return gains
        return gained_in_all(self.subject.videos, edges, metric).astype(np.float64)

    def total(self, metric: str) -> Numbers:
        """Count what had come by the end of each bucket, first snapshots included."""
        ends, creators = self.buckets.ends, self.subject.creators
        if metric == "posts":
            return self._posts_before(ends)
        if metric == "followers":
            known = ends[None, :] > tracked_since(creators, self.zone)[:, None]
            shown = np.where(known, followers_of(creators, self.zone, ends), 0).sum(axis=0)
            # Before anybody is tracked the number is unknown, which is not 0.
            return np.where(known.any(axis=0), shown, np.nan)
        if not len(ends):
            return np.empty(0)
        videos = self.subject.videos
        gains = gained_in_all(videos, np.concatenate([[0.0], ends]), metric)
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
