"""Lists of projects, creators, videos and campaigns, with their counts at the sandbox's now.

Knows which rows are shown. Must not know how pages are cut, nor what is computed for a row.
"""

from __future__ import annotations

import sqlite3

from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.declare import Answer, Route
from trackagoat_pandas.sandbox.entities import CAMPAIGN, CREATOR, PROJECT, VIDEO
from trackagoat_pandas.sandbox.holdings import SHOWN
from trackagoat_pandas.sandbox.lookups import check_filters, project_ids
from trackagoat_pandas.sandbox.measures import Videos
from trackagoat_pandas.sandbox.paging import Listing, page_of
from trackagoat_pandas.sandbox.parameters import OF_CREATOR, OF_PROJECT, PAGE, Parameter
from trackagoat_pandas.sandbox.records import campaign_records, creator_records, video_records


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
    return Answer(creator_records(call, page.rows, _listed_videos), page.meta)


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
    return Answer(video_records(call, page.rows), page.meta)


def list_campaigns(call: Call) -> Answer:
    """List campaigns with their direct members."""
    page = page_of(call, Listing("campaigns", "project_id", project_ids(call)))
    return Answer(campaign_records(call, page.rows), page.meta)


def _listed_videos(call: Call, creator: sqlite3.Row) -> Videos:
    return call.holdings.of_project(creator["project_id"]).of_creator(creator["id"])


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
