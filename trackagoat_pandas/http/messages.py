"""A request that was checked, and the answer to it as it came."""

from __future__ import annotations

import datetime as dt
import email.utils
import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from trackagoat_pandas.base.types import Json
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, ChoiceError

METHODS: Final = ("GET", "POST", "PATCH", "PUT", "DELETE")

_PLAIN_PATH = re.compile(r"/[A-Za-z0-9/_-]*")
_FORBIDDEN_IN_PATH = re.compile(r"[\x00-\x20\x7f?#\\]|://")
_LONGEST_URL: Final = 60_000  # httpx takes no more than 65,536
_SAFE_IN_PATH: Final = "/%:@!$&'()*+,;=~"
_MISSING_NAMES: Final = frozenset({"NAType", "NaTType"})  # by name: http doesn't import pandas
_ID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_HEADER_TEXT = re.compile(r"[!-~]{1,255}")


@dataclass(frozen=True, slots=True)
class Call:
    """One request, checked and ready to send.

    Attributes
    ----------
    method, path
        The HTTP method, and the path as the API's documentation writes it.
    url
        The full address, with the query.
    content
        The body, as JSON.
    idempotency_key
        The text by which the server recognizes a repeated request.
    """

    method: str
    path: str
    url: str = field(repr=False)
    content: bytes | None = field(default=None, repr=False)
    idempotency_key: str | None = field(default=None, repr=False)

    @property
    def repeatable(self) -> bool:
        """Whether the call may be sent again even if the server may have carried it out."""
        return self.method == "GET" or self.idempotency_key is not None

    @property
    def ids(self) -> dict[str, list[str]]:
        """The ids in the query and the body, by parameter. Those in the path aren't repeated."""
        body = json.loads(self.content) if self.content else None
        fields = body.items() if isinstance(body, dict) else ()
        found = {}
        for name, value in (*parse_qsl(urlsplit(self.url).query), *fields):
            values = value.split(",") if isinstance(value, str) else value
            several = values if isinstance(values, list) else []
            if ids := [one for one in several if isinstance(one, str) and _ID.fullmatch(one)]:
                found[name] = ids
        return found


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """An answer before it is interpreted.

    ``date`` is the server's time in UTC, if it sent one; ``age`` is how long ago an answer came
    that was kept; ``is_replay`` says that the server calls it the repetition of an earlier one.
    """

    status: int
    body: bytes = field(repr=False)
    content_type: str = ""
    retry_after: str = ""
    location: str = field(default="", repr=False)
    date: dt.datetime | None = None
    age: dt.timedelta = dt.timedelta()
    is_replay: bool = False


class KeptAnswers(Protocol):
    """Answers to GET requests that a load got before it broke off."""

    def find(self, request: str) -> ApiAnswer | None:
        """Return the answer to a request, by its path and query, or None if there is none."""

    def keep(self, request: str, answer: ApiAnswer) -> None:
        """Keep the answer to a request, before anything is made of it."""


def read_http_date(text: str | None) -> dt.datetime | None:
    """Read the date in an HTTP header, in UTC; None if it isn't one."""
    try:
        moment = email.utils.parsedate_to_datetime(text or "")
        return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (ValueError, OverflowError):  # not a date, or one outside of Python's calendar
        return None


def check_key(key: object) -> None:
    """Check that a text can be an idempotency key.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        It can't.
    """
    allowed = "1 to 255 printable ASCII characters without a space"
    if not isinstance(key, str):
        raise ArgumentTypeError("idempotency_key", key, allowed)
    if not _HEADER_TEXT.fullmatch(key):
        raise ArgumentError("idempotency_key", key, f"use {allowed}")


def call(
    base_url: str,
    method: str,
    path: str,
    *,
    params: Mapping[str, object] | None = None,
    body: Json = None,
    idempotency_key: str | None = None,
) -> Call:
    """Check the parts of a request and make a Call of them."""
    if method not in METHODS:
        raise ChoiceError("method", method, METHODS)
    if idempotency_key is not None:
        check_key(idempotency_key)
    path = checked_path(path)
    url = _url(base_url, path, params or {})
    content = None
    if body is not None:
        try:
            # NaN isn't JSON, and writing it as null would clear the field.
            text = json.dumps(body, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
            content = text.encode()
        except (TypeError, ValueError) as flaw:
            raise ArgumentError("json", body, f"it must be JSON ({flaw})") from flaw
    return Call(method, path, url, content, idempotency_key)


def checked_path(path: str) -> str:
    """Return a path below the base URL with its slash, if it is one that can be sent."""
    if not isinstance(path, str):
        raise ArgumentTypeError("path", path, "a text such as '/videos'")
    slashed = path if path.startswith("/") else f"/{path}"
    if path and _PLAIN_PATH.fullmatch(slashed) and not slashed.startswith("//"):
        return slashed
    if not path or _FORBIDDEN_IN_PATH.search(path) or slashed.startswith("//"):
        raise ArgumentError(
            "path",
            path,
            "give a path below the base URL such as '/videos', without host, query or white space",
        )
    if {".", ".."} & set(re.split(r"[/\\]", unquote(slashed))):
        raise ArgumentError("path", path, "'.' and '..' are not allowed in it")
    return slashed


def _url(base_url: str, path: str, params: Mapping[str, object]) -> str:
    try:
        url = base_url + quote(path, safe=_SAFE_IN_PATH)
        given = {name: value for name, value in params.items() if value is not None}
        if given:
            query = {name: written(name, value) for name, value in given.items()}
            url += f"?{urlencode(query)}"
    except UnicodeEncodeError as flaw:
        raise ArgumentError(
            "params", flaw.object, problem="the text contains an unpaired surrogate"
        ) from flaw
    if len(url) > _LONGEST_URL:
        allowed = f"the URL would have {len(url):,} characters; ask for less at once"
        raise ArgumentError("params", sorted(params), allowed)
    return url


def written(name: str, value: object) -> str:
    """Write a query parameter's value as it is sent."""
    if type(value).__name__ in _MISSING_NAMES:
        raise ArgumentError(name, value, "a missing value can't be sent; leave it out or pass None")
    # numpy's scalars aren't of the types below.
    value = value.item() if hasattr(value, "item") and not isinstance(value, Iterable) else value
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case float() if not math.isfinite(value):
            raise ArgumentError(name, value, "a number must be finite")
        case dt.datetime(tzinfo=dt.tzinfo()):
            return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
        case dt.date():
            return value.isoformat()
        case None | Mapping() | bytes():
            allowed = "a text, a number, a bool, a date, or a list of these"
            raise ArgumentTypeError(name, value, allowed)
        case Iterable():
            items = [written(name, item) for item in value]
            if any("," in item for item in items):
                raise ArgumentError(name, value, "an item of a list can't hold a comma")
            return ",".join(items)
    return str(value)
