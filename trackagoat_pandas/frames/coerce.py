"""One column's values, whatever they are, to one Arrow array of the declared type.

This is the tolerant path's core: what has the right type goes to Arrow at once, the rest is read
value by value, and what can't be read becomes null and is counted. Must not know pages or frames.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from trackagoat_pandas.frames.dtypes import ARROW_TYPES, TEXT
from trackagoat_pandas.frames.instants import cast_days, cast_instants, read_day, read_instant
from trackagoat_pandas.tables.model import Column, Kind

_WHOLE = re.compile(r"[+-]?\d{1,40}(?:\.0+)?", re.ASCII)  # Python refuses to read 5,000 digits
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_HALF_PAIR = re.compile("[\ud800-\udfff]")
_WORDS = {"true": True, "false": False, "1": True, "0": False}
_SHOWN = 60
"""Characters of an unreadable value that a warning shows."""
_INT64 = range(-(2**63), 2**63)
_EXACT = 2**53
"""Below it a float holds every whole number, so that 12.0 is surely 12; it may be the next one."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A value that JSON allows but no Python value holds, such as 1e999; as it was written."""

    text: str


@dataclass(frozen=True, slots=True)
class Coerced:
    """An Arrow array, how many values could not be read, and the first of them."""

    array: pa.Array
    unreadable: int = 0
    first: str = ""


def coerce(values: Sequence[Any], column: Column) -> Coerced:
    """Turn values into an array of the column's type."""
    array = _at_once(values, column.kind)
    result = Coerced(array) if array is not None else _one_by_one(values, column.kind)
    if column.kind != "category":
        return result
    return Coerced(encode_words(result.array, column), result.unreadable, result.first)


def encode_words(texts: pa.Array, column: Column) -> pa.DictionaryArray:
    """Encode words: the declared ones first in their order, unknown ones as they appear."""
    declared = pa.array(column.categories, TEXT)
    codes = pc.index_in(texts, declared)
    if codes.null_count > texts.null_count:
        words = dict.fromkeys([*column.categories, *texts.unique().drop_null().to_pylist()])
        declared = pa.array(list(words), TEXT)
        codes = pc.index_in(texts, declared)
    return pa.DictionaryArray.from_arrays(codes, declared)


_NATIVE: dict[Kind, frozenset[type]] = {
    "id": frozenset({str}),
    "text": frozenset({str}),
    "category": frozenset({str}),
    "int": frozenset({int}),
    "bool": frozenset({bool}),
    "instant": frozenset({str}),
    "day": frozenset({str}),
    "float": frozenset({float}),
}


def _at_once(values: Sequence[Any], kind: Kind) -> pa.Array | None:
    """Hand the values to Arrow if all have the one right type; None if they must be looked at."""
    if not set(map(type, values)) - {type(None)} <= _NATIVE.get(kind, frozenset()):
        return None
    if kind == "float":
        return finite_floats(values)
    if kind in {"instant", "day"}:
        texts = pa.array(values, TEXT)
        return cast_instants(texts) if kind == "instant" else cast_days(texts)
    try:
        return pa.array(values, _plain_type(kind))
    except (pa.ArrowInvalid, OverflowError, UnicodeEncodeError):
        return None


def finite_floats(values: Sequence[float | None]) -> pa.Array | None:
    """Turn floats into an array; None if one is infinite or NaN, which JSON has not."""
    array = pa.array(values, pa.float64())
    return array if is_finite(array) else None


def is_finite(array: pa.Array) -> bool:
    """Whether all numbers are finite."""
    return bool(pc.all(pc.is_finite(array), min_count=0).as_py())


def _plain_type(kind: Kind) -> pa.DataType:
    return TEXT if kind == "category" else ARROW_TYPES[kind]


def _one_by_one(values: Sequence[Any], kind: Kind) -> Coerced:
    read = _READERS[kind]
    given = [plain(value) for value in values]
    found = [None if value is None else read(value) for value in given]
    lost = [
        value
        for value, kept in zip(given, found, strict=True)
        if kept is None and value is not None
    ]
    first = written(lost[0])[:_SHOWN] if lost else ""
    return Coerced(pa.array(found, _plain_type(kind)), len(lost), first)


def plain(value: Any) -> Any:
    """Return a value without NumPy's wrapper; None for null, NaN, NA and NaT."""
    if value is pd.NA or value is pd.NaT or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, np.datetime64):
        return plain(pd.Timestamp(value))
    return value.item() if isinstance(value, np.generic) else value


def written(value: Any) -> str:
    """Return a value as JSON text, or as near as it can be written."""
    return _read_json(value) or "a value that is nested too deeply"


def _read_json(value: Any) -> str | None:
    if isinstance(value, Unreadable):
        return value.text
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    except RecursionError:
        return None


def _read_id(value: Any) -> str | None:
    if isinstance(value, str):
        return _clean(value)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _read_text(value: Any) -> str | None:
    return _clean(value) if isinstance(value, str) else _read_json(value)


def _clean(text: str) -> str:
    """Replace halves of surrogate pairs, which no encoding can hold."""
    return text if text.isascii() else _HALF_PAIR.sub("\ufffd", text)


def _read_int(value: Any) -> int | None:
    whole: int | None = None
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        whole = int(value.strip().partition(".")[0])
    elif isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        whole = int(value)
    elif isinstance(value, int) and not isinstance(value, bool):
        whole = value
    # None must not be looked for in a range: Python would count through all of it.
    return whole if whole is not None and whole in _INT64 else None


def read_number(value: Any) -> float | None:
    """Read a finite number, also from text; None where it can't be read."""
    if isinstance(value, str) and not _NUMBER.fullmatch(value.strip()):
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if abs(number) != float("inf") else None


def _read_bool(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    return _WORDS.get(str(value).strip().lower()) if isinstance(value, str | int) else None


_READERS: dict[Kind, Callable[[Any], Any]] = {
    "id": _read_id,
    "text": _read_text,
    "category": _read_text,
    "json": _read_json,
    "int": _read_int,
    "float": read_number,
    "bool": _read_bool,
    "instant": read_instant,
    "day": read_day,
}
