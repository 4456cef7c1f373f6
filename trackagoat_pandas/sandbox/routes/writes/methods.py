"""POST, PATCH and DELETE of payout methods. The built-in ones can't be taken away.

Must not know payments: these keep the name that a method had.
"""

from __future__ import annotations

import sqlite3
from typing import Any

import msgspec

from trackagoat_pandas.sandbox.bodies import Body, Form, Member
from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.chance import new_id
from trackagoat_pandas.sandbox.declare import Answer, Route
from trackagoat_pandas.sandbox.lookups import find_method
from trackagoat_pandas.sandbox.payout_entities import METHOD
from trackagoat_pandas.sandbox.plans import check_limit, count
from trackagoat_pandas.sandbox.refusals import conflict
from trackagoat_pandas.sandbox.write_entities import DELETED

_ICONS = "https://cdn.trackagoat.example/"


def create_method(call: Call) -> Answer:
    """Create a method of the organization's own."""
    check_limit(
        call,
        "max_payout_methods_per_org",
        lambda: count(call, "payout_methods", "org_id = ?", call.organization.id),
    )
    row = {
        "id": new_id(call.database),
        "org_id": call.organization.id,
        "icon_url": None,
        "is_default": 0,
        "is_active": 1,
        "metadata": "{}",
        "readme": None,
        "created_at": call.now_text,
        **_columns(call.body),
    }
    call.database.insert("payout_methods", [row])
    return Answer(METHOD.record(find_method(call, row["id"]), {}), status=201)


def update_method(call: Call) -> Answer:
    """Change a method, or switch it on or off."""
    method = find_method(call, call.ids[0])
    if call.body.get("is_active") is False:
        _check_own(method)
    call.database.update("payout_methods", method["id"], _columns(call.body))
    return Answer(METHOD.record(find_method(call, method["id"]), {}))


def delete_method(call: Call) -> Answer:
    """Delete a method; payments that were made by it keep its name."""
    method = find_method(call, call.ids[0])
    _check_own(method)
    call.database.write("DELETE FROM payout_methods WHERE id = ?", (method["id"],))
    call.database.write(
        "UPDATE payout_payments SET method_id = NULL WHERE method_id = ?", (method["id"],)
    )
    return Answer({"id": method["id"], "deleted": True})


def _check_own(method: sqlite3.Row) -> None:
    if method["is_default"]:
        raise conflict("A built-in payout method can't be taken away", "default_method")


def _columns(body: Any) -> dict[str, Any]:
    columns = dict(body)
    if "metadata" in columns:
        columns["metadata"] = msgspec.json.encode(columns["metadata"]).decode()
    if "icon_path" in columns:
        path = columns.pop("icon_path")
        columns["icon_url"] = None if path is None else _ICONS + path
    return columns


_DETAILS = (
    Member(
        "icon_path",
        "string",
        "The icon's path among the organization's files.",
        nullable=True,
        pattern="^[A-Za-z0-9._-]{1,100}(/[A-Za-z0-9._-]{1,100}){0,5}$",
    ),
    Member("metadata", "object", "Free-form object of the organization's own."),
    Member("readme", "string", "The team's notes.", nullable=True, high=10_000),
)
_NEW: Body = (
    Form((Member("name", "string", "The name.", required=True, low=1, high=100), *_DETAILS)),
)
_EDIT: Body = (
    Form(
        (
            Member("name", "string", "The name.", low=1, high=100),
            Member("is_active", "boolean", "Whether it may be used for new payments."),
            *_DETAILS,
        ),
        least=1,
    ),
)

ROUTES = (
    Route(
        "/payout-methods",
        "Create a payout method",
        create_method,
        rows=METHOD,
        method="POST",
        body=_NEW,
        successes=(201,),
        refusals=(402, 409),
    ),
    Route(
        "/payout-methods/{id}",
        "Change a payout method",
        update_method,
        rows=METHOD,
        method="PATCH",
        body=_EDIT,
        refusals=(409,),
    ),
    Route(
        "/payout-methods/{id}",
        "Delete a payout method; a built-in one can't be",
        delete_method,
        rows=DELETED,
        method="DELETE",
        refusals=(409,),
    ),
)
