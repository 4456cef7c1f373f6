"""What importing the package adds to importing pandas."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from tests.benchmarks.result import Result

RUNS = 15
LAZY = ("httpx", "matplotlib", "ipywidgets")


def measure() -> list[Result]:
    pandas, ours = [], []
    for _ in range(RUNS):  # by turns, so that a noisy moment meets both
        pandas.append(_seconds("import pandas"))
        ours.append(_seconds("import trackagoat_pandas"))
    ratio = statistics.median(ours) / statistics.median(pandas)
    loaded = _loaded()
    detail = (
        f"{statistics.median(ours) * 1000:.0f} ms, pandas {statistics.median(pandas) * 1000:.0f} "
        f"ms: {ratio:.3f}x (at most 1.05x); loaded of {', '.join(LAZY)}: {loaded or 'none'}"
    )
    speed = 0.0 if loaded else 1 / ratio
    return [Result("`import trackagoat_pandas`", "`import pandas`", speed, 1 / 1.05, detail)]


def _seconds(code: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - began


def _loaded() -> str:
    code = f"import sys, trackagoat_pandas; print(*(set({LAZY!r}) & set(sys.modules)))"
    return subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.strip()
