"""Chart notes: listed on their own, and beside the series whose days they touch.

Must not know how a series is computed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.declare import Answer, Route
from trackagoat_pandas.sandbox.entities import ANNOTATION
from trackagoat_pandas.sandbox.lookups import project_ids
from trackagoat_pandas.sandbox.metrics import ALL
from trackagoat_pandas.sandbox.parameters import FROM, OF_PROJECT, TO, Parameter
from trackagoat_pandas.sandbox.refusals import check_order
from trackagoat_pandas.sandbox.spans import Span
from trackagoat_pandas.sandbox.subjects import Subject


def list_annotations(call: Call) -> Answer:
    """List notes, oldest day first; without from and to those of any day."""
    first, last = call.arguments["from"], call.arguments["to"]
    check_order(first, last)
    projects = project_ids(call)
    filters: list[tuple[str, Any]] = [
        ("entity = ?", call.arguments["entity"]),
        ("entity_id = ?", call.arguments["entity_id"]),
        ("date >= ?", first and first.isoformat()),
        ("date <= ?", last and last.isoformat()),
    ]
    used = [(condition, value) for condition, value in filters if value is not None]
    conditions = [f"project_id IN ({_marks(projects)})", *(condition for condition, _ in used)]
    return Answer(_read(call, conditions, [*projects, *(value for _, value in used)]))


def notes_on(
    call: Call, subjects: Sequence[Subject], entity: str, span: Span
) -> list[dict[str, Any]]:
    """Return the notes on days of a span that are about the subjects or their whole project."""
    ids = [subject.id for subject in subjects]
    projects = list(dict.fromkeys(subject.project_id for subject in subjects))
    conditions = [
        f"project_id IN ({_marks(projects)})",
        f"(entity IS NULL OR (entity = ? AND entity_id IN ({_marks(ids)})))",
        "date BETWEEN ? AND ?",
    ]
    days = [span.first.isoformat(), span.last.isoformat()]
    return _read(call, conditions, [*projects, entity, *ids, *days])


def _read(call: Call, conditions: Sequence[str], values: Sequence[str]) -> list[dict[str, Any]]:
    rows = call.database.rows(
        f"SELECT * FROM annotations WHERE {' AND '.join(conditions)} ORDER BY date, rowid", values
    )
    return [ANNOTATION.record(row, {}) for row in rows]


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))


ROUTES = (
    Route(
        "/analytics/annotations",
        "List chart notes",
        list_annotations,
        (
            OF_PROJECT,
            Parameter("entity", "Only notes on this kind of entity.", choices=ALL),
            Parameter("entity_id", "Only notes on this entity.", "uuid"),
            FROM,
            TO,
        ),
        ANNOTATION,
        "list",
    ),
)
