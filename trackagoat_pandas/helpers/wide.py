"""Turn long analytics into a wide frame with one column for each entity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas.base.types import Ints
from trackagoat_pandas.errors import ArgumentError, MissingArgumentError
from trackagoat_pandas.helpers.columns import (
    STRING,
    days_of,
    firsts_of,
    floats,
    is_word,
    numbered,
    values_of,
)
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.loads import latest_days
from trackagoat_pandas.helpers.series import ROW
from trackagoat_pandas.inputs.checks import check_choice, check_name, read_choice, require_columns
from trackagoat_pandas.tables import ANALYTICS
from trackagoat_pandas.tables.analytics import METRICS

_SHORT_ID = 8

SeriesKind = Literal["main", "prior_period", "breakdown"]


@derived("analytics", is_titled=False)
def to_wide(
    analytics: pd.DataFrame,
    metric: str | None = None,
    columns: str = "label",
    *,
    series_kind: SeriesKind = "main",
) -> pd.DataFrame:
    """Pivot one metric of a long analytics frame to dates x entities.

    Parameters
    ----------
    analytics : DataFrame
        The frame of :func:`load_analytics`, or of :func:`growth`.
    metric : str, optional
        The metric; required if the frame has several.
    columns : str, default 'label'
        The column that names the entities, such as ``"label"``, ``"entity_id"`` or one that
        :func:`with_names` added.
    series_kind : {'main', 'prior_period', 'breakdown'}, default 'main'
        The rows to use: ``"main"`` for the range that was loaded, ``"prior_period"`` for the range
        before it, or ``"breakdown"`` for the parts of campaigns.

    Returns
    -------
    pandas.DataFrame
        One row for each date, ascending (index ``date``, datetime64[us]), and one column for each
        entity, in the frame's order (``columns.name`` is `columns`). Values are floats of the
        frame's backend, NA where the frame has no row. Of several rows for one entity and date,
        only the one that :func:`combine_loads` would keep counts. Entities with the same name are
        distinguished by the column ``project_name`` if the frame has it and it differs, else by the
        beginning of their id, as in ``mia (ca24bfce)``; an entity without a name has its id as
        name.

    Raises
    ------
    MissingColumnError
        The frame is not an analytics frame, or has no column `columns`.
    ArgumentError
        The frame has several metrics and none was named, or doesn't have the one named.

    See Also
    --------
    load_analytics : Load time series.
    add_missing_days : Add the days without a row.
    resample : Sum days to weeks or months.
    align_days : Put a prior period beside this one.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     creators = tgp.load_creators("Summer Launch")
    ...     views = tgp.load_analytics("creator", creators, "views", dates="2026-05")
    >>> tgp.to_wide(views).iloc[0].head(2).to_dict()
    {'urban.closet': 122.0, 'mossy.runner': 6720.0}
    """
    check_name("columns", columns)
    require_columns(analytics, ROW, loader="load_analytics")
    require_columns(analytics, [columns])
    analytics = latest_days(analytics)
    wide = float_grid(analytics, only_metric(analytics, metric), columns, series_kind)
    dtype, numbers = analytics["value"].dtype, wide.to_numpy()
    made = {place: floats(numbers[:, place], dtype) for place in range(wide.shape[1])}
    result = pd.DataFrame(made, index=wide.index, copy=False)
    result.columns = wide.columns
    return result


def float_grid(
    analytics: pd.DataFrame, metric: str, columns: str, series_kind: SeriesKind
) -> pd.DataFrame:
    """Pivot as :func:`to_wide` does, to plain floats with NaN.

    The frame must have one row for each series and date.
    """
    check_choice("series_kind", series_kind, ANALYTICS.column("series_kind").categories)
    is_chosen = chosen_rows(analytics, metric, series_kind)
    # Most frames have only one metric of one kind, and then need no copy.
    chosen = analytics if is_chosen.all() else analytics[is_chosen]
    owners = numbered(chosen, ("entity_id", "parent_id"))
    dates, calendar = pd.factorize(days_of(chosen["date"]), sort=True)
    names = _names(chosen, owners, columns)
    grid = np.full((len(calendar), len(names)), np.nan)
    grid[dates, owners] = values_of(chosen["value"])
    return pd.DataFrame(
        grid,
        index=pd.DatetimeIndex(calendar.astype("datetime64[us]"), name="date"),
        columns=pd.Index(names, name=columns, dtype=STRING),
    )


def sums_by_date(analytics: pd.DataFrame, rows: NDArray[np.bool_]) -> pd.Series:
    """Sum some rows per bucket; NaN if none of them has a value."""
    chosen = analytics.loc[rows, ["date", "value"]]
    days = pd.DatetimeIndex(days_of(chosen["date"]).astype("datetime64[us]"), name="date")
    return pd.Series(values_of(chosen["value"]), days).groupby(level="date").sum(min_count=1)


def chosen_rows(analytics: pd.DataFrame, metric: str, series_kind: SeriesKind) -> NDArray[np.bool_]:
    """Return which rows are of one metric and one kind of series, and have a date."""
    return (
        is_word(analytics["series_kind"], series_kind)
        & is_word(analytics["metric"], metric)
        & analytics["date"].notna().to_numpy()
    )


def only_metric(analytics: pd.DataFrame, metric: str | None) -> str:
    """Return the metric that was named, or the frame's only one.

    Raises
    ------
    ChoiceError, ArgumentError
        The frame doesn't have the metric, or has several and none was named.
    """
    metrics = [str(name) for name in analytics["metric"].unique() if not pd.isna(name)]
    if metric is not None:
        if len(metrics) == 1 and str(metric).casefold() in {*METRICS} - {*metrics}:
            has = f"the frame has only {metrics[0]!r}; load_analytics takes several metrics"
            raise ArgumentError("metric", metric, problem=has)
        return read_choice("metric", metric, metrics) if metrics else metric
    if len(metrics) > 1:
        raise MissingArgumentError("metric", f"name one of {', '.join(metrics)}")
    return metrics[0] if metrics else "value"


def _names(rows: pd.DataFrame, owners: Ints, columns: str) -> list[str]:
    """Return a different name for each owner."""
    firsts = rows.iloc[firsts_of(owners)]
    ids = firsts["entity_id"].astype(STRING)
    names: list[str] = firsts[columns].astype(STRING).fillna(ids).tolist()
    if len(set(names)) == len(names):
        return names
    projects = _known(firsts, "project_name")
    suffixes = [
        _suffixes(*each) for each in zip(ids.fillna("?"), _known(firsts, "parent_id"), strict=True)
    ]
    return with_suffixes(names, projects, *zip(*suffixes, strict=True))


def with_suffixes(names: Sequence[str], *suffixes: Sequence[str | None]) -> list[str]:
    """Add a suffix in brackets to equal names: of several, the first that makes them differ.

    Examples
    --------
    >>> with_suffixes(["CPM", "CPM", "Bonus"], ["Spring", "Summer", "Spring"])
    ['CPM (Spring)', 'CPM (Summer)', 'Bonus']
    """
    written = list(names)
    for endings in suffixes:
        counts = Counter(written)
        written = [
            name if counts[name] == 1 or ending is None else f"{base} ({ending})"
            for name, base, ending in zip(written, names, endings, strict=True)
        ]
    return written


def _known(rows: pd.DataFrame, column: str) -> list[str | None]:
    """Return the texts of a column, None for a missing one or without the column."""
    if column not in rows.columns:
        return [None] * len(rows)
    known = rows[column].astype(STRING).astype(object)
    return known.where(known.notna(), None).tolist()


def _suffixes(id_: str, parent: str | None) -> tuple[str, str, str]:
    """Return three suffixes that distinguish owners of one name, each longer than the last."""
    # The "Other" of two campaigns differs only in the campaign.
    short = (parent if parent and id_.startswith("__") else id_)[:_SHORT_ID]
    if parent is None:
        return short, short, id_
    return short, f"{short} of {parent[:_SHORT_ID]}", f"{id_} of {parent}"
