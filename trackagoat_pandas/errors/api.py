"""What the API itself refuses, by status and code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from trackagoat_pandas.errors.base import TrackaGoatError, listing

MEANINGS: Final[Mapping[str, str]] = {
    "handle_taken": "Another creator of the project has this handle.",
    "creator_banned": "TikTok has banned the account of this handle.",
    "invalid_handle": "TikTok has no account of this handle.",
    "no_change": "It already is as asked.",
}
"""Codes that the API sends in the place of a sentence, and what they mean."""
_NAMED: Final = 3
"""How many ids a sentence lists before it only counts."""


class ApiError(TrackaGoatError):
    """The API answered with an error envelope.

    ``status``, ``path``, ``code``, ``message`` and ``meta`` hold what it said. The code stands in
    ``meta.code``, or is the whole of the message where that is one of `MEANINGS`. ``asked`` has the
    ids that the query and the body named, by parameter.
    """

    _shown: ClassVar[tuple[str, ...]] = ("path", "status", "code")

    advice = ""

    def __init__(
        self,
        status: int,
        path: str,
        message: str,
        *,
        code: str | None = None,
        meta: Mapping[str, Any] | None = None,
        asked: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.status, self.path, self.message, self.code = status, path, message, code
        self.meta, self.asked = dict(meta or {}), dict(asked or {})
        label = f"HTTP {status}" + (f" {code}" if code else "")
        said = MEANINGS.get(message, message) or "no message"
        advice = f" {self._advice()}".rstrip()
        super().__init__(f"{path}: {label}: {said}.{advice}".replace("..", "."))

    def _advice(self) -> str:
        return self.advice


class BadRequestError(ApiError, ValueError):
    """400: the query, body or parameters are wrong."""


class UnauthorizedError(ApiError, PermissionError):
    """401: the key is missing, malformed, revoked or expired."""

    advice = "Make a new key on the API keys page."


class LimitReachedError(ApiError):
    """402: a limit of the plan is reached: ``limit_key``, ``current``, ``maximum``."""

    _shown = ("path", "status", "code", "limit_key", "current", "maximum")

    @property
    def limit_key(self) -> str | None:
        """The limit's name, such as max_creators_per_org."""
        return self.meta.get("limitKey")

    @property
    def current(self) -> int | None:
        """How much of the limit is used."""
        return self.meta.get("current")

    @property
    def maximum(self) -> int | None:
        """The limit."""
        return self.meta.get("max")


class RetentionExceededError(ApiError, ValueError):
    """402: the dates begin before what the plan keeps; ``earliest`` is its first day, if known."""

    _shown = ("path", "status", "code", "earliest")

    def __init__(
        self,
        status: int,
        path: str,
        message: str,
        *,
        code: str | None = None,
        meta: Mapping[str, Any] | None = None,
        earliest: dt.date | None = None,
    ) -> None:
        self.earliest = earliest
        if earliest is not None:
            self.advice = (
                f"The earliest day that the plan keeps is {earliest}; start there, "
                "or pass clip=True."
            )
        super().__init__(status, path, message, code=code, meta=meta)


class ForbiddenError(ApiError, PermissionError):
    """403: a scope is missing (``required``, ``granted``), or someone is banned."""

    _shown = ("path", "status", "code", "required", "granted")

    @property
    def required(self) -> Any:
        """The scope that the endpoint asks for."""
        return self.meta.get("required")

    @property
    def granted(self) -> Any:
        """The scopes that the key has."""
        return self.meta.get("granted")


class NotFoundError(ApiError, LookupError):
    """404: it does not exist, or belongs to another organization."""

    def _advice(self) -> str:
        named = "; ".join(f"{name} {listing(ids, _NAMED)}" for name, ids in self.asked.items())
        return f"Asked for {named}." if named else ""


class ConflictError(ApiError):
    """409: a duplicate, a state conflict, or an idempotency key used on another route."""


class GoneError(ApiError, LookupError):
    """410: the endpoint was removed from the API."""


class RateLimitedError(ApiError, TimeoutError):
    """429: too many requests a minute, or the daily quota is used up; ``retry_at`` says when."""

    _shown = ("path", "status", "code", "retry_at")

    retry_at: dt.datetime | None = None


class ServerError(ApiError):
    """5xx: the server failed, after every retry."""
