"""Many texts read at once: which entry of the vocabulary each word is, and what it adds.

Gives the numbers of the reference, some hundred times faster. Must not know frames.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from trackagoat_pandas.helpers.sentiment.lexicon import SentimentMode
from trackagoat_pandas.helpers.sentiment.texts import slices_of
from trackagoat_pandas.helpers.sentiment.tokens import Tokens, tokenize_all
from trackagoat_pandas.helpers.sentiment.vocabulary import Phrases, Vocabulary, vocabulary


@dataclass(frozen=True, slots=True)
class Reading:
    """A slice of texts, read. ``numbers`` and ``parts`` have one value a word, the rest one a text.

    A phrase stands in the place of its first word; its other words are unknown ones.
    """

    is_null: NDArray[np.bool_]
    numbers: NDArray[np.int32]
    parts: NDArray[np.int8]
    is_negated: NDArray[np.bool_]
    scores: NDArray[np.int64]
    tokens: NDArray[np.int64]
    leanings: NDArray[np.int64]


def read_all(texts: pd.Series, mode: SentimentMode, argument: str) -> Iterator[Reading]:
    """Read a column of texts slice by slice, so that memory stays flat.

    Raises
    ------
    ArgumentError
        The column, which the message calls `argument`, holds something else than text.
    """
    known = vocabulary(mode)
    for piece in slices_of(texts, argument):
        yield _read(piece, mode, known)


def _read(texts: pa.Array, mode: SentimentMode, known: Vocabulary) -> Reading:
    tokens = tokenize_all(texts, mode)
    numbers = known.look_up(tokens.words)
    leanings = known.lean(numbers, tokens.leads)
    is_negated = _follows_negator(numbers, tokens, known)
    for phrases in known.phrases:
        numbers = _fold(numbers, tokens, known, phrases)
    values = known.worths.take(numbers)
    is_negated &= values != 0
    parts = np.where(is_negated, -values, values)
    return Reading(
        is_null=texts.is_null().to_numpy(zero_copy_only=False),
        numbers=numbers,
        parts=parts,
        is_negated=is_negated,
        scores=_sums(parts, tokens.bounds),
        tokens=tokens.counts,
        leanings=_sums(leanings, tokens.bounds),
    )


def _follows_negator(
    numbers: NDArray[np.int32], tokens: Tokens, known: Vocabulary
) -> NDArray[np.bool_]:
    follows = np.zeros(len(numbers), np.bool_)
    follows[1:] = known.negates.take(numbers[:-1])
    return follows & ~tokens.is_first[:-1]


def _fold(
    numbers: NDArray[np.int32], tokens: Tokens, known: Vocabulary, phrases: Phrases
) -> NDArray[np.int32]:
    """Put phrases of one length into the places of their first words."""
    heads = np.flatnonzero(known.begins_phrase[numbers[: len(numbers) - phrases.size + 1]])
    wide = numbers.astype(np.int64)
    codes = wide[heads]
    is_whole = np.ones(len(heads), np.bool_)
    for step in range(1, phrases.size):
        codes += wide[heads + step] * (known.unknown + 1) ** step
        is_whole &= ~tokens.is_first[heads + step]
    places = np.searchsorted(phrases.codes, codes).clip(max=len(phrases.codes) - 1)
    is_phrase = is_whole & (phrases.codes[places] == codes)
    found = heads[is_phrase]
    # Of two that share a word the first is meant; no phrase of the lexicon can be the middle one.
    is_free = np.diff(found, prepend=-phrases.size) >= phrases.size
    found, folded = found[is_free], numbers.copy()
    for step in range(1, phrases.size):
        folded[found + step] = known.unknown
    folded[found] = phrases.numbers[places[is_phrase][is_free]]
    return folded


def _sums(values: NDArray[np.int8], bounds: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sum what belongs to each text."""
    running = np.concatenate([[0], np.cumsum(values, dtype=np.int64)])
    at_bounds: NDArray[np.int64] = running[bounds]
    return np.diff(at_bounds)
