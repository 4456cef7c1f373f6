"""The catalogue of a store: a SQLite database of its parts and their content."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import os
import re
import shutil
import sqlite3
import tempfile
import threading
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from trackagoat_pandas.errors import (
    StoreBusyError,
    StoreDamagedError,
    StoreVersionError,
    StoreWriteError,
    listing,
)
from trackagoat_pandas.http.forks import close_for_forks
from trackagoat_pandas.store.disk.lock import ADVICE, PATIENCE_S, Holder, lock_of, writing_file
from trackagoat_pandas.store.disk.proofs import (
    add_proofs,
    count_changes,
    find_flaws,
    let_sum,
    read_changes,
    write_changes,
)

LEDGER: Final = "ledger.sqlite"
CHANGES: Final = "ledger.changes"
LOCK: Final = "writer.lock"
PARTS: Final = "parts"
VERSION: Final = 2
"""The version of the files; SQLite keeps it as ``user_version``."""
_BUSY_MS: Final = 10_000
COARSE_S: Final = 2.0
"""Times of files are coarser than the clock; FAT's by 2 seconds."""
_PRAGMAS: Final = (
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    # The triggers of the proofs call a function of ours, also for a row that is replaced.
    "PRAGMA trusted_schema = ON",
    "PRAGMA recursive_triggers = ON",
)
_PART_PATH: Final = re.compile(rf"{PARTS}/[a-z_-]+/\d{{4}}-\d\d/(?!\.\.?$)[^/\\\x00]+")
"""The path of a part below the store's folder; anything else could lead out of it."""
_NOT_OURS: Final = "Don't use this store: somebody changed it so that it changes files elsewhere"
_BACKUP: Final = (
    "Take ledger.sqlite from a backup, without the other files of this name; the parts beside it "
    "can still be read by DuckDB or Polars"
)
_ONLY_READ: Final = (
    "its disk or its folder can only be read",
    "open it with connect(store=..., offline=True) to read it, or copy it to another disk",
)
"""The problem and the advice of a StoreWriteError."""
_Marks: TypeAlias = tuple[tuple[int, int, int] | None, ...]
"""By which a change of a ledger's files is noticed: their numbers, sizes and times."""
_ERRNO_OF_SQLITE: Final = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_READONLY: errno.EROFS,
    sqlite3.SQLITE_PERM: errno.EACCES,
}
_PRIMARY: Final = 0xFF
"""SQLite's extended codes have the primary code in their lowest byte."""
_SCHEMA: Final = (
    # Whose rows the store has, and the fingerprints of keys that are known to be this owner's.
    """CREATE TABLE owner (
        place INTEGER PRIMARY KEY CHECK (place = 1), address TEXT NOT NULL, org_id TEXT) STRICT""",
    "CREATE TABLE keys (fingerprint TEXT PRIMARY KEY) STRICT",
    # A row for each Parquet file that belongs to the store; no other file does.
    """CREATE TABLE parts (
        name TEXT PRIMARY KEY, table_name TEXT NOT NULL, month TEXT NOT NULL,
        rows INTEGER NOT NULL, bytes INTEGER NOT NULL,
        first_at TEXT NOT NULL, last_at TEXT NOT NULL, sha256 TEXT NOT NULL) STRICT""",
    "CREATE INDEX parts_of_table ON parts (table_name, month)",
    # Files that parts were in, until they have been deleted.
    "CREATE TABLE dropped (name TEXT PRIMARY KEY) STRICT",
    # The columns of lists: few texts that many snapshots share.
    "CREATE TABLE shapes (id INTEGER PRIMARY KEY, columns TEXT NOT NULL UNIQUE) STRICT",
    # A row for each time that a list was loaded. Lists with the same rows have the same content.
    """CREATE TABLE snapshots (
        id INTEGER PRIMARY KEY, table_name TEXT NOT NULL, path TEXT NOT NULL, params TEXT NOT NULL,
        observed_at TEXT NOT NULL, rows INTEGER NOT NULL, provenance TEXT NOT NULL,
        shape INTEGER NOT NULL REFERENCES shapes (id), content INTEGER NOT NULL,
        part TEXT NOT NULL REFERENCES parts (name)) STRICT""",
    "CREATE INDEX snapshots_of_list ON snapshots (table_name, path, params, observed_at)",
    "CREATE INDEX snapshots_of_part ON snapshots (part)",
    "CREATE INDEX snapshots_of_content ON snapshots (content)",
    # The last moment at which something wrote to what a table lists.
    "CREATE TABLE outdated (table_name TEXT PRIMARY KEY, observed_at TEXT NOT NULL) STRICT",
    # Which days of a series were asked for, when, and the newest doubt that was known by then.
    """CREATE TABLE coverage (
        entity TEXT NOT NULL, entity_id TEXT NOT NULL, metric TEXT NOT NULL,
        first TEXT NOT NULL, last TEXT NOT NULL, observed_at TEXT NOT NULL,
        timezone TEXT, doubt INTEGER NOT NULL DEFAULT 0) STRICT""",
    "CREATE INDEX coverage_of_series ON coverage (entity, metric, entity_id)",
    # What entities were called, from when on.
    """CREATE TABLE labels (
        entity TEXT NOT NULL, entity_id TEXT NOT NULL, label TEXT,
        observed_at TEXT NOT NULL) STRICT""",
    # The answers that an unfinished load has got, and those by which names were looked up.
    """CREATE TABLE answers (
        load TEXT NOT NULL, request TEXT NOT NULL, body BLOB NOT NULL,
        status INTEGER NOT NULL, content_type TEXT NOT NULL, observed_at TEXT,
        kept_at TEXT NOT NULL, PRIMARY KEY (load, request)) STRICT""",
    # Days of an entity's series that may have changed since they were asked for; "*" is any id.
    """CREATE TABLE doubts (
        id INTEGER PRIMARY KEY AUTOINCREMENT, entity TEXT NOT NULL, entity_id TEXT NOT NULL,
        first TEXT NOT NULL, until TEXT NOT NULL) STRICT""",
    "CREATE INDEX doubts_of_entity ON doubts (entity, entity_id)",
    # How many days the plan kept when the server refused older ones last.
    """CREATE TABLE retention (
        place INTEGER PRIMARY KEY CHECK (place = 1), days INTEGER NOT NULL,
        refused_at TEXT NOT NULL) STRICT""",
    f"PRAGMA user_version = {VERSION}",
)


