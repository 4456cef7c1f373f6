"""Create, change and deactivate the goals of creators."""

from __future__ import annotations

import sqlite3
from typing import Annotated, Any, TypeAlias

from msgspec import UNSET, Meta, UnsetType

from trackagoat_pandas.sandbox.bodies import Body, Edit
from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.changes import changed, deleted, made
from trackagoat_pandas.sandbox.clock import Period
from trackagoat_pandas.sandbox.declare import Answer, create, delete, patch
from trackagoat_pandas.sandbox.entities import Deleted, Goal
from trackagoat_pandas.sandbox.envelope import check_days, conflict
from trackagoat_pandas.sandbox.formats import Day, doc
from trackagoat_pandas.sandbox.lookups import count, find, found
from trackagoat_pandas.sandbox.measures import GoalMetric

_Target: TypeAlias = Annotated[int, Meta(ge=1, le=10**12, description="The target for one period.")]
_First: TypeAlias = Annotated[Day, doc("The goal's first day.")]
_Last: TypeAlias = Annotated[
    Day | UnsetType | None, doc("The goal's last day; null: it has no end.")
]


class NewGoal(Body):
    """A goal of a creator."""

    metric: Annotated[GoalMetric, doc("What is counted.")]
    period: Annotated[Period, doc("How often the target should be reached.")]
    target_value: _Target
    start_date: _First
    end_date: _Last = UNSET


class GoalEdit(Edit):
    """Changes of a goal."""

    target_value: _Target | UnsetType = UNSET
    start_date: _First | UnsetType = UNSET
    end_date: _Last = UNSET
    is_active: Annotated[bool | UnsetType, doc("Whether the goal is active.")] = UNSET


def create_goal(call: Call) -> Answer:
    """Create a goal for a creator, at most one for each metric and period."""
    creator = find(call, "Creator", call.ids[0])
    check_days(call.body["start_date"], call.body.get("end_date"))
    owner = {"creator_id": creator["id"], "project_id": creator["project_id"]}
    goal = {**owner, "is_active": 1, **call.body}
    _check_alone(call, goal)
    return made(call, "goals", Goal, goal)


def update_goal(call: Call) -> Answer:
    """Change a goal's target or days, or whether it is active."""
    known = _goal(call)
    check_days(call.body.get("start_date", ""), call.body.get("end_date"))
    goal = {**dict(known), **call.body}
    if goal["end_date"] is not None and goal["end_date"] < goal["start_date"]:
        raise conflict("The goal would end before it starts", "state_conflict")
    if goal["is_active"]:
        _check_alone(call, goal)
    return changed(call, "goals", Goal, goal["id"], call.body)


def delete_goal(call: Call) -> Answer:
    """Deactivate a goal."""
    goal_id: str = _goal(call)["id"]
    call.database.update("goals", goal_id, {"is_active": 0})
    return deleted(goal_id)


def _goal(call: Call) -> sqlite3.Row:
    """Return the creator's goal that the path names, active or not."""
    creator = find(call, "Creator", call.ids[0])
    sql = "SELECT * FROM goals WHERE id = ? AND creator_id = ?"
    return found(call, "Goal", sql, call.ids[1], creator["id"])


def _check_alone(call: Call, goal: dict[str, Any]) -> None:
    condition = "creator_id = ? AND metric = ? AND period = ? AND is_active AND id IS NOT ?"
    values = (goal["creator_id"], goal["metric"], goal["period"], goal.get("id"))
    if count(call, "goals", condition, *values):
        words = f"{goal['period']} goal of {goal['metric']}"
        raise conflict(f"The creator has a {words} already", "duplicate")


_GOAL = "/creators/{id}/goals/{goal_id}"
ROUTES = (
    create("/creators/{id}/goals", create_goal, Goal, NewGoal),
    patch(_GOAL, update_goal, Goal, GoalEdit, refusals=(409,)),
    delete(_GOAL, delete_goal, Deleted),
)
