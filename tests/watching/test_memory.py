"""The file of a watch: whole or not at all, one run at a time, and nothing in it is lost."""

from __future__ import annotations

import json
import os

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.children import child, said
from tests.support.watching import alert_of, memory_of
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    MissingArgumentError,
    StoreBusyError,
    StoreDamagedError,
    StoreVersionError,
    StoreWriteError,
)
from trackagoat_pandas.watching import memory as memories
from trackagoat_pandas.watching.memory import (
    Announcement,
    MemoryFile,
    Remembered,
    read_memory,
    silence_alert,
    write_memory,
)
from trackagoat_pandas.watching.states import Memory

MEMORY = memory_of(alert_of("a", sentence="“\ud83d <b>” \x1b[31m is behind"), alert_of("b"))
SAID = Announcement("k", "breakouts", "firing", "2026-06-18T19:00:00Z", "x", "Spring")


@pytest.fixture
def store(tmp_path):
    with tgp.open_store(tmp_path / "program") as opened:
        yield opened


@pytest.fixture
def path(tmp_path):
    return tmp_path / "watch.json"


def test_nothing_is_remembered_before_the_first_run(path):
    assert read_memory(path) == Memory()
    assert not path.exists()


def test_what_was_written_is_read_from_a_file_and_from_a_store(path, store):
    for place in (path, str(path), store):
        write_memory(place, MEMORY)
        assert read_memory(place) == MEMORY
    assert (store.path / "watch.json").exists()
    assert store.verify().empty


def test_writing_the_memory_keeps_what_is_unsent(path):
    MemoryFile(path).write(Remembered(Memory(), {"webhook": (SAID,), "mail": ()}))
    write_memory(path, MEMORY)
    assert MemoryFile(path).read() == Remembered(MEMORY, {"webhook": (SAID,), "mail": ()})


def test_a_link_stays_a_link(path, tmp_path):
    target = tmp_path / "elsewhere.json"
    path.symlink_to(target)
    write_memory(path, MEMORY)
    assert path.is_symlink()
    assert read_memory(target) == MEMORY


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_nobody_else_may_read_the_file(path):
    write_memory(path, MEMORY)
    assert path.stat().st_mode & 0o077 == 0


def test_each_damage_is_found_and_not_written_over(path):
    write_memory(path, MEMORY)
    whole = path.read_bytes()
    damaged = [b"", b"{}", b"[]", b"null", whole[:-20], whole.replace(b"firing", b"pending", 1)]
    damaged += [whole.replace(b'"unsent": {}', b'"unsent": []'), b"\xff\xfe", b'{"version": 1}']
    for place in range(0, len(whole), 97):
        changed = bytes([whole[place] ^ 1])
        damaged.append(whole[:place] + changed + whole[place + 1 :])
    for content in damaged:
        path.write_bytes(content)
        is_same = content.split() == whole.split()  # white space between values means nothing
        for act in (read_memory, lambda place: write_memory(place, Memory())):
            if not is_same:
                with pytest.raises((StoreDamagedError, StoreVersionError), match=r"watch\.json"):
                    act(path)
        assert path.read_bytes() == content


@pytest.mark.parametrize("newer", ["file", "memory"])
def test_a_file_of_a_later_version_is_left_alone(newer, path):
    write_memory(path, MEMORY)
    given = json.loads(path.read_text())
    (given if newer == "file" else given["memory"])["version"] = 9
    path.write_text(json.dumps(given))
    before = path.read_bytes()
    with pytest.raises(StoreVersionError, match="version 9, and this package reads up to 1"):
        write_memory(path, Memory())
    assert path.read_bytes() == before


def test_a_file_that_cant_be_written_is_an_error(path):
    write_memory(path, MEMORY)
    path.with_name(".watch.json.new").mkdir()  # which fails for root, too
    with pytest.raises(StoreWriteError, match="unchanged"):
        MemoryFile(path).write(Remembered())
    assert read_memory(path) == MEMORY


