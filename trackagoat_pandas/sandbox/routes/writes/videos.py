"""Add, change, delete and scrape videos, review the inbox, and switch their tracking.

A video that is added by its address belongs to no creator.
"""

from __future__ import annotations

import math
import re
import sqlite3
from functools import partial
from operator import itemgetter
from typing import Annotated, Any, Literal, TypeAlias

from msgspec import UNSET, Meta, UnsetType

from trackagoat_pandas.sandbox.bodies import MOST_ITEMS, Body, Edit, Ids, Notes
from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.changes import (
    Done,
    added,
    changed,
    deleted,
    each,
    queue_scrape,
    shown,
)
from trackagoat_pandas.sandbox.clock import format_seconds
from trackagoat_pandas.sandbox.covers import draw_cover
from trackagoat_pandas.sandbox.declare import Answer, delete, patch, post
from trackagoat_pandas.sandbox.dice import next_dice
from trackagoat_pandas.sandbox.entities import Deleted, QueuedScrape, Results, Video
from trackagoat_pandas.sandbox.envelope import conflict, invalid_body
from trackagoat_pandas.sandbox.formats import doc, is_like, like
from trackagoat_pandas.sandbox.lookups import check_limit, find, found
from trackagoat_pandas.sandbox.videos import new_curve

URL = (
    r"^https://(www\.)?tiktok\.com/@[A-Za-z0-9._-]{1,30}/(video|photo)/[1-9][0-9]{18}/?"
    r"(\?[!-~]{0,200})?$"
)
# 19 digits: the second of posting is in the upper 32 bits, as TikTok has it.
_TIKTOK_ID = re.compile("/(?P<kind>video|photo)/(?P<id>[0-9]{19})")
_REVIEWS = {"approve": "included", "exclude": "excluded"}
_Status: TypeAlias = Literal["auto_tracked", "included", "direct_add", "pending_review", "excluded"]


class NewVideo(Body):
    """A video to add, or to restore."""

    url: Annotated[str, like(URL), doc("The post's address on TikTok.")]


class VideoItem(Body):
    """One of many videos to add; its address is checked individually."""

    url: Annotated[str, doc("The post's address.")]


class NewVideos(Body):
    """Videos to add; one that is refused doesn't stop the others."""

    videos: Annotated[
        list[VideoItem], Meta(min_length=1, max_length=MOST_ITEMS), doc("Up to 50 videos.")
    ]


class VideoEdit(Edit):
    """Changes of a video."""

    title: Annotated[
        Annotated[str, Meta(max_length=2_200)] | UnsetType | None, doc("The caption.")
    ] = UNSET
    readme: Notes = UNSET
    tracking_status: Annotated[
        _Status | UnsetType, doc("How it is tracked; an excluded video is no longer shown.")
    ] = UNSET


class InboxReview(Edit):
    """Videos pending review, by decision."""

    approve: Annotated[Ids | UnsetType, doc("Videos to approve.")] = UNSET
    exclude: Annotated[Ids | UnsetType, doc("Videos to exclude.")] = UNSET


class VideoIds(Body):
    """Videos of a project."""

    video_ids: Annotated[Ids, doc("Up to 50 videos of the project.")]


def add_videos(call: Call) -> Answer:
    """Add one video by its address, or up to 50; an excluded one is restored."""
    project_id: str = find(call, "Project", call.ids[0])["id"]
    if "videos" in call.body:
        return each([item["url"] for item in call.body["videos"]], partial(_add, call, project_id))
    return added(call, "videos", Video, _add(call, project_id, call.body["url"]))


def update_video(call: Call) -> Answer:
    """Change a video."""
    video_id: str = find(call, "Video", call.ids[0])["id"]
    changes = {**call.body, "updated_at": call.now_text}
    if "readme" in changes:
        changes["description"] = changes.pop("readme")
    return changed(call, "videos", Video, video_id, changes)


def delete_video(call: Call) -> Answer:
    """Delete a video permanently, with its comments and its places in campaigns."""
    video_id: str = find(call, "Video", call.ids[0])["id"]
    call.database.write("DELETE FROM videos WHERE id = ?", (video_id,))
    call.database.write("DELETE FROM comments WHERE video_id = ?", (video_id,))
    call.database.write(
        "DELETE FROM campaign_items WHERE item_type = 'video' AND item_id = ?", (video_id,)
    )
    return deleted(video_id)


def scrape_video(call: Call) -> Answer:
    """Scrape a video now."""
    return queue_scrape(call, "videos", find(call, "Video", call.ids[0])["id"])


def review_inbox(call: Call) -> Answer:
    """Approve or exclude videos that are pending review."""
    project_id: str = find(call, "Project", call.ids[0])["id"]
    asked = [
        (status, video_id)
        for name, status in _REVIEWS.items()
        for video_id in call.body.get(name, ())
    ]
    if len(asked) > MOST_ITEMS:
        raise invalid_body("The body", f"names more than {MOST_ITEMS} videos")

    def review(item: tuple[str, str]) -> Done:
        status, video_id = item
        video = _of_project(call, project_id, video_id)
        if video["tracking_status"] not in {status, "pending_review"}:
            raise conflict("The video isn't pending review", "state_conflict")
        return _set(call, video, "tracking_status", status)

    return each(asked, review, itemgetter(1))


