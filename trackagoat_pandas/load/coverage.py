"""Which of the requested days have data, and the warnings about those that have none."""

from __future__ import annotations

import calendar
import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from trackagoat_pandas._types import Days, Granularity
from trackagoat_pandas._warning import warn
from trackagoat_pandas.dates import DateRange
from trackagoat_pandas.errors import ContractWarning, NoDataWarning, listing
from trackagoat_pandas.frames.build import ATTRIBUTE
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
from trackagoat_pandas.load.provenance import add_facts
from trackagoat_pandas.load.query import Query
from trackagoat_pandas.organization import known_timezone

_ONE_DAY = dt.timedelta(days=1)
_WEEK = np.timedelta64(7, "D")


def server_today(
    client: Client, sent_at: dt.datetime | None, timezone: str | None = None
) -> dt.date:
    """Return the organization's day at the time of a response's Date header; sends no request.

    Without a header this machine's clock is used; without a known time zone, UTC.
    """
    zone = _zone(client.timezone or timezone or known_timezone(client)) or ZoneInfo("UTC")
    return (sent_at or dt.datetime.now(dt.UTC)).astimezone(zone).date()


def warn_no_data(
    what: str, span: DateRange | None, today: dt.date, *, since: dt.date | None = None
) -> None:
    """Warn that a load returned no data, with the reason if it is known.

    Parameters
    ----------
    what
        What was loaded, such as ``"analytics"`` or a report's name.
    span
        The requested dates; None if the server chose them.
    today
        The organization's day, from :func:`server_today`.
    since
        The earliest day that may have data, if it is known.
    """
    if span is None:
        why = "the server has none for its default range of dates."
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
    """Warn if the requested dates reach more than a day beyond the days with data.

    Dates that end with the current week, month, quarter or year are exempt: "2026-06" in the middle
    of June means the part of it that has passed.

    Parameters
    ----------
    what
        What was loaded.
    span
        The requested dates.
    today
        The organization's day, from :func:`server_today`.
    first, last
        The first and the last day with data; None if unknown.
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
    """Return the last days of the week (from Monday), month, quarter and year that a day is in."""
    months = (today.month, today.month + -today.month % 3, 12)
    lasts = [calendar.monthrange(today.year, month)[1] for month in months]
    return [
        today + (6 - today.weekday()) * _ONE_DAY,
        *(dt.date(today.year, *each) for each in zip(months, lasts, strict=True)),
    ]


def note_missing_days(series: pd.DataFrame, granularity: Granularity) -> None:
    """Note days for which a series has no bucket, although it has earlier and later ones.

    Warns
    -----
    ContractWarning
        Once, if there are any. The provenance then says ``complete=False`` and lists them in
        ``gaps``.
    """
    facts = series.attrs[ATTRIBUTE]
    missing = _missing_days(series, granularity, facts["timezone"])
    if not missing.size:
        return
    gaps = runs_of_days(missing)
    # combine_loads needs both: a later load can fill gaps, but not replace a series that failed.
    add_facts(series, complete=False, gaps=gaps, loads_complete=facts["complete"])
    days = "1 day" if missing.size == 1 else f"{missing.size:,} days"
    warn(
        f"analytics: the server left {days} out of the middle of a series: {listing(gaps)}. The "
        "frame is incomplete, unless the server leaves out days on which nothing happened.",
        ContractWarning,
    )


def _missing_days(series: pd.DataFrame, granularity: Granularity, timezone: str | None) -> Days:
    owners, days = numbered(series, IDENTITY), days_of(series["date"])
    if granularity == "week":
        # If the range cuts the first week, its bucket begins on another weekday than the others.
        lasts = pd.Series(days.astype("datetime64[us]")).groupby(owners).transform("max")
        days = days - (days - lasts.to_numpy().astype("datetime64[D]")) % _WEEK
    buckets = buckets_left_out(owners, days, days, granularity)
    ends = next_bucket(buckets, granularity)
    missing: Days = np.concatenate([days[:0], *map(np.arange, buckets, ends)])
    zone = _zone(timezone)
    if missing.size and zone is not None:
        # Apia, for one, had no 30 December 2011.
        missing = np.setdiff1d(missing, skipped_days(missing[0], missing[-1], zone.key))
    return missing


def explain_days(
    series: pd.DataFrame,
    query: Query,
    span: DateRange | None,
    today: dt.date,
    since: dt.date | None,
    *,
    is_open: bool,
) -> None:
    """Note the first and the last day with data, and warn if the requested dates reach further.

    Parameters
    ----------
    series
        The loaded analytics; the days go into its provenance as ``data_since`` and ``data_until``.
    query, span
        What was requested.
    today
        The organization's day, from :func:`server_today`.
    since
        The day before which there can be no data, if it is known.
    is_open
        Whether the dates begin relative to today, as "last 30 days" does: these may reach further.
    """
    main = series[series["series_kind"] == "main"]
    values = main["value"].dropna()
    is_early = span is not None and since is not None and span.last < since
    if values.empty or (is_early and not values.any()):
        warn_no_data("analytics", span, today, since=since)
        return
    if span is None:
        return
    days = days_of(main["date"])
    ends = np.array([days.min(), days.max()])
    before, after = next_bucket(ends, query.granularity, np.array([-1, 1])).tolist()
    # A first week or month that lies only partly in the range may have no bucket.
    first: dt.date = ends[0].item() if before >= span.first else span.first
    last: dt.date = after - _ONE_DAY
    if since is not None and query.entity == "video":
        first = span.first  # nothing is missing before a video was posted
    elif since is not None and not _has_values_before(main, since):
        first = max(first, since)
    known = {}
    if first > span.first + _ONE_DAY:
        known["data_since"] = str(first)
    if last < min(span.last, today - _ONE_DAY):
        known["data_until"] = str(last)
    if since is not None and query.entity != "video" and _is_prior_blank(series, span, since):
        known["data_since"] = str(since)
        warn(
            "analytics: the prior period reaches beyond the data: the first day with data is "
            f"{since}.",
            NoDataWarning,
        )
    add_facts(series, **known)
    if not is_open:
        warn_beyond_data("analytics", span, today, first=first, last=last)


def _has_values_before(series: pd.DataFrame, day: dt.date) -> bool:
    """Say whether a series has values other than 0 before a day."""
    is_before = days_of(series["date"]) < np.datetime64(day)
    return bool(series.loc[is_before, "value"].fillna(0).any())


def _is_prior_blank(series: pd.DataFrame, span: DateRange, since: dt.date) -> bool:
    """Say whether the prior period begins more than a day before the first data."""
    prior = series[series["series_kind"] == "prior_period"]
    begins = span.first - (span.last - span.first) - _ONE_DAY
    return len(prior) > 0 and since > begins + _ONE_DAY and not _has_values_before(prior, since)


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):  # a response may name any zone, or none that exists
        return None
