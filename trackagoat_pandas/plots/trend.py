"""The plot of a metric over time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, get_args

import numpy as np
import pandas as pd
from matplotlib.transforms import ScaledTranslation

from trackagoat_pandas.errors import ArgumentError, MissingColumnError
from trackagoat_pandas.helpers.analytics import LEAST_VIEWS
from trackagoat_pandas.helpers.columns import is_word
from trackagoat_pandas.helpers.granularity import buckets_text, day_text
from trackagoat_pandas.helpers.wide import only_metric
from trackagoat_pandas.inputs.checks import (
    check_bool,
    check_choice,
    check_int,
    check_name,
    require_columns,
)
from trackagoat_pandas.plots.days import BUCKET_DAYS, date_ticks, places_of, spans_of
from trackagoat_pandas.plots.labels import (
    End,
    Note,
    chosen_notes,
    draw_notes,
    ends_pt,
    has_room_for_ends,
    name_ends,
    write_notes,
)
from trackagoat_pandas.plots.layout import SMALL_PT, settle, size_pt
from trackagoat_pandas.plots.marks import label_mark, label_places
from trackagoat_pandas.plots.style import (
    HEIGHT_IN,
    SERIES_COLORS,
    SERIES_HATCHES,
    SERIES_MARKERS,
    add_note,
    count_ticks,
    empty_axes,
    finish_axes,
    is_percent,
    new_axes,
    percent_ticks,
    picture,
    write_rows,
)
from trackagoat_pandas.plots.theme import DARK, GRID, INK, NEUTRAL, PAGE, QUIET, Theme
from trackagoat_pandas.plots.trend_content import (
    Content,
    by_week,
    content_of,
    finding,
    starts_of,
    subtitle,
    uncompared_text,
)
from trackagoat_pandas.showing.captions import starts_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Scale: TypeAlias = Literal["auto", "linear", "log"]

_NEEDED: Final = ("entity_id", "metric", "date", "value", "series_kind", "is_partial")
_MOST: Final = len(SERIES_COLORS)
_MOST_ROWS: Final = 24
_DWARFED: Final = 3
"""Bars of others that are this many times as high hide those below them."""
_GIANT: Final = 10
"""Lines are flat beside one that is this many times as high as a quarter of them."""
_DASHES: Final = (
    "-", "-", "-", (0, (6, 1.5)), (0, (5, 1.5, 1, 1.5)), (0, (2, 1)), (0, (9, 2, 3, 2)),
    (0, (3, 1, 1, 1, 1, 1)),
)  # fmt: skip
"""The strokes of lines, by which they also differ in grey."""
_MOST_MARKERS: Final = 16
"""With more buckets, only the highest is marked: others would look like events."""
_APART_PT: Final = 14.0
"""The least distance of two triangles."""
_BAR_SHARE: Final = 0.8
_ROW_IN, _ROW_PT, _FRAME_IN = 0.42, 20.0, 1.3
"""The height of a row with a line of its own, the least one, and that of what is around rows."""
_LINE_SHARE: Final = 0.78
"""The share of a row's height that its line takes."""
_NAMED_STARTS: Final = 3
"""More starts of tracking are counted."""
_NOW, _THE_PERIOD_BEFORE = "this period", "the period before"


