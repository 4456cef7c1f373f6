from __future__ import annotations

import json
import warnings

import pandas as pd
import pytest

from tests.support.campaign_frames import IDS, NOW, campaigns, videos
from tests.support.payout_frames import accrual, accruals
from trackagoat_pandas.errors import ArgumentError, ContractWarning, MismatchedFramesWarning
from trackagoat_pandas.helpers.campaigns.comparison import compare_campaigns
from trackagoat_pandas.helpers.campaigns.overlap import member_overlap
from trackagoat_pandas.helpers.campaigns.posts import campaign_videos
from trackagoat_pandas.helpers.campaigns.summaries import summarize_campaigns

POSTS = (("v1", "mia", 100), ("v2", "mia", 300), ("v3", "ben", 50), ("v4", None, 20))


def summary(tree, posts=None, **options):
    posts = videos(*POSTS) if posts is None else posts
    return summarize_campaigns(tree, posts, **{"now": NOW, **options}).set_index("campaign_name")


def with_target(tree, views=1_000, at="2026-07-18T19:00Z", created="2026-05-19T19:00Z"):
    days = {"target_at": at, "created_at": created}
    tree = tree.assign(target_views=pd.array([views] * len(tree), "Int64"))
    return tree.assign(
        **{name: pd.to_datetime([day] * len(tree), utc=True) for name, day in days.items()}
    )


def test_a_post_counts_once_and_beside_it_as_often_as_a_recursive_sum_reaches_it():
    tree = campaigns(
        top="campaign:1 campaign:2 video:v1", left="creator:mia", right="creator:mia video:v4"
    )
    found = summary(tree)
    names = ["posts", "views", "posts_added_up", "views_added_up", "creators", "median_views"]
    assert found.loc["top", names].tolist() == [3, 420, 6, 920, 1, 100.0]
    assert found.loc["right", names].tolist() == [3, 420, 3, 420, 1, 100.0]
    assert found.index.tolist() == ["top", "right", "left"]
    assert found.attrs["trackagoat"]["note"] == (
        "3 campaigns with 3 posts and 420 views, each post counted once; the rows add up to "
        "1,240 views"
    )


def test_engagement_is_that_of_posts_with_all_counts():
    posts = videos(*POSTS)
    posts.loc[1, "save_count"] = pd.NA
    assert summary(campaigns(a="creator:mia"), posts)["engagement_rate_by_views"].tolist() == [4.0]


def test_campaigns_in_a_circle_have_a_union_and_no_recursive_sum():
    tree = campaigns(a="campaign:1", b="campaign:0 video:v1", above="campaign:0", apart="video:v3")
    found = summary(tree)
    assert found["posts"].to_dict() == {"a": 1, "b": 1, "above": 1, "apart": 1}
    assert found["posts_added_up"].dropna().to_dict() == {"apart": 1}


def test_a_sum_without_room_in_64_bits_is_not_known():
    items = [
        json.dumps([{"item_type": "campaign", "item_id": f"k{place + at}"} for at in (1, 2)])
        for place in range(120)
    ]
    last = json.dumps([{"item_type": "video", "item_id": "v1"}])
    tree = pd.DataFrame({"id": [f"k{n}" for n in range(122)], "items": [*items, last, last]})
    found = summarize_campaigns(tree, videos(*POSTS), now=NOW).set_index("campaign_id")
    assert found.loc["k115", ["posts", "posts_added_up"]].tolist() == [1, 13]
    assert found.loc["k0", "posts"] == 1
    assert pd.isna(found.loc["k0", "posts_added_up"])


def test_the_pace_is_the_share_reached_over_the_share_of_time_that_has_passed():
    found = summary(with_target(campaigns(a="creator:mia", b="video:v3"), 1_000))
    names = ["target_pct", "days_left", "needed_per_day", "pace", "status"]
    # Of 60 days 30 have passed.
    assert found.loc["a", names].tolist() == [40.0, 30.0, 20, pytest.approx(0.8), "behind_pace"]
    assert found.loc["b", names].tolist() == [5.0, 30.0, 32, pytest.approx(0.1), "at_risk"]
    ended = with_target(campaigns(a="creator:mia", b="video:v3"), 300, "2026-06-01T00:00Z")
    found = summary(ended)
    assert found["status"].tolist() == ["completed", "missed"]
    assert found["days_left"].tolist() == [0.0, 0.0]
    assert found["needed_per_day"].isna().all()


@pytest.mark.parametrize(
    ("views", "at", "created", "reason"),
    [
        (None, "2026-07-18", "2026-05-19", "no target"),
        (0, "2026-07-18", "2026-05-19", "its target is 0"),
        (10, None, "2026-05-19", "no day for its target"),
        (10, "2026-05-18", "2026-05-19", "its target isn't due after it was created"),
        (10, "2026-07-18", None, "the day of its creation isn't known"),
    ],
)
def test_a_pace_that_is_not_known_has_its_reason(views, at, created, reason):
    found = summary(with_target(campaigns(a="creator:mia"), views, at, created))
    assert found["reason"].tolist() == [reason]
    assert found[["pace", "status"]].isna().all(axis=None)


