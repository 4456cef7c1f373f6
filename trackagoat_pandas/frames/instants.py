"""Instants and days: ISO 8601 text to Arrow timestamps, a column at a time or one by one.

Knows which spellings are unambiguous. A column goes through Arrow's own parser, the one that reads
pages on the fast path, so that both paths read the same; only what Arrow refuses is read here one
by one. Must not know tables or frames.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from trackagoat_pandas.frames.dtypes import DAY, INSTANT

# datetime.fromisoformat reads more than is meant here: week dates, bare digits, 24 o'clock.
_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)"
    r"(?:[T ]((?:[01]\d|2[0-3])(?::[0-5]\d(?::[0-5]\d(?:\.\d+)?)?)?)"
    r"([Zz]|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII,
)
_YEAR_1 = dt.datetime(1, 1, 1)  # noqa: DTZ001


def read_instant(value: Any) -> dt.datetime | None:
    """Read one instant; without an offset it is UTC. None where it can't be read."""
    if isinstance(value, dt.datetime):
        return _in_utc(value)
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day, tzinfo=dt.UTC)
    parts = _ISO.fullmatch(value.strip()) if isinstance(value, str) else None
    if parts is None:
        return None
    day, time, zone = parts.groups()
    try:
        return _in_utc(dt.datetime.fromisoformat(f"{day}T{time or '00'}{(zone or 'Z').upper()}"))
    except ValueError:
        return None


def _in_utc(value: dt.datetime) -> dt.datetime | None:
    if value.tzinfo is None:
        return value.replace(tzinfo=dt.UTC)
    try:
        return value.astimezone(dt.UTC)
    except OverflowError:
        return None


def read_clock(value: Any) -> dt.datetime | None:
    """Read a day, or what a clock showed, without any time zone; None for an instant or no time."""
    if isinstance(value, str):
        parts = _ISO.fullmatch(value.strip())
        if parts is None or parts[3] is not None:
            return None
    elif isinstance(value, dt.datetime) and value.tzinfo is not None:
        return None
    instant = read_instant(value)
    return None if instant is None else instant.replace(tzinfo=None)


def read_day(value: Any) -> dt.datetime | None:
    """Read one day as its midnight without a zone.

    An instant is a day only if it is midnight in UTC: any other would be shifted by a time zone.
    None where it can't be read.
    """
    instant = read_instant(value)
    if instant is None or instant.time() != dt.time():
        return None
    return instant.replace(tzinfo=None)


def cast_instants(texts: pa.Array) -> pa.Array | None:
    """Read a column of instants with Arrow's parser; None where Arrow refuses one."""
    return _cast(texts, INSTANT, INSTANT)


def cast_days(texts: pa.Array) -> pa.Array | None:
    """Read a column of days with Arrow's parser; None where Arrow refuses one."""
    return _cast(texts, pa.date32(), DAY)


def _cast(texts: pa.Array, read_as: pa.DataType, kept_as: pa.DataType) -> pa.Array | None:
    try:
        times = texts.cast(read_as).cast(kept_as)
    except pa.ArrowInvalid:
        return None
    return times if is_plausible(times) else None


def is_plausible(times: pa.Array) -> bool:
    """Whether no time lies before year 1, which Arrow can hold but Python can't show."""
    # Compared without a zone: the zone doesn't change the stored number.
    first = pc.min(times.cast(pa.int64()))
    return not first.is_valid or bool(first.as_py() >= _MICROSECONDS_TO_YEAR_1)


_MICROSECONDS_TO_YEAR_1 = int((_YEAR_1 - dt.datetime(1970, 1, 1)).total_seconds()) * 1_000_000  # noqa: DTZ001
