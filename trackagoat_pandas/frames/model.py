"""The server's data model, flattened to one record for each entity and field.

The shape of /schema is assumed: entities and fields may each be a list of named objects or an
object by name, at the top or under one key, and a field may be told by its description alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from trackagoat_pandas._types import Json

_NAMES = ("name", "field", "entity", "id", "key")
_FIELDS = ("fields", "properties", "columns", "attributes")
_TEXTS = ("description", "doc", "title")


def flatten_model(data: Json) -> list[dict[str, Any]]:
    """Records of entity, field, type, nullable and description."""
    entities = _entities(data)
    return [
        {"entity": entity, "field": field, **_facts(facts)}
        for entity, body in _named(entities)
        for field, facts in _named(body if isinstance(body, list) else _member(body, _FIELDS))
    ]


def _entities(data: Json) -> Json:
    """The part that holds the entities: the data itself, or the member that has fields inside."""
    if not isinstance(data, dict) or _has_fields(data):
        return data
    return next((value for value in data.values() if _has_fields(value)), data)


def _has_fields(value: Json) -> bool:
    return any(_member(body, _FIELDS) is not None for _, body in _named(value))


def _named(value: Json) -> Iterator[tuple[str, Any]]:
    """Pairs of name and body, of an object by name or of a list of named objects."""
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        for body in value:
            name = body if isinstance(body, str) else _member(body, _NAMES)
            if isinstance(name, str):
                yield name, body


def _member(body: Json, names: tuple[str, ...]) -> Any:
    if not isinstance(body, dict):
        return None
    return next((body[name] for name in names if name in body), None)


def _facts(facts: Json) -> dict[str, Any]:
    if not isinstance(facts, dict):
        return {"description": facts if isinstance(facts, str) else None}
    kind = facts.get("type")
    kinds = kind if isinstance(kind, list) else [kind]
    words = [str(word) for word in kinds if word not in (None, "null")]
    return {
        "type": " or ".join(words) or None,
        "nullable": facts.get("nullable", True if "null" in kinds else None),
        "description": _member(facts, _TEXTS),
    }
