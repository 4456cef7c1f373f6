"""Read days and times in figures, or say why they can't be read.

Names of months aren't read: they differ by language, and `pandas.to_datetime` reads them.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import pandas as pd

DateOrder: TypeAlias = Literal["ymd", "dmy", "mdy"]

_MOMENT: Final = re.compile(
    r"(?P<day>[^\s,T]+)"
    r"(?:(?:[\sT]|,\s)\s*(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?P<part>\.\d{1,9})?)?"
    r"\s*(?P<half>[AaPp][Mm])?\s*(?P<zone>[Zz]|UTC|GMT|[+-]\d\d:?\d\d)?)?",
    re.ASCII,
)
_ISO_DAY: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_OTHER_DAY: Final = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a cell can't be read."""

    why: str


def read_moment(value: Any, order: DateOrder | None) -> dt.datetime | Flaw:
    """Read a day or a time, naive if it has no time zone.

    Without an order of day, month and year only days such as 2026-05-06 are read.
    """
    if isinstance(value, pd.Timestamp):
        return value.as_unit("us").to_pydatetime()
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time())
    parts = _MOMENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if parts is None:
        return Flaw("it is not a date")
    day = _day_of_text(parts["day"], order)
    if isinstance(day, Flaw):
        return day
    try:
        return dt.datetime.combine(dt.date(*day), _time(parts), _zone(parts["zone"]))
    except ValueError:
        return Flaw("there is no such day or time")


def _day_of_text(text: str, order: DateOrder | None) -> tuple[int, int, int] | Flaw:
    if iso := _ISO_DAY.fullmatch(text):
        return int(iso[1]), int(iso[2]), int(iso[3])
    parts = _OTHER_DAY.fullmatch(text)
    if parts is None:
        return Flaw("it is not a date")
    if order is None:
        return Flaw("the order of day and month isn't stated: pass dates='dmy' or 'mdy'")
    given = dict(zip(order, (parts[1], parts[3], parts[4]), strict=True))
    if len(given["y"]) != 4 or len(given["d"]) > 2:
        return Flaw(f"it is not a date in the order {order!r} with a year of four digits")
    return int(given["y"]), int(given["m"]), int(given["d"])


def _time(parts: re.Match[str]) -> dt.time:
    if parts["hour"] is None:
        return dt.time()
    hour = int(parts["hour"])
    if half := parts["half"]:
        if not 1 <= hour <= 12:
            raise ValueError("no hour of a clock with two halves")
        hour = hour % 12 + (12 if half.lower() == "pm" else 0)
    part = int((parts["part"] or ".0")[1:7].ljust(6, "0"))
    return dt.time(hour, int(parts["minute"]), int(parts["second"] or 0), part)


def _zone(text: str | None) -> dt.tzinfo | None:
    if text is None:
        return None
    if text[0] not in "+-":
        return dt.UTC
    shift = dt.timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return dt.timezone(-shift if text[0] == "-" else shift)
