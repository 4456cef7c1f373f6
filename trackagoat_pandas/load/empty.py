"""Why a range of days holds no data, said in a warning, since an empty frame doesn't say it."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pandas as pd

from trackagoat_pandas._types import Params
from trackagoat_pandas._warning import warn
from trackagoat_pandas.dates import DateRange
from trackagoat_pandas.errors import NoDataWarning
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.organization import known_timezone
from trackagoat_pandas.tables import Table


def server_today(
    client: Client, sent_at: dt.datetime | None, timezone: str | None = None
) -> dt.date:
    """Which day it is in the organization, by a response's Date header; nothing is asked.

    Without a header the machine's clock counts, without a known time zone UTC.
    """
    try:
        zone = ZoneInfo(client.timezone or timezone or known_timezone(client) or "UTC")
    except (KeyError, ValueError, OSError):  # a response may name any
        zone = ZoneInfo("UTC")
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


def explain_empty(
    frame: pd.DataFrame, table: Table, params: Params, client: Client, sent_at: dt.datetime | None
) -> None:
    """Warn if a list of a range of days is empty because they are in the future.

    No accruals or notes on days that have passed are an answer; a report without a row isn't.
    """
    first, last = params.get("from"), params.get("to")
    if len(frame) or not (first and last):
        return
    span, today = DateRange(str(first), str(last)), server_today(client, sent_at)
    if span.first > today or table.loader == "load_report":
        warn_no_data(table.name, span, today)
