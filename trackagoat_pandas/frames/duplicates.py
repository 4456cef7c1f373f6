"""Rows that came twice, as they do when a list moves while it is paged.

Must not know what the rows are: a key names the columns that tell them apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_ROW = "row number"


def without_duplicates(rows: pa.Table, key: Sequence[str]) -> tuple[pa.Table, int]:
    """Drop all but the last of the rows with one key, and tell how many were dropped.

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
    if pa.types.is_dictionary(column.type):
        return False
    present = rows.num_rows - column.null_count
    return bool(pc.count_distinct(column).as_py() == present) and (
        len(key) == 1 or not column.null_count
    )


def _comparable(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
