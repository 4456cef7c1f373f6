"""A frame's columns as the cells of a spreadsheet: values, number formats, headings and widths."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa

from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.columns import instants_of, text, typed, values_of
from trackagoat_pandas.helpers.formats import content_of, heading, heading_of, is_words
from trackagoat_pandas.helpers.payouts.money import CENTS_A_UNIT, check_currency
from trackagoat_pandas.inputs.checks import is_null
from trackagoat_pandas.showing.cells import weekday_text
from trackagoat_pandas.tables.model import Content
from trackagoat_pandas.tables.payouts import CURRENCY_SIGNS

Value: TypeAlias = str | int | float | None
"""What a cell holds: a text, a number, or nothing."""

MOST_DIGITS: Final = 15
"""Excel shows a 16th digit as 0. Source: Excel's specifications and limits."""
LONGEST_TEXT: Final = 32_767
"""Excel's limit for the text of a cell, in UTF-16 units."""
_FIRST_DAY, _LAST_DAY = np.datetime64("1900-03-01", "us"), np.datetime64("9999-12-31", "us")
"""Excel's calendar begins with 1900, and gives that year a 29 February, which it didn't have."""
_DAY_ZERO = np.datetime64("1899-12-30", "us")
"""From 1 March 1900 on, Excel's numbers count the days since this one."""
_DAY_US: Final = 86_400_000_000
MID_ESCAPE: Final = re.compile(r"(?<=_x[0-9a-fA-F]{2})(?=[0-9a-fA-F]{2}_)")
"""The middle of what a workbook reads as an escaped character, such as ``_x000D_``."""
_LEAST, _MOST = Decimal("1e-307"), Decimal("1e308")
"""Beyond these, a cell holds no number."""
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML can't hold; a workbook escapes all but surrogates."""
_LIKE_ESCAPE: Final = re.compile("_x[0-9a-fA-F]{4}|^<r>")
"""A text in which escapes would be read wrong."""
_UNREADABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")
_WORD: Final = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
FORMATS: Final[Mapping[Content, str]] = {
    "id": "@",
    "count": "#,##0",
    "ordinal": "0",
    "number": "#,##0.00",
    "percent": "0.0 %",
    "share": "0.0 %",
    "instant": "yyyy-mm-dd hh:mm",
    "day": "yyyy-mm-dd",
}
NUMBERS: Final = frozenset({"count", "number", "percent", "share", "money", "ordinal"})
"""What stands on the right of a cell."""
_WIDTHS: Final[Mapping[Content, int]] = {"instant": 16, "day": 10, "percent": 8, "share": 8}
_WIDEST, _LONGEST_HEADING = 48, 200


@dataclass(frozen=True, slots=True)
class ColumnCells:
    """The cells of one column.

    Parameters
    ----------
    content
        What the values are.
    entries
        A value a row: an amount of money in units, a percent as a share, a time as Excel's number.
    formats
        The number format of all, or of each.
    width
        How wide the column has to be, in characters.
    notes
        What a reader has to know of the values.
    """

    content: Content
    entries: Sequence[Value]
    formats: str | Sequence[str] = "General"
    width: int = 8
    notes: tuple[str, ...] = field(default=())


def cells_of(column: pd.Series, *, timezone: str, currencies: pd.Series) -> ColumnCells:
    """Return a column as cells.

    Parameters
    ----------
    column
        A column of a frame.
    timezone
        The time zone in which instants are written.
    currencies
        The currency of each row.

    Raises
    ------
    ArgumentError
        A text is too long for a cell, a time is outside of Excel's calendar, or the currency of
        cents has no hundredths.
    """
    column = typed(column)
    content = content_of(column)
    if content == "money":
        return _money(column, currencies)
    if content in ("instant", "day"):
        return _times(column, content, timezone)
    if content in ("count", "number", "percent", "share", "ordinal"):
        return _numbers(column, content)
    if content == "weekday":
        days = [None if is_null(day) else weekday_text(day) for day in column.astype(object)]
        return ColumnCells(content, days, width=len("Wednesday"))
    if content == "flag":
        words = column.astype("boolean").map({True: "yes", False: "no"}).astype(object)
        return ColumnCells(content, words.where(words.notna(), None).tolist(), width=4)
    return _texts(column, content)


def _money(column: pd.Series, currencies: pd.Series) -> ColumnCells:
    if pd.api.types.is_float_dtype(column.dtype):
        floats = values_of(column).tolist()
        values = [_finite(value / CENTS_A_UNIT) for value in floats]
        is_whole = all(value % 1 == 0 for value in floats if math.isfinite(value))
    else:
        cents = [None if is_null(each) else Decimal(each) for each in column.astype(object)]
        values = [None if each is None else _exact(_in_units(each)) for each in cents]
        is_whole = all(each is None or each == each.to_integral_value() for each in cents)
    decimals = "0.00" if is_whole else "0.00##"
    codes = {code: money_format(code, decimals) for code in currencies.unique().tolist()}
    formats = currencies.map(codes).tolist() if len(codes) > 1 else "".join(codes.values())
    width = max((len(f"{value:,.2f}") for value in values if isinstance(value, float)), default=0)
    return ColumnCells("money", values, formats or "General", width + 4, _notes_on(column, values))


