"""Write the values of a column as people read them."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd

from trackagoat_pandas.base.html import Side
from trackagoat_pandas.base.wording import MINUS, cut, with_minus
from trackagoat_pandas.base.wording import one_line as one_line
from trackagoat_pandas.helpers.formats import column_of
from trackagoat_pandas.helpers.granularity import day_text
from trackagoat_pandas.helpers.payouts.money import CENTS_A_UNIT, format_cents, has_cents
from trackagoat_pandas.tables.model import Content
from trackagoat_pandas.tables.payouts import CURRENCY_SIGNS

Writer: TypeAlias = Callable[[Any], str]
"""Writes one value that isn't missing."""

BLANK: Final = "\N{EN DASH}"
LONGEST: Final = 80
"""How many characters of a text are shown; the frame has the rest."""
WEEKDAYS: Final = (
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
)  # fmt: skip
_DIGITS: Final = 2
_MOST_DIGITS: Final = 6
_LARGE: Final = 100
_SURELY_LARGE: Final = 1_000
"""Where all numbers are as large, hundredths or all decimals are left out."""
_WHOLE_VIEWS: Final = 10
"""From how many on parts of a view say nothing."""
_ENDLESS: Final = 10**30
_SCHEME: Final = re.compile(r"https?://(www\.)?", re.IGNORECASE)
_LONGEST_ADDRESS: Final = 40
_WEB: Final = re.compile(r"https?://[^\s\"'<>\\^`{|}]+", re.IGNORECASE)


def texts(column: pd.Series, writers: Iterable[Writer]) -> list[str]:
    """Write a column's values, each with its own writer; long texts end with an ellipsis.

    Examples
    --------
    >>> import pandas as pd
    >>> from itertools import repeat
    >>> texts(pd.Series([True, False]), repeat(write))
    ['yes', 'no']
    """
    return [
        BLANK if is_missing else cut(one_line(writer(value)), LONGEST)
        for value, writer, is_missing in zip(column, writers, blanks_in(column), strict=False)
    ]


def blanks_in(column: pd.Series) -> Iterable[bool]:
    """Return which cells of a column have no value, as :func:`is_blank`."""
    # Only as an object a NaN among nullable floats is missing, too.
    return map(is_blank, column) if column.dtype == object else column.astype(object).isna()


def is_blank(value: Any) -> bool:
    """Return whether a cell has no value; a list of nulls has one."""
    if isinstance(value, Decimal):
        return value.is_nan()  # Comparing a signalling one, as pandas does, is an error.
    return bool(pd.api.types.is_scalar(value) and pd.isna(value))


def side_of(content: Content) -> Side:
    """Return the alignment of a column's cells, by their content."""
    if content in ("count", "number", "percent", "share", "money", "ordinal"):
        return "n"
    return "d" if content in ("instant", "day", "flag", "weekday") else ""


def writer_of(column: pd.Series, content: Content, zone: str, *, currency: str = "USD") -> Writer:
    """Return the function that writes a column's values, by their content.

    Parameters
    ----------
    column
        The column, whose largest number decides how many decimals all have.
    content
        What the values are.
    zone
        The time zone in which instants are written.
    currency
        The currency of money.
    """
    if content == "instant":
        return partial(_instant_text, zone=zone, is_end=str(column.name) == "period_end")
    if content == "day":
        return _day_text
    if content == "money":
        if pd.api.types.is_integer_dtype(column):
            return lambda value: money_text(int(value), currency)
        return _part_money(column, currency)
    if content in _WRITERS:
        return _WRITERS[content]
    if content == "percent":
        return partial(_number_text, digits=digits_of(column, 1), unit=" %")
    if content == "number" and column.dtype.kind != "c":
        unit = column_of(str(column.name)).unit
        if unit == "days":
            return _part_days
        if unit == "views" and _sizes_in(column).max() >= _WHOLE_VIEWS:
            return partial(_number_text, digits=0)
        return partial(_number_text, digits=digits_of(column, _DIGITS))
    return write


def write(value: Any) -> str:
    """Write one value of any type.

    Examples
    --------
    >>> [write(value) for value in (True, 1234567, 0.5, "goat", [1], dt.date(2026, 6, 5))]
    ['yes', '1,234,567', '0.5', 'goat', '[1]', '5 Jun 2026']
    """
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, int | np.integer):
        # Python refuses to write integers of thousands of digits.
        number = int(value)
        return with_minus(f"{number:,}" if abs(number) < _ENDLESS else f"{Decimal(number):.6e}")
    if isinstance(value, float | np.floating):
        return with_minus(f"{value:,.6g}" if abs(float(value)) < _LARGE else f"{value:,.2f}")
    if isinstance(value, dt.datetime):
        zone = f" {value.tzname()}" if value.tzinfo else ""
        return f"{day_text(value)} {value:%H:%M}{zone}"
    return day_text(value) if isinstance(value, dt.date) else str(value)


def write_words(value: Any) -> str:
    """Write a word of a closed set.

    Examples
    --------
    >>> write_words("at_risk")
    'at risk'
    """
    return write(value).replace("_", " ")


