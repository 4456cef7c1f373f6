"""Goal compliance, grouped by creator, to flat records: one for each goal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn

from trackagoat_pandas._types import Json
from trackagoat_pandas.errors import UnreadableResponseError
from trackagoat_pandas.frames.rows import NULL_DATA
from trackagoat_pandas.tables import GOAL_COMPLIANCE

_PARTS = ("creator", "goal", "advisory")
_FIELDS = {
    "creator": {"tiktok_handle", "display_name", "avatar_url"},
    "goal": {
        "creator_id",
        "project_id",
        "metric",
        "period",
        "target_value",
        "start_date",
        "end_date",
        "is_active",
    },
    "advisory": {
        "has_advisory",
        "period_in_progress",
        "period_recently_ended",
        "scrape_stale",
        "not_yet_started",
        "messages",
        "period_start",
        "period_end",
        "hours_until_period_end",
        "hours_since_period_end",
        "scrape_freshness",
    },
}
"""The fields whose names are columns as they are; an id becomes creator_id or goal_id."""


def flatten_compliance(data: Json) -> list[dict[str, Any]]:
    """Flatten the data of one answer.

    Parameters
    ----------
    data
        The envelope's data: a list of groups with ``creator`` and ``compliance``, or an object
        that holds the list.

    Returns
    -------
    list of dict
        One record a goal, with the columns of ``goal_compliance``. Unknown fields keep their
        names, with ``creator_``, ``goal_`` or ``advisory_`` in front. A creator without goals
        gives no record.

    Raises
    ------
    UnreadableResponseError
        If the data is null, or a group or a goal is no object.
    """
    return [record for group in _groups(data) for record in _flatten_group(group)]


def _groups(data: Json) -> list[Any]:
    if data is None:
        raise UnreadableResponseError(GOAL_COMPLIANCE.path, 200, NULL_DATA)
    if isinstance(data, list):
        return data
    if not isinstance(data, dict):
        _refuse("its data is neither a list nor an object", data)
    if data.keys() & {"compliance", *_PARTS}:
        return [data]
    lists = [value for value in data.values() if isinstance(value, list)]
    if len(lists) > 1:
        _refuse("its data holds several lists", data)
    if not lists and (None not in data.values() or _has_objects(data)):
        _refuse("its data holds no list", data)
    return lists[0] if lists else []


def _has_objects(data: dict[str, Any]) -> bool:
    return any(isinstance(value, dict) for value in data.values())


def _flatten_group(group: Json) -> Iterator[dict[str, Any]]:
    """Flatten one creator's goals; a group that is itself a goal is one record."""
    if not isinstance(group, dict):
        _refuse("a creator's group is no object", group)
    goals = group.get("compliance", [group])
    if not isinstance(goals, list | dict | None):
        _refuse("a creator's compliance is no list", goals)
    shared = {name: value for name, value in group.items() if name != "compliance"}
    for goal in [goals] if isinstance(goals, dict) else goals or []:
        row = {**shared, **_object(goal)}
        if "compliance" in group and "compliance" in row:  # the list of groups has this name too
            yield from _flatten_group(row)
        else:
            yield _flatten_goal(row)


def _flatten_goal(row: dict[str, Any]) -> dict[str, Any]:
    creator, goal, advisory = (_object(row.get(name)) for name in _PARTS)
    return {
        **{name: value for name, value in row.items() if name not in _PARTS},
        **_named("advisory", advisory),
        **_named("goal", goal),
        **_named("creator", creator),
    }


def _named(part: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Give a part's fields their columns' names; a field that nobody declared gets a prefix."""
    return {
        name if name in _FIELDS[part] else f"{part}_{name}": value for name, value in fields.items()
    }


def _object(value: Json) -> dict[str, Any]:
    if value is None:
        return {}
    return value if isinstance(value, dict) else _refuse("a part of it is no object", value)


def _refuse(problem: str, found: Json) -> NoReturn:
    raise UnreadableResponseError(GOAL_COMPLIANCE.path, 200, problem, repr(found)[:60])
