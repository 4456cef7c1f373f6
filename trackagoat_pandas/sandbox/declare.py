"""Declarations of what the sandbox serves: rows and routes.

The same declarations answer requests, /schema and /openapi.json, so these can't disagree.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import msgspec
from werkzeug.wrappers import Response

from trackagoat_pandas.sandbox.bodies import Body
from trackagoat_pandas.sandbox.formats import Json, describe_format
from trackagoat_pandas.sandbox.parameters import Parameter

if TYPE_CHECKING:
    from trackagoat_pandas.sandbox.call import Call

Shape: TypeAlias = Literal["page", "offset", "list", "one", "document"]
REFERENCE = "#/components/schemas/{name}"
_FORMATS = {"uuid": "uuid", "date": "date", "date-time": "datetime"}


class Row(msgspec.Struct):
    """An object in an answer; its fields have the order of the wire."""

    @classmethod
    def record(
        cls, row: sqlite3.Row | dict[str, Any], computed: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Make the JSON object of a table's row; ``computed`` has the fields without a column."""
        # sqlite3.Row finds a name by comparing all of them: a dict is three times faster.
        columns = row if isinstance(row, dict) else dict(zip(row.keys(), row, strict=True))
        values = {**columns, **(computed or {})}
        record = {}
        for field in fields_of(cls):
            value = values[field.name]
            is_column = value is not None and field.name not in (computed or ())
            if is_column and field.type in _FROM_COLUMN:
                value = _FROM_COLUMN[field.type](value)
            record[field.name] = value
        return record


class Field(NamedTuple):
    """One field of a row; ``type`` is a JSON type, or ``uuid``, ``date`` or ``datetime``."""

    name: str
    type: str
    nullable: bool
    description: str


def schemas_of(types: Sequence[type[msgspec.Struct]]) -> dict[str, Json]:
    """Describe types and those in their fields as components of the OpenAPI description."""
    _, schemas = msgspec.json.schema_components(
        types, schema_hook=describe_format, ref_template=REFERENCE
    )
    return schemas


def fields_in(schema: Json) -> list[Field]:
    """Read the fields of an object from its JSON schema."""
    fields = []
    for name, described in schema["properties"].items():
        kinds = described.get("anyOf", [described])
        kind = next(one for one in kinds if one != {"type": "null"})
        # A reference to another row has neither format nor type.
        word = _FORMATS.get(kind.get("format", "")) or kind.get("type", "object")
        fields.append(Field(name, word, len(kinds) > 1, described["description"]))
    return fields


@cache
def fields_of(rows: type[Row]) -> list[Field]:
    """Return the fields of a row's type."""
    return fields_in(schemas_of([rows])[rows.__name__])


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

    ``path`` has places such as ``{id}``, as in OpenAPI; the first line of the handler's docstring
    is the summary. ``rows`` describes the rows of the answer, or its one object, and ``several``
    the answer to a body of many items. ``shape`` says how rows are paged. ``media_types`` and
    ``successes`` are the types and statuses of successful answers; ``refusals`` are statuses of
    errors, beside those that every route has. ``body`` has the forms that a body may take; the
    members of a DELETE's body may also be query parameters, for clients that can't send a body.
    """

    method: str
    path: str
    handler: Handler
    rows: type[Row] | None = None
    shape: Shape = "one"
    parameters: tuple[Parameter, ...] = ()
    several: type[Row] | None = None
    body: tuple[type[Body], ...] = ()
    successes: tuple[int, ...] = (200,)
    media_types: tuple[str, ...] = ("application/json",)
    refusals: tuple[int, ...] = ()

    @property
    def summary(self) -> str:
        """What the route does."""
        return (self.handler.__doc__ or "").partition("\n")[0].removesuffix(".")

    @property
    def scope(self) -> str:
        """The scope that a key needs."""
        return "read" if self.method == "GET" else "write"

    @property
    def is_creating(self) -> bool:
        """Whether it creates something, so that it takes an idempotency key."""
        return self.method == "POST" and 201 in self.successes


def get(
    path: str,
    handler: Handler,
    rows: type[Row] | None = None,
    shape: Shape = "one",
    parameters: tuple[Parameter, ...] = (),
) -> Route:
    """Declare a route that reads."""
    return Route("GET", path, handler, rows, shape, parameters)


def write(
    method: str,
    path: str,
    handler: Handler,
    rows: type[Row],
    *body: type[Body],
    several: type[Row] | None = None,
    successes: tuple[int, ...] = (200,),
    refusals: tuple[int, ...] = (),
) -> Route:
    """Declare a route that writes."""
    return Route(
        method,
        path,
        handler,
        rows,
        several=several,
        body=body,
        successes=successes,
        refusals=refusals,
    )


create = partial(write, "POST", successes=(201,), refusals=(409,))
post = partial(write, "POST")
patch = partial(write, "PATCH")
delete = partial(write, "DELETE")

_FROM_COLUMN: dict[str, Callable[[Any], Any]] = {
    "boolean": bool,
    "object": msgspec.Raw,
    "array": msgspec.Raw,
}
