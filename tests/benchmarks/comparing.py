"""A helper beside the plain pandas way: both take turns on the same frames in one process.

A ratio is that of the medians. Knows no helper.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.benchmarks.result import Result

SIZES = (10_000, 100_000, 1_000_000)
NEVER_SLOWER = 1.0
LINEAR = 1 / 1.5
"""Ten times the rows may take fifteen times as long: caches and allocators aren't linear."""
_MOST_TURNS, _FEWEST_TURNS = 21, 3
_ENOUGH_S, _LONG_S = 0.6, 2.0
"""After so long a few turns are enough, and after so long one is."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A helper and the plain way, both ready to run on frames of so many rows."""

    name: str
    rows: int
    against: str
    helper: Callable[[], object]
    plain: Callable[[], object]
    share: float = 1.0
    """Which share of the rows the plain way is given, where its time is known to be linear."""


def compare(pairs: list[Pair]) -> list[Result]:
    """Compare each pair, and how each helper's time grows from its second-last size to the last."""
    return told(pairs, [_medians(pair) for pair in pairs], NEVER_SLOWER)


def told(pairs: list[Pair], taken: list[tuple[float, float]], floor: float) -> list[Result]:
    """Tell how many times as fast each helper is, and how its time grows."""
    seconds: dict[str, dict[int, float]] = {}
    for pair, (fast, _) in zip(pairs, taken, strict=True):
        seconds.setdefault(pair.name, {})[pair.rows] = fast
    return [
        *(_compared(pair, *times, floor) for pair, times in zip(pairs, taken, strict=True)),
        *(_grown(name, by_rows) for name, by_rows in seconds.items()),
    ]


def _compared(pair: Pair, fast: float, slow: float, floor: float) -> Result:
    detail = f"{pair.rows / fast:,.0f} rows/s against {pair.rows / slow:,.0f}"
    name = f"{pair.name}, {pair.rows:,} rows"
    return Result(name, pair.against, slow / fast, floor, detail)


def _grown(name: str, seconds: dict[int, float]) -> Result:
    few, many = sorted(seconds)[-2:]
    ratio = many / few * seconds[few] / seconds[many]
    detail = f"{few / seconds[few]:,.0f} and {many / seconds[many]:,.0f} rows/s"
    return Result(f"{name}, {few:,} to {many:,} rows", "linear growth", ratio, LINEAR, detail)


def _medians(pair: Pair) -> tuple[float, float]:
    """Time both; a first run of each, which asks the system for memory, doesn't count."""
    pair.helper()
    pair.plain()
    ours: list[float] = []
    theirs: list[float] = []
    spent = 0.0
    while len(ours) < (_FEWEST_TURNS if spent > _ENOUGH_S else _MOST_TURNS) and spent < _LONG_S:
        ours.append(seconds_of(pair.helper))
        theirs.append(seconds_of(pair.plain))
        spent += ours[-1] + theirs[-1]
    return statistics.median(ours), statistics.median(theirs) / pair.share


def seconds_of(run: Callable[[], object]) -> float:
    """Time one run."""
    began = time.perf_counter()
    run()
    return time.perf_counter() - began
