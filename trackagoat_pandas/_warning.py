"""The warnings of the package, which point at the user's line of code or are kept for a board."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_PACKAGE = __name__.partition(".")[0]
_KEPT: ContextVar[list[str] | None] = ContextVar("_KEPT", default=None)


class TrackaGoatWarning(UserWarning):
    """Base of the package's warnings."""


class ContractWarning(TrackaGoatWarning):
    """The API's answer differs from its documentation or from what was asked for."""


class ClippedDatesWarning(TrackaGoatWarning):
    """The dates were cut to the days that the plan keeps."""


class RestatedWarning(TrackaGoatWarning):
    """Stored values that had settled differ from the server's, or may differ by now."""


class NoDataWarning(TrackaGoatWarning):
    """There is no data for what was asked; the message says why."""


class IncompleteFrameWarning(TrackaGoatWarning):
    """A function was given a frame whose provenance says that it is incomplete."""


class MismatchedFramesWarning(TrackaGoatWarning):
    """Frames that belong together were loaded with different filters."""


class BaseUrlWarning(TrackaGoatWarning):
    """The base URL was corrected."""


def warn(message: str, category: type[Warning]) -> None:
    """Warn at the line outside of the package that led here."""
    kept = _KEPT.get()
    if kept is None:
        warnings.warn(message, category, stacklevel=_steps_outside())
    else:
        kept.append(message)


@contextmanager
def kept_warnings() -> Iterator[list[str]]:
    """Collect the messages of the package's warnings, for a board that shows them itself.

    Unlike ``warnings.catch_warnings``, this doesn't affect other threads.
    """
    messages: list[str] = []
    token = _KEPT.set(messages)
    try:
        yield messages
    finally:
        _KEPT.reset(token)


def _steps_outside() -> int:
    steps = 1
    frame = sys._getframe(1)  # noqa: SLF001
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] == _PACKAGE:
        frame, steps = frame.f_back, steps + 1
    return steps
