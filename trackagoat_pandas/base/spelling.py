"""Suggestions for mistyped names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Final

_CLOSE: Final = 0.75
"""The least likeness of a suggestion, from 0 to 1. 'engagment' reaches it, and 'start_date' doesn't
for 'end_date'."""
_AS_CLOSE: Final = 0.05
"""A second name is suggested if its likeness is less than the best by no more than this."""
_PART: Final = 0.9
"""How much likeness to one word of a name counts, such as of 'views' to 'view_count'."""
_SHORTEST_PART: Final = 3
_LONGEST: Final = 200
"""Longer texts aren't mistyped names, and comparing them takes long."""
_SEPARATORS: Final = re.compile(r"[\W_]+")


def nearest(given: object, known: Iterable[object]) -> list[str]:
    """Find the one or two known names that are most like a mistyped one, the best first.

    Case and separators are ignored, and one word of a longer name may match, or its beginning.

    Examples
    --------
    >>> nearest("posting_heatmap", ["outliers", "posting-heatmap"])
    ['posting-heatmap']
    >>> nearest("views", ["title", "view_count"])
    ['view_count']
    """
    if not isinstance(given, str) or len(given) > _LONGEST or not fold(given):
        return []
    closeness = {str(name): _closeness(given, str(name)) for name in known}
    best = max(closeness.values(), default=0.0)
    near = [name for name, close in closeness.items() if close >= max(_CLOSE, best - _AS_CLOSE)]
    if not near and len(fold(given)) >= _SHORTEST_PART - 1:
        # The beginning of one name, such as "q1", is too short to be like the whole.
        begun = [name for name in closeness if fold(name).startswith(fold(given))]
        return begun if len(begun) == 1 else []
    return sorted(near, key=lambda name: -closeness[name])[:2]


def did_you_mean(given: object, known: Iterable[object]) -> str:
    """Write " Did you mean ...?" for the end of a message; "" if no name is similar."""
    near = nearest(given, known)
    return f" Did you mean {' or '.join(map(repr, near))}?" if near else ""


def _closeness(one: str, other: str) -> float:
    parts = [
        _PART * _likeness(fold(whole), word)
        for whole, parted in ((one, other), (other, one))
        for word in _SEPARATORS.split(parted.casefold())
        if len(word) >= _SHORTEST_PART
    ]
    return max([_likeness(fold(one), fold(other)), *parts])


def fold(text: str) -> str:
    """Return a text without its separators and in lower case, as names are compared."""
    return _SEPARATORS.sub("", text.casefold())


def _likeness(one: str, other: str) -> float:
    """Return the similarity of two texts, from 0 to 1; 0 if they are too different to suggest."""
    # An upper bound of the ratio, which is slow; `quick_ratio` is a closer one.
    most = 2 * min(len(one), len(other)) / ((len(one) + len(other)) or 1)
    if most < _CLOSE:
        return 0.0
    matcher = SequenceMatcher(None, one, other)
    return matcher.ratio() if matcher.quick_ratio() >= _CLOSE else 0.0
