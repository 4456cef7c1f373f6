"""The characters that decide how a text is cut into words.

Classes of characters are written so that both ``re`` and RE2 read them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

STRIPPED = '\n.,/#!?$%^&*;:{}=_`"~()'
"""What becomes a space before a text is cut: line feeds and the punctuation that npm ``sentiment``
strips."""

WHITE = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
"""White space as JavaScript knows it, which is not what Python strips."""

WIDE_WHITE = "[" + "".join(character for character in WHITE if character > "\x7f") + "]"

EMOJI = (
    "\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2b00-\u2bff\u3030\u303d\U0001f000-\U0001f1e5"
    "\U0001f200-\U0001faff"
)
"""The blocks of emoji, without the letters that pair up to flags."""

IS_EMOJI = re.compile(f"[{EMOJI}]")

APOSTROPHES = "[\u2018\u2019\u02bc\uff07]"
"""What is typed in place of a straight one."""

VARIATIONS = "[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]"
"""Variation selectors and skin tones."""

QUOTES = "[\u00a1\u00bf\u00ab\u00bb\u2013\u2014\u201c-\u201e\u2026]"
"""Punctuation that phones set, and that of other languages, which npm ``sentiment`` leaves in."""

UNFOLDING = (
    (APOSTROPHES, "'"),
    (QUOTES, " "),
    (VARIATIONS, ""),
    (f"\u200d[{EMOJI}]", ""),
    (f"([{EMOJI}])", r" \1 "),
)
"""In this order: curly apostrophes are straightened; typographic punctuation becomes a space;
variation selectors and skin tones go; of emoji joined into one the first stands for all; every
emoji stands alone."""

_UNFOLDING = tuple((re.compile(pattern), new) for pattern, new in UNFOLDING)
_SPACED: Mapping[int, str] = dict.fromkeys(map(ord, STRIPPED), " ")
_RUN = re.compile(f"[{WHITE}]{{2,}}")


def unfold(text: str) -> str:
    """Rewrite a text so that the rules of npm ``sentiment`` find every emoji and apostrophe."""
    for pattern, new in _UNFOLDING:
        text = pattern.sub(new, text)
    return text


def mend(text: str) -> str:
    """Join surrogates that are a pair, and replace those that are alone by U+FFFD.

    JavaScript counts in such halves, Arrow can't hold them. No half of a character is in the
    lexicon or is white space, so a text scores the same with the replacement in its place.
    """
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def cut(text: str) -> list[str]:
    """Cut a text into words, as they are written, as npm ``sentiment`` 5.0.2 does.

    A single tab or no-break space stays inside its word: only spaces cut, and only runs of two and
    more become one.
    """
    return _RUN.sub(" ", text.translate(_SPACED)).strip(WHITE).split(" ")
