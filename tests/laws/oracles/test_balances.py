"""Balances, summaries and timelines against the oracle, over random worlds in seven dresses."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

import trackagoat_pandas as tgp
from tests.laws.oracles import balances as oracle
from tests.laws.oracles.calendars import ONE_DAY, Row, local_day
from tests.laws.oracles.comparing import check, differences, pick, plain_rows
from tests.laws.oracles.dresses import Wardrobe
from tests.laws.oracles.seeds import SEEDS, dresses_of
from tests.laws.oracles.worlds import World, make_world

BALANCE = (
    "earned_cents", "paid_cents", "owed_cents", "unpaid_accruals", "oldest_unpaid",
    "days_outstanding",
)  # fmt: skip
SUMS = ("earned_cents", "paid_cents", "owed_cents", "overpaid_cents")
GROUPS = {by: f"{by}_id" for by in ("creator", "project", "structure", "method")}
BY = ("creator", "project", "structure", "status", "method", "month")


def compare_money(world: World, wardrobe: Wardrobe) -> list[str]:
    """Ask one helper one question, and say which."""
    rows = [wardrobe.rows(name, world.tables[name]) for name in ("accruals", "payments")]
    frames = [wardrobe.frame("accruals", rows[0]), wardrobe.frame("payments", rows[1])]
    compare, question = pick(questions(world), world, wardrobe)
    asked = {"timezone": wardrobe.timezone, "currency": "USD"}
    return [f"{question}: {line}" for line in compare(frames, rows, world.zone, question, asked)]


def questions(world: World) -> list[tuple[Any, Any]]:
    today = local_day(world.now, world.zone)
    paid = [row["paid_at"] for row in world.tables["payments"]] or [world.now]
    moments = (None, today, today - 20 * ONE_DAY, world.now - 9 * ONE_DAY, paid[0])
    return [
        *((compare_balances, as_of) for as_of in moments),
        *((compare_summaries, by) for by in BY),
        *((compare_timelines, granularity) for granularity in ("day", "week", "month")),
    ]


def compare_balances(
    frames: list[Any], rows: list[list[Row]], zone: ZoneInfo, as_of: Any, asked: Any
) -> list[str]:
    got = plain_rows(tgp.outstanding_balances(*frames, as_of=as_of, **asked))
    expected = oracle.balances(*rows, zone, as_of)
    lines = differences(got, expected, ["creator_id", "currency"], BALANCE)
    for currency in ("EUR", "USD"):
        owed = [row["owed_cents"] for row in got if row["currency"] == currency]
        if owed != sorted(owed, reverse=True):
            lines.append(f"not most owed first: {owed} {currency}")
    return lines


def compare_summaries(
    frames: list[Any], rows: list[list[Row]], zone: ZoneInfo, by: Any, asked: Any
) -> list[str]:
    got = tgp.summarize_payouts(*frames, by=by, **asked)
    renamed = plain_rows(got.rename(columns={GROUPS.get(by, by): "group"}))
    expected = [
        {"group": group, "currency": currency, **sums}
        for (group, currency), sums in oracle.summary(*rows, zone, by).items()
    ]
    names = ("accruals", "earned_cents", "paid_cents", "voided_cents")
    return differences(_that_move(renamed), _that_move(expected), ["group", "currency"], names)


def _that_move(rows: list[Row]) -> list[Row]:
    """Groups without any cents may have a row or not."""
    names = ("earned_cents", "paid_cents", "voided_cents")
    return [row for row in rows if any(row[name] for name in names)]


def compare_timelines(
    frames: list[Any], rows: list[list[Row]], zone: ZoneInfo, granularity: Any, asked: Any
) -> list[str]:
    got = tgp.payout_timeline(*frames, granularity=granularity, **asked)
    expected = oracle.timeline(*rows, zone, granularity)
    return differences(plain_rows(got), expected, ["currency", "date"], SUMS)


pytestmark = [
    pytest.mark.oracle,
    pytest.mark.filterwarnings(
        "ignore::trackagoat_pandas.TrackaGoatWarning"  # that a status is an unknown word
    ),
]


@pytest.mark.parametrize("seed", SEEDS)
def test_balances_summaries_and_timelines_are_those_of_the_oracle(seed):
    check(make_world(seed), dresses_of(seed), compare_money)
