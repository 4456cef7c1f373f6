"""Balances, summaries and timelines of payouts in plain loops.

Earned are all accruals and adjustments that are not voided, paid all payments that are recorded;
what is earned and not paid is owed. Days are days of the organization's zone.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from zoneinfo import ZoneInfo

from tests.oracles.calendars import (
    Row,
    as_instant,
    latest,
    local_day,
    period_of,
)

BUCKETS = {"day": "daily", "week": "weekly", "month": "monthly"}


def balances(
    accruals: list[Row],
    payments: list[Row],
    zone: ZoneInfo,
    as_of: dt.date | dt.datetime | None,
) -> list[Row]:
    """One row for each creator and currency that is owed something or has an unpaid accrual."""
    earned, paid = _standing(accruals, payments)
    if as_of is not None:
        until = as_instant(as_of, zone)
        is_day = not isinstance(as_of, dt.datetime)
        earned = [row for row in earned if _made_by(row["created_at"], until, is_day=is_day)]
        paid = [row for row in paid if _made_by(row["paid_at"], until, is_day=is_day)]
    listed = {accrual_id for payment in paid for accrual_id in payment["accrual_ids"]}
    groups: dict[tuple[str, str], Row] = {}
    for name, rows in (("earned_cents", earned), ("paid_cents", paid)):
        for row in rows:
            group = groups.setdefault((row["creator_id"], row["currency"]), _nothing(row))
            group[name] += row["amount_cents"] or 0
            if name == "earned_cents" and row["id"] not in listed:
                group["unpaid_accruals"] += 1
                day = row["period_end"] or local_day(row["created_at"], zone)
                group["oldest_unpaid"] = min(group["oldest_unpaid"] or day, day)
    for group in groups.values():
        group["owed_cents"] = group["earned_cents"] - group["paid_cents"]
        if as_of is not None and group["oldest_unpaid"] is not None:
            day = local_day(as_of, zone) if isinstance(as_of, dt.datetime) else as_of
            group["days_outstanding"] = (day - group["oldest_unpaid"]).days
    return [group for group in groups.values() if group["owed_cents"] or group["unpaid_accruals"]]


def _standing(accruals: list[Row], payments: list[Row]) -> tuple[list[Row], list[Row]]:
    """What stands: accruals that are not voided, payments that are recorded."""
    earned = [row for row in latest(accruals, ["id"]) if row["status"] != "voided"]
    paid = [row for row in latest(payments, ["id"]) if row["status"] == "recorded"]
    return earned, paid


def _made_by(instant: dt.datetime | None, until: dt.datetime, *, is_day: bool) -> bool:
    """A day ends before the next begins: what is stamped the next midnight is not of the day."""
    if instant is None:
        return False
    return instant < until if is_day else instant <= until


def _nothing(row: Row) -> Row:
    return {
        "creator_id": row["creator_id"],
        "currency": row["currency"],
        "earned_cents": 0,
        "paid_cents": 0,
        "unpaid_accruals": 0,
        "oldest_unpaid": None,
        "days_outstanding": None,
    }


def summary(
    accruals: list[Row], payments: list[Row], zone: ZoneInfo, by: str
) -> dict[tuple[str | dt.date | None, str], Row]:
    """Earned, paid and voided cents of each group and currency.

    A payment is taken apart by the accruals that it lists; what it is more or less than their sum
    goes where the first of them goes.
    """
    known = {row["id"]: row for row in latest(accruals, ["id"])}
    groups: dict[tuple[str | dt.date | None, str], Row] = defaultdict(
        lambda: {"accruals": 0, "earned_cents": 0, "paid_cents": 0, "voided_cents": 0}
    )
    for row in known.values():
        group = groups[_group(row, zone, by), row["currency"]]
        stands = row["status"] != "voided"
        group["accruals"] += stands
        group["earned_cents" if stands else "voided_cents"] += row["amount_cents"] or 0
    for payment in latest(payments, ["id"]):
        if payment["status"] == "recorded":
            for group, cents in _parts(payment, known, zone, by):
                groups[group, payment["currency"]]["paid_cents"] += cents
    return dict(groups)


def _parts(
    payment: Row, known: dict[str, Row], zone: ZoneInfo, by: str
) -> list[tuple[str | dt.date | None, int]]:
    cents = payment["amount_cents"] or 0
    if by == "month":
        return [
            (_month(local_day(payment["paid_at"], zone)) if payment["paid_at"] else None, cents)
        ]
    listed = [known[name] for name in payment["accrual_ids"] if name in known]
    if not listed:
        return [(payment["creator_id"] if by == "creator" else None, cents)]
    parts = [(_group(row, zone, by), row["amount_cents"] or 0) for row in listed]
    rest = cents - sum(part for _, part in parts)
    return [*parts, (parts[0][0], rest)]


def _group(row: Row, zone: ZoneInfo, by: str) -> str | dt.date | None:
    if by == "month":
        return _month(row["period_end"] or local_day(row["created_at"], zone))
    group: str | None = row["status" if by == "status" else f"{by}_id"]
    return group


def _month(day: dt.date) -> dt.date:
    return day.replace(day=1)


def timeline(accruals: list[Row], payments: list[Row], zone: ZoneInfo, freq: str) -> list[Row]:
    """Each currency's buckets from its first to its last, with what was owed at their ends."""
    earned, paid = _standing(accruals, payments)
    moves = [
        (row["period_end"] or local_day(row["created_at"], zone), row, "earned_cents")
        for row in earned
    ]
    moves += [
        (local_day(row["paid_at"], zone), row, "paid_cents") for row in paid if row["paid_at"]
    ]
    sums: dict[tuple[str, dt.date], Row] = {}
    for day, row, name in moves:
        key = (row["currency"], period_of(BUCKETS[freq], day)[0])
        group = sums.setdefault(key, {"earned_cents": 0, "paid_cents": 0})
        group[name] += row["amount_cents"] or 0
    rows = []
    for currency in sorted({currency for currency, _ in sums}):
        own = [bucket for name, bucket in sums if name == currency]
        bucket, owed = min(own), 0
        while bucket <= max(own):
            group = sums.get((currency, bucket), {"earned_cents": 0, "paid_cents": 0})
            owed += group["earned_cents"] - group["paid_cents"]
            rows.append({"currency": currency, "date": bucket, **group, "owed_cents": owed})
            bucket = period_of(BUCKETS[freq], bucket)[1]
    return rows
