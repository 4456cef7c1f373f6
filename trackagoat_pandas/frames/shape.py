"""What a page looks like: under which names its columns travel, and which fields nobody declared.

Learnt from the first page of a chunk; a page that differs is read without it. Must not know Arrow's
reader or frames.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec

from trackagoat_pandas.frames.bounds import check_fields
from trackagoat_pandas.frames.extras import ExtraKind, kind_of
from trackagoat_pandas.frames.rows import NOT_JSON, stems
from trackagoat_pandas.tables.model import Column, Table


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of a page whose data is a list of objects.

    Parameters
    ----------
    columns
        The declared columns by the name under which they travel, in their order.
    extras
        The unknown fields as they first appear, and what they hold.
    has_objects
        Whether a free-form column holds anything but {} and null.
    beside
        What the members of the envelope besides data and meta hold.
    meta
        What the members of meta hold.
    """

    columns: dict[str, Column]
    extras: dict[str, ExtraKind] = field(default_factory=dict)
    has_objects: bool = False
    beside: dict[str, ExtraKind] = field(default_factory=dict)
    meta: dict[str, ExtraKind] = field(default_factory=dict)


def declared_shape(table: Table) -> Shape:
    """Return the shape of pages that hold what is declared, under its own names."""
    return Shape({column.name: column for column in table.columns})


def learn_shape(body: bytes, table: Table) -> Shape | None:
    """Learn a page's shape; None if it is no plain list, or its rows don't agree on names."""
    try:
        page = msgspec.json.decode(body)
    except NOT_JSON:
        return None
    rows = page.get("data") if isinstance(page, dict) else None
    meta = (page.get("meta") or {}) if isinstance(page, dict) else None
    if not isinstance(rows, list) or not isinstance(meta, dict):
        return None
    if not all(isinstance(row, dict) for row in rows):
        return None
    columns = _travelling(rows, table)
    nested = stems(table).values()
    if any(isinstance(row.get(stem), dict) for stem in nested for row in rows) or columns is None:
        return None
    unknown = _unknown(rows, columns)
    check_fields(unknown, table)
    beside = {name: value for name, value in page.items() if name not in {"data", "meta"}}
    return Shape(
        columns,
        {name: kind_of(row.get(name) for row in rows) for name in unknown},
        _has_objects(rows, columns),
        {name: kind_of([value]) for name, value in beside.items()},
        {name: kind_of([value]) for name, value in meta.items()},
    )


def _travelling(rows: list[dict[str, Any]], table: Table) -> dict[str, Column] | None:
    """Tell under which name each column travels; None where a column has two."""
    columns: dict[str, Column] = {}
    for column in table.columns:
        names = (column.name, *column.wire)
        seen = [name for name in names if column.wire and any(name in row for row in rows)]
        if len(seen) > 1:
            return None
        columns[seen[0] if seen else column.name] = column
    return columns if len(columns) == len(table.columns) else None


def _unknown(rows: list[dict[str, Any]], columns: dict[str, Column]) -> dict[str, None]:
    known = columns.keys()
    return dict.fromkeys(
        name for row in rows if not row.keys() <= known for name in row if name not in known
    )


def _has_objects(rows: list[dict[str, Any]], columns: dict[str, Column]) -> bool:
    free = [name for name, column in columns.items() if column.kind == "json"]
    return any(row.get(name) not in (None, {}) for name in free for row in rows)
