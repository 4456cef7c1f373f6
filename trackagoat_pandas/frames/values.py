"""Read rows of any shape value by value, with null for unreadable values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NoReturn, TypeAlias, TypeVar

import msgspec
import pyarrow as pa

from trackagoat_pandas.errors import UnreadableResponseError
from trackagoat_pandas.frames.chunk import Chunk, check_unknown, unknown_array
from trackagoat_pandas.frames.coerce import SHOWN, coerce, written
from trackagoat_pandas.tables.model import Column, Table

T = TypeVar("T")
Row: TypeAlias = dict[str, msgspec.Raw]
"""A row's fields as JSON text, so that no value is changed by decoding."""

NOT_JSON = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What msgspec raises if a body isn't JSON, or doesn't have the requested type."""
NULL_DATA = "both its data and its error are null"
"""The problem of an answer that holds neither rows, not even an empty list, nor an error."""
_NULL = msgspec.Raw(b"null")


class _Page(msgspec.Struct):
    data: msgspec.Raw = _NULL


_PAGE = msgspec.json.Decoder(_Page)
_ROWS = msgspec.json.Decoder(list[Row])
_OBJECT = msgspec.json.Decoder(Row)
_BY_NAME = msgspec.json.Decoder(dict[str, Row])
_VALUES = msgspec.json.Decoder(list[Any])


def read_pages(bodies: Sequence[bytes], table: Table) -> Chunk:
    """Read pages value by value.

    Raises
    ------
    UnreadableResponseError
        If a body isn't a JSON envelope, or its data holds no rows.
    """
    rows = [row for body in bodies for row in _page_rows(body, table)]
    return _chunk(rows, table, _decode_values)


def chunk_from_records(records: Iterable[Mapping[str, Any]], table: Table) -> Chunk:
    """Convert rows of Python values to a chunk; missing fields are null."""
    # Copied, since `_rename` changes rows in place.
    return _chunk([dict(record) for record in records], table, lambda values, _: values)


def stems(table: Table) -> dict[str, str]:
    """Map columns of ids to the objects that may hold them, such as creator_id to creator."""
    ids = [name for name in table.of_kind("id") if name.endswith("_id")]
    return {name: name[:-3] for name in ids if name[:-3] not in table.names}


def _chunk(
    rows: list[dict[str, Any]],
    table: Table,
    decode: Callable[[list[Any], Column | None], list[Any]],
) -> Chunk:
    """Read rows column by column.

    `decode` gets the values of a field, and its column if it is declared, and returns Python
    values.
    """
    _rename(rows, table)
    found = {
        column.name: coerce(decode([row.get(column.name) for row in rows], column), column)
        for column in table.columns
    }
    arrays = {name: one.array for name, one in found.items()}
    known = set(table.names)
    unknown = dict.fromkeys(name for row in rows for name in row if name not in known)
    check_unknown(unknown, table)
    extras = {}
    for name in unknown:
        arrays[name], extras[name] = unknown_array(decode([row.get(name) for row in rows], None))
    lost = {name: one for name, one in found.items() if one.unreadable}
    return Chunk(
        pa.table(arrays),
        extras,
        {name: one.unreadable for name, one in lost.items()},
        {name: one.first for name, one in lost.items()},
    )


def _rename(rows: list[dict[str, Any]], table: Table) -> None:
    """Give fields their declared names, unless a row has both names, and take ids from objects."""
    for column in table.columns:
        for other in column.wire:
            for row in rows:
                if other in row and column.name not in row:
                    row[column.name] = row.pop(other)
    for name, stem in stems(table).items():
        for row in rows:
            if name not in row and (found := _nested_id(row.get(stem))) is not None:
                row[name] = found


def _nested_id(value: Any) -> Any:
    """Return the id in a nested object, not decoded; None if there is none."""
    if isinstance(value, msgspec.Raw):
        try:
            return _OBJECT.decode(value).get("id")
        except msgspec.ValidationError:
            return None
    return value.get("id") if isinstance(value, dict) else None


def _decode_values(raws: list[msgspec.Raw | None], column: Column | None) -> list[Any]:
    """Decode a field's values; JSON columns, and what Python can't hold, stay msgspec.Raw."""
    if column is not None and column.kind == "json":
        return [None if raw == _NULL else raw for raw in raws]
    try:
        return _VALUES.decode(b"[" + b",".join(raw or b"null" for raw in raws) + b"]")
    except msgspec.ValidationError:  # a number that Python can't hold, such as 1e999
        return [None if raw is None else _value(raw) for raw in raws]


def _value(raw: msgspec.Raw) -> Any:
    try:
        return msgspec.json.decode(raw)
    except msgspec.ValidationError:
        return raw


def _page_rows(body: bytes, table: Table) -> list[Row]:
    try:
        body.decode()  # msgspec doesn't check the encoding of members that it skips
        data = _PAGE.decode(body).data
    except NOT_JSON as error:
        refuse(table, f"the body is not a JSON envelope ({error})", body, error)
    try:
        return _rows_in(data, table)
    except NOT_JSON as error:
        refuse(table, f"a row can't be read ({error})", body, error)


def _rows_in(data: msgspec.Raw, table: Table) -> list[Row]:
    start = bytes(memoryview(data)[:1])
    if start == b"[":
        return _ROWS.decode(data)
    if start == b"{":
        return _rows_in_object(data, table)
    if data == _NULL:
        return refuse(table, NULL_DATA, b"")
    return refuse(table, "its data is neither a list nor an object", bytes(data))


def _rows_in_object(data: msgspec.Raw, table: Table) -> list[Row]:
    """Find the one list of rows in an object, or take the object itself for a row."""
    members = _OBJECT.decode(data)
    # Usual names of the list of rows, except those that a row's own field could have.
    usual = (table.name, table.path.rsplit("/", 1)[-1], "items", "results", "rows", "data")
    named = [members[name] for name in usual if name in members and name not in table.names]
    if named[:1] == [_NULL]:
        return []
    if named and (rows := _decode_as(_ROWS, named[0])) is not None:
        return rows
    if table.key and members.keys() >= set(table.key):
        return [members]
    lists = [rows for raw in members.values() if (rows := _decode_as(_ROWS, raw)) is not None]
    filled = [rows for rows in lists if rows]
    keyed = [rows for rows in filled if rows[0].keys() >= set(table.key)]
    for candidates in (keyed, filled, lists):
        if len(candidates) == 1:
            return candidates[0]
    # An object of nulls alone is no row: a campaign has a column `items`, too.
    if not lists and any(members[name] != _NULL for name in members.keys() & set(table.names)):
        return [members]
    # Null stands for an empty list, unless another member maps ids to rows.
    by_name = [_decode_as(_BY_NAME, raw) for raw in members.values()]
    if _NULL in members.values() and not lists and not any(by_name):
        return []
    problem = "several lists" if lists else "no list"
    return refuse(table, f"its data holds {problem} of rows", bytes(data))


def _decode_as(decoder: msgspec.json.Decoder[T], raw: msgspec.Raw) -> T | None:
    """Decode a member; None if it has another type."""
    try:
        return decoder.decode(raw)
    except msgspec.ValidationError:
        return None


def refuse(table: Table, problem: str, found: Any, cause: Exception | None = None) -> NoReturn:
    """Raise UnreadableResponseError, with the start of the body or value that was found."""
    start = found[:SHOWN].decode("utf-8", "replace") if isinstance(found, bytes) else written(found)
    raise UnreadableResponseError(table.path, 200, problem, start[:SHOWN]) from cause
