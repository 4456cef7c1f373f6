"""Daily analytics in weeks or months, and the days with which a prior period is compared."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from trackagoat_pandas._types import Granularity
from trackagoat_pandas.checks import check_choice, frame_facts, frame_params, require_columns
from trackagoat_pandas.helpers.columns import days_of, is_word
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.series import IDENTITY, granularity_of, next_bucket
from trackagoat_pandas.tables.analytics import RAW_METRICS

_BUCKET = (*IDENTITY, "label", "date")
_FLAGS = ("is_partial", "is_baseline")


@derived()
def compared_days(analytics: pd.DataFrame) -> pd.Series:
    """Give each row's day; for a prior period the day with which it is compared.

    Parameters
    ----------
    analytics
        The frame of :func:`load_analytics`.

    Returns
    -------
    pandas.Series
        A day for each row (datetime64[us], no time zone), under the same index; NaT for NaT. The
        first bucket of the prior period is compared with the first of the range asked for, and so
        on.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError
        There is no column ``date`` or ``series_kind``, ``date`` holds no days, or ``analytics`` is
        no frame.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     creators = tgp.load_creators("Summer Launch")
    ...     views = tgp.load_analytics(
    ...         "creator", creators, "views", dates="2026-05", compare="prior_period")
    >>> sorted(tgp.compared_days(views).dt.month.unique().tolist())
    [5]
    """
    require_columns(analytics, ["date", "series_kind"], loader="load_analytics")
    days = days_of(analytics["date"])
    is_prior = is_word(analytics["series_kind"], "prior_period")
    is_own = is_word(analytics["series_kind"], "main")
    is_known = ~np.isnat(days)
    if (is_prior & is_known).any() and (is_own & is_known).any():
        step: Granularity = "month" if granularity_of(analytics) == "month" else "day"
        unit = "datetime64[M]" if step == "month" else "datetime64[D]"
        first = days[is_own & is_known].min().astype(unit)
        before = days[is_prior & is_known].min().astype(unit)
        days[is_prior] = next_bucket(days[is_prior], step, int((first - before).astype("int64")))
    return pd.Series(days.astype("datetime64[us]"), analytics.index, name="date")


@derived(rows_of="analytics")
def in_buckets(analytics: pd.DataFrame, granularity: Literal["week", "month"]) -> pd.DataFrame:
    """Add up daily analytics to weeks, from Monday on, or to months.

    Parameters
    ----------
    analytics
        The frame of :func:`load_analytics`, in buckets of a day.
    granularity
        ``"week"`` or ``"month"``.

    Returns
    -------
    pandas.DataFrame
        One row for each bucket and series, with the columns of :func:`load_analytics` that were
        given and their dtypes. Values are added up, NA where no day has one; of a total so far the
        last is taken. A bucket is partial if one of its days is.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError
        A column is missing or holds something else, or the granularity is another word.

    Notes
    -----
    Rates are left out, since those of days say nothing of a week's. The weeks of a prior period are
    those of the days that they are compared with; its months are left out, since they have other
    lengths.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     creators = tgp.load_creators("Summer Launch")
    ...     views = tgp.load_analytics("creator", creators, "views", dates="2026-05")
    >>> months = tgp.in_buckets(views, "month")
    >>> len(months) == len(creators)
    True
    >>> bool(months["value"].sum() == views["value"].sum())
    True
    """
    needed = ["entity_id", "metric", "date", "value", "series_kind"]
    require_columns(analytics, needed, loader="load_analytics")
    check_choice("granularity", granularity, ["week", "month"])
    compared = compared_days(analytics)
    is_seen = analytics["metric"].isin(RAW_METRICS)
    if granularity == "month":
        is_seen &= analytics["series_kind"] != "prior_period"
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
    made.attrs = {**analytics.attrs, "trackagoat": {**frame_facts(analytics), "params": params}}
    return made
