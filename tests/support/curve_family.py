"""A second family of view curves, which only tests know, so that no method is fitted to the first.

It rises by a power and has a heavy tail: after ten of its lives a tenth of the views is still to
come, where the sandbox's own curves are complete.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import numpy as np

from trackagoat_pandas.sandbox import curves, world


def risen(age_days: np.ndarray, tau_days: np.ndarray, shape: np.ndarray) -> np.ndarray:
    """The share of the final views at an age: a log-logistic distribution."""
    odds = (age_days / tau_days) ** (1.0 + 0.3 * (shape - 0.8))
    return odds / (1.0 + odds)


@contextmanager
def heavy_tails() -> Iterator[None]:
    """Let all worlds that are built and asked inside have the second family."""
    # Worlds that were built before have comments and accruals by the first family.
    world._image.cache_clear()
    try:
        with mock.patch.object(curves, "risen", risen):
            yield
    finally:
        world._image.cache_clear()
