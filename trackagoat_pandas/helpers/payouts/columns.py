"""Columns of any dtype backend as the plain ones that payouts are computed with, and back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trackagoat_pandas.checks import check_timezone, frame_facts, holding, require_columns
from trackagoat_pandas.dates import parse_day
from trackagoat_pandas.errors import ArgumentError, MissingArgumentError
from trackagoat_pandas.helpers import clocks
from trackagoat_pandas.helpers.latest import fact_instant, latest_rows

Whole: TypeAlias = NDArray[np.int64]
"""Whole numbers; days are counted from 1970-01-01."""

# The spelling that is the same dtype on pandas 2.3 and 3.
STRING = pd.StringDtype(storage="pyarrow", na_value=np.nan)
_DTYPES = {pa.large_string(): STRING, pa.int64(): pd.Int64Dtype()}
NO_DAY = np.iinfo(np.int64).min
"""What stands for a day that is NA; numpy's own value for NaT."""


def once(frame: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    """Keep the rows that ``latest_rows`` chooses; most frames hold nothing twice."""
    is_chosen = latest_rows(frame, key)
    return frame if is_chosen.all() else frame[is_chosen]


def arrow(column: pd.Series) -> pa.Array:
    """Return a column's values as one Arrow array, with NaN and NaT as null.

    Raises
    ------
    ArgumentError
        The values are of several kinds.
    """
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

    Raises
    ------
    ArgumentError
        The values are of another kind; a number is no text and no time, since what it meant is a
        guess.
    """
    array = arrow(column)
    if array.null_count == len(array):
        return pa.nulls(len(array), kind)
    refused = ArgumentError(str(column.name), str(column.dtype), f"the column must hold {what}")
    is_number = pa.types.is_floating(array.type) or pa.types.is_decimal(array.type)
    if pa.types.is_temporal(kind):
        is_number |= pa.types.is_integer(array.type) or pa.types.is_boolean(array.type)
    if is_number:
        raise refused
    try:
        # A nanosecond more or less moves no day.
        return array.cast(kind, safe=not pa.types.is_timestamp(array.type))
    except pa.ArrowException as error:
        raise refused from error


def plain(array: pa.Array) -> pd.Series:
    """Return Arrow text or whole numbers as a Series under a plain index."""
    column: pd.Series = array.to_pandas(types_mapper=_DTYPES.get)
    return column


def text(column: pd.Series) -> pd.Series:
    """Return ids, words or categories as text under a plain index.

    Raises
    ------
    ArgumentError
        They are floats: an id that became one may have lost digits.
    """
    return plain(_cast(column, pa.large_string(), "text"))


def words(column: pd.Series, known: Sequence[str]) -> pd.Series:
    """Return words of a closed set as a category; any other is NA."""
    dtype = pd.CategoricalDtype(pd.Index(list(known), dtype=STRING))
    return column.where(column.isin(list(known))).astype(dtype)


def whole(column: pd.Series, argument: str, what: str = "whole numbers") -> pd.Series:
    """Return whole numbers as Int64 under a plain index.

    Raises
    ------
    ArgumentError
        A number has a fraction or is no number.
    """
    array = arrow(column)
    try:
        array = array.cast(pa.int64())
    except pa.ArrowException as error:
        problem = f"the column must hold {what}; its dtype is {column.dtype}"
        raise ArgumentError(argument, column, problem=problem) from error
    return plain(array)


def flags(column: pd.Series) -> NDArray[np.bool_]:
    """Return a column of truth values, with NA as False."""
    with holding(column, "True and False"):
        values = column.astype("boolean")
    return values.to_numpy(dtype=np.bool_, na_value=False)


def day_numbers(column: pd.Series) -> Whole:
    """Return days as numbers; NO_DAY for NA. A day with a time zone is that of its own clock."""
    array = arrow(column)
    if pa.types.is_timestamp(array.type) and array.type.tz is not None:
        column = pd.Series(pc.local_timestamp(array).to_pandas(), name=column.name)
    stamps = _micros(_cast(column, pa.timestamp("us"), "days"))
    return stamps.astype("datetime64[D]").astype(np.int64)


def instants(column: pd.Series) -> pd.DatetimeIndex:
    """Return instants in UTC; one without a zone is of UTC."""
    array = arrow(column)
    if pa.types.is_string(array.type) or pa.types.is_large_string(array.type):
        with holding(column, "instants"):
            column = pd.Series(pd.to_datetime(column, utc=True, format="ISO8601"))
    stamps = _micros(_cast(column, pa.timestamp("us", "UTC"), "instants"))
    return pd.DatetimeIndex(stamps).tz_localize("UTC")


def _micros(array: pa.Array) -> NDArray[Any]:
    stamps: NDArray[Any] = array.to_numpy(zero_copy_only=False).astype("datetime64[us]")
    return stamps


def local_days(moments: pd.DatetimeIndex, zone: str) -> Whole:
    """Return the days that the calendar of a zone shows at instants; NO_DAY for NaT."""
    return clocks.days_shown(moments.to_numpy("datetime64[us]"), zone).astype(np.int64)


def day_starts(days: Whole, zone: str) -> pd.DatetimeIndex:
    """Return the first instants of local days, in UTC."""
    return pd.DatetimeIndex(clocks.day_starts(days.astype("datetime64[D]"), zone)).tz_localize(
        "UTC"
    )


def as_days(days: Whole) -> NDArray[Any]:
    """Return numbers of days as the midnights that frames hold."""
    return days.astype("datetime64[D]").astype("datetime64[us]")


def zone_of(timezone: str | None, frames: Sequence[pd.DataFrame | None]) -> str | None:
    """Return a time zone's name: the one given, else that of the first frame that has one.

    Raises
    ------
    ArgumentError
        No such zone is known.
    """
    given = [frame for frame in frames if frame is not None]
    for frame in given:
        require_columns(frame, [])
    named = (frame_facts(frame).get("timezone") for frame in given)
    zone = timezone if timezone is not None else next(filter(None, named), None)
    return None if zone is None else check_timezone("timezone", zone)


def known_zone(timezone: str | None, frames: Sequence[pd.DataFrame | None]) -> str:
    """Return a time zone's name as ``zone_of``.

    Raises
    ------
    ArgumentError
        None is given and no frame has one, or no such zone is known.
    """
    zone = zone_of(timezone, frames)
    if zone is None:
        raise MissingArgumentError("timezone", "name the organization's, e.g. 'America/New_York'")
    return zone


def now_of(frames: Sequence[pd.DataFrame | None]) -> pd.Timestamp:
    """Return now by the server's clock, as far as frames say how it differs from this machine's.

    The sandbox's clock may be months off. Of several differences the one that makes it latest
    counts; where no frame says one, it is this machine's time.
    """
    now, leads = pd.Timestamp.now("UTC"), []
    for frame in frames:
        if frame is not None:
            server, machine = (fact_instant(frame, name) for name in ("server_time", "fetched_at"))
            if server is not None and machine is not None:
                leads.append(server - machine)
    return now + max(leads, default=pd.Timedelta(0))


def is_instant(moment: object) -> bool:
    """Whether a moment is an instant; else it is a day."""
    return isinstance(moment, dt.datetime) and moment.tzinfo is not None


def day_of(argument: str, moment: Any, zone: str) -> int:
    """Return the number of a day, or of the day that the calendar of a zone shows at an instant."""
    if is_instant(moment):
        moments = pd.DatetimeIndex([pd.Timestamp(moment)]).tz_convert("UTC")
        return int(local_days(moments, zone)[0])
    return int(np.datetime64(parse_day(moment, argument), "D").astype(np.int64))


def instant_of(argument: str, moment: Any, zone: str) -> pd.Timestamp:
    """Read an instant, or a day that stands for its end in a zone."""
    if is_instant(moment):
        return pd.Timestamp(moment).tz_convert("UTC")
    following = parse_day(moment, argument) + dt.timedelta(days=1)
    return day_starts(np.array([following], "datetime64[D]").astype(np.int64), zone)[0]


def past_instant(argument: str, moment: Any, zone: str, now: pd.Timestamp) -> pd.Timestamp:
    """Read an instant or a day as ``instant_of``, but never later than now: today ends now.

    Raises
    ------
    ArgumentError
        It is after today.
    """
    today = int(local_days(pd.DatetimeIndex([now]), zone)[0])
    if day_of(argument, moment, zone) > today:
        problem = (
            f"{moment} is in the future: today is {np.datetime64(today, 'D')} in {zone}. Pass "
            "today or an earlier day; forecast_payouts estimates what running periods will owe."
        )
        raise ArgumentError(argument, moment, problem=problem)
    return min(instant_of(argument, moment, zone), now)
