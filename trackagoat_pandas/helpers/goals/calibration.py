"""Chances that are corrected by how often earlier forecasts for like goals came true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from trackagoat_pandas.base.types import Bools, Floats, Instants, Ints
from trackagoat_pandas.helpers.clocks import ONE_DAY

PAST_DAYS: Final = 182
"""Forecasts that ended this long ago count: half a year, as long as that of the model itself."""
FEWEST: Final = 10
"""With fewer forecasts of a kind, how often they came true says hardly anything."""
_SLOPE, _SLOPE_SPREAD, _LEVEL_SPREAD = 0.85, 0.3, 0.7
"""The prior of the curve: where and how far from there slope and level are before any forecast. In
simulated programs slopes were from 0.3, where goals are much alike, to 1.1."""
_FREE = 1.0
"""What the curve, which was fitted to them, owes to chance: this over the number of forecasts is
how much better than their hit rate it would be on average if chances said nothing."""
_CELLS: Final = 200
"""Chances are counted in cells of this width, so that years of forecasts are summed once."""
_MIDDLES = (np.arange(_CELLS) + 0.5) / _CELLS
_STEPS: Final = 12
"""Newton's method converges in fewer, as the prior keeps the curve flat."""


@dataclass(frozen=True, slots=True)
class Forecasts:
    """Forecasts of periods that ended: their kind, chance, outcome (0, 1 or NaN) and end.

    Those without a chance or an outcome count for nothing, nor do those of targets that had been
    reached, whose chance is 1.
    """

    kinds: Ints
    chance: Floats
    hit: Floats
    ended: Instants


@dataclass(frozen=True, slots=True)
class Calibration:
    """Corrected chances, and the past forecasts of their kind by which they were corrected.

    Attributes
    ----------
    chance
        NaN with fewer than ``FEWEST`` past forecasts, or where these had no skill.
    number, hit_rate
        How many past forecasts there are, and which share of them came true.
    has_skill
        Whether past chances, so corrected, were nearer to the outcomes than their hit rate was.
    """

    chance: Floats
    number: Ints
    hit_rate: Floats
    has_skill: Bools


def calibrate(chance: Floats, kinds: Ints, at: Instants, past: Forecasts) -> Calibration:
    """Correct chances by the past forecasts of their kind that had ended when they were made.

    The corrected chance is a logistic curve of the logarithm of its odds (Platt 1999), fitted at
    each instant to the forecasts that ended in the ``PAST_DAYS`` before it. A prior draws the curve
    to a slope of 0.85 and no shift. Where chances differ by noise alone, the slope gets small, so
    that all come near the share of the goals that were reached.
    """
    corrected, hit_rate = np.full(len(chance), np.nan), np.full(len(chance), np.nan)
    number, has_skill = np.zeros(len(chance), np.int64), np.zeros(len(chance), np.bool_)
    is_scored = (past.chance < 1.0) & ~np.isnan(past.hit)
    for kind in np.unique(kinds):
        mine = np.flatnonzero((kinds == kind) & ~np.isnat(at))
        moments, place = np.unique(at[mine], return_inverse=True)
        theirs = is_scored & (past.kinds == kind)
        trials, hits = _counts(past.chance[theirs], past.hit[theirs], past.ended[theirs], moments)
        level, slope = _curves(trials, hits)
        total = trials.sum(axis=1)
        number[mine] = total[place]
        hit_rate[mine] = (hits.sum(axis=1) / np.where(total > 0, total, np.nan))[place]
        has_skill[mine] = _has_skill(trials, hits, level, slope)[place]
        corrected[mine] = _chance_of(level[place] + slope[place] * _log_odds(chance[mine]))
    corrected[(number < FEWEST) | ~has_skill] = np.nan
    return Calibration(np.where(chance == 1.0, 1.0, corrected), number, hit_rate, has_skill)


def _counts(
    chance: Floats, hit: Floats, ended: Instants, moments: Instants
) -> tuple[Floats, Floats]:
    """Count forecasts and hits by cell of the chance, in the days before each moment."""
    ends, when = np.unique(ended, return_inverse=True)
    cell = np.minimum((chance * _CELLS).astype(np.int64), _CELLS - 1)
    first = np.searchsorted(ends, moments - PAST_DAYS * ONE_DAY, "right")
    after = np.searchsorted(ends, moments, "right")
    found = []
    for weights in (np.ones(len(hit)), hit):
        counts = np.bincount(when * _CELLS + cell, weights, len(ends) * _CELLS)
        running = np.zeros((len(ends) + 1, _CELLS))
        np.cumsum(counts.reshape(-1, _CELLS), axis=0, out=running[1:])
        found.append(running[after] - running[first])
    return found[0], found[1]


def _curves(trials: Floats, hits: Floats) -> tuple[Floats, Floats]:
    """Fit level and slope of a logistic curve to each row of counts, by Newton's method."""
    x = _log_odds(_MIDDLES)
    level, slope = np.zeros(len(trials)), np.full(len(trials), _SLOPE)
    level_weight, slope_weight = _LEVEL_SPREAD**-2.0, _SLOPE_SPREAD**-2.0
    for _ in range(_STEPS):
        expected = _chance_of(level[:, None] + slope[:, None] * x)
        error, weight = hits - trials * expected, trials * expected * (1.0 - expected)
        by_level = error.sum(axis=1) - level_weight * level
        by_slope = error @ x - slope_weight * (slope - _SLOPE)
        twice_level = weight.sum(axis=1) + level_weight
        mixed, twice_slope = weight @ x, weight @ x**2 + slope_weight
        determinant = twice_level * twice_slope - mixed**2
        level = level + (twice_slope * by_level - mixed * by_slope) / determinant
        slope = slope + (twice_level * by_slope - mixed * by_level) / determinant
    # Less that is missing never lowers a chance.
    return level, np.maximum(slope, 0.0)


def _has_skill(trials: Floats, hits: Floats, level: Floats, slope: Floats) -> Bools:
    """Whether chances were better than the hit rate, by more than a fitted curve is anyway.

    Where all outcomes are the same, nothing could be better, and nothing says that they weren't.
    """
    said = _chance_of(level[:, None] + slope[:, None] * _log_odds(_MIDDLES))
    errors = (hits * (1.0 - said) ** 2 + (trials - hits) * said**2).sum(axis=1)
    number = np.maximum(trials.sum(axis=1), 1.0)
    rate = hits.sum(axis=1) / number
    of_rate = number * rate * (1.0 - rate)
    better: Bools = (of_rate == 0) | (errors < of_rate * (1.0 - _FREE / number))
    return better


def _log_odds(chance: Floats) -> Floats:
    bound = 0.5 / _CELLS
    inside = np.clip(chance, bound, 1.0 - bound)
    odds: Floats = np.log(inside / (1.0 - inside))
    return odds


def _chance_of(log_odds: Floats) -> Floats:
    chance: Floats = 1.0 / (1.0 + np.exp(-log_odds))
    return chance
