"""What the system and SQLite refuse, as the errors of a store."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from trackagoat_pandas.errors import (
    StoreBusyError,
    StoreDamagedError,
    StoreError,
    StoreWriteError,
)

_ADVICE: Final = {
    errno.ENOSPC: "free some space on its disk, or move the store to another one",
    errno.EDQUOT: "free some of your quota on its disk, or move the store to another one",
    errno.EROFS: "copy the store to a disk that can be written",
    errno.EACCES: "get the permission to write in the folder, or use another one",
    errno.EPERM: "get the permission to write in the folder, or use another one",
    errno.EIO: "the disk may be failing: copy the store to another one, then call store.verify()",
}
_TRY_AGAIN: Final = "try again"
_ERRNO_OF_SQLITE: Final = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_READONLY: errno.EROFS,
    sqlite3.SQLITE_PERM: errno.EACCES,
}
_PRIMARY: Final = 0xFF
"""SQLite's extended codes have the primary code in their lowest byte."""


@contextmanager
def writing_file(path: Path) -> Iterator[None]:
    """Turn an OSError of the block, which writes a file, into a StoreWriteError that names it."""
    try:
        yield
    except StoreError:
        raise
    except OSError as error:
        advice = _ADVICE.get(error.errno or 0, _TRY_AGAIN)
        raise StoreWriteError(str(path), error.strerror or str(error), advice) from error


@contextmanager
def using_ledger(path: Path) -> Iterator[None]:
    """Turn an error of SQLite in the block into the error of a store that it means.

    Mistakes in a statement stay what they are.
    """
    try:
        yield
    except sqlite3.IntegrityError:
        raise
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL):
            raise StoreBusyError(str(path)) from error
        if code in _ERRNO_OF_SQLITE:
            advice = _ADVICE[_ERRNO_OF_SQLITE[code]]
            raise StoreWriteError(str(path), str(error), advice) from error
        if code == sqlite3.SQLITE_CANTOPEN:
            raise StoreWriteError(str(path), str(error), _ADVICE[errno.EACCES]) from error
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            advice = "Take ledger.sqlite from a backup; the parts beside it can still be read"
            raise StoreDamagedError(str(path), str(error), advice) from error
        raise
