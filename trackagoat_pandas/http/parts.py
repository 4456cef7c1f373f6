"""The bytes of an answer as an envelope's members, or what is wrong with them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import msgspec

from trackagoat_pandas._secrets import redact_quoted
from trackagoat_pandas.errors import CutShortError, UnreadableResponseError

if TYPE_CHECKING:
    from trackagoat_pandas.http.messages import Answer

NO_CONTENT: Final = 204
_SHOWN_CHARACTERS: Final = 80
_LOOKED_AT_BYTES: Final = 400
_ESCAPE: Final = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
    rb"|\\."
)


class Parts(msgspec.Struct, frozen=True):
    """The envelope's members, unread: an absent one is empty. Reading no more is the fast path."""

    members: dict[str, msgspec.Raw] = {}

    @property
    def data(self) -> msgspec.Raw:
        """What was asked for."""
        return self.members.get("data", _ABSENT)

    @property
    def error(self) -> msgspec.Raw:
        """What went wrong."""
        return self.members.get("error", _ABSENT)

    @property
    def meta(self) -> msgspec.Raw:
        """What is said of either."""
        return self.members.get("meta", _ABSENT)


_ABSENT: Final = msgspec.Raw()
_MEMBERS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])


def parts_of(answer: Answer) -> Parts | Exception | str:
    """Give the members, or the flaw for ``unreadable``."""
    if answer.status == NO_CONTENT:
        return Parts()
    try:
        parts = Parts(_MEMBERS.decode(answer.body))
    except (msgspec.DecodeError, RecursionError) as flaw:
        return flaw
    # The decoder doesn't look into the texts that it skips.
    return parts if _is_utf8(answer.body) else "the body is not UTF-8"


def mended(answer: Answer) -> Answer:
    """Give the answer with U+FFFD for each escaped half of a character.

    A server that cuts a text in the middle of an emoji leaves half of a surrogate pair, which no
    strict reader takes: one such title would make its page unreadable.
    """
    return replace(answer, body=_ESCAPE.sub(_mended_escape, answer.body))


def _mended_escape(escape: re.Match[bytes]) -> bytes:
    return rb"\ufffd" if escape["half"] else escape[0]


def unreadable(path: str, answer: Answer, flaw: Exception | str) -> UnreadableResponseError:
    """Give the error for an answer with a flaw."""
    start = redact_quoted(" ".join(answer.body[:_LOOKED_AT_BYTES].decode(errors="replace").split()))
    facts = path, answer.status
    shown = start[:_SHOWN_CHARACTERS]
    if not answer.body.strip():
        return CutShortError(*facts, "the body is empty")
    if looks_like_html(answer):
        return UnreadableResponseError(*facts, "the body is an HTML page, not JSON", shown)
    if isinstance(flaw, msgspec.ValidationError):
        return UnreadableResponseError(*facts, "the body is JSON but no envelope object", shown)
    if isinstance(flaw, Exception) and "truncated" in str(flaw):
        return CutShortError(*facts, "the body ends before its JSON does", shown)
    if isinstance(flaw, Exception):
        return UnreadableResponseError(*facts, f"the body is not JSON ({flaw})", shown)
    return UnreadableResponseError(*facts, flaw, shown)


def looks_like_html(answer: Answer) -> bool:
    """Tell whether a proxy or a web page answered instead of the API."""
    return "html" in answer.content_type or answer.body[:64].lstrip().startswith(b"<")


def _is_utf8(body: bytes) -> bool:
    if body.isascii():
        return True
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
