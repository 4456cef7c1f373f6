"""Goals against the plain pandas way, and how their time grows.

A row is a day of a creator's views or a post; there is a goal for every hundred of them. The plain
way joins goals with days, keeps those of the period and sums them; it knows no partial days and no
gaps, so it does less.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from tests.benchmarks.result import Result
from trackagoat_pandas.helpers.goals.backtest import backtest_goal_odds
from trackagoat_pandas.helpers.goals.compliance import summarize_compliance
from trackagoat_pandas.helpers.goals.evaluation import evaluate_goals
from trackagoat_pandas.helpers.goals.history import goal_history
from trackagoat_pandas.helpers.goals.nudges import who_to_nudge
from trackagoat_pandas.helpers.goals.odds import goal_odds
from trackagoat_pandas.plots.goal_board import goal_board
from trackagoat_pandas.plots.goal_odds import goal_odds as plot_goal_odds

SIZES = (10_000, 100_000, 1_000_000)
DAYS = 180
ROWS_A_GOAL = 100
TURNS = 3
LAST = pd.Timestamp("2026-06-14")
NOW = "2026-06-15T04:00:00Z"
ZONE = "America/New_York"
PLAIN_FLOOR = 0.8
"""Never slower, but for the noise of a shared machine."""
GROWTH_FLOOR = 0.5
"""Ten times the rows may take twice ten times the time: a shared machine isn't steadier."""
_PERIODS = {"weekly": ("2026-06-08", "2026-06-15"), "monthly": ("2026-06-01", "2026-07-01")}


def measure() -> list[Result]:
    """Compare and time every helper and plot at every size."""
    results: list[Result] = []
    seconds: dict[str, list[float]] = {}
    for rows in SIZES:
        frames = make_frames(rows)
        results += _comparisons(rows, *frames)
        for name, run in _verbs(*frames).items():
            seconds.setdefault(name, []).append(_median(run))
    return [*results, *_growth(seconds)]


