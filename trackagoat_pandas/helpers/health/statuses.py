"""The statuses of a program's parts, and how they begin and end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from trackagoat_pandas.base.types import Bools, Floats
from trackagoat_pandas.base.wording import joined

STATUSES: Final = ("bad", "unknown", "watch", "good")
"""The worst first. Unknown is worse than watch, so that lost data never make a program better."""
ENOUGH: Final = 0.04
"""The share of creators, or goals, from which on a part is bad: one in 25, so that in a program of
up to 25 one is enough, and in one of 300 it takes twelve."""
FALSE_A_MONTH: Final = 0.1
"""How often a month chance alone may make one creator look silent."""
MONTH_DAYS: Final = 30
_NAMED: Final = 3


class Verdict(NamedTuple):
    """What is found of one part.

    ``since`` is the number of the day on which its status began; NaN where that isn't known.
    ``question`` is the name of the question that decided, if a part has several.
    """

    status: str
    evidence: str
    advice: str = ""
    since: float = np.nan
    question: str = ""


def is_plural(part: str) -> bool:
    """Return whether the name of a part is that of several things, such as views."""
    return part.endswith("s") and not part.endswith("ss")


def worst_of(statuses: Iterable[str]) -> str:
    """Return the worst of some statuses; without any, nothing is known.

    Examples
    --------
    >>> worst_of(["good", "watch", "unknown"]), worst_of(["unknown", "bad"]), worst_of([])
    ('unknown', 'bad', 'unknown')
    """
    return min(statuses, key=STATUSES.index, default="unknown")


def by_share(bad: int, of: int, *, watch: int = 0) -> str:
    """Return the status of a part in which some of its creators, or goals, are bad.

    Examples
    --------
    >>> by_share(1, 24), by_share(1, 300), by_share(0, 24, watch=2), by_share(0, 24)
    ('bad', 'watch', 'watch', 'good')
    """
    if bad and bad >= ENOUGH * of:
        return "bad"
    return "watch" if bad or watch else "good"


def latched(begins: Bools, ends: Bools) -> Floats:
    """Return whether something lasts at each time: from where it begins until it ends.

    Where it neither begins nor ends, it stays as it was, so that it doesn't flap. Time is the last
    axis. Before the first beginning or end it is NaN.

    Examples
    --------
    >>> fall = np.array([0.3, 0.1, 0.3, 0.6, 0.4, 0.3, 0.1])
    >>> latched(fall > 0.5, fall < 0.2).tolist()
    [nan, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0]
    """
    is_known = begins | ends
    last = np.where(is_known, np.arange(begins.shape[-1]), -1)
    last = np.maximum.accumulate(last, axis=-1)
    found = np.take_along_axis(begins, np.maximum(last, 0), axis=-1)
    state: Floats = np.where(last < 0, np.nan, found)
    return state


def began(state: Floats) -> int:
    """Return the place at which the last of equal states of a series began; -1 if there is none.

    Examples
    --------
    >>> began(np.array([1.0, 0.0, 1.0, 1.0])), began(np.array([]))
    (2, -1)
    """
    if not len(state):
        return -1
    changes = np.flatnonzero(np.diff(state) != 0)
    return int(changes[-1]) + 1 if len(changes) else 0


def rare(chances: float, allowed: float = FALSE_A_MONTH) -> float:
    """Return the chance of one trial of which `chances` a month are allowed to come by luck.

    Examples
    --------
    >>> rare(200.0)
    0.0005
    """
    return min(allowed / max(chances, allowed), 0.5)


def listed(names: Iterable[object]) -> str:
    """Name creators in a sentence, three at most.

    Examples
    --------
    >>> listed(["ann", "bob", None]), listed("abcde")
    ('@ann, @bob and a creator without a known handle', '@a, @b, @c and 2 more')
    """
    said = [f"@{one}" if isinstance(one, str) else "a creator without a known handle"
            for one in names]  # fmt: skip
    if len(said) > _NAMED:
        return f"{', '.join(said[:_NAMED])} and {len(said) - _NAMED:,} more"
    return joined(said)


def day_of(number: float) -> NDArray[np.datetime64]:
    """Return the number of a day since 1970 as a day; NaT where it isn't known."""
    return np.array("NaT" if np.isnan(number) else int(number), "datetime64[D]")
