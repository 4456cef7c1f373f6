"""Idempotency: a POST that is sent again with its key gets the answer that it got before.

A reply is kept in the transaction that did what was asked, for 24 hours of the sandbox's clock; a
refusal is not kept. Must not know any route.
"""

from __future__ import annotations

import hashlib
import re

import msgspec
from werkzeug.wrappers import Response

from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.refusals import RefusedError, conflict

KEPT_S = 24 * 3_600.0
HEADER = "Idempotency-Key"
PATTERN = "^[!-~]{1,255}$"
_KEY = re.compile("[!-~]{1,255}")
_encode = msgspec.json.Encoder(order="deterministic").encode


def read_key(text: str | None) -> str | None:
    """Take the key from its header, or raise the 400 that says how keys look."""
    if text is None or _KEY.fullmatch(text):
        return text
    message = f"{HEADER} has from 1 to 255 visible characters"
    raise RefusedError(400, message, code="invalid_params")


def recall(call: Call, key: str) -> Response | None:
    """Return the reply that a key got before, if it is asked for the same thing again."""
    oldest = call.now_ts - KEPT_S
    call.database.write("DELETE FROM replies WHERE created_ts <= ?", (oldest,))
    found = call.database.rows(
        "SELECT * FROM replies WHERE org_id = ? AND key = ?", (call.organization.id, key)
    )
    if not found:
        return None
    [row] = found
    if row["asked"] != _route(call):
        raise conflict("The idempotency key was used on another route", "idempotency_conflict")
    if row["digest"] != _digest(call):
        raise conflict("The idempotency key was used with another body", "idempotency_conflict")
    response = Response(row["body"], row["status"], content_type="application/json; charset=utf-8")
    response.headers["Idempotency-Replayed"] = "true"
    return response


def remember(call: Call, key: str, response: Response) -> None:
    """Keep a reply."""
    reply = {
        "org_id": call.organization.id,
        "key": key,
        "asked": _route(call),
        "digest": _digest(call),
        "status": response.status_code,
        "body": response.get_data(),
        "created_ts": call.now_ts,
    }
    call.database.insert("replies", [reply])


def _route(call: Call) -> str:
    return call.path.lower()  # an id in capitals is the same id


def _digest(call: Call) -> str:
    return hashlib.sha256(_encode(call.body)).hexdigest()
