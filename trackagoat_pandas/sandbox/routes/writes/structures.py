"""Create, change and deactivate payout structures, and assign them to creators.

A rule edit makes a new version that applies from today on. Old versions and their accruals stay.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import UNSET, Meta, UnsetType

from trackagoat_pandas.sandbox.bodies import Body, Edit, ShortName
from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.changes import deleted, made
from trackagoat_pandas.sandbox.clock import Period
from trackagoat_pandas.sandbox.declare import Answer, create, delete, patch
from trackagoat_pandas.sandbox.entities import Deleted, PayoutAssignment, PayoutStructure
from trackagoat_pandas.sandbox.envelope import check_days, conflict, not_found
from trackagoat_pandas.sandbox.formats import Day, Uuid, doc
from trackagoat_pandas.sandbox.lookups import check_limit, count, find
from trackagoat_pandas.sandbox.measures import GoalMetric

_Cents: TypeAlias = Annotated[int, Meta(ge=1, le=10**10)]
_Project: TypeAlias = Annotated[Uuid, doc("The project.")]
_Amount: TypeAlias = Annotated[_Cents, doc("Cents for a period, goal or threshold.")]
_Cpm: TypeAlias = Annotated[_Cents, doc("Cents for 1,000 views.")]
_Threshold: TypeAlias = Annotated[int, Meta(ge=1, le=10**12), doc("Views at which a video pays.")]
_Period: TypeAlias = Annotated[Period, doc("The period that is paid at once.")]
_Metric: TypeAlias = Annotated[GoalMetric, doc("The metric of the goals that pay.")]
_Proration: TypeAlias = Annotated[Literal["none", "daily"], doc("daily: by days assigned.")]
_Cap: TypeAlias = Annotated[_Cents | UnsetType | None, doc("The maximum that one period pays.")]
_Unused: TypeAlias = Annotated[UnsetType | None, doc("Not used by structures of this kind.")]


class NewRecurring(Body):
    """A structure that pays an amount for each period."""

    project_id: _Project
    name: ShortName
    kind: Literal["recurring"]
    amount_cents: _Amount
    period: _Period
    cap_cents: _Cap = UNSET
    proration: _Proration | UnsetType | None = UNSET
    goal_metric: _Unused = UNSET
    cpm_cents: _Unused = UNSET
    threshold_views: _Unused = UNSET


class NewGoalBonus(Body):
    """A structure that pays an amount for each period in which a goal was met."""

    project_id: _Project
    name: ShortName
    kind: Literal["goal"]
    amount_cents: _Amount
    period: _Period
    goal_metric: _Metric
    cap_cents: _Cap = UNSET
    proration: _Unused = UNSET
    cpm_cents: _Unused = UNSET
    threshold_views: _Unused = UNSET


class NewCpm(Body):
    """A structure that pays for the views of each period."""

    project_id: _Project
    name: ShortName
    kind: Literal["cpm"]
    cpm_cents: _Cpm
    period: _Period | UnsetType | None = UNSET
    cap_cents: _Cap = UNSET
    proration: _Unused = UNSET
    amount_cents: _Unused = UNSET
    goal_metric: _Unused = UNSET
    threshold_views: _Unused = UNSET


class NewViewThreshold(Body):
    """A structure that pays an amount for each video that reaches a number of views."""

    project_id: _Project
    name: ShortName
    kind: Literal["view_threshold"]
    amount_cents: _Amount
    threshold_views: _Threshold
    period: _Period | UnsetType | None = UNSET
    cap_cents: _Cap = UNSET
    proration: _Unused = UNSET
    cpm_cents: _Unused = UNSET
    goal_metric: _Unused = UNSET


class StructureEdit(Edit):
    """Changes of a structure; a field that its kind doesn't use is a conflict."""

    name: ShortName | UnsetType = UNSET
    is_active: Annotated[bool | UnsetType, doc("Whether the rule is active.")] = UNSET
    amount_cents: _Amount | UnsetType = UNSET
    period: _Period | UnsetType = UNSET
    cpm_cents: _Cpm | UnsetType = UNSET
    threshold_views: _Threshold | UnsetType = UNSET
    cap_cents: _Cap = UNSET
    goal_metric: _Metric | UnsetType = UNSET
    proration: _Proration | UnsetType = UNSET