@picture
def trend(
    analytics: pd.DataFrame,
    *,
    metric: str | None = None,
    by: str | None = None,
    n: int = 5,
    facet: bool | None = None,
    series_kind: Literal["main", "breakdown"] = "main",
    annotations: pd.DataFrame | None = None,
    scale: Scale = "auto",
    theme: Theme = "light",  # noqa: ARG001 - `picture` reads it
    ax: Axes | None = None,
) -> Axes:
    """Plot a metric over time: the sum of all entities, or a line for each of the biggest.

    Parameters
    ----------
    analytics : DataFrame
        The frame of :func:`load_analytics`, or of :func:`growth`.
    metric : str, optional
        The metric; required if the frame has several. Rates can't be summed over entities, and
        nothing over campaigns.
    by : str, optional
        A column that names entities, such as ``"label"``: one line for each of the `n` biggest. By
        default one line for the sum of all. Several campaigns overlap: they share videos, and a
        parent has those of its children. So they have no sum and no shares, and are only drawn one
        by one.
    n : int, default 5
        The most entities with a line of their own, 1 to 8, or to 24 with ``facet=True``.
    facet : bool, optional
        True for small multiples, which need `by`: each line has a row and a scale of its own, with
        its sum and its highest value beside it. False for one scale. By default lines have rows
        where on one scale they would lie on the floor: where the highest is more than 10 times as
        high as a quarter of the others. Bars, which stand on one another, have rows only if asked.
    series_kind : {'main', 'breakdown'}, default 'main'
        ``"breakdown"`` to draw the parts of campaigns in place of the campaigns.
    annotations : DataFrame, optional
        The frame of :func:`load_annotations`; those of these entities and of the project are
        marked.
    scale : {'auto', 'linear', 'log'}, default 'auto'
        The vertical scale: ``"linear"``, ``"log"`` (linear near zero, so that zeros are drawn), or
        ``"auto"``, which is linear, or that of each row.
    theme : {'light', 'dark'}, default 'light'
        ``"dark"`` for the colours of dark pages; the figure's background is dark too.
    ax : Axes, optional
        The axes to draw on; by default new ones, higher for many rows.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: a line of the values, or bars for posts, those of several entities on one another.
        A prior period is moved to the days that it is compared with, as a dashed line or as bars
        beside the others. The title gives the sum and, if there is a prior period, the change; the
        subtitle the unit, and which buckets aren't whole.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError, ChoiceError
        The frame isn't one of analytics, it has several metrics and none was named, or the metric
        is a rate of several entities or the campaigns are several, without `by`; or rows are asked
        for without `by` or with a scale.

    See Also
    --------
    load_analytics : Load time series.
    summarize_analytics : Sum series by entity or day.
    plots.waterfall : Draw what moved the total.
    load_annotations : Load the notes on charts.

    Notes
    -----
    - Of more than 35 days, posts are summed by week, and rates are the medians of weeks: neither
      bars nor steps of more days could be read.
    - A line is dotted to a bucket that is still filling, and its bar is hatched; a bucket without a
      value is a gap, which for rates a thin line crosses. Of several lines with more than 16
      buckets, each has a marker at its highest. Names at the ends of lines stand in the order of
      the last values that are whole. Triangles mark where tracking starts, and a note says of whom,
      or of how many.
    - The title's sum is that of all buckets. Its change is that of buckets that are over and have
      values in both periods; where these aren't all, title and subtitle name them. If they are less
      than three quarters of the period, there is no change, and a note says why. The title of rates
      has the medians of the highest and lowest line, or of both periods.
    - Buckets before the first data aren't drawn; a note names the first day with data.
    - Buckets between the first and the last are called missing in the subtitle, or incomplete if
      only some of the entities have no value.
    - The biggest entities are those with the largest sums. For a rate they are those with the most
      views; if the frame has no views, those with the highest median. An engagement rate by views
      is left out where the frame says that there were fewer than 100 views.
    - A note says from or up to which day a first or last week or month is counted if the dates
      asked for cut it. A prior period whose weeks or months are cut differently isn't drawn.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     creators = tgp.load_creators("Summer Launch")
    ...     views = tgp.load_analytics("creator", creators, "views", dates="2026-05")
    >>> tgp.plots.trend(views).get_title(loc="left")
    '761.5k views in May 2026'
    """
    require_columns(analytics, _NEEDED, loader="load_analytics")
    if by is not None and check_name("by", by) not in analytics.columns:
        advice = "by='label' draws a line for each creator, or whatever was loaded"
        raise MissingColumnError([by], analytics.columns, advice=advice)
    require_columns(analytics, [] if by is None else [by])
    check_choice("series_kind", series_kind, ("main", "breakdown"))
    _check_rows(facet, by, scale)
    check_int("n", n, minimum=1, maximum=_MOST_ROWS if facet else _MOST)
    notes = None if annotations is None else chosen_notes(annotations, analytics)
    content = content_of(analytics, only_metric(analytics, metric), by, series_kind)
    if not content.wide.notna().any(axis=None):
        return empty_axes(new_axes(ax), _nothing(content))
    drawn = by_week(content)
    lines, left_out = _lines_of(drawn, n, is_stacked=not facet and scale != "log")
    has_rows = facet if facet is not None else scale == "auto" and _has_giant(lines, drawn)
    if ax is None:
        ax = new_axes(height_in=max(_ROW_IN * len(lines) * has_rows + _FRAME_IN, HEIGHT_IN))
    elif has_rows and len(lines) > (fits := max(1, int(size_pt(new_axes(ax))[1] / _ROW_PT))):
        lines, left_out = _lines_of(drawn, fits, is_stacked=False)
    ax, ids = new_axes(ax), _ids_of(analytics) if by == "label" else {}
    if has_rows:
        _draw_rows(ax, drawn, lines, ids)
    ends = [] if has_rows else _draw(ax, drawn, lines, ids, scale)
    date_ticks(ax, drawn.granularity)
    ax.margins(x=0.02)
    annotated = [] if notes is None else draw_notes(ax, notes)
    begun = _begun(content, by, lines) if left_out else content.baselines
    starts = _starts_said(analytics, content, begun, is_whole=not left_out)
    for note in (drawn.note, uncompared_text(content), *starts):
        add_note(ax, note)
    below = subtitle(drawn, content, others=left_out, scale="rows" if has_rows else scale)
    finish_axes(ax, finding(content, lines), subtitle=below, grid="x" if has_rows else "y")
    _write_inside(ax, annotated, ends)
    _mark_starts(ax, begun)
    _say_values(ax, drawn, lines)
    return ax


