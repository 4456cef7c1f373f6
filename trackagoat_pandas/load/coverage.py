"""Which of the days asked for a load has data of; a warning says where that isn't all of them."""

from __future__ import annotations

import calendar
import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from trackagoat_pandas._types import Days, Granularity
from trackagoat_pandas._warning import warn
from trackagoat_pandas.dates import DateRange
from trackagoat_pandas.errors import NoDataWarning
from trackagoat_pandas.helpers.clocks import skipped_days
from trackagoat_pandas.helpers.columns import days_of
from trackagoat_pandas.helpers.series import (
    IDENTITY,
    buckets_left_out,
    next_bucket,
    numbered,
    runs_of_days,
)
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.organization import known_timezone

_ONE_DAY = dt.timedelta(days=1)
_WEEK = np.timedelta64(7, "D")


def server_today(
    client: Client, sent_at: dt.datetime | None, timezone: str | None = None
) -> dt.date:
    """Which day it is in the organization, by a response's Date header; nothing is asked.

    Without a header the machine's clock counts, without a known time zone UTC.
    """
    zone = _zone(client.timezone or timezone or known_timezone(client)) or ZoneInfo("UTC")
    return (sent_at or dt.datetime.now(dt.UTC)).astimezone(zone).date()


def warn_no_data(
    what: str, span: DateRange | None, today: dt.date, *, since: dt.date | None = None
) -> None:
    """Warn that a load gave no data, and why, as far as that is known.

    Parameters
    ----------
    what
        What was loaded, such as ``"analytics"`` or a report's name.
    span
        The dates asked for; None if the server chose them.
    today
        The organization's day, from :func:`server_today`.
    since
        The earliest day that may have data, if it is known.
    """
    if span is None:
        why = "the server's own range of dates holds none."
    elif span.first > today:
        why = f"{span} is in the future; the server's today is {today}."
    elif since is not None and span.last < since:
        why = f"{span} is before {since}, the earliest day with data."
    else:
        why = f"the server has none for {span}."
    warn(f"{what}: no data: {why}", NoDataWarning)


def warn_beyond_data(
    what: str,
    span: DateRange,
    today: dt.date,
    *,
    first: dt.date | None = None,
    last: dt.date | None = None,
) -> None:
    """Warn if dates reach more than a day beyond the days with data, and say which these are.

    An end with that of the week, month, quarter or year that is still running is no such case:
    "2026-06" in the middle of June means what there is of it.

    Parameters
    ----------
    what
        What was loaded.
    span
        The dates asked for.
    today
        The organization's day, from :func:`server_today`.
    first, last
        The first and the last day with data; None where that isn't known.
    """
    facts = []
    if first is not None and first > span.first + _ONE_DAY:
        facts.append(f"the first day with data is {first}")
    if span.last > today + _ONE_DAY and span.last not in _running_ends(today):
        facts.append(f"the server's today is {today}")
    elif last is not None and last < min(span.last, today - _ONE_DAY):
        facts.append(f"the last day with data is {last}")
    if facts:
        warn(f"{what}: {span} reaches beyond the data: {', '.join(facts)}.", NoDataWarning)


def _running_ends(today: dt.date) -> list[dt.date]:
    """The last days of the week (from Monday), month, quarter and year that a day is in."""
    months = (today.month, today.month + -today.month % 3, 12)
    lasts = [calendar.monthrange(today.year, month)[1] for month in months]
    return [
        today + (6 - today.weekday()) * _ONE_DAY,
        *(dt.date(today.year, *each) for each in zip(months, lasts, strict=True)),
    ]


def missing_days(series: pd.DataFrame, granularity: Granularity, timezone: str | None) -> Days:
    """Find the days between the first and the last bucket of a series for which it has none.

    Parameters
    ----------
    series
        Analytics, with a row for each bucket that came.
    granularity
        How long the buckets are.
    timezone
        Days that it never had are not missing.

    Returns
    -------
    array
        The days that some series of the frame doesn't have, each once.
    """
    owners, days = numbered(series, IDENTITY), days_of(series["date"])
    if granularity == "week":
        # A first week that is cut begins with the range, not on the weekday of the others.
        lasts = pd.Series(days.astype("datetime64[us]")).groupby(owners).transform("max")
        days = days - (days - lasts.to_numpy().astype("datetime64[D]")) % _WEEK
    buckets = buckets_left_out(owners, days, days, granularity)
    ends = next_bucket(buckets, granularity)
    missing: Days = np.concatenate([days[:0], *map(np.arange, buckets, ends)])
    zone = _zone(timezone)
    if missing.size and zone is not None:
        missing = np.setdiff1d(missing, skipped_days(missing[0], missing[-1], zone.key))
    return missing


def as_ranges(days: Days) -> list[str]:
    """Write ascending days as ranges, such as ``"2026-05-11..2026-05-20"``."""
    return [
        str(first) if first == last else f"{first}..{last}" for first, last in runs_of_days(days)
    ]


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):  # a response may name any
        return None
