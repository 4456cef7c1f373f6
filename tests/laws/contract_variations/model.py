"""The data model: its rows, and its arrangements by name or in lists."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.laws.contract_variations.drawn import TEXTS, Row

MODEL_SHAPES = st.fixed_dictionaries(
    {
        "held": st.sampled_from([None, "entities", "resources", "data"]),
        "entities": st.sampled_from(["name", "entity", "key", "by name"]),
        "members": st.sampled_from(["fields", "properties", "columns", "attributes"]),
        "fields": st.sampled_from(["name", "field", "id", "by name"]),
        "text": st.sampled_from(["description", "doc"]),
        "is_terse": st.booleans(),
    }
)
MODEL_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "entity": st.sampled_from(["creator", "video", "goal"]),
            "field": st.sampled_from(["id", "name", "view_count", "fields", "🐐"]),
            "type": st.none() | st.sampled_from(["string", "integer"]),
            "nullable": st.none() | st.booleans(),
            "description": st.none() | TEXTS,
        }
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda row: (row["entity"], row["field"]),
).map(lambda rows: sorted(rows, key=lambda row: row["entity"]))


def model_of(rows: list[Row], shape: Row) -> Any:
    """Arrange the data model: entities and their fields by name, or in lists."""
    entities: dict[str, dict[str, Any]] = {}
    for row in rows:
        entities.setdefault(row["entity"], {})[row["field"]] = _model_field(row, shape)
    bodies = {
        name: {shape["members"]: _named(fields, shape["fields"])}
        for name, fields in entities.items()
    }
    sent = _named(bodies, shape["entities"])
    return {"version": "1.4.0", "notes": None, shape["held"]: sent} if shape["held"] else sent


def _model_field(row: Row, shape: Row) -> Any:
    if (
        shape["is_terse"]
        and shape["fields"] == "by name"
        and row["type"] is row["nullable"] is None
    ):
        return row["description"]
    facts = {"type": row["type"], "nullable": row["nullable"], shape["text"]: row["description"]}
    if shape["is_terse"] and row["nullable"] and row["type"]:
        facts |= {"type": [row["type"], "null"]}
        del facts["nullable"]
    return {name: value for name, value in facts.items() if value is not None}


def _named(bodies: dict[str, Any], way: str) -> Any:
    if way == "by name":
        return bodies
    return [{way: name, **body} for name, body in bodies.items()]
