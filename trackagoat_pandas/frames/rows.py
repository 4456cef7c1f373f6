"""A page's rows, field by field and as they were written.

Rows may be in a container of any name. Fields stay raw JSON, so that nothing is lost to a type.
"""

from __future__ import annotations

import re
from typing import Any, NoReturn, TypeAlias

import msgspec

from trackagoat_pandas.errors import UnreadableResponseError
from trackagoat_pandas.frames.coerce import Unreadable
from trackagoat_pandas.tables.model import Table

Row: TypeAlias = dict[str, msgspec.Raw]

NOT_JSON = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What msgspec raises where a body is no JSON, or not of the type that is asked for."""
NULL = msgspec.Raw(b"null")
NULL_DATA = "both its data and its error are null, so it says nothing"
"""What is wrong with an answer that is neither rows, not even none, nor a refusal."""
_BOM = b"\xef\xbb\xbf"
# A backslash occurs only in strings, so reading escapes from left to right finds each one whole.
_ESCAPE = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\.",
    re.DOTALL,
)


class _Page(msgspec.Struct):
    data: msgspec.Raw = NULL


_PAGE = msgspec.json.Decoder(_Page)
_ROWS = msgspec.json.Decoder(list[Row])
_OBJECT = msgspec.json.Decoder(Row)
_BY_NAME = msgspec.json.Decoder(dict[str, Row])
_VALUES = msgspec.json.Decoder(list[Any])


def page_rows(body: bytes, table: Table) -> list[Row]:
    """Return the rows of a page.

    Raises
    ------
    UnreadableResponseError
        If the body is no JSON, or its data holds no rows.
    """
    try:
        body.decode()  # what is only passed over, msgspec doesn't check
        data = _PAGE.decode(_repaired(body)).data
    except NOT_JSON as error:
        _refuse(table, f"the body is no JSON envelope ({error})", body, error)
    try:
        return _rows_in(data, table)
    except NOT_JSON as error:
        _refuse(table, f"a row can't be read ({error})", body, error)


def stems(table: Table) -> dict[str, str]:
    """The columns of ids, and the objects that may stand for them: creator for creator_id."""
    ids = [name for name in table.of_kind("id") if name.endswith("_id")]
    return {name: name[:-3] for name in ids if name[:-3] not in table.names}


def nested_id(value: Any) -> Any:
    """The id in a nested object, as it came; None if it is none."""
    if isinstance(value, msgspec.Raw):
        try:
            return _OBJECT.decode(value).get("id")
        except msgspec.ValidationError:
            return None
    return value.get("id") if isinstance(value, dict) else None


def raw_values(raws: list[msgspec.Raw]) -> list[Any]:
    """Decode fields; what no Python value can hold becomes Unreadable."""
    try:
        return _VALUES.decode(b"[" + b",".join(raws) + b"]")
    except msgspec.ValidationError:
        return [_raw_value(raw) for raw in raws]


def raw_text(raw: msgspec.Raw) -> str | None:
    """Return a field as compact JSON text, its numbers as they were written; None for null."""
    text = bytes(raw)
    if text == b"{}":
        return "{}"
    return None if text == b"null" else msgspec.json.format(text, indent=-1).decode()


def _raw_value(raw: msgspec.Raw) -> Any:
    try:
        return msgspec.json.decode(raw)
    except msgspec.ValidationError:
        return Unreadable(bytes(raw).decode())


def _repaired(body: bytes) -> bytes:
    """Drop a byte order mark, and replace halves of surrogate pairs, which are no characters.

    A server that cuts text in the middle of an emoji sends such halves.
    """
    body = body.removeprefix(_BOM)
    if b"\\ud" not in body and b"\\uD" not in body:
        return body
    return _ESCAPE.sub(lambda found: rb"\ufffd" if found[1] else found[0], body)


def _rows_in(data: msgspec.Raw, table: Table) -> list[Row]:
    start = bytes(memoryview(data)[:1])
    if start == b"[":
        return _ROWS.decode(data)
    if start == b"{":
        return _rows_in_object(data, table)
    if data == NULL:
        return _refuse(table, NULL_DATA, b"")
    return _refuse(table, "its data is neither a list nor an object", bytes(data))


def _rows_in_object(data: msgspec.Raw, table: Table) -> list[Row]:
    """Find the one list of rows in an object, or take the object itself for a row."""
    members = _OBJECT.decode(data)
    named = next((members[name] for name in _usual_names(table) if name in members), None)
    if named is not None and (rows := [] if named == NULL else _maybe_rows(named)) is not None:
        return rows
    if table.key and members.keys() >= set(table.key):
        return [members]
    lists = [rows for raw in members.values() if (rows := _maybe_rows(raw)) is not None]
    filled = [rows for rows in lists if rows]
    keyed = [rows for rows in filled if rows[0].keys() >= set(table.key)]
    for candidates in (keyed, filled, lists):
        if len(candidates) == 1:
            return candidates[0]
    if not lists and members.keys() & set(table.names):
        return [members]
    if not lists and NULL in members.values() and not any(map(_is_by_name, members.values())):
        return []
    problem = "several lists" if lists else "no list"
    return _refuse(table, f"its data holds {problem} of rows", bytes(data))


def _is_by_name(raw: msgspec.Raw) -> bool:
    """Whether a member may be rows by their id: an object of nothing but objects."""
    try:
        return bool(_BY_NAME.decode(raw))
    except msgspec.ValidationError:
        return False


def _usual_names(table: Table) -> list[str]:
    """Under which names an answer may hold its rows, unless a row itself has such a field."""
    names = (table.name, table.path.rsplit("/", 1)[-1], "items", "results", "rows", "data")
    return [name for name in names if name not in table.names]


def _maybe_rows(raw: msgspec.Raw) -> list[Row] | None:
    try:
        return _ROWS.decode(raw)
    except msgspec.ValidationError:
        return None


def _refuse(table: Table, problem: str, body: bytes, cause: Exception | None = None) -> NoReturn:
    start = body[:60].decode("utf-8", "replace")
    raise UnreadableResponseError(table.path, 200, problem, start) from cause
