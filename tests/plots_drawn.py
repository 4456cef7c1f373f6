"""Plots of goals, payouts, rankings and sentiment, each drawn on given axes from a small frame."""

from __future__ import annotations

import pandas as pd

from tests.goal_frames import judged
from tests.payout_frames import ZONE, accrual, accruals, payment, payments
from trackagoat_pandas import plots

PAST = {"hours_until_period_end": None, "hours_since_period_end": 2.0}
MONDAY = pd.Timestamp("2026-05-04T12:00Z")


def draw_goal_board(ax):
    goals = judged(
        {"status": "missed", "actual": 2, **PAST},
        {"status": "at_risk", "actual": 1},
        {"status": "behind_pace", "actual": 1.6},
        {"status": "on_track", "actual": 3},
        {"status": "completed", "actual": 9, **PAST},
        {"status": None, "actual": None},
    )
    plots.goal_board(goals, ax=ax)


def draw_goal_counts(ax):
    statuses = ["missed", "at_risk", "behind_pace", "on_track", "completed", None]
    rows = [
        {"status": status, "tiktok_handle": name, "creator_id": name}
        for place, status in enumerate(statuses)
        for name in ("mia", "ben", "ann")[: 1 + place % 3]
    ]
    plots.goal_board(judged(*rows, {"not_yet_started": True}), by="creator", ax=ax)


def draw_goal_odds(ax):
    odds = pd.DataFrame(
        {
            "tiktok_handle": ["ann", "bob", "cyd", "dee"],
            "metric": "views",
            "period": "monthly",
            "chance": pd.array([0.9, 0.15, 0.5, 1.0], "Float64"),
            "missing": pd.array([1500, 2, 30, 0], "Float64"),
            "days_left": pd.array([12.5, 0.25, 3, 1], "Float64"),
        }
    )
    past = pd.DataFrame(
        {"chance": [0.1, 0.5, 0.9] * 20, "is_hit": [False, True, True] * 15 + [True] * 15}
    )
    plots.goal_odds(odds, backtest=past, ax=ax)


def draw_leaderboard(ax):
    views = [900, 650, 400, 380, 90, 4]
    frame = pd.DataFrame({"tiktok_handle": list("abcdef"), "view_count": views})
    plots.leaderboard(frame, ax=ax)


def draw_leaderboard_of_changes(ax):
    frame = pd.DataFrame({"tiktok_handle": list("abcd"), "gained": [90, 40, -20, -60]})
    plots.leaderboard(frame, by="gained", ax=ax)


def draw_payout_summary(ax):
    earned = accruals(
        accrual("a", 100_000),
        accrual("b", 40_000, creator_id="mia"),
        accrual("c", 30_000, creator_id="ben"),
    )
    paid = payments(
        payment("x", 70_000, "a"),
        payment("y", 15_050, "b", creator_id="mia"),
        payment("z", 42_000, "c", creator_id="ben"),
    )
    plots.payout_summary(earned, paid, ax=ax)


def draw_payout_timeline(ax):
    ends = pd.date_range("2026-02-28", periods=4, freq=pd.offsets.MonthEnd())
    earned = [
        accrual(f"a{place}", 40_000 + 9_000 * place, period_end=end)
        for place, end in enumerate(ends)
    ]
    paid = [
        payment(f"p{place}", 30_000, f"a{place}", paid=str(end + pd.Timedelta(days=9)))
        for place, end in enumerate(ends)
    ]
    frames = accruals(*earned), payments(*paid)
    for frame in frames:
        frame.attrs["trackagoat"] = {"fetched_at": "2026-06-12T00:00:00Z"}
    plots.payout_timeline(*frames, timezone=ZONE, ax=ax)


def draw_sentiment_trend(ax):
    texts = ["good", "good", "bad", "first"] * 12 + ["bad", "love", "awful"]
    days = pd.to_timedelta([place // 12 for place in range(len(texts))], unit="D")
    comments = pd.DataFrame({"text": pd.Series(texts, dtype=object), "posted_at": MONDAY + days})
    plots.sentiment_trend(comments, ax=ax)


def draw_sentiment_creators(ax):
    texts = {
        "ann": ["good"] * 9 + ["bad"] * 3,
        "bob": ["good"] * 20 + ["bad"] * 20,
        "cyd": ["good"],
    }
    comments = pd.DataFrame(
        [(name, text) for name, words in texts.items() for text in words * 3],
        columns=["creator_id", "text"],
    )
    plots.sentiment_creators(comments, minimum=3, ax=ax)


def draw_comment_words(ax):
    texts = ["good"] * 5 + ["love"] * 2 + ["bad"] * 3 + ["awful"]
    plots.comment_words(pd.DataFrame({"text": texts}), ax=ax)


DRAWN = {
    "goal_board": draw_goal_board,
    "goal_counts": draw_goal_counts,
    "goal_odds": draw_goal_odds,
    "leaderboard": draw_leaderboard,
    "leaderboard_of_changes": draw_leaderboard_of_changes,
    "payout_summary": draw_payout_summary,
    "payout_timeline": draw_payout_timeline,
    "sentiment_trend": draw_sentiment_trend,
    "sentiment_creators": draw_sentiment_creators,
    "comment_words": draw_comment_words,
}
"""By the name of the picture."""
