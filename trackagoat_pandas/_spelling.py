"""Which known names a mistyped one may mean."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Final

_CLOSE: Final = 0.75
"""How alike two names must be, from 0 to 1: 'engagment' is, 'start_date' and 'end_date' aren't."""
_AS_CLOSE: Final = 0.05
"""Names within this distance of the nearest are suggested with it."""
_PART: Final = 0.9
"""What the likeness to one word of a name counts, such as 'views' to 'view_count'."""
_SHORTEST_PART: Final = 4
_LONGEST: Final = 200
"""Longer texts are no mistyped names, and comparing them takes long."""
_SEPARATORS: Final = re.compile(r"[\W_]+")


def nearest(given: object, known: Iterable[object]) -> list[str]:
    """Find the one or two known names that a mistyped one may mean, the nearest first.

    Case and separators make no difference, and one word of a longer name will do.

    Examples
    --------
    >>> nearest("posting_heatmap", ["outliers", "posting-heatmap"])
    ['posting-heatmap']
    >>> nearest("views", ["title", "view_count"])
    ['view_count']
    """
    if not isinstance(given, str) or len(given) > _LONGEST or not _folded(given):
        return []
    closeness = {str(name): _closeness(given, str(name)) for name in known}
    best = max(closeness.values(), default=0.0)
    near = [name for name, close in closeness.items() if close >= max(_CLOSE, best - _AS_CLOSE)]
    return sorted(near, key=lambda name: -closeness[name])[:2]


def did_you_mean(given: object, known: Iterable[object]) -> str:
    """Write the question that ends a message, with a space before it; empty if nothing is near."""
    near = nearest(given, known)
    return f" Did you mean {' or '.join(map(repr, near))}?" if near else ""


def _closeness(one: str, other: str) -> float:
    parts = [
        _PART * _likeness(_folded(whole), word)
        for whole, parted in ((one, other), (other, one))
        for word in _SEPARATORS.split(parted.casefold())
        if len(word) >= _SHORTEST_PART
    ]
    return max([_likeness(_folded(one), _folded(other)), *parts])


def _folded(text: str) -> str:
    return _SEPARATORS.sub("", text.casefold())


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()
