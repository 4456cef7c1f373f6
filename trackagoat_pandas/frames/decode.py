"""Pages or records to a chunk: the fast path where it can be taken, else the tolerant one.

Both paths give the same arrays for whatever both can read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from trackagoat_pandas.frames.bounds import check_objects
from trackagoat_pandas.frames.chunk import Chunk
from trackagoat_pandas.frames.fast import read_fast
from trackagoat_pandas.frames.shape import declared_shape, learn_shape
from trackagoat_pandas.frames.shaped import read_shaped
from trackagoat_pandas.frames.tolerant import read_pages, read_records
from trackagoat_pandas.tables.model import Table

__all__ = ["Chunk", "chunk_from_records", "decode_few", "decode_pages"]


def decode_pages(bodies: Sequence[bytes], table: Table) -> Chunk:
    """Decode the bodies of some pages.

    Parameters
    ----------
    bodies
        Whole response bodies, envelope and all, in order. Some 20 at a time are best.
    table
        What the rows are declared to be.

    Returns
    -------
    Chunk
        All rows of all pages, in order.

    Raises
    ------
    UnreadableResponseError
        If a body is no JSON envelope, holds something else than rows, or a flood of them.
    """
    if not bodies:
        return read_records([], table)
    check_objects(bodies, table)
    as_declared = read_fast(bodies, table, declared_shape(table))
    return as_declared or _decode_learnt(bodies, table)


def decode_few(bodies: Sequence[bytes], table: Table) -> Chunk:
    """Decode up to a chunk of pages in the calling thread, as decode_pages does.

    Structs have no start-up, so they are the quicker way here; but they hold Python's lock, so
    in helper threads they are the slower one.
    """
    check_objects(bodies, table)
    chunk = read_shaped(bodies, table, declared_shape(table)) if bodies else None
    return chunk or decode_pages(bodies, table)


def _decode_learnt(bodies: Sequence[bytes], table: Table) -> Chunk:
    """Decode pages that are not just as declared, by the shape of the first one."""
    shape = learn_shape(bodies[0], table)
    if shape is None:
        return read_pages(bodies, table)
    return (
        read_fast(bodies, table, shape)
        or read_shaped(bodies, table, shape)
        or read_pages(bodies, table)
    )


def chunk_from_records(records: Iterable[Mapping[str, Any]], table: Table) -> Chunk:
    """Turn records of Python values into a chunk.

    Parameters
    ----------
    records
        Rows by field name; a missing field is null.
    table
        What the rows are declared to be.

    Returns
    -------
    Chunk
        All records, in order.
    """
    return read_records(records, table)
