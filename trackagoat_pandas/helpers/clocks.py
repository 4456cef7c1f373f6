"""The days that the clocks of a time zone show, and the instants at which they begin, in arrays."""

from __future__ import annotations

import datetime as dt
from typing import TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Days: TypeAlias = "NDArray[np.datetime64]"
"""Days of a calendar: datetime64[D]."""
Instants: TypeAlias = "NDArray[np.datetime64]"
"""Instants in UTC: datetime64[us]."""

_DAY, _INSTANT = "datetime64[D]", "datetime64[us]"
_QUARTER_US = 15 * 60 * 1_000_000
_ONE_DAY = np.timedelta64(1, "D")


def days_shown(instants: Instants, timezone: str) -> Days:
    """Return the day that the clocks of an IANA time zone show at each instant; NaT for NaT.

    Many instants share few quarters of an hour, so where that is so only the ends of the quarters
    are looked up: one with the same day at both has it throughout. In others, as where clocks were
    some seconds off a century ago or go back over midnight at a minute past, each instant is.
    """
    is_known = ~np.isnat(instants)
    if not is_known.all():
        days = np.full(len(instants), np.datetime64("NaT", "D"))
        days[is_known] = days_shown(instants[is_known], timezone)
        return days
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
    """Return the first instant at which the clocks of a time zone show each day; NaT for NaT.

    Where clocks skip midnight it is the instant of the change; where midnight comes twice, the
    first. A day that they skip begins with the one after it.
    """
    places, different = pd.factorize(days.astype(_DAY).ravel(), use_na_sentinel=False)
    midnights = pd.DatetimeIndex(different.astype(_INSTANT))
    aware = midnights.tz_localize(
        ZoneInfo(timezone), ambiguous=np.ones(len(midnights), np.bool_), nonexistent="NaT"
    )
    starts = aware.tz_convert("UTC").tz_localize(None).to_numpy(_INSTANT).copy()
    for place in np.flatnonzero(np.isnat(starts) & ~np.isnat(different)):
        # pandas can shift these forward, but only by whole hours.
        starts[place] = _first_instant(different[place].astype(dt.date), ZoneInfo(timezone))
    found: Instants = starts[places].reshape(days.shape)
    return found


def _first_instant(day: dt.date, zone: ZoneInfo) -> np.datetime64:
    """Find the change of clocks that skips a day's midnight, to the second."""
    midnight = dt.datetime.combine(day, dt.time(), zone)
    # With the offset after the change midnight is before it, with the one before it after.
    early, late = (int(midnight.replace(fold=fold).timestamp()) for fold in (1, 0))
    while late - early > 1:
        middle = (early + late) // 2
        shows_day = dt.datetime.fromtimestamp(middle, zone).date() >= day
        early, late = (early, middle) if shows_day else (middle, late)
    return np.datetime64(late * 1_000_000, "us")


def skipped_days(first: np.datetime64, last: np.datetime64, timezone: str) -> Days:
    """Return the days from `first` to `last` that a time zone never had.

    Examples
    --------
    >>> skipped_days(np.datetime64("2011-12-01"), np.datetime64("2011-12-31"), "Pacific/Apia")
    array(['2011-12-30'], dtype='datetime64[D]')
    """
    days = np.arange(first, last + _ONE_DAY)
    skipped: Days = days[day_starts(days, timezone) == day_starts(days + _ONE_DAY, timezone)]
    return skipped
