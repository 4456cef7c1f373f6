from __future__ import annotations

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.acting import PROJECT, client_of
from tests.support.campaign_frames import IDS, campaigns, videos
from trackagoat_pandas.errors import ArgumentError, ContractWarning, MissingColumnError
from trackagoat_pandas.helpers.campaigns.posts import campaign_videos


def test_a_video_that_is_reached_in_several_ways_is_there_once():
    tree = campaigns(spring="campaign:1 creator:mia video:v1", launch="creator:mia video:v2")
    posts = videos(("v1", "mia", 1), ("v2", None, 2), ("v3", "zoe", 3))
    found = campaign_videos(tree, posts)
    assert found.groupby("campaign_name")["id"].agg(set).to_dict() == {
        "spring": {"v1", "v2"},
        "launch": {"v1", "v2"},
    }
    assert len(found) == 4
    assert set(campaign_videos(tree, posts, "launch")["campaign_id"]) == {IDS[1]}


def test_all_columns_of_the_videos_stay_so_that_helpers_of_posts_can_read_them():
    tree = campaigns(a="creator:mia", b="creator:mia")
    posts = videos(("v1", "mia", 5), ("v2", "mia", 7), mine=["x", "y"])
    found = campaign_videos(tree, posts)
    assert {*posts.columns} < {*found.columns}
    assert found["mine"].tolist() == ["x", "y"] * 2
    assert tgp.view_distribution(found)["posts"].tolist() == [2]
    assert found[posts.columns].dtypes.to_dict() == posts.dtypes.to_dict()


def test_only_counted_videos_are_there_and_the_newest_row_decides():
    posts = videos(("v1", "mia", 1), ("v2", "mia", 2), ("v3", "mia", 3), ("v1", "mia", 9))
    posts["tracking_status"] = ["included", "pending_review", "included", "included"]
    posts["is_tracking_disabled"] = [False, False, True, None]
    found = campaign_videos(campaigns(a="creator:mia video:v2"), posts)
    assert found[["id", "view_count"]].to_numpy(object).tolist() == [["v1", 9]]


def test_videos_in_doubt_are_left_out_with_a_warning():
    posts = videos(("v1", "mia", 1), ("v2", "mia", 2)).assign(tracking_status=["included", "new"])
    with pytest.warns(ContractWarning, match="'new' \\(1\\).*They are left out"):
        found = campaign_videos(campaigns(a="creator:mia"), posts)
    assert found["id"].tolist() == ["v1"]


def test_members_that_no_frame_has_and_unknown_campaigns_add_nothing():
    tree = campaigns(a="video:gone creator:gone campaign:7", b="campaign:0 video:v1")
    posts = videos(("v1", "mia", 1))
    assert campaign_videos(tree, posts)["campaign_name"].tolist() == ["b"]
    assert campaign_videos(tree, posts, IDS[9]).empty


def test_ids_that_are_numbers_are_matched_as_texts():
    tree = pd.DataFrame({"id": [7], "items": ['[{"item_type": "creator", "item_id": 5}]']})
    posts = videos(("v1", None, 1)).assign(id=[11], creator_id=[5])
    assert campaign_videos(tree, posts)[["id", "campaign_id"]].to_numpy().tolist() == [[11, "7"]]
    with pytest.raises(ArgumentError, match="id: the column must hold text"):
        campaign_videos(tree, posts.assign(id=[11.0]))


def test_nothing_has_no_videos_but_all_columns():
    tree, posts = campaigns(a="creator:mia"), videos(("v1", "mia", 1))
    full = campaign_videos(tree, posts)
    for empty in (campaign_videos(tree.head(0), posts), campaign_videos(tree, posts.head(0))):
        assert len(empty) == 0
        assert full.dtypes.to_dict() == empty.dtypes.to_dict()


def test_a_missing_column_is_named():
    with pytest.raises(MissingColumnError, match="items"):
        campaign_videos(campaigns(a="").drop(columns="items"), videos())
    with pytest.raises(MissingColumnError, match="tracking_status"):
        campaign_videos(campaigns(a=""), videos().drop(columns="tracking_status"))


def test_they_are_the_counted_members_and_keep_their_provenance(box):
    with client_of(box):
        tree, posts = tgp.load_campaigns(PROJECT), tgp.load_videos(PROJECT)
    found, members = campaign_videos(tree, posts), tgp.campaign_members(tree, videos=posts)
    counted = members[members["is_counted"].fillna(value=False)]
    assert set(zip(found["campaign_id"], found["id"], strict=True)) == set(
        zip(counted["campaign_id"], counted["item_id"], strict=True)
    )
    assert found.attrs["trackagoat"]["path"] == posts.attrs["trackagoat"]["path"]


def test_videos_without_an_id_are_of_no_campaign():
    posts = videos(("v1", "mia", 1), (None, "mia", 2), (None, "mia", 3))
    assert campaign_videos(campaigns(spring="creator:mia"), posts)["id"].tolist() == ["v1"]
