"""POST, PATCH and DELETE of a creator's goals.

Must not know how a goal is judged.
"""

from __future__ import annotations

from typing import Any

from trackagoat_pandas.sandbox.bodies import Body, Form, Member
from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.chance import new_id
from trackagoat_pandas.sandbox.declare import Answer, Route
from trackagoat_pandas.sandbox.entities import GOAL
from trackagoat_pandas.sandbox.lookups import find_creator, find_goal
from trackagoat_pandas.sandbox.plans import count
from trackagoat_pandas.sandbox.refusals import check_days, conflict
from trackagoat_pandas.sandbox.write_entities import DELETED


def create_goal(call: Call) -> Answer:
    """Set a goal for a creator, which has one at most of each metric and period."""
    creator = find_creator(call, call.ids[0])
    check_days(call.body["start_date"], call.body.get("end_date"))
    goal = {
        "id": new_id(call.database),
        "creator_id": creator["id"],
        "project_id": creator["project_id"],
        "end_date": None,
        "is_active": 1,
        "created_at": call.now_text,
        **call.body,
    }
    _check_alone(call, goal)
    call.database.insert("goals", [goal])
    return Answer(_shown(call, goal["id"]), status=201)


def update_goal(call: Call) -> Answer:
    """Change a goal's target or days, or whether it is in force."""
    known = find_goal(call, *call.ids)
    check_days(call.body.get("start_date", ""), call.body.get("end_date"))
    goal = {**dict(known), **call.body}
    if goal["end_date"] is not None and goal["end_date"] < goal["start_date"]:
        raise conflict("The goal would end before it starts", "state_conflict")
    if goal["is_active"]:
        _check_alone(call, goal)
    call.database.update("goals", goal["id"], call.body)
    return Answer(_shown(call, goal["id"]))


def delete_goal(call: Call) -> Answer:
    """Take a goal out of force."""
    goal_id: str = find_goal(call, *call.ids)["id"]
    call.database.update("goals", goal_id, {"is_active": 0})
    return Answer({"id": goal_id, "deleted": True})


def _check_alone(call: Call, goal: dict[str, Any]) -> None:
    condition = "creator_id = ? AND metric = ? AND period = ? AND is_active AND id <> ?"
    values = (goal["creator_id"], goal["metric"], goal["period"], goal["id"])
    if count(call, "goals", condition, *values):
        words = f"{goal['period']} goal of {goal['metric']}"
        raise conflict(f"The creator has a {words} already", "duplicate")


def _shown(call: Call, goal_id: str) -> dict[str, Any]:
    [row] = call.database.rows("SELECT * FROM goals WHERE id = ?", (goal_id,))
    return GOAL.record(row, {})


_TARGET = "The target for one period."
_FIRST, _LAST = "The goal's first day.", "The goal's last day; null: it runs on."
_MOST = 10**12
_NEW: Body = (
    Form(
        (
            Member(
                "metric",
                "string",
                "What is counted.",
                required=True,
                choices=("posts", "views", "engagement", "followers"),
            ),
            Member(
                "period",
                "string",
                "How often the target is to be reached.",
                required=True,
                choices=("daily", "weekly", "monthly"),
            ),
            Member("target_value", "integer", _TARGET, required=True, low=1, high=_MOST),
            Member("start_date", "date", _FIRST, required=True),
            Member("end_date", "date", _LAST, nullable=True),
        )
    ),
)
_EDIT: Body = (
    Form(
        (
            Member("target_value", "integer", _TARGET, low=1, high=_MOST),
            Member("start_date", "date", _FIRST),
            Member("end_date", "date", _LAST, nullable=True),
            Member("is_active", "boolean", "Whether the goal is in force."),
        ),
        least=1,
    ),
)

ROUTES = (
    Route(
        "/creators/{id}/goals",
        "Set a goal for a creator",
        create_goal,
        rows=GOAL,
        method="POST",
        body=_NEW,
        successes=(201,),
        refusals=(409,),
    ),
    Route(
        "/creators/{id}/goals/{goal_id}",
        "Change a goal",
        update_goal,
        rows=GOAL,
        method="PATCH",
        body=_EDIT,
        refusals=(409,),
    ),
    Route(
        "/creators/{id}/goals/{goal_id}",
        "Take a goal out of force",
        delete_goal,
        rows=DELETED,
        method="DELETE",
    ),
)
