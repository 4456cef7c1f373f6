"""Columns of any dtype backend as the plain ones that payouts are computed with, and back.

Knows pandas, Arrow and time zones. Must not know what a payout is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from trackagoat_pandas.checks import check_timezone, require_columns
from trackagoat_pandas.dates import parse_day
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.clocks import days_shown

Whole: TypeAlias = NDArray[np.int64]
"""Whole numbers; days are counted from 1970-01-01."""

# The spelling that is the same dtype on pandas 2.3 and 3.
STRING = pd.StringDtype(storage="pyarrow", na_value=np.nan)
_DTYPES = {pa.large_string(): STRING, pa.int64(): pd.Int64Dtype()}
NO_DAY = np.iinfo(np.int64).min
"""What stands for a day that is NA; numpy's own value for NaT."""


def arrow(column: pd.Series) -> pa.Array:
    """Return a column's values as one Arrow array, with NaN and NaT as null."""
    array = pa.array(column, from_pandas=True)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def plain(array: pa.Array) -> pd.Series:
    """Return Arrow text or whole numbers as a Series under a plain index."""
    column: pd.Series = array.to_pandas(types_mapper=_DTYPES.get)
    return column


def text(column: pd.Series) -> pd.Series:
    """Return ids, words or categories as text under a plain index."""
    return plain(arrow(column).cast(pa.large_string()))


def words(column: pd.Series, known: Sequence[str]) -> pd.Series:
    """Return words of a closed set as a category."""
    return column.astype(pd.CategoricalDtype(pd.Index(list(known), dtype=STRING)))


def whole(column: pd.Series, argument: str) -> pd.Series:
    """Return whole numbers as Int64 under a plain index.

    Raises
    ------
    ArgumentError
        A number has a fraction or is no number.
    """
    array = arrow(column)
    try:
        array = array.cast(pa.int64())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise ArgumentError(argument, str(array.type), "it must hold whole numbers") from error
    return plain(array)


def flags(column: pd.Series) -> NDArray[np.bool_]:
    """Return a column of truth values, with NA as False."""
    values: NDArray[np.bool_] = column.astype("boolean").fillna(value=False).to_numpy(dtype=bool)
    return values


def day_numbers(column: pd.Series) -> Whole:
    """Return days as numbers; NO_DAY for NA."""
    return _micros(arrow(column).cast(pa.timestamp("us"))).astype("datetime64[D]").astype(np.int64)


def instants(column: pd.Series) -> pd.DatetimeIndex:
    """Return instants in UTC."""
    stamps = _micros(arrow(column).cast(pa.timestamp("us", "UTC")))
    return pd.DatetimeIndex(stamps).tz_localize("UTC")


def _micros(array: pa.Array) -> NDArray[Any]:
    stamps: NDArray[Any] = array.to_numpy(zero_copy_only=False).astype("datetime64[us]")
    return stamps


def local_days(moments: pd.DatetimeIndex, zone: str) -> Whole:
    """Return the days that the calendar of a zone shows at instants; NO_DAY for NaT."""
    return days_shown(moments.to_numpy("datetime64[us]"), zone).astype(np.int64)


def day_starts(days: Whole, zone: str) -> pd.DatetimeIndex:
    """Return the first instants of local days, in UTC.

    Where clocks skip midnight the day starts at the change, where midnight comes twice at the
    first.
    """
    shown = pd.DatetimeIndex(days.astype("datetime64[D]").astype("datetime64[us]"))
    first = np.ones(len(shown), dtype=bool)
    local = shown.tz_localize(zone, ambiguous=first, nonexistent="shift_forward")
    return local.tz_convert("UTC")


def as_days(days: Whole) -> NDArray[Any]:
    """Return numbers of days as the midnights that frames hold."""
    return days.astype("datetime64[D]").astype("datetime64[us]")


def known_zone(timezone: str | None, frames: Sequence[pd.DataFrame | None]) -> str:
    """Return a time zone's name: the one given, else that of the first frame that tells.

    Raises
    ------
    ArgumentError
        Neither tells, or no such zone is known.
    """
    if timezone is not None:
        return check_timezone("timezone", timezone)
    for frame in frames:
        if frame is None:
            continue
        require_columns(frame, [])
        told = frame.attrs.get("trackagoat", {}).get("timezone")
        if told:
            return check_timezone("timezone", told)
    raise ArgumentError("timezone", None, "name the organization's, such as 'America/New_York'")


def instant_of(argument: str, moment: Any, zone: str) -> pd.Timestamp:
    """Read an instant, or a day that stands for its end in a zone."""
    if isinstance(moment, dt.datetime) and moment.tzinfo is not None:
        return pd.Timestamp(moment).tz_convert("UTC")
    following = parse_day(moment, argument) + dt.timedelta(days=1)
    return day_starts(np.array([following], "datetime64[D]").astype(np.int64), zone)[0]