def test_views_that_are_not_known_are_not_0():
    posts = videos(("v1", "mia", None), ("v2", "ben", None), ("v3", "ben", 5))
    found = summary(with_target(campaigns(a="creator:mia", b="creator:ben", none="")), posts)
    assert pd.isna(found.loc["a", "views"])
    assert found.loc["a", "reason"] == "its views aren't known"
    assert found.loc[["b", "none"], "views"].tolist() == [5, 0]


def test_listed_creators_bring_all_that_they_earned_and_authors_a_share():
    earned = accruals(
        accrual("e1", 1_000, creator_id="mia"), accrual("e2", 500, creator_id="mia"),
        accrual("e3", 800, creator_id="ben"), accrual("e4", 70, creator_id="mia", status="voided"),
        accrual("e5", 60, creator_id="zoe"),
    )  # fmt: skip
    tree = campaigns(whole="creator:mia", part="video:v1 video:v3 creator:zoe", none="video:v4")
    found = summary(tree, accruals=earned)
    # v1 has a quarter of mia's views, v3 all of ben's; zoe is listed, and hasn't posted.
    costs = {"whole": 1_500, "part": 375 + 800 + 60, "none": 0}
    assert found["cost_cents"].to_dict() == costs
    assert found["effective_cpm_cents"].to_dict() == pytest.approx(
        {"whole": 3_750.0, "part": 1_235 * 1_000 / 150, "none": 0.0}
    )
    assert set(found["currency"]) == {"USD"}


def test_of_posts_without_views_each_has_the_same_share():
    posts = videos(("v1", "mia", 0), ("v2", "mia", None))
    earned = accruals(accrual("e1", 1_001, creator_id="mia"))
    found = summary(campaigns(a="video:v1"), posts, accruals=earned)
    assert found["cost_cents"].tolist() == [501]
    assert found["effective_cpm_cents"].isna().all()


def test_amounts_in_several_currencies_are_not_added_up():
    earned = accruals(
        accrual("e1", 1_000, creator_id="mia"), accrual("e2", 500, creator_id="ben")
    ).assign(currency=["EUR", "CHF"])
    found = summary(campaigns(a="creator:mia creator:ben", b="creator:ben"), accruals=earned)
    assert found.loc["b", ["currency", "cost_cents"]].tolist() == ["CHF", 500]
    assert found.loc["a", ["currency", "cost_cents"]].isna().all()
    assert found.loc["a", "reason"] == "no target; its creators earn in several currencies"
    with pytest.raises(ArgumentError, match="currency"):
        summary(campaigns(a=""), currency="euro")


def test_without_accruals_there_is_no_cost_and_without_campaigns_no_row():
    full = summary(campaigns(a="creator:mia"))
    assert full.columns.isin(["cost_cents", "currency"]).sum() == 0
    earned = accruals(accrual("e1", 1_000, creator_id="mia"))
    for tree, posts in ((campaigns(), None), (campaigns(), videos()), (campaigns(a=""), videos())):
        empty = summary(tree, posts, accruals=earned)
        assert len(empty) == len(tree)
        assert empty.drop(columns=["cost_cents", "currency", "effective_cpm_cents"]).dtypes.equals(
            full.dtypes
        )
    assert empty.attrs["trackagoat"]["note"] == "1 campaign with 0 posts and 0 views"


OF_BOTH = {
    "summarize_campaigns": lambda *frames: summarize_campaigns(*frames, now=NOW),
    "campaign_videos": campaign_videos,
    "member_overlap": member_overlap,
    "compare_campaigns": lambda *frames: compare_campaigns(*frames, *IDS[:2], now=NOW),
}


@pytest.mark.parametrize("name", OF_BOTH)
def test_videos_of_one_project_are_not_enough_for_campaigns_of_two(name):
    tree = campaigns(a="creator:mia", b="creator:zoe").assign(project_id=[IDS[8], IDS[9]])
    posts = videos(*POSTS).assign(project_id=IDS[8])
    posts.attrs = {"trackagoat": {"path": "/videos", "params": {"project_id": IDS[8]}, "rows": 4}}
    with pytest.warns(MismatchedFramesWarning, match="`campaigns` are of more projects"):
        OF_BOTH[name](tree, posts)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tree["project_id"] = IDS[8]
        OF_BOTH[name](tree, posts)


def test_ids_choose_the_campaigns_and_doubt_is_said():
    tree = campaigns(a="creator:mia", b="campaign:0")
    assert summary(tree, ids="B").index.tolist() == ["b"]
    assert summary(tree, ids=IDS[1])["posts_added_up"].tolist() == [2]
    posts = videos(*POSTS)
    posts.loc[0, "tracking_status"] = None
    with pytest.warns(ContractWarning, match="They are left out"):
        assert summary(tree, posts).loc["a", "posts"] == 1


def test_views_of_which_none_is_known_are_not_said_to_be_none():
    tree = campaigns(spring="creator:mia", launch="creator:mia")
    summary = summarize_campaigns(tree, videos(("v1", "mia", None), ("v2", "mia", None)), now=NOW)
    facts = summary.attrs["trackagoat"]
    assert facts["note"] == "2 campaigns with 2 posts, whose views aren't known"
    assert facts["together"] == {"posts": 2, "views": None}
