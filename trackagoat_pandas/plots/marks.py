"""Marks that several plots share: their read-outs, the room beside bars, and rows of goals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from trackagoat_pandas.base.figures import count_text
from trackagoat_pandas.base.types import Floats
from trackagoat_pandas.helpers.facts import zone_of
from trackagoat_pandas.plots.layout import SMALL_PT, size_pt, title_room_pt, widest_pt
from trackagoat_pandas.plots.style import TINY_PT, percent_ticks, write_rows
from trackagoat_pandas.plots.text import distinct, shown, with_at
from trackagoat_pandas.plots.theme import BLACK, DARK, INK, NEUTRAL, PAGE

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Mark(NamedTuple):
    """The read-out of a mark, the id that a click on it chooses, and the days of a bucket.

    An empty id chooses nothing; days are written as ``2026-05-04..2026-05-10``.
    """

    text: str
    id_: str = ""
    days: str = ""


MARKS: Final[WeakKeyDictionary[Artist, Mark]] = WeakKeyDictionary()
"""The marks that are alive; pictures in SVG show them, other formats don't."""


def label_mark(artist: Artist, text: str, id_: object = "") -> None:
    """Give a mark its read-out, and the id that a click on it chooses."""
    MARKS[artist] = Mark(text, id_ if isinstance(id_, str) else "")


def label_marks(
    artists: Iterable[Artist], texts: Iterable[str], ids: Iterable[object] | None = None
) -> None:
    """Give each of some marks, such as the bars of a chart, its read-out and its id."""
    marks = list(artists)
    chosen: Sequence[object] = list(ids) if ids is not None else [""] * len(marks)
    for artist, text, id_ in zip(marks, texts, chosen, strict=True):
        label_mark(artist, text, id_)


def label_points(
    ax: Axes,
    points: Iterable[tuple[float, float]],
    widths_pt: Iterable[float],
    texts: Iterable[str],
    ids: Iterable[object],
) -> None:
    """Give each point of a scatter plot, which is one artist, a read-out and an id."""
    for point, width, text, id_ in zip(points, widths_pt, texts, ids, strict=True):
        spot = Line2D(
            *zip(point, strict=True), linestyle="", marker="o", markersize=width,
            markerfacecolor="none", markeredgecolor="none", zorder=5,
        )  # fmt: skip
        spot.set_in_layout(False)
        ax.add_artist(spot)
        label_mark(spot, text, id_)


def label_places(
    ax: Axes,
    edges: Iterable[tuple[float, float]],
    texts: Iterable[str],
    ids: Iterable[object] | None = None,
    *,
    is_row: bool = False,
    days: Iterable[str] = (),
) -> None:
    """Give each bucket of a line chart, or each row, a read-out over its whole height or width.

    ``edges`` are the bucket's first and last position on the axis. The limits of the other axis
    don't matter. ``days`` are those of each bucket, which a pointer drawn over them chooses.
    """
    strips = []
    transform = ax.get_yaxis_transform() if is_row else ax.get_xaxis_transform()
    for start, stop in edges:
        place = (0, start) if is_row else (start, 0)
        size = (1, stop - start) if is_row else (stop - start, 1)
        strip = Rectangle(
            place, *size, transform=transform, facecolor="none", edgecolor="none", zorder=5
        )
        strip.set_in_layout(False)
        # Not add_patch: the axes' limits stay as they are.
        ax.add_artist(strip)
        strips.append(strip)
    label_marks(strips, texts, ids)
    for strip, span in zip(strips, days, strict=False):
        MARKS[strip] = MARKS[strip]._replace(days=span)


_BAR_GAP_PT: Final = 6.0
_MOST_ROOM: Final = 0.4
"""The largest share of the width that texts may take."""


