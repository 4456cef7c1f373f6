"""Accruals and payments as plain rows, and which payment settles which accrual."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trackagoat_pandas._warning import warn
from trackagoat_pandas.checks import require_columns
from trackagoat_pandas.errors import ContractWarning
from trackagoat_pandas.helpers.payouts.columns import (
    STRING,
    Whole,
    arrow,
    day_numbers,
    instants,
    once,
    plain,
    text,
)
from trackagoat_pandas.helpers.payouts.money import currencies, read_cents
from trackagoat_pandas.helpers.series import is_word, values_of
from trackagoat_pandas.tables.payouts import ACCRUAL_STATUSES, PAYMENT_STATUSES

_ACCRUAL = (
    "id", "project_id", "creator_id", "structure_id", "period_start", "period_end", "amount_cents",
    "status", "kind", "created_at",
)  # fmt: skip
_PAYMENT = (
    "id", "creator_id", "accrual_ids", "amount_cents", "method_id", "method_name", "status",
    "paid_at",
)  # fmt: skip
_ALWAYS = ("id", "accrual_ids", "cents", "currency", "is_standing", "is_recorded")
ALL = (
    "project_id", "creator_id", "structure_id", "status", "kind", "basis", "first", "last",
    "version", "created_at", "method_id", "method_name", "paid_at",
)  # fmt: skip
"""The columns of both sides that are there if they are needed."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Two frames whose rows are known by their place, and the links between them.

    ``accruals`` has ``is_standing``, false for voided ones alone; ``payments`` has ``is_recorded``,
    true for recorded ones alone.
    ``links`` has one row for each accrual that a payment lists: ``payment`` and ``accrual`` are
    places, and ``accrual`` is -1 where no accrual of the payment's currency has the id.
    """

    accruals: pd.DataFrame
    payments: pd.DataFrame
    links: pd.DataFrame

    def recorded_links(self) -> pd.DataFrame:
        """Return the known accruals that recorded payments list, first paid first.

        A payment of an unknown time comes before all others, as in ``latest_rows``.
        """
        payment, accrual = self._recorded()
        paid_at = pd.DatetimeIndex(self.payments["paid_at"])[payment]
        order = np.lexsort((payment, paid_at.to_numpy("datetime64[us]").astype(np.int64)))
        return pd.DataFrame(
            {"payment": payment[order], "accrual": accrual[order], "paid_at": paid_at[order]}
        )

    def _recorded(self) -> tuple[Whole, Whole]:
        payment, accrual = self.links["payment"].to_numpy(), self.links["accrual"].to_numpy()
        is_recorded = self.payments["is_recorded"].to_numpy()[payment] & (accrual >= 0)
        return payment[is_recorded], accrual[is_recorded]

    def parts(self) -> pd.DataFrame:
        """Take recorded payments apart: ``payment``, ``accrual``, ``cents``.

        Each accrual that a payment lists is a part of its amount. What the payment is more or less
        than their sum goes to the first of them; all of a payment that lists none, to ``accrual``
        -1. So the parts add up to the payments.
        """
        payment, accrual = self._recorded()
        cents = self.accruals["cents"].to_numpy()[accrual]
        left = self.payments["cents"].to_numpy().copy()
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


def read_ledger(
    accruals: pd.DataFrame,
    payments: pd.DataFrame,
    currency: str,
    *,
    linked: bool = True,
    needed: Container[str] = ALL,
) -> Ledger:
    """Read both frames; a row that came twice counts once, an NA amount adds nothing.

    Finding the links is most of the work; without them a payment lists nothing. Much of the rest
    is reading columns: beside ids, cents, currencies and which rows stand only those needed are
    there.
    """
    earned = read_accruals(accruals, currency, needed)
    paid = _read_payments(payments, currency, needed)
    if not linked:
        return Ledger(earned, paid, _no_links())
    payment, listed = split_ids(paid["accrual_ids"])
    places = pc.index_in(arrow(listed), value_set=arrow(earned["id"])).fill_null(-1)
    return Ledger(earned, paid, _links(earned, paid, payment, places.to_numpy().astype(np.int64)))


def read_accruals(
    accruals: pd.DataFrame, currency: str, needed: Container[str] = ALL
) -> pd.DataFrame:
    """Return accruals as plain rows, days as numbers; of one id the row of ``latest_rows``."""
    require_columns(accruals, _ACCRUAL, loader="load_payout_accruals")
    accruals = once(accruals, ["id"])
    texts = ("project_id", "creator_id", "structure_id", "kind")
    status = _known_status(accruals, "accruals", ACCRUAL_STATUSES, "counted as earned")
    return _columns(
        {
            "id": lambda: text(accruals["id"]),
            **{name: partial(text, accruals[name]) for name in texts},
            "status": lambda: status,
            "basis": lambda: _text_or_none(accruals, "basis"),
            "first": lambda: day_numbers(accruals["period_start"]),
            "last": lambda: day_numbers(accruals["period_end"]),
            "cents": lambda: _cents(accruals),
            "version": lambda: versions(accruals),
            "created_at": lambda: instants(accruals["created_at"]),
            "currency": lambda: currencies(accruals, currency),
            "is_standing": lambda: ~is_word(status, "voided"),
        },
        needed,
    )


def _read_payments(payments: pd.DataFrame, currency: str, needed: Container[str]) -> pd.DataFrame:
    require_columns(payments, _PAYMENT, loader="load_payout_payments")
    payments = once(payments, ["id"])
    texts = ("creator_id", "method_id", "method_name")
    status = _known_status(payments, "payments", PAYMENT_STATUSES, "not counted as paid")
    return _columns(
        {
            "id": lambda: text(payments["id"]),
            **{name: partial(text, payments[name]) for name in texts},
            "status": lambda: status,
            "project_id": lambda: _text_or_none(payments, "project_id"),
            "accrual_ids": lambda: payments["accrual_ids"].reset_index(drop=True),
            "cents": lambda: _cents(payments),
            "paid_at": lambda: instants(payments["paid_at"]),
            "currency": lambda: currencies(payments, currency),
            "is_recorded": lambda: is_word(status, "recorded"),
        },
        needed,
    )


def _known_status(
    rows: pd.DataFrame, what: str, known: Sequence[str], consequence: str
) -> pd.Series:
    """Return statuses as text, and warn of those that are none of the known words."""
    status = text(rows["status"])
    is_odd = ~status.isin(known)
    if is_odd.any():
        words = ", ".join(repr(word) for word in status[is_odd].dropna().unique()[:5])
        warn(
            f"{is_odd.sum():,} of {len(rows):,} {what} have a status other than "
            f"{', '.join(map(repr, known))} ({words or 'none at all'}): they are {consequence}.",
            ContractWarning,
        )
    return status


def _columns(readers: dict[str, Callable[[], Any]], needed: Container[str]) -> pd.DataFrame:
    """Read the columns that are always there and those needed."""
    return pd.DataFrame(
        {name: read() for name, read in readers.items() if name in _ALWAYS or name in needed},
        copy=False,
    )


def _text_or_none(rows: pd.DataFrame, name: str) -> pd.Series:
    if name in rows.columns:
        return text(rows[name])
    return pd.Series(None, range(len(rows)), dtype=STRING)


def versions(rows: pd.DataFrame) -> NDArray[np.float64]:
    """Return each row's version of its structure; NaN where nothing says it."""
    if "structure_version" in rows.columns:
        return values_of(rows["structure_version"])
    return np.full(len(rows), np.nan)


