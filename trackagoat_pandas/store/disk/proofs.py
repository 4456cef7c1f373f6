"""Proof that a ledger is unchanged: the sums of its rows, and the number of its changes."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import zlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Final

_NO_LINKS: Final = getattr(os, "O_NOFOLLOW", 0)  # Windows has none
_OURS: Final = frozenset({"owner", "parts", "snapshots", "coverage", "answers"})
"""Tables that every ledger has, since its first version."""
_BODY: Final = "body"
"""A column that isn't summed: bodies of answers are many bytes that only save requests. Each has a
seal of its own, so that a damaged one is asked for again."""
_SEAL_BYTES: Final = 16
_PROOFS: Final = """
    CREATE TABLE proofs (
        name TEXT PRIMARY KEY, total INTEGER NOT NULL, changes INTEGER NOT NULL) STRICT"""
_TABLES: Final = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*'"
_SCHEMA_SUM: Final = """
    SELECT coalesce(sum(row_sum(type, name, tbl_name, sql)), 0) FROM sqlite_schema
    WHERE name NOT GLOB 'sqlite_*' AND (type IN ('table', 'index') OR name GLOB 'proof_of_*')"""
_SCHEMA, _VERSION = "sqlite_schema", "user_version"
"""The names under which the schema and the version are proven."""
_ROWS: Final = ("OLD", "NEW")
"""A trigger's names of a row before and after a change."""
_MOST_SAID: Final = 3
_NOTE_BYTES: Final = 64
"""Always as many, so that no rest of a longer note stays behind a shorter one."""
_WRONG: Final = (sqlite3.Error, UnicodeError, OverflowError)
"""Errors that reading a damaged ledger may raise."""
_OUTSIDE: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN,
    }
)  # fmt: skip
"""SQLite's codes for what has nothing to do with the content."""


def let_sum(connection: sqlite3.Connection) -> None:
    """Give a connection the function that the triggers of a proven ledger call.

    It gives a CRC of 32 bits, which any changed bit changes; the sums of 2 billion rows fit into
    the 63 bits that SQLite has.
    """
    # As ASCII, since other Python versions know other characters, and repr shows those it knows.
    connection.create_function(
        "row_sum", -1, lambda *values: zlib.crc32(ascii(values).encode()), deterministic=True
    )


def seal(body: bytes) -> bytes:
    """Return a body that is kept with a digest before it."""
    return hashlib.blake2b(body, digest_size=_SEAL_BYTES).digest() + body


def unsealed(sealed: bytes) -> bytes | None:
    """Return the body that was kept; None if it is another one by now."""
    body = sealed[_SEAL_BYTES:]
    return body if seal(body) == sealed else None


def add_proofs(connection: sqlite3.Connection) -> None:
    """Make a new ledger keep the sum of each table's rows, within a transaction.

    From then on a write needs `let_sum`; another program that tries to write fails.
    """
    tables = [name for (name,) in connection.execute(_TABLES)]
    connection.execute(_PROOFS)
    for table in tables:
        columns = _columns(connection, table)
        old, new = (f"row_sum({', '.join(f'{row}.{one}' for one in columns)})" for row in _ROWS)
        changes = {"INSERT": f"+ {new}", "DELETE": f"- {old}", "UPDATE": f"- {old} + {new}"}
        for event, change in changes.items():
            connection.execute(
                f"CREATE TRIGGER proof_of_{event}_{table} AFTER {event} ON {table} BEGIN "  # noqa: S608
                f"UPDATE proofs SET total = total {change}, changes = changes + 1 "
                f"WHERE name = '{table}'; END"
            )
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (schema,) = connection.execute(_SCHEMA_SUM).fetchone()
    proven = [*((table, 0) for table in tables), (_SCHEMA, schema), (_VERSION, version)]
    connection.executemany("INSERT INTO proofs VALUES (?, ?, 0)", proven)


