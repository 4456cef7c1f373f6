"""Ledgers with planted slips, and the findings that an audit must make of them.

A clean ledger has an accrual for all that is due, and a payment for each that is marked paid. Each
slip spoils one group (creator, structure, period) in one way, so that what must be found is known.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.laws.oracles.calendars import ONE_DAY, Row

SLIPS = (
    "missing", "orphan", "duplicate", "overpaid", "underpaid", "hundredfold", "hundredth",
    "deleted_video", "other_version", "voided", "adjusted", "undecided",
    "paid_missing", "paid_orphan", "paid_unknown", "paid_duplicate", "paid_overpaid",
    "paid_underpaid", "paid_hundredfold", "paid_voided", "paid_by_voided", "still_pending",
    "misdirected",
)  # fmt: skip
APART = ("other_version", "undecided", "adjusted")
"""Known edits and what couldn't be decided: reported, but no money that must be added."""
MONDAY = dt.date(2026, 3, 2)


@dataclass
class Ledger:
    """What is due, accrued and paid, the videos that there still are, and what must be found."""

    due: list[Row] = field(default_factory=list)
    accruals: list[Row] = field(default_factory=list)
    payments: list[Row] = field(default_factory=list)
    videos: list[Row] = field(default_factory=list)
    findings: list[Row] = field(default_factory=list)


def make_ledger(seed: int) -> Ledger:
    dice = random.Random(seed)
    ledger = Ledger(videos=[_video("v0"), _video("v1")])
    for place in range(dice.randint(1, 12)):
        group = _group(place, dice)
        slip = dice.choice(SLIPS) if dice.random() < 0.7 else None
        _write(ledger, group, dice)
        if slip is not None:
            _spoil(ledger, group, slip)
        elif dice.random() < 0.5:
            _share(ledger, group, dice)
    for rows in (ledger.due, ledger.accruals, ledger.payments):
        dice.shuffle(rows)
    return ledger


def make_muddle(seed: int) -> Ledger:
    """A ledger in which several things went wrong in the same group, or across groups."""
    ledger, dice = make_ledger(seed), random.Random(seed)
    names = [row["id"] for row in ledger.accruals] + ["never"]
    for accrual in ledger.accruals:
        if dice.random() < 0.5:
            accrual["amount_cents"] += dice.choice([-50, 1, 900])
            accrual["status"] = dice.choice(["pending", "paid", "voided"])
            accrual["creator_id"] = dice.choice(["c0", "c1", "c2"])
    for payment in ledger.payments:
        if dice.random() < 0.5:
            payment["accrual_ids"] = dice.sample(names, dice.randint(0, min(3, len(names))))
            payment["amount_cents"] += dice.choice([-50, 0, 900])
            payment["status"] = dice.choice(["recorded", "voided"])
    return ledger


def _group(place: int, dice: random.Random) -> Row:
    first = MONDAY + 7 * place * ONE_DAY
    return {
        "place": place,
        "project_id": "p",
        "creator_id": dice.choice(["c0", "c1", "c2"]),
        "structure_id": dice.choice(["s0", "s1"]),
        "structure_version": 2,
        "period_start": first,
        "period_end": first + 6 * ONE_DAY,
        "amount_cents": dice.choice([100, 4_300, 62_500, 9_900]),
        "currency": dice.choice(["USD", "USD", "EUR"]),
        "is_paid": dice.random() < 0.6,
    }


def _write(ledger: Ledger, group: Row, dice: random.Random) -> None:
    """A group as it should be: due, accrued, and paid if it is marked so."""
    place = group["place"]
    names = ("project_id", "creator_id", "structure_id", "structure_version", "currency")
    same = {name: group[name] for name in (*names, "period_start", "period_end", "amount_cents")}
    ledger.due.append(
        {
            **same,
            "assignment_id": f"a{place}",
            "rule_kind": "view_threshold",
            "video_ids": '["v0"]',
            "reason": None,
        }
    )
    accrual = {
        **same,
        "id": f"e{place}",
        "status": "paid" if group["is_paid"] else "pending",
        "kind": "accrual",
        "basis": {"video_ids": ["v0"]},
        "created_at": _noon(group["period_end"] + ONE_DAY),
    }
    ledger.accruals.append(accrual)
    if group["is_paid"]:
        ledger.payments.append(_payment(f"y{place}", accrual, accrual["amount_cents"]))


def _share(ledger: Ledger, group: Row, dice: random.Random) -> None:
    """Two assignments in one period: an accrual for each is right, and so is one for their sum."""
    due, accrual = ledger.due[-1], ledger.accruals[-1]
    part = dice.randrange(1, due["amount_cents"])
    ledger.due.append({**due, "assignment_id": f"{due['assignment_id']}-b", "amount_cents": part})
    due["amount_cents"] -= part
    if dice.random() < 0.5:
        ledger.accruals.append({**accrual, "id": f"{accrual['id']}-b", "amount_cents": part})
        accrual["amount_cents"] -= part
        if group["is_paid"]:
            ledger.payments[-1]["accrual_ids"].append(f"{accrual['id']}-b")


def _payment(name: str, accrual: Row, cents: int) -> Row:
    return {
        "id": name,
        "creator_id": accrual["creator_id"],
        "accrual_ids": [accrual["id"]],
        "amount_cents": cents,
        "method_id": "m",
        "method_name": "PayPal",
        "status": "recorded",
        "paid_at": _noon(accrual["period_end"] + 3 * ONE_DAY),
        "currency": accrual["currency"],
    }


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), tzinfo=dt.UTC)


