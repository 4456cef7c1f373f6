"""Payout helpers at 10,000 to a million rows, beside the plain pandas that a user would write.

The ledgers have two currencies, voided rows, amounts that are missing, rows without a creator and
rows that came twice; the analytics have days without a value; one rule has a cap, another is
prorated. Each plain way gives the same amounts in spite of them, which is checked on the smallest
frames.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable

import numpy as np
import pandas as pd

from tests.benchmarks.comparing import SIZES, Pair, compare
from tests.benchmarks.result import Result
from trackagoat_pandas.helpers.payouts.accrual import accrue
from trackagoat_pandas.helpers.payouts.audit import audit_payouts
from trackagoat_pandas.helpers.payouts.costs import cost_per_engagement, effective_cpm
from trackagoat_pandas.helpers.payouts.forecast import forecast_payouts
from trackagoat_pandas.helpers.payouts.money import to_money
from trackagoat_pandas.helpers.payouts.summaries import (
    outstanding_balances,
    payout_timeline,
    summarize_payouts,
)

ZONE = "America/New_York"
MONTHS = pd.date_range("2025-06-01", periods=12, freq="MS")
DAYS = 365
PARTS = ("likes", "comments", "shares", "saves")
CPM_CENTS, CAP_CENTS, WEEKLY_CENTS = 120, 150_000, 9_999
UNKNOWN_DAYS = 0.001
TODAY = pd.Timestamp("2026-05-25")


def measure() -> list[Result]:
    """Compare every helper at every size."""
    return [result for pairs in PAIRS for result in compare([pairs(rows) for rows in SIZES])]


@functools.lru_cache(maxsize=len(SIZES))
def ledger(rows: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Accruals of 12 months, and a payment for every four of a creator but the last ones."""
    dice = np.random.default_rng(7)
    place = np.arange(rows)
    month = MONTHS[place % 12]
    ids = [f"{number:08x}-4a51-4f0e-9a53-0d6c1be0a7f1" for number in range(rows)]
    creators = np.array([f"c{number:07}" for number in range(rows // 12 + 1)], dtype=object)
    cents = dice.integers(100, 100_000, rows)
    unknown = dice.random(rows) < 0.01
    owner = creators[place // 12]
    status = np.where(place % 12 < 8, "paid", "pending")
    status[dice.random(rows) < 0.03] = "voided"
    currency = np.where(place // 12 % 5 == 0, "EUR", "USD")
    accruals = pd.DataFrame(
        {
            "id": ids,
            "project_id": "p",
            "creator_id": np.where(dice.random(rows) < 0.005, None, owner),
            "structure_id": np.array([f"s{number}" for number in range(20)])[place // 12 % 20],
            "period_start": month,
            "period_end": month + pd.offsets.MonthEnd(),
            "amount_cents": pd.array(cents, "Int64"),
            "status": status,
            "kind": "accrual",
            "basis": "{}",
            "created_at": (month + pd.offsets.MonthEnd()).tz_localize("UTC"),
            "currency": currency,
        }
    )
    accruals.loc[unknown, "amount_cents"] = pd.NA
    batches = np.array([start for start in range(0, rows - 3, 4) if start % 12 < 8])
    paid = np.where(unknown | (status == "voided"), 0, cents)
    payments = pd.DataFrame(
        {
            "id": [f"{start:08x}-77aa-4f0e-9a53-0d6c1be0a7f1" for start in batches],
            "creator_id": owner[batches],
            "accrual_ids": [json.dumps(ids[start : start + 4]) for start in batches],
            "amount_cents": pd.array([int(paid[start : start + 4].sum()) for start in batches]),
            "method_id": "m",
            "method_name": "PayPal",
            "status": np.where(dice.random(len(batches)) < 0.02, "voided", "recorded"),
            "paid_at": (month[batches] + pd.Timedelta(days=160)).tz_localize("UTC"),
            "currency": currency[batches],
        }
    )
    return _with_repeats(accruals), _with_repeats(payments)


def _with_repeats(rows: pd.DataFrame) -> pd.DataFrame:
    """Append one row in 200 once more, as where pages overlapped."""
    return pd.concat([rows, rows.iloc[::200]], ignore_index=True)


def daily(rows: int, metrics: tuple[str, ...] = ("views",)) -> pd.DataFrame:
    """New counts of a year's days, about so many rows."""
    dice = np.random.default_rng(7)
    creators = max(1, rows // (DAYS * len(metrics)))
    owners = np.array([f"c{number:07}" for number in range(creators)], dtype=object)
    size = creators * DAYS * len(metrics)
    return pd.DataFrame(
        {
            "entity": "creator",
            "entity_id": np.tile(np.repeat(owners, DAYS), len(metrics)),
            "metric": np.repeat(np.array(metrics, dtype=object), creators * DAYS),
            "date": np.tile(pd.date_range("2025-06-01", periods=DAYS), size // DAYS),
            "value": np.where(
                dice.random(size) < UNKNOWN_DAYS, np.nan, dice.integers(0, 50_000, size)
            ),
            "series_kind": "main",
        }
    )


def _money(rows: int) -> Pair:
    cents = pd.Series(np.arange(rows) * 37, dtype="Int64")

    def plain() -> pd.Series:
        return cents.map(lambda amount: f"${amount / 100:,.2f}")

    def ours() -> pd.Series:
        return to_money(cents, as_text=True)

    if rows == SIZES[0]:
        assert ours().tolist() == plain().tolist()
    return Pair("to_money as text", rows, "Series.map of a format", ours, plain)


def _by_creator(rows: int) -> Pair:
    accruals, payments = ledger(rows)
    key = ["creator_id", "currency"]

    def plain() -> pd.DataFrame:
        once = accruals.drop_duplicates("id", keep="last")
        recorded = _standing(payments).groupby(key, dropna=False)["amount_cents"]
        return _summary(once, key, recorded.size(), recorded.sum())

    def ours() -> pd.DataFrame:
        return summarize_payouts(accruals, payments)

    if rows == SIZES[0]:
        assert ours()["owed_cents"].tolist() == plain()["owed_cents"].tolist()
    return Pair("summarize_payouts by creator", rows, "drop_duplicates, groupby", ours, plain)


def _standing(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["status"] != "voided"].drop_duplicates("id", keep="last")


def _by_structure(rows: int) -> Pair:
    accruals, payments = ledger(rows)
    key = ["structure_id", "currency"]

    def plain() -> pd.DataFrame:
        once = accruals.drop_duplicates("id", keep="last")
        recorded = _standing(payments)
        parts = _listed(recorded).merge(
            once[["id", *key, "amount_cents"]],
            left_on="accrual", right_on="id", suffixes=("_payment", ""),
        )  # fmt: skip
        # What a payment is more or less than its parts goes where the first of them goes.
        parts["left"] = parts["id_payment"].map(recorded.set_index("id")["amount_cents"])
        parts["left"] -= parts.groupby("id_payment")["amount_cents"].transform("sum")
        is_first = ~parts["id_payment"].duplicated()
        parts["amount_cents"] = parts["amount_cents"].fillna(0) + parts["left"].where(is_first, 0)
        paid = parts.groupby(key, dropna=False)
        return _summary(once, key, paid["id_payment"].nunique(), paid["amount_cents"].sum())

    def ours() -> pd.DataFrame:
        return summarize_payouts(accruals, payments, by="structure")

    if rows == SIZES[0]:
        assert ours()["owed_cents"].tolist() == plain()["owed_cents"].tolist()
    return Pair("summarize_payouts by structure", rows, "json, explode, merge", ours, plain)


def _listed(recorded: pd.DataFrame) -> pd.DataFrame:
    """One row for each accrual that a payment lists."""
    listed = recorded.assign(accrual=recorded["accrual_ids"].map(json.loads)).explode("accrual")
    return listed[["id", "accrual"]]


def _summary(
    once: pd.DataFrame, key: list[str], payments: pd.Series, paid: pd.Series
) -> pd.DataFrame:
    is_voided = once["status"] == "voided"
    stands = once[~is_voided].groupby(key, dropna=False)["amount_cents"]
    summary = pd.DataFrame(
        {
            "accruals": stands.size(),
            "payments": payments,
            "earned_cents": stands.sum(),
            "paid_cents": paid,
            "voided_cents": once[is_voided].groupby(key, dropna=False)["amount_cents"].sum(),
        }
    ).fillna(0)
    summary["owed_cents"] = summary["earned_cents"] - summary["paid_cents"]
    order = ["currency", "earned_cents", "paid_cents", key[0]]
    return summary.sort_values(order, ascending=[True, False, False, True])


def _balances(rows: int) -> Pair:
    accruals, payments = ledger(rows)
    key = ["creator_id", "currency"]

    def plain() -> pd.DataFrame:
        stands, recorded = _standing(accruals), _standing(payments)
        settled = stands["id"].isin(_listed(recorded)["accrual"])
        unpaid = stands[~settled].groupby(key, dropna=False)
        balances = pd.DataFrame(
            {
                "earned_cents": stands.groupby(key, dropna=False)["amount_cents"].sum(),
                "paid_cents": recorded.groupby(key, dropna=False)["amount_cents"].sum(),
                "unpaid_accruals": unpaid.size(),
                "oldest_unpaid": unpaid["period_end"].min(),
            }
        )
        amounts = ["earned_cents", "paid_cents", "unpaid_accruals"]
        balances[amounts] = balances[amounts].fillna(0)
        balances["owed_cents"] = balances["earned_cents"] - balances["paid_cents"]
        owing = balances[(balances["owed_cents"] != 0) | (balances["unpaid_accruals"] > 0)]
        order = ["currency", "owed_cents", "creator_id"]
        return owing.sort_values(order, ascending=[True, False, True])

    def ours() -> pd.DataFrame:
        return outstanding_balances(accruals, payments)

    if rows == SIZES[0]:
        assert ours()["owed_cents"].tolist() == plain()["owed_cents"].tolist()
    return Pair("outstanding_balances", rows, "json, explode, isin, groupby", ours, plain)


def _timeline(rows: int) -> Pair:
    accruals, payments = ledger(rows)

    def plain() -> pd.DataFrame:
        stands, recorded = _standing(accruals), _standing(payments)
        earned_in = stands["period_end"].dt.to_period("M")
        paid_at = recorded["paid_at"].dt.tz_convert(ZONE).dt.tz_localize(None)
        earned = stands.groupby(["currency", earned_in])["amount_cents"].sum()
        paid = recorded.groupby(["currency", paid_at.dt.to_period("M")])["amount_cents"].sum()
        sums = pd.DataFrame({"earned_cents": earned, "paid_cents": paid})
        sums = sums.rename_axis(["currency", "month"]).fillna(0)
        months = pd.concat(
            {
                name: part.droplevel("currency").pipe(_without_gaps)
                for name, part in sums.groupby("currency")
            },
            names=["currency", "month"],
        )
        owed = (months["earned_cents"] - months["paid_cents"]).groupby("currency").cumsum()
        return months.assign(owed_cents=owed)

    def ours() -> pd.DataFrame:
        return payout_timeline(accruals, payments, timezone=ZONE)

    if rows == SIZES[0]:
        assert ours()["owed_cents"].tolist() == plain()["owed_cents"].tolist()
    return Pair("payout_timeline", rows, "to_period, groupby, cumsum", ours, plain)


def _without_gaps(months: pd.DataFrame) -> pd.DataFrame:
    return months.reindex(pd.period_range(months.index[0], months.index[-1]), fill_value=0)


def _audit(rows: int) -> Pair:
    accruals, payments = ledger(rows)
    key = ["creator_id", "structure_id", "period_start", "currency"]
    once = accruals.drop_duplicates("id")
    stands = once[once["status"] != "voided"].fillna({"amount_cents": 0})
    # One assignment each: what is due for a period is one amount.
    sums = stands.groupby(key, as_index=False, dropna=False)
    due = sums.agg({"amount_cents": "sum", "project_id": "first"}).assign(reason=None)
    # One in a thousand was accrued too low.
    wrong = accruals.index.isin(once.index[::1_000])
    accruals = accruals.assign(amount_cents=accruals["amount_cents"] - wrong)

    def plain() -> tuple[pd.DataFrame, dict[str, pd.DataFrame | pd.Series]]:
        wanted = due.groupby(key, as_index=False, dropna=False)["amount_cents"].sum()
        known = accruals.drop_duplicates("id", keep="last").fillna({"amount_cents": 0})
        stands = known[known["status"] != "voided"]
        exact = stands.merge(wanted, on=key, how="left", suffixes=("", "_due"))
        exact["is_inexact"] = (exact["amount_cents"] != exact["amount_cents_due"]).astype(bool)
        ranked = exact.sort_values(["is_inexact", "created_at"], kind="stable")
        is_double = ranked.duplicated(key)
        both = wanted.merge(
            ranked[~is_double].drop(columns="amount_cents_due"),
            on=key, how="outer", suffixes=("_due", ""), indicator=True,
        )  # fmt: skip
        both["difference"] = both["amount_cents_due"].fillna(0) - both["amount_cents"].fillna(0)
        accrued = pd.concat([both[both["difference"] != 0], ranked[is_double]])
        recorded = _standing(payments)
        parts = _listed(recorded).merge(
            known[["id", "creator_id", "amount_cents", "status"]],
            left_on="accrual", right_on="id", how="left", suffixes=("_payment", ""),
        )  # fmt: skip
        paid = recorded.set_index("id")["amount_cents"].fillna(0)
        sums = parts.groupby("id_payment")["amount_cents"].sum().reindex(paid.index, fill_value=0)
        creator = parts["id_payment"].map(recorded.set_index("id")["creator_id"])
        unlisted = stands[(stands["status"] == "paid") & ~stands["id"].isin(parts["accrual"])]
        lists = {
            "sums": (paid - sums)[paid != sums],
            "unlisted": unlisted,
            "voided": parts[parts["status"] == "voided"],
            "again": parts[(parts["status"] != "voided") & parts["accrual"].duplicated()],
            "pending": parts[parts["status"] == "pending"],
            "other": parts[parts["creator_id"].ne(creator)],
        }
        return accrued, lists

    def ours() -> pd.DataFrame:
        return audit_payouts(due, accruals, payments)

    if rows == SIZES[0]:
        found = ours()
        assert (found["stage"] == "accrued").sum() == len(plain()[0])
        assert (found["stage"] == "paid").sum() == sum(len(part) for part in plain()[1].values())
    return Pair("audit_payouts", rows, "two merges, explode, groupby", ours, plain)


def _mixed_accruals(gains: pd.DataFrame) -> pd.DataFrame:
    """Monthly accruals of every creator, and weekly ones of every second that overlap them."""
    owners = gains["entity_id"].unique()
    weeks = pd.date_range("2025-06-02", periods=50, freq="7D")
    monthly, weekly = (
        pd.DataFrame(
            {
                "structure_id": name,
                "creator_id": np.repeat(some, len(starts)),
                "period_start": np.tile(starts, len(some)),
                "period_end": np.tile(ends, len(some)),
            }
        )
        for name, some, starts, ends in (
            ("cpm", owners, MONTHS, MONTHS + pd.offsets.MonthEnd()),
            ("bonus", owners[::2], weeks, weeks + pd.Timedelta(days=6)),
        )
    )
    both = pd.concat([monthly, weekly], ignore_index=True)
    dice = np.random.default_rng(7)
    return both.assign(
        id=[f"a{number}" for number in range(len(both))], project_id="p", kind="accrual",
        status=np.where(dice.random(len(both)) < 0.03, "voided", "pending"),
        basis="{}", created_at=both["period_end"].dt.tz_localize("UTC"),
        amount_cents=pd.array(dice.integers(100, 100_000, len(both)), "Int64"),
        currency=np.where(dice.random(len(both)) < 0.2, "EUR", "USD"),
    )  # fmt: skip


def _plain_cost(accruals: pd.DataFrame, gains: pd.DataFrame, per: int, parts: int) -> pd.Series:
    """Periods overlap and differ in length, so that only days can be joined and told apart."""
    key = ["creator_id", "currency"]
    stands = _standing(accruals)
    days = stands.assign(
        date=[
            pd.date_range(first, last)
            for first, last in zip(stands["period_start"], stands["period_end"], strict=True)
        ]
    ).explode("date")
    days = days[[*key, "date"]].drop_duplicates()
    days["date"] = days["date"].astype(gains["date"].dtype)
    found = gains.groupby(["entity_id", "date"])["value"].agg(["sum", "count"]).reset_index()
    joined = days.merge(
        found, left_on=["creator_id", "date"], right_on=["entity_id", "date"], how="left"
    )
    joined["value"] = joined["sum"].where(joined["count"] == parts)
    groups = joined.groupby(key)["value"]
    counts = groups.sum().where(groups.count() == groups.size())
    return stands.groupby(key)["amount_cents"].sum() * per / counts


def _cpm(rows: int) -> Pair:
    gains = daily(rows)
    accruals = _mixed_accruals(gains)

    def ours() -> pd.DataFrame:
        return effective_cpm(accruals, gains)

    # Its time is linear, and long.
    share = 0.1 if rows == SIZES[-1] else 1.0
    some = gains.head(int(len(gains) * share) // DAYS * DAYS)
    theirs = accruals[accruals["creator_id"].isin(some["entity_id"])]

    def plain() -> pd.Series:
        return _plain_cost(theirs, some, 1_000, 1)

    if rows == SIZES[0]:
        found = ours().set_index(["creator_id", "currency"])["effective_cpm_cents"].sort_index()
        assert np.allclose(*(costs.astype(float) for costs in (found, plain())), equal_nan=True)
    taken = len(some) / len(gains)
    return Pair("effective_cpm", rows, "date_range, explode, merge", ours, plain, taken)


def _engagement(rows: int) -> Pair:
    gains = daily(rows, PARTS)
    accruals = _mixed_accruals(gains)

    def ours() -> pd.DataFrame:
        return cost_per_engagement(accruals, gains)

    def plain() -> pd.Series:
        return _plain_cost(accruals, gains, 1, len(PARTS))

    if rows == SIZES[0]:
        found = (
            ours().set_index(["creator_id", "currency"])["cost_per_engagement_cents"].sort_index()
        )
        assert np.allclose(*(costs.astype(float) for costs in (found, plain())), equal_nan=True)
    return Pair("cost_per_engagement", rows, "date_range, explode, merge", ours, plain)


def _rules(gains: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A CPM with a cap for everyone, and a prorated sum a week for every second one."""
    same = {"project_id": "p", "version": 1, "threshold_views": pd.NA, "goal_metric": None}
    structures = pd.DataFrame(
        [
            {
                "id": "cpm", "kind": "cpm", "period": "monthly", "amount_cents": pd.NA,
                "cpm_cents": CPM_CENTS, "cap_cents": CAP_CENTS, "proration": "none", **same,
            },
            {
                "id": "weekly", "kind": "recurring", "period": "weekly", "proration": "daily",
                "amount_cents": WEEKLY_CENTS, "cpm_cents": pd.NA, "cap_cents": pd.NA, **same,
            },
        ]
    )  # fmt: skip
    owners = gains["entity_id"].unique()
    assignments = pd.DataFrame(
        {
            "structure_id": np.repeat(["cpm", "weekly"], [len(owners), len(owners[::2])]),
            "creator_id": np.concatenate([owners, owners[::2]]),
        }
    )
    is_weekly = assignments["structure_id"] == "weekly"
    starts = pd.to_datetime(is_weekly.map({False: "2025-06-10", True: "2025-07-03"}))
    ends = pd.Series(pd.NaT, assignments.index).mask(is_weekly, pd.Timestamp("2026-05-29"))
    assignments = assignments.assign(
        id=[f"a{number}" for number in assignments.index], start_date=starts, end_date=ends
    )
    return structures, assignments


def _plain_cents(views: pd.DataFrame | pd.Series) -> pd.DataFrame | pd.Series:
    return ((views * CPM_CENTS / 1_000 + 0.5) // 1).clip(upper=CAP_CENTS)


def _plain_spans(
    structures: pd.DataFrame, assignments: pd.DataFrame, first: str, last: str
) -> pd.DataFrame:
    """Cut assignments into the periods that end between two days."""
    terms = assignments.merge(
        structures, left_on="structure_id", right_on="id", suffixes=("", "_structure")
    )
    parts = []
    for period, freq in (("monthly", "M"), ("weekly", "W")):
        periods = pd.period_range(first, last, freq=freq)
        bounds = pd.DataFrame(
            {"period_start": periods.start_time, "period_end": periods.end_time.normalize()}
        )
        bounds = bounds[bounds["period_end"] <= last]
        parts.append(terms[terms["period"] == period].merge(bounds, how="cross"))
    spans = pd.concat(parts, ignore_index=True)
    spans["begin"] = spans[["start_date", "period_start"]].max(axis=1)
    spans["end"] = spans[["end_date", "period_end"]].min(axis=1)
    spans["days"] = (spans["end"] - spans["begin"]).dt.days + 1
    return spans[spans["days"] > 0]


def _prorated(spans: pd.DataFrame) -> pd.Series:
    return (spans["amount_cents"].astype("Int64") * spans["days"] * 2 + 7) // 14


def _accrue(rows: int) -> Pair:
    gains = daily(rows)
    structures, assignments = _rules(gains)

    def plain() -> pd.DataFrame:
        spans = _plain_spans(structures, assignments, "2025-06-01", "2026-05-31")
        weekly, cpm = spans[spans["kind"] == "recurring"], spans[spans["kind"] == "cpm"]
        month = gains["date"].dt.to_period("M").dt.start_time
        joined = gains.assign(period_start=month).merge(
            cpm, left_on=["entity_id", "period_start"], right_on=["creator_id", "period_start"]
        )
        inside = joined[(joined["date"] >= joined["begin"]) & (joined["date"] <= joined["end"])]
        key = ["id", "period_start"]
        views = inside.groupby(key)["value"].agg(["sum", "count"])
        cpm = cpm.merge(views, left_on=key, right_index=True, how="left")
        is_known = cpm["count"] == cpm["days"]
        cpm["amount_cents"] = _plain_cents(cpm["sum"]).where(is_known).astype("Int64")
        due = pd.concat([cpm, weekly.assign(amount_cents=_prorated(weekly))])
        return due[due["amount_cents"].ne(0).fillna(value=True)].sort_values("period_start")

    def ours() -> pd.DataFrame:
        return accrue(structures, assignments, analytics=gains, until="2026-05-31", timezone=ZONE)

    if rows == SIZES[0]:
        _check_same(ours(), plain(), ["structure_id", "creator_id", "period_start"], "amount_cents")
    return Pair("accrue", rows, "cross merge, groupby, concat", ours, plain)


def _plain_ends(spans: pd.DataFrame) -> dict[str, pd.Series]:
    """Continue a line through logarithms by one span, with the 10 % tails of Student's t."""
    added = 1 + spans.mean() / 10
    logs, count = np.log(spans + added), spans.count()
    when = spans.notna().mul(spans.index, axis="index").where(spans.notna())
    apart = when - when.mean()
    square = (apart**2).sum()
    slope = (apart * logs).sum() / square
    variance = ((logs - logs.mean() - apart * slope) ** 2).sum() / (count - 2)
    reach = (count - 2).map({4: 1.533206, 3: 1.637744, 2: 1.885618})
    reach = reach * (variance * (1 + 1 / count + when.mean() ** 2 / square)) ** 0.5
    certain = slope**2 * square / (slope**2 * square + 2 * variance)
    line = logs.mean() - slope * when.mean()
    ends = {
        "expected_cents": logs.mean() - certain * slope * when.mean(),
        "low_cents": line - reach,
        "high_cents": line + reach,
    }
    return {name: (np.exp(end) - added).clip(lower=0).round() for name, end in ends.items()}


def _check_same(
    ours: pd.DataFrame, plain: pd.DataFrame, keys: list[str], column: str, within: int = 0
) -> None:
    found, expected = (
        frame.sort_values(keys)[column].fillna(-1).to_numpy(np.int64) for frame in (ours, plain)
    )
    assert len(found) == len(expected)
    assert np.abs(found - expected).max() <= within


def _forecast(rows: int) -> Pair:
    gains = daily(rows)
    gains = gains[gains["date"] <= TODAY]
    structures, assignments = _rules(gains)

    def plain() -> pd.DataFrame:
        spans = _plain_spans(structures, assignments, "2026-05-01", "2026-05-31")
        spans = spans[spans["period_end"] >= TODAY]
        weekly, cpm = spans[spans["kind"] == "recurring"], spans[spans["kind"] == "cpm"]
        wide = gains.pivot(index="date", columns="entity_id", values="value")  # noqa: PD010
        today, past = wide.loc[TODAY].fillna(0), wide[wide.index < TODAY]
        so_far = past[past.index >= "2026-05-01"].sum(skipna=False)
        # Six spans of the seven days that are left, the newest first; a span with a gap is out.
        spans_of = past.rolling(7).sum().iloc[::-7].head(6)
        ends = _plain_ends(spans_of.set_index(np.arange(-1.0, -7.0, -1.0)))
        cents = {
            name: _plain_cents(so_far + end.clip(lower=today)).where(spans_of.count() >= 4)
            for name, end in ends.items()
        }
        amounts = pd.DataFrame(cents).astype("Int64")
        cpm = cpm.merge(amounts, left_on="creator_id", right_index=True, how="left")
        sure = _prorated(weekly)
        weekly = weekly.assign(expected_cents=sure, low_cents=sure, high_cents=sure)
        return pd.concat([cpm, weekly])

    def ours() -> pd.DataFrame:
        return forecast_payouts(
            structures, assignments, analytics=gains, as_of=TODAY, timezone=ZONE
        )

    if rows == SIZES[0]:
        for column in ("expected_cents", "low_cents", "high_cents"):
            _check_same(ours(), plain(), ["structure_id", "creator_id"], column, within=1)
    return Pair("forecast_payouts", rows, "pivot, rolling, sort, cross merge", ours, plain)


PAIRS: tuple[Callable[[int], Pair], ...] = (
    _money,
    _by_creator,
    _by_structure,
    _balances,
    _timeline,
    _audit,
    _cpm,
    _engagement,
    _accrue,
    _forecast,
)
