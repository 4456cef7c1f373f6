"""Finding what an id names inside the caller's organization, or 404.

What belongs to another organization is answered as if it didn't exist. Knows the tables; must not
know how a row is shown.
"""

from __future__ import annotations

import sqlite3

from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.holdings import SHOWN
from trackagoat_pandas.sandbox.refusals import check_order, not_found

_OWN_PROJECTS = "project_id IN (SELECT id FROM projects WHERE org_id = ?)"


def project_ids(call: Call) -> list[str]:
    """Return the projects that a list covers: the one that was asked for, or all."""
    asked: str | None = call.arguments.get("project_id")
    if asked is not None:
        return [find_project(call, asked)["id"]]
    own = call.database.rows(
        "SELECT id FROM projects WHERE org_id = ? ORDER BY rowid", (call.organization.id,)
    )
    return [row["id"] for row in own]


def find_project(call: Call, project_id: str) -> sqlite3.Row:
    """Return a project's row."""
    return _find(call, "Project", "projects", "org_id = ?", project_id)


def find_creator(call: Call, creator_id: str) -> sqlite3.Row:
    """Return the row of a creator that is not deleted."""
    condition = f"deleted_at IS NULL AND {_OWN_PROJECTS}"
    return _find(call, "Creator", "creators", condition, creator_id)


def find_video(call: Call, video_id: str) -> sqlite3.Row:
    """Return the row of a video that the API shows."""
    return _find(call, "Video", "videos", f"{SHOWN} AND {_OWN_PROJECTS}", video_id)


def find_campaign(call: Call, campaign_id: str) -> sqlite3.Row:
    """Return a campaign's row."""
    return _find(call, "Campaign", "campaigns", _OWN_PROJECTS, campaign_id)


def find_method(call: Call, method_id: str) -> sqlite3.Row:
    """Return a payout method's row, disabled or not."""
    return _find(call, "Payout method", "payout_methods", "org_id = ?", method_id)


def find_payout(call: Call, what: str, table: str, row_id: str) -> sqlite3.Row:
    """Return a row of a payout table that has a project; the newest version where it has any."""
    newest = " ORDER BY version DESC LIMIT 1" if table == "payout_structures" else ""
    return _find(call, what, table, _OWN_PROJECTS + newest, row_id)


def find_structure(call: Call, structure_id: str) -> sqlite3.Row:
    """Return a payout structure's newest version."""
    return find_payout(call, "Payout structure", "payout_structures", structure_id)


def find_goal(call: Call, creator_id: str, goal_id: str) -> sqlite3.Row:
    """Return the row of a goal of a creator, in force or not."""
    creator = find_creator(call, creator_id)
    found = call.database.rows(
        "SELECT * FROM goals WHERE id = ? AND creator_id = ?", (goal_id, creator["id"])
    )
    if not found:
        raise not_found("Goal")
    return found[0]


def find_annotation(call: Call, annotation_id: str) -> sqlite3.Row:
    """Return a chart note's row."""
    return _find(call, "Annotation", "annotations", _OWN_PROJECTS, annotation_id)


def find_own(call: Call, what: str, table: str, row_id: str) -> sqlite3.Row:
    """Return a row of a table of the organization itself, such as its members."""
    return _find(call, what, table, "org_id = ?", row_id)


def check_organization(call: Call, org_id: str) -> None:
    """Raise 404 unless an id is that of the organization behind the key."""
    if org_id != call.organization.id:
        raise not_found("Organization")


def creators_of(call: Call, project_id: str) -> list[sqlite3.Row]:
    """Return a project's creators that are not deleted, in the order of joining."""
    return call.database.rows(
        "SELECT * FROM creators WHERE project_id = ? AND deleted_at IS NULL "
        "ORDER BY created_at, rowid",
        (project_id,),
    )


def check_filters(call: Call) -> None:
    """Raise 404 if a filter names a creator or video that isn't there, 400 if days are reversed."""
    arguments = call.arguments
    check_order(arguments.get("from"), arguments.get("to"))
    if arguments.get("creator_id") is not None:
        find_creator(call, arguments["creator_id"])
    if arguments.get("video_id") is not None:
        find_video(call, arguments["video_id"])


def _find(call: Call, what: str, table: str, condition: str, row_id: str) -> sqlite3.Row:
    found = call.database.rows(
        f"SELECT * FROM {table} WHERE id = ? AND {condition}", (row_id, call.organization.id)
    )
    if not found:
        raise not_found(what)
    return found[0]
