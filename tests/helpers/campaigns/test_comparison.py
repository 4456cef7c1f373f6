"""Two campaigns compared, by hand and on simulated programs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.heavy import part
from tests.support.campaign_frames import IDS, NOW, campaigns, split_program, videos
from trackagoat_pandas.errors import ArgumentError, MissingArgumentError, UnknownCampaignError
from trackagoat_pandas.helpers.campaigns.comparison import PARTS, compare_campaigns

PEOPLE = ("ann", "ben", "cyd", "dan", "eve")


def both(tree, posts, a="a", b="b", **options):
    found = compare_campaigns(tree, posts, a, b, **{"now": NOW, **options})
    return found.set_index("side")


def pairs(ratio, people=PEOPLE):
    """Two posts of each person: in campaign a some times as many views as in b."""
    rows = [
        (f"{who}-{side}", who, round(100 * place * (ratio if side == "a" else 1)) - 1)
        for place, who in enumerate(people, 1)
        for side in "ab"
    ]
    items = {side: " ".join(f"video:{who}-{side}" for who in people) for side in "ab"}
    return campaigns(**items), videos(*rows)


def test_creators_and_posts_are_split_into_each_ones_own_and_what_both_have():
    tree = campaigns(a="creator:mia video:v3", b="video:v2 video:v3 video:v4 creator:zoe")
    posts = videos(("v1", "mia", 10), ("v2", "mia", 20), ("v3", "ben", 30), ("v4", None, 40))
    found = both(tree, posts)
    assert found.index.tolist() == [*PARTS]
    assert found["creators"].tolist() == [0, 2, 1, 0, 0]
    assert found["posts"].tolist() == [1, 2, 1, 0, 0]
    assert found["views"].tolist() == [10, 50, 40, 0, 0]
    assert found["median_views"].tolist()[:3] == [10.0, 25.0, 40.0]
    assert found["label"].tolist() == [
        "Only in a", "In both", "Only in b", "Same creators in a", "Same creators in b",
    ]  # fmt: skip
    reason = "of 2 creators in both, 0 have posts of their own in each, and it takes 5"
    assert found["reason"].dropna().to_dict() == {"same creators, a": reason}
    assert found.attrs["trackagoat"]["note"] == (
        "a and b share 2 of 3 creators and 2 of 4 posts; how the same creators did in each isn't "
        f"known: {reason}"
    )


def test_the_same_creators_posts_are_compared_within_each_creator():
    tree, posts = pairs(2.0)
    found = both(tree, posts)
    row = found.loc["same creators, a"]
    assert row[["creators", "posts"]].tolist() == [5, 5]
    assert row[["effect", "low", "high"]].tolist() == pytest.approx([100.0] * 3)
    assert found["effect"].notna().sum() == 1
    assert found.attrs["trackagoat"]["note"] == (
        "a and b share 5 of 5 creators and 0 of 10 posts; the 5 creators with posts of their own "
        "in each had 100 % more views a post in a (100 to 100 %, at 90 %)"
    )
    turned = both(tree, posts, "b", "a")
    assert turned.loc["same creators, a", "effect"] == pytest.approx(-50.0)
    assert "50 % fewer views a post in b" in turned.attrs["trackagoat"]["note"]


def test_the_interval_is_students_where_each_has_one_post_of_both_kinds():
    tree, posts = pairs(1.0)
    logs = np.array([0.1, -0.2, 0.4, 0.0, 0.3])
    posts.loc[::2, "view_count"] = np.round(1e9 * np.exp(logs)).astype(int)
    posts.loc[1::2, "view_count"] = 10**9
    row = both(tree, posts, level=0.95).loc["same creators, a"]
    half = 2.776445 * logs.std(ddof=1) / np.sqrt(5)
    expected = 100 * np.expm1([logs.mean(), logs.mean() - half, logs.mean() + half])
    assert row[["effect", "low", "high"]].tolist() == pytest.approx(expected, rel=1e-4)
    note = both(tree, posts, level=0.95).attrs["trackagoat"]["note"]
    assert note.endswith("differ by no more than chance explains (−16 to 52 %, at 95 %)")


def test_fewer_than_five_such_creators_and_nested_campaigns_have_no_difference():
    tree, posts = pairs(2.0, PEOPLE[:4])
    row = both(tree, posts).loc["same creators, a"]
    assert (
        row["reason"] == "of 4 creators in both, 4 have posts of their own in each, and it takes 5"
    )
    assert row[["creators", "posts"]].tolist() == [4, 4]
    inside = campaigns(a="campaign:1 video:ann-a", b="video:ben-a")
    assert both(inside, posts).loc["same creators, a", "reason"] == (
        "no post is only in b, and not in a"
    )


def test_young_posts_and_those_of_unknown_age_or_views_are_not_compared():
    tree, posts = pairs(2.0, (*PEOPLE, "fay", "gil", "hal"))
    posted = posts["posted_at"].copy()
    posted[10], posted[12] = pd.Timestamp("2026-06-15T00:00Z"), pd.NaT
    posts["posted_at"] = posted
    posts.loc[14, "view_count"] = pd.NA
    row = both(tree, posts).loc["same creators, a"]
    assert row["creators"] == 5
    assert both(tree, posts, age_days=2).loc["same creators, a", "creators"] == 6


def test_with_analytics_posts_are_compared_at_the_same_age():
    tree, posts = pairs(1.0)
    # By now the posts of a have had more time, and twice the views.
    posts.loc[::2, "view_count"] = 2 * posts.loc[::2, "view_count"] + 1
    days = pd.date_range("2026-05-01", periods=9).as_unit("us")
    early = pairs(1.0)[1].set_index("id")["view_count"]
    daily = pd.DataFrame(
        [
            {"entity_id": one, "date": day, "value": 0 if place else early[one]}
            for one in posts["id"]
            for place, day in enumerate(days)
        ]
    ).assign(entity="video", metric="views", series_kind="main")
    daily = daily.assign(is_partial=False, is_baseline=False).astype({"value": "Int64"})
    found = both(tree, posts, analytics=daily, timezone="UTC").loc["same creators, a"]
    assert found["effect"] == pytest.approx(0.0, abs=1e-6)
    assert both(tree, posts).loc["same creators, a", "effect"] > 90
    with pytest.raises(MissingArgumentError, match="timezone"):
        both(tree, posts, analytics=daily)


def test_campaigns_are_given_by_name_or_id_and_must_be_two_of_the_frame():
    tree, posts = pairs(2.0)
    assert both(tree, posts, IDS[0], "B")["posts"].tolist() == [5, 0, 5, 5, 5]
    with pytest.raises(ArgumentError, match="it is the same campaign as `a`"):
        both(tree, posts, "a", IDS[0])
    for given in ("summer", IDS[9]):
        with pytest.raises(UnknownCampaignError, match="no campaign is called"):
            both(tree, posts, "a", given)
    with pytest.raises(ArgumentError, match="it names several campaigns: name one"):
        both(tree, posts, ["a", "b"], "b")
    for wrong in ({"level": 1.0}, {"age_days": 0}):
        with pytest.raises(ArgumentError):
            both(tree, posts, **wrong)


def test_campaigns_without_posts_creators_or_names_are_compared_to_empty_rows():
    tree = campaigns(a="", b="creator:mia").drop(columns="name")
    found = both(tree, videos(), *IDS[:2])
    assert found["posts"].tolist() == [0] * 5
    assert found["creators"].tolist() == [0, 0, 1, 0, 0]
    assert found["label"].iloc[0] == "Only in 00000000"
    full = both(*pairs(2.0))
    assert found.dtypes.to_dict() == full.dtypes.to_dict()
    nobody = both(campaigns(a="video:v1", b="video:v2"), videos(("v1", None, 1), ("v2", None, 2)))
    assert nobody["posts"].tolist() == [1, 0, 1, 0, 0]


def interval(seed, **options):
    tree, world = split_program(seed, **options)
    found = compare_campaigns(tree, **world.frames, a="A", b="B")
    return found.loc[3, ["effect", "low", "high"]].tolist()


@pytest.mark.parametrize(
    "options",
    [{}, {"effect": 0.5, "share_b": 0.54}, {"spread": 0.5}, {"creators": 8, "posts": 160}],
    ids=["alike", "few against many", "creators differ", "few creators"],
)
def test_intervals_of_90_percent_hold_the_true_difference_on_simulated_programs(options):
    size = part(400, 100, 25)
    ends = np.array([interval(5_000 + seed, **options) for seed in range(size)], float)
    truth = 100 * options.get("effect", 0.0)
    held = ((ends[:, 1] <= truth) & (truth <= ends[:, 2])).mean()
    # Four standard errors of so many worlds, around 0.9 to 0.93.
    error = 4 * np.sqrt(0.09 / size)
    assert 0.9 - error <= held <= min(0.93 + error, 1.0)
    assert abs(np.median(ends[:, 0]) - truth) < 40


def test_the_median_of_views_that_nobody_knows_is_na_without_a_warning():
    tree = campaigns(a="creator:ann", b="creator:ben")
    compared = both(tree, videos(("v1", "ann", None), ("v2", "ben", 5)))
    assert compared["median_views"].isna().tolist() == [True, True, False, True, True]
