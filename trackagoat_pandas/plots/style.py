"""What all plots share: colours, hatches, ways to write a number, and the dress of the axes.

The colours are those of Okabe and Ito (2008), which stay apart for every kind of colour vision; a
hatch, marker or line style says the same again for black and white. Knows matplotlib; must not
know any frame or column. Touches no rcParams and no state that outlives a call.
"""

from __future__ import annotations

import textwrap
from math import isfinite
from typing import TYPE_CHECKING

import matplotlib.dates as mdates
from matplotlib import pyplot as plt
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from matplotlib.ticker import FuncFormatter, MaxNLocator

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.legend import Legend

INK, QUIET, PARTIAL, GRID, DARK = "#0072B2", "#767676", "#9FB4C7", "#E3E3E3", "#333333"
"""The subject; what it is compared with; a bucket that still fills; help lines; marks and words."""
ALARM, GOOD, WARN, DONE = "#D55E00", "#009E73", "#E69F00", "#0072B2"

SERIES_COLORS = (INK, "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#A6761D")
"""One for each of up to eight series; the rest of them is QUIET."""
SERIES_DASHES = ("-", "--", "-.", ":", "-", "--", "-.", ":")
SERIES_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")

STATUS_COLORS = {
    "completed": DONE, "on_track": GOOD, "behind_pace": WARN, "at_risk": ALARM, "missed": "#555555"
}  # fmt: skip
"""A goal's statuses, best to worst."""
STATUS_HATCHES = {
    "completed": "", "on_track": "//", "behind_pace": "..", "at_risk": "xx", "missed": "\\\\\\"
}  # fmt: skip
SENTIMENT_COLORS = {"positive": INK, "neutral": "#BDBDBD", "negative": ALARM}
SENTIMENT_HATCHES = {"positive": "", "neutral": "..", "negative": "//"}

WIDTH_IN, HEIGHT_IN = 9.0, 4.0
"""A notebook's plot."""
ROW_IN = 0.26
"""The height of one bar with its name."""

TITLE_PT, SMALL_PT, TINY_PT = 11, 9, 8
_POINTS_AN_INCH = 72
_NARROW_PT = 320.0
_DATE_PT = 55.0
"""The room that a date needs on an axis."""
_SCALES = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))
_CURRENCIES = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
_CENTS = 100
_WHOLE = 100
"""From here on, cents and tenths of a percent say nothing."""


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

    Examples
    --------
    >>> [money_text(cents) for cents in (50, 1_200, 55_780, -123_456)] + [money_text(100, "CHF")]
    ['$0.50', '$12', '$558', '-$1.2k', 'CHF 1']
    """
    if not isfinite(cents):
        return "n/a"
    sign = _CURRENCIES.get(currency, f"{currency} ")
    amount = abs(cents) / _CENTS
    text = f"{amount:.2f}" if amount < _WHOLE and amount % 1 else count_text(round(amount))
    return f"{'-' if cents < 0 else ''}{sign}{text}"


def percent_text(number: float) -> str:
    """Write a number of percent: 4.2%, 12%; a missing one as n/a.

    Examples
    --------
    >>> [percent_text(4.25), percent_text(12.0), percent_text(130.4)]
    ['4.2%', '12%', '130%']
    """
    if not isfinite(number):
        return "n/a"
    return f"{number:,.0f}%" if abs(number) >= _WHOLE else f"{_one_decimal(number)}%"


def _one_decimal(number: float) -> str:
    text = f"{number:,.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def count_ticks(axis: Axis, *, whole: bool = False) -> None:
    """Write an axis' ticks as counts; with ``whole`` only at whole numbers."""
    axis.set_major_formatter(FuncFormatter(lambda number, _: count_text(number)))
    if whole:
        axis.set_major_locator(MaxNLocator(nbins="auto", integer=True, min_n_ticks=1))


def money_ticks(axis: Axis, currency: str = "USD") -> None:
    """Write an axis' ticks, which are cents, as money."""
    axis.set_major_formatter(FuncFormatter(lambda cents, _: money_text(cents, currency)))


