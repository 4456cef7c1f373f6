"""The base of every error of the package."""

from __future__ import annotations

from typing import Any, ClassVar

from trackagoat_pandas.base.html import facts_table, note
from trackagoat_pandas.base.secrets import harmless, redact
from trackagoat_pandas.base.wording import as_text


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
