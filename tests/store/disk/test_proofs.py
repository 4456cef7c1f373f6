"""The proof of a ledger: what was changed outside of the package is found before it is read."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
from contextlib import closing

import pytest

from tests.support.snapshots import HOUR, NOON, counts, keep, videos
from trackagoat_pandas.errors import StoreBusyError, StoreDamagedError, StoreWriteError
from trackagoat_pandas.http.messages import ApiAnswer
from trackagoat_pandas.store.disk import ledger as ledgers
from trackagoat_pandas.store.disk.checkup import check_store
from trackagoat_pandas.store.disk.folder import Archive
from trackagoat_pandas.store.disk.proofs import read_changes, write_changes


@pytest.fixture
def archive(tmp_path):
    made = Archive(tmp_path / "program")
    for hour in range(3):
        keep(made, videos({"view_count": hour}, {"view_count": 5}), NOON + hour * HOUR)
    return made


def foreign(archive, *statements):
    """Change the ledger as another program does; it can't call the triggers' function."""
    archive.ledger.close()
    with closing(sqlite3.connect(archive.ledger.path, isolation_level=None)) as connection:
        connection.create_function("row_sum", -1, lambda *_: 0)
        for statement in statements:
            connection.execute(statement)


def replaced(archive, old: bytes, new: bytes):
    """Replace bytes in the ledger's file."""
    archive.ledger.close()
    content = archive.ledger.path.read_bytes()
    assert old in content
    archive.ledger.path.write_bytes(content.replace(old, new))


def test_a_text_that_was_changed_is_found_before_it_is_read(archive):
    replaced(archive, b"2026-06-01T13:00:00", b"2026-06-01T13:00:01")
    for read in (lambda: counts(archive), lambda: Archive(archive.path)):
        with pytest.raises(StoreDamagedError, match=r"content of its table snapshots differs"):
            read()
    ((kind, _, table, _, problem),) = check_store(archive.ledger)
    assert (kind, table) == ("damaged ledger", None)
    assert "differs from what was written" in problem


def test_a_change_while_the_ledger_is_open_is_found_too(archive):
    assert counts(archive) == [2, 5]
    with closing(sqlite3.connect(archive.ledger.path, isolation_level=None)) as connection:
        connection.create_function("row_sum", -1, lambda *_: 0)
        connection.execute("UPDATE snapshots SET rows = 1 WHERE id = 3")
    with pytest.raises(StoreDamagedError, match="table snapshots differs"):
        counts(archive)


def test_another_process_of_this_package_may_write(archive):
    other = Archive(archive.path)
    assert counts(other) == [2, 5]
    keep(archive, videos({"view_count": 9}), NOON + 9 * HOUR)
    assert counts(other) == [9]
    keep(other, videos({"view_count": 10}), NOON + 10 * HOUR)
    assert counts(archive) == [10]


def test_a_program_that_does_not_know_the_sums_cannot_write(archive):
    archive.ledger.close()
    with (
        closing(sqlite3.connect(archive.ledger.path)) as connection,
        pytest.raises(sqlite3.OperationalError, match="no such function: row_sum"),
    ):
        connection.execute("DELETE FROM snapshots")
    assert counts(archive) == [2, 5]


def test_a_ledger_that_lost_all_its_proofs_is_damaged(archive):
    foreign(archive, "DROP TABLE proofs")
    with pytest.raises(StoreDamagedError, match="its proofs are missing"):
        counts(archive)


def test_rows_that_are_missing_are_found(archive):
    foreign(archive, "DELETE FROM labels", "DELETE FROM snapshots WHERE id = 3")
    with pytest.raises(StoreDamagedError, match="table snapshots differs"):
        counts(archive)


def test_a_log_that_lost_its_end_is_found(archive, tmp_path):
    keep(archive, videos({"view_count": 9}), NOON + 9 * HOUR)
    copy = shutil.copytree(archive.path, tmp_path / "copy")
    log = copy / "ledger.sqlite-wal"
    log.write_bytes(log.read_bytes()[:-100])
    with pytest.raises(StoreDamagedError, match=r"the last \d+ changes of it are missing"):
        Archive(copy)
    (copy / "ledger.changes").unlink()  # as after a ledger was put back from a backup
    assert counts(Archive(copy)) == [2, 5]


