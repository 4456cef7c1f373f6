"""The aggregate reports about videos: leaderboard, heat-map, distribution, outliers.

Knows each report's rule. Which videos it is about is in cohort.py.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.cohort import COLUMNS, Cohort, cohort_of, leaders_of
from trackagoat_pandas.sandbox.declare import Answer, Route
from trackagoat_pandas.sandbox.paging import slice_of
from trackagoat_pandas.sandbox.parameters import FROM, OFFSET, THE_PROJECT, TO, ZONE, Parameter
from trackagoat_pandas.sandbox.report_entities import (
    DISTRIBUTION,
    HEATMAP,
    OUTLIER,
    VIDEO_LEADER,
)

BOUNDS = (0, 100, 1_000, 10_000, 100_000, 1_000_000)
PERCENTILES = (25, 50, 75, 90, 99)
OUTLIER_MULTIPLE = 3.0
"""Assumed: an outlier has at least so many times its creator's median views."""
OUTLIER_POSTS = 5
"""Assumed: a creator with fewer posts in the range has no baseline."""
BASE = "/analytics/aggregate"
LEADERS = (
    Parameter("limit", "Rows in the answer.", "integer", default=50, minimum=1, maximum=100),
    OFFSET,
)
ALL_ROWS = (
    Parameter("limit", "Rows in the answer; default: all.", "integer", minimum=1, maximum=10**9),
    OFFSET,
)
DATES = (THE_PROJECT, FROM, TO)


def video_leaderboard(call: Call) -> Answer:
    """Rank videos, the biggest or latest first."""
    cohort = leaders_of(call)
    order: str = call.arguments["order"]
    keys = cohort.videos.posted_ts if order == "posted_at" else cohort.counts[order]
    ranked = np.argsort(-keys, kind="stable").tolist()
    answer = slice_of(call, ranked)
    return Answer(_leaders(call, cohort, answer.data), answer.meta)


def posting_heatmap(call: Call) -> Answer:
    """Count posts and average their views by local weekday and hour; empty cells are left out."""
    cohort = cohort_of(call)
    cells: dict[tuple[int, int], list[int]] = {}
    posts = zip(cohort.videos.posted_ts.tolist(), cohort.counts["view_count"].tolist(), strict=True)
    for posted_ts, views in posts:
        local = datetime.fromtimestamp(posted_ts, UTC).astimezone(cohort.span.zone)
        cells.setdefault((local.isoweekday() % 7, local.hour), []).append(views)
    rows = [
        {"dow": dow, "hour": hour, "post_count": len(views), "avg_views": sum(views) / len(views)}
        for (dow, hour), views in sorted(cells.items())
    ]
    return slice_of(call, rows)


def view_distribution(call: Call) -> Answer:
    """Count videos by size, and tell the percentiles of their views."""
    views = cohort_of(call).counts["view_count"]
    bucket = np.searchsorted(np.array(BOUNDS), views, "right") - 1
    filled = np.bincount(bucket, minlength=len(BOUNDS)).tolist()
    uppers = (*BOUNDS[1:], None)
    buckets = [
        {"lower": lower, "upper": upper, "video_count": count}
        for lower, upper, count in zip(BOUNDS, uppers, filled, strict=True)
    ]
    shares = np.percentile(views, PERCENTILES).tolist() if len(views) else [None] * 5
    percentiles = {f"p{rank}": share for rank, share in zip(PERCENTILES, shares, strict=True)}
    data = {"buckets": buckets, "percentiles": percentiles}
    return Answer(data, {"total_count": len(buckets)})


def outliers(call: Call) -> Answer:
    """Find videos far above their creator's median, the farthest first."""
    cohort = cohort_of(call)
    views = cohort.counts["view_count"]
    rows: list[dict[str, Any]] = []
    for creator_id, places in cohort.by_creator.items():
        baseline = float(np.median(views[places]))
        if len(places) < OUTLIER_POSTS or baseline <= 0:
            continue
        rows += [
            {
                "video_id": cohort.videos.ids[place],
                "creator_id": creator_id,
                "view_count": int(views[place]),
                "baseline_views": baseline,
                "multiple": int(views[place]) / baseline,
            }
            for place in places[views[places] >= OUTLIER_MULTIPLE * baseline].tolist()
        ]
    rows.sort(key=lambda row: -row["multiple"])
    return slice_of(call, rows)


def _leaders(call: Call, cohort: Cohort, places: list[int]) -> list[dict[str, Any]]:
    ids = [cohort.videos.ids[place] for place in places]
    found = call.database.rows(
        "SELECT id, title, thumbnail_url, url, posted_at FROM videos "
        f"WHERE id IN ({', '.join('?' * len(ids))})",
        ids,
    )
    rows = {row["id"]: row for row in found}
    return [
        VIDEO_LEADER.record(
            rows[video_id],
            {"video_id": video_id}
            | {column: int(cohort.counts[column][place]) for column in COLUMNS},
        )
        for video_id, place in zip(ids, places, strict=True)
    ]


ROUTES = (
    Route(
        f"{BASE}/video-leaderboard",
        "The biggest or latest videos",
        video_leaderboard,
        (
            *DATES,
            Parameter(
                "order", "What is big.", default="view_count", choices=(*COLUMNS, "posted_at")
            ),
            *LEADERS,
        ),
        VIDEO_LEADER,
        "offset",
    ),
    Route(
        f"{BASE}/posting-heatmap",
        "Posts by weekday and hour",
        posting_heatmap,
        (THE_PROJECT, replace(FROM, required=True), replace(TO, required=True), ZONE, *ALL_ROWS),
        HEATMAP,
        "offset",
    ),
    Route(
        f"{BASE}/view-distribution",
        "How many videos are how big",
        view_distribution,
        DATES,
        DISTRIBUTION,
    ),
    Route(
        f"{BASE}/outliers",
        "Videos far above their creator's median",
        outliers,
        (*DATES, *ALL_ROWS),
        OUTLIER,
        "offset",
    ),
)
