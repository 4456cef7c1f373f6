"""Intervals of a proportion, the quantiles of Student's t, and robust deviations."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Shares: TypeAlias = NDArray[np.float64]
MAD_TO_DEVIATION: Final = 1.4826
"""A normal distribution's standard deviation is its median distance from the median, times this."""
_HALVINGS: Final = 40
"""After these a share is known to 12 digits."""


def wilson_interval(
    hits: NDArray[Any], trials: NDArray[Any], *, confidence: float = 0.95
) -> tuple[Shares, Shares]:
    """Return the ends of the Wilson score interval of each share of hits; NaN without trials.

    The ends are the true shares whose distance from the observed share is ``z`` standard errors,
    where ``z`` is the normal quantile of the two-sided confidence. Source: E. B. Wilson, "Probable
    inference, the law of succession, and statistical inference", Journal of the American
    Statistical Association 22, 1927.
    """
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    number = np.where(trials > 0, trials, np.nan).astype(np.float64)
    centre = (hits + z**2 / 2) / (number + z**2)
    half = z * np.sqrt(hits * (number - hits) / number + z**2 / 4) / (number + z**2)
    # Rounding puts ends that are 0 or 1 slightly beside them, by which ranks would differ.
    low = np.where(hits == 0, 0.0 * number, np.clip(centre - half, 0.0, 1.0))
    high = np.where(hits == number, 1.0, np.clip(centre + half, 0.0, 1.0))
    return low, high


def least_share(hits: int, trials: int, *, confidence: float = 0.99) -> float:
    """Return the lower end of the exact one-sided interval of a share of hits.

    It is the smallest share at which this number of hits or more isn't rarer than the confidence
    allows. Source: C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits
    illustrated in the case of the binomial", Biometrika 26, 1934.

    Examples
    --------
    >>> round(least_share(20, 100), 3), round(least_share(40, 100), 3), least_share(0, 100)
    (0.116, 0.287, 0.0)
    """
    low, high = 0.0, hits / trials
    for _ in range(_HALVINGS if hits else 0):
        middle = (low + high) / 2
        fewer = sum(
            math.comb(trials, count) * middle**count * (1 - middle) ** (trials - count)
            for count in range(hits)
        )
        low, high = (low, middle) if fewer < confidence else (middle, high)
    return low


def student_quantile(chance: float, freedom: int) -> float:
    """Return a quantile of Student's t.

    It is tan(angle) * sqrt(freedom), where cos(angle) ** (freedom - 1) is the angle's density.
    """
    # SciPy, which has it, would be needed for nothing else.
    angles = np.linspace(-np.pi / 2, np.pi / 2, 4_001)
    density = np.cos(angles) ** (freedom - 1)
    reached = np.cumsum(np.append(0.0, density[1:] + density[:-1]))
    return float(np.tan(np.interp(chance, reached / reached[-1], angles)) * np.sqrt(freedom))