def percent_ticks(axis: Axis) -> None:
    """Write an axis' ticks, which are percent, with their sign."""
    axis.set_major_formatter(FuncFormatter(lambda number, _: percent_text(number)))


def date_ticks(ax: Axes) -> None:
    """Give the horizontal axis at most eight dates, written so that none overlaps another."""
    most = max(2, min(8, int(size_pt(ax)[0] / _DATE_PT)))
    locator = mdates.AutoDateLocator(minticks=2, maxticks=most)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_locator(locator)
    formatter = mdates.ConciseDateFormatter(locator)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_formatter(formatter)


def new_axes(ax: Axes | None = None, *, height_in: float = HEIGHT_IN) -> Axes:
    """Return the axes that were given, or new ones of a notebook's width."""
    if ax is not None:
        return ax
    _, made = plt.subplots(figsize=(WIDTH_IN, height_in), layout="constrained")
    return made


def settle(ax: Axes) -> None:
    """Let the figure's layout, if it has one, give the axes their place now.

    What is measured before would move when the figure is drawn.
    """
    engine = ax.figure.get_layout_engine()
    if engine is not None:
        engine.execute(ax.figure.canvas.figure)


def size_pt(ax: Axes) -> tuple[float, float]:
    """Return the width and height of axes in points, as they stand now."""
    box, dpi = ax.bbox, ax.figure.dpi
    return box.width / dpi * _POINTS_AN_INCH, box.height / dpi * _POINTS_AN_INCH


def text_pt(text: str, font_pt: float) -> float:
    """Return how wide a text of one line is, in points."""
    font = FontProperties(size=font_pt)
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width)


def dress(ax: Axes, title: str, *, grid: str | None = None) -> None:
    """Set the title at the left, wrapped to the axes; leave the left and lower spine alone.

    ``grid`` is ``"x"`` or ``"y"`` for quiet help lines across that axis. Dollar signs in the title
    stay dollar signs.
    """
    letters = max(20, int(size_pt(ax)[0] / text_pt(title, TITLE_PT) * len(title)))
    ax.set_title(textwrap.fill(title, letters), loc="left", fontsize=TITLE_PT, parse_math=False)
    ax.spines[["top", "right"]].set_visible(False)
    if grid == "x":
        ax.grid(axis="x", color=GRID, linewidth=0.8)
    elif grid == "y":
        ax.grid(axis="y", color=GRID, linewidth=0.8)
    ax.set_axisbelow(True)


def legend(ax: Axes, *, columns: int = 1, outside: bool = False) -> Legend | None:
    """Add a legend if there is more than one thing to tell apart.

    ``outside`` puts it to the right of the axes, or below narrow ones, where the figure's layout
    makes room for it.
    Dollar signs stay dollar signs. Names go through :func:`shown` before they become labels.
    """
    handles, labels = ax.get_legend_handles_labels()
    named = dict(zip(labels, handles, strict=True))
    if len(named) < 2:
        return None
    has_layout = outside and ax.figure.get_layout_engine() is not None
    is_below = has_layout and size_pt(ax)[0] < _NARROW_PT
    made = ax.legend(
        named.values(),
        named.keys(),
        fontsize=SMALL_PT,
        ncols=2 if is_below else columns,
        loc="upper left" if has_layout else "best",
        labelspacing=0.7,
        facecolor="white",
        edgecolor="none",
    )
    if has_layout:
        made.set_bbox_to_anchor((0, -0.15) if is_below else (1.01, 1.0), ax.transAxes)
    for text in made.get_texts():
        text.set_parse_math(False)
    return made


def say_nothing(ax: Axes, title: str, note: str = "nothing to show") -> Axes:
    """Leave the axes empty on purpose: a title, a note in the middle, no ticks."""
    dress(ax, title)
    ax.set(xticks=[], yticks=[])
    ax.spines[["bottom", "left"]].set_visible(False)
    ax.text(
        0.5, 0.5, note, transform=ax.transAxes, ha="center", va="center", color=QUIET,
        parse_math=False,
    )  # fmt: skip
    return ax
