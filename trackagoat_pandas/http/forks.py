"""Forked processes: each makes its own connections and locks."""

from __future__ import annotations

import os
import threading
import weakref
from typing import Final, Protocol


class _Renewable(Protocol):
    def _renew(self) -> None: ...


class _Closable(_Renewable, Protocol):
    def _hold(self) -> None: ...

    def _resume(self) -> None: ...


_RENEWABLES: Final[weakref.WeakSet[_Renewable]] = weakref.WeakSet()
_CLOSABLES: Final[weakref.WeakSet[_Closable]] = weakref.WeakSet()
_HELD: Final[list[_Closable]] = []
"""Those that a fork under way holds."""
_FORKING: Final = threading.RLock()
"""Held by the thread that forks, since two threads may fork at once."""


def renew_in_children(renewable: _Renewable) -> None:
    """Have an object's ``_renew`` called in each process that is forked from this one.

    ``_renew`` replaces what belongs to the parent without using it: a socket still carries the
    parent's requests, and a lock may be held by a thread that doesn't exist in the child.
    """
    _RENEWABLES.add(renewable)


def close_for_forks(closable: _Closable) -> None:
    """Have an object's ``_hold`` called before each fork, and ``_resume`` after it in the parent.

    For what must not be open in two processes at the same time. In the child ``_renew`` is called.
    """
    _CLOSABLES.add(closable)
    renew_in_children(closable)


def renew_event(event: threading.Event) -> None:
    """Give an event a new lock in place, since others may refer to it; it stays set if it was."""
    is_set = event.is_set()
    event.__init__()  # type: ignore[misc]
    if is_set:
        event.set()


def _hold_all() -> None:
    _FORKING.acquire()
    for closable in list(_CLOSABLES):
        closable._hold()  # noqa: SLF001 - private, since nobody else may call it
        _HELD.append(closable)


def _resume_all() -> None:
    while _HELD:
        _HELD.pop()._resume()  # noqa: SLF001
    _FORKING.release()


def _renew_all() -> None:
    _HELD.clear()
    _FORKING.release()  # the thread that forked goes on in the child
    for renewable in list(_RENEWABLES):
        renewable._renew()  # noqa: SLF001


if hasattr(os, "register_at_fork"):  # not on Windows, where nothing is forked
    os.register_at_fork(before=_hold_all, after_in_parent=_resume_all, after_in_child=_renew_all)
