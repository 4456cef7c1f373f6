"""What goes out and what comes back: a checked Call, and the Answer to it."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from trackagoat_pandas._types import Json
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, ChoiceError

METHODS: Final = ("GET", "POST", "PATCH", "PUT", "DELETE")

_PLAIN_PATH = re.compile(r"/[A-Za-z0-9/_-]*")
_FORBIDDEN_IN_PATH = re.compile(r"[\x00-\x20\x7f?#\\]|://")
_LONGEST_URL: Final = 60_000  # httpx takes no more than 65,536
_SAFE_IN_PATH: Final = "/%:@!$&'()*+,;=~"
_MISSING_NAMES: Final = frozenset({"NAType", "NaTType"})  # pandas, which this floor doesn't import
_ID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_HEADER_TEXT = re.compile(r"[!-~]{1,255}")


@dataclass(frozen=True, slots=True)
class Call:
    """One request that the API may be sent.

    Attributes
    ----------
    method, path
        What is asked; the path as the API's documentation writes it.
    url
        The whole address, with the query.
    content
        The body, as JSON.
    idempotency_key
        The text by which the server recognizes a repetition.
    """

    method: str
    path: str
    url: str = field(repr=False)
    content: bytes | None = field(default=None, repr=False)
    idempotency_key: str | None = field(default=None, repr=False)

    @property
    def repeatable(self) -> bool:
        """Whether the call may be sent again when it may have been carried out already."""
        return self.method == "GET" or self.idempotency_key is not None

    @property
    def ids(self) -> dict[str, list[str]]:
        """The ids that the query and the body name, by parameter; the path shows its own."""
        body = json.loads(self.content) if self.content else None
        fields = body.items() if isinstance(body, dict) else ()
        found = {}
        for name, value in (*parse_qsl(urlsplit(self.url).query), *fields):
            values = value.split(",") if isinstance(value, str) else value
            several = values if isinstance(values, list) else []
            if ids := [one for one in several if isinstance(one, str) and _ID.fullmatch(one)]:
                found[name] = ids
        return found

    def moved(self, url: str) -> Call:
        """Give the same call to another address."""
        return replace(self, url=url)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said, uninterpreted. Its repr does not show the body."""

    status: int
    body: bytes = field(repr=False)
    content_type: str = ""
    retry_after: str | None = None
    location: str = field(default="", repr=False)
    date: str | None = None


def call(
    base_url: str,
    method: str,
    path: str,
    *,
    params: Mapping[str, object] | None = None,
    body: Json = None,
    idempotency_key: str | None = None,
) -> Call:
    """Check the parts of a request and put them together; raise before anything is sent."""
    if method not in METHODS:
        raise ChoiceError("method", method, METHODS)
    if idempotency_key is not None and not _HEADER_TEXT.fullmatch(idempotency_key):
        raise ArgumentError(
            "idempotency_key", idempotency_key, "take 1 to 255 printable ASCII characters, no space"
        )
    path = _checked_path(path)
    url = _url(base_url, path, params or {})
    return Call(method, path, url, None if body is None else _json(body), idempotency_key)


def _checked_path(path: str) -> str:
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
        if query := _query(params):
            url += f"?{query}"
    except UnicodeEncodeError as flaw:
        raise ArgumentError("params", flaw.object, "half a character can't be sent") from flaw
    if len(url) > _LONGEST_URL:
        allowed = f"the URL would have {len(url):,} characters; ask for less at once"
        raise ArgumentError("params", sorted(params), allowed)
    return url


def _query(params: Mapping[str, object]) -> str:
    return urlencode(
        {name: written(name, value) for name, value in params.items() if value is not None}
    )


def written(name: str, value: object) -> str:
    """Write a query parameter's value as it is sent."""
    if type(value).__name__ in _MISSING_NAMES:
        raise ArgumentError(name, value, "a missing value can't be sent; leave it out or pass None")
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Iterable) and not isinstance(value, Mapping | bytes):
        return ",".join(_written_item(name, item) for item in value)
    return _written_scalar(name, value)


def _written_item(name: str, item: object) -> str:
    text = written(name, item)
    if "," in text:
        raise ArgumentError(name, item, "an item of a list can't hold a comma")
    return text


def _written_scalar(name: str, value: object) -> str:
    value = value.item() if hasattr(value, "item") else value  # numpy's scalars
    if isinstance(value, bool):
        return written(name, value)
    if isinstance(value, float) and not math.isfinite(value):
        raise ArgumentError(name, value, "a number must be finite")
    if value is None or isinstance(value, Mapping | bytes):
        raise ArgumentTypeError(name, value, "a text, a number, a bool, a date, or a list of these")
    return str(value)


def _json(body: Json) -> bytes:
    try:
        # NaN is refused rather than written as null, which would clear the field.
        text = json.dumps(body, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
        return text.encode()
    except (TypeError, ValueError) as flaw:
        raise ArgumentError("json", body, f"it must be JSON ({flaw})") from flaw
