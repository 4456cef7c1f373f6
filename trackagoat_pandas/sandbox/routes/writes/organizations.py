"""POST and PATCH of organizations and their projects.

A key belongs to one organization: any other is answered as if it didn't exist. Must not know who
is a member.
"""

from __future__ import annotations

from typing import Any

from trackagoat_pandas.sandbox.bodies import Body, Form, Member
from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.chance import new_id
from trackagoat_pandas.sandbox.declare import Answer, Route
from trackagoat_pandas.sandbox.entities import PROJECT
from trackagoat_pandas.sandbox.lookups import check_organization, find_project
from trackagoat_pandas.sandbox.plans import check_limit, count
from trackagoat_pandas.sandbox.write_entities import ORGANIZATION


def create_organization(call: Call) -> Answer:
    """Create an organization, which the key that asked doesn't belong to."""
    row: dict[str, Any] = {
        "id": new_id(call.database),
        "name": call.body["name"],
        "timezone": call.zone.key,
        "retention_days": None,
        "max_requests_per_day": None,
        "created_at": call.now_text,
    }
    call.database.insert("organizations", [row])
    shown = {field.name: row[field.name] for field in ORGANIZATION.fields}
    return Answer(shown, status=201)


def create_project(call: Call) -> Answer:
    """Create a project in the organization's time zone."""
    check_organization(call, call.ids[0])
    check_limit(
        call,
        "max_projects_per_org",
        lambda: count(call, "projects", "org_id = ?", call.organization.id),
    )
    row = {
        "id": new_id(call.database),
        "org_id": call.organization.id,
        "description": None,
        "timezone": call.zone.key,
        "created_at": call.now_text,
        "updated_at": call.now_text,
        **call.body,
    }
    call.database.insert("projects", [row])
    return Answer(PROJECT.record(find_project(call, row["id"]), {}), status=201)


def update_project(call: Call) -> Answer:
    """Change a project."""
    check_organization(call, call.ids[0])
    project_id: str = find_project(call, call.ids[1])["id"]
    call.database.update("projects", project_id, {**call.body, "updated_at": call.now_text})
    return Answer(PROJECT.record(find_project(call, project_id), {}))


_DESCRIPTION = Member("description", "string", "What it is about.", nullable=True, high=10_000)
_NAME = Member("name", "string", "The name.", required=True, low=1, high=200)
_EDIT: Body = (Form((Member("name", "string", "The name.", low=1, high=200), _DESCRIPTION), 1),)

ROUTES = (
    Route(
        "/user/organizations",
        "Create an organization",
        create_organization,
        rows=ORGANIZATION,
        method="POST",
        body=(Form((_NAME,)),),
        successes=(201,),
        refusals=(409,),
    ),
    Route(
        "/organizations/{id}/projects",
        "Create a project",
        create_project,
        rows=PROJECT,
        method="POST",
        body=(Form((_NAME, _DESCRIPTION)),),
        successes=(201,),
        refusals=(402, 409),
    ),
    Route(
        "/organizations/{id}/projects/{project_id}",
        "Change a project",
        update_project,
        rows=PROJECT,
        method="PATCH",
        body=_EDIT,
    ),
)
