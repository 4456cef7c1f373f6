"""Goals and payouts agree on what a creator gained in the same days, over random worlds.

Goals say it as `actual`. Payouts say it by what they pay: 1,000 views at 1,000 cents are a cent a
view, and of goals with every target that was ever reached, the goals met say which was.
"""

from __future__ import annotations

import datetime as dt
import itertools
import warnings
from typing import Any

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.laws.oracles.calendars import PERIODS, TWO_DAYS, Row, day_start, latest, local_day
from tests.laws.oracles.comparing import check, plain_rows
from tests.laws.oracles.dresses import Wardrobe
from tests.laws.oracles.goals import ANALYTICS_KEY, METRICS
from tests.laws.oracles.seeds import SEEDS, dresses_of
from tests.laws.oracles.worlds import Maker, World

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.filterwarnings("ignore:These frames don:trackagoat_pandas.errors.NoDataWarning"),
]

Gain = tuple[str, str, str, dt.date]
"""Of a creator, in a metric, in the daily, weekly or monthly period that begins on a day."""
LATER = TWO_DAYS * 2
"""Until then each day of a world is over, and the goals of its periods are paid."""


def world_of(seed: int) -> World:
    """A world whose analytics have all metrics, and whose goals and rules ask for all of them."""
    maker = Maker(seed)
    world = maker.make()
    world.tables["goals"] = [
        goal_of(creator, metric, period, 1)
        for creator, metric, period in itertools.product(maker.creators, METRICS, PERIODS)
    ]
    world.tables["structures"] = [
        rule_of(f"{kind}-{metric}-{period}", kind, metric, period)
        for kind, metric in [*(("goal", metric) for metric in METRICS), ("cpm", "views")]
        for period in PERIODS
    ]
    world.tables["assignments"] = [
        {
            "id": f"{creator}-{rule['id']}",
            "structure_id": rule["id"],
            "creator_id": creator,
            "start_date": start_of(world),
            "end_date": None,
        }
        for creator, rule in itertools.product(maker.creators, world.tables["structures"])
    ]
    world.tables["analytics"] = maker.analytics()
    if seed % 5 == 4:  # posts then come from the analytics
        del world.tables["videos"]
    return world


def start_of(world: World) -> dt.date:
    return world.first_day.replace(day=1)


def goal_of(creator: str, metric: str, period: str, target: float) -> Row:
    return {
        "creator_id": creator,
        "tiktok_handle": "ann",
        "goal_id": f"{creator}-{metric}-{period}-{target}",
        "project_id": "p",
        "metric": metric,
        "period": period,
        "target_value": target,
        "start_date": dt.date(1970, 1, 1),
        "end_date": None,
        "is_active": True,
    }


def rule_of(name: str, kind: str, metric: str, period: str) -> Row:
    return {
        "id": name,
        "project_id": "p",
        "kind": kind,
        "version": 1,
        "amount_cents": 1,
        "period": period,
        "cpm_cents": 1_000,
        "threshold_views": None,
        "cap_cents": None,
        "goal_metric": metric,
        "proration": "none",
        "is_active": True,
        "effective_date": None,
        "created_at": None,
    }


def compare_gains(world: World, wardrobe: Wardrobe) -> list[str]:
    frames = {
        name: wardrobe.frame(name, wardrobe.rows(name, world.tables[name]))
        for name in ("videos", "analytics", "structures", "assignments")
        if name in world.tables
    }
    facts = {name: frames.get(name) for name in ("videos", "analytics")}
    gained = gained_by_goals(world, wardrobe, facts)
    whole = {gain: actual for gain, actual in gained.items() if gain[3] >= start_of(world)}
    goals = [goal_of(*series, target) for series, target in targets_of(whole)]
    unused = Wardrobe(wardrobe.dress, world.zone_name, world.seed)  # which has no such goals yet
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tgp.TrackaGoatWarning)  # that series are missing
        due = tgp.accrue(
            frames["structures"],
            frames["assignments"],
            **facts,
            goals=unused.frame("goals", goals),
            until=world.now + LATER,
            timezone=wardrobe.timezone,
        )
    paid = {key: row for row in plain_rows(due) if (key := key_of(row))}
    lines = []
    for gain, actual in whole.items():
        creator, metric, period, _ = gain
        met = sum(
            goal["target_value"] <= actual
            for goal in goals
            if (goal["creator_id"], goal["metric"], goal["period"]) == (creator, metric, period)
        )
        expected = {("goal", gain): met}
        if metric == "views":
            expected["cpm", gain] = actual
        for key, quantity in expected.items():
            row = paid.get(key, {"quantity": 0, "reason": None})
            known = row["quantity"] if row["reason"] is None else None
            if known != (None if pd.isna(actual) else quantity):
                lines.append(f"{key}: goals say {actual}, payouts {known} ({row['reason']})")
    return lines


