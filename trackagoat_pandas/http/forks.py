"""What a forked process makes new: its connections, and locks that a thread of its parent held."""

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

    It replaces what belongs to one process without touching it: a socket is still the parent's,
    and a lock may be held by a thread that the child doesn't have.
    """
    _RENEWABLES.add(renewable)


def renew_event(event: threading.Event) -> None:
    """Give an event, which others may refer to, a lock of its own; if it is set it stays so."""
    is_set = event.is_set()
    event.__init__()  # type: ignore[misc]
    if is_set:
        event.set()


def _renew_all() -> None:
    for renewable in list(_RENEWABLES):
        renewable._renew()  # noqa: SLF001 - no other module calls it


if hasattr(os, "register_at_fork"):  # not on Windows, where nothing is forked
    os.register_at_fork(after_in_child=_renew_all)