def _cents(rows: pd.DataFrame) -> Whole:
    return read_cents(rows["amount_cents"], "amount_cents").to_numpy(np.int64, na_value=0)


def _links(
    accruals: pd.DataFrame, payments: pd.DataFrame, payment: Whole, accrual: Whole
) -> pd.DataFrame:
    """Return each pair once; an accrual of another currency than the payment's is none."""
    codes, _ = pd.factorize(pd.concat([accruals["currency"], payments["currency"]]))
    earned_in, paid_in = np.split(codes, [len(accruals)])
    is_other = accrual >= 0
    is_other[is_other] = earned_in[accrual[is_other]] != paid_in[payment[is_other]]
    places = np.where(is_other, -1, accrual)
    pairs = pd.unique(payment * (len(accruals) + 1) + places + 1)
    first, second = np.divmod(pairs, len(accruals) + 1)
    return pd.DataFrame({"payment": first, "accrual": second - 1})


def _no_links() -> pd.DataFrame:
    return pd.DataFrame({"payment": [], "accrual": []}, dtype=np.int64)


def split_ids(lists: pd.Series) -> tuple[Whole, pd.Series]:
    """Take JSON lists of ids apart: the place of each list, and the id."""
    array = arrow(lists)
    if array.null_count == len(array):
        array = arrow(text(lists))
    if not pa.types.is_list(array.type) and not pa.types.is_large_list(array.type):
        inner = pc.ascii_trim(array.cast(pa.large_string()), characters="[] \t\n\r")
        array = pc.split_pattern(inner, ",")
    places = pc.list_parent_indices(array).to_numpy().astype(np.int64)
    ids = pc.ascii_trim(pc.list_flatten(array).cast(pa.large_string()), characters='" \t\n\r')
    is_id = pc.invert(pc.is_in(ids, value_set=pa.array(["", "null", None], pa.large_string())))
    return places[is_id.to_numpy(zero_copy_only=False)], plain(ids.filter(is_id))
