"""Create, change and delete chart notes."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import UNSET, Meta, UnsetType

from trackagoat_pandas.sandbox.bodies import Body, Edit
from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.changes import changed, deleted, made
from trackagoat_pandas.sandbox.declare import Answer, create, delete, patch
from trackagoat_pandas.sandbox.entities import Annotation, Deleted
from trackagoat_pandas.sandbox.envelope import not_found
from trackagoat_pandas.sandbox.formats import Day, Uuid, doc
from trackagoat_pandas.sandbox.lookups import find

_Kind: TypeAlias = Annotated[Literal["launch", "algorithm", "note"], doc("What it is.")]
_Label: TypeAlias = Annotated[str, Meta(min_length=1, max_length=200, description="The note.")]
_Date: TypeAlias = Annotated[Day, doc("The day.")]
_Nothing: TypeAlias = Annotated[UnsetType | None, doc("Null: the note is about the whole project.")]


class NewProjectNote(Body):
    """A note on a whole project."""

    project_id: Annotated[Uuid, doc("The project.")]
    kind: _Kind
    label: _Label
    date: _Date
    entity: _Nothing = UNSET
    entity_id: _Nothing = UNSET


class NewEntityNote(Body):
    """A note on a creator, a campaign or a video."""

    kind: _Kind
    label: _Label
    date: _Date
    entity: Annotated[Literal["creator", "campaign", "video"], doc("What it is about.")]
    entity_id: Annotated[Uuid, doc("Which one.")]
    project_id: Annotated[Uuid | UnsetType | None, doc("The project.")] = UNSET


class NoteEdit(Edit):
    """Changes of a note."""

    kind: _Kind | UnsetType = UNSET
    label: _Label | UnsetType = UNSET
    date: _Date | UnsetType = UNSET


def annotate(call: Call) -> Answer:
    """Create a chart note for a day.

    It is about a project, or about one thing in it.
    """
    entity = call.body.get("entity")
    asked = call.body.get("project_id")
    project_id: str | None = find(call, "Project", asked)["id"] if asked is not None else None
    if entity is not None:
        home: str = find(call, entity.title(), call.body["entity_id"])["project_id"]
        if project_id not in {None, home}:
            raise not_found(entity.title())
        project_id = home
    return made(call, "annotations", Annotation, {**call.body, "project_id": project_id})


def update_annotation(call: Call) -> Answer:
    """Change a chart note."""
    annotation_id: str = find(call, "Annotation", call.ids[0])["id"]
    return changed(call, "annotations", Annotation, annotation_id, call.body)


def delete_annotation(call: Call) -> Answer:
    """Delete a chart note."""
    annotation_id: str = find(call, "Annotation", call.ids[0])["id"]
    call.database.write("DELETE FROM annotations WHERE id = ?", (annotation_id,))
    return deleted(annotation_id)


ROUTES = (
    create("/analytics/annotations", annotate, Annotation, NewProjectNote, NewEntityNote),
    patch("/analytics/annotations/{id}", update_annotation, Annotation, NoteEdit),
    delete("/analytics/annotations/{id}", delete_annotation, Deleted),
)
