"""Texts placed so that they don't overlap: names of points and lines, and annotations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pandas as pd
from matplotlib.transforms import ScaledTranslation
from numpy.typing import NDArray

from trackagoat_pandas.base.types import Floats
from trackagoat_pandas.inputs.checks import require_columns
from trackagoat_pandas.plots.days import places_of
from trackagoat_pandas.plots.layout import (
    LEAST_WIDTH_PT,
    SMALL_PT,
    draw_back,
    size_pt,
    text_pt,
    title_room_pt,
    widest_pt,
)
from trackagoat_pandas.plots.marks import label_mark
from trackagoat_pandas.plots.style import TINY_PT
from trackagoat_pandas.plots.text import shown
from trackagoat_pandas.plots.theme import DARK, PAGE, QUIET

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_HEIGHT_PT = TINY_PT * 1.3
_GAP_PT = 2.0
_REACHES_PT = (14.0, 28.0, 42.0, 70.0, 100.0)
"""How far from its point a name is written, with a line to it, if there is no room beside it."""
_END_HEIGHT_PT, _END_GAP_PT = SMALL_PT * 1.35, 8.0
_NAMED_SHARE = 0.8
"""The most of their height that names may need, since titles make axes less high."""
_SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1))
"""Right, left, above, below, then the corners, in order of preference."""
_Side: TypeAlias = tuple[int, int]
_Box: TypeAlias = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Spot:
    """A point to be named: its position in the arrays, and its name."""

    place: int
    text: str


def name_spots(
    ax: Axes, x: Floats, y: Floats, radii_pt: Floats, spots: Sequence[Spot], *, most: int
) -> None:
    """Write the names of at most `most` points beside them, in the given order.

    A name is left out if it would overlap another name or a point's mark, or leave the axes. Only
    the first is then written farther away, with a line to its point. The limits and scales of the
    axes must be set before.
    """
    # Typographic points from the axes' lower left corner, the unit of the names' boxes.
    shares = ax.transAxes.inverted().transform(ax.transData.transform(np.column_stack([x, y])))
    room = size_pt(ax)
    points = np.ascontiguousarray((shares * np.array(room)).T)
    taken: list[_Box] = []
    for number, spot in enumerate(spots):
        if len(taken) == most:
            return
        width, radius = text_pt(spot.text, TINY_PT) + _GAP_PT, radii_pt[spot.place]
        for reach in (0.0, *(_REACHES_PT if number == 0 else ())):
            away = radius + _GAP_PT + reach
            boxes = ((side, _box(points[:, spot.place], away, width, side)) for side in _SIDES)
            free = (each for each in boxes if _is_free(each[1], room, taken, points, radii_pt))
            if (found := next(free, None)) is not None:
                side, box = found
                taken.append(box)
                _write(ax, (x[spot.place], y[spot.place]), spot.text, away, side, radius)
                break


@dataclass(frozen=True, slots=True)
class End:
    """The end of a line, in the axes' coordinates of data, and the name to be written there.

    A click on the name chooses the id.
    """

    x: float
    y: float
    text: str
    color: str
    id_: str = ""


def ends_pt(names: Sequence[str]) -> float:
    """Return the width that names at the ends of lines take from the axes; 0 without names."""
    return widest_pt(names, SMALL_PT) + _END_GAP_PT if names else 0.0


def has_room_for_ends(ax: Axes, names: Sequence[str]) -> bool:
    """Say whether the names of all lines have room to the right of the axes."""
    has_width = title_room_pt(ax) - ends_pt(names) >= LEAST_WIDTH_PT
    return has_width and len(names) * _END_HEIGHT_PT <= _NAMED_SHARE * size_pt(ax)[1]


def name_ends(ax: Axes, ends: Sequence[End]) -> None:
    """Write names to the right of the axes, each as near to the end of its line as there is room.

    The limits and scales of the axes must be set before, and a layout must have been made.
    """
    if not ends:
        return
    order = sorted(range(len(ends)), key=lambda place: ends[place].y)
    points = np.array([(ends[place].x, ends[place].y) for place in order])
    wanted = ax.transAxes.inverted().transform(ax.transData.transform(points))[:, 1]
    beside = ax.transAxes + ScaledTranslation(_END_GAP_PT / 72, 0, ax.figure.dpi_scale_trans)
    for place, y in zip(order, _spread(wanted, _END_HEIGHT_PT / size_pt(ax)[1]), strict=True):
        end = ends[place]
        name = ax.annotate(
            end.text, (end.x, end.y), xytext=(1, y), textcoords=beside, va="center", ha="left",
            fontsize=SMALL_PT, color=end.color, parse_math=False, annotation_clip=False,
            arrowprops={
                "arrowstyle": "-", "color": end.color, "linewidth": 0.7,
                "relpos": (-_GAP_PT / text_pt(end.text, SMALL_PT), 0.5),
                # To clip the line at the name, or to shrink it, takes longer than all the rest.
                "patchA": None, "shrinkA": 0, "shrinkB": 0,
            },
        )  # fmt: skip
        if end.id_:
            label_mark(name, end.text, end.id_)
    draw_back(ax)


def _spread(wanted: Floats, height: float) -> Floats:
    """Move ascending places apart by at least a height, as little as possible, within 0 and 1."""
    steps = np.arange(len(wanted)) * height
    # Isotonic regression by pooling neighbours that are out of order.
    pools: list[list[float]] = []
    for place in wanted - steps:
        pools.append([float(place)])
        while len(pools) > 1 and np.mean(pools[-2]) >= np.mean(pools[-1]):
            last = pools.pop()
            pools[-1] += last
    free = np.concatenate([np.full(len(pool), np.mean(pool)) for pool in pools])
    spread: Floats = np.clip(free, 0.0, max(0.0, 1.0 - steps[-1])) + steps
    return spread


def _box(point: NDArray[np.float64], away: float, width: float, side: _Side) -> _Box:
    """Return a name's box on one side of a point: left, lower, right, upper."""
    middle_x = point[0] + side[0] * (away + width / 2)
    middle_y = point[1] + side[1] * (away + _HEIGHT_PT / 2)
    return (
        middle_x - width / 2, middle_y - _HEIGHT_PT / 2,
        middle_x + width / 2, middle_y + _HEIGHT_PT / 2,
    )  # fmt: skip


