"""Days, periods and the choice among repeated rows, in plain Python."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

Row = dict[str, Any]
PERIODS = ("daily", "weekly", "monthly")
ONE_DAY = dt.timedelta(days=1)
TWO_DAYS = dt.timedelta(hours=48)


def day_start(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    """The first instant of a local day; where midnight comes twice, the first of the two."""
    return dt.datetime.combine(day, dt.time(), tzinfo=zone).astimezone(dt.UTC)


def local_day(instant: dt.datetime, zone: ZoneInfo) -> dt.date:
    return instant.astimezone(zone).date()


def as_instant(moment: dt.date | dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """An instant stays as it is; a day stands for its end, the start of the next."""
    if isinstance(moment, dt.datetime):
        return moment
    return day_start(moment + ONE_DAY, zone)


def period_of(period: str, day: dt.date) -> tuple[dt.date, dt.date]:
    """The first day of the period that holds a day, and the first day of the next period."""
    if period == "daily":
        return day, day + ONE_DAY
    if period == "weekly":
        monday = day - day.weekday() * ONE_DAY
        return monday, monday + 7 * ONE_DAY
    first = day.replace(day=1)
    return first, (first + 31 * ONE_DAY).replace(day=1)


def days_between(first: dt.date, after: dt.date) -> Iterator[dt.date]:
    while first < after:
        yield first
        first += ONE_DAY


def latest(rows: Iterable[Row], key: Sequence[str]) -> list[Row]:
    """Of several rows about one thing, the one that counts.

    The complete one before an unknown one and that before a partial one, then the newest
    `fetched_at`, then the newest `updated_at`, then the last row. Rows without a key all count.
    """
    never = dt.datetime.min.replace(tzinfo=dt.UTC)
    chosen: dict[tuple[Any, ...], tuple[Any, int, Row]] = {}
    for place, row in enumerate(rows):
        name = tuple(row.get(column) for column in key)
        if all(part is None for part in name):
            name = (*name, place)
        rank = (
            {False: 2, None: 1, True: 0}[row.get("is_partial")] if "is_partial" in row else 0,
            row.get("fetched_at") or never,
            row.get("updated_at") or never,
        )
        held = chosen.get(name)
        if held is None or rank >= held[0]:
            chosen[name] = (rank, place, row)
    return [row for _, _, row in sorted(chosen.values(), key=lambda held: held[1])]


def half_up(numerator: int, denominator: int) -> int:
    """Divide whole numbers and round halves up."""
    return (2 * numerator + denominator) // (2 * denominator)
