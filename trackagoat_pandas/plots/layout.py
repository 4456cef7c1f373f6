"""Room around axes for names, a title and a legend.

A figure with a layout engine makes this room when it is drawn. In a figure without one, the axes
shrink within their own cell, so that nothing is cut off or overlaps a neighbour.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.font_manager import FontProperties
from matplotlib.gridspec import GridSpec
from matplotlib.textpath import text_to_path
from matplotlib.transforms import (
    Affine2D,
    Bbox,
    ScaledTranslation,
    blended_transform_factory,
)

from trackagoat_pandas.plots.text import drawable
from trackagoat_pandas.plots.theme import DARK

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.legend import Legend
    from matplotlib.text import Text

WIDE_SPREAD = 30.0
"""Above this ratio of the most to the fewest views, their scale is logarithmic."""
SMALL_PT = 9
LINE_SPACING = 1.3
"""The height of a line, in letters."""
_POINTS_AN_INCH = 72
LEAST_WIDTH_PT = 150.0
"""The least width of axes beside a legend or the names of lines; else a legend goes below."""
_LEAST_SHARE = 0.3
"""The least share of their width and height that axes keep when they shrink."""
_NEIGHBOURS_SHARE = 0.35
_TRIED = 3
"""How many of the longest names are measured, since measuring is slow."""
_SLACK = 1.05
"""Letters become slightly wider or narrower when a figure is saved at another resolution."""
_FEWEST_LETTERS = 16
_LOOSE = {"labelspacing": 0.7}
_TIGHT = {"labelspacing": 0.5, "handlelength": 1.6, "handletextpad": 0.6, "columnspacing": 1.2}
"""The spacing of a legend, in letters."""
_TIGHT_KEY_PT = 32.0
_KEY_PT, _LINE_PT, _TICKS_PT, _EDGE_PT = 40.0, 14.0, 30.0, 3.0


def size_pt(ax: Axes) -> tuple[float, float]:
    """Return the current width and height of axes in points."""
    box, dpi = ax.bbox, ax.figure.dpi
    return box.width / dpi * _POINTS_AN_INCH, box.height / dpi * _POINTS_AN_INCH


def text_pt(text: str, font_pt: float, weight: str = "normal") -> float:
    """Return the width of a text, or of its longest line, in points."""
    font = FontProperties(size=font_pt, weight=weight)
    measured = text_to_path.get_text_width_height_descent
    return float(max([measured(line, font, ismath=False) for line in text.split("\n")])[0])


def wrapped(text: str, room_pt: float, font_pt: float, weight: str = "normal") -> str:
    """Break a text into lines that fit the room, or of 16 letters if it has less.

    What no font has is left out, as in names: titles and notes contain them.
    """
    text, room = drawable(text), room_pt / _SLACK
    if not text:
        return ""
    letters = max(_FEWEST_LETTERS, int(room / text_pt(text, font_pt, weight) * len(text)))
    lines = textwrap.fill(text, letters)
    # Lines of as many letters differ in width.
    while letters > _FEWEST_LETTERS and text_pt(lines, font_pt, weight) > room:
        letters -= 1
        lines = textwrap.fill(text, letters)
    return lines


def widest_pt(texts: Iterable[str], font_pt: float) -> float:
    """Return the width of the widest text in points; 0 if there is none."""
    longest = sorted(texts, key=len)[-_TRIED:]
    return max([text_pt(text, font_pt) for text in longest], default=0.0)


def settle(ax: Axes) -> None:
    """Run the figure's layout engine, if it has one, before anything is measured.

    Otherwise the axes would be moved when the figure is drawn.
    """
    engine = ax.figure.get_layout_engine()
    if engine is not None:
        engine.execute(ax.figure.canvas.figure)


def head_room_pt(ax: Axes) -> float:
    """Return the room for a title, in points: the width of the picture."""
    if not _is_alone(ax):
        return title_room_pt(ax)
    return _cell(ax).width / ax.figure.dpi * _POINTS_AN_INCH - 2 * _EDGE_PT


def move_to_edge(title: Text, ax: Axes) -> None:
    """Move a title of axes to the picture's left edge; beside other axes it stays above its own.

    A layout would move those, and with them the edge.
    """
    if not _is_alone(ax):
        return
    figure = ax.figure
    share = (_cell(ax).x0 - figure.bbox.x0) / figure.bbox.width
    pad = ScaledTranslation(_EDGE_PT / _POINTS_AN_INCH, 0, figure.dpi_scale_trans)
    across = Affine2D().translate(share, 0) + figure.transSubfigure + pad
    title.set_transform(blended_transform_factory(across, title.get_transform()))


def _is_alone(ax: Axes) -> bool:
    return len(ax.figure.axes) == 1


def title_room_pt(ax: Axes) -> float:
    """Return the room for what begins at the axes' left edge, such as a note, in points."""
    cell, dpi = _cell(ax), ax.figure.dpi
    labels = ax.get_yticklabels()
    font_pt = float(labels[0].get_fontsize()) if labels else SMALL_PT
    names = widest_pt([label.get_text() for label in labels], font_pt)
    left = names + _LINE_PT * (2 if ax.get_ylabel() else 1)
    if ax.figure.get_layout_engine() is None:
        left = max(left, (ax.bbox.x0 - cell.x0) / dpi * _POINTS_AN_INCH)
    width = cell.width / dpi * _POINTS_AN_INCH
    if not _is_alone(ax):
        # A layout engine aligns axes, so a neighbour's long names may move these to the right.
        left = max(left, width * _NEIGHBOURS_SHARE)
    return width - left - _EDGE_PT


