"""The ledger, its lock and the parts that it names: atomic, shared, private."""

from __future__ import annotations

import datetime as dt
import gc
import os
import sqlite3
import stat
import sys
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pyarrow.dataset as ds
import pytest

from tests.support.children import child, said
from trackagoat_pandas.errors import (
    StoreBusyError,
    StoreDamagedError,
    StoreVersionError,
    StoreWriteError,
)
from trackagoat_pandas.store.disk.folder import Archive
from trackagoat_pandas.store.disk.ledger import (
    PartFile,
    StoreLedger,
    add_part,
    drop_parts,
    stored_moment,
)
from trackagoat_pandas.store.disk.lock import lock_of
from trackagoat_pandas.store.disk.parts import check_part, read_parts, write_part

pytestmark = pytest.mark.crash

NOON = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
ROWS = pa.table({"id": ["a", "b"], "views": [1, 2]})


@pytest.fixture
def archive(tmp_path):
    return Archive(tmp_path / "program")


def kept(archive, rows=ROWS, month="2026-06") -> PartFile:
    with archive.ledger.writing("a test"):
        part = write_part(archive.path, "videos", month, rows, first_at=NOON, last_at=NOON)
        with archive.ledger.transaction() as connection:
            add_part(connection, part)
    return part


def test_a_part_is_read_as_it_was_written(archive):
    part = kept(archive)
    assert archive.ledger.parts("videos") == [part]
    assert read_parts(archive.path, [part]).equals(ROWS)
    assert check_part(archive.path, part) == ""


def test_a_ledger_that_is_dropped_closes_its_connection(archive):
    with archive.ledger.reading() as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] > 0
    ledger = StoreLedger(archive.path)
    with ledger.reading() as dropped:
        dropped.execute("SELECT 1")
    del ledger
    gc.collect()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        dropped.execute("SELECT 1")
    connection.execute("SELECT 1")


def test_columns_and_rows_are_chosen_while_reading(archive):
    part = kept(archive)
    found = read_parts(archive.path, [part], ["id"], ds.field("views") == 2)
    assert found.to_pydict() == {"id": ["b"]}


def test_a_column_that_came_later_is_null_in_older_parts(archive):
    old = kept(archive)
    new = kept(archive, ROWS.append_column("saves", pa.array([5, 6])))
    assert read_parts(archive.path, [old, new])["saves"].to_pylist() == [None, None, 5, 6]
    chosen = read_parts(archive.path, [old, new], ["id"], ds.field("saves") > 5)
    assert chosen.to_pydict() == {"id": ["b"]}


def test_a_column_whose_type_changed_is_text(archive):
    old = kept(archive)
    new = kept(archive, ROWS.set_column(1, "views", pa.array(["many", None])))
    assert read_parts(archive.path, [old, new])["views"].to_pylist() == ["1", "2", "many", None]


def test_a_transaction_that_fails_changes_nothing(archive):
    part = kept(archive)

    def fail():
        with archive.ledger.transaction() as connection:
            drop_parts(connection, [part])
            raise KeyError("a mistake")

    with pytest.raises(KeyError, match="a mistake"):
        fail()
    assert archive.ledger.parts() == [part]


def test_a_dropped_part_is_deleted_after_the_ledger_forgot_it(archive):
    part = kept(archive)
    with archive.ledger.transaction() as connection:
        drop_parts(connection, [part])
    assert (archive.path / part.path).exists()
    archive.ledger.delete_dropped()
    assert not (archive.path / part.path).exists()
    assert archive.ledger.rows("SELECT * FROM dropped") == []


def test_files_are_the_users_alone(archive):
    kept(archive)
    with archive.ledger.reading():  # while SQLite's own files are there
        modes = {
            path: stat.S_IMODE(path.stat().st_mode)
            for path in [archive.path, *archive.path.rglob("*")]
        }
    assert len(modes) >= 8
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}


def test_moments_are_in_the_order_of_time_as_texts():
    berlin = dt.timezone(dt.timedelta(hours=2))
    early = stored_moment(dt.datetime(2026, 6, 1, 13, 59, 59, 999_999, tzinfo=berlin))
    assert early < stored_moment(NOON)
    assert dt.datetime.fromisoformat(stored_moment(NOON)) == NOON


