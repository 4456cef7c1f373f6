"""GET /comments: no documented endpoint; the sandbox lists it in its OpenAPI description.

Comments of excluded and deleted videos never come. Must not know sentiment.
"""

from __future__ import annotations

from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.declare import Answer, Route
from trackagoat_pandas.sandbox.entities import COMMENT
from trackagoat_pandas.sandbox.holdings import SHOWN
from trackagoat_pandas.sandbox.instants import instant_conditions
from trackagoat_pandas.sandbox.lookups import check_filters, project_ids
from trackagoat_pandas.sandbox.paging import Listing, page_of
from trackagoat_pandas.sandbox.parameters import FROM, OF_CREATOR, OF_PROJECT, PAGE, TO, Parameter

_ON_SHOWN_VIDEO = f"EXISTS (SELECT 1 FROM videos WHERE videos.id = comments.video_id AND {SHOWN})"


def list_comments(call: Call) -> Answer:
    """List comments; from and to choose the days on which they were written."""
    check_filters(call)
    filters = {
        "creator_id = ?": call.arguments["creator_id"],
        "video_id = ?": call.arguments["video_id"],
        **instant_conditions(call, "posted_at"),
    }
    used = {condition: value for condition, value in filters.items() if value is not None}
    conditions = (_ON_SHOWN_VIDEO, *used)
    listing = Listing("comments", "project_id", project_ids(call), conditions, tuple(used.values()))
    page = page_of(call, listing)
    return Answer([COMMENT.record(row, {}) for row in page.rows], page.meta)


ROUTES = (
    Route(
        "/comments",
        "List comments",
        list_comments,
        (
            OF_PROJECT,
            Parameter("video_id", "Only comments under this video.", "uuid"),
            OF_CREATOR,
            FROM,
            TO,
            *PAGE,
        ),
        COMMENT,
        "page",
    ),
)
