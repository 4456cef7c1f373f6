"""POST and DELETE of payout assignments: from when to when a structure applies to a creator.

Must not know rules.
"""

from __future__ import annotations

from typing import Any

from trackagoat_pandas.sandbox.bodies import Body, Form, Member
from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.chance import new_id
from trackagoat_pandas.sandbox.declare import Answer, Route
from trackagoat_pandas.sandbox.lookups import find_creator, find_structure
from trackagoat_pandas.sandbox.payout_entities import ASSIGNMENT
from trackagoat_pandas.sandbox.plans import count
from trackagoat_pandas.sandbox.refusals import check_days, conflict, not_found
from trackagoat_pandas.sandbox.write_entities import DELETED

_NO_END = "9999-12-31"


def assign(call: Call) -> Answer:
    """Assign a structure to a creator of its project, never twice for one day."""
    structure = find_structure(call, call.ids[0])
    creator = find_creator(call, call.body["creator_id"])
    if creator["project_id"] != structure["project_id"]:
        raise not_found("Creator")
    start, end = call.body["start_date"], call.body.get("end_date")
    check_days(start, end)
    overlap = (
        "structure_id = ? AND creator_id = ? AND start_date <= ? AND coalesce(end_date, ?) >= ?"
    )
    values = (structure["id"], creator["id"], end or _NO_END, _NO_END, start)
    if count(call, "payout_assignments", overlap, *values):
        raise conflict("The structure applies to the creator on some of these days", "duplicate")
    row: dict[str, Any] = {
        "id": new_id(call.database),
        "structure_id": structure["id"],
        "creator_id": creator["id"],
        "start_date": start,
        "end_date": end,
        "created_at": call.now_text,
    }
    call.database.insert("payout_assignments", [row])
    shown = {field.name: row[field.name] for field in ASSIGNMENT.fields}
    return Answer(shown, status=201)


def unassign(call: Call) -> Answer:
    """End what runs today with today; what starts later is forgotten."""
    structure = find_structure(call, call.ids[0])
    today = call.today.isoformat()
    mine = "structure_id = ? AND creator_id = ?"
    values = (structure["id"], call.body["creator_id"])
    running = call.database.rows(
        f"SELECT * FROM payout_assignments WHERE {mine} AND coalesce(end_date, ?) > ? "
        "ORDER BY start_date",
        (*values, _NO_END, today),
    )
    if not running:
        raise not_found("Payout assignment")
    call.database.write(
        f"DELETE FROM payout_assignments WHERE {mine} AND start_date > ?", (*values, today)
    )
    call.database.write(
        f"UPDATE payout_assignments SET end_date = ? WHERE {mine} AND coalesce(end_date, ?) > ?",
        (today, *values, _NO_END, today),
    )
    return Answer({"id": running[0]["id"], "deleted": True})


_CREATOR = Member("creator_id", "uuid", "A creator of the structure's project.", required=True)
_NEW: Body = (
    Form(
        (
            _CREATOR,
            Member("start_date", "date", "The first day.", required=True),
            Member("end_date", "date", "The last day; null: it runs on.", nullable=True),
        )
    ),
)
_PATH = "/payout-structures/{id}/assignments"

ROUTES = (
    Route(
        _PATH,
        "Assign a payout structure to a creator",
        assign,
        rows=ASSIGNMENT,
        method="POST",
        body=_NEW,
        successes=(201,),
        refusals=(409,),
    ),
    Route(
        _PATH,
        "End a creator's assignment today; creator_id may be a query parameter instead of a body",
        unassign,
        rows=DELETED,
        method="DELETE",
        body=(Form((_CREATOR,)),),
        body_in_query=True,
    ),
)
