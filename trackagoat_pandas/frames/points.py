"""One point of a series: its day and its value, under whatever names."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from trackagoat_pandas.frames.coerce import read_number

DATE_NAMES = ("date", "bucket", "day", "t", "bucket_start")
_DATED = re.compile(r"\d{4}-(?:\d\d(?:-\d\d)?|W\d\d)(?:[T ].*)?", re.ASCII)
_MONTH = re.compile(r"\d{4}-\d\d", re.ASCII)
_AROUND = frozenset(
    {
        "entity",
        "entity_id",
        "entity_ref",
        "id",
        "label",
        "name",
        "metric",
        "series_kind",
        "is_partial",
        "is_baseline",
        "parent_id",
    }
)
"""Fields of a point that are neither its day nor its value."""


@dataclass(frozen=True, slots=True)
class Point:
    """A day as ISO text, a value or None, and the unknown fields."""

    date: str
    value: float | None
    others: dict[str, Any]


def is_point(item: dict[str, Any], metric: str) -> bool:
    """Whether an object is a point, not a series: it holds a date, and a value or no list."""
    if _date_name(item) is None:
        return False
    values = {name: value for name, value in item.items() if name != "entity_ref"}
    has_value = any(
        name in values and not isinstance(values[name], list | dict) for name in ("value", metric)
    )
    return has_value or not any(isinstance(value, list | dict) for value in values.values())


def read_point(point: dict[str, Any], *, metric: str, timezone: str | None) -> Point | None:
    """Read a point; None where its day or its value isn't clear."""
    date_name = _date_name(point)
    date = None if date_name is None else read_bucket(point[date_name], timezone)
    given = [point[name] for name in ("value", metric) if point.get(name) is not None]
    numbers = [read_number(value) for value in given]
    others = {
        name: value
        for name, value in point.items()
        if name not in (date_name, "value", metric) and name not in _AROUND
    }
    unnamed = "value" not in point and metric not in point and bool(others)
    if date is None or None in numbers or len(set(numbers)) > 1 or unnamed:
        return None
    return Point(date, numbers[0] if numbers else None, others)


def _date_name(point: dict[str, Any]) -> str | None:
    """Return the field that holds the day: one of the usual names, or the only one with a date."""
    for name in DATE_NAMES:
        if isinstance(point.get(name), str):
            return name
    dated = [
        name
        for name, value in point.items()
        if name not in _AROUND and isinstance(value, str) and _DATED.fullmatch(value)
    ]
    return dated[0] if len(dated) == 1 else None


def read_bucket(text: str, timezone: str | None) -> str | None:
    """Return the day on which a bucket starts, as ISO text; None where it isn't sure.

    Weeks (2026-W05) start on their Monday and months (2026-02) on their first. An instant must
    be the start of a day: in the answer's time zone, by its own offset, or at midnight in UTC,
    which is how a plain date travels as an instant.
    """
    text = text.strip()
    try:
        if _MONTH.fullmatch(text):
            return dt.date.fromisoformat(f"{text}-01").isoformat()
        if "T" not in text and " " not in text:
            return dt.date.fromisoformat(text).isoformat()
        instant = dt.datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    if instant.tzinfo is not None and timezone is not None:
        day = _local_day(instant, timezone)
        if day is not None:
            return day.isoformat()
    return instant.date().isoformat() if instant.time() == dt.time() else None


def _local_day(instant: dt.datetime, timezone: str) -> dt.date | None:
    """Return the day of a time zone that starts at an instant, if one does."""
    try:
        zone = ZoneInfo(timezone)
        day = instant.astimezone(zone).date()
    except (ZoneInfoNotFoundError, ValueError, OverflowError):
        return None
    # Where a clock change skips midnight, this still gives the day's first instant.
    start = dt.datetime(day.year, day.month, day.day, tzinfo=zone)
    return day if start.astimezone(dt.UTC) == instant else None
