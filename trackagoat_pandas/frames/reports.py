"""Flatten answers that aren't plain lists: reports, goal compliance and the data model.

An ambiguous answer is an error, since a wrong guess would give rows that look right.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from trackagoat_pandas.base.types import Json
from trackagoat_pandas.errors import UnreadableResponseError
from trackagoat_pandas.frames.coerce import read_number
from trackagoat_pandas.frames.values import NULL_DATA, refuse
from trackagoat_pandas.tables import GOAL_COMPLIANCE, Table
from trackagoat_pandas.tables.reports import GOAL_COUNTS

Record = dict[str, Any]

_COMPLIANCE_FIELDS = {
    "creator": {"tiktok_handle", "display_name", "avatar_url"},
    "goal": {
        "creator_id", "project_id", "metric", "period", "target_value", "start_date", "end_date",
        "is_active",
    },
    "advisory": {
        "has_advisory", "period_in_progress", "period_recently_ended", "scrape_stale",
        "not_yet_started", "messages", "period_start", "period_end", "hours_until_period_end",
        "hours_since_period_end", "scrape_freshness",
    },
}  # fmt: skip
"""The parts of a goal, and their fields that are columns of the same name. Other fields get the
part's name in front, as id becomes creator_id or goal_id."""
_ENTITY_NAMES = ("name", "field", "entity", "id", "key")
_ENTITY_FIELDS = ("fields", "properties", "columns", "attributes")
_DESCRIPTIONS = ("description", "doc", "title")


def split_report(data: Json, report: Table) -> tuple[list[Record], Record]:
    """Separate a report's rows from the other members of its data.

    The shapes of reports aren't documented. What is read is a list of rows, an object that holds
    one list of rows, and for the report of goals by status also an object of counts, or an object
    that holds one.

    Raises
    ------
    UnreadableResponseError
        If the data is null or has another shape.
    """
    if isinstance(data, list) and all(isinstance(row, dict) for row in data):
        return data, {}
    _check_given(data, report.path)
    if not isinstance(data, dict):
        refuse(report, "its data is neither rows nor an object", data)
    lists = _lists(data)
    if len(lists) == 1:
        ((name, rows),) = lists.items()
        return rows, {other: value for other, value in data.items() if other != name}
    if not lists and report is GOAL_COUNTS and (counts := _counts(data)) is not None:
        return [{"status": status, "count": count} for status, count in counts.items()], {}
    # Null stands for an empty list, unless something else in the object could be rows.
    has_rows = any(
        isinstance(value, dict) and any(isinstance(row, dict) for row in value.values())
        for value in data.values()
    )
    if lists or has_rows or None not in data.values() or data.keys() & set(report.names):
        refuse(report, "its data holds no single list of rows", data)
    return [], {name: value for name, value in data.items() if value is not None}


def rows_of(data: Json, path: str) -> list[Record]:
    """Find the rows of any answer: its list, the one list in its object, or the object itself.

    Raises
    ------
    UnreadableResponseError
        If the data is null.
    """
    _check_given(data, path)
    if isinstance(data, dict):
        # An object with an id is one record, whose lists are its fields.
        lists = {} if "id" in data else _lists(data)
        filled = [name for name, rows in lists.items() if rows]
        names = filled or list(lists)
        return data[names[0]] if len(names) == 1 else [data]
    values = data if isinstance(data, list) else [data]
    return [value if isinstance(value, dict) else {"value": value} for value in values]


def flatten_compliance(data: Json) -> list[Record]:
    """Flatten goal compliance, which is grouped by creator.

    Parameters
    ----------
    data
        The envelope's data: a list of groups with ``creator`` and ``compliance``, or an object
        that holds the list.

    Returns
    -------
    list of dict
        One record per goal, with the columns of ``goal_compliance``. Unknown fields of its parts
        get ``creator_``, ``goal_`` or ``advisory_`` in front of their names. A creator without
        goals gives no record.

    Raises
    ------
    UnreadableResponseError
        If the data is null, holds no list of groups or several, or if a group, a goal or one of
        its parts isn't an object.
    """
    return [record for group in _groups(data) for record in _flatten_group(group)]


