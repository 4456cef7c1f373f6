"""The API as it describes itself: the OpenAPI description, the data model and the metrics."""

from __future__ import annotations

import re
from collections.abc import Iterable

from werkzeug.wrappers import Response

from trackagoat_pandas.sandbox import idempotency
from trackagoat_pandas.sandbox.bodies import Body, Edit
from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.declare import (
    REFERENCE,
    Answer,
    Route,
    Row,
    fields_in,
    get,
    schemas_of,
)
from trackagoat_pandas.sandbox.envelope import document
from trackagoat_pandas.sandbox.formats import Json, Uuid, schema_of
from trackagoat_pandas.sandbox.metrics import METRICS
from trackagoat_pandas.sandbox.routes.analytics import PARAMETERS

_FREE_FORM: Json = {"type": "object", "additionalProperties": True}
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
    402: "A plan limit is reached, or the range is older than the plan keeps",
    403: "Scope missing",
    404: "Not found, or another organization's",
    409: "A duplicate, a state conflict, or an idempotency key of another request",
    429: "Too many requests, or the daily quota is used up",
    500: "Server error",
}
# What any route may answer with. 402: a read may reach back further than the plan keeps.
_OF_READS = (400, 401, 402, 403, 404, 429, 500)
_OF_WRITES = (400, 401, 403, 404, 429, 500)
_OF_METRICS = ("name", "kind", "unit", "entities", "description")
_OF_PARAMETERS = ("name", "required", "default", "choices", "description")
_KEY_HEADER: Json = {
    "name": idempotency.HEADER,
    "in": "header",
    "required": False,
    "description": "A request that is sent again within 24 hours gets the same answer.",
    "schema": {"type": "string", "pattern": idempotency.PATTERN, "minLength": 1, "maxLength": 255},
}


def get_openapi(call: Call) -> Response:
    """Describe every route as OpenAPI does."""
    return document(describe(call.routes))


def get_schema(call: Call) -> Answer:
    """Describe every entity that can be read, field by field."""
    served = [route.rows for route in call.routes if route.rows and route.method == "GET"]
    entities = [
        {
            "name": re.sub("(?<!^)([A-Z])", r"_\1", name).lower(),
            "description": schema.get("description", ""),
            "fields": [field._asdict() for field in fields_in(schema)],
        }
        for name, schema in schemas_of(served).items()
    ]
    return Answer({"entities": entities})


def get_analytics_schema(_call: Call) -> Answer:
    """Describe what /analytics takes, and its metrics."""
    metrics = [_facts(metric, *_OF_METRICS) for metric in METRICS.values()]
    parameters = [
        _facts(one, *_OF_PARAMETERS) | {"choices": one.choices or None} for one in PARAMETERS
    ]
    return Answer({"metrics": metrics, "parameters": parameters})


def _facts(thing: object, *names: str) -> Json:
    return {name: getattr(thing, name) for name in names}


def describe(routes: Iterable[Route]) -> Json:
    """Write the description of some routes."""
    paths: dict[str, Json] = {}
    rows: list[type[Row]] = []
    forms: list[type[Body]] = []
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
        rows += filter(None, (route.rows, route.several))
        forms += route.body
    schemas = schemas_of([*rows, *forms])
    for form in forms:
        if issubclass(form, Edit):
            schemas[form.__name__]["minProperties"] = 1
    schemas["error"] = _envelope({"type": "null"}, {"type": "string"}, _SOME_META)
    return {
        "openapi": "3.1.0",
        "info": {"title": "TrackaGoat API (sandbox)", "version": "1.4.0"},
        "servers": [{"url": "/api/v1"}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "schemas": schemas,
        },
    }


def _operation(route: Route) -> Json:
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": schema_of(Uuid)}
        for name in _PLACE.findall(route.path)
    ]
    in_header = [_KEY_HEADER] if route.is_creating else []
    statuses = (*(_OF_READS if route.method == "GET" else _OF_WRITES), *route.refusals)
    words = re.sub(r"[^a-z0-9]+", "_", route.path.lower()).strip("_")
    operation: Json = {
        "operationId": f"{route.method.lower()}_{words}",
        "summary": route.summary,
        "parameters": [*in_path, *(one.describe() for one in route.parameters), *in_header],
        "responses": {
            **{str(status): _success(route) for status in route.successes},
            **{
                str(status): {"description": _ERRORS[status], "content": _json(_reference("error"))}
                for status in sorted(statuses)
            },
        },
    }
    if route.body:
        # Each form is closed and requires a member that the others don't have, so only one fits.
        forms = [_reference(form.__name__) for form in route.body]
        schema = forms[0] if len(forms) == 1 else {"oneOf": forms}
        operation["requestBody"] = {"required": True, "content": _json(schema)}
    return operation


def _success(route: Route) -> Json:
    if route.shape == "document":
        return {"description": "A JSON document without an envelope", "content": _json(_FREE_FORM)}
    row = _reference(route.rows.__name__) if route.rows else _FREE_FORM
    if route.several is not None:
        row = {"anyOf": [row, _reference(route.several.__name__)]}
    data = row if route.shape == "one" else {"type": "array", "items": row}
    envelope = _envelope(data, {"type": "null"}, _META.get(route.shape, _SOME_META))
    others = {media: {"schema": {"type": "string"}} for media in route.media_types}
    return {"description": "Success", "content": others | _json(envelope)}


def _reference(name: str) -> Json:
    return {"$ref": REFERENCE.format(name=name)}


def _json(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}


def _envelope(data: Json, error: Json, meta: Json) -> Json:
    return {
        "type": "object",
        "required": ["data", "error", "meta"],
        "properties": {"data": data, "error": error, "meta": meta},
    }


ROUTES = (
    get("/schema", get_schema),
    get("/analytics/schema", get_analytics_schema),
    get("/openapi.json", get_openapi, shape="document"),
)
