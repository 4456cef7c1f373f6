"""Runs every benchmark and prints the table; ``--write`` puts a short one into CONTRIBUTING.md.

    python -m tests.benchmarks [--only NAME | --write]

CONTRIBUTING.md has one row of each kind of benchmark: the one that is nearest to its floor.

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
    "importing", "decoding", "ends", "fanning", "pacing", "sentiment", "helpers", "large", "boards",
    "pages", "exports", "storing", "syncing", "living",
)  # fmt: skip
GUIDE = Path(__file__).parents[2] / "CONTRIBUTING.md"
MARKS = re.compile(r"(<!-- benchmarks -->\n).*(<!-- /benchmarks -->)", re.DOTALL)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--only", choices=MODULES, action="append", help="run only these")
    which.add_argument("--write", action="store_true", help="put a short one into CONTRIBUTING.md")
    options = parser.parse_args()
    results: list[Result] = []
    nearest: list[Result] = []
    for name in options.only or MODULES:
        print(f"{time.strftime('%H:%M:%S')} {name}", file=sys.stderr)
        measured = importlib.import_module(f"tests.benchmarks.{name}").measure()
        print(rows(measured), end="", file=sys.stderr)  # so that a later crash loses nothing
        results += measured
        nearest.append(min(measured, key=lambda result: result.ratio / result.floor))
    print(table(results))
    if options.write:
        text = table(nearest)
        GUIDE.write_text(MARKS.sub(lambda found: f"{found[1]}{text}{found[2]}", GUIDE.read_text()))
    return 0 if all(result.passed for result in results) else 1


def table(results: list[Result]) -> str:
    """The results as Markdown, with the machine they were measured on."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"Measured on {cores} shared cores, Python {platform.python_version()}, "
        f"pandas {pd.__version__}; each ratio within one run.\n\n"
        "| what | against | at least | measured | detail |\n|---|---|---|---|---|\n" + rows(results)
    )


def rows(results: list[Result]) -> str:
    """The rows of a table."""
    return "".join(
        f"| {result.name} | {result.against} | {result.floor:.3g} | {_ratio(result)} "
        f"| {result.detail} |\n"
        for result in results
    )


def _ratio(result: Result) -> str:
    return f"**{result.ratio:.2f}**" if result.passed else f"{result.ratio:.2f}, missed"


if __name__ == "__main__":
    sys.exit(main())
