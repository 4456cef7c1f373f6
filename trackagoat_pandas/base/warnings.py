"""The warnings of the package, which point at the user's line of code or are kept for a board."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_PASSED = frozenset({__name__.partition(".")[0], "contextlib", "functools", "pandas"})
"""The packages between a warning and the user's line: `frame.pipe(tgp.diff, ...)` is one, and a
warning at the end of a ``with`` block is given by way of contextlib."""
_Taker = Callable[[str, type[Warning]], None]
_TAKER: ContextVar[_Taker | None] = ContextVar("_TAKER", default=None)
"""What takes warnings instead of Python's own machinery."""


class TrackaGoatWarning(UserWarning):
    """Base of the package's warnings."""


class ContractWarning(TrackaGoatWarning):
    """The API's answer differs from its documentation or from the request."""


class ClippedDatesWarning(TrackaGoatWarning):
    """The dates were cut to the days that the plan keeps."""


class RestatedWarning(TrackaGoatWarning):
    """Stored values that had settled differ from the server's, or may differ by now."""


class NoDataWarning(TrackaGoatWarning):
    """The request has no data; the message says why."""


class IncompleteFrameWarning(TrackaGoatWarning):
    """A function was given a frame whose provenance says that it is incomplete."""


class ResumedListWarning(TrackaGoatWarning):
    """A list broke off and was resumed, so that its rows are of two moments."""


class MismatchedFramesWarning(TrackaGoatWarning):
    """Frames that belong together were loaded with different filters."""


class RepeatedRequestWarning(TrackaGoatWarning):
    """The same request has created the same thing before; nothing new was created."""


class BaseUrlWarning(TrackaGoatWarning):
    """The base URL was corrected."""


def warn(message: str, category: type[Warning]) -> None:
    """Warn at the line outside of the package that led here."""
    take = _TAKER.get()
    if take is None:
        warnings.warn(message, category, stacklevel=_steps_outside())
    else:
        take(message, category)


@contextmanager
def kept_warnings() -> Iterator[list[str]]:
    """Collect the messages of the package's warnings, for a board that shows them itself.

    Unlike ``warnings.catch_warnings``, this doesn't affect other threads.
    """
    messages: list[str] = []
    with _taken_by(lambda message, _: messages.append(message)):
        yield messages


@contextmanager
def delayed_warnings() -> Iterator[list[tuple[str, type[Warning]]]]:
    """Delay the package's warnings to the end of the block; those removed meanwhile are dropped."""
    delayed: list[tuple[str, type[Warning]]] = []
    try:
        with _taken_by(lambda message, category: delayed.append((message, category))):
            yield delayed
    finally:
        for message, category in delayed:
            warn(message, category)


@contextmanager
def _taken_by(take: _Taker) -> Iterator[None]:
    token = _TAKER.set(take)
    try:
        yield
    finally:
        _TAKER.reset(token)


def _steps_outside() -> int:
    steps = 1
    frame = sys._getframe(1)  # noqa: SLF001
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] in _PASSED:
        frame, steps = frame.f_back, steps + 1
    return steps
