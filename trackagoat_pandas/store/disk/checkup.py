"""Upkeep of a store: check it, drop damaged files, and merge the parts of a month's lists."""

from __future__ import annotations

import calendar
import contextlib
import datetime as dt
import math
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final, NamedTuple

import pyarrow.compute as pc

from trackagoat_pandas.errors import StoreDamagedError
from trackagoat_pandas.store.disk.ledger import (
    COARSE_S,
    PartFile,
    StoreLedger,
    add_part,
    drop_parts,
)
from trackagoat_pandas.store.disk.lists import CONTENT, PLACE, SEEN_AT
from trackagoat_pandas.store.disk.lock import writing_file
from trackagoat_pandas.store.disk.parts import check_part, read_parts, read_schema, write_part
from trackagoat_pandas.tables import ANALYTICS, TABLES

FLAWS: Final = (
    "damaged ledger",
    "damaged part",
    "missing rows",
    "unknown file",
    "clock set back",
)
"""The kinds of flaws."""
ASIDE: Final = "damaged"
"""The folder to which the files of damaged parts are moved."""
_FORGET: Final = (
    # The days before the month and those after it stay known.
    """INSERT INTO coverage SELECT
        entity, entity_id, metric, first, date(:first, '-1 day'), observed_at, timezone, doubt
        FROM coverage WHERE first < :first AND last >= :first AND observed_at >= :since""",
    """INSERT INTO coverage SELECT
        entity, entity_id, metric, date(:last, '+1 day'), last, observed_at, timezone, doubt
        FROM coverage WHERE first <= :last AND last > :last AND observed_at >= :since""",
    "DELETE FROM coverage WHERE first <= :last AND last >= :first AND observed_at >= :since",
)
"""Statements after which the days of a month count as not requested since a moment."""
_UNKNOWN: Final = "the ledger doesn't name it: a writer failed before it could, or it was put there"
_MOST_ROWS: Final = 2_000_000
"""Of a merged part, since all of its rows are sorted in memory."""
_ROWS_A_GROUP: Final = 100_000
"""So that the history of a few rows doesn't read all others."""
_PARTS: Final = """
    SELECT DISTINCT parts.* FROM parts JOIN snapshots ON part = name
    ORDER BY parts.table_name, month, first_at, name"""


class Damage(NamedTuple):
    """One flaw of a store: its kind, the file, the table, and the problem."""

    kind: str
    file: str
    table_name: str | None
    rows: int | None
    problem: str


def check_store(ledger: StoreLedger) -> list[Damage]:
    """Read every file of a store, and list its flaws.

    Of a damaged ledger nothing else is looked at, since nothing that it says is proven.

    Raises
    ------
    StoreBusyError
        The ledger can't be read now.
    """
    try:
        ledger.prove()
    except StoreDamagedError as error:
        return [Damage("damaged ledger", ledger.path.name, None, None, error.problem)]
    damages: list[Damage] = []
    for part in ledger.parts():
        found = [*_check_part(ledger, part)]
        # Another process may have replaced and deleted it while it was read.
        if found and ledger.rows("SELECT 1 FROM parts WHERE name = ?", (part.name,)):
            damages += found
    return [*damages, *_find_unknown(ledger), *_check_clock(ledger)]


def _check_part(ledger: StoreLedger, part: PartFile) -> Iterator[Damage]:
    if problem := check_part(ledger.folder, part):
        yield Damage("damaged part", part.path, part.table_name, part.rows, problem)
        return
    try:
        missing = missing_contents(ledger, part)
    except StoreDamagedError as error:
        yield Damage("damaged part", part.path, part.table_name, part.rows, error.problem)
        return
    for _, rows, found in missing:
        said = f"it has {found:,} of {rows:,} rows of a list"
        yield Damage("missing rows", part.path, part.table_name, rows, said)