def _is_free(
    box: _Box,
    room: tuple[float, float],
    taken: Sequence[_Box],
    points: NDArray[np.float64],
    radii: Floats,
) -> bool:
    """Say whether a box lies within the axes, and covers no other box and no point's mark."""
    (x, y), (left, lower, right, upper) = points, box
    is_inside = left >= 0 and lower >= 0 and right <= room[0] and upper <= room[1]
    is_apart = all(
        right + _GAP_PT <= other[0]
        or other[2] + _GAP_PT <= left
        or upper <= other[1]
        or other[3] <= lower
        for other in taken
    )
    if not (is_inside and is_apart):
        return False
    beside = np.maximum(np.maximum(left - x, x - right), 0)
    above = np.maximum(np.maximum(lower - y, y - upper), 0)
    return not (np.hypot(beside, above) < radii).any()


def _write(
    ax: Axes, point: tuple[float, float], text: str, away: float, side: _Side, radius: float
) -> None:
    is_far = away > radius + _GAP_PT
    line = {"arrowstyle": "-", "color": DARK, "linewidth": 0.7, "shrinkA": 0, "shrinkB": radius}
    ax.annotate(
        text, point, xytext=(side[0] * away, side[1] * away), textcoords="offset points",
        ha={1: "left", 0: "center", -1: "right"}[side[0]],
        va={1: "bottom", 0: "center", -1: "top"}[side[1]],
        fontsize=TINY_PT, color=DARK, parse_math=False, arrowprops=line if is_far else None,
        bbox={"facecolor": PAGE, "edgecolor": "none", "pad": 0.5, "alpha": 0.7},
    )  # fmt: skip


