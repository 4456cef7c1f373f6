"""Count the requests of a load, before they are sent and while they are sent."""

from __future__ import annotations

import re
import threading
import uuid
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlencode

from trackagoat_pandas.base.wording import number
from trackagoat_pandas.errors import RequestBudgetError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping


_ID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class CountedError(Exception):
    """The requests of a load are counted, and what follows needs their answers."""


class KnownList(NamedTuple):
    """How long a list was when it was last loaded, and on which day of the server's clock."""

    rows: int
    pages: int
    day: dt.date


def list_name(path: str, params: Mapping[str, object]) -> str:
    """Return the name under which a client remembers how long a list is."""
    sent = {name: value for name, value in params.items() if value is not None}
    return f"list {path}?{urlencode(sorted(sent.items()))}"


def stand_in(name: str) -> str:
    """Return an id that stands for that of a name which would have to be looked up."""
    # The same name gives the same id, so that a creator named twice is counted once.
    return str(uuid.uuid5(uuid.NAMESPACE_OID, name))


class Tally:
    """The requests that a load is expected to send.

    Attributes
    ----------
    least, most
        The fewest requests that it takes, and the most, without retries. ``most`` is None if it
        isn't known.
    notes
        What the numbers rest on, in sentences.
    optional
        How many of the fewest are left out if a load may not send as many.
    stored
        What needn't be asked for, since a store has it.
    rows
        How many rows the list had that was counted last; None if that isn't known.
    """

    def __init__(self) -> None:
        self.least = 0
        self.most: int | None = 0
        self.optional = 0
        self.notes: list[str] = []
        self.stored: list[str] = []
        self.rows: int | None = None
        self._asked: set[str] = set()
        self._lists: dict[tuple[str, dt.date], KnownList] = {}
        self._unknown: Counter[str] = Counter()

    def add(self, least: int, most: int | None, note: str = "") -> None:
        """Add requests, with a note on the basis of the numbers."""
        self.least += least
        self.most = None if self.most is None or most is None else self.most + most
        if note and note not in self.notes:
            self.notes.append(note)

    def ask(self, fact: str, least: int, most: int | None, note: str) -> None:
        """Add the requests for a fact that the client doesn't know; the same fact is asked once."""
        if fact not in self._asked:
            self._asked.add(fact)
            self.add(least, most, note)

    def look_up(self, fact: str, path: str, known: KnownList | None, what: str) -> None:
        """Add the list by which a name or another fact is looked up."""
        least, most = (1, None) if known is None else (known.pages, known.pages)
        more = " or more" if most is None else ""
        self.ask(fact, least, most, f"{path}: {number(least, 'request')}{more} to look up {what}")

    def add_list(self, path: str, known: KnownList | None) -> None:
        """Add the pages of a list: those that it had when it was last loaded, or at least one."""
        path = _ID.sub("{id}", path)
        self.rows = None if known is None else known.rows
        if known is None:
            self._unknown[path] += 1
            self.add(1, None)
            return
        before = self._lists.get((path, known.day), KnownList(0, 0, known.day))
        rows, pages = before.rows + known.rows, before.pages + known.pages
        self._lists[path, known.day] = KnownList(rows, pages, known.day)
        self.add(known.pages, known.pages)

    def explained(self) -> tuple[str, ...]:
        """Return the notes, with those about lists."""
        known = [
            f"{path}: {number(one.pages, 'request')}, since it had {number(one.rows, 'row')} "
            f"on {day}"
            for (path, day), one in self._lists.items()
        ]
        unknown = [
            f"{path}: the number of rows isn't known, so {number(count, 'request')} or more"
            for path, count in self._unknown.items()
        ]
        return (*self.notes, *known, *unknown)


class Budget:
    """A number of requests that a load may send, retries included; threads share it.

    Parameters
    ----------
    most
        The number.
    outer
        The budget of what the load is a part of, from which its requests are taken as well.
    """

    def __init__(self, most: int, outer: Budget | None = None) -> None:
        self._most, self._outer, self._taken = most, outer, 0
        self._lock = threading.Lock()

    @property
    def left(self) -> int:
        """How many requests may still be sent."""
        own = self._most - self._taken
        return own if self._outer is None else min(own, self._outer.left)

    def take(self, path: str) -> None:
        """Take one request to a path.

        Raises
        ------
        RequestBudgetError
            None is left.
        """
        with self._lock:
            if self._taken >= self._most:
                raise RequestBudgetError(self._most, path=path)
            # Last, so that what is refused here isn't taken from the outer budget.
            if self._outer is not None:
                self._outer.take(path)
            self._taken += 1

    def give_back(self) -> None:
        """Give back a request that was taken and not sent."""
        if self._outer is not None:
            self._outer.give_back()
        with self._lock:
            self._taken -= 1
