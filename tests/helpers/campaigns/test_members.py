from __future__ import annotations

import json

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import trackagoat_pandas as tgp
from tests.heavy import part
from tests.support.acting import PROJECT, client_of
from trackagoat_pandas.errors import ArgumentError, MissingColumnError
from trackagoat_pandas.helpers.campaigns.members import campaign_members, members_of
from trackagoat_pandas.helpers.formats import in_reading_order

IDS = [f"{place:08x}-0000-4000-8000-000000000000" for place in range(9)]


def campaigns(**items):
    """Campaigns by name, each with its items as ``kind:number`` words."""
    return pd.DataFrame(
        [
            {"id": IDS[place], "name": name, "items": json.dumps([*map(item, words.split())])}
            for place, (name, words) in enumerate(items.items())
        ]
    )


def item(word):
    kind, number = word.split(":")
    return {"item_type": kind, "item_id": IDS[int(number)]}


def rows(members, *names):
    return [tuple(row) for row in members[[*names]].to_numpy(object)]


def test_members_of_nested_campaigns_are_members_at_a_lower_level():
    tree = campaigns(spring="campaign:1 video:5", launch="creator:7 video:5 video:6")
    found = campaign_members(tree, IDS[0])
    assert rows(found, "item_type", "item_id", "level", "is_direct") == [
        ("campaign", IDS[1], 1, True),
        ("video", IDS[5], 1, True),
        ("creator", IDS[7], 2, False),
        ("video", IDS[6], 2, False),
    ]
    assert set(found["campaign_name"]) == {"spring"}


def test_all_campaigns_have_their_rows_where_none_is_named():
    found = campaign_members(campaigns(spring="video:5", launch="video:5", empty=""))
    assert rows(found, "campaign_name", "item_id") == [("spring", IDS[5]), ("launch", IDS[5])]


def test_names_of_members_come_from_the_frames_that_know_them():
    creators = pd.DataFrame({"id": [IDS[7]], "tiktok_handle": ["mia"]})
    videos = pd.DataFrame(
        {"id": [IDS[5]], "title": ["hit"], "creator_id": [None], "tracking_status": "included"}
    )
    tree = campaigns(spring="campaign:1 creator:7 video:5 video:6", launch="")
    found = campaign_members(tree, IDS[0], creators=creators, videos=videos)
    assert found["name"].fillna("?").tolist() == ["launch", "mia", "hit", "?"]


def test_a_creator_brings_the_videos_that_count_once():
    videos = pd.DataFrame(
        {
            "id": IDS[4:7], "title": None, "creator_id": IDS[7],
            "tracking_status": ["included", "pending_review", "direct_add"],
        }
    )  # fmt: skip
    found = campaign_members(campaigns(spring="video:4 creator:7"), videos=videos)
    assert rows(found, "item_id", "level") == [(IDS[4], 1), (IDS[7], 1), (IDS[6], 2)]


def test_a_video_counts_as_in_the_reports_or_is_marked():
    videos = pd.DataFrame(
        {
            "id": IDS[4:7], "title": None, "creator_id": IDS[7], "tracking_status": "included",
            "is_tracking_disabled": [False, True, True],
        }
    )  # fmt: skip
    tree = campaigns(spring="video:5 video:8 creator:7")
    found = campaign_members(tree, videos=videos)
    assert found["item_id"].tolist() == [IDS[5], IDS[8], IDS[7], IDS[4]]
    assert found["is_counted"].astype(object).where(found["is_counted"].notna(), "?").tolist() == [
        False, "?", "?", True,
    ]  # fmt: skip


def test_counted_videos_are_as_many_as_the_leaderboard_says(box):
    with client_of(box):
        board = tgp.load_report("campaign-leaderboard", PROJECT, dates="2025-06-15..2026-06-15")
        members = campaign_members(tgp.load_campaigns(PROJECT), videos=tgp.load_videos(PROJECT))
    counted = members[members["is_counted"].fillna(value=False)].groupby("campaign_id").size()
    reported = board.set_index("campaign_id")["video_count"]
    assert counted.reindex(reported.index, fill_value=0).tolist() == reported.tolist()


LINKS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=8)


@settings(max_examples=part(40, 40, 10), deadline=None)
@given(LINKS)
def test_campaigns_in_circles_are_read_once_and_are_no_members_of_themselves(links):
    words = {f"c{place}": [f"video:{place + 4}"] for place in range(4)}
    for outer, inner in links:
        words[f"c{outer}"].append(f"campaign:{inner}")
    tree = campaigns(**{name: " ".join(each) for name, each in words.items()})
    found = campaign_members(tree)
    assert not found.duplicated(["campaign_id", "item_id"]).any()
    assert (found["campaign_id"] != found["item_id"]).all()
    for place in range(4):
        inside, reached = {place}, [place]
        for outer in reached:
            new = {inner for one, inner in links if one == outer} - inside
            inside |= new
            reached += new
        own = found[(found["campaign_id"] == IDS[place]) & (found["item_type"] == "video")]
        assert set(own["item_id"]) == {IDS[one + 4] for one in inside}
        assert members_of(tree, IDS[place]).videos == set(own["item_id"])


def test_an_unknown_campaign_and_an_empty_frame_have_no_members():
    tree = campaigns(spring="video:5")
    full, empty = campaign_members(tree), campaign_members(tree, IDS[8])
    assert len(empty) == 0
    assert full.dtypes.to_dict() == empty.dtypes.to_dict()
    assert len(campaign_members(tree.head(0))) == 0


def test_columns_are_in_the_order_in_which_people_read():
    found = campaign_members(campaigns(spring="video:5"))
    assert [*found] == in_reading_order(found)


def test_kinds_that_are_not_known_are_left_out():
    tree = campaigns(spring="video:5")
    tree["items"] = json.dumps([{"item_type": "hashtag", "item_id": "x"}, item("video:5")])
    assert campaign_members(tree)["item_id"].tolist() == [IDS[5]]


@pytest.mark.parametrize("items", ["[", "{}", "[1]", "5"])
def test_items_that_are_no_lists_are_refused(items):
    with pytest.raises(ArgumentError, match="items: the column must hold lists of items in JSON"):
        campaign_members(pd.DataFrame({"id": [IDS[0]], "items": [items]}))


def test_videos_must_say_whose_they_are():
    with pytest.raises(MissingColumnError, match="creator_id"):
        campaign_members(campaigns(spring=""), videos=pd.DataFrame({"id": ["v"]}))
