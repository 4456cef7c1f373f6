"""What words, phrases and emoji are worth, and which words turn the next one round.

Reads the data files beside it. Must not know frames, Arrow or how a text is cut into words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal, TypeAlias

SentimentMode: TypeAlias = Literal["api", "plus"]
"""``"api"`` scores as TrackaGoat does, ``"plus"`` also sees what that overlooks."""

MODES: tuple[SentimentMode, ...] = ("api", "plus")
LABELS = ("negative", "neutral", "positive")

_NEGATORS = frozenset(
    {
        "cant", "can't", "dont", "don't", "doesnt", "doesn't", "not", "non", "wont", "won't",
        "isnt", "isn't",
    }
)  # fmt: skip

# npm sentiment looks a negator up in a plain object, and this is the one property that every such
# object inherits whose name survives lower-casing and the removal of underscores.
_INHERITED_NEGATOR = frozenset({"constructor"})


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The values of one mode; every key is in lower case."""

    words: Mapping[str, int]
    phrases: Mapping[tuple[str, ...], int]
    negators: frozenset[str]


@cache
def lexicon(mode: SentimentMode) -> Lexicon:
    """Return the lexicon of a mode.

    AFINN-165 and the emoji list of npm ``sentiment`` 5.0.2 (contract section 9). Mode ``api`` has
    no phrases: there a text is cut into single words before it is looked up.
    """
    values = _entries("afinn_165.tsv") | _entries("emoji.tsv")
    # An entry with a capital, such as a circled letter, can't equal any lower-cased word.
    words = {word: value for word, value in values.items() if _is_reachable(word)}
    if mode == "api":
        return Lexicon(
            MappingProxyType(words), MappingProxyType({}), _NEGATORS | _INHERITED_NEGATOR
        )
    phrases = {tuple(entry.split(" ")): value for entry, value in values.items() if " " in entry}
    return Lexicon(MappingProxyType(words), MappingProxyType(phrases), _NEGATORS)


def _is_reachable(entry: str) -> bool:
    return " " not in entry and entry == entry.lower()


def _entries(name: str) -> dict[str, int]:
    text = (files(__package__) / "data" / name).read_text(encoding="utf-8")
    pairs = (line.split("\t") for line in text.split("\n") if line)
    return {entry: int(value) for entry, value in pairs}
