"""Closes the widgets that an earlier run of the same cell has made.

ipywidgets keeps every widget until it is closed, so that a cell run again and again would leave all
its former widgets in memory, each with its observers and frames.
"""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable
from typing import Any, Final, Protocol


class Closable(Protocol):
    """Anything with an end."""

    def close(self) -> None:
        """End it; a second time does nothing."""


class Lifetimes:
    """What was made by which run of which cell.

    Parameters
    ----------
    this_run
        Gives the present cell's id and its run's, or None where there is no cell.
    """

    def __init__(self, this_run: Callable[[], tuple[str, str] | None]) -> None:
        self._this_run = this_run
        self._runs: dict[str, str] = {}
        self._made: dict[str, weakref.WeakSet[Closable]] = {}

    def adopt(self, widget: Closable) -> None:
        """Remember a new widget, and close those of the cell's earlier runs."""
        found = self._this_run()
        if found is None:
            return
        cell, run = found
        if self._runs.get(cell) != run:
            earlier = self._made.pop(cell, ())
            self._runs[cell], self._made[cell] = run, weakref.WeakSet()
            for old in list(earlier):
                old.close()
        self._made[cell].add(widget)


def this_run() -> tuple[str, str] | None:
    """Give the id of the cell that runs now and of its run, where the front end names its cells."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    kernel = getattr(shell, "kernel", None)
    if kernel is None:
        return None
    message: dict[str, Any] = kernel.get_parent("shell")
    cell = message.get("metadata", {}).get("cellId")
    run = message.get("header", {}).get("msg_id")
    return (str(cell), str(run)) if cell and run else None


# A process has one kernel, and ipywidgets' own registry is as long-lived.
LIFETIMES: Final = Lifetimes(this_run)
