"""How much of the heavy proofs runs: most of it with `TRACKAGOAT_HEAVY=1`, as .ci/run does.

Of the longest ones, over many worlds, that takes a part; `TRACKAGOAT_HEAVY=all` takes all.
"""

from __future__ import annotations

import os

import pytest

HEAVY = bool(os.environ.get("TRACKAGOAT_HEAVY"))
ALL = os.environ.get("TRACKAGOAT_HEAVY") == "all"

heavy = pytest.mark.skipif(not HEAVY, reason="takes long: set TRACKAGOAT_HEAVY")
"""A test that takes too long for a usual run."""


def examples(many: int) -> int:
    """How many examples a law is tried with: so many, or a tenth in a usual run."""
    return many if HEAVY else max(1, many // 10)


def every(step: int) -> int:
    """How far apart the cases of a long row are: all are tried, or each `step`th in a usual run."""
    return 1 if HEAVY else step


def part(most: int, many: int, few: int) -> int:
    """How many cases of a long proof are tried: most with all, many in a heavy run, else few."""
    return most if ALL else many if HEAVY else few
