from __future__ import annotations

import json

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.acting import CHEAP, PROJECT, acting, client_of
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, NotFoundError


@pytest.fixture(scope="module")
def box():
    with tgp.sandbox(**CHEAP) as sandbox:
        yield sandbox


@pytest.fixture
def client(box):
    with client_of(box) as connected:
        yield connected


def members(client, campaign):
    campaigns = tgp.load_campaigns(PROJECT, client=client).set_index("id")
    return {item["item_id"] for item in json.loads(campaigns.loc[campaign["id"][0], "items"])}


def test_a_campaign_is_the_frame_that_its_loader_gives(client):
    made = tgp.actions.create_campaign(PROJECT, "Hooks", client=client)
    loaded = tgp.load_campaigns(PROJECT, client=client)
    same = loaded[loaded["id"] == made["id"][0]].reset_index(drop=True)
    pd.testing.assert_frame_equal(made, same)


def test_a_campaign_is_made_once_however_often_the_cell_runs(client):
    first, second = (
        tgp.actions.create_campaign(PROJECT, "Once", client=client)["id"][0] for _ in range(2)
    )
    assert first == second
    assert (tgp.load_campaigns(PROJECT, client=client)["name"] == "Once").sum() == 1


def test_a_change_leaves_the_other_fields_and_none_clears(client):
    campaign = tgp.actions.create_campaign(PROJECT, "Goal", client=client)
    aimed = tgp.actions.update_campaign(
        campaign, target_views=5_000, target_at="2026-07-01T00:00:00+02:00", client=client
    )
    cleared = tgp.actions.update_campaign(campaign, target_views=None, client=client)
    assert aimed["target_views"].tolist() == [5_000]
    assert cleared["name"].tolist() == ["Goal"]
    assert cleared["target_views"].isna().all()
    assert cleared["target_at"].tolist() == [pd.Timestamp("2026-06-30T22:00:00Z")]


@pytest.mark.parametrize(
    ("change", "error", "match"),
    [
        ({"name": "x" * 201}, ArgumentError, "201 characters; the limit is 200"),
        ({"name": None}, ArgumentTypeError, "name"),
        ({"target_views": 1.5}, ArgumentTypeError, "whole number"),
        ({"target_at": "2026-07-01"}, ArgumentError, "offset"),
        ({}, ArgumentError, "at least one of name"),
    ],
)
def test_a_change_that_cannot_be_right_is_not_sent(client, change, error, match):
    campaign = tgp.load_campaigns(PROJECT, client=client).head(1)
    before = client.requests_sent
    with pytest.raises(error, match=match):
        tgp.actions.update_campaign(campaign, **change, client=client)
    assert client.requests_sent == before


def test_members_of_all_kinds_come_and_go(client):
    campaign = tgp.actions.create_campaign(PROJECT, "Members", client=client)
    part = tgp.actions.create_campaign(PROJECT, "Part", client=client)
    creators = tgp.load_creators(PROJECT, client=client).head(2)
    videos = tgp.load_videos(PROJECT, client=client).head(1)
    kinds = {"creators": creators, "videos": videos, "campaigns": part}
    added = tgp.actions.add_campaign_items(campaign, **kinds, client=client)
    ids = [*creators["id"], *videos["id"], *part["id"]]
    assert added["item"].tolist() == added["id"].tolist() == ids
    assert added["status"].tolist() == ["created"] * 4
    assert members(client, campaign) == set(ids)
    gone = tgp.actions.remove_campaign_items(campaign, **kinds, confirm=True, client=client)
    assert gone["status"].tolist() == ["deleted"] * 4
    assert members(client, campaign) == set()


def test_a_member_that_is_there_and_a_cycle_fail_with_their_codes(client):
    outer = tgp.actions.create_campaign(PROJECT, "Outer", client=client)
    inner = tgp.actions.create_campaign(PROJECT, "Inner", client=client)
    tgp.actions.add_campaign_items(outer, campaigns=inner, client=client)
    again = tgp.actions.add_campaign_items(
        outer, campaigns=inner, idempotency_key="again", client=client
    )
    cycle = tgp.actions.add_campaign_items(inner, campaigns=outer, client=client)
    assert again["error_code"].tolist() == ["duplicate"]
    assert cycle["error_code"].tolist() == ["campaign_cycle"]


def test_a_lost_answer_puts_a_member_in_once():
    with acting(plan={5: "lost"}) as (client, _):
        campaign = tgp.actions.create_campaign(PROJECT, "Lossy", client=client)
        creators = tgp.load_creators(PROJECT, client=client).head(2)
        assert client.requests_sent == 3
        added = tgp.actions.add_campaign_items(campaign, creators=creators, client=client)
        assert client.requests_sent == 6
        assert members(client, campaign) == set(creators["id"])
    assert added["status"].tolist() == ["created", "created"]


def test_a_campaign_that_is_deleted_cannot_be_changed_any_more(client):
    campaign = tgp.actions.create_campaign(PROJECT, "Gone", client=client)
    gone = tgp.actions.remove_campaigns(campaign, client=client)
    assert gone["status"].tolist() == ["deleted"]
    with pytest.raises(NotFoundError, match="404"):
        tgp.actions.update_campaign(campaign, name="Back", client=client)
