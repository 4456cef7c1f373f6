"""Analytics as people read them: a row for each entity, or for each in each bucket of time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

import pandas as pd

from trackagoat_pandas.helpers.columns import flags_of, is_word, spelled
from trackagoat_pandas.helpers.comparison import LEAST_SHARE
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.granularity import align_days
from trackagoat_pandas.helpers.labels import ID_LETTERS
from trackagoat_pandas.helpers.leaderboard import is_rate
from trackagoat_pandas.helpers.series import ROW
from trackagoat_pandas.inputs.checks import (
    check_choice,
    frame_params,
    read_choice,
    require_columns,
)
from trackagoat_pandas.tables.analytics import METRICS, RAW_METRICS

RowsOf: TypeAlias = Literal["entity", "date"]
PRIOR: Final = "prior_period"
BY_VIEWS: Final = "engagement_rate_by_views"
"""The rate of a longer span is the mean of its buckets' rates, weighted by their views."""
LEAST_VIEWS: Final = 100
"""With fewer views, one like more moves an engagement rate by more than a percentage point."""
FEWEST: Final = 3
"""With fewer values there is no median."""
BEFORE: Final = "_before"
"""How the columns of the period before end."""
_UNITS: Final = ("pct", "points")
"""What changes are measured in, which ends the names of their columns."""
_CALLED: Final = {
    "creators": "tiktok_handle",
    "campaigns": "campaign_name",
    "videos": "video_title",
    "projects": "project_name",
}
"""The column with the names of entities, as other frames call it."""
_DAYS: Final = "datetime64[us]"


@derived("analytics", facts_of="analytics", is_titled=False)
def summarize_analytics(
    analytics: pd.DataFrame, *, by: RowsOf = "entity", metric: str | None = None
) -> pd.DataFrame:
    """Sum analytics by entity, or list them by day, with the period before beside them.

    Parameters
    ----------
    analytics : DataFrame
        The frame of :func:`load_analytics`, of any entities, with or without the period before.
    by : {'entity', 'date'}, default 'entity'
        ``"entity"`` for totals, a row for each entity; ``"date"`` for a row for each entity in
        each bucket of time.
    metric : str, optional
        The metric that rows are sorted by, the most first; by default the frame's first one. With
        ``by="date"`` the newest bucket comes first; those that aren't over come last, since their
        values can't be compared with others.

    Returns
    -------
    pandas.DataFrame
        A column for each metric (Int64 of counts, else Float64): of an entity the sum of a count,
        the mean of ``engagement_rate_by_views`` weighted by the views, if the frame has at least
        100 of them, and the median of another rate, if there are three values; of running totals
        (``mode="cumulative"``) the last value. With the period before, ``views_before`` are its
        views on the days that are compared, and ``change_in_views_pct`` is the change in percent;
        that of a percentage is in points (``change_in_..._points``). A change is that of buckets
        that are over and, of an entity, have values in both periods, if these are three quarters of
        the period; else it is NA. It is -100 only where nothing is left.

        Before them stand the names of the entities, in the column that other frames have for them
        (``tiktok_handle``, ``campaign_name``, ``video_title``, ``project_name``, or ``name`` of
        several kinds; equal names are followed by the beginning of their ids), and ``date``; after
        them ``is_partial`` (True in buckets that aren't over, if the frame has one) and
        ``entity_id``. Parts of campaigns have rows of their own by date, with ``part_of`` and
        ``parent_id``.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError, ChoiceError
        A column is missing, `by` is another word, or the frame doesn't have the metric.

    See Also
    --------
    load_analytics : Load time series.
    explain_change : Explain why a total changed.
    growth : Compute rates from raw series.
    plots.trend : Draw a metric over time.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     creators = tgp.load_creators("Summer Launch")
    ...     views = tgp.load_analytics(
    ...         "creator", creators, "views", dates="2026-05", compare="prior_period")
    >>> totals = tgp.summarize_analytics(views)
    >>> print(totals[["tiktok_handle", "views", "views_before"]].head(1).to_string(index=False))
    tiktok_handle  views  views_before
     mossy.runner 695080        188443
    """
    require_columns(analytics, [*ROW, "label", "is_partial"], loader="load_analytics")
    check_choice("by", by, ["entity", "date"])
    if not set(analytics["metric"].unique()) <= set(METRICS):
        words = spelled(analytics["metric"], METRICS)
        analytics = analytics.assign(metric=words.set_axis(analytics.index))
    metrics = metrics_in(analytics)
    if metric is not None:
        metric = read_choice("metric", metric, metrics) if metrics else metric
    table = wide_table(analytics)
    rows = _totals(analytics, table) if by == "entity" else _buckets(analytics, table)
    return _with_labels(analytics, rows, next(iter(metrics), "") if metric is None else metric)


