"""A program that works with a store is killed, or its disk fails, at each call that writes.

``strace`` counts the calls of each thread by itself. Making a store, loads of one list, syncs and
compacts write in their first thread. Lists that are asked for one after the other are a fan-out:
another thread keeps their answers, also those of a sync; it has a test of its own here.

With TRACKAGOAT_HEAVY=all every run is killed at each call, and with TRACKAGOAT_HEAVY=1 at each
eighth, beginning at another one every day, so that eight days try all. A disk fails in each of
three ways at the same calls of a load. Of a compact, whose calls repeat for each month of a table,
one call fails in one of the ways and the next one in another; of a sync, which keeps one list after
the other alike, each fifth. A usual run tries a few calls of some kinds.
"""

from __future__ import annotations

import datetime as dt
import itertools
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pytest

import trackagoat_pandas as tgp
from tests.heavy import ALL, HEAVY, every
from tests.support import victims
from tests.support.killing import WRITES, Run, need_strace, stable
from trackagoat_pandas.sandbox import Sandbox
from trackagoat_pandas.store.disk.ledger import LEDGER
from trackagoat_pandas.store.disk.series import Scope

# One of the creators has joined in the days of the sync.
pytestmark = [
    pytest.mark.crash,
    pytest.mark.filterwarnings(
        "ignore:.* reaches beyond the data:trackagoat_pandas.errors.NoDataWarning"
    ),
]

ERRORS = ("ENOSPC", "EIO", "EROFS")
FAILURES = [  # in a usual run each fourth kind of call
    (error, kind)
    for place, kind in list(enumerate(WRITES))[:: every(4)]
    for error in (ERRORS if HEAVY else (ERRORS[place % len(ERRORS)],))
]
KINDS = WRITES if HEAVY else ("pwrite64",)
FEW_ERRORS = ERRORS if HEAVY else ERRORS[:1]
SHARES = {"pwrite64": 4, "openat": 2} if HEAVY else {}
"""Into how many tests the calls of a kind are split, so that several processes share them."""
SHARED = [(kind, share) for kind in KINDS for share in range(SHARES.get(kind, 1))]
PARTS = 8
"""Heavy runs try one of so many calls; runs of all try each."""
BEGIN, FACTOR = 2, 20
"""The first call that a usual run tries, and how much later each one after it is."""


def calls(first: int = 1, step: int = 1) -> Iterator[int]:
    """Count the calls to try, without an end."""
    if ALL:
        return itertools.count(first, step)
    if HEAVY:
        return itertools.count(first, step * PARTS)
    return (BEGIN * FACTOR**n for n in itertools.count())


@pytest.fixture(scope="module")
def box():
    need_strace()
    with Sandbox(creators=10, days=90, rate_limit=None) as made:
        yield made


@pytest.fixture(scope="module")
def loading(box):
    with stable("tests.support.victims:load") as made:
        yield made


class Store:
    """A folder with a store, and what is true of it before and after a run."""

    def __init__(self, folder: Path, box: Sandbox | None = None) -> None:
        self.folder, self.box = folder, box
        self.arguments = (str(folder), box.base_url, box.key) if box else (str(folder),)

    def contents(self) -> list[tuple[str, str, int]]:
        """The snapshots that the ledger names, once all files are seen to be sound."""
        with closing(sqlite3.connect(self.folder / LEDGER)) as ledger:
            assert ledger.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            parts = ledger.execute("SELECT table_name, month, name, rows FROM parts").fetchall()
            lists = ledger.execute("SELECT table_name, params, rows FROM snapshots").fetchall()
        for table, month, name, rows in parts:
            path = str(self.folder / "parts" / table / month / name)
            assert duckdb.read_parquet(path).aggregate("count(*)").fetchall() == [(rows,)]
            assert pl.read_parquet(path).height == rows
        return sorted(lists)

    def load(self) -> tuple[pd.DataFrame, int]:
        """Load what the victim loads; return the frame, and the requests it took."""
        before = self.box.requests
        with victims.connected(*self.arguments) as client:
            frame = tgp.load_videos(victims.PROJECT, client=client)
        return frame, self.box.requests - before

    def flaws(self) -> list[str]:
        """What `verify` finds, but for files that nobody has named yet."""
        with tgp.open_store(self.folder) as store:
            found = store.verify()
        return found.loc[found["kind"] != "unknown file", "problem"].tolist()

    def newest(self) -> State:
        """The newest list of each, and the newest points, apart from how they were loaded."""
        with tgp.open_store(self.folder) as store:
            lists = store.archive.lists
            kept = {(one.path, str(one.params)): one for one in lists.snapshots()}
            frames = {name: plain(lists.read(one)) for name, one in kept.items()}
            points = store.archive.series.load(Scope()).to_pandas()
            return frames | {("points", ""): points}

    def everything(self) -> State:
        """Every list of every moment, and every version of the points."""
        with tgp.open_store(self.folder) as store:
            lists = store.archive.lists
            frames = {(str(one.id), ""): plain(lists.read(one)) for one in lists.snapshots()}
            points = store.archive.series.history(Scope()).to_pandas()
            return frames | {("points", ""): points}

    def unfinished(self) -> int:
        """How many answers of unfinished loads there are."""
        query = "SELECT COUNT(*) FROM answers WHERE load NOT LIKE 'look-ups %'"
        with closing(sqlite3.connect(self.folder / LEDGER)) as ledger:
            return ledger.execute(query).fetchone()[0]


