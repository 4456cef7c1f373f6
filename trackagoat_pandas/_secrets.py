"""A text that must not be seen, and the removal of keys from texts of others."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final, NoReturn, final

if TYPE_CHECKING:
    from collections.abc import Callable

KEY_PREFIX: Final = "tga_"
MASK: Final = f"{KEY_PREFIX}…"
_KEY = re.compile(rf"{KEY_PREFIX}[0-9a-f]+", re.IGNORECASE)
_QUERY = re.compile(r"""(https?:[^\s"'<>?]+\?)[^\s"'<>]+""", re.IGNORECASE)


def redact(text: str) -> str:
    """Replace everything in a text that looks like a key by ``tga_…``."""
    return _KEY.sub(MASK, text)


def redact_quoted(text: str) -> str:
    """Redact what a server said, and the queries of addresses too, which may be signed."""
    return _QUERY.sub(r"\1…", redact(text))


@final
class Secret:
    """A key that shows itself as ``tga_…`` wherever it is printed.

    ``reveal()`` gives the plain text. It lives in a closure, where no repr, ``vars``, traceback
    or pickle comes upon it.

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
        """Digest the key, together with a context, to a text that may be stored and compared."""
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
