"""The tolerant path: rows of any shape to a chunk, one column at a time.

Whatever can be understood is; what can't is null and counted, so that the frame can say so. Must
not know which pages come here, nor pandas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import pyarrow as pa

from trackagoat_pandas.frames.bounds import check_fields
from trackagoat_pandas.frames.chunk import Chunk
from trackagoat_pandas.frames.coerce import Coerced, coerce
from trackagoat_pandas.frames.dtypes import TEXT
from trackagoat_pandas.frames.extras import ExtraKind, extra_array
from trackagoat_pandas.frames.rows import NULL, nested_id, page_rows, raw_text, raw_values, stems
from trackagoat_pandas.tables.model import Column, Table

T = TypeVar("T")


def read_pages(bodies: Sequence[bytes], table: Table) -> Chunk:
    """Decode pages value by value."""
    rows = [row for body in bodies for row in page_rows(body, table)]

    def declared(name: str, column: Column) -> Coerced:
        raws = [row.get(name, NULL) for row in rows]
        if column.kind == "json":
            return Coerced(pa.array([raw_text(raw) for raw in raws], TEXT))
        return coerce(raw_values(raws), column)

    def unknown(name: str) -> list[Any]:
        return raw_values([row.get(name, NULL) for row in rows])

    return _chunk(rows, table, declared, unknown)


def read_records(records: Iterable[Mapping[str, Any]], table: Table) -> Chunk:
    """Turn records of Python values into a chunk."""
    rows = [dict(record) for record in records]

    def declared(name: str, column: Column) -> Coerced:
        return coerce([row.get(name) for row in rows], column)

    def unknown(name: str) -> list[Any]:
        return [row.get(name) for row in rows]

    return _chunk(rows, table, declared, unknown)


def _chunk(
    rows: list[dict[str, T]],
    table: Table,
    declared: Callable[[str, Column], Coerced],
    unknown: Callable[[str], list[Any]],
) -> Chunk:
    _rename(rows, table)
    columns = {column.name: declared(column.name, column) for column in table.columns}
    extras = {name: extra_array(unknown(name)) for name in _unknown_names(rows, table)}
    return assemble(columns, extras)


def assemble(
    columns: Mapping[str, Coerced], extras: Mapping[str, tuple[pa.Array, ExtraKind]]
) -> Chunk:
    """Make a chunk of declared columns and unknown fields."""
    arrays = {name: found.array for name, found in columns.items()}
    unreadable = {name: found for name, found in columns.items() if found.unreadable}
    return Chunk(
        pa.table(arrays | {name: array for name, (array, _) in extras.items()}),
        "tolerant",
        {name: kind for name, (_, kind) in extras.items()},
        {name: found.unreadable for name, found in unreadable.items()},
        {name: found.first for name, found in unreadable.items()},
    )


def _rename(rows: list[dict[str, T]], table: Table) -> None:
    """Give fields their declared names; a row that has both keeps the other as it is."""
    for column in table.columns:
        for other in column.wire:
            for row in rows:
                if other in row and column.name not in row:
                    row[column.name] = row.pop(other)
    for name, stem in stems(table).items():
        for row in rows:
            if name not in row and (found := nested_id(row.get(stem))) is not None:
                row[name] = found


def _unknown_names(rows: list[dict[str, T]], table: Table) -> list[str]:
    known = set(table.names)
    found: dict[str, None] = {}
    for row in rows:
        if not row.keys() <= known:
            found.update(dict.fromkeys(name for name in row if name not in known))
    check_fields(found, table)
    return list(found)
