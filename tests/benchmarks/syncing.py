"""What keeping a store up to date costs: right after a sync, and a week after it."""

from __future__ import annotations

import datetime as dt
import tempfile
import time
import warnings
from pathlib import Path
from typing import NamedTuple

import pandas as pd

import trackagoat_pandas as tgp
from tests.benchmarks.result import Result
from trackagoat_pandas.errors import TrackaGoatWarning
from trackagoat_pandas.sandbox import Sandbox

METRICS = ("views", "likes")
HISTORY = (30, 90, 180, 365)
"""Days of analytics that are kept up to date."""
SIZES = {24: 1_000, 300: 3_000}
"""How many videos there are with so many creators."""
USUAL = 24, 180
AGAIN_FLOOR, REQUESTS_FLOOR, SECONDS_FLOOR = 10.0, 0.9, 0.5


class Cost(NamedTuple):
    """What a sync took."""

    requests: int
    seconds: float


def measure() -> list[Result]:
    """Sync stores with more and more days of history, right afterwards, and a week later."""
    with tempfile.TemporaryDirectory() as folder:
        return [
            result
            for creators, videos in SIZES.items()
            for result in _of(Path(folder) / str(creators), creators, videos)
        ]


def _of(folder: Path, creators: int, videos: int) -> list[Result]:
    results = []
    with Sandbox(days=365, creators=creators, videos=videos, rate_limit=None) as box:
        first = {days: _sync(folder / str(days), box, days) for days in HISTORY}
        if (creators, USUAL[1]) == USUAL:
            results.append(_right_after(folder / str(USUAL[1]), box, first[USUAL[1]]))
        box.advance(dt.timedelta(days=7))
        week = {days: _sync(folder / str(days), box, days) for days in HISTORY}
    few, many = HISTORY[0], HISTORY[-1]
    what = f"a sync a week later, {creators} creators, {many} days of history"
    for name, floor in (("requests", REQUESTS_FLOOR), ("seconds", SECONDS_FLOOR)):
        costs = {days: getattr(cost, name) for days, cost in week.items()}
        firsts = {days: getattr(cost, name) for days, cost in first.items()}
        detail = "; ".join(
            f"{days} days: {costs[days]:,.4g} (the first {firsts[days]:,.4g})" for days in HISTORY
        )
        against = f"with {few} days, by {name}"
        results.append(Result(what, against, costs[few] / costs[many], floor, detail))
    return results


def _right_after(folder: Path, box: Sandbox, first: Cost) -> Result:
    again = _sync(folder, box, USUAL[1])
    what = f"a second sync right after the first, {USUAL[0]} creators, {USUAL[1]} days, requests"
    detail = f"{again.requests} against {first.requests} requests"
    return Result(what, "the first", first.requests / again.requests, AGAIN_FLOOR, detail)


def _sync(folder: Path, box: Sandbox, days: int) -> Cost:
    with (
        tgp.open_store(folder) as store,
        tgp.connect(
            box.key, base_url=box.base_url, transport=box.app, rate_limit=None, progress=False
        ) as client,
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore", TrackaGoatWarning)
        began = time.perf_counter()
        found = store.sync(dates=f"last {days} days", metrics=METRICS, client=client)
        seconds = time.perf_counter() - began
        errors = found.set_index("table")["error"]
        if not pd.isna(errors["analytics"]):
            raise AssertionError(errors["analytics"])
        return Cost(int(found["requests"].sum()), seconds)


if __name__ == "__main__":
    for result in measure():
        print(result)
