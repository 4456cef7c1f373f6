"""What a benchmark measured, and what it must reach."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """One comparison: ``ratio`` times better than ``against``; at least ``floor`` is demanded."""

    name: str
    against: str
    ratio: float
    floor: float
    detail: str

    @property
    def passed(self) -> bool:
        """Whether the ratio reaches the floor."""
        return self.ratio >= self.floor


def seconds_of(run: Callable[[], object]) -> float:
    """Time one run."""
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def median_s(run: Callable[[], object], turns: int = 5) -> float:
    """Time several runs; a first one, which imports and asks for memory, doesn't count."""
    run()
    return statistics.median(seconds_of(run) for _ in range(turns))
