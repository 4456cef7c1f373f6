"""What all plots share: colours, hatches, ways to write a number, and how axes are finished.

The colours are those of Okabe and Ito (2008), which stay apart for every kind of colour vision; a
hatch, marker or line style says the same again for black and white. No rcParams are touched.
"""

from __future__ import annotations

import functools
import textwrap
from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from datetime import date
from math import isfinite
from typing import TYPE_CHECKING, Literal, ParamSpec, TypeVar

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from trackagoat_pandas.checks import frame_facts
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.payouts.money import CENTS_A_UNIT, check_currency
from trackagoat_pandas.plots.layout import (
    SMALL_PT,
    draw_back,
    legend,
    size_pt,
    text_pt,
    title_room_pt,
)
from trackagoat_pandas.tables.payouts import CURRENCY_SIGNS

if TYPE_CHECKING:
    from matplotlib.axis import Axis

P = ParamSpec("P")
T = TypeVar("T")

INK, QUIET, PARTIAL, GRID, DARK = "#0072B2", "#767676", "#9FB4C7", "#E3E3E3", "#333333"
"""The subject; what it is compared with; incomplete buckets; grid lines; marks and words."""
ALARM, GOOD, WARN, DONE = "#D55E00", "#009E73", "#E69F00", "#0072B2"

SERIES_COLORS = (INK, "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#A6761D")
"""One for each of up to eight series; all others are QUIET."""
SERIES_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")

STATUS_COLORS = {
    "completed": DONE, "on_track": GOOD, "behind_pace": WARN, "at_risk": ALARM,
    "missed": "#555555", "not_started": PARTIAL,
}  # fmt: skip
"""A goal's statuses, best to worst, then not started."""
STATUS_HATCHES = {
    "completed": "", "on_track": "//", "behind_pace": "..", "at_risk": "xx",
    "missed": "\\\\\\", "not_started": "--",
}  # fmt: skip
SENTIMENT_COLORS = {"positive": INK, "neutral": "#BDBDBD", "negative": ALARM}
SENTIMENT_HATCHES = {"positive": "", "neutral": "..", "negative": "//"}

WIDTH_IN, HEIGHT_IN = 9.0, 4.0
"""The size of a plot in a notebook."""
ROW_IN = 0.26
"""The height of one bar with its name."""
_FRAME_IN, _LEAST_HEIGHT_IN = 1.2, 2.4
_TIGHTEST_PT = 11.0
_NARROW_PT, _BELOW_PT = 400.0, 50.0
"""Axes so narrow may need as much of their height for a legend below and a longer title."""

TITLE_PT, TINY_PT = 11, 8
_TITLE_ROOM_PT = 220.0
"""A title with less room is in smaller letters."""
_IS_INCOMPLETE: ContextVar[bool] = ContextVar("_IS_INCOMPLETE", default=False)
"""Whether a frame that is being drawn is incomplete."""
_SCALES = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))
_WHOLE = 100
"""From here on, cents and tenths of a percent are left out."""


def picture(plot: Callable[P, T]) -> Callable[P, T]:
    """Let a plot of an incomplete frame warn, and say at its foot that it shows one.

    A picture is pasted into slides without the warning.
    """
    warned = derived()(plot)

    @functools.wraps(plot)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> T:
        frames = [given for given in (*args, *kwargs.values()) if isinstance(given, pd.DataFrame)]
        token = _IS_INCOMPLETE.set(
            any(frame_facts(frame).get("complete") is False for frame in frames)
        )
        try:
            return warned(*args, **kwargs)
        finally:
            _IS_INCOMPLETE.reset(token)

    return drawn


def count_text(number: float) -> str:
    """Write a count briefly: 950, 1.2k, 35M; a missing one as n/a.

    Examples
    --------
    >>> [count_text(number) for number in (0, 12.5, 999, 1_000, 12_345, 999_960, -2_500_000)]
    ['0', '12.5', '999', '1k', '12.3k', '1M', '-2.5M']
    """
    if not isfinite(number):
        return "n/a"
    for scale, letter in _SCALES:
        # From 999,950 on, one decimal of k would read 1000k.
        if abs(number) >= scale * (1 - 5e-5):
            return f"{_one_decimal(number / scale)}{letter}"
    return _one_decimal(number)


