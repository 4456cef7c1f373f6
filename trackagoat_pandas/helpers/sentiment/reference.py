"""The rules of the score, written as they are told: one text at a time, one word at a time.

The fast way must give the same numbers; this one is there to be read, and to explain a single text.
Must not know frames or Arrow.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from trackagoat_pandas.helpers.sentiment.characters import STRIPPED, WHITE, mend, unfold
from trackagoat_pandas.helpers.sentiment.lexicon import Lexicon, SentimentMode, lexicon
from trackagoat_pandas.helpers.sentiment.tongues import (
    ENOUGH,
    leaning_of_letter,
    leaning_of_word,
)

_SPACED: Mapping[int, str] = dict.fromkeys(map(ord, STRIPPED), " ")
_RUN = re.compile(f"[{WHITE}]{{2,}}")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text, or one phrase, and what it adds to the score."""

    text: str
    size: int
    value: int | None
    is_negated: bool

    @property
    def part(self) -> int:
        """What it adds: its value, its sign flipped if it is negated; 0 without a value."""
        return -(self.value or 0) if self.is_negated else self.value or 0


@dataclass(frozen=True, slots=True)
class Score:
    """What a text is worth."""

    score: int
    tokens: int
    is_english: bool | None

    @property
    def comparative(self) -> float:
        """The score divided by the number of tokens, of which an empty text has one."""
        return self.score / self.tokens


def tokenize(text: str) -> list[str]:
    """Cut a text into words as npm ``sentiment`` 5.0.2 does (contract section 9).

    A single tab or no-break space stays inside its word: only spaces cut, and only runs of two and
    more become one.
    """
    return _cut(mend(text).lower())


def _cut(text: str) -> list[str]:
    spaced = text.translate(_SPACED)
    return _RUN.sub(" ", spaced).strip(WHITE).split(" ")


def read_words(text: str, mode: SentimentMode) -> list[Word]:
    """Cut a text into words and phrases, each with its value."""
    known = lexicon(mode)
    tokens = tokenize(_seen(text, mode))
    words: list[Word] = []
    place = 0
    while place < len(tokens):
        word = _word_at(tokens, place, known)
        words.append(word)
        place += word.size
    return words


def _word_at(tokens: list[str], place: int, known: Lexicon) -> Word:
    follows_negator = place > 0 and tokens[place - 1] in known.negators
    phrase, value = _phrase_at(tokens, place, known)
    if value is None:
        phrase, value = (tokens[place],), known.words.get(tokens[place])
    is_negated = follows_negator and value is not None
    return Word(" ".join(phrase), len(phrase), value, is_negated)


def _phrase_at(tokens: list[str], place: int, known: Lexicon) -> tuple[tuple[str, ...], int | None]:
    for size in (3, 2):
        phrase = tuple(tokens[place : place + size])
        if phrase in known.phrases:
            return phrase, known.phrases[phrase]
    return (), None


def _seen(text: str, mode: SentimentMode) -> str:
    return unfold(mend(text)) if mode == "plus" else mend(text)


def score_text(text: str, mode: SentimentMode) -> Score:
    """Score one text."""
    lean = _leaning(_seen(text, mode), lexicon(mode))
    words = read_words(text, mode)
    return Score(
        score=sum(word.part for word in words),
        tokens=sum(word.size for word in words),
        is_english=None if abs(lean) < ENOUGH else lean > 0,
    )


def _leaning(text: str, known: Lexicon) -> int:
    # Lower-casing can move a letter to another block, so letters are judged as they were written.
    told = [
        leaning_of_word(word) if _is_known(word, known) else leaning_of_letter(written)
        for word, written in zip(tokenize(text), _cut(text), strict=True)
    ]
    return sum(told)


def _is_known(word: str, known: Lexicon) -> bool:
    return word in known.words or leaning_of_word(word) != 0
