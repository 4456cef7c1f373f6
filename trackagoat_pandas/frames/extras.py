"""Fields that no table declares: what type they get, in one chunk and across chunks.

One rule, whatever path or page a value came by: all text stays text, all whole numbers are ints,
numbers are floats, booleans are booleans, and anything else, or a mixture, is JSON text. A field
that is always null is text. Must not know pages or frames.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from trackagoat_pandas.frames.coerce import plain, written
from trackagoat_pandas.frames.dtypes import TEXT

ExtraKind: TypeAlias = Literal["null", "text", "int", "float", "bool", "json"]

EXTRA_TYPES: dict[ExtraKind, pa.DataType] = {
    "null": pa.null(),
    "text": TEXT,
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "json": TEXT,
}
_KINDS: dict[type, ExtraKind] = {str: "text", int: "int", float: "float", bool: "bool"}
_INT64 = range(-(2**63), 2**63)
EXACT = 2**53
"""Whole numbers up to here survive a float; a larger one next to a fraction makes it JSON text."""


def kind_of(values: Iterable[Any]) -> ExtraKind:
    """Return what the values of an unknown field are."""
    found = [value for value in values if value is not None]
    kinds = {_KINDS.get(type(value), "json") for value in found}
    wholes = [value for value in found if type(value) is int]
    if kinds == {"int"} and not all(whole in _INT64 for whole in wholes):
        return "json"
    return merged(kinds, exact=all(abs(whole) <= EXACT for whole in wholes))


def merged(kinds: Iterable[ExtraKind], *, exact: bool) -> ExtraKind:
    """Return the one kind that holds several; `exact` if a float can hold all whole numbers."""
    seen = set(kinds) - {"null"}
    if not seen:
        return "null"
    if seen == {"int", "float"}:
        return "float" if exact else "json"
    return seen.pop() if len(seen) == 1 else "json"


def extra_array(values: Sequence[Any]) -> tuple[pa.Array, ExtraKind]:
    """Turn the values of an unknown field into an array."""
    values = [plain(value) for value in values]
    kind = kind_of(values)
    if kind == "json":
        texts = [None if value is None else _json_text(value) for value in values]
        return pa.array(texts, TEXT), kind
    return pa.array(values, EXTRA_TYPES[kind]), kind


def _json_text(value: Any) -> str:
    # On the fast path 5 and 5.0 can't be told apart, so both are written as 5.
    if isinstance(value, float) and value.is_integer() and abs(value) <= EXACT:
        return str(int(value))
    return written(value)


def is_exact(array: pa.Array | pa.ChunkedArray) -> bool:
    """Whether every number is small enough for a float to be exact about it."""
    bounds = pc.min_max(array)
    low, high = bounds["min"].as_py(), bounds["max"].as_py()
    return low is None or (low > -EXACT and high < EXACT)


def unified(arrays: Sequence[tuple[pa.ChunkedArray, ExtraKind]]) -> pa.ChunkedArray:
    """Bring one unknown field's arrays of several chunks to one type, in order."""
    exact = all(is_exact(array) for array, kind in arrays if kind == "int")
    kind = merged((kind for _, kind in arrays), exact=exact)
    target = EXTRA_TYPES["text" if kind == "null" else kind]
    parts = [
        part
        for array, own in arrays
        for part in (_as_json(array, own) if kind == "json" else array.cast(target)).chunks
    ]
    return pa.chunked_array(parts, target)


def _as_json(array: pa.ChunkedArray, kind: ExtraKind) -> pa.ChunkedArray:
    if kind in {"json", "null"}:
        return array.cast(TEXT)
    texts = [None if value is None else _json_text(value) for value in array.to_pylist()]
    return pa.chunked_array([pa.array(texts, TEXT)])
