"""Void and restore accruals, record and change payments, and take in their receipts.

A recorded payment's accruals are paid; a voided one's are pending again. No money moves. A receipt
is uploaded once, without a key, to an address outside of the API. A request with a key is refused
there: the client has leaked its key.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, TypeAlias
from urllib.parse import quote

import msgspec
from msgspec import UNSET, Meta, UnsetType
from werkzeug.wrappers import Request, Response

from trackagoat_pandas.sandbox.bodies import MOST_ITEMS, Body, Edit, check_unique
from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.changes import changed, made
from trackagoat_pandas.sandbox.clock import format_instant, parse_instant
from trackagoat_pandas.sandbox.database import Database, marks
from trackagoat_pandas.sandbox.declare import Answer, create, patch, post
from trackagoat_pandas.sandbox.dice import new_secret
from trackagoat_pandas.sandbox.entities import PayoutAccrual, PayoutPayment, ReceiptUpload
from trackagoat_pandas.sandbox.envelope import (
    RefusedError,
    conflict,
    invalid_body,
    not_found,
    success,
)
from trackagoat_pandas.sandbox.formats import Instant, Uuid, doc, like
from trackagoat_pandas.sandbox.lookups import find

UPLOADS = "/uploads/"
_MOST_UPLOAD_BYTES = 5_000_000
_UPLOAD_LIFETIME = timedelta(minutes=15)
_Note: TypeAlias = Annotated[
    Annotated[str, Meta(max_length=1_000)] | UnsetType | None, doc("A note.")
]


class AccrualEdit(Body):
    """A new status of an accrual."""

    status: Annotated[Literal["pending", "voided"], doc("voided, or pending again.")]
    note: _Note = UNSET


class NewPayment(Body):
    """A payment to record."""

    creator_id: Annotated[Uuid, doc("Who was paid.")]
    accrual_ids: Annotated[
        list[Uuid],
        Meta(min_length=1, max_length=MOST_ITEMS, extra_json_schema={"uniqueItems": True}),
        doc("The pending accruals that it settles."),
    ]
    amount_cents: Annotated[int, Meta(ge=1, le=10**12), doc("Cents paid.")]
    method_id: Annotated[Uuid, doc("How it was paid.")]
    paid_at: Annotated[Instant | UnsetType | None, doc("When it was paid; default: now.")] = UNSET
    note: _Note = UNSET

    def __post_init__(self) -> None:
        check_unique("accrual_ids", self.accrual_ids)


class PaymentEdit(Edit):
    """Changes of a payment."""

    status: Annotated[Literal["voided"] | UnsetType, doc("Voids the payment.")] = UNSET
    note: _Note = UNSET
    receipt_url: Annotated[
        Annotated[str, like("^https?://[!-~]{1,2000}$")] | UnsetType | None, doc("The receipt.")
    ] = UNSET


class NewUpload(Body):
    """A receipt that will be uploaded."""

    payment_id: Annotated[Uuid, doc("The payment.")]
    file_name: Annotated[str, Meta(min_length=1, max_length=200), doc("The file's name.")]
    content_type: Annotated[
        Literal["application/pdf", "image/jpeg", "image/png", "image/webp"],
        doc("The file's type."),
    ]


def update_accrual(call: Call) -> Answer:
    """Void a pending accrual, or restore a voided one."""
    accrual = find(call, "Payout accrual", call.ids[0])
    status: str = call.body["status"]
    if accrual["status"] == "paid":
        raise conflict("The accrual is paid: void its payment first", "state_conflict")
    if accrual["status"] == status:
        raise conflict(f"The accrual is {status} already", "no_change")
    changes: dict[str, Any] = {"status": status}
    if call.body.get("note") is not None:
        basis = {**json.loads(accrual["basis"]), "note": call.body["note"]}
        changes["basis"] = msgspec.json.encode(basis).decode()
    return changed(call, "payout_accruals", PayoutAccrual, accrual["id"], changes)


def record_payment(call: Call) -> Answer:
    """Record a payment, which settles accruals; its amount may differ from theirs."""
    creator = find(call, "Creator", call.body["creator_id"])
    method = find(call, "Payout method", call.body["method_id"])
    if not method["is_active"]:
        raise conflict("The payout method is disabled", "state_conflict")
    # All are checked before anything is written.
    for accrual_id in call.body["accrual_ids"]:
        accrual = find(call, "Payout accrual", accrual_id)
        if accrual["creator_id"] != creator["id"]:
            raise conflict(f"The accrual {accrual_id} is another creator's", "state_conflict")
        if accrual["status"] != "pending":
            message = f"The accrual {accrual_id} is {accrual['status']}, not pending"
            raise conflict(message, "state_conflict")
    _settle(call, call.body["accrual_ids"], "pending", "paid")
    row = {
        **call.body,
        "project_id": creator["project_id"],
        "accrual_ids": json.dumps(call.body["accrual_ids"]),
        "method_name": method["name"],
        "status": "recorded",
        "paid_at": call.body.get("paid_at") or call.now_text,
    }
    return made(call, "payout_payments", PayoutPayment, row)


def update_payment(call: Call) -> Answer:
    """Void a payment, or change its note or receipt."""
    payment = find(call, "Payout payment", call.ids[0])
    if "status" in call.body:
        if payment["status"] == "voided":
            raise conflict("The payment is voided already", "no_change")
        _settle(call, json.loads(payment["accrual_ids"]), "paid", "pending")
    return changed(call, "payout_payments", PayoutPayment, payment["id"], call.body)


def upload_url(call: Call) -> Answer:
    """Get an address to which a receipt can be uploaded."""
    payment = find(call, "Payout payment", call.body["payment_id"])
    token = new_secret(call.database)
    receipts = f"https://cdn.trackagoat.example/receipts/{payment['id']}"
    row = {
        "token": token,
        "payment_id": payment["id"],
        "content_type": call.body["content_type"],
        "receipt_url": f"{receipts}/{token[:8]}-{quote(call.body['file_name'], '')}",
        "expires_at": format_instant(call.now + _UPLOAD_LIFETIME),
    }
    address = f"{call.host_url.rstrip('/')}{UPLOADS}{token}"
    return Answer(ReceiptUpload.record(call.database.add("uploads", row), {"upload_url": address}))


def receive(database: Database, request: Request, now: datetime) -> Response:
    """Store the bytes that are uploaded to an address."""
    if request.method != "PUT":
        message = f"{request.method} is not allowed here"
        raise RefusedError(405, message, headers={"Allow": "PUT"})
    if "Authorization" in request.headers:
        raise RefusedError(
            400, "An upload must not have an Authorization header", code="invalid_params"
        )
    if (request.content_length or 0) > _MOST_UPLOAD_BYTES:
        raise invalid_body("The receipt", f"is larger than {_MOST_UPLOAD_BYTES} bytes")
    token, content = request.path.removeprefix(UPLOADS), request.get_data()
    # In one transaction, so that one of two simultaneous PUTs is refused.
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
            raise invalid_body("The receipt", f"must be a file of type {row['content_type']}")
        database.write("UPDATE uploads SET content = ? WHERE token = ?", (content, token))
    return success({"receipt_url": row["receipt_url"]})


def _settle(call: Call, accrual_ids: Sequence[str], before: str, after: str) -> None:
    own = f"status = ? AND id IN ({marks(accrual_ids)})"
    call.database.write(
        f"UPDATE payout_accruals SET status = ? WHERE {own}", (after, before, *accrual_ids)
    )


ROUTES = (
    patch("/payout-accruals/{id}", update_accrual, PayoutAccrual, AccrualEdit, refusals=(409,)),
    create("/payout-payments", record_payment, PayoutPayment, NewPayment),
    patch("/payout-payments/{id}", update_payment, PayoutPayment, PaymentEdit, refusals=(409,)),
    post("/payouts/payment-receipts/upload-url", upload_url, ReceiptUpload, NewUpload),
)