State = dict[tuple[str, str], pd.DataFrame]


def are_equal(one: State, other: State) -> bool:
    return one.keys() == other.keys() and all(one[name].equals(other[name]) for name in one)


def check_typed(ended: Run, folder: Path) -> None:
    """Check that a run ended well, was killed, or raised an error of stores that names a file."""
    # Files that Python or Arrow open for themselves are not of the store.
    is_ours = "openat(" not in ended.struck or str(folder) in ended.struck
    if ended.code and not ended.was_killed and is_ours:
        assert ended.error.startswith("Store"), ended.text
        assert str(folder) in ended.text, ended.text


@pytest.fixture
def store(tmp_path, box):
    made = Store(tmp_path / "program", box)
    made.load()
    return made


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    frame = frame.copy()
    frame.attrs = {}
    return frame


@pytest.mark.parametrize("kind", WRITES[:: every(4)])
def test_a_load_that_is_killed_loses_nothing_and_asks_for_one_page_more_at_most(
    kind, store, loading
):
    whole, requests = store.load()
    loading.run(*store.arguments)
    before = store.contents()
    for number in calls():
        asked = store.box.requests
        ended = loading.run(*store.arguments, fault=f"{kind}:signal=KILL:when={number}")
        assert ended.was_killed or ended.code == 0, ended.text
        between = store.contents()
        again, _ = store.load()
        pd.testing.assert_frame_equal(plain(again), plain(whole))
        # Each load adds the same list: the one that was stopped is there whole, or not at all.
        complete = [*before, before[0]]
        assert between in (before, complete)
        before = store.contents()
        if not ended.was_killed:
            break
        # Once its list is kept, a load is complete, and the next one asks again.
        if between == complete:
            assert store.box.requests - asked <= 2 * requests
        else:
            assert store.box.requests - asked <= requests + 1


@pytest.mark.parametrize(("error", "kind"), FAILURES)
def test_a_disk_that_fails_is_an_error_that_names_the_file_and_loses_nothing(
    error, kind, store, loading
):
    whole, _ = store.load()
    loading.run(*store.arguments)
    before = store.contents()
    for number in calls():
        ended = loading.run(*store.arguments, fault=f"{kind}:error={error}:when={number}")
        between = store.contents()
        again, _ = store.load()
        pd.testing.assert_frame_equal(plain(again), plain(whole))
        # Each load adds the same list: the one that was stopped is there whole, or not at all.
        assert between in (before, [*before, before[0]])
        before = store.contents()
        check_typed(ended, store.folder)
        if not ended.struck:
            break


# A sync, a day after the one before it.


