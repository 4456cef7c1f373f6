"""The videos of an aggregate report: counted ones, posted on the requested days.

Their counts are those of the sandbox's now. What a leaderboard counts is not documented, so the
sandbox can also count what videos of any age gained on these days.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.curves import counts_at
from trackagoat_pandas.sandbox.lookups import find
from trackagoat_pandas.sandbox.measures import COLUMNS, gained
from trackagoat_pandas.sandbox.snapshots import Sight
from trackagoat_pandas.sandbox.spans import Span, requested_span
from trackagoat_pandas.sandbox.video_cache import Videos


@dataclass(frozen=True)
class Cohort:
    """The counted videos of a project that were posted in a span, or that gained something in it.

    ``bounds`` are the span's first instant and the one after its last; ``sight`` is the moment of
    the request; ``is_gain`` says whether the counts are gains of the span, rather than lifetime
    counts.
    """

    project_id: str
    span: Span
    videos: Videos
    bounds: tuple[float, float]
    sight: Sight
    is_gain: bool = False

    @cached_property
    def counts(self) -> dict[str, NDArray[np.int64]]:
        """The five counts of each video now or in the span, by the name of their column."""
        if self.is_gain:
            edges = np.array(self.bounds)
            return {
                column: gained(self.videos, edges, metric, self.sight)[:, 0]
                for column, metric in COLUMNS.items()
            }
        now = counts_at(self.videos.curves, np.array([self.sight.now_ts]))
        return {column: now[metric][:, 0] for column, metric in COLUMNS.items()}

    @cached_property
    def by_creator(self) -> dict[str, NDArray[np.intp]]:
        """The places of each creator's videos."""
        return self.videos.by_creator()

    def sums(self, places: NDArray[np.intp]) -> dict[str, int]:
        """Add up the five counts of some of the videos."""
        return {column: int(values[places].sum()) for column, values in self.counts.items()}

    def posts(self, places: NDArray[np.intp]) -> int:
        """Count the videos among some that were posted in the span."""
        return int(_posted_within(self.videos, self.bounds, self.sight.now_ts)[places].sum())

    def of_creator(self, creator_id: str) -> NDArray[np.intp]:
        """Return the places of one creator's videos."""
        return self.by_creator.get(creator_id, np.empty(0, np.intp))


def cohort_of(call: Call) -> Cohort:
    """Return the cohort of a request's project, from and to."""
    project_id = find(call, "Project", call.arguments["project_id"])["id"]
    span = requested_span(call, call.arguments.get("tz"))
    bounds = span.bounds(call.now_ts)
    videos = call.video_cache.of_project(project_id).videos
    chosen = videos.select(videos.counted & _posted_within(videos, bounds, call.now_ts))
    return Cohort(project_id, span, chosen, bounds, Sight(call.now_ts, call.zone))


def leaders_of(call: Call) -> Cohort:
    """Return the cohort of a leaderboard, with the counts that the sandbox was set to."""
    cohort = cohort_of(call)
    if call.leaderboards == "lifetime":
        return cohort
    videos = call.video_cache.of_project(cohort.project_id).videos
    everything = replace(cohort, videos=videos.select(videos.counted), is_gain=True)
    # A video that neither gained anything nor was posted in the range is no row.
    some = np.any([counts > 0 for counts in everything.counts.values()], axis=0)
    some |= _posted_within(everything.videos, cohort.bounds, call.now_ts)
    return replace(everything, videos=everything.videos.select(some))


def _posted_within(videos: Videos, bounds: tuple[float, float], now_ts: float) -> NDArray[np.bool_]:
    start, end = bounds
    posted = videos.posted_ts
    # The end is exclusive, unless it is now: what was posted right now has been posted.
    within: NDArray[np.bool_] = (posted >= start) & (
        (posted < end) | ((posted == end) & (end == now_ts))
    )
    return within


def engagement_rate(sums: dict[str, int]) -> float | None:
    """Return likes, comments, shares and saves over views in percent; none at 0 views."""
    views = sums["view_count"]
    return (sum(sums.values()) - views) / views * 100.0 if views else None
