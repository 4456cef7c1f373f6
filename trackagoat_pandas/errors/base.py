"""The root of the error tree, and how values are shown in sentences."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any, ClassVar

from trackagoat_pandas._html import facts_table, note
from trackagoat_pandas._secrets import redact

_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""All but the end of a line; also those that turn the direction of writing."""
SHOWN = 10
"""How many names a sentence or a table lists before it only counts."""


class TrackaGoatError(Exception):
    """Base of every error that the package raises on purpose.

    A key that was given in the place of something else is masked in what is shown.
    """

    partial: Any = None
    """What a load gave before it failed: a frame whose provenance says ``complete=False``, or None
    where nothing came."""

    _shown: ClassVar[tuple[str, ...]] = ()
    """The fields that help, in the order shown beneath the sentence in a notebook."""

    def __init__(self, *args: object) -> None:
        super().__init__(*(_harmless(arg) if isinstance(arg, str) else arg for arg in args))

    def __str__(self) -> str:
        # KeyError would show the repr of its argument, quotes and all.
        return str(self.args[0]) if self.args else type(self).__name__

    def _repr_html_(self) -> str:
        facts = self._facts()
        said = note(f"{type(self).__name__}: {self}", "error")
        return said + (facts_table("Details", facts) if facts else "")

    def _facts(self) -> dict[str, str]:
        fields = {name: getattr(self, name) for name in self._shown}
        return {
            name.replace("_", " "): redact(_as_text(value))
            for name, value in fields.items()
            if not _is_empty(value)
        }


def _harmless(text: str) -> str:
    """A text that shows no key and does nothing to the terminal that it is printed in."""
    return _CONTROLS.sub(lambda found: repr(found[0])[1:-1], redact(text))


def listing(names: Iterable[object], limit: int = SHOWN) -> str:
    """The first few names, and how many more there are."""
    shown = [str(name) for name in names]
    rest = len(shown) - limit
    return ", ".join(shown[:limit]) + (f" and {rest} more" if rest > 0 else "")


def brief(value: object, limit: int = 80) -> str:
    """A value as it is typed, cut short."""
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _as_text(value: object) -> str:
    """A field as a person reads it."""
    if isinstance(value, str):
        return value
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M:%S} UTC"
    if isinstance(value, dt.date):
        return str(value)
    return listing(value) if isinstance(value, list | tuple) else brief(value)


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, str | list | tuple) and not value)
