"""The decoded rows of some pages, and the types of their undeclared fields."""

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
"""What all values of an unknown field are. Objects, lists and mixed values become JSON text, and a
field that is always null is text in a frame."""

_MOST_FIELDS: Final = 1_000
"""Each becomes a column, and with many more the memory runs out."""
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
        The declared columns in order and with their declared types, then unknown fields in the
        order of their appearance.
    extras
        What each unknown field holds in this chunk.
    unreadable
        For each column that has any, the number of values that couldn't be read and are null.
    examples
        The first of those values, as JSON text.
    """

    arrow: pa.Table
    extras: dict[str, UnknownKind] = field(default_factory=dict)
    unreadable: dict[str, int] = field(default_factory=dict)
    examples: dict[str, str] = field(default_factory=dict)


def check_unknown(names: Collection[str], table: Table) -> None:
    """Refuse rows with too many unknown fields.

    Raises
    ------
    UnreadableResponseError
        If there are more than 1,000.
    """
    if len(names) > _MOST_FIELDS:
        problem = f"its rows have more than {_MOST_FIELDS:,} unknown fields"
        raise UnreadableResponseError(table.path, 200, problem)


def unknown_array(values: Sequence[Any]) -> tuple[pa.Array, UnknownKind]:
    """Convert the values of an unknown field to an array, and return their kind."""
    values = [plain(value) for value in values]
    kind = _kind_of([value for value in values if value is not None])
    return pa.array(_json_texts(values) if kind == "json" else values, _TYPES[kind]), kind


def joined(arrays: Sequence[tuple[pa.ChunkedArray, UnknownKind]]) -> pa.ChunkedArray:
    """Join the arrays that an unknown field has in several chunks, with one type for all."""
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
    """Return the kind that can hold all of `kinds`; `exact` if floats can hold the integers."""
    seen = set(kinds) - {"null"}
    if seen == {"int", "float"}:
        return "float" if exact else "json"
    if len(seen) > 1:
        return "json"
    return seen.pop() if seen else "null"


def _json_texts(values: Iterable[Any]) -> list[str | None]:
    return [None if value is None else _json_text(value) for value in values]


def _json_text(value: Any) -> str:
    # An int beside floats in its chunk has become a float, so 5.0 is written like the int 5.
    if isinstance(value, float) and value.is_integer() and abs(value) <= EXACT:
        return str(int(value))
    return written(value)
