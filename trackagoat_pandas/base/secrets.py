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

_BLOCK: Final = 8
_SHORTEST: Final = 15
_RUN = re.compile(rb"[0-9a-fA-F]{15,}")
_ESCAPED_DIGIT = re.compile(rb"(?<!\\)((?:\\\\)*)\\u00(3[0-9]|[46][1-6])")
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters except line feeds, and those that reverse the direction of text."""


def redact(text: str) -> str:
    """Replace everything that looks like a key by ``tga_…``."""
    return _KEY.sub(MASK, text)


def redact_quoted(text: str) -> str:
    """Redact a text of the server, including the queries of URLs, which may hold signatures."""
    return _QUERY.sub(r"\1…", redact(text))


def find_masker(digits: str) -> Callable[[bytes], bytes]:
    """Return a function that masks a key's digits in an answer, also in capitals or in part.

    A run of hexadecimal digits is masked if it has 15 or more of the key's in a row; JSON escapes
    of digits are read first. Other encodings, such as base64, are not recognized.
    """
    plain = digits.lower().encode()
    # 15 digits in a row have one of these whole. Looking for them takes 0.1 ms for a page.
    blocks = [plain[start : start + _BLOCK] for start in range(0, len(plain), _BLOCK)]

    def hide(run: re.Match[bytes]) -> bytes:
        found = run[0].lower()
        starts = range(len(found) - _SHORTEST + 1)
        is_key = any(found[start : start + _SHORTEST] in plain for start in starts)
        return "…".encode() if is_key else run[0]

    def mask(answer: bytes) -> bytes:
        if b"\\u00" in answer:
            unescaped = _ESCAPED_DIGIT.sub(
                lambda digit: digit[1] + bytes([int(digit[2], 16)]), answer
            )
            if any(block in unescaped.lower() for block in blocks):
                answer = unescaped
        lowered = answer.lower()
        return _RUN.sub(hide, answer) if any(block in lowered for block in blocks) else answer

    return mask


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
