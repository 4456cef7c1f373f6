"""Read the cells of users' own frames: numbers, money, days, flags and words as people write them.

A cell is read exactly or not at all. What can't be read keeps its reason.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Final, Literal, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from trackagoat_pandas._spelling import did_you_mean, fold
from trackagoat_pandas._types import Bools, Ints
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.frames.coerce import EXACT, INT64, native_array, plain, written
from trackagoat_pandas.frames.dtypes import ARROW_TYPES, INSTANT, TEXT
from trackagoat_pandas.frames.moments import DateOrder, Flaw, read_moment
from trackagoat_pandas.handles import read_handle
from trackagoat_pandas.tables.model import Column

MoneyUnit: TypeAlias = Literal["units", "cents"]

_EMPTY: Final = frozenset({"", "-", "n/a"})
_EMPTY_UNLESS_TEXT: Final = _EMPTY | {
    "\u2013",
    "\u2014",
    "na",
    "nan",
    "null",
    "none",
    "<na>",
    "nat",
    "#n/a",
}
_SCALES: Final[Mapping[str, int]] = {"": 0, "k": 3, "m": 6, "b": 9, "bn": 9}
"""The power of ten of a letter behind a number."""
_SPACES: Final = " \u00a0\u2009\u202f"
_GROUPS: Final = f"{_SPACES}'\u2019"
"""What may separate groups of three digits, besides the comma or the point."""
_FLAGS: Final = {"yes": True, "no": False, "true": True, "false": False, "1": True, "0": False}
_SURE_DIGITS: Final = 15
"""A spreadsheet and a float keep this many digits of a number."""
_LONG_DIGITS: Final = 17
_GENUINE_SHARE: Final = 0.01
"""The share of a column's long ids that may end in zeros by chance."""
_ROUNDED_ID: Final = re.compile(
    r"[+-]?(?:\d+(?:[.,]\d*)?[eE]\+|\d+[.,]\d*[eE])\d+|\d+\.\d*", re.ASCII
)
_HALF: Final = re.compile("[\ud800-\udfff]")
_NO_ZONE: Final = "its time zone isn't stated: pass timezone=, e.g. 'Europe/Berlin'"


@dataclass(frozen=True, slots=True)
class Style:
    """How a frame's texts are written, where its user has stated it."""

    dates: DateOrder | None = None
    money: MoneyUnit | None = None
    zone: ZoneInfo | None = None
    decimal: str = "."


@dataclass(frozen=True, slots=True)
class ReadColumn:
    """A column that was read: its values, and the position, text and flaw of what can't be read."""

    array: pa.Array
    flaws: tuple[tuple[int, str, str], ...]


@dataclass(frozen=True, slots=True)
class _Number:
    """A decimal number: ``digits`` over ten to the power of ``places``, and what stood beside."""

    digits: int
    places: int
    is_percent: bool = False
    is_scientific: bool = False
    currency: str = ""

    def times_ten_to(self, power: int) -> int | None:
        """Return the number times a power of ten, or None if that is no whole number."""
        shift = power - self.places
        whole, rest = divmod(self.digits * 10 ** max(shift, 0), 10 ** max(-shift, 0))
        return None if rest else whole


def read_cells(values: pd.Series, column: Column, content: str, style: Style) -> ReadColumn:
    """Read the cells of one column; each distinct value is read once.

    Parameters
    ----------
    values
        The cells.
    column
        The declared column that they belong to.
    content
        What the column's values are for a reader: money, percent, share, or anything else.
    style
        How the texts are written.
    """
    if isinstance(values.dtype, pd.DatetimeTZDtype) and column.kind == "instant":
        moments = values.dt.tz_convert("UTC").dt.as_unit("us")
        return ReadColumn(pa.array(moments, INSTANT, from_pandas=True), ())
    if values.dtype.kind == "i" and column.kind == "int" and style.money != "units":
        return ReadColumn(pa.array(values, pa.int64(), from_pandas=True), ())
    codes, distinct = _distinct(values)
    found, flaws = _read(distinct, column, content, style)
    lost = np.flatnonzero(np.isin(codes, list(flaws))).tolist() if flaws else []
    shown = {code: _shown(plain(_as_python(distinct[code]))) for code in flaws}
    return ReadColumn(
        found.take(pa.array(codes, mask=codes < 0)),
        tuple((place, shown[code], flaws[code]) for place in lost for code in [int(codes[place])]),
    )


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else written(value).strip('"')
    return text.encode("utf-8", "replace").decode()


