"""Build one typed frame of chunks of rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd
import pyarrow as pa

from trackagoat_pandas.base.types import DtypeBackend
from trackagoat_pandas.base.warnings import warn
from trackagoat_pandas.errors import ContractWarning, brief
from trackagoat_pandas.frames.chunk import Chunk, joined
from trackagoat_pandas.frames.dtypes import TEXT
from trackagoat_pandas.frames.values import chunk_from_records
from trackagoat_pandas.inputs.arrow import DTYPES
from trackagoat_pandas.tables.model import Table

_ROWS_WORTH_THREADS = 50_000
"""Measured: with fewer rows, starting threads costs more than they save."""
_MOST_WORDS = 5
"""The number of undeclared words of a column that are named."""
ATTRIBUTE = "trackagoat"
"""The key of a frame's provenance in its attributes."""


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
        In order; without any, the frame is empty and has all declared dtypes.
    table
        The table that the rows belong to.
    dtype_backend
        ``"numpy_nullable"`` for pandas' own nullable dtypes, ``"pyarrow"`` for Arrow's.
    provenance
        A small dict that JSON can hold. The frame carries it in ``attrs["trackagoat"]`` together
        with the number of ``rows`` and, if there are any, the number of ``unreadable`` values of
        each column, the number of ``duplicates`` that were dropped, and how often each of a
        column's ``undeclared`` words comes.

    Returns
    -------
    pandas.DataFrame
        The declared columns in order, then unknown fields in the order of their appearance. Of
        rows with the same key only the last is kept.

    Warns
    -----
    ContractWarning
        Once for all unknown fields, unless the table is open, once for all unreadable values, such
        as negative counts, and once for all words that a closed set doesn't have; they are kept.
    """
    rows = _join(chunks or [chunk_from_records([], table)], table)
    odd = _undeclared_words(rows, table)
    frame = to_frame(rows, dtype_backend)
    unknown = rows.column_names[len(table.columns) :]
    del rows  # to hold them only once while duplicates are dropped
    frame, duplicates = _without_duplicates(frame, table.key)
    counts: dict[str, int] = {}
    examples: dict[str, str] = {}
    for chunk in chunks:
        # The first example of a column stays.
        examples = chunk.examples | examples
        for name, count in chunk.unreadable.items():
            counts[name] = counts.get(name, 0) + count
    frame.attrs[ATTRIBUTE] = {
        **provenance,
        "rows": len(frame),
        **({"unreadable": counts} if counts else {}),
        **({"duplicates": duplicates} if duplicates else {}),
        **({"undeclared": odd} if odd else {}),
    }
    if unknown and not table.is_open:
        warn(
            f"{table.name}: the API sent fields that are not declared: {', '.join(unknown)}. "
            "They are kept as columns after the declared ones.",
            ContractWarning,
        )
    if counts:
        columns = "; ".join(
            f"{name} ({count} {'value' if count == 1 else 'values'}, the first is {examples[name]})"
            for name, count in counts.items()
        )
        message = f"{table.name}: values that can't be read are NA in the frame: {columns}."
        warn(message, ContractWarning)
    if odd:
        counted = {
            name: ", ".join(f"{brief(word)} ({count:,})" for word, count in words.items())
            for name, words in odd.items()
        }
        columns = "; ".join(f"{name}: {words}" for name, words in counted.items())
        message = f"{table.name}: words that are not declared are kept as they are: {columns}."
        warn(message, ContractWarning)
    return frame


def _undeclared_words(rows: pa.Table, table: Table) -> dict[str, dict[str, int]]:
    """Count the words of each category that its closed set doesn't have, the most often first."""
    found: dict[str, dict[str, int]] = {}
    for column in table.columns:
        if column.kind != "category":
            continue
        parts = [part for part in rows[column.name].chunks if len(part)]
        # Declared words come first in a dictionary, so a longer one has others as well.
        if all(len(part.dictionary) == len(column.categories) for part in parts):
            continue
        words = Counter[str]()
        for part in parts:
            places, counts = part.indices.value_counts().flatten()
            for place, count in zip(places.to_pylist(), counts.to_pylist(), strict=True):
                if place is not None and place >= len(column.categories):
                    words[part.dictionary[place].as_py()] += count
        if words:
            found[column.name] = dict(words.most_common(_MOST_WORDS))
    return found


def to_frame(rows: pa.Table, dtype_backend: DtypeBackend) -> pd.DataFrame:
    """Convert rows with the declared Arrow types to a frame of either kind of dtypes."""
    frame: pd.DataFrame = rows.to_pandas(
        types_mapper=_arrow_dtype if dtype_backend == "pyarrow" else DTYPES.get,
        split_blocks=True,
        use_threads=rows.num_rows > _ROWS_WORTH_THREADS,
    )
    return frame


def _without_duplicates(frame: pd.DataFrame, key: Sequence[str]) -> tuple[pd.DataFrame, int]:
    """Keep the last of the rows with the same key, and count those dropped.

    A list that changes while it is paged may give a row twice; the last one is the newest. Rows
    whose whole key is null aren't duplicates.
    """
    keys = list(key)
    if not keys or frame[keys[0]].is_unique:
        return frame, 0
    # Rows without a key may be different things.
    again = frame.duplicated(keys, keep="last") & frame[keys].notna().any(axis=1)
    return (frame[~again].reset_index(drop=True), int(again.sum())) if again.any() else (frame, 0)


def _join(chunks: Sequence[Chunk], table: Table) -> pa.Table:
    """Concatenate chunks, with one type for each unknown field."""
    declared = [chunk.arrow.select(table.names) for chunk in chunks]
    rows = pa.concat_tables(declared).unify_dictionaries() if len(chunks) > 1 else declared[0]
    unknown = list(dict.fromkeys(name for chunk in chunks for name in chunk.extras))
    added = []
    for name in unknown:
        parts = [
            (chunk.arrow[name], chunk.extras[name])
            if name in chunk.extras
            else (pa.chunked_array([pa.nulls(chunk.arrow.num_rows)]), "null")
            for chunk in chunks
        ]
        added.append(joined(parts))
    # Not one by one: what is joined of tables without declared columns has no rows to add to.
    return (
        pa.Table.from_arrays([*rows.columns, *added], [*rows.column_names, *unknown])
        if added
        else rows
    )


def _arrow_dtype(kind: pa.DataType) -> pd.ArrowDtype:
    # pandas' own readers give strings, not large strings.
    return pd.ArrowDtype(pa.string() if kind == TEXT else kind)