def _in_units(cents: Decimal) -> Decimal:
    """Divide by 100 exactly: Decimal's own arithmetic rounds to 28 digits."""
    sign, digits, exponent = cents.as_tuple()
    return Decimal((sign, digits, int(exponent) - 2))


def money_format(currency: str, decimals: str = "0.00") -> str:
    """Return the number format of amounts in a currency.

    Raises
    ------
    ArgumentError
        It isn't a code of three capitals, or the currency has no hundredths.

    Examples
    --------
    >>> money_format("USD"), money_format("CHF")
    ('"$"#,##0.00;-"$"#,##0.00', '#,##0.00 "CHF"')
    """
    sign = CURRENCY_SIGNS.get(check_currency(currency))
    number = f"#,##{decimals}"
    return f'"{sign}"{number};-"{sign}"{number}' if sign else f'{number} "{currency}"'


def _numbers(column: pd.Series, content: Content) -> ColumnCells:
    values: list[Value] = [_value(each) for each in _exact_values(column)]
    numbers = [each for each in values if isinstance(each, int | float)]
    form, most = FORMATS[content], max(map(abs, numbers), default=0)
    if content == "percent":
        values = [
            # Through Decimal, since a float divided by 100 may differ in its last digit.
            float(Decimal(repr(each)).scaleb(-2)) if isinstance(each, int | float) else each
            for each in values
        ]
    elif content == "number" and all(each % 1 == 0 for each in numbers):
        form = FORMATS["count"]
    elif content == "number" and most < 1:
        form = "0.0000"
    width = _WIDTHS.get(content) or len(f"{most:,.0f}") + (3 if form.endswith(".00") else 1)
    return ColumnCells(content, values, form, width, _notes_on(column, values))


def _exact_values(column: pd.Series) -> list[Any]:
    """Return the numbers of a column; those of a decimal one aren't rounded to floats."""
    dtype = column.dtype
    is_decimal = isinstance(dtype, pd.ArrowDtype) and pa.types.is_decimal(dtype.pyarrow_dtype)
    if is_decimal or pd.api.types.is_integer_dtype(dtype):
        return list(column.astype(object))
    return list(values_of(column).tolist())


def _exact(number: int | Decimal) -> Value:
    """Return a number, or its digits as text if Excel would round it."""
    if isinstance(number, int):
        # As a Decimal, since Python refuses to write an int of thousands of digits.
        return number if abs(number) < 10**MOST_DIGITS else f"{Decimal(number):f}"
    is_short = len(number.as_tuple().digits) <= MOST_DIGITS
    if is_short and (not number or _LEAST <= abs(number) < _MOST):
        return float(number)
    return f"{number:f}" if abs(number.adjusted()) < LONGEST_TEXT // 2 else str(number)


def _finite(number: float) -> Value:
    """Return a number; None for NaN, and a sign for infinity, which no cell can hold."""
    if math.isfinite(number):
        return number
    return None if math.isnan(number) else ("∞" if number > 0 else "-∞")


def _notes_on(column: pd.Series, values: Sequence[Value]) -> tuple[str, ...]:
    count = sum(isinstance(value, str) and value[-1].isdigit() for value in values)
    if not count:
        return ()
    return (
        f"{heading(str(column.name))}: {count:,} numbers are texts, since Excel keeps 15 digits.",
    )


def _times(column: pd.Series, content: Content, timezone: str) -> ColumnCells:
    notes: tuple[str, ...] = ()
    if content == "instant":
        aware = pd.DatetimeIndex(instants_of(column)).tz_localize("UTC").tz_convert(timezone)
        local = aware.tz_localize(None)
        # A cell has no zone, so a time in the repeated hour of autumn could be either of two.
        earlier = local.tz_localize(timezone, ambiguous=np.ones(len(local), np.bool_))
        later = local.tz_localize(timezone, ambiguous=np.zeros(len(local), np.bool_))
        if count := int((earlier != later)[local.notna()].sum()):
            said = "times are in the hour that comes twice when clocks are set back"
            notes = (f"{heading(str(column.name))}: {count:,} {said}.",)
        stamps = local.to_numpy("datetime64[us]")
    else:
        stamps = pd.DatetimeIndex(column.astype("datetime64[us]")).to_numpy("datetime64[us]")
    is_known = ~np.isnat(stamps)
    for place in np.flatnonzero(is_known & ~((stamps >= _FIRST_DAY) & (stamps < _LAST_DAY))):
        problem = (
            f"row {place} holds {str(stamps[place])[:10]}, which is outside of Excel's calendar"
        )
        advice = "it knows 1900-03-01 to 9999-12-30; drop the row, or make the column text"
        raise ArgumentError(str(column.name), None, problem=f"{problem}: {advice}")
    numbers = ((stamps - _DAY_ZERO).astype(np.int64) / _DAY_US).tolist()
    values = [number if known else None for number, known in zip(numbers, is_known, strict=True)]
    # A day has no hour; a time without its zone, which has one, must keep it.
    is_day = content == "day" and all(value is None or value % 1 == 0 for value in values)
    kind: Content = "day" if is_day else "instant"
    return ColumnCells(content, values, FORMATS[kind], _WIDTHS[kind], notes)


