"""When the daily snapshots come in, and so what a series shows of the last days.

Rules of this file
------------------
The counts of a video are read at the start of every day of the organization. A share of these
snapshots (``late_share`` of the video) comes in late, 3 to 70 hours after. Until then, the count at
that instant is the one of the latest day's start before it whose snapshot is in. So what was gained
on a day is restated while snapshots come in, and the sum of the days is right all the time: what
one day doesn't show yet, the next one does.

The count at the moment of the request is read then and is exact. So is the first snapshot of a
video, and the count at any instant at which no day of the organization starts, such as the midnight
of another time zone. After 70 hours nothing changes any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from trackagoat_pandas.sandbox.clock import day_start, local_day
from trackagoat_pandas.sandbox.video_cache import Videos

_SOONEST_S = 3 * 3_600.0
# Three days have 71 hours where clocks go forward: the fourth snapshot back is always in.
_LATEST_S = 70 * 3_600.0
_DAYS_BACK = 4
# The multipliers and shifts of splitmix64, a public-domain hash by Sebastiano Vigna.
_STEP = 0x9E3779B97F4A7C15
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


@dataclass(frozen=True, slots=True)
class Sight:
    """The moment at which counts are looked at, and the time zone whose days have snapshots."""

    now_ts: float
    zone: ZoneInfo

    def days(self) -> tuple[float, list[float]]:
        """Return the starts of days whose snapshots may not be in, and the one before them."""
        today = local_day(datetime.fromtimestamp(self.now_ts, UTC), self.zone)
        starts = [
            day_start(today - timedelta(days=ago), self.zone).timestamp()
            for ago in range(_DAYS_BACK, -1, -1)
        ]
        settled = [start for start in starts if start <= self.now_ts - _LATEST_S]
        return settled[-1], [start for start in starts[len(settled) :] if start < self.now_ts]


def delays(videos: Videos, instant: float) -> NDArray[np.float64]:
    """Return how many seconds after an instant each video's snapshot of it comes in, mostly 0."""
    mixed = videos.keys + np.uint64(int(instant) * _STEP % 2**64)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
    chance = ((mixed ^ (mixed >> np.uint64(31))) >> np.uint64(11)) / 2.0**53
    share = videos.curves["late_share"]
    late = _SOONEST_S + (_LATEST_S - _SOONEST_S) * np.divide(
        chance, share, out=np.zeros_like(share), where=share > 0.0
    )
    return np.where(chance < share, late, 0.0)


def known_instants(videos: Videos, edges: NDArray[np.float64], sight: Sight) -> NDArray[np.float64]:
    """Return the instant whose count is shown for each video and edge: shape (videos, edges).

    There is one row for all videos if no edge is so recent that its snapshot may not be in.
    """
    known, recent = sight.days()
    instants = edges[None, :]
    if not np.isin(edges, recent).any():
        return instants
    instants = np.repeat(instants, len(videos), axis=0)
    shown = np.full(len(videos), known)
    for start in recent:
        shown = np.where(start + delays(videos, start) <= sight.now_ts, start, shown)
        instants[:, edges == start] = shown[:, None]
    return instants
