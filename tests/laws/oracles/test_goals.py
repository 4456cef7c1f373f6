"""Goals against the oracle, over random worlds in seven dresses."""

from __future__ import annotations

from typing import Any

import pytest

import trackagoat_pandas as tgp
from tests.laws.oracles import goals as oracle
from tests.laws.oracles.calendars import Row
from tests.laws.oracles.comparing import check, differences, pick, plain_rows
from tests.laws.oracles.dresses import Wardrobe
from tests.laws.oracles.seeds import SEEDS, dresses_of
from tests.laws.oracles.worlds import World, make_world

# A drawn world may have no number at all of a metric.
pytestmark = [
    pytest.mark.oracle,
    pytest.mark.filterwarnings("ignore:These frames don:trackagoat_pandas.errors.NoDataWarning"),
]

STANDING = (
    "target",
    "actual",
    "percentage",
    "status",
    "pace",
    "reason",
    "period_start",
    "period_end",
)
ADVISORY = (
    "period_in_progress", "period_recently_ended", "not_yet_started",
    "hours_until_period_end", "hours_since_period_end",
)  # fmt: skip


def compare_goals(world: World, wardrobe: Wardrobe) -> list[str]:
    return pick((compare_day, compare_history), world, wardrobe)(world, wardrobe)


def compare_day(world: World, wardrobe: Wardrobe) -> list[str]:
    frames, goals, evidence = facts_of(world, wardrobe)
    got = tgp.evaluate_goals(
        *frames, reference_date=world.day, now=world.now, timezone=wardrobe.timezone
    )
    judged = plain_rows(got)
    expected = oracle.evaluate(goals, evidence, world.day, world.now)
    lines = differences(judged, expected, ["goal_id"], (*STANDING, *ADVISORY))
    if [row["goal_id"] for row in judged] != [row["goal_id"] for row in expected]:
        lines.append("the goals are not in their order")
    return lines


def compare_history(world: World, wardrobe: Wardrobe) -> list[str]:
    frames, goals, evidence = facts_of(world, wardrobe)
    got = tgp.goal_history(*frames, since=world.since, now=world.now, timezone=wardrobe.timezone)
    expected = oracle.history(goals, evidence, world.since, world.now)
    return differences(plain_rows(got), expected, ["goal_id", "period_start"], STANDING)


def facts_of(world: World, wardrobe: Wardrobe) -> tuple[list[Any], list[Row], oracle.Evidence]:
    """Goals, videos and analytics as frames, and as the oracle reads them.

    In every fifth world there are no videos: posts then come from the analytics.
    """
    names = ("goals", "videos", "analytics")
    rows = [wardrobe.rows(name, world.tables[name]) for name in names]
    frames: list[Any] = [wardrobe.frame(*pair) for pair in zip(names, rows, strict=True)]
    if world.seed % 5 == 4:
        frames[1] = None
        return frames, rows[0], oracle.Evidence(None, rows[2], world.zone)
    return frames, rows[0], oracle.Evidence(rows[1], rows[2], world.zone)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_day_and_the_past_are_judged_as_the_oracle_judges_them(seed):
    check(make_world(seed), dresses_of(seed), compare_goals)
