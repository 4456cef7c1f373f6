from __future__ import annotations

import pytest

from tests.support.tiny_world import (
    ADA,
    BEN,
    CYD,
    DEE,
    DELETED,
    EXCLUDED,
    MADE,
    P1,
    P2,
    P_OTHER,
    PENDING,
    SUBTREE,
    SWITCHED_OFF,
    TREE,
    V1,
    V2,
    V3,
    V8,
    V9,
    id_of,
    served,
)

api = pytest.fixture(scope="module")(served)


def by_id(rows):
    return {row["id"]: row for row in rows}


def test_a_project_has_the_contracts_fields_and_no_others(api):
    assert by_id(api.data("/projects"))[P1] == {
        "id": P1,
        "org_id": id_of("org"),
        "name": "p1",
        "description": None,
        "timezone": "America/New_York",
        "created_at": MADE,
        "updated_at": MADE,
    }


def test_a_creator_shows_what_it_and_its_videos_show_now(api):
    assert by_id(api.data("/creators"))[ADA] == {
        "id": ADA,
        "project_id": P1,
        "tiktok_handle": "ada.tok",
        "display_name": "Ada",
        "description": None,
        "metadata": {},
        "tracking_mode": "auto",
        "avatar_url": None,
        "follower_count": 10_079,  # 1,000 doubled 3 1/3 times
        "total_likes": 100 + 86 + 50 + 700 + 700,  # v1 v2 v3 v4 v6
        "video_count": 5,
        "tracking_start_date": "2026-06-12",
        "is_active": True,
        "disabled_at": None,
        "created_at": MADE,
        "updated_at": "2026-06-15T06:00:00Z",
    }


def test_likes_and_videos_of_a_creator_are_those_of_the_listed_videos(api):
    videos = api.data("/videos", creator_id=ADA)
    creator = by_id(api.data("/creators"))[ADA]
    assert creator["total_likes"] == sum(video["like_count"] for video in videos)
    assert creator["video_count"] == len(videos)


def test_a_deleted_creator_never_comes_and_a_disabled_one_does(api):
    creators = by_id(api.data("/creators"))
    assert CYD not in creators
    assert creators[DEE]["is_active"] is False


@pytest.mark.parametrize(
    ("search", "found"),
    [("ad", {ADA}), ("ADA.", {ADA}), ("@be", {BEN}), (".tok", {ADA, BEN, DEE}), ("%", set())],
)
def test_creators_are_searched_by_part_of_the_handle(api, search, found):
    assert set(by_id(api.data("/creators", search=search))) == found


def test_a_video_has_its_counts_at_now_and_no_hidden_fields(api):
    assert by_id(api.data("/videos"))[V2] == {
        "id": V2,
        "project_id": P1,
        "creator_id": ADA,
        "tiktok_video_id": api.data("/videos", creator_id=ADA)[0]["tiktok_video_id"],
        "url": "https://www.tiktok.com/@x/video/v2",
        "title": "snøw 🐐",
        "description": None,
        "metadata": {},
        "view_count": 860,  # 1,001 x (1 - 2 ** -(2 5/6))
        "like_count": 86,
        "comment_count": 17,
        "share_count": 25,
        "save_count": 43,
        "tracking_status": "auto_tracked",
        "thumbnail_url": None,
        "posted_at": "2026-06-12T16:00:00Z",
        "media_type": "video",
        "is_tracking_disabled": False,
        "is_tracking_exempt": False,
        "created_at": "2026-06-12T16:00:00Z",
        "updated_at": "2026-06-12T16:00:00Z",
    }


def test_excluded_and_deleted_videos_never_come(api):
    videos = set(by_id(api.data("/videos")))
    assert videos == {V1, V2, V3, V8, V9, PENDING, SWITCHED_OFF}
    assert not videos & {EXCLUDED, DELETED}


def test_videos_are_filtered_by_creator_and_project_together(api):
    assert set(by_id(api.data("/videos", creator_id=BEN))) == {V8}
    assert set(by_id(api.data("/videos", creator_id=BEN, project_id=P1))) == {V8}
    assert api.data("/videos", creator_id=BEN, project_id=P2) == []


def test_a_campaign_lists_its_direct_members(api):
    assert by_id(api.data("/campaigns"))[TREE] == {
        "id": TREE,
        "project_id": P1,
        "name": "tree",
        "readme": None,
        "metadata": {},
        "target_views": None,
        "target_at": None,
        "items": [
            {"item_type": "creator", "item_id": BEN},
            {"item_type": "video", "item_id": V1},
            {"item_type": "campaign", "item_id": SUBTREE},
        ],
        "created_at": MADE,
    }


def test_an_answer_is_one_compact_line_of_utf_8(api):
    response = api.open("/videos")
    assert "snøw 🐐" in response.get_data().decode("utf-8")
    assert '"metadata":{"tag":"é"}' in response.text
    assert "\n" not in response.text
    assert '": ' not in response.text
    assert response.content_type == "application/json; charset=utf-8"


def test_comments_of_excluded_videos_never_come(api):
    assert [row["id"] for row in api.data("/comments")] == [
        id_of(name) for name in ("c3", "c2", "c1")
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"video_id": V8}, ["c3"]),
        ({"creator_id": ADA}, ["c2", "c1"]),
        ({"from_": "2026-06-11"}, ["c3", "c2"]),  # the day begins at 04:00 UTC
        ({"to": "2026-06-10"}, ["c1"]),
        ({"project_id": P2}, []),
    ],
)
def test_comments_are_filtered(api, query, found):
    assert [row["id"] for row in api.data("/comments", **query)] == [id_of(name) for name in found]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["long ago", "everybody", "about ada", "about ben"]),
        ({"entity": "creator"}, ["about ada", "about ben"]),
        ({"entity": "creator", "entity_id": BEN}, ["about ben"]),
        ({"from_": "2026-06-12", "to": "2026-06-12"}, ["everybody"]),
        ({"project_id": P2}, []),
    ],
)
def test_annotations_are_filtered(api, query, found):
    assert [row["label"] for row in api.data("/analytics/annotations", **query)] == found


REVERSED = {"from_": "2026-06-02", "to": "2026-06-01"}


@pytest.mark.parametrize(
    ("path", "query", "status", "error"),
    [
        ("/videos", {"creator_id": CYD}, 404, "Creator not found"),
        ("/videos", {"creator_id": P1}, 404, "Creator not found"),
        ("/videos", {"creator_id": "ada"}, 400, "creator_id='ada' must be a UUID"),
        ("/comments", {"video_id": EXCLUDED}, 404, "Video not found"),
        ("/comments", REVERSED, 400, "from=2026-06-02 is after to=2026-06-01"),
        ("/analytics/annotations", REVERSED, 400, "from=2026-06-02 is after to=2026-06-01"),
        ("/analytics/annotations", {"project_id": P_OTHER}, 404, "Project not found"),
    ],
)
def test_a_filter_that_names_nothing_or_makes_no_sense_is_refused(api, path, query, status, error):
    response = api.open(path, **query)
    assert (response.status_code, response.json["error"]) == (status, error)
    assert response.json["meta"] == (None if status == 404 else {"code": "invalid_query"})