@dataclass(frozen=True, slots=True)
class Day:
    """A store before a sync, and what the sync makes of it by so many requests."""

    folder: Path
    box: Sandbox
    before: State
    after: State
    requests: int

    def copy(self, place: Path) -> Store:
        shutil.copytree(self.folder, place)
        return Store(place, self.box)


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    need_strace()
    place = tmp_path_factory.mktemp("day")
    with Sandbox(creators=3, days=30, rate_limit=None) as box:
        before, after = Store(place / "before", box), Store(place / "after", box)
        victims.sync(*before.arguments)
        box.advance(dt.timedelta(days=1))
        shutil.copytree(before.folder, after.folder)
        asked = box.requests
        victims.sync(*after.arguments)
        asked = box.requests - asked
        yield Day(before.folder, box, before.newest(), after.newest(), asked)


@pytest.fixture(scope="module")
def syncing(day, tmp_path_factory):
    with stable("tests.support.victims:sync") as made:
        place = tmp_path_factory.mktemp("imports") / "program"
        made.run(*day.copy(place).arguments)
        yield made


def check_synced_in_part(store: Store, day: Day) -> bool:
    """Check that each list is as before or as after; return whether all are as after."""
    store.contents()
    assert store.flaws() == []
    between = store.newest()
    assert between.keys() <= day.after.keys()
    for name, frame in between.items():
        assert frame.equals(day.after[name]) or frame.equals(day.before[name]), name
    return are_equal(between, day.after)


def check_synced_again(store: Store, day: Day, asked: int) -> None:
    """Check that the same sync makes the whole of it, by at most one request more."""
    is_done = check_synced_in_part(store, day) and not store.unfinished()
    victims.sync(*store.arguments)
    assert are_equal(store.newest(), day.after)
    assert store.unfinished() == 0
    with tgp.open_store(store.folder) as opened:
        assert opened.verify().empty
    # A sync that was complete is not gone on with: the next one asks for everything.
    most = 2 * day.requests if is_done else day.requests + 1
    assert day.box.requests - asked <= most


def syncs(
    day: Day, syncing, place: Path, fault: str, share: int, step: int
) -> Iterator[tuple[Store, Run, int]]:
    """Sync a copy of the store for each call that a fault hits; also what was asked before."""
    for number in calls(1 + share, step):
        store, asked = day.copy(place / str(number)), day.box.requests
        given = f"{fault}:when={number}"
        ended = syncing.run(*store.arguments, fault=given, thread_only=True)
        yield store, ended, asked
        shutil.rmtree(store.folder)
        if not ended.struck:
            break


@pytest.mark.parametrize(("kind", "share"), SHARED)
def test_a_sync_that_is_killed_loses_nothing_and_asks_for_one_request_more_at_most(
    kind, share, day, syncing, tmp_path
):
    fault, shares = f"{kind}:signal=KILL", SHARES.get(kind, 1)
    for store, ended, asked in syncs(day, syncing, tmp_path, fault, share, shares):
        assert ended.was_killed or ended.code == 0, ended.text
        check_synced_again(store, day, asked)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("error", FEW_ERRORS)
def test_a_sync_whose_disk_fails_says_so_and_goes_on_later(error, kind, day, syncing, tmp_path):
    fault, share = f"{kind}:error={error}", ERRORS.index(error)
    for store, ended, asked in syncs(day, syncing, tmp_path, fault, share, 5):
        check_typed(ended, store.folder)
        check_synced_again(store, day, asked)


# A compact of several snapshots and analytics.


@pytest.fixture(scope="module")
def days(tmp_path_factory):
    """A store that was synced on three days."""
    need_strace()
    store = Store(tmp_path_factory.mktemp("days") / "program")
    with Sandbox(creators=3, days=30, rate_limit=None) as box:
        for _ in range(3):
            victims.sync(str(store.folder), box.base_url, box.key)
            box.advance(dt.timedelta(days=1))
    return store


@pytest.fixture(scope="module")
def compacting(days, tmp_path_factory):
    with stable("tests.support.victims:compact") as made:
        place = tmp_path_factory.mktemp("imports") / "program"
        shutil.copytree(days.folder, place)
        made.run(str(place))
        yield made


def parts_of(store: Store) -> list[tuple[str, str, int]]:
    with tgp.open_store(store.folder) as opened:
        return [(part.table_name, part.month, part.rows) for part in opened.archive.ledger.parts()]


@pytest.fixture(scope="module")
def compacted(days, tmp_path_factory):
    """All that the store holds, and the parts of a compact that nothing stops."""
    whole = days.everything()
    alike = Store(tmp_path_factory.mktemp("alike") / "program")
    shutil.copytree(days.folder, alike.folder)
    victims.compact(*alike.arguments)
    assert are_equal(alike.everything(), whole)
    return whole, parts_of(alike)


