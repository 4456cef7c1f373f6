"""Checking a store: each kind of damage is found and named, and nothing else is."""

from __future__ import annotations

import pytest

from tests.support.children import child, said
from tests.support.snapshots import HOUR, NOON, keep, videos
from trackagoat_pandas.store.disk.checkup import FLAWS, check_store
from trackagoat_pandas.store.disk.folder import Archive

pytestmark = pytest.mark.crash


@pytest.fixture
def archive(tmp_path):
    made = Archive(tmp_path / "program")
    for hour in range(3):
        keep(made, videos({"view_count": hour}, {}), NOON + hour * HOUR)
    return made


def file_of(archive, place=0):
    return archive.path / archive.ledger.parts()[place].path


def findings(archive):
    found = check_store(archive.ledger)
    assert {each.kind for each in found} <= set(FLAWS)
    return [(each.kind, each.file.rpartition("/")[2], each.problem) for each in found]


def test_nothing_is_found_in_a_sound_store(archive):
    assert check_store(archive.ledger) == []


def test_a_deleted_part_is_found(archive):
    file_of(archive).unlink()
    assert findings(archive) == [("damaged part", file_of(archive).name, "it is missing")]


def test_a_part_that_was_cut_short_is_found(archive):
    file = file_of(archive)
    file.write_bytes(file.read_bytes()[:100])
    ((kind, name, problem),) = findings(archive)
    assert (kind, name) == ("damaged part", file.name)
    assert problem.startswith("it was cut short: it has 100 of ")


def test_a_changed_byte_is_found(archive):
    file = file_of(archive, 2)
    content = bytearray(file.read_bytes())
    content[50] ^= 255
    file.write_bytes(content)
    assert findings(archive) == [
        ("damaged part", file.name, "its content differs from what was written")
    ]


def test_a_file_that_the_ledger_does_not_name_is_found(archive):
    copy = file_of(archive).with_name("copy.parquet")
    copy.write_bytes(file_of(archive).read_bytes())
    ((kind, name, problem),) = findings(archive)
    assert (kind, name) == ("unknown file", "copy.parquet")
    assert "the ledger doesn't name it" in problem


def test_rows_that_a_part_does_not_have_are_found(archive):
    with archive.ledger.transaction() as connection:
        connection.execute("UPDATE snapshots SET content = 5 WHERE id = 2")
    ((kind, _, problem),) = findings(archive)
    assert (kind, problem) == ("missing rows", "it has 0 of 2 rows of a list")


def test_a_clock_that_was_set_back_is_found(archive):
    keep(archive, videos({"view_count": 9}), NOON - HOUR)
    ((kind, _, problem),) = findings(archive)
    assert kind == "clock set back"
    assert "as of 2026-06-01T11:00:00.000000Z was kept after that of 2026-06-01T14:00" in problem


def test_a_damaged_ledger_is_found(archive):
    with archive.ledger.transaction() as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_master WHERE name = 'snapshots_of_part'")
    archive.ledger.close()
    found = findings(archive)
    assert found
    assert {kind for kind, *_ in found} == {"damaged ledger"}


CHURN = """
import pathlib, sys
from tests.support.children import child, said
from tests.support.snapshots import HOUR, NOON, keep, videos
from trackagoat_pandas.store.disk.folder import Archive
from trackagoat_pandas.store.disk.checkup import merge_lists
archive = Archive(pathlib.Path(sys.argv[1]))
print("ready", flush=True)
for hour in range(40):
    keep(archive, videos({"view_count": hour}, {}), NOON + (hour + 3) * HOUR)
    if hour % 3 == 0:
        merge_lists(archive.ledger)
"""


def test_nothing_is_found_while_another_process_writes(archive):
    found, rounds = [], 0
    with child("-c", CHURN, str(archive.path)) as process:
        assert process.stdout.readline() == "ready\n"
        while process.poll() is None:
            found += check_store(archive.ledger)
            rounds += 1
        assert said(process) == ("", "")
    assert found == []
    assert rounds > 3