def _begun(content: Content, by: str | None, lines: Mapping[str, pd.Series]) -> pd.DataFrame:
    """Return the starts of tracking of those that are drawn."""
    starts = content.baselines
    return starts[starts[by].isin([values.name for values in lines.values()])]


def _write_inside(ax: Axes, annotated: list[Note], ends: list[End]) -> None:
    """Write the texts of annotations and the names of lines, which need a layout."""
    if annotated or ends:
        settle(ax)
    if annotated:
        write_notes(ax, annotated, size_pt(ax)[0] - ends_pt([end.text for end in ends]))
    name_ends(ax, ends)


def _nothing(content: Content) -> str:
    if content.views is not None and content.views.notna().any(axis=None):
        return f"No {content.granularity} has {LEAST_VIEWS} views"
    return f"No {content.words} to show"


def _check_rows(facet: object, by: str | None, scale: Scale) -> None:
    check_choice("scale", scale, get_args(Scale))
    if facet is None:
        return
    if check_bool("facet", facet) and by is None:
        raise ArgumentError("facet", facet, "rows are those of entities: name them by='label'")
    if facet and scale != "auto":
        raise ArgumentError("scale", scale, "each row has a scale of its own: leave it out")


Lines: TypeAlias = "dict[str, pd.Series]"
"""The values of each line, by its name, in the order of their colours."""


def _lines_of(content: Content, n: int, *, is_stacked: bool) -> tuple[Lines, str]:
    """Return the lines by name, and a phrase about entities that aren't drawn.

    Only bars on one another show the sum of the others, unless these would be too small to see: as
    a line it would look like one of them.
    """
    if not content.is_split:
        return {_NOW: content.total}, ""
    kept, others, words = content.biggest(n)
    lines = dict(zip(content.names(kept.columns), (kept[name] for name in kept), strict=True))
    if others is None:
        return lines, ""
    is_dwarf = bool(others.max() > _DWARFED * kept.sum(axis=1).max())
    if is_stacked and content.has_bars and not is_dwarf:
        return {**lines, words: others}, ""
    return lines, content.others_text(others, words.removesuffix(" together"))


def _has_giant(lines: Lines, content: Content) -> bool:
    """Say whether some lines would lie on the floor of a scale that others need."""
    tops = np.array([values.max() for values in lines.values()])
    # A line of zeros is flat on every scale.
    tops = tops[tops > 0]
    is_signed = any(values.min() < 0 for values in lines.values())
    if not content.is_raw or content.has_bars or is_signed or not tops.size:
        return False
    return bool(tops.max() > _GIANT * np.quantile(tops, 0.25, method="lower"))


