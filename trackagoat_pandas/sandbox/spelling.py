"""How values are spelled in requests: uuids, days and instants as text.

Each reader gives the one spelling that the database keeps, or None. Must not know where the text
stood.
"""

from __future__ import annotations

import re
import uuid
from datetime import date

from trackagoat_pandas.sandbox.clock import format_instant, parse_instant

FIRST_YEAR, LAST_YEAR = 1971, 2100
A_DAY = f"it is a day of the calendar as YYYY-MM-DD, from {FIRST_YEAR} to {LAST_YEAR}"
AN_INSTANT = (
    f"it is an instant such as 2026-06-15T12:00:00Z, from {FIRST_YEAR} to {LAST_YEAR}, with Z or "
    "an offset"
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


def is_uuid(text: str) -> bool:
    """Tell whether a text is a uuid in its usual form."""
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def is_like(pattern: str, text: str) -> bool:
    """Tell whether a whole text is like a pattern, which is written with ^ and $."""
    return re.fullmatch(pattern.removesuffix("$"), text) is not None


def read_uuid(text: str) -> str | None:
    """Read a uuid as it is kept: in small letters."""
    return text.lower() if is_uuid(text) else None


def read_day(text: str) -> str | None:
    """Read a day of the calendar."""
    if not _DAY.fullmatch(text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return text if FIRST_YEAR <= day.year <= LAST_YEAR else None


def read_instant(text: str) -> str | None:
    """Read an instant with an offset, as UTC."""
    if not _INSTANT.fullmatch(text):
        return None
    try:
        instant = parse_instant(text.upper())
    except (ValueError, OverflowError):  # no such day or time, or before the year 1
        return None
    return format_instant(instant) if FIRST_YEAR <= instant.year <= LAST_YEAR else None
