"""The days that the clocks of a time zone show at instants, for whole arrays."""

from __future__ import annotations

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
