"""The plot of a metric over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib.dates as mdates
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.ticker import EngFormatter

from trackagoat_pandas.checks import check_choice, require_columns
from trackagoat_pandas.errors import ArgumentError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INK, _QUIET, _PARTIAL = "#1b4f72", "#8c8c8c", "#aab7c4"
_SUMMABLE = ("views", "likes", "comments", "shares", "saves", "followers", "posts")


def trend(series: pd.DataFrame, *, metric: str | None = None, ax: Axes | None = None) -> Axes:
    """Plot the sum of a metric over all entities of a frame, bucket by bucket.

    Parameters
    ----------
    series
        The frame of :func:`load_analytics`.
    metric
        Which metric, if the frame has several. Rates can't be summed over entities.
    ax
        The axes to draw on; by default new ones.

    Returns
    -------
    matplotlib.axes.Axes
        The axes. The main series is a line; a bucket that still fills is hatched; a prior period
        is dashed and moved to the days it is compared with.

    Raises
    ------
    MissingColumnError, ArgumentError
        The frame is no analytics frame, has several metrics and none was named, or the metric is
        a rate of several entities.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     creators = tgp.load_creators("Summer Launch")
    ...     views = tgp.load_analytics("creator", creators, "views", dates="2026-05")
    >>> tgp.plots.trend(views).get_ylabel()
    'views a day'
    """
    needed = ["entity_id", "metric", "date", "value", "series_kind", "is_partial"]
    require_columns(series, needed, loader="load_analytics")
    metric = _only_metric(series, metric)
    chosen = series[series["metric"] == metric]
    if metric not in _SUMMABLE and len(chosen["entity_id"].unique()) > 1:
        raise ArgumentError("metric", metric, "a rate can't be summed: choose one entity's rows")
    if ax is None:
        _, ax = plt.subplots(figsize=(9, 4), layout="constrained")
    main = _totals(chosen, "main")
    prior = _totals(chosen, "prior_period")
    _draw(ax, main, prior)
    ax.set_title(_finding(metric, main, prior), loc="left")
    ax.set_ylabel(f"{metric.replace('_', ' ')} a {_bucket(main.index)}")
    return ax


def _only_metric(series: pd.DataFrame, metric: str | None) -> str:
    metrics = [str(name) for name in series["metric"].dropna().unique()]
    if metric is not None:
        check_choice("metric", metric, metrics)
        return metric
    if len(metrics) > 1:
        raise ArgumentError("metric", None, f"name one of {', '.join(metrics)}")
    return metrics[0] if metrics else "value"


def _totals(chosen: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Value and is_partial of each bucket, summed over entities."""
    rows = chosen[chosen["series_kind"] == kind]
    by_date = rows.groupby("date")
    return pd.DataFrame(
        {
            "value": by_date["value"].sum(min_count=1).astype("float64"),
            "is_partial": by_date["is_partial"].max().fillna(value=False).astype(bool),
        }
    )


def _draw(ax: Axes, main: pd.DataFrame, prior: pd.DataFrame) -> None:
    if not prior.empty and not main.empty:
        shifted = prior.index + (main.index.min() - prior.index.min())
        ax.plot(shifted, prior["value"], color=_QUIET, linestyle="--", label="the period before")
    ax.plot(main.index, main["value"], color=_INK, linewidth=2, label="this period")
    for day in main.index[main["is_partial"]]:
        ax.axvspan(
            day - pd.Timedelta(hours=12), day + pd.Timedelta(hours=12),
            facecolor="none", edgecolor=_PARTIAL, hatch="///", linewidth=0, label="still filling",
        )  # fmt: skip
    ax.set_ylim(bottom=0)
    ax.yaxis.set_major_formatter(EngFormatter(sep=""))
    locator = mdates.AutoDateLocator(maxticks=8)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_locator(locator)
    formatter = mdates.ConciseDateFormatter(locator)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_formatter(formatter)
    ax.spines[["top", "right"]].set_visible(False)
    if len(ax.get_legend_handles_labels()[0]) > 1:
        ax.legend(frameon=False)


def _finding(metric: str, main: pd.DataFrame, prior: pd.DataFrame) -> str:
    """What the plot shows, in words."""
    if main.empty:
        return f"No {metric.replace('_', ' ')} to show"
    label = metric.replace("_", " ").capitalize()
    if metric not in _SUMMABLE:
        return f"{label}, {_span(main)}"
    total = EngFormatter(places=1, sep="")(main["value"].sum())
    text = f"{label}: {total} from {_span(main)}"
    before = prior["value"].sum()
    if before > 0:
        text += f", {main['value'].sum() / before - 1:+.0%} on the period before"
    return text


def _span(main: pd.DataFrame) -> str:
    first, last = main.index.min(), main.index.max()
    return f"{first:%-d %b} to {last:%-d %b %Y}"


def _bucket(dates: pd.Index) -> str:
    if len(dates) < 2:
        return "day"
    days = (dates[1] - dates[0]).days
    return "day" if days == 1 else "week" if days == 7 else "month"
