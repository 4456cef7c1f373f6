"""The API's envelope: ``{"data": ..., "error": ..., "meta": ...}``."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import msgspec

from trackagoat_pandas.base.secrets import redact_quoted
from trackagoat_pandas.errors import MEANINGS, CutShortError, UnreadableResponseError
from trackagoat_pandas.http.paging import ContradictionError, PageMeta, read_marks

if TYPE_CHECKING:
    from trackagoat_pandas.base.types import Json
    from trackagoat_pandas.http.messages import ApiAnswer

_Members: TypeAlias = dict[str, msgspec.Raw]
"""An object's members, not decoded: a page's rows are decoded later, in bulk, and only once."""

_LONGEST_MESSAGE: Final = 2_000  # characters; a longer one is a dump rather than a sentence
_MOST_LEVELS: Final = 20  # of nesting in an error; anything deeper is left out
_SHOWN_CHARACTERS: Final = 80
_LOOKED_AT_BYTES: Final = 400
_UNDECODABLE: Final = (msgspec.DecodeError, RecursionError)
_FIRST_FINAL, _NO_CONTENT, _PARTIAL_CONTENT, _FIRST_REDIRECT = 200, 204, 206, 300
_NO_ERROR: Final = frozenset({b"", b"null", b'""', b"false"})
_ABSENT, _NULL = msgspec.Raw(), msgspec.Raw(b"null")
_MEMBERS: Final = msgspec.json.Decoder(_Members)
# It also matches whole pairs and other escapes, so that no half is found within them.
_ESCAPE: Final = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
    rb"|\\."
)


@dataclass(frozen=True, repr=False, eq=False)
class Envelope:
    """One successful answer of the API, decoded only when its members are read.

    Attributes
    ----------
    status
        The HTTP status: 200, 201 or another success.
    path
        The path of the request.
    body
        The whole body, for decoding many pages in bulk.
    attempts
        The number of requests that it took, including retries.
    content_type
        The header of this name.
    date
        The server's time when it answered, in UTC; None if it sent none.
    age
        How long ago it came; zero unless it was kept, and then `attempts` is 0.
    is_replay
        Whether the server calls it the repetition of its answer to an earlier request.
    """

    status: int
    path: str
    body: bytes
    attempts: int
    content_type: str = ""
    date: dt.datetime | None = None
    age: dt.timedelta = dt.timedelta()
    is_replay: bool = False
    _members: _Members = field(default_factory=dict)

    @cached_property
    def data(self) -> Json:
        """The payload, decoded on first access.

        Raises
        ------
        UnreadableResponseError
            It holds a number beyond a float's range, such as 1e999, or is nested too deeply.
        """
        try:
            return _decode_raw(self._data)
        except _UNDECODABLE as flaw:
            problem = f"its data can't be decoded ({flaw})"
            raise UnreadableResponseError(self.path, self.status, problem) from flaw

    @cached_property
    def meta(self) -> PageMeta:
        """What the answer says about the next page, in ``meta`` or elsewhere.

        Raises
        ------
        UnreadableResponseError
            Two places in it disagree.
        """
        beside = {name: raw for name, raw in self._members.items() if name != "data"}
        in_data = _raw_members(self._data)
        markers = {name: raw for name, raw in in_data.items() if not _begins(raw, b"[")}
        # Without a list beside them, members of `data` are fields of the one record.
        has_rows = len(markers) < len(in_data)
        try:
            return read_marks(_readable(beside), _readable(markers) if has_rows else {})
        except ContradictionError as flaw:
            problem = "it contradicts itself about the next page: two places say different things"
            raise UnreadableResponseError(self.path, self.status, problem) from flaw

    @cached_property
    def longest_list(self) -> int:
        """The length of the longest list in ``data``, or of ``data`` itself."""
        return max(map(len, self._lists), default=0)

    @cached_property
    def records(self) -> list[Json]:
        """The rows: ``data`` itself, or the only list in it.

        Raises
        ------
        UnreadableResponseError
            There is no list, or more than one.
        """
        if len(self._lists) != 1:
            problem = f"its data, of type {type(self.data).__name__}, holds no single list of rows"
            raise UnreadableResponseError(self.path, self.status, problem)
        return self._lists[0]

    @cached_property
    def _lists(self) -> list[list[Json]]:
        """The lists that may hold the rows: ``data`` itself, or those in it."""
        members = self.data.values() if isinstance(self.data, dict) else (self.data,)
        return [member for member in members if isinstance(member, list)]

    @property
    def is_null(self) -> bool:
        """Whether there is no data, as after a deletion."""
        return self._data in (_ABSENT, _NULL)

    def repeats(self, other: Envelope) -> bool:
        """Whether both have the same data, byte for byte."""
        return self._data == other._data

    @property
    def digest(self) -> str:
        """A digest of the data, to recognize it by."""
        return hashlib.sha256(bytes(self._data)).hexdigest()

    @property
    def _data(self) -> msgspec.Raw:
        return self._members.get("data", _ABSENT)

    def __repr__(self) -> str:
        size = f"{len(self.body):,} bytes"
        return f"Envelope({self.status}, {self.path!r}, {size}, attempts={self.attempts})"


@dataclass(frozen=True, slots=True)
class Complaint:
    """The message and ``meta`` of an error envelope, with keys masked."""

    message: str
    meta: dict[str, Json]

    @property
    def code(self) -> str | None:
        """The API's code: ``meta.code``, or the message if that is one of ``MEANINGS``."""
        code = self.meta.get("code")
        if isinstance(code, str):
            return code
        return self.message if self.message in MEANINGS else None


