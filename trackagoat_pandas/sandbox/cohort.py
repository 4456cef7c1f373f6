"""The videos that an aggregate report is about: counted ones posted on the days asked for.

Their counts are those of the sandbox's now, not what was gained on these days. Must not know any
report.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.curves import counts_at
from trackagoat_pandas.sandbox.lookups import find_project
from trackagoat_pandas.sandbox.measures import Videos
from trackagoat_pandas.sandbox.spans import Span, requested_span

COLUMNS = {
    "view_count": "views",
    "like_count": "likes",
    "comment_count": "comments",
    "share_count": "shares",
    "save_count": "saves",
}
ENGAGEMENT = ("like_count", "comment_count", "share_count", "save_count")


@dataclass(frozen=True)
class Cohort:
    """The counted videos of a project that were posted in a span."""

    project_id: str
    span: Span
    videos: Videos
    now_ts: float

    @cached_property
    def counts(self) -> dict[str, NDArray[np.int64]]:
        """The five counts of each video now, by the name of their column."""
        now = counts_at(self.videos.curves(), np.array([self.now_ts]))
        return {column: now[metric][:, 0] for column, metric in COLUMNS.items()}

    @cached_property
    def by_creator(self) -> dict[str, NDArray[np.intp]]:
        """The places of each creator's videos."""
        places: dict[str, list[int]] = {}
        for place, creator_id in enumerate(self.videos.creator_ids):
            if creator_id is not None:
                places.setdefault(creator_id, []).append(place)
        return {creator_id: np.array(own, np.intp) for creator_id, own in places.items()}

    def sums(self, places: NDArray[np.intp]) -> dict[str, int]:
        """Add up the five counts of some of the videos."""
        return {column: int(values[places].sum()) for column, values in self.counts.items()}

    def of_creator(self, creator_id: str) -> NDArray[np.intp]:
        """Return the places of one creator's videos."""
        return self.by_creator.get(creator_id, np.empty(0, np.intp))


def cohort_of(call: Call) -> Cohort:
    """Take the cohort that a request's project, from and to ask for."""
    project_id = find_project(call, call.arguments["project_id"])["id"]
    span = requested_span(call, call.arguments.get("tz"))
    start, end = span.bounds(call.now_ts)
    videos = call.holdings.of_project(project_id).videos
    posted = videos.posted_ts
    # A post at the very moment that is now has been posted.
    until = (posted < end) | ((posted == end) & (end == call.now_ts))
    return Cohort(
        project_id, span, videos.select(videos.counted & (posted >= start) & until), call.now_ts
    )


def engagement_rate(sums: dict[str, int]) -> float | None:
    """Return likes, comments, shares and saves over views in percent; none at 0 views."""
    if not sums["view_count"]:
        return None
    return sum(sums[column] for column in ENGAGEMENT) / sums["view_count"] * 100.0
