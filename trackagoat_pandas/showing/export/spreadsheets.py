"""Protect exported frames against texts that a spreadsheet would run as formulas.

A spreadsheet runs a cell that begins with ``=``, ``+``, ``-`` or ``@``. Display names and comments
are written by strangers, so ``=HYPERLINK(...)`` would put their link into the report.
"""

from __future__ import annotations

import re
import unicodedata
from numbers import Number
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

_SIGNS = frozenset("=+-@")
_STARTS = frozenset("\t\r")
_HANDLES = frozenset({"tiktok_handle", "creator", "author"})
"""Columns of TikTok handles."""
# The @ of a handle is removed, since with it even a handle is a formula: @mia1 is cell MIA1.
_HANDLE = re.compile(r"@([A-Za-z0-9_.]+)")


_HARMLESS: Final = "^[!-&(-*,./0-9:;<>?A-Z[-~]"
"""How most texts begin: with an ASCII character that is neither a sign nor an apostrophe."""


def guard_text(text: str) -> str:
    r"""Put an apostrophe before a text that a spreadsheet would run as a formula.

    A text that already begins with apostrophes and a formula gets one more, so that
    :func:`unguard_text` restores every text. Source: the characters that OWASP lists under "CSV
    injection".

    Examples
    --------
    >>> [guard_text(text) for text in ("mia", "=1+1", " @mia", "-5", "'=1", "\uff1d1")]
    ['mia', "'=1+1", "' @mia", "'-5", "''=1", "'\uff1d1"]
    """
    return f"'{text}" if _begins_formula(text) else text


def unguard_text(text: str) -> str:
    """Restore a text that :func:`guard_text` returned.

    Examples
    --------
    >>> [unguard_text(text) for text in ("mia", "'=1+1", "''=1", "'tis")]
    ['mia', '=1+1', "'=1", "'tis"]
    """
    return text[1:] if text.startswith("'") and _begins_formula(text) else text


def _begins_formula(text: str) -> bool:
    """Return whether a text, after any apostrophes, begins like a formula."""
    bare = text.lstrip("'")
    if bare[:1] in _STARTS:
        return True
    # Some programs drop blanks and invisible characters, and read full-width signs as plain ones.
    seen = (letter for letter in bare if unicodedata.category(letter)[0] not in "ZC")
    return unicodedata.normalize("NFKC", next(seen, ""))[:1] in _SIGNS


def guard_texts(frame: pd.DataFrame) -> pd.DataFrame:
    """Guard every text of a frame before it is saved for a spreadsheet.

    Parameters
    ----------
    frame
        Any frame.

    Returns
    -------
    pandas.DataFrame
        A copy. Column names and all values but numbers, booleans and times are guarded by
        :func:`guard_text`. In the columns ``tiktok_handle``, ``creator`` and ``author`` handles are
        written without their @, like the API's, and need no guard. Numbers stay numbers: -5 in a
        column of numbers is unchanged, while "-5" in a column of texts is guarded.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"name": ["=1+1", "mia"], "change": [-5, 2]})
    >>> guard_texts(frame).to_csv(index=False).splitlines()
    ['name,change', "'=1+1,-5", 'mia,2']
    >>> guard_texts(pd.DataFrame({"creator": ["@mia.1", "@SUM(1)"]}))["creator"].tolist()
    ['mia.1', "'@SUM(1)"]
    """
    columns = [_guard(frame.iloc[:, place]) for place in range(frame.shape[1])]
    guarded = pd.concat(columns, axis="columns") if columns else frame.copy()
    return guarded.set_axis(frame.columns.map(_guarded_name), axis="columns")


def _guard(column: pd.Series) -> pd.Series:
    is_plain = (
        pd.api.types.is_numeric_dtype(column.dtype)
        or pd.api.types.is_bool_dtype(column.dtype)
        or column.dtype.kind == "M"
    )
    if is_plain:
        return column
    if isinstance(column.dtype, pd.CategoricalDtype):
        words = _guard(pd.Series(column.cat.categories, name=column.name))
        # Numbers stay whole beside a missing one.
        words = words if isinstance(words.dtype, pd.StringDtype) else words.astype(object)
        codes = column.cat.codes.to_numpy()
        return pd.Series(words.array.take(codes, allow_fill=True), column.index)
    is_handle = column.name in _HANDLES
    if isinstance(column.dtype, pd.StringDtype):
        # Of a million texts few need a look at each letter: 0.1 s in place of 6.
        begins = pc.match_substring_regex(pa.array(column, from_pandas=True), _HARMLESS)
        some = np.flatnonzero(~begins.fill_null(fill_value=True).to_numpy(zero_copy_only=False))
        if len(some):
            column = column.copy()
            texts = column.iloc[some].tolist()
            column.iloc[some] = [guard_text(_bare(each) if is_handle else each) for each in texts]
        return column
    values = column.astype(object).to_numpy()
    guarded = [_guarded_value(_bare(value) if is_handle else value) for value in values]
    return pd.Series(guarded, index=column.index, dtype=object)


def _bare(value: Any) -> Any:
    """Remove the @ of a handle; return anything else unchanged."""
    found = _HANDLE.fullmatch(value) if isinstance(value, str) else None
    return found[1] if found else value


def _guarded_value(value: Any) -> Any:
    """Guard a text, or another value whose text looks like a formula, such as a timedelta."""
    if value is None or value is pd.NA or value is pd.NaT or isinstance(value, Number):
        return value
    text = str(value)
    return guard_text(text) if isinstance(value, str) or _begins_formula(text) else value


def _guarded_name(name: Any) -> Any:
    return tuple(map(_guarded_value, name)) if isinstance(name, tuple) else _guarded_value(name)