@dataclass(frozen=True, slots=True)
class PartFile:
    """One Parquet file of a store.

    Parameters
    ----------
    name
        The file's name below its table and month.
    table_name, month
        The table, and the month as ``2026-06``.
    rows, bytes
        How many rows the file has, and how long it is.
    first_at, last_at
        The earliest and the latest moment of its rows, as `stored_moment` writes them.
    sha256
        The digest of the file.
    """

    name: str
    table_name: str
    month: str
    rows: int
    bytes: int
    first_at: str
    last_at: str
    sha256: str

    @property
    def path(self) -> str:
        """The file's path below the store's folder."""
        return f"{PARTS}/{self.table_name}/{self.month}/{self.name}"


def stored_moment(moment: dt.datetime) -> str:
    """Write an instant as text; texts sort in the order of time.

    Examples
    --------
    >>> stored_moment(dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC))
    '2026-06-01T12:00:00.000000Z'
    """
    plain = moment.astimezone(dt.UTC).replace(tzinfo=None)
    return f"{plain.isoformat(timespec='microseconds')}Z"


_ABANDONED: Final[list[sqlite3.Connection]] = []
"""Connections of a parent: closing one, as Python would, frees the locks that the parent has."""


class StoreLedger:
    """The catalogue of the store in a folder, which is made if there is none.

    All threads of a process share one connection; a forked process makes its own. Before anything
    is read, the whole ledger is proven to be what was written, and again where its files have
    changed since, unless this process has changed them. Where it can't be written, it is read into
    memory, and nothing is kept.

    Parameters
    ----------
    folder
        The store's folder.

    Raises
    ------
    StoreVersionError
        The store was written by another version of the package.
    StoreDamagedError
        The ledger is no database, or it is missing although there are parts.
    StoreBusyError
        Another process has locked the ledger.
    StoreWriteError
        The folder or the ledger can't be written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / LEDGER
        self.lock = lock_of(folder / LOCK)
        self._guard = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._marks: _Marks | None = None
        self._is_copy = False
        self._closing: weakref.finalize[..., StoreLedger] | None = None
        with writing_file(folder):
            _refuse_links(folder)
        self._make()
        # SQLite must not be used in a child by a connection of its parent, and not even be closed
        # there. So it is closed before a fork, unless the forking thread is in a transaction.
        close_for_forks(self)

    @contextmanager
    def writing(self, what: str, *, wait_s: float = PATIENCE_S) -> Iterator[None]:
        """Be the store's one writer; threads of one process may be so together.

        What a writer that died or failed has left behind is removed first.

        Parameters
        ----------
        what
            What is done, for the error of another process that wants to write.
        wait_s
            How long to wait for another process to finish.

        Raises
        ------
        StoreBusyError
            Another process still writes after that time; the error says which, and since when.
        """
        with self.lock.held(what, wait_s=wait_s, tidy=self._tidy):
            yield

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for a transaction that writes; an error undoes all of it.

        Raises
        ------
        StoreWriteError
            The store can only be read.
        """
        with self._within("BEGIN IMMEDIATE") as connection:
            if self._is_copy:
                raise StoreWriteError(str(self.path), *_ONLY_READ)
            yield connection
            changes = count_changes(connection)
        with self._guard:
            write_changes(self.folder / CHANGES, changes)
            self._marks = _marks_of(self.path)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for several queries that see the same state."""
        with self._within("BEGIN") as connection:
            yield connection

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """Return the rows of one query."""
        with self._guard, using_ledger(self.path):
            return self._open().execute(query, values).fetchall()

    def prove(self) -> None:
        """Read the whole ledger, and prove that nothing has changed it since it was written.

        Raises
        ------
        StoreDamagedError
            It differs.
        """
        with self._guard, using_ledger(self.path):
            self._marks = None
            self._open()

    def parts(
        self, table: str | None = None, months: Iterable[str] | None = None
    ) -> list[PartFile]:
        """Return the parts of a table, or of all, in the order of months and names.

        Parameters
        ----------
        table
            A table's name; None for all.
        months
            The months, such as ``2026-06``; None for all.
        """
        wanted = None if months is None else set(months)
        found = self.rows(
            "SELECT * FROM parts WHERE ?1 IS NULL OR table_name = ?1 "
            "ORDER BY table_name, month, name",
            (table,),
        )
        parts = [PartFile(*row) for row in found]
        return [part for part in parts if wanted is None or part.month in wanted]

    def unnamed_files(self) -> list[Path]:
        """Return the files among the parts that the ledger doesn't name."""
        files = [path for path in (self.folder / PARTS).glob("*/*/*") if path.is_file()]
        # Read after the files, since a writer names a part after it has written its file.
        with self.reading() as connection:
            known = {PartFile(*row).path for row in connection.execute("SELECT * FROM parts")}
            known.update(row["name"] for row in connection.execute("SELECT name FROM dropped"))
        return [file for file in files if file.relative_to(self.folder).as_posix() not in known]

    def delete_dropped(self) -> None:
        """Delete the files of dropped parts that nobody holds open."""
        for (name,) in self.rows("SELECT name FROM dropped"):
            # Windows refuses to delete a file that someone reads; the next writer tries again.
            with contextlib.suppress(OSError):
                (self.folder / name).unlink(missing_ok=True)
                with self.transaction() as connection:
                    connection.execute("DELETE FROM dropped WHERE name = ?", (name,))

    def close(self) -> None:
        """Close the connection; the next use opens it again."""
        with self._guard:
            if self._connection is not None and not self._connection.in_transaction:
                self._connection.close()
                self._forget()

    def _forget(self) -> None:
        if self._closing is not None:
            self._closing.detach()
        self._connection = self._closing = None

    def _hold(self) -> None:
        self._guard.acquire()
        self.close()

    def _resume(self) -> None:
        self._guard.release()

    def _renew(self) -> None:
        if self._connection is not None:
            _ABANDONED.append(self._connection)
            self._forget()
        self._guard = threading.RLock()

    @contextmanager
    def _within(self, begin: str) -> Iterator[sqlite3.Connection]:
        with self._guard, using_ledger(self.path):
            connection = self._open()
            try:
                connection.execute(begin)
                with contextlib.ExitStack() as failing:
                    failing.callback(_roll_back, connection)
                    yield connection
                    connection.execute("COMMIT")
                    failing.pop_all()
            except sqlite3.OperationalError:
                # SQLite opens a file only to read if it can't open it to write just then.
                self.close()
                raise

    def _open(self) -> sqlite3.Connection:
        """Return the connection, and prove the ledger first if its files have changed."""
        connection = self._connection
        if connection is not None and connection.in_transaction:
            return connection
        if (marks := _marks_of(self.path)) == self._marks and connection is not None:
            return connection
        if self._is_copy:
            self.close()
        connection = self._connection or self._connect()
        if flaws := find_flaws(connection, read_changes(self.folder / CHANGES), VERSION):
            self.close()
            raise StoreDamagedError(str(self.path), flaws, _BACKUP)
        _refuse_foreign_paths(connection, self.path)
        # Not before, since most of them read the file.
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        # Those of before it was copied; opening the ledger itself has made files beside it.
        self._marks = marks if self._is_copy else _marks_of(self.path)
        return connection

    def _connect(self) -> sqlite3.Connection:
        # SQLite writes files beside the ledger as well.
        places = [one for one in (self.path, self.path.parent) if one.exists()]
        self._is_copy = not all(os.access(one, os.W_OK) for one in places)
        if self._is_copy:
            connection = _read_into_memory(self.path)
        else:
            # Not created here: a ledger that was removed must not be replaced by an empty one.
            address = f"{self.path.absolute().as_uri()}?mode=rw"
            connection = sqlite3.connect(
                address, uri=True, isolation_level=None, check_same_thread=False
            )
        connection.row_factory = sqlite3.Row
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        let_sum(connection)
        self._connection = connection
        # From Python 3.13 on, a connection that is dropped without being closed is a warning.
        self._closing = weakref.finalize(self, connection.close)
        self._closing.atexit = False
        return connection

    def _make(self) -> None:
        """Open the ledger, or make it where there is none."""
        if self._version() == VERSION:
            return
        with writing_file(self.folder):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # The lock, so that of two processes that open a new store one waits for the other.
        with self.lock.held("making the store"):
            if self._version() == VERSION:
                return
            if any((self.folder / PARTS).glob("*/*/*.parquet")):
                problem = "it is missing or empty, although there are parts"
                advice = "Take it from a backup; DuckDB or Polars can read the parts without it"
                raise StoreDamagedError(str(self.path), problem, advice)
            with writing_file(self.path):
                # SQLite gives its other files the permissions of this one.
                os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
            with self._guard, using_ledger(self.path):
                self._open().execute("PRAGMA journal_mode = WAL")
            with self.transaction() as connection:
                for statement in _SCHEMA:
                    connection.execute(statement)
                add_proofs(connection)

    def _version(self) -> int:
        """Return the version of the files; 0 if there are none."""
        with writing_file(self.path):
            if not self.path.exists():
                return 0
        found = int(self.rows("PRAGMA user_version")[0][0])
        if found not in (0, VERSION):
            raise StoreVersionError(str(self.folder), found, VERSION)
        return found

    def _tidy(self, died: Holder) -> None:
        """Delete the files that a dead or failed writer made and didn't name."""
        # Only those. Other files may be parts that a ledger named which was replaced since.
        since = died.since.timestamp() - COARSE_S
        left = [path for path in self.unnamed_files() if path.stat().st_mtime >= since]
        # Noted first: a transaction that failed at its very end would name them after a crash,
        # unless another one has followed it.
        if left:
            names = [(path.relative_to(self.folder).as_posix(),) for path in left]
            with self.transaction() as connection:
                connection.executemany("INSERT OR IGNORE INTO dropped VALUES (?)", names)
        self.delete_dropped()


