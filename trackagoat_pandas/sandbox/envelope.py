"""The envelope of every answer, and the errors that become envelopes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
from werkzeug.wrappers import Response

_SHOWN = 60
_encode = msgspec.json.Encoder().encode


def success(data: Any, meta: dict[str, Any] | None = None, status: int = 200) -> Response:
    """Answer with data."""
    return document({"data": data, "error": None, "meta": meta}, status)


def failure(refusal: RefusedError) -> Response:
    """Answer with an error: data is null."""
    body = {"data": None, "error": refusal.message, "meta": refusal.meta or None}
    response = document(body, refusal.status)
    response.headers.update(refusal.headers)
    return response


def document(value: Any, status: int = 200) -> Response:
    """Answer with a JSON document without an envelope, such as the OpenAPI description."""
    return Response(_encode(value), status, content_type="application/json; charset=utf-8")


class RefusedError(Exception):
    """A request that is answered with an error envelope.

    Parameters
    ----------
    status
        The HTTP status.
    message
        The envelope's ``error``.
    code
        ``meta.code``, if the API documents one.
    meta
        Further members of ``meta``.
    headers
        Headers that the status asks for, such as Retry-After.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        meta: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.code = status, message, code
        self.headers = dict(headers or {})
        self.meta = ({"code": code} if code else {}) | dict(meta or {})


def invalid_query(name: str, given: str, reason: str) -> RefusedError:
    """400: the value of a query parameter is invalid; ``reason`` ends the sentence."""
    shown = given if len(given) <= _SHOWN else given[:_SHOWN] + "…"
    return RefusedError(400, f"{name}={shown!r} {reason}", code="invalid_query")


def missing_query(name: str, reason: str = "is required") -> RefusedError:
    """400: a query parameter is missing or repeated; ``reason`` ends the sentence."""
    return RefusedError(400, f"{name} {reason}", code="invalid_query")


def invalid_body(name: str, reason: str) -> RefusedError:
    """400: the body or a member of it is invalid; ``reason`` ends the sentence."""
    return RefusedError(400, f"{name} {reason}", code="invalid_body")


def conflict(message: str, code: str) -> RefusedError:
    """409: the request is well-formed but conflicts with the current state."""
    return RefusedError(409, message, code=code)


def token(word: str) -> RefusedError:
    """409 as the API's page on renaming shows it: the error is a known word, without a code."""
    refusal = RefusedError(409, word)
    refusal.code = word  # only for the results of a bulk request: meta stays without it
    return refusal


def check_order(first: date | None, last: date | None) -> None:
    """Raise 400 if a range of days ends before it begins."""
    if first is not None and last is not None and first > last:
        raise RefusedError(400, f"from={first} is after to={last}", code="invalid_query")


def check_days(first: str, last: str | None) -> None:
    """Raise 400 if days of a body end before they begin."""
    if last is not None and last < first:
        raise invalid_body(f"end_date={last}", f"is before start_date={first}")


def not_found(what: str) -> RefusedError:
    """404: absent or another organization's; the answer doesn't say which."""
    return RefusedError(404, f"{what} not found")
