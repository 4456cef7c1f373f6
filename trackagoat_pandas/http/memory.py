"""Facts that are asked for once in a client's life."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, TypeVar

from trackagoat_pandas.http.forks import renew_in_children

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Memory:
    """A few named facts, each made by the first thread that wants it."""

    def __init__(self) -> None:
        self._facts: dict[str, Any] = {}
        self._renew()
        renew_in_children(self)

    def _renew(self) -> None:
        """Keep the facts, without the lock of a thread that another process has."""
        self._making = threading.RLock()

    def memo(self, name: str, make: Callable[[], T]) -> T:
        """Give the fact of this name, made now if it isn't remembered."""
        with self._making:
            if name not in self._facts:
                self._facts[name] = make()
            fact: T = self._facts[name]
            return fact

    def known(self, name: str) -> Any:
        """Give the fact of this name if it is remembered, else None."""
        return self._facts.get(name)

    def forget(self, name: str) -> None:
        """Drop the fact of this name, so that the next ``memo`` makes it again."""
        self._facts.pop(name, None)
