"""What people hand to an action, as the bodies of requests: changes, one thing, many things."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any, Final, Literal, TypeAlias

import pandas as pd

from trackagoat_pandas.actions.values import Check
from trackagoat_pandas.checks import check_ids, id_column, is_null
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    MissingArgumentError,
    MissingColumnError,
    brief,
)

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
        raise ArgumentError(argument, ids, problem=f"give one {entity}, not {len(ids)}")
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
        problem = f"give at least one of {', '.join(fields)}"
        raise ArgumentError("changes", None, problem=problem)
    return _in_order({name: checks[name](name, value) for name, value in changed.items()})


def fields(checks: Mapping[str, Check], *required: str, **values: Any) -> dict[str, Any]:
    """Check and give the fields that have a value.

    Raises
    ------
    MissingArgumentError
        One of the required has none.
    """
    for name in required:
        if is_null(values[name]):
            raise MissingArgumentError(name, "it can't be left out or be null")
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
    """Read items: texts for the key, or a frame with a column for the key and optionally others.

    Parameters
    ----------
    argument
        The argument's name, for messages.
    value
        One text; a list, tuple, Index or Series of texts; or a frame.
    key
        The field by which an item is known, such as ``"tiktok_handle"``. Where it ends in ``_id``
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
        A value is invalid or missing, the key is null, or two items share a key.
    ArgumentTypeError, MissingColumnError
        It is something else, or a frame without the key.
    """
    items = [{**others, **item} for item in _items(argument, value, key, checks)]
    for name in (key, *required):
        missing = [place for place, item in enumerate(items, start=1) if is_null(item.get(name))]
        if missing and name != key and len(missing) == len(items):
            reason = f"pass {name}=..., or a frame with a column {name!r}"
            raise MissingArgumentError(name, reason)
        if missing:
            problem = f"number {missing[0]} of {len(items)} has no {name}"
            raise ArgumentError(argument, None, problem=problem)
    bodies = [
        _in_order(
            {
                name: check(name, item[name])
                for name, check in checks.items()
                if not is_null(item.get(name))
            }
        )
        for item in items
    ]
    _check_unique(argument, bodies, unique or (key,))
    return bodies


def _in_order(body: dict[str, Any]) -> dict[str, Any]:
    """Give a body whose first day, if it has both, doesn't come after its last."""
    start, end = body.get("start_date"), body.get("end_date")
    if start and end and end < start:
        raise ArgumentError("end_date", end, f"it comes before start_date, {start}")
    return body


def _check_unique(argument: str, bodies: Iterable[dict[str, Any]], names: Sequence[str]) -> None:
    seen: set[tuple[str, ...]] = set()
    for body in bodies:
        said = tuple(str(body.get(name)) for name in names)
        folded = tuple(word.casefold() for word in said)
        if folded in seen:
            raise ArgumentError(argument, said, problem=f"{brief(' '.join(said))} appears twice")
        seen.add(folded)


def _items(
    argument: str, value: object, key: str, checks: Mapping[str, Check]
) -> list[dict[str, Any]]:
    if isinstance(value, str):
        return [{key: value}]
    if isinstance(value, pd.DataFrame):
        return _frame_items(argument, value, key, checks)
    if isinstance(value, Iterable) and not isinstance(value, bytes | Mapping):
        return [{key: item} for item in value]
    raise ArgumentTypeError(argument, value, _SEVERAL)


def _frame_items(
    argument: str, frame: pd.DataFrame, key: str, checks: Mapping[str, Check]
) -> list[dict[str, Any]]:
    if key.endswith("_id"):
        frame = frame.rename(columns={id_column(argument, frame, key.removesuffix("_id")): key})
    if key not in frame.columns:
        raise MissingColumnError([key], frame.columns)
    names = [name for name in checks if name in frame.columns]
    columns = [frame[name].astype(object) for name in names]
    # A null of one row leaves that field to what holds for all.
    return [
        {name: cell for name, cell in zip(names, cells, strict=True) if not is_null(cell)}
        for cells in zip(*columns, strict=True)
    ]
