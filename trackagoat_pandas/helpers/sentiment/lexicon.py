"""The values of words, phrases and emoji, and the rules that cut a text into words.

Character classes are written so that both ``re`` and RE2 (Arrow's) accept them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from math import nan
from numbers import Real
from types import MappingProxyType
from typing import Literal, TypeAlias

from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError
from trackagoat_pandas.inputs.checks import check_choice

SentimentMode: TypeAlias = Literal["api", "plus", "tiktok"]
"""``"api"`` scores as TrackaGoat does, ``"plus"`` also handles what that misses, ``"tiktok"`` reads
emoji and slang as people on TikTok mean them."""
Languages: TypeAlias = Literal["english", "all"]
"""Which texts are scored: with ``"english"``, a text known to be in another language scores 0."""
OwnWords: TypeAlias = Mapping[str, int]
"""The caller's own words and their values."""

MODES: tuple[SentimentMode, ...] = ("api", "plus", "tiktok")
OWN = "own"
"""The mode recorded for scores made with your own words or other languages than the mode's."""
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

# npm sentiment looks negators up in a plain JavaScript object. Of the properties that every object
# inherits, this is the only one whose name survives lower-casing and the removal of underscores.
_INHERITED_NEGATOR = frozenset({"constructor"})

Phrase: TypeAlias = tuple[str, ...]

STRIPPED = '\n.,/#!?$%^&*;:{}=_`"~()'
"""Characters that become a space before a text is cut: line feeds, and the punctuation that npm
``sentiment`` strips."""

WHITE = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
"""White space as JavaScript defines it, which differs from Python's definition."""

WIDE_WHITE = "[" + "".join(character for character in WHITE if character > "\x7f") + "]"

EMOJI = (
    "\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2b00-\u2bff\u3030\u303d\U0001f000-\U0001f1e5"
    "\U0001f200-\U0001faff"
)
"""The Unicode blocks of emoji, without the letters that form flags in pairs."""

IS_EMOJI = re.compile(f"[{EMOJI}]")

APOSTROPHES = "[\u2018\u2019\u02bc\uff07]"
"""Typographic apostrophes and their look-alikes."""

VARIATIONS = "[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]"
"""Variation selectors and skin tones."""

QUOTES = "[\u00a1\u00bf\u00ab\u00bb\u2013\u2014\u201c-\u201e\u2026]"
"""Typographic and foreign punctuation, which npm ``sentiment`` doesn't strip."""

# In this order: curly apostrophes are straightened; typographic punctuation becomes a space;
# variation selectors and skin tones are removed; joined emoji are reduced to the first of them;
# every emoji becomes a word.
_UNFOLDING = tuple(
    (re.compile(pattern), new)
    for pattern, new in (
        (APOSTROPHES, "'"),
        (QUOTES, " "),
        (VARIATIONS, ""),
        (f"\u200d[{EMOJI}]", ""),
        (f"([{EMOJI}])", r" \1 "),
    )
)
_FOLDED = re.compile(f"{APOSTROPHES}|{QUOTES}|{VARIATIONS}|[{EMOJI}]")
_SPACED = str.maketrans(dict.fromkeys(STRIPPED, " "))
_RUN = re.compile(f"[{WHITE}]{{2,}}")


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """The values of lower-case words and phrases, and how texts are read.

    ``name`` is the mode, or ``"own"``. ``unfolds`` says whether texts are rewritten before they are
    cut, ``merges`` whether repetitions of an emoji count as one, and ``counts_all`` whether texts
    known to be in another language are scored as well.
    """

    name: str
    words: Mapping[str, int]
    phrases: Mapping[Phrase, int]
    negators: frozenset[str]
    unfolds: bool
    merges: bool
    counts_all: bool


def lexicon_of(
    mode: SentimentMode, own: OwnWords | None = None, languages: Languages | None = None
) -> Lexicon:
    """Return the lexicon of a mode, in which the caller's own words take precedence.

    It consists of AFINN-165 and the emoji list of npm ``sentiment`` 5.0.2. In mode ``tiktok`` the
    package's own list takes precedence over both. Mode ``api`` has no phrases, since npm
    ``sentiment`` looks up single words.

    Raises
    ------
    ChoiceError
        `mode` or `languages` isn't one of the allowed words.
    ArgumentError, ArgumentTypeError
        `own` holds something other than words with whole numbers from -5 to 5.
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
    # npm sentiment looks up one word at a time, so it never finds the phrases of its own list.
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
            whole = f"a value must be a whole number from -{_HIGHEST} to {_HIGHEST}"
            raise ArgumentError("lexicon", {word: value}, whole)
        if values.setdefault(phrase, int(number)) != number:
            also = f"it is read as {' '.join(phrase)!r}, which has another value already"
            raise ArgumentError("lexicon", {word: value}, also)
    return values


def _phrase(word: object, mode: SentimentMode) -> Phrase:
    """Cut one of the caller's entries into words, as the mode cuts texts."""
    if not isinstance(word, str):
        raise ArgumentTypeError("lexicon", word, "words as text, such as {'💀': 1}")
    seen = mend(word) if mode == "api" else unfold(mend(word))
    phrase = tuple(part.lower() for part in cut(seen))
    if phrase == ("",):
        raise ArgumentError("lexicon", word, "there is no letter, digit or symbol to look for")
    if any(letter in WHITE for part in phrase for letter in part):
        raise ArgumentError("lexicon", word, "only plain spaces may separate words")
    if mode == "api" and len(phrase) > 1:
        raise ArgumentError("lexicon", word, "mode 'api' reads single words, not phrases")
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
    # Texts are lower-cased, so an entry with a capital, such as a circled letter, is never found.
    return {entry: value for entry, value in values.items() if entry == entry.lower()}


def unfold(text: str) -> str:
    """Rewrite a text so that the rules of npm ``sentiment`` find every emoji and contraction."""
    if text.isascii() or not _FOLDED.search(text):
        return text
    for pattern, new in _UNFOLDING:
        text = pattern.sub(new, text)
    return text


def mend(text: str) -> str:
    """Join pairs of surrogates, and replace unpaired ones with U+FFFD.

    JavaScript strings may hold unpaired surrogates; Arrow's can't. None is in the lexicon or is
    white space, so the replacement doesn't change a score.
    """
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def cut(text: str) -> list[str]:
    """Cut a text into words as npm ``sentiment`` 5.0.2 does, keeping their case.

    Only spaces separate words. A run of two or more white-space characters becomes a space, so a
    single tab or no-break space stays inside its word.
    """
    return _RUN.sub(" ", text.translate(_SPACED)).strip(WHITE).split(" ")
