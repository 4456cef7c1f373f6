"""The envelope that every answer travels in: data, error, meta, as one compact line of UTF-8.

Knows JSON and responses. Must not know routes.
"""

from __future__ import annotations

from typing import Any

import msgspec
from werkzeug.wrappers import Response

from trackagoat_pandas.sandbox.refusals import RefusedError

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
    """Answer with a JSON document that is no envelope, such as the OpenAPI description."""
    return Response(_encode(value), status, content_type="application/json; charset=utf-8")
