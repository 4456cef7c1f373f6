"""Pools of creators, by hand and in simulated programs with and without groups."""

from __future__ import annotations

from functools import partial as given
from typing import Any

import numpy as np
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import heavy, part
from tests.support import unfamiliar_worlds as unfamiliar
from tests.support.pool_worlds import PoolWorld, one_cloud, pool_world, three_groups
from tests.support.posting_worlds import ZONE
from trackagoat_pandas.errors import ArgumentError, MissingColumnError
from trackagoat_pandas.helpers.pools.groups import find_groups

NUMBERS = [
    "median_views", "views_factor", "posts_per_week", "engagement_rate_by_views", "usual_hour",
    "weekend_pct",
]  # fmt: skip
GROUPED: dict[str, Any] = {"posts": 1_500, "days": 150}


def grouped(seed: int = 5_000, **options: Any) -> PoolWorld:
    return pool_world(seed, **{**GROUPED, **options}, cast=given(three_groups, seed=seed))


def cloud(seed: int, *, peaks: tuple[float, float] = (17.0, 2.5), **options: Any) -> PoolWorld:
    cast = given(one_cloud, seed=seed, peaks=peaks)
    return pool_world(seed, **{**GROUPED, **options}, cast=cast)


def agreement(pools: pd.DataFrame) -> float:
    """The adjusted Rand index of pools and the groups that were planted; 0 without pools."""
    truth = pools["creator_id"].str.removeprefix("creator ").astype(int) % 3
    table = pd.crosstab(pools["pool"].fillna(0).astype(int), truth).to_numpy()
    pairs, rows, columns = (
        float((each * (each - 1) / 2).sum())
        for each in (table, table.sum(axis=0), table.sum(axis=1))
    )
    size = table.sum()
    expected = rows * columns / (size * (size - 1) / 2)
    most = (rows + columns) / 2
    return (pairs - expected) / (most - expected) if most > expected else 0.0


# By hand


def test_each_creator_has_a_row_and_pools_are_numbered_by_size() -> None:
    world = grouped(creators=25)
    pools = tgp.creator_pools(**world.frames)
    assert sorted(pools["creator_id"]) == sorted(world.creators["id"])
    sizes = pools["pool"].value_counts().sort_index()
    assert sizes.index.tolist() == [1, 2, 3]
    assert sizes.is_monotonic_decreasing
    assert sizes.sum() == 25
    assert pools["pool"].is_monotonic_increasing
    assert pools["reason"].isna().all()


def test_a_description_says_with_numbers_what_sets_a_pool_apart() -> None:
    pools = tgp.creator_pools(**grouped().frames)
    texts = pools.drop_duplicates("pool").set_index("pool")["pool_description"]
    early = pools.loc[pools["usual_hour"] < 11, "pool"].unique()
    assert len(early) == 1
    assert " % of posts from 6:00 to 10:00 (others " in texts[early[0]]
    late = pools.loc[pools["usual_hour"] > 18, "pool"].unique()
    assert " % of posts from 19:00 to 23:00 (others " in texts[late[0]]
    middle = pools.loc[pools["weekend_pct"] > 35, "pool"].unique()
    assert "Sunday (others " in texts[middle[0]]
    # Sizes are spread alike.
    assert not texts.str.contains("views a post").any()
    assert texts.str.count(";").max() <= 2


def test_the_numbers_are_those_of_the_posts() -> None:
    start = pd.Timestamp("2026-06-01T09:30Z")
    videos = pd.DataFrame(
        {
            "id": [f"post {place}" for place in range(8)],
            "creator_id": "ann",
            "posted_at": [start + pd.Timedelta(days=place) for place in range(8)],
            "tracking_status": "included",
            "view_count": [100, 400] * 4,
            "like_count": [5, 20] * 4,
            **dict.fromkeys(("comment_count", "share_count", "save_count"), 0),
        }
    )
    creators = pd.DataFrame({"id": ["ann"], "tiktok_handle": ["ann"]})
    [row] = tgp.creator_pools(
        creators, videos, timezone="UTC", now="2026-06-18T12:00Z"
    ).to_dict("records")  # fmt: skip
    assert row["posts"] == 8
    assert row["median_views"] == 250
    assert row["views_factor"] == pytest.approx(2)
    assert row["posts_per_week"] == pytest.approx(7)
    assert row["engagement_rate_by_views"] == pytest.approx(5)
    assert row["usual_hour"] == pytest.approx(9.5)
    assert row["weekend_pct"] == pytest.approx(25)
    assert row["reason"] == "fewer than 12 creators can be compared"
    assert pd.isna(row["pool"])


