"""Local days and the instants at which they begin, and numbered calendar periods."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Days, Floats, Instants, Ints, Words
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError
from trackagoat_pandas.inputs.dates import parse_day

InstantLike: TypeAlias = "str | dt.datetime | pd.Timestamp"
"""An instant with its offset or time zone."""
NO_DAY = np.iinfo(np.int64).min
"""The number of a missing day; numpy's own value of NaT."""

# A year from the ends of what Python's dates know, so that any time zone and a day more has one.
_FIRST_YEAR, _LAST_YEAR = 2, 9998
_DAY, _INSTANT = "datetime64[D]", "datetime64[us]"
_QUARTER_US, _HOUR_US, _MOST_HOURS = 15 * 60 * 1_000_000, 3_600e6, 1e9
ONE_DAY, ONE_HOUR = np.timedelta64(1, "D"), np.timedelta64(1, "h")
# 1970-01-01, from which days are counted, was a Thursday, three days after a Monday.
_THURSDAY = 3


def days_shown(instants: Instants, timezone: str) -> Days:
    """Return the local day of each instant in an IANA time zone; NaT for NaT.

    If there are fewer quarters of an hour than instants, only the two ends of each quarter are
    looked up. Where both are on the same day, so is all between them. The instants of the other
    quarters are looked up one by one: a century ago clocks were some seconds off, and some zones
    set them back at a minute past midnight.
    """
    is_known = ~np.isnat(instants)
    if not is_known.all():
        days = np.full(len(instants), np.datetime64("NaT", "D"))
        days[is_known] = days_shown(instants[is_known], timezone)
        return days
    instants = instants.astype(_INSTANT, copy=False)  # a Timestamp may be in nanoseconds
    quarters = instants.view(np.int64) // _QUARTER_US
    first, last = (int(quarters.min()), int(quarters.max())) if len(quarters) else (0, 0)
    if last - first >= len(quarters):
        return _looked_up(instants, timezone)
    begins = np.arange(first, last + 1) * _QUARTER_US
    shown = _looked_up(begins.view(_INSTANT), timezone)
    is_mixed = shown != _looked_up((begins + (_QUARTER_US - 1)).view(_INSTANT), timezone)
    places = quarters - first
    found: Days = shown[places]
    if is_mixed.any():
        mixed = np.flatnonzero(is_mixed[places])
        found[mixed] = _looked_up(instants[mixed], timezone)
    return found


def _looked_up(instants: Instants, timezone: str) -> Days:
    aware = pd.DatetimeIndex(instants, tz="UTC").tz_convert(ZoneInfo(timezone))
    days: Days = aware.tz_localize(None).to_numpy(_INSTANT).astype(_DAY)
    return days


def day_starts(days: Days, timezone: str) -> Instants:
    """Return the first instant of each local day; NaT for NaT.

    If clocks skip midnight, the day begins when they change; if midnight comes twice, at the first.
    A day that clocks skip begins with the day after it.
    """
    places, different = pd.factorize(days.astype(_DAY).ravel(), use_na_sentinel=False)
    midnights = pd.DatetimeIndex(different.astype(_INSTANT))
    aware = midnights.tz_localize(
        ZoneInfo(timezone), ambiguous=np.ones(len(midnights), np.bool_), nonexistent="NaT"
    )
    starts = aware.tz_convert("UTC").tz_localize(None).to_numpy(_INSTANT).copy()
    for place in np.flatnonzero(np.isnat(starts) & ~np.isnat(different)):
        # Not pandas' nonexistent="shift_forward", which shifts by whole hours only.
        starts[place] = _first_instant(different[place].astype(dt.date), ZoneInfo(timezone))
    found: Instants = starts[places].reshape(days.shape)
    return found


def _first_instant(day: dt.date, zone: ZoneInfo) -> np.datetime64:
    """Find the second at which clocks skip a day's midnight."""
    midnight = dt.datetime.combine(day, dt.time(), zone)
    # fold=1 takes the offset after the change, which puts midnight before it; fold=0 the reverse.
    early, late = (int(midnight.replace(fold=fold).timestamp()) for fold in (1, 0))
    while late - early > 1:
        middle = (early + late) // 2
        shows_day = dt.datetime.fromtimestamp(middle, zone).date() >= day
        early, late = (early, middle) if shows_day else (middle, late)
    return np.datetime64(late * 1_000_000, "us")


def skipped_days(first: np.datetime64, last: np.datetime64, timezone: str) -> Days:
    """Return the days from `first` to `last` that a time zone skipped.

    Examples
    --------
    >>> skipped_days(np.datetime64("2011-12-01"), np.datetime64("2011-12-31"), "Pacific/Apia")
    array(['2011-12-30'], dtype='datetime64[D]')
    """
    days = np.arange(first, last + ONE_DAY)
    skipped: Days = days[day_starts(days, timezone) == day_starts(days + ONE_DAY, timezone)]
    return skipped


def hours_as_spans(hours: Floats) -> pd.Series:
    """Return hours as spans of time, to the microsecond; NaT for NaN and more than a billion.

    ``pandas.to_timedelta`` of pandas 2.3 computes with memory that was never written where hours
    are NaN, and so warns of an overflow now and then.

    Examples
    --------
    >>> hours_as_spans(np.array([1.5, np.nan])).tolist()
    [Timedelta('0 days 01:30:00'), NaT]
    """
    is_known = np.abs(hours) <= _MOST_HOURS
    microseconds = np.rint(np.where(is_known, hours, 0.0) * _HOUR_US).astype(np.int64)
    spans = microseconds.astype("timedelta64[us]")
    return pd.Series(np.where(is_known, spans, np.timedelta64("NaT", "us")))


