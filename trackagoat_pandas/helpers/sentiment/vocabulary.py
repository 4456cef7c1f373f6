"""The lexicon as arrays: a number for every word that matters, and what the number stands for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trackagoat_pandas.helpers.sentiment.characters import IS_EMOJI
from trackagoat_pandas.helpers.sentiment.lexicon import Lexicon, lexicon
from trackagoat_pandas.helpers.sentiment.tongues import (
    ALPHABET_WEIGHT,
    ENGLISH_WORDS,
    OTHER_LEADS,
    OTHER_WORDS,
    leaning_of_word,
)

_FAR_CAPITALS = {"k": "\u212a", "å": "\u212b"}
"""The Kelvin and Ångström signs: lower-cased they are letters that have another capital."""

_LEADS = np.zeros(256, np.int8)
_LEADS[list(OTHER_LEADS)] = -ALPHABET_WEIGHT


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases of one length, as words' numbers written as digits of one number."""

    size: int
    codes: NDArray[np.int64]
    numbers: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Numbered entries, words first and then phrases; the last number is every other word's.

    Words of mode ``tiktok`` are entries of every vocabulary, so that texts can be found which that
    mode reads in another way: ``rereads`` marks their words.

    ``spellings`` are the ways to write a word whose ASCII letters are in lower case already, and
    ``numbers`` the entry of each spelling.
    """

    entries: tuple[str, ...]
    spellings: pa.Array
    numbers: NDArray[np.int32]
    worths: NDArray[np.int8]
    negates: NDArray[np.bool_]
    leanings: NDArray[np.int8]
    shows_letter: NDArray[np.bool_]
    is_emoji: NDArray[np.bool_]
    rereads: NDArray[np.bool_]
    has_own: bool
    begins_phrase: NDArray[np.bool_]
    phrases: tuple[Phrases, ...]

    @property
    def unknown(self) -> int:
        """The number of every word that is no entry."""
        return len(self.entries)

    def look_up(self, tokens: pa.Array) -> NDArray[np.int32]:
        """Number the tokens."""
        places = pc.index_in(tokens, value_set=self.spellings).fill_null(len(self.spellings))
        entries: NDArray[np.int32] = self.numbers.take(places.to_numpy(zero_copy_only=False))
        if self.has_own:
            # The lists' few wide letters have every spelling listed; a person's own may be any.
            is_wide = pc.invert(pc.string_is_ascii(tokens.cast(pa.large_string())))
            new = np.flatnonzero((entries == self.unknown) & is_wide.to_numpy(zero_copy_only=False))
            lowered = [token.decode().lower().encode() for token in tokens.take(new).to_pylist()]
            places = pc.index_in(pa.array(lowered, pa.large_binary()), value_set=self.spellings)
            entries = entries.copy()
            entries[new] = self.numbers.take(places.fill_null(len(self.spellings)).to_numpy())
        return entries

    def lean(self, numbers: NDArray[np.int32], leads: NDArray[np.uint8]) -> NDArray[np.int8]:
        """Rate each token as English or not, by its number and its first byte."""
        by_letter = _LEADS.take(leads)
        by_letter[~self.shows_letter.take(numbers)] = 0
        return self.leanings.take(numbers) + by_letter


@lru_cache(maxsize=16)
def vocabulary(known: Lexicon) -> Vocabulary:
    """Build the vocabulary of a lexicon, once."""
    tiktok = lexicon("tiktok")
    parts = {word for phrase in (*known.phrases, *tiktok.phrases) for word in phrase}
    words = sorted(
        {*known.words, *tiktok.words, *known.negators, *parts, *ENGLISH_WORDS, *OTHER_WORDS}
    )
    entries = (*words, *map(" ".join, known.phrases))
    number_of = {entry: number for number, entry in enumerate(entries)}
    spelled = {
        spelling: number_of[word]
        for word in words
        for spelling in ([word] if word in known.own else _spellings(word))
    }
    sizes = sorted({len(phrase) for phrase in known.phrases})
    values = {**known.words, **{" ".join(phrase): value for phrase, value in known.phrases.items()}}
    return Vocabulary(
        entries=entries,
        spellings=pa.array([spelling.encode() for spelling in spelled], pa.large_binary()),
        numbers=np.array([*spelled.values(), len(entries)], np.int32),
        worths=np.array([*(values.get(entry, 0) for entry in entries), 0], np.int8),
        negates=np.array([*(entry in known.negators for entry in entries), False]),
        leanings=np.array([*map(leaning_of_word, entries), 0], np.int8),
        shows_letter=np.array(
            [*(entry not in known.words and not leaning_of_word(entry) for entry in entries), True]
        ),
        is_emoji=np.array(
            [
                *(entry in known.words and bool(IS_EMOJI.fullmatch(entry)) for entry in entries),
                False,
            ]
        ),
        rereads=_flags(len(entries) + 1, [number_of[word] for word in _reread(known, tiktok)]),
        has_own=bool(known.own),
        begins_phrase=_flags(len(entries) + 1, [number_of[phrase[0]] for phrase in known.phrases]),
        phrases=tuple(_phrases(known, number_of, size) for size in sizes),
    )


def _reread(known: Lexicon, other: Lexicon) -> set[str]:
    """Give words of which at least one stands in every text that two lexicons read differently."""
    values = {*known.words.items()} ^ {*other.words.items()}
    phrases = {*known.phrases.items()} ^ {*other.phrases.items()}
    # The longest word of a phrase is the rarest: "so sick" must not mark every "so".
    longest = {max(phrase, key=len) for phrase, _ in phrases}
    return {word for word, _ in values} | longest | (known.negators ^ other.negators)


def _spellings(word: str) -> list[str]:
    """Every text that lower-cases to a word, but for those with ASCII capitals."""
    choices = [
        {letter, _FAR_CAPITALS.get(letter, letter), letter if letter < "\x80" else letter.upper()}
        for letter in word
    ]
    return ["".join(letters) for letters in product(*choices)]


def _flags(size: int, places: list[int]) -> NDArray[np.bool_]:
    flags = np.zeros(size, np.bool_)
    flags[places] = True
    return flags


def _phrases(known: Lexicon, number_of: dict[str, int], size: int) -> Phrases:
    base = len(number_of) + 1
    coded = sorted(
        (sum(number_of[word] * base**place for place, word in enumerate(phrase)), phrase)
        for phrase in known.phrases
        if len(phrase) == size
    )
    return Phrases(
        size=size,
        codes=np.array([code for code, _ in coded], np.int64),
        numbers=np.array([number_of[" ".join(phrase)] for _, phrase in coded], np.int32),
    )
