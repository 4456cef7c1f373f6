"""Create and change organizations, projects, members, invitations and API keys.

A key belongs to one organization: any other is treated as if it didn't exist. The sandbox has no
accounts, so a person who is added by an email address gets a new id. A key's plain text is only in
the answer to the request that created it.
"""

from __future__ import annotations

import json
import sqlite3
from typing import Annotated, Any, Literal, TypeAlias

from msgspec import UNSET, Meta, UnsetType

from trackagoat_pandas.sandbox.bodies import Body, Edit, Name, ShortName, check_unique
from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.changes import changed, deleted, made
from trackagoat_pandas.sandbox.declare import Answer, create, delete, patch
from trackagoat_pandas.sandbox.dice import new_id, new_secret, next_dice
from trackagoat_pandas.sandbox.entities import (
    ApiKey,
    Deleted,
    Invitation,
    Member,
    Organization,
    Project,
)
from trackagoat_pandas.sandbox.envelope import conflict, not_found
from trackagoat_pandas.sandbox.formats import Uuid, doc, like
from trackagoat_pandas.sandbox.lookups import check_limit, count, find, found
from trackagoat_pandas.sandbox.organizations import SCOPES

EMAIL = "^[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}([.][A-Za-z0-9-]{1,63}){1,5}$"
_Description: TypeAlias = Annotated[
    Annotated[str, Meta(max_length=10_000)] | UnsetType | None, doc("What it is about.")
]
_Role: TypeAlias = Annotated[Literal["admin", "member"] | UnsetType, doc("The person's role.")]
_Email: TypeAlias = Annotated[str, like(EMAIL), doc("The address.")]
_Scopes: TypeAlias = Annotated[
    list[Literal["read", "write"]],
    Meta(min_length=1, max_length=2, extra_json_schema={"uniqueItems": True}),
    doc("What it may do; default: both."),
]


class NewOrganization(Body):
    """An organization."""

    name: Name


class NewProject(Body):
    """A project."""

    name: Name
    description: _Description = UNSET


class ProjectEdit(Edit):
    """Changes of a project."""

    name: Name | UnsetType = UNSET
    description: _Description = UNSET


class NewMemberById(Body):
    """A member identified by a user id."""

    user_id: Annotated[Uuid, doc("The person's user id.")]
    email: Annotated[UnsetType | None, doc("Not together with user_id.")] = UNSET
    role: _Role = UNSET


class NewMemberByEmail(Body):
    """A member identified by an email address."""

    email: _Email
    user_id: Annotated[UnsetType | None, doc("Not together with email.")] = UNSET
    role: _Role = UNSET


class MemberEdit(Edit):
    """The role of a member."""

    role: _Role = UNSET


class NewInvitation(Body):
    """An invitation."""

    email: _Email
    role: _Role = UNSET


class NewKey(Body):
    """An API key."""

    name: ShortName
    scopes: _Scopes | UnsetType = UNSET

    def __post_init__(self) -> None:
        check_unique("scopes", self.scopes)


def create_organization(call: Call) -> Answer:
    """Create an organization, which the calling key can't access."""
    # Without a plan nothing is limited.
    return made(call, "organizations", Organization, {**call.body, "timezone": call.zone.key})


def create_project(call: Call) -> Answer:
    """Create a project in the organization's time zone."""
    _check_organization(call)
    check_limit(call, "max_projects_per_org")
    home = {"org_id": call.organization.id, "timezone": call.zone.key}
    return made(call, "projects", Project, {**call.body, **home, "updated_at": call.now_text})


def update_project(call: Call) -> Answer:
    """Change a project."""
    _check_organization(call)
    project_id: str = find(call, "Project", call.ids[1])["id"]
    changes = {**call.body, "updated_at": call.now_text}
    return changed(call, "projects", Project, project_id, changes)


