"""Earned, paid and owed over time."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from trackagoat_pandas.checks import check_choice
from trackagoat_pandas.helpers.payouts.calendar import first_days, period_numbers
from trackagoat_pandas.helpers.payouts.columns import NO_DAY, STRING, Whole, as_days, known_zone
from trackagoat_pandas.helpers.payouts.days import earned_days, paid_days
from trackagoat_pandas.helpers.payouts.ledger import read_ledger

Freq: TypeAlias = Literal["day", "week", "month"]
_PERIODS = {"day": "daily", "week": "weekly", "month": "monthly"}
_CENTS = ("earned_cents", "paid_cents", "owed_cents")


def payout_timeline(
    accruals: pd.DataFrame,
    payments: pd.DataFrame,
    *,
    freq: Freq = "month",
    timezone: str | None = None,
    currency: str = "USD",
) -> pd.DataFrame:
    """Sum what was earned and paid in each bucket of time, and what was owed at its end.

    An accrual that is not voided counts on the last day of its period (without a period, on the
    day it was made), a recorded payment on the day it was paid, both as the organization's calendar
    shows it: what is stamped midnight is of the day that begins. Every bucket from the first to the
    last has a row: a ledger has no gaps, so that an empty bucket is 0. What has no day at all is in
    no bucket.

    Parameters
    ----------
    accruals, payments
        The frames of :func:`load_payout_accruals` and :func:`load_payout_payments`. An id that
        stands twice counts once: the row with the latest ``fetched_at`` or ``updated_at``, where
        there is such a column, else the last. An NA amount adds nothing. An accrual whose status is
        NA or an unknown word counts as earned, a payment's as not paid, each with a warning.
    freq
        ``"day"``, ``"week"`` (from Monday) or ``"month"``.
    timezone
        The organization's; by default that of the frames' attributes.
    currency
        The currency of a frame that has no column ``currency``.

    Returns
    -------
    pandas.DataFrame
        One row for each currency and bucket, oldest first: ``date`` (the bucket's first day),
        ``currency`` (str), ``earned_cents`` and ``paid_cents`` of the bucket, and ``owed_cents``,
        the running total of earned less paid (Int64). An accrual is earned when its period ends,
        also if it is recorded later; :func:`outstanding_balances` with ``as_of`` counts only those
        that were recorded by then.

    Warns
    -----
    ContractWarning
        Statuses are none of the known words.

    Raises
    ------
    MissingColumnError
        A column is missing.
    ArgumentError
        ``freq``, ``currency`` or ``timezone`` is not allowed, or an amount is no whole cents.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> from trackagoat_pandas.helpers.payouts.timeline import payout_timeline
    >>> with tgp.connect(sandbox=True):
    ...     accruals, payments = tgp.load_payout_accruals(), tgp.load_payout_payments()
    >>> months = payout_timeline(accruals, payments, timezone="America/New_York")
    >>> int(months["owed_cents"].iloc[-1]) == int(
    ...     accruals.loc[accruals["status"] == "pending", "amount_cents"].sum())
    True
    """
    check_choice("freq", freq, list(_PERIODS))
    zone = known_zone(timezone, [payments, accruals])
    ledger = read_ledger(
        accruals, payments, currency, linked=False, needed=("last", "created_at", "paid_at")
    )
    earned = ledger.accruals[ledger.accruals["is_standing"]]
    paid = ledger.payments[ledger.payments["is_recorded"]]
    sides = ((earned, earned_days(earned, zone)), (paid, paid_days(paid, zone)))
    lines = pd.concat(
        [_lines(rows, days, freq, side) for side, (rows, days) in enumerate(sides)],
        ignore_index=True,
    )
    return _shown(lines, freq)


def _lines(rows: pd.DataFrame, days: Whole, freq: Freq, side: int) -> pd.DataFrame:
    """Rows with a day: currency, bucket and cents of one side, earned (0) or paid (1)."""
    # There are few different days, and many rows of each.
    places, different = pd.factorize(days)
    bucket = period_numbers(different, _of(freq, len(different)))[places]
    lines = pd.DataFrame(
        {"currency": rows["currency"].array, "bucket": bucket, "cents": rows["cents"].to_numpy()},
        copy=False,
    ).assign(side=side)
    is_dated = days != NO_DAY
    return lines if is_dated.all() else lines[is_dated]


def _of(freq: Freq, size: int) -> Any:
    return np.full(size, _PERIODS[freq], dtype=object)


def _shown(lines: pd.DataFrame, freq: Freq) -> pd.DataFrame:
    """Sum the lines, with every bucket of a currency from its first to its last."""
    money, names = pd.factorize(lines["currency"], sort=True)
    bucket = lines["bucket"].to_numpy()
    origin = int(bucket.min()) if len(bucket) else 0
    width = int(bucket.max(initial=origin)) - origin + 1
    place = bucket - origin
    sums = np.zeros((2, len(names), width), np.int64)
    np.add.at(sums, (lines["side"].to_numpy(), money, place), lines["cents"].to_numpy())
    first, last = np.full(len(names), width), np.full(len(names), -1)
    np.minimum.at(first, money, place)
    np.maximum.at(last, money, place)
    steps = np.arange(width)
    is_within = (steps >= first[:, None]) & (steps <= last[:, None])
    rows, columns = np.nonzero(is_within)
    earned, paid = sums
    owed = np.cumsum(earned - paid, axis=1)
    days = first_days(columns + origin, _of(freq, len(columns)))
    amounts = zip(_CENTS, (earned, paid, owed), strict=True)
    return pd.DataFrame(
        {
            "date": as_days(days),
            "currency": names.astype(STRING).take(rows),
            **{name: pd.array(cents[rows, columns], dtype="Int64") for name, cents in amounts},
        }
    )
