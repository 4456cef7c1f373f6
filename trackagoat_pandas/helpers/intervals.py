"""Wilson interval of a proportion, the quantiles of Student's t, and robust deviations."""

from __future__ import annotations

from statistics import NormalDist
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Shares: TypeAlias = NDArray[np.float64]
MAD_TO_DEVIATION: Final = 1.4826
"""A normal distribution's standard deviation is its median distance from the median, times this."""


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


def student_quantile(chance: float, freedom: int) -> float:
    """Return a quantile of Student's t.

    It is tan(angle) * sqrt(freedom), where cos(angle) ** (freedom - 1) is the angle's density.
    """
    # SciPy, which has it, would be needed for nothing else.
    angles = np.linspace(-np.pi / 2, np.pi / 2, 4_001)
    density = np.cos(angles) ** (freedom - 1)
    reached = np.cumsum(np.append(0.0, density[1:] + density[:-1]))
    return float(np.tan(np.interp(chance, reached / reached[-1], angles)) * np.sqrt(freedom))