def disable_tracking(call: Call) -> Answer:
    """Switch off the tracking of a video."""
    return _switch(call, "is_tracking_disabled", 1)


def enable_tracking(call: Call) -> Answer:
    """Switch on the tracking of a video."""
    return _switch(call, "is_tracking_disabled", 0)


def unexempt_tracking(call: Call) -> Answer:
    """Allow automatic disabling of a video again."""
    return _switch(call, "is_tracking_exempt", 0)


def disable_tracking_of_many(call: Call) -> Answer:
    """Switch off the tracking of videos."""
    return _switch_all(call, 1)


def enable_tracking_of_many(call: Call) -> Answer:
    """Switch on the tracking of videos."""
    return _switch_all(call, 0)


def _add(call: Call, project_id: str, url: str) -> Done:
    match = _TIKTOK_ID.search(url) if is_like(URL, url) else None
    if match is None:
        raise invalid_body("url", f"must match {URL}")
    known = call.database.rows(
        "SELECT * FROM videos WHERE project_id = ? AND tiktok_video_id = ? AND deleted_at IS NULL",
        (project_id, match["id"]),
    )
    if known and known[0]["tracking_status"] != "excluded":
        return "unchanged", known[0]["id"]
    check_limit(call, "max_tracked_videos_per_org")
    if known:
        back = {"tracking_status": "direct_add", "updated_at": call.now_text}
        call.database.update("videos", known[0]["id"], back)
        return "reactivated", known[0]["id"]
    media_type = "video" if match["kind"] == "video" else "photo_carousel"
    row = _new_row(call, project_id, url, match["id"], media_type)
    return "created", call.database.add("videos", row)["id"]


def _new_row(
    call: Call, project_id: str, url: str, tiktok_id: str, media_type: str
) -> dict[str, Any]:
    dice = next_dice(call.database)
    curve = new_curve(dice, int(tiktok_id), call.now_ts)
    return {
        "id": dice.uuid(),
        "project_id": project_id,
        "tiktok_video_id": tiktok_id,
        "url": url,
        "metadata": "{}",
        "tracking_status": "direct_add",
        "media_type": media_type,
        "thumbnail_url": draw_cover(tiktok_id),
        "posted_at": format_seconds(curve["posted_ts"])[0],
        "is_tracking_disabled": 0,
        "is_tracking_exempt": 0,
        "created_at": call.now_text,
        "updated_at": call.now_text,
        "tracked_ts": call.now_ts,
        **{name: float(values[0]) for name, values in curve.items()},
    }


def _switch(call: Call, name: str, value: int) -> Answer:
    video = find(call, "Video", call.ids[0])
    _set(call, video, name, value)
    return Answer(shown(call, "videos", Video, video["id"]))


def _switch_all(call: Call, value: int) -> Answer:
    project_id: str = find(call, "Project", call.ids[0])["id"]

    def one(video_id: str) -> Done:
        video = _of_project(call, project_id, video_id)
        return _set(call, video, "is_tracking_disabled", value)

    return each(call.body["video_ids"], one)


def _set(call: Call, video: sqlite3.Row, name: str, value: int | str) -> Done:
    if video[name] == value:
        return "unchanged", video["id"]
    changes: dict[str, float | str] = {name: value, "updated_at": call.now_text}
    if name == "is_tracking_disabled":
        changes["untracked_ts"] = call.now_ts if value else math.inf
    call.database.update("videos", video["id"], changes)
    return "updated", video["id"]


def _of_project(call: Call, project_id: str, video_id: str) -> sqlite3.Row:
    sql = "SELECT * FROM videos WHERE id = ? AND project_id = ? AND deleted_at IS NULL"
    return found(call, "Video", sql, video_id.lower(), project_id)


_VIDEOS = "/projects/{id}/videos"
ROUTES = (
    post(
        _VIDEOS,
        add_videos,
        Video,
        NewVideo,
        NewVideos,
        several=Results,
        successes=(200, 201),
        refusals=(402, 409),
    ),
    patch("/videos/{id}", update_video, Video, VideoEdit),
    delete("/videos/{id}", delete_video, Deleted),
    post("/videos/{id}/scrape", scrape_video, QueuedScrape, refusals=(402,)),
    patch("/projects/{id}/inbox", review_inbox, Results, InboxReview),
    post("/videos/{id}/tracking-disable", disable_tracking, Video),
    post("/videos/{id}/tracking-enable", enable_tracking, Video),
    post("/videos/{id}/tracking-unexempt", unexempt_tracking, Video),
    post(f"{_VIDEOS}/bulk-tracking-disable", disable_tracking_of_many, Results, VideoIds),
    post(f"{_VIDEOS}/bulk-tracking-enable", enable_tracking_of_many, Results, VideoIds),
)
