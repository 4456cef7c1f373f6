"""Mistakes in the books of a world, which an audit should find."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, TypeAlias

from trackagoat_pandas.sandbox.agenda import Moment
from trackagoat_pandas.sandbox.clock import DAY_S, Timeline, parse_instant
from trackagoat_pandas.sandbox.dice import Dice
from trackagoat_pandas.sandbox.payments import Batch
from trackagoat_pandas.sandbox.truth import plant, planted_row

Row: TypeAlias = dict[str, Any]
_DIGITS_SWAPPED_CENTS = 900  # of 1,290 and 2,190: such an error is a multiple of 9
_KINDS = ("cap_ignored", "off_by_a_cent", "a_hundredth")
_WRONG_ENTRIES, _WRONG_PAYMENTS = 0.015, 0.04  # shares of what is entered after the base world


class Accountant:
    """Makes one mistake in the accruals of an organization, and one in its payments.

    Which ones is drawn, of those that are possible. Each fits in with the rest: a wrong accrual is
    paid as it is.

    Parameters
    ----------
    dice, timeline
        Chance and time.
    accruals
        Rows of payout_accruals, before they are paid.
    batches
        What will be paid together.

    Attributes
    ----------
    planted
        A row of the table planted for each mistake.
    """

    def __init__(
        self, dice: Dice, timeline: Timeline, accruals: list[Row], batches: Sequence[Batch]
    ) -> None:
        self._dice, self._timeline = dice, timeline
        self._accruals, self._batches = accruals, batches
        self.planted: list[Row] = []
        # The period that is corrected by hand is no place for another mistake.
        by_hand = {_period(row) for row in accruals if row["kind"] == "adjustment"}
        self._free = [
            row
            for row in accruals
            if row["kind"] == "accrual"
            and row["status"] != "voided"
            and _period(row) not in by_hand
        ]

    def mistake_an_accrual(self) -> None:
        """Get one amount wrong, or count it twice; call it before anything is paid."""
        possible = {row["id"]: _wrong_amounts(row) for row in self._free}
        kinds = [kind for kind in _KINDS if any(kind in amounts for amounts in possible.values())]
        if not self._free:
            return
        kind = self._dice.pick([*kinds, "counted_twice"])
        if kind == "counted_twice":
            self._count_twice(self._dice.pick(self._free))
            return
        row = self._dice.pick([row for row in self._free if kind in possible[row["id"]]])
        right, row["amount_cents"] = row["amount_cents"], possible[row["id"]][kind]
        self._note(kind, right, row["amount_cents"], accrual_id=row["id"])

    def _count_twice(self, row: Row) -> None:
        """Accrue an amount again, a day later or just before both are paid."""
        created_s = parse_instant(row["created_at"]).timestamp() + DAY_S
        homes = [batch for batch in self._batches if row in batch.accruals]
        created_s = min([created_s, *(batch.paid_s for batch in homes)])
        again = {**row, "id": self._dice.uuid(), "created_at": self._timeline.text(created_s)}
        for batch in homes:
            batch.accruals.append(again)
        self._accruals.append(again)
        self._note("counted_twice", 0, row["amount_cents"], accrual_id=again["id"])

    def mistake_a_payment(self, payments: Sequence[Row]) -> None:
        """Pay an accrual twice, or pay a wrong sum; call it with the rows of payout_payments."""
        recorded = [row for row in payments if row["status"] == "recorded"]
        paid: dict[tuple[str, str], list[Row]] = {}
        for row in recorded:
            paid.setdefault((row["project_id"], row["creator_id"]), []).append(row)
        regular = [rows for rows in paid.values() if len(rows) > 1]
        if not recorded:
            return
        kind = self._dice.pick(["paid_twice", "wrong_sum"] if regular else ["wrong_sum"])
        if kind == "paid_twice":
            earlier, later = self._dice.pick(regular)[-2:]
            [again] = [
                row for row in self._accruals if row["id"] == json.loads(earlier["accrual_ids"])[0]
            ]
            later["accrual_ids"] = json.dumps([*json.loads(later["accrual_ids"]), again["id"]])
            extra = again["amount_cents"]
        else:
            later, extra = self._dice.pick(recorded), _DIGITS_SWAPPED_CENTS
        right = later["amount_cents"]
        later["amount_cents"] = right + extra
        self._note(kind, right, right + extra, payment_id=later["id"])

    def _note(self, kind: str, right_cents: int, amount_cents: int, **ids: str) -> None:
        facts = _facts(kind, right_cents, amount_cents, **ids)
        [entity_id] = ids.values()
        self.planted.append(planted_row("ledger_error", entity_id, facts))


def mistake_an_entry(moment: Moment, accrual: Row) -> None:
    """Now and then get the amount of a new accrual wrong, which is paid as it is; plant that."""
    dice = moment.dice(f"mistake in the accrual {accrual['id']}")
    amounts = _wrong_amounts(accrual)
    if not dice.chance(_WRONG_ENTRIES, 1)[0] or not amounts:
        return
    kind = dice.pick(list(amounts))
    right, accrual["amount_cents"] = accrual["amount_cents"], amounts[kind]
    facts = _facts(kind, right, amounts[kind], accrual_id=accrual["id"])
    plant(moment.database, "ledger_error", accrual["id"], facts)


def mistake_on_pay_day(moment: Moment, payment: Row) -> bool:
    """Now and then pay an accrual again or a wrong sum; plant that, and say whether it was so."""
    dice = moment.dice(f"mistake in the payment {payment['id']}")
    if not dice.chance(_WRONG_PAYMENTS, 1)[0]:
        return False
    earlier = moment.database.rows(
        "SELECT accruals.id, accruals.amount_cents FROM payout_payments AS payments, "
        "json_each(accrual_ids) JOIN payout_accruals AS accruals ON accruals.id = value "
        "WHERE payments.creator_id = ? AND payments.project_id = ? "
        "AND payments.status = 'recorded' AND accruals.kind = 'accrual' "
        "AND accruals.status = 'paid' ORDER BY payments.created_at DESC, payments.rowid DESC, key",
        (payment["creator_id"], payment["project_id"]),
    )
    kind = dice.pick(["paid_twice", "wrong_sum"] if earlier else ["wrong_sum"])
    extra = _DIGITS_SWAPPED_CENTS
    if kind == "paid_twice":
        extra = earlier[0]["amount_cents"]
        listed = [*json.loads(payment["accrual_ids"]), earlier[0]["id"]]
        payment["accrual_ids"] = json.dumps(listed)
    right = payment["amount_cents"]
    payment["amount_cents"] = right + extra
    facts = _facts(kind, right, right + extra, payment_id=payment["id"])
    plant(moment.database, "ledger_error", payment["id"], facts)
    return True


def _wrong_amounts(accrual: Row) -> dict[str, int]:
    """Return the cents of each mistake that is possible in an accrual, in the order of _KINDS."""
    basis, right = json.loads(accrual["basis"]), int(accrual["amount_cents"])
    amounts = {}
    if "uncapped_cents" in basis:
        amounts["cap_ignored"] = int(basis["uncapped_cents"])
    if "cpm_cents" in basis:
        amounts["off_by_a_cent"] = right + 1
    if right % 100 == 0:
        amounts["a_hundredth"] = right // 100
    return amounts


def _facts(kind: str, right_cents: int, amount_cents: int, **ids: str) -> dict[str, Any]:
    return {"kind": kind, **ids, "amount_cents": amount_cents, "right_cents": right_cents}


def _period(accrual: Row) -> tuple[str, str, str]:
    return accrual["creator_id"], accrual["structure_id"], accrual["period_start"]
