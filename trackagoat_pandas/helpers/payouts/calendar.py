"""Pay periods: daily, weekly from Monday, monthly, by their number since 1970."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas.helpers.payouts.columns import Whole, day_starts, local_days

GOAL_DELAY = pd.Timedelta(hours=48)
"""How long after its period a goal is evaluated: the product's documented 48 hours."""

# 1970-01-01 was a Thursday, three days after a Monday.
_THURSDAY = 3


def period_numbers(days: Whole, periods: NDArray[Any]) -> Whole:
    """Return the number of the period that holds each day."""
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return _by_period(periods, days, (days + _THURSDAY) // 7, months)


def first_days(numbers: Whole, periods: NDArray[Any]) -> Whole:
    """Return the first day of each numbered period."""
    months = np.where(periods == "monthly", numbers, 0).astype("datetime64[M]")
    return _by_period(
        periods, numbers, numbers * 7 - _THURSDAY, months.astype("datetime64[D]").astype(np.int64)
    )


def _by_period(periods: NDArray[Any], daily: Whole, weekly: Whole, monthly: Whole) -> Whole:
    choices = [periods == "daily", periods == "weekly"]
    return np.select(choices, [daily, weekly], default=monthly)


def month_starts(days: Whole) -> Whole:
    """Return the first day of the month of each day; NO_DAY stays."""
    months = days.astype("datetime64[D]").astype("datetime64[M]")
    return months.astype("datetime64[D]").astype(np.int64)


def last_started_day(moment: pd.Timestamp, zone: str) -> int:
    """Return the newest local day that has begun at an instant: all before it have ended."""
    shown = local_days(pd.DatetimeIndex([moment]), zone)
    # Where midnight comes twice, the clock shows the day before once more.
    has_begun = day_starts(shown + 1, zone)[0] <= moment
    return int(shown[0]) + int(has_begun)
