"""Checking a store: its ledger, each of its files, and whether the two agree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import pyarrow.compute as pc

from trackagoat_pandas.archive.ledger import PARTS, StoreLedger
from trackagoat_pandas.archive.lists import CONTENT
from trackagoat_pandas.archive.parts import check_part, read_parts

FLAWS: Final = (
    "damaged ledger",
    "damaged part",
    "missing rows",
    "unknown file",
    "clock set back",
)
"""What can be wrong."""


class Damage(NamedTuple):
    """One thing that is wrong: which kind, with which file, of which table, and what it is."""

    kind: str
    file: str
    table_name: str | None
    rows: int | None
    problem: str


def check_store(ledger: StoreLedger) -> list[Damage]:
    """Read every file of a store, and return what is wrong with it.

    Raises
    ------
    StoreDamagedError, StoreBusyError
        The ledger can't be read at all.
    """
    return [
        *_check_ledger(ledger),
        *_check_parts(ledger),
        *_find_unknown(ledger),
        *_check_clock(ledger),
    ]


def _check_ledger(ledger: StoreLedger) -> Iterator[Damage]:
    for (said,) in ledger.rows("PRAGMA integrity_check"):
        if said != "ok":
            yield Damage("damaged ledger", ledger.path.name, None, None, said)
    for row in ledger.rows("PRAGMA foreign_key_check"):
        said = f"a row of {row[0]} names something that isn't in {row[2]}"
        yield Damage("damaged ledger", ledger.path.name, None, None, said)


def _check_parts(ledger: StoreLedger) -> Iterator[Damage]:
    wanted: dict[str, dict[int, int]] = {}
    for row in ledger.rows("SELECT part, content, rows FROM snapshots"):
        wanted.setdefault(row["part"], {})[row["content"]] = row["rows"]
    for part in ledger.parts():
        if problem := check_part(ledger.folder, part):
            yield Damage("damaged part", part.path, part.table_name, part.rows, problem)
            continue
        if part.name not in wanted:
            continue
        counts = pc.value_counts(read_parts(ledger.folder, [part], [CONTENT])[CONTENT])
        found = {count["values"]: count["counts"] for count in counts.to_pylist()}
        for content, rows in wanted[part.name].items():
            if found.get(content, 0) != rows:
                said = f"it has {found.get(content, 0):,} of {rows:,} rows of a list"
                yield Damage("missing rows", part.path, part.table_name, rows, said)


def _find_unknown(ledger: StoreLedger) -> Iterator[Damage]:
    known = {part.path for part in ledger.parts()}
    for file in sorted((ledger.folder / PARTS).glob("*/*/*")):
        path = file.relative_to(ledger.folder).as_posix()
        if path not in known:
            said = "the ledger doesn't name it: a writer died before it could, or it was put there"
            yield Damage("unknown file", path, file.parts[-3], None, said)


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
