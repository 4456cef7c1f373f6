"""Accruals that are voided or restored, and payments that settle them.

A recorded payment's accruals are paid; a voided one's are pending again. No money moves. Must not
know how an amount was worked out.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

import msgspec

from trackagoat_pandas.sandbox.bodies import MOST_ITEMS, Body, Form, Member
from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.chance import new_id
from trackagoat_pandas.sandbox.declare import Answer, Route
from trackagoat_pandas.sandbox.lookups import find_creator, find_method, find_payout
from trackagoat_pandas.sandbox.payout_entities import ACCRUAL, PAYMENT
from trackagoat_pandas.sandbox.refusals import conflict


def update_accrual(call: Call) -> Answer:
    """Void an accrual that is pending, or restore one that is voided."""
    accrual = _accrual(call, call.ids[0])
    status: str = call.body["status"]
    if accrual["status"] == "paid":
        raise conflict("The accrual is paid: void its payment first", "state_conflict")
    if accrual["status"] == status:
        raise conflict(f"The accrual is {status} already", "no_change")
    changes: dict[str, Any] = {"status": status}
    if call.body.get("note") is not None:
        basis = {**json.loads(accrual["basis"]), "note": call.body["note"]}
        changes["basis"] = msgspec.json.encode(basis).decode()
    call.database.update("payout_accruals", accrual["id"], changes)
    return Answer(ACCRUAL.record(_accrual(call, accrual["id"]), {}))


def record_payment(call: Call) -> Answer:
    """Record a payment, which settles accruals; its amount may differ from theirs."""
    creator = find_creator(call, call.body["creator_id"])
    method = find_method(call, call.body["method_id"])
    if not method["is_active"]:
        raise conflict("The payout method is disabled", "state_conflict")
    accruals = [_accrual(call, accrual_id) for accrual_id in call.body["accrual_ids"]]
    for accrual in accruals:
        if accrual["creator_id"] != creator["id"]:
            raise conflict(f"The accrual {accrual['id']} is another creator's", "state_conflict")
        if accrual["status"] != "pending":
            message = f"The accrual {accrual['id']} is {accrual['status']}, not pending"
            raise conflict(message, "state_conflict")
    row = {
        "id": new_id(call.database),
        "project_id": creator["project_id"],
        "creator_id": creator["id"],
        "accrual_ids": json.dumps(call.body["accrual_ids"]),
        "amount_cents": call.body["amount_cents"],
        "method_id": method["id"],
        "method_name": method["name"],
        "status": "recorded",
        "paid_at": call.body.get("paid_at") or call.now_text,
        "note": call.body.get("note"),
        "receipt_url": None,
        "created_at": call.now_text,
    }
    call.database.insert("payout_payments", [row])
    _settle(call, call.body["accrual_ids"], "pending", "paid")
    return Answer(PAYMENT.record(_payment(call, row["id"]), {}), status=201)


def update_payment(call: Call) -> Answer:
    """Void a payment, or change its note or receipt."""
    payment = _payment(call, call.ids[0])
    if "status" in call.body:
        if payment["status"] == "voided":
            raise conflict("The payment is voided already", "no_change")
        _settle(call, json.loads(payment["accrual_ids"]), "paid", "pending")
    call.database.update("payout_payments", payment["id"], call.body)
    return Answer(PAYMENT.record(_payment(call, payment["id"]), {}))


def _settle(call: Call, accrual_ids: Sequence[str], before: str, after: str) -> None:
    marks = ", ".join("?" * len(accrual_ids))
    call.database.write(
        f"UPDATE payout_accruals SET status = ? WHERE status = ? AND id IN ({marks})",
        (after, before, *accrual_ids),
    )


def _accrual(call: Call, accrual_id: str) -> sqlite3.Row:
    return find_payout(call, "Payout accrual", "payout_accruals", accrual_id)


def _payment(call: Call, payment_id: str) -> sqlite3.Row:
    return find_payout(call, "Payout payment", "payout_payments", payment_id)


_NOTE = Member("note", "string", "A note.", nullable=True, high=1_000)
_ACCRUAL_EDIT: Body = (
    Form(
        (
            Member(
                "status",
                "string",
                "voided, or pending again.",
                required=True,
                choices=("pending", "voided"),
            ),
            _NOTE,
        )
    ),
)
_NEW: Body = (
    Form(
        (
            Member("creator_id", "uuid", "Who was paid.", required=True),
            Member(
                "accrual_ids",
                "array",
                "The pending accruals that are settled.",
                required=True,
                low=1,
                high=MOST_ITEMS,
                items=Member("id", "uuid", "An accrual."),
                unique=True,
            ),
            Member("amount_cents", "integer", "Cents paid.", required=True, low=1, high=10**12),
            Member("method_id", "uuid", "How it was paid.", required=True),
            Member("paid_at", "datetime", "When it was paid; default: now.", nullable=True),
            _NOTE,
        )
    ),
)
_EDIT: Body = (
    Form(
        (
            Member("status", "string", "Voids the payment.", choices=("voided",)),
            _NOTE,
            Member(
                "receipt_url",
                "string",
                "The receipt.",
                nullable=True,
                pattern="^https?://[!-~]{1,2000}$",
            ),
        ),
        least=1,
    ),
)

ROUTES = (
    Route(
        "/payout-accruals/{id}",
        "Void an accrual, or restore it",
        update_accrual,
        rows=ACCRUAL,
        method="PATCH",
        body=_ACCRUAL_EDIT,
        refusals=(409,),
    ),
    Route(
        "/payout-payments",
        "Record a payment, which settles accruals",
        record_payment,
        rows=PAYMENT,
        method="POST",
        body=_NEW,
        successes=(201,),
        refusals=(409,),
    ),
    Route(
        "/payout-payments/{id}",
        "Void a payment, or change its note or receipt",
        update_payment,
        rows=PAYMENT,
        method="PATCH",
        body=_EDIT,
        refusals=(409,),
    ),
)
