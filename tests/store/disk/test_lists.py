"""Snapshots of lists: what is read back equals what was loaded, at any moment."""

from __future__ import annotations

import json

import pytest
from pandas.testing import assert_frame_equal

import trackagoat_pandas as tgp
from tests.support.snapshots import HOUR, NOON, counts, keep, load, videos
from trackagoat_pandas.errors import ArgumentError, StoreDamagedError, StoreMissingError
from trackagoat_pandas.frames.build import build_frame
from trackagoat_pandas.frames.values import chunk_from_records
from trackagoat_pandas.store.disk.folder import Archive
from trackagoat_pandas.store.disk.lists import stored_rows
from trackagoat_pandas.tables import CREATORS, TABLES, VIDEOS, table_at

BACKENDS = ("numpy_nullable", "pyarrow")
PROJECT = "Q1 Brand Program"
LOADS = {
    "projects": lambda **options: tgp.load_projects(**options),
    "creators": lambda **options: tgp.load_creators(**options),
    "videos": lambda **options: tgp.load_videos(PROJECT, **options),
    "campaigns": lambda **options: tgp.load_campaigns(**options),
    "annotations": lambda **options: tgp.load_annotations(**options),
    "goals": lambda **options: tgp.load_goal_compliance(PROJECT, **options),
    "comments": lambda **options: tgp.load_comments("Summer Launch", **options),
    "methods": lambda **options: tgp.load_payout_methods(**options),
    "structures": lambda **options: tgp.load_payout_structures(**options),
    "accruals": lambda **options: tgp.load_payout_accruals(**options),
    "payments": lambda **options: tgp.load_payout_payments(**options),
    "report": lambda **options: tgp.load_report("video-leaderboard", "Summer Launch", **options),
}


@pytest.fixture
def archive(tmp_path):
    return Archive(tmp_path / "program")


@pytest.mark.parametrize("kept_as", BACKENDS)
@pytest.mark.parametrize("read_as", BACKENDS)
@pytest.mark.parametrize("name", LOADS)
def test_a_frame_is_read_back_as_its_loader_returned_it(client, archive, name, kept_as, read_as):
    loaded = LOADS[name](dtype_backend=kept_as)
    wanted = loaded if kept_as == read_as else LOADS[name](dtype_backend=read_as)
    facts = loaded.attrs["trackagoat"]
    table = table_at(facts["path"]) or TABLES["video-leaderboard"]
    kept = archive.lists.keep(table, facts["path"], facts["params"], loaded, NOON)
    found = archive.lists.read(kept, dtype_backend=read_as)
    assert_frame_equal(found, wanted, check_exact=True, check_freq=False)
    said = found.attrs["trackagoat"]
    origin = {
        "part": "all",
        "fetched_at": facts["fetched_at"],
        "observed_at": "2026-06-01T12:00:00+00:00",
    }
    assert said == {**facts, "store": origin}


def test_either_kind_of_dtypes_is_stored_as_the_same_types(client):
    kept = [stored_rows(tgp.load_videos(PROJECT, dtype_backend=each))[0] for each in BACKENDS]
    assert len({str(rows.schema.remove_metadata()) for rows in kept}) == 1
    assert all(kept[0].equals(rows) for rows in kept[1:])


def test_an_empty_frame_keeps_its_dtypes(archive):
    empty = videos()
    assert_frame_equal(archive.lists.read(keep(archive, empty)), empty)


@pytest.mark.filterwarnings("ignore:videos. the API sent fields:UserWarning")
def test_fields_that_the_api_adds_are_columns_of_the_lists_that_had_them(archive):
    new = videos({"view_count": 1, "mood": "glad", "heat": 1.5}, {"view_count": 2})
    keep(archive, videos({"view_count": 1}, {"view_count": 2}))
    keep(archive, new, NOON + HOUR)
    assert_frame_equal(load(archive), new)
    assert "mood" not in load(archive, NOON)


def test_the_list_of_a_past_moment_is_the_newest_at_it(archive):
    for hours in range(3):
        keep(archive, videos({"view_count": hours}), NOON + hours * HOUR)
    assert counts(archive) == [2]
    assert counts(archive, NOON) == [0]
    assert counts(archive, NOON + 1.5 * HOUR) == [1]


def test_a_moment_before_the_first_snapshot_is_missing(archive):
    keep(archive, videos({"view_count": 1}))
    said = (
        r"as of 2026-06-01 11:00:00 UTC\. It has .* from 2026-06-01T12:00:00Z .*"
        r"The first one of it is from 2026-06-01T12:00:00Z: pass that moment or a later one"
    )
    with pytest.raises(StoreMissingError, match=said):
        load(archive, NOON - HOUR)


def test_a_moment_before_the_first_snapshot_is_told_from_that_of_other_lists(archive):
    keep(archive, videos({"view_count": 1}), NOON + HOUR)
    for number in range(5):
        keep(archive, videos({"view_count": 1}), NOON + (2 + number) * HOUR, creator_id=str(number))
    with pytest.raises(StoreMissingError, match="The first one of it is from 2026-06-01T13:00:00Z"):
        load(archive, NOON)
    with pytest.raises(
        StoreMissingError, match=r"Load it: connect\(store=\.\.\.\), then load_videos"
    ):
        load(archive, NOON, search="reef")


def test_a_store_without_the_list_says_so(archive):
    said = r"has no videos of /videos \(project_id=p1\)\. It has no such lists\. Load it: connect"
    with pytest.raises(StoreMissingError, match=said):
        load(archive, project_id="p1")