def find_flaws(connection: sqlite3.Connection, changes: int, known: int) -> str:
    """Read a whole ledger, and return its flaws as text; "" if there are none.

    Measured: some 6 microseconds a row.

    Parameters
    ----------
    connection
        The ledger's; it is in no transaction.
    changes
        How many changes it had at the least, from `read_changes`.
    known
        The version of a ledger that is known; another one isn't looked into.

    Raises
    ------
    sqlite3.OperationalError
        The ledger can't be read now: it is locked, or the system refuses it.
    """
    try:
        connection.execute("BEGIN")
        found = list(_flaws(connection, changes, known))
        connection.execute("COMMIT")
    except _WRONG as error:
        with contextlib.suppress(sqlite3.Error):  # the error that led here says more
            connection.execute("ROLLBACK")
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _OUTSIDE:
            raise
        return f"it can't be read ({error})"
    more = f"; and {len(found) - _MOST_SAID} more" if len(found) > _MOST_SAID else ""
    return "; ".join(found[:_MOST_SAID]) + more


def _flaws(connection: sqlite3.Connection, changes: int, known: int) -> Iterator[str]:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    tables = {name for (name,) in connection.execute(_TABLES)}
    if not tables and not version:
        return  # a new one
    proofs: dict[str, int] = {}
    if "proofs" in tables:
        proofs = dict(map(tuple, connection.execute("SELECT name, total FROM proofs")))
    # Version 1 had no proofs: it is refused for its version, and isn't damaged for that.
    if 0 < version < known and "proofs" not in tables:
        return
    recorded = proofs.pop(_VERSION, version)
    # A newer package has written both of them.
    if version > known and (version ^ recorded).bit_count() != 1:
        return
    if not tables >= _OURS:
        named = ", ".join(sorted(tables)) or "no tables"
        yield f"it is not the ledger of a store, or not all of it: it has {named}"
        return
    if version != recorded or not version:
        yield f"its version is {version}, and {recorded} was written"
    yield from (said for (said,) in connection.execute("PRAGMA integrity_check") if said != "ok")
    if proofs:
        yield from _differences(connection, proofs, tables)
        missing = changes - count_changes(connection)
        if missing > 0:
            yield f"the last {missing:,} changes of it are missing"
    else:
        yield "its proofs are missing"


def _differences(
    connection: sqlite3.Connection, proofs: Mapping[str, int], tables: Collection[str]
) -> Iterator[str]:
    """Yield the tables whose rows don't add up to what their changes have."""
    for name, total in proofs.items():
        if name != _SCHEMA and name not in tables:
            yield f"its table {name} is missing"
            continue
        if name == _SCHEMA:
            query = _SCHEMA_SUM
        else:
            values = ", ".join(_columns(connection, name))
            query = f"SELECT coalesce(sum(row_sum({values})), 0) FROM {name}"  # noqa: S608 - own names
        if connection.execute(query).fetchone()[0] != total:
            yield f"the content of its table {name} differs from what was written"


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    found = connection.execute(f"PRAGMA table_info({table})")
    return [row["name"] for row in found if row["name"] != _BODY]


def count_changes(connection: sqlite3.Connection) -> int:
    """Return how many changes a ledger has; it only grows."""
    return int(connection.execute("SELECT coalesce(sum(changes), 0) FROM proofs").fetchone()[0])


def write_changes(path: Path, changes: int) -> None:
    """Note beside a ledger how many changes it has, once they are on the disk.

    What SQLite has not yet moved into the ledger itself is in a second file, of which it drops,
    without an error, what was damaged and all that follows.
    """
    text = str(changes)
    # Without this note less is proven, and the changes themselves are safe.
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_RDWR | os.O_CREAT | _NO_LINKS, 0o600)
        try:
            os.write(handle, f"{text} {_digest(text)}".ljust(_NOTE_BYTES).encode())
        finally:
            os.close(handle)


def read_changes(path: Path) -> int:
    """Return the noted number; 0 without a note, or if it is damaged."""
    try:
        text, _, digest = path.read_text("ascii").strip().partition(" ")
    except (OSError, UnicodeError):
        return 0
    return int(text) if digest == _digest(text) and text.isdecimal() else 0


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
