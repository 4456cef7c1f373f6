"""Runs every benchmark, prints the table, and with ``--write`` puts it into the README.

    python -m tests.benchmarks [--only NAME] [--write]

Exits with 1 if a ratio is below its floor.
"""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import re
import sys
import time
from pathlib import Path

import pandas as pd

from tests.benchmarks.result import Result

MODULES = (
    "importing", "decoding", "ends", "fanning", "pacing", "sentiment", "goals", "payouts",
    "frames_helpers", "plots", "boards",
)  # fmt: skip
README = Path(__file__).parents[2] / "README.md"
SIZES = ("10,000", "100,000", "1,000,000")
GROWTH = "growth"
SIZED = re.compile(rf"(.+), ({'|'.join(SIZES)}|[\d,]+ to [\d,]+) rows")
MARKS = re.compile(r"(<!-- benchmarks -->\n).*(<!-- /benchmarks -->)", re.DOTALL)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("--only", choices=MODULES, action="append", help="run only these")
    parser.add_argument("--write", action="store_true", help="put the table into the README")
    options = parser.parse_args()
    results: list[Result] = []
    for name in options.only or MODULES:
        print(f"{time.strftime('%H:%M:%S')} {name}", file=sys.stderr)
        results += importlib.import_module(f"tests.benchmarks.{name}").measure()
    text = table(results)
    print(text)
    if options.write:
        README.write_text(
            MARKS.sub(lambda found: f"{found[1]}{text}{found[2]}", README.read_text())
        )
    return 0 if all(result.passed for result in results) else 1


def table(results: list[Result]) -> str:
    """The results as Markdown, with the machine they were measured on."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    by_size = [result for result in results if SIZED.fullmatch(result.name)]
    others = [result for result in results if result not in by_size]
    return (
        f"Measured on {cores} shared cores, Python {platform.python_version()}, "
        f"pandas {pd.__version__}; each ratio within one run.\n\n"
        + _plain(others)
        + _sized(by_size)
    )


def _plain(results: list[Result]) -> str:
    rows = "".join(
        f"| {result.name} | {result.against} | {result.floor:.3g} | **{result.ratio:.2f}** "
        f"| {result.detail} |\n"
        for result in results
    )
    head = "| what | against | at least | measured | detail |\n|---|---|---|---|---|\n"
    return head + rows if rows else ""


def _sized(results: list[Result]) -> str:
    """One row for what was measured at several sizes: the ratio, and our rows a second."""
    cells: dict[str, dict[str, str]] = {}
    ways: dict[str, str] = {}
    for result in results:
        found = SIZED.fullmatch(result.name)
        assert found is not None
        name, size = found.groups()
        if size in SIZES:
            ways[name] = result.against
            speed = f" ({result.detail.split(' ')[0]})"
        else:
            size, speed = GROWTH, ""
        cells.setdefault(name, {})[size] = f"**{result.ratio:.2f}**{speed}"
    if not cells:
        return ""
    columns = (*SIZES, GROWTH)
    rows = "".join(
        f"| {name} | {ways[name]} | {' | '.join(by_size.get(size, '') for size in columns)} |\n"
        for name, by_size in cells.items()
    )
    return (
        "\nHelpers and plots beside the plain pandas way: times as fast, and rows a second; "
        "at last how much faster a row is at the biggest size than at the one before "
        "(0.67 and more count as linear).\n"
        "\n| what | against | 10,000 rows | 100,000 rows | 1,000,000 rows | growth |\n"
        "|---|---|---|---|---|---|\n" + rows
    )


if __name__ == "__main__":
    sys.exit(main())