def legend(ax: Axes, room_pt: float) -> Legend | None:
    """Add a legend if several things have a label: to the right of the axes, or below narrow ones.

    ``room_pt`` is that of :func:`title_room_pt`. Dollar signs aren't read as mathematics. Names
    must be passed through :func:`shown` before they become labels.
    """
    handles, labels = ax.get_legend_handles_labels()
    named = dict(zip(labels, handles, strict=True))
    if len(named) < 2:
        return None
    longest = widest_pt(named, SMALL_PT)
    is_below = room_pt - longest - _KEY_PT < LEAST_WIDTH_PT
    columns = max(1, min(len(named), int(room_pt / (longest + _TIGHT_KEY_PT)))) if is_below else 1
    made = ax.legend(
        named.values(), named.keys(), fontsize=SMALL_PT, ncols=columns, loc="upper left",
        facecolor="none", edgecolor="none", labelcolor=DARK, borderaxespad=0,
        **(_TIGHT if is_below else _LOOSE),
    )  # fmt: skip
    label_lines = ax.get_xlabel().count("\n")
    tick_lines = max((tick.get_text().count("\n") for tick in ax.get_xticklabels()), default=0)
    down = (_TICKS_PT + _LINE_PT * (label_lines + tick_lines)) if is_below else 0.0
    moved = ScaledTranslation(0, -down / _POINTS_AN_INCH, ax.figure.dpi_scale_trans)
    made.set_bbox_to_anchor((0, 0) if is_below else (1.02, 1.0), ax.transAxes + moved)
    for text in made.get_texts():
        text.set_parse_math(False)
    return made


def draw_back(ax: Axes) -> None:
    """Without a layout engine, shrink axes until their title, names and legend fit their cell."""
    if ax.figure.get_layout_engine() is not None:
        return
    cell, drawn, figure = _cell(ax), ax.get_tightbbox(), ax.figure.bbox
    if drawn is None:
        return
    pad = _EDGE_PT / _POINTS_AN_INCH * ax.figure.dpi
    over = np.maximum(0, [cell.p0 - drawn.p0 + pad, drawn.p1 - cell.p1 + pad])
    over *= _SLACK / np.array([figure.width, figure.height])
    place = ax.get_position()
    most = (1 - _LEAST_SHARE) * np.array([place.width, place.height])
    over *= np.minimum(1, most / np.maximum(over.sum(axis=0), 1e-9))
    ax.set_position(Bbox([place.p0 + over[0], place.p1 - over[1]]))
    # set_position() would exclude the axes from a layout engine that is set later.
    ax.set_in_layout(True)


def _cell(ax: Axes) -> Bbox:
    """Return the axes' part of the figure, half way to their neighbours, in pixels."""
    share, place = Bbox.unit(), ax.get_subplotspec()
    if place is not None:
        grid = place.get_gridspec()
        bottoms, tops, lefts, rights = grid.get_grid_positions(ax.figure)  # type: ignore[arg-type]
        is_whole = isinstance(grid, GridSpec)
        left, right = (0.0, 1.0) if is_whole else (lefts[0], rights[-1])
        bottom, top = (0.0, 1.0) if is_whole else (bottoms[-1], tops[0])
        x = [left, *(rights[:-1] + lefts[1:]) / 2, right]
        y = [top, *(bottoms[:-1] + tops[1:]) / 2, bottom]
        rows, columns = place.rowspan, place.colspan
        share = Bbox.from_extents(x[columns.start], y[rows.stop], x[columns.stop], y[rows.start])
    figure = ax.figure.bbox
    return Bbox(share.get_points() * np.array([figure.width, figure.height]) + figure.p0)