def money_text(cents: float, currency: str = "USD") -> str:
    """Write cents as money, briefly: $0.50, $12, $1.2k; CHF 12 where no sign is known.

    Raises
    ------
    ArgumentError
        The currency has no cents.

    Examples
    --------
    >>> [money_text(cents) for cents in (50, 1_200, 55_780, -123_456)] + [money_text(100, "CHF")]
    ['$0.50', '$12', '$558', '-$1.2k', 'CHF 1']
    """
    sign = CURRENCY_SIGNS.get(check_currency(currency), f"{currency} ")
    if not isfinite(cents):
        return "n/a"
    amount = abs(cents) / CENTS_A_UNIT
    text = f"{amount:.2f}" if amount < _WHOLE and amount % 1 else count_text(round(amount))
    return f"{'-' if cents < 0 else ''}{sign}{text}"


def only_currency(rows: pd.DataFrame, currency: str) -> str:
    """Return the one currency of some rows; the given one if there is no row.

    Raises
    ------
    ArgumentError
        There are several, or it has no cents.
    """
    found = rows["currency"].unique()
    if len(found) > 1:
        several = ", ".join(sorted(map(str, found)))
        raise ArgumentError("accruals", several, "keep the rows of one currency for a plot")
    return check_currency(str(found[0]) if len(found) else currency)


def percent_text(number: float) -> str:
    """Write a percentage: 4.2%, 12%; a missing one as n/a.

    Examples
    --------
    >>> [percent_text(4.25), percent_text(12.0), percent_text(130.4)]
    ['4.2%', '12%', '130%']
    """
    if not isfinite(number):
        return "n/a"
    return f"{number:,.0f}%" if abs(number) >= _WHOLE else f"{_one_decimal(number)}%"


def share_text(number: float) -> str:
    """Write a part of a whole, in percent: 35%, under 1%.

    Examples
    --------
    >>> [share_text(34.6), share_text(0.34), share_text(0)]
    ['35%', 'under 1%', '0%']
    """
    return "under 1%" if 0 < number < 1 else percent_text(round(number))


def day_text(day: date) -> str:
    """Write a day: 5 Jun 2026.

    Examples
    --------
    >>> day_text(date(2026, 6, 5))
    '5 Jun 2026'
    """
    return f"{day.day} {day:%b %Y}"


def _one_decimal(number: float) -> str:
    """Write a number with one decimal, below 1 with two, without trailing zeros."""
    text = f"{number:,.{1 if abs(number) >= 1 else 2}f}".rstrip("0").removesuffix(".")
    return "0" if text == "-0" else text


def count_ticks(axis: Axis, *, whole: bool = False) -> None:
    """Write an axis' ticks as counts; with ``whole`` only at whole numbers."""
    axis.set_major_formatter(FuncFormatter(lambda number, _: count_text(number)))
    _round_ticks(axis, whole=whole)


def money_ticks(axis: Axis, currency: str = "USD") -> None:
    """Write an axis' ticks, which are cents, as money."""
    axis.set_major_formatter(FuncFormatter(lambda cents, _: money_text(cents, currency)))
    _round_ticks(axis)


def percent_ticks(axis: Axis) -> None:
    """Write an axis' ticks, which are percent, with their sign."""
    axis.set_major_formatter(FuncFormatter(lambda number, _: percent_text(number)))


def _round_ticks(axis: Axis, *, whole: bool = False) -> None:
    """Choose ticks that need at most one decimal: steps of 1, 2 or 5 on a linear scale."""
    if axis.get_scale() == "linear":
        steps = [1, 2, 5, 10]
        axis.set_major_locator(MaxNLocator("auto", steps=steps, integer=whole, min_n_ticks=1))


