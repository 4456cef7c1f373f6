"""The two warnings that a frame can come with, and where they point.

Must not know how differences are found.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable, Mapping

from trackagoat_pandas.errors import ContractWarning

_PACKAGE = __name__.partition(".")[0]


def warn_unknown(table: str, names: Iterable[str]) -> None:
    """Warn of fields that the table doesn't declare."""
    _warn(
        f"{table}: the API sent fields that are not declared: {', '.join(names)}. "
        "They are kept as columns after the declared ones."
    )


def warn_unreadable(table: str, counts: Mapping[str, int], examples: Mapping[str, str]) -> None:
    """Warn of values that could not be read."""
    columns = "; ".join(
        f"{name} ({count} {'value' if count == 1 else 'values'}, the first is {examples[name]})"
        for name, count in counts.items()
    )
    _warn(f"{table}: values that can't be read are NA in the frame: {columns}.")


def _warn(message: str) -> None:
    warnings.warn(message, ContractWarning, stacklevel=_steps_outside())


def _steps_outside() -> int:
    """Count the calls up to the first one from outside the package: the user's line."""
    steps = 1
    frame = sys._getframe(1)  # noqa: SLF001
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] == _PACKAGE:
        frame, steps = frame.f_back, steps + 1
    return steps