HOLD = """
import sys, pathlib
from trackagoat_pandas.store.disk.folder import Archive
with Archive(pathlib.Path(sys.argv[1])).ledger.writing("a long sync"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_writer_is_told_who_holds_the_lock(archive):
    with child("-c", HOLD, str(archive.path)) as process:
        assert process.stdout.readline() == "held\n"
        with (
            pytest.raises(
                StoreBusyError, match=r"is locked: process \d+ on .*a long sync"
            ) as caught,
            archive.ledger.writing("a test", wait_s=0),
        ):
            pass
        assert caught.value.pid == process.pid
        assert caught.value.since <= dt.datetime.now(dt.UTC)
        assert archive.ledger.lock.holder().what == "a long sync"
        assert archive.ledger.parts() == []  # reading is possible


def test_the_lock_of_a_killed_writer_is_free(archive):
    with child("-c", HOLD, str(archive.path)) as process:
        assert process.stdout.readline() == "held\n"
        process.kill()
        process.wait()
        kept(archive)
    assert archive.ledger.lock.holder() is None


LEAVE = """
import os, pathlib, sys
import pyarrow as pa, datetime as dt
from trackagoat_pandas.store.disk.folder import Archive
from trackagoat_pandas.store.disk.parts import write_part
archive, noon = Archive(pathlib.Path(sys.argv[1])), dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
rows, moments = pa.table({"id": ["x"]}), {"first_at": noon, "last_at": noon}
with archive.ledger.writing("a crash"):
    write_part(archive.path, "videos", "2026-06", rows, **moments)
    os._exit(1)
"""


def test_files_that_a_crashed_writer_did_not_name_are_invisible_and_removed(archive):
    part = kept(archive)
    with child("-c", LEAVE, str(archive.path)) as process:
        said(process)
    folder = (archive.path / part.path).parent
    assert len(list(folder.iterdir())) == 2
    assert archive.ledger.parts() == [part]
    with archive.ledger.writing("the next one"):
        assert list(folder.iterdir()) == [archive.path / part.path]


DIE_TIDYING = """
import os, pathlib, sys
from trackagoat_pandas.store.disk.folder import Archive
from trackagoat_pandas.store.disk.ledger import StoreLedger
StoreLedger._tidy = lambda *_: os._exit(1)
with Archive(pathlib.Path(sys.argv[1])).ledger.writing("tidying"):
    os._exit(0)
"""


def test_files_of_a_crashed_writer_are_removed_also_after_a_crash_of_the_one_that_tidied(archive):
    for code in (LEAVE, DIE_TIDYING):
        with child("-c", code, str(archive.path)) as process:
            said(process)
        assert process.returncode == 1
    assert len([*archive.path.glob("parts/*/*/*")]) == 1
    with archive.ledger.writing("the next one"):
        assert list(archive.path.glob("parts/*/*/*")) == []


def test_files_that_no_crashed_writer_can_have_left_stay(archive):
    part = kept(archive)
    other = (archive.path / part.path).with_name("other.parquet")
    other.write_bytes(b"PAR1")
    early = other.stat().st_mtime - 3600
    os.utime(other, (early, early))
    with child("-c", LEAVE, str(archive.path)) as process:
        said(process)
    with archive.ledger.writing("the next one"):
        assert other.exists()
        assert len(list(archive.path.glob("parts/*/*/*"))) == 2


def test_files_that_a_failed_transaction_did_not_name_are_removed_by_the_next_writer(archive):
    def fail():
        with archive.ledger.writing("a failure"):
            write_part(archive.path, "videos", "2026-06", ROWS, first_at=NOON, last_at=NOON)
            with archive.ledger.transaction():
                raise KeyError("a mistake")

    with pytest.raises(KeyError, match="a mistake"):
        fail()
    assert archive.ledger.lock.holder() is None
    assert len(list(archive.path.glob("parts/*/*/*"))) == 1
    with archive.ledger.writing("the next one"):
        assert list(archive.path.glob("parts/*/*/*")) == []
        assert archive.ledger.rows("SELECT * FROM dropped") == []


def test_a_file_that_cannot_be_written_leaves_nothing(archive):
    program = """
