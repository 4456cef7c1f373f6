"""Annotations on a chart: lines at their days, with their labels beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import matplotlib.dates as mdates
import pandas as pd

from trackagoat_pandas.checks import require_columns
from trackagoat_pandas.plots.layout import size_pt, text_pt
from trackagoat_pandas.plots.style import TINY_PT
from trackagoat_pandas.plots.text import shown
from trackagoat_pandas.plots.theme import DARK, PAGE, QUIET

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Note: TypeAlias = tuple[float, str]
"""A note's position on a date axis, and its text."""

_ROWS = 3
_ROW_PT = TINY_PT * 1.6
_GAP_PT = 3.0


@dataclass(frozen=True, slots=True)
class _Label:
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
    places = mdates.date2num(days).tolist()  # type: ignore[no-untyped-call]
    left, right = ax.get_xlim()
    inside = [
        (place, shown(label, letters=32))
        for place, label in zip(places, notes["label"], strict=True)
        if left <= place <= right
    ]
    for place, _ in inside:
        ax.axvline(place, color=QUIET, linestyle=":", linewidth=1, zorder=1, label="note")
    return inside


def write_notes(ax: Axes, notes: Sequence[Note], width_pt: float) -> None:
    """Write the texts of the notes that fit, in room that is made above the lines.

    The position, limits and ticks of the axes must be set before; ``width_pt`` is the width that
    they keep beside names at the ends of lines.
    """
    labels = _placed(notes, *ax.get_xlim(), width_pt)
    rows = 1 + max((label.row for label in labels), default=-1)
    share = min(0.5, rows * _ROW_PT / size_pt(ax)[1])
    # Room is a share of the height, which the values of a logarithmic scale aren't.
    scale = ax.yaxis.get_transform()
    low, high = scale.transform(ax.get_ylim())
    top = scale.inverted().transform(low + (high - low) / (1 - share))
    ax.set_ylim(top=float(top))
    for label in labels:
        away = -_GAP_PT if label.is_left else _GAP_PT
        ax.annotate(
            label.text, (label.x, 1), xycoords=("data", "axes fraction"),
            xytext=(away, -_ROW_PT * (label.row + 0.2)), textcoords="offset points",
            ha="right" if label.is_left else "left", va="top",
            fontsize=TINY_PT, color=DARK, parse_math=False,
            bbox={"facecolor": PAGE, "edgecolor": "none", "pad": 0.5, "alpha": 0.8},
        )  # fmt: skip


def _placed(notes: Sequence[Note], left: float, right: float, width_pt: float) -> list[_Label]:
    """Place each note in the first row in which it touches no other; leave out the others."""
    rows: list[list[tuple[float, float]]] = [[] for _ in range(_ROWS)]
    labels = []
    for x, text in notes:
        line = (x - left) / (right - left) * width_pt
        length = text_pt(text, TINY_PT) + 2 * _GAP_PT
        is_left = line + length > width_pt
        begin = line - length if is_left else line
        if begin < 0:
            continue
        for number, taken in enumerate(rows):
            if all(begin >= stop or begin + length <= start for start, stop in taken):
                taken.append((begin, begin + length))
                labels.append(_Label(x, text, number, is_left))
                break
    return labels
