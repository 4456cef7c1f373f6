"""What an organization's plan allows, and the 402 where it ends.

Knows limit keys and their numbers. Must not know how what they bound is counted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.refusals import RefusedError


def check_limit(call: Call, limit_key: str, current: Callable[[], int]) -> None:
    """Raise 402 if a plan has no room for one more; without the key it has no limit."""
    found = call.database.rows(
        "SELECT maximum FROM plan_limits WHERE org_id = ? AND limit_key = ?",
        (call.organization.id, limit_key),
    )
    if not found:
        return
    maximum, held = found[0]["maximum"], current()
    if held >= maximum:
        raise RefusedError(
            402,
            f"The plan's limit is reached: {limit_key} is {maximum}",
            code="limit_reached",
            meta={"limitKey": limit_key, "current": held, "max": maximum},
        )


def count(call: Call, table: str, condition: str, *values: Any) -> int:
    """Count the rows of a table."""
    [row] = call.database.rows(f"SELECT count(*) AS n FROM {table} WHERE {condition}", values)
    number: int = row["n"]
    return number


OWN_PROJECTS = "project_id IN (SELECT id FROM projects WHERE org_id = ?)"
