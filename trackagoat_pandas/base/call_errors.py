"""The errors of a call: unknown arguments, and arguments that need their names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from trackagoat_pandas.base.error import TrackaGoatError
from trackagoat_pandas.base.spelling import did_you_mean
from trackagoat_pandas.base.wording import listing

_DAYS: Final = frozenset({"start", "end", "since", "until", "from", "to", "date", "dates", "days",
                          "start_date", "end_date"})  # fmt: skip
"""What people call the days of a load."""


class UnknownArgumentError(TrackaGoatError, TypeError):
    """A function was given an argument by a name that none of its arguments has."""

    _shown = ("function", "given", "known")

    def __init__(self, function: str, given: str, known: Sequence[str]) -> None:
        self.function, self.given, self.known = function, given, tuple(known)
        said = f"{function} has no argument {given!r}: it takes {', '.join(known)}."
        advice = did_you_mean(given, known)
        if given.strip("_") in _DAYS and "dates" in known:
            advice += " Give both days as dates=('2026-05-01', '2026-05-31')."
        elif given.strip("_") in _DAYS and function.startswith("load_"):
            advice += (
                " It can't filter by date: filter its frame instead, e.g. by posted_at or "
                "created_at."
            )
        super().__init__(f"{said}{advice}")


class UnnamedArgumentError(TrackaGoatError, TypeError):
    """A function was given arguments by position that it only takes by name."""

    _shown = ("function", "given", "named")

    def __init__(
        self, function: str, given: int, placed: Sequence[str], named: Sequence[str]
    ) -> None:
        self.function, self.given, self.named = function, given, tuple(named)
        takes = f"only {listing(list(placed))}" if placed else "nothing"
        rest = f" Name the others: {', '.join(f'{name}=' for name in named)}." if named else ""
        super().__init__(f"{function} takes {takes} by position, and {given} were given.{rest}")
