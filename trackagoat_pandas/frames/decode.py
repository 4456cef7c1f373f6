"""Decode the pages of a list into chunks of typed columns.

Pages are read into structs where every value has its declared type, otherwise value by value.
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
from trackagoat_pandas.frames.coerce import NATIVE, native_array, raw_text
from trackagoat_pandas.frames.values import NOT_JSON, read_pages, stems
from trackagoat_pandas.tables.model import Column, Table

PAGES_A_CHUNK: Final = 50
"""Measured: 20 and 100 are as fast; more pages only keep their bytes in memory for longer."""
_MOST_OBJECTS: Final = 100_000
"""In one page. The API sends 100 rows a page; an empty row takes 3 bytes in a response and about
200 in a frame."""
_COUNTED_BYTES: Final = 1 << 18
"""Smaller pages can't hold that many objects."""
_NULL, _EMPTY = msgspec.Raw(b"null"), msgspec.Raw(b"{}")


def decode_list(bodies: Iterable[bytes], table: Table) -> Iterator[Chunk]:
    """Decode the pages of a list as they arrive, several at a time.

    Parameters
    ----------
    bodies
        Whole response bodies with their envelopes, in order.
    table
        The table that the rows belong to.

    Yields
    ------
    Chunk
        The rows of the next pages. If a page can't be read or `bodies` raises, all pages before
        it are yielded first.

    Raises
    ------
    UnreadableResponseError
        If a body isn't a JSON envelope, its data isn't rows, or it holds too many objects or
        unknown fields.
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
    """Decode pages into one chunk, with the errors of decode_list."""
    for body in bodies:
        if len(body) > _COUNTED_BYTES and body.count(b"{") > _MOST_OBJECTS:
            problem = f"a page of it holds more than {_MOST_OBJECTS:,} objects"
            raise UnreadableResponseError(table.path, 200, problem)
    return read_structs(bodies, table) or read_pages(bodies, table)


def _readable(bodies: Sequence[bytes], table: Table) -> Iterator[Chunk]:
    """Decode pages; if one can't be read, decode those before it and raise its error."""
    try:
        yield decode_pages(bodies, table)
    except UnreadableResponseError:
        for place, body in enumerate(bodies):
            try:
                decode_pages([body], table)
            except UnreadableResponseError:
                yield decode_pages(bodies[:place], table)
                raise
        raise  # each page can be read; together they have too many unknown fields


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields of a row: declared columns, each with its name on the wire, and unknown fields."""

    columns: tuple[tuple[str, Column], ...]
    unknown: tuple[str, ...] = ()


def read_structs(bodies: Sequence[bytes], table: Table) -> Chunk | None:
    """Read pages of rows that have the declared shape, or that of the first page's rows.

    Returns None if a page fits neither shape, or if a value doesn't have its declared type.
    """
    declared = Shape(tuple((column.name, column) for column in table.columns))
    chunk = _read(bodies, table, declared)
    if chunk is not None:
        return chunk
    learnt = _learn_shape(bodies[0], table)
    return None if learnt is None or learnt == declared else _read(bodies, table, learnt)


def _read(bodies: Sequence[bytes], table: Table, shape: Shape) -> Chunk | None:
    decoder = _decoder(shape)
    declared = [column for _, column in shape.columns]
    values: list[list[Any]] = [[] for _ in (*declared, *shape.unknown)]
    try:
        for body in bodies:
            rows = map(msgspec.structs.astuple, decoder.decode(body).data)
            # Page by page, since zip takes three times as long with the rows of all pages.
            for cells, of_page in zip(values, zip(*rows, strict=True), strict=False):
                cells.extend(of_page)
        for place, column in enumerate(declared):
            if column.kind == "json":
                # Most free-form objects are empty, and formatting one takes microseconds.
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
def _decoder(shape: Shape) -> msgspec.json.Decoder[Any]:
    """Build a decoder for pages of rows with exactly these fields."""
    fields: list[tuple[str, Any, Any]] = [
        (name, msgspec.Raw, _NULL)
        if column.kind == "json"
        else (name, NATIVE[column.kind] | None, None)
        for name, column in shape.columns
    ]
    fields += [(name, Any, None) for name in shape.unknown]
    row = msgspec.defstruct(
        "Row",
        [(f"f{place}", kind, default) for place, (_, kind, default) in enumerate(fields)],
        # A name on the wire may not be a Python identifier.
        rename={f"f{place}": name for place, (name, _, _) in enumerate(fields)},
        # A row with another field must not lose it: this shape fails, and another one is tried.
        forbid_unknown_fields=True,
        # Rows are taken apart at once, so the garbage collector needn't know of them.
        gc=False,
    )
    page = msgspec.defstruct("Page", [("data", list[row])])  # type: ignore[valid-type]
    return msgspec.json.Decoder(page)


def _learn_shape(body: bytes, table: Table) -> Shape | None:
    """Learn the shape of a page's rows.

    Returns None if the data isn't a list of rows, a column comes under several names, or an id is
    nested in an object.
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
        names = [name for name in (column.name, *column.wire) if name in seen] or [column.name]
        if len(names) > 1:
            return None
        columns[names[0]] = column
    if any(isinstance(row.get(stem), dict) for stem in stems(table).values() for row in rows):
        return None
    unknown = tuple(name for name in seen if name not in columns)
    check_unknown(unknown, table)
    return Shape(tuple(columns.items()), unknown)
