"""Texts of a frame's columns for a search, made at once for all rows."""

from __future__ import annotations

import re
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from trackagoat_pandas.base.types import Bools, Ints
from trackagoat_pandas.base.wording import MINUS, with_minus
from trackagoat_pandas.helpers.columns import arrow
from trackagoat_pandas.helpers.granularity import day_text
from trackagoat_pandas.inputs.arrow import TEXT
from trackagoat_pandas.showing.cells import Writer, blanks_in, digits_of, write
from trackagoat_pandas.tables.model import Content

_CLOCK: Final = [f"{hour:02}:{minute:02}" for hour in range(24) for minute in range(60)]
_AMOUNT: Final = re.compile(rf"[-{MINUS}\d.,$€£¥%\s]*\d[-{MINUS}\d.,$€£¥%\s]*")
"""A number as it may be written in a table or typed."""
_NOT_A_DIGIT: Final = re.compile(r"[^-\d.]")
_BIGGEST: Final = 1e12
"""Larger numbers, which aren't counts of anything here, aren't searched in."""
_NEARLY: Final = 1e-6
_JOINS: Final = {join: pa.scalar(join, TEXT) for join in ("", " ", ".")}
_USUAL_DIGITS: Final = {"count": 0, "ordinal": 0, "share": 0, "percent": 1, "number": 2, "money": 2}
_SCALES: Final = {"share": 100, "money": 0.01}


def folded(texts: pa.Array) -> pa.Array:
    """Leave out the case and the accents of texts, so that a search ignores them.

    Examples
    --------
    >>> folded(pa.array(["Café 😍", "GOAT", None])).to_pylist()
    ['cafe 😍', 'goat', None]
    """
    # Most texts are ASCII, and the others take ten times as long.
    is_other = pc.fill_null(pc.invert(pc.string_is_ascii(texts)), fill_value=False)
    others = pc.utf8_lower(pc.utf8_normalize(texts.filter(is_other), form="NFKD"))
    others = pc.replace_substring_regex(others, pattern=r"\p{M}+", replacement="")
    return pc.replace_with_mask(pc.utf8_lower(texts), is_other, others)


def matching(texts: pa.Array, query: str) -> Bools:
    """Return which of some folded texts contain a query; a number may have separators and a sign.

    Examples
    --------
    >>> matching(pa.array(["cafe", "-1234567"]), "−1,234").tolist()
    [False, True]
    """
    words = query.strip()
    wanted = [folded(pa.array([words], TEXT))[0].as_py()]
    if _AMOUNT.fullmatch(words):
        number = _NOT_A_DIGIT.sub("", words.replace(MINUS, "-"))
        wanted += [number, with_minus(number)]
    found = np.zeros(len(texts), np.bool_)
    for each in dict.fromkeys(wanted):
        found |= pc.match_substring(texts, each).to_numpy(zero_copy_only=False)
    return found


def texts_of(column: pd.Series, content: Content, zone: str, writer: Writer) -> pa.Array:
    """Write all values of a column for a search; null where there is none.

    Texts are whole, and numbers have no separators and no signs of a currency or of percent; all
    else is as the writer writes it.
    """
    if content == "instant" and column.name != "period_end":  # which may be "end of 21 Jun 2026"
        return _instants(column, zone)
    if content in _USUAL_DIGITS and column.dtype.kind in "iuf":
        return _numbers(column, content)
    if writer is write and isinstance(column.dtype, pd.StringDtype):
        return arrow(column).cast(TEXT)
    return texts_by_value(column, writer)


def texts_by_value(column: pd.Series, writer: Writer) -> pa.Array:
    """Write each value of a column once, since most stand in many rows; null where there is none.

    Examples
    --------
    >>> texts_by_value(pd.Series([2, None, 2]), lambda number: f"{number:.0f} views").to_pylist()
    ['2 views', None, '2 views']
    """
    numbers, values = numbered_values(column)
    written = pa.array([*map(writer, values), None], TEXT)
    return written.take(pa.array(numbers % len(written)))


def numbered_values(column: pd.Series) -> tuple[Ints, list[Any]]:
    """Return the number of each row's value, -1 if it has none, and the values."""
    try:
        numbers, values = pd.factorize(column)
    except TypeError:  # values that can't be hashed, such as lists
        is_there = ~np.fromiter(blanks_in(column), np.bool_)
        return np.where(is_there, np.arange(len(column)), -1), [*column]
    return numbers, values.tolist()


def _instants(column: pd.Series, zone: str) -> pa.Array:
    """Write instants: each day and each time of a day once, since instants hardly repeat."""
    utc = arrow(column).cast(pa.timestamp("us", "UTC")).to_numpy(zero_copy_only=False)
    wall = pd.DatetimeIndex(utc, tz="UTC").tz_convert(zone).tz_localize(None)
    minutes = pa.array(wall.hour * 60 + wall.minute, pa.int64(), from_pandas=True)
    return pc.binary_join_element_wise(
        texts_by_value(pd.Series(wall.normalize()), day_text),
        pa.array(_CLOCK, TEXT).take(minutes),
        _JOINS[" "],
    )


def _numbers(column: pd.Series, content: Content) -> pa.Array:
    """Write numbers with as many decimals as people read."""
    digits, values = _USUAL_DIGITS[content], arrow(column)
    if content in ("percent", "number"):
        digits = digits_of(column, digits)
    if pa.types.is_integer(values.type) and not digits:
        return values.cast(TEXT)
    known = values.cast(pa.float64()).to_numpy(zero_copy_only=False)
    is_there = np.abs(known) < _BIGGEST
    amounts = np.where(is_there, known, 0) * _SCALES.get(content, 1)
    scaled = amounts * 10**digits
    # NumPy rounds the product, where 45.45 is in the middle; Python the number, as formats do.
    is_tie = np.abs(scaled % 1 - 0.5) < _NEARLY
    scaled[is_tie] = [round(amount, digits) * 10**digits for amount in amounts[is_tie].tolist()]
    scaled = np.rint(scaled)
    units, parts = np.divmod(np.abs(scaled).astype(np.int64), 10**digits)
    signs = pa.array(["", "-"], TEXT).take(pa.array((scaled < 0).astype(np.int8)))
    texts = [signs, pa.array(units).cast(TEXT)]
    if digits:
        rest = pc.utf8_lpad(pa.array(parts).cast(TEXT), width=digits, padding="0")
        texts[1] = pc.binary_join_element_wise(texts[1], rest, _JOINS["."])
    return pc.if_else(pa.array(is_there), pc.binary_join_element_wise(*texts, _JOINS[""]), None)
