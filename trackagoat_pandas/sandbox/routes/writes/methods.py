"""Create, change and delete payout methods; the built-in ones stay."""

from __future__ import annotations

import sqlite3
from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from trackagoat_pandas.sandbox.bodies import Body, Edit, Notes, ShortName
from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.changes import changed, deleted, made
from trackagoat_pandas.sandbox.declare import Answer, create, delete, patch
from trackagoat_pandas.sandbox.entities import Deleted, PayoutMethod
from trackagoat_pandas.sandbox.envelope import conflict
from trackagoat_pandas.sandbox.formats import doc, like
from trackagoat_pandas.sandbox.lookups import check_limit, find

_ICONS = "https://cdn.trackagoat.example/"
_Path: TypeAlias = Annotated[
    Annotated[str, like("^[A-Za-z0-9._-]{1,100}(/[A-Za-z0-9._-]{1,100}){0,5}$")] | UnsetType | None,
    doc("The icon's path among the organization's files."),
]
_Metadata: TypeAlias = Annotated[
    dict[str, Any] | UnsetType, doc("Free-form object of the organization's own.")
]


class NewMethod(Body):
    """A payout method."""

    name: ShortName
    icon_path: _Path = UNSET
    metadata: _Metadata = UNSET
    readme: Notes = UNSET


class MethodEdit(Edit):
    """Changes of a payout method."""

    name: ShortName | UnsetType = UNSET
    is_active: Annotated[bool | UnsetType, doc("Whether new payments may use it.")] = UNSET
    icon_path: _Path = UNSET
    metadata: _Metadata = UNSET
    readme: Notes = UNSET


def create_method(call: Call) -> Answer:
    """Create a payout method."""
    check_limit(call, "max_payout_methods_per_org")
    row = {"org_id": call.organization.id, "is_default": 0, "is_active": 1, "metadata": "{}"}
    return made(call, "payout_methods", PayoutMethod, row | _columns(call.body))


def update_method(call: Call) -> Answer:
    """Change a payout method, or switch it on or off."""
    method = find(call, "Payout method", call.ids[0])
    if call.body.get("is_active") is False:
        _check_own(method)
    return changed(call, "payout_methods", PayoutMethod, method["id"], _columns(call.body))


def delete_method(call: Call) -> Answer:
    """Delete a payout method, unless it is built in; payments keep its name."""
    method = find(call, "Payout method", call.ids[0])
    _check_own(method)
    call.database.write("DELETE FROM payout_methods WHERE id = ?", (method["id"],))
    call.database.write(
        "UPDATE payout_payments SET method_id = NULL WHERE method_id = ?", (method["id"],)
    )
    return deleted(method["id"])


def _check_own(method: sqlite3.Row) -> None:
    if method["is_default"]:
        raise conflict("A built-in payout method can't be disabled or deleted", "default_method")


def _columns(body: Any) -> dict[str, Any]:
    columns = dict(body)
    if "metadata" in columns:
        columns["metadata"] = msgspec.json.encode(columns["metadata"]).decode()
    if "icon_path" in columns:
        path = columns.pop("icon_path")  # written as a path, shown as an address
        columns["icon_url"] = None if path is None else _ICONS + path
    return columns


ROUTES = (
    create("/payout-methods", create_method, PayoutMethod, NewMethod, refusals=(402, 409)),
    patch("/payout-methods/{id}", update_method, PayoutMethod, MethodEdit, refusals=(409,)),
    delete("/payout-methods/{id}", delete_method, Deleted, refusals=(409,)),
)
