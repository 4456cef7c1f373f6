"""Who is still owed what, on any day.

Knows ledgers. Must not know rules.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from trackagoat_pandas._types import DateLike
from trackagoat_pandas.helpers.payouts.columns import (
    NO_DAY,
    Whole,
    as_days,
    instant_of,
    known_zone,
    local_days,
)
from trackagoat_pandas.helpers.payouts.days import earned_days
from trackagoat_pandas.helpers.payouts.ledger import Ledger, read_ledger

_KEYS = ["creator_id", "currency"]
_NEEDED = ("creator_id", "last", "created_at", "paid_at")


def outstanding_balances(
    accruals: pd.DataFrame,
    payments: pd.DataFrame,
    *,
    as_of: DateLike | dt.datetime | None = None,
    timezone: str | None = None,
    currency: str = "USD",
) -> pd.DataFrame:
    """List who is owed money, or was on a day.

    A balance is what was earned less what was paid: all accruals and adjustments that are not
    voided, and all payments that are recorded (contract section 8). With ``as_of``, those that were
    made by then; what has been voided since never counts, for when it was voided is not known.

    Parameters
    ----------
    accruals, payments
        The frames of :func:`load_payout_accruals` and :func:`load_payout_payments`.
    as_of
        The instant at which to look; a day stands for its end. None for all that there is.
    timezone
        The organization's; by default that of the frames' attributes. Needed with ``as_of``.
    currency
        The currency of a frame that has no column ``currency``.

    Returns
    -------
    pandas.DataFrame
        One row for each creator and currency that is not settled, most owed first:
        ``creator_id``, ``currency`` (str), ``earned_cents``, ``paid_cents``, ``owed_cents`` (Int64;
        negative where too much was paid), ``unpaid_accruals`` (Int64: those that no recorded
        payment lists), ``oldest_unpaid`` (the last day of the oldest one's period),
        ``days_outstanding`` (Int64: days from there to ``as_of``, NA without it).

    Raises
    ------
    MissingColumnError
        A frame lacks a column.
    ArgumentError
        ``as_of``, ``currency`` or ``timezone`` is not allowed, or an amount is no whole cents.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> from trackagoat_pandas.helpers.payouts.balances import outstanding_balances
    >>> with tgp.connect(sandbox=True):
    ...     accruals, payments = tgp.load_payout_accruals(), tgp.load_payout_payments()
    >>> balances = outstanding_balances(accruals, payments)
    >>> int(balances["owed_cents"].sum()) == int(
    ...     accruals.loc[accruals["status"] == "pending", "amount_cents"].sum())
    True
    """
    zone, until = "UTC", None
    if as_of is not None:
        zone = known_zone(timezone, [payments, accruals])
        until = instant_of("as_of", as_of, zone)
    ledger = read_ledger(accruals, payments, currency, needed=_NEEDED)
    earned, paid = _until(ledger, until)
    unpaid = earned[~earned.index.isin(_settled(ledger, paid))]
    waiting = unpaid.assign(last=earned_days(unpaid, zone)).groupby(_KEYS, dropna=False)
    sums = {
        "earned_cents": earned.groupby(_KEYS, dropna=False)["cents"].sum(),
        "paid_cents": paid.groupby(_KEYS, dropna=False)["cents"].sum(),
        "unpaid_accruals": waiting.size(),
        "oldest_unpaid": waiting["last"].min(),
    }
    return _shown(pd.concat(sums, axis=1), until, zone)


def _until(ledger: Ledger, until: pd.Timestamp | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the accruals and payments that stand and were made by an instant, if one is given."""
    earned = ledger.accruals[ledger.accruals["is_standing"]]
    paid = ledger.payments[ledger.payments["is_recorded"]]
    if until is None:
        return earned, paid
    return earned[~(earned["created_at"] > until)], paid[~(paid["paid_at"] > until)]


def _settled(ledger: Ledger, paid: pd.DataFrame) -> pd.Series:
    return ledger.links["accrual"][ledger.links["payment"].isin(paid.index)]


def _shown(sums: pd.DataFrame, until: pd.Timestamp | None, zone: str) -> pd.DataFrame:
    counts = sums[["earned_cents", "paid_cents", "unpaid_accruals"]].astype("Int64").fillna(0)
    oldest: Whole = sums["oldest_unpaid"].astype("Int64").fillna(NO_DAY).to_numpy().astype(np.int64)
    today = NO_DAY if until is None else int(_last_day(until, zone))
    waiting = pd.Series(today - oldest, sums.index, dtype="Int64")
    balances = counts.assign(
        owed_cents=counts["earned_cents"] - counts["paid_cents"],
        oldest_unpaid=as_days(oldest),
        days_outstanding=waiting.where((oldest != NO_DAY) & (until is not None)),
    ).reset_index()
    is_open = (balances["owed_cents"] != 0) | (balances["unpaid_accruals"] > 0)
    columns = [*_KEYS, "earned_cents", "paid_cents", "owed_cents", "unpaid_accruals"]
    ordered = balances[is_open].sort_values(
        ["currency", "owed_cents", "creator_id"], ascending=[True, False, True], ignore_index=True
    )
    return ordered[[*columns, "oldest_unpaid", "days_outstanding"]]


def _last_day(until: pd.Timestamp, zone: str) -> int:
    """Return the day whose last moment is no later than an instant's own."""
    just_before = pd.DatetimeIndex([until - pd.Timedelta(microseconds=1)])
    return int(local_days(just_before, zone)[0])
