"""What people hand to an action, as the bodies of requests: changes, one thing, many things.

Knows lists, Series and frames. Must not know requests, nor how a value is checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any, Final, Literal, TypeAlias

import pandas as pd

from trackagoat_pandas.actions.values import Check
from trackagoat_pandas.checks import check_ids, is_null
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, MissingColumnError

Items: TypeAlias = "str | Sequence[str] | pd.Series | pd.Index | pd.DataFrame"
"""One thing, several in a list, Index or Series, or a frame with a row for each."""
One: TypeAlias = "str | pd.DataFrame"
"""An id, or a loaded frame of one row."""

_SEVERAL: Final = "one text, several in a list, Index or Series, or a frame"


class _Keep(Enum):
    KEEP = "left as it is"

    def __repr__(self) -> str:
        return "KEEP"


KEEP: Final = _Keep.KEEP
"""The default of an optional change: the field isn't sent. None clears it."""
Keep: TypeAlias = Literal[_Keep.KEEP]


def one(argument: str, value: object, entity: str) -> str:
    """Read the id of one thing, given as such or as a frame of one row."""
    ids = check_ids(argument, value, entity=entity)
    if len(ids) != 1:
        raise ArgumentError(argument, ids, f"give one {entity}")
    return ids[0]


def changes(checks: Mapping[str, Check], **fields: Any) -> dict[str, Any]:
    """Check and give the fields that are to be changed.

    Raises
    ------
    ArgumentError
        There is none.
    """
    changed = {name: value for name, value in fields.items() if value is not KEEP}
    if not changed:
        raise ArgumentError("changes", "nothing", f"give at least one of {', '.join(fields)}")
    return {name: checks[name](name, value) for name, value in changed.items()}


def fields(checks: Mapping[str, Check], **values: Any) -> dict[str, Any]:
    """Check and give the fields that have a value."""
    return {name: checks[name](name, value) for name, value in values.items() if value is not None}


def rows(
    argument: str,
    value: object,
    key: str,
    checks: Mapping[str, Check],
    others: Mapping[str, Any],
    *,
    required: Sequence[str] = (),
    unique: Sequence[str] | None = None,
) -> list[dict[str, Any]]:
    """Read items: texts for the key, or a frame with a column for the key and, if it likes, others.

    Parameters
    ----------
    argument
        The argument's name, for messages.
    value
        One text; a list, tuple, Index or Series of texts; or a frame.
    key
        The field by which an item is known, such as ``"tiktok_handle"``. Where it ends on ``_id``
        and the frame has no such column, the column ``id`` does.
    checks
        Each field's check; a frame's further columns are ignored.
    others
        Values for the fields that an item says nothing of; None is left out.
    required
        Fields that must have a value, besides the key.
    unique
        Fields in which no two items may agree; the key alone by default.

    Raises
    ------
    ArgumentError
        A value is not allowed or lacks, the key is null, or two items agree.
    ArgumentTypeError, MissingColumnError
        It is something else, or a frame without the key.
    """
    items = [{**others, **item} for item in _items(argument, value, key, checks)]
    for number, item in enumerate(items):
        for name in (key, *required):
            if is_null(item.get(name)):
                raise ArgumentError(argument, item.get(key), f"item {number} has no {name}")
    bodies = [
        {
            name: check(name, item[name])
            for name, check in checks.items()
            if not is_null(item.get(name))
        }
        for item in items
    ]
    _check_unique(argument, bodies, unique or (key,))
    return bodies


def _check_unique(argument: str, bodies: Iterable[dict[str, Any]], names: Sequence[str]) -> None:
    seen: set[tuple[str, ...]] = set()
    for body in bodies:
        said = tuple(str(body.get(name)) for name in names)
        folded = tuple(word.casefold() for word in said)
        if folded in seen:
            raise ArgumentError(argument, " ".join(said), "it is given twice")
        seen.add(folded)


def _items(
    argument: str, value: object, key: str, checks: Mapping[str, Check]
) -> list[dict[str, Any]]:
    if isinstance(value, str):
        return [{key: value}]
    if isinstance(value, pd.DataFrame):
        return _frame_items(value, key, checks)
    if isinstance(value, Iterable) and not isinstance(value, bytes | Mapping):
        return [{key: item} for item in value]
    raise ArgumentTypeError(argument, value, _SEVERAL)


def _frame_items(
    frame: pd.DataFrame, key: str, checks: Mapping[str, Check]
) -> list[dict[str, Any]]:
    if key not in frame.columns and key.endswith("_id") and "id" in frame.columns:
        frame = frame.rename(columns={"id": key})
    if key not in frame.columns:
        raise MissingColumnError([key], frame.columns)
    names = [name for name in checks if name in frame.columns]
    columns = [frame[name].astype(object) for name in names]
    # A null of one row leaves that field to what holds for all.
    return [
        {name: cell for name, cell in zip(names, cells, strict=True) if not is_null(cell)}
        for cells in zip(*columns, strict=True)
    ]
