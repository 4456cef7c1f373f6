from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.goal_frames import PERCENTAGES, STATUSES
from tests.support.tiny_world import (
    ADA,
    BEN,
    CYD,
    DEE,
    NOW,
    P1,
    P_OTHER,
    Api,
    goal,
    id_of,
    tiny_database,
)
from trackagoat_pandas.sandbox.routes.compliance import Standing


def standing(actual, target, share, *, started=True):
    start = datetime(2026, 6, 1, tzinfo=UTC)
    length = timedelta(days=10)
    return Standing(start, start + length, start + length * share, started, target, actual)


@pytest.mark.parametrize(("actual", "target", "percentage"), PERCENTAGES)
def test_percentage_is_rounded_half_up_within_0_to_100(actual, target, percentage):
    assert standing(actual, target, 0.5).percentage == percentage


@pytest.mark.parametrize(("actual", "share", "status"), STATUSES)
def test_status_follows_the_pace_until_the_period_ends(actual, share, status):
    assert standing(actual, 100, share).status == status


def test_a_goal_that_has_not_started_is_on_track():
    assert standing(0, 100, 0.9, started=False).status == "on_track"


GOALS = [
    goal("june posts", ADA, "posts", "monthly", 4),
    goal("june views", ADA, "views", "monthly", 5_000),
    goal("june engagement", ADA, "engagement", "monthly", 500),
    goal("june followers", ADA, "followers", "monthly", 9_079),
    goal("week posts", ADA, "posts", "weekly", 2),
    goal("switched off", ADA, "posts", "daily", 1, is_active=0),
    goal("ended", BEN, "posts", "weekly", 1, end_date="2026-06-13"),
    goal("ahead", BEN, "posts", "weekly", 1, start_date="2026-07-01"),
    goal("disabled creator", DEE, "posts", "weekly", 1),
]


@pytest.fixture(scope="module")
def api():
    database = tiny_database()
    database.insert("goals", GOALS)
    yield Api(database)
    database.close()


def entries(api, **query):
    groups = api.data(f"/projects/{P1}/goal-compliance", **query)
    return {entry["goal"]["id"]: entry for group in groups for entry in group["compliance"]}


def entry(api, name, **query):
    return entries(api, **query)[id_of(name)]


def test_all_active_creators_come_and_no_others(api):
    groups = api.data(f"/projects/{P1}/goal-compliance")
    assert [group["creator"] for group in groups] == [
        {"id": ADA, "tiktok_handle": "ada.tok", "display_name": "Ada", "avatar_url": None},
        {"id": BEN, "tiktok_handle": "ben.tok", "display_name": "Ben", "avatar_url": None},
    ]
    assert id_of("switched off") not in entries(api)
    [group] = api.data(f"/projects/{P1}/goal-compliance", creator_id=BEN)
    assert group["creator"]["id"] == BEN


def test_a_goal_shows_the_contracts_fields(api):
    found = entry(api, "june posts")
    assert found["goal"] == {
        "id": id_of("june posts"),
        "creator_id": ADA,
        "project_id": P1,
        "metric": "posts",
        "period": "monthly",
        "target_value": 4,
        "start_date": "2026-01-01",
        "end_date": None,
        "is_active": True,
    }


@pytest.mark.parametrize(
    ("name", "actual", "percentage", "status"),
    [
        # 14 1/3 of 30 days have passed: 0.478 of June
        ("june posts", 2, 50, "on_track"),  # v1 v2; pace 1.05
        ("june views", 1_860, 37, "behind_pace"),  # v1 1,000, v2 860; pace 0.78
        ("june engagement", 200 + 171, 74, "on_track"),
        ("june followers", 9_079, 100, "on_track"),
        ("week posts", 0, 0, "at_risk"),
    ],
)
def test_goals_count_what_counted_videos_gained_in_the_period(
    api, name, actual, percentage, status
):
    found = entry(api, name)
    assert (found["actual"], found["percentage"], found["status"]) == (actual, percentage, status)


