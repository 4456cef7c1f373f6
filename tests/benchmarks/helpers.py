"""One helper of each kind on the largest frames that a program has: a second is the limit."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import trackagoat_pandas as tgp
from tests.benchmarks.result import Result, median_s
from tests.benchmarks.sentiment import TEXT, comments

LIMIT_S = 1.0
CREATORS, DAYS, VIDEOS, COMMENTS = 300, 365, 150_000, 100_000
ZONE = "America/New_York"
FIRST, LAST, UNTIL = "2025-06-01", "2026-05-31", "2026-06-01T04:00:00Z"
METRICS = ("views", "likes", "comments", "shares", "saves")


def measure() -> list[Result]:
    """Time each helper, and a plot to its pixels."""
    series, videos, scored = analytics(), posts(), scored_comments()
    views = series[series["metric"] == "views"]
    goals, structures, assignments = terms()
    span = {"now": UNTIL, "timezone": ZONE}
    due = {"until": LAST, "timezone": ZONE}
    runs: dict[str, Callable[[], object]] = {
        f"growth, {len(series):,} rows": lambda: tgp.growth(series),
        f"evaluate_goals, {len(videos):,} videos": lambda: tgp.evaluate_goals(
            goals, videos, views, reference_date=LAST, **span
        ),
        f"accrue, {len(views):,} days": lambda: tgp.accrue(
            structures, assignments, analytics=views, **due
        ),
        f"summarize_sentiment, {len(scored):,} comments": lambda: tgp.summarize_sentiment(
            scored, "video_id"
        ),
        f"plots.trend, {len(views):,} rows": lambda: drawn(views),
    }
    return [_limited(name, median_s(run)) for name, run in runs.items()]


def _limited(name: str, took_s: float) -> Result:
    return Result(name, f"{LIMIT_S:g} s", LIMIT_S / took_s, 1.0, f"{took_s * 1e3:,.0f} ms")


def drawn(series: pd.DataFrame) -> None:
    """Draw a trend on new axes, and render it."""
    figure = Figure(figsize=(9, 4), layout="constrained")
    tgp.plots.trend(series, ax=figure.subplots())
    FigureCanvasAgg(figure).draw()


def ids(count: int, kind: str) -> pd.api.extensions.ExtensionArray:
    """Make up ids that look like the API's."""
    return pd.array(
        [f"{kind}{place:07d}-0000-4000-8000-000000000000" for place in range(count)], TEXT
    )


def analytics() -> pd.DataFrame:
    """Daily values of a year, as ``load_analytics`` gives them."""
    dice, size = np.random.default_rng(7), CREATORS * len(METRICS) * DAYS
    owners = np.repeat(np.arange(CREATORS), len(METRICS) * DAYS)
    metrics = np.tile(np.repeat(METRICS, DAYS), CREATORS)
    return pd.DataFrame(
        {
            "entity": pd.Categorical(["creator"] * size),
            "entity_id": ids(CREATORS, "c").take(owners),
            "metric": pd.Categorical(metrics),
            "date": np.tile(pd.date_range(FIRST, periods=DAYS), CREATORS * len(METRICS)),
            "value": pd.array(dice.integers(0, 50_000, size).astype(float), "Float64"),
            "series_kind": pd.Categorical(["main"] * size),
            "is_partial": pd.array(np.zeros(size, np.bool_), "boolean"),
        }
    )


def posts() -> pd.DataFrame:
    """Videos of the same year, as ``load_videos`` gives what goals need."""
    dice = np.random.default_rng(7)
    seconds = pd.to_timedelta(dice.integers(0, DAYS * 86_400, VIDEOS), unit="s")
    return pd.DataFrame(
        {
            "creator_id": ids(CREATORS, "c").take(dice.integers(0, CREATORS, VIDEOS)),
            "posted_at": pd.Timestamp(FIRST, tz="UTC") + seconds,
            "tracking_status": pd.Categorical(dice.choice(["included", "pending_review"], VIDEOS)),
            "is_tracking_disabled": pd.array(dice.random(VIDEOS) < 0.02, "boolean"),
        }
    )


def terms() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Two goals, and a CPM and a weekly sum, for each creator."""
    creators, pairs = ids(CREATORS, "c"), np.repeat(np.arange(CREATORS), 2)
    both, size = creators.take(pairs), len(pairs)
    goals = pd.DataFrame(
        {
            "creator_id": both, "goal_id": ids(size, "9"), "project_id": "p",
            "tiktok_handle": "someone", "metric": pd.Categorical(["posts", "views"] * CREATORS),
            "period": pd.Categorical(["weekly", "monthly"] * CREATORS),
            "target_value": pd.array([2.0, 9_000.0] * CREATORS, "Float64"),
            "start_date": pd.Timestamp(FIRST), "end_date": pd.NaT,
        }
    )  # fmt: skip
    structures = pd.DataFrame(
        {
            "id": ["cpm", "weekly"], "kind": ["cpm", "recurring"], "period": ["monthly", "weekly"],
            "amount_cents": pd.array([None, 9_999], "Int64"),
            "cpm_cents": pd.array([120, None], "Int64"),
            "cap_cents": pd.array([150_000, None], "Int64"),
            "threshold_views": pd.array([None, None], "Int64"), "goal_metric": None,
            "proration": ["none", "daily"], "project_id": "p", "version": 1,
        }
    )  # fmt: skip
    assignments = pd.DataFrame(
        {
            "id": ids(size, "a"), "structure_id": ["cpm", "weekly"] * CREATORS,
            "creator_id": both, "start_date": pd.Timestamp(FIRST), "end_date": pd.NaT,
        }
    )  # fmt: skip
    return goals, structures, assignments


def scored_comments() -> pd.DataFrame:
    """Scored comments, about fifty a video."""
    videos = np.random.default_rng(7).integers(0, COMMENTS // 50, COMMENTS)
    return tgp.score_comments(comments(COMMENTS)).assign(
        video_id=ids(COMMENTS // 50, "5").take(videos)
    )
