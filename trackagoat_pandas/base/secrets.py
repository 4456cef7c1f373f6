"""Keeping API keys out of everything that is shown or stored."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final, NoReturn, final

if TYPE_CHECKING:
    from collections.abc import Callable

KEY_PREFIX: Final = "tga_"
MASK: Final = f"{KEY_PREFIX}…"
# Of any length, since a part of a key is masked as well.
_KEY = re.compile(rf"{KEY_PREFIX}[0-9a-f]+", re.IGNORECASE)
_QUERY = re.compile(r"""(https?:[^\s"'<>?]+\?)[^\s"'<>]+""", re.IGNORECASE)

_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters except line feeds, and those that reverse the direction of text."""


def redact(text: str) -> str:
    """Replace everything that looks like a key by ``tga_…``."""
    return _KEY.sub(MASK, text)


def redact_quoted(text: str) -> str:
    """Redact a text of the server, including the queries of URLs, which may hold signatures."""
    return _QUERY.sub(r"\1…", redact(text))


def harmless(text: str) -> str:
    """Redact a text, and escape the characters that would control a terminal."""
    return _CONTROLS.sub(lambda found: repr(found[0])[1:-1], redact(text))


@final
class Secret:
    """A key that is shown as ``tga_…`` wherever it is printed.

    ``reveal()`` returns the plain text. It is kept in a closure, out of reach of repr, ``vars``,
    tracebacks and pickle.

    Parameters
    ----------
    plain
        The text to hide.

    Examples
    --------
    >>> Secret("tga_" + "0" * 64)
    Secret('tga_…')
    """

    __slots__ = ("reveal",)

    reveal: Callable[[], str]

    def __init__(self, plain: str) -> None:
        self.reveal = lambda: plain

    def fingerprint(self, context: str = "") -> str:
        """Return a digest of the key and a context, which may be stored and compared."""
        return hashlib.sha256(f"{self.reveal()}\n{context}".encode()).hexdigest()[:16]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.reveal() == other.reveal()

    def __hash__(self) -> int:
        return hash(self.reveal())

    def __str__(self) -> str:
        return MASK

    def __repr__(self) -> str:
        return f"Secret({MASK!r})"

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> Secret:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret can't be pickled: call connect() in each process")