def test_a_missing_list_is_named_by_its_projects_name(archive):
    keep(archive, videos({"view_count": 1}, project="Summer"), NOON + HOUR, project_id="p1")
    said = r"has no videos of /videos \(project='Summer'\) as of .* \(project='Summer'\) from 2026"
    with pytest.raises(StoreMissingError, match=said):
        load(archive, NOON, project_id="p1")


def test_a_list_with_the_same_rows_adds_no_file(archive):
    first = keep(archive, videos({"view_count": 1}))
    second = keep(archive, videos({"view_count": 1}), NOON + HOUR)
    third = keep(archive, videos({"view_count": 2}), NOON + 2 * HOUR)
    assert second.part == first.part != third.part
    assert [len(archive.lists.snapshots()), len(archive.ledger.parts())] == [3, 2]


def test_the_same_rows_in_another_order_are_another_list(archive):
    frame = videos({"view_count": 1}, {"view_count": 2})
    keep(archive, frame)
    turned = frame.iloc[::-1].reset_index(drop=True)
    turned.attrs = frame.attrs
    keep(archive, turned, NOON + HOUR)
    assert_frame_equal(load(archive), turned)


def test_the_list_of_all_projects_includes_that_of_one(archive):
    keep(archive, videos({"view_count": 1}, {"view_count": 2, "project_id": "p2"}))
    found = load(archive, project_id="p2")
    assert found["id"].tolist() == ["v1"]
    facts = found.attrs["trackagoat"]
    assert (facts["rows"], facts["params"]) == (1, {"project_id": "p2"})


def test_of_two_lists_that_include_the_asked_one_the_newest_is_taken(archive):
    keep(archive, videos({"view_count": 1}), NOON, project_id="p1")
    keep(archive, videos({"view_count": 2}), NOON + HOUR)
    assert counts(archive, project_id="p1") == [2]
    assert counts(archive, NOON, project_id="p1") == [1]


def test_of_two_lists_of_one_moment_the_exact_one_is_taken(archive):
    keep(archive, videos({"view_count": 1}), NOON, project_id="p1")
    keep(archive, videos({"view_count": 2}), NOON)
    assert counts(archive, project_id="p1") == [1]


def test_the_list_of_one_project_does_not_stand_for_all(archive):
    keep(archive, videos({"view_count": 1}), project_id="p1")
    with pytest.raises(StoreMissingError, match=r"has no videos of /videos\. It has these lists"):
        load(archive)


def test_a_search_is_not_answered_from_a_longer_list(archive):
    about = {"path": "/creators", "complete": True}
    creators = build_frame([chunk_from_records([], CREATORS)], CREATORS, provenance=about)
    archive.lists.keep(CREATORS, "/creators", {}, creators, NOON)
    assert archive.lists.find(CREATORS, "/creators", {"search": "m"}) is None


def test_a_list_older_than_asked_for_is_not_found(archive):
    keep(archive, videos({"view_count": 1}))
    find = archive.lists.find
    assert find(VIDEOS, "/videos", {}, since=NOON) is not None
    assert find(VIDEOS, "/videos", {}, since=NOON + HOUR) is None


def test_a_list_from_before_a_write_is_too_old_but_not_gone(archive):
    keep(archive, videos({"view_count": 1}))
    archive.note_write(["videos"], "/videos/x", {}, NOON)
    archive.note_write(["videos"], "/videos/x", {}, NOON - HOUR)
    find = archive.lists.find
    assert find(VIDEOS, "/videos", {}, since=NOON - HOUR) is None
    assert counts(archive) == [1]
    keep(archive, videos({"view_count": 2}), NOON + HOUR)
    assert find(VIDEOS, "/videos", {}, since=NOON - HOUR) is not None


def test_a_clock_set_back_loses_nothing(archive):
    keep(archive, videos({"view_count": 1}), NOON)
    keep(archive, videos({"view_count": 2}), NOON - HOUR)
    assert counts(archive) == [1]
    assert counts(archive, NOON - HOUR) == [2]


def test_an_incomplete_list_is_not_kept(archive):
    with pytest.raises(ArgumentError, match="only a complete list can be kept"):
        keep(archive, videos({"view_count": 1}, complete=False))
    assert archive.lists.snapshots() == []


def test_the_rest_loads_when_the_file_of_one_list_is_missing(archive):
    keep(archive, videos({"view_count": 1}))
    newest = keep(archive, videos({"view_count": 2}), NOON + HOUR)
    (part,) = [part for part in archive.ledger.parts() if part.name == newest.part]
    (archive.path / part.path).unlink()
    with pytest.raises(
        StoreDamagedError, match=rf"{newest.part}' of the store is damaged: it is m"
    ):
        load(archive)
    assert counts(archive, NOON) == [1]
    keep(archive, videos({"view_count": 2}), NOON + 2 * HOUR)
    assert counts(archive) == [2]


def test_no_key_reaches_a_file(archive):
    key = "tga_" + "5" * 64
    keep(archive, videos({"view_count": 1}, params={"search": key}), search=key)
    assert counts(archive, search=key) == [1]
    archive.ledger.close()
    files = [path for path in archive.path.rglob("*") if path.is_file()]
    assert files
    assert [path for path in files if key.encode() in path.read_bytes()] == []
    assert json.dumps(archive.lists.snapshots()[0].params) == '{"search": "tga_\\u2026"}'
