"""Add missing days with NA: a missing row doesn't mean zero."""

from __future__ import annotations

import numpy as np
import pandas as pd

from trackagoat_pandas._types import DatesLike, Days, Granularity, Ints
from trackagoat_pandas.checks import require_columns
from trackagoat_pandas.dates import DateRange
from trackagoat_pandas.helpers.clocks import ONE_DAY
from trackagoat_pandas.helpers.columns import days_of, take
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.latest import latest_days
from trackagoat_pandas.helpers.series import (
    IDENTITY,
    bucket_start,
    buckets_between,
    firsts_of,
    granularity_of,
    numbered,
)

_SHARED = ("label", "tiktok_handle", "video_title", "campaign_name", "project_name")
_NEEDED = ("entity_id", "metric", "date", "value", "series_kind")


@derived(rows_of="analytics")
def complete_days(
    analytics: pd.DataFrame,
    dates: DatesLike | None = None,
    *,
    granularity: Granularity | None = None,
) -> pd.DataFrame:
    """Add a row for every bucket that is missing from a series, with NA for what isn't known.

    The server leaves nothing out, but a filter, a join or a file does; then a line jumps over the
    gap and a rolling mean of seven rows is not one of seven days. Of several rows of a series for
    one date, as joined loads have them, one stays: a complete row before a partial one, then the
    one with the latest ``fetched_at`` and ``updated_at``, where there are such columns, then the
    last.

    Parameters
    ----------
    analytics
        The frame of :func:`load_analytics`, or any with ``date`` and some of ``entity``,
        ``entity_id``, ``metric``, ``series_kind`` and ``parent_id``, which distinguish the series.
    dates
        The days that must be there, as :meth:`DateRange.parse` reads them; for the prior period as
        many before. By default from the first to the last of each kind of series. Days outside
        stay, and so do rows without a date, behind those of their series.
    granularity
        How long the buckets are: ``"day"``, ``"week"`` or ``"month"``; by default as
        :func:`growth` finds it.

    Returns
    -------
    pandas.DataFrame
        The same columns, and the same dtypes but for whole numbers and flags of numpy, which have
        no NA and become Int64 and boolean. Each series has every day, week or month of the span,
        in order of date; the series keep their order. In an added row the series' identity and
        names are filled in, and all else is NA: a day without a row is not a day with 0.

    Raises
    ------
    MissingColumnError
        There is no ``date``.
    ArgumentError
        `dates` is no range of days, or `granularity` no granularity.

    Examples
    --------
    >>> import pandas as pd
    >>> views = pd.DataFrame({"entity_id": ["a", "a"], "value": [5, 7],
    ...                       "date": pd.to_datetime(["2026-05-01", "2026-05-03"])})
    >>> complete_days(views)["value"].tolist()
    [5, <NA>, 7]
    """
    require_columns(analytics, ["date"], loader="load_analytics")
    span = None if dates is None else DateRange.parse(dates)
    analytics = latest_days(analytics)
    owners, days = numbered(analytics, IDENTITY), days_of(analytics["date"])
    granularity = granularity_of(analytics, granularity)
    missing_owners, missing_days = _missing(analytics, owners, days, span, granularity)
    if not len(missing_days):
        return _nullable(analytics).iloc[_order(owners, days)].reset_index(drop=True)
    rows = np.concatenate([np.arange(len(owners)), firsts_of(owners)[missing_owners]])
    all_days = np.concatenate([days, missing_days])
    order = _order(np.concatenate([owners, missing_owners]), all_days)
    is_added, rows = order >= len(owners), rows[order]
    shared = {*IDENTITY, *_SHARED}
    result = pd.DataFrame(
        {
            name: take(column, rows if name in shared else np.where(is_added, -1, rows))
            for name, column in _nullable(analytics).items()
        }
    )
    dates = pd.Series(all_days[order].astype("datetime64[us]"))
    result["date"] = dates.astype(analytics["date"].dtype)
    return result


def _order(owners: Ints, days: Days) -> Ints:
    """The order of rows by series and date; numpy sorts days that are missing last."""
    return np.lexsort((days, owners))


def _missing(
    analytics: pd.DataFrame,
    owners: Ints,
    days: Days,
    span: DateRange | None,
    granularity: Granularity,
) -> tuple[Ints, Days]:
    """The buckets that are missing in the series: whose they are, and which."""
    kinds = numbered(analytics, ("series_kind",))
    whose, which = [np.empty(0, np.intp)], [np.empty(0, "datetime64[D]")]
    for kind in range(kinds.max(initial=-1) + 1):
        mine = np.flatnonzero((kinds == kind) & ~np.isnat(days))
        if not len(mine):
            continue
        first, last = days[mine].min(), days[mine].max()
        if span is not None:
            prior = "series_kind" in analytics.columns and analytics["series_kind"].iloc[mine[0]]
            # For a prior period as many days before
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


def _nullable(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with dtypes that can hold NA where numpy's can't."""
    kinds = {"i": "Int64", "u": "UInt64", "b": "boolean"}
    dtypes = {
        name: kinds[dtype.kind]
        for name, dtype in frame.dtypes.items()
        if isinstance(dtype, np.dtype) and dtype.kind in kinds
    }
    return frame.astype(dtypes) if dtypes else frame
