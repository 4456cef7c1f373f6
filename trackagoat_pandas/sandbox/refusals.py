"""What the sandbox refuses, as exceptions that carry the error envelope's facts.

Knows statuses, codes and sentences. Must not know WSGI or the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

_SHOWN = 60


class RefusedError(Exception):
    """A request that is answered with an error envelope.

    Parameters
    ----------
    status
        The HTTP status.
    message
        The envelope's ``error``.
    code
        ``meta.code``, if the contract names one.
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


def invalid_query(name: str, given: str, allowed: str) -> RefusedError:
    """400: a query parameter has a value that is not allowed."""
    shown = given if len(given) <= _SHOWN else given[:_SHOWN] + "…"
    return RefusedError(400, f"{name}={shown!r} is not allowed: {allowed}", code="invalid_query")


def missing_query(name: str, reason: str = "is required") -> RefusedError:
    """400: a query parameter is missing."""
    return RefusedError(400, f"{name} {reason}", code="invalid_query")


def invalid_body(name: str, allowed: str) -> RefusedError:
    """400: a member of the body, or the body, is not as it should be."""
    return RefusedError(400, f"{name} is not allowed: {allowed}", code="invalid_body")


def conflict(message: str, code: str) -> RefusedError:
    """409: the request is well-formed, and can't be done as things are."""
    return RefusedError(409, message, code=code)


def token(word: str) -> RefusedError:
    """409 as the page on renaming shows it: a known word as the error, and no ``meta.code``."""
    refusal = RefusedError(409, word)
    refusal.code = word  # what the item of a bulk answer says, but not meta
    return refusal


def check_order(first: date | None, last: date | None) -> None:
    """Raise 400 if a range of days ends before it begins."""
    if first is not None and last is not None and first > last:
        raise RefusedError(400, f"from={first} is after to={last}", code="invalid_query")


def check_days(first: str, last: str | None) -> None:
    """Raise 400 if days of a body end before they begin."""
    if last is not None and last < first:
        raise invalid_body("end_date", f"{last} is before start_date {first}")


def not_found(what: str) -> RefusedError:
    """404: absent, or another organization's; the answer doesn't say which."""
    return RefusedError(404, f"{what} not found")
