"""Balances, summaries and timelines against the oracle, over random worlds in seven dresses."""

from __future__ import annotations

from typing import Any

import pytest

import trackagoat_pandas as tgp
from tests.oracles import balances as oracle
from tests.oracles.calendars import ONE_DAY, Row, local_day
from tests.oracles.comparing import check, differences, pick, plain_rows
from tests.oracles.dresses import Wardrobe
from tests.oracles.seeds import SEEDS, dresses_of
from tests.oracles.worlds import World, make_world

BALANCE = (
    "earned_cents", "paid_cents", "owed_cents", "unpaid_accruals", "oldest_unpaid",
    "days_outstanding",
)  # fmt: skip
SUMS = ("earned_cents", "paid_cents", "owed_cents")
GROUPS = {by: f"{by}_id" for by in ("creator", "project", "structure", "method")}
BY = ("creator", "project", "structure", "status", "method", "month")


def frames_of(world: World, wardrobe: Wardrobe) -> tuple[list[Any], list[list[Row]]]:
    rows = [wardrobe.rows(name, world.tables[name]) for name in ("accruals", "payments")]
    frames = [wardrobe.frame("accruals", rows[0]), wardrobe.frame("payments", rows[1])]
    return frames, rows


def compare_balances(world: World, wardrobe: Wardrobe) -> list[str]:
    frames, rows = frames_of(world, wardrobe)
    today = local_day(world.now, world.zone)
    paid = [row["paid_at"] for row in rows[1]]
    moments = [None, today, today - 20 * ONE_DAY, world.now - 9 * ONE_DAY, *paid[:1]]
    as_of = pick(moments, world, wardrobe)
    got = plain_rows(
        tgp.outstanding_balances(*frames, as_of=as_of, timezone=wardrobe.timezone, currency="USD")
    )
    expected = oracle.balances(*rows, world.zone, as_of)
    lines = differences(got, expected, ["creator_id", "currency"], BALANCE)
    for currency in ("EUR", "USD"):
        owed = [row["owed_cents"] for row in got if row["currency"] == currency]
        if owed != sorted(owed, reverse=True):
            lines.append(f"not most owed first: {owed} {currency}")
    return [f"as_of={as_of}: {line}" for line in lines]


def compare_summaries(world: World, wardrobe: Wardrobe) -> list[str]:
    frames, rows = frames_of(world, wardrobe)
    by = pick(BY, world, wardrobe)
    expected = [
        {"group": group, "currency": currency, **sums}
        for (group, currency), sums in oracle.summary(*rows, world.zone, by).items()
    ]
    got = tgp.summarize_payouts(*frames, by=by, timezone=wardrobe.timezone, currency="USD")
    renamed = plain_rows(got.rename(columns={GROUPS.get(by, by): "group"}))
    names = ("accruals", "earned_cents", "paid_cents", "voided_cents")
    lines = differences(_that_move(renamed), _that_move(expected), ["group", "currency"], names)
    return [f"by={by}: {line}" for line in lines]


def _that_move(rows: list[Row]) -> list[Row]:
    """Groups without any cents may have a row or not."""
    names = ("earned_cents", "paid_cents", "voided_cents")
    return [row for row in rows if any(row[name] for name in names)]


def compare_timelines(world: World, wardrobe: Wardrobe) -> list[str]:
    frames, rows = frames_of(world, wardrobe)
    freq = pick(("day", "week", "month"), world, wardrobe)
    got = tgp.payout_timeline(*frames, freq=freq, timezone=wardrobe.timezone, currency="USD")
    expected = oracle.timeline(*rows, world.zone, freq)
    lines = differences(plain_rows(got), expected, ["currency", "date"], SUMS)
    return [f"freq={freq}: {line}" for line in lines]


pytestmark = pytest.mark.filterwarnings(
    "ignore::trackagoat_pandas.TrackaGoatWarning"  # that a status is an unknown word
)


@pytest.mark.parametrize("seed", SEEDS)
def test_balances_are_what_was_earned_less_what_was_paid(seed):
    check(make_world(seed), dresses_of(seed), compare_balances)


@pytest.mark.parametrize("seed", SEEDS)
def test_summaries_sort_every_cent_as_the_oracle_does(seed):
    check(make_world(seed), dresses_of(seed), compare_summaries)


@pytest.mark.parametrize("seed", SEEDS)
def test_timelines_put_every_cent_in_its_local_bucket(seed):
    check(make_world(seed), dresses_of(seed), compare_timelines)
