"""POST, PATCH and DELETE of videos: added by their address, edited, deleted for good.

What was added by its address belongs to no creator. Must not know inbox or tracking.
"""

from __future__ import annotations

import re
import sqlite3
from typing import Any

from trackagoat_pandas.sandbox.bodies import MOST_ITEMS, Body, Form, Member
from trackagoat_pandas.sandbox.bulk import STATUS_OF, Done, each
from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.chance import next_dice
from trackagoat_pandas.sandbox.clock import format_seconds
from trackagoat_pandas.sandbox.declare import Answer, Route
from trackagoat_pandas.sandbox.entities import VIDEO
from trackagoat_pandas.sandbox.holdings import SHOWN
from trackagoat_pandas.sandbox.lookups import find_project, find_video
from trackagoat_pandas.sandbox.newcomers import newcomer
from trackagoat_pandas.sandbox.plans import OWN_PROJECTS, check_limit, count
from trackagoat_pandas.sandbox.records import video_records
from trackagoat_pandas.sandbox.refusals import conflict, invalid_body
from trackagoat_pandas.sandbox.routes.writes.scrapes import queue_scrape
from trackagoat_pandas.sandbox.spelling import is_like
from trackagoat_pandas.sandbox.write_entities import DELETED, QUEUED, RESULTS

URL = (
    r"^https://(www\.)?tiktok\.com/@[A-Za-z0-9._-]{1,30}/(video|photo)/[1-9][0-9]{18}/?"
    r"(\?[!-~]{0,200})?$"
)
_TIKTOK_ID = re.compile("/(?P<kind>video|photo)/(?P<id>[0-9]{19})")
_COLUMNS = {"readme": "description"}


def add_videos(call: Call) -> Answer:
    """Add one video, or several of which each has its own result."""
    project_id: str = find_project(call, call.ids[0])["id"]
    if "videos" in call.body:
        urls = [item["url"] for item in call.body["videos"]]
        return each(zip(urls, urls, strict=True), lambda url: _add(call, project_id, url))
    status, video_id = _add(call, project_id, call.body["url"])
    if status == "unchanged":
        raise conflict("The project has this video already", "duplicate")
    return Answer(shown_video(call, video_id), status=STATUS_OF[status])


def update_video(call: Call) -> Answer:
    """Change a video."""
    video_id: str = find_video(call, call.ids[0])["id"]
    changes = {_COLUMNS.get(name, name): value for name, value in call.body.items()}
    call.database.update("videos", video_id, {**changes, "updated_at": call.now_text})
    return Answer(shown_video(call, video_id))


def delete_video(call: Call) -> Answer:
    """Delete a video for good, with its comments and its places in campaigns."""
    video_id: str = find_video(call, call.ids[0])["id"]
    call.database.write("DELETE FROM videos WHERE id = ?", (video_id,))
    call.database.write("DELETE FROM comments WHERE video_id = ?", (video_id,))
    call.database.write(
        "DELETE FROM campaign_items WHERE item_type = 'video' AND item_id = ?", (video_id,)
    )
    return Answer({"id": video_id, "deleted": True})


def scrape_video(call: Call) -> Answer:
    """Scrape a video now."""
    return queue_scrape(call, "videos", find_video(call, call.ids[0])["id"])


def shown_video(call: Call, video_id: str) -> dict[str, Any]:
    """Show a video as it is now, excluded or not."""
    [record] = video_records(
        call, call.database.rows("SELECT * FROM videos WHERE id = ?", (video_id,))
    )
    return record


def _add(call: Call, project_id: str, url: str) -> Done:
    found = _TIKTOK_ID.search(url) if is_like(URL, url) else None
    if found is None:
        raise invalid_body("url", f"it is not like {URL}")
    known = _known(call, project_id, found["id"])
    if known is not None and known["tracking_status"] != "excluded":
        return "unchanged", known["id"]
    _check_room(call)
    if known is not None:
        back = {"tracking_status": "direct_add", "updated_at": call.now_text}
        call.database.update("videos", known["id"], back)
        return "reactivated", known["id"]
    media_type = "video" if found["kind"] == "video" else "photo_carousel"
    row = _new_row(call, project_id, url, found["id"], media_type)
    call.database.insert("videos", [row])
    return "created", row["id"]


def _known(call: Call, project_id: str, tiktok_id: str) -> sqlite3.Row | None:
    rows = call.database.rows(
        "SELECT * FROM videos WHERE project_id = ? AND tiktok_video_id = ? AND deleted_at IS NULL",
        (project_id, tiktok_id),
    )
    return rows[0] if rows else None


def _new_row(
    call: Call, project_id: str, url: str, tiktok_id: str, media_type: str
) -> dict[str, Any]:
    dice = next_dice(call.database)
    drawn = newcomer(dice, int(tiktok_id), call.now_ts)
    return {
        "id": dice.uuid(),
        "project_id": project_id,
        "creator_id": None,
        "tiktok_video_id": tiktok_id,
        "url": url,
        "title": None,
        "description": None,
        "metadata": "{}",
        "tracking_status": "direct_add",
        "media_type": media_type,
        "thumbnail_url": f"https://cdn.trackagoat.example/thumbs/{tiktok_id}.webp",
        "posted_at": format_seconds(drawn["posted_ts"])[0],
        "is_tracking_disabled": 0,
        "is_tracking_exempt": 0,
        "deleted_at": None,
        "created_at": call.now_text,
        "updated_at": call.now_text,
        "tracked_ts": call.now_ts,
        **{name: float(values[0]) for name, values in drawn.items()},
    }


def _check_room(call: Call) -> None:
    condition = f"{SHOWN} AND NOT is_tracking_disabled AND {OWN_PROJECTS}"
    check_limit(
        call,
        "max_tracked_videos_per_org",
        lambda: count(call, "videos", condition, call.organization.id),
    )


_ONE = Form((Member("url", "string", "The post's address on TikTok.", required=True, pattern=URL),))
_SEVERAL = Form(
    (
        Member(
            "videos",
            "array",
            "Up to 50 videos; one that is refused doesn't hide the others.",
            required=True,
            low=1,
            high=MOST_ITEMS,
            items=(Form((Member("url", "string", "The post's address.", required=True),)),),
        ),
    )
)
_EDIT: Body = (
    Form(
        (
            Member("title", "string", "The caption.", nullable=True, high=2_200),
            Member("readme", "string", "The team's notes.", nullable=True, high=10_000),
            Member(
                "tracking_status",
                "string",
                "How it is tracked; an excluded video is not shown any more.",
                choices=(
                    "auto_tracked",
                    "included",
                    "direct_add",
                    "pending_review",
                    "excluded",
                ),
            ),
        ),
        least=1,
    ),
)

ROUTES = (
    Route(
        "/projects/{id}/videos",
        "Add one video by its address, or up to 50; an excluded one is brought back",
        add_videos,
        rows=VIDEO,
        several=RESULTS,
        method="POST",
        body=(_ONE, _SEVERAL),
        successes=(200, 201),
        refusals=(402, 409),
    ),
    Route("/videos/{id}", "Change a video", update_video, rows=VIDEO, method="PATCH", body=_EDIT),
    Route("/videos/{id}", "Delete a video for good", delete_video, rows=DELETED, method="DELETE"),
    Route(
        "/videos/{id}/scrape",
        "Scrape a video now",
        scrape_video,
        rows=QUEUED,
        method="POST",
        refusals=(402,),
    ),
)
