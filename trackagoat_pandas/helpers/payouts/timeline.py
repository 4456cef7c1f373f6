"""Earned, paid and owed over time.

Knows ledgers. Must not know rules.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from trackagoat_pandas.checks import check_choice
from trackagoat_pandas.helpers.payouts.calendar import first_days, period_numbers
from trackagoat_pandas.helpers.payouts.columns import (
    NO_DAY,
    STRING,
    Whole,
    as_days,
    known_zone,
    local_days,
)
from trackagoat_pandas.helpers.payouts.ledger import read_ledger
from trackagoat_pandas.helpers.payouts.summaries import earned_days

Freq: TypeAlias = Literal["day", "week", "month"]
_PERIODS = {"day": "daily", "week": "weekly", "month": "monthly"}
_SUMS = ["earned_cents", "paid_cents"]


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
    day it was made), a recorded payment on the day it was paid, both in the organization's time
    zone (contract sections 1 and 8). Every bucket from the first to the last has a row: a ledger
    has no gaps, so that an empty bucket is 0. What has no day at all is in no bucket.

    Parameters
    ----------
    accruals, payments
        The frames of :func:`load_payout_accruals` and :func:`load_payout_payments`.
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
        the running total of earned less paid (Int64).

    Raises
    ------
    MissingColumnError
        A frame lacks a column.
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
    ledger = read_ledger(accruals, payments, currency)
    earned = ledger.accruals[ledger.accruals["is_standing"]]
    paid = ledger.payments[ledger.payments["is_recorded"]]
    lines = pd.concat(
        [
            _lines(earned, earned_days(earned, zone), freq, "earned_cents"),
            _lines(paid, local_days(pd.DatetimeIndex(paid["paid_at"]), zone), freq, "paid_cents"),
        ],
        ignore_index=True,
    )
    buckets = lines.groupby(["currency", "bucket"])[_SUMS].sum()
    whole = _without_gaps(buckets)
    owed = (whole["earned_cents"] - whole["paid_cents"]).groupby(whole["currency"]).cumsum()
    dates = as_days(first_days(whole["bucket"].to_numpy(np.int64), _of(freq, len(whole))))
    timeline = whole.assign(date=dates, owed_cents=owed.astype("Int64"))
    return timeline[["date", "currency", *_SUMS, "owed_cents"]]


def _lines(rows: pd.DataFrame, days: Whole, freq: Freq, name: str) -> pd.DataFrame:
    """Rows with a day as one line each: its bucket's number and its amount in one column."""
    bucket = period_numbers(days, _of(freq, len(days)))
    amounts = {**dict.fromkeys(_SUMS, 0), name: rows["cents"]}
    lines = pd.DataFrame({"currency": rows["currency"], "bucket": bucket, **amounts})
    return lines[lines["bucket"].where(days != NO_DAY).notna()]


def _of(freq: Freq, size: int) -> Any:
    return np.full(size, _PERIODS[freq], dtype=object)


def _without_gaps(buckets: pd.DataFrame) -> pd.DataFrame:
    """Every bucket of every currency, from its first to its last."""
    numbers = buckets.index.get_level_values("bucket").to_series(index=buckets.index)
    ends = numbers.groupby("currency").agg(["min", "max"])
    sizes = (ends["max"] - ends["min"] + 1).to_numpy(np.int64)
    steps = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    every = pd.DataFrame(
        {
            "currency": ends.index.repeat(sizes).astype(STRING),
            "bucket": np.repeat(ends["min"].to_numpy(np.int64), sizes) + steps,
        }
    )
    whole: pd.DataFrame = every.merge(buckets.reset_index(), on=["currency", "bucket"], how="left")
    whole[_SUMS] = whole[_SUMS].astype("Int64").fillna(0)
    return whole
