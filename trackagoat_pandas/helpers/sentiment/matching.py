"""Which texts say certain words: whole, in any case, whatever marks stand around them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError
from trackagoat_pandas.helpers.sentiment.characters import APOSTROPHES, EMOJI, VARIATIONS
from trackagoat_pandas.helpers.sentiment.texts import slices_of

_PLAINING = (
    (APOSTROPHES, "'"),
    (f"([{EMOJI}])", r" \1 "),
    (rf"[^\pL\pN\pM\pS'\-]+|{VARIATIONS}", " "),
    (" +", " "),
)
_EDGE, _NOTHING = (pa.scalar(text, pa.large_string()) for text in (" ", ""))


def says(texts: pd.Series, words: str | Sequence[str], match: str) -> NDArray[np.bool_]:
    """Whether each text has any, or all, of some words and phrases; a null has none.

    Raises
    ------
    ArgumentError
        There is no word, one has nothing to look for, or the column holds something else than text.
    ArgumentTypeError
        The words are no text.
    """
    needles = _needles([words] if isinstance(words, str) else words)
    join = np.logical_or if match == "any" else np.logical_and
    hits = [_hits(piece.fill_null(""), needles, join) for piece in slices_of(texts, "text")]
    return np.concatenate([np.zeros(0, np.bool_), *hits])


def _needles(words: Sequence[str]) -> list[str]:
    if not isinstance(words, Sequence) or not all(isinstance(word, str) for word in words):
        raise ArgumentTypeError("words", words, "a word or phrase, or a list of them")
    if not words:
        raise ArgumentError("words", words, "name at least one, or leave it out")
    lowered = pc.utf8_lower(pa.array(words, pa.large_string()))
    needles: list[str] = _plain(lowered).to_pylist()
    for word, needle in zip(words, needles, strict=True):
        if not needle.strip():
            raise ArgumentError("words", word, "there is no letter, digit or symbol to look for")
    return needles


def _hits(texts: pa.Array, needles: list[str], join: np.ufunc) -> NDArray[np.bool_]:
    lowered = pc.utf8_lower(texts)
    # Few texts have even the longest piece of a phrase, and only they are worth the rewriting.
    hits = _found(lowered, [_longest_piece(needle) for needle in needles], join)
    hits[hits] = _found(_plain(lowered.filter(pa.array(hits))), needles, join)
    return hits


def _longest_piece(needle: str) -> str:
    """A piece of a phrase that rewriting leaves as it is."""
    return max(re.split("[ ']", needle), key=len)


def _found(texts: pa.Array, needles: list[str], join: np.ufunc) -> NDArray[np.bool_]:
    masks = [pc.match_substring(texts, needle) for needle in needles]
    found: NDArray[np.bool_] = join.reduce([mask.to_numpy(zero_copy_only=False) for mask in masks])
    return found


def _plain(lowered: pa.Array) -> pa.Array:
    """The words of each text in lower case, a single space around each."""
    for pattern, new in _PLAINING:
        lowered = pc.replace_substring_regex(lowered, pattern, new)
    return pc.binary_join_element_wise(_EDGE, pc.utf8_trim(lowered, " "), _EDGE, _NOTHING)
