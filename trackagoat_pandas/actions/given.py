"""What people hand to an action, checked and written as the values of a request's body.

Everything is refused here, before anything is sent. Knows texts, days, cents and rows of frames.
Must not know requests.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from typing import Any, Final, Literal, TypeAlias

import pandas as pd

from trackagoat_pandas._types import DateLike
from trackagoat_pandas.checks import check_choice, check_int
from trackagoat_pandas.dates import parse_day
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, MissingColumnError

_HANDLE: Final = re.compile(r"[A-Za-z0-9._-]{1,30}")  # contract section 3
_SEVERAL: Final = "one text, several in a list, Index or Series, or a frame"


class _Keep(Enum):
    KEEP = "left as it is"

    def __repr__(self) -> str:
        return "KEEP"


KEEP: Final = _Keep.KEEP
"""The default of an optional change: the field isn't sent. None clears it."""
Keep: TypeAlias = Literal[_Keep.KEEP]

Check = Callable[[str, Any], Any]


def changes(**fields: Any) -> dict[str, Any]:
    """Give the fields that are to be changed.

    Raises
    ------
    ArgumentError
        There is none.
    """
    changed = {name: value for name, value in fields.items() if value is not KEEP}
    if not changed:
        raise ArgumentError("changes", "nothing", f"give at least one of {', '.join(fields)}")
    return changed


def unless_kept(check: Check, argument: str, value: Any) -> Any:
    """Check a value, unless the field is to be left as it is."""
    return value if value is KEEP else check(argument, value)


def given(**fields: Any) -> dict[str, Any]:
    """Give the fields that have a value."""
    return {name: value for name, value in fields.items() if value is not None}


def rows(
    argument: str,
    value: object,
    key: str,
    checks: Mapping[str, Check],
    others: Mapping[str, Any],
    *,
    required: Sequence[str] = (),
    is_unique: bool = True,
) -> list[dict[str, Any]]:
    """Read items: texts for the key, or a frame with a column for the key and, if it likes, others.

    Parameters
    ----------
    argument
        The argument's name, for messages.
    value
        One text; a list, tuple, Index or Series of texts; or a frame.
    key
        The field by which an item is known, such as ``"tiktok_handle"``.
    checks
        Each field's check; a frame's further columns are ignored.
    others
        Values for the fields that an item says nothing of; None is left out.
    required
        Fields that must have a value, besides the key.
    is_unique
        Whether two items with the same key are a mistake.

    Raises
    ------
    ArgumentError
        A value is not allowed or lacks, the key is null, or two items have the same.
    ArgumentTypeError, MissingColumnError
        It is something else, or a frame without the key.
    """
    items = _items(argument, value, key, checks)
    for number, item in enumerate(items):
        for name in (key, *required):
            if _is_null(item.get(name, others.get(name))):
                raise ArgumentError(argument, item.get(key), f"item {number} has no {name}")
    bodies = [
        {
            name: check(name, item.get(name, others.get(name)))
            for name, check in checks.items()
            if not _is_null(item.get(name, others.get(name)))
        }
        for item in items
    ]
    if is_unique:
        _check_unique(argument, [body[key] for body in bodies])
    return bodies


def _check_unique(argument: str, values: Iterable[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value.casefold() in seen:
            raise ArgumentError(argument, value, "it is given twice")
        seen.add(value.casefold())


def _items(
    argument: str, value: object, key: str, checks: Mapping[str, Check]
) -> list[dict[str, Any]]:
    if isinstance(value, str):
        return [{key: value}]
    if isinstance(value, pd.DataFrame):
        if key not in value.columns:
            raise MissingColumnError([key], value.columns)
        names = [name for name in checks if name in value.columns]
        columns = [value[name].astype(object) for name in names]
        # A null of one row leaves that field to what holds for all.
        return [
            {name: cell for name, cell in zip(names, cells, strict=True) if not _is_null(cell)}
            for cells in zip(*columns, strict=True)
        ]
    if isinstance(value, Iterable) and not isinstance(value, bytes | Mapping):
        return [{key: item} for item in value]
    raise ArgumentTypeError(argument, value, _SEVERAL)


def handle(argument: str, value: Any) -> str:
    """Check a TikTok handle and drop its @.

    1 to 30 letters, digits, dots, underscores and hyphens (contract section 3).
    """
    written = text(argument, value).removeprefix("@")
    if not _HANDLE.fullmatch(written):
        raise ArgumentError(
            argument, value, "a handle has 1 to 30 letters, digits, dots, underscores and hyphens"
        )
    return written


def text(argument: str, value: Any, longest: int | None = None) -> str:
    """Check a text that must not be empty."""
    if not isinstance(value, str):
        raise ArgumentTypeError(argument, value, "text")
    if not value.strip():
        raise ArgumentError(argument, value, "it must not be empty")
    if longest is not None and len(value) > longest:
        raise ArgumentError(argument, value, f"it may have {longest} characters")
    return value.strip()


def optional_text(argument: str, value: Any) -> str | Keep | None:
    """Check a text that None clears."""
    return value if value is None or value is KEEP else text(argument, value)


def day(argument: str, value: DateLike) -> str:
    """Check a day and write it as the API does."""
    return parse_day(value, argument).isoformat()


def cents(argument: str, value: Any, *, minimum: int = 0) -> int:
    """Check an amount in whole cents; a float is refused, for it may have lost some already."""
    if isinstance(value, float):
        raise ArgumentTypeError(argument, value, "a whole number of cents, never a float")
    whole = value.item() if hasattr(value, "item") else value
    return check_int(argument, whole, minimum=minimum)


def whole(argument: str, value: Any, *, minimum: int = 1) -> int:
    """Check a whole number; one that a frame holds as a float is fine."""
    number = value.item() if hasattr(value, "item") else value
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    return check_int(argument, number, minimum=minimum)


def choice(*words: str) -> Check:
    """Give the check for one of a closed set of words."""

    def check(argument: str, value: Any) -> str:
        return check_choice(argument, value, words)

    return check


def _is_null(value: Any) -> bool:
    return (
        value is None
        or value is pd.NA
        or value is pd.NaT
        or (isinstance(value, float) and math.isnan(value))
    )
