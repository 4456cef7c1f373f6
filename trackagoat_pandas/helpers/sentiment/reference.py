"""The rules of the score in their plainest form: one text at a time, word by word.

The tests compare the fast version in ``readings`` with this one, which also explains single texts.
"""

from __future__ import annotations

from dataclasses import dataclass

from trackagoat_pandas.helpers.sentiment.language import (
    ENOUGH,
    leaning_of_letter,
    leaning_of_word,
)
from trackagoat_pandas.helpers.sentiment.lexicon import (
    IS_EMOJI,
    MOST_WORDS,
    Lexicon,
    Phrase,
    cut,
    mend,
    unfold,
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word or phrase of a text, with its part of the score."""

    text: str
    size: int
    value: int | None
    is_negated: bool

    @property
    def part(self) -> int:
        """What it adds: its value, negated after a negator; 0 without a value."""
        return -(self.value or 0) if self.is_negated else self.value or 0


@dataclass(frozen=True, slots=True)
class Score:
    """The score of a text, and whether it is in English (None if that isn't known)."""

    score: int
    tokens: int
    is_english: bool | None

    @property
    def comparative(self) -> float:
        """The score divided by the number of tokens, which is 1 for an empty text."""
        return self.score / self.tokens


def read_words(text: str, known: Lexicon) -> list[Word]:
    """Cut a text into words and phrases with their values, or without them if it isn't scored."""
    written = _cut(text, known)
    tokens = [word.lower() for word in written]
    if not known.counts_all and _leaning(written, known) <= -ENOUGH:
        return [Word(token, 1, None, is_negated=False) for token in tokens]
    words: list[Word] = []
    place = 0
    while place < len(tokens):
        word = _word_at(tokens, place, known)
        if not (words and known.merges and word.text == words[-1].text and _is_emoji(word, known)):
            words.append(word)
        place += word.size
    return words


def _is_emoji(word: Word, known: Lexicon) -> bool:
    return word.text in known.words and IS_EMOJI.fullmatch(word.text) is not None


def _cut(text: str, known: Lexicon) -> list[str]:
    return cut(unfold(mend(text)) if known.unfolds else mend(text))


def _word_at(tokens: list[str], place: int, known: Lexicon) -> Word:
    follows_negator = place > 0 and tokens[place - 1] in known.negators
    phrase, value = _phrase_at(tokens, place, known)
    if value is None:
        phrase, value = (tokens[place],), known.words.get(tokens[place])
    return Word(" ".join(phrase), len(phrase), value, is_negated=follows_negator and bool(value))


def _phrase_at(tokens: list[str], place: int, known: Lexicon) -> tuple[Phrase, int | None]:
    for size in range(MOST_WORDS, 1, -1):
        phrase = tuple(tokens[place : place + size])
        if phrase in known.phrases:
            return phrase, known.phrases[phrase]
    return (), None


def score_text(text: str, known: Lexicon) -> Score:
    """Score one text."""
    lean = _leaning(_cut(text, known), known)
    words = read_words(text, known)
    return Score(
        score=sum(word.part for word in words),
        tokens=sum(word.size for word in words),
        is_english=None if abs(lean) < ENOUGH else lean > 0,
    )


def _leaning(written: list[str], known: Lexicon) -> int:
    # Lower-casing can move a letter to another Unicode block, so letters keep their case here.
    return sum(
        leaning_of_word(word.lower()) if _is_known(word.lower(), known) else leaning_of_letter(word)
        for word in written
    )


def _is_known(word: str, known: Lexicon) -> bool:
    return word in known.words or leaning_of_word(word) != 0
