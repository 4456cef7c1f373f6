"""The plot of a metric over time.

Knows how series are drawn. The numbers come from the frame, summed or taken apart by helpers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import matplotlib.dates as mdates
import numpy as np
import pandas as pd

from trackagoat_pandas.checks import check_choice, check_int, require_columns
from trackagoat_pandas.helpers.wide import keep_biggest, only_metric
from trackagoat_pandas.plots.days import date_ticks
from trackagoat_pandas.plots.lettering import distinct
from trackagoat_pandas.plots.notes import chosen_notes, draw_notes, write_notes
from trackagoat_pandas.plots.room import settle
from trackagoat_pandas.plots.style import (
    DARK,
    INK,
    PARTIAL,
    QUIET,
    SERIES_COLORS,
    SERIES_MARKERS,
    count_ticks,
    dress,
    new_axes,
    percent_ticks,
    say_nothing,
)
from trackagoat_pandas.plots.trend_picture import (
    PERCENT,
    Picture,
    finding,
    picture_of,
    same_place,
    summed,
)
from trackagoat_pandas.tables.analytics import RAW_METRICS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST = len(SERIES_COLORS)
_DWARFED = 4
"""How many times as high as the highest line the sum of the others may be drawn."""
_HALF_DAYS = {"day": 0.5, "week": 3.5, "month": 15.0}


def trend(
    series: pd.DataFrame,
    *,
    metric: str | None = None,
    by: str | None = None,
    n: int = 5,
    series_kind: Literal["main", "breakdown"] = "main",
    annotations: pd.DataFrame | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Plot a metric bucket by bucket: the sum of all entities, or each of the biggest.

    Parameters
    ----------
    series
        The frame of :func:`load_analytics`, or of :func:`growth`.
    metric
        Which metric, if the frame has several. Rates can't be summed over entities.
    by
        A column that names entities, such as ``"label"``: one line for each of the `n` biggest, and
        one for the sum of all others. By default one line for all.
    n
        How many lines at most, 1 to 8.
    series_kind
        ``"breakdown"`` draws the parts of campaigns in place of the range asked for.
    annotations
        The frame of :func:`load_annotations`: its notes on these entities, and on the project, are
        marked.
    ax
        The axes to draw on; by default new ones.

    Returns
    -------
    matplotlib.axes.Axes
        The axes. A bucket that still fills is hatched; a bucket without a value is a gap; a
        triangle stands below a bucket in which tracking starts; a prior period is dashed and moved
        to the days it is compared with. The title compares whole buckets alone, names the days
        that they are compared with, and says which days in between are missing, or incomplete where
        some of the entities have no value.

    Raises
    ------
    MissingColumnError, ArgumentError, ChoiceError
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
    require_columns(series, [] if by is None else [by])
    check_int("n", n, minimum=1, maximum=_MOST)
    check_choice("series_kind", series_kind, ("main", "breakdown"))
    notes = None if annotations is None else chosen_notes(annotations, series)
    picture = picture_of(series, only_metric(series, metric), by, series_kind)
    ax = new_axes(ax)
    if not picture.wide.notna().any(axis=None):
        return say_nothing(ax, f"No {picture.words} to show")
    _draw(ax, picture, n)
    marked = [] if notes is None else draw_notes(ax, notes)
    ax.set_ylabel(picture.unit)
    dress(ax, finding(picture), grid="y")
    if marked:
        settle(ax)
        write_notes(ax, marked)
    return ax


def _draw(ax: Axes, picture: Picture, n: int) -> None:
    if picture.is_split:
        _draw_lines(ax, picture, n)
    else:
        _draw_sum(ax, picture)
    half = pd.Timedelta(days=_HALF_DAYS[picture.granularity])
    for day in picture.partial:
        begin, end = mdates.date2num([day - half, day + half])  # type: ignore[no-untyped-call]
        ax.axvspan(
            begin, end, facecolor="none", edgecolor=PARTIAL, hatch="///", linewidth=0,
            label="still filling",
        )  # fmt: skip
    if len(picture.baselines):
        ax.plot(
            picture.baselines, np.full(len(picture.baselines), 0.0), color=DARK, linestyle="",
            marker="^", markersize=7, markerfacecolor="white", clip_on=False, zorder=3,
            transform=ax.get_xaxis_transform(), label="tracking starts",
        )  # fmt: skip
    percent_ticks(ax.yaxis) if picture.metric in PERCENT else count_ticks(ax.yaxis)
    date_ticks(ax)
    low, _ = ax.dataLim.intervaly
    if low < 0:
        ax.axhline(0, color=QUIET, linewidth=0.8)
    elif not picture.is_total:
        ax.set_ylim(bottom=0)


def _draw_sum(ax: Axes, picture: Picture) -> None:
    main, prior = summed(picture.wide), summed(picture.prior)
    if len(prior):
        shifted = prior.set_axis(same_place(main, prior, picture.granularity))
        _draw_line(ax, shifted, color=QUIET, linestyle="--", label="the period before")
    _draw_line(ax, main, color=INK, linewidth=2, label="this period" if len(prior) else "all")


def _draw_lines(ax: Axes, picture: Picture, n: int) -> None:
    """Draw the biggest entities, told apart by colour and marker, and the others as one."""
    kept, others = keep_biggest(picture.wide, n)
    count = picture.wide.shape[1] - kept.shape[1]
    words = "1 other" if count == 1 else f"{count:,} others"
    top = float(kept.max().max())
    is_drawn = (
        others is not None and picture.metric in RAW_METRICS and others.max() <= _DWARFED * top
    )
    if others is not None and is_drawn:
        _draw_line(
            ax,
            others,
            color=QUIET,
            linestyle="--",
            label=words if count == 1 else f"{words} together",
        )
    elif count:
        ax.plot([], [], linestyle="", label=f"{words} not drawn")
    every = max(1, len(kept) // 8)
    for place, name in enumerate(distinct(kept.columns)):
        _draw_line(
            ax, kept.iloc[:, place], color=SERIES_COLORS[place], linewidth=1.8, label=name,
            marker=SERIES_MARKERS[place], markersize=5, markevery=every,
        )  # fmt: skip


def _draw_line(ax: Axes, values: pd.Series, **style: Any) -> None:
    """Draw a line that breaks where there is no value; a lone value between gaps is a dot."""
    ax.plot(values.index, values, **style)
    is_known = values.notna()
    # Between two gaps there is nothing that a line could join.
    is_lone = is_known & ~is_known.shift(fill_value=False) & ~is_known.shift(-1, fill_value=False)
    if is_lone.any():
        lone = values[is_lone]
        ax.plot(
            lone.index,
            lone,
            linestyle="",
            color=style["color"],
            marker=style.get("marker", "o"),
            markersize=4,
        )
