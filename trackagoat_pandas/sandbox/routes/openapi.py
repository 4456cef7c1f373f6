"""GET /openapi.json: the OpenAPI 3.1 description of the routes that are served.

Written from the declarations alone. Must not know a single route.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from werkzeug.wrappers import Response

from trackagoat_pandas.sandbox import replies
from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.declare import Entity, Route
from trackagoat_pandas.sandbox.envelope import document
from trackagoat_pandas.sandbox.schemas import (
    UUID,
    Json,
    body_schema,
    entity_schema,
    parameter_of,
    reference,
)

_PLACE = re.compile(r"\{(\w+)\}")
_SOME_META: Json = {"type": ["object", "null"]}
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
    400: "Bad query, body or parameters",
    401: "Key missing, malformed, revoked or expired",
    402: "A limit of the plan is reached, or older than it keeps",
    403: "Scope missing",
    404: "Absent, or another organization's",
    409: "Duplicate, a conflict with how things are, or an idempotency key that was used otherwise",
    429: "Too many requests, or the daily quota is used up",
    500: "Server error",
}
_OF_READS = (400, 401, 402, 403, 404, 429, 500)
_OF_WRITES = (400, 401, 403, 404, 429, 500)
_KEY_HEADER: Json = {
    "name": replies.HEADER,
    "in": "header",
    "required": False,
    "description": "Sent again within 24 hours, the request gets the answer that it got before.",
    "schema": {"type": "string", "pattern": replies.PATTERN, "minLength": 1, "maxLength": 255},
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
        for served in filter(None, (route.rows, route.several)):
            entities |= {entity.name: entity for entity in served.entities}
    return {
        "openapi": "3.1.0",
        "info": {"title": "TrackaGoat API (sandbox)", "version": "1.4.0"},
        "servers": [{"url": "/api/v1"}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                **{entity.name: entity_schema(entity) for entity in entities.values()},
                "error": _envelope({"type": "null"}, {"type": "string"}, _SOME_META),
            },
        },
    }


def _operation(route: Route) -> Json:
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": UUID}
        for name in _PLACE.findall(route.path)
    ]
    in_header = [_KEY_HEADER] if route.is_creating else []
    statuses = (*(_OF_READS if route.method == "GET" else _OF_WRITES), *route.refusals)
    operation = {
        "operationId": _operation_id(route),
        "summary": route.summary,
        "parameters": [*in_path, *map(parameter_of, route.parameters), *in_header],
        "responses": {
            **{str(status): _success(route) for status in route.successes},
            **{str(status): _error(status) for status in sorted(statuses)},
        },
    }
    body = {"required": True, "content": _json(body_schema(route.body))} if route.body else None
    return operation | ({"requestBody": body} if body else {})


def _operation_id(route: Route) -> str:
    words = re.sub(r"[^a-z0-9]+", "_", route.path.lower()).strip("_")
    return f"{route.method.lower()}_{words}"


def _success(route: Route) -> Json:
    if route.shape == "document":
        schema: Json = {"type": "object", "additionalProperties": True}
        return {"description": "A JSON document without an envelope", "content": _json(schema)}
    row = _reference(route.rows)
    if route.several is not None:
        row = {"anyOf": [row, _reference(route.several)]}
    data = row if route.shape == "one" else {"type": "array", "items": row}
    envelope = _envelope(data, {"type": "null"}, _META.get(route.shape, _SOME_META))
    others = {media: {"schema": {"type": "string"}} for media in route.media_types}
    return {"description": "Success", "content": others | _json(envelope)}


def _reference(entity: Entity | None) -> Json:
    return {"type": "object", "additionalProperties": True} if entity is None else reference(entity)


def _error(status: int) -> Json:
    schema = {"$ref": "#/components/schemas/error"}
    return {"description": _ERRORS[status], "content": _json(schema)}


def _json(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}


def _envelope(data: Json, error: Json, meta: Json) -> Json:
    return {
        "type": "object",
        "required": ["data", "error", "meta"],
        "properties": {"data": data, "error": error, "meta": meta},
    }


ROUTES = (Route("/openapi.json", "This description", get_openapi, shape="document"),)
