"""The API's envelope: ``{"data": ..., "error": ..., "meta": ...}``."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import msgspec

from trackagoat_pandas._secrets import redact_quoted
from trackagoat_pandas.errors import UnreadableResponseError
from trackagoat_pandas.errors.api import MEANINGS
from trackagoat_pandas.http.clock import read_http_date
from trackagoat_pandas.http.marks import ContradictionError, PageMeta, read_marks
from trackagoat_pandas.http.parts import (
    NO_CONTENT,
    Parts,
    looks_like_html,
    mended,
    parts_of,
    unreadable,
)

if TYPE_CHECKING:
    import datetime as dt

    from trackagoat_pandas._types import Json
    from trackagoat_pandas.http.messages import Answer

_LONGEST_MESSAGE: Final = 2_000  # characters; what is longer is no sentence but a dump
_MOST_LEVELS: Final = 20  # of what an error says; what is deeper is left out
_UNDECODABLE: Final = (msgspec.DecodeError, RecursionError)
_PARTIAL_CONTENT: Final = 206
_FIRST_FINAL: Final = 200
_FIRST_REDIRECT: Final = 300
_NO_ERROR: Final = frozenset({b"", b"null", b'""', b"false"})


@dataclass(frozen=True, repr=False, eq=False)
class Envelope:
    """One whole answer of the API, read no further than needed.

    Attributes
    ----------
    status
        HTTP's status: 200, 201 or another success.
    path
        What was asked.
    body
        The whole answer as it came, for those who read pages in bulk.
    attempts
        How many requests it took.
    content_type
        The header of this name.
    date_header
        The server's time as it was sent; ``date`` reads it.
    """

    status: int
    path: str
    body: bytes
    attempts: int
    content_type: str = ""
    date_header: str | None = None
    _parts: Parts = field(default_factory=Parts)

    @cached_property
    def data(self) -> Json:
        """The payload; decoded when it is first asked for.

        Raises
        ------
        UnreadableResponseError
            If it holds what Python can't, such as the number 1e999, or is nested too deeply.
        """
        try:
            return _decoded(self._parts.data)
        except _UNDECODABLE as flaw:
            problem = f"its data can't be decoded ({flaw})"
            raise UnreadableResponseError(self.path, self.status, problem) from flaw

    @cached_property
    def meta(self) -> PageMeta:
        """What it says about the next page, in ``meta`` or elsewhere.

        Raises
        ------
        UnreadableResponseError
            If it contradicts itself.
        """
        beside = {name: raw for name, raw in self._parts.members.items() if name != "data"}
        in_data = _raw_members(self._parts.data) if _begins(self._parts.data, b"{") else {}
        markers = {name: raw for name, raw in in_data.items() if not _begins(raw, b"[")}
        has_rows = len(markers) < len(in_data)
        try:
            return read_marks(_readable(beside), _readable(markers) if has_rows else {})
        except ContradictionError as flaw:
            problem = "it contradicts itself about the next page: two places say different things"
            raise UnreadableResponseError(self.path, self.status, problem) from flaw

    @cached_property
    def raw_meta(self) -> dict[str, Json]:
        """The whole of ``meta``, empty if there is none."""
        return _meta_of(self._parts)

    @cached_property
    def longest_list(self) -> int:
        """How many rows there are at most, whichever list in ``data`` holds them."""
        members = self.data.values() if isinstance(self.data, dict) else (self.data,)
        return max((len(member) for member in members if isinstance(member, list)), default=0)

    @cached_property
    def records(self) -> list[Json]:
        """The rows: ``data`` itself, or the one list in it.

        Raises
        ------
        UnreadableResponseError
            If there is no list, or more than one.
        """
        data = self.data
        if isinstance(data, list):
            return data
        members = data.values() if isinstance(data, dict) else ()
        lists = [member for member in members if isinstance(member, list)]
        if len(lists) != 1:
            problem = f"its data, of type {type(data).__name__}, holds no single list of rows"
            raise UnreadableResponseError(self.path, self.status, problem)
        return lists[0]

    @property
    def is_null(self) -> bool:
        """Whether there is no data, as after a deletion."""
        return bytes(self._parts.data) in (b"", b"null")

    def repeats(self, other: Envelope) -> bool:
        """Whether both were answered the same data, to the letter."""
        return bytes(self._parts.data) == bytes(other._parts.data)

    @cached_property
    def date(self) -> dt.datetime | None:
        """The server's time when it answered, in UTC, if it says so."""
        return read_http_date(self.date_header)

    def __repr__(self) -> str:
        size = f"{len(self.body):,} bytes"
        return f"Envelope({self.status}, {self.path!r}, {size}, attempts={self.attempts})"


@dataclass(frozen=True, slots=True)
class Complaint:
    """What an error envelope says: its message and ``meta``, without anything like a key."""

    message: str
    meta: dict[str, Json]

    @property
    def code(self) -> str | None:
        """The API's word for the error: ``meta.code``, else the message if it is such a word."""
        code = self.meta.get("code")
        if isinstance(code, str):
            return code
        return self.message if self.message in MEANINGS else None


