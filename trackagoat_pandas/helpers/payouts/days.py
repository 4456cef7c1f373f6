"""The days on which money counts, in the organization's time zone."""

from __future__ import annotations

import numpy as np
import pandas as pd

from trackagoat_pandas.helpers.payouts.columns import NO_DAY, Whole, local_days


def earned_days(accruals: pd.DataFrame, zone: str) -> Whole:
    """Return the day on which each accrual counts: its period's last, else the one it was made."""
    last = accruals["last"].to_numpy(np.int64)
    is_open = last == NO_DAY
    if not is_open.any():
        return last
    made = local_days(pd.DatetimeIndex(accruals["created_at"]), zone)
    return np.where(is_open, made, last)


def paid_days(payments: pd.DataFrame, zone: str) -> Whole:
    """Return the day on which each payment was made; NO_DAY where that isn't known."""
    return local_days(pd.DatetimeIndex(payments["paid_at"]), zone)