def missing_contents(ledger: StoreLedger, part: PartFile) -> list[tuple[int, int, int]]:
    """Return the contents of lists of which a part doesn't have all rows.

    Each is its number, the rows that it should have, and those that the part has.

    Raises
    ------
    StoreDamagedError
        The part can't be read.
    """
    wanted = ledger.rows(
        "SELECT DISTINCT content, rows FROM snapshots WHERE part = ?", (part.name,)
    )
    if not wanted:
        return []
    counts = pc.value_counts(read_parts(ledger.folder, [part], [CONTENT])[CONTENT])
    found = {count["values"]: count["counts"] for count in counts.to_pylist()}
    return [
        (content, rows, found.get(content, 0))
        for content, rows in wanted
        if found.get(content, 0) != rows
    ]


def _find_unknown(ledger: StoreLedger) -> Iterator[Damage]:
    found = set(ledger.unnamed_files())
    # Whoever made one of them has named it by now, or is the one who still writes.
    writer = ledger.lock.holder()
    since = math.inf if writer is None else writer.since.timestamp() - COARSE_S
    for file in sorted(found.intersection(ledger.unnamed_files())):
        with contextlib.suppress(FileNotFoundError):  # the writer has moved or deleted it just now
            if file.stat().st_mtime < since:
                path = file.relative_to(ledger.folder).as_posix()
                yield Damage("unknown file", path, file.parts[-3], None, _UNKNOWN)


def _check_clock(ledger: StoreLedger) -> Iterator[Damage]:
    """Find snapshots that were kept after one of the same list with a later moment."""
    newest: dict[tuple[str, str, str], str] = {}
    query = "SELECT table_name, path, params, observed_at, rows FROM snapshots ORDER BY id"
    for table, path, params, moment, rows in ledger.rows(query):
        before = newest.setdefault((table, path, params), moment)
        if moment < before:
            said = f"{path} as of {moment} was kept after that of {before}: a clock was set back"
            yield Damage("clock set back", ledger.path.name, table, rows, said)
        newest[table, path, params] = max(before, moment)


def drop_damaged(ledger: StoreLedger) -> None:
    """Take damaged parts out of the ledger, with the snapshots and the days that were in them.

    The next load fetches them again. Their files are moved to the folder ``damaged`` of the store.
    Of a part in which only some lists are short of rows, the others stay.

    Raises
    ------
    StoreBusyError, StoreWriteError
        Another process writes, or a file can't be moved.
    """
    with ledger.writing("dropping what is damaged"), ledger.lock.alone:
        for part in ledger.parts():
            if check_part(ledger.folder, part):
                with ledger.transaction() as connection:
                    connection.execute("DELETE FROM snapshots WHERE part = ?", (part.name,))
                    connection.execute("DELETE FROM parts WHERE name = ?", (part.name,))
                    if part.table_name == ANALYTICS.name:
                        _forget_days(connection, part)
                file, place = ledger.folder / part.path, ledger.folder / ASIDE / part.name
                with writing_file(place):
                    if file.exists():
                        place.parent.mkdir(mode=0o700, exist_ok=True)
                        file.replace(place)
                continue
            contents = [content for content, *_ in missing_contents(ledger, part)]
            with ledger.transaction() as connection:
                connection.executemany(
                    "DELETE FROM snapshots WHERE part = ? AND content = ?",
                    [(part.name, content) for content in contents],
                )


def _forget_days(connection: sqlite3.Connection, part: PartFile) -> None:
    """Note that the days of a part's month weren't requested since its first row came.

    Nothing says which series were in it. Earlier answers are in other parts, and a later one that
    repeated a value of this part wasn't kept.
    """
    first = dt.date.fromisoformat(f"{part.month}-01")
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    for statement in _FORGET:
        values = {"first": str(first), "last": str(last), "since": part.first_at}
        connection.execute(statement, values)


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
        # Files that a reader held open last time.
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
        # Long ones stay, so that they aren't written again for a few rows more.
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
        first_at=min(dt.datetime.fromisoformat(part.first_at) for part in parts),
        last_at=max(dt.datetime.fromisoformat(part.last_at) for part in parts),
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