def wide_table(analytics: pd.DataFrame) -> pd.DataFrame:
    """Give each entity's bucket a row, and each metric a column, with the period before beside it.

    The period before stands at the days that it is compared with.
    """
    keys, seen = ["entity_id", "date"], analytics
    if has_parts(analytics):  # a video can be a part of several campaigns
        seen = seen.assign(parent_id=seen["parent_id"].fillna(""))
        keys = ["entity_id", "parent_id", "date"]
    if has_prior(analytics):
        names = seen["metric"].astype("string")
        names = names.mask(is_word(seen["series_kind"], PRIOR), names + BEFORE)
        seen = seen.assign(metric=names, date=align_days(analytics))
    # pivot_table would leave out the rows in which no metric has a value.
    values = seen.groupby([*keys, "metric"], observed=True)["value"].last()
    table = values.unstack("metric").rename_axis(columns=None)  # noqa: PD010
    table.attrs = {}  # pandas copies them deeply at each of the many steps that follow
    return table


def _buckets(analytics: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Return every bucket of each entity, with its changes."""
    is_partial = dates_of(table).isin(filling_days(analytics))
    whole = table[~is_partial]
    changes = {
        _change_name(name): _change(whole[name], whole[name + BEFORE]) for name in compared(table)
    }
    flags = {"is_partial": is_partial} if is_partial.any() else {}
    return table.assign(**changes, **flags).reset_index()


def _totals(analytics: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Return the total of each entity, without the parts of campaigns."""
    if "parent_id" in table.index.names:
        table = table[table.index.get_level_values("parent_id") == ""]
    groups, is_running = table.groupby(level="entity_id"), is_running_total(analytics)
    totals = groups.last() if is_running else groups.sum(min_count=1)
    rates = [name for name in table.columns if name.removesuffix(BEFORE) not in RAW_METRICS]
    totals = totals.assign(**{name: _rate(table, name) for name in rates if not is_running})
    whole = table[~dates_of(table).isin(filling_days(analytics))]
    days = dates_of(whole).nunique()
    for name in compared(table):
        both = [name, name + BEFORE]
        weights = [each for each in ("views", "views" + BEFORE) if each in table.columns]
        shared = whole[both if name in RAW_METRICS or len(weights) < len(both) else weights]
        found = shared.dropna().groupby(level="entity_id")
        of = found.sum() if name in RAW_METRICS and not is_running else totals
        change = _change(of[name], of[name + BEFORE])
        # Of less than three quarters of the period a change says nothing.
        change = change.where(found.size() >= LEAST_SHARE * days)
        totals = totals.assign(**{_change_name(name): change})
    return totals.reset_index()


def _rate(table: pd.DataFrame, name: str) -> pd.Series:
    """Return the rate of each entity over all buckets of a period."""
    groups, views = table.groupby(level="entity_id"), name.replace(BY_VIEWS, "views")
    if views == name or views not in table.columns:
        return groups[name].median().where(groups[name].count() >= FEWEST)
    weights = table[views].where(table[name].notna())
    of = weights.groupby(level="entity_id").sum()
    parts = (table[name] * weights).groupby(level="entity_id").sum(min_count=1)
    return (parts / of).where(of >= LEAST_VIEWS)


def _change(now: pd.Series, before: pd.Series) -> pd.Series:
    if not is_count(str(now.name)):
        return (now - before).round(1)
    change = (100 * (now / before.where(before > 0) - 1)).round()
    # Of 4,477 views 13 are left, which isn't nothing.
    is_something_left = ((change == -100) & (now > 0)).fillna(value=False)
    return change.mask(is_something_left, -99.0)


def _with_labels(analytics: pd.DataFrame, rows: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Name the rows, and put rows and columns in order."""
    names, called = names_of(analytics), _CALLED.get(what_in(analytics), "name")
    first, ids = [called], ["entity_id"]
    if "parent_id" in rows.columns:
        rows = rows.assign(part_of=rows["parent_id"].map(names))
        first, ids = ["name", "part_of"], ["entity_id", "parent_id"]
    rows = rows.assign(**{first[0]: rows["entity_id"].map(names)})
    first += ["date"] if "date" in rows.columns else []
    order = {"is_partial": True, "date": False, metric: False}
    order = {name: up for name, up in order.items() if name in rows.columns}
    if order:
        rows = rows.sort_values([*order], ascending=[*order.values()], kind="stable")
    measured = _in_order([name for name in rows.columns if name not in {*first, *ids}])
    counts = [name for name in measured if _holds_counts(rows[name])]
    rows = rows[[*first, *measured, *ids]].reset_index(drop=True)
    return rows.astype(dict.fromkeys(counts, "Int64"))


def names_of(analytics: pd.DataFrame) -> pd.Series:
    """Name the entities by id, as pictures do: equal names have the beginning of their ids."""
    owners = analytics.drop_duplicates("entity_id").set_index("entity_id")
    ids = owners.index.to_series()
    names = owners["label"].fillna(ids)
    longer = names + " (" + ids.str.slice(0, ID_LETTERS) + ")"
    return names.where(~names.duplicated(keep=False), longer)


def _in_order(columns: Sequence[str]) -> list[str]:
    """Put each metric's period before and change behind it; what isn't a metric is last."""
    named = [name for name in columns if not name.startswith("change_in_")]
    bases = dict.fromkeys(name.removesuffix(BEFORE) for name in named)
    order = {name: place for place, name in enumerate(METRICS)}
    found = list[str]()
    for base in sorted(bases, key=lambda name: order.get(name, len(order))):
        found += [name for name in columns_of(base) if name in columns]
    return found


def columns_of(metric: str) -> list[str]:
    """Name the columns of a metric: its values, those of the period before, and the change."""
    return [metric, metric + BEFORE, *(f"change_in_{metric}_{unit}" for unit in _UNITS)]


def compared(table: pd.DataFrame) -> list[str]:
    """Return the metrics of which a table has both periods."""
    return [name for name in table.columns if name + BEFORE in table.columns]


def is_count(metric: str) -> bool:
    """Whether a metric is no percentage, so that its change is in percent."""
    return not (is_rate(metric) and "rate" in metric)


def _change_name(metric: str) -> str:
    return f"change_in_{metric}_{_UNITS[not is_count(metric)]}"


def _holds_counts(values: pd.Series) -> bool:
    """Whether a column holds counts, all of them whole numbers."""
    if str(values.name).removesuffix(BEFORE) not in RAW_METRICS:
        return False
    return bool((values.dropna().astype("float64") % 1 == 0).all())


def has_prior(analytics: pd.DataFrame) -> bool:
    """Whether a frame holds the period before."""
    return bool(is_word(analytics["series_kind"], PRIOR).any())


def has_parts(analytics: pd.DataFrame) -> bool:
    """Whether a frame holds parts of campaigns."""
    return "parent_id" in analytics.columns and bool(analytics["parent_id"].notna().any())


def is_running_total(analytics: pd.DataFrame) -> bool:
    """Whether a frame holds totals so far, which aren't added up over time."""
    return bool(frame_params(analytics).get("mode") == "cumulative")


def metrics_in(analytics: pd.DataFrame) -> list[str]:
    """List the metrics that a frame holds, in the order of METRICS, unknown ones last."""
    there = {str(metric) for metric in analytics["metric"].dropna().unique()}
    known = [metric for metric in METRICS if metric in there]
    return [*known, *sorted(there.difference(known))]


def what_in(analytics: pd.DataFrame) -> str:
    """Name what a frame's series are of, e.g. creators; entities for several kinds."""
    kinds = set(analytics["entity"].dropna()) if "entity" in analytics.columns else set[str]()
    return f"{kinds.pop()}s" if len(kinds) == 1 else "entities"


def filling_days(analytics: pd.DataFrame) -> pd.Series:
    """Return the first days of buckets that aren't over."""
    # pandas 2 reads Arrow's times as text.
    return analytics["date"][flags_of(analytics, "is_partial")].astype(_DAYS)


def dates_of(table: pd.DataFrame) -> pd.Index:
    """Return the dates of the rows of a wide table."""
    return table.index.get_level_values("date")
