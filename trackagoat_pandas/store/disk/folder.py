"""The folder of a store: its lists, series, checkpoints and owner."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from trackagoat_pandas.errors import StoreDamagedError
from trackagoat_pandas.helpers.labels import LABELS
from trackagoat_pandas.store.disk.checkpoints import Checkpoints, LookUps
from trackagoat_pandas.store.disk.doubts import (
    Relations,
    add_doubts,
    doubts_by_list,
    doubts_by_write,
    earlier_states,
)
from trackagoat_pandas.store.disk.ledger import StoreLedger, stored_moment
from trackagoat_pandas.store.disk.lists import Lists
from trackagoat_pandas.store.disk.series import StoredSeries
from trackagoat_pandas.tables import PROJECTS, Table

if TYPE_CHECKING:
    from trackagoat_pandas.http.messages import KeptAnswers

_PROJECTS: Final = """
    SELECT DISTINCT coalesce(json_extract(params, '$.project_id'), substr(path, 11, 36))
    FROM snapshots WHERE json_extract(params, '$.project_id') IS NOT NULL
        OR path LIKE '/projects/%/%'"""
"""The projects whose own lists there are: by a parameter, or by ``/projects/{id}/...``."""
_A_WEEK: Final = dt.timedelta(days=7)


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
        ahead = (
            dt.datetime.fromisoformat(observed_at) - dt.datetime.fromisoformat(fetched_at)
            if fetched_at
            else dt.timedelta()
        )
        return now + ahead

    def last_observed(self, as_of: dt.datetime | None = None) -> dt.datetime | None:
        """Return when the newest list or point was observed, by the server's clock.

        Later writes to the store don't change the answer for an earlier moment.

        Parameters
        ----------
        as_of
            The latest instant that counts; None for any.

        Raises
        ------
        StoreDamagedError
            A file with points is missing or damaged.
        """
        upper = None if as_of is None else stored_moment(as_of)
        [[listed]] = self.ledger.rows(
            "SELECT max(observed_at) FROM snapshots WHERE ?1 IS NULL OR observed_at <= ?1", (upper,)
        )
        found = [dt.datetime.fromisoformat(listed)] if listed else []
        return max([*found, *self.series.last_observed(as_of)], default=None)

    def keep_list(
        self,
        table: Table,
        path: str,
        params: Mapping[str, Any],
        frame: pd.DataFrame,
        observed_at: dt.datetime,
        *,
        seen_at: Sequence[dt.datetime] | None = None,
        once: bool = False,
    ) -> None:
        """Keep a complete list, as `Lists.keep` does, and doubt the analytics it may have changed.

        Days whose values its changes may have changed are in doubt, so that the next load asks for
        them; and what its rows are called now is the name of their series, too.
        """
        states: list[tuple[pd.DataFrame, pd.DataFrame]] = []
        if table.name in LABELS and self.ledger.rows("SELECT 1 FROM coverage LIMIT 1"):
            try:
                states = list(earlier_states(self.lists, table, path, params, frame))
                doubts = doubts_by_list(self.lists, table, states)
            except StoreDamagedError:  # it can't be known what has changed
                doubts = Relations(self.lists).in_project(None)
            # Noted first: from the list itself, once it is kept, nothing differs any more.
            add_doubts(self.ledger, doubts, observed_at)
        self.lists.keep(table, path, params, frame, observed_at, seen_at=seen_at, once=once)
        self.series.note_names(table, frame, [before for before, _ in states], observed_at)

    def note_refusal(self, first_kept: dt.date, today: dt.date, now: dt.datetime) -> None:
        """Note that the server refused days from before the first one that the plan keeps."""
        values = (today - first_kept).days, stored_moment(now)
        with self.ledger.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO retention VALUES (1, ?, ?)", values)

    def kept_days(self, now: dt.datetime) -> int | None:
        """Return how many days the plan keeps; None if that isn't known, or not any more.

        What the server refused a week ago is tried again: the plan may be another one by then.
        """
        found = self.ledger.rows("SELECT days, refused_at FROM retention")
        if not found or now - dt.datetime.fromisoformat(found[0]["refused_at"]) > _A_WEEK:
            return None
        return int(found[0]["days"])

    def note_write(
        self, tables: Iterable[str], path: str, body: Mapping[str, Any], moment: dt.datetime
    ) -> None:
        """Note that a write may have changed lists, names and days.

        Parameters
        ----------
        tables
            Whose lists from before the moment may be outdated.
        path, body
            The path that was written to, and what was sent.
        moment
            The server's time of the answer.
        """
        values = [(table, stored_moment(moment)) for table in tables]
        # Not as the store's writer: a note is one transaction, and must not wait for a long sync.
        with self.ledger.transaction() as connection:
            connection.executemany(
                "INSERT INTO outdated VALUES (?, ?) ON CONFLICT DO UPDATE "
                "SET observed_at = max(observed_at, excluded.observed_at)",
                values,
            )
        add_doubts(self.ledger, doubts_by_write(self.lists, path, body), moment)
        self.checkpoints.forget_look_ups()

    def look_ups(
        self, key: str, longest_age: dt.timedelta | None, beneath: KeptAnswers | None
    ) -> LookUps:
        """Return the answers by which names were looked up, as :class:`LookUps` says."""
        return LookUps(self.ledger, key, longest_age, beneath)

    def __repr__(self) -> str:
        return f"Archive({str(self.path)!r})"


@dataclass(frozen=True, slots=True)
class Owner:
    """The API's address, and the id of the organization; None while that is unknown.

    ``keys`` are the fingerprints of its keys that the store knows.
    """

    address: str
    org_id: str | None
    keys: frozenset[str] = field(default=frozenset(), compare=False)

    def includes(self, other: Owner) -> bool:
        """Return whether another one may be the same: unknown organizations may be any."""
        is_unknown = self.org_id is None or other.org_id is None
        return self.address == other.address and (is_unknown or self.org_id == other.org_id)


class StoredOwner:
    """The store's organization and its keys, as the ledger has them.

    Parameters
    ----------
    ledger
        The store's ledger.
    lists
        The store's lists.
    """

    def __init__(self, ledger: StoreLedger, lists: Lists) -> None:
        self._ledger, self._lists = ledger, lists

    def read(self) -> Owner | None:
        """Return the store's organization; None if the store is empty."""
        found = self._ledger.rows(
            "SELECT address, org_id, (SELECT json_group_array(fingerprint) FROM keys) "
            "FROM owner WHERE EXISTS (SELECT 1 FROM snapshots) OR EXISTS (SELECT 1 FROM coverage)"
        )
        if not found:
            return None
        address, org_id, keys = found[0]
        return Owner(address, org_id, frozenset(json.loads(keys)))

    def note(self, owner: Owner, key: str) -> Owner:
        """Note that the store, if nobody has claimed it, and a key are an organization's.

        Returns whose the store is: another's, if that one has kept something in it before.
        """
        claimed = self.read()
        if claimed and claimed.org_id and claimed.includes(owner) and key in claimed.keys:
            return claimed
        with self._ledger.transaction() as connection:
            # Read again, since another process may have claimed the store meanwhile.
            claimed = self.read()
            if claimed is None:
                connection.execute("DELETE FROM owner")
                connection.execute("DELETE FROM keys")
                values = (owner.address, owner.org_id)
                connection.execute("INSERT INTO owner VALUES (1, ?, ?)", values)
            elif not claimed.includes(owner):
                return claimed
            elif claimed.org_id is None:
                connection.execute("UPDATE owner SET org_id = ?", (owner.org_id,))
            connection.execute("INSERT OR IGNORE INTO keys VALUES (?)", (key,))
        return claimed or owner

    def project_ids(self) -> set[str]:
        """Return the projects of the store's readable lists."""
        ids = {str(id_) for (id_,) in self._ledger.rows(_PROJECTS)}
        newest = {one.table_name: one for one in self._lists.snapshots()}
        for table, snapshot in newest.items():
            column = "id" if table == PROJECTS.name else "project_id"
            if column in {one["name"] for one in json.loads(snapshot.columns)}:
                with suppress(StoreDamagedError):  # the others may say enough
                    ids |= {*self._lists.read(snapshot)[column].dropna().astype(str)}
        return ids
