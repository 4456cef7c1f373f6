from __future__ import annotations

import pytest

import trackagoat_pandas as tgp
from tests.support.tiny_world import (
    ADA,
    BEN,
    FULL,
    OTHER,
    P1,
    P2,
    P_OTHER,
    SUBTREE,
    TREE,
    V1,
    V2,
    V8,
    V9,
    Api,
    at_once,
    id_of,
    served,
    tiny_database,
    video,
)

REPORTS = (
    "video-leaderboard",
    "posting-heatmap",
    "view-distribution",
    "outliers",
    "creator-leaderboard",
    "posting-consistency",
    "creator-scatter",
    "goal-compliance",
    "campaign-leaderboard",
    "member-overlap",
)
DATED = [name for name in REPORTS if name not in {"goal-compliance", "member-overlap"}]
RATE = pytest.approx(20.0)


api = pytest.fixture(scope="module")(served)


def days(name):
    """The last 30 days, for the one report that has no default."""
    return {"from_": "2026-05-17", "to": "2026-06-15"} if name == "posting-heatmap" else {}


def report(api, name, **query):
    return api.data(f"/analytics/aggregate/{name}", project_id=P1, **days(name) | query)


def test_the_video_leaderboard_ranks_counted_videos_posted_in_the_range(api):
    rows = report(api, "video-leaderboard")
    assert [(row["video_id"], row["view_count"]) for row in rows] == [
        (V1, 1_000), (V2, 860), (V8, 300), (V9, 50),
    ]  # fmt: skip
    assert rows[0] == {
        "video_id": V1,
        "title": "title of v1",
        "thumbnail_url": None,
        "url": "https://www.tiktok.com/@x/video/v1",
        "view_count": 1_000,
        "like_count": 100,
        "comment_count": 20,
        "share_count": 30,
        "save_count": 50,
        "posted_at": "2026-06-10T16:00:00Z",
    }


@pytest.mark.parametrize(
    ("order", "first"), [("view_count", V1), ("save_count", V1), ("posted_at", V9)]
)
def test_the_order_of_the_video_leaderboard_can_be_chosen(api, order, first):
    assert report(api, "video-leaderboard", order=order)[0]["video_id"] == first


@pytest.mark.parametrize("limit", [1, 3, 100])
def test_offset_pages_joined_are_the_whole_leaderboard(api, limit):
    path = "/analytics/aggregate/video-leaderboard"
    whole, rows = report(api, "video-leaderboard"), []
    for offset in range(0, 8, limit):
        page = api.open(path, project_id=P1, limit=limit, offset=offset).json
        assert page["meta"] == {"total_count": 4, "limit": limit, "offset": offset}
        rows += page["data"]
    assert rows == whole


def test_the_heatmap_counts_local_hours_from_sunday_and_leaves_out_empty_cells(api):
    assert report(api, "posting-heatmap") == [
        {"dow": 0, "hour": 8, "post_count": 1, "avg_views": 50.0},  # v9, Sunday 08:00
        {"dow": 3, "hour": 12, "post_count": 1, "avg_views": 1_000.0},  # v1, Wednesday noon
        {"dow": 5, "hour": 12, "post_count": 1, "avg_views": 860.0},  # v2, Friday noon
        {"dow": 6, "hour": 23, "post_count": 1, "avg_views": 300.0},  # v8, Saturday night
    ]


@pytest.mark.parametrize("absent", ["from_", "to"])
def test_the_heatmap_requires_both_days(api, absent):
    query = {name: day for name, day in days("posting-heatmap").items() if name != absent}
    path = "/analytics/aggregate/posting-heatmap"
    assert api.refusal(path, project_id=P1, **query) == (400, "invalid_query")


def test_the_heatmap_takes_another_time_zone(api):
    cells = report(api, "posting-heatmap", tz="UTC")
    assert [(cell["dow"], cell["hour"]) for cell in cells] == [(0, 3), (0, 12), (3, 16), (5, 16)]


