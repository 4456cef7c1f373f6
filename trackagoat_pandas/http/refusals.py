"""Which error a refusal of the API becomes."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from trackagoat_pandas.errors import (
    ApiError,
    BadRequestError,
    ConflictError,
    ForbiddenError,
    GoneError,
    LimitReachedError,
    NotFoundError,
    RateLimitedError,
    RetentionExceededError,
    ServerError,
    UnauthorizedError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trackagoat_pandas._types import Json
    from trackagoat_pandas.http.envelope import Complaint
    from trackagoat_pandas.http.messages import Call

_FIRST_SERVER_ERROR: Final = 500
_FIRST_ERROR: Final = 400

_BY_STATUS: Final[Mapping[int, type[ApiError]]] = {
    400: BadRequestError,
    401: UnauthorizedError,
    402: LimitReachedError,
    403: ForbiddenError,
    404: NotFoundError,
    409: ConflictError,
    410: GoneError,
    422: BadRequestError,
    429: RateLimitedError,
}
_BY_CODE: Final[Mapping[str | None, type[ApiError]]] = {
    "invalid_query": BadRequestError,
    "invalid_body": BadRequestError,
    "invalid_params": BadRequestError,
    "invalid_api_key": UnauthorizedError,
    "limit_reached": LimitReachedError,
    "insufficient_scope": ForbiddenError,
    "rate_limit_exceeded": RateLimitedError,
    "too_many_requests": RateLimitedError,
    "internal_error": ServerError,
}


def refusal(status: int, call: Call, complaint: Complaint) -> ApiError:
    """Give the error for what the API said; the code decides where the status says nothing."""
    facts = status, call.path, complaint.message
    code, meta = complaint.code, complaint.meta
    if code == "retention_exceeded":
        return RetentionExceededError(*facts, code=code, meta=meta, earliest=_earliest(meta))
    return _kind(status, code)(*facts, code=code, meta=meta, asked=call.ids)


def _kind(status: int, code: str | None) -> type[ApiError]:
    if status >= _FIRST_SERVER_ERROR:
        return ServerError
    if status >= _FIRST_ERROR:
        return _BY_STATUS.get(status, ApiError)
    return _BY_CODE.get(code, ApiError)


def _earliest(meta: Mapping[str, Json]) -> dt.date | None:
    given = meta.get("earliestDate")
    try:
        return dt.date.fromisoformat(str(given)[:10])
    except ValueError:
        return None
