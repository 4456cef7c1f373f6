"""What time it is, here and on the server, and how to wait.

Tests pass a clock of their own.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import threading


class Clock(Protocol):
    """A source of time that can also be waited on."""

    def monotonic(self) -> float:
        """Give seconds that never go back, from any beginning."""

    def now(self) -> dt.datetime:
        """Give the time of day in UTC."""

    def wait(self, event: threading.Event, timeout_s: float | None) -> bool:
        """Wait until the event is set or the seconds are over; say whether it is set."""


class SystemClock:
    """The clock of this machine."""

    def monotonic(self) -> float:
        """Give seconds that never go back, from any beginning."""
        return time.monotonic()

    def now(self) -> dt.datetime:
        """Give the time of day in UTC."""
        return dt.datetime.now(dt.UTC)

    def wait(self, event: threading.Event, timeout_s: float | None) -> bool:
        """Wait until the event is set or the seconds are over; say whether it is set."""
        return event.wait(timeout_s)


def read_http_date(text: str | None) -> dt.datetime | None:
    """Read the date of an HTTP header, in UTC; None if it is none."""
    try:
        moment = email.utils.parsedate_to_datetime(text or "")
        return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (ValueError, OverflowError):  # none at all, or none within the calendar
        return None
