"""The forms in which the sandbox declares what it serves: fields, entities and routes.

The same declarations answer requests, /schema and /openapi.json, so these can't drift apart. Knows
neither a single route nor SQL.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import msgspec
from werkzeug.wrappers import Response

from trackagoat_pandas.sandbox.bodies import Body
from trackagoat_pandas.sandbox.parameters import Parameter

if TYPE_CHECKING:
    from trackagoat_pandas.sandbox.call import Call

FieldType: TypeAlias = Literal[
    "uuid", "string", "integer", "number", "boolean", "date", "datetime", "object", "array"
]
Shape: TypeAlias = Literal["page", "offset", "list", "one", "document"]
_CREATED = 201


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an entity; the description says what its value means.

    ``of`` is what an object is, or what an array holds: an entity, or the type of a plain value.
    An object without it is free-form.
    """

    name: str
    type: FieldType
    description: str
    nullable: bool = False
    of: Entity | FieldType | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """What a row of an answer is, and its fields in the order in which they are sent."""

    name: str
    description: str
    fields: tuple[Field, ...]

    @property
    def entities(self) -> Iterator[Entity]:
        """The entity itself and all that stand in its fields."""
        yield self
        for field in self.fields:
            if isinstance(field.of, Entity):
                yield from field.of.entities

    def record(self, row: sqlite3.Row, computed: Mapping[str, Any]) -> dict[str, Any]:
        """Make the JSON object of a table's row; ``computed`` holds what is in no column."""
        # sqlite3.Row looks each name up by comparing all: a dict of the row is three times faster.
        values = {**dict(zip(row.keys(), row, strict=True)), **computed}
        record = {field.name: values[field.name] for field in self.fields}
        for field in self.fields:
            if field.type in _FROM_COLUMN and field.name not in computed:
                record[field.name] = _FROM_COLUMN[field.type](record[field.name])
        return record


@dataclass(frozen=True, slots=True)
class Answer:
    """The data, the meta and the status of a successful answer."""

    data: Any
    meta: dict[str, Any] | None = None
    status: int = 200


Handler: TypeAlias = "Callable[[Call], Answer | Response]"


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path.

    ``path`` is written as OpenAPI does, with ``{id}``. ``rows`` describes the rows of the answer,
    or its one object, and ``several`` what comes in place of it for a body of many items;
    ``shape`` says how rows are paged; ``media_types`` are those of a good answer. ``body`` has the
    forms that a body may take; ``body_in_query`` lets its members come as query parameters
    instead, for clients that can't send a body with DELETE. ``successes`` are the statuses of good
    answers, ``refusals`` those of errors beside the ones that every route has.
    """

    path: str
    summary: str
    handler: Handler
    parameters: tuple[Parameter, ...] = ()
    rows: Entity | None = None
    shape: Shape = "one"
    several: Entity | None = None
    method: str = "GET"
    body: Body = ()
    body_in_query: bool = False
    successes: tuple[int, ...] = (200,)
    media_types: tuple[str, ...] = ("application/json",)
    refusals: tuple[int, ...] = ()

    @property
    def scope(self) -> str:
        """The scope that a key needs."""
        return "read" if self.method == "GET" else "write"

    @property
    def is_creating(self) -> bool:
        """Whether it makes something new, so that a client may give it an idempotency key."""
        return self.method == "POST" and _CREATED in self.successes


def _as_boolean(value: int | None) -> bool | None:
    return None if value is None else bool(value)


def _as_json(text: str | None) -> msgspec.Raw | None:
    return None if text is None else msgspec.Raw(text)


_FROM_COLUMN: dict[FieldType, Callable[[Any], Any]] = {
    "boolean": _as_boolean,
    "object": _as_json,
    "array": _as_json,
}
