"""The history of a store's rows, with the names that its lists know."""

from __future__ import annotations

import pytest

import trackagoat_pandas as tgp
from tests.support.snapshots import HOUR, NOON
from trackagoat_pandas.errors import IncompleteFrameWarning
from trackagoat_pandas.helpers.formats import in_reading_order
from trackagoat_pandas.tables import CREATORS, PAYOUT_ACCRUALS, PAYOUT_STRUCTURES, VIDEOS

PROJECT = "Q1 Brand Program"


def keep(store, table, frame, moment=NOON):
    facts = frame.attrs["trackagoat"]
    return store.archive.lists.keep(table, facts["path"], facts["params"], frame, moment)


@pytest.fixture
def store(client, tmp_path):
    """A store with the creators and the videos of the demo program, the videos of two moments."""
    with tgp.open_store(tmp_path / "program") as opened:
        keep(opened, CREATORS, tgp.load_creators(PROJECT))
        videos = tgp.load_videos(PROJECT)
        keep(opened, VIDEOS, videos)
        more = videos.assign(view_count=videos["view_count"] + 1)
        keep(opened, VIDEOS, more, NOON + HOUR)
        yield opened


def creators_file(store):
    (part,) = store.archive.ledger.parts("creators")
    return store.path / part.path


def test_names_come_first_and_ids_last(store):
    found = store.history("videos", columns=["view_count"])
    assert found.columns.tolist() == [
        "tiktok_handle", "title", "observed_at", "view_count", "id",
    ]  # fmt: skip
    everything = store.history("videos")
    assert everything.columns.tolist() == in_reading_order(everything.columns)
    assert {"tiktok_handle", "creator_id", "metadata"} <= set(everything)


def test_the_handles_are_those_of_the_videos_creators(store):
    handles = tgp.load_creators(PROJECT).set_index("id")["tiktok_handle"]
    found = store.history("videos", columns=["creator_id"])
    assert found.columns.tolist() == ["tiktok_handle", "title", "observed_at", "creator_id", "id"]
    is_listed = found["creator_id"].isin(handles.index)
    expected = found["creator_id"].map(handles)[is_listed]
    assert found["tiktok_handle"][is_listed].tolist() == expected.tolist()
    assert found["tiktok_handle"][~is_listed].isna().all()
    assert is_listed.mean() > 0.9
    arrows = store.history("videos", columns=["creator_id"], dtype_backend="pyarrow")
    assert arrows["tiktok_handle"].dropna().tolist() == expected.tolist()


def test_other_rows_have_the_newest_handle_and_creators_the_one_of_each_moment(store):
    creators = tgp.load_creators(PROJECT)
    first = creators["id"].iloc[0]
    renamed = creators.assign(tiktok_handle="new_" + creators["tiktok_handle"])
    keep(store, CREATORS, renamed, NOON + HOUR)
    old = creators["tiktok_handle"].iloc[0]
    assert store.history("creators", first)["tiktok_handle"].tolist() == [old, f"new_{old}"]
    videos = store.history("videos", columns=["creator_id", "view_count"])
    assert set(videos.loc[videos["creator_id"] == first, "tiktok_handle"]) == {f"new_{old}"}


def test_a_removed_creator_keeps_the_handle(store):
    creators = tgp.load_creators(PROJECT)
    keep(store, CREATORS, creators.iloc[1:], NOON + HOUR)
    assert creators["tiktok_handle"].iloc[0] in set(store.history("videos")["tiktok_handle"])


def test_accruals_have_the_names_of_their_creators_and_rules(store):
    keep(store, PAYOUT_ACCRUALS, tgp.load_payout_accruals(PROJECT))
    keep(store, PAYOUT_STRUCTURES, tgp.load_payout_structures(PROJECT))
    found = store.history("payout_accruals", columns=["amount_cents"])
    assert found.columns.tolist() == [
        "tiktok_handle", "structure_name", "observed_at", "amount_cents", "id",
    ]  # fmt: skip
    names = tgp.load_payout_structures(PROJECT)["name"]
    assert set(found["structure_name"]) <= set(names)
    assert found["tiktok_handle"].notna().mean() > 0.9


def test_the_times_are_shown_in_the_organizations_zone(store):
    found = store.history("videos", columns=["view_count"])
    assert found.attrs["trackagoat"]["timezone"] == "America/New_York"
    assert "Observed (America/New_York)" in repr(found.goat.show(2))


def test_a_damaged_list_of_names_costs_the_names_alone(store):
    creators_file(store).unlink()
    with pytest.warns(IncompleteFrameWarning, match=r"has no names of creators: the file .* is"):
        found = store.history("videos", columns=["view_count"])
    assert found.columns.tolist() == ["title", "observed_at", "view_count", "id"]
    assert len(found) == 2 * len(tgp.load_videos(PROJECT))
