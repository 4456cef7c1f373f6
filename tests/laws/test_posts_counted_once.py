"""A post that several projects track counts once in results over all projects."""

from __future__ import annotations

import inspect
from functools import cache
from typing import Any

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.demo_results import demo_frames
from tests.support.payout_frames import NOON, ZONE
from trackagoat_pandas._homes import HOMES

OTHER = "7b1c9e52-0000-4000-8000-000000000000"
DAYS = {"now": NOON, "timezone": ZONE}
WORDS = ["goat", "love"]

OVER_ALL: dict[str, Any] = {
    "backtest_expected_views": lambda f: tgp.backtest_expected_views(
        f["videos"], f["analytics"], horizon_days=7, **DAYS
    ),
    "calendar_file": None,  # writes a file: see content_calendar
    "compare_sentiment_modes": lambda f: tgp.compare_sentiment_modes(f["comments"]),
    "content_calendar": lambda f: tgp.content_calendar(f["videos"], **DAYS),
    "count_sentiment_words": lambda f: tgp.count_sentiment_words(f["comments"]),
    "expected_views": lambda f: tgp.expected_views(f["videos"], f["analytics"], **DAYS),
    "explain_change": lambda f: tgp.explain_change(
        f["analytics"][f["analytics"]["entity"] == "video"],
        f["videos"], dates="2026-05", timezone=ZONE,
    )[["before", "after", "level"]].groupby("level", observed=True).sum(),
    "find_negative_alerts": lambda f: tgp.find_negative_alerts(
        f["comments"], min_comments=1, share_pct=1.0
    ),
    "find_outliers": lambda f: tgp.find_outliers(f["videos"], now=NOON),
    "leaderboard": lambda f: tgp.leaderboard(f["videos"], n=None),
    "life_curves": lambda f: tgp.life_curves(f["videos"], f["analytics"], **DAYS),
    "posting_cost": lambda f: tgp.posting_cost(f["videos"], f["analytics"], **DAYS),
    "posting_heatmap": lambda f: tgp.posting_heatmap(f["videos"], timezone=ZONE),
    "search_comments": lambda f: tgp.search_comments(f["comments"], WORDS),
    "sentiment_trend": lambda f: tgp.sentiment_trend(f["comments"], timezone=ZONE),
    "settle_curve": lambda f: tgp.settle_curve(f["videos"], f["analytics"], **DAYS),
    "show_alert_evidence": lambda f: tgp.show_alert_evidence(
        f["comments"], tgp.find_negative_alerts(f["comments"], min_comments=1, share_pct=1.0)
    ),
    "suggest_posting_times": lambda f: tgp.suggest_posting_times(
        f["videos"], f["analytics"], **DAYS
    ),
    "summarize_sentiment": lambda f: tgp.summarize_sentiment(f["comments"]),
    "view_distribution": lambda f: tgp.view_distribution(f["videos"]),
    "view_quality": lambda f: tgp.view_quality(
        f["videos"], comments=f["comments"], now=NOON
    ),
}  # fmt: skip
"""Return the totals of a function over all projects, or the posts that it lists."""

OF_EACH_ROW = {
    "check_posts", "comments_of_campaigns", "engagement", "follow_post", "inbox", "score_comments",
    "with_names",
}  # fmt: skip
"""These have a row for each row, which people review or change in its own project."""
OF_EACH_CREATOR = {
    "accounts", "campaign_lift", "creator_pools", "find_overposting", "lift_placebos",
    "lift_weeks", "plan_campaign", "posting_consistency", "posting_silences", "program_health",
    "rank_creators", "rank_creators_by_sentiment", "read_campaign", "reliability",
    "similar_creators", "summarize_creators", "visible_effects",
}  # fmt: skip
"""These compare creators, each of whom belongs to one project."""
OF_EACH_PROJECT = {
    "accrue", "audit_payouts", "backtest_goal_odds", "backtest_payouts", "campaign_members",
    "campaign_videos", "check_data", "compare_campaigns", "evaluate_goals", "forecast_payouts",
    "goal_history", "goal_odds", "member_overlap", "payout_luck", "summarize_campaigns", "what_if",
    "will_miss",
}  # fmt: skip
"""These are about goals, rules, pay, campaigns and loads, which belong to one project."""


