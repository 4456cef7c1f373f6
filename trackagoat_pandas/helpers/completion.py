"""Rows with NA for the days that are missing from series."""

from __future__ import annotations

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import DatesLike, Days, Granularity, Ints
from trackagoat_pandas.helpers.clocks import ONE_DAY
from trackagoat_pandas.helpers.columns import days_of, firsts_of, nullable, numbered, take
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.labels import NAMES
from trackagoat_pandas.helpers.loads import latest_days
from trackagoat_pandas.helpers.series import IDENTITY, bucket_start, buckets_between, granularity_of
from trackagoat_pandas.inputs.checks import require_columns
from trackagoat_pandas.inputs.dates import DateRange

_SHARED = frozenset({*IDENTITY, "label", *NAMES})
"""Columns that are the same in all rows of a series."""


@derived("analytics", facts_of="analytics", is_titled=False)
def add_missing_days(
    analytics: pd.DataFrame,
    dates: DatesLike | None = None,
    *,
    granularity: Granularity | None = None,
) -> pd.DataFrame:
    """Add a row with NA for every bucket that is missing from a series.

    Filtering, joining and reading files can leave days out. A line then jumps over the gap, and a
    rolling mean of seven rows is not one of seven days. An added row is NA rather than 0, since a
    missing row doesn't mean zero.

    Parameters
    ----------
    analytics : DataFrame
        The frame of :func:`load_analytics`, or any with ``date`` and some of ``entity``,
        ``entity_id``, ``metric``, ``series_kind`` and ``parent_id``, which distinguish the series.
    dates : str, tuple or DateRange, optional
        The days to complete, as :meth:`DateRange.parse` reads them; the prior period is completed
        for the same number of days before. By default from the first to the last day of each kind
        of series.
    granularity : {'day', 'week', 'month'}, optional
        The length of the buckets: ``"day"``, ``"week"`` or ``"month"``; by default as in
        :func:`growth`.

    Returns
    -------
    pandas.DataFrame
        The same columns and dtypes, except that numpy's integers and booleans, which have no NA,
        become Int64 and boolean. Each series has every day, week or month of the range, in order of
        date; the series keep their order. Added rows have the series' ids and names, and NA in all
        other columns. Rows outside of `dates` are kept, and so are rows without a date, after those
        of their series. Of several rows for one series and date, only the one that
        :func:`combine_loads` would keep is returned.

    Raises
    ------
    MissingColumnError
        The column ``date`` is missing.
    ArgumentError
        `dates` is not a range of days, or `granularity` is another word.

    See Also
    --------
    load_analytics : Load time series.
    to_wide : Pivot to a column for each entity.
    resample : Sum days to weeks or months.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> views = pd.DataFrame({"entity_id": ["a", "a"], "value": [5, 7],
    ...                       "date": pd.to_datetime(["2026-05-01", "2026-05-03"])})
    >>> tgp.add_missing_days(views)["value"].tolist()
    [5, <NA>, 7]
    """
    require_columns(analytics, ["date"], loader="load_analytics")
    span = None if dates is None else DateRange.parse(dates)
    analytics = latest_days(analytics)
    analytics = analytics.astype({name: nullable(analytics[name].dtype) for name in analytics})
    owners, days = numbered(analytics, IDENTITY), days_of(analytics["date"])
    granularity = granularity_of(analytics, granularity)
    missing_owners, missing_days = _missing(analytics, owners, days, span, granularity)
    if not len(missing_days):
        return analytics.iloc[_order(owners, days)].reset_index(drop=True)
    rows = np.concatenate([np.arange(len(owners)), firsts_of(owners)[missing_owners]])
    all_days = np.concatenate([days, missing_days])
    order = _order(np.concatenate([owners, missing_owners]), all_days)
    is_added, rows = order >= len(owners), rows[order]
    result = pd.DataFrame(
        {
            name: take(column, rows if name in _SHARED else np.where(is_added, -1, rows))
            for name, column in analytics.items()
        }
    )
    dates = pd.Series(all_days[order].astype("datetime64[us]"))
    result["date"] = dates.astype(analytics["date"].dtype)
    return result


def _order(owners: Ints, days: Days) -> Ints:
    """Return the order of rows by series and date, with missing dates last."""
    return np.lexsort((days, owners))


def _missing(
    analytics: pd.DataFrame,
    owners: Ints,
    days: Days,
    span: DateRange | None,
    granularity: Granularity,
) -> tuple[Ints, Days]:
    """Return the missing buckets: the numbers of their series, and their days."""
    kinds, is_dated = numbered(analytics, ("series_kind",)), ~np.isnat(days)
    whose, which = [np.empty(0, np.intp)], [np.empty(0, "datetime64[D]")]
    for kind in np.unique(kinds[is_dated]):
        mine = np.flatnonzero((kinds == kind) & is_dated)
        first, last = days[mine].min(), days[mine].max()
        if span is not None:
            prior = "series_kind" in analytics.columns and analytics["series_kind"].iloc[mine[0]]
            shift = (span.days if prior == "prior_period" else 0) * ONE_DAY
            first, last = np.datetime64(span.first) - shift, np.datetime64(span.last) - shift
        calendar = buckets_between(bucket_start(first, granularity), last, granularity)
        counts = np.bincount(owners[mine])
        series = np.flatnonzero(counts)
        numbers = np.cumsum(counts > 0)[owners[mine]] - 1
        is_there = np.zeros((len(series), len(calendar)), np.bool_)
        places = np.minimum(np.searchsorted(calendar, days[mine]), len(calendar) - 1)
        is_inside = calendar[places] == days[mine]
        is_there[numbers[is_inside], places[is_inside]] = True
        rows, columns = np.nonzero(~is_there)
        whose.append(series[rows])
        which.append(calendar[columns])
    return np.concatenate(whose), np.concatenate(which)
