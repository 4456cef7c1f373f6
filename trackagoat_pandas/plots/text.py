"""Names that a plot can draw: captions hold emoji, line breaks and letters of any script."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import cast

import matplotlib as mpl
import pandas as pd
from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font

from trackagoat_pandas.helpers.labels import ID_LETTERS

_GENERIC = ("serif", "sans-serif", "cursive", "fantasy", "monospace")
_MISSING_LETTER = "□"
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_GUARD = "\u200b"
"""A zero-width space: matplotlib leaves labels that begin with an underscore out of legends."""


def shown(name: object, *, letters: int = 28) -> str:
    r"""Write a name on one line of at most `letters` letters, all of which the font can draw.

    Letters that the font doesn't have become boxes; emoji and other signs are left out. A missing
    name becomes ``(no name)``, and an id is shortened to its first eight letters.

    Examples
    --------
    >>> shown("Day 1\nof the \U0001f525 challenge that never ends", letters=20)
    'Day 1 of the…'
    >>> shown(None), shown("ca24bfce-3332-47ea-a96f-0123456789ab")
    ('(no name)', 'ca24bfce')
    """
    if not isinstance(name, str):
        return "(no name)"
    if _ID.fullmatch(name):
        return name[:ID_LETTERS]
    text = drawable(name)
    text = textwrap.shorten(text, letters, placeholder="…") if text.strip() else ""
    if text in ("", "…"):
        # One word longer than the line, such as a long handle.
        text = drawable(name).strip()
        text = text if len(text) <= letters else f"{text[: letters - 1]}…"
    return f"{_GUARD}{text}" if text.startswith("_") else text or "(no name)"


def distinct(names: Iterable[object], *, letters: int = 28) -> list[str]:
    """Write names, and number equal ones: the second gets ``(2)``.

    Examples
    --------
    >>> distinct(["mia", "ben", "mia", None])
    ['mia', 'ben', 'mia (2)', '(no name)']
    """
    written: dict[str, None] = {}
    times: dict[str, int] = {}
    for name in names:
        text = unique = shown(name, letters=letters)
        while unique in written:
            times[text] = times.get(text, 1) + 1
            unique = f"{text} ({times[text]})"
        written[unique] = None
    return list(written)


def with_at(handles: pd.Series) -> pd.Series:
    """Write handles as the tables do, with "@"; missing ones stay missing.

    Examples
    --------
    >>> with_at(pd.Series(["mia", "@ben", None])).fillna("?").tolist()
    ['@mia', '@ben', '?']
    """
    known = handles.astype(object)
    written = [f"@{it.removeprefix('@')}" if isinstance(it, str) else it for it in known]
    return pd.Series(written, handles.index, dtype=object)


def drawable(text: str) -> str:
    r"""Return a text without what no font of the settings has, of which Matplotlib warns.

    A missing letter or digit becomes a placeholder, white space a space.

    Examples
    --------
    >>> drawable("mia\x1b by\tben")
    'mia by ben'
    """
    if text.isascii() and text.isprintable():  # Each font has these, and to look is slow.
        return text
    families, drawn = _families(), []
    for letter in text:
        if _has_glyph(letter, families):
            drawn.append(letter)
        elif letter.isspace():
            drawn.append(" ")
        elif unicodedata.category(letter)[0] in "LN":
            drawn.append(_MISSING_LETTER)
    return "".join(drawn)


def _families() -> tuple[str, ...]:
    """Return the installed ones of the font families set in rcParams, in order."""
    settings = cast("Mapping[str, list[str]]", mpl.rcParams)
    wanted: list[str] = []
    for family in settings["font.family"]:
        wanted += settings[f"font.{family}"] if family in _GENERIC else [family]
    installed = {font.name for font in fontManager.ttflist}
    return tuple(family for family in wanted if family in installed)


@lru_cache(maxsize=4096)
def _has_glyph(letter: str, families: tuple[str, ...]) -> bool:
    if not letter.isprintable():
        return False
    files = [findfont(FontProperties(family=family)) for family in families]
    return any(get_font(file).get_char_index(ord(letter)) for file in files)
