"""Mistakes in the books of a world, which an audit should find."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from trackagoat_pandas.sandbox.clock import Timeline, parse_instant
from trackagoat_pandas.sandbox.curves import DAY_S
from trackagoat_pandas.sandbox.dice import Dice
from trackagoat_pandas.sandbox.payments import Batch
from trackagoat_pandas.sandbox.truth import planted_row

Row: TypeAlias = dict[str, Any]
_DIGITS_SWAPPED_CENTS = 900  # of 1,290 and 2,190: such an error is a multiple of 9


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
        kinds: dict[str, tuple[list[Row], Callable[[Row], int]]] = {
            "cap_ignored": (
                [row for row in self._free if "uncapped_cents" in json.loads(row["basis"])],
                lambda row: int(json.loads(row["basis"])["uncapped_cents"]),
            ),
            "off_by_a_cent": (
                [row for row in self._free if "cpm_cents" in json.loads(row["basis"])],
                lambda row: int(row["amount_cents"]) + 1,
            ),
            "a_hundredth": (
                [row for row in self._free if row["amount_cents"] % 100 == 0],
                lambda row: int(row["amount_cents"]) // 100,
            ),
        }
        possible = [kind for kind, (rows, _) in kinds.items() if rows]
        if not self._free:
            return
        kind = self._dice.pick([*possible, "counted_twice"])
        if kind == "counted_twice":
            self._count_twice(self._dice.pick(self._free))
            return
        rows, wrong = kinds[kind]
        row = self._dice.pick(rows)
        right = row["amount_cents"]
        row["amount_cents"] = wrong(row)
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
        facts = {"kind": kind, **ids, "amount_cents": amount_cents, "right_cents": right_cents}
        [entity_id] = ids.values()
        self.planted.append(planted_row("ledger_error", entity_id, facts))


def _period(accrual: Row) -> tuple[str, str, str]:
    return accrual["creator_id"], accrual["structure_id"], accrual["period_start"]
