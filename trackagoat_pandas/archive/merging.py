"""Merging the parts of a month's lists into one, in which repeated values take no room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final, NamedTuple

from trackagoat_pandas.archive.ledger import (
    PartFile,
    StoreLedger,
    add_part,
    drop_parts,
    read_moment,
)
from trackagoat_pandas.archive.lists import CONTENT, PLACE, SEEN_AT
from trackagoat_pandas.archive.parts import check_part, read_parts, read_schema, write_part
from trackagoat_pandas.tables import TABLES

_MOST_ROWS: Final = 2_000_000
"""Of a merged part, since all of its rows are sorted in memory."""
_ROWS_A_GROUP: Final = 100_000
"""So that the history of a few rows doesn't read all others."""
_PARTS: Final = """
    SELECT DISTINCT parts.* FROM parts JOIN snapshots ON part = name
    ORDER BY parts.table_name, month, first_at, name"""


class Merge(NamedTuple):
    """Some parts of a table and month that became one."""

    table_name: str
    month: str
    parts: int
    rows: int
    bytes_before: int
    bytes_after: int


def merge_lists(ledger: StoreLedger) -> list[Merge]:
    """Merge the parts of each month's lists, where there are several, and delete the old ones.

    The rows of a merged part are in the order of the table's key and then of the moments. Lists
    with different columns stay in different parts, and damaged parts stay as they are. Readers in
    other processes notice nothing.

    Raises
    ------
    StoreBusyError, StoreWriteError
        Another process writes, or a file can't be written. What was merged before stays so.
    """
    merges = []
    with ledger.writing("compacting"), ledger.lock.alone:
        ledger.delete_dropped()
        found = [PartFile(*row) for row in ledger.rows(_PARTS)]
        for _, month in groupby(found, key=lambda part: (part.table_name, part.month)):
            groups = _groups(ledger.folder, list(month))
            merges += [_merge(ledger, group) for group in groups if len(group) > 1]
            ledger.delete_dropped()
    return merges


def _groups(folder: Path, parts: Sequence[PartFile]) -> Iterator[list[PartFile]]:
    """Yield the whole parts that have the same columns and aren't too long together."""
    by_columns: dict[str, list[PartFile]] = {}
    for part in parts if len(parts) > 1 else ():
        # Also its digest, since a merged part would pass on what has changed in an old one.
        if part.rows < _MOST_ROWS // 2 and not check_part(folder, part):
            columns = str(read_schema(folder, part))
            by_columns.setdefault(columns, []).append(part)
    for alike in by_columns.values():
        group: list[PartFile] = []
        for part in alike:
            if sum(each.rows for each in group) + part.rows > _MOST_ROWS:
                yield group
                group = []
            group.append(part)
        yield group


def _merge(ledger: StoreLedger, parts: Sequence[PartFile]) -> Merge:
    first = parts[0]
    rows = read_parts(ledger.folder, parts)
    table = TABLES.get(first.table_name)
    order = [*(table.key if table else ()), SEEN_AT, CONTENT, PLACE]
    merged = write_part(
        ledger.folder,
        first.table_name,
        first.month,
        rows.sort_by([(name, "ascending") for name in order]),
        first_at=min(read_moment(part.first_at) for part in parts),
        last_at=max(read_moment(part.last_at) for part in parts),
        row_group_size=_ROWS_A_GROUP,
    )
    with ledger.transaction() as connection:
        add_part(connection, merged)
        for part in parts:
            connection.execute(
                "UPDATE snapshots SET part = ? WHERE part = ?", (merged.name, part.name)
            )
        drop_parts(connection, parts)
    return Merge(
        first.table_name,
        first.month,
        len(parts),
        merged.rows,
        sum(part.bytes for part in parts),
        merged.bytes,
    )
