"""The sandbox's database: transactions and reopening."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from trackagoat_pandas.sandbox.database import Database

ORGANIZATION: dict[str, Any] = {
    "id": "org",
    "name": "Goats",
    "timezone": "UTC",
    "retention_days": None,
    "max_requests_per_day": None,
    "created_at": "2026-01-01T00:00:00Z",
}


@pytest.fixture
def database() -> Iterator[Database]:
    with Database() as database:
        yield database


def names(database: Database) -> list[str]:
    return [row["name"] for row in database.rows("SELECT name FROM organizations ORDER BY rowid")]


def insert_twice(database: Database) -> None:
    database.insert("organizations", [ORGANIZATION])
    database.insert("organizations", [ORGANIZATION])


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"), database.transaction():
        insert_twice(database)
    assert names(database) == []


def test_a_nested_transaction_is_kept_with_the_outer_one(database: Database) -> None:
    with database.transaction(), database.transaction():
        database.insert("organizations", [ORGANIZATION])
    assert names(database) == ["Goats"]


def test_records_may_come_from_a_generator(database: Database) -> None:
    database.insert("organizations", ({**ORGANIZATION, "id": str(n)} for n in range(3)))
    assert len(names(database)) == 3


def test_no_records_insert_nothing(database: Database) -> None:
    database.insert("organizations", [])
    assert names(database) == []


def test_a_file_is_new_until_it_has_an_organization(tmp_path: Path) -> None:
    path = tmp_path / "world.sqlite"
    first = Database(path)
    assert first.is_new
    first.close()
    second = Database(path)
    assert second.is_new
    second.insert("organizations", [ORGANIZATION])
    second.close()
    third = Database(path)
    assert not third.is_new
    assert names(third) == ["Goats"]
    third.close()
