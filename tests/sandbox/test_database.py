"""The sandbox's database: transactions and reopening."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from trackagoat_pandas.sandbox import sandbox
from trackagoat_pandas.sandbox.database import Database, WorldFormatError
from trackagoat_pandas.sandbox.schema_sql import FORMAT

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


def file_of_format(path: Path, number: int) -> Path:
    with sandbox(creators=2, days=5, path=path) as box:
        box.database.rows("SELECT 1")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {number}")
    return path


@pytest.mark.parametrize(("number", "age"), [(0, "an earlier"), (FORMAT + 1, "a later")])
def test_a_world_of_another_version_is_refused(tmp_path: Path, number: int, age: str) -> None:
    path = file_of_format(tmp_path / "world.sqlite", number)
    said = f"world.sqlite' holds a world of format {number}, made by {age} version .* Give another"
    with pytest.raises(WorldFormatError, match=said) as caught:
        sandbox(path=path)
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.path, again.found, str(again)) == (path, number, str(caught.value))


def test_a_world_whose_columns_are_missing_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = file_of_format(tmp_path / "world.sqlite", 0)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("ALTER TABLE chance DROP COLUMN lived_to")
    with pytest.raises(ValueError, match="format 0"):
        sandbox(path=path)


def test_a_refused_file_is_left_as_it_is(tmp_path: Path) -> None:
    path = file_of_format(tmp_path / "world.sqlite", 0)
    before = path.read_bytes()
    with pytest.raises(WorldFormatError, match="format 0"):
        sandbox(path=path)
    assert path.read_bytes() == before


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "notes.sqlite")) as connection:
        connection.execute("CREATE TABLE notes (text)")
    with pytest.raises(WorldFormatError, match="or no world at all"):
        Database(tmp_path / "notes.sqlite")


def test_the_format_has_a_new_number_when_a_table_changes(database: Database) -> None:
    columns = [
        tuple(row)
        for row in database.rows(
            'SELECT tables.name, columns.name, columns.type, "notnull", dflt_value, pk '
            "FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns "
            "WHERE tables.type = 'table' ORDER BY tables.name, cid"
        )
    ]
    assert (FORMAT, sha256(repr(columns).encode()).hexdigest()[:12]) == (3, "ae786801365f")
