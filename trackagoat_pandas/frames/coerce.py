"""Convert the values of one column, however they were sent, to an Arrow array of its type."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import NoneType
from typing import Any, Final

import msgspec
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from trackagoat_pandas.base.spelling import fold
from trackagoat_pandas.frames.dtypes import ARROW_TYPES, DAY, INSTANT, TEXT
from trackagoat_pandas.tables.model import Column, Kind

INT64: Final = range(-(2**63), 2**63)
EXACT: Final = 2**53
"""A float can hold every whole number up to this one."""
# The number of digits is limited, since Python refuses to read more than 4,300.
_WHOLE = re.compile(r"[+-]?\d{1,40}(?:\.0+)?", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
# datetime.fromisoformat alone would also accept week dates, bare digits and 24:00.
_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)"
    r"(?:[T ]((?:[01]\d|2[0-3])(?::[0-5]\d(?::[0-5]\d(?:\.\d+)?)?)?)"
    r"([Zz]|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII,
)
_YEAR_1_US: Final = -62_135_596_800_000_000
"""The start of year 1 in microseconds from 1970: Arrow can hold earlier times, Python can't."""
_HALF_PAIR = re.compile("[\ud800-\udfff]")
_BOOLS = {"true": True, "false": False, "1": True, "0": False}
_POOL = pa.system_memory_pool()
"""Measured: with Arrow's default pool, a million rows take a third longer, to release memory."""
SHOWN: Final = 60
"""Characters of an unreadable value or answer that a message shows."""
NATIVE: Final[dict[Kind, type]] = {
    "id": str,
    "text": str,
    "category": str,
    "int": int,
    "bool": bool,
    "instant": str,
    "day": str,
    "float": float,
}
"""The Python type of what JSON has for each kind of column; a "json" column may have any."""


@dataclass(frozen=True, slots=True)
class Coerced:
    """An Arrow array, the number of values that couldn't be read, and the first of them."""

    array: pa.Array
    unreadable: int = 0
    first: str = ""


def coerce(values: Sequence[Any], column: Column) -> Coerced:
    """Convert values to an array of the column's type, with null for what can't be read.

    A ``msgspec.Raw`` holds JSON that wasn't decoded: an object that stays text, or a number that
    Python can't hold, such as 1e999.
    """
    if set(map(type, values)) <= {NATIVE.get(column.kind), NoneType}:
        array = native_array(values, column)
        if array is not None:
            return Coerced(array)
    read = _READERS[column.kind]
    given = [plain(value) for value in values]
    found = [None if value is None else read(value) for value in given]
    if column.least is not None:
        found = [None if value is None or value < column.least else value for value in found]
    lost = [
        value
        for value, kept in zip(given, found, strict=True)
        if kept is None and value is not None
    ]
    first = written(lost[0])[:SHOWN] if lost else ""
    return Coerced(_array(found, column), len(lost), first)


def native_array(values: Sequence[Any], column: Column) -> pa.Array | None:
    """Convert values that are None or have the column's JSON type.

    Returns None if a value has to be read by itself: a number out of range, a negative count, or
    an instant in a form that Arrow can't parse.
    """
    try:
        if column.kind == "instant":
            return _cast(values, INSTANT, INSTANT)
        if column.kind == "day":
            return _cast(values, pa.date32(), DAY)
        array = _array(values, column)
    except (pa.ArrowInvalid, OverflowError, UnicodeEncodeError):
        return None
    if column.least is not None and len(array) > array.null_count:
        return array if pc.min(array).as_py() >= column.least else None
    is_finite = column.kind != "float" or pc.all(pc.is_finite(array), min_count=0).as_py()
    return array if is_finite else None


def _cast(
    texts: Sequence[str | None], read_as: pa.DataType, kept_as: pa.DataType
) -> pa.Array | None:
    times = _arrow(texts, TEXT).cast(read_as, memory_pool=_POOL).cast(kept_as, memory_pool=_POOL)
    # As a number, since Python couldn't make a datetime of the ones to be found here.
    first = pc.min(times).cast(pa.int64()).as_py()
    return times if first is None or first >= _YEAR_1_US else None


