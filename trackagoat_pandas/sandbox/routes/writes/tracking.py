"""Which videos are tracked: the inbox of those that wait for a review, and the switches.

Knows tracking statuses. Must not know how a video is counted.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import partial

from trackagoat_pandas.sandbox.bodies import MOST_ITEMS, Body, Form, Member
from trackagoat_pandas.sandbox.bulk import Done, checked_id, each, ids_body, named
from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.declare import Answer, Route
from trackagoat_pandas.sandbox.entities import VIDEO
from trackagoat_pandas.sandbox.lookups import find_project, find_video
from trackagoat_pandas.sandbox.refusals import conflict, invalid_body, not_found
from trackagoat_pandas.sandbox.routes.writes.videos import shown_video
from trackagoat_pandas.sandbox.write_entities import RESULTS

_REVIEWS = {"approve": "included", "exclude": "excluded"}


def review_inbox(call: Call) -> Answer:
    """Approve or exclude videos that wait for a review."""
    project_id: str = find_project(call, call.ids[0])["id"]
    asked = [
        (video_id, (status, video_id))
        for name, status in _REVIEWS.items()
        for video_id in call.body.get(name, ())
    ]
    if len(asked) > MOST_ITEMS:
        raise invalid_body("The body", f"it names at most {MOST_ITEMS} videos in all")
    return each(asked, lambda item: _review(call, project_id, *item))


def _review(call: Call, project_id: str, status: str, video_id: str) -> Done:
    video = _of_project(call, project_id, video_id)
    if video["tracking_status"] == status:
        return "unchanged", video["id"]
    if video["tracking_status"] != "pending_review":
        raise conflict("The video doesn't wait for a review", "state_conflict")
    return _set(call, video, "tracking_status", status)


def _switch(name: str, value: int, call: Call) -> Answer:
    """Switch something about one video."""
    video = find_video(call, call.ids[0])
    _set(call, video, name, value)
    return Answer(shown_video(call, video["id"]))


def _switch_all(value: int, call: Call) -> Answer:
    """Switch the tracking of videos of a project."""
    project_id: str = find_project(call, call.ids[0])["id"]

    def one(video_id: str) -> Done:
        video = _of_project(call, project_id, video_id)
        return _set(call, video, "is_tracking_disabled", value)

    return each(named(call.body["video_ids"]), one)


def _set(call: Call, video: sqlite3.Row, name: str, value: int | str) -> Done:
    if video[name] == value:
        return "unchanged", video["id"]
    call.database.update("videos", video["id"], {name: value, "updated_at": call.now_text})
    return "updated", video["id"]


def _of_project(call: Call, project_id: str, video_id: str) -> sqlite3.Row:
    found = call.database.rows(
        "SELECT * FROM videos WHERE id = ? AND project_id = ? AND deleted_at IS NULL",
        (checked_id("Video", video_id), project_id),
    )
    if not found:
        raise not_found("Video")
    return found[0]


def _post(
    path: str, summary: str, handler: Callable[[Call], Answer], *, ids: bool = False
) -> Route:
    rows, body = (RESULTS, _IDS) if ids else (VIDEO, ())
    return Route(path, summary, handler, rows=rows, method="POST", body=body)


_IDS = ids_body("video_ids", "Up to 50 videos of the project.")
_INBOX: Body = (
    Form(
        (
            Member("approve", "array", "Videos to count.", low=1, high=MOST_ITEMS),
            Member("exclude", "array", "Videos never to show.", low=1, high=MOST_ITEMS),
        ),
        least=1,
    ),
)

ROUTES = (
    Route(
        "/projects/{id}/inbox",
        "Approve or exclude videos that wait for a review",
        review_inbox,
        rows=RESULTS,
        method="PATCH",
        body=_INBOX,
    ),
    _post(
        "/videos/{id}/tracking-disable",
        "Switch the tracking of a video off",
        partial(_switch, "is_tracking_disabled", 1),
    ),
    _post(
        "/videos/{id}/tracking-enable",
        "Switch the tracking of a video on",
        partial(_switch, "is_tracking_disabled", 0),
    ),
    _post(
        "/videos/{id}/tracking-unexempt",
        "Let a video be switched off automatically again",
        partial(_switch, "is_tracking_exempt", 0),
    ),
    _post(
        "/projects/{id}/videos/bulk-tracking-disable",
        "Switch the tracking of videos off",
        partial(_switch_all, 1),
        ids=True,
    ),
    _post(
        "/projects/{id}/videos/bulk-tracking-enable",
        "Switch the tracking of videos on",
        partial(_switch_all, 0),
        ids=True,
    ),
)
