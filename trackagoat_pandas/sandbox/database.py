"""The sandbox's SQLite database: one guarded connection, and transactions."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Sized
from contextlib import ExitStack, closing, contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, Self

from trackagoat_pandas.sandbox.schema_sql import FORMAT, INDEXES, TABLES


class WorldFormatError(ValueError):
    """A file holds a world of another format, or something else.

    ``path`` is the file, ``found`` the number of its format; 0 stands for a file from before
    formats were numbered, and for one of another program.
    """

    def __init__(self, path: str | Path, found: int) -> None:
        self.path, self.found = path, found
        age = "an earlier" if found < FORMAT else "a later"
        super().__init__(
            f"{str(path)!r} holds a world of format {found}, made by {age} version of this "
            f"package, or no world at all; this version opens format {FORMAT}. Give another path, "
            "or delete the file: the same seed builds its world again, without what was written "
            "to it."
        )

    def __reduce__(self) -> tuple[type[Self], tuple[str | Path, int]]:
        return type(self), (self.path, self.found)


class Database:
    """One SQLite connection that several threads may use, one at a time.

    Parameters
    ----------
    path
        A file, or None for memory. A new file gets the tables; an existing one is used as it is.

    Attributes
    ----------
    is_new
        Whether the database has no organization yet, so that a world can be built in it.

    Raises
    ------
    WorldFormatError
        If the file was made by another version of the package, or by something else.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        # The lock guards the connection, so that any thread may use it.
        self._connection = sqlite3.connect(
            ":memory:" if path is None else path, check_same_thread=False
        )
        self._connection.row_factory = sqlite3.Row
        with ExitStack() as failing:
            failing.callback(self._connection.close)
            if not self.rows("SELECT 1 FROM sqlite_master LIMIT 1"):
                # One transaction: a file never has some of the tables, or no format.
                self._connection.executescript(
                    f"BEGIN; {TABLES}; PRAGMA user_version = {FORMAT}; COMMIT"
                )
            [found] = self.rows("PRAGMA user_version")
            if found[0] != FORMAT:
                raise WorldFormatError(path or ":memory:", found[0])
            self.is_new = not self.rows("SELECT 1 FROM organizations LIMIT 1")
            failing.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all writes of a block, or none of them; transactions may nest."""
        with self._lock:
            if self._depth == 0:
                # Immediate: another process may have the file open, and a lock that is taken
                # only by the first write could fail in the middle.
                self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                with ExitStack() as failing:
                    failing.callback(self._connection.rollback)
                    yield
                    failing.pop_all()
                if self._depth == 1:
                    self._connection.commit()
            finally:
                self._depth -= 1

    @property
    def changes(self) -> int:
        """The number of rows written so far: once it grows, earlier reads are stale."""
        return self._connection.total_changes

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """Return all rows of a query."""
        with self._lock:
            return self._connection.execute(sql, parameters).fetchall()

    def write(self, sql: str, parameters: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """Run one statement that writes; return the rows of its RETURNING clause."""
        with self.transaction():
            return self._connection.execute(sql, parameters).fetchall()

    def update(self, table: str, row_id: str, values: Mapping[str, Any]) -> sqlite3.Row:
        """Change columns of the row with an id, or of all its versions; return the row."""
        changes = ", ".join(f"{name} = ?" for name in values)
        sql = f"UPDATE {table} SET {changes} WHERE id = ? RETURNING *"
        return self.write(sql, [*values.values(), row_id])[0]

    def add(self, table: str, record: Mapping[str, Any]) -> sqlite3.Row:
        """Insert one record, and return its row; columns that it leaves out are null."""
        return self.write(f"{_insertion(table, record)} RETURNING *", list(record.values()))[0]

    def insert(self, table: str, records: Iterable[dict[str, Any]]) -> None:
        """Insert records that all have the same keys, in one transaction."""
        rest = iter(records)
        first = next(rest, None)
        if first is None:
            return
        values = (tuple(record[name] for name in first) for record in chain([first], rest))
        with self.transaction():
            self._connection.executemany(_insertion(table, first), values)

    def finish(self) -> None:
        """Build the indexes, once the rows are in."""
        with self.transaction():  # executescript would commit the world half done
            for statement in INDEXES.strip().split(";\n"):
                self._connection.execute(statement)

    def image(self) -> bytes:
        """Return the whole database as bytes."""
        with self._lock:
            return self._connection.serialize()

    def restore(self, image: bytes) -> None:
        """Replace everything that the database holds with a copy of an image."""
        with self._lock, closing(sqlite3.connect(":memory:")) as source:
            source.deserialize(image)
            # Unlike deserializing into the connection itself, this can fill a file too.
            source.backup(self._connection)

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._connection.close()


def marks(values: Sized) -> str:
    """Write a question mark for each value of an SQL list."""
    return ", ".join("?" * len(values))


def _insertion(table: str, names: Collection[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks(names)})"
