"""What all plots share: their look, hatches, number formats, and the finish of axes.

No rcParams are changed. The colours are those of `plots/theme.py`.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from math import isfinite
from typing import TYPE_CHECKING, Literal, NamedTuple, ParamSpec, get_args

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator

from trackagoat_pandas.base.figures import count_text, percent_text
from trackagoat_pandas.base.wording import MINUS
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError
from trackagoat_pandas.helpers.cuts import cuts_said
from trackagoat_pandas.helpers.facts import derived, mismatch_of, zone_of
from trackagoat_pandas.helpers.leaderboard import is_rate
from trackagoat_pandas.helpers.payouts.money import CENTS_A_UNIT, check_currency
from trackagoat_pandas.inputs.checks import check_choice, fact_instant, frame_facts
from trackagoat_pandas.plots.layout import (
    LINE_SPACING,
    SMALL_PT,
    draw_back,
    head_room_pt,
    legend,
    move_to_edge,
    size_pt,
    title_room_pt,
    wrapped,
)
from trackagoat_pandas.plots.theme import (
    ALARM,
    BLACK,
    DARK,
    GOOD,
    GRID,
    INK,
    MISSED,
    NAVY,
    NEUTRAL,
    PAGE,
    PARTIAL,
    PURPLE,
    QUIET,
    VIOLET,
    WARN,
    Theme,
    darken,
    lighten_page,
)
from trackagoat_pandas.showing.captions import as_of
from trackagoat_pandas.tables.payouts import CURRENCY_SIGNS

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axis import Axis
    from matplotlib.text import Text

P = ParamSpec("P")

SERIES_COLORS = (INK, ALARM, GOOD, PURPLE, WARN, NAVY, BLACK, VIOLET)
"""One for each of up to eight series; the others are QUIET."""
SERIES_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
SERIES_HATCHES = ("", "//", "..", "xx", "\\\\", "--", "++", "oo")

STATUS_COLORS = {
    "completed": INK, "on_track": GOOD, "behind_pace": WARN, "at_risk": ALARM,
    "missed": MISSED, "not_started": PARTIAL,
}  # fmt: skip
"""By a goal's status: best to worst, then not started."""
STATUS_HATCHES = {
    "completed": "", "on_track": "/", "behind_pace": ".", "at_risk": "x",
    "missed": "\\", "not_started": "-",
}  # fmt: skip
SENTIMENT_COLORS = {"positive": INK, "neutral": NEUTRAL, "negative": ALARM}
SENTIMENT_HATCHES = {"positive": "", "neutral": "..", "negative": "//"}

WIDTH_IN, HEIGHT_IN = 9.0, 4.0
"""The size of a plot in a notebook."""
ROW_IN = 0.26
"""The height of one bar with its name."""
_FRAME_IN, _LEAST_HEIGHT_IN = 1.2, 2.4
_TIGHTEST_PT = 11.0
_NARROW_PT, _BELOW_PT = 400.0, 50.0
"""Narrower axes may need this much of their height for a legend below and a longer title."""

TITLE_PT, TINY_PT = 12, 8.5
_LINE_GAP_PT = 4.0
"""The gap between the lines of a title, a subtitle and the axes."""
_TITLE_ROOM_PT = 220.0
"""A title with less room is written smaller."""
_SUBTITLE, _SOURCE = "trackagoat-subtitle", "trackagoat-source"
"""The ids of these texts."""
_FEW_POWERS = 200.0
"""A logarithmic scale over less than this ratio shows two powers of 10 or one."""
_WHOLE = 100
"""From this amount on, cents are left out."""


class _Foot(NamedTuple):
    """The notes below a plot: the flaws of its frames, and their source."""

    notes: Sequence[str] = ()
    source: str = ""


_FOOT: ContextVar[_Foot | None] = ContextVar("_FOOT", default=None)
"""That of the plot that is being drawn."""
_TITLE: ContextVar[str] = ContextVar("_TITLE", default="")
"""The title of the plot that is being drawn, if it isn't the plot's own finding."""


