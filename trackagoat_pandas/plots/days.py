"""Days on a horizontal axis: as many dates as have room, and never an hour.

matplotlib's own locator turns to hours where narrow axes have room for one date only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import matplotlib.dates as mdates
import numpy as np

from trackagoat_pandas._types import Days
from trackagoat_pandas.plots.layout import size_pt

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_DATE_PT, _MOST = 55.0, 8
"""The room that a date needs, and how many are enough."""
_DAY_STEPS, _MONTH_STEPS, _YEAR_STEPS = (1, 2, 3, 7, 14), (1, 2, 3, 6), (1, 2, 5, 10, 20, 50, 100)
_LAST_DAY = 31


def date_ticks(ax: Axes) -> None:
    """Give the horizontal axis as many dates as have room, also after a zoom."""
    locator = _DayLocator(ax)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(_DayFormatter(locator))


class _DayLocator(mdates.DateLocator):
    """Finds the first days of months and years, or days between them."""

    def __init__(self, ax: Axes) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._axes = ax

    def __call__(self) -> list[float]:
        return self.tick_values(*self._axes.get_xlim())

    def tick_values(self, vmin: float, vmax: float) -> list[float]:
        low, high = sorted([vmin, vmax])
        ends = mdates.num2date([np.ceil(low), np.floor(high)])  # type: ignore[no-untyped-call]
        first, last = (np.datetime64(end.date(), "D") for end in ends)
        days = np.arange(first, last + np.timedelta64(1, "D"))
        most = max(1, min(_MOST, int(size_pt(self._axes)[0] / _DATE_PT)))
        dates: list[float] = mdates.date2num(_fitting(_choices(days), most))  # type: ignore[no-untyped-call]
        return dates


def _fitting(choices: Iterable[Days], most: int) -> Days:
    """Return the first choice that has room; where none has, as much of the last as has."""
    last: Days = np.array([], "datetime64[D]")
    for days in choices:
        if not days.size:
            break
        last = days
        if days.size <= most:
            break
    return last[:: -(-last.size // most) or 1]


def _choices(days: Days) -> Iterator[Days]:
    """Yield fewer and fewer of the days."""
    months = days.astype("datetime64[M]")
    day_of_month = (days - months.astype("datetime64[D]")).astype(int)
    for step in _DAY_STEPS:
        # The next month begins so soon after its 31st that both have no room.
        is_apart = day_of_month + step // 2 < _LAST_DAY
        yield days[(day_of_month % step == 0) & is_apart]
    firsts = days[day_of_month == 0]
    month = firsts.astype("datetime64[M]").astype(int)
    for step in _MONTH_STEPS:
        yield firsts[month % step == 0]
    for step in _YEAR_STEPS:
        yield firsts[(month % 12 == 0) & ((month // 12 + 1970) % step == 0)]


class _DayFormatter(mdates.ConciseDateFormatter):
    """Writes only what differs between the days; a single one whole."""

    def __init__(self, locator: mdates.DateLocator) -> None:
        formats = ["", "%b\n%Y", "%b", "%b-%d", "%H:%M", "%H:%M"]
        super().__init__(locator, zero_formats=formats)  # type: ignore[no-untyped-call]
        self._is_single = False

    def format_ticks(self, values: list[float]) -> list[str]:
        self._is_single = len(values) == 1
        if self._is_single:
            day = mdates.num2date(values[0])  # type: ignore[no-untyped-call]
            return [f"{day.day} {day:%b\n%Y}"]
        texts: list[str] = super().format_ticks(values)  # type: ignore[no-untyped-call]
        return texts

    def get_offset(self) -> str:
        return "" if self._is_single else super().get_offset()  # type: ignore[no-untyped-call]