def _texts(column: pd.Series, content: Content) -> ColumnCells:
    values: list[Value] = [_value(each) for each in column.astype(object).tolist()]
    # The words of a closed set have blanks, if no word would become another.
    if is_words(column) and all(
        each is None or (isinstance(each, str) and _WORD.fullmatch(each)) for each in set(values)
    ):
        values = [each.replace("_", " ") if isinstance(each, str) else each for each in values]
    if content == "id":
        values = [each if each is None or isinstance(each, str) else str(each) for each in values]
    notes: tuple[str, ...] = ()
    texts = [each for each in values if isinstance(each, str)]
    if _CONTROL.search("".join(texts)):
        held = [_without_lost(each) if isinstance(each, str) else each for each in values]
        count = sum(old != new for old, new in zip(values, held, strict=True))
        values = held
        if count:
            said = "texts have a ? for characters that a workbook can't hold"
            notes = (f"{heading(str(column.name))}: {count:,} {said}.",)
    for place, each in enumerate(values):
        # A text has up to twice as many UTF-16 units as letters, so few have to be measured.
        if not isinstance(each, str) or len(each) <= LONGEST_TEXT // 2:
            continue
        length = utf16_length(each)
        if length > LONGEST_TEXT:
            problem = (
                f"the text in row {place} has {length:,} characters; a cell holds "
                f"{LONGEST_TEXT:,}. Shorten it or drop the column; to_csv has no limit"
            )
            raise ArgumentError(str(column.name), None, problem=problem)
    width = min(max(map(len, texts), default=0), _WIDEST)
    return ColumnCells(content, values, FORMATS.get(content, "General"), width, notes)


def _without_lost(given: str) -> str:
    """Return a text with a question mark for each character that a workbook can't hold."""
    lost = _CONTROL if _LIKE_ESCAPE.search(given) else _SURROGATE
    return lost.sub("?", given)


def _value(given: Any) -> Value:
    """Return the value of a cell for a Python object."""
    if isinstance(given, str):
        return given
    if is_null(given):
        return None
    if isinstance(given, bool | np.bool_):
        return "yes" if given else "no"
    if isinstance(given, int | np.integer):
        return _exact(int(given))
    if isinstance(given, float | np.floating):
        return _finite(float(given))
    if isinstance(given, Decimal):
        return _exact(given) if given.is_finite() else str(given)
    if isinstance(given, dt.datetime | dt.date):
        return given.isoformat()
    if isinstance(given, np.ndarray):
        given = given.tolist()
    if isinstance(given, list | tuple | dict):
        return json.dumps(given, ensure_ascii=False, default=str)
    return str(given)


def utf16_length(given: str) -> int:
    """Return the length of a text as Excel counts it: an emoji is two characters."""
    return len(given) + sum(letter > "\uffff" for letter in given)


def headings_of(frame: pd.DataFrame, contents: Sequence[Content], timezone: str) -> list[str]:
    """Return a heading for each column of a frame, each different to a program that ignores case.

    The columns of a table that was pivoted are names of things, and stay as they are. The heading
    of instants names their time zone.
    """
    is_pivoted = any(name is not None for name in frame.columns.names)
    headings, seen = list[str](), set[str]()
    names: list[Any] = list(frame.columns)
    for place, (name, content) in enumerate(zip(names, contents, strict=True)):
        said = " · ".join(map(str, name)) if isinstance(name, tuple) else str(name)
        is_thing = isinstance(name, tuple) or (is_pivoted and content not in ("instant", "day"))
        shown = (
            _in_one_line(said if is_thing else heading_of(said, content)) or f"Column {place + 1}"
        )
        if content == "instant":
            shown = f"{shown} ({timezone})"
        if shown.lower() in seen:
            shown = f"{shown} ({_in_one_line(said)})"
        different, count = shown, 1
        while different.lower() in seen:
            count += 1
            different = f"{shown} ({count})"
        seen.add(different.lower())
        headings.append(different)
    return headings


def _in_one_line(name: str) -> str:
    """Return a column's name as a table's heading can hold it.

    Excel repairs a file in whose tables a heading has line breaks, control characters or what looks
    like an escape, and XlsxWriter takes one that begins with <r> for XML.
    """
    bare = _UNREADABLE.sub(" ", name).replace("<r>", "< r>")
    return " ".join(MID_ESCAPE.sub(" ", bare).split())[:_LONGEST_HEADING]


def currencies_of(frame: pd.DataFrame, currency: str) -> pd.Series:
    """Return the currency of each row: that of its column ``currency``, else the one given."""
    if [*frame.columns].count("currency") != 1:
        return pd.Series([currency] * len(frame), dtype=object)
    return text(frame["currency"]).fillna(currency).astype(object)