def positions(instants: Instants, timezone: str) -> Floats:
    """Return each instant as local days since 1970, with the elapsed share of its day."""
    days = days_shown(instants, timezone)
    start, after = day_starts(days, timezone), day_starts(days + ONE_DAY, timezone)
    passed: Floats = days.astype(np.int64) + (instants - start) / (after - start)
    return passed


def last_started_day(moment: pd.Timestamp, timezone: str) -> int:
    """Return the number of the latest local day that has begun."""
    instant = np.array([moment.tz_convert("UTC").tz_localize(None)], _INSTANT)
    shown = days_shown(instant, timezone)
    # If midnight comes twice, the clock shows the day before again after the first.
    has_begun = day_starts(shown + ONE_DAY, timezone) <= instant
    return int(shown.astype(np.int64)[0]) + int(has_begun[0])


def period_numbers(periods: Words, days: Days | Ints) -> Ints:
    """Number the daily, weekly (from Monday) or monthly period of each day.

    Consecutive periods have consecutive numbers. An unknown period counts as daily.
    """
    day = days.astype(_DAY)
    number, month = day.astype(np.int64), day.astype("datetime64[M]").astype(np.int64)
    choices = [periods == "weekly", periods == "monthly"]
    return np.select(choices, [(number + _THURSDAY) // 7, month], number)


def first_days(periods: Words, numbers: Ints) -> Days:
    """Return the first day of each numbered period; NaT for an unknown period."""
    return np.select(
        [periods == "daily", periods == "weekly", periods == "monthly"],
        [
            numbers.astype(_DAY),
            (numbers * 7 - _THURSDAY).astype(_DAY),
            numbers.astype("datetime64[M]").astype(_DAY),
        ],
        np.datetime64("NaT", "D"),
    )


def month_starts(days: Ints) -> Ints:
    """Return the first day of the month of each day; NO_DAY stays."""
    months = days.astype(_DAY).astype("datetime64[M]")
    return months.astype(_DAY).astype(np.int64)


def parse_instant(argument: str, given: InstantLike) -> np.datetime64:
    """Read an instant, which needs an offset or a time zone.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        It has none, or is not an instant.
    """
    if not isinstance(given, str | dt.datetime):
        raise ArgumentTypeError(argument, given, "an instant with its offset")
    try:
        instant = pd.Timestamp(given)
    except ValueError as error:
        raise ArgumentError(argument, given, "pass an instant as '2026-06-15T12:00:00Z'") from error
    if pd.isna(instant) or instant.tzinfo is None:
        raise ArgumentError(argument, given, f"an instant needs its offset: {with_offset(given)}")
    if not _FIRST_YEAR <= instant.year <= _LAST_YEAR:
        problem = f"pass an instant of the years {_FIRST_YEAR} to {_LAST_YEAR}"
        raise ArgumentError(argument, given, problem)
    naive: dt.datetime = instant.tz_convert("UTC").tz_localize(None).to_pydatetime(warn=False)
    return np.datetime64(naive, "us")


def with_offset(naive: object) -> str:
    """Write a time without an offset as an instant, as an example for a message.

    Examples
    --------
    >>> print(with_offset("2026-06-10 12:00"))
    '2026-06-10T12:00:00Z' if it is UTC
    """
    known = pd.Timestamp("2026-06-15T12:00:00")
    if isinstance(naive, str | dt.datetime):
        with suppress(ValueError):
            read = pd.Timestamp(naive)
            known = known if pd.isna(read) else read
    return f"'{known:%Y-%m-%dT%H:%M:%S}Z' if it is UTC"


def is_instant(moment: object) -> bool:
    """Return whether a moment is an instant rather than a day."""
    return isinstance(moment, dt.datetime) and moment.tzinfo is not None


def _day_of(argument: str, moment: Any, timezone: str) -> int:
    """Return the number of a day, or of the local day of an instant."""
    if is_instant(moment):
        shown = days_shown(np.array([parse_instant(argument, moment)]), timezone)
        return int(shown.astype(np.int64)[0])
    if isinstance(moment, dt.datetime) and not pd.isna(moment) and moment.time() != dt.time():
        problem = f"give a day, '{moment:%Y-%m-%d}', or an instant with its offset"
        raise ArgumentError(argument, moment, f"{problem}, {with_offset(moment)}")
    return int(np.datetime64(parse_day(moment, argument), "D").astype(np.int64))


def past_day(
    argument: str, moment: Any, timezone: str, now: pd.Timestamp, *, advice: str = ""
) -> int:
    """Return the number of a day as :func:`_day_of` does, and refuse a day after today.

    Raises
    ------
    ArgumentError
        It is after today.
    """
    day, today = _day_of(argument, moment, timezone), _day_of("now", now, timezone)
    if day > today:
        problem = (
            f"{moment} is in the future: today is {np.datetime64(today, 'D')} in {timezone}. Pass "
            f"today or an earlier day{advice}."
        )
        raise ArgumentError(argument, moment, problem=problem)
    return day


def past_instant(
    argument: str, moment: Any, timezone: str, now: pd.Timestamp, *, advice: str = ""
) -> pd.Timestamp:
    """Read an instant, or the end of a day; today's end, and a later instant of today, is now.

    Raises
    ------
    ArgumentError
        It is after today.
    """
    day = past_day(argument, moment, timezone, now, advice=advice)
    if is_instant(moment):
        return min(pd.Timestamp(moment).tz_convert("UTC"), now)
    end = day_starts(np.array([day + 1]).astype(_DAY), timezone)
    return min(pd.Timestamp(end[0], tz="UTC"), now)