def compare_running(world: World, wardrobe: Wardrobe) -> list[str]:
    """What the running day has brought counts for both.

    They differ on purpose where its row is missing, or says that the day is over: then goals don't
    know how they stand, and a forecast begins with what there is. At the first instant of a day
    goals count nothing of it, and a forecast counts the row that there is.
    """
    if day_start(local_day(world.now, world.zone), world.zone) == world.now:
        return []
    rows = {name: wardrobe.rows(name, world.tables[name]) for name in ("analytics", "goals")}
    rules = [rule for rule in world.tables["structures"] if rule["kind"] == "cpm"]
    frames = {name: wardrobe.frame(name, some) for name, some in rows.items()}
    judged = tgp.evaluate_goals(
        frames["goals"],
        analytics=frames["analytics"],
        now=world.now,
        timezone=wardrobe.timezone,
    )
    assigned = [row for row in world.tables["assignments"] if "-cpm-" in row["id"]]
    terms = wardrobe.frame("structures", rules), wardrobe.frame("assignments", assigned)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".* amounts are unknown", tgp.TrackaGoatWarning)
        ahead = tgp.forecast_payouts(
            *terms, analytics=frames["analytics"], as_of=world.now, timezone=wardrobe.timezone
        )
    paid = {row["assignment_id"]: row for row in plain_rows(ahead)}
    lines = []
    for goal in plain_rows(judged):
        if goal["metric"] != "views":
            continue
        row = paid[f"{goal['creator_id']}-cpm-views-{goal['period']}"]
        if row["reason"] == "short_history" or goal["actual"] == row["so_far_cents"]:
            continue
        if goal["actual"] is not None or is_running(rows["analytics"], goal["creator_id"], world):
            lines.append(f"{row['assignment_id']}: goals say {goal['actual']}, payouts {row}")
    return lines


def is_running(analytics: list[Row], creator: str, world: World) -> bool:
    """Whether a known row of the running day says that it is not over, or may not be."""
    today = local_day(world.now, world.zone)
    return any(
        row["value"] is not None and row["is_partial"] is not False
        for row in latest(analytics, ANALYTICS_KEY)
        if (row["entity_id"], row["metric"], row["date"]) == (creator, "views", today)
    )


def gained_by_goals(world: World, wardrobe: Wardrobe, facts: dict[str, Any]) -> dict[Gain, float]:
    """What goals say of each closed period; NaN where they don't know."""
    history = tgp.goal_history(
        wardrobe.frame("goals", world.tables["goals"]),
        **facts,
        since=start_of(world),
        now=world.now + LATER - TWO_DAYS,
        timezone=wardrobe.timezone,
    )
    starts = history["period_start"].dt.tz_convert(world.zone_name).dt.date
    names = ["creator_id", "metric", "period"]
    keys = zip(*(history[name] for name in names), starts, strict=True)
    return dict(
        zip(
            keys,
            history["actual"].astype("Float64").to_numpy(float, na_value=float("nan")),
            strict=True,
        )
    )


def targets_of(gained: dict[Gain, float]) -> list[tuple[tuple[str, str, str], float]]:
    """A target for each thing that a series ever gained; one where it isn't known."""
    found: dict[tuple[str, str, str], set[float]] = {}
    for (creator, metric, period, _), actual in gained.items():
        some = found.setdefault((creator, metric, period), {1.0})
        if not pd.isna(actual):
            some.add(actual)
    return [(series, target) for series, targets in found.items() for target in sorted(targets)]


def key_of(row: Row) -> tuple[str, Gain] | None:
    creator, kind, metric, period = row["assignment_id"].split("-")
    return kind, (creator, metric, period, row["period_start"])


@pytest.mark.parametrize("seed", SEEDS)
def test_goals_and_payouts_agree_on_what_was_gained_in_the_same_days(seed):
    check(world_of(seed), dresses_of(seed, step=2), compare_gains)


@pytest.mark.parametrize("seed", SEEDS)
def test_goals_and_payouts_agree_on_what_the_running_period_has_brought(seed):
    check(world_of(seed), dresses_of(seed, step=2), compare_running)
