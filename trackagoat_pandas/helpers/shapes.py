"""Other shapes of the same numbers: long analytics to a wide frame, and no bucket left out.

Pure. Changes no number: what is absent stays absent, never 0. Must not know what a metric means.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from trackagoat_pandas._types import DatesLike, Granularity
from trackagoat_pandas.checks import check_choice, require_columns
from trackagoat_pandas.dates import DateRange
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.columns import floats, take
from trackagoat_pandas.helpers.series import (
    IDENTITY,
    Days,
    Places,
    bucket_start,
    buckets_between,
    days_of,
    granularity_of,
    is_word,
    numbered,
    values_of,
)
from trackagoat_pandas.tables import ANALYTICS

_NEEDED = ("entity_id", "metric", "date", "value", "series_kind")
_SHORT_ID = 8
_TEXT = pd.StringDtype(storage="pyarrow", na_value=np.nan)
_SHARED = ("label", "tiktok_handle", "video_title", "campaign_name", "project_name")
"""Columns that say the same in every row of a series, besides its identity."""

SeriesKind = Literal["main", "prior_period", "breakdown"]


def to_wide(
    analytics: pd.DataFrame,
    metric: str | None = None,
    columns: str = "label",
    *,
    series_kind: SeriesKind = "main",
) -> pd.DataFrame:
    """Turn one metric of a long analytics frame into dates x entities.

    Parameters
    ----------
    analytics
        The frame of :func:`load_analytics`, or of :func:`growth`.
    metric
        Which metric, if the frame has several.
    columns
        The column that names the entities, such as ``"label"``, ``"entity_id"`` or one that
        :func:`with_names` added.
    series_kind
        Which rows: the range asked for, the range before it, or the parts of campaigns.

    Returns
    -------
    pandas.DataFrame
        One row a date, ascending (index ``date``, datetime64[us]); one column an entity, in the
        frame's order (name of the columns: `columns`). Values are floats of the frame's backend, NA
        where the frame has no row. Entities of one name stay apart by the beginning of their id:
        ``mia (ca24bfce)``; one without a name goes by its id.

    Raises
    ------
    MissingColumnError
        The frame is no analytics frame, or has no such column.
    ArgumentError
        It has several metrics and none was named, or two rows for one entity and date.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     creators = tgp.load_creators("Summer Launch")
    ...     views = tgp.load_analytics("creator", creators, "views", dates="2026-05")
    >>> to_wide(views).shape == (31, len(creators))
    True
    """
    require_columns(analytics, [*_NEEDED, columns], loader="load_analytics")
    check_choice("series_kind", series_kind, ANALYTICS.column("series_kind").categories)
    metric = only_metric(analytics, metric)
    wanted = ["entity_id", "parent_id", "date", "value", columns]
    chosen = analytics.loc[
        is_word(analytics["series_kind"], series_kind)
        & is_word(analytics["metric"], metric)
        & analytics["date"].notna().to_numpy(),
        [name for name in dict.fromkeys(wanted) if name in analytics.columns],
    ]
    owners = numbered(chosen, ("entity_id", "parent_id"))
    dates, calendar = pd.factorize(days_of(chosen["date"]), sort=True)
    names = _names(chosen, owners, columns)
    matrix = np.full((len(names), len(calendar)), np.nan)
    matrix[owners, dates] = values_of(chosen["value"])
    _refuse_duplicates(owners * len(calendar) + dates, metric)
    index = pd.DatetimeIndex(calendar.astype("datetime64[us]"), name="date")
    dtype = analytics["value"].dtype
    made = {place: floats(values, dtype) for place, values in enumerate(matrix)}
    wide = pd.DataFrame(made, index=index)
    wide.columns = pd.Index(names, name=columns, dtype=_TEXT)
    return wide


def keep_biggest(wide: pd.DataFrame, n: int) -> tuple[pd.DataFrame, pd.Series | None]:
    """Take the `n` columns with the biggest sums, biggest first, and the sum of all others.

    Where all are kept, there are no others: None.
    """
    sums = wide.sum().astype("float64")
    order = np.argsort(-sums.to_numpy(), kind="stable")
    kept, rest = wide.iloc[:, order[:n]], wide.iloc[:, np.sort(order[n:])]
    return kept, rest.sum(axis=1, min_count=1) if rest.shape[1] else None


def only_metric(analytics: pd.DataFrame, metric: str | None) -> str:
    """Return the metric that was named, or the only one there is.

    Raises
    ------
    ChoiceError, ArgumentError
        The frame doesn't have it; or it has several and none was named.
    """
    metrics = [str(name) for name in analytics["metric"].dropna().unique()]
    if metric is not None:
        return check_choice("metric", metric, metrics) if metrics else metric
    if len(metrics) > 1:
        raise ArgumentError("metric", None, f"name one of {', '.join(metrics)}")
    return metrics[0] if metrics else "value"


def _names(rows: pd.DataFrame, owners: Places, columns: str) -> list[str]:
    """What to call each owner, each differently."""
    first = rows.iloc[_firsts(owners)]
    ids = first["entity_id"].astype(_TEXT)
    base = names = first[columns].astype(_TEXT).fillna(ids)
    if "parent_id" not in rows.columns:
        suffixes = [ids.str[:_SHORT_ID], ids]
    else:
        parents = first["parent_id"].astype(_TEXT)
        wholes = ids.where(parents.isna(), ids + " of " + parents)
        # "Other" of two campaigns is told apart by the campaign.
        shorts = ids.where(~ids.str.startswith("__"), parents).str[:_SHORT_ID]
        both = shorts.where(parents.isna(), shorts + " of " + parents.str[:_SHORT_ID])
        suffixes = [shorts, both, wholes]
    for suffix in suffixes:
        names = names.where(~names.duplicated(keep=False), base + " (" + suffix + ")")
    return [str(name) for name in names]


def _firsts(numbers: Places) -> Places:
    """Return the position of the first row of each number."""
    firsts = np.full(numbers.max(initial=-1) + 1, len(numbers), np.intp)
    np.minimum.at(firsts, numbers, np.arange(len(numbers)))
    return firsts


def _refuse_duplicates(cells: Places, metric: str) -> None:
    if len(cells) and np.bincount(cells).max() > 1:
        raise ArgumentError(
            "analytics", metric, "it may have one row for each entity, metric and bucket"
        )


def complete_days(
    analytics: pd.DataFrame,
    dates: DatesLike | None = None,
    *,
    granularity: Granularity | None = None,
) -> pd.DataFrame:
    """Add a row for every bucket that a series lacks, with NA for what isn't known of it.

    The server leaves nothing out, but a filter, a join or a file does; then a line jumps over the
    gap and a rolling mean of seven rows is not one of seven days.

    Parameters
    ----------
    analytics
        The frame of :func:`load_analytics`, or any with ``date`` and some of ``entity``,
        ``entity_id``, ``metric``, ``series_kind`` and ``parent_id``, which tell the series apart.
    dates
        The days that must be there, as :meth:`DateRange.parse` reads them; for the prior period as
        many before. By default from the first to the last of each kind of series. Days outside
        stay.
    granularity
        How long the buckets are: ``"day"``, ``"week"`` or ``"month"``; by default as
        :func:`growth` tells it.

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
    owners, days = numbered(analytics, IDENTITY), days_of(analytics["date"])
    granularity = granularity_of(analytics, granularity)
    lacking_owners, lacking_days = _lacking(analytics, owners, days, span, granularity)
    if not len(lacking_days):
        return _in_order(_nullable(analytics), owners, days)
    rows = np.concatenate([np.arange(len(owners)), _firsts(owners)[lacking_owners]])
    all_days = np.concatenate([days, lacking_days])
    order = _order(np.concatenate([owners, lacking_owners]), all_days)
    is_added, rows = order >= len(owners), rows[order]
    shared = {*IDENTITY, *_SHARED}
    result = pd.DataFrame(
        {
            name: take(column.array, rows if name in shared else np.where(is_added, -1, rows))
            for name, column in _nullable(analytics).items()
        }
    )
    dates = pd.Series(all_days[order].astype("datetime64[us]"))
    result["date"] = dates.astype(analytics["date"].dtype)
    result.attrs = dict(analytics.attrs)
    return result