@pytest.mark.parametrize("text", ["", "5", "5 0000000000000000", "\xff", "99999999999 abc"])
def test_a_note_of_changes_that_is_damaged_proves_nothing(tmp_path, text):
    path = tmp_path / "ledger.changes"
    path.write_bytes(text.encode("latin-1"))
    assert read_changes(path) == 0
    write_changes(path, 12)
    assert read_changes(path) == 12


def test_a_kept_answer_that_was_damaged_is_asked_for_again(archive):
    with archive.checkpoints.held("a load") as checkpoint:
        checkpoint.keep("/videos", ApiAnswer(200, b'{"data": []}' * 9, date=NOON))
        assert checkpoint.find("/videos").body == b'{"data": []}' * 9
        (body,) = archive.ledger.rows("SELECT body FROM answers")[0]
        archive.ledger.rows("UPDATE answers SET body = ?", (bytes([body[0] ^ 1]) + body[1:],))
        assert checkpoint.find("/videos") is None


@pytest.mark.parametrize("version", [0, 3, 10])
def test_a_version_that_was_changed_is_damage(archive, version):
    foreign(archive, f"PRAGMA user_version = {version}")
    with pytest.raises(StoreDamagedError, match=rf"its version is {version}, and 2 was written"):
        Archive(archive.path)


def test_a_database_of_another_program_is_never_written(tmp_path):
    path = tmp_path / "ledger.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE accounts (name TEXT)")
    before = path.read_bytes()
    with pytest.raises(StoreDamagedError, match=r"not the ledger of a store.*it has accounts"):
        Archive(tmp_path)
    assert path.read_bytes() == before
    assert not (tmp_path / "ledger.changes").exists()


@pytest.fixture
def only_read(monkeypatch):
    """Whether a place can be written, as the system says of a disk that is mounted to be read."""
    monkeypatch.setattr("trackagoat_pandas.store.disk.ledger.os.access", lambda *_: False)


def test_a_store_that_cannot_be_written_is_read(archive, only_read):
    archive.ledger.close()
    before = {path: path.stat().st_mtime_ns for path in archive.path.rglob("*")}
    opened = Archive(archive.path)
    assert counts(opened) == [2, 5]
    assert counts(opened, NOON) == [0, 5]
    assert check_store(opened.ledger) == []
    with pytest.raises(StoreWriteError, match=r"can only be read.*offline=True"):
        opened.note_write(["videos"], "/videos/x", {}, NOON)
    opened.ledger.close()
    assert {path: path.stat().st_mtime_ns for path in archive.path.rglob("*")} == before


def test_what_is_only_in_the_log_is_read_too(archive, monkeypatch, tmp_path):
    for hour in range(3, 40):  # SQLite begins the log anew on the way
        keep(archive, videos({"view_count": hour}), NOON + hour * HOUR)
        if hour in (10, 20):
            archive.ledger.rows("PRAGMA wal_checkpoint(RESTART)")
    copy = shutil.copytree(archive.path, tmp_path / "copy")
    assert (copy / "ledger.sqlite-wal").stat().st_size > 0
    monkeypatch.setattr("trackagoat_pandas.store.disk.ledger.os.access", lambda *_: False)
    assert counts(Archive(copy)) == [39]
    assert [path.name for path in copy.glob("ledger.sqlite*")] == [
        path.name for path in archive.path.glob("ledger.sqlite*")
    ]


def test_a_store_that_somebody_else_writes_is_read_again(archive, monkeypatch):
    monkeypatch.setattr(ledgers.os, "access", lambda *_: False)
    reader = Archive(archive.path)
    assert counts(reader) == [2, 5]
    monkeypatch.undo()
    keep(archive, videos({"view_count": 9}), NOON + 9 * HOUR)
    monkeypatch.setattr(ledgers.os, "access", lambda *_: False)
    assert counts(reader) == [9]


def test_a_ledger_that_is_locked_is_busy_and_not_damaged(archive, monkeypatch):
    monkeypatch.setattr(ledgers, "_BUSY_MS", 1)
    archive.ledger.close()
    with closing(sqlite3.connect(archive.ledger.path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreBusyError, match=r"ledger\.sqlite' is locked"):
            counts(archive)
    assert counts(archive, NOON + dt.timedelta(days=1)) == [2, 5]
