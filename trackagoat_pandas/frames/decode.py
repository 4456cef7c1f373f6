"""Pages of a list, and records, to chunks of typed columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from trackagoat_pandas.errors import TrackaGoatError, UnreadableResponseError
from trackagoat_pandas.frames.chunk import Chunk
from trackagoat_pandas.frames.structs import read_structs
from trackagoat_pandas.frames.values import read_pages, read_records
from trackagoat_pandas.tables.model import Table

PAGES_A_CHUNK: Final = 50
"""Measured: more gain little, and hold bytes longer."""
_MOST_OBJECTS: Final = 100_000
"""In one page. The API sends 100 rows; one of them without any field takes 3 bytes to send and
some 200 in a frame."""
_LOOKED_INTO_BYTES: Final = 1 << 18
"""Smaller pages can't hold so many, and aren't worth counting."""


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


def chunk_from_records(records: Iterable[Mapping[str, Any]], table: Table) -> Chunk:
    """Turn rows of Python values by field name into a chunk; a missing field is null."""
    return read_records(records, table)


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
