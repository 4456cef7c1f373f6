"""The audit of ledgers with planted slips, in seven dresses."""

from __future__ import annotations

import pytest

import trackagoat_pandas as tgp
from tests.laws.oracles.audit import Ledger, make_ledger, make_muddle, totals
from tests.laws.oracles.calendars import Row
from tests.laws.oracles.comparing import check, plain_rows
from tests.laws.oracles.dresses import Wardrobe
from tests.laws.oracles.seeds import SEEDS, dresses_of
from tests.laws.oracles.worlds import World, make_world

pytestmark = pytest.mark.oracle


def audit(ledger: Ledger, wardrobe: Wardrobe) -> list[Row]:
    tables = {name: getattr(ledger, name) for name in ("due", "accruals", "payments", "videos")}
    due, accruals, payments, videos = (
        wardrobe.frame(name, wardrobe.rows(name, rows)) for name, rows in tables.items()
    )
    return plain_rows(tgp.audit_payouts(due, accruals, payments, videos=videos, until="2030-12-31"))


def unexpected(found: list[Row], expected: list[Row]) -> list[str]:
    left, lines = list(found), []
    for row in expected:
        fitting = [one for one in left if all(one[name] == row[name] for name in row)]
        if fitting:
            left.remove(fitting[0])
        else:
            lines.append(f"not found: {row}")
    shown = ("stage", "finding", "creator_id", "difference_cents", "accrual_id", "payment_id")
    return lines + [f"found, not planted: { {name: row[name] for name in shown} }" for row in left]


def compare_audit(world: World, wardrobe: Wardrobe) -> list[str]:
    """Every third ledger is a muddle, of which only the sums are known."""
    is_muddle = world.seed % 3 == 2
    ledger = make_muddle(world.seed) if is_muddle else make_ledger(world.seed)
    found = audit(ledger, wardrobe)
    lines = [] if is_muddle else unexpected(found, ledger.findings)
    return [*lines, *_gaps(ledger, found)]


def _gaps(ledger: Ledger, found: list[Row]) -> list[str]:
    lines = []
    for currency in ("USD", "EUR"):
        own = [row for row in found if row["currency"] == currency]
        sums = totals(ledger, currency)
        due = sums["due"] - _sum(own, "set_aside", "due_cents")
        accrued = sums["accrued"] - _sum(own, "set_aside", "accrued_cents")
        if due != accrued + _sum(own, "accrued", "difference_cents"):
            lines.append(f"due {due} isn't accrued {accrued} and what is added in {currency}")
        settled = sums["paid"] + sums["pending"] + _sum(own, "paid", "difference_cents")
        if sums["accrued"] != settled:
            lines.append(f"accrued isn't paid, pending and what is added in {currency}: {sums}")
    return lines


def _sum(rows: list[Row], stage: str, column: str) -> int:
    return sum(row[column] or 0 for row in rows if row["stage"] == stage)


@pytest.mark.parametrize("seed", SEEDS)
def test_each_slip_is_found_and_findings_close_the_gaps_between_the_sums(seed):
    check(make_world(seed), dresses_of(seed, step=4), compare_audit)
