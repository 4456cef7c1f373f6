"""What words, phrases and emoji are worth, and which words turn the next one round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from math import nan
from numbers import Real
from types import MappingProxyType
from typing import Literal, TypeAlias

from trackagoat_pandas.checks import check_choice
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError
from trackagoat_pandas.helpers.sentiment.characters import WHITE, cut, mend, unfold

SentimentMode: TypeAlias = Literal["api", "plus", "tiktok"]
"""``"api"`` scores as TrackaGoat does, ``"plus"`` also sees what that overlooks, ``"tiktok"``
reads emoji and slang as people on TikTok mean them."""
Languages: TypeAlias = Literal["english", "all"]
"""Which texts count: ``"english"`` leaves those known to be in another language at 0."""
OwnWords: TypeAlias = Mapping[str, int]
"""The caller's own words and their values."""

MODES: tuple[SentimentMode, ...] = ("api", "plus", "tiktok")
OWN = "own"
"""What a score's mode is called where words or the choice of languages aren't the mode's."""
LABELS = ("negative", "neutral", "positive")
MOST_WORDS = 3
"""The longest phrase, in words."""
_HIGHEST = 5
"""The scale of AFINN: from -5 to 5."""

_NEGATORS = frozenset(
    {
        "cant", "can't", "dont", "don't", "doesnt", "doesn't", "not", "non", "wont", "won't",
        "isnt", "isn't",
    }
)  # fmt: skip

# npm sentiment looks a negator up in a plain object, and this is the one property that every such
# object inherits whose name survives lower-casing and the removal of underscores.
_INHERITED_NEGATOR = frozenset({"constructor"})

Phrase: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """How texts are read: the values of words, and which texts count; words are in lower case.

    ``name`` is that of the mode, or ``"own"``. ``unfolds`` says whether texts are rewritten before
    they are cut, ``merges`` whether a row of one emoji counts as one, ``counts_all`` whether texts
    known not to be English count, too, and ``own`` has those words that a person gave.
    """

    name: str
    words: Mapping[str, int]
    phrases: Mapping[Phrase, int]
    negators: frozenset[str]
    unfolds: bool
    merges: bool
    counts_all: bool
    own: frozenset[str]


def lexicon(
    mode: SentimentMode, own: OwnWords | None = None, languages: Languages | None = None
) -> Lexicon:
    """Return the lexicon of a mode, with the caller's own words over it.

    AFINN-165 and the emoji list of npm ``sentiment`` 5.0.2, and in mode ``tiktok`` the package's
    list over them. Mode ``api`` has no phrases: there a text is cut into single words before it is
    looked up.

    Raises
    ------
    ChoiceError
        `mode` or `languages` is none of the words allowed.
    ArgumentError, ArgumentTypeError
        `own` holds something else than words and whole numbers from -5 to 5.
    """
    check_choice("mode", mode, MODES)
    if languages is not None:
        check_choice("languages", languages, ["english", "all"])
    usual: Languages = "all" if mode == "api" else "english"
    values = () if own is None else tuple(sorted(_own_values(own, mode).items()))
    is_usual = not values and languages in (None, usual)
    return _lexicon(mode, mode if is_usual else OWN, languages or usual, values)


@lru_cache(maxsize=16)
def _lexicon(
    mode: SentimentMode, name: str, languages: Languages, own: tuple[tuple[Phrase, int], ...]
) -> Lexicon:
    phrases = {tuple(entry.split(" ")): value for entry, value in _entries(mode).items()}
    if mode == "api":
        phrases = {phrase: value for phrase, value in phrases.items() if len(phrase) == 1}
    phrases |= dict(own)
    words = {phrase[0]: value for phrase, value in phrases.items() if len(phrase) == 1}
    longer = {phrase: value for phrase, value in phrases.items() if len(phrase) > 1}
    return Lexicon(
        name=name,
        words=MappingProxyType(words),
        phrases=MappingProxyType(longer),
        negators=_NEGATORS | (_INHERITED_NEGATOR if mode == "api" else frozenset()),
        unfolds=mode != "api",
        merges=mode == "tiktok",
        counts_all=languages == "all",
        own=frozenset(word for phrase, _ in own for word in phrase),
    )


def _own_values(own: object, mode: SentimentMode) -> dict[Phrase, int]:
    if not isinstance(own, Mapping):
        raise ArgumentTypeError("lexicon", own, "words and their values, such as {'💀': 1}")
    values: dict[Phrase, int] = {}
    for word, value in own.items():
        phrase = _phrase(word, mode)
        is_other = isinstance(value, bool) or not isinstance(value, Real)
        number = nan if is_other else float(value)
        if number % 1 != 0 or abs(number) > _HIGHEST:
            whole = f"a value is a whole number from -{_HIGHEST} to {_HIGHEST}"
            raise ArgumentError("lexicon", {word: value}, whole)
        if values.setdefault(phrase, int(number)) != number:
            also = f"it is read as {' '.join(phrase)!r}, which has another value already"
            raise ArgumentError("lexicon", {word: value}, also)
    return values


def _phrase(word: object, mode: SentimentMode) -> Phrase:
    """Cut one of the caller's words as the mode cuts texts."""
    if not isinstance(word, str):
        raise ArgumentTypeError("lexicon", word, "words as text, such as {'💀': 1}")
    seen = mend(word) if mode == "api" else unfold(mend(word))
    phrase = tuple(part.lower() for part in cut(seen))
    if phrase == ("",):
        raise ArgumentError("lexicon", word, "there is no letter, digit or symbol to look for")
    if any(letter in WHITE for part in phrase for letter in part):
        raise ArgumentError("lexicon", word, "only plain spaces may stand between words")
    if mode == "api" and len(phrase) > 1:
        raise ArgumentError("lexicon", word, "mode 'api' knows single words, no phrases")
    if len(phrase) > MOST_WORDS:
        raise ArgumentError("lexicon", word, f"a phrase has at most {MOST_WORDS} words or emoji")
    return phrase


@cache
def _entries(mode: SentimentMode) -> dict[str, int]:
    names = ["afinn_165.tsv", "emoji.tsv", *(["tiktok.tsv"] if mode == "tiktok" else [])]
    values: dict[str, int] = {}
    for name in names:
        text = (files(__package__) / "data" / name).read_text(encoding="utf-8")
        for line in text.split("\n"):
            if line:
                entry, value, *_ = line.split("\t")
                values[entry] = int(value)
    # An entry with a capital, such as a circled letter, can't equal any lower-cased word.
    return {entry: value for entry, value in values.items() if entry == entry.lower()}
