"""Arrays back to columns of the dtypes that a frame has, whichever backend it was loaded with."""

from __future__ import annotations

from collections.abc import Sequence
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


def words(vocabulary: Sequence[str], codes: Places, like: Any) -> Any:
    """Return words, each given by its place in a vocabulary, as a column of the dtype `like`.

    Words that a category doesn't have are added to it.
    """
    if not isinstance(like, pd.CategoricalDtype):
        return pd.Series(vocabulary, dtype="str").astype(like).array.take(codes)
    more = [word for word in vocabulary if word not in like.categories]
    known = like.categories.append(pd.Index(more)) if more else like.categories
    places = known.get_indexer(pd.Index(vocabulary))[codes]
    return pd.Categorical.from_codes(places, known, ordered=like.ordered)


def take(column: pd.Series, places: Places) -> Any:
    """Return the values at some places of a column; -1 stands for what is missing."""
    is_plain = isinstance(column.dtype, np.dtype)
    values = column.to_numpy() if is_plain else column.array
    taken = pd.api.extensions.take(values, places, allow_fill=True)
    # In pandas 3 a frame makes text of an array of objects, not of a series of them.
    return pd.Series(taken, dtype=object) if column.dtype == object else taken