def read_envelope(path: str, answer: ApiAnswer, attempts: int) -> Envelope | Complaint:
    """Read an answer as an Envelope, or as a Complaint if it is an error envelope.

    Raises
    ------
    CutShortError
        It is empty or ends early.
    UnreadableResponseError
        It isn't an envelope.
    """
    _check_is_whole(path, answer)
    answer = replace(answer, body=_repair(answer.body))
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
        age=answer.age,
        is_replay=answer.is_replay,
        _members=members,
    )


def read_payload(path: str, answer: ApiAnswer, attempts: int) -> Envelope | Complaint:
    """Read an answer like ``read_envelope``, and raise if a success holds no data.

    Raises
    ------
    UnreadableResponseError
        Also if data and error are both null. Without this check that would look like an empty list.
    """
    envelope = read_envelope(path, answer, attempts)
    if isinstance(envelope, Envelope) and envelope.is_null and answer.status < _FIRST_REDIRECT:
        raise _unreadable(path, answer, "there is no data in it, and no error either")
    return envelope


def read_text(path: str, answer: ApiAnswer, _attempts: int) -> str | Complaint:
    """Read an answer as text, or as a Complaint if it is an error envelope.

    Raises
    ------
    CutShortError
        It is empty, or JSON that ends early.
    UnreadableResponseError
        It is HTML or not UTF-8.
    """
    _check_is_whole(path, answer)
    if not answer.body and answer.status != _NO_CONTENT:
        raise _unreadable(path, answer, "")
    # A refusal comes as JSON, also where text was requested.
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
        pass  # raised below, since this exception would carry the whole body
    raise _unreadable(path, answer, "the text is not UTF-8")


def _check_is_whole(path: str, answer: ApiAnswer) -> None:
    """Raise if the status means a part of an answer (206) or an interim one (1xx)."""
    if answer.status == _PARTIAL_CONTENT or answer.status < _FIRST_FINAL:
        problem = "that is not a whole answer, and no part of one was asked for"
        raise UnreadableResponseError(path, answer.status, problem)


def _repair(body: bytes) -> bytes:
    """Replace escaped unpaired surrogates by U+FFFD, since msgspec refuses them.

    A server leaves one when it cuts a text within an emoji; it would make a whole page unreadable.
    """
    # Most pages have no backslash at all, which is the fastest thing to check.
    if b"\\" not in body or (b"\\ud" not in body and b"\\uD" not in body):
        return body
    return _ESCAPE.sub(lambda one: rb"\ufffd" if one["half"] else one[0], body)


def _members_of(answer: ApiAnswer) -> _Members | Exception | str:
    """Return the envelope's members, or the flaw to pass to ``_unreadable``."""
    if answer.status == _NO_CONTENT:
        return {}
    try:
        members = _MEMBERS.decode(answer.body)
        # msgspec doesn't check the UTF-8 of the members that it leaves as Raw.
        if not answer.body.isascii():
            answer.body.decode()
    except UnicodeDecodeError:
        return "the body is not UTF-8"
    except _UNDECODABLE as flaw:
        return flaw
    return members


def _unreadable(path: str, answer: ApiAnswer, flaw: Exception | str) -> UnreadableResponseError:
    """Make the error for an answer that can't be read."""
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


def _looks_like_html(answer: ApiAnswer) -> bool:
    """Whether the answer is HTML, as when a proxy or a web page answers instead of the API."""
    return "html" in answer.content_type or answer.body[:64].lstrip().startswith(b"<")


def _has_error(members: _Members) -> bool:
    return bytes(members.get("error", _ABSENT)) not in _NO_ERROR


def _complaint(members: _Members) -> Complaint:
    try:
        error = _redact_json(_decode_raw(members["error"]))
    except _UNDECODABLE:
        error = redact_quoted(bytes(members["error"])[:_LONGEST_MESSAGE].decode(errors="replace"))
    if isinstance(error, dict):
        error = error.get("message", error)
    message = error if isinstance(error, str) else msgspec.json.encode(error).decode()
    meta = _readable({"meta": members.get("meta", _ABSENT)}, levels=3).get("meta")
    meta = meta if isinstance(meta, dict) else {}
    return Complaint(message[:_LONGEST_MESSAGE], _redact_json(meta))


def _redact_json(value: Json, levels: int = _MOST_LEVELS) -> Any:
    if isinstance(value, str):
        return redact_quoted(value)
    if isinstance(value, dict | list) and not levels:
        return "…"
    if isinstance(value, dict):
        return {
            redact_quoted(name): _redact_json(member, levels - 1) for name, member in value.items()
        }
    if isinstance(value, list):
        return [_redact_json(item, levels - 1) for item in value]
    return value


def _decode_raw(raw: msgspec.Raw) -> Any:
    return msgspec.json.decode(raw) if raw else None


def _readable(members: _Members, levels: int = 2) -> dict[str, Json]:
    """Decode an object's members, leaving out what can't be decoded, such as the number 1e999."""
    found = {}
    for name, member in members.items():
        try:
            found[name] = _decode_raw(member)
        except _UNDECODABLE:
            if levels and _begins(member, b"{"):
                found[name] = _readable(_raw_members(member), levels - 1)
    return found


def _begins(raw: msgspec.Raw, start: bytes) -> bool:
    return bytes(memoryview(raw)[:1]) == start


def _raw_members(raw: msgspec.Raw) -> _Members:
    """Split an object into its members; there are none in anything else."""
    try:
        return _MEMBERS.decode(raw) if _begins(raw, b"{") else {}
    except _UNDECODABLE:
        return {}