def _as_python(value: Any) -> Any:
    return value.as_py() if isinstance(value, pa.Scalar) else value


def _distinct(values: pd.Series) -> tuple[Ints, pa.Array | list[Any]]:
    """Number the distinct cells by first appearance, with -1 for missing ones.

    They are an Arrow array if all of them are text, else a list.
    """
    is_text = values.dtype == object and pd.api.types.infer_dtype(values, skipna=True) == "string"
    if isinstance(values.dtype, pd.StringDtype) or (is_text and not any(map(_is_half, values))):
        encoded = pa.array(values, TEXT, from_pandas=True)
        encoded = encoded.combine_chunks() if isinstance(encoded, pa.ChunkedArray) else encoded
        encoded = encoded.dictionary_encode()
        codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
        return codes, encoded.dictionary
    if values.dtype != object:
        codes, found = pd.factorize(values)
        return codes.astype(np.int64), found.tolist()
    numbers: dict[Any, int] = {}
    distinct: list[Any] = []
    codes = np.full(len(values), -1, dtype=np.int64)
    for place, (cell, is_missing) in enumerate(zip(values, values.isna(), strict=True)):
        if is_missing:
            continue
        # By type too, since 1, 1.0 and True are equal; a list or a dict has no hash.
        key = (type(cell), cell if isinstance(cell, str | int | float) else repr(cell))
        codes[place] = numbers.setdefault(key, len(distinct))
        if codes[place] == len(distinct):
            distinct.append(cell)
    return codes, distinct


def _read(
    distinct: pa.Array | list[Any], column: Column, content: str, style: Style
) -> tuple[pa.Array, dict[int, str]]:
    """Read distinct cells; return their values, and the flaws of some by their number."""
    reader = _reader(column, content, style)
    if isinstance(distinct, list):
        return _without_cut_ids(*_read_each(distinct, column, reader), column)
    quick = _read_quickly(distinct, column, content, style)
    if quick is None:
        return _read_each(distinct.to_pylist(), column, reader)
    # Of 100,000 numbers, Arrow reads the plainly written ones in 10 ms, and Python in 300.
    rest = np.flatnonzero(quick.is_null().to_numpy(zero_copy_only=False))
    array, flaws = _read_each(distinct.take(pa.array(rest)).to_pylist(), column, reader)
    array = pc.replace_with_mask(quick, quick.is_null(), array)
    flaws = {int(rest[number]): why for number, why in flaws.items()}
    return _without_cut_ids(array, flaws, column)


def _without_cut_ids(
    array: pa.Array, flaws: dict[int, str], column: Column
) -> tuple[pa.Array, dict[int, str]]:
    """Make ids whose last digits a spreadsheet has replaced by zeros null."""
    if column.kind != "id":
        return array, flaws
    cut = _cut_ids(array)
    why = f"it ends in zeros: a spreadsheet keeps {_SURE_DIGITS} digits, and the rest are lost"
    lost = dict.fromkeys(np.flatnonzero(cut).tolist(), why)
    return pc.if_else(pa.array(~cut), array, None), {**flaws, **lost}


def _read_each(
    distinct: list[Any], column: Column, reader: Callable[[Any], Any]
) -> tuple[pa.Array, dict[int, str]]:
    read = [_read_cell(plain(cell), column, reader) for cell in distinct]
    flaws = {number: one.why for number, one in enumerate(read) if isinstance(one, Flaw)}
    values = [None if isinstance(one, Flaw) else one for one in read]
    if column.kind == "category":
        return native_array(values, column), flaws
    return pa.array(values, ARROW_TYPES[column.kind]), flaws