import pathlib, resource, signal, sys
import pyarrow as pa, datetime as dt
from trackagoat_pandas.store.disk.folder import Archive
from trackagoat_pandas.store.disk.parts import write_part
from trackagoat_pandas.errors import StoreWriteError
archive, noon = Archive(pathlib.Path(sys.argv[1])), dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
rows, moments = pa.table({"id": range(90_000)}), {"first_at": noon, "last_at": noon}
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with archive.ledger.writing("a big one"):
    resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, 5_000))
    try:
        write_part(archive.path, "videos", "2026-06", rows, **moments)
    except StoreWriteError as error:
        print(error)
"""
    with child("-c", program, str(archive.path)) as process:
        output, errors = said(process)
    assert errors == ""
    assert "can't be written: File too large. What the store had before is unchanged" in output
    assert list(archive.path.glob("parts/*/*/*")) == []


def test_files_that_a_writer_did_not_name_before_an_error_are_removed_by_the_next(archive):
    part = kept(archive)
    failing, moments = pa.table({"id": ["x"]}), {"first_at": NOON, "last_at": NOON}

    def fail():
        with archive.ledger.writing("an error"):
            unnamed = write_part(archive.path, "videos", "2026-06", failing, **moments)
            with archive.ledger.transaction() as connection:
                add_part(connection, unnamed)
                add_part(connection, part)

    with pytest.raises(sqlite3.IntegrityError, match=r"UNIQUE .*parts\.name"):
        fail()
    assert archive.ledger.lock.holder() is None
    assert len(list(archive.path.glob("parts/*/*/*"))) == 2
    with archive.ledger.writing("the next one"):
        assert list(archive.path.glob("parts/*/*/*")) == [archive.path / part.path]
    assert (archive.path / "writer.lock").read_bytes() == b""


def test_a_ledger_that_could_only_be_read_for_a_moment_is_written_afterwards(archive):
    archive.ledger.rows("PRAGMA query_only = ON")  # as SQLite opens what it can't open to write
    with pytest.raises(StoreWriteError, match="attempt to write a readonly database"):
        kept(archive)
    kept(archive)
    assert len(archive.ledger.parts()) == 1


def test_a_ledger_that_is_full_stays_as_it_was(archive):
    kept(archive)
    pages = archive.ledger.rows("PRAGMA page_count")[0][0]
    archive.ledger.rows(f"PRAGMA max_page_count = {pages}")

    def fill():
        with archive.ledger.transaction() as connection:
            for number in range(500):
                values = (f"load {number}", b"x" * 1000)
                connection.execute(
                    "INSERT INTO answers VALUES (?, '', ?, 200, '', NULL, '')", values
                )

    with pytest.raises(StoreWriteError, match=r"ledger\.sqlite' .* full.*unchanged; free some"):
        fill()
    assert archive.ledger.rows("SELECT * FROM answers") == []
    assert len(archive.ledger.parts()) == 1


def test_two_stores_of_one_folder_share_the_lock_in_one_process(archive):
    other = Archive(archive.path)
    with archive.ledger.writing("one"), other.ledger.writing("the other", wait_s=0):
        assert other.ledger.lock.holder().what == "one"
    assert other.ledger.lock.holder() is None


@pytest.mark.skipif(sys.platform == "win32", reason="an open file can't be removed here")
def test_a_lock_is_of_the_file_that_is_there_although_another_was_removed(tmp_path, monkeypatch):
    import fcntl

    file, lock_file = tmp_path / "a.lock", fcntl.flock

    def lock_after_removal(handle: int, kind: int) -> None:
        file.unlink()  # as its holder does at the end
        calls.append(kind)
        monkeypatch.setattr(fcntl, "flock", lock_file)
        lock_file(handle, kind)

    calls: list[int] = []
    monkeypatch.setattr(fcntl, "flock", lock_after_removal)
    with lock_of(file).held("a load", wait_s=0):
        assert len(calls) == 1
        with file.open() as other, pytest.raises(BlockingIOError, match="temporarily"):
            lock_file(other.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing is forked here")
def test_a_forked_child_reads_and_does_not_hold_its_parents_lock(archive):
    kept(archive)
    with archive.ledger.writing("the parent"):
        pid = os.fork()
        if not pid:
            try:
                assert len(archive.ledger.parts()) == 1
                try:
                    with archive.ledger.writing("the child", wait_s=0):
                        os._exit(2)
                except StoreBusyError:
                    os._exit(0)
            finally:
                os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert archive.ledger.lock.holder() is None
    assert len(archive.ledger.parts()) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing is forked here")
def test_a_child_forked_within_a_transaction_reads_what_was_committed_before_it(archive):
    kept(archive)
    with archive.ledger.transaction() as connection:
        connection.execute("DELETE FROM parts")
        pid = os.fork()
        if not pid:
            try:
                os._exit(len(archive.ledger.parts()))
            finally:
                os._exit(9)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 1
    assert archive.ledger.parts() == []


def test_a_ledger_locked_by_another_program_is_a_busy_store(archive, monkeypatch):
    monkeypatch.setattr("trackagoat_pandas.store.disk.ledger._BUSY_MS", 1)
    archive.ledger.close()
    foreign = sqlite3.connect(archive.path / "ledger.sqlite", isolation_level=None)
    foreign.execute("BEGIN IMMEDIATE")
    with (
        pytest.raises(StoreBusyError, match=r"ledger\.sqlite' is locked: another program"),
        archive.ledger.transaction(),
    ):
        pass
    foreign.close()
    kept(archive)


def test_a_newer_store_is_refused_untouched(archive):
    with archive.ledger.transaction() as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreVersionError, match=r"have version 99, .* up to 2\. .*Update"):
        Archive(archive.path)


def test_an_older_store_is_refused_untouched_and_not_called_damaged(archive):
    archive.ledger.close()
    ledger = sqlite3.connect(archive.path / "ledger.sqlite", isolation_level=None)
    ledger.executescript("DROP TABLE proofs; PRAGMA user_version = 1")  # as version 1 was
    ledger.close()
    before = (archive.path / "ledger.sqlite").read_bytes()
    with pytest.raises(StoreVersionError, match=r"have version 1, .* only 2\. .*another folder"):
        Archive(archive.path)
    assert (archive.path / "ledger.sqlite").read_bytes() == before


def test_a_ledger_that_is_no_database_is_damaged(archive):
    archive.ledger.close()
    (archive.path / "ledger.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreDamagedError, match=r"ledger\.sqlite' of the store is damaged"):
        Archive(archive.path)


def test_a_missing_ledger_is_not_replaced_by_an_empty_one(archive):
    kept(archive)
    archive.ledger.close()
    for file in archive.path.glob("ledger.sqlite*"):
        file.unlink()
    with pytest.raises(StoreDamagedError, match="missing or empty, although there are parts"):
        Archive(archive.path)


def test_a_part_that_is_missing_is_named(archive):
    part = kept(archive)
    (archive.path / part.path).unlink()
    with pytest.raises(StoreDamagedError, match=rf"{part.name}' .* damaged: it is missing"):
        read_parts(archive.path, [part])
    assert check_part(archive.path, part) == "it is missing"


def test_a_part_that_was_cut_short_is_named(archive):
    part = kept(archive)
    path = archive.path / part.path
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(StoreDamagedError, match=r"cut short: it has \d+ of \d+ bytes"):
        read_parts(archive.path, [part])
    assert check_part(archive.path, part).startswith("it was cut short")


def test_a_part_with_other_bytes_is_found_by_its_digest(archive):
    part = kept(archive)
    path = archive.path / part.path
    content = bytearray(path.read_bytes())
    content[10] ^= 1
    path.write_bytes(content)
    assert check_part(archive.path, part) == "its content differs from what was written"


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreWriteError, match=r"file/program' of the store can't be written"):
        Archive(tmp_path / "file" / "program")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing is forked here")
def test_threads_that_fork_at_once_leave_the_ledger_usable_in_all_processes(archive):
    kept(archive)

    def fork() -> int:
        pid = os.fork()
        if not pid:
            os._exit(len(archive.ledger.parts()))
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    with ThreadPoolExecutor(4) as pool:
        assert [*pool.map(lambda _: fork(), range(40))] == [1] * 40
    assert len(archive.ledger.parts()) == 1