def read_envelope(path: str, answer: Answer, attempts: int) -> Envelope | Complaint:
    """Read an answer as an envelope, or as the complaint that it holds.

    Raises
    ------
    CutShortError
        If it is empty or ends early.
    UnreadableResponseError
        If it is no envelope.
    """
    _check_is_whole(path, answer)
    parts = parts_of(answer)
    if isinstance(parts, Exception) and b"\\u" in answer.body:
        answer = mended(answer)
        parts = parts_of(answer)
    if isinstance(parts, Exception | str):
        raise unreadable(path, answer, parts)
    if bytes(parts.error) not in _NO_ERROR:
        return _complaint(parts)
    if not parts.data and answer.status != NO_CONTENT:
        raise unreadable(path, answer, "the object has neither 'data' nor 'error'")
    return Envelope(
        status=answer.status,
        path=path,
        body=answer.body,
        attempts=attempts,
        content_type=answer.content_type,
        date_header=answer.date,
        _parts=parts,
    )


def read_payload(path: str, answer: Answer, attempts: int) -> Envelope | Complaint:
    """Read the answer to a question, which has to hold data, as ``read_envelope`` does.

    Raises
    ------
    UnreadableResponseError
        Also if there is neither data nor an error: nothing was answered, not even an empty list.
    """
    envelope = read_envelope(path, answer, attempts)
    if isinstance(envelope, Envelope) and envelope.is_null and answer.status < _FIRST_REDIRECT:
        raise unreadable(path, answer, "there is no data in it, and no error either")
    return envelope


def read_text(path: str, answer: Answer, _attempts: int) -> str | Complaint:
    """Read an answer as text, or as the complaint that it holds.

    Raises
    ------
    CutShortError
        If it is empty, or JSON that ends early.
    UnreadableResponseError
        If it is HTML or not UTF-8.
    """
    _check_is_whole(path, answer)
    if not answer.body and answer.status != NO_CONTENT:
        raise unreadable(path, answer, "")
    if "json" in answer.content_type:
        parts = parts_of(answer)
        if isinstance(parts, Parts) and bytes(parts.error) not in _NO_ERROR:
            return _complaint(parts)
        if isinstance(parts, Exception) and "truncated" in str(parts):
            raise unreadable(path, answer, parts)
    if looks_like_html(answer):
        raise unreadable(path, answer, "it is an HTML page")
    try:
        return answer.body.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    raise unreadable(path, answer, "the text is not UTF-8")


def _check_is_whole(path: str, answer: Answer) -> None:
    """Refuse an answer that HTTP itself calls a part, or an interim one."""
    if answer.status == _PARTIAL_CONTENT or answer.status < _FIRST_FINAL:
        problem = "that is not a whole answer, and no part of one was asked for"
        raise UnreadableResponseError(path, answer.status, problem)


def _complaint(parts: Parts) -> Complaint:
    try:
        error = _redacted(_decoded(parts.error))
    except _UNDECODABLE:
        error = redact_quoted(bytes(parts.error)[:_LONGEST_MESSAGE].decode(errors="replace"))
    if isinstance(error, dict):
        error = error.get("message", error)
    message = error if isinstance(error, str) else msgspec.json.encode(error).decode()
    return Complaint(message[:_LONGEST_MESSAGE], _redacted(_meta_of(parts)))


def _redacted(value: Json, levels: int = _MOST_LEVELS) -> Any:
    if isinstance(value, str):
        return redact_quoted(value)
    if isinstance(value, dict | list) and not levels:
        return "…"
    if isinstance(value, dict):
        return {
            redact_quoted(name): _redacted(member, levels - 1) for name, member in value.items()
        }
    if isinstance(value, list):
        return [_redacted(item, levels - 1) for item in value]
    return value


def _decoded(raw: msgspec.Raw) -> Any:
    return msgspec.json.decode(raw) if raw else None


def _meta_of(parts: Parts) -> dict[str, Json]:
    try:
        meta = _decoded(parts.meta)
    except _UNDECODABLE:
        return _readable(_raw_members(parts.meta))
    return meta if isinstance(meta, dict) else {}


def _readable(members: dict[str, msgspec.Raw], levels: int = 2) -> dict[str, Json]:
    """The members of an object, but for what in them can't be decoded: a number out of range."""
    found = {}
    for name, member in members.items():
        try:
            found[name] = msgspec.json.decode(member)
        except _UNDECODABLE:
            if levels and _begins(member, b"{"):
                found[name] = _readable(_raw_members(member), levels - 1)
    return found


def _begins(raw: msgspec.Raw, start: bytes) -> bool:
    return bytes(memoryview(raw)[:1]) == start


def _raw_members(raw: msgspec.Raw) -> dict[str, msgspec.Raw]:
    try:
        return msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    except _UNDECODABLE:  # no object
        return {}