def with_title(plot: Callable[P, Axes], title: str) -> Callable[P, Axes]:
    """Return a plot that shows a title in place of its own finding."""

    @functools.wraps(plot)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Axes:
        token = _TITLE.set(title)
        try:
            return plot(*args, **kwargs)
        finally:
            _TITLE.reset(token)

    return drawn


def picture(plot: Callable[P, Axes]) -> Callable[P, Axes]:
    """Make a plot warn of incomplete or mismatched frames, name its source, and take a theme.

    Both are also said below the axes, since a picture is pasted into slides without the warning.
    The plot draws in the light colours; for ``theme="dark"`` they are replaced afterwards.
    """
    names = list(inspect.signature(plot).parameters)

    @functools.wraps(plot)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Axes:
        given = {**dict(zip(names, args, strict=False)), **kwargs}
        theme = check_choice("theme", given.get("theme", "light"), get_args(Theme))
        frames = {name: each for name, each in given.items() if isinstance(each, pd.DataFrame)}
        token = _FOOT.set(_foot_of(frames))
        try:
            ax = plot(*args, **kwargs)
        finally:
            _FOOT.reset(token)
        if theme == "dark":
            darken(ax)
        return ax

    return derived(*names)(drawn)


def _foot_of(frames: Mapping[str, pd.DataFrame]) -> _Foot:
    """List the flaws of a plot's frames, given by argument, and say when the oldest was loaded."""
    notes = []
    if any(frame_facts(frame).get("complete") is False for frame in frames.values()):
        notes.append("incomplete: a part was not loaded")
    for name, frame in frames.items():
        whose = f"{name}: " if len(frames) > 1 else ""
        notes += [f"{whose}{said}" for said in cuts_said(frame)]
    if mismatch := mismatch_of(frames):
        notes.append(mismatch)
    notes = [note.replace("`", "") for note in notes]
    said = [(fact_instant(frame, "fetched_at"), frame) for frame in frames.values()]
    loaded = [(instant, frame) for instant, frame in said if instant is not None]
    if not loaded:
        return _Foot(notes)
    _, oldest = min(loaded, key=lambda each: each[0])
    zone = zone_of(None, [oldest]) or "UTC"
    city = zone.rpartition("/")[2].replace("_", " ")
    return _Foot(notes, f"TrackaGoat, {as_of(oldest, zone).removesuffix(zone).strip()}, {city}")


def money_text(cents: float, currency: str = "USD") -> str:
    """Write cents as money, briefly: $0.50, $12, $1.2k; CHF 12 for a currency without a sign.

    Raises
    ------
    ArgumentError
        The currency has no cents.

    Examples
    --------
    >>> [money_text(cents) for cents in (50, 1_200, 55_780, -123_456)] + [money_text(100, "CHF")]
    ['$0.50', '$12', '$558', '−$1.2k', 'CHF 1']
    """
    sign = CURRENCY_SIGNS.get(check_currency(currency), f"{currency} ")
    if not isfinite(cents):
        return "n/a"
    amount = abs(cents) / CENTS_A_UNIT
    text = f"{amount:.2f}" if amount < _WHOLE and amount % 1 else count_text(round(amount))
    return f"{MINUS if cents < 0 else ''}{sign}{text}"


def only_currency(rows: pd.DataFrame, currency: str) -> str:
    """Return the currency of some rows; without rows, the one given.

    Raises
    ------
    ArgumentError
        The rows have several currencies, or one that has no cents.
    """
    found = rows["currency"].unique()
    if len(found) > 1:
        several = ", ".join(sorted(map(str, found)))
        raise ArgumentError("currency", several, "keep the rows of one currency for a plot")
    return check_currency(str(found[0]) if len(found) else currency)


def is_percent(name: str) -> bool:
    """Whether a column or metric holds percentages, by its name.

    Examples
    --------
    >>> [is_percent(name) for name in ("growth_rate_pop", "avg_views_per_post", "share_count")]
    [True, False, False]
    """
    return is_rate(name) and any(word in name for word in ("rate", "percent", "pct", "share"))