def test_a_past_reference_date_is_judged_at_the_end_of_its_day(api):
    found = entry(api, "week posts", reference_date="2026-06-12")
    assert (found["actual"], found["status"]) == (2, "on_track")
    assert found["advisory"]["hours_until_period_end"] == 48.0
    found = entry(api, "week posts", reference_date="2026-06-11")
    assert (found["actual"], found["status"]) == (1, "behind_pace")  # 1/2 over 4/7
    found = entry(api, "week posts", reference_date="2026-06-14")
    assert (found["actual"], found["status"]) == (2, "completed")


def test_a_running_period_says_so(api):
    assert entry(api, "week posts")["advisory"] == {
        "has_advisory": True,
        "period_in_progress": True,
        "period_recently_ended": False,
        "scrape_stale": False,
        "not_yet_started": False,
        "messages": ["The period is still running: the count will rise."],
        "period_start": "2026-06-15T04:00:00Z",
        "period_end": "2026-06-22T04:00:00Z",
        "hours_until_period_end": 160.0,
        "hours_since_period_end": None,
        "scrape_freshness": {
            "last_scraped_at": "2026-06-15T06:00:00Z",
            "hours_since_scrape": 6.0,
        },
    }


def test_a_goal_past_its_last_day_is_judged_in_its_last_period(api):
    found = entry(api, "ended")
    advisory = found["advisory"]
    assert (found["actual"], found["status"]) == (1, "completed")  # v8, on Saturday night
    assert advisory["period_end"] == "2026-06-15T04:00:00Z"
    assert advisory["hours_since_period_end"] == 8.0
    assert advisory["period_recently_ended"] is True
    assert advisory["scrape_stale"] is True  # last scraped 48 hours ago
    assert len(advisory["messages"]) == 2


def test_a_period_that_ended_more_than_48_hours_ago_is_not_recent():
    later = Api(tiny_database(), clock=lambda: NOW + timedelta(hours=41))
    later.database.insert("goals", GOALS)
    advisory = entry(later, "ended")["advisory"]
    assert advisory["hours_since_period_end"] == 49.0
    assert advisory["period_recently_ended"] is False
    later.database.close()


def test_a_goal_ahead_has_not_started(api):
    found = entry(api, "ahead")
    advisory = found["advisory"]
    assert (found["actual"], found["status"]) == (0, "on_track")
    assert advisory["not_yet_started"] is True
    assert advisory["period_in_progress"] is False
    assert advisory["hours_until_period_end"] is None
    assert advisory["period_start"] == "2026-06-29T04:00:00Z"


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-08", 23), ("2026-03-09", 24), ("2025-11-02", 25)]
)
def test_a_daily_period_is_as_long_as_the_day_when_clocks_change(day, hours):
    api = Api(tiny_database())
    api.database.insert("goals", [goal("g", ADA, "posts", "daily", 1, start_date="2025-01-01")])
    advisory = entry(api, "g", reference_date=day)["advisory"]
    start, end = (datetime.fromisoformat(advisory[f"period_{name}"]) for name in ("start", "end"))
    assert (end - start) / timedelta(hours=1) == hours
    api.database.close()


@pytest.mark.parametrize(
    ("period", "goals"), [("daily", 0), ("weekly", 3), ("monthly", 4), ("all", 7)]
)
def test_goals_are_filtered_by_period(api, period, goals):
    assert len(entries(api, period=period)) == goals


def test_the_report_counts_the_goals_by_status(api):
    rows = api.data("/analytics/aggregate/goal-compliance", project_id=P1)
    assert {row["status"]: row["count"] for row in rows} == {
        "on_track": 4,
        "behind_pace": 1,
        "at_risk": 1,
        "completed": 1,
        "missed": 0,
    }


@pytest.mark.parametrize(
    ("project", "query", "status", "code"),
    [
        (P1, {"creator_id": CYD}, 404, None),
        (P1, {"creator_id": P1}, 404, None),
        (P1, {"creator_id": "ben"}, 400, "invalid_query"),
        (P1, {"period": "yearly"}, 400, "invalid_query"),
        (P1, {"reference_date": "yesterday"}, 400, "invalid_query"),
        (P_OTHER, {}, 404, None),
        ("p1", {}, 400, "invalid_params"),
    ],
)
def test_what_is_not_there_or_makes_no_sense_is_refused(api, project, query, status, code):
    assert api.refusal(f"/projects/{project}/goal-compliance", **query) == (status, code)