def test_where_there_are_no_groups_all_pools_are_na_and_the_note_says_so() -> None:
    pools = tgp.creator_pools(**cloud(5_000).frames)
    assert pools["pool"].isna().all()
    assert pools["pool_description"].isna().all()
    assert (pools["reason"] == "no groups among these creators").all()
    assert pools[NUMBERS].notna().to_numpy().all()
    facts = pools.attrs["trackagoat"]
    assert facts["note"].startswith("No groups among 24 creators: creators without groups look as ")
    assert facts["p"] > 0.02


def test_creators_with_few_posts_are_in_no_pool_and_come_last() -> None:
    world = grouped(creators=25)
    few = world.videos[world.videos["creator_id"] == "creator 24"].head(4)
    others = world.videos[world.videos["creator_id"] != "creator 24"]
    videos = pd.concat([others, few])
    videos.attrs = world.videos.attrs
    pools = tgp.creator_pools(world.creators, videos, timezone=ZONE)
    last = pools.iloc[-1]
    assert last["creator_id"] == "creator 24"
    assert last["reason"] == "fewer than 5 posts"
    assert pd.isna(last["pool"])
    assert pools["pool"].notna().sum() == 24
    assert pools.attrs["trackagoat"]["note"].startswith("3 pools among 24 creators; ")


def test_five_posts_are_enough_for_a_pool() -> None:
    world = grouped(creators=25)
    own = world.videos["creator_id"] == "creator 24"
    videos = world.videos[~own | (own.cumsum() <= 5)]
    pools = tgp.creator_pools(world.creators, videos, timezone=ZONE).set_index("creator_id")
    assert pools.loc["creator 24", "reason"] != "fewer than 5 posts"
    assert pools.loc["creator 24", ["posts", "pool", "median_views"]].notna().all()


def test_few_creators_and_none_have_no_answer() -> None:
    world = grouped()
    for number in (0, 1, 2, 11):
        pools = tgp.creator_pools(world.creators.head(number), world.videos, timezone=ZONE)
        assert len(pools) == number
        assert pools["pool"].isna().all()
        assert "p" not in pools.attrs["trackagoat"]
        assert "isn't known" in pools.attrs["trackagoat"]["note"]
    twelve = tgp.creator_pools(world.creators.head(12), world.videos, timezone=ZONE)
    assert "p" in twelve.attrs["trackagoat"]
    nobody = tgp.creator_pools(world.creators, world.videos.head(0), timezone=ZONE)
    assert (nobody["reason"] == "fewer than 5 posts").all()


def test_creators_who_are_all_alike_have_no_groups() -> None:
    world = grouped()
    one = world.videos[world.videos["creator_id"] == "creator 0"]
    copies = [
        one.assign(creator_id=id_, id=one["id"] + id_) for id_ in world.creators["id"]
    ]  # fmt: skip
    videos = pd.concat(copies)
    videos.attrs = world.videos.attrs
    pools = tgp.creator_pools(world.creators, videos, timezone=ZONE)
    assert pools["pool"].isna().all()
    assert (pools["reason"] == "no groups among these creators").all()


def test_a_part_without_weight_does_not_count() -> None:
    world = grouped()
    without = {"hours": 0, "weekdays": 0, "cadence": 0, "engagement": 0}
    assert tgp.creator_pools(**world.frames, weights=without)["pool"].isna().all()
    with pytest.raises(ArgumentError, match="the parts are size, spread"):
        tgp.creator_pools(**world.frames, weights={"hashtags": 1})


def test_pools_are_the_same_in_another_order_of_rows_and_in_other_units() -> None:
    world = grouped()
    plain = tgp.creator_pools(**world.frames)
    turned = PoolWorld(world.creators[::-1], world.videos.sample(frac=1, random_state=1), plain)
    pd.testing.assert_frame_equal(tgp.creator_pools(**turned.frames), plain)
    counts = [name for name in world.videos if name.endswith("_count")]
    thousands = world.videos.assign(**{name: world.videos[name] * 1_000 for name in counts})
    more = tgp.creator_pools(world.creators, thousands, timezone=ZONE)
    assert more["pool"].tolist() == plain["pool"].tolist()


