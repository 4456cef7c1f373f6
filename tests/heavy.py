"""How much of the heavy proofs runs: most of it with `TRACKAGOAT_HEAVY=1`, as .ci/run does.

Of the longest ones, over many worlds, that takes a part; `TRACKAGOAT_HEAVY=all` takes all.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

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


def check_each(cases: Iterable[Any], check: Callable[[Any], object]) -> None:
    """Check each of many small cases in one test, and list all that fail."""
    cases, failures = [*cases], []
    assert cases
    for case in cases:
        try:
            check(case)
        except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 - the others go on
            failures.append(f"{case}: {type(error).__name__}: {str(error)[:500]}")
    assert not failures, "\n".join(failures)
