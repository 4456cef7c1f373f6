from __future__ import annotations

import json

import pandas as pd
import pytest

from tests.support.campaign_frames import IDS, campaigns
from trackagoat_pandas.errors import ArgumentError, UnknownCampaignError
from trackagoat_pandas.helpers.campaigns.tree import campaign_tree


def rows(tree, *names):
    return [tuple(row) for row in tree[[*names]].to_numpy(object)]


def test_campaigns_follow_the_one_that_they_are_in():
    tree = campaign_tree(
        campaigns(
            other="", spring="campaign:2 creator:mia campaign:3", teasers="video:v", launch=""
        )
    )
    assert rows(tree, "tree_path", "depth", "direct_members", "nested_members", "place") == [
        ("other", 0, 0, 0, "first"),
        ("spring", 0, 3, 1, "first"),
        ("spring / teasers", 1, 1, 0, "first"),
        ("spring / launch", 1, 0, 0, "first"),
    ]
    assert rows(tree.loc[[1]], "campaigns", "creators", "listed_videos") == [(2, 1, 1)]
    assert tree["parent_id"].fillna("").tolist() == ["", "", IDS[1], IDS[1]]
    assert tree.attrs["trackagoat"]["note"] == (
        "4 campaigns, 2 of them at the top, down to 1 level below"
    )


def test_a_campaign_in_several_others_is_listed_again_without_what_is_inside_it():
    tree = campaign_tree(campaigns(a="campaign:2", b="campaign:2", shared="campaign:3", deep=""))
    assert rows(tree, "tree_path", "place") == [
        ("a", "first"),
        ("a / shared", "first"),
        ("a / shared / deep", "first"),
        ("b", "first"),
        ("b / shared", "again"),
    ]


def test_campaigns_in_a_circle_have_a_row_that_says_so():
    tree = campaign_tree(campaigns(a="campaign:1", b="campaign:2 campaign:1", c="campaign:0"))
    assert rows(tree, "tree_path", "place", "campaigns") == [
        ("a", "first", 2),
        ("a / b", "first", 2),
        ("a / b / c", "first", 2),
        ("a / b / c / a", "circle", 2),
        ("a / b / b", "circle", 2),
    ]
    assert "at 2 places a campaign is inside itself" in tree.attrs["trackagoat"]["note"]


def test_a_campaign_that_the_frame_does_not_have_is_listed_without_numbers():
    tree = campaign_tree(campaigns(a="campaign:7"))
    assert rows(tree, "tree_path", "campaign_id") == [("a", IDS[0]), ("a / 00000007", IDS[7])]
    assert tree.loc[1, ["campaign_name", "direct_members", "creators"]].isna().all()
    assert tree.attrs["trackagoat"]["note"].endswith("; of 1 the frame has no row")


def test_a_tree_begins_with_the_campaigns_that_are_named():
    frame = campaigns(spring="campaign:1", teasers="campaign:2", deep="", other="")
    assert campaign_tree(frame, "Teasers")["tree_path"].tolist() == ["teasers", "teasers / deep"]
    # One that is inside another of them stands there, and not at the top as well.
    assert campaign_tree(frame, [IDS[2], IDS[0]])["tree_path"].tolist() == [
        "spring", "spring / teasers", "spring / teasers / deep",
    ]  # fmt: skip
    with pytest.raises(UnknownCampaignError, match="no campaign is called 'summer'"):
        campaign_tree(frame, "summer")


def test_a_long_path_has_its_first_and_its_last_names():
    names = {f"c{place}": f"campaign:{place + 1}" for place in range(30)}
    path = campaign_tree(campaigns(**names, last=""))["tree_path"].iloc[-1]
    assert path == "c0 / … / c22 / c23 / c24 / c25 / c26 / c27 / c28 / c29 / last"


def test_hundreds_of_levels_and_a_ladder_of_diamonds_are_walked_once():
    size = 300
    ids = [f"{place:08x}-0000-4000-8000-00000000e000" for place in range(size)]
    # Each campaign is twice in the one above it, by way of two others: 2 ** 100 paths.
    inside = [[place + 1, place + 2] for place in range(size - 2)] + [[size - 1], []]
    items = [
        json.dumps([{"item_type": "campaign", "item_id": ids[one]} for one in own])
        for own in inside
    ]
    tree = campaign_tree(pd.DataFrame({"id": ids, "items": items}))
    assert len(tree) == sum(map(len, inside)) + 1
    assert tree["depth"].max() == size - 1


def test_null_items_numbers_as_ids_and_repeated_rows_are_read():
    items = [
        json.dumps([{"item_type": "campaign", "item_id": 2}, {"item_type": "video"}]), None,
        json.dumps([{"item_type": "video", "item_id": None}]), None,
    ]  # fmt: skip
    frame = pd.DataFrame({"id": [1, 2, 3, 2], "items": items})
    tree = campaign_tree(frame)
    assert rows(tree, "campaign_id", "depth", "direct_members") == [
        ("1", 0, 1), ("2", 1, 0), ("3", 0, 0),
    ]  # fmt: skip


def test_no_campaigns_have_no_tree():
    full, empty = campaign_tree(campaigns(a="")), campaign_tree(campaigns())
    assert len(empty) == 0
    assert full.dtypes.to_dict() == empty.dtypes.to_dict()
    assert empty.attrs["trackagoat"]["note"] == "No campaigns"


@pytest.mark.parametrize("items", ["[", "{}", "[1]", "[null]"])
def test_items_that_are_no_lists_are_refused(items):
    with pytest.raises(ArgumentError, match="items: the column must hold lists of items in JSON"):
        campaign_tree(pd.DataFrame({"id": [IDS[0]], "items": [items]}))
