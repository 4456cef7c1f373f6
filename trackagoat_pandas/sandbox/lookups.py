"""Rows of the caller's organization by their ids, filters of lists, and the plan's limits.

Another organization's rows are treated as if they didn't exist.
"""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from typing import Any

from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.clock import day_start, format_instant
from trackagoat_pandas.sandbox.database import Database
from trackagoat_pandas.sandbox.envelope import RefusedError, check_order, not_found
from trackagoat_pandas.sandbox.video_cache import COUNTED_STATUSES, SHOWN

OWN_PROJECTS = "project_id IN (SELECT id FROM projects WHERE org_id = ?)"
COUNTED = (
    f"deleted_at IS NULL AND tracking_status IN {COUNTED_STATUSES!r} AND NOT is_tracking_disabled"
)
"""The SQL condition of a video that counts."""
_OWN = "org_id = ?"
# By the name in a 404: the table, and which of its rows an organization may see.
_TABLES = {
    "Project": ("projects", _OWN),
    "Creator": ("creators", f"deleted_at IS NULL AND {OWN_PROJECTS}"),
    "Video": ("videos", f"{SHOWN} AND {OWN_PROJECTS}"),
    "Campaign": ("campaigns", OWN_PROJECTS),
    "Annotation": ("annotations", OWN_PROJECTS),
    "Payout method": ("payout_methods", _OWN),
    # Of a structure's versions, the newest.
    "Payout structure": ("payout_structures", f"{OWN_PROJECTS} ORDER BY version DESC LIMIT 1"),
    "Payout accrual": ("payout_accruals", OWN_PROJECTS),
    "Payout payment": ("payout_payments", OWN_PROJECTS),
    "Invitation": ("invitations", _OWN),
    "API key": ("api_keys", _OWN),
}
# By the limit that a plan may set: the table, and which of its rows count.
_LIMITED = {
    "max_creators_per_org": ("creators", f"is_active AND deleted_at IS NULL AND {OWN_PROJECTS}"),
    "max_tracked_videos_per_org": (
        "videos",
        f"{SHOWN} AND NOT is_tracking_disabled AND {OWN_PROJECTS}",
    ),
    "max_projects_per_org": ("projects", _OWN),
    # Invitations count too: each may become a member.
    "max_members_per_org": (
        "(SELECT org_id FROM members UNION ALL SELECT org_id FROM invitations)",
        _OWN,
    ),
    "max_api_keys_per_org": ("api_keys", f"{_OWN} AND revoked_at IS NULL"),
    "max_payout_methods_per_org": ("payout_methods", _OWN),
    "max_manual_scrape_triggers_per_day": ("scrapes", f"{_OWN} AND created_at >= ?"),
    "max_campaigns_per_project": ("campaigns", "project_id = ?"),
    "max_campaign_items_per_campaign": ("campaign_items", "campaign_id = ?"),
    "max_payout_structures_per_project": ("payout_structures", "project_id = ? AND version = 1"),
}


def find(call: Call, what: str, row_id: str) -> sqlite3.Row:
    """Return the row of a resource, such as ``"Creator"``, or raise 404."""
    table, condition = _TABLES[what]
    sql = f"SELECT * FROM {table} WHERE id = ? AND {condition}"
    return found(call, what, sql, row_id, call.organization.id)


def found(call: Call, what: str, sql: str, *values: Any) -> sqlite3.Row:
    """Return the first row of a query, or raise 404."""
    rows = call.database.rows(sql, values)
    if not rows:
        raise not_found(what)
    return rows[0]


def project_ids(call: Call) -> list[str]:
    """Return the projects that a list covers: the requested one, or all."""
    asked: str | None = call.arguments.get("project_id")
    if asked is not None:
        return [find(call, "Project", asked)["id"]]
    sql = "SELECT id FROM projects WHERE org_id = ? ORDER BY rowid"
    return [row["id"] for row in call.database.rows(sql, (call.organization.id,))]


def creators_of(call: Call, project_id: str, condition: str = "TRUE") -> list[sqlite3.Row]:
    """Return a project's creators that are not deleted, in the order of joining."""
    return call.database.rows(
        f"SELECT * FROM creators WHERE project_id = ? AND deleted_at IS NULL AND {condition} "
        "ORDER BY created_at, rowid",
        (project_id,),
    )


def check_filters(call: Call) -> None:
    """Raise 404 if a filter names an absent creator or video, 400 if the days are reversed."""
    arguments = call.arguments
    check_order(arguments.get("from"), arguments.get("to"))
    # An empty list would look like an answer.
    for what, name in (("Creator", "creator_id"), ("Video", "video_id")):
        if arguments.get(name) is not None:
            find(call, what, arguments[name])


def instant_conditions(call: Call, column: str) -> dict[str, str]:
    """Return SQL conditions and their values for the days from and to, those that are given."""

    def bound(day: date) -> str:
        # Without its Z the text sorts before every instant in that second, even fractional ones.
        return format_instant(day_start(day, call.zone)).removesuffix("Z")

    first: date | None = call.arguments["from"]
    last: date | None = call.arguments["to"]
    conditions = {}
    if first is not None:
        conditions[f"{column} >= ?"] = bound(first)
    if last is not None:
        conditions[f"{column} < ?"] = bound(last + timedelta(days=1))
    return conditions


def used_of(
    database: Database, org_id: str, limit_key: str, *values: str
) -> tuple[int, int] | None:
    """Return how much of a plan's limit is used, and its maximum; None if it has no limit.

    ``values`` go into the condition of what is counted; by default the organization's id.
    """
    rows = database.rows(
        "SELECT maximum FROM plan_limits WHERE org_id = ? AND limit_key = ?", (org_id, limit_key)
    )
    if not rows:
        return None
    table, condition = _LIMITED[limit_key]
    sql = f"SELECT count(*) AS n FROM {table} WHERE {condition}"
    [row] = database.rows(sql, values or [org_id])
    return row["n"], rows[0]["maximum"]


def count(call: Call, table: str, condition: str, *values: Any) -> int:
    """Count the rows of a table."""
    [row] = call.database.rows(f"SELECT count(*) AS n FROM {table} WHERE {condition}", values)
    number: int = row["n"]
    return number


def check_limit(call: Call, limit_key: str, *values: str) -> None:
    """Raise 402 if one more would exceed the plan's limit, if it has one; see ``used_of``."""
    used = used_of(call.database, call.organization.id, limit_key, *values)
    if used is None:
        return
    current, maximum = used
    if current >= maximum:
        raise RefusedError(
            402,
            f"The plan limit is reached: {limit_key} is {maximum}",
            code="limit_reached",
            meta={"limitKey": limit_key, "current": current, "max": maximum},
        )
