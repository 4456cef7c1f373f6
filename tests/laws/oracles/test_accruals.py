"""Accruals against the oracle, over random worlds in seven dresses."""

from __future__ import annotations

import json
import warnings

import pytest

import trackagoat_pandas as tgp
from tests.laws.oracles.accruals import accrue
from tests.laws.oracles.calendars import Row
from tests.laws.oracles.comparing import check, differences, plain_rows
from tests.laws.oracles.dresses import Wardrobe
from tests.laws.oracles.goals import Evidence
from tests.laws.oracles.seeds import SEEDS, dresses_of
from tests.laws.oracles.worlds import World, make_world

pytestmark = pytest.mark.oracle

VALUES = (
    "structure_version", "version_in_force", "rule_kind", "period_end", "days_assigned",
    "days_in_period", "quantity", "uncapped_cents", "amount_cents", "due_at", "video_ids", "reason",
)  # fmt: skip


def compare_accruals(world: World, wardrobe: Wardrobe) -> list[str]:
    tables = {name: wardrobe.rows(name, rows) for name, rows in world.tables.items()}
    evidence = Evidence(tables["videos"], tables["analytics"], world.zone)
    expected = accrue(
        tables["structures"], tables["assignments"], evidence, tables["goals"], world.until
    )
    frames = {name: wardrobe.frame(name, rows) for name, rows in tables.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tgp.TrackaGoatWarning)  # that series are missing
        got = tgp.accrue(
            frames["structures"],
            frames["assignments"],
            videos=frames["videos"],
            analytics=frames["analytics"],
            goals=frames["goals"],
            until=world.until,
            timezone=wardrobe.timezone,
            currency="EUR",
        )
    rows = [_readable(row) for row in plain_rows(got)]
    lines = differences(rows, expected, ["assignment_id", "period_start"], VALUES)
    starts = [row["period_start"] for row in rows if row["period_start"]]
    if starts != sorted(starts):
        lines.append("rows are not oldest first")
    if {row["currency"] for row in rows} - {"EUR"}:
        lines.append("a row is in another currency than was asked for")
    return lines


def _readable(row: Row) -> Row:
    """Videos as a sorted list, where there is an amount for them."""
    known = row["amount_cents"] is not None and row["video_ids"]
    if row["rule_kind"] == "view_threshold" and row["reason"] == "partial_days":
        row["reason"] = "missing_days"  # of many days of many videos; either word is right
    return {**row, "video_ids": sorted(json.loads(row["video_ids"])) if known else []}


@pytest.mark.parametrize("seed", SEEDS)
def test_each_assignment_earns_what_the_oracle_says(seed):
    check(make_world(seed), dresses_of(seed, step=2), compare_accruals)
