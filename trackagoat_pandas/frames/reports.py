"""The shapes of reports and unknown answers: which part is rows, and what stands beside them."""

from __future__ import annotations

from typing import Any

from trackagoat_pandas._types import Json


def split_report(data: Json) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Tell a report's rows from what it says beside them.

    Its shape is assumed: a list of rows; or an object with one list of rows and other members; or,
    for counts, an object of numbers by status, itself or as its only object.
    """
    if not isinstance(data, dict):
        return rows_of(data), {}
    name = _list_name(data)
    if name is not None:
        return data[name], {other: value for other, value in data.items() if other != name}
    counts = next((value for value in data.values() if isinstance(value, dict)), data)
    return [{"status": status, "count": count} for status, count in counts.items()], {}


def rows_of(data: Json) -> list[dict[str, Any]]:
    """The rows of any answer: its list, the one list inside its object, or the object itself."""
    if data is None:
        return []
    if isinstance(data, dict):
        name = None if "id" in data else _list_name(data)
        return [data] if name is None else data[name]
    values = data if isinstance(data, list) else [data]
    return [value if isinstance(value, dict) else {"value": value} for value in values]


def _list_name(data: dict[str, Any]) -> str | None:
    """The member that holds the rows: the only list of objects, or else the only empty list."""
    lists = {name: value for name, value in data.items() if isinstance(value, list)}
    filled = [name for name, value in lists.items() if value and isinstance(value[0], dict)]
    names = filled or [name for name, value in lists.items() if not value]
    return names[0] if len(names) == 1 else None
