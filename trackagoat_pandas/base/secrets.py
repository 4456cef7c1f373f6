"""Keeping API keys out of everything that is shown or stored."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING, Final, NoReturn, final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

KEY_PREFIX: Final = "tga_"
MASK: Final = f"{KEY_PREFIX}…"
# Of any length, since a part of a key is masked as well.
_KEY = re.compile(rf"{KEY_PREFIX}[0-9a-f]+", re.IGNORECASE)
_QUERY = re.compile(r"""(https?:[^\s"'<>?]+\?)[^\s"'<>]+""", re.IGNORECASE)

_WORD: Final = 8
_SHORTEST: Final = 15
"""The number of a key's digits in a row that are masked: any 15 bytes have a whole word of 8."""
_SHORTEST_BASE64: Final = 20
_SHIFT: Final = 47
_FACTOR: Final = np.uint64(0x9E37_79B9_7F4A_7C15)
"""2 ** 64 divided by the golden ratio: the usual factor of multiplicative hashing."""
_LOWER_CASE: Final = np.uint64(0x2020_2020_2020_2020)
_RUN = re.compile(rb"[0-9a-fA-F]{15,}")
_BASE64_RUN = re.compile(rb"[0-9a-zA-Z]{20,}")
"""15 digits take 20 characters in base64, none of which is a sign."""
_ESCAPED_ONE = re.compile(rb"\\u00(?:3[0-9]|[46][1-6])")
"""Finds nothing in most answers, and is 100 times as fast as the next one."""
_ESCAPED_DIGIT = re.compile(rb"(?<!\\)((?:\\\\)*)\\u00(3[0-9]|[46][1-6])")
_PERCENT_DIGIT = re.compile(rb"%(3[0-9]|[46][1-6])")
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

    A run of hexadecimal digits is masked if it has 15 or more of the key's in a row. JSON escapes
    are decoded first. The key is also recognized in base64, percent-encoded, and as hexadecimal
    character codes. Other encodings are not recognized.
    """
    plain = digits.lower().encode()
    codes = plain.hex()
    hexadecimal = (plain, codes.encode())
    percent = "".join(f"%{codes[place : place + 2]}" for place in range(0, len(codes), 2)).encode()
    encoded = _base64_spellings(plain)
    windows = {
        spelling[start : start + _WORD]
        for spelling in (*hexadecimal, percent, *encoded)
        for start in range(len(spelling) - _WORD + 1)
    }
    hashes = np.zeros(1 << (64 - _SHIFT), bool)
    hashes[_hashes(b"".join(windows))] = True

    def has_digits(answer: bytes) -> bool:
        """Whether one of the answer's words is part of a spelling of the key.

        15 characters in a row have one of these words whole, wherever they begin. Comparing hashes
        takes 0.02 ms for a page of 100 videos, and searching for parts of the key 0.33 ms.
        """
        places = np.flatnonzero(hashes[_hashes(answer)]) * _WORD
        return any(answer[place : place + _WORD].lower() in windows for place in places.tolist())

    def hide_in(spellings: tuple[bytes, ...], shortest: int) -> Callable[[re.Match[bytes]], bytes]:
        def hide(run: re.Match[bytes]) -> bytes:
            text = run[0].lower()
            parts = (text[end - shortest : end] for end in range(shortest, len(text) + 1))
            is_key = any(part in spelling for part in parts for spelling in spellings)
            return "…".encode() if is_key else run[0]

        return hide

    hide_digits = hide_in(hexadecimal, _SHORTEST)
    hide_base64 = hide_in(encoded, _SHORTEST_BASE64)

    def mask(answer: bytes) -> bytes:
        if b"\\" in answer and _ESCAPED_ONE.search(answer):
            unescaped = _ESCAPED_DIGIT.sub(
                lambda digit: digit[1] + bytes([int(digit[2], 16)]), answer
            )
            if has_digits(unescaped):
                answer = unescaped
        if not has_digits(answer):
            return answer
        answer = _PERCENT_DIGIT.sub(lambda digit: bytes([int(digit[1], 16)]), answer)
        return _BASE64_RUN.sub(hide_base64, _RUN.sub(hide_digits, answer))

    return mask


def _base64_spellings(plain: bytes) -> tuple[bytes, ...]:
    """Encode a text in base64 behind 0, 1 and 2 other bytes, in lower case.

    The first characters and the last ones depend on the text around it, and are left out.
    """
    starts = (0, 2, 3)
    spellings = [base64.b64encode(bytes(before) + plain).rstrip(b"=") for before in range(3)]
    return tuple(
        spelling[start:-1].lower() for start, spelling in zip(starts, spellings, strict=True)
    )


def _hashes(text: bytes) -> npt.NDArray[np.int64]:
    """Hash each 8 bytes of a text, whatever the case of its letters."""
    words = np.frombuffer(text, np.uint64, len(text) // _WORD) | _LOWER_CASE
    words *= _FACTOR
    words >>= np.uint64(_SHIFT)
    return words.view(np.int64)


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
