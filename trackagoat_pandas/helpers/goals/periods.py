"""Calendar periods and the days of a time zone, for whole arrays.

Daily, weekly and monthly periods are those of the organization's time zone; weeks start on Monday.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trackagoat_pandas.helpers.clocks import Days, Instants, day_starts, days_shown
from trackagoat_pandas.helpers.goals.arrays import Codes, Numbers

ONE_DAY = np.timedelta64(1, "D")
_DAY, _MONTH = "datetime64[D]", "datetime64[M]"
_TO_MONDAY = 3
"""1970-01-01, the day 0, was a Thursday."""
NO_DAY = np.datetime64("NaT", "D")


@dataclass(frozen=True, slots=True)
class Calendar:
    """The calendar of one IANA time zone."""

    timezone: str

    def starts(self, days: Days) -> Instants:
        """Return the first instant of each day."""
        return day_starts(days, self.timezone)

    def days(self, instants: Instants) -> Days:
        """Return the day that the calendar shows at each instant."""
        return days_shown(instants, self.timezone)

    def positions(self, instants: Instants) -> Numbers:
        """Return days since 1970, with the share of the day that has passed at each instant."""
        days = self.days(instants)
        start, after = self.starts(days), self.starts(days + ONE_DAY)
        passed: Numbers = days.astype(np.int64) + (instants - start) / (after - start)
        return passed


def period_numbers(periods: NDArray[np.object_], days: Days) -> Codes:
    """Number the periods that hold days, so that neighbours have neighbouring numbers."""
    day = days.astype(_DAY)
    week = (day.astype(np.int64) + _TO_MONDAY) // 7
    month = day.astype(_MONTH).astype(np.int64)
    return np.select(
        [periods == "weekly", periods == "monthly"], [week, month], day.astype(np.int64)
    )


def first_days(periods: NDArray[np.object_], numbers: Codes) -> Days:
    """Return the first day of each numbered period; NaT for a period of unknown length."""
    return np.select(
        [periods == "daily", periods == "weekly", periods == "monthly"],
        [
            numbers.astype(_DAY),
            (numbers * 7 - _TO_MONDAY).astype(_DAY),
            numbers.astype(_MONTH).astype(_DAY),
        ],
        NO_DAY,
    )


def earliest(*days: Days) -> np.datetime64:
    """Return the first of some days; NaT where there is none."""
    return np.datetime64(np.fmin.reduce(np.concatenate([*days, [NO_DAY]])), "D")


def judged_days(day: Days, start: Days, end: Days) -> Days:
    """Return the day whose period is judged: a day, held within a goal's first and last days."""
    return np.fmax(np.fmin(day, end), start)
