"""Forked processes: each makes its own connections and locks."""

from __future__ import annotations

import os
import threading
import weakref
from typing import Final, Protocol


class _Renewable(Protocol):
    def _renew(self) -> None: ...


_RENEWABLES: Final[weakref.WeakSet[_Renewable]] = weakref.WeakSet()


def renew_in_children(renewable: _Renewable) -> None:
    """Have an object's ``_renew`` called in each process that is forked from this one.

    ``_renew`` replaces what belongs to the parent without using it: a socket still carries the
    parent's requests, and a lock may be held by a thread that doesn't exist in the child.
    """
    _RENEWABLES.add(renewable)


def renew_event(event: threading.Event) -> None:
    """Give an event a new lock in place, since others may refer to it; it stays set if it was."""
    is_set = event.is_set()
    event.__init__()  # type: ignore[misc]
    if is_set:
        event.set()


def _renew_all() -> None:
    for renewable in list(_RENEWABLES):
        renewable._renew()  # noqa: SLF001 - private, since nobody else may call it


if hasattr(os, "register_at_fork"):  # not on Windows, where nothing is forked
    os.register_at_fork(after_in_child=_renew_all)
