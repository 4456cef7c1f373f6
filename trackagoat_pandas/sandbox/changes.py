"""What writes have in common: add, change, delete and scrape a row, or change many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC
from typing import Any, Literal, TypeAlias, TypeVar

from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.declare import Answer, Row
from trackagoat_pandas.sandbox.dice import new_id
from trackagoat_pandas.sandbox.envelope import RefusedError, conflict
from trackagoat_pandas.sandbox.lookups import check_limit
from trackagoat_pandas.sandbox.records import records_of

T = TypeVar("T")
Outcome: TypeAlias = Literal["created", "reactivated", "updated", "unchanged"]
Done: TypeAlias = tuple[Outcome, str]
"""What became of an item, and the id of its resource."""


def made(call: Call, table: str, entity: type[Row], values: Mapping[str, Any]) -> Answer:
    """Insert a row created now, and answer with it; an id is drawn unless the values have one."""
    row = {"created_at": call.now_text, **values}
    if "id" not in row:
        row["id"] = new_id(call.database)
    return Answer(records_of(call, entity, [call.database.add(table, row)])[0], status=201)


def added(call: Call, table: str, entity: type[Row], done: Done) -> Answer:
    """Answer with a row that was added or restored; one that was there already is a conflict."""
    status, row_id = done
    if status == "unchanged":
        raise conflict(f"The project has this {entity.__name__.lower()} already", "duplicate")
    return Answer(shown(call, table, entity, row_id), status=201 if status == "created" else 200)


def shown(call: Call, table: str, entity: type[Row], row_id: str) -> dict[str, Any]:
    """Return the record of a row, even of one that no list shows any longer."""
    rows = call.database.rows(f"SELECT * FROM {table} WHERE id = ?", (row_id,))
    return records_of(call, entity, rows)[0]


def changed(
    call: Call, table: str, entity: type[Row], row_id: str, values: Mapping[str, Any]
) -> Answer:
    """Change a row, and answer with it."""
    return Answer(records_of(call, entity, [call.database.update(table, row_id, values)])[0])


def deleted(row_id: str) -> Answer:
    """Answer with the id of the deleted object."""
    return Answer({"id": row_id, "deleted": True})


def queue_scrape(call: Call, table: str, item_id: str) -> Answer:
    """Scrape a creator or video, as often as the plan allows in a UTC day.

    Counts are always those of now, so only ``updated_at`` shows the scrape.
    """
    org_id, midnight = call.organization.id, call.now.astimezone(UTC).date().isoformat()
    check_limit(call, "max_manual_scrape_triggers_per_day", org_id, midnight)
    scrape = {"org_id": org_id, "item_id": item_id, "created_at": call.now_text}
    call.database.add("scrapes", scrape)
    call.database.update(table, item_id, {"updated_at": call.now_text})
    return Answer({"id": item_id, "queued": True})


def each(
    items: Iterable[T], carry_out: Callable[[T], Done], name_of: Callable[[T], Any] = str
) -> Answer:
    """Do something with each item; one that is refused doesn't stop the others.

    ``carry_out`` checks everything before it writes anything; ``name_of`` returns what the result
    shows as the item.
    """
    results: list[dict[str, Any]] = []
    for item in items:
        result: dict[str, Any] = {"item": name_of(item), "id": None, "status": "failed"}
        try:
            status, row_id = carry_out(item)
        except RefusedError as refusal:
            result |= {"code": refusal.code, "error": refusal.message}
        else:
            result |= {"id": row_id, "status": status, "code": None, "error": None}
        results.append(result)
    is_new = any(result["status"] == "created" for result in results)
    return Answer({"results": results}, status=201 if is_new else 200)