def make_frames(rows: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Make goals, videos and analytics that have so many rows together."""
    rng = np.random.default_rng(7)
    creators = np.array([f"creator-{place}" for place in range(max(1, rows * 9 // 10 // DAYS))])
    goals = _goals(rng, creators, rows // ROWS_A_GOAL)
    number = rows // 10
    since = pd.Timestamp("2025-12-17", tz="UTC")
    posted = since + pd.to_timedelta(rng.integers(0, DAYS * 86_400, number), unit="s")
    videos = pd.DataFrame(
        {
            "creator_id": rng.choice(creators, number),
            "posted_at": posted.as_unit("us"),
            "tracking_status": pd.Categorical(rng.choice(["included", "pending_review"], number)),
            "is_tracking_disabled": pd.array(rng.random(number) < 0.02, "boolean"),
        }
    )
    return goals, videos, _analytics(rng, creators)


def _goals(rng: np.random.Generator, creators: np.ndarray, number: int) -> pd.DataFrame:
    metric = rng.choice(["posts", "views"], number)
    return pd.DataFrame(
        {
            "creator_id": rng.choice(creators, number),
            "tiktok_handle": "someone",
            "goal_id": [f"goal-{place}" for place in range(number)],
            "project_id": "project",
            "metric": pd.Categorical(metric),
            "period": pd.Categorical(rng.choice(["weekly", "monthly"], number)),
            "target_value": pd.array(np.where(metric == "posts", 2.0, 9_000.0), "Float64"),
            "start_date": pd.Timestamp("2026-05-01"),
            "end_date": pd.Series(pd.NaT, index=range(number), dtype="datetime64[us]"),
        }
    )


def _analytics(rng: np.random.Generator, creators: np.ndarray) -> pd.DataFrame:
    size = len(creators) * DAYS
    return pd.DataFrame(
        {
            "entity": pd.Categorical.from_codes(np.zeros(size, np.int8), ["creator"]),
            "entity_id": np.repeat(creators, DAYS),
            "metric": pd.Categorical.from_codes(np.zeros(size, np.int8), ["views"]),
            "date": np.tile(pd.date_range(end=LAST, periods=DAYS), len(creators)),
            "value": pd.array(rng.integers(0, 1_000, size), "Float64"),
            "series_kind": pd.Categorical.from_codes(np.zeros(size, np.int8), ["main"]),
            "is_partial": pd.array(np.zeros(size, bool), "boolean"),
        }
    )


def _comparisons(
    rows: int, goals: pd.DataFrame, videos: pd.DataFrame, analytics: pd.DataFrame
) -> list[Result]:
    def ours() -> pd.DataFrame:
        return evaluate_goals(goals, videos, analytics, reference_date=LAST, now=NOW, timezone=ZONE)

    def theirs() -> pd.Series:
        return plain_actuals(goals, videos, analytics)

    judged = ours()
    assert judged.set_index("goal_id")["actual"].eq(theirs()).all()
    pairs: dict[str, tuple[str, Callable[[], object], Callable[[], object]]] = {
        "evaluate_goals": ("merge, filter and groupby", ours, theirs),
        "summarize_compliance": (
            "crosstab and groupby",
            lambda: summarize_compliance(judged, by="creator"),
            lambda: plain_summary(judged),
        ),
        "goal_history": (
            "groupby by period and merge",
            lambda: goal_history(goals, videos, analytics, now=NOW, timezone=ZONE),
            lambda: plain_history(goals, videos, analytics),
        ),
        "who_to_nudge": (
            "filter, assign and sort_values",
            lambda: who_to_nudge(judged),
            lambda: plain_nudges(judged),
        ),
    }
    results = []
    for name, (against, run, plain) in pairs.items():
        fast, slow = _median(run), _median(plain)
        detail = f"{rows / fast:,.0f} rows a second against {rows / slow:,.0f}"
        results.append(Result(f"{name}, {rows:,} rows", against, slow / fast, PLAIN_FLOOR, detail))
    return results


def plain_actuals(goals: pd.DataFrame, videos: pd.DataFrame, analytics: pd.DataFrame) -> pd.Series:
    """Count what goals have reached as a person would write it with pandas."""
    bounds = pd.DataFrame(_PERIODS, index=["begin", "until"]).T.apply(pd.to_datetime)
    asked = goals[["goal_id", "creator_id", "metric", "period"]].join(bounds, on="period")
    totals = []
    for metric, days in plain_days(videos, analytics).items():
        joined = asked[asked["metric"] == metric].merge(
            days[["creator_id", "date", "value"]], on="creator_id"
        )
        inside = joined[(joined["date"] >= joined["begin"]) & (joined["date"] < joined["until"])]
        totals.append(inside.groupby("goal_id")["value"].sum())
    return pd.concat(totals).reindex(goals["goal_id"]).fillna(0).astype("Float64")


def plain_days(videos: pd.DataFrame, analytics: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Take what counts, by metric: creator_id, local date and value."""
    kept = videos["tracking_status"].isin(["auto_tracked", "included", "direct_add"])
    posts = videos.loc[kept & ~videos["is_tracking_disabled"], ["creator_id", "posted_at"]]
    posts = posts.assign(date=posts["posted_at"].dt.tz_convert(ZONE).dt.tz_localize(None), value=1)
    views = analytics[analytics["series_kind"] == "main"].rename(
        columns={"entity_id": "creator_id"}
    )
    return {"posts": posts, "views": views}


def plain_history(
    goals: pd.DataFrame, videos: pd.DataFrame, analytics: pd.DataFrame
) -> pd.DataFrame:
    """Count what goals reached in each period as a person would write it with pandas."""
    parts = []
    for metric, days in plain_days(videos, analytics).items():
        recent = days[days["date"] >= "2026-05-01"]
        for period, freq in (("weekly", "W"), ("monthly", "M")):
            key = recent["date"].dt.to_period(freq).rename("key")
            days_of = recent.groupby(["creator_id", key])["value"]
            sums = days_of.agg(actual="sum", known="size").reset_index()
            chosen = goals[(goals["metric"] == metric) & (goals["period"] == period)]
            joined = chosen.merge(sums, on="creator_id")
            bounds = pd.PeriodIndex(joined["key"])
            share = joined["actual"] / joined["target_value"]
            parts.append(
                joined.assign(
                    period_start=bounds.to_timestamp().tz_localize(ZONE).tz_convert("UTC"),
                    period_end=(bounds + 1).to_timestamp().tz_localize(ZONE).tz_convert("UTC"),
                    percentage=(100 * share).round().clip(0, 100),
                    status=np.where(share >= 1, "completed", "missed"),
                )
            )
    return pd.concat(parts)


def plain_nudges(goals: pd.DataFrame) -> pd.DataFrame:
    """Rank goals that are behind as a person would write it with pandas."""
    behind = goals[goals["status"].isin(["behind_pace", "at_risk"])]
    length = (behind["period_end"] - behind["period_start"]).dt.total_seconds() / 3_600
    left = behind["hours_until_period_end"]
    missing = behind["target"] - behind["actual"]
    shown = ["creator_id", "tiktok_handle", "goal_id", "metric", "period", "status"]
    nudges = behind[[*shown, "target", "actual"]].assign(
        due=behind["target"] * (length - left) / length,
        missing=missing,
        hours_left=left,
        needed_per_day=missing / (left / 24).clip(lower=1),
        speed_up=(missing / left) / (behind["actual"] / (length - left)),
    )
    ranked = nudges.sort_values(
        ["speed_up", "hours_left", "missing"], ascending=[True, False, True]
    )
    return ranked.reset_index(drop=True)


def plain_summary(goals: pd.DataFrame) -> pd.DataFrame:
    """Count statuses by creator as a person would write it with pandas."""
    counts = pd.crosstab(goals["creator_id"], goals["status"])
    summary = counts.assign(
        goals=counts.sum(axis=1),
        mean_percentage=goals.groupby("creator_id")["percentage"].mean(),
    )
    on_pace = counts.reindex(columns=["on_track", "completed"], fill_value=0).sum(axis=1)
    return summary.assign(share=on_pace / summary["goals"]).sort_values("share")


def _verbs(
    goals: pd.DataFrame, videos: pd.DataFrame, analytics: pd.DataFrame
) -> dict[str, Callable[[], object]]:
    """Name every helper and plot, each ready to run."""
    options = {"now": NOW, "timezone": ZONE}
    dated = {**options, "reference_date": LAST}
    frames = (goals, videos, analytics)
    judged = evaluate_goals(*frames, **dated)
    odds = goal_odds(*frames, **dated)
    return {
        "evaluate_goals": lambda: evaluate_goals(*frames, **dated),
        "goal_history": lambda: goal_history(*frames, **options),
        "goal_odds": lambda: goal_odds(*frames, **dated),
        "backtest_goal_odds": lambda: backtest_goal_odds(*frames, **options),
        "summarize_compliance": lambda: summarize_compliance(judged, by="creator"),
        "who_to_nudge": lambda: who_to_nudge(judged),
        "plots.goal_board": lambda: goal_board(judged, ax=_axes()),
        "plots.goal_odds": lambda: plot_goal_odds(odds, ax=_axes()),
    }


def _axes() -> object:
    return Figure(figsize=(9, 4), layout="constrained").add_subplot()


def _growth(seconds: dict[str, list[float]]) -> list[Result]:
    results = []
    for name, taken in seconds.items():
        small, large = taken[-2], taken[-1]
        ratio = SIZES[-1] / SIZES[-2] * small / large
        speeds = ", ".join(
            f"{rows:,}: {rows / took:,.0f}" for rows, took in zip(SIZES, taken, strict=True)
        )
        results.append(
            Result(
                f"{name}, ten times the rows",
                "linear growth",
                ratio,
                GROWTH_FLOOR,
                f"rows a second at {speeds}",
            )
        )
    return results


def _median(run: Callable[[], object]) -> float:
    taken = []
    for _ in range(TURNS):
        began = time.perf_counter()
        run()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)
