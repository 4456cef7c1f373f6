"""Chunks to one typed frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pyarrow as pa

from trackagoat_pandas._types import DtypeBackend
from trackagoat_pandas.frames.decode import Chunk, chunk_from_records
from trackagoat_pandas.frames.dtypes import types_mapper
from trackagoat_pandas.frames.duplicates import without_duplicates
from trackagoat_pandas.frames.extras import unified
from trackagoat_pandas.frames.notices import warn_unknown, warn_unreadable
from trackagoat_pandas.tables.model import Table

_ROWS_WORTH_THREADS = 50_000
"""Measured: below it, starting threads costs more than they save."""
ATTRIBUTE = "trackagoat"
"""Where a frame's attributes hold its provenance."""


def build_frame(
    chunks: Sequence[Chunk],
    table: Table,
    *,
    dtype_backend: DtypeBackend = "numpy_nullable",
    provenance: dict[str, Any],
) -> pd.DataFrame:
    """Build the frame of all chunks.

    Parameters
    ----------
    chunks
        In order; none gives an empty frame with all declared dtypes.
    table
        What the rows are declared to be.
    dtype_backend
        ``"numpy_nullable"`` for pandas' own nullable dtypes, ``"pyarrow"`` for Arrow's.
    provenance
        Small and JSON-able; the frame carries it in ``attrs["trackagoat"]``, with ``rows``, and
        where there are any ``unreadable`` values by column and the number of ``duplicates``
        that were dropped.

    Returns
    -------
    pandas.DataFrame
        The declared columns in order, then unknown fields as they first appeared.

    Warns
    -----
    ContractWarning
        Once for all unknown fields of a table that isn't open, once for all unreadable values.
    """
    chunks = chunks or [chunk_from_records([], table)]
    extras = list(dict.fromkeys(name for chunk in chunks for name in chunk.extras))
    rows, duplicates = without_duplicates(_joined(chunks, table, extras), table.key)
    frame = _to_pandas(rows, dtype_backend)
    counts, examples = _unreadable(chunks)
    frame.attrs[ATTRIBUTE] = {
        **provenance,
        "rows": len(frame),
        **({"unreadable": counts} if counts else {}),
        **({"duplicates": duplicates} if duplicates else {}),
    }
    if extras and not table.is_open:
        warn_unknown(table.name, extras)
    if counts:
        warn_unreadable(table.name, counts, examples)
    return frame


def _joined(chunks: Sequence[Chunk], table: Table, extras: Sequence[str]) -> pa.Table:
    """Put chunks end to end, each unknown field brought to one type."""
    declared = [chunk.arrow.select(table.names) for chunk in chunks]
    rows = pa.concat_tables(declared).unify_dictionaries() if len(chunks) > 1 else declared[0]
    columns = dict(zip(rows.column_names, rows.columns, strict=True))
    for name in extras:
        parts = [
            (chunk.arrow[name], chunk.extras[name])
            if name in chunk.extras
            else (pa.chunked_array([pa.nulls(chunk.arrow.num_rows)]), "null")
            for chunk in chunks
        ]
        columns[name] = unified(parts)
    return pa.table(columns) if extras else rows


def _to_pandas(rows: pa.Table, dtype_backend: DtypeBackend) -> pd.DataFrame:
    frame: pd.DataFrame = rows.to_pandas(
        types_mapper=types_mapper(dtype_backend),
        split_blocks=True,
        use_threads=rows.num_rows > _ROWS_WORTH_THREADS,
    )
    return frame


def _unreadable(chunks: Sequence[Chunk]) -> tuple[dict[str, int], dict[str, str]]:
    counts: dict[str, int] = {}
    examples: dict[str, str] = {}
    for chunk in chunks:
        for name, count in chunk.unreadable.items():
            counts[name] = counts.get(name, 0) + count
            examples.setdefault(name, chunk.examples[name])
    return counts, examples
