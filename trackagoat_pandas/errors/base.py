"""The root of the error tree, and how values are shown in sentences."""

from __future__ import annotations

from collections.abc import Iterable


class TrackaGoatError(Exception):
    """Base of every error that the package raises on purpose."""

    def __str__(self) -> str:
        # KeyError would show the repr of its argument, quotes and all.
        return str(self.args[0]) if self.args else type(self).__name__


SHOWN = 10


def listing(names: Iterable[object], limit: int = SHOWN) -> str:
    """The first few names, and how many more there are."""
    shown = [str(name) for name in names]
    rest = len(shown) - limit
    return ", ".join(shown[:limit]) + (f" and {rest} more" if rest > 0 else "")


def brief(value: object, limit: int = 80) -> str:
    """A value as it is typed, cut short."""
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
