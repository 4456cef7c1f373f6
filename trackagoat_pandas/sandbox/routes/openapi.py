"""GET /openapi.json: the OpenAPI 3.1 description of the routes that are served.

Written from the declarations alone. Must not know a single route.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from werkzeug.wrappers import Response

from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.declare import Entity, Field, FieldType, Route
from trackagoat_pandas.sandbox.envelope import document
from trackagoat_pandas.sandbox.parameters import Parameter, ParameterType

Json = dict[str, Any]
_PLACE = re.compile(r"\{(\w+)\}")
_FIELD_SCHEMAS: dict[FieldType, Json] = {
    "uuid": {"type": "string", "format": "uuid"},
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "object": {"type": "object"},
    "array": {"type": "array"},
}
_PARAMETER_SCHEMAS: dict[ParameterType, Json] = {
    "text": {"type": "string"},
    "uuid": {"type": "string", "format": "uuid"},
    "uuids": {"type": "array", "items": {"type": "string", "format": "uuid"}},
    "integer": {"type": "integer"},
    "day": {"type": "string", "format": "date"},
    "flag": {"type": "string", "enum": ["1", "0", "true", "false"]},
    "zone": {"type": "string"},
}
_META: dict[str, Json] = {
    "page": {
        "type": "object",
        "properties": {
            "hasMore": {"type": "boolean"},
            "nextCursor": {"type": ["string", "null"]},
        },
    },
    "offset": {"type": "object", "properties": {"total_count": {"type": "integer"}}},
}
_ERRORS = {
    "400": "Bad query or parameters",
    "401": "Key missing, malformed, revoked or expired",
    "402": "Older than the plan keeps",
    "403": "Scope missing",
    "404": "Absent, or another organization's",
    "429": "Too many requests, or the daily quota is used up",
    "500": "Server error",
}


def get_openapi(call: Call) -> Response:
    """Describe every route."""
    return document(describe(call.routes))


def describe(routes: Iterable[Route]) -> Json:
    """Write the description of some routes."""
    paths: dict[str, Json] = {}
    entities: dict[str, Entity] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
        if route.rows is not None:
            entities[route.rows.name] = route.rows
    return {
        "openapi": "3.1.0",
        "info": {"title": "TrackaGoat API (sandbox)", "version": "1.4.0"},
        "servers": [{"url": "/api/v1"}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                **{entity.name: _schema(entity) for entity in entities.values()},
                "error": _envelope({"type": "null"}, {"type": "string"}, {"type": "object"}),
            },
        },
    }


def _operation(route: Route) -> Json:
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": _FIELD_SCHEMAS["uuid"]}
        for name in _PLACE.findall(route.path)
    ]
    return {
        "operationId": _operation_id(route),
        "summary": route.summary,
        "parameters": [*in_path, *map(_parameter, route.parameters)],
        "responses": {"200": _success(route), **{code: _error(code) for code in _ERRORS}},
    }


def _operation_id(route: Route) -> str:
    words = re.sub(r"[^a-z0-9]+", "_", route.path.lower()).strip("_")
    return f"{route.method.lower()}_{words}"


def _parameter(parameter: Parameter) -> Json:
    schema = dict(_PARAMETER_SCHEMAS[parameter.type])
    bounds = {
        "enum": list(parameter.choices) or None,
        "default": parameter.default,
        "minimum": parameter.minimum,
        "maximum": parameter.maximum,
    }
    schema |= {name: bound for name, bound in bounds.items() if bound is not None}
    described = {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": parameter.description,
        "schema": schema,
    }
    several = {"style": "form", "explode": False} if parameter.type == "uuids" else {}
    return described | several


def _success(route: Route) -> Json:
    if route.shape == "document":
        return _content("A JSON document without an envelope", {"type": "object"})
    row = {"$ref": f"#/components/schemas/{route.rows.name}"} if route.rows else {"type": "object"}
    data = row if route.shape == "one" else {"type": "array", "items": row}
    meta = _META.get(route.shape, {"type": ["object", "null"]})
    return _content("Success", _envelope(data, {"type": "null"}, meta))


def _error(code: str) -> Json:
    return _content(_ERRORS[code], {"$ref": "#/components/schemas/error"})


def _content(description: str, schema: Json) -> Json:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _envelope(data: Json, error: Json, meta: Json) -> Json:
    return {
        "type": "object",
        "required": ["data", "error", "meta"],
        "properties": {"data": data, "error": error, "meta": meta},
    }


def _schema(entity: Entity) -> Json:
    return {
        "type": "object",
        "description": entity.description,
        "required": [field.name for field in entity.fields],
        "properties": {field.name: _property(field) for field in entity.fields},
    }


def _property(field: Field) -> Json:
    schema = dict(_FIELD_SCHEMAS[field.type])
    if field.nullable:
        schema["type"] = [schema["type"], "null"]
    return schema | {"description": field.description}


ROUTES = (Route("/openapi.json", "This description", get_openapi, shape="document"),)