def _is_half(value: Any) -> bool:
    """Whether a text has half of an emoji, as a broken export leaves it."""
    return isinstance(value, str) and not value.isascii() and bool(_HALF.search(value))


def _read_cell(value: Any, column: Column, reader: Callable[[Any], Any]) -> Any:
    if _is_half(value):
        return Flaw("it has half of an emoji or another broken character")
    if isinstance(value, str):
        text = value.strip().casefold()
        # Where "none" is one of a column's words, it is that.
        is_free = column.kind == "text" or text in column.categories
        if text in (_EMPTY if is_free else _EMPTY_UNLESS_TEXT):
            return None
    return reader(value)


def _reader(column: Column, content: str, style: Style) -> Callable[[Any], Any]:
    """Return the function that reads one cell of a column."""
    if column.kind == "int" and content == "money":
        return _MoneyReader(style)
    if column.kind == "int":
        return lambda value: _read_count(value, content, style)
    if column.kind == "float":
        return lambda value: _read_float(value, content, style)
    if column.kind == "instant":
        return lambda value: _read_instant(value, style)
    if column.kind == "day":
        return lambda value: _read_day(value, style)
    if column.kind == "category":
        return lambda value: _read_word(value, column.categories)
    if column.kind == "text":
        is_handle = column.name == "tiktok_handle"
        return _read_handle if is_handle else _read_text
    return {"id": _read_id, "bool": _read_flag, "json": _read_json}[column.kind]


def _read_quickly(texts: pa.Array, column: Column, content: str, style: Style) -> pa.Array | None:
    """Read the plainly written texts; null for the others, and None if there is no such way."""
    is_id = column.kind == "id"
    if (is_id or column.kind == "text") and column.name != "tiktok_handle":
        # An id without letters may be rounded, and a short text may stand for an empty cell.
        form = r"^\S{2,}[A-DF-Za-df-z]\S{2,}$|^\d+$" if is_id else r"(?s)^\S.{2,}\S$|^\w$"
        return _only(texts, form)
    if column.kind == "instant":
        form = r"^[1-9]\d{3}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,6})?(Z|\+00:00)$"
        plainly = _only(texts, form)
    elif column.kind in {"int", "float"} and content not in {"money", "share"}:
        group = "." if style.decimal == "," else ","
        whole = rf"(\d{{1,15}}|\d{{1,3}}({re.escape(group)}\d{{3}}){{1,4}})"
        part = rf"({re.escape(style.decimal)}\d{{1,15}})?" if column.kind == "float" else ""
        plainly = pc.replace_substring(_only(texts, f"^-?{whole}{part}$"), group, "")
        plainly = pc.replace_substring(plainly, style.decimal, ".")
    else:
        return None
    try:
        return plainly.cast(ARROW_TYPES[column.kind])
    except pa.ArrowInvalid:  # such as the 31st of February: then each is read by itself
        return None


def _only(texts: pa.Array, form: str) -> pa.Array:
    return pc.if_else(pc.match_substring_regex(texts, form), texts, None)


def _cut_ids(ids: pa.Array) -> Bools:
    """Find long numbers that end in zeros because a spreadsheet has kept 15 of their digits.

    One of 10,000 ids of 19 digits ends so by chance: a few among many are genuine.
    """
    long, cut = (
        pc.fill_null(pc.match_substring_regex(ids, form), pa.scalar(value=False)).to_numpy(
            zero_copy_only=False
        )
        for form in (rf"^\d{{{_LONG_DIGITS},}}$", rf"^\d{{{_SURE_DIGITS}}}00+$")
    )
    is_chance = cut.sum() <= _GENUINE_SHARE * long.sum()
    return np.zeros_like(cut) if is_chance else cut