def add_member(call: Call) -> Answer:
    """Add a member to the organization."""
    _check_organization(call)
    name = "user_id" if call.body.get("user_id") is not None else "email"
    _check_new(call, "members", name, call.body[name])
    check_limit(call, "max_members_per_org")
    dice = next_dice(call.database)
    member = {"user_id": dice.uuid(), "id": dice.uuid()}
    return made(call, "members", Member, member | _invitation(call))


def update_member(call: Call) -> Answer:
    """Change a member's role."""
    return changed(call, "members", Member, _member(call)["id"], call.body)


def remove_member(call: Call) -> Answer:
    """Remove a member from the organization."""
    member = _member(call)
    call.database.write("DELETE FROM members WHERE id = ?", (member["id"],))
    return deleted(member["user_id"])


def invite(call: Call) -> Answer:
    """Invite a person."""
    _check_organization(call)
    for table in ("members", "invitations"):
        _check_new(call, table, "email", call.body["email"])
    check_limit(call, "max_members_per_org")
    return made(call, "invitations", Invitation, _invitation(call))


def cancel_invitation(call: Call) -> Answer:
    """Cancel an invitation."""
    _check_organization(call)
    invitation = find(call, "Invitation", call.ids[1])
    call.database.write("DELETE FROM invitations WHERE id = ?", (invitation["id"],))
    return deleted(invitation["id"])


def create_key(call: Call) -> Answer:
    """Create an API key; its plain text is shown only once."""
    _check_organization(call)
    check_limit(call, "max_api_keys_per_org")
    row = {
        "id": new_id(call.database),
        "org_id": call.organization.id,
        "key": f"tga_{new_secret(call.database)}",
        "name": call.body["name"],
        "scopes": json.dumps(call.body.get("scopes", SCOPES)),
    }
    return made(call, "api_keys", ApiKey, row)


def revoke_key(call: Call) -> Answer:
    """Revoke an API key, unless it is revoked already."""
    _check_organization(call)
    key = find(call, "API key", call.ids[1])
    if key["revoked_at"] is None:
        call.database.update("api_keys", key["id"], {"revoked_at": call.now_text})
    return deleted(key["id"])


def _check_organization(call: Call) -> None:
    """Raise 404 unless the organization in the path is the key's."""
    if call.ids[0] != call.organization.id:
        raise not_found("Organization")


def _invitation(call: Call) -> dict[str, Any]:
    given = {name: value for name, value in call.body.items() if value is not None}
    return {"role": "member", "org_id": call.organization.id, **given}


def _member(call: Call) -> sqlite3.Row:
    _check_organization(call)
    sql = "SELECT * FROM members WHERE user_id = ? AND org_id = ?"
    return found(call, "Member", sql, call.ids[1], call.organization.id)


def _check_new(call: Call, table: str, name: str, value: str) -> None:
    if count(call, table, f"org_id = ? AND lower({name}) = lower(?)", call.organization.id, value):
        raise conflict("The person is a member or invited already", "duplicate")


_ORG = "/organizations/{id}"
_MEMBER = f"{_ORG}/members/{{user_id}}"
_MEMBERS = f"{_ORG}/members"
ROUTES = (
    create("/user/organizations", create_organization, Organization, NewOrganization),
    create(f"{_ORG}/projects", create_project, Project, NewProject, refusals=(402, 409)),
    patch(f"{_ORG}/projects/{{project_id}}", update_project, Project, ProjectEdit),
    create(_MEMBERS, add_member, Member, NewMemberById, NewMemberByEmail, refusals=(402, 409)),
    patch(_MEMBER, update_member, Member, MemberEdit),
    delete(_MEMBER, remove_member, Deleted),
    create(f"{_ORG}/invitations", invite, Invitation, NewInvitation, refusals=(402, 409)),
    delete(f"{_ORG}/invitations/{{invitation_id}}", cancel_invitation, Deleted),
    create(f"{_ORG}/api-keys", create_key, ApiKey, NewKey, refusals=(402, 409)),
    delete(f"{_ORG}/api-keys/{{key_id}}", revoke_key, Deleted),
)
