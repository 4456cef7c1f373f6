"""The aggregate reports about creators: leaderboard, consistency, scatter, goal counts.

Knows each report's rule. Which videos it is about is in cohort.py.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.cohort import (
    COLUMNS,
    Cohort,
    cohort_of,
    engagement_rate,
    leaders_of,
)
from trackagoat_pandas.sandbox.declare import Answer, Route
from trackagoat_pandas.sandbox.lookups import creators_of, find_project
from trackagoat_pandas.sandbox.paging import slice_of
from trackagoat_pandas.sandbox.parameters import THE_PROJECT, Parameter
from trackagoat_pandas.sandbox.report_entities import (
    CONSISTENCY,
    CREATOR_LEADER,
    GOAL_COUNTS,
    SCATTER,
)
from trackagoat_pandas.sandbox.routes.compliance import (
    REFERENCE_DATE,
    STATUSES,
    active_creators,
    standings,
)
from trackagoat_pandas.sandbox.routes.reports import ALL_ROWS, BASE, DATES, LEADERS
from trackagoat_pandas.sandbox.spans import local_day_of

_ORDERS = ("video_count", *COLUMNS, "engagement_rate_by_views")
_ONE_DAY = timedelta(days=1)


def creator_leaderboard(call: Call) -> Answer:
    """Rank creators by a sum over their posts; those without a post are last."""
    cohort = leaders_of(call)
    order: str = call.arguments["order"]
    rows = []
    for creator in creators_of(call, cohort.project_id):
        places = cohort.of_creator(creator["id"])
        sums = cohort.sums(places)
        rows.append(
            {
                "creator_id": creator["id"],
                "tiktok_handle": creator["tiktok_handle"],
                "video_count": cohort.posts(places),
                **sums,
                "engagement_rate_by_views": engagement_rate(sums),
            }
        )
    rows.sort(key=lambda row: -1.0 if row[order] is None else row[order], reverse=True)
    return slice_of(call, rows)


def posting_consistency(call: Call) -> Answer:
    """Tell how steadily each creator posted on the days of the range up to today."""
    cohort = cohort_of(call)
    last = min(cohort.span.last, call.today)
    days = max((last - cohort.span.first).days + 1, 0)
    rows = []
    for creator in creators_of(call, cohort.project_id):
        posted = _days_posted(cohort, creator["id"])
        rows.append(
            {
                "creator_id": creator["id"],
                "tiktok_handle": creator["tiktok_handle"],
                "active_days": len(set(posted)),
                "posts": len(posted),
                "posts_per_week": len(posted) * 7 / days if days else 0.0,
                "longest_gap_days": _longest_gap(posted, cohort.span.first, last) if days else 0,
            }
        )
    return slice_of(call, rows)


def creator_scatter(call: Call) -> Answer:
    """Place each creator that posted by posts, mean views and engagement."""
    cohort = cohort_of(call)
    rows = []
    for creator in creators_of(call, cohort.project_id):
        places = cohort.of_creator(creator["id"])
        if not len(places):
            continue
        sums = cohort.sums(places)
        rows.append(
            {
                "creator_id": creator["id"],
                "tiktok_handle": creator["tiktok_handle"],
                "post_count": len(places),
                "avg_views_per_post": sums["view_count"] / len(places),
                "engagement_rate_by_views": engagement_rate(sums),
            }
        )
    return slice_of(call, rows)


def goal_counts(call: Call) -> Answer:
    """Count the goals of active creators by status, those with none included."""
    project_id: str = find_project(call, call.arguments["project_id"])["id"]
    day: date = call.arguments["reference_date"] or call.today
    found = Counter(
        standing.status
        for creator in active_creators(call, project_id)
        for _, standing in standings(call, creator["id"], day)
    )
    rows: list[dict[str, Any]] = [{"status": status, "count": found[status]} for status in STATUSES]
    return Answer(rows, {"total_count": len(rows)})


def _days_posted(cohort: Cohort, creator_id: str) -> list[date]:
    posted = cohort.videos.posted_ts[cohort.of_creator(creator_id)].tolist()
    return [local_day_of(posted_ts, cohort.span.zone) for posted_ts in posted]


def _longest_gap(posted: list[date], first: date, last: date) -> int:
    """Return the most days in a row without a post, from first to last."""
    fences = [first - _ONE_DAY, *sorted(set(posted)), last + _ONE_DAY]
    return max((after - before).days - 1 for before, after in pairwise(fences))


ROUTES = (
    Route(
        f"{BASE}/creator-leaderboard",
        "Creators by what their posts reached",
        creator_leaderboard,
        (
            *DATES,
            Parameter("order", "What is big.", default="view_count", choices=_ORDERS),
            *LEADERS,
        ),
        CREATOR_LEADER,
        "offset",
    ),
    Route(
        f"{BASE}/posting-consistency",
        "How steadily creators post",
        posting_consistency,
        (*DATES, *ALL_ROWS),
        CONSISTENCY,
        "offset",
    ),
    Route(
        f"{BASE}/creator-scatter",
        "Creators as points",
        creator_scatter,
        (*DATES, *ALL_ROWS),
        SCATTER,
        "offset",
    ),
    Route(
        f"{BASE}/goal-compliance",
        "How many goals have which status",
        goal_counts,
        (THE_PROJECT, REFERENCE_DATE),
        GOAL_COUNTS,
        "list",
    ),
)