def count_ticks(axis: Axis, *, whole: bool = False) -> None:
    """Write the ticks of an axis as counts; with ``whole``, only at whole numbers."""
    _write_ticks(axis, count_text)
    _round_ticks(axis, whole=whole)


def money_ticks(axis: Axis, currency: str = "USD") -> None:
    """Write the ticks of an axis, which are cents, as money."""
    _write_ticks(axis, functools.partial(money_text, currency=currency))
    _round_ticks(axis)


def percent_ticks(axis: Axis) -> None:
    """Write the ticks of an axis, which are percentages, with a percent sign."""
    _write_ticks(axis, percent_text)


def _write_ticks(axis: Axis, text: Callable[[float], str]) -> None:
    # A layout and a drawing ask for the text of each tick more than a dozen times.
    axis.set_major_formatter(FuncFormatter(functools.cache(lambda number, _: text(number))))


def _round_ticks(axis: Axis, *, whole: bool = False) -> None:
    """Choose ticks in steps of 1, 2 or 5, which need one decimal at most.

    A logarithmic scale has powers of 10 only, unless it shows few of them. Its limits must be set
    before.
    """
    if axis.get_scale() == "log":
        low, high = axis.get_view_interval()
        if high < _FEW_POWERS * low:
            axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    if axis.get_scale() == "linear":
        steps = [1, 2, 5, 10]
        axis.set_major_locator(MaxNLocator("auto", steps=steps, integer=whole, min_n_ticks=1))


def new_axes(ax: Axes | None = None, *, height_in: float = HEIGHT_IN) -> Axes:
    """Return the given axes, or new ones as wide as a notebook, in the style of all plots."""
    if ax is None:
        figure, ax = plt.subplots(figsize=(WIDTH_IN, height_in), layout="constrained")
        figure.set_facecolor(PAGE)
    elif not isinstance(ax, Axes):
        raise ArgumentTypeError("ax", ax, "axes of matplotlib, or None for new ones")
    lighten_page(ax)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.spines["bottom"].set_color(NEUTRAL)
    ax.tick_params(labelcolor=DARK, labelsize=SMALL_PT, color=NEUTRAL, grid_color=GRID)
    ax.tick_params(axis="y", length=0)
    for axis in (ax.xaxis, ax.yaxis):
        axis.label.set(color=QUIET, fontsize=SMALL_PT)
    return ax


def row_axes(rows: int, ax: Axes | None = None) -> tuple[Axes, int]:
    """Return the given axes, or new ones high enough for the rows, and how many rows fit."""
    if ax is None:
        return new_axes(height_in=max(_LEAST_HEIGHT_IN, ROW_IN * rows + _FRAME_IN)), rows
    width, height = size_pt(new_axes(ax))
    if width < _NARROW_PT:
        height -= _BELOW_PT
    return ax, min(rows, max(1, int(height / _TIGHTEST_PT)))


def write_rows(ax: Axes, names: Sequence[str], font_pt: float = SMALL_PT) -> None:
    """Set the limits for rows, the first on top, and write their names."""
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.tick_params(axis="y", left=False, length=0)
    ax.set_yticks(np.arange(len(names)), names, fontsize=font_pt, parse_math=False)


def write_behind(
    ax: Axes, places: Iterable[float], ends: Iterable[float], texts: Iterable[str],
    *, font_pt: float = TINY_PT, color: str = DARK,
) -> None:  # fmt: skip
    """Write a text at the end of each bar: to its right, or left of a negative one."""
    for place, end, text in zip(places, ends, texts, strict=True):
        is_left = end < 0
        ax.annotate(
            text, (end, place), xytext=(-4 if is_left else 4, 0), textcoords="offset points",
            va="center", ha="right" if is_left else "left", fontsize=font_pt, color=color,
            parse_math=False,
            # Grid lines would cross the letters out.
            bbox={"facecolor": PAGE, "edgecolor": "none", "pad": 0.5, "alpha": 0.8},
        )  # fmt: skip


