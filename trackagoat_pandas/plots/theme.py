"""The colours of all plots, for light and for dark pages.

A plot is drawn in the light colours. Each has one for dark pages, which ``theme="dark"`` puts in
its place, and which a board's picture takes where the page is dark.

The colours of series differ in lightness and hue, so that they can be distinguished with every
kind of colour vision; a hatch, marker, line style or name repeats them in black and white. Every
colour of a mark has a contrast of 3 to 1 at least with its page, every colour of text or of a
series 4.5 to 1, as WCAG 2.2 asks (1.4.3, 1.4.11).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import numpy as np
from matplotlib.colors import to_hex, to_rgba_array
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

Theme: TypeAlias = Literal["light", "dark"]

INK: Final = "#0072b2"
"""The subject of a plot."""
QUIET: Final = "#6b6b6b"
"""What it is compared with, and what is said beside it."""
PARTIAL: Final = "#8397a9"
"""Buckets that are still filling, and what has not begun."""
GRID: Final = "#e3e3e3"
DARK: Final = "#333333"
"""Marks and text."""
BLACK: Final = "#1a1a1a"
PAGE: Final = "#ffffff"
ALARM, GOOD, WARN = "#a82200", "#00855f", "#966e00"
PURPLE, NAVY, VIOLET = "#761299", "#0f3d5c", "#4a35f0"
NEUTRAL: Final = "#8c8c8c"
MISSED: Final = "#555555"

DARK_OF: Final[Mapping[str, str]] = {
    "#000000": "#f2f2f2",
    PAGE: "#111111",
    BLACK: "#f2f2f2",
    DARK: "#d9d9d9",
    QUIET: "#a6a6a6",
    GRID: "#3a3a3a",
    PARTIAL: "#7f96a8",
    NEUTRAL: "#7d7d7d",
    MISSED: "#dadada",
    INK: "#5ab4f0",
    ALARM: "#ff7a45",
    GOOD: "#2dc79b",
    WARN: "#f5d04a",
    PURPLE: "#b07ab0",
    NAVY: "#b5d4fa",
    VIOLET: "#7f86ff",
}
"""The colour on a dark page, by the colour on a light one."""

_LIGHT: Final = 0.5
"""The least mean of red, green and blue of a page on which dark letters can be read."""
_COLORED: Final = ("color", "facecolor", "edgecolor", "markerfacecolor", "markeredgecolor")
"""What artists call their colours."""


def lighten_page(ax: Axes) -> None:
    """Make the page below axes light, if a style of matplotlib has made it dark.

    A light or a transparent page stays as it is.
    """
    for patch in (ax.patch, ax.figure.patch):
        *color, opacity = to_rgba_array(patch.get_facecolor())[0]
        if opacity and np.mean(color) < _LIGHT:
            patch.set_facecolor(PAGE)


def darken(ax: Axes) -> None:
    """Put the colours for dark pages in the place of those for light ones.

    The figure's background is replaced too, since titles and names stand on it.
    """
    # Ticks that are made later take their colours from the axis.
    for artist in dict.fromkeys(ax.findobj()):
        _darken(artist)
    for patch in (ax.patch, ax.figure.patch):
        if to_rgba_array(patch.get_facecolor())[0, 3]:
            patch.set_facecolor(DARK_OF[PAGE])
    for axis in (ax.xaxis, ax.yaxis):
        written = [(label, label.get_color()) for label in axis.get_ticklabels(which="both")]
        axis.set_tick_params(
            which="both", labelcolor=DARK_OF[DARK], color=DARK_OF[NEUTRAL], grid_color=DARK_OF[GRID]
        )
        for label, color in written:
            label.set_color(color)


def _darken(artist: Artist) -> None:
    for name in _COLORED:
        read, write = (getattr(artist, f"{verb}_{name}", None) for verb in ("get", "set"))
        if read is not None and write is not None:
            colors = to_rgba_array(given := read())
            # A transparent one would become visible where the artist has an alpha of its own.
            if colors[:, 3].any():
                write(_dark(colors) if np.ndim(given) > 1 else tuple(_dark(colors)[0]))
    # The parts of a text are none of its children.
    for part in ("_bbox_patch", "arrow_patch"):
        if (patch := getattr(artist, part, None)) is not None:
            _darken(patch)


def _dark(colors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the colours for dark pages of some colours; another one stays as it is."""
    known = [DARK_OF.get(light := to_hex(color), light) for color in colors]
    return np.column_stack([to_rgba_array(known)[:, :3], colors[:, 3]])
