"""What is needed until a period's end, and the chance that it comes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas.helpers.clocks import Days, Instants
from trackagoat_pandas.helpers.goals.arrays import Codes, Flags, Numbers
from trackagoat_pandas.helpers.goals.forecast import (
    LEAST_DAYS,
    LOOKBACK_DAYS,
    known_days,
    replay,
)
from trackagoat_pandas.helpers.goals.gains import Gains
from trackagoat_pandas.helpers.goals.periods import Calendar
from trackagoat_pandas.tables.analytics import GOAL_METRICS

LEAST_STRETCHES = 2
"""How many stretches as long as the time left the history must hold side by side."""
MOST_UNEVENNESS = 1.0
"""Beyond it, chances were worse than the base rate in simulated programs."""
_NEVER_FALLING = ("posts", "views", "engagement")
_ROWS_AT_ONCE = 10_000
"""So that the temporary arrays of a step stay below 10 MB each."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """The chance of each goal, and the whole days of history that there are and must be.

    ``is_irregular`` says where the history is too uneven for a chance.
    """

    chance: Numbers
    history_days: Codes
    required_days: Codes
    is_irregular: Flags

    @property
    def reasons(self) -> NDArray[np.object_]:
        """Why there is no chance, as far as the history says it; an empty word where it doesn't."""
        is_missing = np.isnan(self.chance)
        words = ["too_little_history", "too_irregular"]
        is_short = self.history_days < self.required_days
        found = np.select([is_missing & is_short, is_missing & self.is_irregular], words, "")
        return found.astype(object)


@dataclass(frozen=True, slots=True)
class Race:
    """Series that must gain so much from an instant up to the start of a day."""

    series: Codes
    metrics: NDArray[np.object_]
    needed: Numbers
    at: Instants
    until: Days


def look_ahead(race: Race, gains: Gains, calendar: Calendar) -> Outlook:
    """Find the chance of each; NaN where the need isn't known or the history doesn't allow one.

    What can't fall and is reached already has a chance of 1.
    """
    today = calendar.days(race.at)
    is_known = ~(np.isnan(race.needed) | np.isnat(race.until) | np.isnat(race.at))
    is_known &= race.series >= 0
    days = np.where(is_known, race.until.astype(np.int64) - calendar.positions(race.at), 0.0)
    is_known &= days > 0
    required = _required_days(days)
    chance, known = np.full(len(days), np.nan), np.zeros(len(days), np.int64)
    is_irregular = np.zeros(len(days), np.bool_)
    for metric, name in enumerate(GOAL_METRICS):
        mine = np.flatnonzero(is_known & (race.series % len(GOAL_METRICS) == metric))
        if not len(mine):
            continue
        first, daily = _history(gains, metric, today[mine])
        moments = pd.DataFrame({"today": today[mine], "days": days[mine]})
        for rows in moments.groupby(["today", "days"]).indices.values():
            same = mine[rows]
            begin = int((today[same[0]] - first).astype(np.int64))
            chance[same], known[same], is_irregular[same] = _chances(
                daily[:, begin : begin + LOOKBACK_DAYS],
                race.series[same] // len(GOAL_METRICS),
                race.needed[same],
                days[same[0]],
                can_fall=name not in _NEVER_FALLING,
            )
    is_reached = (race.needed <= 0) & np.isin(race.metrics.astype(str), _NEVER_FALLING)
    return Outlook(np.where(is_reached, 1.0, chance), known, required, is_irregular)


def _chances(
    history: Numbers, creators: Codes, needed: Numbers, days: float, *, can_fall: bool
) -> tuple[Numbers, Codes, Flags]:
    """Find chances with so many days left; the days known; and where the past is too uneven."""
    chance, known = np.full(len(creators), np.nan), known_days(history)
    is_short = known < _required_days(days)
    if is_short.all():
        return chance, known[creators], np.zeros(len(creators), np.bool_)
    past = replay(history, days, can_fall=can_fall)
    is_irregular = past.unevenness >= MOST_UNEVENNESS
    for start in range(0, len(creators), _ROWS_AT_ONCE):
        some = slice(start, start + _ROWS_AT_ONCE)
        chance[some] = past.chances(creators[some], needed[some])
    chance[(is_short | is_irregular)[creators]] = np.nan
    return chance, known[creators], is_irregular[creators]


def _required_days(days: float | Numbers) -> Codes:
    """How many days of history are required for so many days left."""
    return np.maximum(LEAST_DAYS, np.ceil(LEAST_STRETCHES * days)).astype(np.int64)


def _history(gains: Gains, metric: int, today: Days) -> tuple[Days, Numbers]:
    """The daily gains of all creators from as long before the earliest day as is looked back.

    The first day whose history they hold is the earliest day itself.
    """
    earliest = today.min()
    number = LOOKBACK_DAYS + int((today.max() - earliest).astype(np.int64))
    span = earliest - LOOKBACK_DAYS + np.arange(number)
    series = np.arange(gains.creator_count) * len(GOAL_METRICS) + metric
    return earliest, gains.daily(series, span[None, :])
