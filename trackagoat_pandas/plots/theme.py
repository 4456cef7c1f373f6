"""The colours of all plots, for light and for dark pages.

A plot is drawn in the light colours. Each has one for dark pages, which ``theme="dark"`` puts in
its place, and which a board's picture takes where the page is dark.

Hues follow Okabe and Ito (2008), which can be distinguished with every kind of colour vision; a
hatch, marker or line style repeats them in black and white. Every colour of a mark has a contrast
of 3 to 1 at least with its page, every colour of text 4.5 to 1, as WCAG 2.2 asks (1.4.3, 1.4.11).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

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
ALARM, GOOD, WARN = "#c64f00", "#00855f", "#9e6800"
PURPLE, SKY, BROWN = "#b0578d", "#2479ad", "#80602b"
NEUTRAL: Final = "#8c8c8c"
MISSED: Final = "#555555"

DARK_OF: Final[Mapping[str, str]] = {
    "#000000": "#ffffff",
    PAGE: "#111111",
    BLACK: "#f2f2f2",
    DARK: "#d9d9d9",
    QUIET: "#a6a6a6",
    GRID: "#3a3a3a",
    PARTIAL: "#7f96a8",
    NEUTRAL: "#7d7d7d",
    MISSED: "#b5b5b5",
    INK: "#5ab4f0",
    ALARM: "#ff8b4d",
    GOOD: "#2dc79b",
    WARN: "#f0b73a",
    PURPLE: "#e79bc8",
    SKY: "#9ad6f7",
    BROWN: "#cfa66b",
}
"""The colour on a dark page, by the colour on a light one."""