def draw_over(
    lines: Callable[..., object], places: object, starts: object, ends: object, linewidth: float
) -> None:
    """Draw lines over bars, by ``vlines`` or ``hlines``, with an edge that sets them off."""
    lines(places, starts, ends, color=PAGE, linewidth=linewidth + 2)
    lines(places, starts, ends, color=BLACK, linewidth=linewidth)


def make_room(
    ax: Axes,
    ends: Floats,
    texts: Sequence[str],
    *,
    font_pt: float = TINY_PT,
    start: float = 0.0,
) -> None:
    """Set the limits so that texts at the ends of the longest bars have room.

    The names of the rows must have been written. Bars begin at ``start``.
    """
    low, high = min(float(np.min(ends)), start), max(float(np.max(ends)), start)
    sides = (low < start) + (high > start or low == start)
    width = max(title_room_pt(ax), 1.0)
    share = min(_MOST_ROOM, (widest_pt(texts, font_pt) + _BAR_GAP_PT) / width)
    room = (high - low or 1.0) * share / (1 - sides * share)
    is_right = high > start or low == start
    ax.set_xlim(low - (room if low < start else 0.0), high + (room if is_right else 0.0))


CELL: Final = (0.94, 0.9)
"""The width and the height of a cell, of 1."""
_SHADES: Final = (0.12, 0.28, 0.48, 1.0)
"""The opacities of cells. Up to a half, black letters can be read on them, light and dark; on the
last one those in the colour of the page."""


def draw_cells(
    ax: Axes,
    places: tuple[Floats, Floats],
    values: Floats,
    *,
    unit: str = "",
) -> tuple[list[Rectangle], list[str]]:
    """Draw cells in up to four shades, one for each quarter of the values.

    Parameters
    ----------
    ax
        The axes.
    places
        The middles of the cells, across and down.
    values
        What is shaded; a cell with a missing one has no colour.
    unit
        What the values are, such as "views", for a legend of the shades; empty for none.

    Returns
    -------
    tuple
        The cells in the order given, and the colour of letters on each.
    """
    x, y = places
    known = np.isfinite(values)
    edges = np.unique(np.quantile(values[known], (0.25, 0.5, 0.75))) if known.any() else values[:0]
    steps = np.where(known, np.searchsorted(edges, values), -1)
    drawn, letters = dict[int, Rectangle](), [BLACK] * len(values)
    # The most is always in the full colour, however few quarters differ.
    shades = dict(zip(np.unique(steps[known])[::-1], _SHADES[::-1], strict=False))
    for step in np.unique(steps)[::-1]:
        rows, shade = np.flatnonzero(steps == step), shades.get(step, 0.0)
        ends = dict.fromkeys(count_text(end(values[rows])) for end in (np.min, np.max))
        bars = ax.bar(
            x[rows], CELL[1], CELL[0], bottom=y[rows] - CELL[1] / 2, linewidth=0.6,
            facecolor=(INK, shade) if shade else "none", edgecolor=NEUTRAL,
            label=f"{' to '.join(ends)} {unit}" if unit and shade else None,
        )  # fmt: skip
        for bar in bars:
            bar.set_in_layout(False)
        drawn |= zip(rows, bars, strict=True)
        for row in rows:
            letters[row] = PAGE if shade == _SHADES[-1] else BLACK
    return [drawn[row] for row in range(len(values))], letters


def write_cell(
    ax: Axes, place: tuple[float, float], text: str, *, color: str, **options: Any
) -> None:
    """Write a text in a cell, by default in its middle.

    It has no part in the layout, which would measure each of some hundred texts twice.
    """
    look = {"ha": "center", "va": "center_baseline", "fontsize": TINY_PT, **options}
    ax.text(*place, text, color=color, parse_math=False, **look).set_in_layout(False)


NAME_COLUMNS: Final = ("tiktok_handle", "metric", "period")
FULL: Final = 100.0
"""Where rows end, in percent."""
_ROOMY_PT = 13.0
_SHARE_PT = 70.0
_NOTE_GAP_PT = 6.0
_MOST_NOTES = 0.7
"""The largest share of the width that notes may take."""
_HANDLE_LETTERS, _NAME_LETTERS = (8, 23), 45
"""How many letters a handle may have at least and at most, and a goal's name at most."""


