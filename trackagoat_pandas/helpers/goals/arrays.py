"""Columns of frames as numpy arrays, whatever the dtypes are, and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trackagoat_pandas.checks import holding
from trackagoat_pandas.helpers.clocks import Instants

Numbers: TypeAlias = NDArray[np.float64]
"""NaN where there is none."""
Codes: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]

# In pandas 3 this is "str"; in pandas 2.3 only this spelling gives the dtype that loaders give.
_STRING = pd.StringDtype(storage="pyarrow", na_value=np.nan)


def read_words(column: pd.Series) -> NDArray[np.object_]:
    """Read words or ids."""
    if column.hasnans:
        # pd.NA is neither equal to another nor different.
        column = column.astype(object).where(column.notna(), None)
    return column.astype(object).to_numpy()


def read_numbers(column: pd.Series) -> Numbers:
    """Read numbers."""
    with holding(column, "numbers"):
        values = column.astype("Float64").to_numpy("float64", na_value=np.nan)
    return np.asarray(values, np.float64)


def read_flags(column: pd.Series, *, unknown: bool) -> Flags:
    """Read flags, with a word for those that are NA."""
    with holding(column, "True and False"):
        return column.astype("boolean").to_numpy("bool", na_value=unknown)


def read_codes(column: pd.Series, index: pd.Index) -> Codes:
    """Read the place of each value in an index; -1 where it isn't there."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        places = find_words(read_words(column.cat.categories.to_series()), index)
        # A missing value has the code -1, which finds the place that is put last.
        return np.append(places, -1)[column.cat.codes.to_numpy()]
    if isinstance(column.dtype, pd.StringDtype | pd.ArrowDtype):
        # As Python strings they would take five times as long.
        words = pa.array(column.array).cast(pa.large_string())
        found = pc.index_in(words, value_set=pa.array(index.to_numpy(), pa.large_string()))
        return np.asarray(found.fill_null(-1).to_numpy(), np.int64)
    return find_words(read_words(column), index)


def index_of(words: Iterable[str]) -> pd.Index:
    """Make an index of words in which find_words looks."""
    index: pd.Index = pd.Index(np.array(list(words), dtype=object), dtype=object)
    return index


def find_words(words: NDArray[np.object_], index: pd.Index) -> Codes:
    """Find the place of each word in an index; -1 where it isn't there."""
    return index.get_indexer(pd.Index(words, dtype=object)).astype(np.int64)


def ratio(part: NDArray[Any], whole: NDArray[Any]) -> Numbers:
    """Divide; NaN where the whole is not above 0."""
    result: Numbers = np.full(len(whole), np.nan)
    np.divide(part, whole, out=result, where=whole > 0)
    return result


def as_numbers(values: Numbers) -> Any:
    """Make a Float64 column; NaN becomes NA."""
    return pd.arrays.FloatingArray(values, np.isnan(values), copy=True)


def as_counts(values: NDArray[Any]) -> Any:
    """Make an Int64 column."""
    return pd.array(values.astype(np.int64), dtype="Int64")


def as_flags(values: Flags, unknown: Flags | None = None) -> Any:
    """Make a boolean column, NA where it is unknown."""
    mask = np.zeros(len(values), np.bool_) if unknown is None else unknown
    return pd.arrays.BooleanArray(values.copy(), mask)


def as_instants(values: Instants) -> Any:
    """Make a datetime64[us, UTC] column."""
    return pd.DatetimeIndex(values).tz_localize("UTC").as_unit("us")


def as_texts(values: NDArray[np.object_]) -> Any:
    """Make a str column; None becomes NA."""
    return pd.array(values, dtype=_STRING)


def as_category(values: NDArray[np.object_], words: Iterable[str], *, ordered: bool = False) -> Any:
    """Make a category column of a closed set of words; any other value becomes NA."""
    index = index_of(words)
    dtype = pd.CategoricalDtype(index.astype(_STRING), ordered=ordered)
    return pd.Categorical.from_codes(find_words(values, index), dtype=dtype)
