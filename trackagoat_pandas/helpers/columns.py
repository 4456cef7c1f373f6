"""Read columns of any dtype backend as plain ones, and write arrays back in a frame's dtypes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from numbers import Number
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trackagoat_pandas.base.spelling import fold
from trackagoat_pandas.base.types import Bools, Days, Floats, Instants, Ints, Words
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.inputs.arrow import STRING as STRING
from trackagoat_pandas.inputs.checks import is_null, require_columns
from trackagoat_pandas.tables.model import Kind, Table

_PLAIN_DTYPES = {pa.large_string(): STRING, pa.int64(): pd.Int64Dtype()}
_OBJECTS: Mapping[str, Any] = MappingProxyType(
    {"boolean": "boolean", "floating": "float64", "date": "datetime64[us]"}
)
"""The dtypes of columns of Python objects, by what pandas finds in them."""
_BIGGEST = 2**62


def read_columns(
    frame: pd.DataFrame, table: Table, names: Iterable[str], *, optional: Iterable[str] = ()
) -> pd.DataFrame:
    """Read columns of any dtype backend as plain ones, by the kinds that their table declares.

    Ids and texts become ``str``, as do words, in their declared spelling; counts and cents Int64,
    other numbers float64, flags boolean, instants datetime64[us, UTC] and days datetime64[us]. The
    index is a RangeIndex. An optional column that the frame doesn't have is all NA.

    Raises
    ------
    MissingColumnError
        A column is missing.
    ArgumentError
        A column's values are of another kind.
    """
    there = {*optional} & {*frame.columns}
    require_columns(frame, [*names, *there], loader=table.loader)
    columns = {column.name: column for column in table.columns}
    read, nothing = dict[str, pd.Series](), pd.Series(None, frame.index, dtype=object)
    for name in [*names, *optional]:
        given, declared = frame.get(name, nothing), columns[name]
        if declared.kind == "category":
            read[name] = spelled(given, declared.categories)
        elif declared.kind in _AS_LOADED and given.dtype == _AS_LOADED[declared.kind]:
            read[name] = given.reset_index(drop=True)
        else:
            read[name] = _READERS[declared.kind](given)
    return pd.DataFrame(read, copy=False)


@contextmanager
def holding(column: pd.Series, what: str) -> Iterator[None]:
    """Raise an error that says what a column must hold if its values can't be read.

    Raises
    ------
    ArgumentError
        Reading the column raised a TypeError, ValueError or NotImplementedError, or the frame has
        several columns of its name.
    """
    _check_single(column)
    try:
        yield
    except (TypeError, ValueError, NotImplementedError) as error:
        raise ArgumentError(
            str(column.name),
            str(column.dtype),
            problem=f"the column must hold {what}; its dtype is {column.dtype}",
        ) from error


def _check_single(column: pd.Series) -> None:
    if column.ndim > 1:  # A frame's column that is there twice is a frame.
        twice = str(next(iter(column.axes[1])))
        raise ArgumentError("frame", twice, problem=f"it has several columns {twice!r}")


def arrow(column: pd.Series) -> pa.Array:
    """Return a column's values as one Arrow array, with NaN and NaT as null.

    Raises
    ------
    ArgumentError
        The column holds values of several kinds, or the frame has several columns of its name.
    """
    _check_single(column)
    try:
        array = pa.array(column, from_pandas=True)
    except (pa.ArrowException, OverflowError, TypeError, ValueError) as error:
        raise ArgumentError(
            str(column.name), str(column.dtype), "the column holds values of several kinds"
        ) from error
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


def _cast(column: pd.Series, kind: pa.DataType, what: str) -> pa.Array:
    """Return a column as Arrow values of one kind; a column of nulls fits any.

    Floats and decimals are refused, since an id that became a float may have lost digits.
    """
    array = arrow(column)
    if array.type == kind:
        return array
    if array.null_count == len(array):
        return pa.nulls(len(array), kind)
    with holding(column, what):
        if pa.types.is_floating(array.type) or pa.types.is_decimal(array.type):
            raise TypeError("a plain number")
        return array.cast(kind)


def _stamps(column: pd.Series, what: str, timezone: str | None) -> NDArray[np.datetime64]:
    """Return days, or with `timezone` instants, in microseconds; NaT where missing.

    Numbers are refused, since 1717200000 could count seconds or anything else. So are instants
    without a time zone, except texts, which are read as UTC.
    """
    _check_single(column)
    dtype = column.dtype
    is_day = isinstance(dtype, np.dtype) and dtype.kind == "M"
    if isinstance(dtype, pd.DatetimeTZDtype) if timezone else is_day:  # as loaded
        return column.to_numpy("datetime64[us]", copy=True)
    with holding(column, what):
        if column.dtype == object and not column.isna().all():
            # Arrow reads a number among times as a time, and fails on a text among days.
            if any(isinstance(value, Number) and not is_null(value) for value in column):
                raise TypeError("a plain number")
            if any(isinstance(value, str) for value in column):
                column = pd.to_datetime(column, utc=timezone is not None, format="ISO8601")
        array = arrow(column)
        if pa.types.is_string(array.type) or pa.types.is_large_string(array.type):
            array = pa.array(pd.to_datetime(column, utc=timezone is not None, format="ISO8601"))
        is_time = pa.types.is_timestamp(array.type) or pa.types.is_date(array.type)
        if array.null_count == len(array):
            return np.full(len(array), np.datetime64("NaT", "us"))
        if not is_time or (timezone and not getattr(array.type, "tz", None)):
            raise TypeError("not a time, or one without its zone")
        if timezone is None and getattr(array.type, "tz", None):
            array = pc.local_timestamp(array)
        # Nanoseconds are cut off; that never changes the day.
        array = array.cast(pa.timestamp("us", timezone), safe=False)
    stamps: NDArray[np.datetime64] = array.to_numpy(zero_copy_only=False).astype("datetime64[us]")
    return stamps


def plain(array: pa.Array) -> pd.Series:
    """Return Arrow text or whole numbers as a Series with a RangeIndex."""
    column: pd.Series = array.to_pandas(types_mapper=_PLAIN_DTYPES.get)
    return column


def typed(column: pd.Series) -> pd.Series:
    """Return a column of Python objects of one kind in the dtype of that kind.

    Examples
    --------
    >>> typed(pd.Series([150, None], dtype=object)).dtype
    Int64Dtype()
    """
    if isinstance(column.dtype, pd.ArrowDtype) and pa.types.is_date(column.dtype.pyarrow_dtype):
        return column.astype("datetime64[us]")
    if column.dtype != object:
        return column
    kind = pd.api.types.infer_dtype(column, skipna=True)
    if kind == "mixed-integer-float":  # what pandas 2.3 says of floats beside None
        kind = pd.api.types.infer_dtype(column.dropna())
    if kind == "integer" and column.dropna().between(-(2**63), 2**63 - 1).all():
        return column.astype("Int64")
    # Not dropna: pandas can't compare a signalling NaN, and Arrow has none.
    if kind == "decimal" and all(each.is_finite() for each in column if isinstance(each, Decimal)):
        try:
            numbers = pa.array(column, from_pandas=True)
        except pa.ArrowInvalid:  # numbers of more digits than Arrow has, which stay objects
            return column
        return pd.Series(pd.arrays.ArrowExtensionArray(numbers), column.index, name=column.name)
    if kind not in _OBJECTS:
        return column
    # NumPy's floats and times have no NA.
    return column.where(column.notna(), None).astype(_OBJECTS[kind])


def text(column: pd.Series) -> pd.Series:
    """Return ids, texts or categories as ``str`` with a RangeIndex."""
    if column.ndim == 1 and column.dtype == STRING:  # as loaded
        return column.reset_index(drop=True).rename(None)
    return plain(_cast(column, pa.large_string(), "text"))


def whole(column: pd.Series) -> pd.Series:
    """Return whole numbers as Int64 with a RangeIndex; a fraction is an error."""
    if column.ndim == 1 and isinstance(column.dtype, pd.Int64Dtype):  # as loaded
        return column.reset_index(drop=True).rename(None)
    array, is_money = arrow(column), str(column.name).endswith("cents")
    with holding(column, "whole cents, not fractions of one" if is_money else "whole numbers"):
        return plain(array.cast(pa.int64()))


def values_of(column: pd.Series) -> Floats:
    """Return a column of numbers as a float array; NaN where missing."""
    with holding(column, "numbers"):
        return column.to_numpy(dtype="float64", na_value=np.nan)


def flags_of(frame: pd.DataFrame, name: str) -> Bools:
    """Return a column of flags as an array; a missing flag or column counts as False."""
    if name not in frame.columns:
        return np.zeros(len(frame), np.bool_)
    return nullable_flags(frame[name]).to_numpy(dtype=np.bool_, na_value=False)


def nullable_flags(column: pd.Series) -> pd.Series:
    """Return a column of flags as boolean: True and False, or the 1 and 0 of a spreadsheet.

    Raises
    ------
    ArgumentError
        The column holds something else, such as 2 or 0.5.

    Examples
    --------
    >>> nullable_flags(pd.Series([1, 0, None], dtype="Float64")).tolist()
    [True, False, <NA>]
    """
    with holding(column, "True and False, or 1 and 0"):
        values = typed(column)
        if pd.api.types.is_extension_array_dtype(values) and pd.api.types.is_any_real_numeric_dtype(
            values
        ):
            # Of the nullable numbers pandas would take each but 0 as True, 2 and 0.5 as well.
            values = pd.Series(values_of(values), values.index)
        return values.astype("boolean")


def is_word(column: pd.Series, word: str) -> Bools:
    """Return which rows of a column hold a word, as :func:`codes_of`; False where missing."""
    is_it: Bools = codes_of(column, [word]) == 0
    return is_it


def codes_of(column: pd.Series, words: Iterable[str]) -> Ints:
    """Return the position of each value among some words; -1 if it is not among them.

    Case, "-" and "_" don't matter: a server or a spreadsheet may write Auto-tracked.

    Examples
    --------
    >>> codes_of(pd.Series(["paid", "PAID", "Not paid", None]), ["paid", "not_paid"]).tolist()
    [0, 0, 1, -1]
    """
    _check_single(column)
    places = {fold(word): place for place, word in enumerate(words)}
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype) and isinstance(
        dtype.categories.dtype, pd.StringDtype
    ):
        # The words of a column are read once, not in each of two million rows.
        held, indices = dtype.categories.tolist(), column.cat.codes.to_numpy()
    else:
        encoded = _cast(column, pa.large_string(), "text").dictionary_encode()
        held, indices = encoded.dictionary.to_pylist(), encoded.indices.fill_null(-1).to_numpy()
    # An index of -1, for NA, takes the last.
    codes: Ints = np.array([*[places.get(fold(word), -1) for word in held], -1])[indices]
    return codes


def spelled(column: pd.Series, words: Sequence[str]) -> pd.Series:
    """Return a column's words as ``str``, spelled as in a list; others stay as they are.

    Examples
    --------
    >>> spelled(pd.Series(["On Track", "paused", None]), ["on_track", "missed"]).tolist()
    ['on_track', 'paused', nan]
    """
    listed = {fold(word): word for word in words}
    encoded = _cast(column, pa.large_string(), "text").dictionary_encode()
    # As in `codes_of`, the words of a column are read once, not in each row.
    held = [listed.get(fold(word), word) for word in encoded.dictionary.to_pylist()]
    return plain(pa.array(held, pa.large_string()).take(encoded.indices))


def numbered(frame: pd.DataFrame, names: Iterable[str]) -> Ints:
    """Number the rows by their values in some columns, in order of first appearance.

    Equal rows get equal numbers, and missing values are equal. Columns that the frame doesn't have
    are ignored.
    """
    numbers, most, is_plain = np.zeros(len(frame), np.int64), 1, True
    for name in names:
        if name not in frame.columns:
            continue
        column = frame[name]
        with holding(column, "values that can be compared, such as text or numbers"):
            codes = pd.factorize(column, use_na_sentinel=False)[0].astype(np.int64)
        if codes.min(initial=0) < 0:
            # pandas 2.3 gives -1 to the missing values of an Arrow dictionary.
            codes = pd.factorize(codes)[0].astype(np.int64)
        kinds = int(codes.max(initial=-1)) + 1
        if kinds <= 1:
            continue
        # Renumbered before the product could exceed 64 bits.
        if most * kinds > _BIGGEST:
            numbers = pd.factorize(numbers)[0].astype(np.int64)
            most = len(frame)
        # The codes of a single column are in order of first appearance already.
        is_plain = most == 1
        numbers, most = codes if is_plain else numbers * kinds + codes, most * kinds
    return numbers.astype(np.intp, copy=False) if is_plain else pd.factorize(numbers)[0]


def firsts_of(numbers: Ints) -> Ints:
    """Return the position of the first row with each number of :func:`numbered`."""
    firsts: Ints = pd.Series(numbers).drop_duplicates().index.to_numpy()
    return firsts


def is_among(column: pd.Series, others: pd.Series) -> Bools:
    """Return which rows of a column of ids are in another; False where missing.

    ``Series.isin`` reads the others one by one in Python: 27 ms for 10,000 of them, here 1 ms.
    """
    known = text(others).dropna()
    found: Bools = pc.is_in(arrow(text(column)), value_set=arrow(known)).to_numpy(
        zero_copy_only=False
    )
    return found


def instants_of(column: pd.Series) -> Instants:
    """Read a column of instants; a text without a time zone is in UTC. NaT where missing."""
    return _stamps(column, "instants with their time zone, not plain numbers", "UTC")


def days_of(column: pd.Series) -> Days:
    """Read a column of days; NaT where missing. Times with a zone give their local day."""
    return _stamps(column, "days, not plain numbers", None).astype("datetime64[D]")


def day_numbers(column: pd.Series) -> Ints:
    """Read a column of days as numbers of days since 1970; ``clocks.NO_DAY`` where missing."""
    return days_of(column).astype(np.int64)


_READERS: Mapping[Kind, Callable[[pd.Series], pd.Series]] = MappingProxyType(
    {
        "id": text,
        "text": text,
        "json": text,
        "int": whole,
        "float": lambda column: pd.Series(values_of(column)),
        "bool": lambda column: nullable_flags(column).reset_index(drop=True),
        "instant": lambda column: pd.Series(as_instants(instants_of(column))),
        "day": lambda column: pd.Series(days_of(column).astype("datetime64[us]")),
    }
)
"""How the columns of each kind but words are read."""
_AS_LOADED: Mapping[Kind, Any] = MappingProxyType(
    {
        **dict.fromkeys(("id", "text", "json"), STRING),
        "int": pd.Int64Dtype(),
        "bool": pd.BooleanDtype(),
        "instant": pd.DatetimeTZDtype("us", "UTC"),
    }
)
"""The dtypes of loaded columns that are plain already. A day isn't: a user's may have a time."""


def floats(values: Floats, like: Any = None) -> pd.api.extensions.ExtensionArray | Floats:
    """Return numbers as a column of the float dtype `like`, or else Float64; NaN becomes NA."""
    if isinstance(like, np.dtype) and like.kind == "f":
        return values.astype(like)
    if isinstance(like, pd.ArrowDtype) and pa.types.is_floating(like.pyarrow_dtype):
        return pd.arrays.ArrowExtensionArray(pa.array(values, like.pyarrow_dtype, from_pandas=True))
    return pd.arrays.FloatingArray(values, np.isnan(values), copy=True)


def integers(values: Floats) -> pd.arrays.IntegerArray:
    """Return whole numbers as Int64; NaN becomes NA."""
    is_unknown = np.isnan(values)
    return pd.arrays.IntegerArray(np.where(is_unknown, 0.0, values).astype(np.int64), is_unknown)


def nullable(dtype: Any) -> Any:
    """Return a dtype that can hold NA in place of one of numpy's integers or booleans."""
    kinds = {"i": "Int64", "u": "UInt64", "b": "boolean"}
    return kinds.get(dtype.kind, dtype) if isinstance(dtype, np.dtype) else dtype


