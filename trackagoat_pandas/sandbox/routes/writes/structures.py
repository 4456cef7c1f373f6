"""POST, PATCH and DELETE of payout structures.

A rule edit makes a new version that applies from today's day on; the old ones stay as they were,
and so do the accruals that were made by them. Must not know how an amount is worked out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from trackagoat_pandas.sandbox.bodies import Body, Form, Member
from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.chance import new_id
from trackagoat_pandas.sandbox.declare import Answer, Route
from trackagoat_pandas.sandbox.lookups import find_project, find_structure
from trackagoat_pandas.sandbox.payout_entities import STRUCTURE
from trackagoat_pandas.sandbox.plans import check_limit, count
from trackagoat_pandas.sandbox.refusals import conflict
from trackagoat_pandas.sandbox.write_entities import DELETED

_RULE = ("amount_cents", "period", "cpm_cents", "threshold_views", "cap_cents", "goal_metric")
# What each kind of rule must be told, and what it may be told.
_KINDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "recurring": (("amount_cents", "period"), ("cap_cents", "proration")),
    "goal": (("amount_cents", "period", "goal_metric"), ("cap_cents",)),
    "cpm": (("cpm_cents",), ("period", "cap_cents")),
    "view_threshold": (("amount_cents", "threshold_views"), ("period", "cap_cents")),
}
_IN_PLACE = ("name", "is_active")


def create_structure(call: Call) -> Answer:
    """Create a structure in its first version."""
    project_id: str = find_project(call, call.body["project_id"])["id"]
    check_limit(
        call,
        "max_payout_structures_per_project",
        lambda: count(call, "payout_structures", "project_id = ? AND version = 1", project_id),
    )
    given = {name: value for name, value in call.body.items() if value is not None}
    row = {
        **dict.fromkeys(_RULE),
        "id": new_id(call.database),
        "version": 1,
        "proration": "none",
        "period": "monthly",
        "is_active": 1,
        "created_at": call.now_text,
        "effective_date": call.today.isoformat(),
        **given,
        "project_id": project_id,
    }
    call.database.insert("payout_structures", [row])
    return Answer(STRUCTURE.record(find_structure(call, row["id"]), {}), status=201)


def update_structure(call: Call) -> Answer:
    """Change a structure: its name and whether it is in force in place, its rule by a version."""
    newest = find_structure(call, call.ids[0])
    _check_kind(newest["kind"], call.body)
    in_place = {name: call.body[name] for name in _IN_PLACE if name in call.body}
    if in_place:
        call.database.update("payout_structures", newest["id"], in_place)
    rule = {name: value for name, value in call.body.items() if name not in _IN_PLACE}
    if any(newest[name] != value for name, value in rule.items()):
        version = {
            **dict(find_structure(call, newest["id"])),
            **rule,
            "version": newest["version"] + 1,
            "created_at": call.now_text,
            "effective_date": call.today.isoformat(),
        }
        call.database.insert("payout_structures", [version])
    return Answer(STRUCTURE.record(find_structure(call, newest["id"]), {}))


def delete_structure(call: Call) -> Answer:
    """Take a structure out of force; what was earned by it stays."""
    structure_id: str = find_structure(call, call.ids[0])["id"]
    call.database.update("payout_structures", structure_id, {"is_active": 0})
    return Answer({"id": structure_id, "deleted": True})


def _check_kind(kind: str, names: Iterable[str]) -> None:
    known = {*_IN_PLACE, *_KINDS[kind][0], *_KINDS[kind][1]}
    for name in names:
        if name not in known:
            raise conflict(f"A {kind} structure has no {name}", "state_conflict")


_MOST_CENTS = 10**10
_PERIODS = ("daily", "weekly", "monthly")
_NAME = Member("name", "string", "The name.", low=1, high=100)
_MEMBERS = {
    "amount_cents": Member(
        "amount_cents", "integer", "Cents for a period, goal or threshold.", low=1, high=_MOST_CENTS
    ),
    "period": Member("period", "string", "What is paid together.", choices=_PERIODS),
    "cpm_cents": Member("cpm_cents", "integer", "Cents for 1,000 views.", low=1, high=_MOST_CENTS),
    "threshold_views": Member(
        "threshold_views", "integer", "Views at which a video pays.", low=1, high=10**12
    ),
    "cap_cents": Member(
        "cap_cents",
        "integer",
        "The most that one period pays.",
        nullable=True,
        low=1,
        high=_MOST_CENTS,
    ),
    "goal_metric": Member(
        "goal_metric",
        "string",
        "The metric of the goals that pay.",
        choices=("posts", "views", "engagement", "followers"),
    ),
    "proration": Member(
        "proration", "string", "daily: by days assigned.", choices=("none", "daily")
    ),
}


def _form(kind: str) -> Form:
    """Declare what a new structure of a kind is told; what it has no use for may be null."""
    must, may = _KINDS[kind]
    members = [
        Member("project_id", "uuid", "The project.", required=True),
        _required(_NAME),
        Member("kind", "string", "The kind of rule.", required=True, choices=(kind,)),
    ]
    for name, member in _MEMBERS.items():
        if name in must:
            members.append(_required(member))
        elif name in may:
            members.append(replace(member, nullable=True))
        else:
            members.append(Member(name, "null", f"A {kind} structure has none."))
    return Form(tuple(members))


def _required(member: Member) -> Member:
    return replace(member, required=True)


_NEW: Body = tuple(_form(kind) for kind in _KINDS)
_EDIT: Body = (
    Form(
        (
            _NAME,
            Member("is_active", "boolean", "Whether the rule is in force."),
            *_MEMBERS.values(),
        ),
        least=1,
    ),
)

ROUTES = (
    Route(
        "/payout-structures",
        "Create a payout structure",
        create_structure,
        rows=STRUCTURE,
        method="POST",
        body=_NEW,
        successes=(201,),
        refusals=(402, 409),
    ),
    Route(
        "/payout-structures/{id}",
        "Change a payout structure; a rule edit makes a new version",
        update_structure,
        rows=STRUCTURE,
        method="PATCH",
        body=_EDIT,
        refusals=(409,),
    ),
    Route(
        "/payout-structures/{id}",
        "Take a payout structure out of force",
        delete_structure,
        rows=DELETED,
        method="DELETE",
    ),
)
