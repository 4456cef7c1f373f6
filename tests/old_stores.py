"""Stores as version 1 of the files has them: nothing in the ledger is proven, no day in doubt."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from trackagoat_pandas.archive.folder import Archive

SEAL_BYTES = 16
SCHEMA = """
    CREATE TABLE owner (
        place INTEGER PRIMARY KEY CHECK (place = 1), address TEXT NOT NULL, org_id TEXT) STRICT;
    CREATE TABLE keys (fingerprint TEXT PRIMARY KEY) STRICT;
    CREATE TABLE parts (
        name TEXT PRIMARY KEY, table_name TEXT NOT NULL, month TEXT NOT NULL,
        rows INTEGER NOT NULL, bytes INTEGER NOT NULL,
        first_at TEXT NOT NULL, last_at TEXT NOT NULL, sha256 TEXT NOT NULL) STRICT;
    CREATE INDEX parts_of_table ON parts (table_name, month);
    CREATE TABLE dropped (name TEXT PRIMARY KEY) STRICT;
    CREATE TABLE shapes (id INTEGER PRIMARY KEY, columns TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE snapshots (
        id INTEGER PRIMARY KEY, table_name TEXT NOT NULL, path TEXT NOT NULL, params TEXT NOT NULL,
        observed_at TEXT NOT NULL, rows INTEGER NOT NULL, provenance TEXT NOT NULL,
        shape INTEGER NOT NULL REFERENCES shapes (id), content INTEGER NOT NULL,
        part TEXT NOT NULL REFERENCES parts (name)) STRICT;
    CREATE INDEX snapshots_of_list ON snapshots (table_name, path, params, observed_at);
    CREATE INDEX snapshots_of_part ON snapshots (part);
    CREATE INDEX snapshots_of_content ON snapshots (content);
    CREATE TABLE outdated (table_name TEXT PRIMARY KEY, observed_at TEXT NOT NULL) STRICT;
    CREATE TABLE coverage (
        entity TEXT NOT NULL, entity_id TEXT NOT NULL, metric TEXT NOT NULL,
        first TEXT NOT NULL, last TEXT NOT NULL, observed_at TEXT NOT NULL,
        timezone TEXT) STRICT;
    CREATE INDEX coverage_of_series ON coverage (entity, metric, entity_id);
    CREATE TABLE labels (
        entity TEXT NOT NULL, entity_id TEXT NOT NULL, label TEXT,
        observed_at TEXT NOT NULL) STRICT;
    CREATE TABLE answers (
        load TEXT NOT NULL, request TEXT NOT NULL, body BLOB NOT NULL,
        status INTEGER NOT NULL, content_type TEXT NOT NULL, observed_at TEXT,
        kept_at TEXT NOT NULL, PRIMARY KEY (load, request)) STRICT;
    PRAGMA user_version = 1;
"""


def make_old(archive: Archive) -> None:
    """Replace the ledger of a store by one of version 1 with the same rows."""
    archive.ledger.close()
    path = archive.ledger.path
    was = path.rename(path.with_suffix(".was"))
    with closing(sqlite3.connect(path, isolation_level=None)) as ledger:
        ledger.execute("PRAGMA journal_mode = WAL")
        ledger.executescript(SCHEMA)
        ledger.execute("ATTACH ? AS was", (str(was),))
        for (table,) in ledger.execute("SELECT name FROM main.sqlite_schema WHERE type = 'table'"):
            columns = ", ".join(
                row[1] for row in ledger.execute(f"PRAGMA main.table_info({table})").fetchall()
            )
            ledger.execute(f"INSERT INTO main.{table} SELECT {columns} FROM was.{table}")
        ledger.execute(f"UPDATE answers SET body = substr(body, {SEAL_BYTES + 1})")
    was.unlink()
    (archive.path / "ledger.changes").unlink()
