"""A part of a ledger: some accruals, what was paid of them, and both as one list."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

from trackagoat_pandas._types import Ints
from trackagoat_pandas.helpers.clocks import NO_DAY, days_shown
from trackagoat_pandas.helpers.columns import STRING, as_days, day_numbers, instants_of
from trackagoat_pandas.helpers.payouts.ledger import Ledger, earned_days, paid_days, read_ledger

_PART = ("payment", "accrual", "cents")
ENTRY = ("day", "entry", "creator_id", "structure_id", "method_name", "amount_cents", "currency")


def payments_for(
    chosen: pd.DataFrame,
    accruals: pd.DataFrame,
    payments: pd.DataFrame,
    *,
    currency: str = "USD",
) -> pd.DataFrame:
    """Give what was paid of some accruals, as payments of their own.

    A payment is taken apart as :func:`summarize_payouts` does it: by the accruals that it lists;
    what it is more or less than their sum goes where the first of them goes. So the amounts for
    the parts of a ledger add up to all recorded payments that list an accrual.

    Parameters
    ----------
    chosen
        Some rows of ``accruals``.
    accruals, payments
        The frames of :func:`load_payout_accruals` and :func:`load_payout_payments`, whole.
    currency
        The currency of a frame that has no column ``currency``.

    Returns
    -------
    pandas.DataFrame
        The recorded payments that list a chosen accrual: their columns as the payout helpers need
        them, ``accrual_ids`` with the chosen ones alone, ``amount_cents`` with their part.

    Raises
    ------
    MissingColumnError, ArgumentError
        As in :func:`summarize_payouts`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     accruals, payments = tgp.load_payout_accruals(), tgp.load_payout_payments()
    >>> paid = accruals[accruals["status"] == "paid"]
    >>> part = payments_for(paid, accruals, payments)
    >>> int(part["amount_cents"].sum()) == int(paid["amount_cents"].sum())
    True
    """
    ledger = read_ledger(accruals, payments, currency)
    payment, accrual, cents = _parts(ledger)
    is_chosen = ledger.accruals["id"].isin(chosen["id"]).to_numpy(bool)
    mine = is_chosen[accrual]
    sums = np.zeros(len(ledger.payments), np.int64)
    np.add.at(sums, payment[mine], cents[mine])
    lists = _lists(payment[mine], accrual[mine], ledger)
    part = ledger.payments.drop(columns=["cents", "is_recorded"]).loc[sorted(lists)]
    part = part.assign(
        accrual_ids=pd.array([json.dumps(lists[place]) for place in part.index], STRING),
        amount_cents=pd.array(sums[part.index], "Int64"),
    )
    part.attrs = dict(payments.attrs)
    settled: pd.DataFrame = part.reset_index(drop=True)
    return settled


def _parts(ledger: Ledger) -> tuple[Ints, Ints, Ints]:
    """Take the payments that list accruals apart: payment, accrual, cents."""
    parts = ledger.parts()
    parts = parts[parts["accrual"] >= 0]
    payment, accrual, cents = (parts[name].to_numpy(np.int64) for name in _PART)
    return payment, accrual, cents


def _lists(payment: Ints, accrual: Ints, ledger: Ledger) -> dict[int, list[str]]:
    """List the ids of the accruals of each payment, each once."""
    ids = ledger.accruals["id"].to_numpy()
    lists: dict[int, dict[str, None]] = {}
    for at, place in zip(payment.tolist(), accrual.tolist(), strict=True):
        lists.setdefault(at, {})[ids[place]] = None
    return {at: list(found) for at, found in lists.items()}


def accrual_days(accruals: pd.DataFrame, *, timezone: str = "UTC") -> pd.Series:
    """Give the day on which each accrual counts: its period's last, else the one it was made.

    Parameters
    ----------
    accruals
        The frame of :func:`load_payout_accruals`.
    timezone
        The organization's.

    Returns
    -------
    pandas.Series
        A day for each row, under the same index; NaT where neither is known.

    Raises
    ------
    ArgumentError
        A column holds something else than days or instants.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     accruals = tgp.load_payout_accruals("Summer Launch")
    >>> days = accrual_days(accruals, timezone="America/New_York")
    >>> (days == accruals["period_end"]).all().item()
    True
    """
    last = day_numbers(accruals["period_end"])
    made = days_shown(instants_of(accruals["created_at"]), timezone).astype(np.int64)
    days: pd.Series = pd.Series(as_days(np.where(last == NO_DAY, made, last)), accruals.index)
    return days


def list_entries(
    accruals: pd.DataFrame,
    payments: pd.DataFrame,
    *,
    timezone: str = "UTC",
    currency: str = "USD",
) -> pd.DataFrame:
    """List accruals and payments together, the newest first.

    Parameters
    ----------
    accruals, payments
        The frames of :func:`load_payout_accruals` and :func:`load_payout_payments`.
    timezone
        The organization's.
    currency
        The currency of a frame that has no column ``currency``.

    Returns
    -------
    pandas.DataFrame
        One row an accrual or payment, each once: ``day`` (an accrual's period's last or the day it
        was made, the day a payment was made), ``entry`` (``accrual``, ``adjustment`` or
        ``payment``), ``creator_id``, ``structure_id``, ``method_name``, ``amount_cents`` (Int64),
        ``currency``, ``status`` (str), ``id``.

    Raises
    ------
    MissingColumnError, ArgumentError
        As in :func:`summarize_payouts`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     accruals, payments = tgp.load_payout_accruals(), tgp.load_payout_payments()
    >>> entries = list_entries(accruals, payments, timezone="America/New_York")
    >>> len(entries) == len(accruals) + len(payments)
    True
    """
    ledger = read_ledger(accruals, payments, currency)
    earned, paid = ledger.accruals, ledger.payments
    entries = pd.concat(
        [
            _entries(earned, earned_days(earned, timezone), earned["kind"].fillna("accrual")),
            _entries(paid, paid_days(paid, timezone), pd.Series("payment", paid.index)),
        ],
        ignore_index=True,
    )
    return entries.sort_values(["day", "entry", "id"], ascending=False, ignore_index=True)


def _entries(rows: pd.DataFrame, days: Ints, kind: pd.Series) -> pd.DataFrame:
    """Make entries of one side; a column that is missing is NA."""
    known = rows.assign(day=as_days(days), entry=kind, amount_cents=rows["cents"].astype("Int64"))
    known["day"] = known["day"].where(days != NO_DAY)
    texts = ("entry", "creator_id", "structure_id", "method_name", "currency", "status", "id")
    filled = known.reindex(columns=[*ENTRY, "status", "id"])
    return filled.astype(dict.fromkeys(texts, STRING))
