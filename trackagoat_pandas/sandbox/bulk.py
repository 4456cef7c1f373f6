"""Bulk requests: each item is done or refused separately, and has its own result."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal, TypeAlias, TypeVar

from trackagoat_pandas.sandbox.declare import Answer
from trackagoat_pandas.sandbox.envelope import RefusedError

T = TypeVar("T")
Outcome: TypeAlias = Literal["created", "reactivated", "updated", "unchanged"]
Done: TypeAlias = tuple[Outcome, str]
"""What became of an item, and the id of its resource."""


def each(items: Iterable[tuple[str, T]], carry_out: Callable[[T], Done]) -> Answer:
    """Do something with each named item; ``carry_out`` checks all before it writes anything."""
    results: list[dict[str, Any]] = []
    for name, item in items:
        result: dict[str, Any] = {"item": name, "id": None, "status": "failed"}
        try:
            status, row_id = carry_out(item)
        except RefusedError as refusal:
            result |= {"code": refusal.code, "error": refusal.message}
        else:
            result |= {"id": row_id, "status": status, "code": None, "error": None}
        results.append(result)
    is_new = any(result["status"] == "created" for result in results)
    return Answer({"results": results}, status=201 if is_new else 200)
