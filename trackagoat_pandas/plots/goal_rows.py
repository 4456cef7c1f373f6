"""Rows of goals: their names, their notes, and the axis of shares below."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas.plots.layout import SMALL_PT, size_pt
from trackagoat_pandas.plots.style import (
    DARK,
    TINY_PT,
    percent_ticks,
    write_behind,
    write_rows,
)
from trackagoat_pandas.plots.text import distinct, shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAME_COLUMNS = ("tiktok_handle", "metric", "period")
_ROOMY_PT = 13.0
_SHARE_PT = 80.0
_HANDLE_LETTERS, _NAME_LETTERS = 22, 44


def name_rows(ax: Axes, goals: pd.DataFrame) -> None:
    """Set the limits for the rows, the first on top, and write each goal's name."""
    words = goals[list(NAME_COLUMNS)].astype(object)
    handle, metric, period = (words[name].where(words[name].notna(), "?") for name in NAME_COLUMNS)
    handles = handle.map(lambda name: shown(name, letters=_HANDLE_LETTERS))
    names = distinct(handles + " · " + period + " " + metric, letters=_NAME_LETTERS)
    write_rows(ax, names, _row_font_pt(ax, len(goals)))


def of_goals(number: int, total: int, verbs: tuple[str, str] = ("is", "are")) -> str:
    """Begin a sentence about some goals: "2 of 3 goals are", "The goal is", "Both goals are"."""
    verb = verbs[number != 1]
    if number < total:
        return f"{number:,} of {total:,} goals {verb}"
    return {1: "The goal", 2: "Both goals"}.get(total, f"All {total:,} goals") + f" {verb}"


def share_ticks(ax: Axes) -> None:
    """Write as many percentages from 0 to 100 below the rows as have room."""
    parts = int(np.clip(size_pt(ax)[0] // _SHARE_PT, 1, 4))
    ax.set_xticks(np.linspace(0, 100, 3 if parts == 3 else parts + 1))
    percent_ticks(ax.xaxis)


def note_rows(ax: Axes, ends: NDArray[np.float64], texts: Iterable[str]) -> None:
    """Write a text at the end of each row."""
    font_pt = _row_font_pt(ax, len(ends))
    write_behind(ax, range(len(ends)), ends, texts, font_pt=font_pt, color=DARK)


def _row_font_pt(ax: Axes, rows: int) -> float:
    """Return the font size for so many rows."""
    return SMALL_PT if size_pt(ax)[1] / rows >= _ROOMY_PT else TINY_PT
