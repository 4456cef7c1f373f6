"""At which instant goals are judged, and in whose calendar; never by the machine's clock."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

from trackagoat_pandas._types import DateLike
from trackagoat_pandas.checks import check_timezone, frame_facts, frame_params
from trackagoat_pandas.dates import parse_day
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, MissingArgumentError
from trackagoat_pandas.helpers.clocks import Instants
from trackagoat_pandas.helpers.goals.arrays import read_numbers
from trackagoat_pandas.helpers.goals.periods import ONE_DAY, Calendar
from trackagoat_pandas.helpers.series import instants_of

InstantLike: TypeAlias = "str | dt.datetime | pd.Timestamp"
"""An instant with its offset or time zone."""

ADVISORY_TIMES = ("period_end", "hours_until_period_end", "hours_since_period_end")
_HOUR_US = 3_600_000_000
_NEVER = np.datetime64("NaT", "us")


@dataclass(frozen=True, slots=True)
class Moment:
    """The day that is asked for, and the instant from which it is seen."""

    day: np.datetime64
    at: np.datetime64


def parse_instant(argument: str, given: InstantLike) -> np.datetime64:
    """Read an instant; a time without an offset could be anywhere."""
    if not isinstance(given, str | dt.datetime):
        raise ArgumentTypeError(argument, given, "an instant with its offset")
    try:
        instant = pd.Timestamp(given)
    except ValueError as error:
        raise ArgumentError(argument, given, "an instant as '2026-06-15T12:00:00Z'") from error
    if pd.isna(instant) or instant.tzinfo is None:
        raise ArgumentError(argument, given, "an instant needs its offset: '2026-06-15T12:00:00Z'")
    naive: dt.datetime = instant.tz_convert("UTC").tz_localize(None).to_pydatetime(warn=False)
    return np.datetime64(naive, "us")


def calendar_of(goals: pd.DataFrame, timezone: str | None) -> Calendar:
    """Return the calendar that was named, or the one that the frame was loaded in."""
    known = frame_facts(goals).get("timezone") if timezone is None else timezone
    if known is None:
        reason = "the goals frame doesn't carry one, e.g. 'Europe/Berlin'"
        raise MissingArgumentError("timezone", reason)
    return Calendar(check_timezone("timezone", known))


def judged_at(goals: pd.DataFrame) -> Instants:
    """Return the instant at which each row was judged, from the hours to or since its period's end.

    The hours come with two digits, so it is within 18 seconds. NaT where there are none.
    """
    if any(name not in goals.columns for name in ADVISORY_TIMES):
        return np.full(len(goals), _NEVER)
    left = read_numbers(goals["hours_until_period_end"])
    hours = np.where(np.isnan(left), -read_numbers(goals["hours_since_period_end"]), left)
    known = ~np.isnan(hours)
    length = np.rint(np.where(known, hours, 0.0) * _HOUR_US).astype("timedelta64[us]")
    return np.where(known, instants_of(goals["period_end"]) - length, _NEVER)


def latest_instant(goals: pd.DataFrame, now: InstantLike | None) -> np.datetime64:
    """Return now, or the latest instant at which a row of the frame was judged."""
    if now is not None:
        return parse_instant("now", now)
    instants = judged_at(goals)
    known = instants[~np.isnat(instants)]
    if len(known):
        return np.datetime64(known.max(), "us")
    if len(goals):
        raise MissingArgumentError("now", "the goals frame has no reference date")
    return _NEVER


def find_moment(
    goals: pd.DataFrame,
    reference_date: DateLike | None,
    now: InstantLike | None,
    calendar: Calendar,
) -> Moment:
    """Find the day to judge and its instant: the day's end, but never later than now."""
    latest = latest_instant(goals, now)
    judged = _reference_date(goals) if now is None else None
    if reference_date is None:
        today = calendar.days(np.array([latest]))[0]
        return Moment(today if judged is None else judged, latest)
    day = np.datetime64(parse_day(reference_date, "reference_date"), "D")
    if judged is not None and day > judged:
        raise ArgumentError(
            "reference_date", str(day), f"the goals were judged on {judged}: pass now= as well"
        )
    return Moment(day, np.fmin(latest, calendar.starts(np.array([day + ONE_DAY]))[0]))


def _reference_date(goals: pd.DataFrame) -> np.datetime64 | None:
    """Return the day for which the frame was loaded, unless that was today."""
    given = frame_params(goals).get("reference_date")
    return None if given is None else np.datetime64(parse_day(given, "reference_date"), "D")
