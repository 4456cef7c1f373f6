"""The folder of a store, and what is in it."""

from __future__ import annotations

from pathlib import Path

from trackagoat_pandas.archive.ledger import StoreLedger
from trackagoat_pandas.archive.lists import Lists
from trackagoat_pandas.archive.series import StoredSeries


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
        self.lists = Lists(self.ledger)
        self.series = StoredSeries(self.ledger)

    def __repr__(self) -> str:
        return f"Archive({str(self.path)!r})"
