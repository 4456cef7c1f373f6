"""Rows that came twice, as they do when a list moves while it is paged."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_ROW = "row number"
_UUID_LENGTH = 36
# Odd constants with well mixed bits: multiples of the golden ratio's fraction.
_ODD = np.array([(0x9E3779B97F4A7C15 * odd) % 2**64 for odd in (1, 3, 5, 7, 9)], np.uint64)


def without_duplicates(rows: pa.Table, key: Sequence[str]) -> tuple[pa.Table, int]:
    """Drop all but the last of the rows with one key, and count those that were dropped.

    The last is the newest answer. Rows whose key is null throughout are no one's duplicates.
    """
    if not key or not rows.num_rows or _is_unique(rows, key):
        return rows, 0
    keys = pa.table({name: _comparable(rows[name]) for name in key})
    numbered = keys.append_column(_ROW, pa.array(np.arange(rows.num_rows)))
    last = numbered.group_by(list(key)).aggregate([(_ROW, "max")])[f"{_ROW}_max"]
    nameless = reduce(pc.and_, (pc.is_null(keys[name]) for name in key))
    kept = np.union1d(last.to_numpy(), np.flatnonzero(nameless.to_numpy()))
    if len(kept) == rows.num_rows:
        return rows, 0
    return rows.take(pa.array(kept)), rows.num_rows - len(kept)


def _is_unique(rows: pa.Table, key: Sequence[str]) -> bool:
    """Whether one column of the key alone tells all rows apart, which is quickly seen."""
    column = rows[key[0]]
    if not pa.types.is_large_string(column.type) or (len(key) > 1 and column.null_count):
        return False
    hashes = _uuid_hashes(column)
    if hashes is not None:
        hashes.sort()
        return not bool((hashes[1:] == hashes[:-1]).any())
    nulls = 1 if column.null_count else 0
    return bool(len(column.unique()) - nulls == rows.num_rows - column.null_count)


def _uuid_hashes(column: pa.ChunkedArray) -> npt.NDArray[np.uint64] | None:
    """Hash UUIDs, eight times as fast as a hash table of texts takes; None for other texts.

    Equal ones have equal hashes; should different ones have too, they are looked at once more.
    """
    hashes = []
    for chunk in column.chunks:
        _, offsets, data = chunk.buffers()
        ends = np.frombuffer(offsets, np.int64)[chunk.offset : chunk.offset + len(chunk) + 1]
        if not (np.diff(ends) == _UUID_LENGTH).all():
            return None
        texts = np.frombuffer(data, np.uint8)[ends[0] : ends[-1]].reshape(-1, _UUID_LENGTH)
        words = np.ascontiguousarray(texts[:, : 4 * 8]).view(np.uint64)
        tails = np.ascontiguousarray(texts[:, 4 * 8 :]).view(np.uint32).astype(np.uint64)
        hashes.append(np.hstack([words, tails]) @ _ODD)
    return np.concatenate(hashes) if hashes else None


def _comparable(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
