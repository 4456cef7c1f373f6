"""The present: each request sees the world at one moment, with all that happened until then."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from trackagoat_pandas.sandbox.agenda import is_due
from trackagoat_pandas.sandbox.database import Database
from trackagoat_pandas.sandbox.life import live_to


class Present:
    """Lets life go on to the clock's now, while no request is under way.

    Parameters
    ----------
    database
        The world.
    clock
        Returns now, which must not go back.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock
        self._reached: datetime | None = None
        self._gate = threading.Condition()
        self._seeing = 0
        self._is_moving = False

    @contextmanager
    def seen(self) -> Iterator[datetime]:
        """Hold the present still for a request; return its moment."""
        with self._gate:
            self._gate.wait_for(lambda: not self._is_moving)
            now = self._clock()
            if self._reached is None or now > self._reached:
                if is_due(self._database, now.timestamp()):
                    self._move(now)
                self._reached = now
            self._seeing += 1
        try:
            yield now
        finally:
            with self._gate:
                self._seeing -= 1
                self._gate.notify_all()

    def catch_up(self) -> None:
        """Let life go on to the clock's now."""
        with self._gate:
            self._gate.wait_for(lambda: not self._is_moving)
            now = self._clock()
            self._move(now)
            self._reached = now

    def _move(self, now: datetime) -> None:
        # The gate is released while requests under way end, but no other one may begin.
        self._is_moving = True
        try:
            self._gate.wait_for(lambda: self._seeing == 0)
            live_to(self._database, now)
        finally:
            self._is_moving = False
            self._gate.notify_all()
