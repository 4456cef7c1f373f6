"""The characters that decide how a text is cut into words.

Knows characters only, as classes that both ``re`` and RE2 read. Must not know words or Arrow.
"""

from __future__ import annotations

import re

STRIPPED = '\n.,/#!?$%^&*;:{}=_`"~()'
"""What becomes a space before a text is cut: line feeds and the contract's punctuation."""

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

APOSTROPHES = "[\u2018\u2019\u02bc\uff07]"
"""What is typed in place of a straight one."""

VARIATIONS = "[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]"
"""Variation selectors and skin tones."""

UNFOLDING = (
    (APOSTROPHES, "'"),
    (VARIATIONS, ""),
    (f"\u200d[{EMOJI}]", ""),
    (f"([{EMOJI}])", r" \1 "),
)
"""Mode ``plus``, in this order: curly apostrophes are straightened; variation selectors and skin
tones go; of emoji joined into one the first stands for all; every emoji stands alone."""

_UNFOLDING = tuple((re.compile(pattern), new) for pattern, new in UNFOLDING)


def unfold(text: str) -> str:
    """Write a text so that mode ``api`` sees what mode ``plus`` is to see."""
    for pattern, new in _UNFOLDING:
        text = pattern.sub(new, text)
    return text


def mend(text: str) -> str:
    """Join surrogates that are a pair, and replace those that are alone by U+FFFD.

    JavaScript counts in such halves, Arrow can't hold them. No half of a character is in the
    lexicon or is white space, so a text scores the same with the replacement in its place.
    """
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
