"""Taking what is damaged out of a store, so that it is asked for again; nothing else goes."""

from __future__ import annotations

import calendar
import datetime as dt
import sqlite3
from pathlib import Path
from typing import Final

from trackagoat_pandas.archive.checkup import missing_contents
from trackagoat_pandas.archive.ledger import PartFile, StoreLedger
from trackagoat_pandas.archive.parts import check_part
from trackagoat_pandas.archive.refusals import writing_file
from trackagoat_pandas.tables import ANALYTICS

ASIDE: Final = "damaged"
"""The folder to which the files of damaged parts are moved."""
_ONE_DAY: Final = dt.timedelta(days=1)


def drop_damaged(ledger: StoreLedger) -> None:
    """Take damaged parts out of the ledger, with the snapshots and the days that were in them.

    Their files, as far as there are any, are moved to the folder ``damaged`` of the store. Of a
    part that is only short of some lists, the others stay.

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
                _set_aside(ledger.folder, part)
                continue
            contents = [content for content, *_ in missing_contents(ledger, part)]
            with ledger.transaction() as connection:
                connection.executemany(
                    "DELETE FROM snapshots WHERE part = ? AND content = ?",
                    [(part.name, content) for content in contents],
                )


def _forget_days(connection: sqlite3.Connection, part: PartFile) -> None:
    """Note that the days of a part's month were not asked for since its first row came.

    Nothing says which series were in it. What was asked for before is in other parts, and a later
    answer that repeated a value of this part wasn't kept.
    """
    year, month = map(int, part.month.split("-"))
    first = dt.date(year, month, 1)
    last = first.replace(day=calendar.monthrange(year, month)[1])
    found = connection.execute(
        "SELECT rowid, * FROM coverage WHERE first <= ? AND last >= ? AND observed_at >= ?",
        (str(last), str(first), part.first_at),
    ).fetchall()
    for row in found:
        connection.execute("DELETE FROM coverage WHERE rowid = ?", (row["rowid"],))
        outside = ((row["first"], str(first - _ONE_DAY)), (str(last + _ONE_DAY), row["last"]))
        rest = [ends for ends in outside if ends[0] <= ends[1]]
        connection.executemany(
            "INSERT INTO coverage VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (*row[1:4], *ends, row["observed_at"], row["timezone"], row["doubt"])
                for ends in rest
            ],
        )


def _set_aside(folder: Path, part: PartFile) -> None:
    file, place = folder / part.path, folder / ASIDE / part.name
    with writing_file(place):
        if file.exists():
            place.parent.mkdir(mode=0o700, exist_ok=True)
            file.replace(place)