def flags(values: Bools, like: Any) -> pd.api.extensions.ExtensionArray | NDArray[Any]:
    """Return flags as a column of the boolean dtype `like`, or else of pandas' boolean."""
    column = pd.Series(values, dtype="boolean")
    return column.astype(like).array if pd.api.types.is_bool_dtype(like) else column.array


def words(vocabulary: Sequence[str], codes: Ints, like: Any) -> Any:
    """Return words, given by their positions in a vocabulary, as a column of the dtype `like`.

    If that is a category without some of the words, they are added to it.
    """
    if not isinstance(like, pd.CategoricalDtype):
        return pd.Series(vocabulary, dtype="str").astype(like).array.take(codes)
    more = [word for word in vocabulary if word not in like.categories]
    known = like.categories.append(pd.Index(more)) if more else like.categories
    places = known.get_indexer(pd.Index(vocabulary))[codes]
    return pd.Categorical.from_codes(places, known, ordered=like.ordered)


def categories(
    values: Words | pd.Series, known: Sequence[str], *, ordered: bool = False
) -> pd.Categorical:
    """Return words of a closed set as a category; other words become NA."""
    index = pd.Index(list(known), dtype=object)
    codes = index.get_indexer(pd.Index(values, dtype=object))
    dtype = pd.CategoricalDtype(index.astype(STRING), ordered=ordered)
    return pd.Categorical.from_codes(codes, dtype=dtype)


def as_instants(instants: Instants) -> pd.DatetimeIndex:
    """Return instants as datetime64[us, UTC]."""
    return pd.DatetimeIndex(instants).tz_localize("UTC").as_unit("us")


def as_days(days: Ints) -> NDArray[Any]:
    """Return numbers of days since 1970 as midnights, datetime64[us]."""
    return days.astype("datetime64[D]").astype("datetime64[us]")


def take(column: pd.Series, places: Ints) -> Any:
    """Return the values at some positions of a column; -1 gives NA."""
    is_plain = isinstance(column.dtype, np.dtype)
    values = column.to_numpy() if is_plain else column.array
    taken = pd.api.extensions.take(values, places, allow_fill=True)
    # As an array of objects, texts would become ``str`` in a new frame on pandas 3.
    return pd.Series(taken, dtype=object) if column.dtype == object else taken