def test_what_a_killed_process_left_beside_is_no_obstacle(path):
    path.with_name(".watch.json.new").write_bytes(b"half a f")
    write_memory(path, MEMORY)
    assert read_memory(path) == MEMORY
    assert sorted(one.name for one in path.parent.glob("*watch*")) == [
        "watch.json",
        "watch.lock",
    ]


def test_two_processes_dont_run_at_once(path, monkeypatch):
    monkeypatch.setattr(memories, "_PATIENCE_S", 0.2)
    code = (
        "import sys; from trackagoat_pandas.watching.memory import MemoryFile\n"
        "with MemoryFile(sys.argv[1]).held(): print('held', flush=True); input()"
    )
    with child("-c", code, str(path)) as process:
        assert process.stdout.readline() == "held\n"
        with pytest.raises(StoreBusyError, match="watch a program"):
            write_memory(path, MEMORY)
        assert read_memory(path) == Memory()
        process.stdin.write("\n")
        said(process)
    write_memory(path, MEMORY)


@pytest.mark.parametrize(
    ("place", "error"),
    [("watch.txt", ArgumentError), ("no/where/watch.json", ArgumentError), (7, ArgumentTypeError),
     (b"w.json", ArgumentTypeError), ("w\0.json", ArgumentError)],
)  # fmt: skip
def test_a_place_that_cant_be_is_refused(place, error):
    with pytest.raises(error, match="state"):
        read_memory(place)


def test_an_alert_is_silenced_until_the_end_of_a_day_and_again_heard(path):
    write_memory(path, MEMORY)
    until = silence_alert("a", "2026-06-20", state=path)
    assert until == pd.Timestamp("2026-06-20T23:59:59.999999Z")
    assert read_memory(path).silenced == {"a": until}
    assert silence_alert("b", "2026-06-21T08:00+02:00", state=path) == pd.Timestamp(
        "2026-06-21T06:00Z"
    )
    assert silence_alert("a", None, state=path) is None
    assert list(read_memory(path).silenced) == ["b"]
    assert read_memory(path).alerts == MEMORY.alerts


def test_silences_of_a_store_are_kept_there_and_leave_what_is_unsent(store):
    MemoryFile(store).write(Remembered(MEMORY, {"webhook": (SAID,)}))
    silence_alert("a", "2026-06-20", store=store)
    assert MemoryFile(store).read().unsent == {"webhook": (SAID,)}
    assert "a" in read_memory(store).silenced


def test_silences_that_mean_nothing_are_refused(path, store):
    write_memory(path, MEMORY)
    with pytest.raises(ArgumentError, match="no alert of this key"):
        silence_alert("c", "2026-06-20", state=path)
    with pytest.raises(ArgumentError, match="offset"):
        silence_alert("a", "2026-06-20 12:00", state=path)
    with pytest.raises(ArgumentTypeError, match="key"):
        silence_alert(7, "2026-06-20", state=path)
    with pytest.raises(MissingArgumentError, match="store"):
        silence_alert("a", "2026-06-20")
    with pytest.raises(ArgumentTypeError, match="open_store"):
        silence_alert("a", "2026-06-20", store=str(store.path))


def test_a_folder_and_strange_content_are_damage(tmp_path):
    place = tmp_path / "watch.json"
    for content in ('{"version": Infinity, "memory": {"version": 1}, "unsent": {}}', "[" * 100_000):
        place.write_text(content)
        with pytest.raises(StoreDamagedError):
            MemoryFile(place).read()
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(StoreDamagedError, match="it is a folder"):
        MemoryFile(tmp_path / "folder.json").read()


@pytest.mark.parametrize("place", ["\ud800.json", "~nobody-at-all/watch.json"])
def test_a_path_that_no_file_can_have_is_refused(place):
    with pytest.raises(ArgumentError, match="state"):
        MemoryFile(place)
