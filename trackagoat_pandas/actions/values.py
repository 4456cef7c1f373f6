"""Single values that people hand to an action, checked and written as a request's body holds them.

What can't be right is refused here, before anything is sent.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import numpy as np
import pandas as pd

from trackagoat_pandas._types import DateLike
from trackagoat_pandas.checks import check_bool, check_choice, check_id, check_int
from trackagoat_pandas.dates import parse_day
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError

Check = Callable[[str, Any], Any]

_HANDLE: Final = re.compile(r"[A-Za-z0-9._-]{1,30}")
_PROFILE: Final = re.compile(rf"tiktok\.com/@({_HANDLE.pattern})")
_EMAIL: Final = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
_INSTANT: Final = "an instant with its offset, such as '2026-06-15T12:00:00Z'"


def handle(argument: str, value: Any) -> str:
    """Check a TikTok handle and drop its @.

    1 to 30 letters, digits, dots, underscores and hyphens, as the API documents them.
    """
    written = text(argument, value).removeprefix("@")
    if not _HANDLE.fullmatch(written):
        allowed = "a handle has 1 to 30 letters, digits, dots, underscores and hyphens"
        found = _PROFILE.search(written)
        advice = f"{allowed}; of this address, give {found[1]!r}" if found else allowed
        raise ArgumentError(argument, value, advice)
    return written


def url(argument: str, value: Any) -> str:
    """Check the address of a TikTok post."""
    written = text(argument, value)
    try:
        parts = urlsplit(written)
        host = parts.hostname or ""
    except ValueError as flaw:
        raise ArgumentError(argument, value, f"it is no address ({flaw})") from flaw
    if parts.scheme != "https" or not f".{host}".endswith(".tiktok.com") or " " in written:
        raise ArgumentError(argument, value, "give one such as https://www.tiktok.com/@a/video/1")
    return written


def email(argument: str, value: Any) -> str:
    """Check an address roughly: whether a person reads it there is the server's to find out."""
    written = text(argument, value)
    if not _EMAIL.fullmatch(written):
        raise ArgumentError(argument, value, "give an address such as ann@example.com")
    return written


def text(argument: str, value: Any, longest: int | None = None) -> str:
    """Check a text that must not be empty."""
    if not isinstance(value, str):
        raise ArgumentTypeError(argument, value, "text")
    written = value.strip()
    if not written:
        raise ArgumentError(argument, value, "it must not be empty")
    if longest is not None and len(written) > longest:
        problem = f"it has {len(written)} characters; the limit is {longest}"
        raise ArgumentError(argument, value, problem=problem)
    return written


def name(longest: int) -> Check:
    """Give the check for a text of so many characters."""

    def check(argument: str, value: Any) -> str:
        return text(argument, value, longest)

    return check


def or_null(check: Check) -> Check:
    """Give the check for a value that None clears."""

    def check_or_null(argument: str, value: Any) -> Any:
        return None if value is None else check(argument, value)

    return check_or_null


def day(argument: str, value: DateLike) -> str:
    """Check a day and write it as the API does."""
    return parse_day(value, argument).isoformat()


def instant(argument: str, value: Any) -> str:
    """Check an instant and write it as the API does; without an offset it could be any."""
    if isinstance(value, np.datetime64) or not isinstance(value, str | dt.datetime):
        raise ArgumentTypeError(argument, value, _INSTANT)
    try:
        read = pd.Timestamp(value)
    except ValueError as flaw:
        raise ArgumentError(argument, value, f"give {_INSTANT}") from flaw
    if pd.isna(read) or read.tzinfo is None:
        raise ArgumentError(argument, value, f"give {_INSTANT}")
    return read.tz_convert("UTC").tz_localize(None).isoformat() + "Z"


def cents(argument: str, value: Any, *, minimum: int = 1) -> int:
    """Check an amount in whole cents; a float is refused, for it may have lost some already."""
    if isinstance(value, float | np.floating):
        raise ArgumentTypeError(argument, value, "a whole number of cents, never a float")
    return check_int(argument, _plain(value), minimum=minimum)


def whole(argument: str, value: Any, *, minimum: int = 1) -> int:
    """Check a whole number; one that a frame holds as a float is fine."""
    number = _plain(value)
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    return check_int(argument, number, minimum=minimum)


def flag(argument: str, value: Any) -> bool:
    """Check a truth."""
    return check_bool(argument, _plain(value))


def choice(*words: str) -> Check:
    """Give the check for one of a closed set of words."""

    def check(argument: str, value: Any) -> str:
        return check_choice(argument, value, words)

    return check


def id_(argument: str, value: Any) -> str:
    """Check an id."""
    return check_id(argument, value)


def json_object(argument: str, value: Any) -> dict[str, Any]:
    """Check a free-form object."""
    if not isinstance(value, Mapping):
        raise ArgumentTypeError(argument, value, "a dict")
    return dict(value)


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