class NewAssignment(Body):
    """A creator to whom a structure applies."""

    creator_id: Annotated[Uuid, doc("A creator of the structure's project.")]
    start_date: Annotated[Day, doc("The first day.")]
    end_date: Annotated[Day | UnsetType | None, doc("The last day; null: no end.")] = UNSET


class AssignedCreator(Body):
    """The creator whose assignment ends."""

    creator_id: Annotated[Uuid, doc("A creator of the structure's project.")]


_FORMS: dict[str, type[Body]] = {
    "recurring": NewRecurring,
    "goal": NewGoalBonus,
    "cpm": NewCpm,
    "view_threshold": NewViewThreshold,
}
_IN_PLACE = ("name", "is_active")
_NO_END = "9999-12-31"  # later than any day that a request can name


def create_structure(call: Call) -> Answer:
    """Create a payout structure in its first version."""
    project_id: str = find(call, "Project", call.body["project_id"])["id"]
    check_limit(call, "max_payout_structures_per_project", project_id)
    row = {
        "version": 1,
        "proration": "none",
        "period": "monthly",
        "is_active": 1,
        "effective_date": call.today.isoformat(),
        **{name: value for name, value in call.body.items() if value is not None},
        "project_id": project_id,
    }
    return made(call, "payout_structures", PayoutStructure, row)


def update_structure(call: Call) -> Answer:
    """Change a payout structure; a rule edit makes a new version.

    Its name and whether it is active change in place.
    """
    newest = find(call, "Payout structure", call.ids[0])
    form = _FORMS[newest["kind"]]
    known = {field.name for field in msgspec.structs.fields(form) if field.type is not _Unused}
    unused = sorted(call.body.keys() - known - {*_IN_PLACE})
    if unused:
        raise conflict(f"{unused[0]} is not used by {newest['kind']} structures", "state_conflict")
    in_place = {name: call.body[name] for name in _IN_PLACE if name in call.body}
    if in_place:
        call.database.update("payout_structures", newest["id"], in_place)
    rule = {name: value for name, value in call.body.items() if name not in _IN_PLACE}
    if any(newest[name] != value for name, value in rule.items()):
        version = {
            **dict(newest),
            **call.body,
            "version": newest["version"] + 1,
            "created_at": call.now_text,
            "effective_date": call.today.isoformat(),
        }
        call.database.add("payout_structures", version)
    return Answer(PayoutStructure.record(find(call, "Payout structure", newest["id"])))


def delete_structure(call: Call) -> Answer:
    """Deactivate a payout structure; its accruals stay."""
    structure_id: str = find(call, "Payout structure", call.ids[0])["id"]
    call.database.update("payout_structures", structure_id, {"is_active": 0})
    return deleted(structure_id)


def assign(call: Call) -> Answer:
    """Assign a payout structure to a creator of its project, never twice for one day."""
    structure = find(call, "Payout structure", call.ids[0])
    creator = find(call, "Creator", call.body["creator_id"])
    if creator["project_id"] != structure["project_id"]:
        raise not_found("Creator")
    start, end = call.body["start_date"], call.body.get("end_date")
    check_days(start, end)
    overlap = (
        "structure_id = ? AND creator_id = ? AND start_date <= ? AND coalesce(end_date, ?) >= ?"
    )
    values = (structure["id"], creator["id"], end or _NO_END, _NO_END, start)
    if count(call, "payout_assignments", overlap, *values):
        raise conflict("The creator is assigned on some of these days already", "duplicate")
    row = {**call.body, "structure_id": structure["id"]}
    return made(call, "payout_assignments", PayoutAssignment, row)


def unassign(call: Call) -> Answer:
    """End a creator's assignment today; a query parameter may replace the body.

    An assignment that starts later is deleted.
    """
    structure = find(call, "Payout structure", call.ids[0])
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
    return deleted(running[0]["id"])


_ALL = "/payout-structures"
_ONE = f"{_ALL}/{{id}}"
_ASSIGNMENTS = f"{_ONE}/assignments"
ROUTES = (
    create(_ALL, create_structure, PayoutStructure, *_FORMS.values(), refusals=(402, 409)),
    patch(_ONE, update_structure, PayoutStructure, StructureEdit, refusals=(409,)),
    delete(_ONE, delete_structure, Deleted),
    create(_ASSIGNMENTS, assign, PayoutAssignment, NewAssignment),
    delete(_ASSIGNMENTS, unassign, Deleted, AssignedCreator),
)
