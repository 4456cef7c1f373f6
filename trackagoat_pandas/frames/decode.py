"""Pages of a list to chunks of typed columns.

Pages whose every value has its declared type are read into structs of the shape of a row; others
value by value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, Final

import msgspec
import pyarrow as pa

from trackagoat_pandas.errors import TrackaGoatError, UnreadableResponseError
from trackagoat_pandas.frames.chunk import Chunk, check_unknown, unknown_array
from trackagoat_pandas.frames.coerce import native_array, raw_text
from trackagoat_pandas.frames.values import NOT_JSON, read_pages, stems
from trackagoat_pandas.tables.model import Column, Kind, Table

PAGES_A_CHUNK: Final = 50
"""Measured: more gain little, and hold bytes longer."""
_MOST_OBJECTS: Final = 100_000
"""In one page. The API sends 100 rows; one of them without any field takes 3 bytes to send and
some 200 in a frame."""
_LOOKED_INTO_BYTES: Final = 1 << 18
"""Smaller pages can't hold so many, and aren't worth counting."""
_TYPES: dict[Kind, Any] = {
    "id": str | None,
    "text": str | None,
    "int": int | None,
    "float": float | None,
    "bool": bool | None,
    "instant": str | None,
    "day": str | None,
    "category": str | None,
    "json": msgspec.Raw,
}
_NULL, _EMPTY = msgspec.Raw(b"null"), msgspec.Raw(b"{}")


def decode_list(bodies: Iterable[bytes], table: Table) -> Iterator[Chunk]:
    """Decode a list's pages as they come, some at a time.

    Parameters
    ----------
    bodies
        Whole response bodies, envelope and all, in order.
    table
        What the rows are declared to be.

    Yields
    ------
    Chunk
        The rows of the next pages. Before an error, be it of `bodies`, there is a chunk of every
        page before.

    Raises
    ------
    UnreadableResponseError
        If a body isn't a JSON envelope, or holds something else than rows, or a flood of them.
    """
    left = iter(bodies)
    while True:
        held: list[bytes] = []
        try:
            for body in islice(left, PAGES_A_CHUNK):
                held.append(body)  # noqa: PERF402 - kept if the next one fails
        except TrackaGoatError:
            yield from _readable(held, table)
            raise
        yield from _readable(held, table)
        if len(held) < PAGES_A_CHUNK:
            return


def decode_pages(bodies: Sequence[bytes], table: Table) -> Chunk:
    """Decode some pages, as decode_list does."""
    for body in bodies:
        if len(body) > _LOOKED_INTO_BYTES and body.count(b"{") > _MOST_OBJECTS:
            problem = f"a page of it holds more than {_MOST_OBJECTS:,} objects"
            raise UnreadableResponseError(table.path, 200, problem)
    return read_structs(bodies, table) or read_pages(bodies, table)


def _readable(bodies: Sequence[bytes], table: Table) -> Iterator[Chunk]:
    """Decode pages; if one can't be read, those before it."""
    try:
        yield decode_pages(bodies, table)
    except UnreadableResponseError:
        for place, body in enumerate(bodies):
            try:
                decode_pages([body], table)
            except UnreadableResponseError:
                yield decode_pages(bodies[:place], table)
                raise
        raise  # a flood of fields: no page has too many by itself, all together have


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields of a row: the declared columns by their names on the wire, and unknown ones."""

    columns: dict[str, Column]
    unknown: tuple[str, ...] = ()


def read_structs(bodies: Sequence[bytes], table: Table) -> Chunk | None:
    """Read pages by the declared shape of a row, else by that of the first page's rows.

    None where a page fits neither, or a value has another type.
    """
    declared = Shape({column.name: column for column in table.columns})
    chunk = _read(bodies, table, declared)
    if chunk is not None:
        return chunk
    learnt = _learn_shape(bodies[0], table)
    return None if learnt is None or learnt == declared else _read(bodies, table, learnt)


def _read(bodies: Sequence[bytes], table: Table, shape: Shape) -> Chunk | None:
    kinds = tuple((name, column.kind) for name, column in shape.columns.items())
    decoder = _decoder(kinds, shape.unknown)
    declared = list(shape.columns.values())
    values: list[list[Any]] = [[] for _ in (*declared, *shape.unknown)]
    try:
        for body in bodies:
            rows = map(msgspec.structs.astuple, decoder.decode(body).data)
            # Page by page: with the rows of all pages, zip takes three times as long.
            for cells, of_page in zip(values, zip(*rows, strict=True), strict=False):
                cells.extend(of_page)
        for place, column in enumerate(declared):
            if column.kind == "json":
                # Most free-form objects are empty.
                values[place] = [
                    "{}" if raw == _EMPTY else None if raw == _NULL else raw_text(raw)
                    for raw in values[place]
                ]
    except NOT_JSON:
        return None
    found: dict[str, pa.Array] = {}
    for column, given in zip(declared, values, strict=False):
        array = native_array(given, column)
        if array is None:
            return None
        found[column.name] = array
    arrays = {name: found[name] for name in table.names}
    extras = {}
    for name, given in zip(shape.unknown, values[len(declared) :], strict=True):
        arrays[name], extras[name] = unknown_array(given)
    return Chunk(pa.table(arrays), extras)


@lru_cache(maxsize=64)
def _decoder(
    kinds: tuple[tuple[str, Kind], ...], unknown: tuple[str, ...]
) -> msgspec.json.Decoder[Any]:
    """Make the decoder of a page whose rows have these fields and no others."""
    fields = [(name, _TYPES[kind], _NULL if kind == "json" else None) for name, kind in kinds]
    fields += [(name, Any, None) for name in unknown]
    row = msgspec.defstruct(
        "Row",
        [(f"f{place}", kind, default) for place, (_, kind, default) in enumerate(fields)],
        # A name on the wire need not be one of Python's.
        rename={f"f{place}": name for place, (name, _, _) in enumerate(fields)},
        forbid_unknown_fields=True,
        gc=False,
    )
    page = msgspec.defstruct("Page", [("data", list[row])])  # type: ignore[valid-type]
    return msgspec.json.Decoder(page)


def _learn_shape(body: bytes, table: Table) -> Shape | None:
    """Learn the shape of a page's rows.

    None where the data isn't a list of rows, where a column has several names, or where an object
    stands for an id.
    """
    try:
        page = msgspec.json.decode(body)
    except NOT_JSON:
        return None
    rows = page.get("data") if isinstance(page, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return None
    seen = dict.fromkeys(name for row in rows for name in row)
    columns: dict[str, Column] = {}
    for column in table.columns:
        names = [name for name in (column.name, *column.wire) if name in seen]
        if len(names) > 1:
            return None
        columns[names[0] if names else column.name] = column
    if any(isinstance(row.get(stem), dict) for stem in stems(table).values() for row in rows):
        return None
    unknown = tuple(name for name in seen if name not in columns)
    check_unknown(unknown, table)
    return Shape(columns, unknown)
