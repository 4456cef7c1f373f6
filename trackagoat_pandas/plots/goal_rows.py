"""Rows of goals: their names, their notes, and the axis of percentages below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.helpers.facts import zone_of
from trackagoat_pandas.plots.layout import SMALL_PT, size_pt, title_room_pt, widest_pt
from trackagoat_pandas.plots.style import TINY_PT, percent_ticks, write_rows
from trackagoat_pandas.plots.text import distinct, shown
from trackagoat_pandas.plots.theme import DARK

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAME_COLUMNS: Final = ("tiktok_handle", "metric", "period")
FULL: Final = 100.0
"""Where rows end, in percent."""
_ROOMY_PT = 13.0
_SHARE_PT = 70.0
_GAP_PT = 6.0
_MOST_NOTES = 0.7
"""The largest share of the width that notes may take."""
_HANDLE_LETTERS, _NAME_LETTERS = 22, 44


def name_rows(ax: Axes, goals: pd.DataFrame) -> list[str]:
    """Set the limits for the rows, the first on top, and write and return each goal's name."""
    words = goals[list(NAME_COLUMNS)].astype(object)
    handle, metric, period = (words[name].where(words[name].notna(), "?") for name in NAME_COLUMNS)
    handles = handle.map(lambda name: shown(name, letters=_HANDLE_LETTERS))
    texts = handles + " · " + period + " " + metric + _period_names(goals)
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
    room = (widest_pt(texts, font_pt) + _GAP_PT) / width
    ax.set_xlim(0.0, after / (1 - min(room, _MOST_NOTES)))
    ax.spines["bottom"].set_bounds(0.0, FULL)
    parts = int(np.clip(width * (1 - room) // _SHARE_PT, 1, 4))
    ax.set_xticks(np.linspace(0, FULL, 3 if parts == 3 else parts + 1))
    percent_ticks(ax.xaxis)
    for place, text in enumerate(texts):
        ax.annotate(
            text, (after, place), xytext=(_GAP_PT, 0), textcoords="offset points", va="center",
            fontsize=font_pt, color=DARK, parse_math=False,
        )  # fmt: skip


def _row_font_pt(ax: Axes, rows: int) -> float:
    """Return the font size for so many rows."""
    return SMALL_PT if size_pt(ax)[1] / rows >= _ROOMY_PT else TINY_PT
