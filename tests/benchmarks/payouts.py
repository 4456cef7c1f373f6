"""Payout helpers at 10,000 to a million rows, against the plain pandas a user would write.

Both get the same frames in one process and take turns; a ratio is that of the medians. Where a
helper does much more than a user's few lines, its growth is measured: ten times the rows may take
no more than twenty times as long, for at a million rows the tables of ids outgrow a core's cache.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from tests.benchmarks.result import Result
from trackagoat_pandas.helpers.payouts.accrual import accrue
from trackagoat_pandas.helpers.payouts.audit import audit_payouts
from trackagoat_pandas.helpers.payouts.balances import outstanding_balances
from trackagoat_pandas.helpers.payouts.costs import effective_cpm
from trackagoat_pandas.helpers.payouts.money import to_money
from trackagoat_pandas.helpers.payouts.summaries import summarize_payouts
from trackagoat_pandas.helpers.payouts.timeline import payout_timeline

ZONE = "America/New_York"
ROWS = (10_000, 100_000, 1_000_000)
GROWTH = 20.0
MONTHS = pd.date_range("2025-06-01", periods=12, freq="MS")


def measure() -> list[Result]:
    results = [_money(rows) for rows in ROWS]
    results += [_summary(rows) for rows in ROWS[:2]]
    results += [_cpm(rows) for rows in ROWS[:2]]
    return results + [_growth(name, run) for name, run in GROWING.items()]


def ledger(rows: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Accruals of 12 months, and a payment for every four of a creator but the last ones."""
    dice = np.random.default_rng(7)
    place = np.arange(rows)
    month = MONTHS[place % 12]
    ids = [f"{number:08x}-4a51-4f0e-9a53-0d6c1be0a7f1" for number in range(rows)]
    creators = np.array([f"c{number:07}" for number in range(rows // 12 + 1)], dtype=object)
    cents = dice.integers(100, 100_000, rows)
    accruals = pd.DataFrame(
        {
            "id": ids,
            "project_id": "p",
            "creator_id": creators[place // 12],
            "structure_id": "s",
            "period_start": month,
            "period_end": month + pd.offsets.MonthEnd(),
            "amount_cents": pd.array(cents, "Int64"),
            "status": np.where(place % 12 < 8, "paid", "pending"),
            "kind": "accrual",
            "basis": "{}",
            "created_at": (month + pd.offsets.MonthEnd()).tz_localize("UTC"),
        }
    )
    batches = [start for start in range(0, rows - 3, 4) if start % 12 < 8]
    payments = pd.DataFrame(
        {
            "id": [f"p{start}" for start in batches],
            "creator_id": creators[np.array(batches) // 12],
            "accrual_ids": [json.dumps(ids[start : start + 4]) for start in batches],
            "amount_cents": pd.array([int(cents[start : start + 4].sum()) for start in batches]),
            "method_id": "m",
            "method_name": "PayPal",
            "status": "recorded",
            "paid_at": (month[np.array(batches)] + pd.Timedelta(days=160)).tz_localize("UTC"),
        }
    )
    return accruals, payments


def views(creators: int, days: int = 365) -> pd.DataFrame:
    dice = np.random.default_rng(7)
    return pd.DataFrame(
        {
            "entity": "creator",
            "entity_id": np.repeat([f"c{number:07}" for number in range(creators)], days),
            "metric": "views",
            "date": np.tile(pd.date_range("2025-06-01", periods=days), creators),
            "value": dice.integers(0, 50_000, creators * days).astype(float),
            "series_kind": "main",
        }
    )


def _money(rows: int) -> Result:
    cents = pd.Series(np.arange(rows) * 37, dtype="Int64")

    def plain() -> object:
        return cents.map(lambda amount: f"${amount / 100:,.2f}")

    name = f"to_money as text, {rows:,} rows"
    return _compare(name, "Series.map of a format", lambda: to_money(cents, as_text=True), plain)


def _summary(rows: int) -> Result:
    """The plain way to the same table: sums and counts by structure, each row once."""
    accruals, payments = ledger(rows)

    def plain() -> object:
        once = accruals.drop_duplicates("id", keep="last")
        stands = once[once["status"] != "voided"].groupby("structure_id")["amount_cents"]
        voided = once[once["status"] == "voided"].groupby("structure_id")["amount_cents"]
        recorded = payments[payments["status"] != "voided"].drop_duplicates("id", keep="last")
        listed = recorded.assign(accrual=recorded["accrual_ids"].map(json.loads)).explode("accrual")
        parts = listed[["id", "accrual"]].merge(
            once[["id", "structure_id", "amount_cents"]],
            left_on="accrual", right_on="id", suffixes=("_payment", ""),
        )  # fmt: skip
        paid = parts.groupby("structure_id")
        return pd.DataFrame(
            {
                "accruals": stands.size(),
                "payments": paid["id_payment"].nunique(),
                "earned_cents": stands.sum(),
                "paid_cents": paid["amount_cents"].sum(),
                "voided_cents": voided.sum(),
            }
        )

    def ours() -> object:
        return summarize_payouts(accruals, payments, by="structure")

    # At 10,000 rows both take the fixed time of some hundred pandas calls.
    floor = 0.6 if rows <= ROWS[0] else 1.0
    name = f"summarize_payouts, {rows:,} accruals"
    return _compare(name, "json, explode, merge", ours, plain, floor)


def _cpm(rows: int) -> Result:
    accruals, _ = ledger(rows)
    daily = views(rows // 120)
    accruals = accruals[accruals["creator_id"].isin(daily["entity_id"])]

    def plain() -> object:
        days = accruals.assign(
            date=[
                pd.date_range(first, last)
                for first, last in zip(
                    accruals["period_start"], accruals["period_end"], strict=True
                )
            ]
        ).explode("date")
        days = days[["creator_id", "date"]].drop_duplicates()
        joined = days.merge(daily, left_on=["creator_id", "date"], right_on=["entity_id", "date"])
        total = joined.groupby("creator_id")["value"].sum()
        return accruals.groupby("creator_id")["amount_cents"].sum() * 1_000 / total

    return _compare(
        f"effective_cpm, {len(daily):,} days",
        "date_range, explode, merge",
        lambda: effective_cpm(accruals, daily),
        plain,
    )


def _accrue(rows: int) -> Callable[[], object]:
    """As many rows of views as are asked for."""
    creators = rows // 365
    daily = views(creators)
    structures = pd.DataFrame(
        [
            {
                "id": "s", "project_id": "p", "kind": "cpm", "version": 1, "period": "monthly",
                "amount_cents": pd.NA, "cpm_cents": 120, "threshold_views": pd.NA,
                "cap_cents": 150_000, "goal_metric": None, "proration": "none",
            }
        ]
    )  # fmt: skip
    assignments = pd.DataFrame(
        {
            "id": [f"a{number}" for number in range(creators)],
            "structure_id": "s",
            "creator_id": [f"c{number:07}" for number in range(creators)],
            "start_date": pd.Timestamp("2025-06-10"),
            "end_date": pd.NaT,
        }
    )
    return lambda: accrue(
        structures, assignments, analytics=daily, until="2026-05-31", timezone=ZONE
    )


def _on_ledger(run: Callable[..., object]) -> Callable[[int], Callable[[], object]]:
    def prepare(rows: int) -> Callable[[], object]:
        accruals, payments = ledger(rows)
        return lambda: run(accruals, payments)

    return prepare


def _audit(accruals: pd.DataFrame, payments: pd.DataFrame) -> object:
    return audit_payouts(accruals.assign(reason=None), accruals, payments)


GROWING: dict[str, Callable[[int], Callable[[], object]]] = {
    "accrue, rows of views": _accrue,
    "audit_payouts, accruals": _on_ledger(_audit),
    "outstanding_balances, accruals": _on_ledger(outstanding_balances),
    "payout_timeline, accruals": _on_ledger(
        lambda accruals, payments: payout_timeline(accruals, payments, timezone=ZONE)
    ),
}


def _growth(name: str, prepare: Callable[[int], Callable[[], object]]) -> Result:
    """How much better than the time allowed tenfold rows are."""
    few, many = (_median(prepare(rows)) for rows in ROWS[1:])
    return Result(
        f"{name}: growth from {ROWS[1]:,} to {ROWS[2]:,}",
        f"{GROWTH:.0f} times the time",
        GROWTH / (many / few),
        1.0,
        f"{ROWS[1] / few:,.0f} and {ROWS[2] / many:,.0f} rows/s",
    )


def _compare(
    name: str,
    against: str,
    ours: Callable[[], object],
    plain: Callable[[], object],
    floor: float = 1.0,
) -> Result:
    taken: dict[str, list[float]] = {"ours": [], "plain": []}
    for _ in range(5):
        taken["ours"].append(_seconds(ours))
        taken["plain"].append(_seconds(plain))
    fast, slow = (statistics.median(seconds) for seconds in taken.values())
    return Result(
        name, against, slow / fast, floor, f"{fast * 1e3:,.0f} ms against {slow * 1e3:,.0f}"
    )


def _median(run: Callable[[], object]) -> float:
    return statistics.median(_seconds(run) for _ in range(3))


def _seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start