def _video(name: str) -> Row:
    return {
        "id": name,
        "project_id": "p",
        "creator_id": "c0",
        "tracking_status": "included",
        "updated_at": _noon(MONDAY),
    }


def _spoil(ledger: Ledger, group: Row, slip: str) -> None:
    """Plant one slip in a group just written, and note what must be found."""
    due, accrual = ledger.due[-1], ledger.accruals[-1]
    stage = "accrued" if SLIPS.index(slip) < SLIPS.index("paid_missing") else "paid"
    if stage == "accrued":
        if group["is_paid"]:  # the slip is in what was accrued, and that was paid as it stands
            ledger.payments.pop()
            accrual["status"] = "pending"
        finding, difference, evidence = _spoil_accrued(ledger, due, accrual, slip)
    else:
        if not group["is_paid"]:
            accrual["status"] = "paid"
            ledger.payments.append(_payment(f"y{group['place']}", accrual, due["amount_cents"]))
        finding, difference, evidence = _spoil_paid(ledger, due, accrual, slip)
    found = {"finding": finding, "creator_id": group["creator_id"], **evidence}
    found |= {"currency": group["currency"], "stage": stage, "difference_cents": difference}
    if slip in APART:
        found |= {"stage": "set_aside", "difference_cents": None}
    ledger.findings.append(found)
    if slip == "adjusted":  # what was wrong, and what was done about it
        ledger.findings.append({**found, "accrual_id": accrual["id"]})


def _spoil_accrued(
    ledger: Ledger, due: Row, accrual: Row, slip: str
) -> tuple[str, int, dict[str, Any]]:
    cents, evidence = due["amount_cents"], {"accrual_id": accrual["id"]}
    if slip == "missing":
        ledger.accruals.pop()
        return slip, cents, {"accrual_id": None}
    if slip == "orphan":
        ledger.due.pop()
        return slip, -cents, evidence
    if slip == "duplicate":
        again = {**accrual, "id": f"{accrual['id']}-again", "amount_cents": cents + 3}
        ledger.accruals.append(again)
        return slip, -cents - 3, {"accrual_id": again["id"], "related_id": accrual["id"]}
    if slip == "voided":
        accrual["status"] = "voided"
        return slip, cents, evidence
    if slip == "adjusted":
        accrual["amount_cents"] = cents - 7
        by_hand = {"id": f"{accrual['id']}-by-hand", "amount_cents": 7, "kind": "adjustment"}
        ledger.accruals.append({**accrual, **by_hand})
        return slip, -7, {"accrual_id": by_hand["id"]}
    if slip == "undecided":
        due |= {"amount_cents": None, "reason": "missing_days"}
        return slip, -cents, evidence
    accrual["amount_cents"] = {
        "underpaid": cents - 7,
        "hundredfold": cents * 100,
        "hundredth": cents // 100,
    }.get(slip, cents + 7)
    if slip == "deleted_video":
        accrual["basis"] = {"video_ids": ["v0", "gone"]}
        evidence["video_ids"] = '["gone"]'
    if slip == "other_version":
        accrual["structure_version"] = 1
    finding = "hundredfold" if slip == "hundredth" else slip
    return finding, cents - accrual["amount_cents"], evidence


def _spoil_paid(
    ledger: Ledger, due: Row, accrual: Row, slip: str
) -> tuple[str, int, dict[str, Any]]:
    cents, payment = due["amount_cents"], ledger.payments[-1]
    evidence = {"payment_id": payment["id"]}
    if slip == "paid_missing":
        ledger.payments.pop()
        return "missing", cents, {"payment_id": None, "accrual_id": accrual["id"]}
    if slip in ("paid_orphan", "paid_unknown"):
        listed = [] if slip == "paid_orphan" else ["never"]
        extra = {**payment, "id": f"{payment['id']}-extra", "accrual_ids": listed}
        ledger.payments.append(extra)
        return "orphan", -cents, {"payment_id": extra["id"]}
    if slip == "paid_duplicate":
        again = {**payment, "id": f"{payment['id']}-again"}
        ledger.payments.append({**again, "paid_at": payment["paid_at"] + ONE_DAY})
        return "duplicate", -cents, {"payment_id": again["id"]}
    if slip == "paid_voided":
        ledger.due.pop()
        accrual["status"] = "voided"
        return "voided", -cents, evidence
    if slip == "paid_by_voided":
        payment["status"] = "voided"
        return "voided", cents, evidence
    if slip == "still_pending":
        accrual["status"] = "pending"
        return slip, 0, evidence
    if slip == "misdirected":
        payment["creator_id"] = "c9"
        return slip, 0, evidence
    payment["amount_cents"] = {"paid_underpaid": cents - 7, "paid_hundredfold": cents * 100}.get(
        slip, cents + 7
    )
    return slip.removeprefix("paid_"), cents - payment["amount_cents"], evidence


def totals(ledger: Ledger, currency: str) -> Row:
    """The sums that the law is about."""
    accruals = _of(ledger.accruals, currency, "pending", "paid")
    payments = _of(ledger.payments, currency, "recorded")
    listed = {name for payment in payments for name in payment["accrual_ids"]}
    return {
        "due": _sum(row for row in ledger.due if row["currency"] == currency),
        "accrued": _sum(accruals),
        "paid": _sum(payments),
        "pending": _sum(
            row for row in accruals if row["status"] != "paid" and row["id"] not in listed
        ),
    }


def _of(rows: list[Row], currency: str, *statuses: str) -> list[Row]:
    return [row for row in rows if row["currency"] == currency and row["status"] in statuses]


def _sum(rows: Iterable[Row]) -> int:
    return sum(row["amount_cents"] or 0 for row in rows)
