"""Merging a month's lists: nothing changes but the files, whoever reads meanwhile."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import polars as pl
import pytest
from pandas.testing import assert_frame_equal

from tests.support.children import child
from tests.support.snapshots import HOUR, NOON, counts, keep, load, videos
from trackagoat_pandas.errors import StoreDamagedError
from trackagoat_pandas.store.disk import parts
from trackagoat_pandas.store.disk.checkup import check_store, merge_lists
from trackagoat_pandas.store.disk.folder import Archive
from trackagoat_pandas.store.disk.histories import read_history
from trackagoat_pandas.store.disk.lists import Lists
from trackagoat_pandas.tables import VIDEOS

pytestmark = pytest.mark.crash


@pytest.fixture
def archive(tmp_path):
    return Archive(tmp_path / "program")


def kept(archive, hours=3):
    """Lists whose order changes, one with fewer videos, an empty one, and one of a project."""
    frames = [
        videos(*({"view_count": hour * 10 + number} for number in range(3 - hour % 2)))
        for hour in range(hours)
    ]
    frames.append(videos())
    for hour, frame in enumerate(frames):
        turned = frame.iloc[::-1].reset_index(drop=True)
        turned.attrs = frame.attrs
        keep(archive, turned, NOON + hour * HOUR)
    keep(archive, videos({"view_count": 5}), NOON, project_id="p1")


def every_list(archive):
    return [archive.lists.read(snapshot) for snapshot in archive.lists.snapshots()]


def test_every_list_is_the_same_after_merging(archive):
    kept(archive)
    before = every_list(archive)
    (merge,) = merge_lists(archive.ledger)
    assert (merge.parts, merge.rows) == (5, 9)
    for old, new in zip(before, every_list(archive), strict=True):
        assert_frame_equal(old, new)
        assert old.attrs == new.attrs
    assert check_store(archive.ledger) == []


def test_the_old_files_are_gone(archive):
    kept(archive)
    merge_lists(archive.ledger)
    (part,) = archive.ledger.parts()
    assert [path.name for path in archive.path.rglob("*.parquet")] == [part.name]
    assert archive.ledger.rows("SELECT * FROM dropped") == []


def test_months_are_merged_apart_and_a_single_part_stays(archive):
    for days in (0, 1, 40):
        keep(archive, videos({"view_count": days}), NOON + days * 24 * HOUR)
    assert [merge.month for merge in merge_lists(archive.ledger)] == ["2026-06"]
    assert [part.month for part in archive.ledger.parts()] == ["2026-06", "2026-07"]
    assert merge_lists(archive.ledger) == []


def test_lists_go_on_after_merging(archive):
    kept(archive)
    merge_lists(archive.ledger)
    again = keep(archive, load(archive), NOON + 10 * HOUR)
    assert again.part == archive.ledger.parts()[0].name
    keep(archive, videos({"view_count": 99}), NOON + 11 * HOUR)
    merge_lists(archive.ledger)
    assert counts(archive) == [99]
    assert counts(archive, NOON + 10 * HOUR) == []
    assert counts(archive, NOON + 2 * HOUR) == [22, 21, 20]


def test_a_list_that_repeats_one_whose_part_is_merged_meanwhile_names_the_merged_part(
    archive, monkeypatch
):
    kept(archive)
    repeats = Lists._repeats

    def merging_repeats(self, *args):
        is_same = repeats(self, *args)
        merge_lists(archive.ledger)  # as another thread of this process may
        return is_same

    monkeypatch.setattr(Lists, "_repeats", merging_repeats)
    again = keep(archive, load(archive), NOON + 10 * HOUR)
    assert [again.part] == [part.name for part in archive.ledger.parts()]
    assert check_store(archive.ledger) == []


@pytest.mark.filterwarnings("ignore:videos. the API sent fields:UserWarning")
def test_lists_with_other_columns_stay_apart(archive):
    for hour, extra in enumerate([{}, {"mood": "glad"}, {"mood": 1}, {"mood": "sad"}, {}]):
        keep(archive, videos({"view_count": hour, **extra}), NOON + hour * HOUR)
    before = every_list(archive)
    assert sorted(merge.parts for merge in merge_lists(archive.ledger)) == [2, 2]
    for old, new in zip(before, every_list(archive), strict=True):
        assert_frame_equal(old, new)


def test_a_damaged_part_is_left_as_it_is(archive):
    kept(archive)
    newest = keep(archive, videos({"view_count": 7}), NOON + 9 * HOUR)
    (part,) = [part for part in archive.ledger.parts() if part.name == newest.part]
    path = archive.path / part.path
    path.write_bytes(path.read_bytes()[:-9])
    (merge,) = merge_lists(archive.ledger)
    assert merge.parts == 5
    with pytest.raises(StoreDamagedError, match="cut short"):
        load(archive)
    assert counts(archive, NOON) == [2, 1, 0]


def test_repeated_texts_take_no_room(archive):
    captions = [f"a caption of video {number} #{number * 7919 % 1009}" * 3 for number in range(300)]
    for hour in range(24):
        rows = ({"view_count": n * hour, "title": text} for n, text in enumerate(captions))
        keep(archive, videos(*rows), NOON + hour * HOUR)
    (merge,) = merge_lists(archive.ledger)
    assert merge.bytes_after < merge.bytes_before / 8


READ = """
import pathlib, sys, threading
from trackagoat_pandas.store.disk.folder import Archive
from trackagoat_pandas.store.disk.histories import read_history
from trackagoat_pandas.store.disk.lists import Lists
from trackagoat_pandas.tables import VIDEOS
archive, done, reads = Archive(pathlib.Path(sys.argv[1])), threading.Event(), 0
threading.Thread(target=lambda: (sys.stdin.readline(), done.set())).start()
print("ready", flush=True)
while not done.is_set():
    found = archive.lists.load(VIDEOS, "/videos", {})
    assert found["id"].tolist() == ["v0", "v1"], found
    history = read_history(archive.ledger, VIDEOS, ["v0"], ["view_count"])
    assert history["view_count"].tolist() == list(range(len(history))), history
    reads += 1
