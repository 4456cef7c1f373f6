"""How the columns of a frame are stored, such that the frame can be restored as it was."""

from __future__ import annotations

import json

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from trackagoat_pandas._types import DtypeBackend
from trackagoat_pandas.frames.build import to_frame
from trackagoat_pandas.frames.dtypes import TEXT


def stored_rows(frame: pd.DataFrame) -> tuple[pa.Table, str]:
    """Return a loaded frame's rows in one Arrow type for each kind of column, and its columns.

    Either kind of dtypes gives the same. Categories are stored as texts; the columns, as JSON,
    have their words in order, since a file may not have all of them.
    """
    arrays, columns = [], []
    for name, column in frame.items():
        array = pa.array(column, from_pandas=True)
        values = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
        words = None
        if pa.types.is_dictionary(values.type):
            words = values.dictionary.to_pylist()
            values = values.dictionary_decode()
        is_text = pa.types.is_string(values.type) or words is not None
        arrays.append(values.cast(TEXT) if is_text else values)
        columns.append({"name": name, "words": words})
    rows = pa.Table.from_arrays(arrays, [str(one["name"]) for one in columns])
    return rows, json.dumps(columns, ensure_ascii=False)


def restored_frame(rows: pa.Table, columns: str, dtype_backend: DtypeBackend) -> pd.DataFrame:
    """Return the frame of stored rows, without its provenance."""
    declared = json.loads(columns)
    arrays = [
        rows[one["name"]]
        if one["words"] is None
        else as_categories(rows[one["name"]], pa.array(one["words"], TEXT))
        for one in declared
    ]
    named = pa.Table.from_arrays(arrays, [one["name"] for one in declared])
    return to_frame(named, dtype_backend)


def as_categories(texts: pa.ChunkedArray, words: pa.Array) -> pa.ChunkedArray:
    """Return texts as the categories that frames have; a text that is no word is null."""
    codes = pc.index_in(texts.combine_chunks(), value_set=words)
    return pa.chunked_array([pa.DictionaryArray.from_arrays(codes, words)])