def name_rows(ax: Axes, goals: pd.DataFrame) -> list[str]:
    """Set the limits for the rows, the first on top, and write and return each goal's name."""
    words = goals[list(NAME_COLUMNS)].astype(object)
    words = words.assign(tiktok_handle=with_at(words["tiktok_handle"]))
    handle, metric, period = (words[name].where(words[name].notna(), "?") for name in NAME_COLUMNS)
    goal = " · " + period + " " + metric + _period_names(goals)
    # What distinguishes the goals of one creator is at the end.
    letters = (_NAME_LETTERS - goal.str.len()).clip(*_HANDLE_LETTERS)
    texts = [shown(name, letters=most) for name, most in zip(handle, letters, strict=True)] + goal
    names = distinct(texts, letters=_NAME_LETTERS)
    write_rows(ax, names, _row_font_pt(ax, len(goals)))
    return names


def _period_names(goals: pd.DataFrame) -> pd.Series:
    """Name the periods of goals that differ in nothing else: ", May", ", to 21 Jun"."""
    none = pd.Series("", index=goals.index, dtype=object)
    if "period_end" not in goals.columns:
        return none
    ends = pd.to_datetime(goals["period_end"], utc=True, errors="coerce")
    ends = ends.dt.tz_convert(zone_of(None, [goals]) or "UTC")
    # Half a day before its end is in the last day of a period.
    last = ends - pd.Timedelta(hours=12)
    groups = [goals[name].astype(object).fillna("?") for name in NAME_COLUMNS]
    differs = last.groupby(groups).transform("nunique") > 1
    is_month = goals["period"].eq("monthly").fillna(value=False)
    year = " %Y" if len(last[differs].dt.year.unique()) > 1 else ""
    names = ", to " + last.dt.day.astype("Int64").astype("string") + last.dt.strftime(f" %b{year}")
    names = names.mask(is_month, last.dt.strftime(f", %B{year}"))
    return names.astype(object).where(differs & last.notna(), "")


def of_goals(number: int, total: int, verbs: tuple[str, str] = ("is", "are")) -> str:
    """Begin a sentence about some goals: "2 of 3 goals are", "The goal is", "Both goals are"."""
    verb = verbs[number != 1]
    if number < total:
        return f"{number:,} of {total:,} goals {verb}"
    return {1: "The goal", 2: "Both goals"}.get(total, f"All {total:,} goals") + f" {verb}"


def note_rows(ax: Axes, texts: Sequence[str], *, after: float = FULL) -> None:
    """End the axis at 100 %, and write a text for each row in a column to the right of it.

    The column begins after the end of what is drawn beyond 100 %. The names must have been written.
    """
    font_pt = _row_font_pt(ax, len(texts))
    width = title_room_pt(ax)
    room = (widest_pt(texts, font_pt) + _NOTE_GAP_PT) / width
    ax.set_xlim(0.0, after / (1 - min(room, _MOST_NOTES)))
    ax.spines["bottom"].set_bounds(0.0, FULL)
    parts = int(np.clip(width * (1 - room) // _SHARE_PT, 1, 4))
    ax.set_xticks(np.linspace(0, FULL, 3 if parts == 3 else parts + 1))
    percent_ticks(ax.xaxis)
    for place, text in enumerate(texts):
        ax.annotate(
            text, (after, place), xytext=(_NOTE_GAP_PT, 0), textcoords="offset points", va="center",
            fontsize=font_pt, color=DARK, parse_math=False,
        )  # fmt: skip


def _row_font_pt(ax: Axes, rows: int) -> float:
    """Return the font size that fits a number of rows."""
    return SMALL_PT if size_pt(ax)[1] / rows >= _ROOMY_PT else TINY_PT
