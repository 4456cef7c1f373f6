"""Accruals and payments as plain rows, and which payment settles which accrual."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from trackagoat_pandas.base.types import Ints
from trackagoat_pandas.base.warnings import warn
from trackagoat_pandas.errors import ContractWarning
from trackagoat_pandas.helpers.clocks import NO_DAY, days_shown
from trackagoat_pandas.helpers.columns import (
    STRING,
    arrow,
    instants_of,
    is_word,
    plain,
    read_columns,
    text,
)
from trackagoat_pandas.helpers.loads import latest_of
from trackagoat_pandas.helpers.payouts.money import check_cents, currencies
from trackagoat_pandas.inputs.checks import require_columns
from trackagoat_pandas.tables import PAYOUT_ACCRUALS, PAYOUT_PAYMENTS
from trackagoat_pandas.tables.payouts import ACCRUAL_STATUSES, PAYMENT_STATUSES

_ACCRUAL = (
    "id", "project_id", "creator_id", "structure_id", "period_start", "period_end", "amount_cents",
    "status", "kind", "created_at",
)  # fmt: skip
_PAYMENT = ("id", "creator_id", "amount_cents", "method_id", "method_name", "status", "paid_at")

MEDIANS = "Expected amounts are medians and don't add up: by='total' gives the total."
"""The note of forecasts that aren't of the total."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Accruals and payments, with links between their rows by position.

    ``accruals`` has ``is_standing``, False only for voided ones; ``payments`` has ``is_recorded``,
    True only for recorded ones. Both have ``has_amount``: without one, ``cents`` is 0. ``links``
    has one row for each accrual that a payment lists: ``payment`` and ``accrual`` are row
    positions, and ``accrual`` is -1 if no accrual of the payment's currency has the id.
    """

    accruals: pd.DataFrame
    payments: pd.DataFrame
    links: pd.DataFrame

    def recorded_links(self) -> pd.DataFrame:
        """Return the known accruals that recorded payments list, in the order of payment.

        Payments without a time come first, as in ``latest_rows``.
        """
        payment, accrual = self._recorded_pairs()
        paid_at = pd.DatetimeIndex(self.payments["paid_at"])[payment]
        order = np.lexsort((payment, paid_at.to_numpy("datetime64[us]").astype(np.int64)))
        return pd.DataFrame(
            {"payment": payment[order], "accrual": accrual[order], "paid_at": paid_at[order]}
        )

    def _recorded_pairs(self) -> tuple[Ints, Ints]:
        payment, accrual = self.links["payment"].to_numpy(), self.links["accrual"].to_numpy()
        is_recorded = self.payments["is_recorded"].to_numpy()[payment] & (accrual >= 0)
        return payment[is_recorded], accrual[is_recorded]

    def parts(self) -> pd.DataFrame:
        """Split recorded payments into parts: ``payment``, ``accrual``, ``cents``.

        Each accrual that a payment lists is a part of its amount. Any difference from their sum
        goes to the first of them; the whole of a payment that lists none, to ``accrual`` -1. So the
        parts add up to the payments.
        """
        payment, accrual = self._recorded_pairs()
        cents = self.accruals["cents"].to_numpy()[accrual]
        left = self.payments["cents"].to_numpy().copy()
        # Unbuffered: `left[payment] -= cents` would subtract only one of a payment's accruals.
        np.subtract.at(left, payment, cents)
        rest = np.flatnonzero(self.payments["is_recorded"])
        listed, first = np.unique(payment, return_index=True)
        goes_to = np.full(len(self.payments), -1)
        goes_to[listed] = accrual[first]
        return pd.DataFrame(
            {
                "payment": np.concatenate([payment, rest]),
                "accrual": np.concatenate([accrual, goes_to[rest]]),
                "cents": np.concatenate([cents, left[rest]]),
            }
        )


def read_ledger(accruals: pd.DataFrame, payments: pd.DataFrame, currency: str) -> Ledger:
    """Read both frames; a repeated row counts once, an NA amount adds nothing."""
    earned, paid = read_accruals(accruals, currency), read_payments(payments, currency)
    payment, listed = split_ids(paid["accrual_ids"])
    places = pc.index_in(arrow(listed), value_set=arrow(earned["id"])).fill_null(-1)
    return Ledger(earned, paid, _links(earned, paid, payment, places.to_numpy().astype(np.int64)))


def read_accruals(accruals: pd.DataFrame, currency: str) -> pd.DataFrame:
    """Return accruals as plain rows, days as numbers; each id once, by ``latest_rows``."""
    optional = ("basis", "structure_version")
    rows = latest_of(accruals, ["id"])
    read = read_columns(rows, PAYOUT_ACCRUALS, _ACCRUAL, optional=optional)
    _warn_of_statuses(read["status"], "accruals", ACCRUAL_STATUSES, "counted as earned")
    return read.assign(
        first=read["period_start"].to_numpy("datetime64[D]").astype(np.int64),
        last=read["period_end"].to_numpy("datetime64[D]").astype(np.int64),
        cents=check_cents(read["amount_cents"]).to_numpy(np.int64, na_value=0),
        has_amount=read["amount_cents"].notna().to_numpy(bool),
        version=read["structure_version"].astype("float64"),
        currency=currencies(rows, currency),
        is_standing=read["status"] != "voided",
    ).drop(columns=["period_start", "period_end", "amount_cents", "structure_version"])


def read_payments(payments: pd.DataFrame, currency: str) -> pd.DataFrame:
    """Return payments as plain rows; each id once, by ``latest_rows``."""
    require_columns(payments, (*_PAYMENT, "accrual_ids"), loader=PAYOUT_PAYMENTS.loader)
    rows = latest_of(payments, ["id"])
    read = read_columns(rows, PAYOUT_PAYMENTS, _PAYMENT)
    _warn_of_statuses(read["status"], "payments", PAYMENT_STATUSES, "not counted as paid")
    nothing = pd.Series(None, rows.index, dtype=STRING)
    return read.assign(
        # No table declares it, but a user may have added the project of a payment.
        project_id=text(rows.get("project_id", nothing)),
        accrual_ids=rows["accrual_ids"].reset_index(drop=True),
        cents=check_cents(read["amount_cents"]).to_numpy(np.int64, na_value=0),
        has_amount=read["amount_cents"].notna().to_numpy(bool),
        currency=currencies(rows, currency),
        is_recorded=read["status"] == "recorded",
    ).drop(columns="amount_cents")


def unknown_amounts(accruals: pd.DataFrame, payments: pd.DataFrame) -> str:
    """Count the accruals and payments that would count but have no amount; "" if there are none."""
    for rows, table in ((accruals, PAYOUT_ACCRUALS), (payments, PAYOUT_PAYMENTS)):
        require_columns(rows, ["id", "amount_cents", "status"], loader=table.loader)
    standing = ~is_word(accruals["status"], "voided")
    recorded = is_word(payments["status"], "recorded")
    return _without_amounts(
        *(
            latest_of(rows, ["id"])["amount_cents"].isna().sum()
            for rows in (accruals[standing], payments[recorded])
        )
    )


def amounts_left_out(accruals: pd.DataFrame | None, payments: pd.DataFrame) -> str:
    """Count unknown amounts as `unknown_amounts` does, of plain rows."""
    earned = 0
    if accruals is not None:
        earned = (accruals["is_standing"] & ~accruals["has_amount"]).sum()
    return _without_amounts(earned, (payments["is_recorded"] & ~payments["has_amount"]).sum())


def _without_amounts(accruals: int, payments: int) -> str:
    found = [
        f"{number:,} {noun}{'' if number == 1 else 's'}"
        for noun, number in (("accrual", accruals), ("payment", payments))
        if number
    ]
    return f"{' and '.join(found)} without an amount left out" if found else ""


def undecided_amounts(count: int) -> str:
    """Say how many amounts that aren't known are in no sum; "" if there are none."""
    if not count:
        return ""
    them = "1 unknown amount is" if count == 1 else f"{count:,} unknown amounts are"
    return f"{them} left out of the sums: see the column undecided"