def _ids_of(analytics: pd.DataFrame) -> Mapping[str, str]:
    """Return the ids of entities by their labels, of those that no other has."""
    if "entity_id" not in analytics.columns:
        return {}
    named = analytics[["label", "entity_id"]].dropna().drop_duplicates()
    return dict(zip(*named[~named["label"].duplicated(keep=False)].to_numpy(object).T, strict=True))


def _draw(
    ax: Axes, content: Content, lines: Lines, ids: Mapping[str, str], scale: Scale
) -> list[End]:
    """Draw bars or lines, and return the names that are to be written at their ends."""
    ends, prior = list[End](), pd.Series(dtype=float)
    if content.has_prior:
        prior = content.prior.set_axis(content.compared)
    if scale == "log":
        _use_log(ax, lines)
    # On a logarithmic scale, bars on others would look small.
    if content.has_bars and not (content.is_split and scale == "log"):
        _draw_bars(ax, content, lines, prior)
    else:
        ends = _draw_lines(ax, content, lines, prior, ids)
    _scale(ax, content)
    return ends


def _draw_lines(
    ax: Axes, content: Content, lines: Lines, prior: pd.Series, ids: Mapping[str, str]
) -> list[End]:
    named = [*lines, *([] if prior.empty else [_THE_PERIOD_BEFORE])]
    is_direct = len(named) > 1 and has_room_for_ends(ax, named)
    ends = []
    for (name, values), style in zip(lines.items(), _styles(content, lines), strict=True):
        if is_direct:
            id_ = ids.get(str(values.name), "")
            ends.append(_end_of(name, values, content, style["color"], id_))
        elif len(named) > 1:
            style["label"] = name
        _draw_line(ax, values, content, style)
    if not prior.empty:
        style = {"color": QUIET, "linestyle": "--", "linewidth": 1.4, "zorder": 1.9}
        style |= {} if is_direct else {"label": _THE_PERIOD_BEFORE}
        _draw_line(ax, prior, content, style)
        if is_direct:
            ends.append(_end_of(_THE_PERIOD_BEFORE, prior, content, QUIET))
    return ends


def _draw_rows(ax: Axes, content: Content, lines: Lines, ids: Mapping[str, str]) -> None:
    """Draw each line in a row and on a scale of its own, with its sum and highest value beside."""
    write_rows(ax, list(lines))
    for row, (label, (name, values)) in enumerate(
        zip(ax.get_yticklabels(), lines.items(), strict=True)
    ):
        label.set_color(DARK)
        if id_ := ids.get(str(values.name)):
            label_mark(label, name, id_)
        low, high = np.nanmin([0.0, values.min()]), np.nanmax([0.0, values.max()])
        step = _LINE_SHARE / ((high - low) or 1.0)
        zero = row + _LINE_SHARE / 2 + step * low
        ax.axhline(zero, color=GRID, linewidth=0.8, zorder=0.9)
        style = {"color": INK, "linewidth": 1.6}
        if content.has_bars:
            _draw_bars(ax, content, {name: -step * values}, foot=zero)
        else:
            _draw_line(ax, zero - step * values, content, style)
        ax.annotate(
            _size_text(content, values), (1, row), xycoords=ax.get_yaxis_transform(),
            xytext=(6, 0), textcoords="offset points", va="center", fontsize=SMALL_PT, color=DARK,
            parse_math=False, annotation_clip=False,
        )  # fmt: skip


def _size_text(content: Content, values: pd.Series) -> str:
    """Write what a line adds up to, or its median, and its highest value."""
    if not values.notna().any():
        return "no values"
    top = content.text(values.max())
    if content.is_total:
        return f"{content.text(values.dropna().iloc[-1])} at the end"
    if not content.is_raw:
        return f"median {content.text(values.median())}, at most {top}"
    return f"{content.text(values.sum())} in all, at most {top}"


