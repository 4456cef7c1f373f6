from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.support.campaign_frames import IDS, campaigns, videos
from trackagoat_pandas.errors import MissingColumnError
from trackagoat_pandas.helpers.campaigns import overlap as module
from trackagoat_pandas.helpers.campaigns.overlap import member_overlap


def test_pairs_share_listed_creators_authors_and_counted_posts():
    tree = campaigns(a="creator:mia", b="video:v1 creator:ben", c="creator:ben", d="video:v4")
    posts = videos(("v1", "mia", 1), ("v2", "mia", 1), ("v3", "ben", 1), ("v4", None, 1))
    found = member_overlap(tree, posts)
    columns = ["campaign_a_name", "campaign_b_name", "shared_creators", "shared_videos"]
    assert found[columns].to_numpy(object).tolist() == [["a", "b", 1, 1], ["b", "c", 1, 1]]
    note = found.attrs["trackagoat"]["note"]
    assert note == "2 of 6 pairs of campaigns share creators or posts"


def test_a_pair_may_share_creators_alone():
    tree = campaigns(a="video:v1 creator:zoe", b="video:v2 creator:zoe")
    found = member_overlap(tree, videos(("v1", "mia", 1), ("v2", "mia", 1)))
    assert found[["shared_creators", "shared_videos"]].to_numpy().tolist() == [[2, 0]]


def test_the_older_campaign_comes_first_whatever_the_order_of_rows():
    tree = campaigns(a="creator:mia", b="creator:mia", c="creator:mia")
    tree["created_at"] = pd.to_datetime(["2026-03-01", "2026-01-01", None], utc=True)
    for frame in (tree, tree.iloc[::-1]):
        found = member_overlap(frame, videos(("v1", "mia", 1)))
        pairs = found[["campaign_a_name", "campaign_b_name"]].to_numpy().tolist()
        assert pairs == [["b", "a"], ["b", "c"], ["a", "c"]]


def test_a_campaign_shares_all_it_has_with_those_above_it_also_in_a_circle():
    tree = campaigns(a="campaign:1", b="campaign:0 video:v1")
    found = member_overlap(tree, videos(("v1", "mia", 1)))
    assert found[["shared_creators", "shared_videos"]].to_numpy().tolist() == [[1, 1]]


def test_counts_are_the_same_in_whatever_parts_they_are_multiplied(monkeypatch):
    dice = np.random.default_rng(1)
    size = 60
    posts = videos(*((f"v{place}", f"c{place % 7}", 1) for place in range(size)))
    tree = campaigns(
        **{
            f"k{place}": " ".join(f"video:v{one}" for one in dice.integers(0, size, 20))
            for place in range(9)
        }
    )
    whole = member_overlap(tree, posts)
    for step in (1, 7, 59, 60):
        monkeypatch.setattr(module, "_AT_ONCE", step)
        pd.testing.assert_frame_equal(member_overlap(tree, posts), whole)


def test_campaigns_of_two_projects_are_compared_as_well():
    tree = campaigns(a="creator:mia", b="creator:mia").assign(project_id=["p", "q"])
    found = member_overlap(tree, videos(("v1", "mia", 1)))
    assert found[["campaign_a", "campaign_b"]].to_numpy().tolist() == [IDS[:2]]


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_campaigns_share_nothing(count):
    tree, posts = campaigns(a="creator:mia", b="creator:mia"), videos(("v1", "mia", 1))
    full, empty = member_overlap(tree, posts), member_overlap(tree.head(count), posts)
    assert len(empty) == 0
    assert full.dtypes.to_dict() == empty.dtypes.to_dict()
    none = member_overlap(tree.assign(items=None), posts.head(0))
    assert len(none) == 0
    assert full.dtypes.to_dict() == none.dtypes.to_dict()


def test_a_missing_column_is_named():
    with pytest.raises(MissingColumnError, match="creator_id"):
        member_overlap(campaigns(a=""), videos().drop(columns="creator_id"))
