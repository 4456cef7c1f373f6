"""Entities that the server has no series of any more are left out of a load, with a word."""

from __future__ import annotations

import pytest

import trackagoat_pandas as tgp
from trackagoat_pandas.errors import NoDataWarning, PartialLoadError

PROJECT = "Q1 Brand Program"
MOMENT = "2026-06-01T00:00:00Z"
GONE = "may have been removed: @"


@pytest.fixture
def world():
    with (
        tgp.sandbox(creators=24, days=60, rate_limit=None) as box,
        tgp.connect(sandbox=box, rate_limit=None, progress=False) as client,
    ):
        creators = tgp.load_creators(PROJECT)
        gone = creators[creators["is_active"]].iloc[3]
        remove(box, gone["id"])
        yield client, creators, gone


def remove(box, creator):
    """Remove a creator as if it had been gone for long: the server knows nothing of it any more."""
    gone = {"is_active": 0, "disabled_at": MOMENT, "deleted_at": MOMENT}
    box.database.update("creators", creator, gone)


def views(ids):
    return tgp.load_analytics("creator", ids, ["views", "likes"], dates="last 7 days")


def test_a_removed_creator_is_left_out_and_named(world):
    _, creators, gone = world
    with pytest.warns(NoDataWarning, match=f"{GONE}{gone['tiktok_handle']}"):
        loaded = views(creators)
    others = [id_ for id_ in creators["id"] if id_ != gone["id"]]
    assert list(dict.fromkeys(loaded["entity_id"])) == others
    facts = loaded.goat.provenance
    assert facts["absent"] == [f"@{gone['tiktok_handle']}"]
    assert facts["complete"]
    assert f"@{gone['tiktok_handle']}" in repr(facts)


def test_it_is_named_by_its_handle_also_where_only_ids_are_given(world):
    _, creators, gone = world
    with pytest.warns(NoDataWarning, match=f"{GONE}{gone['tiktok_handle']}"):
        views(creators["id"])


def test_it_is_not_asked_for_again(world):
    client, creators, _ = world
    sent = []
    for _ in range(2):
        before = client.requests_sent
        with pytest.warns(NoDataWarning, match=GONE):
            views(creators)
        sent.append(client.requests_sent - before)
    assert sent[1] == 2  # a request for each metric
    assert sent[0] <= 2 * 11


def test_it_is_asked_for_again_once_it_is_restored(world):
    _, creators, gone = world
    with pytest.warns(NoDataWarning, match=GONE):
        views(creators)
    tgp.actions.reenable_creators(PROJECT, gone["id"])
    assert gone["id"] in set(views(creators)["entity_id"])


def test_one_that_is_asked_for_alone_is_an_error(world):
    _, creators, gone = world
    for _ in range(2):
        with pytest.raises(PartialLoadError, match="Creator not found"):
            views(gone["id"])
    with pytest.warns(NoDataWarning, match=GONE):
        views(creators)
    with pytest.raises(PartialLoadError, match="Creator not found"):
        views(gone["id"])


def test_a_store_gives_no_rows_of_it_either(tmp_path):
    with (
        tgp.sandbox(creators=24, days=60, rate_limit=None) as box,
        tgp.connect(sandbox=box, store=tmp_path, rate_limit=None, progress=False),
    ):
        creators = tgp.load_creators(PROJECT)
        gone = creators.loc[creators["is_active"], "id"].iloc[3]
        assert gone in set(views(creators)["entity_id"])
        remove(box, gone)
        tgp.load_creators(PROJECT)  # which says that it is gone
        with pytest.warns(NoDataWarning, match=GONE):
            assert gone not in set(views(creators)["entity_id"])


def test_an_id_that_no_list_or_accrual_has_is_not_said_to_be_removed(world):
    _, creators, gone = world
    made_up = "0a000000-0000-4000-8000-0000000000ff"
    said = f"nor of 1 id that no loaded list or accrual has: {made_up}. The frame has only"
    with pytest.warns(NoDataWarning, match=f"{GONE}{gone['tiktok_handle']}; {said}"):
        views([*creators["id"], made_up])
    with pytest.warns(NoDataWarning, match="no series of 1 id that no loaded list") as warned:
        views([creators["id"].iloc[0], made_up])
    assert "removed" not in str(warned[0].message)
