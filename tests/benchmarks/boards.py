"""The boards of goals and series: how long one takes to open, and to answer a click.

A sandbox of 300 creators and 150,000 videos; a time is the median of several; the ratio is the
limit by the time.
"""

from __future__ import annotations

import pandas as pd

import trackagoat_pandas as tgp
from tests.benchmarks import boards_payouts_sentiment
from tests.benchmarks.boards_payouts_sentiment import (
    CLICK_S,
    CREATORS,
    OPENS_S,
    VIDEOS,
    Click,
    result,
    set_to,
    turner,
)
from tests.benchmarks.result import Result
from trackagoat_pandas.widgets.explorer import Explorer
from trackagoat_pandas.widgets.explorer_views import PAGES as EXPLORER_PAGES
from trackagoat_pandas.widgets.goal_board import GoalBoard
from trackagoat_pandas.widgets.goal_board_views import PAGES as GOAL_PAGES

PROJECT = "Q1 Brand Program"
METRICS = ("views", "likes")


def measure() -> list[Result]:
    with tgp.sandbox(creators=CREATORS, videos=VIDEOS, rate_limit=None) as box:
        client = tgp.connect(
            box.key,
            base_url="http://127.0.0.1/api/v1",
            transport=box.app,
            rate_limit=None,
            progress=False,
        )
        with client:
            creators = tgp.load_creators(client=client)
            goals = tgp.load_goal_compliance(PROJECT, client=client)
            videos = tgp.load_videos(client=client)
            analytics = tgp.load_analytics(
                "creator", creators, METRICS, dates="2026-05", compare="prior_period", client=client
            )
    others = boards_payouts_sentiment.measure()
    return [*_goals(goals, videos), *_explorer(analytics), *others]


def _goals(goals: pd.DataFrame, videos: pd.DataFrame) -> list[Result]:
    what = f"GoalBoard, {CREATORS} creators, {len(videos):,} videos"
    board = GoalBoard(goals, videos=videos)
    clicks: dict[str, Click] = {
        "a page": turner(board.page, list(GOAL_PAGES)),
        "a status": lambda at: set_to(board.status, ["at_risk", ""][at % 2]),
        "a period": lambda at: set_to(board.period, ["weekly", ""][at % 2]),
    }
    opens = result(f"{what}, opens", OPENS_S, lambda _: GoalBoard(goals, videos=videos).close())
    results = [opens, *(result(f"{what}: {name}", CLICK_S, act) for name, act in clicks.items())]
    board.close()
    return results


def _explorer(analytics: pd.DataFrame) -> list[Result]:
    what = f"Explorer, {analytics['entity_id'].nunique()} creators, {len(analytics):,} rows"
    explorer = Explorer(analytics)
    some = tuple(analytics["entity_id"].unique()[:20])
    clicks: dict[str, Click] = {
        "a page": turner(explorer.page, list(EXPLORER_PAGES)),
        "the biggest": lambda at: set_to(explorer.drawn, ["biggest", "sum"][at % 2]),
        "a metric": turner(explorer.metric, list(METRICS)),
        "weeks": lambda at: set_to(explorer.granularity, ["week", "day"][at % 2]),
        "creators": lambda at: set_to(explorer.creators, [some, ()][at % 2]),
        "days": lambda at: set_to(explorer.dates, ["last 7 days", "all time"][at % 2]),
    }
    opens = result(f"{what}, opens", OPENS_S, lambda _: Explorer(analytics).close())
    results = [opens, *(result(f"{what}: {name}", CLICK_S, act) for name, act in clicks.items())]
    explorer.close()
    return results
