"""The base of every error of the package, and the errors of a call's arguments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Final

from trackagoat_pandas.base.html import facts_table, note
from trackagoat_pandas.base.secrets import harmless, redact
from trackagoat_pandas.base.spelling import did_you_mean
from trackagoat_pandas.base.wording import as_text, listing

_DAYS: Final = frozenset({"start", "end", "since", "until", "from", "to", "date", "dates", "days",
                          "start_date", "end_date"})  # fmt: skip
"""What people call the days of a load."""


class TrackaGoatError(Exception):
    """Base of every error that the package raises on purpose.

    Anything that looks like an API key is masked in the message.
    """

    partial: Any = None
    """The rows that a load got before it failed, as a frame whose provenance says
    ``complete=False``; None if it got none."""
    resume_at: str | int | None = None
    """The cursor or offset of the page at which a list broke off; None for its first page."""

    _shown: ClassVar[tuple[str, ...]] = ()
    """The fields that a notebook shows below the message, in this order."""

    def __init__(self, *args: object) -> None:
        super().__init__(*(harmless(arg) if isinstance(arg, str) else arg for arg in args))

    def __str__(self) -> str:
        # KeyError's own would show the repr of its argument, in quotes.
        return str(self.args[0]) if self.args else type(self).__name__

    def add_advice(self, advice: str) -> None:
        """Add a sentence to the message, where a caller knows more than the one that raised it."""
        self.args = (f"{self} {harmless(advice)}", *self.args[1:])

    def _repr_html_(self) -> str:
        facts = self._facts()
        said = note(f"{type(self).__name__}: {self}", "error")
        return said + (facts_table("Details", facts) if facts else "")

    def _facts(self) -> dict[str, str]:
        fields = {name.replace("_", " "): getattr(self, name) for name in self._shown}
        texts = {name: redact(as_text(value)) for name, value in fields.items()}
        return {name: text for name, text in texts.items() if text}


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
