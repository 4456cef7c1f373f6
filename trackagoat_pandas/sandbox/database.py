"""The sandbox's SQLite database: its tables, and one guarded connection.

Knows SQL and nothing of HTTP. Instants are ISO 8601 UTC text with a Z, days are YYYY-MM-DD text,
money is integer cents, booleans are 0 or 1, objects are JSON text.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, Self

TABLES = """
CREATE TABLE organizations (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, timezone TEXT NOT NULL,
    retention_days INTEGER,              -- null: unlimited
    max_requests_per_day INTEGER,        -- null: unlimited
    created_at TEXT NOT NULL
);
CREATE TABLE api_keys (
    id TEXT PRIMARY KEY, org_id TEXT NOT NULL, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
    scopes TEXT NOT NULL,                -- JSON list
    expires_at TEXT, revoked_at TEXT, created_at TEXT NOT NULL
);
CREATE TABLE projects (
    id TEXT PRIMARY KEY, org_id TEXT NOT NULL, name TEXT NOT NULL, description TEXT,
    timezone TEXT NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL
);
CREATE TABLE creators (
    id TEXT PRIMARY KEY, project_id TEXT NOT NULL, tiktok_handle TEXT NOT NULL, display_name TEXT,
    description TEXT, metadata TEXT NOT NULL, tracking_mode TEXT NOT NULL, avatar_url TEXT,
    total_likes INTEGER, tracking_start_date TEXT NOT NULL, is_active INTEGER NOT NULL,
    disabled_at TEXT, deleted_at TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
    followers_start INTEGER NOT NULL,    -- at tracking_start_date
    followers_daily REAL NOT NULL        -- compound growth a day, such as 0.002
);
CREATE TABLE videos (
    id TEXT PRIMARY KEY, project_id TEXT NOT NULL, creator_id TEXT, tiktok_video_id TEXT NOT NULL,
    url TEXT NOT NULL, title TEXT, description TEXT, metadata TEXT NOT NULL,
    tracking_status TEXT NOT NULL, media_type TEXT NOT NULL, thumbnail_url TEXT,
    posted_at TEXT NOT NULL, is_tracking_disabled INTEGER NOT NULL,
    is_tracking_exempt INTEGER NOT NULL, deleted_at TEXT,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
    posted_ts REAL NOT NULL,             -- posted_at as seconds since 1970
    tracked_ts REAL NOT NULL,            -- first snapshot: the later of posting and tracking start
    final_views REAL NOT NULL,           -- see curves.py for these seven
    tau_days REAL NOT NULL, shape REAL NOT NULL,
    like_rate REAL NOT NULL, comment_rate REAL NOT NULL, share_rate REAL NOT NULL,
    save_rate REAL NOT NULL
);
CREATE TABLE campaigns (
    id TEXT PRIMARY KEY, project_id TEXT NOT NULL, name TEXT NOT NULL, readme TEXT,
    metadata TEXT NOT NULL, target_views INTEGER, target_at TEXT, created_at TEXT NOT NULL
);
CREATE TABLE campaign_items (
    campaign_id TEXT NOT NULL, item_type TEXT NOT NULL, item_id TEXT NOT NULL,
    created_at TEXT NOT NULL, PRIMARY KEY (campaign_id, item_type, item_id)
);
CREATE TABLE goals (
    id TEXT PRIMARY KEY, creator_id TEXT NOT NULL, project_id TEXT NOT NULL, metric TEXT NOT NULL,
    period TEXT NOT NULL, target_value INTEGER NOT NULL, start_date TEXT NOT NULL, end_date TEXT,
    is_active INTEGER NOT NULL, created_at TEXT NOT NULL
);
CREATE TABLE comments (
    id TEXT PRIMARY KEY, video_id TEXT NOT NULL, project_id TEXT NOT NULL, creator_id TEXT,
    tiktok_comment_id TEXT NOT NULL, author TEXT NOT NULL, text TEXT, like_count INTEGER NOT NULL,
    posted_at TEXT NOT NULL, created_at TEXT NOT NULL
);
CREATE TABLE annotations (
    id TEXT PRIMARY KEY, project_id TEXT NOT NULL, kind TEXT NOT NULL, label TEXT NOT NULL,
    date TEXT NOT NULL, entity TEXT, entity_id TEXT, created_at TEXT NOT NULL
);
CREATE TABLE payout_methods (
    id TEXT PRIMARY KEY, org_id TEXT NOT NULL, name TEXT NOT NULL, icon_url TEXT,
    is_default INTEGER NOT NULL, is_active INTEGER NOT NULL, metadata TEXT NOT NULL, readme TEXT,
    created_at TEXT NOT NULL
);
CREATE TABLE payout_structures (             -- one row a version; the newest version is current
    id TEXT NOT NULL, version INTEGER NOT NULL, project_id TEXT NOT NULL, name TEXT NOT NULL,
    kind TEXT NOT NULL, amount_cents INTEGER, period TEXT, cpm_cents INTEGER,
    threshold_views INTEGER, cap_cents INTEGER, goal_metric TEXT, proration TEXT NOT NULL,
    is_active INTEGER NOT NULL, created_at TEXT NOT NULL,
    effective_date TEXT NOT NULL,            -- the first day to which this version applies
    PRIMARY KEY (id, version)
);
CREATE TABLE payout_assignments (
    id TEXT PRIMARY KEY, structure_id TEXT NOT NULL, creator_id TEXT NOT NULL,
    start_date TEXT NOT NULL, end_date TEXT, created_at TEXT NOT NULL
);
CREATE TABLE payout_accruals (
    id TEXT PRIMARY KEY, project_id TEXT NOT NULL, creator_id TEXT NOT NULL,
    structure_id TEXT NOT NULL, structure_version INTEGER NOT NULL, period_start TEXT NOT NULL,
    period_end TEXT NOT NULL, amount_cents INTEGER NOT NULL, status TEXT NOT NULL,
    kind TEXT NOT NULL, basis TEXT NOT NULL, created_at TEXT NOT NULL
);
CREATE TABLE payout_payments (
    id TEXT PRIMARY KEY, project_id TEXT NOT NULL, creator_id TEXT NOT NULL,
    accrual_ids TEXT NOT NULL, amount_cents INTEGER NOT NULL, method_id TEXT,
    method_name TEXT NOT NULL, status TEXT NOT NULL, paid_at TEXT NOT NULL, note TEXT,
    receipt_url TEXT, created_at TEXT NOT NULL
);
"""

# Created after the rows are in: twice as fast to build.
INDEXES = """
CREATE INDEX creators_by_project ON creators (project_id, created_at);
CREATE INDEX videos_by_project ON videos (project_id, created_at);
CREATE INDEX videos_by_creator ON videos (creator_id, created_at);
CREATE INDEX comments_by_video ON comments (video_id, created_at);
CREATE INDEX comments_by_project ON comments (project_id, created_at);
CREATE INDEX accruals_by_project ON payout_accruals (project_id, created_at);
"""


class Database:
    """One SQLite connection that several threads may use, one at a time.

    Parameters
    ----------
    path
        A file, or None for memory. A new file gets the tables; an old one is used as it is.

    Attributes
    ----------
    is_new
        Whether the database holds no organization yet, so that a world may be built in it.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        self._connection = sqlite3.connect(
            ":memory:" if path is None else path, check_same_thread=False
        )
        self._connection.row_factory = sqlite3.Row
        try:
            if not self.rows("SELECT 1 FROM sqlite_master LIMIT 1"):
                self._connection.executescript(TABLES)
            self.is_new = not self.rows("SELECT 1 FROM organizations LIMIT 1")
        except sqlite3.Error:  # the file holds something else
            self._connection.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all that is written inside, or nothing of it; transactions may nest."""
        with self._lock:
            if self._depth == 0:
                self._connection.execute("BEGIN")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._connection.rollback()
                raise
            else:
                if self._depth == 1:
                    self._connection.commit()
            finally:
                self._depth -= 1

    @property
    def changes(self) -> int:
        """How many rows were ever written: what was read is stale once this has grown."""
        return self._connection.total_changes

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """All rows of a query."""
        with self._lock:
            return self._connection.execute(sql, parameters).fetchall()

    def insert(self, table: str, records: Iterable[dict[str, Any]]) -> None:
        """Insert records that all have the same keys, in one transaction."""
        rest = iter(records)
        first = next(rest, None)
        if first is None:
            return
        marks = ", ".join(f":{name}" for name in first)
        sql = f"INSERT INTO {table} ({', '.join(first)}) VALUES ({marks})"
        with self.transaction():
            self._connection.executemany(sql, chain([first], rest))

    def finish(self) -> None:
        """Build the indexes, once the world is in."""
        with self.transaction():
            for statement in INDEXES.strip().split(";\n"):
                self._connection.execute(statement)

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._connection.close()
