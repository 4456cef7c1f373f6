"""Placebo tests: an effect against those of groups that were drawn at random."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import Final

import numpy as np

from trackagoat_pandas.base.types import Bools, Floats

DRAWS: Final = 1_999
"""Placebo groups: with the group itself 2,000, so that p has no rounding at 0.05 and 0.1."""
TEST_LEVEL: Final = 0.95
POWER_QUANTILE: Final = 0.8416
"""The normal quantile of 0.8: how often the smallest visible effect is seen."""


@dataclass(frozen=True)
class PlaceboTest:
    """An effect in logs, and those that random groups have.

    ``shares`` say which part of the effect each random group has by itself, since some of those
    who got it are in it: from -1 to 1.
    """

    effect: float
    drawn: Floats
    shares: Floats

    @property
    def p(self) -> float:
        """How often a random group's effect is as large, on both sides."""
        upper, lower = self._ends()
        rarer = min(int((upper <= 0.0).sum()), int((lower >= 0.0).sum()))
        return min(2.0 * (1 + rarer) / (len(self.drawn) + 1), 1.0)

    def interval(self, level: float) -> tuple[float, float]:
        """Return the effects that this test doesn't reject.

        It has 0 in it if and only if p is at least ``1 - level``.
        """
        upper, lower = self._ends()
        # Rounded, since 1 - 0.9 isn't exactly 0.1.
        rank = ceil(round((1.0 - level) * (len(self.drawn) + 1) / 2.0, 9)) - 1
        if rank < 1:
            return -np.inf, np.inf
        return float(np.sort(upper)[rank - 1]), float(np.sort(lower)[-rank])

    def _ends(self) -> tuple[Floats, Floats]:
        """Return for each draw the least and the largest effect at which it is as extreme.

        Where the effect were ``e``, the group's own would be ``effect - e`` without it, and that of
        the draw ``drawn - e * shares``.
        """
        left = 1.0 - self.shares
        is_same = left < 1e-9
        ends = (self.effect - self.drawn) / np.where(is_same, 1.0, left)
        return np.where(is_same, -np.inf, ends), np.where(is_same, np.inf, ends)


def smallest_visible(drawn: Floats) -> float:
    """Return the effect, in logs, that a test at 0.05 sees with a chance of 0.8.

    ``drawn`` are the effects of random groups where there is none.
    """
    if not len(drawn):
        return np.nan
    needed = float(np.quantile(np.abs(drawn), TEST_LEVEL))
    return needed + POWER_QUANTILE * float(drawn.std())


@lru_cache(maxsize=8)
def random_groups(number: int, size: int) -> Bools:
    """Draw groups of some size out of a number of creators, always the same ones."""
    dice = np.random.default_rng([number, size])
    groups = np.zeros((DRAWS, number), np.bool_)
    chosen = dice.random((DRAWS, number)).argsort(axis=1)[:, :size]
    np.put_along_axis(groups, chosen, values=True, axis=1)
    # They are cached, and shared by all callers.
    groups.flags.writeable = False
    return groups


def gap(groups: Bools | Floats, values: Floats, weights: Floats) -> Floats:
    """Return the mean of each group's creators less that of the others.

    ``groups`` have the shape (groups, creators), ``values`` and ``weights`` (creators,).
    """
    inside = groups @ weights
    sums = groups @ (values * weights)
    outside = weights.sum() - inside
    gaps: Floats = sums / inside - ((values * weights).sum() - sums) / outside
    return gaps
