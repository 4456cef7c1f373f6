"""Pages of a list: keyset cursors over a table, and limit with offset over computed rows.

A cursor names the last row that was sent, so the pages stay right while rows are added.
"""

from __future__ import annotations

import re
import sqlite3
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.declare import Answer
from trackagoat_pandas.sandbox.envelope import invalid_query

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
    owner
        The column that names the owner, such as project_id.
    owners
        The owners whose rows are listed.
    conditions, parameters
        Further SQL conditions and their values.
    """

    table: str
    owner: str
    owners: Sequence[str]
    conditions: tuple[str, ...] = ()
    parameters: tuple[Any, ...] = ()

    def take(self, call: Call, count: int, after: Position | None) -> list[sqlite3.Row]:
        """Return the newest rows behind a position, newest first."""
        conditions = [f"{self.owner} = ?", *self.conditions]
        if after is not None:
            conditions.append("(created_at, rowid) < (?, ?)")
        sql = (
            f"SELECT rowid AS row_number, * FROM {self.table} WHERE {' AND '.join(conditions)} "
            "ORDER BY created_at DESC, rowid DESC LIMIT ?"
        )
        values = [*self.parameters, *(after or ()), count]
        # One query an owner: each walks an index from its newest row and stops early.
        rows = [row for owner in self.owners for row in call.database.rows(sql, [owner, *values])]
        rows.sort(key=_position, reverse=True)
        return rows[:count]


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of one page, and the meta that leads to the next."""

    rows: list[sqlite3.Row]
    meta: dict[str, Any]


def listing_of(
    table: str, project_ids: Sequence[str], filters: Mapping[str, Any], *conditions: str
) -> Listing:
    """List rows of projects; ``filters`` maps conditions to their values, None for no filter."""
    used = {condition: value for condition, value in filters.items() if value is not None}
    return Listing(table, "project_id", project_ids, (*conditions, *used), tuple(used.values()))


def page_of(call: Call, listing: Listing) -> Page:
    """Return the page of a request's limit and cursor."""
    limit: int = call.arguments["limit"]
    text: str | None = call.arguments["cursor"]
    after = None if text is None else _read_cursor(call, text)
    rows = listing.take(call, limit + 1, after)
    has_more = len(rows) > limit  # one more was taken, to know
    rows = rows[:limit]
    if not has_more:
        return Page(rows, {"hasMore": False, "nextCursor": None})
    # The planted fault lets the next page start with this page's last row once more.
    last = rows[-2] if call.faults.duplicate_rows and limit > 1 else rows[-1]
    return Page(rows, {"hasMore": True, "nextCursor": _cursor(call, _position(last))})


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
    """Write a position as a timestamp whose fraction holds the row's number and a check."""
    created_at, number = position
    whole, _, fraction = created_at.removesuffix("Z").partition(".")
    return f"{whole}.{fraction:0<6}{number:010d}{_check(call, position):05d}Z"


def _read_cursor(call: Call, text: str) -> Position:
    match = _CURSOR.fullmatch(text)
    if match is None:
        raise invalid_query("cursor", text, "it is meta.nextCursor of the page before")
    whole, fraction, number, check = match.groups()
    position = (whole + (f".{fraction}" if int(fraction) else "") + "Z", int(number))
    if int(check) != _check(call, position):
        raise invalid_query("cursor", text, "it belongs to another list")
    return position


def _check(call: Call, position: Position) -> int:
    """Tie a cursor to its list and organization."""
    text = "|".join((call.organization.id, call.path, position[0], str(position[1])))
    return zlib.crc32(text.encode()) % 100_000
