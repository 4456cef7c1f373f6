"""POST, PATCH and DELETE of chart notes.

Must not know how a series is computed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from trackagoat_pandas.sandbox.bodies import Body, Form, Member
from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.chance import new_id
from trackagoat_pandas.sandbox.declare import Answer, Route
from trackagoat_pandas.sandbox.entities import ANNOTATION
from trackagoat_pandas.sandbox.lookups import (
    find_annotation,
    find_campaign,
    find_creator,
    find_project,
    find_video,
)
from trackagoat_pandas.sandbox.refusals import not_found
from trackagoat_pandas.sandbox.write_entities import DELETED

_FINDERS: dict[str, Callable[[Call, str], Any]] = {
    "creator": find_creator,
    "campaign": find_campaign,
    "video": find_video,
}


def annotate(call: Call) -> Answer:
    """Note something on a day, about a project or about one thing in it."""
    entity = call.body.get("entity")
    asked = call.body.get("project_id")
    project_id: str | None = find_project(call, asked)["id"] if asked is not None else None
    if entity is not None:
        home: str = _FINDERS[entity](call, call.body["entity_id"])["project_id"]
        if project_id not in {None, home}:
            raise not_found(entity.title())
        project_id = home
    row = {
        "entity": None,
        "entity_id": None,
        **call.body,
        "id": new_id(call.database),
        "project_id": project_id,
        "created_at": call.now_text,
    }
    call.database.insert("annotations", [row])
    return Answer(ANNOTATION.record(find_annotation(call, row["id"]), {}), status=201)


def update_annotation(call: Call) -> Answer:
    """Change a note's text, day or kind."""
    annotation_id: str = find_annotation(call, call.ids[0])["id"]
    call.database.update("annotations", annotation_id, call.body)
    return Answer(ANNOTATION.record(find_annotation(call, annotation_id), {}))


def delete_annotation(call: Call) -> Answer:
    """Delete a note."""
    annotation_id: str = find_annotation(call, call.ids[0])["id"]
    call.database.write("DELETE FROM annotations WHERE id = ?", (annotation_id,))
    return Answer({"id": annotation_id, "deleted": True})


_NOTE = (
    Member("kind", "string", "What it is.", choices=("launch", "algorithm", "note")),
    Member("label", "string", "The note.", low=1, high=200),
    Member("date", "date", "The day."),
)
_WHOLE = tuple(replace(member, required=True) for member in _NOTE)
_PROJECT = Member("project_id", "uuid", "The project.")
_ON_A_PROJECT = Form(
    (
        replace(_PROJECT, required=True),
        *_WHOLE,
        Member("entity", "null", "A note on a whole project has none."),
        Member("entity_id", "null", "A note on a whole project has none."),
    )
)
_ON_AN_ENTITY = Form(
    (
        replace(_PROJECT, nullable=True),
        *_WHOLE,
        Member("entity", "string", "What it is about.", required=True, choices=tuple(_FINDERS)),
        Member("entity_id", "uuid", "Which one.", required=True),
    )
)
_NEW: Body = (_ON_A_PROJECT, _ON_AN_ENTITY)
_EDIT: Body = (Form(_NOTE, least=1),)

ROUTES = (
    Route(
        "/analytics/annotations",
        "Note something on a day of the charts",
        annotate,
        rows=ANNOTATION,
        method="POST",
        body=_NEW,
        successes=(201,),
        refusals=(409,),
    ),
    Route(
        "/analytics/annotations/{id}",
        "Change a chart note",
        update_annotation,
        rows=ANNOTATION,
        method="PATCH",
        body=_EDIT,
    ),
    Route(
        "/analytics/annotations/{id}",
        "Delete a chart note",
        delete_annotation,
        rows=DELETED,
        method="DELETE",
    ),
)
