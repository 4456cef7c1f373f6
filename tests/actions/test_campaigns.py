from __future__ import annotations

import json

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.acting import PROJECT, connected
from trackagoat_pandas.errors import ArgumentTypeError, NotFoundError

client = pytest.fixture(scope="module")(connected)


def members(client, campaign):
    campaigns = tgp.load_campaigns(PROJECT, client=client).set_index("id")
    return {item["item_id"] for item in json.loads(campaigns.loc[campaign["id"][0], "items"])}


def test_a_campaign_is_the_frame_that_its_loader_gives(client):
    made = tgp.actions.create_campaign(PROJECT, "Hooks", client=client)
    loaded = tgp.load_campaigns(PROJECT, client=client)
    same = loaded[loaded["id"] == made["id"][0]].reset_index(drop=True)
    pd.testing.assert_frame_equal(made, same)


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


def test_a_campaign_that_is_deleted_cannot_be_changed_any_more(client):
    campaign = tgp.actions.create_campaign(PROJECT, "Gone", client=client)
    gone = tgp.actions.remove_campaigns(campaign, client=client)
    assert gone["status"].tolist() == ["deleted"]
    with pytest.raises(NotFoundError, match="404"):
        tgp.actions.update_campaign(campaign, name="Back", client=client)


def test_a_wrong_dry_run_is_refused_before_a_name_is_looked_up():
    with tgp.connect(sandbox=True, rate_limit=None) as fresh:
        with pytest.raises(ArgumentTypeError, match="dry_run"):
            tgp.actions.update_campaign("Unboxed", name="Boxed", dry_run="yes", client=fresh)
        assert fresh.requests_sent == 0
