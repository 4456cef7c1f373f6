"""Whose a store is: the API and the organization that its rows come from."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from trackagoat_pandas.archive.ledger import StoreLedger
from trackagoat_pandas.archive.lists import Lists
from trackagoat_pandas.errors import StoreDamagedError
from trackagoat_pandas.tables import PROJECTS

_PROJECTS: Final = """
    SELECT DISTINCT coalesce(json_extract(params, '$.project_id'), substr(path, 11, 36))
    FROM snapshots WHERE json_extract(params, '$.project_id') IS NOT NULL
        OR path LIKE '/projects/%/%'"""
"""The projects whose own lists there are: by a parameter, or by ``/projects/{id}/...``."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The API's address, and the id of the organization; None while that is unknown."""

    address: str
    org_id: str | None

    def includes(self, other: Owner) -> bool:
        """Return whether another one may be the same, as far as both are known."""
        is_unknown = self.org_id is None or other.org_id is None
        return self.address == other.address and (is_unknown or self.org_id == other.org_id)


class StoredOwner:
    """What the ledger knows of whose the store is.

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
        """Return whose the store is; None while nothing is kept in it."""
        found = self._ledger.rows(
            "SELECT address, org_id FROM owner WHERE EXISTS (SELECT 1 FROM snapshots) "
            "OR EXISTS (SELECT 1 FROM coverage)"
        )
        return Owner(*found[0]) if found else None

    def knows(self, key: str) -> bool:
        """Return whether a key, given by its fingerprint, is known to be the owner's."""
        return bool(self._ledger.rows("SELECT 1 FROM keys WHERE fingerprint = ?", (key,)))

    def note(self, owner: Owner, key: str) -> Owner:
        """Note that the store, if nobody has claimed it, and a key are an organization's.

        Returns whose the store is: another's, if that one has kept something in it before.
        """
        claimed = self.read()
        if claimed and claimed.org_id and claimed.includes(owner) and self.knows(key):
            return claimed
        with self._ledger.transaction() as connection:
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
        """Return the projects that the store's lists are of, as far as they can be read."""
        ids = {str(id_) for (id_,) in self._ledger.rows(_PROJECTS)}
        newest = {one.table_name: one for one in self._lists.snapshots()}
        for table, snapshot in newest.items():
            column = "id" if table == PROJECTS.name else "project_id"
            if column in {one["name"] for one in json.loads(snapshot.columns)}:
                with suppress(StoreDamagedError):  # the others may say enough
                    ids |= {*self._lists.read(snapshot)[column].dropna().astype(str)}
        return ids
