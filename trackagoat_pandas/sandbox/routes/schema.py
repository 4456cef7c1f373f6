"""The data model and the metrics, as the API describes them itself.

Written from the declarations that serve the routes. Must not know the database.
"""

from __future__ import annotations

from typing import Any

from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.declare import Answer, Entity, Route
from trackagoat_pandas.sandbox.metrics import METRICS
from trackagoat_pandas.sandbox.routes.analytics import PARAMETERS
from trackagoat_pandas.sandbox.tally import RAW_METRICS


def get_schema(call: Call) -> Answer:
    """Describe every entity that can be read, field by field."""
    served = {
        route.rows.name: route.rows for route in call.routes if route.rows and route.method == "GET"
    }
    entities = {inner.name: inner for entity in served.values() for inner in entity.entities}
    return Answer({"entities": [_described(entity) for entity in entities.values()]})


def get_analytics_schema(_call: Call) -> Answer:
    """Describe what /analytics takes, and its metrics."""
    metrics = [
        {
            "name": metric.name,
            "kind": "raw" if metric.name in RAW_METRICS else "derived",
            "unit": metric.unit,
            "entities": metric.entities,
            "description": metric.description,
        }
        for metric in METRICS.values()
    ]
    parameters = [
        {
            "name": parameter.name,
            "required": parameter.required,
            "default": parameter.default,
            "choices": parameter.choices or None,
            "description": parameter.description,
        }
        for parameter in PARAMETERS
    ]
    return Answer({"metrics": metrics, "parameters": parameters})


def _described(entity: Entity) -> dict[str, Any]:
    fields = [
        {
            "name": field.name,
            "type": field.type,
            "nullable": field.nullable,
            "description": field.description,
        }
        for field in entity.fields
    ]
    return {"name": entity.name, "description": entity.description, "fields": fields}


ROUTES = (
    Route("/schema", "The data model", get_schema),
    Route("/analytics/schema", "What /analytics takes", get_analytics_schema),
)
