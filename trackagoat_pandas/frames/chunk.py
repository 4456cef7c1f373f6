"""Rows of some pages, decoded, and several such chunks as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from trackagoat_pandas.frames.unknown_fields import UnknownKind, joined
from trackagoat_pandas.tables.model import Table


@dataclass(frozen=True, slots=True)
class Chunk:
    """The rows of some pages.

    Parameters
    ----------
    arrow
        The declared columns in their order and their declared types, then unknown fields as they
        first appeared.
    extras
        The unknown fields, and what each holds in this chunk.
    unreadable
        How many values of each column could not be read and are null; only columns with any.
    examples
        The first of those values, as it was written.
    """

    arrow: pa.Table
    extras: dict[str, UnknownKind] = field(default_factory=dict)
    unreadable: dict[str, int] = field(default_factory=dict)
    examples: dict[str, str] = field(default_factory=dict)


def join_rows(chunks: Sequence[Chunk], table: Table) -> pa.Table:
    """Put the rows of chunks end to end, each unknown field brought to one type."""
    declared = [chunk.arrow.select(table.names) for chunk in chunks]
    rows = pa.concat_tables(declared).unify_dictionaries() if len(chunks) > 1 else declared[0]
    for name in dict.fromkeys(name for chunk in chunks for name in chunk.extras):
        parts = [
            (chunk.arrow[name], chunk.extras[name])
            if name in chunk.extras
            else (pa.chunked_array([pa.nulls(chunk.arrow.num_rows)]), "null")
            for chunk in chunks
        ]
        rows = rows.append_column(name, joined(parts))
    return rows