def new_axes(ax: Axes | None = None, *, height_in: float = HEIGHT_IN) -> Axes:
    """Return the axes that were given, or new ones of a notebook's width."""
    if isinstance(ax, Axes):
        return ax
    if ax is not None:
        raise ArgumentTypeError("ax", ax, "axes of matplotlib, or None for new ones")
    _, made = plt.subplots(figsize=(WIDTH_IN, height_in), layout="constrained")
    return made


def row_axes(rows: int, ax: Axes | None = None) -> tuple[Axes, int]:
    """Return axes, new ones as high as so many rows need, and how many rows have room there."""
    if ax is None:
        return new_axes(height_in=max(_LEAST_HEIGHT_IN, ROW_IN * rows + _FRAME_IN)), rows
    width, height = size_pt(new_axes(ax))
    if width < _NARROW_PT:
        height -= _BELOW_PT
    return ax, min(rows, max(1, int(height / _TIGHTEST_PT)))


def write_rows(ax: Axes, names: Sequence[str], font_pt: float = SMALL_PT) -> None:
    """Make room for rows, the first on top, and write their names."""
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.tick_params(axis="y", left=False, length=0)
    ax.set_yticks(np.arange(len(names)), names, fontsize=font_pt, parse_math=False)


def write_behind(
    ax: Axes, places: Iterable[float], ends: Iterable[float], texts: Iterable[str],
    *, font_pt: float = TINY_PT, color: str = "black",
) -> None:  # fmt: skip
    """Write a text behind the end of each bar, to the left of one that is negative."""
    for place, end, text in zip(places, ends, texts, strict=True):
        is_left = end < 0
        ax.annotate(
            text, (end, place), xytext=(-4 if is_left else 4, 0), textcoords="offset points",
            va="center", ha="right" if is_left else "left", fontsize=font_pt, color=color,
            parse_math=False,
        )  # fmt: skip


def mark_running(ax: Axes, begin: float, end: float, label: str) -> None:
    """Hatch a bucket of time that isn't over."""
    ax.axvspan(
        begin, end, facecolor="none", edgecolor=PARTIAL, hatch="///", linewidth=0, label=label
    )


def add_note(ax: Axes, note: str) -> None:
    """Write a line below the axes: a quiet one, unless there is a label already."""
    if not note:
        return
    if ax.get_xlabel():
        ax.xaxis.label.set_text(f"{ax.get_xlabel()}\n{note}")
        return
    letters = max(20, int(title_room_pt(ax) / text_pt(note, SMALL_PT) * len(note)))
    text = textwrap.fill(note, letters)
    ax.set_xlabel(text, fontsize=SMALL_PT, color=QUIET, loc="left", parse_math=False)


def finish_axes(ax: Axes, title: str, *, grid: Literal["x", "y"] | None = None) -> None:
    """Give drawn axes their title, legend and grid lines, and room for all of them.

    The title stands at the left, wrapped. ``grid`` is ``"x"`` or ``"y"`` for quiet grid lines
    across that axis. Dollar signs in the title stay dollar signs. Where a frame is incomplete, a
    note at the foot says so.
    """
    ax.spines[["top", "right"]].set_visible(False)
    if grid is not None:
        ax.grid(axis=grid, color=GRID, linewidth=0.8)
    ax.set_axisbelow(True)
    if _IS_INCOMPLETE.get():
        add_note(ax, "incomplete: a part was not loaded")
    legend(ax)
    room = title_room_pt(ax)
    size = TITLE_PT if room >= _TITLE_ROOM_PT else SMALL_PT
    letters = max(16, int(0.95 * room / text_pt(title, size) * len(title)))
    ax.set_title(textwrap.fill(title, letters), loc="left", fontsize=size, parse_math=False)
    draw_back(ax)


def empty_axes(ax: Axes, title: str) -> Axes:
    """Leave the axes empty: a title, a note in the middle, no ticks."""
    ax.set(xticks=[], yticks=[])
    ax.spines[["bottom", "left"]].set_visible(False)
    finish_axes(ax, title)
    ax.text(
        0.5, 0.5, "nothing to show", transform=ax.transAxes, ha="center", va="center", color=QUIET
    )
    return ax
