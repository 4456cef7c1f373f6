"""POST, PATCH and DELETE of an organization's members, and of invitations.

A person who is named by an address gets an id; the sandbox knows no accounts. Must not know keys.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from trackagoat_pandas.sandbox.bodies import Body, Form, Member
from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.chance import next_dice
from trackagoat_pandas.sandbox.declare import Answer, Entity, Route
from trackagoat_pandas.sandbox.lookups import check_organization, find_own
from trackagoat_pandas.sandbox.plans import check_limit, count
from trackagoat_pandas.sandbox.refusals import conflict, not_found
from trackagoat_pandas.sandbox.write_entities import DELETED, INVITATION, MEMBER

EMAIL = "^[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}([.][A-Za-z0-9-]{1,63}){1,5}$"


def add_member(call: Call) -> Answer:
    """Add a person to the organization."""
    check_organization(call, call.ids[0])
    name = "user_id" if call.body.get("user_id") is not None else "email"
    _check_new(call, "members", name, call.body[name])
    _check_room(call)
    dice = next_dice(call.database)
    member = {"user_id": dice.uuid(), "email": None, **_given(call)}
    return _made(call, "members", MEMBER, {"id": dice.uuid(), **member})


def update_member(call: Call) -> Answer:
    """Change a member's role."""
    member = _member(call)
    call.database.update("members", member["id"], {"role": call.body["role"]})
    return Answer(MEMBER.record(_member(call), {}))


def remove_member(call: Call) -> Answer:
    """Take a person out of the organization."""
    member = _member(call)
    call.database.write("DELETE FROM members WHERE id = ?", (member["id"],))
    return Answer({"id": member["user_id"], "deleted": True})


def invite(call: Call) -> Answer:
    """Invite a person."""
    check_organization(call, call.ids[0])
    for table in ("members", "invitations"):
        _check_new(call, table, "email", call.body["email"])
    _check_room(call)
    invitation_id = next_dice(call.database).uuid()
    return _made(call, "invitations", INVITATION, {"id": invitation_id, **_given(call)})


def cancel_invitation(call: Call) -> Answer:
    """Take an invitation back."""
    check_organization(call, call.ids[0])
    invitation = find_own(call, "Invitation", "invitations", call.ids[1])
    call.database.write("DELETE FROM invitations WHERE id = ?", (invitation["id"],))
    return Answer({"id": invitation["id"], "deleted": True})


def _given(call: Call) -> dict[str, Any]:
    given = {name: value for name, value in call.body.items() if value is not None}
    return {"role": "member", **given}


def _made(call: Call, table: str, entity: Entity, row: dict[str, Any]) -> Answer:
    whole = {**row, "org_id": call.organization.id, "created_at": call.now_text}
    call.database.insert(table, [whole])
    return Answer({field.name: whole[field.name] for field in entity.fields}, status=201)


def _member(call: Call) -> sqlite3.Row:
    check_organization(call, call.ids[0])
    found = call.database.rows(
        "SELECT * FROM members WHERE user_id = ? AND org_id = ?",
        (call.ids[1], call.organization.id),
    )
    if not found:
        raise not_found("Member")
    return found[0]


def _check_new(call: Call, table: str, name: str, value: str) -> None:
    if count(call, table, f"org_id = ? AND lower({name}) = lower(?)", call.organization.id, value):
        raise conflict("The person is a member or invited already", "duplicate")


def _check_room(call: Call) -> None:
    """Count invitations too: each may become a member."""
    check_limit(
        call,
        "max_members_per_org",
        lambda: sum(
            count(call, table, "org_id = ?", call.organization.id)
            for table in ("members", "invitations")
        ),
    )


_ROLE = Member("role", "string", "What the person may do.", choices=("admin", "member"))
_ADDRESS = Member("email", "string", "The address.", required=True, pattern=EMAIL)
_NEW: Body = (
    Form(
        (
            Member("user_id", "uuid", "The person.", required=True),
            Member("email", "null", "Not beside user_id."),
            _ROLE,
        )
    ),
    Form((_ADDRESS, Member("user_id", "null", "Not beside email."), _ROLE)),
)

ROUTES = (
    Route(
        "/organizations/{id}/members",
        "Add a member",
        add_member,
        rows=MEMBER,
        method="POST",
        body=_NEW,
        successes=(201,),
        refusals=(402, 409),
    ),
    Route(
        "/organizations/{id}/members/{user_id}",
        "Change a member's role",
        update_member,
        rows=MEMBER,
        method="PATCH",
        body=(Form((_ROLE,), least=1),),
    ),
    Route(
        "/organizations/{id}/members/{user_id}",
        "Remove a member",
        remove_member,
        rows=DELETED,
        method="DELETE",
    ),
    Route(
        "/organizations/{id}/invitations",
        "Invite a person",
        invite,
        rows=INVITATION,
        method="POST",
        body=(Form((_ADDRESS, _ROLE)),),
        successes=(201,),
        refusals=(402, 409),
    ),
    Route(
        "/organizations/{id}/invitations/{invitation_id}",
        "Take an invitation back",
        cancel_invitation,
        rows=DELETED,
        method="DELETE",
    ),
)