@cache
def frames_of(box: Any) -> dict[str, pd.DataFrame]:
    """The demo program's frames; comments have TikTok's id, as loaded ones do."""
    world = demo_frames(box)
    return {name: world[name] for name in ("videos", "analytics", "comments", "creators")}


def tracked_twice(frames: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Add every third creator to another project, with the same posts and comments."""
    videos, comments, analytics = (frames[name] for name in ("videos", "comments", "analytics"))
    owners = sorted(videos["creator_id"].dropna().unique())[::3]
    copies = videos[videos["creator_id"].isin(owners)].iloc[::2]
    again = copies.assign(
        id="other-" + copies["id"],
        creator_id="other-" + copies["creator_id"],
        project_id=OTHER,
    )
    said = comments[comments["video_id"].isin(copies["id"])]
    said_again = said.assign(
        id="other-" + said["id"], video_id="other-" + said["video_id"], project_id=OTHER
    )
    series = analytics[analytics["entity_id"].isin(copies["id"])]
    series_again = series.assign(entity_id="other-" + series["entity_id"])
    added = {"videos": again, "comments": said_again, "analytics": series_again}
    assert all(len(frame) for frame in added.values())
    return {
        **frames,
        **{name: pd.concat([frames[name], frame], ignore_index=True) for name, frame in
           added.items()},
    }  # fmt: skip


@pytest.mark.parametrize("name", [name for name, call in OVER_ALL.items() if call is not None])
def test_program_wide_result_ignores_a_second_project(box: Any, name: str) -> None:
    frames = frames_of(box)
    once, twice = OVER_ALL[name](frames), OVER_ALL[name](tracked_twice(frames))
    assert len(once)
    numbers = [
        column for column in once.columns if pd.api.types.is_numeric_dtype(once[column].dtype)
    ]
    pd.testing.assert_frame_equal(
        once[numbers].reset_index(drop=True),
        twice[numbers].reset_index(drop=True),
        check_dtype=False,
    )


@pytest.mark.parametrize("name", ["expected_views", "find_outliers", "leaderboard", "view_quality"])
def test_list_notes_the_rows_that_it_leaves_out(box: Any, name: str) -> None:
    frames = frames_of(box)
    assert "in several projects" not in str(OVER_ALL[name](frames).attrs)
    note = OVER_ALL[name](tracked_twice(frames)).attrs["trackagoat"]["note"]
    assert "each post is tracked in several projects, and is listed once" in note


def test_groups_by_project_keep_every_post(box: Any) -> None:
    frames = tracked_twice(frames_of(box))
    videos, comments = frames["videos"], frames["comments"]
    ranked = tgp.leaderboard(videos, n=None, within="project_id")
    assert len(ranked) == videos["view_count"].notna().sum()
    by_project = tgp.summarize_sentiment(comments, "project_id")
    assert by_project["comments"].sum() == len(comments)


def test_every_function_of_posts_is_classified() -> None:
    reading = {
        name
        for name in HOMES
        if HOMES[name].startswith(("helpers.", "asking.health", "showing.export.calendar"))
        and {"videos", "comments"} & {*inspect.signature(getattr(tgp, name)).parameters}
    } | {"engagement", "leaderboard", "with_names"}
    groups = [set(OVER_ALL), OF_EACH_ROW, OF_EACH_CREATOR, OF_EACH_PROJECT]
    assert set.union(*groups) == reading
    assert sum(map(len, groups)) == len(reading)


def test_change_notes_accounts_in_several_projects() -> None:
    with tgp.sandbox(shared_accounts=2, creators=12, days=60) as shared:
        with tgp.connect(sandbox=shared):
            creators, videos = tgp.load_creators(), tgp.load_videos()
            dates = "last 7 days"
            views = tgp.load_analytics(
                "creator", creators, "views", dates=dates, compare="prior_period"
            )
        for frame, text in ((videos, "2 accounts have"), (None, "2 accounts may have")):
            note = tgp.explain_change(views, frame).attrs["trackagoat"]["note"]
            assert f"{text} series in several projects" in note