def _scale(ax: Axes, content: Content) -> None:
    """Set the ticks and limits of the vertical axis."""
    if is_percent(content.metric):
        percent_ticks(ax.yaxis)
    else:
        count_ticks(ax.yaxis, whole=content.has_bars)
    low, _ = ax.dataLim.intervaly
    if low < 0:
        ax.axhline(0, color=NEUTRAL, linewidth=0.8)
    # Running totals may be far above 0, where an axis from 0 would flatten them.
    elif not content.is_total:
        ax.set_ylim(bottom=0)


def _use_log(ax: Axes, lines: Lines) -> None:
    """Make the scale logarithmic, and linear below the smaller ones of the values."""
    values = np.concatenate([line.to_numpy() for line in lines.values()])
    known = values[values > 0]
    least = 10.0 ** np.floor(np.log10(np.quantile(known, 0.05))) if known.size else 1.0
    # With a smaller linear part, its two labels would touch on low axes.
    ax.set_yscale("symlog", linthresh=max(1.0, least), linscale=1)


def _styles(content: Content, lines: Lines) -> Iterator[dict[str, Any]]:
    """Yield how each line is drawn."""
    if not content.is_split:
        yield {"color": INK, "linewidth": 2}
        return
    is_short = len(content.wide) <= _MOST_MARKERS
    for place, values in enumerate(lines.values()):
        highest = int(values.fillna(-np.inf).to_numpy().argmax())
        yield {
            "color": SERIES_COLORS[place], "linewidth": 1.8, "linestyle": _DASHES[place],
            "marker": SERIES_MARKERS[place], "markersize": 4.5,
            "markevery": None if is_short else [highest],
        }  # fmt: skip


def _draw_line(ax: Axes, values: pd.Series, content: Content, style: Mapping[str, Any]) -> None:
    """Draw a line with gaps where values are missing, dotted to buckets that are still filling."""
    is_partial = values.index.isin(content.partial) & (style["color"] != QUIET)
    whole = values.mask(is_partial)
    ax.plot(values.index, whole, **style)
    is_known = values.notna()
    if not content.is_raw:
        # Rates of too few views leave islands, which a line across the gaps holds together.
        is_gap = ~is_known & is_known.cummax() & is_known[::-1].cummax()
        is_near = is_gap | is_gap.shift(fill_value=False) | is_gap.shift(-1, fill_value=False)
        if is_gap.any():
            across = {"color": style["color"], "linewidth": 0.7, "zorder": 1.8}
            ax.plot(values.index, values.interpolate().where(is_near), **across)
    # A value between two gaps has no neighbour to be joined with, and gets a dot.
    is_known = whole.notna()
    is_lone = is_known & ~is_known.shift(fill_value=False) & ~is_known.shift(-1, fill_value=False)
    dots = {"linestyle": "", "color": style["color"], "marker": style.get("marker", "o")}
    if is_lone.any():
        ax.plot(whole.index[is_lone], whole[is_lone], **dots, markersize=4)
    if is_partial.any():
        at = pd.Series(is_partial, values.index)
        near = at | at.shift(-1, fill_value=False) | at.shift(fill_value=False)
        dotted = {**style, "linestyle": ":", "marker": "", "label": None}
        ax.plot(values.index, values.where(near), **dotted)
        last = values[is_partial]
        ax.plot(last.index, last, **dots, markersize=4, markerfacecolor=PAGE)


