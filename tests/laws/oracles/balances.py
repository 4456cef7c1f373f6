"""Balances, summaries and timelines of payouts in plain loops.

Earned are all accruals and adjustments that are not voided, paid all payments that are recorded;
what is earned and not paid is owed, and what a creator was paid beyond that is overpaid. Accruals
count when their period ends. Days are days of the organization's zone.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from zoneinfo import ZoneInfo

from tests.laws.oracles.calendars import (
    Row,
    as_instant,
    latest,
    local_day,
    period_of,
)

Group = str | dt.date | None
STATUSES = ("pending", "paid", "voided")
NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)
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
        earned = [row for row in earned if _earned_by(row, as_of, until, zone)]
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
    if instant is None:  # without a time it counts always
        return True
    return instant < until if is_day else instant <= until


def _earned_by(row: Row, as_of: dt.date | dt.datetime, until: dt.datetime, zone: ZoneInfo) -> bool:
    """A period is over when its last day is."""
    is_day = not isinstance(as_of, dt.datetime)
    if row["period_end"] is None:
        return _made_by(row["created_at"], until, is_day=is_day)
    if isinstance(as_of, dt.datetime):
        return bool(row["period_end"] < local_day(as_of, zone))
    return bool(row["period_end"] <= as_of)


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
) -> dict[tuple[Group, str], Row]:
    """Earned, paid and voided cents of each group and currency.

    By creator and method a payment goes where its own are. Otherwise it is taken apart by the
    accruals that it lists; what it is more or less than their sum goes where the first goes.
    """
    known = {row["id"]: row for row in latest(accruals, ["id"])}
    recorded = [row for row in latest(payments, ["id"]) if row["status"] == "recorded"]
    group_of = {name: _group(row, zone, by, recorded) for name, row in known.items()}
    groups: dict[tuple[Group, str], Row] = defaultdict(
        lambda: {"accruals": 0, "earned_cents": 0, "paid_cents": 0, "voided_cents": 0}
    )
    for name, row in known.items():
        group = groups[group_of[name], row["currency"]]
        stands = row["status"] != "voided"
        group["accruals"] += stands
        group["earned_cents" if stands else "voided_cents"] += row["amount_cents"] or 0
    for payment in recorded:
        cents = payment["amount_cents"] or 0
        listed = [name for name in payment["accrual_ids"] if name in known]
        if by in ("creator", "method"):
            groups[payment[f"{by}_id"], payment["currency"]]["paid_cents"] += cents
            continue
        for name in listed:
            part = known[name]["amount_cents"] or 0
            groups[group_of[name], payment["currency"]]["paid_cents"] += part
            cents -= part
        rest = group_of[listed[0]] if listed else None
        groups[rest, payment["currency"]]["paid_cents"] += cents
    return dict(groups)


def _group(row: Row, zone: ZoneInfo, by: str, recorded: list[Row]) -> Group:
    if by == "month":
        return (row["period_end"] or local_day(row["created_at"], zone)).replace(day=1)
    if by == "method":
        return _method(row, recorded)
    group: Group = row["status" if by == "status" else f"{by}_id"]
    return group if by != "status" or group in STATUSES else None


def _method(row: Row, recorded: list[Row]) -> str | None:
    """That of the last payment that lists an accrual, else the one its creator last used."""
    listing = [payment for payment in recorded if row["id"] in payment["accrual_ids"]]
    own = [one for one in recorded if one["creator_id"] == row["creator_id"] and one["method_id"]]
    last = max(listing or own, key=lambda payment: payment["paid_at"] or NEVER, default=None)
    return last and last["method_id"]


def timeline(
    accruals: list[Row], payments: list[Row], zone: ZoneInfo, granularity: str
) -> list[Row]:
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
    balances: dict[tuple[str, dt.date], Counter[str | None]] = defaultdict(Counter)
    for day, row, name in moves:
        key = (row["currency"], period_of(BUCKETS[granularity], day)[0])
        group = sums.setdefault(key, {"earned_cents": 0, "paid_cents": 0})
        cents = row["amount_cents"] or 0
        group[name] += cents
        balances[key][row["creator_id"]] += cents if name == "earned_cents" else -cents
    rows = []
    for currency in sorted({currency for currency, _ in sums}):
        own = [bucket for name, bucket in sums if name == currency]
        bucket, of_creators = min(own), Counter[str | None]()
        for row in paid:  # a payment without a time comes before all others
            if row["currency"] == currency and not row["paid_at"]:
                of_creators[row["creator_id"]] -= row["amount_cents"] or 0
        while bucket <= max(own):
            group = sums.get((currency, bucket), {"earned_cents": 0, "paid_cents": 0})
            for creator, cents in balances.get((currency, bucket), {}).items():
                of_creators[creator] += cents
            owed = sum(cents for cents in of_creators.values() if cents > 0)
            overpaid = -sum(cents for cents in of_creators.values() if cents < 0)
            levels = {"owed_cents": owed, "overpaid_cents": overpaid}
            rows.append({"currency": currency, "date": bucket, **group, **levels})
            bucket = period_of(BUCKETS[granularity], bucket)[1]
    return rows