@cache
def _number_form(decimal: str) -> re.Pattern[str]:
    """Return the form of numbers whose decimals begin with a comma or a point."""
    group = rf"[{'.' if decimal == ',' else ','}{_GROUPS}]"
    money = r"[$€£¥]|[A-Z]{3}"
    return re.compile(
        rf"(?P<open>\()?(?P<sign>[+\u2212-]?)(?P<before>{money})?[{_SPACES}]?(?P<inner>[\u2212-]?)"
        rf"(?P<whole>\d{{1,3}}(?:(?P<group>{group})\d{{3}})(?:(?P=group)\d{{3}}){{0,10}}|\d{{1,40}})?"
        rf"(?:{re.escape(decimal)}(?P<part>\d{{0,40}}))?(?:[eE](?P<power>[+-]?\d{{1,3}}))?"
        rf"[{_SPACES}]?(?P<scale>[kKmMbB]|bn)?[{_SPACES}]?(?P<percent>%)?(?P<after>{money})?"
        r"(?P<close>\))?",
        re.ASCII,
    )


def _number(value: Any, style: Style) -> _Number | Flaw:
    """Read a number exactly, also from the shortest text of a float."""
    if isinstance(value, str):
        return _number_of_text(value, style)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return Flaw("it is not a number")
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite():
        return Flaw("it is not a finite number")
    sign, digits, exponent = exact.as_tuple()
    if isinstance(value, float) and len(digits) > _SURE_DIGITS and not value.is_integer():
        return Flaw(f"it is a float of more than {_SURE_DIGITS} digits, so it may be inexact")
    number = int("".join(map(str, digits))) * (-1 if sign else 1)
    return _Number(number, -int(exponent))


def _number_of_text(text: str, style: Style) -> _Number | Flaw:
    found = _number_form(style.decimal).fullmatch(text.strip())
    if found is None or not (found["whole"] or found["part"]):
        return Flaw(f"it is not a number with {style.decimal!r} before its decimals")
    signs = [bool(found["open"]), found["sign"] in {"-", "\u2212"}, bool(found["inner"])]
    if bool(found["open"]) != bool(found["close"]) or sum(signs) > 1:
        return Flaw("its sign is not clear")
    if found["before"] and found["after"]:
        return Flaw("it has two currencies")
    if found["power"] and found["scale"]:
        return Flaw("it is not a number")
    whole = "".join(filter(str.isdigit, found["whole"] or ""))
    part = found["part"] or ""
    number = int(whole + part) * (-1 if any(signs) else 1)
    power = int(found["power"] or 0) + _SCALES[(found["scale"] or "").lower()]
    currency = found["before"] or found["after"] or ""
    return _Number(
        number, len(part) - power, bool(found["percent"]), bool(found["power"]), currency
    )


def _read_count(value: Any, content: str, style: Style) -> int | Flaw:
    number = _number(value, style)
    if isinstance(number, Flaw):
        return number
    if number.currency:
        return Flaw("it is money, not a count")
    if number.is_percent and content != "percent":
        return Flaw("it is a percentage, and the column isn't one of percentages")
    if number.is_scientific:
        return Flaw("a spreadsheet may have rounded it: its last digits are not shown")
    if isinstance(value, float) and abs(value) >= EXACT:
        return Flaw("it is a float too large to hold every whole number")
    return _in_range(number.times_ten_to(0), "it is not a whole number")


def _in_range(whole: int | None, why: str) -> int | Flaw:
    if whole is None:
        return Flaw(why)
    return whole if whole in INT64 else Flaw("it is too large")


class _MoneyReader:
    """Reads amounts as whole cents; the first currency that is named is the column's."""

    def __init__(self, style: Style) -> None:
        self._style, self._currency = style, ""

    def __call__(self, value: Any) -> int | Flaw:
        number = _number(value, self._style)
        if isinstance(number, Flaw):
            return number
        if number.is_percent:
            return Flaw("it is a percentage, not money")
        if number.is_scientific:
            return Flaw("a spreadsheet may have rounded it: its last digits are not shown")
        self._currency = self._currency or number.currency
        if number.currency and number.currency != self._currency:
            return Flaw(f"its currency is not {self._currency}, the column's first")
        if self._style.money == "units":
            return _in_range(number.times_ten_to(2), "it has a fraction of a cent")
        if number.currency:
            return Flaw(f"an amount with {number.currency} is in units, and money='cents'")
        return _in_range(number.times_ten_to(0), "it has a fraction of a cent")


