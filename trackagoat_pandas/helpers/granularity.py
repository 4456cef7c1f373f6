"""Sum daily analytics to weeks or months, align a prior period with the main one, name buckets."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Granularity
from trackagoat_pandas.helpers.columns import codes_of, days_of, is_word, numbered
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.loads import latest_days
from trackagoat_pandas.helpers.series import IDENTITY, ROW, granularity_of, next_bucket
from trackagoat_pandas.inputs.checks import check_choice, frame_facts, frame_params, require_columns
from trackagoat_pandas.tables.analytics import RAW_METRICS

_BUCKET = (*IDENTITY, "label", "date")
_FLAGS = ("is_partial", "is_baseline")


@derived("analytics")
def align_days(analytics: pd.DataFrame) -> pd.Series:
    """Return each row's day, and for rows of a prior period the day they are compared with.

    Parameters
    ----------
    analytics : DataFrame
        The frame of :func:`load_analytics`.

    Returns
    -------
    pandas.Series
        A day for each row (datetime64[us], no time zone), with the frame's index; NaT for NaT. The
        first bucket of the prior period is compared with the first of the main period, the second
        with the second, and so on.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError
        The column ``date`` or ``series_kind`` is missing, ``date`` doesn't hold days, or
        ``analytics`` is not a frame.

    See Also
    --------
    summarize_analytics : Sum series by entity or day.
    to_wide : Pivot to a column for each entity.
    plots.trend : Draw a metric over time.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     creators = tgp.load_creators("Summer Launch").head(1)
    ...     views = tgp.load_analytics(
    ...         "creator", creators, "views", dates="2026-05", compare="prior_period")
    >>> days = views.assign(day=tgp.align_days(views)).sort_values("day")
    >>> print(days[["series_kind", "date", "day"]].head(2).to_string(index=False))
     series_kind       date        day
            main 2026-05-01 2026-05-01
    prior_period 2026-03-31 2026-05-01
    """
    require_columns(analytics, ["date", "series_kind"], loader="load_analytics")
    days = days_of(analytics["date"])
    is_prior = is_word(analytics["series_kind"], "prior_period")
    is_main = is_word(analytics["series_kind"], "main")
    is_known = ~np.isnat(days)
    if (is_prior & is_known).any() and (is_main & is_known).any():
        # Months differ in length, so a number of days would not move each to its counterpart.
        step: Granularity = "month" if granularity_of(analytics) == "month" else "day"
        unit = "datetime64[M]" if step == "month" else "datetime64[D]"
        first = days[is_main & is_known].min().astype(unit)
        before = days[is_prior & is_known].min().astype(unit)
        days[is_prior] = next_bucket(days[is_prior], step, int((first - before).astype("int64")))
    return pd.Series(days.astype("datetime64[us]"), analytics.index, name="date")


@derived("analytics", facts_of="analytics", is_titled=False)
def resample(analytics: pd.DataFrame, granularity: Literal["week", "month"]) -> pd.DataFrame:
    """Sum daily analytics to weeks, which start on Monday, or to months.

    Parameters
    ----------
    analytics : DataFrame
        The frame of :func:`load_analytics`, with daily buckets.
    granularity : {'week', 'month'}
        The length of the new buckets.

    Returns
    -------
    pandas.DataFrame
        One row for each series and week or month, with the given columns that
        :func:`load_analytics` returns, and their dtypes. ``value`` is the sum of the known values,
        or in mode ``cumulative`` the last known one; NA if no day has a value. A bucket is partial
        if any of its days is. Of several rows for one series and date, only the one that
        :func:`combine_loads` would keep counts.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError
        A column is missing or holds something else, or `granularity` is another word.

    See Also
    --------
    load_analytics : Load time series.
    to_wide : Pivot to a column for each entity.
    plots.trend : Draw a metric over time.

    Notes
    -----
    Rates are left out, since the rate of a week isn't the sum of the daily rates. Days of a prior
    period are put into the same weeks as the days they are compared with. With months the prior
    period is left out, since months differ in length.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     creators = tgp.load_creators("Summer Launch").head(2)
    ...     views = tgp.load_analytics("creator", creators, "views", dates="2026-04..2026-05")
    >>> months = tgp.resample(views, "month")
    >>> print(months[["label", "date", "value"]].to_string(index=False))
           label       date     value
    urban.closet 2026-04-01   11427.0
    urban.closet 2026-05-01   47976.0
    mossy.runner 2026-04-01  185167.0
    mossy.runner 2026-05-01  695080.0
    """
    require_columns(analytics, ROW, loader="load_analytics")
    check_choice("granularity", granularity, ["week", "month"])
    analytics = latest_days(analytics)
    # Joined loads needn't be in order of date, and of totals the last one of a bucket counts.
    order = np.lexsort((days_of(analytics["date"]), numbered(analytics, IDENTITY)))
    analytics = analytics.iloc[order]
    compared = align_days(analytics)
    is_seen = codes_of(analytics["metric"], RAW_METRICS) >= 0
    if granularity == "month":
        # A prior period is as many days before, so its days fill no months.
        is_seen &= ~is_word(analytics["series_kind"], "prior_period")
    rows, compared = analytics[is_seen], compared[is_seen]
    since = compared.dt.day_of_week if granularity == "week" else compared.dt.day - 1
    days = pd.Series(days_of(rows["date"]).astype("datetime64[us]"), rows.index)
    starts = (days - pd.to_timedelta(since, unit="D")).astype(analytics["date"].dtype)
    names = [name for name in _BUCKET if name in rows.columns]
    groups = rows.assign(date=starts).groupby(names, observed=True, dropna=False, sort=False)
    is_total = frame_params(analytics).get("mode") == "cumulative"
    values = groups["value"].last() if is_total else groups["value"].sum(min_count=1)
    flags = {name: groups[name].any() for name in _FLAGS if name in rows.columns}
    made = pd.DataFrame({"value": values, **flags}).reset_index()
    made = made[[name for name in analytics.columns if name in made.columns]]
    made = made.astype({name: analytics[name].dtype for name in made.columns})
    params = {**frame_params(analytics), "granularity": granularity}
    main = days[~is_word(rows["series_kind"], "prior_period")].dropna()
    if {"from", "to"} <= set(params) and len(main):
        # The rows may be a part of what was loaded, and the first and last buckets then are too.
        params |= {"from": f"{main.min():%Y-%m-%d}", "to": f"{main.max():%Y-%m-%d}"}
    made.attrs = {**analytics.attrs, "trackagoat": {**frame_facts(analytics), "params": params}}
    return made


_MONTHS: Final = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip


def day_text(day: date) -> str:
    """Write a day: 5 Jun 2026.

    Examples
    --------
    >>> day_text(date(2026, 6, 5))
    '5 Jun 2026'
    """
    return f"{day.day} {month_text(day)} {day:%Y}"


def month_text(day: date) -> str:
    """Name a month by three letters, in English whatever the machine's language is.

    Examples
    --------
    >>> month_text(date(2026, 6, 5))
    'Jun'
    """
    return _MONTHS[day.month - 1]


def buckets_text(first: date, last: date, granularity: Granularity) -> str:
    """Name buckets by their first days, from the first bucket to the last.

    Examples
    --------
    >>> buckets_text(date(2026, 5, 1), date(2026, 5, 2), "day")
    '1 May to 2 May 2026'
    >>> buckets_text(date(2026, 5, 4), date(2026, 5, 4), "week")
    'the week of 4 May 2026'
    >>> buckets_text(date(2025, 12, 1), date(2026, 2, 1), "month")
    'Dec 2025 to Feb 2026'
    """
    year = f" {first.year}" if first.year != last.year else ""
    began, ended = f"{month_text(first)}{year}", f"{month_text(last)} {last:%Y}"
    if granularity == "month":
        return ended if first == last else f"{began} to {ended}"
    text = day_text(last) if first == last else f"{first.day} {began} to {day_text(last)}"
    if granularity == "week":
        return f"the week of {text}" if first == last else f"the weeks of {text}"
    return text