def _in_order(frame: pd.DataFrame, owners: Places, days: Days) -> pd.DataFrame:
    return frame.iloc[_order(owners, days)].reset_index(drop=True)


def _order(owners: Places, days: Days) -> Places:
    """The order of rows by series and date; days that are missing come last."""
    since = days.astype("int64")
    known = since[~np.isnat(days)]
    first, last = known.min(initial=0), known.max(initial=0)
    numbers = np.where(np.isnat(days), last + 1, since) - first
    # Timsort: frames come in order but for the rows that are added at their end.
    return np.argsort(owners * (last - first + 2) + numbers, kind="stable")


def _lacking(
    analytics: pd.DataFrame,
    owners: Places,
    days: Days,
    span: DateRange | None,
    granularity: Granularity,
) -> tuple[Places, Days]:
    """The buckets that the series lack: whose they are, and which."""
    kinds = numbered(analytics, ("series_kind",))
    whose, which = [np.empty(0, np.intp)], [np.empty(0, "datetime64[D]")]
    for kind in range(kinds.max(initial=-1) + 1):
        mine = np.flatnonzero((kinds == kind) & ~np.isnat(days))
        if not len(mine):
            continue
        first, last = days[mine].min(), days[mine].max()
        if span is not None:
            first, last = _asked(span, is_prior=_is_prior(analytics, mine))
        calendar = buckets_between(bucket_start(first, granularity), last, granularity)
        series, numbers = np.unique(owners[mine], return_inverse=True)
        is_there = np.zeros((len(series), len(calendar)), np.bool_)
        places = np.minimum(np.searchsorted(calendar, days[mine]), len(calendar) - 1)
        is_inside = calendar[places] == days[mine]
        is_there[numbers[is_inside], places[is_inside]] = True
        rows, columns = np.nonzero(~is_there)
        whose.append(series[rows])
        which.append(calendar[columns])
    return np.concatenate(whose), np.concatenate(which)


def _is_prior(analytics: pd.DataFrame, rows: Places) -> bool:
    named = "series_kind" in analytics.columns
    return named and analytics["series_kind"].iloc[rows[0]] == "prior_period"


def _asked(span: DateRange, *, is_prior: bool) -> tuple[np.datetime64, np.datetime64]:
    """The first and last day that must be there: as many days earlier for a prior period."""
    shift = np.timedelta64(span.days if is_prior else 0, "D")
    return np.datetime64(span.first) - shift, np.datetime64(span.last) - shift


def _nullable(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with dtypes that can hold NA where numpy's can't."""
    kinds = {"i": "Int64", "u": "UInt64", "b": "boolean"}
    dtypes = {
        name: kinds[dtype.kind]
        for name, dtype in frame.dtypes.items()
        if isinstance(dtype, np.dtype) and dtype.kind in kinds
    }
    return frame.astype(dtypes) if dtypes else frame