print(reads, flush=True)
"""


def test_a_reader_in_another_process_never_fails_while_lists_are_kept_and_merged(archive):
    keep(archive, videos({"view_count": 0}, {}), NOON)
    with child("-c", READ, str(archive.path)) as process:
        assert process.stdout.readline() == "ready\n"
        for hour in range(1, 60):
            keep(archive, videos({"view_count": hour}, {}), NOON + hour * HOUR)
            if hour % 2:
                merge_lists(archive.ledger)
        output, errors = process.communicate("done\n", timeout=60)
    assert errors == ""
    assert int(output) > 3


def test_a_scan_holds_no_object_of_python_that_a_process_would_abort_over_at_its_end(
    archive, monkeypatch
):
    kept(archive)
    ended, held, build = [], [], parts.ds.FileSystemDataset

    class Content(bytes):
        def __del__(self):
            ended.append(len(self))

    def noting(fragments, *given):
        held.append(len(fragments) - len(ended))
        return build(fragments, *given)

    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: Content(read(path)))
    monkeypatch.setattr(parts.ds, "FileSystemDataset", noting)
    assert len(read_history(archive.ledger, VIDEOS, ["v0"], ["view_count"])) == 3
    assert held == [0]
    assert len(ended) > 1


def test_threads_of_one_process_keep_and_merge_at_once(archive):
    def work(creator):
        for hour in range(6):
            rows = [{"view_count": 100 * hour + creator, "creator_id": f"c{creator}"}]
            keep(archive, videos(*rows), NOON + hour * HOUR, creator_id=f"c{creator}")
            if hour == creator:
                merge_lists(archive.ledger)
        return counts(archive, creator_id=f"c{creator}")

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(work, range(6))) == [[500 + creator] for creator in range(6)]
    assert check_store(archive.ledger) == []
    found = read_history(archive.ledger, VIDEOS, None, ["view_count"])
    assert len(archive.lists.snapshots()) == 36
    assert len(found) == 6  # all lists have the video v0, at six moments


@pytest.mark.parametrize("is_merged", [False, True])
def test_other_programs_read_the_files_directly(archive, is_merged):
    for hour in range(3):
        keep(archive, videos({"view_count": hour}, {"view_count": 9}), NOON + hour * HOUR)
    if is_merged:
        merge_lists(archive.ledger)
    files = f"{archive.path}/parts/videos/*/*.parquet"
    query = f"select view_count from '{files}' where id = 'v0' order by _observed_at"
    assert duckdb.sql(query).fetchall() == [(0,), (1,), (2,)]
    rows = pl.scan_parquet(files).filter(pl.col("id") == "v0").sort("_observed_at").collect()
    assert rows["view_count"].to_list() == [0, 1, 2]
    assert rows["_observed_at"][0] == NOON


def test_no_merged_part_is_too_long_and_half_a_long_one_stays(archive, monkeypatch):
    monkeypatch.setattr("trackagoat_pandas.store.disk.checkup._MOST_ROWS", 7)
    for hour, size in enumerate([2, 2, 3, 2, 2, 1]):
        rows = ({"view_count": 10 * hour + number} for number in range(size))
        keep(archive, videos(*rows), NOON + hour * HOUR)
    before = every_list(archive)
    merges = merge_lists(archive.ledger)
    assert [(merge.parts, merge.rows) for merge in merges] == [(3, 6), (2, 3)]
    assert sorted(part.rows for part in archive.ledger.parts()) == [3, 3, 6]
    for old, new in zip(before, every_list(archive), strict=True):
        assert_frame_equal(old, new)
