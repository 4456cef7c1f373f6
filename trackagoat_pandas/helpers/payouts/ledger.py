"""Accruals and payments as plain rows, and which payment settles which accrual.

Knows the frames of both loaders. Must not know rules or how a summary is grouped.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from trackagoat_pandas.checks import require_columns
from trackagoat_pandas.helpers.payouts.columns import (
    STRING,
    Whole,
    arrow,
    day_numbers,
    instants,
    plain,
    text,
)
from trackagoat_pandas.helpers.payouts.money import currencies, read_cents

_ACCRUAL = (
    "id", "project_id", "creator_id", "structure_id", "period_start", "period_end", "amount_cents",
    "status", "kind", "created_at",
)  # fmt: skip
_PAYMENT = (
    "id", "creator_id", "accrual_ids", "amount_cents", "method_id", "method_name", "status",
    "paid_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ledger:
    """Two frames whose rows are told by their place, and the links between them.

    ``accruals`` has ``is_standing``, false for voided ones; ``payments`` has ``is_recorded``.
    ``links`` has one row for each accrual that a payment lists: ``payment`` and ``accrual`` are
    places, and ``accrual`` is -1 where no accrual of the payment's currency has the id.
    """

    accruals: pd.DataFrame
    payments: pd.DataFrame
    links: pd.DataFrame

    def recorded_links(self) -> pd.DataFrame:
        """Return the known accruals that recorded payments list, first paid first."""
        links = self._recorded()
        paid_at = self.payments["paid_at"].iloc[links["payment"]].set_axis(links.index)
        return links.assign(paid_at=paid_at).sort_values(["paid_at", "payment"], ignore_index=True)

    def _recorded(self) -> pd.DataFrame:
        payment, accrual = self.links["payment"].to_numpy(), self.links["accrual"].to_numpy()
        is_recorded = self.payments["is_recorded"].to_numpy()[payment]
        return self.links[pd.Series(is_recorded & (accrual >= 0), self.links.index)]

    def parts(self) -> pd.DataFrame:
        """Take recorded payments apart: ``payment``, ``accrual``, ``cents``.

        Each accrual that a payment lists is a part of its amount; what the payment is more or less
        than their sum is a part with ``accrual`` -1. So the parts add up to the payments.
        """
        listed = self._recorded()
        cents = self.accruals["cents"].to_numpy()[listed["accrual"]]
        sums = np.zeros(len(self.payments), np.int64)
        np.add.at(sums, listed["payment"].to_numpy(), cents)
        left = np.where(self.payments["is_recorded"], self.payments["cents"] - sums, 0)
        rest = np.flatnonzero(left)
        remainders = pd.DataFrame({"payment": rest, "accrual": -1, "cents": left[rest]})
        return pd.concat([listed.assign(cents=cents), remainders], ignore_index=True)


def read_ledger(accruals: pd.DataFrame, payments: pd.DataFrame, currency: str) -> Ledger:
    """Read both frames; a row that came twice counts once, an NA amount adds nothing."""
    earned, paid = _typed_accruals(accruals, currency), _once(_typed_payments(payments, currency))
    payment, listed = split_ids(paid["accrual_ids"])
    # The ids of both sides get their numbers at once: hashing them is most of the work.
    numbers = _numbers(pa.concat_arrays([arrow(earned["id"]), arrow(listed)]))
    own = pd.Series(numbers[: len(earned)])
    is_last = (own < 0) | ~own.duplicated(keep="last")
    if not is_last.all():
        earned = earned[is_last].reset_index(drop=True)
        own = own[is_last].reset_index(drop=True)
    places = np.full(len(numbers) + 1, -1)
    places[own] = own.index
    # Ids that are null have the number -1.
    places[-1] = -1
    accrual = places[numbers[len(is_last) :]]
    return Ledger(earned, paid, _links(earned, paid, payment, accrual))


def read_accruals(accruals: pd.DataFrame, currency: str) -> pd.DataFrame:
    """Return accruals as plain rows, each once, days as numbers."""
    return _once(_typed_accruals(accruals, currency))


def _typed_accruals(accruals: pd.DataFrame, currency: str) -> pd.DataFrame:
    require_columns(accruals, _ACCRUAL, loader="load_payout_accruals")
    rows = {
        name: text(accruals[name])
        for name in ("id", "project_id", "creator_id", "structure_id", "status", "kind")
    }
    return pd.DataFrame(
        {
            **rows,
            "basis": _text_or_none(accruals, "basis"),
            "first": day_numbers(accruals["period_start"]),
            "last": day_numbers(accruals["period_end"]),
            "cents": _cents(accruals),
            "created_at": instants(accruals["created_at"]),
            "currency": currencies(accruals, currency),
            "is_standing": (rows["status"] != "voided").to_numpy(bool, na_value=True),
        }
    )


def _typed_payments(payments: pd.DataFrame, currency: str) -> pd.DataFrame:
    require_columns(payments, _PAYMENT, loader="load_payout_payments")
    rows = {
        name: text(payments[name])
        for name in ("id", "creator_id", "method_id", "method_name", "status")
    }
    return pd.DataFrame(
        {
            **rows,
            "project_id": _text_or_none(payments, "project_id"),
            "accrual_ids": payments["accrual_ids"].reset_index(drop=True),
            "cents": _cents(payments),
            "paid_at": instants(payments["paid_at"]),
            "currency": currencies(payments, currency),
            "is_recorded": (rows["status"] != "voided").to_numpy(bool, na_value=True),
        }
    )


def _text_or_none(rows: pd.DataFrame, name: str) -> pd.Series:
    if name in rows.columns:
        return text(rows[name])
    return pd.Series(None, range(len(rows)), dtype=STRING)


def _once(rows: pd.DataFrame) -> pd.DataFrame:
    numbers = pd.Series(_numbers(arrow(rows["id"])))
    is_last = (numbers < 0) | ~numbers.duplicated(keep="last")
    return rows if is_last.all() else rows[is_last].reset_index(drop=True)


def _numbers(ids: pa.Array) -> Whole:
    """Number ids, equal ones alike; -1 for null."""
    indices = pc.dictionary_encode(ids).indices.fill_null(-1)
    return np.asarray(indices.to_numpy(zero_copy_only=False), dtype=np.int64)


def _cents(rows: pd.DataFrame) -> pd.Series:
    return read_cents(rows["amount_cents"], "amount_cents").fillna(0).astype(np.int64)


def _links(
    accruals: pd.DataFrame, payments: pd.DataFrame, payment: Whole, accrual: Whole
) -> pd.DataFrame:
    """Return each pair once; an accrual of another currency than the payment's is none."""
    both = pd.concat([accruals["currency"], payments["currency"]], ignore_index=True)
    codes, names = pd.factorize(both)
    earned_in, paid_in = codes[: len(accruals)], codes[len(accruals) :]
    is_other = (accrual >= 0) & (len(names) > 1)
    is_other[is_other] = earned_in[accrual[is_other]] != paid_in[payment[is_other]]
    links = pd.DataFrame({"payment": payment, "accrual": np.where(is_other, -1, accrual)})
    return links.drop_duplicates(ignore_index=True)


def split_ids(lists: pd.Series) -> tuple[Whole, pd.Series]:
    """Take JSON lists of ids apart: the place of each list, and the id."""
    array = arrow(lists)
    if not pa.types.is_list(array.type) and not pa.types.is_large_list(array.type):
        inner = pc.ascii_trim(array.cast(pa.large_string()), characters="[] \t\n\r")
        array = pc.split_pattern(inner, ",")
    places = pc.list_parent_indices(array).to_numpy(zero_copy_only=False).astype(np.int64)
    ids = pc.ascii_trim(pc.list_flatten(array).cast(pa.large_string()), characters='" \t\n\r')
    is_id = pc.invert(pc.is_in(ids, value_set=pa.array(["", "null", None], pa.large_string())))
    return places[is_id.to_numpy(zero_copy_only=False)], plain(ids.filter(is_id))
