"""Many texts read at once: which entry of the vocabulary each word is, and what it adds.

Gives the numbers of the reference, some hundred times faster.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trackagoat_pandas.helpers.sentiment.lexicon import Lexicon, lexicon
from trackagoat_pandas.helpers.sentiment.texts import slices_of
from trackagoat_pandas.helpers.sentiment.tokens import Tokens, tokenize_all
from trackagoat_pandas.helpers.sentiment.tongues import ENOUGH
from trackagoat_pandas.helpers.sentiment.vocabulary import Phrases, Vocabulary, vocabulary


@dataclass(frozen=True, slots=True)
class Reading:
    """A slice of texts, read. ``numbers`` and ``parts`` have one value a word, the rest one a text.

    A phrase stands in the place of its first word; its other words are unknown ones, and so is
    every word of a text that doesn't count. ``rereads`` marks the texts that mode ``tiktok`` may
    read in another way.
    """

    is_null: NDArray[np.bool_]
    numbers: NDArray[np.int32]
    parts: NDArray[np.int8]
    is_negated: NDArray[np.bool_]
    scores: NDArray[np.int64]
    tokens: NDArray[np.int64]
    leanings: NDArray[np.int64]
    rereads: NDArray[np.bool_]


def read_all(texts: pd.Series, known: Lexicon, argument: str) -> Iterator[Reading]:
    """Read a column of texts slice by slice, so that memory stays flat.

    Raises
    ------
    ArgumentError
        The column, which the message calls `argument`, holds something else than text.
    """
    for piece in slices_of(texts, argument):
        yield read(piece, known)


def read_signs(
    texts: pd.Series, known: Lexicon, argument: str
) -> Iterator[tuple[Reading, NDArray[np.int8]]]:
    """Read as :func:`read_all` does, with the sign of each score in mode ``tiktok``.

    Only the texts that both may read differently are read twice, about half of them.
    """
    tiktok = lexicon("tiktok")
    for piece in slices_of(texts, argument):
        reading = read(piece, known)
        signs = np.sign(reading.scores).astype(np.int8)
        if reading.rereads.any():
            again = read(piece.filter(pa.array(reading.rereads)), tiktok)
            signs[reading.rereads] = np.sign(again.scores)
        yield reading, signs


def read(texts: pa.Array, known: Lexicon) -> Reading:
    """Read an array of large strings."""
    entries = vocabulary(known)
    tokens = tokenize_all(texts, unfolds=known.unfolds)
    numbers = entries.look_up(tokens.words)
    leanings = _sums(entries.lean(numbers, tokens.leads), tokens.bounds)
    rereads = _rereads(texts, known, numbers, leanings, tokens, entries)
    is_negated = _follows_negator(numbers, tokens, entries)
    numbers = _fold(numbers, tokens, entries)
    if not known.counts_all:
        is_out = np.repeat(leanings <= -ENOUGH, np.diff(tokens.bounds))
        numbers = np.where(is_out, np.int32(entries.unknown), numbers)
    counts = tokens.counts
    if known.merges:
        is_again = _repeats(numbers, tokens, entries)
        counts = counts - _sums(is_again.astype(np.int8), tokens.bounds)
        numbers = np.where(is_again, np.int32(entries.unknown), numbers)
    values = entries.worths.take(numbers)
    is_negated &= values != 0
    parts = np.where(is_negated, -values, values)
    return Reading(
        is_null=texts.is_null().to_numpy(zero_copy_only=False),
        numbers=numbers,
        parts=parts,
        is_negated=is_negated,
        scores=_sums(parts, tokens.bounds),
        tokens=counts,
        leanings=leanings,
        rereads=rereads,
    )


def _rereads(
    texts: pa.Array,
    known: Lexicon,
    numbers: NDArray[np.int32],
    leanings: NDArray[np.int64],
    tokens: Tokens,
    entries: Vocabulary,
) -> NDArray[np.bool_]:
    if known is lexicon("tiktok"):
        return np.zeros(len(texts), np.bool_)
    rereads = _sums(entries.rereads.take(numbers).astype(np.int8), tokens.bounds) > 0
    if known.counts_all:
        rereads |= leanings <= -ENOUGH
    if not known.unfolds:
        is_plain = pc.string_is_ascii(texts.fill_null(""))
        rereads |= ~is_plain.to_numpy(zero_copy_only=False)
    elif not known.merges:
        rereads |= _sums(_repeats(numbers, tokens, entries).astype(np.int8), tokens.bounds) > 0
    return rereads


def _follows_negator(
    numbers: NDArray[np.int32], tokens: Tokens, entries: Vocabulary
) -> NDArray[np.bool_]:
    follows = np.zeros(len(numbers), np.bool_)
    follows[1:] = entries.negates.take(numbers[:-1])
    return follows & ~tokens.is_first[:-1]


def _repeats(numbers: NDArray[np.int32], tokens: Tokens, entries: Vocabulary) -> NDArray[np.bool_]:
    """Mark the emoji that stand behind the same one."""
    repeats = np.zeros(len(numbers), np.bool_)
    repeats[1:] = (numbers[1:] == numbers[:-1]) & entries.is_emoji.take(numbers[1:])
    return repeats & ~tokens.is_first[:-1]


def _fold(numbers: NDArray[np.int32], tokens: Tokens, entries: Vocabulary) -> NDArray[np.int32]:
    """Put phrases into the places of their first words: from the left, the longest first."""
    heads = np.flatnonzero(entries.begins_phrase.take(numbers))
    found: dict[int, tuple[int, int]] = {}
    for phrases in entries.phrases:
        # The longest come last, and take the place of shorter ones with the same first word.
        for head, number in _matches(numbers, heads, tokens, entries, phrases):
            found[head] = (phrases.size, number)
    folded, free = numbers.copy(), 0
    for head in sorted(found):
        size, number = found[head]
        if head >= free:
            free = head + size
            folded[head + 1 : free] = entries.unknown
            folded[head] = number
    return folded


def _matches(
    numbers: NDArray[np.int32],
    heads: NDArray[np.intp],
    tokens: Tokens,
    entries: Vocabulary,
    phrases: Phrases,
) -> Iterator[tuple[int, int]]:
    """Find the phrases of one length: the places of their first words, and their numbers."""
    heads = heads[heads <= len(numbers) - phrases.size]
    wide = numbers.astype(np.int64)
    codes = wide[heads]
    is_whole = np.ones(len(heads), np.bool_)
    for step in range(1, phrases.size):
        codes += wide[heads + step] * (entries.unknown + 1) ** step
        is_whole &= ~tokens.is_first[heads + step]
    places = np.searchsorted(phrases.codes, codes).clip(max=len(phrases.codes) - 1)
    is_phrase = is_whole & (phrases.codes[places] == codes)
    return zip(heads[is_phrase].tolist(), phrases.numbers[places[is_phrase]].tolist(), strict=True)


def _sums(values: NDArray[np.int8], bounds: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sum what belongs to each text."""
    running = np.concatenate([[0], np.cumsum(values, dtype=np.int64)])
    at_bounds: NDArray[np.int64] = running[bounds]
    return np.diff(at_bounds)
