"""Idempotency: a POST that is repeated with its key gets the same reply.

A reply is kept in the transaction of its write, for 24 hours of the sandbox's clock. A refusal is
not kept.
"""

from __future__ import annotations

import hashlib
import re

import msgspec
from werkzeug.wrappers import Response

from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.declare import Answer, Route
from trackagoat_pandas.sandbox.envelope import RefusedError, conflict, success

KEPT_S = 24 * 3_600.0
HEADER = "Idempotency-Key"
PATTERN = "^[!-~]{1,255}$"
_KEY = re.compile("[!-~]{1,255}")
# The order of a body's members makes no difference.
_encode = msgspec.json.Encoder(order="deterministic").encode


def read_key(text: str | None) -> str | None:
    """Check the key in the header, or raise 400."""
    if text is None or _KEY.fullmatch(text):
        return text
    message = f"{HEADER} must have 1 to 255 visible ASCII characters"
    raise RefusedError(400, message, code="invalid_params")


def carry_out(call: Call, route: Route, key: str | None) -> Response:
    """Run a write in one transaction, and only once for each idempotency key."""
    with call.database.transaction():
        if key is None:
            return rendered(route.handler(call))
        response = _recall(call, key)
        if response is None:
            response = rendered(route.handler(call))
            _remember(call, key, response)
        return response


def rendered(answer: Answer | Response) -> Response:
    """Put an answer into its envelope, unless it is a response already."""
    if isinstance(answer, Response):
        return answer
    return success(answer.data, answer.meta, answer.status)


def _recall(call: Call, key: str) -> Response | None:
    oldest = call.now_ts - KEPT_S
    call.database.write("DELETE FROM replies WHERE created_ts <= ?", (oldest,))
    found = call.database.rows(
        "SELECT * FROM replies WHERE org_id = ? AND key = ?", (call.organization.id, key)
    )
    if not found:
        return None
    [row] = found
    # Ids in the path are the same in upper and lower case.
    if row["asked"] != call.path.lower():
        raise conflict("The idempotency key was used on another route", "idempotency_conflict")
    if row["digest"] != _digest(call):
        raise conflict("The idempotency key was used with another body", "idempotency_conflict")
    response = Response(row["body"], row["status"], content_type="application/json; charset=utf-8")
    response.headers["Idempotency-Replayed"] = "true"
    return response


def _remember(call: Call, key: str, response: Response) -> None:
    reply = {
        "org_id": call.organization.id,
        "key": key,
        "asked": call.path.lower(),
        "digest": _digest(call),
        "status": response.status_code,
        "body": response.get_data(),
        "created_ts": call.now_ts,
    }
    call.database.insert("replies", [reply])


def _digest(call: Call) -> str:
    return hashlib.sha256(_encode(call.body)).hexdigest()