def money_text(cents: int, currency: str) -> str:
    """Write whole cents with the currency's sign; as cents, where it has no hundredths.

    Examples
    --------
    >>> money_text(-123450, "USD"), money_text(500, "JPY")
    ('−$1,234.50', '500 cents of JPY')
    """
    has_units = has_cents(currency)
    return with_minus(
        format_cents(cents, currency) if has_units else f"{cents:,} cents of {currency}"
    )


def _part_money(column: pd.Series, currency: str) -> Writer:
    """Return how amounts with parts of a cent are written, such as an average."""
    if not has_cents(currency):
        digits = digits_of(column, _DIGITS)
        return lambda value: f"{_number_text(value, digits)} cents of {currency}"
    sign = CURRENCY_SIGNS.get(currency, "")
    code = "" if sign else f" {currency}"
    digits = max(_DIGITS, digits_of(column, _DIGITS, CENTS_A_UNIT))

    def part_money(value: Any) -> str:
        units = _number_text(abs(value) / CENTS_A_UNIT, digits)
        return f"{MINUS if value < 0 else ''}{sign}{units}{code}"

    return part_money


def digits_of(column: pd.Series, usual: int, unit: int = 1) -> int:
    """Return how many decimals a column's numbers need.

    0 if all are whole or large, more than usual if all are small.

    Examples
    --------
    >>> import pandas as pd
    >>> [digits_of(pd.Series(numbers), 2) for numbers in ([1.0, 3.0], [0.5, 12.25], [0.0042])]
    [0, 2, 4]
    >>> digits_of(pd.Series([552430.85, 29846.73]), 2)
    0
    """
    sizes = _sizes_in(column) / unit
    if sizes.empty or (sizes % 1 == 0).all() or sizes.min() >= _SURELY_LARGE:
        return 0
    if sizes.min() >= _LARGE:
        return 1
    places = -math.floor(math.log10(sizes.max())) + 1 if sizes.max() < 1 else 0
    return min(_MOST_DIGITS, max(usual, places))


def _sizes_in(column: pd.Series) -> pd.Series:
    """Return the sizes of a column's numbers without zeros."""
    if column.dtype.kind in "iuf":
        numbers = pd.Series(column.to_numpy("float64", na_value=np.nan))
    else:
        numbers = pd.to_numeric(column.dropna().astype(object), errors="coerce").astype("float64")
    return numbers[np.isfinite(numbers) & (numbers != 0)].abs()


def weekday_text(value: Any) -> str:
    """Write the day of a week whose Sunday is 0.

    Examples
    --------
    >>> weekday_text(0), weekday_text(6), weekday_text(7)
    ('Sunday', 'Saturday', '7')
    """
    return WEEKDAYS[int(value)] if value in range(len(WEEKDAYS)) else write(value)


def _number_text(value: Any, digits: int, unit: str = "") -> str:
    text = f"{value:,.{digits}f}"
    # What rounds to 0 has no sign.
    return (with_minus(text) if text.strip("-0.,") else text.removeprefix("-")) + unit


def _part_days(value: Any) -> str:
    """Write a time in whole days; what is left of the last one is never written as 0."""
    return "<1" if 0 < value < 1 else _number_text(value, 0)


def _chance_text(value: Any) -> str:
    """Write a chance; one that isn't certain is never written as 0 or 100 %."""
    percent = 100 * float(value)
    if 0 < percent < 1:
        return "<1 %"
    if 99 < percent < 100:
        return ">99 %"
    return f"{percent:.0f} %"


def _instant_text(value: pd.Timestamp, *, zone: str, is_end: bool) -> str:
    """Write an instant in local time; a midnight that ends a period as the end of its last day."""
    when = value.tz_convert(zone)
    if is_end and when.time() == dt.time():
        return f"end of {day_text((value - pd.Timedelta(minutes=1)).tz_convert(zone))}"
    return f"{day_text(when)} {when:%H:%M}"


def _day_text(value: dt.date) -> str:
    """Write a day, and its time if it has one."""
    has_time = isinstance(value, dt.datetime) and value.time() != dt.time()
    return day_text(value) + (f" {value:%H:%M}" if has_time else "")


def address_text(value: Any) -> str:
    """Write a web address briefly, for a link.

    Examples
    --------
    >>> address_text("https://example.com/receipts/872432b5-be4e-4d06-a690-fc09fcb89b8a.pdf")
    'example.com/receipts/872432b5-be4e-4d06…'
    """
    return cut(_SCHEME.sub("", write(value)), _LONGEST_ADDRESS)


def web_address(value: Any) -> str | None:
    """Return a value if it is an address that a browser may follow; None if it isn't.

    Examples
    --------
    >>> web_address("https://example.com/@goat"), web_address("javascript:alert(1)")
    ('https://example.com/@goat', None)
    """
    return value if isinstance(value, str) and _WEB.fullmatch(value) else None


_WRITERS: Final[Mapping[Content, Writer]] = {
    "link": address_text,
    "share": _chance_text,
    "ordinal": str,
    "weekday": weekday_text,
}
"""How values are written that need no other value of their column."""
