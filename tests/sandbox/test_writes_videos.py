"""Videos added, edited, deleted, reviewed and switched in the sandbox."""

from __future__ import annotations

from datetime import timedelta
from math import inf

import pytest

from tests.support.writer import NOWHERE, opened

URL = "https://www.tiktok.com/@some.goat/video/7500000000000000001"
PHOTO = "https://tiktok.com/@some.goat/photo/7500000000000000002?is_from_webapp=1"


api = pytest.fixture(opened)


@pytest.fixture
def path(api):
    return f"/projects/{api.project}/videos"


def with_status(api, status):
    """A video that was given a tracking status."""
    video = api.rows("/videos", project_id=api.project)[0]["id"]
    api.box.database.update("videos", video, {"tracking_status": status})
    return video


def test_a_video_added_by_its_address_belongs_to_nobody_and_is_listed(api, path):
    made = api.made(path, {"url": URL})
    assert made["creator_id"] is None
    assert made["tiktok_video_id"] == "7500000000000000001"
    assert (made["tracking_status"], made["media_type"]) == ("direct_add", "video")
    assert made["posted_at"] == "2025-05-02T23:50:27Z"  # 7500000000000000001 >> 32 seconds
    assert api.row("/videos", made["id"]) == made


def test_a_photo_is_a_photo_carousel(api, path):
    assert api.made(path, {"url": PHOTO})["media_type"] == "photo_carousel"


def test_nothing_is_posted_after_now(api, path):
    future = "https://www.tiktok.com/@x/video/9999999999999999999"
    assert api.made(path, {"url": future})["posted_at"] == "2026-06-15T12:00:00Z"


def test_a_video_that_is_there_is_a_duplicate(api, path):
    api.made(path, {"url": URL})
    assert api.refused("POST", path, {"url": f"{URL}?lang=en"}) == (409, "duplicate")


@pytest.mark.parametrize("url", ["", "https://example.com/video/7500000000000000001", f"{URL}2"])
def test_an_address_that_is_no_posts_is_an_invalid_body(api, path, url):
    assert api.refused("POST", path, {"url": url}) == (400, "invalid_body")


def test_each_of_many_has_its_own_result(api, path):
    urls = [URL, "elsewhere", URL, PHOTO]
    data = api.made(path, {"videos": [{"url": url} for url in urls]})
    assert [row["item"] for row in data["results"]] == urls
    found = [row["status"] for row in data["results"]]
    assert found == ["created", "failed", "unchanged", "created"]


def test_an_excluded_video_is_brought_back_by_its_address(api, path):
    made = api.made(path, {"url": URL})
    api.done("PATCH", f"/videos/{made['id']}", {"tracking_status": "excluded"})
    assert api.refused("PATCH", f"/videos/{made['id']}", {"title": "x"}) == (404, None)
    back = api.done("POST", path, {"url": URL}, 200)
    assert (back["id"], back["tracking_status"]) == (made["id"], "direct_add")


def test_an_edit_shows(api, path):
    video = api.made(path, {"url": URL})["id"]
    edited = api.done("PATCH", f"/videos/{video}", {"title": "t", "readme": "r"})
    assert (edited["title"], edited["description"]) == ("t", "r")
    assert api.row("/videos", video) == edited


def test_a_deleted_video_is_gone_with_its_comments_and_memberships(api):
    comment = api.rows("/comments")[0]
    video = comment["video_id"]
    campaign = api.rows("/campaigns", project_id=comment["project_id"])[0]["id"]
    item = {"campaign_id": campaign, "item_type": "video", "item_id": video}
    api.box.database.write("DELETE FROM campaign_items")
    api.box.database.insert("campaign_items", [{**item, "created_at": "2026-06-01T00:00:00Z"}])
    assert api.done("DELETE", f"/videos/{video}") == {"id": video, "deleted": True}
    assert api.refused("DELETE", f"/videos/{video}") == (404, None)
    assert api.refused("GET", "/comments", video_id=video) == (404, None)
    for table in ("comments", "campaign_items"):
        name = "video_id" if table == "comments" else "item_id"
        assert not api.box.database.rows(f"SELECT 1 FROM {table} WHERE {name} = ?", (video,))


