"""Which Arrow type holds each kind of column, and how pandas names the dtype that shows it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

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