def _refuse_links(folder: Path) -> None:
    """Refuse a store in which a link leads elsewhere, because writing follows links.

    The folder itself may be a link: its path was chosen by the user, and not by the store.
    """
    places = [folder / name for name in (LEDGER, CHANGES, LOCK, PARTS, "damaged")]
    places += [folder / f"{LEDGER}{suffix}" for suffix in ("-wal", "-shm", "-journal")]
    places += [*(folder / PARTS).glob("*"), *(folder / PARTS).glob("*/*")]
    for place in places:
        if place.is_symlink():
            raise StoreDamagedError(str(place), "it is a link", _NOT_OURS)


def _refuse_foreign_paths(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a ledger that names files other than parts; its checksums stop only accidents."""
    if not connection.execute("PRAGMA user_version").fetchone()[0]:
        return  # a new one
    parts = [PartFile(*row).path for row in connection.execute("SELECT * FROM parts")]
    dropped = [name for (name,) in connection.execute("SELECT name FROM dropped")]
    foreign = [name for name in parts + dropped if not _PART_PATH.fullmatch(name)]
    if foreign:
        problem = f"it names {listing(foreign)}, which is no file of a store"
        raise StoreDamagedError(str(path), problem, _NOT_OURS)


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
            advice = ADVICE[_ERRNO_OF_SQLITE[code]]
            raise StoreWriteError(str(path), str(error), advice) from error
        if code == sqlite3.SQLITE_CANTOPEN:
            raise StoreWriteError(str(path), str(error), ADVICE[errno.EACCES]) from error
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            advice = "Take ledger.sqlite from a backup; the parts beside it can still be read"
            raise StoreDamagedError(str(path), str(error), advice) from error
        raise


def _marks_of(path: Path) -> _Marks:
    """Return the marks of a ledger and of its log; None for a file that isn't there or is empty."""
    found: list[tuple[int, int, int] | None] = []
    for file in (path, path.with_name(f"{path.name}-wal")):
        try:
            state = file.stat()
        except OSError:
            found.append(None)
        else:
            known = (state.st_ino, state.st_size, state.st_mtime_ns)
            found.append(known if state.st_size else None)
    return tuple(found)


def _read_into_memory(path: Path) -> sqlite3.Connection:
    """Return a database in memory with the content of a ledger and its log.

    SQLite itself can't open a ledger with a log where it can make no files, so it opens a copy.
    """
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    # A damaged log is noticed later: the ledger then has fewer changes than were noted beside it.
    with tempfile.TemporaryDirectory() as folder:
        for file in (path, path.with_name(f"{path.name}-wal")):
            with contextlib.suppress(FileNotFoundError):
                shutil.copyfile(file, Path(folder) / file.name)
        with contextlib.closing(sqlite3.connect(Path(folder) / path.name)) as copy:
            copy.backup(connection)
    return connection


def _roll_back(connection: sqlite3.Connection) -> None:
    with contextlib.suppress(sqlite3.Error):  # the error that led here says more
        connection.execute("ROLLBACK")


def add_part(connection: sqlite3.Connection, part: PartFile) -> None:
    """Make a written file a part of the store, within a transaction."""
    connection.execute("INSERT INTO parts VALUES (?, ?, ?, ?, ?, ?, ?, ?)", astuple(part))


def drop_parts(connection: sqlite3.Connection, parts: Iterable[PartFile]) -> None:
    """Take parts out of the store, within a transaction.

    Call `StoreLedger.delete_dropped` after it: until then readers may still open the files.
    """
    for part in parts:
        connection.execute("DELETE FROM parts WHERE name = ?", (part.name,))
        connection.execute("INSERT OR IGNORE INTO dropped VALUES (?)", (part.path,))
