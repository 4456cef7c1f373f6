"""The shapes of reports and unknown answers: which part is rows, and what stands beside them.

What isn't sure is an error: rows that were never sent would look like right ones.
"""

from __future__ import annotations

from typing import Any, NoReturn

from trackagoat_pandas._types import Json
from trackagoat_pandas.errors import UnreadableResponseError
from trackagoat_pandas.frames.coerce import read_number
from trackagoat_pandas.frames.rows import NULL_DATA
from trackagoat_pandas.tables import Table, table

_COUNTS = table("goal-compliance")
"""The report of numbers by status, which may come as an object."""


def split_report(data: Json, report: Table) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Separate a report's rows from what it says beside them.

    Its shape is assumed: a list of rows; or an object with one list of rows and other members; or,
    for counts, an object of numbers by status, itself or as one of its members.

    Raises
    ------
    UnreadableResponseError
        It is something else, or null.
    """
    if isinstance(data, list) and all(isinstance(row, dict) for row in data):
        return data, {}
    if data is None:
        raise UnreadableResponseError(report.path, 200, NULL_DATA)
    if not isinstance(data, dict):
        _refuse(report, "its data is neither rows nor an object", data)
    lists = _lists(data)
    if len(lists) == 1:
        ((name, rows),) = lists.items()
        return rows, {other: value for other, value in data.items() if other != name}
    if not lists and report is _COUNTS and (counts := _counts(data)) is not None:
        return [{"status": status, "count": count} for status, count in counts.items()], {}
    if lists or not _is_empty(data, report):
        _refuse(report, "its data holds no single list of rows", data)
    return [], {name: value for name, value in data.items() if value is not None}


def rows_of(data: Json, path: str) -> list[dict[str, Any]]:
    """Find the rows of any answer: its list, the one list in its object, or the object itself.

    Raises
    ------
    UnreadableResponseError
        It is null.
    """
    if data is None:
        raise UnreadableResponseError(path, 200, NULL_DATA)
    if isinstance(data, dict):
        lists = {} if "id" in data else _lists(data)
        filled = [name for name, rows in lists.items() if rows]
        names = filled or list(lists)
        return data[names[0]] if len(names) == 1 else [data]
    values = data if isinstance(data, list) else [data]
    return [value if isinstance(value, dict) else {"value": value} for value in values]


def _is_empty(data: dict[str, Any], report: Table) -> bool:
    """Whether a null stands where rows would be: nothing else in the object could be rows."""
    has_rows = any(
        isinstance(value, dict) and any(isinstance(row, dict) for row in value.values())
        for value in data.values()
    )
    return None in data.values() and not has_rows and not data.keys() & set(report.names)


def _lists(data: dict[str, Any]) -> dict[str, list[Any]]:
    """The members that are lists of objects, or empty."""
    return {
        name: value
        for name, value in data.items()
        if isinstance(value, list) and (not value or isinstance(value[0], dict))
    }


def _counts(data: dict[str, Any]) -> dict[str, Any] | None:
    """Numbers by status: the object itself, or the member that is."""
    known = set(_COUNTS.column("status").categories)
    for value in (data, *data.values()):
        if isinstance(value, dict) and value.keys() & known:
            if any(read_number(count) is None and count is not None for count in value.values()):
                _refuse(_COUNTS, "what stands beside its counts is no count", data)
            return value
    return None


def _refuse(report: Table, problem: str, found: Json) -> NoReturn:
    raise UnreadableResponseError(report.path, 200, problem, repr(found)[:60])
