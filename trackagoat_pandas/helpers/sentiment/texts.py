"""A column of texts, however pandas holds it, as Arrow arrays, a slice at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
import pyarrow as pa

from trackagoat_pandas.checks import is_null
from trackagoat_pandas.errors import ArgumentError, brief
from trackagoat_pandas.helpers.sentiment.characters import mend

ROWS = 16_384
"""Rows of a slice: enough to make the cost of a call small, few enough to stay in the cache."""

BYTES = 1 << 24
"""A slice with more text than this is cut further."""


def slices_of(texts: pd.Series, argument: str) -> Iterator[pa.Array]:
    """Cut a column into Arrow arrays of large strings.

    Raises
    ------
    ArgumentError
        The column holds something else than text and nulls.
    """
    for start in range(0, len(texts), ROWS):
        piece = _to_arrow(texts.iloc[start : start + ROWS], argument)
        rows = max(1, len(piece) * BYTES // max(BYTES, piece.nbytes))
        for place in range(0, len(piece), rows):
            yield piece.slice(place, rows)


def _to_arrow(texts: pd.Series, argument: str) -> pa.Array:
    try:
        found = pa.array(texts.array, from_pandas=True)
    except UnicodeEncodeError:
        found = pa.array(texts.map(mend, na_action="ignore"), from_pandas=True)
    except pa.ArrowException as error:
        raise _no_text(argument, texts) from error
    if isinstance(found, pa.ChunkedArray):
        found = found.combine_chunks()
    if not _is_text(found.type):
        raise _no_text(argument, texts)
    return found.cast(pa.large_string())


def _is_text(kind: Any) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    # Older Arrow has no test of its own for views.
    return str(kind) in ("string", "large_string", "string_view", "null")


def _no_text(argument: str, texts: pd.Series) -> ArgumentError:
    named = texts.dtype if texts.name is None else texts.name
    others = (value for value in texts if not isinstance(value, str) and not is_null(value))
    found = next(others, None)
    such = "" if found is None else f", such as {brief(found)}"
    said = f"the column must hold text, and holds {texts.dtype}{such}"
    return ArgumentError(argument, str(named), problem=said)
