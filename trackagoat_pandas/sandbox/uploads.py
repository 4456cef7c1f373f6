"""The address to which a receipt is put: outside of the API, without a key, once.

A key that is sent here has leaked to where it doesn't belong, so it is refused. Knows the table of
uploads. Must not know payments.
"""

from __future__ import annotations

from datetime import datetime

from werkzeug.wrappers import Request, Response

from trackagoat_pandas.sandbox.clock import parse_instant
from trackagoat_pandas.sandbox.database import Database
from trackagoat_pandas.sandbox.envelope import success
from trackagoat_pandas.sandbox.refusals import RefusedError, conflict, invalid_body, not_found

PREFIX = "/uploads/"
MOST_BYTES = 5_000_000


def receive(database: Database, request: Request, now: datetime) -> Response:
    """Keep the bytes that are put to an upload's address."""
    if request.method != "PUT":
        message = f"{request.method} is not allowed here"
        raise RefusedError(405, message, headers={"Allow": "PUT"})
    if "Authorization" in request.headers:
        raise RefusedError(400, "An upload takes no Authorization header", code="invalid_params")
    if (request.content_length or 0) > MOST_BYTES:
        raise invalid_body("The receipt", f"it has at most {MOST_BYTES} bytes")
    token, content = request.path.removeprefix(PREFIX), request.get_data()
    with database.transaction():
        found = database.rows("SELECT * FROM uploads WHERE token = ?", (token,))
        if not found:
            raise not_found("Upload")
        [row] = found
        if parse_instant(row["expires_at"]) <= now:
            raise RefusedError(403, "The upload's address has expired")
        if row["content"] is not None:
            raise conflict("The upload's address was used already", "state_conflict")
        if not content or request.mimetype != row["content_type"]:
            raise invalid_body("The receipt", f"it is a file of the type {row['content_type']}")
        database.write("UPDATE uploads SET content = ? WHERE token = ?", (content, token))
    return success({"receipt_url": row["receipt_url"]})