def test_the_distribution_counts_videos_by_size(api):
    data = report(api, "view-distribution")
    filled = [(row["lower"], row["upper"]) for row in data["buckets"] if row["video_count"]]
    assert filled == [(0, 100), (100, 1_000), (1_000, 10_000)]
    assert [row["video_count"] for row in data["buckets"]] == [1, 2, 1, 0, 0, 0]
    assert data["buckets"][-1]["upper"] is None
    assert data["percentiles"]["p50"] == (860 + 300) / 2
    assert list(data["percentiles"]) == ["p25", "p50", "p75", "p90", "p99"]
    empty = api.data("/analytics/aggregate/view-distribution", project_id=P2)
    assert set(empty["percentiles"].values()) == {None}


def test_outliers_stand_out_from_the_median_of_a_creator_with_enough_posts(api):
    assert report(api, "outliers") == []
    api = Api(tiny_database())
    sizes = [100, 100, 110, 320, 5_000]
    api.database.insert(
        "videos",
        [
            video(f"o{size}-{n}", BEN, f"2026-06-0{n + 1}T12:00:00Z", at_once(size))
            for n, size in enumerate(sizes)
        ],
    )
    # with v8 the six posts have 100, 100, 110, 300, 320 and 5,000 views: a median of 205
    assert report(api, "outliers") == [
        {
            "video_id": id_of("o5000-4"),
            "creator_id": BEN,
            "view_count": 5_000,
            "baseline_views": 205.0,
            "multiple": 5_000 / 205,
        }
    ]
    api.database.close()


def test_the_creator_leaderboard_sums_up_the_posts_of_the_range(api):
    rows = report(api, "creator-leaderboard")
    assert [row["tiktok_handle"] for row in rows] == ["ada.tok", "ben.tok", "dee.tok"]
    assert rows[1] == {
        "creator_id": BEN,
        "tiktok_handle": "ben.tok",
        "video_count": 1,
        "view_count": 300,
        "like_count": 30,
        "comment_count": 6,
        "share_count": 9,
        "save_count": 15,
        "engagement_rate_by_views": RATE,
    }
    assert rows[2]["engagement_rate_by_views"] is None


def test_the_creator_leaderboard_ranks_by_rate_with_unknown_last(api):
    rows = report(api, "creator-leaderboard", order="engagement_rate_by_views")
    assert [row["tiktok_handle"] for row in rows] == ["ben.tok", "ada.tok", "dee.tok"]


def test_consistency_reports_days_posts_and_the_longest_gap(api):
    rows = report(api, "posting-consistency", from_="2026-06-06", to="2026-06-15")
    assert rows == [
        {
            "creator_id": ADA,
            "tiktok_handle": "ada.tok",
            "active_days": 2,
            "posts": 2,
            "posts_per_week": 1.4,
            "longest_gap_days": 4,  # 6 to 9 June
        },
        {
            "creator_id": BEN,
            "tiktok_handle": "ben.tok",
            "active_days": 1,
            "posts": 1,
            "posts_per_week": 0.7,
            "longest_gap_days": 7,  # 6 to 12 June; the post was on the 13th in New York
        },
        {
            "creator_id": id_of("dee"),
            "tiktok_handle": "dee.tok",
            "active_days": 0,
            "posts": 0,
            "posts_per_week": 0.0,
            "longest_gap_days": 10,
        },
    ]


def test_days_that_have_not_come_are_no_gap(api):
    rows = report(api, "posting-consistency", from_="2026-06-06", to="2026-12-31")
    assert rows == report(api, "posting-consistency", from_="2026-06-06", to="2026-06-15")


def test_the_scatter_holds_the_creators_that_posted(api):
    assert report(api, "creator-scatter") == [
        {
            "creator_id": ADA,
            "tiktok_handle": "ada.tok",
            "post_count": 2,
            "avg_views_per_post": 930.0,
            "engagement_rate_by_views": pytest.approx((200 + 171) / 1_860 * 100),
        },
        {
            "creator_id": BEN,
            "tiktok_handle": "ben.tok",
            "post_count": 1,
            "avg_views_per_post": 300.0,
            "engagement_rate_by_views": RATE,
        },
    ]


