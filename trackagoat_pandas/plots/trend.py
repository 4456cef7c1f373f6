"""The plot of a metric over time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, get_args

import numpy as np
import pandas as pd

from trackagoat_pandas.helpers.analytics import LEAST_VIEWS
from trackagoat_pandas.helpers.granularity import buckets_text
from trackagoat_pandas.helpers.wide import only_metric
from trackagoat_pandas.inputs.checks import check_choice, check_int, require_columns
from trackagoat_pandas.plots.days import BUCKET_DAYS, date_ticks, places_of, spans_of
from trackagoat_pandas.plots.labels import (
    End,
    chosen_notes,
    draw_notes,
    ends_pt,
    has_room_for_ends,
    name_ends,
    write_notes,
)
from trackagoat_pandas.plots.layout import settle, size_pt
from trackagoat_pandas.plots.marks import draw_over, label_places
from trackagoat_pandas.plots.style import (
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
)
from trackagoat_pandas.plots.text import distinct
from trackagoat_pandas.plots.theme import DARK, INK, NEUTRAL, PAGE, QUIET, Theme
from trackagoat_pandas.plots.trend_content import (
    Content,
    content_of,
    finding,
    notes_of,
    subtitle,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Scale: TypeAlias = Literal["auto", "linear", "log"]

_MOST: Final = len(SERIES_COLORS)
_DWARFED: Final = 4
"""The sum of the others isn't drawn if it is more than this many times the highest line."""
_GIANT: Final = 20
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
_THE_PERIOD_BEFORE: Final = "the period before"


@picture
def trend(
    analytics: pd.DataFrame,
    *,
    metric: str | None = None,
    by: str | None = None,
    n: int = 5,
    series_kind: Literal["main", "breakdown"] = "main",
    annotations: pd.DataFrame | None = None,
    scale: Scale = "auto",
    theme: Theme = "light",  # noqa: ARG001 - `picture` reads it
    ax: Axes | None = None,
) -> Axes:
    """Plot a metric over time: the sum of all entities, or a line for each of the biggest.

    Parameters
    ----------
    analytics
        The frame of :func:`load_analytics`, or of :func:`growth`.
    metric
        The metric; required if the frame has several. Rates can't be summed over entities, and
        nothing over campaigns.
    by
        A column that names entities, such as ``"label"``: one line for each of the `n` biggest, and
        one for the sum of the others. By default one line for the sum of all. Several campaigns
        overlap: they share videos, and a parent has those of its children. So they have no sum and
        no shares, and are only drawn one by one.
    n
        The most entities with a line of their own, 1 to 8.
    series_kind
        ``"breakdown"`` to draw the parts of campaigns in place of the campaigns.
    annotations
        The frame of :func:`load_annotations`; those of these entities and of the project are
        marked.
    scale
        The vertical scale: ``"linear"``, ``"log"`` (linear near zero, so that zeros are drawn), or
        ``"auto"`` for a logarithmic one where one entity would make the lines of others flat.
    theme
        ``"dark"`` for the colours of dark pages; the figure's background is dark too.
    ax
        The axes to draw on; by default new ones.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: a line of the values, or bars for posts, those of several entities on one another;
        dashed, or a level line on each bar, for a prior period, which is moved to the days that it
        is compared with. The title gives the sum and, if there is a prior
        period, the change; the subtitle the unit, and which buckets aren't whole.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError, ChoiceError
        The frame isn't one of analytics, it has several metrics and none was named, or the metric
        is a rate of several entities or the campaigns are several, without `by`.

    Notes
    -----
    - A line is dotted to a bucket that is still filling, and its bar is hatched; a bucket without a
      value is a gap. Of several lines with more than 16 buckets, each has a marker at its highest.
      Triangles mark where tracking starts, and a note counts them.
    - The title's sum is that of all buckets. Its change is that of buckets that are over and have
      values in both periods; where these aren't all, it names them. If they are less than three
      quarters of the period, there is no change, and a note says why.
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
    '751k views in May 2026'
    """
    needed = ["entity_id", "metric", "date", "value", "series_kind", "is_partial"]
    require_columns(analytics, needed, loader="load_analytics")
    require_columns(analytics, [] if by is None else [by])
    check_int("n", n, minimum=1, maximum=_MOST)
    check_choice("series_kind", series_kind, ("main", "breakdown"))
    check_choice("scale", scale, get_args(Scale))
    notes = None if annotations is None else chosen_notes(annotations, analytics)
    content = content_of(analytics, only_metric(analytics, metric), by, series_kind)
    ax = new_axes(ax)
    if not content.wide.notna().any(axis=None):
        few = content.views is not None and content.views.notna().any(axis=None)
        why = f"No {content.granularity} has {LEAST_VIEWS} views" if few else None
        return empty_axes(ax, why or f"No {content.words} to show")
    lines, left_out = _lines_of(content, n)
    is_log = scale == "log" or (scale == "auto" and _has_giant(lines, content))
    if is_log:
        _use_log(ax, lines)
    ends = _draw(ax, content, lines, _ids_of(analytics) if by == "label" else {})
    _scale(ax, content)
    marked = [] if notes is None else draw_notes(ax, notes)
    for note in notes_of(content, analytics):
        add_note(ax, note)
    if content.starts:
        many = f"{content.starts:,} start being tracked here"
        add_note(ax, f"▲ {'tracking starts' if content.starts == 1 else many}")
    below = subtitle(content, others=left_out, is_log=is_log)
    finish_axes(ax, finding(content, lines.values()), subtitle=below, grid="y")
    if marked or ends:
        settle(ax)
    if marked:
        beside = ends_pt([end.text for end in ends])
        write_notes(ax, marked, size_pt(ax)[0] - beside)
    _mark_starts(ax, content.baselines)
    _say_values(ax, content, lines)
    name_ends(ax, ends)
    return ax


