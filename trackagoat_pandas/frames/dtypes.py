"""The Arrow type and the pandas dtype of each kind of column."""

from __future__ import annotations

import pyarrow as pa

from trackagoat_pandas.inputs.arrow import STRING as STRING
from trackagoat_pandas.inputs.arrow import TEXT as TEXT
from trackagoat_pandas.inputs.arrow import WORDS
from trackagoat_pandas.tables.model import Kind

INSTANT = pa.timestamp("us", "UTC")
DAY = pa.timestamp("us")

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
    "any": "object",
}
"""The name of each kind's dtype in pandas 3."""
