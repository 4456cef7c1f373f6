"""Rows of goals one beneath another: how many fit, and what each is called.

Knows goals' names and the room there is. Must not know what is drawn in a row.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas.plots.lettering import distinct, shown
from trackagoat_pandas.plots.style import (
    DARK,
    HEIGHT_IN,
    QUIET,
    ROW_IN,
    SMALL_PT,
    TINY_PT,
    new_axes,
    size_pt,
    text_pt,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAME_COLUMNS = ("tiktok_handle", "metric", "period")
_FRAME_IN = 1.5
_TIGHTEST_PT = 10.5
_ROOMY_PT = 13.0
_HANDLE_LETTERS, _NAME_LETTERS = 22, 44


def axes_for(rows: int, ax: Axes | None) -> tuple[Axes, int]:
    """Return axes, new ones as high as the rows need, and how many rows they have room for."""
    ax = new_axes(ax, height_in=max(HEIGHT_IN, ROW_IN * rows + _FRAME_IN))
    return ax, min(rows, max(1, int(size_pt(ax)[1] / _TIGHTEST_PT)))


def name_rows(ax: Axes, goals: pd.DataFrame) -> None:
    """Make room for the rows, the first on top, and write which goal each is."""
    words = goals[list(NAME_COLUMNS)].astype(object)
    handle, metric, period = (words[name].where(words[name].notna(), "?") for name in NAME_COLUMNS)
    handles = handle.map(lambda name: shown(name, letters=_HANDLE_LETTERS))
    names = distinct(handles + " · " + period + " " + metric, letters=_NAME_LETTERS)
    ax.set_ylim(len(goals) - 0.4, -0.6)
    ax.set_yticks(
        np.arange(len(goals)), names, fontsize=_row_font_pt(ax, len(goals)), parse_math=False
    )
    ax.tick_params(axis="y", length=0)


def add_note(ax: Axes, note: str) -> None:
    """Write a quiet line below the axes; an empty one is none."""
    if note:
        letters = max(20, int(size_pt(ax)[0] / text_pt("x", SMALL_PT)))
        text = textwrap.fill(note, letters)
        ax.set_xlabel(text, fontsize=SMALL_PT, color=QUIET, loc="left", parse_math=False)


def write_behind(ax: Axes, ends: NDArray[np.float64], texts: Iterable[str]) -> None:
    """Write a text behind the end of each row's drawing."""
    size = _row_font_pt(ax, len(ends))
    for place, (end, text) in enumerate(zip(ends, texts, strict=True)):
        ax.annotate(
            text, (end, place), xytext=(5, 0), textcoords="offset points", va="center",
            fontsize=size, color=DARK, parse_math=False,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.85},
        )  # fmt: skip


def _row_font_pt(ax: Axes, rows: int) -> float:
    """Return the size of the letters in a row."""
    return SMALL_PT if size_pt(ax)[1] / rows >= _ROOMY_PT else TINY_PT
