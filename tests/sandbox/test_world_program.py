"""What the demo world promises of its creators, videos, goals and comments is really there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.writer import Writer
from trackagoat_pandas.sandbox.clock import format_instant, local_day, parse_instant
from trackagoat_pandas.sandbox.database import Database
from trackagoat_pandas.sandbox.routes.compliance import STATUSES
from trackagoat_pandas.sandbox.world import build_world

NOW = parse_instant("2026-06-18T19:00:00Z")
TODAY = date(2026, 6, 18)
NEW_YORK = ZoneInfo("America/New_York")
DEMO_PROJECTS = (
    "project_id IN (SELECT projects.id FROM projects JOIN organizations "
    "ON organizations.id = org_id WHERE organizations.name = 'Goatherd Media')"
)

GOAL_OWNERS = "SELECT creator_id FROM goals"


@pytest.fixture(scope="module")
def demo() -> Iterator[Database]:
    with Database() as database:
        build_world(database)
        yield database


def column(database: Database, sql: str) -> list[Any]:
    return [row[0] for row in database.rows(sql)]


@pytest.fixture(scope="module")
def videos(demo: Database) -> pd.DataFrame:
    """The videos of creators; ``posted`` is when, in New York, and ``median`` their creator's."""
    rows = demo.rows(f"SELECT * FROM videos WHERE creator_id NOT NULL AND {DEMO_PROJECTS}")
    videos = pd.DataFrame(map(dict, rows))
    videos["posted"] = pd.to_datetime(videos["posted_at"]).dt.tz_convert("America/New_York")
    videos["median"] = videos.groupby("creator_id")["final_views"].transform("median")
    return videos


def test_creators_are_of_very_different_size(demo: Database) -> None:
    sizes = column(demo, f"SELECT followers_start FROM creators WHERE {DEMO_PROJECTS}")
    assert min(sizes) < 2_000
    assert max(sizes) > 1_000_000
    assert len({len(str(size)) for size in sizes}) == 4


PRESENT = {
    "videos": (
        "tracking_status = 'auto_tracked'",
        "tracking_status = 'included'",
        "tracking_status = 'direct_add' AND creator_id IS NULL",
        "tracking_status = 'direct_add' AND creator_id NOT NULL",
        "tracking_status = 'pending_review'",
        "tracking_status = 'excluded'",
        "media_type = 'video'",
        "media_type = 'photo_carousel'",
        "is_tracking_disabled",
        "is_tracking_exempt",
        "deleted_at NOT NULL",
        "title IS NULL",
        "title NOT NULL",
        "description IS NULL",
        "description NOT NULL",
        "metadata = '{}'",
        "json_extract(metadata, '$.review.by') = 'nina'",
    ),
    "creators": (
        "display_name IS NULL",
        "description IS NULL",
        "metadata <> '{}'",
        "tracking_mode = 'selective'",
        "tracking_mode = 'auto'",
        "NOT is_active AND deleted_at IS NULL",
        "NOT is_active AND deleted_at NOT NULL",
    ),
    "campaigns": (
        "id NOT IN (SELECT campaign_id FROM campaign_items)",
        "readme IS NULL",
        "target_views NOT NULL AND target_at > '2026-06-18T19'",
    ),
    "goals": ("NOT is_active",),
}


@pytest.mark.parametrize(
    ("table", "condition"),
    [(table, condition) for table, conditions in PRESENT.items() for condition in conditions],
)
def test_rows_of_every_kind_are_there(demo: Database, table: str, condition: str) -> None:
    assert demo.rows(f"SELECT 1 FROM {table} WHERE {DEMO_PROJECTS} AND {condition}") != []


UNCOUNTED = (
    "tracking_status NOT IN ('auto_tracked', 'included', 'direct_add') "
    "OR is_tracking_disabled OR videos.deleted_at NOT NULL"
)


@pytest.mark.parametrize(
    ("tables", "condition"),
    [
        ("videos", f"tracked_ts < posted_ts OR tracked_ts > {NOW.timestamp()}"),
        ("videos", "created_at < posted_at"),
        ("creators", "NOT is_active AND disabled_at IS NULL"),
        ("videos, creators", "NOT is_active AND posted_at > disabled_at"),
        ("videos, creators", "NOT is_active AND NOT is_tracking_disabled"),
        ("videos, creators", "videos.project_id <> creators.project_id"),
        ("creators", f"is_active AND {DEMO_PROJECTS} AND id NOT IN ({GOAL_OWNERS})"),
        ("comments, videos", "comments.posted_at < videos.posted_at"),
        ("comments", "created_at < posted_at OR length(tiktok_comment_id) <> 19"),
        ("comments, videos", UNCOUNTED),
        ("campaigns", "target_views NOT NULL AND target_at < '2026-06-18T19'"),
    ],
)
def test_no_row_contradicts_another_or_itself(demo: Database, tables: str, condition: str) -> None:
    joined = {
        "videos, creators": "creator_id = creators.id",
        "comments, videos": "video_id = videos.id",
    }.get(tables, "TRUE")
    assert demo.rows(f"SELECT 1 FROM {tables} WHERE {joined}") != []
    assert demo.rows(f"SELECT 1 FROM {tables} WHERE {joined} AND ({condition})") == []


def test_some_creators_joined_midway_and_posted_before(demo: Database) -> None:
    sql = (
        "SELECT COUNT(*) FROM creators JOIN videos ON videos.creator_id = creators.id "
        "WHERE tracking_start_date > '2025-12-20' AND videos.tracked_ts > videos.posted_ts "
        "AND tracking_status = 'auto_tracked'"
    )
    assert column(demo, sql)[0] >= 5