def flatten_model(data: Json) -> list[Record]:
    """Flatten the server's data model to records of entity, field, type, nullable, description.

    The shape of /schema isn't documented. Entities and fields may each be a list of named objects
    or an object by name, entities also under one key, and a field may be just a description.
    """
    entities = data
    if isinstance(data, dict) and not _has_fields(data):
        entities = next((value for value in data.values() if _has_fields(value)), data)
    return [
        {"entity": entity, "field": field, **_field_facts(facts)}
        for entity, body in _names_and_bodies(entities)
        for field, facts in _names_and_bodies(
            body if isinstance(body, list) else _member(body, _ENTITY_FIELDS)
        )
    ]


def _check_given(data: Json, path: str) -> None:
    if data is None:
        raise UnreadableResponseError(path, 200, NULL_DATA)


def _lists(data: Record) -> dict[str, list[Any]]:
    """Return the members that are lists of objects, or empty lists."""
    return {
        name: value
        for name, value in data.items()
        if isinstance(value, list) and (not value or isinstance(value[0], dict))
    }


def _counts(data: Record) -> Record | None:
    """Find the counts by status: the object itself, or one of its members; None without any."""
    known = set(GOAL_COUNTS.column("status").categories)
    for value in (data, *data.values()):
        if isinstance(value, dict) and value.keys() & known:
            if any(read_number(count) is None and count is not None for count in value.values()):
                refuse(GOAL_COUNTS, "a value beside its counts is not a number", data)
            return value
    return None


def _groups(data: Json) -> list[Any]:
    _check_given(data, GOAL_COMPLIANCE.path)
    if isinstance(data, list):
        return data
    if not isinstance(data, dict):
        refuse(GOAL_COMPLIANCE, "its data is neither a list nor an object", data)
    if data.keys() & {"compliance", *_COMPLIANCE_FIELDS}:
        return [data]
    values = list(data.values())
    lists = [value for value in values if isinstance(value, list)]
    if len(lists) > 1:
        refuse(GOAL_COMPLIANCE, "its data holds several lists", data)
    has_objects = any(isinstance(value, dict) for value in values)
    if not lists and (None not in values or has_objects):
        refuse(GOAL_COMPLIANCE, "its data holds no list", data)
    return lists[0] if lists else []


def _flatten_group(group: Json) -> Iterator[Record]:
    """Flatten one creator's goals; a group that is itself a goal is one record."""
    if not isinstance(group, dict):
        refuse(GOAL_COMPLIANCE, "a creator's group is not an object", group)
    goals = group.get("compliance", [group])
    if not isinstance(goals, list | dict):
        refuse(GOAL_COMPLIANCE, "a creator's compliance is not a list", goals)
    shared = {name: value for name, value in group.items() if name != "compliance"}
    for goal in [goals] if isinstance(goals, dict) else goals:
        row = {**shared, **_object(goal)}
        if "compliance" in group and "compliance" in row:  # it was the list of groups
            yield from _flatten_group(row)
        else:
            yield _flatten_goal(row)


def _flatten_goal(row: Record) -> Record:
    """Flatten the parts of a goal, with a prefix for fields that aren't columns."""
    record = {name: value for name, value in row.items() if name not in _COMPLIANCE_FIELDS}
    for part in ("advisory", "goal", "creator"):  # the creator's id replaces goal.creator_id
        for name, value in _object(row.get(part)).items():
            record[name if name in _COMPLIANCE_FIELDS[part] else f"{part}_{name}"] = value
    return record


def _object(value: Json) -> Record:
    if not isinstance(value, dict | None):
        refuse(GOAL_COMPLIANCE, "a part of it is not an object", value)
    return value or {}


def _has_fields(value: Json) -> bool:
    return any(_member(body, _ENTITY_FIELDS) is not None for _, body in _names_and_bodies(value))


def _names_and_bodies(value: Json) -> Iterator[tuple[str, Any]]:
    """Yield pairs of name and body from an object by name or a list of named objects."""
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        for body in value:
            name = body if isinstance(body, str) else _member(body, _ENTITY_NAMES)
            if isinstance(name, str):
                yield name, body


def _member(body: Json, names: tuple[str, ...]) -> Any:
    if not isinstance(body, dict):
        return None
    return next((body[name] for name in names if name in body), None)


def _field_facts(facts: Json) -> Record:
    if not isinstance(facts, dict):
        return {"description": facts if isinstance(facts, str) else None}
    kind = facts.get("type")
    kinds = kind if isinstance(kind, list) else [kind]
    words = [str(word) for word in kinds if word not in (None, "null")]
    return {
        "type": " or ".join(words) or None,
        "nullable": facts.get("nullable", True if "null" in kinds else None),
        "description": _member(facts, _DESCRIPTIONS),
    }
