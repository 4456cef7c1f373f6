"""Types of values in requests: how they are checked, parsed and described as JSON Schema."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any, Self, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from trackagoat_pandas.sandbox.clock import format_instant, parse_instant

T = TypeVar("T")
Json: TypeAlias = dict[str, Any]

FIRST_YEAR, LAST_YEAR = 1971, 2100
_YEARS = "^(197[1-9]|19[89][0-9]|20[0-9][0-9]|2100)-"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


class Uuid(str):
    """A UUID with hyphens, in lower case."""

    __slots__ = ()

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a text, or raise ValueError."""
        if not is_uuid(text):
            raise ValueError(text)
        return cls(text.lower())


class Day(date):
    """A calendar day of the years from 1971 to 2100."""

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a text, or raise ValueError."""
        # Alone, fromisoformat would take 20260615 and 2026-W25-1 too.
        day = cls.fromisoformat(text if _DAY.fullmatch(text) else "")
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValueError(text)
        return day


class Instant(str):
    """An instant of the years from 1971 to 2100, as the database keeps it: UTC with a Z."""

    __slots__ = ()

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a text, or raise ValueError."""
        instant = parse_instant(text.upper() if _INSTANT.fullmatch(text) else "")
        if not FIRST_YEAR <= instant.year <= LAST_YEAR:
            raise ValueError(text)
        return cls(format_instant(instant))


def is_uuid(text: str) -> bool:
    """Return whether a text is a uuid with hyphens."""
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


# How a text is read, what is allowed, and the JSON Schema.
_FORMATS: dict[type, tuple[Callable[[str], Any], str, Json]] = {
    Uuid: (Uuid.read, "must be a UUID", {"type": "string", "format": "uuid"}),
    Day: (
        Day.read,
        f"must be a date as YYYY-MM-DD, from {FIRST_YEAR} to {LAST_YEAR}",
        {"type": "string", "format": "date", "pattern": _YEARS},
    ),
    Instant: (
        Instant.read,
        f"must be an instant with Z or an offset, from {FIRST_YEAR} to {LAST_YEAR}",
        {"type": "string", "format": "date-time", "pattern": _YEARS},
    ),
    ZoneInfo: (ZoneInfo, "must be an IANA time zone", {"type": "string", "format": "time-zone"}),
}
_KINDS = {
    "str": "a text",
    "int": "a whole number",
    "bool": "true or false",
    "array": "a list",
    "object": "a JSON object",
    "null": "null",
}


def convert(value: Any, kind: type[T], *, strict: bool = True) -> T:
    """Check a value against a type; unless strict, numbers and booleans may be given as text.

    Raises
    ------
    msgspec.ValidationError
        If it doesn't fit; ``explain`` turns the error into words.
    """
    return msgspec.convert(value, kind, strict=strict, dec_hook=_read)


def _read(kind: type, value: Any) -> Any:
    read, allowed, _ = _FORMATS[kind]
    if isinstance(value, str):
        # A time zone may be absent, outside the tree of zones or a folder of it.
        with suppress(ValueError, KeyError, OverflowError, OSError):
            return read(value)
    raise ValueError(allowed)


def explain(error: msgspec.ValidationError) -> tuple[str, str]:
    """Return the name of the invalid member, empty for the whole, and the reason.

    The reason is the rest of a sentence that begins with the name.
    """
    reason, _, place = str(error).partition(" - at `$")
    place = place.removesuffix("`")
    if expected := re.fullmatch(r"Expected `([a-z |]+)`, got `.*`", reason):
        allowed = " or ".join(_KINDS.get(kind, kind) for kind in expected[1].split(" | "))
        reason = "must be null or absent" if allowed == "null" else f"must be {allowed}"
    elif member := re.fullmatch("Object (missing required|contains unknown) field `(.*)`", reason):
        place += f".{member[2]}"
        reason = "is required" if member[1] == "missing required" else "is unknown"
    elif value := re.fullmatch("Invalid enum value (.*)", reason):
        reason = f"can't be {value[1]}"
    return place.removeprefix("."), re.sub("^Expected ", "must be ", reason)


def schema_of(kind: Any) -> Json:
    """Describe a type that has no members."""
    return msgspec.json.schema(kind, schema_hook=describe_format)


def describe_format(kind: type) -> Json:
    """Describe one of the formats."""
    return dict(_FORMATS[kind][2])


def doc(description: str) -> Meta:
    """Describe a member of an object."""
    return Meta(description=description)


def is_like(pattern: str, text: str) -> bool:
    """Return whether a text matches a pattern that begins with ``^`` and ends with ``$``."""
    return re.fullmatch(pattern.removesuffix("$"), text) is not None


def like(pattern: str) -> Meta:
    r"""Require a pattern that begins with ``^`` and ends with ``$``.

    In Python, ``$`` also matches before a line feed at the end; in JSON Schema it doesn't.
    """
    return Meta(pattern=pattern.removesuffix("$") + r"(?!\n)$")
