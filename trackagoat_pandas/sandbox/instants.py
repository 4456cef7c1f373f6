"""Days of the organization as conditions on instants that are kept as text.

Knows how the database writes an instant. Must not know what happened at it.
"""

from __future__ import annotations

from datetime import date, timedelta

from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.clock import day_start, format_instant

_ONE_DAY = timedelta(days=1)


def instant_conditions(call: Call, column: str) -> dict[str, str]:
    """Return SQL conditions, with their values, for the days from and to, where these are given."""
    first: date | None = call.arguments["from"]
    last: date | None = call.arguments["to"]
    conditions = {}
    if first is not None:
        conditions[f"{column} >= ?"] = _bound(call, first)
    if last is not None:
        conditions[f"{column} < ?"] = _bound(call, last + _ONE_DAY)
    return conditions


def _bound(call: Call, day: date) -> str:
    # Without its Z the text sorts before every instant of that second, fractions included.
    return format_instant(day_start(day, call.zone)).removesuffix("Z")
