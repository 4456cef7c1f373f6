"""Pages of a list: keyset cursors over a table, and limit with offset over computed rows.

A cursor names the last row that was sent, so adding rows meanwhile neither repeats nor skips any.
"""

from __future__ import annotations

import re
import sqlite3
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.declare import Answer, Row
from trackagoat_pandas.sandbox.envelope import invalid_query
from trackagoat_pandas.sandbox.records import records_of

T = TypeVar("T")
Position = tuple[str, int]

_CURSOR = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{6})(\d{10})(\d{5})Z")


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows of a table that belong to some owners.

    Parameters
    ----------
    table
        The table; it has ``created_at`` and a rowid.
    owners
        The owners whose rows are listed.
    condition
        A further SQL condition.
    filters
        SQL conditions and the value of each; None for one that the request doesn't ask for.
    owner
        The column that names the owner.
    """

    table: str
    owners: Sequence[str]
    condition: str = "TRUE"
    filters: Mapping[str, str | None] = field(default_factory=dict)
    owner: str = "project_id"

    def take(self, call: Call, count: int, after: Position | None) -> list[sqlite3.Row]:
        """Return the newest rows after a position, newest first."""
        used = {condition: value for condition, value in self.filters.items() if value is not None}
        conditions = [f"{self.owner} = ?", self.condition, *used]
        if after is not None:
            conditions.append("(created_at, rowid) < (?, ?)")
        sql = (
            f"SELECT rowid AS row_number, * FROM {self.table} WHERE {' AND '.join(conditions)} "
            "ORDER BY created_at DESC, rowid DESC LIMIT ?"
        )
        values = [*used.values(), *(after or ()), count]
        # One query for each owner: it walks an index from the newest row and stops early.
        rows = [row for owner in self.owners for row in call.database.rows(sql, [owner, *values])]
        rows.sort(key=_position, reverse=True)
        return rows[:count]


def page_of(call: Call, entity: type[Row], listing: Listing) -> Answer:
    """Answer with the page of a request's limit and cursor."""
    limit: int = call.arguments["limit"]
    text: str | None = call.arguments["cursor"]
    after = None if text is None else _read_cursor(call, text)
    rows = listing.take(call, limit + 1, after)
    has_more = len(rows) > limit  # one more was taken to find out
    rows = rows[:limit]
    cursor = None
    if has_more:
        # The planted fault: the next page starts with this page's last row again.
        last = rows[-2] if call.faults.duplicate_rows and limit > 1 else rows[-1]
        cursor = _cursor(call, _position(last))
    meta = {"hasMore": has_more, "nextCursor": cursor}
    return Answer(records_of(call, entity, rows, from_cache=True), meta)


def slice_of(call: Call, records: Sequence[T]) -> Answer:
    """Answer with the records of a request's limit and offset, and the number of all."""
    limit: int | None = call.arguments["limit"]
    offset: int = call.arguments["offset"]
    end = None if limit is None else offset + limit
    meta = {"total_count": len(records), "limit": limit, "offset": offset}
    return Answer(list(records[offset:end]), meta)


def _position(row: sqlite3.Row) -> Position:
    return row["created_at"], row["row_number"]


def _cursor(call: Call, position: Position) -> str:
    """Write a position as a timestamp whose fraction has the row's number and a check."""
    created_at, number = position
    whole, _, fraction = created_at.removesuffix("Z").partition(".")
    return f"{whole}.{fraction:0<6}{number:010d}{_check(call, position):05d}Z"


def _read_cursor(call: Call, text: str) -> Position:
    match = _CURSOR.fullmatch(text)
    if match is None:
        raise invalid_query("cursor", text, "must be meta.nextCursor of the previous page")
    whole, fraction, number, check = match.groups()
    position = (whole + (f".{fraction}" if int(fraction) else "") + "Z", int(number))
    if int(check) != _check(call, position):
        raise invalid_query("cursor", text, "belongs to another list")
    return position


def _check(call: Call, position: Position) -> int:
    """Tie a cursor to its list and organization."""
    text = "|".join((call.organization.id, call.path, position[0], str(position[1])))
    return zlib.crc32(text.encode()) % 100_000