def test_the_campaign_leaderboard_counts_each_tree_once(api):
    rows = report(api, "campaign-leaderboard")
    assert {row["campaign_id"] for row in rows} == {TREE, SUBTREE}
    assert [(row["video_count"], row["view_count"]) for row in rows] == [(3, 1_350)] * 2


def test_overlap_counts_what_two_campaigns_share(api):
    [row] = report(api, "member-overlap")
    assert {row["campaign_a"], row["campaign_b"]} == {TREE, SUBTREE}
    assert (row["shared_creators"], row["shared_videos"]) == (2, 3)


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_is_of_a_project_of_the_organization_and_counts_its_rows(api, name):
    def answer(key=FULL, **query):
        return api.open(f"/analytics/aggregate/{name}", key, **days(name) | query)

    for project, dates in ((P1, {}), (P2, {}), (P1, {"from_": "2026-06-01", "to": "2026-06-01"})):
        page = answer(project_id=project, **dates).json
        rows = page["data"]["buckets"] if name == "view-distribution" else page["data"]
        assert page["meta"]["total_count"] == len(rows)
    assert answer().json["meta"] == {"code": "invalid_query"}
    assert answer(project_id=P_OTHER).status_code == 404
    assert answer(OTHER, project_id=P1).status_code == 404
    # Only a report of a range of days reaches back too far.
    code = (answer(project_id=P1, from_="2020-01-01").json["meta"] or {}).get("code")
    assert code == ("retention_exceeded" if name in DATED else None)


@pytest.fixture(scope="module")
def gaining():
    """A sandbox whose leaderboards count what was gained in the range."""
    database = tiny_database()
    yield Api(database, leaderboards="range")
    database.close()


WEEKEND = {"from_": "2026-06-13", "to": "2026-06-14"}


def test_a_leaderboard_of_gains_counts_what_videos_of_any_age_gained_in_the_range(api, gaining):
    def ranked(api):
        rows = report(api, "video-leaderboard", **WEEKEND)
        return [(row["video_id"], row["view_count"]) for row in rows]

    assert ranked(api) == [(V8, 300), (V9, 50)]
    assert ranked(gaining) == [(V2, 531), (V8, 300), (V9, 50)]


@pytest.mark.parametrize(
    ("name", "id_name", "entity"),
    [
        ("video-leaderboard", "video_id", "video"),
        ("creator-leaderboard", "creator_id", "creator"),
        ("campaign-leaderboard", "campaign_id", "campaign"),
    ],
)
def test_a_leaderboard_of_gains_agrees_with_the_analytics_of_the_same_days(
    gaining, name, id_name, entity
):
    rows = report(gaining, name, **WEEKEND)
    assert len(rows) > 1
    for row in rows:
        asked = {"entity": entity, "entity_id": row[id_name], "metric": "views", **WEEKEND}
        points = gaining.data("/analytics", **asked)["series"][0]["points"]
        assert row["view_count"] == sum(point["value"] for point in points)


def test_a_leaderboard_of_gains_still_counts_the_videos_posted_in_the_range(gaining):
    rows = {row["creator_id"]: row for row in report(gaining, "creator-leaderboard", **WEEKEND)}
    assert (rows[ADA]["video_count"], rows[ADA]["view_count"]) == (0, 531)
    assert (rows[BEN]["video_count"], rows[BEN]["view_count"]) == (1, 300)


def test_leaderboards_of_something_else_are_refused():
    with pytest.raises(ValueError, match="leaderboards='week' must be lifetime or range"):
        tgp.sandbox(leaderboards="week")


def test_an_unknown_report_is_404(api):
    assert api.open("/analytics/aggregate/horoscope", project_id=P1).status_code == 404