Lines: TypeAlias = "dict[str, pd.Series]"
"""The values of each line, by its name, in the order of their colours."""


def _lines_of(content: Content, n: int) -> tuple[Lines, str]:
    """Return the lines by name, and a phrase about entities that aren't drawn."""
    if not content.is_split:
        return {"this period": content.total}, ""
    kept, others, words = content.biggest(n)
    lines = dict(zip(distinct(kept.columns), (kept[name] for name in kept), strict=True))
    if others is None:
        return lines, ""
    top = float(kept.max().max())
    if content.is_summable and (content.has_bars or others.max() <= _DWARFED * top):
        return {**lines, words: others}, ""
    return lines, f"{words.removesuffix(' together')} not drawn"


def _has_giant(lines: Lines, content: Content) -> bool:
    """Say whether some lines would make others flat on a linear scale."""
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


def _draw(ax: Axes, content: Content, lines: Lines, ids: Mapping[str, str]) -> list[End]:
    """Draw the lines, and return the names that are to be written at their ends."""
    prior = pd.Series(dtype=float)
    if not content.is_split and not content.prior.empty:
        prior = content.prior.set_axis(content.compared)
    # On a logarithmic scale, bars on others would look small.
    if content.has_bars and not (content.is_split and ax.get_yscale() != "linear"):
        _draw_bars(ax, content, lines)
        if not prior.empty:
            places, half = places_of(prior.index), _bar_days(content) / 2
            draw_over(ax.hlines, prior, places - half, places + half, 1.6)
        return []
    named = [*lines, *([] if prior.empty else [_THE_PERIOD_BEFORE])]
    is_direct = len(named) > 1 and has_room_for_ends(ax, named)
    ends = []
    for (name, values), style in zip(lines.items(), _styles(content, lines), strict=True):
        if is_direct:
            ends.append(_end_of(name, values, style["color"], ids.get(str(values.name), "")))
        elif len(named) > 1:
            style["label"] = name
        _draw_line(ax, values, content, style)
    if not prior.empty:
        style = {"color": QUIET, "linestyle": "--", "linewidth": 1.4, "zorder": 1.9}
        style |= {} if is_direct else {"label": _THE_PERIOD_BEFORE}
        _draw_line(ax, prior, content, style)
        if is_direct:
            ends.append(_end_of(_THE_PERIOD_BEFORE, prior, QUIET))
    return ends


def _scale(ax: Axes, content: Content) -> None:
    """Set the ticks and limits of drawn axes."""
    if is_percent(content.metric):
        percent_ticks(ax.yaxis)
    else:
        count_ticks(ax.yaxis, whole=content.has_bars)
    date_ticks(ax, content.granularity)
    ax.margins(x=0.02)
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
    """Yield how each line is drawn; the sum of the others, which has no name, is quiet."""
    if not content.is_split:
        yield {"color": INK, "linewidth": 2}
        return
    is_short = len(content.wide) <= _MOST_MARKERS
    for place, values in enumerate(lines.values()):
        if values.name is None:
            yield {"color": QUIET, "linestyle": "--", "linewidth": 1.4}
        else:
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


def _draw_bars(ax: Axes, content: Content, lines: Lines) -> None:
    """Draw bars on one another; those of buckets that are still filling are hatched outlines."""
    foot = pd.Series(0.0, content.wide.index)
    is_partial = content.wide.index.isin(content.partial)
    for place, (name, values) in enumerate(lines.items()):
        is_rest = content.is_split and values.name is None
        color, hatch = (NEUTRAL, "") if is_rest else (SERIES_COLORS[place], SERIES_HATCHES[place])
        bars = ax.bar(
            foot.index, values.reindex(foot.index), bottom=foot, width=_bar_days(content),
            color=color, edgecolor=PAGE, linewidth=0.6, hatch=hatch,
            label=name if content.is_split else None,
        )  # fmt: skip
        for bar in np.array(bars.patches)[is_partial]:
            bar.set(facecolor=PAGE, edgecolor=color, hatch=hatch or "///")
        foot = foot.add(values, fill_value=0)


def _bar_days(content: Content) -> float:
    return _BAR_SHARE * BUCKET_DAYS[content.granularity]


def _end_of(name: str, values: pd.Series, color: str, id_: str = "") -> End:
    known = values.dropna()
    last, y = (known.index[-1], float(known.iloc[-1])) if len(known) else (values.index[-1], 0.0)
    return End(places_of(last), y, name, color, id_)


def _mark_starts(ax: Axes, days: pd.DatetimeIndex) -> None:
    """Draw a triangle for each day on which tracking starts, none nearer than its width."""
    left, right = ax.get_xlim()
    least, kept = _APART_PT * (right - left) / size_pt(ax)[0], list[float]()
    for place in places_of(days):
        if not kept or place - kept[-1] >= least:
            kept.append(place)
    if kept:
        ax.plot(
            kept, np.zeros(len(kept)), color=DARK, linestyle="", marker="^", markersize=7,
            markerfacecolor=PAGE, clip_on=False, zorder=3, transform=ax.get_xaxis_transform(),
        )  # fmt: skip


def _say_values(ax: Axes, content: Content, lines: Lines) -> None:
    """Give each bucket a read-out of its values."""
    index = content.wide.index
    shown = dict(lines) if content.is_split else {content.words: content.total}
    if not content.is_split and not content.prior.empty:
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
