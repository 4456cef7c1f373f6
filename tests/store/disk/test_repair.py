"""Repairing a store: what is damaged is dropped and asked for again, and nothing else is."""

from __future__ import annotations

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.relays import Relay
from tests.support.snapshots import HOUR, NOON, counts, keep, videos
from trackagoat_pandas.errors import StoreDamagedError, StoreMissingError

DATES = "2026-03-10..2026-05-20"
PROJECT = "Summer Launch"


@pytest.fixture
def store(tmp_path):
    with tgp.open_store(tmp_path / "program") as opened:
        yield opened


def client_of(box, store=None, app=None):
    return tgp.connect(
        box.key,
        base_url=box.base_url,
        transport=app or box.app,
        rate_limit=None,
        progress=False,
        store=store,
    )


def file_of(store, table, month):
    (part,) = store.archive.ledger.parts(table, [month])
    return store.path / part.path


def spoil(file, how):
    if how == "deleted":
        file.unlink()
    elif how == "cut short":
        file.write_bytes(file.read_bytes()[:100])
    else:
        content = bytearray(file.read_bytes())
        content[50] ^= 255
        file.write_bytes(content)


@pytest.mark.parametrize("how", ["deleted", "cut short", "changed"])
def test_series_with_days_in_a_damaged_part_are_asked_for_again(box, store, how):
    with client_of(box):
        creators = tgp.load_creators(PROJECT)
        whole = tgp.load_analytics("creator", creators, ["views", "likes"], dates=DATES)
    asked = {"entity": "creator", "ids": creators, "metrics": ["views", "likes"], "dates": DATES}
    asked["spot_checks"] = 0
    with client_of(box, store):
        tgp.load_analytics(**asked)
    before = {part.name for part in store.archive.ledger.parts()}
    spoil(file := file_of(store, "analytics", "2026-04"), how)
    (found,) = store.verify(repair=True)["kind"]
    assert found == "damaged part"
    assert store.verify().empty
    assert before - {part.name for part in store.archive.ledger.parts()} == {file.name}
    relay = Relay(box.app, lambda _request, go_on: go_on())
    with client_of(box, store, app=relay) as client:
        again = tgp.load_analytics(**asked)
        days = {(one.query["from"], one.query["to"]) for one in relay.asked if "from" in one.query}
        assert days == {tuple(DATES.split(".."))}
        assert {"2026-04"} == {
            part.month for part in store.archive.ledger.parts() if part.name not in before
        }
        sent = client.requests_sent
        at_last = tgp.load_analytics(**asked)
        assert client.requests_sent == sent
    pd.testing.assert_frame_equal(again, whole)
    pd.testing.assert_frame_equal(at_last, whole)


def test_the_file_of_a_damaged_part_is_moved_aside(store):
    keep(store.archive, videos({"view_count": 1}))
    spoil(file := file_of(store, "videos", "2026-06"), "cut short")
    content = file.read_bytes()
    store.verify(repair=True)
    assert not file.exists()
    assert (store.path / "damaged" / file.name).read_bytes() == content


def test_only_the_lists_in_a_damaged_part_are_dropped(store):
    for hour in range(3):
        keep(store.archive, videos({"view_count": hour}), NOON + hour * HOUR)
    keep(store.archive, videos({"view_count": 2}), NOON + 3 * HOUR)
    _, second, _ = store.archive.ledger.parts("videos")
    spoil(store.path / second.path, "deleted")
    with pytest.raises(StoreDamagedError, match=r"verify\(repair=True\) drops just that"):
        store.load("videos", as_of=NOON + HOUR)
    store.verify(repair=True)
    assert [one.observed_at.hour for one in store.archive.lists.snapshots()] == [12, 14, 15]
    assert counts(store.archive, NOON + HOUR) == [0]
    assert counts(store.archive) == [2]


def test_of_a_merged_part_only_lists_that_are_short_of_rows_are_dropped(store):
    for hour in range(3):
        keep(store.archive, videos({"view_count": hour}), NOON + hour * HOUR)
    store.compact()
    with store.archive.ledger.transaction() as connection:
        connection.execute("UPDATE snapshots SET content = 5 WHERE id = 2")
    assert store.verify(repair=True)["kind"].tolist() == ["missing rows"]
    assert store.verify().empty
    assert counts(store.archive, NOON) == counts(store.archive, NOON + HOUR) == [0]
    assert counts(store.archive) == [2]


def test_without_damage_nothing_changes(box, store):
    with client_of(box, store):
        tgp.load_analytics("creator", tgp.load_creators(PROJECT), "views", dates=DATES)
    tables = ("parts", "snapshots", "coverage", "labels")
    before = [list(map(tuple, store.archive.ledger.rows(f"SELECT * FROM {t}"))) for t in tables]
    assert store.verify(repair=True).empty
    after = [list(map(tuple, store.archive.ledger.rows(f"SELECT * FROM {t}"))) for t in tables]
    assert before == after
    assert not (store.path / "damaged").exists()


def test_what_was_dropped_is_missing_until_it_is_loaded_again(box, store):
    with client_of(box, store):
        projects = tgp.load_projects()
        (file,) = store.path.glob("parts/projects/*/*.parquet")
        spoil(file, "deleted")
        store.verify(repair=True)
        with pytest.raises(StoreMissingError, match="It has no such lists"):
            store.load("projects")
        tgp.load_projects()
    pd.testing.assert_frame_equal(store.load("projects"), projects)
