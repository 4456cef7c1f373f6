"""JSON schemas of what is declared: entities, query parameters and bodies.

The same declarations read requests and make answers. Must not know a single route.
"""

from __future__ import annotations

from typing import Any

from trackagoat_pandas.sandbox.bodies import ANY_TEXT, Body, Form, Member
from trackagoat_pandas.sandbox.declare import Entity, Field
from trackagoat_pandas.sandbox.parameters import MOST_IDS, Parameter, ParameterType

Json = dict[str, Any]
UUID: Json = {"type": "string", "format": "uuid"}
_YEARS = "^(197[1-9]|19[89][0-9]|20[0-9][0-9]|2100)-"
_DAY: Json = {"type": "string", "format": "date", "pattern": _YEARS}
_TYPES: dict[str, Json] = {
    "uuid": UUID,
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": _DAY,
    "datetime": {"type": "string", "format": "date-time", "pattern": _YEARS},
    "object": {"type": "object", "additionalProperties": True},
    "array": {"type": "array"},
    "null": {"type": "null"},
}
_PARAMETER_TYPES: dict[ParameterType, Json] = {
    "text": {"type": "string"},
    "uuid": UUID,
    "uuids": {"type": "array", "items": UUID, "minItems": 1, "maxItems": MOST_IDS},
    "integer": {"type": "integer"},
    "day": _DAY,
    "flag": {"type": "string", "enum": ["1", "0", "true", "false"]},
    "zone": {"type": "string", "format": "time-zone"},
    "cursor": {"type": "string", "format": "cursor"},
}
# The names of the bounds, by what they bound.
_BOUNDS = {
    "string": ("minLength", "maxLength"),
    "integer": ("minimum", "maximum"),
    "array": ("minItems", "maxItems"),
}


def entity_schema(entity: Entity) -> Json:
    """Describe an entity; fields may be added to it."""
    return {
        "type": "object",
        "description": entity.description,
        "required": [field.name for field in entity.fields],
        "properties": {field.name: _field(field) for field in entity.fields},
    }


def parameter_of(parameter: Parameter) -> Json:
    """Describe a query parameter."""
    bounds = {
        "enum": list(parameter.choices) or None,
        "default": parameter.default,
        "minimum": parameter.minimum,
        "maximum": parameter.maximum,
    }
    described = {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": parameter.description,
        "schema": _PARAMETER_TYPES[parameter.type] | _given(bounds),
    }
    several = {"style": "form", "explode": False} if parameter.type == "uuids" else {}
    return described | several


def body_schema(body: Body) -> Json:
    """Describe the forms of a body, of which each excludes the others."""
    forms = [_form(form) for form in body]
    return forms[0] if len(forms) == 1 else {"oneOf": forms}


def _form(form: Form) -> Json:
    bounds = {"required": form.required or None, "minProperties": form.least or None}
    return {
        "type": "object",
        "properties": {member.name: _member(member) for member in form.members},
        "additionalProperties": False,
        **_given(bounds),
    }


def _member(member: Member) -> Json:
    schema = dict(_TYPES[member.type])
    low, high = _BOUNDS.get(member.type, ("", ""))
    bounds = {
        low: member.low,
        high: member.high,
        "pattern": member.pattern,
        "enum": [*member.choices, *([None] if member.nullable else [])] if member.choices else None,
        "uniqueItems": member.unique or None,
    }
    if member.type == "array":
        schema["items"] = _items(member)
    if member.nullable:
        schema["type"] = [schema["type"], "null"]
    return schema | _given(bounds) | {"description": member.description}


def _items(member: Member) -> Json:
    if isinstance(member.items, tuple):
        return body_schema(member.items)
    return _member(member.items or ANY_TEXT)


def reference(entity: Entity) -> Json:
    """Point to the schema of an entity."""
    return {"$ref": f"#/components/schemas/{entity.name}"}


def _field(field: Field) -> Json:
    schema = dict(_TYPES[field.type])
    if field.of is not None:
        inner = reference(field.of) if isinstance(field.of, Entity) else _TYPES[field.of]
        schema = {"type": "array", "items": inner} if field.type == "array" else inner
    if field.nullable:
        # A reference has no type of its own that null could stand beside.
        nullable = {"type": [schema.get("type"), "null"]}
        schema = {"oneOf": [schema, _TYPES["null"]]} if "$ref" in schema else schema | nullable
    return schema | {"description": field.description}


def _given(bounds: Json) -> Json:
    return {name: bound for name, bound in bounds.items() if bound is not None}
