"""Buckets of time on a horizontal axis: their ticks, their names, and whether they are over.

matplotlib's own locator falls back to hours where narrow axes have room for a single date.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib.ticker import Formatter

from trackagoat_pandas.base.types import Bools, Days, Granularity
from trackagoat_pandas.helpers.granularity import day_text, month_text
from trackagoat_pandas.helpers.series import next_bucket
from trackagoat_pandas.inputs.checks import loaded_at
from trackagoat_pandas.plots.layout import size_pt

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BUCKET_DAYS = {"day": 1, "week": 7, "month": 30}
"""How wide a bucket is drawn, in days."""
_DATE_PT, _MOST = 55.0, 8
"""The room that a date needs, and the most dates on an axis."""
_DAY_STEPS, _WEEK_STEPS = (1, 2, 3, 7, 14), (1, 2, 4)
_MONTH_STEPS, _YEAR_STEPS = (1, 2, 3, 6), (1, 2, 5, 10, 20, 50, 100)
_LAST_DAY = 31


def places_of(days: Any) -> Any:
    """Return the positions of some days on a horizontal axis, or that of one day."""
    return mdates.date2num(days)  # type: ignore[no-untyped-call]


def spans_of(first_days: pd.Series | pd.Index, granularity: Granularity) -> list[str]:
    """Write the days of each bucket, such as ``2026-05-04..2026-05-10``."""
    first = first_days.to_numpy("datetime64[D]")
    last = next_bucket(first, granularity) - np.timedelta64(1, "D")
    return [f"{begin}..{end}" for begin, end in zip(first, last, strict=True)]


def date_ticks(ax: Axes, granularity: Granularity = "day") -> None:
    """Give the horizontal axis as many dates as have room, also after a zoom.

    For weekly buckets they are Mondays, for monthly ones the first days of months, for long ranges
    of any buckets the first days of months or years.
    """
    ax.xaxis.set_major_locator(_DateLocator(ax, granularity))
    ax.xaxis.set_major_formatter(_DateFormatter())


class _DateLocator(mdates.DateLocator):
    """Finds the first days of buckets, months or years, as many as have room."""

    def __init__(self, ax: Axes, granularity: Granularity) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._axes, self._granularity = ax, granularity

    def __call__(self) -> list[float]:
        return self.tick_values(*self._axes.get_xlim())

    def tick_values(self, vmin: float, vmax: float) -> list[float]:
        most = max(1, min(_MOST, int(size_pt(self._axes)[0] / _DATE_PT)))
        found = _dates(*sorted([vmin, vmax]), most, self._granularity)
        return np.array(found)  # type: ignore[return-value]


# A layout and a drawing ask for the same dates, and for their names, more than a dozen times.
@lru_cache(maxsize=64)
def _dates(low: float, high: float, most: int, granularity: Granularity) -> tuple[float, ...]:
    ends = mdates.num2date([np.ceil(low), np.floor(high)])  # type: ignore[no-untyped-call]
    first, last = [np.datetime64(end.date(), "D") for end in ends]
    days = np.arange(first, last + np.timedelta64(1, "D"))
    chosen: Days = np.array([], "datetime64[D]")
    for choice in _choices(days, granularity):
        if choice.size:
            chosen = choice
        if choice.size <= most:
            break
    # If no choice has room, every second or third date of the last one is written.
    chosen = chosen[:: -(-chosen.size // most) or 1]
    return tuple(places_of(chosen))


def _choices(days: Days, granularity: Granularity) -> Iterator[Days]:
    """Yield fewer and fewer of the days."""
    months = days.astype("datetime64[M]")
    day_of_month = (days - months.astype("datetime64[D]")).astype(int)
    if granularity == "week":
        # The days are counted from a Thursday, 1970-01-01.
        since_monday = days.astype(int) + 3
        for step in _WEEK_STEPS:
            yield days[since_monday % (7 * step) == 0]
    for step in _DAY_STEPS if granularity == "day" else ():
        # A date shortly before the first of the next month would run into its label.
        is_apart = day_of_month + step // 2 < _LAST_DAY
        yield days[(day_of_month % step == 0) & is_apart]
    firsts = days[day_of_month == 0]
    month = firsts.astype("datetime64[M]").astype(int)
    for step in _MONTH_STEPS:
        yield firsts[month % step == 0]
    for step in _YEAR_STEPS:
        yield firsts[(month % 12 == 0) & ((month // 12 + 1970) % step == 0)]


class _DateFormatter(Formatter):
    """Writes a day or month, and below it the month and year where they begin.

    matplotlib's own formatter writes them at the corner of the axes, where notes are.
    """

    def __call__(self, x: float, pos: int | None = None) -> str:  # noqa: ARG002
        return day_text(mdates.num2date(x))  # type: ignore[no-untyped-call]

    def format_ticks(self, values: list[float]) -> list[str]:
        return [*_names(tuple(values))]


@lru_cache(maxsize=64)
def _names(dates: tuple[float, ...]) -> list[str]:
    days: list[datetime] = mdates.num2date(dates)  # type: ignore[no-untyped-call]
    if len(days) > 1 and all(day.month == day.day == 1 for day in days):
        return [f"{day:%Y}" for day in days]
    # The name of a month beside numbers of days would look like a whole month.
    is_monthly = all(day.day == 1 for day in days)
    above = [month_text(day) if is_monthly else f"{day.day}" for day in days]
    below = [f"{day:%Y}" if is_monthly else f"{month_text(day)} {day:%Y}" for day in days]
    return [
        name if unit == before else f"{name}\n{unit}"
        for name, unit, before in zip(above, below, ["", *below], strict=False)
    ]


def earliest_load(frames: Sequence[pd.DataFrame]) -> pd.Timestamp:
    """Return when the first of some frames was loaded; now if none says it."""
    return min(filter(None, map(loaded_at, frames)), default=pd.Timestamp.now("UTC"))


def were_over(
    dates: pd.Series, granularity: Granularity, frames: Sequence[pd.DataFrame], timezone: str
) -> Bools:
    """Say of each bucket, given its first day, whether it had ended by the earliest load."""
    day = np.datetime64(earliest_load(frames).tz_convert(timezone).date(), "D")
    over: Bools = next_bucket(dates.to_numpy("datetime64[D]"), granularity) <= day
    return over
