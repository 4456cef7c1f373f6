"""The start of the command ``trackagoat-pandas``, from which on Ctrl-C ends it with one line.

It stands outside of the package, since importing that takes most of a second, in which an
interrupt would end in a traceback, or in an error of the library that is being imported.
"""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType
from typing import Any, Final, NoReturn

_INTERRUPTED: Final = 130
"""Exit code of a command that was ended with Ctrl-C: 128 + SIGINT, as in shells."""


def main() -> int:
    """Run the command of ``sys.argv`` and return its exit code; interrupted, it ends here."""
    interrupts = _Interrupts()
    signal.signal(signal.SIGINT, interrupts)
    sys.unraisablehook = interrupts.unraisable
    from trackagoat_pandas.cli import main as run

    interrupts.is_raised = True
    try:
        code = run()
    except BaseException:
        # An interrupt can come out as another error, such as one of an import that it broke off.
        if interrupts.seen:
            _end()
        raise
    if interrupts.seen and code:  # of 0, the interrupt is how the command ends, or came too late
        _end(said=code == _INTERRUPTED)
    # What the command printed is its whole result by now.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return code


class _Interrupts:
    """Handles SIGINT: by an exception while a command has something to close, else at once."""

    def __init__(self) -> None:
        self.is_raised, self.seen = False, False

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        if not self.is_raised or self.seen:
            _end()
        self.seen = True
        raise KeyboardInterrupt

    def unraisable(self, unraisable: Any) -> None:
        """End the command where an interrupt came while an object was destroyed."""
        if unraisable.exc_type is KeyboardInterrupt:
            _end()
        sys.__unraisablehook__(unraisable)


def _end(*, said: bool = False) -> NoReturn:
    """End the process without waiting for threads, which may be inside Arrow's code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.stdout.flush()
    sys.stderr.flush()
    if not said:
        os.write(2, b"trackagoat-pandas: interrupted\n")
    os._exit(_INTERRUPTED)
