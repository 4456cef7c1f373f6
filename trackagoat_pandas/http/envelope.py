"""The API's envelope: ``{"data": ..., "error": ..., "meta": ...}``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import msgspec

from trackagoat_pandas._secrets import redact_quoted
from trackagoat_pandas.errors import MEANINGS, CutShortError, UnreadableResponseError
from trackagoat_pandas.http.paging import ContradictionError, PageMeta, read_marks

if TYPE_CHECKING:
    import datetime as dt

    from trackagoat_pandas._types import Json
    from trackagoat_pandas.http.messages import Answer

_Members: TypeAlias = dict[str, msgspec.Raw]
"""An object's members, each unread: reading no more than needed is what makes pages fast."""

_LONGEST_MESSAGE: Final = 2_000  # characters; what is longer is no sentence but a dump
_MOST_LEVELS: Final = 20  # of what an error says; what is deeper is left out
_SHOWN_CHARACTERS: Final = 80
_LOOKED_AT_BYTES: Final = 400
_UNDECODABLE: Final = (msgspec.DecodeError, RecursionError)
_FIRST_FINAL, _NO_CONTENT, _PARTIAL_CONTENT, _FIRST_REDIRECT = 200, 204, 206, 300
_NO_ERROR: Final = frozenset({b"", b"null", b'""', b"false"})
_ABSENT: Final = msgspec.Raw()
_MEMBERS: Final = msgspec.json.Decoder(_Members)
_ESCAPE: Final = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
    rb"|\\."
)


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
    date
        The server's time when it answered, in UTC, if it said so.
    """

    status: int
    path: str
    body: bytes
    attempts: int
    content_type: str = ""
    date: dt.datetime | None = None
    _members: _Members = field(default_factory=dict)

    @cached_property
    def data(self) -> Json:
        """The payload; decoded when it is first asked for.

        Raises
        ------
        UnreadableResponseError
            If it holds what Python can't, such as the number 1e999, or is nested too deeply.
        """
        try:
            return _decoded(self._data)
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
        beside = {name: raw for name, raw in self._members.items() if name != "data"}
        in_data = _raw_members(self._data)
        markers = {name: raw for name, raw in in_data.items() if not _begins(raw, b"[")}
        has_rows = len(markers) < len(in_data)
        try:
            return read_marks(_readable(beside), _readable(markers) if has_rows else {})
        except ContradictionError as flaw:
            problem = "it contradicts itself about the next page: two places say different things"
            raise UnreadableResponseError(self.path, self.status, problem) from flaw

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
        return bytes(self._data) in (b"", b"null")

    def repeats(self, other: Envelope) -> bool:
        """Whether both were answered the same data, to the letter."""
        return bytes(self._data) == bytes(other._data)

    @property
    def _data(self) -> msgspec.Raw:
        return self._members.get("data", _ABSENT)

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
    answer = replace(answer, body=_repaired(answer.body))
    members = _members_of(answer)
    if isinstance(members, Exception | str):
        raise _unreadable(path, answer, members)
    if _has_error(members):
        return _complaint(members)
    if "data" not in members and answer.status != _NO_CONTENT:
        raise _unreadable(path, answer, "the object has neither 'data' nor 'error'")
    return Envelope(
        status=answer.status,
        path=path,
        body=answer.body,
        attempts=attempts,
        content_type=answer.content_type,
        date=answer.date,
        _members=members,
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
        raise _unreadable(path, answer, "there is no data in it, and no error either")
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
    if not answer.body and answer.status != _NO_CONTENT:
        raise _unreadable(path, answer, "")
    if "json" in answer.content_type:
        members = _members_of(answer)
        if isinstance(members, dict) and _has_error(members):
            return _complaint(members)
        if isinstance(members, Exception) and "truncated" in str(members):
            raise _unreadable(path, answer, members)
    if _looks_like_html(answer):
        raise _unreadable(path, answer, "it is an HTML page")
    try:
        return answer.body.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass  # its own error would hold the whole body
    raise _unreadable(path, answer, "the text is not UTF-8")


def _check_is_whole(path: str, answer: Answer) -> None:
    """Refuse an answer that HTTP itself calls a part, or an interim one."""
    if answer.status == _PARTIAL_CONTENT or answer.status < _FIRST_FINAL:
        problem = "that is not a whole answer, and no part of one was asked for"
        raise UnreadableResponseError(path, answer.status, problem)


def _repaired(body: bytes) -> bytes:
    """Replace escaped halves of surrogate pairs, which no strict reader takes.

    A server that cuts a text in the middle of an emoji leaves one: it would make a page unreadable.
    """
    # Most pages have no backslash at all, which is the fastest to see.
    if b"\\" not in body or (b"\\ud" not in body and b"\\uD" not in body):
        return body
    return _ESCAPE.sub(lambda one: rb"\ufffd" if one["half"] else one[0], body)


def _members_of(answer: Answer) -> _Members | Exception | str:
    """Give the envelope's members, or the flaw for ``_unreadable``."""
    if answer.status == _NO_CONTENT:
        return {}
    try:
        members = _MEMBERS.decode(answer.body)
        # The decoder doesn't look into the texts that it skips.
        if not answer.body.isascii():
            answer.body.decode()
    except UnicodeDecodeError:
        return "the body is not UTF-8"
    except _UNDECODABLE as flaw:
        return flaw
    return members