def test_missing_columns_and_wrong_arguments_are_refused() -> None:
    frames = grouped().frames
    with pytest.raises(MissingColumnError, match="share_count"):
        tgp.creator_pools(**{**frames, "videos": frames["videos"].drop(columns="share_count")})
    with pytest.raises(ArgumentError, match="timezone"):
        tgp.creator_pools(**{**frames, "timezone": None})
    with pytest.raises(ArgumentError, match="at least 1"):
        tgp.creator_pools(**frames, age_days=0)


# Groups of points


def test_clouds_have_no_groups_and_far_clusters_have_as_many_as_there_are() -> None:
    dice = np.random.default_rng(1)
    for shape in (dice.normal(size=(60, 3)), dice.uniform(size=(60, 3)) * [9.0, 1.0, 1.0]):
        found = find_groups([shape[:, :1], shape[:, 1:]])
        assert (found.labels == 0).all()
    for number in (2, 3, 5):
        truth = np.arange(60) % number
        points = 9.0 * dice.normal(size=(number, 3))[truth] + dice.normal(size=(60, 3)) / 4
        found = find_groups([points[:, :1], points[:, 1:]])
        assert found.p <= 0.02
        assert len(pd.crosstab(found.labels, truth).to_numpy().nonzero()[0]) == number


def test_groups_in_a_view_are_found_beside_parts_without_groups() -> None:
    dice = np.random.default_rng(3)
    truth = np.arange(60) % 3
    grouped_part = truth[:, None] + dice.normal(0.0, 0.12, (60, 1))
    others = [dice.normal(0.0, 1.0, (60, 1)) for _ in range(3)]
    assert (find_groups([grouped_part, *others]).labels == 0).all()
    found = find_groups([grouped_part, *others], [[0]])
    assert found.p <= 0.02
    assert (pd.crosstab(found.labels, truth) > 0).to_numpy().sum() == 3


def test_one_odd_creator_is_no_group() -> None:
    points = np.random.default_rng(2).normal(size=(30, 2))
    points[0] = 40.0
    assert (find_groups([points]).labels == 0).all()


# Simulated programs


def called(worlds: list[PoolWorld]) -> float:
    """In which share of worlds there are said to be pools."""
    pools = [tgp.creator_pools(**world.frames)["pool"].notna().any() for world in worlds]
    return float(np.mean(pools))


@pytest.mark.parametrize("peaks", [(17.0, 2.5), (12.0, 40.0)])
def test_one_cloud_of_creators_has_no_groups(peaks: tuple[float, float]) -> None:
    seeds = range(5_000, 5_000 + part(400, 60, 10))
    assert called([cloud(seed, peaks=peaks) for seed in seeds]) <= 0.1


def test_three_groups_of_creators_are_found() -> None:
    seeds = range(5_000, 5_000 + part(200, 60, 10))
    found = [agreement(tgp.creator_pools(**grouped(seed).frames)) for seed in seeds]
    assert np.mean(np.array(found) >= 0.9) >= 0.9


def test_groups_that_differ_in_habits_are_found_at_any_size() -> None:
    found = []
    for seed in range(1, 1 + part(60, 20, 6)):
        pools = tgp.creator_pools(**unfamiliar.grouped_creators(seed))
        found.append(agreement(pools) >= 0.85)
    assert np.mean(found) >= 0.7


@heavy
@pytest.mark.parametrize(("size", "posts"), [(72, 4_000), (300, 12_000)])
def test_larger_programs_with_and_without_groups(size: int, posts: int) -> None:
    large: dict[str, Any] = {"creators": size, "posts": posts}
    seeds = range(5_000, 5_000 + part(40, 6, 6))
    assert called([cloud(seed, **large) for seed in seeds]) <= 0.1
    found = [agreement(tgp.creator_pools(**grouped(seed, **large).frames)) for seed in seeds]
    assert np.mean(np.array(found) >= 0.9) >= 0.9
