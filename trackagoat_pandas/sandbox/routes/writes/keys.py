"""POST and DELETE of API keys. A new one works at once, a revoked one never again.

The plain key is in the answer to the request that made it, and in no other. Must not know how a
key is checked.
"""

from __future__ import annotations

import json
from typing import Any

from trackagoat_pandas.sandbox.bodies import Body, Form, Member
from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.chance import new_id, new_secret
from trackagoat_pandas.sandbox.declare import Answer, Route
from trackagoat_pandas.sandbox.lookups import check_organization, find_own
from trackagoat_pandas.sandbox.plans import check_limit, count
from trackagoat_pandas.sandbox.write_entities import API_KEY, DELETED

SCOPES = ("read", "write")


def create_key(call: Call) -> Answer:
    """Make a key of the organization."""
    check_organization(call, call.ids[0])
    usable = "org_id = ? AND revoked_at IS NULL"
    check_limit(
        call,
        "max_api_keys_per_org",
        lambda: count(call, "api_keys", usable, call.organization.id),
    )
    scopes = call.body.get("scopes", list(SCOPES))
    row: dict[str, Any] = {
        "id": new_id(call.database),
        "org_id": call.organization.id,
        "key": f"tga_{new_secret(call.database)}",
        "name": call.body["name"],
        "scopes": json.dumps(scopes),
        "expires_at": None,
        "revoked_at": None,
        "created_at": call.now_text,
    }
    call.database.insert("api_keys", [row])
    shown = {field.name: row[field.name] for field in API_KEY.fields}
    return Answer({**shown, "scopes": scopes}, status=201)


def revoke_key(call: Call) -> Answer:
    """Revoke a key; one that was revoked before stays so."""
    check_organization(call, call.ids[0])
    key = find_own(call, "API key", "api_keys", call.ids[1])
    if key["revoked_at"] is None:
        call.database.update("api_keys", key["id"], {"revoked_at": call.now_text})
    return Answer({"id": key["id"], "deleted": True})


_NEW: Body = (
    Form(
        (
            Member("name", "string", "The name.", required=True, low=1, high=100),
            Member(
                "scopes",
                "array",
                "What it may do; default: both.",
                low=1,
                high=len(SCOPES),
                items=Member("scope", "string", "One of them.", choices=SCOPES),
                unique=True,
            ),
        )
    ),
)

ROUTES = (
    Route(
        "/organizations/{id}/api-keys",
        "Make an API key; its plain text is shown this once",
        create_key,
        rows=API_KEY,
        method="POST",
        body=_NEW,
        successes=(201,),
        refusals=(402, 409),
    ),
    Route(
        "/organizations/{id}/api-keys/{key_id}",
        "Revoke an API key",
        revoke_key,
        rows=DELETED,
        method="DELETE",
    ),
)
