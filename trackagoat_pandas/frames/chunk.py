"""Rows of some pages, decoded, and the types that their undeclared fields get."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from trackagoat_pandas.errors import UnreadableResponseError
from trackagoat_pandas.frames.coerce import EXACT, INT64, plain, written
from trackagoat_pandas.frames.dtypes import TEXT
from trackagoat_pandas.tables.model import Table

UnknownKind: TypeAlias = Literal["null", "text", "int", "float", "bool", "json"]
"""Text, whole numbers, numbers or booleans, if all values are; anything else, or a mixture, is JSON
text. A field that is always null is text in a frame."""

_MOST_FIELDS: Final = 1_000
"""Each is a column, and a flood of them takes all of the memory."""
_TYPES: dict[UnknownKind, pa.DataType] = {
    "null": pa.null(),
    "text": TEXT,
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "json": TEXT,
}
_KINDS: dict[type, UnknownKind] = {str: "text", int: "int", float: "float", bool: "bool"}


@dataclass(frozen=True, slots=True)
class Chunk:
    """The rows of some pages.

    Parameters
    ----------
    arrow
        The declared columns in their order and their declared types, then unknown fields as they
        first appeared.
    extras
        The unknown fields, and what each holds in this chunk.
    unreadable
        How many values of each column could not be read and are null; only columns with any.
    examples
        The first of those values, as it was written.
    """

    arrow: pa.Table
    extras: dict[str, UnknownKind] = field(default_factory=dict)
    unreadable: dict[str, int] = field(default_factory=dict)
    examples: dict[str, str] = field(default_factory=dict)


def check_unknown(names: Collection[str], table: Table) -> None:
    """Make sure that there is no flood of unknown fields.

    Raises
    ------
    UnreadableResponseError
        There is.
    """
    if len(names) > _MOST_FIELDS:
        problem = f"its rows have more than {_MOST_FIELDS:,} unknown fields"
        raise UnreadableResponseError(table.path, 200, problem)


def unknown_array(values: Sequence[Any]) -> tuple[pa.Array, UnknownKind]:
    """Turn the values of an unknown field into an array, and say what they are."""
    values = [plain(value) for value in values]
    kind = _kind_of([value for value in values if value is not None])
    return pa.array(_json_texts(values) if kind == "json" else values, _TYPES[kind]), kind


def joined(arrays: Sequence[tuple[pa.ChunkedArray, UnknownKind]]) -> pa.ChunkedArray:
    """Bring one unknown field's arrays of several chunks to one type, in order."""
    ints = [pc.min_max(array) for array, kind in arrays if kind == "int"]
    exact = all(ends["min"].as_py() >= -EXACT and ends["max"].as_py() <= EXACT for ends in ints)
    kind = _common((kind for _, kind in arrays), exact=exact)
    target = TEXT if kind == "null" else _TYPES[kind]
    parts = [
        pa.chunked_array([pa.array(_json_texts(array.to_pylist()), TEXT)])
        if kind == "json" and own not in {"json", "null"}
        else array.cast(target)
        for array, own in arrays
    ]
    return pa.chunked_array([chunk for part in parts for chunk in part.chunks], target)


def _kind_of(values: Sequence[Any]) -> UnknownKind:
    kinds = {_KINDS.get(type(value), "json") for value in values}
    wholes = [value for value in values if type(value) is int]
    if kinds == {"int"} and not all(whole in INT64 for whole in wholes):
        return "json"
    return _common(kinds, exact=all(abs(whole) <= EXACT for whole in wholes))


def _common(kinds: Iterable[UnknownKind], *, exact: bool) -> UnknownKind:
    """Return the one kind that holds several; `exact` if a float can hold all whole numbers."""
    seen = set(kinds) - {"null"}
    if seen == {"int", "float"}:
        return "float" if exact else "json"
    if len(seen) > 1:
        return "json"
    return seen.pop() if seen else "null"


def _json_texts(values: Iterable[Any]) -> list[str | None]:
    return [None if value is None else _json_text(value) for value in values]


def _json_text(value: Any) -> str:
    # Beside floats of its own chunk 5 has become 5.0, so both are written as 5 everywhere.
    if isinstance(value, float) and value.is_integer() and abs(value) <= EXACT:
        return str(int(value))
    return written(value)