def _unreadable(path: str, answer: Answer, flaw: Exception | str) -> UnreadableResponseError:
    """Give the error for an answer with a flaw."""
    start = redact_quoted(" ".join(answer.body[:_LOOKED_AT_BYTES].decode(errors="replace").split()))
    kind = UnreadableResponseError
    if not answer.body.strip():
        kind, problem = CutShortError, "the body is empty"
    elif _looks_like_html(answer):
        problem = "the body is an HTML page, not JSON"
    elif isinstance(flaw, msgspec.ValidationError):
        problem = "the body is JSON but no envelope object"
    elif isinstance(flaw, str):
        problem = flaw
    elif "truncated" in str(flaw):
        kind, problem = CutShortError, "the body ends before its JSON does"
    else:
        problem = f"the body is not JSON ({flaw})"
    return kind(path, answer.status, problem, start[:_SHOWN_CHARACTERS])


def _looks_like_html(answer: Answer) -> bool:
    """Whether a proxy or a web page answered instead of the API."""
    return "html" in answer.content_type or answer.body[:64].lstrip().startswith(b"<")


def _has_error(members: _Members) -> bool:
    return bytes(members.get("error", _ABSENT)) not in _NO_ERROR


def _complaint(members: _Members) -> Complaint:
    try:
        error = _redacted(_decoded(members["error"]))
    except _UNDECODABLE:
        error = redact_quoted(bytes(members["error"])[:_LONGEST_MESSAGE].decode(errors="replace"))
    if isinstance(error, dict):
        error = error.get("message", error)
    message = error if isinstance(error, str) else msgspec.json.encode(error).decode()
    meta = _readable({"meta": members.get("meta", _ABSENT)}, levels=3).get("meta")
    meta = meta if isinstance(meta, dict) else {}
    return Complaint(message[:_LONGEST_MESSAGE], _redacted(meta))


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


def _readable(members: _Members, levels: int = 2) -> dict[str, Json]:
    """The members of an object, but for what in them can't be decoded: a number out of range."""
    found = {}
    for name, member in members.items():
        try:
            found[name] = _decoded(member)
        except _UNDECODABLE:
            if levels and _begins(member, b"{"):
                found[name] = _readable(_raw_members(member), levels - 1)
    return found


def _begins(raw: msgspec.Raw, start: bytes) -> bool:
    return bytes(memoryview(raw)[:1]) == start


def _raw_members(raw: msgspec.Raw) -> _Members:
    """The members of an object; none of anything else."""
    try:
        return _MEMBERS.decode(raw) if _begins(raw, b"{") else {}
    except _UNDECODABLE:
        return {}
