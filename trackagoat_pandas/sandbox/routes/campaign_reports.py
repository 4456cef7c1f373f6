"""The aggregate reports about campaigns: leaderboard and overlap.

Knows each report's rule. What a campaign counts is in subjects.py.
"""

from __future__ import annotations

import sqlite3
from itertools import combinations

import numpy as np

from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.cohort import engagement_rate, leaders_of
from trackagoat_pandas.sandbox.declare import Answer, Route
from trackagoat_pandas.sandbox.lookups import find_project
from trackagoat_pandas.sandbox.paging import slice_of
from trackagoat_pandas.sandbox.parameters import THE_PROJECT
from trackagoat_pandas.sandbox.report_entities import CAMPAIGN_LEADER, OVERLAP
from trackagoat_pandas.sandbox.routes.reports import ALL_ROWS, BASE, DATES
from trackagoat_pandas.sandbox.subjects import campaign_videos


def campaign_leaderboard(call: Call) -> Answer:
    """Rank campaigns by the views of their posts."""
    cohort = leaders_of(call)
    place_of = {video_id: place for place, video_id in enumerate(cohort.videos.ids)}
    rows = []
    for campaign in _campaigns(call, cohort.project_id):
        videos, _ = campaign_videos(call, campaign)
        inside = [place_of[video_id] for video_id in videos.ids if video_id in place_of]
        sums = cohort.sums(np.array(inside, np.intp))
        rows.append(
            {
                "campaign_id": campaign["id"],
                "name": campaign["name"],
                "video_count": cohort.posts(np.array(inside, np.intp)),
                "view_count": sums["view_count"],
                "engagement_rate_by_views": engagement_rate(sums),
            }
        )
    rows.sort(key=lambda row: -row["view_count"])
    return slice_of(call, rows)


def member_overlap(call: Call) -> Answer:
    """List the pairs of campaigns whose trees share creators or counted videos."""
    project_id: str = find_project(call, call.arguments["project_id"])["id"]
    trees = []
    for campaign in _campaigns(call, project_id):
        videos, creators = campaign_videos(call, campaign)
        trees.append((campaign["id"], creators, set(videos.ids)))
    rows = [
        {
            "campaign_a": id_a,
            "campaign_b": id_b,
            "shared_creators": len(creators_a & creators_b),
            "shared_videos": len(videos_a & videos_b),
        }
        for (id_a, creators_a, videos_a), (id_b, creators_b, videos_b) in combinations(trees, 2)
    ]
    return slice_of(call, [row for row in rows if row["shared_creators"] or row["shared_videos"]])


def _campaigns(call: Call, project_id: str) -> list[sqlite3.Row]:
    return call.database.rows(
        "SELECT * FROM campaigns WHERE project_id = ? ORDER BY created_at, rowid", (project_id,)
    )


ROUTES = (
    Route(
        f"{BASE}/campaign-leaderboard",
        "Campaigns by what their posts reached",
        campaign_leaderboard,
        (*DATES, *ALL_ROWS),
        CAMPAIGN_LEADER,
        "offset",
    ),
    Route(
        f"{BASE}/member-overlap",
        "What campaigns share",
        member_overlap,
        (THE_PROJECT, *ALL_ROWS),
        OVERLAP,
        "offset",
    ),
)
