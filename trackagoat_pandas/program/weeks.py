"""The last seven days that are over, which reports and the question of views are about."""

from __future__ import annotations

import datetime as dt
from typing import Final, NamedTuple

import pandas as pd

from trackagoat_pandas.helpers.clocks import day_starts
from trackagoat_pandas.helpers.columns import days_of, flags_of
from trackagoat_pandas.helpers.granularity import buckets_text
from trackagoat_pandas.program.frames import ProgramData, days_before, stamp_text

_DAYS: Final = 7


class Week(NamedTuple):
    """Seven local days."""

    first: dt.date
    last: dt.date
    zone: str

    @property
    def dates(self) -> str:
        """The days as an argument of helpers."""
        return f"{self.first}..{self.last}"

    @property
    def text(self) -> str:
        """The days in words, with the year."""
        return buckets_text(self.first, self.last, "day")

    @property
    def short(self) -> str:
        """The days in words, without the year."""
        return self.text.rpartition(" ")[0]

    @property
    def before(self) -> Week:
        """The week before it."""
        days = dt.timedelta(days=_DAYS)
        return Week(self.first - days, self.last - days, self.zone)

    @property
    def start(self) -> str:
        """The instant at which it begins."""
        return _midnight(self.first, self.zone)

    @property
    def end(self) -> str:
        """The instant at which it is over."""
        return _midnight(self.last + dt.timedelta(days=1), self.zone)


def week_of(program: ProgramData) -> Week:
    """Return the last seven days that were over at the moment of a report.

    Where daily views end earlier, it is the last seven of their days.
    """
    last = dt.date.fromisoformat(days_before(program.moment, program.zone, 1))
    if "analytics" in program.frames:
        views = program.frames["analytics"].value
        is_known = ~flags_of(views, "is_partial") & views["value"].notna()
        seen = pd.Series(days_of(views["date"]))[is_known.to_numpy(bool)].max()
        last = last if pd.isna(seen) else min(last, seen.date())
    return Week(last - dt.timedelta(days=_DAYS - 1), last, program.zone)


def _midnight(day: dt.date, zone: str) -> str:
    days = pd.DatetimeIndex([day]).to_numpy("datetime64[D]")
    return stamp_text(pd.Timestamp(day_starts(days, zone)[0], tz="UTC"))
