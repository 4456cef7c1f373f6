"""Similar creators, by hand and in simulated programs with twins."""

from __future__ import annotations

from functools import partial as given
from typing import Any

import numpy as np
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import heavy, part
from tests.support.pool_worlds import PoolWorld, one_cloud, pool_world, steady, with_twins
from tests.support.posting_worlds import ZONE
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, MissingColumnError
from trackagoat_pandas.helpers.pools.distances import factors_against_hubs, gaps, in_order
from trackagoat_pandas.helpers.pools.traits import PARTS
from trackagoat_pandas.sandbox.people import Creator

NOW = "2026-06-18T19:00Z"
ALWAYS = PARTS[:6]


def program(**habits: dict[str, Any]) -> dict[str, Any]:
    """Creators who post a number of times, each after some hours, with views and likes."""
    rows = []
    for name, habit in habits.items():
        start = pd.Timestamp(habit.get("start", "2026-05-01T18:00Z"))
        for place in range(habit.get("posts", 40)):
            at = start + pd.Timedelta(hours=habit.get("every", 24) * place)
            views = habit.get("views", 1_000) * (1 + place % 3)
            rows.append({"creator_id": name, "posted_at": at, "view_count": views,
                         "like_count": views * habit.get("likes", 5) // 100})  # fmt: skip
    videos = pd.DataFrame(rows, columns=["creator_id", "posted_at", "view_count", "like_count"])
    videos = videos.assign(
        id=[f"post {place}" for place in range(len(videos))], tracking_status="included",
        comment_count=0, share_count=0, save_count=0,
        posted_at=pd.to_datetime(videos["posted_at"], utc=True).dt.as_unit("us"),
    )  # fmt: skip
    creators = pd.DataFrame({"id": [*habits], "tiktok_handle": [f"{name}.goat" for name in habits]})
    return {"creators": creators, "videos": videos, "now": NOW, "timezone": "UTC"}


def near(frames: dict[str, Any], to: Any = "ann", **options: Any) -> pd.DataFrame:
    return tgp.similar_creators(**frames, to=to, **options).set_index("creator_id")


ANN_AND_OTHERS: dict[str, dict[str, Any]] = {
    "ann": {}, "ben": {"views": 1_100}, "cyd": {"views": 90_000, "likes": 20},
    "dan": {"every": 72, "posts": 15, "likes": 9}, "eve": {"start": "2026-05-01T06:00Z"},
}  # fmt: skip


# By hand


def test_what_parts_add_sums_exactly_to_the_distance_and_the_nearest_comes_first() -> None:
    found = tgp.similar_creators(**program(**ANN_AND_OTHERS), to="ann")
    assert found["creator_id"].iloc[0] == "ben"
    assert found["rank"].tolist() == [1, 2, 3, 4]
    assert found["distance"].is_monotonic_increasing
    for order in (ALWAYS, ALWAYS[::-1]):
        assert found[[*order]].sum(axis=1).tolist() == found["distance"].tolist()


def test_each_part_is_that_in_which_a_creator_differs() -> None:
    found = near(program(**ANN_AND_OTHERS))
    assert found.loc["cyd", [*ALWAYS]].astype(float).idxmax() in ("size", "engagement")
    assert found.loc["eve", [*ALWAYS]].astype(float).idxmax() == "hours"
    assert found.loc["dan", "cadence"] > 0.1
    assert found.loc["ben", "size"] < 0.02


def test_a_distance_is_the_same_from_both_sides() -> None:
    frames = program(**ANN_AND_OTHERS)
    for name in ("ben", "cyd"):
        assert near(frames).loc[name, "distance"] == near(frames, name).loc["ann", "distance"]


def test_a_part_without_weight_adds_nothing_and_one_of_double_weight_counts_twice() -> None:
    frames = program(**ANN_AND_OTHERS)
    plain, without = near(frames), near(frames, weights={"size": 0, "spread": 0.0})
    assert (without["size"] == 0).all()
    only = near(frames, weights={**dict.fromkeys(ALWAYS, 0), "hours": 5})
    assert only["hours"].tolist() == only["distance"].tolist()
    double = near(frames, weights={"hours": 2}).loc["eve", "hours"]
    assert double == pytest.approx(plain.loc["eve", "hours"] * 2 * 6 / 7)


def test_hours_and_weekdays_are_near_across_midnight_and_the_end_of_the_week() -> None:
    hours = np.cumsum(np.eye(24), axis=1)
    assert gaps("hours", hours[23], hours[1]) == 2
    assert gaps("hours", hours[0], hours[12]) == 12
    days = np.cumsum(np.eye(7), axis=1)
    assert gaps("weekdays", days[6], days[0]) == 1
    half = (hours[20] + hours[22]) / 2
    assert gaps("hours", half, hours[21]) == 1


def test_hours_are_those_of_the_zone() -> None:
    # In New York ann posts at 23:30 and ben at 0:30, on the days after.
    frames = program(
        ann={"start": "2026-05-02T03:30Z"}, ben={"start": "2026-05-02T04:30Z"},
        cyd={"start": "2026-05-02T16:30Z"},
    )  # fmt: skip
    frames["timezone"] = "America/New_York"
    found = near(frames)
    assert found.loc["ben", "hours"] < found.loc["cyd", "hours"] / 5
    assert tgp.creator_pools(**frames)["usual_hour"].round(3).tolist() == [23.5, 0.5, 12.5]


def test_the_creator_is_given_by_id_by_handle_or_as_a_row() -> None:
    frames = program(**ANN_AND_OTHERS)
    by_id = tgp.similar_creators(**frames, to="ben")
    row = frames["creators"].iloc[1]
    videos = frames["videos"][frames["videos"]["creator_id"] == "ben"].head(1)
    for to in ("ben.goat", "@Ben.Goat", row, row.to_frame().T, videos, ["ben"]):
        pd.testing.assert_frame_equal(tgp.similar_creators(**frames, to=to), by_id)


@pytest.mark.parametrize(
    ("to", "error", "match"),
    [
        ("nobody", ArgumentError, r"`creators` has ann\.goat, ben\.goat"),
        ("ben.goa", ArgumentError, r"`creators` has ann\.goat, .*\. Did you mean 'ben\.goat'"),
        ("", ArgumentError, "`creators` has "),
        (["ann", "ben"], ArgumentError, "one creator at a time"),
        ([], ArgumentError, "one creator at a time"),
        (True, ArgumentTypeError, "to can't be of type bool"),
    ],
)
def test_another_creator_is_refused(to: Any, error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        tgp.similar_creators(**program(**ANN_AND_OTHERS), to=to)


def test_of_a_handle_that_several_have_an_id_is_needed() -> None:
    frames = program(ann={}, ben={})
    frames["creators"]["tiktok_handle"] = "goat"
    with pytest.raises(ArgumentError, match="several creators have this handle"):
        tgp.similar_creators(**frames, to="@goat")


@pytest.mark.parametrize(
    ("weights", "error", "match"),
    [
        ({"audience": 1}, ArgumentError, "the parts are size, spread"),
        ({"size": -1}, ArgumentError, r"weights\['size'\].*from 0 to 1000"),
        ({"size": float("nan")}, ArgumentError, "from 0 to 1000"),
        ({"size": 10**400}, ArgumentError, "from 0 to 1000"),
        (dict.fromkeys(ALWAYS, 0), ArgumentError, "one of them must be above 0"),
        ({"size": True}, ArgumentTypeError, "a number"),
        ({"size": "1"}, ArgumentTypeError, "a number"),
        (["size"], ArgumentTypeError, "a dictionary"),
    ],
)
def test_wrong_weights_are_refused(weights: Any, error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        near(program(ann={}, ben={}), weights=weights)


def test_creators_with_few_posts_come_last_with_the_reason() -> None:
    found = near(program(ann={}, few={"posts": 4}, none={"posts": 0}, cyd={"likes": 9}))
    assert found.index.tolist() == ["cyd", "few", "none"]
    assert found["reason"].isna().tolist() == [True, False, False]
    assert found["posts"].tolist() == [40, 4, 0]
    assert (found.loc[["few", "none"], "reason"] == "fewer than 5 posts").all()
    assert (
        found.loc[["few", "none"], ["rank", "distance", *ALWAYS, "stability"]]
        .isna()
        .to_numpy()
        .all()
    )
    from_few = near(program(ann={}, few={"posts": 4}, cyd={}), "few")
    assert (from_few["reason"] == "fewer than 5 posts").all()
    assert from_few["distance"].isna().all()


def test_five_posts_are_enough_to_be_compared() -> None:
    found = near(program(ann={}, five={"posts": 5}, cyd={"likes": 9}))
    assert found["reason"].isna().all()
    assert found.loc["five", ["distance", "size", "engagement"]].notna().all()


@pytest.mark.parametrize("others", [{}, {"ben": {}}])
def test_one_creator_has_none_and_one_of_two_has_the_other(others: dict[str, Any]) -> None:
    found = tgp.similar_creators(**program(ann={}, **others), to="ann")
    assert found["creator_id"].tolist() == [*others]
    assert found["stability"].isna().all()


def test_creators_who_are_all_alike_share_the_first_place() -> None:
    frames = program(**{f"c{place:02d}": {} for place in range(15)})
    for to in ("c00", "c09"):
        found = tgp.similar_creators(**frames, to=to, n=20)
        assert found["distance"].tolist() == [0.0] * 14
        assert found["rank"].tolist() == [1] * 14
    # The first of them differ, or some would be near to everybody.
    assert found["creator_id"].head(3).tolist() == ["c10", "c11", "c12"]


def test_a_part_that_is_not_known_of_both_is_na_and_the_others_count_for_it() -> None:
    frames = program(**ANN_AND_OTHERS)
    videos = frames["videos"]
    videos["view_count"] = videos["view_count"].astype("Int64")
    videos.loc[videos["creator_id"] == "ben", "view_count"] = pd.NA
    found = near(frames)
    assert found.loc["ben", ["size", "spread", "engagement"]].isna().all()
    assert found.loc["ben", ["cadence", "hours", "weekdays"]].notna().all()
    assert found.loc["ben", [*ALWAYS]].sum() == found.loc["ben", "distance"]
    only = near(frames, weights={**dict.fromkeys(ALWAYS, 0), "size": 1})
    assert only.loc["ben", "reason"] == "no part is known of both"


def test_a_pace_is_that_of_a_week_at_least() -> None:
    found = near(program(ann={}, ben={"every": 10, "posts": 12}, cyd={"every": 72, "posts": 15}))
    assert pd.isna(found.loc["ben", "cadence"])
    assert found.loc["cyd", "cadence"] >= 0


def test_ids_may_be_numbers_and_rows_without_one_are_left_out() -> None:
    frames = program(**ANN_AND_OTHERS)
    numbers = {"ann": 7, "ben": 8, "cyd": 9, "dan": 10, "eve": 11}
    ids = pd.array([*numbers.values(), None], "Int64")
    handles = [*frames["creators"]["tiktok_handle"], "nobody.goat"]
    frames["creators"] = pd.DataFrame({"id": ids, "tiktok_handle": handles})
    frames["videos"]["creator_id"] = frames["videos"]["creator_id"].map(numbers)
    found = tgp.similar_creators(**frames, to=frames["creators"].head(1))
    assert found["creator_id"].iloc[0] == "8"
    assert "nobody.goat" not in found["tiktok_handle"].tolist()
    assert near(frames, "7").loc["8", "rank"] == 1
    assert near(frames, frames["creators"]["id"].iloc[0]).loc["8", "rank"] == 1


@pytest.mark.parametrize("unknown", ["creator_id", "posted_at"])
def test_posts_without_a_creator_or_a_time_change_nothing(unknown: str) -> None:
    frames = program(**ANN_AND_OTHERS)
    videos = frames["videos"]
    other = videos.assign(id="other " + videos["id"], like_count=0)
    both = pd.concat([videos, other], ignore_index=True)
    both.loc[both.index >= len(videos), unknown] = None
    pd.testing.assert_frame_equal(near({**frames, "videos": both}), near(frames))


def test_young_posts_do_not_count_for_size_unless_their_age_is_known() -> None:
    frames = program(**ANN_AND_OTHERS)
    young = (
        frames["videos"]
        .head(1)
        .assign(id="young", posted_at=pd.Timestamp("2026-06-18T18:00Z").as_unit("us"), view_count=1)
    )
    more = {**frames, "videos": pd.concat([frames["videos"], young], ignore_index=True)}
    assert near(more).loc["cyd", "posts"] == 40
    before, after = (tgp.creator_pools(**each)["median_views"] for each in (frames, more))
    assert before.tolist() == after.tolist()


def test_views_at_an_age_are_read_from_analytics() -> None:
    frames = program(ann={}, ben={}, cyd={"views": 5_000})
    first = frames["videos"]["posted_at"].dt.tz_localize(None).dt.normalize()
    days = [
        {"entity_id": id_, "date": day + pd.Timedelta(days=later), "value": 0 if later else 100}
        for id_, day in zip(frames["videos"]["id"], first, strict=True)
        for later in range(9)
    ]
    analytics = pd.DataFrame(days).assign(entity="video", metric="views", series_kind="main")
    analytics = analytics.assign(is_partial=False, is_baseline=False).astype({"value": "Int64"})
    assert near(frames).loc["cyd", "size"] > 0
    assert near(frames, analytics=analytics).loc["cyd", "size"] == 0
    pools = tgp.creator_pools(**frames, analytics=analytics)
    assert pools["median_views"].round(6).tolist() == [100.0] * 3
    nothing = frames["videos"].assign(view_count=0)
    assert tgp.creator_pools(**{**frames, "videos": nothing})["median_views"].tolist() == [0.0] * 3


def test_hashtags_count_where_they_have_a_weight() -> None:
    frames = program(**ANN_AND_OTHERS)
    tags = {"ann": "#goat #farm", "ben": "#moda", "cyd": "#goat #farm", "dan": "#moda", "eve": "-"}
    frames["videos"]["title"] = frames["videos"]["creator_id"].map(tags)
    assert "hashtags" not in near(frames)
    found = near(frames, weights={**dict.fromkeys(ALWAYS, 0), "hashtags": 1})
    assert found["hashtags"].tolist() == found["distance"].tolist()
    assert found.loc["cyd", "distance"] < found.loc["ben", "distance"]
    assert found.loc["eve", "reason"] == "no part is known of both"


def test_columns_are_needed_only_for_parts_that_count() -> None:
    frames = program(ann={}, ben={}, cyd={})
    frames["videos"] = frames["videos"].drop(columns="like_count")
    with pytest.raises(MissingColumnError, match="like_count"):
        near(frames)
    assert len(near(frames, weights={"engagement": 0})) == 2


def test_the_note_says_who_is_nearest_and_whether_the_order_is_sure() -> None:
    world = pool_world(1, posts=300, days=60)
    note = tgp.similar_creators(**world.frames, to="@handle23").attrs["trackagoat"]["note"]
    assert note.startswith("Nearest to @handle23: @handle")
    assert note.endswith("among the first three again, so that the order is unsure")
    lonely = tgp.similar_creators(**program(ann={}), to="ann").attrs["trackagoat"]["note"]
    assert lonely == "Who is like @ann.goat isn't known: nobody else can be compared"


# Hubs


def shares(distances: Any) -> float:
    """The largest share of first threes that somebody is in."""
    keys = in_order(distances, np.arange(len(distances)))
    nearest = np.argsort(keys, axis=1)[:, :3]
    return float(np.bincount(nearest.ravel(), minlength=len(distances)).max() / len(distances))


@pytest.mark.parametrize("size", [12, 24, 100])
def test_nobody_is_in_more_than_a_third_of_all_first_threes(size: int) -> None:
    star = np.full((size, size), 1.4)
    star[0] = star[:, 0] = 1.0
    dice = np.random.default_rng(0)
    clouds = [dice.standard_cauchy((size, number)) for number in (1, 3, 50)]
    for distances in [star, *(np.abs(one[:, None] - one).sum(axis=2) for one in clouds)]:
        np.fill_diagonal(distances, 0.0)
        factors = factors_against_hubs(distances)
        assert shares(distances * factors[:, None] * factors) <= 1 / 3
    assert (factors_against_hubs(np.zeros((size, size))) == 1.0).all()


def test_who_cannot_be_compared_is_nobodys_neighbour() -> None:
    # Of half of them only the size is known, and of the others only the pace.
    half = np.arange(30) % 2
    line = np.abs(np.arange(30.0)[:, None] - np.arange(30.0))
    line[half[:, None] != half] = np.nan
    assert (factors_against_hubs(line) == 1.0).all()
    line[0] = line[:, 0] = np.nan
    assert (factors_against_hubs(line) == 1.0).all()


def test_distances_stay_as_they_are_where_nobody_is_a_hub() -> None:
    line = np.abs(np.arange(30.0)[:, None] - np.arange(30.0))
    assert (factors_against_hubs(line) == 1.0).all()


# Simulated programs


def all_first_threes(world: PoolWorld, **options: Any) -> list[list[str]]:
    return [
        tgp.similar_creators(**world.frames, to=id_, n=3, **options)["creator_id"].tolist()
        for id_ in world.creators["id"]
    ]


@pytest.mark.parametrize("seed", [5_000, 5_001])
def test_no_creator_of_a_program_is_in_more_than_a_third_of_all_first_threes(seed: int) -> None:
    counts = pd.Series(np.ravel(all_first_threes(pool_world(seed, posts=638, days=100))))
    assert counts.value_counts().max() <= 8


def test_neighbours_are_the_same_in_another_order_of_rows_and_in_other_units() -> None:
    world = pool_world(5_002, posts=638, days=100)
    plain = tgp.similar_creators(**world.frames, to="creator 3", n=23)
    dice = np.random.default_rng(1)
    turned = PoolWorld(
        world.creators.iloc[dice.permutation(24)],
        world.videos.iloc[dice.permutation(len(world.videos))],
        world.analytics,
    )
    pd.testing.assert_frame_equal(
        tgp.similar_creators(**turned.frames, to="creator 3", n=23), plain
    )
    counts = [name for name in world.videos if name.endswith("_count")]
    thousands = world.videos.assign(**{name: world.videos[name] * 1_000 for name in counts})
    thousands.attrs = world.videos.attrs
    more = tgp.similar_creators(world.creators, thousands, to="creator 3", n=23, timezone=ZONE)
    assert more["creator_id"].tolist() == plain["creator_id"].tolist()
    np.testing.assert_allclose(
        more[["distance", *ALWAYS]].to_numpy(float), plain[["distance", *ALWAYS]].to_numpy(float),
        atol=1e-6,
    )  # fmt: skip


def twins_found(seeds: range, *, times: float, size: int = 24, **world: Any) -> float:
    """How often a twin is among the first three of the other."""
    first, second = f"creator {size - 2}", f"creator {size - 1}"
    found = []
    for seed in seeds:
        frames = pool_world(
            seed, creators=size, cast=given(with_twins, times=times), **world
        ).frames
        for to, twin in ((first, second), (second, first)):
            near_it = tgp.similar_creators(
                **frames, to=to, n=3, weights={"size": 0} if times != 1.0 else None
            )
            found.append(twin in near_it["creator_id"].tolist())
    return float(np.mean(found))


@pytest.mark.parametrize("times", [1.0, 10.0])
def test_a_twin_is_among_the_first_three_also_with_ten_times_the_views(times: float) -> None:
    seeds = range(5_000, 5_000 + part(200, 60, 10))
    assert twins_found(seeds, times=times, posts=1_000, days=150) >= 0.9


@heavy
@pytest.mark.parametrize("times", [1.0, 10.0])
def test_a_twin_among_300_creators_is_found_with_80_posts_each(times: float) -> None:
    seeds = range(5_000, 5_000 + part(60, 10, 10))
    assert twins_found(seeds, times=times, size=300, posts=24_000, days=300) >= 0.85


def test_stability_tells_twins_from_neighbours_by_chance() -> None:
    again = []
    for seed in range(5_000, 5_006):
        frames = pool_world(seed, posts=1_500, days=150, cast=with_twins).frames
        found = tgp.similar_creators(**frames, to="creator 23").set_index("creator_id")
        again.append((found.loc["creator 22", "stability"], found["stability"].iloc[4:8].mean()))
    twins, others = np.array(again, float).T
    assert twins.mean() > 0.95
    assert others.mean() < 0.85


def test_stability_is_how_often_neighbours_stay_with_other_posts() -> None:
    said, stayed = [], []
    for seed in range(5_000, 5_000 + part(24, 12, 3)):
        cast: list[Creator] = []

        def same(people: list[Creator], cast: list[Creator] = cast) -> list[Creator]:
            cast.extend([] if cast else steady(people))
            return cast

        worlds = [pool_world(seed + more, posts=638, days=100, cast=same) for more in (0, 50_000)]
        for id_ in worlds[0].creators["id"].head(12):
            one, other = (tgp.similar_creators(**each.frames, to=id_, n=3) for each in worlds)
            said += one["stability"].tolist()
            stayed += one["creator_id"].isin(other["creator_id"]).tolist()
    assert np.mean(said) == pytest.approx(np.mean(stayed), abs=0.1)


def test_few_posts_are_pulled_to_the_mean() -> None:
    # The same creators: what 6 posts each say of them adds less than what 60 say.
    def cast(people: list[Creator]) -> list[Creator]:
        return one_cloud(people, seed=5_003)

    few, many = (
        tgp.similar_creators(
            **pool_world(5_003, posts=posts, days=150, cast=cast).frames, to="creator 0", n=23
        )
        for posts in (200, 2_000)
    )
    for each in ("weekdays", "cadence"):
        assert few[each].mean() < many[each].mean()
