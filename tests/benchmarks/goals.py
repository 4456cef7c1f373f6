"""Goals beside the plain pandas that a user would write.

Where a helper judges goals from days and posts, a row is one of those, and there is a goal for
every hundred; where it reads a frame of goals or of forecasts, a row is one of that. The plain ways
give the same numbers, which is checked, but know no partial days and no gaps; those of the odds do
much less: they take the plain share of past stretches that would have done.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np
import pandas as pd

from tests.benchmarks.comparing import SIZES, Pair, compare
from tests.benchmarks.result import Result
from trackagoat_pandas.helpers.goals.backtest import (
    backtest_goal_odds,
    calibrate_goal_odds,
    score_goal_odds,
)
from trackagoat_pandas.helpers.goals.compliance import summarize_compliance
from trackagoat_pandas.helpers.goals.evaluation import evaluate_goals, goal_history
from trackagoat_pandas.helpers.goals.nudges import who_to_nudge
from trackagoat_pandas.helpers.goals.odds import goal_odds

DAYS = 180
ROWS_A_GOAL = 100
LAST = pd.Timestamp("2026-06-14")
NOW = "2026-06-15T04:00:00Z"
ZONE = "America/New_York"
OPTIONS = {"now": NOW, "timezone": ZONE}
STATUSES = ["behind_pace", "at_risk", "on_track", "completed"]
_PERIODS = {"weekly": ("2026-06-08", "2026-06-15"), "monthly": ("2026-06-01", "2026-07-01")}
_CLOSED = {
    "weekly": pd.period_range("2026-04-27", "2026-06-08", freq="W"),
    "monthly": pd.period_range("2026-05", "2026-05", freq="M"),
}
"""The periods since the goals' first day that have ended by now."""


def measure() -> list[Result]:
    """Compare every helper at every size."""
    return [result for pairs in PAIRS for result in compare([pairs(rows) for rows in SIZES])]


@functools.lru_cache(maxsize=len(SIZES))
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


