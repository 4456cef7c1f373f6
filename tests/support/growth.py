"""Compare the work for a large input with that for a small one, within one run."""

from __future__ import annotations

import time
from collections.abc import Callable


def growth_of(work: Callable[[int], object], small: int, large: int) -> float:
    """Return how many times more CPU time the large input takes, each the best of three.

    Work in C, such as that of regular expressions, has no steps that a test could count.
    """
    return _cpu_s(work, large) / _cpu_s(work, small)


def _cpu_s(work: Callable[[int], object], size: int) -> float:
    durations = []
    for _ in range(3):
        began = time.process_time_ns()
        work(size)
        durations.append(time.process_time_ns() - began)
    return max(min(durations), 1) / 1e9
