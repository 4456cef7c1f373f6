from __future__ import annotations

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.acting import PROJECT, connected

client = pytest.fixture(scope="module")(connected)


def notes_of(client):
    return tgp.load_annotations(PROJECT, dates="2026", client=client).set_index("id")


def test_a_note_on_a_project_is_the_frame_that_its_loader_gives(client):
    made = tgp.actions.annotate(
        pd.Timestamp("2026-06-10"), "New brief", kind="launch", project=PROJECT, client=client
    )
    loaded = notes_of(client).loc[made["id"]].reset_index()[list(made)]
    pd.testing.assert_frame_equal(made, loaded)
    assert made["date"].tolist() == [pd.Timestamp("2026-06-10")]


def test_a_note_on_a_creator_finds_its_project(client):
    creator = tgp.load_creators(PROJECT, client=client).iloc[0]
    made = tgp.actions.annotate(
        "2026-06-10", "Ill", entity="creator", entity_id=creator["id"], client=client
    )
    assert made["project_id"].tolist() == [creator["project_id"]]
    assert made[["entity", "entity_id"]].to_numpy().tolist() == [["creator", creator["id"]]]


def test_a_note_on_a_creator_by_its_handle_is_found_by_it(client):
    creator = tgp.load_creators(PROJECT, client=client).iloc[1]
    handle = f"@{creator['tiktok_handle']}"
    made = tgp.actions.annotate(
        "2026-06-13", "Back", entity="creator", entity_id=handle, client=client
    )
    assert made["entity_id"].tolist() == [creator["id"]]
    found = tgp.load_annotations(
        entity="creator", entity_id=handle, dates="2026-06-13", client=client
    )
    assert found["label"].tolist() == ["Back"]


def test_a_note_is_changed_and_deleted(client):
    note = tgp.actions.annotate("2026-06-11", "Typo", project=PROJECT, client=client)
    changed = tgp.actions.update_annotation(note, label="Right", date="2026-06-12", client=client)
    assert changed["label"].tolist() == ["Right"]
    assert changed["date"].tolist() == [pd.Timestamp("2026-06-12")]
    assert changed["kind"].tolist() == note["kind"].tolist()
    gone = tgp.actions.remove_annotations(note, client=client)
    assert gone["status"].tolist() == ["deleted"]
    assert note["id"][0] not in notes_of(client).index
