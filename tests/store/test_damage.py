"""A store with a lost or cut part, a locked ledger, or a clock that was set back still works."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.children import child
from trackagoat_pandas.errors import StoreBusyError, StoreDamagedError

pytestmark = [pytest.mark.crash, pytest.mark.filterwarnings("ignore:.*reaches beyond the data")]

PROJECT = "Q1 Brand Program"
DAYS = "2026-05-10..2026-06-15"
MORNING, EVENING = "2026-06-16T12:00:00Z", "2026-06-16T23:00:00Z"


@pytest.fixture(scope="module")
def small():
    with tgp.sandbox(days=60, creators=4, videos=60, now=MORNING, rate_limit=None) as made:
        yield made


@pytest.fixture
def store(tmp_path, small):
    with tgp.open_store(tmp_path / "program") as opened:
        sync(opened, small)
        yield opened


def sync(store, box):
    with tgp.connect(
        box.key, base_url=box.base_url, transport=box.app, rate_limit=None, progress=False
    ) as client:
        return store.sync(PROJECT, dates=DAYS, metrics="views", max_age=None, client=client)


def part_of(store, table, month="2026-06"):
    (part,) = store.archive.ledger.parts(table, [month])
    return store.path / part.path


def cut(path):
    path.write_bytes(path.read_bytes()[:100])


DAMAGES = pytest.mark.parametrize(
    ("damage", "problem"),
    [(lambda path: path.unlink(), "it is missing"), (cut, "it was cut short")],
)


@DAMAGES
def test_a_lost_part_of_analytics_is_named_and_the_other_months_load(store, damage, problem):
    whole = store.load("analytics", dates="2026-05-10..2026-05-31")
    path = part_of(store, "analytics")
    damage(path)
    with pytest.raises(StoreDamagedError, match=rf"{path.name}' .* damaged: {problem}"):
        store.load("analytics")
    found = store.verify()
    assert found["kind"].tolist() == ["damaged part"]
    assert found["file"].tolist() == [path.relative_to(store.path).as_posix()]
    assert found["problem"].str.startswith(problem).all()
    may = store.load("analytics", dates="2026-05-10..2026-05-31")
    pd.testing.assert_frame_equal(may, whole)
    assert len(store.load("videos", PROJECT))


def test_a_load_whose_frame_says_since_when_all_are_tracked_reads_no_list_of_the_store(
    store, small
):
    creators = store.load("creators", PROJECT)
    facts = ["tracking_start_date", "is_active"]
    assert creators[facts].notna().all(axis=None)

    def load(ids):
        with tgp.connect(
            small.key, base_url=small.base_url, transport=small.app, store=store, progress=False
        ) as client:
            return tgp.load_analytics("creator", ids, "views", dates=DAYS, client=client)

    whole = load(creators)
    cut(part_of(store, "creators"))
    pd.testing.assert_frame_equal(load(creators), whole)
    with pytest.raises(StoreDamagedError, match="was cut short"):
        load(creators.drop(columns=facts))


@DAMAGES
def test_a_sync_keeps_every_list_again_and_names_a_lost_part_of_analytics(
    store, small, damage, problem
):
    whole = store.load("videos", PROJECT)
    lists = [part_of(store, "videos"), part_of(store, "comments")]
    for path in (*lists, part_of(store, "analytics")):
        damage(path)
    with pytest.raises(StoreDamagedError, match=rf"parts/analytics/.*{problem}"):
        sync(store, small)
    pd.testing.assert_frame_equal(store.load("videos", PROJECT), whole)
    assert len(store.load("comments", PROJECT))


@DAMAGES
def test_of_a_list_whose_part_was_lost_a_sync_cannot_say_what_has_changed(
    store, small, damage, problem
):
    damage(part_of(store, "videos"))
    found = sync(store, small).set_index("table")
    counts = found[["new", "changed", "gone"]]
    assert counts.loc["videos"].isna().all()
    assert (counts.drop("videos") == 0).all(axis=None)
    assert found["error"].isna().all()
    assert store.verify()["problem"].str.startswith(problem).tolist() == [True]


LOCK = """
import sqlite3, sys
ledger = sqlite3.connect(sys.argv[1], isolation_level=None)
for statement in sys.argv[2].split(";"):
    ledger.execute(statement)
print("locked", flush=True)
sys.stdin.read()
"""


def test_a_ledger_that_another_process_writes_to_is_still_read(store, small, monkeypatch):
    monkeypatch.setattr("trackagoat_pandas.store.disk.ledger._BUSY_MS", 1)
    store.close()
    whole = store.load("videos", PROJECT)
    with child("-c", LOCK, str(store.archive.ledger.path), "BEGIN EXCLUSIVE") as process:
        assert process.stdout.readline() == "locked\n"
        pd.testing.assert_frame_equal(store.load("videos", PROJECT), whole)
        assert store.verify().empty
        with pytest.raises(StoreBusyError, match=r"ledger\.sqlite' is locked: another program"):
            sync(store, small)
    assert sync(store, small)["error"].isna().all()


def test_a_ledger_that_another_process_keeps_to_itself_is_a_busy_store(store, monkeypatch):
    monkeypatch.setattr("trackagoat_pandas.store.disk.ledger._BUSY_MS", 1)
    whole = store.load("videos", PROJECT)
    store.close()
    alone = "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE"
    with child("-c", LOCK, str(store.archive.ledger.path), alone) as process:
        assert process.stdout.readline() == "locked\n"
        for call in (lambda: store.load("videos", PROJECT), store.verify, store.info):
            with pytest.raises(StoreBusyError, match=r"ledger\.sqlite' is locked"):
                call()
    pd.testing.assert_frame_equal(store.load("videos", PROJECT), whole)


def test_after_a_clock_was_set_back_the_later_list_counts_until_its_time_has_come(tmp_path):
    with tgp.open_store(tmp_path / "program") as store:
        for now in (EVENING, MORNING):
            with tgp.sandbox(days=60, creators=4, videos=60, now=MORNING, rate_limit=None) as box:
                if now == EVENING:
                    box.advance(dt.timedelta(hours=11))
                sync(store, box)
                if now == EVENING:
                    later = store.load("videos", PROJECT)
                    continue
                pd.testing.assert_frame_equal(store.load("videos", PROJECT), later)
                earlier = store.load("videos", PROJECT, as_of=MORNING)
                assert not earlier["view_count"].equals(later["view_count"])
                found = store.verify()
                assert set(found["kind"]) == {"clock set back"}
                assert "videos" in set(found["table"])
                box.advance(dt.timedelta(days=1))
                assert sync(store, box)["error"].isna().all()
                assert not store.load("videos", PROJECT)["view_count"].equals(later["view_count"])
