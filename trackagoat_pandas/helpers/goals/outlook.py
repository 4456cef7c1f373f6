"""What is needed until a period's end, and the chance that it comes.

Knows how much history a chance needs. The model is in forecast.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trackagoat_pandas.helpers.clocks import Days, Instants
from trackagoat_pandas.helpers.goals.arrays import Codes, Numbers
from trackagoat_pandas.helpers.goals.forecast import LOOKBACK_DAYS, chances, known_days
from trackagoat_pandas.helpers.goals.gains import Gains
from trackagoat_pandas.helpers.goals.periods import Calendar

LEAST_DAYS = 28
"""Four of each weekday."""
LEAST_STRETCHES = 2
"""How many stretches as long as the time left the history must hold side by side."""
_NEVER_FALLING = ("posts", "views", "engagement")
_ROWS_AT_ONCE = 10_000
"""So that the temporary arrays of a step stay below 10 MB each."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """The chance of each goal, and the whole days of history that there are and must be."""

    chance: Numbers
    history_days: Codes
    required_days: Codes

    @property
    def is_short(self) -> NDArray[np.bool_]:
        """Whether there is too little history."""
        return self.history_days < self.required_days


@dataclass(frozen=True, slots=True)
class Race:
    """Series that must gain so much from an instant up to the start of a day."""

    series: Codes
    metrics: NDArray[np.object_]
    needed: Numbers
    at: Instants
    until: Days

    def part(self, rows: slice) -> Race:
        """Take some rows."""
        return Race(
            self.series[rows],
            self.metrics[rows],
            self.needed[rows],
            self.at[rows],
            self.until[rows],
        )


def look_ahead(race: Race, gains: Gains, calendar: Calendar) -> Outlook:
    """Tell the chance of each; NaN where the need isn't known or the history is too short.

    What can't fall and is reached already has a chance of 1.
    """
    parts = [
        _look_ahead(race.part(slice(start, start + _ROWS_AT_ONCE)), gains, calendar)
        for start in range(0, max(len(race.series), 1), _ROWS_AT_ONCE)
    ]
    return Outlook(
        np.concatenate([part.chance for part in parts]),
        np.concatenate([part.history_days for part in parts]),
        np.concatenate([part.required_days for part in parts]),
    )


def _look_ahead(race: Race, gains: Gains, calendar: Calendar) -> Outlook:
    today = calendar.days(race.at)
    is_known = ~(np.isnan(race.needed) | np.isnat(race.until) | np.isnat(race.at))
    days = np.where(is_known, race.until.astype(np.int64) - calendar.positions(race.at), 0.0)
    ahead = np.where(is_known, (race.until - today).astype(np.int64), 0)
    history = _history(race.series, today, gains)
    chance = chances(history, race.needed, days, ahead, race.metrics != "posts")
    known = known_days(history)
    required = np.maximum(LEAST_DAYS, np.ceil(LEAST_STRETCHES * np.nan_to_num(days)))
    is_reached = (race.needed <= 0) & np.isin(race.metrics.astype(str), _NEVER_FALLING)
    chance = np.where((known < required) | ~is_known, np.nan, chance)
    return Outlook(np.where(is_reached, 1.0, chance), known, required.astype(np.int64))


def _history(series: Codes, today: Days, gains: Gains) -> Numbers:
    """Look up the gains of the days before today, the latest last: each series once."""
    different, place = np.unique(series, return_inverse=True)
    first = np.fmin.reduce(today, initial=np.datetime64("9999-12-31")) - LOOKBACK_DAYS
    begin = np.where(np.isnat(today), 0, (today - first).astype(np.int64) - LOOKBACK_DAYS)
    span = first + np.arange(int(begin.max(initial=0)) + LOOKBACK_DAYS)
    daily = gains.daily(different, span[None, :])
    return daily[place[:, None], begin[:, None] + np.arange(LOOKBACK_DAYS)]