@functools.lru_cache(maxsize=len(SIZES))
def judged_goals(rows: int) -> pd.DataFrame:
    """Goals as ``load_goal_compliance`` gives them in the middle of the period."""
    rng = np.random.default_rng(7)
    creators = np.array([f"creator-{place}" for place in range(rows // 10)])
    goals = _goals(rng, creators, rows)
    begin, until = (pd.Timestamp(day, tz=ZONE) for day in _PERIODS["weekly"])
    target = goals["target_value"]
    actual = (target * np.where(rng.random(rows) < 0.5, 1.0, rng.random(rows))).round()
    pace = actual / target / 0.5
    status = np.select(
        [pace >= 2, pace >= 1, pace >= 0.7], ["completed", "on_track", "behind_pace"], "at_risk"
    )
    hours = (until - begin) / pd.Timedelta(hours=1)
    return goals.assign(
        target=target, actual=actual, percentage=(100 * actual / target).round().clip(0, 100),
        status=pd.Categorical(status, [*STATUSES, "missed"]), not_yet_started=False,
        period_start=begin.tz_convert("UTC"), period_end=until.tz_convert("UTC"),
        hours_until_period_end=pd.array(np.full(rows, hours / 2), "Float64"),
        hours_since_period_end=pd.array([pd.NA] * rows, "Float64"),
    )  # fmt: skip


def _evaluate(rows: int) -> Pair:
    frames = make_frames(rows)

    def plain() -> pd.Series:
        return plain_actuals(*frames)

    def ours() -> pd.DataFrame:
        return evaluate_goals(*frames, reference_date=LAST, **OPTIONS)

    if rows == SIZES[0]:
        assert ours().set_index("goal_id")["actual"].eq(plain()).all()
    return Pair("evaluate_goals", rows, "merge, filter and groupby", ours, plain)


def _history(rows: int) -> Pair:
    frames = make_frames(rows)

    def plain() -> pd.DataFrame:
        return plain_history(*frames)

    def ours() -> pd.DataFrame:
        return goal_history(*frames, **OPTIONS)

    keys = ["goal_id", "period_start"]
    found, expected = (made().sort_values(keys, ignore_index=True) for made in (ours, plain))
    if rows == SIZES[0]:
        assert found["actual"].eq(expected["actual"]).all()
    return Pair("goal_history", rows, "groupby by period and merge", ours, plain)


def plain_history(
    goals: pd.DataFrame, videos: pd.DataFrame, analytics: pd.DataFrame
) -> pd.DataFrame:
    """Count what goals reached in each closed period, and 0 where a creator has nothing."""
    parts = []
    for metric, days in plain_days(videos, analytics).items():
        recent = days[days["date"] >= "2026-04-27"]
        for period, closed in _CLOSED.items():
            key = recent["date"].dt.to_period(closed.freq).rename("key")
            sums = recent.groupby(["creator_id", key])["value"].sum().rename("actual")
            chosen = goals[(goals["metric"] == metric) & (goals["period"] == period)]
            every = chosen.merge(pd.DataFrame({"key": closed}), how="cross")
            joined = every.merge(sums.reset_index(), on=["creator_id", "key"], how="left")
            joined["actual"] = joined["actual"].fillna(0)
            share = joined["actual"] / joined["target_value"]
            bounds = pd.PeriodIndex(joined["key"])
            parts.append(
                joined.assign(
                    period_start=bounds.to_timestamp().tz_localize(ZONE).tz_convert("UTC"),
                    period_end=(bounds + 1).to_timestamp().tz_localize(ZONE).tz_convert("UTC"),
                    percentage=(100 * share).round().clip(0, 100),
                    status=np.where(share >= 1, "completed", "missed"),
                )
            )
    return pd.concat(parts)


def _stretches(days: pd.DataFrame, until: str) -> pd.DataFrame:
    """Totals of each day and creator before a day, 0 where there is nothing."""
    wide = days.assign(date=days["date"].dt.normalize()).pivot_table(
        index="date", columns="creator_id", values="value", aggfunc="sum", fill_value=0
    )
    return wide[wide.index < until].asfreq("D", fill_value=0).tail(112)


def _odds(rows: int) -> Pair:
    goals, videos, analytics = make_frames(rows)
    day = "2026-06-11"
    left = {"weekly": 3, "monthly": 19}

    def plain() -> pd.DataFrame:
        parts = []
        for metric, days in plain_days(videos, analytics).items():
            wide = _stretches(days, "2026-06-12")
            for period, (begin, _) in _PERIODS.items():
                chosen = goals[(goals["metric"] == metric) & (goals["period"] == period)]
                known = chosen["creator_id"].isin(wide.columns)
                chosen = chosen[known]
                done = wide[wide.index >= begin].sum()[chosen["creator_id"]].to_numpy()
                missing = chosen["target_value"].to_numpy(float) - done
                spans = wide.rolling(left[period]).sum().dropna()[chosen["creator_id"]]
                chance = (spans.to_numpy() >= missing).mean(axis=0)
                parts.append(chosen.assign(missing=missing, chance=chance))
        return pd.concat(parts)

    def ours() -> pd.DataFrame:
        return goal_odds(goals, videos, analytics, reference_date=day, **OPTIONS)

    if rows == SIZES[0]:
        expected = plain().set_index("goal_id")["missing"].clip(lower=0)
        found = ours().set_index("goal_id")["missing"]
        assert np.allclose(found[expected.index].astype(float), expected.astype(float))
    return Pair("goal_odds", rows, "pivot_table, rolling, mean", ours, plain)


def _backtest(rows: int) -> Pair:
    goals, videos, analytics = make_frames(rows)

    def plain() -> pd.DataFrame:
        parts = []
        for metric, days in plain_days(videos, analytics).items():
            wide = _stretches(days, "2026-06-15")
            for period, closed in _CLOSED.items():
                chosen = goals[(goals["metric"] == metric) & (goals["period"] == period)]
                chosen = chosen[chosen["creator_id"].isin(wide.columns)]
                target = chosen["target_value"].to_numpy(float)
                for one in closed:
                    length = (one.end_time - one.start_time).days + 1
                    made_on = one.start_time + pd.Timedelta(days=length // 2)
                    before = wide[wide.index < made_on]
                    gained = wide.loc[one.start_time : one.end_time].sum()[chosen["creator_id"]]
                    done = before[before.index >= one.start_time].sum()[chosen["creator_id"]]
                    spans = before.rolling(length - length // 2).sum().dropna()
                    spans = spans[chosen["creator_id"]].to_numpy()
                    chance = (spans >= target - done.to_numpy()).mean(axis=0)
                    is_hit = gained.to_numpy() >= target
                    parts.append(
                        chosen.assign(period_start=one.start_time, chance=chance, is_hit=is_hit)
                    )
        return pd.concat(parts)

    def ours() -> pd.DataFrame:
        return backtest_goal_odds(goals, videos, analytics, **OPTIONS)

    if rows == SIZES[0]:
        known = ours()["goal_id"].isin(plain()["goal_id"])
        assert ours()[known]["is_hit"].sum() == plain()["is_hit"].sum()
    return Pair("backtest_goal_odds", rows, "pivot_table, rolling, mean", ours, plain)


def _summary(rows: int) -> Pair:
    judged = judged_goals(rows)

    def plain() -> pd.DataFrame:
        counts = pd.crosstab(judged["creator_id"], judged["status"])
        by_creator = judged.groupby("creator_id")
        summary = counts.assign(
            handle=by_creator["tiktok_handle"].first(),
            goals=counts.sum(axis=1),
            mean_percentage=by_creator["percentage"].mean(),
        )
        on_pace = counts[["on_track", "completed"]].sum(axis=1)
        share = 100 * on_pace / summary["goals"]
        return summary.assign(share=share).sort_values(["share", "mean_percentage"])

    def ours() -> pd.DataFrame:
        return summarize_compliance(judged, by="creator")

    if rows == SIZES[0]:
        assert np.allclose(ours()["on_pace_percentage"], plain()["share"])
    return Pair("summarize_compliance", rows, "crosstab and groupby", ours, plain)


def _nudges(rows: int) -> Pair:
    judged = judged_goals(rows)

    def plain() -> pd.DataFrame:
        return plain_nudges(judged)

    def ours() -> pd.DataFrame:
        return who_to_nudge(judged)

    if rows == SIZES[0]:
        assert ours()["missing"].sum() == plain()["missing"].sum()
    return Pair("who_to_nudge", rows, "filter, assign and sort_values", ours, plain)


def _nudges_later(rows: int) -> Pair:
    judged, later = judged_goals(rows), "2026-06-13T04:00:00Z"

    def plain() -> pd.DataFrame:
        at = pd.Timestamp(later)
        length = judged["period_end"] - judged["period_start"]
        share = (at - judged["period_start"]) / length
        pace = judged["actual"] / judged["target"] / share
        is_running = ~judged["not_yet_started"] & (at < judged["period_end"])
        is_behind = is_running & (judged["actual"] < judged["target"]) & (pace < 1)
        status = pd.Series("at_risk", judged.index).mask(pace >= 0.7, "behind_pace")
        return plain_nudges(
            judged.assign(
                status=pd.Categorical(status.where(is_behind), STATUSES),
                hours_until_period_end=(judged["period_end"] - at).dt.total_seconds() / 3_600,
            )
        )

    def ours() -> pd.DataFrame:
        return who_to_nudge(judged, reference=later)

    if rows == SIZES[0]:
        ranked, plainly = (found.sort_values("goal_id") for found in (ours(), plain()))
        assert ranked["status"].tolist() == plainly["status"].tolist()
    return Pair("who_to_nudge, later on", rows, "pace, filter and sort_values", ours, plain)


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
        needed_pace=missing / behind["target"] / (left / length),
        speed_up=(missing / left) / (behind["actual"] / (length - left)),
    )
    order = ["needed_pace", "hours_left", "missing"]
    return nudges.sort_values(order, ascending=[True, False, True]).reset_index(drop=True)


@functools.lru_cache(maxsize=len(SIZES))
def forecasts(rows: int) -> pd.DataFrame:
    rng = np.random.default_rng(7)
    chance = rng.random(rows)
    return pd.DataFrame(
        {
            "metric": pd.Categorical(rng.choice(["posts", "views", "engagement"], rows)),
            "chance": pd.array(chance, "Float64"),
            "is_hit": pd.array(rng.random(rows) < chance, "boolean"),
        }
    )


def _calibrate(rows: int) -> Pair:
    made = forecasts(rows)

    def plain() -> pd.DataFrame:
        known = made.dropna(subset=["chance", "is_hit"])
        bins = pd.cut(known["chance"], np.linspace(0, 1, 6), right=False)
        table = known.groupby(bins, observed=False).agg(
            forecasts=("is_hit", "size"), hits=("is_hit", "sum"),
            mean_chance=("chance", "mean"), hit_rate=("is_hit", "mean"),
        )  # fmt: skip
        hits, number, z = table["hits"], table["forecasts"], 1.959964
        half = z * (hits * (number - hits) / number + z**2 / 4) ** 0.5
        centre, scale = hits + z**2 / 2, number + z**2
        return table.assign(low=(centre - half) / scale, high=(centre + half) / scale)

    def ours() -> pd.DataFrame:
        return calibrate_goal_odds(made)

    if rows == SIZES[0]:
        assert np.allclose(ours()["hit_rate"], plain()["hit_rate"])
    return Pair("calibrate_goal_odds", rows, "cut, groupby and agg", ours, plain)


def _score(rows: int) -> Pair:
    made = forecasts(rows)

    def plain() -> pd.DataFrame:
        known = made.dropna(subset=["chance", "is_hit"])
        error = (known["chance"] - known["is_hit"].astype(float)) ** 2
        scores = known.assign(error=error).groupby("metric", observed=True).agg(
            forecasts=("error", "size"), mean_chance=("chance", "mean"),
            hit_rate=("is_hit", "mean"), brier=("error", "mean"),
        )  # fmt: skip
        base = scores["hit_rate"] * (1 - scores["hit_rate"])
        return scores.assign(base_brier=base, skill=1 - scores["brier"] / base)

    def ours() -> pd.DataFrame:
        return score_goal_odds(made, by="metric")

    if rows == SIZES[0]:
        assert np.allclose(sorted(ours()["brier"]), sorted(plain()["brier"]))
    return Pair("score_goal_odds", rows, "assign, groupby and agg", ours, plain)


PAIRS: tuple[Callable[[int], Pair], ...] = (
    _evaluate,
    _history,
    _odds,
    _backtest,
    _summary,
    _nudges,
    _nudges_later,
    _calibrate,
    _score,
)