def _read_float(value: Any, content: str, style: Style) -> float | Flaw:
    if isinstance(value, float) and abs(value) != float("inf"):
        return value
    number = _number(value, style)
    if isinstance(number, Flaw):
        return number
    if number.currency:
        return Flaw("it is money, not a number")
    if number.is_percent and content not in {"percent", "share"}:
        return Flaw("it is a percentage, and the column isn't one of percentages")
    places = number.places + (2 if number.is_percent and content == "share" else 0)
    # From text, which is rounded once; a division would round twice.
    read = float(f"{number.digits}e{-places}")
    return read if abs(read) != float("inf") else Flaw("it is too large")


def _read_text(value: Any) -> str | Flaw:
    if isinstance(value, bytes):
        return Flaw("it is bytes, not text")
    return value if isinstance(value, str) else _shown(value)


def _read_handle(value: Any) -> str | Flaw:
    text = _read_text(value)
    if isinstance(text, Flaw):
        return text
    try:
        return read_handle("tiktok_handle", text)
    except ArgumentError as error:
        return Flaw(error.allowed)


def _read_id(value: Any) -> str | Flaw:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        return Flaw("an id must be text: a float may have lost digits")
    text = value.strip()
    if _ROUNDED_ID.fullmatch(text):
        return Flaw("a spreadsheet or a float has made a number of it: its digits are lost")
    return text


def _read_flag(value: Any) -> bool | Flaw:
    is_number = isinstance(value, int | float | Decimal) and value in (0, 1)
    text = str(int(value)) if is_number else str(value)
    found = _FLAGS.get(text.strip().casefold())
    return Flaw("it is none of yes, no, true, false, 1, 0") if found is None else found


def _read_json(value: Any) -> str | Flaw:
    if not isinstance(value, str):
        return written(value)
    try:
        json.loads(value)
    except (ValueError, RecursionError):
        return Flaw("it is not JSON")
    return value


def _read_word(value: Any, words: Sequence[str]) -> str | Flaw:
    if not isinstance(value, str):
        return Flaw("it is not a word")
    known = {fold(word): word for word in words}
    found = known.get(fold(value)) if words else value.strip()
    if found is None:
        return Flaw(f"it is none of {', '.join(words)}.{did_you_mean(value, words)}".rstrip("."))
    return found


def _read_instant(value: Any, style: Style) -> dt.datetime | Flaw:
    """Read an instant in UTC; one without a time zone is in the stated one."""
    moment = read_moment(value, style.dates)
    if isinstance(moment, Flaw) or moment.tzinfo is not None:
        return moment if isinstance(moment, Flaw) else _in_zone(moment, dt.UTC)
    if style.zone is None:
        return Flaw(_NO_ZONE)
    early, late = (moment.replace(tzinfo=style.zone, fold=fold) for fold in (0, 1))
    if early.utcoffset() != late.utcoffset():
        # Clocks are set forward or back then: there is no such time, or it comes twice.
        return Flaw(f"clocks change then in {style.zone.key}, so the time is not clear")
    return _in_zone(early, dt.UTC)


def _in_zone(moment: dt.datetime, zone: dt.tzinfo) -> dt.datetime | Flaw:
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return Flaw("it is out of range")


def _read_day(value: Any, style: Style) -> dt.datetime | Flaw:
    """Read a day as its naive midnight; an instant is read as its day in the stated time zone."""
    moment = read_moment(value, style.dates)
    if isinstance(moment, Flaw):
        return moment
    if moment.tzinfo is not None:
        if style.zone is None:
            return Flaw(f"it is an instant: which day it is depends on the time zone; {_NO_ZONE}")
        local = _in_zone(moment, style.zone)
        return local if isinstance(local, Flaw) else dt.datetime.combine(local.date(), dt.time())
    if moment.time() != dt.time():
        return Flaw("it is a time, not a day")
    return moment
