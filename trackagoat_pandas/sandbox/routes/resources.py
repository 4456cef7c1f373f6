"""Lists of projects, creators, videos and campaigns, with their counts at the sandbox's now.

Knows which rows are shown and what is computed for each. Must not know how pages are cut.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

import numpy as np

from trackagoat_pandas.sandbox.audience import followers_of
from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.curves import counts_at
from trackagoat_pandas.sandbox.declare import Answer, Route
from trackagoat_pandas.sandbox.entities import CAMPAIGN, CREATOR, PROJECT, VIDEO
from trackagoat_pandas.sandbox.holdings import SHOWN
from trackagoat_pandas.sandbox.lookups import check_filters, project_ids
from trackagoat_pandas.sandbox.measures import counts
from trackagoat_pandas.sandbox.paging import Listing, page_of
from trackagoat_pandas.sandbox.parameters import OF_CREATOR, OF_PROJECT, PAGE, Parameter

_CURVE = (
    "posted_ts", "final_views", "tau_days", "shape",
    "like_rate", "comment_rate", "share_rate", "save_rate",
)  # fmt: skip
_COUNTS = {
    "views": "view_count",
    "likes": "like_count",
    "comments": "comment_count",
    "shares": "share_count",
    "saves": "save_count",
}


def list_projects(call: Call) -> Answer:
    """List the organization's projects."""
    page = page_of(call, Listing("projects", "org_id", [call.organization.id]))
    return Answer([PROJECT.record(row, {}) for row in page.rows], page.meta)


def list_creators(call: Call) -> Answer:
    """List creators, with what they and their videos show now."""
    conditions, values = ["deleted_at IS NULL"], []
    search: str | None = call.arguments["search"]
    if search is not None:
        conditions.append("instr(lower(tiktok_handle), ?) > 0")
        values.append(search.removeprefix("@").lower())
    listing = Listing("creators", "project_id", project_ids(call), tuple(conditions), tuple(values))
    page = page_of(call, listing)
    followers = followers_of(page.rows, call.zone, np.array([call.now_ts]))[:, 0].tolist()
    records = [
        CREATOR.record(row, {"follower_count": count, **_of_videos(call, row)})
        for row, count in zip(page.rows, followers, strict=True)
    ]
    return Answer(records, page.meta)


def list_videos(call: Call) -> Answer:
    """List videos, but neither excluded nor deleted ones."""
    check_filters(call)
    projects = project_ids(call)
    creator: str | None = call.arguments["creator_id"]
    listing = Listing("videos", "project_id", projects, (SHOWN,))
    if creator is not None:
        marks = ", ".join("?" * len(projects))
        conditions = (SHOWN, f"project_id IN ({marks})")
        listing = Listing("videos", "creator_id", [creator], conditions, tuple(projects))
    page = page_of(call, listing)
    return Answer([VIDEO.record(*pair) for pair in _with_counts(call, page.rows)], page.meta)


def list_campaigns(call: Call) -> Answer:
    """List campaigns with their direct members."""
    page = page_of(call, Listing("campaigns", "project_id", project_ids(call)))
    items = _items(call, [row["id"] for row in page.rows])
    records = [CAMPAIGN.record(row, {"items": items[row["id"]]}) for row in page.rows]
    return Answer(records, page.meta)


def _of_videos(call: Call, creator: sqlite3.Row) -> dict[str, int]:
    videos = call.holdings.of_project(creator["project_id"]).of_creator(creator["id"])
    likes = counts(videos, np.array([call.now_ts]), "likes")
    return {"video_count": len(videos), "total_likes": int(likes.sum())}


def _with_counts(
    call: Call, rows: Sequence[sqlite3.Row]
) -> list[tuple[sqlite3.Row, dict[str, int]]]:
    curves = {name: np.array([row[name] for row in rows], np.float64) for name in _CURVE}
    now = counts_at(curves, np.array([call.now_ts]))
    columns = [now[metric][:, 0].tolist() for metric in _COUNTS]
    names = list(_COUNTS.values())
    return [
        (row, dict(zip(names, values, strict=True)))
        for row, *values in zip(rows, *columns, strict=True)
    ]


def _items(call: Call, campaign_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    items: dict[str, list[dict[str, Any]]] = {campaign_id: [] for campaign_id in campaign_ids}
    rows = call.database.rows(
        f"SELECT * FROM campaign_items WHERE campaign_id IN ({', '.join('?' * len(items))}) "
        "ORDER BY created_at, rowid",
        list(items),
    )
    for row in rows:
        item = {"item_type": row["item_type"], "item_id": row["item_id"]}
        items[row["campaign_id"]].append(item)
    return items


_SEARCH = Parameter("search", "Part of the handle; upper and lower case are one.")

ROUTES = (
    Route("/projects", "List projects", list_projects, PAGE, PROJECT, "page"),
    Route(
        "/creators",
        "List creators",
        list_creators,
        (OF_PROJECT, _SEARCH, *PAGE),
        CREATOR,
        "page",
    ),
    Route(
        "/videos",
        "List videos; excluded ones never come",
        list_videos,
        (OF_PROJECT, OF_CREATOR, *PAGE),
        VIDEO,
        "page",
    ),
    Route("/campaigns", "List campaigns", list_campaigns, (OF_PROJECT, *PAGE), CAMPAIGN, "page"),
)