def test_tracking_is_switched_off_and_on(api):
    video = with_status(api, "included")
    off = api.done("POST", f"/videos/{video}/tracking-disable")
    assert off["is_tracking_disabled"] is True
    on = api.done("POST", f"/videos/{video}/tracking-enable")
    assert on["is_tracking_disabled"] is False
    assert api.row("/videos", video) == on


def test_an_exemption_is_taken_back(api):
    video = with_status(api, "included")
    api.box.database.update("videos", video, {"is_tracking_exempt": 1})
    after = api.done("POST", f"/videos/{video}/tracking-unexempt")
    assert after["is_tracking_exempt"] is False


def test_tracking_of_many_is_switched_with_a_result_for_each(api, path):
    video = with_status(api, "included")
    api.box.database.update("videos", video, {"is_tracking_disabled": 0})
    body = {"video_ids": [video, video, NOWHERE]}
    data = api.done("POST", f"{path}/bulk-tracking-disable", body)
    assert [row["status"] for row in data["results"]] == ["updated", "unchanged", "failed"]
    data = api.done("POST", f"{path}/bulk-tracking-enable", body)
    assert [row["status"] for row in data["results"]] == ["updated", "unchanged", "failed"]


def test_a_video_that_is_switched_off_counts_no_more(api):
    video = api.rows("/videos", project_id=api.project)[-1]
    api.box.database.update("videos", video["id"], {"is_tracking_disabled": 0})
    query = {"project_id": api.project, "from": "2026-01-01", "to": "2026-06-15", "limit": 100}

    def counted():
        data = api.done("GET", "/analytics/aggregate/video-leaderboard", **query)
        return {row["video_id"] for row in data}

    was_there = video["id"] in counted()
    api.done("POST", f"/videos/{video['id']}/tracking-disable")
    assert was_there
    assert video["id"] not in counted()


def test_a_video_that_is_switched_off_keeps_the_counts_of_its_last_snapshot(api):
    video = max(api.rows("/videos", project_id=api.project), key=lambda row: row["posted_at"])["id"]
    api.box.database.update("videos", video, {"is_tracking_disabled": 0, "untracked_ts": inf})
    off = api.done("POST", f"/videos/{video}/tracking-disable")
    api.box.advance(timedelta(days=3))
    assert api.row("/videos", video) == off
    edited = api.done("PATCH", f"/videos/{video}", {"title": "Edited"})
    assert edited["view_count"] == off["view_count"]
    on = api.done("POST", f"/videos/{video}/tracking-enable")
    assert on["view_count"] > off["view_count"]


def test_the_inbox_is_approved_and_excluded(api):
    waiting = with_status(api, "pending_review")
    other = api.rows("/videos", project_id=api.project)[1]["id"]
    api.box.database.update("videos", other, {"tracking_status": "pending_review"})
    path = f"/projects/{api.project}/inbox"
    data = api.done("PATCH", path, {"approve": [waiting, NOWHERE], "exclude": [other, waiting]})
    assert [(row["item"], row["status"], row["code"]) for row in data["results"]] == [
        (waiting, "updated", None),
        (NOWHERE, "failed", None),
        (other, "updated", None),
        (waiting, "failed", "state_conflict"),
    ]
    assert api.row("/videos", waiting)["tracking_status"] == "included"
    assert other not in [row["id"] for row in api.rows("/videos")]
    again = api.done("PATCH", path, {"approve": [waiting]})
    assert again["results"][0]["status"] == "unchanged"


def test_an_inbox_takes_50_in_all(api):
    path = f"/projects/{api.project}/inbox"
    body = {"approve": [NOWHERE] * 30, "exclude": [NOWHERE] * 21}
    assert api.refused("PATCH", path, body) == (400, "invalid_body")


def test_scrapes_of_videos_and_creators_are_counted_together(api):
    api.limit("max_manual_scrape_triggers_per_day", 1)
    video = with_status(api, "included")
    assert api.done("POST", f"/videos/{video}/scrape") == {"id": video, "queued": True}
    assert api.refused("POST", f"/creators/{api.creator}/scrape") == (402, "limit_reached")
