"""The plot of a ranking: a bar for each row, the longest on top."""

from __future__ import annotations

from functools import partial
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from trackagoat_pandas._types import Floats
from trackagoat_pandas.checks import check_name, require_columns
from trackagoat_pandas.helpers.latest import latest_of
from trackagoat_pandas.helpers.leaderboard import leaderboard as ranked
from trackagoat_pandas.plots.layout import SMALL_PT, size_pt, widest_pt
from trackagoat_pandas.plots.style import (
    GRID,
    INK,
    QUIET,
    ROW_IN,
    TINY_PT,
    count_text,
    empty_axes,
    finish_axes,
    is_percent,
    money_text,
    new_axes,
    only_currency,
    percent_text,
    picture,
    share_text,
    write_behind,
)
from trackagoat_pandas.plots.text import distinct

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

_NAMES = (
    "tiktok_handle", "video_title", "title", "campaign_name", "name", "label", "display_name",
    "project_name", "creator_id", "video_id", "campaign_id", "entity_id", "id",
)  # fmt: skip
_IDS = ("tiktok_video_id", "id")
_TALLEST_ROWS = 40
_FEWEST_PT = 8.0
"""The least height of a row that has its name beside it."""


@picture
def leaderboard(
    frame: pd.DataFrame,
    *,
    by: str = "view_count",
    n: int = 10,
    name: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Plot the first rows by a column as horizontal bars.

    Parameters
    ----------
    frame
        Any frame with the column ``by``, such as that of :func:`load_videos` or of
        ``load_report("creator-leaderboard", ...)``.
    by
        The column to rank by. If its name ends in ``_cents``, values are written as money, in
        dollars unless the frame has a column ``currency``; those of rates are written in percent.
    n
        The most rows to show.
    name
        The column that names the rows; by default the first that there is of handle, title, name
        and id. A row without a name is called by its id.
    ax
        The axes to draw on; by default new ones, as high as the rows need.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: a bar for each row with its number, the longest on top. If there is no room for
        all names, every second or third is written. The title says who leads, and which shares of
        the sum of all rows the first and those shown have.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError
        As :func:`trackagoat_pandas.leaderboard`; or the rows of money have several currencies.

    Examples
    --------
    >>> import pandas as pd
    >>> videos = pd.DataFrame({"title": ["a", "b", "c"], "view_count": [300, 600, 100]})
    >>> leaderboard(videos, n=2).get_title(loc="left")
    'b leads with 600 views, 60% of all; the first 2 of 3 have 90%'
    """
    require_columns(frame, [])
    if name is None:
        name = next((column for column in _NAMES if column in frame.columns), "tiktok_handle")
    require_columns(frame, [check_name("name", name)])
    rows = ranked(frame, by, n)
    what = _words(by)
    if rows.empty:
        return empty_axes(new_axes(ax), f"No {what} to rank")
    ids = [column for column in _IDS if column in rows.columns]
    names = distinct(rows[[name, *ids]].astype(object).bfill(axis=1).iloc[:, 0])
    numbers = rows[by].to_numpy("float64")
    write = _writer(by, frame)
    ax = new_axes(ax, height_in=max(2.0, 1 + ROW_IN * min(len(rows), _TALLEST_ROWS)))
    _draw(ax, names, numbers, write)
    known = int(latest_of(frame, ["id"])[by].notna().sum())
    finish_axes(ax, _finding(rows, names[0], write(numbers[0]), what, known))
    return ax


def _draw(ax: Axes, names: list[str], numbers: Floats, write: Callable[[float], str]) -> None:
    """Draw the bars, and write as many names and numbers as have room."""
    places = np.arange(len(numbers))
    colors = [INK, *[QUIET] * (len(numbers) - 1)]
    ax.barh(places, numbers, color=colors, height=0.72)
    ax.set_ylim(len(numbers) - 0.4, -0.6)
    row_pt = size_pt(ax)[1] / len(numbers)
    named = places[:: ceil(_FEWEST_PT / row_pt)]
    font_pt = SMALL_PT if row_pt >= SMALL_PT * 1.4 else TINY_PT if row_pt > TINY_PT else 6.5
    ax.tick_params(axis="y", left=False, length=0)
    ax.set_yticks(named, [names[place] for place in named], fontsize=font_pt, parse_math=False)
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    texts = [write(numbers[place]) for place in named]
    write_behind(ax, named, numbers[named], texts, font_pt=font_pt)
    _make_room(ax, numbers, widest_pt(texts, font_pt))


def _make_room(ax: Axes, numbers: Floats, text_width_pt: float) -> None:
    """Set the limits so that the numbers at the ends of the longest bars have room."""
    low, high = min(numbers.min(), 0.0), max(numbers.max(), 0.0)
    share = min(0.4, (text_width_pt + 6) / size_pt(ax)[0])
    room = (high - low or 1.0) * share / (1 - share)
    ax.set_xlim(low - (room if low < 0 else 0), high + room)
    ax.axvline(0, color=GRID, linewidth=0.8, zorder=0)


def _words(by: str) -> str:
    words = by.removesuffix("_cents").replace("_", " ")
    stem = words.removesuffix(" count")
    return f"{stem}s" if stem != words else words


def _writer(by: str, frame: pd.DataFrame) -> Callable[[float], str]:
    if by.endswith("_cents") and "currency" in frame.columns:
        currency = only_currency(frame.dropna(subset="currency"), "USD")
        return partial(money_text, currency=currency)
    if by.endswith("_cents"):
        return money_text
    return percent_text if is_percent(by) else count_text


def _finding(rows: pd.DataFrame, leader: str, most: str, what: str, known: int) -> str:
    """Say who leads, and with which share of the sum."""
    text = f"{leader.strip()} leads with {most} {what}"
    shares = rows["share"]
    if shares.isna().any():
        return text if known == len(rows) else f"{text}; the first {len(rows):,} of {known:,}"
    text += f", {share_text(shares.iloc[0])} of all"
    if known > len(rows):
        text += f"; the first {len(rows):,} of {known:,} have {share_text(shares.sum())}"
    return text
