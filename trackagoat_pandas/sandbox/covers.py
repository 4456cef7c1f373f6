"""Drawn covers of the sandbox's videos, which need no network."""

from __future__ import annotations

from hashlib import blake2b
from urllib.parse import quote

_PALETTES = (
    ("#fd9", "#f75", "#345"),
    ("#bdf", "#fe8", "#273"),
    ("#fbc", "#fff", "#837"),
    ("#235", "#fd7", "#e64"),
    ("#9dc", "#fa5", "#155"),
    ("#c9f", "#ffc", "#426"),
)
"""The colors of sky, sun and hill."""


def draw_cover(tiktok_id: str) -> str:
    """Return the cover of a video as a data URI: a sky, a sun and a hill.

    Sun and hilltop are in the middle, since wide tiles show only that.
    A URL on this machine would change with the port of each run, and with it every stored list.

    Examples
    --------
    >>> draw_cover("7300000000000000000")[:19]
    'data:image/svg+xml,'
    """
    palette, x, y, slope = blake2b(tiktok_id.encode(), digest_size=4).digest()
    sky, sun, hill = _PALETTES[palette % len(_PALETTES)]
    drawing = (
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 16'>"
        f"<path fill='{sky}' d='M0 0h9v16H0'/>"
        f"<circle cx='{2 + x % 6}' cy='{6 + y % 3}' r='1.6' fill='{sun}'/>"
        f"<path fill='{hill}' d='M0 9q4-{1 + slope % 3} 9 {slope % 2}v9H0'/></svg>"
    )
    return "data:image/svg+xml," + quote(drawing, safe="/:=' ")
