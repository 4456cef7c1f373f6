"""Many items in one request: each is done or refused by itself, and the answer tells of each.

Must not know what the items are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal, TypeAlias, TypeVar

from trackagoat_pandas.sandbox.bodies import MOST_ITEMS, Body, Form, Member
from trackagoat_pandas.sandbox.declare import Answer
from trackagoat_pandas.sandbox.refusals import RefusedError, not_found
from trackagoat_pandas.sandbox.spelling import read_uuid

T = TypeVar("T")
Outcome: TypeAlias = Literal["created", "reactivated", "updated", "unchanged"]
Done: TypeAlias = tuple[Outcome, str]
"""What became of an item, and the id of its resource."""

STATUS_OF = {"created": 201, "reactivated": 200, "updated": 200, "unchanged": 200}


def each(items: Iterable[tuple[str, T]], carry_out: Callable[[T], Done]) -> Answer:
    """Do something with each named item; ``carry_out`` checks all before it writes anything."""
    results = [_result(name, item, carry_out) for name, item in items]
    is_new = any(result["status"] == "created" for result in results)
    return Answer({"results": results}, status=201 if is_new else 200)


def _result(name: str, item: T, carry_out: Callable[[T], Done]) -> dict[str, Any]:
    result: dict[str, Any] = {"item": name, "id": None, "status": "failed"}
    try:
        status, row_id = carry_out(item)
    except RefusedError as refusal:
        return {**result, "code": refusal.code, "error": refusal.message}
    return {**result, "id": row_id, "status": status, "code": None, "error": None}


def ids_body(name: str, what: str) -> Body:
    """Declare a body that is a list of ids; one that names nothing fails by itself."""
    return (Form((Member(name, "array", what, required=True, low=1, high=MOST_ITEMS),)),)


def named(ids: Iterable[str]) -> list[tuple[str, str]]:
    """Name ids by themselves."""
    return [(one, one) for one in ids]


def checked_id(what: str, text: str) -> str:
    """Take an id of an item, or raise the 404 of one that can't name anything."""
    found = read_uuid(text)
    if found is None:
        raise not_found(what)
    return found
