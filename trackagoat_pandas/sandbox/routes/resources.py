"""Lists of projects, creators, videos, campaigns, comments and chart notes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.database import marks
from trackagoat_pandas.sandbox.declare import Answer, get
from trackagoat_pandas.sandbox.entities import (
    Annotation,
    Campaign,
    Comment,
    Creator,
    Project,
    Video,
)
from trackagoat_pandas.sandbox.envelope import RefusedError, check_order
from trackagoat_pandas.sandbox.formats import Uuid
from trackagoat_pandas.sandbox.lookups import check_filters, instant_conditions, project_ids
from trackagoat_pandas.sandbox.metrics import ALL
from trackagoat_pandas.sandbox.paging import Listing, page_of
from trackagoat_pandas.sandbox.parameters import FROM, OF_CREATOR, OF_PROJECT, PAGE, TO, Parameter
from trackagoat_pandas.sandbox.spans import Span
from trackagoat_pandas.sandbox.subjects import Subject
from trackagoat_pandas.sandbox.video_cache import SHOWN

_ON_SHOWN_VIDEO = f"EXISTS (SELECT 1 FROM videos WHERE videos.id = comments.video_id AND {SHOWN})"


def list_projects(call: Call) -> Answer:
    """List projects."""
    return page_of(call, Project, Listing("projects", [call.organization.id], owner="org_id"))


def list_creators(call: Call) -> Answer:
    """List creators with their current counts."""
    search: str | None = call.arguments["search"]
    filters = {"instr(lower(tiktok_handle), ?) > 0": search and search.removeprefix("@").lower()}
    listing = Listing("creators", project_ids(call), "deleted_at IS NULL", filters)
    return page_of(call, Creator, listing)


def list_videos(call: Call) -> Answer:
    """List videos; excluded and deleted ones are left out."""
    check_filters(call)
    listing = Listing("videos", project_ids(call), SHOWN)
    creator: str | None = call.arguments["creator_id"]
    if creator is not None:  # there is an index of the videos by creator
        filters = {"project_id = ?": call.arguments["project_id"]}
        listing = Listing("videos", [creator], SHOWN, filters, owner="creator_id")
    return page_of(call, Video, listing)


def list_campaigns(call: Call) -> Answer:
    """List campaigns with their direct members."""
    return page_of(call, Campaign, Listing("campaigns", project_ids(call)))


def list_comments(call: Call) -> Answer:
    """List comments by the days on which they were written.

    No documented endpoint: the sandbox lists it in its OpenAPI description.
    """
    check_filters(call)
    filters = {
        "creator_id = ?": call.arguments["creator_id"],
        "video_id = ?": call.arguments["video_id"],
        **instant_conditions(call, "posted_at"),
    }
    # Comments under excluded and deleted videos are left out, as the videos are.
    listing = Listing("comments", project_ids(call), _ON_SHOWN_VIDEO, filters)
    return page_of(call, Comment, listing)


def list_annotations(call: Call) -> Answer:
    """List chart notes, oldest day first."""
    first, last = call.arguments["from"], call.arguments["to"]
    check_order(first, last)
    projects = project_ids(call)
    filters = {
        "entity = ?": call.arguments["entity"],
        "entity_id = ?": call.arguments["entity_id"],
        "date >= ?": first and first.isoformat(),
        "date <= ?": last and last.isoformat(),
    }
    used = {condition: value for condition, value in filters.items() if value is not None}
    conditions = [f"project_id IN ({marks(projects)})", *used]
    return Answer(_notes(call, conditions, [*projects, *used.values()]))


def notes_on(
    call: Call, subjects: Sequence[Subject], entity: str, span: Span
) -> list[dict[str, Any]]:
    """Return the notes on days of a span that are about the subjects or their whole project."""
    ids = [subject.id for subject in subjects]
    projects = list(dict.fromkeys(subject.project_id for subject in subjects))
    conditions = [
        f"project_id IN ({marks(projects)})",
        f"(entity IS NULL OR (entity = ? AND entity_id IN ({marks(ids)})))",
        "date BETWEEN ? AND ?",
    ]
    days = [span.first.isoformat(), span.last.isoformat()]
    return _notes(call, conditions, [*projects, entity, *ids, *days])


def gone(_call: Call) -> Answer:
    """Refuse: the endpoint was removed."""
    raise RefusedError(410, "This endpoint was removed: use /analytics")


def _notes(call: Call, conditions: Sequence[str], values: Sequence[str]) -> list[dict[str, Any]]:
    rows = call.database.rows(
        f"SELECT * FROM annotations WHERE {' AND '.join(conditions)} ORDER BY date, rowid", values
    )
    return [Annotation.record(row) for row in rows]


_SEARCH = Parameter("search", "Part of the handle; case-insensitive.")
_VIDEO = Parameter("video_id", "Only comments under this video.", Uuid)
_ENTITY = Parameter("entity", "Only notes on this kind of entity.", choices=ALL)
_ENTITY_ID = Parameter("entity_id", "Only notes on this entity.", Uuid)
_OF_NOTES = (OF_PROJECT, _ENTITY, _ENTITY_ID, FROM, TO)
_OF_COMMENTS = (OF_PROJECT, _VIDEO, OF_CREATOR, FROM, TO, *PAGE)
ROUTES = (
    get("/projects", list_projects, Project, "page", PAGE),
    get("/creators", list_creators, Creator, "page", (OF_PROJECT, _SEARCH, *PAGE)),
    get("/videos", list_videos, Video, "page", (OF_PROJECT, OF_CREATOR, *PAGE)),
    get("/campaigns", list_campaigns, Campaign, "page", (OF_PROJECT, *PAGE)),
    get("/analytics/annotations", list_annotations, Annotation, "list", _OF_NOTES),
    get("/comments", list_comments, Comment, "page", _OF_COMMENTS),
)
REMOVED = (get("/creators/{id}/stats", gone), get("/campaigns/{id}/stats", gone))