Note: TypeAlias = tuple[float, str]
"""A note's position on a date axis, and its text."""

_NOTE_ROWS = 3
_ROW_PT = TINY_PT * 1.6
_NOTE_GAP_PT = 3.0


@dataclass(frozen=True, slots=True)
class _PlacedNote:
    """A note's text, its row, and the side of its line."""

    x: float
    text: str
    row: int
    is_left: bool


def chosen_notes(annotations: pd.DataFrame, series: pd.DataFrame) -> pd.DataFrame:
    """Return the annotations of a frame's entities, and those of no entity or of the project.

    Raises
    ------
    MissingColumnError
        The frame has no annotations.
    """
    require_columns(annotations, ["date", "label"], loader="load_annotations")
    notes = annotations[annotations["date"].notna()]
    if {"entity", "entity_id"} <= set(notes.columns):
        is_general = notes["entity_id"].isna() | (notes["entity"] == "project").fillna(value=False)
        notes = notes[is_general | notes["entity_id"].isin(series["entity_id"])]
    return notes.sort_values("date", kind="stable")


def draw_notes(ax: Axes, notes: pd.DataFrame) -> list[Note]:
    """Draw a dotted line for each note within the axes, and return those notes."""
    days = pd.DatetimeIndex(notes["date"].astype("datetime64[us]"))
    places = places_of(days).tolist()
    left, right = ax.get_xlim()
    inside = [
        (place, shown(label, letters=32))
        for place, label in zip(places, notes["label"], strict=True)
        if left <= place <= right
    ]
    inside = list(dict.fromkeys(inside))  # several projects may have the same note
    for place, _ in inside:
        ax.axvline(place, color=QUIET, linestyle=":", linewidth=1, zorder=1, label="note")
    return inside


def write_notes(ax: Axes, notes: Sequence[Note], width_pt: float) -> None:
    """Write the texts of the notes that fit, in room that is made above the lines.

    The position, limits and ticks of the axes must be set before; ``width_pt`` is the width that
    they keep beside names at the ends of lines.
    """
    labels = _place_notes(notes, *ax.get_xlim(), width_pt)
    rows = 1 + max((label.row for label in labels), default=-1)
    share = min(0.5, rows * _ROW_PT / size_pt(ax)[1])
    # Room is a share of the height, which the values of a logarithmic scale aren't.
    scale = ax.yaxis.get_transform()
    low, high = scale.transform(ax.get_ylim())
    top = scale.inverted().transform(low + (high - low) / (1 - share))
    ax.set_ylim(top=float(top))
    for label in labels:
        away = -_NOTE_GAP_PT if label.is_left else _NOTE_GAP_PT
        ax.annotate(
            label.text, (label.x, 1), xycoords=("data", "axes fraction"),
            xytext=(away, -_ROW_PT * (label.row + 0.2)), textcoords="offset points",
            ha="right" if label.is_left else "left", va="top",
            fontsize=TINY_PT, color=DARK, parse_math=False,
            bbox={"facecolor": PAGE, "edgecolor": "none", "pad": 0.5, "alpha": 0.8},
        )  # fmt: skip


def _place_notes(
    notes: Sequence[Note], left: float, right: float, width_pt: float
) -> list[_PlacedNote]:
    """Place each note in the first row in which it touches no other; leave out the others."""
    rows: list[list[tuple[float, float]]] = [[] for _ in range(_NOTE_ROWS)]
    labels = []
    for x, text in notes:
        line = (x - left) / (right - left) * width_pt
        length = text_pt(text, TINY_PT) + 2 * _NOTE_GAP_PT
        is_left = line + length > width_pt
        begin = line - length if is_left else line
        if begin < 0:
            continue
        for number, taken in enumerate(rows):
            if all(begin >= stop or begin + length <= start for start, stop in taken):
                taken.append((begin, begin + length))
                labels.append(_PlacedNote(x, text, number, is_left))
                break
    return labels
