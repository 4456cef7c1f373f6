"""Who is still owed what, on any day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas._types import DateLike
from trackagoat_pandas.helpers.payouts.columns import (
    NO_DAY,
    Whole,
    as_days,
    day_of,
    is_instant,
    known_zone,
    local_days,
    zone_of,
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
    voided, and all payments that are recorded. With ``as_of``, those that were made by then; what
    has been voided since never counts, since nothing says when it was voided. An entry without a
    time counts always.

    Parameters
    ----------
    accruals, payments
        The frames of :func:`load_payout_accruals` and :func:`load_payout_payments`. An id that
        stands twice counts once: the row with the latest ``fetched_at`` or ``updated_at``, where
        there is such a column, else the last. An NA amount adds nothing. An accrual whose status is
        NA or an unknown word counts as earned, a payment's as not paid, each with a warning.
    as_of
        An instant, included; or a day: then an entry counts if the organization's calendar showed
        that day or an earlier one when it was made, so that the next midnight is out. None for all
        that there is.
    timezone
        The organization's; by default that of the frames' attributes. Needed with ``as_of``;
        without, days are those of UTC where none is known.
    currency
        The currency of a frame that has no column ``currency``.

    Returns
    -------
    pandas.DataFrame
        One row for each creator and currency that is not settled, most owed first:
        ``creator_id``, ``currency`` (str), ``earned_cents``, ``paid_cents``, ``owed_cents`` (Int64;
        negative where too much was paid), ``unpaid_accruals`` (Int64: those that no payment which
        counts lists), ``oldest_unpaid`` (the last day of the oldest one's period, or without a
        period the local day on which it was made), ``days_outstanding`` (Int64: days from there to
        the day of ``as_of``, NA without it).

    Warns
    -----
    ContractWarning
        Statuses are none of the known words.

    Raises
    ------
    MissingColumnError
        A column is missing.
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
    frames = [payments, accruals]
    zone = (zone_of(timezone, frames) or "UTC") if as_of is None else known_zone(timezone, frames)
    today = NO_DAY if as_of is None else day_of("as_of", as_of, zone)
    ledger = read_ledger(accruals, payments, currency, needed=_NEEDED)
    earned = ledger.accruals[ledger.accruals["is_standing"]]
    paid = ledger.payments[ledger.payments["is_recorded"]]
    if as_of is not None:
        earned = earned[_is_made(earned["created_at"], as_of, today, zone)]
        paid = paid[_is_made(paid["paid_at"], as_of, today, zone)]
    unpaid = earned[~earned.index.isin(_settled(ledger, paid))]
    last = pd.Series(earned_days(unpaid, zone), unpaid.index, dtype="Int64")
    waiting = unpaid.assign(last=last.mask(last == NO_DAY)).groupby(_KEYS, dropna=False)
    sums: dict[str, pd.Series] = {
        "earned_cents": earned.groupby(_KEYS, dropna=False)["cents"].sum(),
        "paid_cents": paid.groupby(_KEYS, dropna=False)["cents"].sum(),
        "unpaid_accruals": waiting.size(),
        "oldest_unpaid": waiting["last"].min(),
    }
    # Through floats, large sums would lose cents.
    exact = {name: column.astype("Int64") for name, column in sums.items()}
    return _shown(pd.concat(exact, axis=1), today)


def _is_made(made: pd.Series, as_of: Any, today: int, zone: str) -> NDArray[np.bool_]:
    """Whether each entry was made by an instant, or by the end of a day; True where unknown."""
    moments = pd.DatetimeIndex(made)
    if is_instant(as_of):
        return ~np.asarray(moments > pd.Timestamp(as_of))
    return local_days(moments, zone) <= today


def _settled(ledger: Ledger, paid: pd.DataFrame) -> pd.Series:
    return ledger.links["accrual"][ledger.links["payment"].isin(paid.index)]


def _shown(sums: pd.DataFrame, today: int) -> pd.DataFrame:
    counts = sums[["earned_cents", "paid_cents", "unpaid_accruals"]].fillna(0)
    oldest: Whole = sums["oldest_unpaid"].to_numpy(np.int64, na_value=NO_DAY)
    waiting = pd.Series(today - oldest, sums.index, dtype="Int64")
    balances = counts.assign(
        owed_cents=counts["earned_cents"] - counts["paid_cents"],
        oldest_unpaid=as_days(oldest),
        days_outstanding=waiting.where((oldest != NO_DAY) & (today != NO_DAY)),
    ).reset_index()
    is_open = (balances["owed_cents"] != 0) | (balances["unpaid_accruals"] > 0)
    columns = [*_KEYS, "earned_cents", "paid_cents", "owed_cents", "unpaid_accruals"]
    ordered = balances[is_open].sort_values(
        ["currency", "owed_cents", "creator_id"], ascending=[True, False, True], ignore_index=True
    )
    return ordered[[*columns, "oldest_unpaid", "days_outstanding"]]
