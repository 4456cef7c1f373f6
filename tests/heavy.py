"""Scale the number of examples, seeds and simulated programs that tests try.

``TRACKAGOAT_HEAVY=1``, as .ci/full sets it, tries many; ``TRACKAGOAT_HEAVY=all`` tries every one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

import pytest

HEAVY = bool(os.environ.get("TRACKAGOAT_HEAVY"))
ALL = os.environ.get("TRACKAGOAT_HEAVY") == "all"

heavy = pytest.mark.slow
"""Marks a test over many simulated programs, which the default run deselects."""


def examples(many: int) -> int:
    """Return the number of examples of a property: all, or a tenth by default."""
    return many if HEAVY else max(1, many // 10)


def every(step: int) -> int:
    """Return the step through a long list of cases: 1, or ``step`` by default."""
    return 1 if HEAVY else step


def part(most: int, many: int, few: int) -> int:
    """Return the number of cases of a long test: all, many, or few by default."""
    return most if ALL else many if HEAVY else few


def check_each(cases: Iterable[Any], check: Callable[[Any], object]) -> None:
    """Check many small cases in one test, and list all failures."""
    cases, failures = [*cases], []
    assert cases
    for case in cases:
        try:
            check(case)
        except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 - the others go on
            failures.append(f"{case}: {type(error).__name__}: {str(error)[:500]}")
    assert not failures, "\n".join(failures)
