"""Arrays back to columns of the dtypes that a frame has, whichever backend it was loaded with.

Pure. Must not know what the columns mean.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from trackagoat_pandas.helpers.series import Floats, Places


def floats(values: Floats, like: Any) -> pd.api.extensions.ExtensionArray | Floats:
    """Return numbers as a column of the dtype `like`, or Float64 if that holds no fractions.

    NaN becomes what is missing there.
    """
    if isinstance(like, np.dtype) and like.kind == "f":
        return values.astype(like)
    if isinstance(like, pd.ArrowDtype) and pa.types.is_floating(like.pyarrow_dtype):
        return pd.arrays.ArrowExtensionArray(pa.array(values, like.pyarrow_dtype, from_pandas=True))
    return pd.arrays.FloatingArray(values, np.isnan(values))


def flags(values: NDArray[np.bool_], like: Any) -> pd.api.extensions.ExtensionArray | NDArray[Any]:
    """Return flags as a column of the dtype `like`, or boolean if that holds no flags."""
    column = pd.Series(values, dtype="boolean")
    return column.astype(like).array if pd.api.types.is_bool_dtype(like) else column.array


def words(values: NDArray[Any], like: Any) -> pd.api.extensions.ExtensionArray | NDArray[Any]:
    """Return words as a column of the dtype `like`; a category learns words that it lacks."""
    if isinstance(like, pd.CategoricalDtype):
        known = like.categories
        more = [word for word in pd.unique(values) if word not in known]
        return pd.Categorical(values, [*known, *more] if more else known, ordered=like.ordered)
    return pd.Series(values, dtype="str").astype(like).array


def take(column: Any, places: Places) -> Any:
    """Return the values at some places of a column; -1 stands for what is missing."""
    return pd.api.extensions.take(column, places, allow_fill=True)