def _draw_bars(
    ax: Axes,
    content: Content,
    lines: Lines,
    prior: pd.Series | None = None,
    *,
    foot: float = 0.0,
) -> None:
    """Draw bars on one another; those of buckets that are still filling are hatched outlines.

    Those of a prior period stand to the left of them.
    """
    index, width = content.wide.index, _BAR_SHARE * BUCKET_DAYS[content.granularity]
    feet, is_partial = pd.Series(foot, index), index.isin(content.partial)
    has_prior = prior is not None and not prior.empty
    if prior is not None and has_prior:
        width /= 2
        ax.bar(
            places_of(prior.index) - width / 2, prior, width=width, facecolor=GRID,
            edgecolor=QUIET, linewidth=0.8, label=_THE_PERIOD_BEFORE,
        )  # fmt: skip
    for place, (name, values) in enumerate(lines.items()):
        is_rest = len(lines) > 1 and values.name is None
        color, hatch = (NEUTRAL, "") if is_rest else (SERIES_COLORS[place], SERIES_HATCHES[place])
        bars = ax.bar(
            places_of(index) + width / 2 * has_prior, values.reindex(index), bottom=feet,
            width=width, color=color, edgecolor=PAGE, linewidth=0.6, hatch=hatch,
            label=name if len(lines) > 1 or has_prior else None,
        )  # fmt: skip
        for bar in np.array(bars.patches)[is_partial]:
            bar.set(facecolor=PAGE, edgecolor=color, hatch=hatch or "///")
        feet = feet.add(values, fill_value=0)


def _end_of(name: str, values: pd.Series, content: Content, color: str, id_: str = "") -> End:
    """Return where a line is named: at its last value that is whole.

    The value of a bucket that is still filling lies below lines that this one was above.
    """
    known = values.dropna()
    whole = known[~known.index.isin(content.partial)]
    known = whole if len(whole) else known
    last, y = (known.index[-1], float(known.iloc[-1])) if len(known) else (values.index[-1], 0.0)
    return End(places_of(last), y, name, color, id_)


def _starts_said(
    analytics: pd.DataFrame, content: Content, begun: pd.DataFrame, *, is_whole: bool
) -> list[str]:
    """Say since when there are data, and whose tracking starts later, of many how many they are.

    Triangles mark those days, so that they aren't counted in other words as well. If not all
    entities are drawn (``is_whole``), those who aren't may start on any day.
    """
    rows = analytics
    if not content.has_prior:  # whose days may be those before the first data
        rows = rows[~is_word(rows["series_kind"], "prior_period")]
    starts = starts_of(begun)
    said = starts_text(rows, later=is_whole and not starts)
    if not starts:
        return [said]
    who = ", ".join(f"{name} ({day_text(day)})" for name, day in starts)
    if len(starts) > _NAMED_STARTS:
        who = f"{len(starts):,} ({buckets_text(starts[0][1], starts[-1][1], 'day')})"
    return [said, f"▲ tracking starts: {who}"]


def _mark_starts(ax: Axes, begun: pd.DataFrame) -> None:
    """Draw a triangle for each day on which tracking starts, none nearer than its width."""
    left, right = ax.get_xlim()
    least, kept = _APART_PT * (right - left) / size_pt(ax)[0], list[float]()
    for place in places_of(begun["date"].drop_duplicates().sort_values()):
        if not kept or place - kept[-1] >= least:
            kept.append(place)
    # On the axis, half of it would hang among the ticks.
    up = ScaledTranslation(0, 4 / 72, ax.figure.dpi_scale_trans)
    if kept:
        ax.plot(
            kept, np.zeros(len(kept)), color=DARK, linestyle="", marker="^", markersize=7,
            markerfacecolor=PAGE, clip_on=False, zorder=3, transform=ax.get_xaxis_transform() + up,
        )  # fmt: skip


def _say_values(ax: Axes, content: Content, lines: Lines) -> None:
    """Give each bucket a read-out of its values."""
    index = content.wide.index
    shown = dict(lines) if content.is_split else {content.words: content.total}
    if content.has_prior:
        shown[_THE_PERIOD_BEFORE] = content.prior.set_axis(content.compared).reindex(index)
    columns = [(name, [content.exactly(value) for value in shown[name]]) for name in shown]
    texts = []
    for place, day in enumerate(index):
        head = buckets_text(day, day, content.granularity)
        head += ", still filling" if day in content.partial else ""
        texts.append("\n".join([head, *(f"{name}: {values[place]}" for name, values in columns)]))
    places, half = places_of(index), BUCKET_DAYS[content.granularity] / 2
    middles = (places[1:] + places[:-1]) / 2
    edges = [places[0] - half, *middles, places[-1] + half]
    label_places(ax, pairwise(edges), texts, days=spans_of(index, content.granularity))
