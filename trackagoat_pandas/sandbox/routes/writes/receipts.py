"""POST /payouts/payment-receipts/upload-url: where a receipt may be put, once and for a while.

Must not know how the bytes are received.
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

from trackagoat_pandas.sandbox import uploads
from trackagoat_pandas.sandbox.bodies import Body, Form, Member
from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.chance import new_secret
from trackagoat_pandas.sandbox.clock import format_instant
from trackagoat_pandas.sandbox.declare import Answer, Route
from trackagoat_pandas.sandbox.lookups import find_payout
from trackagoat_pandas.sandbox.write_entities import UPLOAD

LIFETIME = timedelta(minutes=15)
TYPES = ("application/pdf", "image/jpeg", "image/png", "image/webp")


def upload_url(call: Call) -> Answer:
    """Hand out an address for one receipt of a payment."""
    payment = find_payout(call, "Payout payment", "payout_payments", call.body["payment_id"])
    token = new_secret(call.database)
    receipts = f"https://cdn.trackagoat.example/receipts/{payment['id']}"
    row = {
        "token": token,
        "payment_id": payment["id"],
        "content_type": call.body["content_type"],
        "receipt_url": f"{receipts}/{token[:8]}-{quote(call.body['file_name'], '')}",
        "expires_at": format_instant(call.now + LIFETIME),
        "content": None,
    }
    call.database.insert("uploads", [row])
    upload = f"{call.host_url.rstrip('/')}{uploads.PREFIX}{token}"
    shown = {name: row[name] for name in ("receipt_url", "expires_at")}
    return Answer({"upload_url": upload, **shown})


_BODY: Body = (
    Form(
        (
            Member("payment_id", "uuid", "The payment.", required=True),
            Member("file_name", "string", "The file's name.", required=True, low=1, high=200),
            Member("content_type", "string", "The file's type.", required=True, choices=TYPES),
        )
    ),
)

ROUTES = (
    Route(
        "/payouts/payment-receipts/upload-url",
        "Get an address to which a receipt may be put",
        upload_url,
        rows=UPLOAD,
        method="POST",
        body=_BODY,
    ),
)
