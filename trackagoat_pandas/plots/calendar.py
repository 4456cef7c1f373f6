"""The plot of the days on which posts came, as sheets of months."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.figures import count_text
from trackagoat_pandas.base.types import Days, Floats, Ints
from trackagoat_pandas.helpers.columns import values_of
from trackagoat_pandas.helpers.granularity import buckets_text, day_text
from trackagoat_pandas.helpers.posting import without_empty_running_day
from trackagoat_pandas.inputs.checks import check_int, require_columns
from trackagoat_pandas.plots.layout import SMALL_PT, head_room_pt, size_pt, text_pt, widest_pt
from trackagoat_pandas.plots.marks import CELL, MARKS, draw_cells, label_marks, write_cell
from trackagoat_pandas.plots.style import (
    TINY_PT,
    add_note,
    empty_axes,
    finish_axes,
    new_axes,
    picture,
)
from trackagoat_pandas.plots.theme import BLACK, QUIET, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WEEKDAYS: Final = "MTWTFSS"
_ACROSS, _HEAD = 7.8, 2.0
"""The width of a sheet, in days, and the height of its name and weekdays, in weeks."""
_WEEKS: Final = 6
_SHEET_IN, _FRAME_IN = 2.05, 1.2
_USUAL_COLUMNS: Final = 3
_WIDEST: Final = 1.5
"""A day that is wider than this many times its height gains nothing by it."""
_DAYS_A_WEEK: Final = 7
_LETTERS_PT, _TWO_LINES_PT, _EDGE_PT = 13.0, 15.0, 4.0
"""The least heights of a day below letters of weekdays, and with a date above its count; the room
beside a text. A date also has room to the left of its count."""
_DATE: Final = "30"
_DRAWN_SHARE: Final = 0.85
"""The share of their height that axes keep beside titles and notes."""


@picture
def calendar(
    days: pd.DataFrame,
    *,
    n: int = 6,
    theme: Theme = "light",  # noqa: ARG001 - `picture` reads it
    ax: Axes | None = None,
) -> Axes:
    """Plot how many posts came on each day, a sheet for each month.

    Parameters
    ----------
    days : DataFrame
        The frame of :func:`content_calendar`.
    n : int, default 6
        The most months to show, the last ones.
    theme : {'light', 'dark'}, default 'light'
        ``"dark"`` for the colours of dark pages.
    ax : Axes, optional
        The axes to draw on; by default new ones, as high as the sheets need.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: a sheet for each month whose weeks begin on Monday. A day with posts has their
        number, in a shade for each quarter of the numbers; one without is plain, and one that
        isn't in the frame is left out. Where there is room, days have their date, too.

    Raises
    ------
    MissingColumnError, ArgumentError
        A column is missing, or ``n`` is less than 1.

    See Also
    --------
    content_calendar : Count posts by day.
    calendar_file : Save posts for a calendar program.
    plots.posting_heatmap : Draw posts by hour of the week.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> days = pd.DataFrame({"day": pd.date_range("2026-05-01", periods=3), "posts": [2, 0, 5]})
    >>> tgp.plots.calendar(days).get_title(loc="left")
    '1 of 3 days has no post; 3 May 2026 has the most: 5'
    """
    check_int("n", n, minimum=1)
    require_columns(days, ["day", "posts"], loader="content_calendar")
    known = days.dropna(subset=["day", "posts"]).sort_values("day").reset_index(drop=True)
    months = np.unique(known["day"].to_numpy("datetime64[M]"))
    if not len(months):
        return empty_axes(new_axes(ax), "No days to show")
    shown = months[-n:]
    known = known[known["day"].to_numpy("datetime64[M]") >= shown[0]].reset_index(drop=True)
    columns = min(_USUAL_COLUMNS, len(shown))
    if ax is None:
        height = _SHEET_IN * ceil(len(shown) / columns) + _FRAME_IN
        ax = new_axes(height_in=height)
    else:
        columns = _columns(head_room_pt(new_axes(ax)), size_pt(ax)[1], len(shown))
    _draw(ax, known, shown, columns)
    if more := len(months) - len(shown):
        add_note(ax, f"{more:,} more {'month' if more == 1 else 'months'} not shown, before these")
    said = buckets_text(known["day"].iloc[0], known["day"].iloc[-1], "day")
    title = _finding(without_empty_running_day(known))
    finish_axes(ax, title, subtitle=f"Posts a day, {said}; days without a post are plain")
    return ax


def _columns(width_pt: float, height_pt: float, months: int) -> int:
    """Return how many sheets stand side by side, so that days are as large as they can be."""

    def size(columns: int) -> float:
        rows = ceil(months / columns)
        return min(width_pt / (_ACROSS * columns) / _WIDEST, height_pt / ((_HEAD + _WEEKS) * rows))

    return max(range(1, months + 1), key=size)


def _draw(ax: Axes, days: pd.DataFrame, months: Days, columns: int) -> None:
    day = days["day"].to_numpy("datetime64[D]")
    first = day.astype("datetime64[M]").astype("datetime64[D]")
    sheet = np.searchsorted(months, first)
    # Days are counted from a Thursday, 1970-01-01.
    weekday = (day.astype(np.int64) + 3) % _DAYS_A_WEEK
    date = (day - first).astype(np.int64)
    week = (date + (first.astype(np.int64) + 3) % _DAYS_A_WEEK) // _DAYS_A_WEEK
    rows = np.arange(len(months)) // columns
    heights = pd.Series(week + 1.0).groupby(rows[sheet]).max().to_numpy()
    tops = np.append(0.0, np.cumsum(heights + _HEAD))
    lefts = np.arange(len(months)) % columns * _ACROSS
    # The days of a single sheet would be far wider than high.
    ax.set(xlim=(-0.6, max(columns, 2) * _ACROSS - 1.2), ylim=(tops[-1] - _HEAD - 0.4, -_HEAD))
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    width, height = _room_pt(ax)
    has_letters = height >= _LETTERS_PT
    for month, left, top in zip(months, lefts, tops[rows], strict=True):
        name = f"{pd.Timestamp(month):%B %Y}"
        if text_pt(name, SMALL_PT, "bold") > width * _DAYS_A_WEEK:
            name = f"{pd.Timestamp(month):%b %Y}"
        ax.text(left - 0.45, top - (1.2 if has_letters else 0.7), name, fontsize=SMALL_PT,
                fontweight="bold", color=BLACK)  # fmt: skip
        for place, letter in enumerate(_WEEKDAYS if has_letters else ""):
            write_cell(ax, (left + place, top - 0.6), letter, color=QUIET, va="baseline")
    x, y = (lefts[sheet] + weekday).astype(float), (tops[rows][sheet] + week).astype(float)
    _draw_days(ax, days, x, y, date + 1)


def _room_pt(ax: Axes) -> tuple[float, float]:
    """Return the width and the height of a day, in points."""
    width = head_room_pt(ax) / np.ptp(ax.get_xlim()) * CELL[0]
    return width, _DRAWN_SHARE * size_pt(ax)[1] / np.ptp(ax.get_ylim()) * CELL[1]


def _draw_days(ax: Axes, days: pd.DataFrame, x: Floats, y: Floats, dates: Ints) -> None:
    posts = values_of(days["posts"])
    texts = [count_text(count) if count else "" for count in posts]
    width, height = _room_pt(ax)
    needed = widest_pt(texts, TINY_PT) + _EDGE_PT
    has_counts = needed <= width
    has_lines = height >= _TWO_LINES_PT
    is_beside = needed + text_pt(_DATE, TINY_PT) + 2 * _EDGE_PT <= width
    has_dates = has_counts and (has_lines or is_beside)
    shaded = np.where(posts > 0, posts, np.nan)
    bars, letters = draw_cells(ax, (x, y), shaded, unit="" if has_counts else "posts")
    label_marks(bars, _read_outs(days))
    for bar, day in zip(bars, days["day"], strict=True):
        MARKS[bar] = MARKS[bar]._replace(days=f"{day:%Y-%m-%d}..{day:%Y-%m-%d}")
    for place, text in enumerate(texts):
        color = letters[place] if text else QUIET
        at, side = (x[place], y[place]), {}
        if has_dates:
            top, bottom = (0.4, 0.38) if has_lines else (0.0, 0.0)
            line = ("top", "baseline") if has_lines else ("center_baseline", "center_baseline")
            corner = (x[place] - 0.42, y[place] - top)
            write_cell(ax, corner, f"{dates[place]}", color=color, ha="left", va=line[0])
            at, side = (x[place] + 0.42, y[place] + bottom), {"ha": "right", "va": line[1]}
        if has_counts and text:
            write_cell(ax, at, text, color=color, fontweight="bold", **side)


def _read_outs(days: pd.DataFrame) -> list[str]:
    """Say of each day how many posts of how many creators came, with their views, where known."""
    said = []
    for row in days.to_dict("records"):
        count = int(row["posts"])
        parts = [f"{day_text(row['day'])}: {count:,} {'post' if count == 1 else 'posts'}"]
        if count and pd.notna(row.get("creators")):
            many = int(row["creators"])
            parts[0] += f" of {many:,} {'creator' if many == 1 else 'creators'}"
        if count and pd.notna(row.get("views")):
            parts.append(f"{count_text(float(row['views']))} views")
        said.append(", ".join(parts))
    return said


def _finding(days: pd.DataFrame) -> str:
    posts = values_of(days["posts"])
    if not len(posts):
        return "No posts on this day so far"
    total, silent = len(posts), int((posts == 0).sum())
    if silent == total:
        return "No posts on this day" if total == 1 else f"No posts on any of {total:,} days"
    none = f"{silent:,} of {total:,} days {'has' if silent == 1 else 'have'} no post"
    if not silent:
        none = "The only day has a post" if total == 1 else f"All {total:,} days have a post"
    most = int(posts.max())
    best = np.flatnonzero(posts == most)
    if len(best) > 1:
        return f"{none}; none has more than {most:,}"
    return f"{none}; {day_text(days['day'].iloc[best[0]])} has the most: {most:,}"
