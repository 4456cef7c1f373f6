"""The chance that a count grows by enough: the model behind the odds of goals.

Knows daily gains as arrays. Must not know frames, goals or calendars.

The model is a replay of the creator's own past. Every stretch of days in the history that is as
long as the time left, and ends with a whole day as that does, is one thing that might happen next.

1. *Momentum.* What views, engagement or followers gain in a day depends on the days before: a
   stretch is scaled by the level now over the level at its start. A level is the mean gain of the
   last ``LEVEL_DAYS`` days plus ``STEADINESS`` of the mean of all. Posts have no momentum.
2. *Weekdays and recency.* A stretch over other weekdays than those to come counts
   ``OTHER_WEEKDAYS`` of one over the same, and half as much for every ``HALF_LIFE_DAYS`` that it
   lies back.
3. *Whole units.* A stretch that gives a part of the last unit needed counts with that part.
4. *Overlap.* Stretches overlap, so they are worth only as many as would fit side by side. The share
   of them that reach the target is drawn towards 1/2 by ``DOUBT`` more, of which half would: few
   and long stretches can't give a chance near 0 or 1.
"""

from __future__ import annotations

import numpy as np

from trackagoat_pandas.helpers.goals.arrays import Codes, Flags, Numbers

LOOKBACK_DAYS = 112
"""Sixteen weeks: so many whole days of history are looked at."""
HALF_LIFE_DAYS = 42.0
OTHER_WEEKDAYS = 0.25
LEVEL_DAYS = 3
STEADINESS = 0.5
DOUBT = 1.0
_WEEK = 7
_BACK = np.arange(LOOKBACK_DAYS)
_END = LOOKBACK_DAYS - _BACK
"""Where each stretch ends in the history, the latest first."""


def chances(
    history: Numbers, needed: Numbers, days: Numbers, ahead: Codes, momentum: Flags
) -> Numbers:
    """Return the chance that at least so much is gained.

    Parameters
    ----------
    history
        Gains of whole days, shape (rows, LOOKBACK_DAYS), the latest last; NaN where unknown. Only
        the unbroken run of known days up to the latest one is used.
    needed
        How much must be gained, for each row.
    days
        How many days are left; a part of one is what is left of the day after the history.
    ahead
        How many calendar days those are.
    momentum
        Whether the level of the days before matters.

    Returns
    -------
    numpy.ndarray
        Between 0 and 1; NaN where the history is shorter than the time left.
    """
    known = known_days(history)
    start, first = _END - days[:, None], LOOKBACK_DAYS - known[:, None]
    weight = np.where(start >= first, _weights(ahead), 0.0)
    totals = _running_totals(np.where(first <= _BACK, history, 0.0))
    gained = totals[:, _END] - _at(totals, start)
    gained *= np.where(momentum[:, None], _rise(totals, np.floor(start), known), 1.0)
    reached = np.clip(gained - needed[:, None] + 1.0, 0.0, 1.0)
    total = weight.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (weight * reached).sum(axis=1) / total
        different = total**2 / (weight**2).sum(axis=1)
    side_by_side = 1.0 + (different - 1.0) / np.maximum(days, 1.0)
    drawn: Numbers = (side_by_side * share + DOUBT / 2.0) / (side_by_side + DOUBT)
    return drawn


def known_days(history: Numbers) -> Codes:
    """Count the latest days without a gap, from the first day of them that brought anything."""
    backwards = history[:, ::-1]
    known = np.logical_and.accumulate(~np.isnan(backwards), axis=1)
    brought = known & (backwards != 0.0)
    furthest = LOOKBACK_DAYS - np.argmax(brought[:, ::-1], axis=1)
    return np.where(brought.any(axis=1), furthest, 0)


def _weights(ahead: Codes) -> Numbers:
    """Weigh the stretches by their weekdays and by how far back they lie."""
    same = (_BACK + ahead[:, None]) % _WEEK == 0
    return np.where(same, 1.0, OTHER_WEEKDAYS) * 0.5 ** (_BACK / HALF_LIFE_DAYS)


def _rise(totals: Numbers, first: Numbers, known: Codes) -> Numbers:
    """Return the level now over that before a day; 1 where that isn't known."""
    mean = totals[:, -1:] / np.maximum(known, 1)[:, None]
    now, then = (
        np.maximum(_at(totals, day) - _at(totals, day - LEVEL_DAYS), 0.0) / LEVEL_DAYS
        + STEADINESS * np.maximum(mean, 0.0)
        for day in (np.full((len(totals), 1), float(LOOKBACK_DAYS)), first)
    )
    is_known = (first - LEVEL_DAYS >= LOOKBACK_DAYS - known[:, None]) & (then > 0)
    return np.divide(now, then, out=np.ones_like(then), where=is_known)


def _running_totals(daily: Numbers) -> Numbers:
    return np.concatenate([np.zeros((len(daily), 1)), np.cumsum(daily, axis=1)], axis=1)


def _at(totals: Numbers, positions: Numbers) -> Numbers:
    """Look up running totals at positions in days; inside of a day they rise evenly."""
    inside = np.clip(positions, 0.0, LOOKBACK_DAYS)
    before = np.minimum(inside.astype(np.int64), LOOKBACK_DAYS - 1)
    low = np.take_along_axis(totals, before, axis=1)
    high = np.take_along_axis(totals, before + 1, axis=1)
    rising: Numbers = low + (high - low) * (inside - before)
    return rising
