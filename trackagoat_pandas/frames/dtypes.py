"""The Arrow type and the pandas dtype of each kind of column."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from trackagoat_pandas.tables.model import Kind

TEXT = pa.large_string()
"""What pandas' str dtype holds, so that it needs no cast."""
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

# pandas 3 calls this dtype "str"; pandas 2.3 would take "str" for object.
STRING = pd.StringDtype(storage="pyarrow", na_value=np.nan)

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
"""The name of each kind's dtype in pandas 3."""
