"""Instants, days and periods, the sandbox's clock, and the days of a world."""

from __future__ import annotations

import datetime as dt
import threading
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

DAY_S = 86_400.0
_FASTEST = 1e6  # a second of real time is 12 days
Period: TypeAlias = Literal["daily", "weekly", "monthly"]


def parse_instant(text: str) -> datetime:
    """Read an ISO 8601 instant, such as ``2026-06-15T12:00:00Z``, as an aware UTC datetime."""
    if not isinstance(text, str):
        raise TypeError(f"an instant is text such as '2026-06-15T12:00:00Z', not {text!r}")
    value = datetime.fromisoformat(text)
    if value.tzinfo is None:
        raise ValueError(f"{text!r} has no offset: add Z or +hh:mm")
    return value.astimezone(UTC)


def format_instant(value: datetime) -> str:
    """Write an aware datetime as ISO 8601 UTC with a Z; microseconds only when there are any."""
    if value.tzinfo is None:
        raise ValueError(f"{value.isoformat()} has no time zone")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def format_seconds(seconds: NDArray[np.float64]) -> list[str]:
    """Write seconds since 1970 as ISO 8601 UTC with a Z, cut to whole seconds."""
    whole = np.floor(seconds).astype(np.int64).astype("datetime64[s]")
    return [f"{text}Z" for text in np.datetime_as_string(whole)]


def format_second(second: float) -> str:
    """Write one instant in seconds since 1970 as ``format_seconds`` does."""
    return format_seconds(np.array([second]))[0]


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant of a local day, in UTC.

    Where clocks skip midnight, the day starts at the change; where midnight comes twice, it starts
    at the first. Both follow from ``fold=0``, and so does the length of the day: 23, 24 or 25 h.
    """
    return datetime.combine(day, dt.time(), tzinfo=zone).astimezone(UTC)


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """Return the local day of an instant."""
    return instant.astimezone(zone).date()


def period_bounds(period: Period, day: date) -> tuple[date, date]:
    """Return the first day of the period that holds a day, and the day after its last.

    Weeks start on Monday.
    """
    if period == "daily":
        return day, day + timedelta(days=1)
    if period == "weekly":
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=7)
    if period == "monthly":
        first = day.replace(day=1)
        return first, (first + timedelta(days=31)).replace(day=1)
    raise ValueError(f"period={period!r} must be daily, weekly or monthly")


class Clock:
    """A clock that stands still until it is advanced, or runs by itself; thread-safe.

    Parameters
    ----------
    instant
        Its now at first.
    speed
        How many seconds pass in one second of real time, from the first reading on; 0 for none.
    """

    def __init__(self, instant: datetime, speed: float = 0.0) -> None:
        if not 0.0 <= speed <= _FASTEST:
            raise ValueError(f"{speed=} must be a number from 0 to {_FASTEST:,.0f}")
        self._instant, self._speed = instant, speed
        self._started_s: float | None = None
        self._lock = threading.Lock()

    @property
    def is_running(self) -> bool:
        """Whether it moves by itself."""
        return self._speed > 0.0

    def __call__(self) -> datetime:
        """Return now."""
        with self._lock:
            real_s = time.monotonic()
            if self._started_s is None:
                self._started_s = real_s
            return self._instant + timedelta(seconds=self._speed * (real_s - self._started_s))

    def advance(self, by: timedelta) -> None:
        """Move forward, never back."""
        if not isinstance(by, timedelta):
            raise TypeError(f"by={by!r}: give a timedelta, such as timedelta(days=7)")
        if by < timedelta():
            raise ValueError(f"the clock can't go back: by={by}")
        with self._lock:
            self._instant += by


@dataclass(frozen=True, slots=True)
class Timeline:
    """The days of a world: its time zone, its now, and how many days lie before."""

    zone: ZoneInfo
    now: datetime
    days: int

    @property
    def now_s(self) -> float:
        """Now, in seconds since 1970."""
        return self.now.timestamp()

    @property
    def today(self) -> date:
        """The local day that holds now."""
        return local_day(self.now, self.zone)

    @property
    def first_day(self) -> date:
        """The local day on which the world begins."""
        return self.today - timedelta(days=self.days)

    def all_days(self) -> list[date]:
        """Every local day from the first to today."""
        return [self.first_day + timedelta(days=place) for place in range(self.days + 1)]

    def start_s(self, day: date) -> float:
        """First instant of a local day, in seconds since 1970."""
        return day_start(day, self.zone).timestamp()

    def starts_s(self) -> NDArray[np.float64]:
        """First instant of every day, and at the end that of tomorrow."""
        tomorrow = self.today + timedelta(days=1)
        return np.array([self.start_s(day) for day in [*self.all_days(), tomorrow]])

    def text(self, seconds: float) -> str:
        """Write an instant that must not lie after now."""
        return format_seconds(np.array([min(seconds, self.now_s)]))[0]

    def texts(self, seconds: NDArray[np.float64]) -> list[str]:
        """Write instants that must not lie after now."""
        return format_seconds(np.minimum(seconds, self.now_s))
