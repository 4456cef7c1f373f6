"""The comparison of the server's descriptions, /openapi.json and its schemas, with the tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from trackagoat_pandas.contract import findings
from trackagoat_pandas.contract.findings import Finding, compare_names
from trackagoat_pandas.frames.reports import flatten_model
from trackagoat_pandas.tables.model import Column, Kind, Table

OPENAPI: Final = "/openapi.json"
SCHEMA: Final = "/schema"
ANALYTICS_SCHEMA: Final = "/analytics/schema"
_DEEPEST: Final = 8
"""How many references are followed in a row: a schema may refer to itself."""
_TYPES: Final[Mapping[str, frozenset[Kind]]] = {
    "string": frozenset({"id", "text", "instant", "day", "category"}),
    "uuid": frozenset({"id", "text"}),
    "date": frozenset({"day", "text"}),
    "datetime": frozenset({"instant", "text"}),
    "date-time": frozenset({"instant", "text"}),
    "integer": frozenset({"int", "float"}),
    "number": frozenset({"int", "float"}),
    "boolean": frozenset({"bool"}),
    "object": frozenset({"json"}),
    "array": frozenset({"json"}),
}
"""The kinds of columns that can hold a declared type; other types aren't compared."""
_EXTRA_KINDS: Final = {
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "object": "json",
    "array": "json",
}

Fields = dict[str, str | None]


def compare_openapi(document: Any, table: Table, name: str = "openapi") -> list[Finding]:
    """Compare the rows of a table's path, as an OpenAPI document declares them, with the table."""
    where = f"{name} GET {table.path}"
    operation = _operation(document, table.path)
    if operation is None:
        return [findings.endpoint_missing(where, table, "no such path")]
    fields = _row_fields(document, operation)
    return _compare_fields(where, table, fields) if fields else []


def compare_schema(data: Any, tables: Mapping[str, Table], name: str = "schema") -> list[Finding]:
    """Compare the entities of a schema with the tables whose rows they are."""
    entities: dict[str, Fields] = {}
    for record in flatten_model(data):
        entities.setdefault(record["entity"], {})[record["field"]] = record.get("type")
    return [
        finding
        for entity, fields in entities.items()
        if (table := tables.get(_plain(entity))) is not None
        for finding in _compare_fields(f"{name} {entity}", table, fields)
    ]


def entity_name(table: Table) -> str:
    """Return the entity of a table's rows as :func:`compare_schema` looks it up."""
    return _plain(table.name)


def _compare_fields(where: str, table: Table, fields: Fields) -> list[Finding]:
    columns = {name: column for column in table.columns for name in (column.name, *column.wire)}
    come = {columns[name].name for name in fields if name in columns}
    absent = [column for column in table.columns if column.name not in come]
    extras = {
        name: _EXTRA_KINDS.get(type_ or "", "text")
        for name, type_ in fields.items()
        if name not in columns
    }
    changed = [
        findings.type_changed(where, table, columns[name], str(type_))
        for name, type_ in fields.items()
        if name in columns and not _holds(columns[name], type_)
    ]
    return [*changed, *compare_names(where, table, absent, extras)]


def _holds(column: Column, type_: str | None) -> bool:
    kinds = _TYPES.get(type_ or "")
    # An unknown type proves nothing, and a column of JSON holds any value.
    return kinds is None or column.kind in kinds or column.kind == "json"


def _operation(document: Any, path: str) -> dict[str, Any] | None:
    paths = _member(document, "paths")
    for name, item in paths.items() if isinstance(paths, dict) else ():
        if _same_path(str(name).removeprefix("/api/v1"), path):
            operation = _member(item, "get")
            return operation if isinstance(operation, dict) else None
    return None


def _same_path(one: str, other: str) -> bool:
    """Say whether two paths are equal, apart from the names of their parameters."""
    ours, theirs = one.strip("/").split("/"), other.strip("/").split("/")
    return len(ours) == len(theirs) and all(
        a == b or (a.startswith("{") and b.startswith("{"))
        for a, b in zip(ours, theirs, strict=True)
    )


def _row_fields(document: Any, operation: Mapping[str, Any]) -> Fields:
    """Return the fields of a list's rows with their types; empty if the response is no list."""
    content = _member(_member(_member(operation, "responses"), "200"), "content")
    schema = _resolve(document, _member(_member(content, "application/json"), "schema"))
    data = _resolve(document, _member(_member(schema, "properties"), "data"))
    properties = _member(_resolve(document, _member(data, "items")), "properties")
    if not isinstance(properties, dict):
        return {}
    return {name: _type_of(_resolve(document, one)) for name, one in properties.items()}


def _resolve(document: Any, schema: Any, depth: int = 0) -> Any:
    """Follow references, and choose the only alternative that isn't null."""
    reference = _member(schema, "$ref")
    if isinstance(reference, str) and depth < _DEEPEST:
        found = document
        for part in reference.removeprefix("#/").split("/"):
            found = _member(found, part)
        return _resolve(document, found, depth + 1)
    for word in ("anyOf", "oneOf", "allOf"):
        choices = _member(schema, word)
        if isinstance(choices, list) and depth < _DEEPEST:
            real = [choice for choice in choices if _member(choice, "type") != "null"]
            return _resolve(document, real[0], depth + 1) if len(real) == 1 else {}
    return schema


def _type_of(schema: Any) -> str | None:
    kind = _member(schema, "type")
    words = [word for word in (kind if isinstance(kind, list) else [kind]) if word != "null"]
    if len(words) != 1 or not isinstance(words[0], str):
        return None
    form = _member(schema, "format")
    return form if words[0] == "string" and form in _TYPES else words[0]


def _member(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _plain(name: str) -> str:
    letters = "".join(letter for letter in name.lower() if letter.isalnum())
    return letters.removesuffix("s")