def with_note(table: pd.DataFrame, *notes: str, **facts: Any) -> pd.DataFrame:
    """Add notes to a result's provenance, without the empty ones."""
    if said := " ".join(note if note.endswith(".") else f"{note}." for note in notes if note):
        facts["note"] = said
    if facts:
        table.attrs["trackagoat"] = facts
    return table


def earned_days(accruals: pd.DataFrame, zone: str) -> Ints:
    """Return the day on which each accrual counts: its period's last, else when it was made.

    Balances of a day are by this day everywhere, whenever an accrual was recorded: what is earned
    in May is owed at the end of May, though the server records it in June.
    """
    made = days_shown(instants_of(accruals["created_at"]), zone).astype(np.int64)
    last = accruals["last"].to_numpy(np.int64)
    return np.where(last == NO_DAY, made, last)


def paid_days(payments: pd.DataFrame, zone: str) -> Ints:
    """Return the day on which each payment was made; NO_DAY if it isn't known."""
    return days_shown(instants_of(payments["paid_at"]), zone).astype(np.int64)


def _warn_of_statuses(status: pd.Series, what: str, known: Sequence[str], consequence: str) -> None:
    """Warn of unknown statuses."""
    is_odd = ~status.isin(known)
    if is_odd.any():
        words = ", ".join(repr(word) for word in status[is_odd].dropna().unique()[:5])
        warn(
            f"{is_odd.sum():,} of {len(status):,} {what} have a status other than "
            f"{', '.join(map(repr, known))} ({words or 'none at all'}): they are {consequence}.",
            ContractWarning,
        )


def _links(
    accruals: pd.DataFrame, payments: pd.DataFrame, payment: Ints, accrual: Ints
) -> pd.DataFrame:
    """Return each pair once; an accrual in another currency than its payment isn't linked."""
    codes, _ = pd.factorize(pd.concat([accruals["currency"], payments["currency"]]))
    earned_in, paid_in = np.split(codes, [len(accruals)])
    is_other = accrual >= 0
    is_other[is_other] = earned_in[accrual[is_other]] != paid_in[payment[is_other]]
    places = np.where(is_other, -1, accrual)
    # One number for each pair; the + 1 gives -1, no accrual, a place of its own.
    pairs = pd.unique(payment * (len(accruals) + 1) + places + 1)
    first, second = np.divmod(pairs, len(accruals) + 1)
    return pd.DataFrame({"payment": first, "accrual": second - 1})


def split_ids(lists: pd.Series) -> tuple[Ints, pd.Series]:
    """Split JSON lists of ids: the position of the list that each id is from, and the id."""
    array = arrow(lists)
    # A column of nothing but NA has Arrow's null type, which can't be split as text.
    if array.null_count == len(array):
        array = arrow(text(lists))
    if not pa.types.is_list(array.type) and not pa.types.is_large_list(array.type):
        inner = pc.ascii_trim(array.cast(pa.large_string()), characters="[] \t\n\r")
        array = pc.split_pattern(inner, ",")
    places = pc.list_parent_indices(array).to_numpy().astype(np.int64)
    ids = pc.ascii_trim(pc.list_flatten(array).cast(pa.large_string()), characters='" \t\n\r')
    is_id = pc.invert(pc.is_in(ids, value_set=pa.array(["", "null", None], pa.large_string())))
    return places[is_id.to_numpy(zero_copy_only=False)], plain(ids.filter(is_id))