def _array(values: Sequence[Any], column: Column) -> pa.Array:
    if column.kind != "category":
        return _arrow(values, ARROW_TYPES[column.kind])
    texts, words = _arrow(values, TEXT), _arrow(column.categories, TEXT)
    codes = pc.index_in(texts, words, memory_pool=_POOL)
    if codes.null_count > texts.null_count:
        texts = _respell(texts, column.categories)
        found = texts.unique().drop_null().to_pylist()
        # Undeclared words follow in the order in which they appear.
        words = _arrow(list(dict.fromkeys([*column.categories, *found])), TEXT)
        codes = pc.index_in(texts, words)
    return pa.DictionaryArray.from_arrays(codes, words)


def _respell(texts: pa.Array, words: Sequence[str]) -> pa.Array:
    """Spell words as they are declared, whatever their case, "-" and "_"; keep all others."""
    declared = {fold(word): word for word in words}
    sent = texts.dictionary_encode()
    spelled = [declared.get(fold(word), word) for word in sent.dictionary.to_pylist()]
    return _arrow(spelled, TEXT).take(sent.indices)


def _arrow(values: Sequence[Any], type_: pa.DataType) -> pa.Array:
    return pa.array(values, type_, memory_pool=_POOL)


def plain(value: Any) -> Any:
    """Return the Python value of a NumPy scalar, None for NaN, NA and NaT, else the value."""
    if value is pd.NA or value is pd.NaT or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, np.datetime64):
        return plain(pd.Timestamp(value))
    return value.item() if isinstance(value, np.generic) else value


def written(value: Any) -> str:
    """Return a value as JSON text, with ``str`` for types that JSON doesn't have."""
    return _read_json(value) or "a value that is nested too deeply"


def raw_text(raw: msgspec.Raw) -> str:
    """Return JSON as compact text, with numbers spelled as they were sent."""
    return msgspec.json.format(bytes(raw), indent=-1).decode()


def _read_json(value: Any) -> str | None:
    if isinstance(value, msgspec.Raw):
        return raw_text(value)
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
    """Replace unpaired surrogates, which UTF-8 can't encode."""
    return text if text.isascii() else _HALF_PAIR.sub("\ufffd", text)


def _read_int(value: Any) -> int | None:
    whole: int | None = None
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        whole = int(value.strip().partition(".")[0])
    # 2.0**53 itself is excluded: it may be 2**53 + 1, rounded.
    elif isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
        whole = int(value)
    elif isinstance(value, int) and not isinstance(value, bool):
        whole = value
    # `None in INT64` would compare None with each of its numbers.
    return whole if whole is not None and whole in INT64 else None


def read_number(value: Any) -> float | None:
    """Read a finite number or the text of one; None if it can't be read."""
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
    return _BOOLS.get(str(value).strip().lower()) if isinstance(value, str | int) else None


def _read_instant(value: Any) -> dt.datetime | None:
    """Read an instant, in UTC if it has no offset; None if it can't be read."""
    if isinstance(value, dt.datetime):
        return _in_utc(value)
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day, tzinfo=dt.UTC)
    parts = _ISO.fullmatch(value.strip()) if isinstance(value, str) else None
    if parts is None:
        return None
    day, time, zone = parts.groups()
    try:
        return _in_utc(dt.datetime.fromisoformat(f"{day}T{time or '00'}{(zone or 'Z').upper()}"))
    except ValueError:
        return None


def read_clock(value: Any) -> dt.datetime | None:
    """Read a day or a time that has no offset, as a naive datetime; None for anything else."""
    if isinstance(value, str):
        parts = _ISO.fullmatch(value.strip())
        if parts is None or parts[3] is not None:
            return None
    elif isinstance(value, dt.datetime) and value.tzinfo is not None:
        return None
    instant = _read_instant(value)
    return None if instant is None else instant.replace(tzinfo=None)


def _in_utc(value: dt.datetime) -> dt.datetime | None:
    if value.tzinfo is None:
        return value.replace(tzinfo=dt.UTC)
    try:
        return value.astimezone(dt.UTC)
    except OverflowError:
        return None


def _read_day(value: Any) -> dt.datetime | None:
    """Read a day as its naive midnight.

    An instant is read only if it is midnight in UTC: a time zone could shift any other to the
    next or previous day.
    """
    instant = _read_instant(value)
    if instant is None or instant.time() != dt.time():
        return None
    return instant.replace(tzinfo=None)


_READERS: dict[Kind, Callable[[Any], Any]] = {
    "id": _read_id,
    "text": _read_text,
    "category": _read_text,
    "json": _read_json,
    "int": _read_int,
    "float": read_number,
    "bool": _read_bool,
    "instant": _read_instant,
    "day": _read_day,
}
