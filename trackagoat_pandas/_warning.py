"""Warnings that point at the user's own line, however deep in the package they arise."""

from __future__ import annotations

import sys
import warnings

_PACKAGE = __name__.partition(".")[0]


def warn(message: str, category: type[Warning]) -> None:
    """Warn, at the nearest call that comes from outside the package."""
    warnings.warn(message, category, stacklevel=_steps_outside())


def _steps_outside() -> int:
    steps = 1
    frame = sys._getframe(1)  # noqa: SLF001
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] == _PACKAGE:
        frame, steps = frame.f_back, steps + 1
    return steps