def add_note(ax: Axes, note: str) -> None:
    """Write a note below the axes, in small grey letters or as more lines of the axis' label."""
    if not note:
        return
    text = wrapped(note, title_room_pt(ax), SMALL_PT)
    lines = "\n".join(filter(None, [ax.get_xlabel(), text]))
    ax.set_xlabel(lines, fontsize=SMALL_PT, color=QUIET, loc="left", parse_math=False)


def finish_axes(
    ax: Axes, title: str, *, subtitle: str = "", grid: Literal["x", "y"] | None = None
) -> None:
    """Add the titles, legend, source and grid lines to drawn axes, and make room for them.

    The title is what was found, the subtitle what is measured: its unit and the span of time. They
    begin at the picture's left edge and are wrapped, and their dollar signs aren't read as
    mathematics. ``grid`` names the axis that the grid lines cross. Notes on incomplete or
    mismatched frames are added below the axes, and the source where the axes are the figure's only
    ones.
    """
    if grid is not None:
        ax.grid(axis=grid, color=GRID, linewidth=0.8)
    ax.set_axisbelow(True)
    foot = _FOOT.get() or _Foot()
    for note in foot.notes:
        add_note(ax, note)
    room = title_room_pt(ax)  # measuring the names of rows is slow
    made = legend(ax, room)
    _write_titles(ax, _TITLE.get() or title, subtitle)
    if foot.source and len(ax.figure.axes) == 1:
        above: Artist = ax.xaxis.label
        if made is not None and made.get_bbox_to_anchor().y1 < ax.bbox.y0:
            above = made
        ax.annotate(
            wrapped(foot.source, room, TINY_PT), (0, 0), gid=_SOURCE,
            xycoords=("axes fraction", above),
            xytext=(0, -_LINE_GAP_PT), textcoords="offset points", va="top", fontsize=TINY_PT,
            color=QUIET, parse_math=False, annotation_clip=False,
        )  # fmt: skip
    draw_back(ax)


def _write_titles(ax: Axes, title: str, subtitle: str) -> None:
    """Write the title above the axes, and the subtitle between them, as wide as there is room."""
    for text in _texts_with(ax, _SUBTITLE):
        text.remove()
    room = head_room_pt(ax)
    size = TITLE_PT if room >= _TITLE_ROOM_PT else SMALL_PT
    below = wrapped(subtitle, room, SMALL_PT) if subtitle else ""
    lines = below.count("\n") + 1
    pad_pt = lines * SMALL_PT * LINE_SPACING + 3 * _LINE_GAP_PT if below else None
    above = ax.set_title(
        wrapped(title, room, size, "bold"), loc="left", fontsize=size, fontweight="bold",
        color=BLACK, parse_math=False, pad=pad_pt,
    )  # fmt: skip
    move_to_edge(above, ax)
    if below:
        written = ax.annotate(
            below, (0, 0), xycoords=above, xytext=(0, -_LINE_GAP_PT), textcoords="offset points",
            va="top", fontsize=SMALL_PT, color=QUIET, parse_math=False, gid=_SUBTITLE,
            annotation_clip=False,
        )  # fmt: skip
        # The title's pad is its room. A layout would move the axes to the right of its left edge.
        written.set_in_layout(False)


def _texts_with(ax: Axes, gid: str) -> list[Text]:
    return [text for text in ax.texts if text.get_gid() == gid]


def finding_of(ax: Axes) -> str:
    """Say what a plot shows: its title and subtitle, for those who don't see it."""
    lines = [ax.get_title(loc="left"), *(text.get_text() for text in _texts_with(ax, _SUBTITLE))]
    return ". ".join(line.replace("\n", " ") for line in lines if line)


def empty_axes(ax: Axes, title: str) -> Axes:
    """Leave the axes empty, with a title, "nothing to show" in the middle, and no ticks."""
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    finish_axes(ax, title)
    ax.text(
        0.5, 0.5, "nothing to show", transform=ax.transAxes, ha="center", va="center", color=QUIET
    )
    return ax
