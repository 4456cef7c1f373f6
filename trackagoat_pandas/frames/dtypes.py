"""Which Arrow type holds each kind of column, and which pandas dtype shows it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from trackagoat_pandas._types import DtypeBackend
from trackagoat_pandas.tables.model import Kind

TEXT = pa.large_string()
"""What pandas' str holds: any other would have to be cast."""
INSTANT = pa.timestamp("us", "UTC")
DAY = pa.timestamp("us")
WORDS = pa.dictionary(pa.int32(), TEXT)

ARROW_TYPES: dict[Kind, pa.DataType] = {
    "id": TEXT,
    "text": TEXT,
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "instant": INSTANT,
    "day": DAY,
    "category": WORDS,
    "json": TEXT,
}

# StringDtype(na_value=nan) is what pandas 3 calls "str"; in pandas 2.3 only this spelling gives it.
STRING = pd.StringDtype(storage="pyarrow", na_value=np.nan)


class _Words:
    """How Arrow makes a category column, by its protocol for extension types.

    Its own way gives categories of dtype object in pandas 2 and of str in pandas 3.
    """

    def __from_arrow__(self, column: pa.Array | pa.ChunkedArray) -> pd.Categorical[Any]:
        array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        codes = array.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        dtype = _category_dtype(tuple(array.dictionary.to_pylist()))
        return pd.Categorical.from_codes(codes, dtype=dtype, validate=False)


@lru_cache(maxsize=64)
def _category_dtype(words: tuple[str, ...]) -> pd.CategoricalDtype:
    """Return the dtype of some words; making one costs as much as a column of 1,000 rows."""
    return pd.CategoricalDtype(pd.Index(words, dtype=STRING))


_PANDAS_DTYPES: dict[pa.DataType, Any] = {
    TEXT: STRING,
    pa.int64(): pd.Int64Dtype(),
    pa.float64(): pd.Float64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
    WORDS: _Words(),
}

SHOWN_DTYPES: dict[Kind, str] = {
    "id": "str",
    "text": "str",
    "int": "Int64",
    "float": "Float64",
    "bool": "boolean",
    "instant": "datetime64[us, UTC]",
    "day": "datetime64[us]",
    "category": "category",
    "json": "str",
}
"""How pandas names the dtype of each kind."""


def types_mapper(dtype_backend: DtypeBackend) -> Callable[[pa.DataType], Any]:
    """Return what gives Arrow the pandas dtype of each Arrow type; None leaves it to Arrow."""
    return _arrow_dtype if dtype_backend == "pyarrow" else _PANDAS_DTYPES.get


def _arrow_dtype(kind: pa.DataType) -> pd.ArrowDtype:
    # string[pyarrow] is what pandas' own readers give.
    return pd.ArrowDtype(pa.string() if kind == TEXT else kind)
