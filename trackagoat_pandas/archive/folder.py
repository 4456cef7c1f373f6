"""The folder of a store, and what is in it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from trackagoat_pandas.archive.checkpoints import Checkpoints, LookUps
from trackagoat_pandas.archive.ledger import StoreLedger, read_moment, stored_moment
from trackagoat_pandas.archive.lists import Lists
from trackagoat_pandas.archive.owner import StoredOwner
from trackagoat_pandas.archive.series import StoredSeries

if TYPE_CHECKING:
    from trackagoat_pandas.http.messages import KeptAnswers


class Archive:
    """The files of the store in a folder; the folder is made if there is none.

    Parameters
    ----------
    path
        The folder.

    Raises
    ------
    StoreVersionError, StoreDamagedError, StoreBusyError, StoreWriteError
        As in :class:`StoreLedger`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.ledger = StoreLedger(self.path)
        self.checkpoints = Checkpoints(self.ledger)
        self.lists = Lists(self.ledger)
        self.series = StoredSeries(self.ledger)
        self.owner = StoredOwner(self.ledger, self.lists)

    def server_time(self) -> dt.datetime:
        """Return the server's time: this machine's, and by how much they differed last.

        Lists are kept by the server's time, which no request is needed for then.
        """
        now = dt.datetime.now(dt.UTC)
        newest = self.ledger.rows(
            "SELECT observed_at, provenance FROM snapshots ORDER BY id DESC LIMIT 1"
        )
        if not newest:
            return now
        observed_at, facts = newest[0]
        fetched_at = json.loads(facts).get("fetched_at")
        ahead = read_moment(observed_at) - read_moment(fetched_at) if fetched_at else dt.timedelta()
        return now + ahead

    def note_write(self, tables: Iterable[str], moment: dt.datetime) -> None:
        """Note that the lists of tables from before a moment, and names, may have changed."""
        values = [(table, stored_moment(moment)) for table in tables]
        # Not as the store's writer: a note is one transaction, and must not wait for a long sync.
        with self.ledger.transaction() as connection:
            connection.executemany(
                "INSERT INTO outdated VALUES (?, ?) ON CONFLICT DO UPDATE "
                "SET observed_at = max(observed_at, excluded.observed_at)",
                values,
            )
        self.checkpoints.forget_look_ups()

    def look_ups(
        self, key: str, longest_age: dt.timedelta | None, beneath: KeptAnswers | None
    ) -> LookUps:
        """Return the answers by which names were looked up, as :class:`LookUps` says."""
        return LookUps(self.ledger, key, longest_age, beneath)

    def __repr__(self) -> str:
        return f"Archive({str(self.path)!r})"