def test_creators_keep_their_hours(videos: pd.DataFrame) -> None:
    hours = videos["posted"].dt.hour + videos["posted"].dt.minute / 60
    windows = [
        ((hours - start) % 24 < 8).groupby(videos["creator_id"]).mean() for start in range(24)
    ]
    assert pd.concat(windows, axis=1).max(axis=1).min() >= 0.7


def test_some_creators_post_on_workdays_and_some_on_weekends(videos: pd.DataFrame) -> None:
    shares = (videos["posted"].dt.day_of_week >= 5).groupby(videos["creator_id"]).mean()
    assert shares.min() < 0.2
    assert shares.max() > 0.4


def test_a_recent_video_broke_out(videos: pd.DataFrame) -> None:
    tracked = videos[videos["tracking_status"] == "auto_tracked"]
    multiples = tracked["final_views"] / tracked["median"]
    assert multiples.max() > 40
    assert (NOW - tracked["posted"][multiples.idxmax()]).days < 40


def test_a_creator_is_in_a_slump(videos: pd.DataFrame) -> None:
    is_recent = (NOW - videos["posted"]).dt.days < 50
    recent, before = (
        videos[part].groupby("creator_id")["final_views"] for part in (is_recent, ~is_recent)
    )
    often = recent.size()[recent.size() >= 5].index
    falls = (recent.median() / before.median())[often]
    assert falls.min() < 0.25
    assert falls.median() > 0.6


def test_somebody_over_posts_within_the_last_week_and_earlier(videos: pd.DataFrame) -> None:
    shown = videos[~videos["tracking_status"].isin(["pending_review", "excluded"])]
    days = (shown["final_views"] < 100).groupby([shown["creator_id"], shown["posted"].dt.date])
    floods = days.size()[(days.size() >= 7) & (days.sum() >= 2)].index.get_level_values(1)
    assert TODAY - timedelta(days=3) in floods
    assert (TODAY - min(floods)).days > 7


def test_campaigns_nest_two_deep_and_overlap(demo: Database) -> None:
    links = demo.rows(
        "SELECT campaign_id, item_id FROM campaign_items WHERE item_type = 'campaign'"
    )
    above = {row["item_id"]: row["campaign_id"] for row in links}
    assert any(parent in above for parent in above.values())
    members = Counter(
        column(demo, "SELECT item_id FROM campaign_items WHERE item_type <> 'campaign'")
    )
    assert max(members.values()) >= 2


@pytest.mark.parametrize("seed", [7, 1, 2, 3, 20])
def test_goals_show_every_status_now(seed: int) -> None:
    api = Writer(seed=seed, creators=24, days=180, now=format_instant(NOW))
    standings = [
        standing
        for project in api.rows("/projects")
        for group in api.done("GET", f"/projects/{project['id']}/goal-compliance")
        for standing in group["compliance"]
    ]
    api.close()
    assert {standing["status"] for standing in standings} == set(STATUSES)
    assert any(standing["advisory"]["not_yet_started"] for standing in standings)


def test_goals_have_every_metric_and_period(demo: Database) -> None:
    metrics, periods = (
        set(column(demo, f"SELECT {name} FROM goals")) for name in ("metric", "period")
    )
    assert metrics == {"posts", "views", "engagement", "followers"}
    assert periods == {"daily", "weekly", "monthly"}


def test_bigger_videos_have_more_comments(demo: Database) -> None:
    numbers = Counter(column(demo, "SELECT video_id FROM comments"))
    finals = {row["id"]: row["final_views"] for row in demo.rows("SELECT * FROM videos")}
    ranked = sorted(finals, key=lambda video: finals[video])
    tenth = len(ranked) // 10
    assert sum(numbers[v] for v in ranked[-tenth:]) > 5 * sum(numbers[v] for v in ranked[:tenth])


def test_comments_speak_tiktok(demo: Database) -> None:
    texts = column(demo, "SELECT text FROM comments")
    assert len(set(column(demo, "SELECT tiktok_comment_id FROM comments"))) == len(texts)
    said = [text for text in texts if text is not None]
    assert 0 < len(texts) - len(said) < 0.05 * len(texts)
    assert any("😭" in text for text in said)
    assert any("pov" in text for text in said)
    assert any("これ" in text for text in said)
    assert any("ß" in text or "ñ" in text or "¿" in text for text in said)
    assert any(text.isupper() for text in said)
    assert not any("{" in text for text in said)


def test_one_recent_video_is_under_fire(demo: Database) -> None:
    comments = demo.rows(f"SELECT video_id, text FROM comments WHERE {DEMO_PROJECTS}")
    # Read as TikTok means it: by the word list alone 😭 and 💀 would alarm elsewhere too.
    alerts = tgp.find_negative_alerts(pd.DataFrame(map(dict, comments)), mode="tiktok")
    [alarming] = alerts["video_id"]
    [posted] = column(demo, f"SELECT posted_at FROM videos WHERE id = '{alarming}'")
    assert TODAY - local_day(parse_instant(posted), NEW_YORK) < timedelta(days=21)


def test_annotations_are_on_projects_creators_and_campaigns(demo: Database) -> None:
    assert set(column(demo, "SELECT entity FROM annotations")) == {None, "creator", "campaign"}
    assert set(column(demo, "SELECT kind FROM annotations")) == {"launch", "algorithm", "note"}
