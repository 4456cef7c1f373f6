"""The sandbox's clock: it stands still until somebody moves it.

Must not know the machine's time, nor what happens at any.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta


class Clock:
    """An instant that may be asked for, and moved on, from any thread."""

    def __init__(self, instant: datetime) -> None:
        self._instant = instant
        self._lock = threading.Lock()

    def __call__(self) -> datetime:
        """Return now."""
        with self._lock:
            return self._instant

    def advance(self, by: timedelta) -> datetime:
        """Move on, never back; return the new now."""
        if by < timedelta():
            raise ValueError(f"a clock is not put back, as by {by} it would be")
        with self._lock:
            self._instant += by
            return self._instant
