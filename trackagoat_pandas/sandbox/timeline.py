"""The days of a world, in its organization's time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from trackagoat_pandas.sandbox.clock import day_start, format_seconds, local_day, parse_instant


@dataclass(frozen=True, slots=True)
class Timeline:
    """A time zone, the instant at which the world stands, and how many days lie before."""

    zone: ZoneInfo
    now: datetime
    days: int

    @classmethod
    def parse(cls, zone: str, now: str, days: int) -> Timeline:
        """Make a timeline from a zone's name and an instant's text."""
        return cls(ZoneInfo(zone), parse_instant(now), days)

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

    def day_of(self, seconds: float) -> date:
        """Local day that holds an instant."""
        return local_day(datetime.fromtimestamp(seconds, UTC), self.zone)

    def text(self, seconds: float) -> str:
        """Write an instant that must not lie after now."""
        return format_seconds(np.array([min(seconds, self.now_s)]))[0]

    def texts(self, seconds: NDArray[np.float64]) -> list[str]:
        """Write instants that must not lie after now."""
        return format_seconds(np.minimum(seconds, self.now_s))
