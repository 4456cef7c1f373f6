"""A program that works with a store is killed, or its disk fails, at each call that writes."""

from __future__ import annotations

import itertools
import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pytest

import trackagoat_pandas as tgp
from tests import victims
from tests.heavy import every
from tests.killing import WRITES, need_strace, stable
from trackagoat_pandas.archive.ledger import LEDGER
from trackagoat_pandas.sandbox import Sandbox


@pytest.fixture(scope="module")
def box():
    need_strace()
    with Sandbox(creators=10, days=90, rate_limit=None) as made:
        yield made


@pytest.fixture(scope="module")
def loading(box):
    with stable("tests.victims:load") as made:
        yield made


class Store:
    """A folder with a store, and what is true of it before and after a run."""

    def __init__(self, folder: Path, box: Sandbox) -> None:
        self.folder, self.box = folder, box
        self.arguments = (str(folder), box.base_url, box.key)

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


@pytest.fixture
def store(tmp_path, box):
    made = Store(tmp_path / "program", box)
    made.load()
    return made


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    frame = frame.copy()
    frame.attrs = {}
    return frame


@pytest.mark.parametrize("kind", WRITES)
def test_a_load_that_is_killed_loses_nothing_and_asks_for_one_page_more_at_most(
    kind, store, loading
):
    whole, requests = store.load()
    loading.run(*store.arguments)
    before = store.contents()
    for number in itertools.count(1, every(5)):
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


@pytest.mark.parametrize("kind", WRITES)
@pytest.mark.parametrize("error", ["ENOSPC", "EIO", "EROFS"])
def test_a_disk_that_fails_is_an_error_that_names_the_file_and_loses_nothing(
    error, kind, store, loading
):
    whole, _ = store.load()
    loading.run(*store.arguments)
    before = store.contents()
    for number in itertools.count(1, every(5)):
        ended = loading.run(*store.arguments, fault=f"{kind}:error={error}:when={number}")
        between = store.contents()
        again, _ = store.load()
        pd.testing.assert_frame_equal(plain(again), plain(whole))
        # Each load adds the same list: the one that was stopped is there whole, or not at all.
        assert between in (before, [*before, before[0]])
        before = store.contents()
        if ended.code == 0:
            break
        assert ended.error.startswith("Store"), ended.text
        assert str(store.folder) in ended.text
