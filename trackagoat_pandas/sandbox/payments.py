"""Accruals and payments of the demo program."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from trackagoat_pandas.sandbox.accruals import Earned
from trackagoat_pandas.sandbox.clock import DAY_S, Timeline, local_day, parse_instant, period_bounds
from trackagoat_pandas.sandbox.dice import Dice
from trackagoat_pandas.sandbox.payouts import RENAMED_METHOD

PAY_DAY = 5  # of the month after the one in which an accrual fell due
PAY_HOUR_S = 15 * 3_600.0
_ADJUSTMENT_CENTS = -2_500
NOTED_AFTER_S = 300  # from a payment to its record
VOIDED = "voided: wrong account"
NOTES = ("thank you!", None, None, "incl. bonus", None)


@dataclass(slots=True)
class Batch:
    """Accruals of one creator that are paid together."""

    project_id: str
    creator_id: str
    paid_s: float
    accruals: list[dict[str, Any]] = field(default_factory=list)

    @property
    def amount_cents(self) -> int:
        """Sum of the accruals."""
        return sum(accrual["amount_cents"] for accrual in self.accruals)


def accrual_row(
    dice: Dice, timeline: Timeline, project_id: str, creator_id: str, earned: Earned
) -> dict[str, Any]:
    """Make one pending row of the table payout_accruals; its period's days are inclusive."""
    last = earned.pay_period.after - timedelta(days=1)
    return {
        "id": dice.uuid(),
        "project_id": project_id,
        "creator_id": creator_id,
        "structure_id": earned.rule.structure_id,
        "structure_version": earned.rule.version,
        "period_start": earned.pay_period.first.isoformat(),
        "period_end": last.isoformat(),
        "amount_cents": earned.amount_cents,
        "status": "pending",
        "kind": "accrual",
        "basis": json.dumps(earned.basis, separators=(",", ":")),
        "created_at": timeline.text(earned.due.timestamp() + dice.whole(60, 3_600)),
    }


def batches_due(timeline: Timeline, accruals: Iterable[dict[str, Any]]) -> list[Batch]:
    """Group the accruals that are payable by now by creator and month, first due first."""
    batches: dict[tuple[str, str, float], Batch] = {}
    for accrual in accruals:
        project_id, creator_id = accrual["project_id"], accrual["creator_id"]
        due = local_day(parse_instant(accrual["created_at"]), timeline.zone)
        _, next_month = period_bounds("monthly", due)
        pay_day = next_month + timedelta(days=PAY_DAY - 1)
        paid_s = timeline.start_s(pay_day) + PAY_HOUR_S
        if paid_s <= timeline.now_s:
            key = project_id, creator_id, paid_s
            batches.setdefault(key, Batch(project_id, creator_id, paid_s)).accruals.append(accrual)
    return sorted(batches.values(), key=lambda batch: batch.paid_s)


def corrections(dice: Dice, timeline: Timeline, batches: Sequence[Batch]) -> list[dict[str, Any]]:
    """Correct the largest batch: add a negative adjustment to it, and a voided duplicate."""
    if not batches:
        return []
    richest = max(batches, key=lambda batch: batch.amount_cents)
    largest = max(richest.accruals, key=lambda accrual: int(accrual["amount_cents"]))
    # Not later than the payment that includes the adjustment.
    created_s = min(parse_instant(largest["created_at"]).timestamp() + DAY_S, richest.paid_s)
    later = {**largest, "created_at": timeline.text(created_s)}
    adjustment = {
        **later,
        "id": dice.uuid(),
        "kind": "adjustment",
        "amount_cents": max(_ADJUSTMENT_CENTS, -(largest["amount_cents"] // 2)),
        "basis": json.dumps({"reason": "one post was withdrawn", "accrual_id": largest["id"]}),
    }
    double = {
        **later,
        "id": dice.uuid(),
        "status": "voided",
        "basis": json.dumps({"reason": "counted twice", "accrual_id": largest["id"]}),
    }
    richest.accruals.append(adjustment)
    return [adjustment, double]


class Cashier:
    """Pays batches: marks their accruals as paid and makes the rows of payout_payments.

    Parameters
    ----------
    dice, timeline
        Chance and time.
    methods
        Rows of payout_methods.
    """

    def __init__(self, dice: Dice, timeline: Timeline, methods: Sequence[dict[str, Any]]) -> None:
        self._dice, self._timeline = dice, timeline
        self._methods = [method for method in methods if method["is_active"]]
        self._favourites: dict[str, dict[str, Any]] = {}

    def pay(self, batches: Sequence[Batch]) -> list[dict[str, Any]]:
        """Pay all batches, oldest first.

        The first payment was voided and made again two days later. The last one was voided too,
        and its accruals are pending again.
        """
        payments = []
        for place, batch in enumerate(batches):
            is_last = 0 < place == len(batches) - 1
            if place == 0 or is_last:
                payments.append(self._payment(batch, batch.paid_s, "voided"))
            if is_last:
                continue
            paid_s = batch.paid_s + (2 * DAY_S if place == 0 else 0.0)
            payments.append(self._payment(batch, paid_s, "recorded"))
            for accrual in batch.accruals:
                accrual["status"] = "paid"
        return sorted(payments, key=lambda payment: str(payment["created_at"]))

    def _payment(self, batch: Batch, paid_s: float, status: str) -> dict[str, Any]:
        payment_id = self._dice.uuid()
        if batch.creator_id not in self._favourites:
            self._favourites[batch.creator_id] = self._dice.pick(self._methods)
        method = self._favourites[batch.creator_id]
        paid_s += self._dice.whole(0, 3_600)
        # A payment keeps the name that its method had at that time.
        before, after = RENAMED_METHOD
        renamed_s = self._timeline.now_s - self._timeline.days * DAY_S / 3
        was_old = method["name"] == after and paid_s < renamed_s
        return {
            "id": payment_id,
            **payment_basis(batch),
            "method_id": method["id"],
            "method_name": before if was_old else str(method["name"]),
            "status": status,
            "paid_at": self._timeline.text(paid_s),
            "note": VOIDED if status == "voided" else self._dice.pick(NOTES),
            "receipt_url": receipt_url(self._dice, payment_id),
            "created_at": self._timeline.text(paid_s + NOTED_AFTER_S),
        }


def payment_basis(batch: Batch) -> dict[str, Any]:
    """Make the columns of a payment that name its accruals and its creator."""
    return {
        "project_id": batch.project_id,
        "creator_id": batch.creator_id,
        "accrual_ids": json.dumps([accrual["id"] for accrual in batch.accruals]),
        "amount_cents": batch.amount_cents,
    }


def receipt_url(dice: Dice, payment_id: str) -> str | None:
    """Draw whether a payment has a receipt, and return its address."""
    receipt = f"https://cdn.trackagoat.example/receipts/{payment_id}.pdf"
    return receipt if dice.whole(0, 3) > 0 else None