def compacts(days: Store, compacted, compacting, place: Path, fault: str, numbers) -> Iterator[Run]:
    """Compact a copy of the store for each call that a fault hits, and check what became of it."""
    whole, parts = compacted
    for number in numbers:
        store = Store(place / str(number))
        shutil.copytree(days.folder, store.folder)
        ended = compacting.run(str(store.folder), fault=f"{fault}:when={number}", thread_only=True)
        yield ended
        check_typed(ended, store.folder)
        store.contents()
        assert store.flaws() == []
        assert are_equal(store.everything(), whole)
        victims.compact(*store.arguments)
        assert are_equal(store.everything(), whole)
        assert parts_of(store) == parts
        with tgp.open_store(store.folder) as opened:
            assert opened.verify().empty
        shutil.rmtree(store.folder)
        if not ended.struck:
            break


@pytest.mark.parametrize("kind", KINDS)
def test_a_compact_that_is_killed_loses_nothing(kind, days, compacted, compacting, tmp_path):
    fault = f"{kind}:signal=KILL"
    for ended in compacts(days, compacted, compacting, tmp_path, fault, calls()):
        assert ended.was_killed or ended.code == 0, ended.text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("error", FEW_ERRORS)
def test_a_compact_whose_disk_fails_says_so_and_loses_nothing(
    error, kind, days, compacted, compacting, tmp_path
):
    numbers, fault = calls(1 + ERRORS.index(error), len(ERRORS)), f"{kind}:error={error}"
    for ended in compacts(days, compacted, compacting, tmp_path, fault, numbers):
        assert not ended.was_killed


# A fan-out, whose answers another thread keeps.


@pytest.fixture(scope="module")
def structures(box):
    with tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False) as client:
        return tgp.load_payout_structures(client=client)["id"].tolist()


@pytest.fixture(scope="module")
def fanning(box, structures, tmp_path_factory):
    with stable("tests.support.victims:fan_out") as made:
        store = Store(tmp_path_factory.mktemp("imports") / "program", box)
        made.run(*store.arguments, *structures)
        yield made


@pytest.mark.parametrize("kind", KINDS)
def test_a_fan_out_that_is_killed_loses_nothing_and_asks_for_one_list_more_at_most(
    kind, box, structures, fanning, tmp_path
):
    whole = Store(tmp_path / "whole", box)
    asked = box.requests
    victims.fan_out(*whole.arguments, *structures)
    requests = box.requests - asked
    assert requests >= len(structures)
    for number in calls():
        store, asked = Store(tmp_path / str(number), box), box.requests
        tgp.open_store(store.folder).close()
        ended = fanning.run(
            *store.arguments, *structures, fault=f"{kind}:signal=KILL:when={number}"
        )
        assert ended.was_killed or ended.code == 0, ended.text
        store.contents()
        assert store.flaws() == []
        is_done = are_equal(store.newest(), whole.newest()) and not store.unfinished()
        victims.fan_out(*store.arguments, *structures)
        assert are_equal(store.newest(), whole.newest())
        most = 2 * requests if is_done else requests + 1
        assert box.requests - asked <= most
        if not ended.struck:
            break


# A new store.


@pytest.fixture(scope="module")
def making(tmp_path_factory):
    need_strace()
    with stable("tests.support.victims:make") as made:
        made.run(str(tmp_path_factory.mktemp("imports") / "program"))
        yield made


@pytest.mark.parametrize("fault", ["signal=KILL", *(f"error={one}" for one in FEW_ERRORS)])
@pytest.mark.parametrize("kind", [*KINDS, "mkdir"])
def test_a_store_whose_making_is_stopped_is_made_by_the_next_one(kind, fault, making, tmp_path):
    for number in calls():
        store = Store(tmp_path / str(number))
        ended = making.run(str(store.folder), fault=f"{kind}:{fault}:when={number}")
        check_typed(ended, store.folder)
        with tgp.open_store(store.folder) as opened:
            assert opened.verify().empty
            assert opened.info().tables.empty
        store.contents()
        if not ended.struck:
            break
