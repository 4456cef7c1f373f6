"""Outliers and late waves: by hand, and against what is planted in simulated worlds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.heavy import heavy, part
from tests.support.curve_family import heavy_tails
from tests.support.post_worlds import NOW, PostWorld, post_world
from trackagoat_pandas.errors import ArgumentError, MissingArgumentError, MissingColumnError
from trackagoat_pandas.helpers.videos.outliers import OUTLIER_Z, find_outliers
from trackagoat_pandas.sandbox.nature import Nature

DAYS = pd.date_range("2026-03-01T12:00Z", periods=60, unit="us")
SPREADS = {0.5: 12.0, 0.9: 40.0, 1.6: 600.0}
"""Spreads of the logs of views, and how many times its creator's level a planted post has."""


def posts(*views: int | None, **columns: Any) -> pd.DataFrame:
    """Posts of one creator, one a day; a column may be given."""
    size = len(views)
    return pd.DataFrame(
        {
            "id": [f"post {place}" for place in range(size)],
            "creator_id": ["ann"] * size,
            "posted_at": DAYS[:size],
            "tracking_status": ["included"] * size,
            "view_count": pd.array([*views], dtype="Int64"),
            **columns,
        }
    )


def outliers(videos: pd.DataFrame, **options: Any) -> pd.DataFrame:
    return find_outliers(videos, **{"now": NOW, **options}).set_index("id").loc[videos["id"]]


def snapshots(id_: str, posted: pd.Timestamp, *points: tuple[float, int]) -> pd.DataFrame:
    """Snapshots of a post at some ages in hours."""
    ages, views = zip(*points, strict=True)
    at = [posted + pd.Timedelta(hours=age) for age in ages]
    counts = pd.array([*views], dtype="Int64")
    return pd.DataFrame({"id": id_, "observed_at": at, "view_count": counts})


# One post against its creator's earlier ones


def test_a_post_is_compared_with_the_median_and_the_spread_of_earlier_posts() -> None:
    row = outliers(posts(50, 100, 100, 200, 400, 800)).loc["post 5"]
    assert (row["baseline_views"], row["multiple"], row["percentile"]) == (100.0, 8.0, 100.0)
    # Half of the earlier posts are a factor of two from 100. By all six the median is 150, and half
    # of them are a factor of 2.15 from it: 40 posts of the program are as good as that.
    own, program = 1.4826 * np.log(2), 1.4826 * (np.log(1.5) + np.log(400 / 150)) / 2
    spread = np.sqrt((5 * own**2 + 40 * program**2) / 45)
    # The median of five posts has an error of its own.
    spread *= np.sqrt(1 + np.pi / 10)
    assert row["z"] == pytest.approx(np.log(8) / spread)
    assert row["compared_posts"] == 5
    assert not row["is_outlier"]


def test_later_posts_do_not_matter() -> None:
    early = posts(100, 110, 90, 105, 95, 3_000)
    with_later = posts(100, 110, 90, 105, 95, 3_000, 9_000, 9_500, 8_000, 20_000)
    columns = ["baseline_views", "multiple", "percentile", "compared_posts"]
    for name in columns:
        assert outliers(early).loc["post 5", name] == outliers(with_later).loc["post 5", name]
    assert outliers(with_later).loc["post 6", "baseline_views"] == 102.5


def test_what_cannot_be_compared_is_unknown_with_the_reason() -> None:
    rows = outliers(posts(100, 110, 90, 105, 95, 3_000))
    assert rows["reason"].tolist() == ["few_earlier_posts"] * 5 + [np.nan]
    assert rows["z"].isna().tolist() == [True] * 5 + [False]
    assert rows["is_outlier"].tolist() == [pd.NA] * 5 + [True]
    young = outliers(posts(1, 2, 3, 4, 5, 6), now=DAYS[5] + pd.Timedelta(days=6))
    assert young["reason"].tolist()[-1] == "too_young"
    unknown = outliers(posts(1, 2, 3, 4, 5, None))
    assert unknown["reason"].tolist()[-1] == "views_unknown"
    nothing = outliers(posts(0, 0, 0, 0, 0, 6))
    assert nothing["reason"].tolist()[-1] == "no_views_before"
    assert nothing["multiple"].isna().all()


def test_posts_of_one_kind_are_compared_and_only_the_last_forty() -> None:
    kinds = ["video"] * 5 + ["photo_carousel"] + ["video"]
    rows = outliers(posts(1, 2, 3, 4, 5, 900, 6, media_type=kinds))
    assert rows["compared_posts"].tolist() == [0, 1, 2, 3, 4, 0, 5]
    many = outliers(posts(*[10] * 5, *[1_000] * 40, 1_000))
    assert many.loc["post 45", ["compared_posts", "baseline_views"]].tolist() == [40, 1_000.0]


def test_posts_with_equal_views_are_no_outliers_and_one_among_them_is() -> None:
    rows = outliers(posts(*[100] * 8, 150, *[100] * 3))
    assert rows["is_outlier"].fillna(value=False).tolist() == [False] * 8 + [True] + [False] * 3
    assert outliers(posts(100, 100, 100, 100, 100, 0)).loc["post 5", "z"] < 0


def test_multiplying_all_views_changes_nothing() -> None:
    world = post_world(1, Nature(), days=60)
    one = find_outliers(world.posts, history=world.history, now=NOW)
    videos, history = (
        frame.assign(view_count=frame["view_count"] * 10) for frame in (world.posts, world.history)
    )
    ten = find_outliers(videos, history=history, now=NOW).set_index("id").loc[one["id"]]
    for name in ("is_outlier", "compared_posts", "reason", "is_late_wave"):
        assert one[name].tolist() == ten[name].tolist()
    assert np.allclose(one["z"].to_numpy(float), ten["z"].to_numpy(float), atol=0.1, equal_nan=True)


def test_a_young_post_is_compared_with_what_others_had_at_its_age() -> None:
    videos = posts(*[10_000] * 5, 600)
    taken = [(23.0, 95), (25.0, 105), (700.0, 10_000)]
    history = pd.concat(
        [snapshots(f"post {place}", DAYS[place], *taken) for place in range(5)]
        + [snapshots("post 5", DAYS[5], (23.0, 600), (25.0, 600))]
    )
    now = DAYS[5] + pd.Timedelta(hours=30)
    row = outliers(videos, history=history, now=now).loc["post 5"]
    assert row["age_days"] == 1.0
    assert row["baseline_views"] == pytest.approx(100, rel=0.01)
    assert row["multiple"] == pytest.approx(6, rel=0.01)
    old = outliers(videos, history=history, age_days=2, now=now)
    assert old["reason"].tolist()[-1] == "too_young"


def test_daily_analytics_say_what_posts_had_at_an_age() -> None:
    videos = posts(*[900] * 6)
    days = [day for start in DAYS[:6] for day in pd.date_range(start.date(), periods=20)]
    ids = [f"post {place}" for place in range(6) for _ in range(20)]
    analytics = pd.DataFrame(
        {"entity": "video", "entity_id": ids, "metric": "views", "date": days, "value": 10.0}
    ).assign(label="x", series_kind="main", is_partial=False, is_baseline=False, parent_id=None)
    rows = outliers(videos, analytics=analytics, age_days=7, timezone="UTC")
    assert rows.loc["post 5", "baseline_views"] == pytest.approx(75, abs=1)
    with pytest.raises(MissingArgumentError, match="timezone"):
        outliers(videos, analytics=analytics)


# What was compared


def test_without_series_the_counts_of_now_are_compared() -> None:
    found = outliers(posts(100, 110, 90, 105, 95, 6_000))
    row = found.loc["post 5"]
    assert (row["basis"], row["compared_views"]) == ("counts now", 6_000.0)
    assert found["age_days"].isna().all()
    assert found["basis"].isna().tolist() == [True] * 5 + [False]
    assert found.attrs["trackagoat"]["note"].startswith("Posts are compared by today's counts")


def test_counts_of_now_are_named_where_only_some_posts_have_snapshots() -> None:
    videos = posts(*[1_000] * 7)
    history = pd.concat(
        snapshots(f"post {place}", DAYS[place], (671, 900), (673, 900)) for place in range(1, 7)
    )
    found = outliers(videos, history=history)
    # The first post has no count at four weeks, and the sixth is compared with it.
    assert found["basis"].tolist()[5:] == ["counts now", "counts now"]
    whole = pd.concat([history, snapshots("post 0", DAYS[0], (671, 900), (673, 900))])
    known = outliers(videos, history=whole)
    assert known["basis"].tolist()[5:] == ["same age", "same age"]
    assert known["age_days"].tolist()[5:] == [28.0, 28.0]
    assert "note" not in known.attrs.get("trackagoat", {})


# Late waves


def rising(*points: tuple[float, int]) -> pd.Series:
    """The last of six posts, of which the others have 1,000 views."""
    videos = posts(*[1_000] * 5, points[-1][1])
    history = pd.concat(
        [
            *(snapshots(f"post {place}", DAYS[place], (100, 1_000)) for place in range(5)),
            snapshots("post 5", DAYS[5], *points),
        ]
    )
    now = DAYS[5] + pd.Timedelta(hours=points[-1][0] + 1)
    return outliers(videos, history=history, age_days=3, now=now).loc["post 5"]


def test_a_late_wave_is_seen_by_the_gain_of_the_last_day() -> None:
    row = rising((24, 800), (48, 900), (72, 950), (96, 1_000), (120, 1_600))
    assert row["is_late_wave"]
    assert row["rose_at"] == DAYS[5] + pd.Timedelta(hours=120)
    # As fast as the day before, or hardly anything of what posts usually have.
    assert not rising((24, 200), (48, 900), (72, 1_600), (96, 2_300), (120, 3_000))["is_late_wave"]
    assert not rising((24, 800), (48, 900), (72, 905), (96, 910), (120, 1_000))["is_late_wave"]


def test_a_gap_between_readings_is_not_a_wave() -> None:
    assert not rising((24, 100), (48, 500), (72, 500), (96, 500), (120, 1_400))["is_late_wave"]


def test_without_snapshots_a_late_wave_is_not_known() -> None:
    rows = outliers(posts(1, 2, 3, 4, 5, 900))
    assert rows["is_late_wave"].isna().all()
    assert rows["rose_at"].isna().all()


# The frame


def test_an_empty_frame_gives_an_empty_result_of_the_same_dtypes() -> None:
    full = posts(1, 2, 3, 4, 5, 900)
    assert find_outliers(full.head(0)).dtypes.to_dict() == find_outliers(full).dtypes.to_dict()


def test_wrong_arguments_are_refused() -> None:
    with pytest.raises(ArgumentError, match="age_days"):
        find_outliers(posts(1), age_days=0)
    with pytest.raises(MissingColumnError, match="load_videos"):
        find_outliers(posts(1).drop(columns="view_count"))
    with pytest.raises(MissingColumnError, match=r"store\.history"):
        find_outliers(posts(1), history=posts(1))


def test_how_often_calls_held_is_said_or_is_unknown_with_the_reason() -> None:
    found = find_outliers(posts(1, 2, 3), backtest=True)
    assert "NA: views are compared at one age" in found.attrs["trackagoat"]["note"]
    world = post_world(2, Nature(), days=60)
    few = find_outliers(world.posts, history=world.history, now=NOW, backtest=True)
    assert few.attrs["trackagoat"]["record"]["rate"] is None
    assert "fewer than 10 settled posts" in few.attrs["trackagoat"]["note"]


# Simulated worlds


def ordinary_and_planted(seed: int, spread: float) -> tuple[PostWorld, pd.DataFrame]:
    """A world in which some posts have many times their creator's level, and what is found."""
    chosen: set[str] = set()

    def change(videos: Any, planted: Any) -> None:
        is_special = np.isin(videos.ids, [*set().union(*planted.ids.values())])
        final = pd.Series(videos.curves["final_views"])
        level = final.groupby(pd.Series(videos.creator_ids)).transform("median").to_numpy()
        drawn = np.random.default_rng(seed).random(len(final)) < 0.02
        picked = drawn & ~is_special & ~np.isnan(level)
        videos.curves["final_views"][picked] = SPREADS[spread] * level[picked]
        chosen.update(np.array(videos.ids, object)[picked])

    world = post_world(seed, Nature(luck=spread), days=400, change=change)
    found = find_outliers(world.posts, history=world.history, now=NOW, backtest=True)
    found = found[found["z"].notna()]
    kinds = ("bought", "boosted", "second_wave", "breakout", "suppressed")
    special = set().union(*(world.planted.ids[kind] for kind in kinds))
    is_planted = found["id"].isin(chosen)
    number = world.posts.groupby("creator_id")["id"].size()
    size = world.posts.groupby("creator_id")["view_count"].median()
    return world, found.assign(
        is_planted=is_planted,
        is_ordinary=~found["id"].isin(special | chosen),
        is_flagged=found["is_outlier"].fillna(value=False).to_numpy(bool),
        number=found["creator_id"].map(number),
        size=found["creator_id"].map(size),
    )


@pytest.mark.parametrize("spread", SPREADS)
def test_ordinary_posts_are_hardly_ever_flagged_and_those_far_above_are_found(
    spread: float,
) -> None:
    seeds = range(1, 1 + part(20, 6, 2))
    found = pd.concat([ordinary_and_planted(seed, spread)[1] for seed in seeds])
    ordinary = found[found["is_ordinary"]]
    assert found.loc[found["is_planted"], "is_flagged"].mean() >= (0.95 if len(seeds) > 2 else 0.85)
    if spread == 0.5:
        return  # the bars of ordinary posts are for the other two
    assert ordinary["is_flagged"].mean() <= 0.01
    if len(seeds) > 2:
        for by in ("number", "size"):
            low, high = ordinary[by].quantile([1 / 3, 2 / 3])
            smallest, largest = ordinary[ordinary[by] <= low], ordinary[ordinary[by] > high]
            assert abs(smallest["is_flagged"].mean() - largest["is_flagged"].mean()) <= 0.005


@heavy
@pytest.mark.parametrize("spread", [0.9, 1.6])
def test_it_is_so_with_curves_of_another_family(spread: float) -> None:
    with heavy_tails():
        found = pd.concat([ordinary_and_planted(seed, spread)[1] for seed in range(1, 9)])
    assert found.loc[found["is_planted"], "is_flagged"].mean() >= 0.95
    assert found.loc[found["is_ordinary"], "is_flagged"].mean() <= 0.01


@pytest.mark.parametrize("every_h", [6.0, 24.0])
def test_late_waves_are_found_within_half_a_day_and_a_gap_between_snapshots(every_h: float) -> None:
    hits, quiet = [], []
    for seed in range(1, 1 + part(20, 6, 2)):
        nature = Nature(luck=[0.9, 1.6][seed % 2])
        world = post_world(seed, nature, days=200, every_h=every_h, followed_days=40)
        found = find_outliers(world.posts, history=world.history, now=NOW).set_index("id")
        onsets = world.planted.onsets.reindex(found.index)
        is_late = onsets > found["posted_at"] + pd.Timedelta(days=1)
        is_late &= onsets + pd.Timedelta(hours=12 + every_h) < NOW
        is_late &= found["is_late_wave"].notna()
        after = found["rose_at"] - onsets
        in_time = after.between(pd.Timedelta(0), pd.Timedelta(hours=12 + every_h, seconds=1))
        hits += in_time[is_late].tolist()
        kinds = ("bought", "second_wave", "breakout", "suppressed")
        special = set().union(*(world.planted.ids[kind] for kind in kinds))
        quiet += found.loc[~found.index.isin(special), "is_late_wave"].dropna().tolist()
    assert len(hits) >= 8
    assert np.mean(hits) >= (0.9 if len(hits) > 20 else 0.75)
    assert np.mean(quiet) <= 0.01


@heavy
@pytest.mark.parametrize("spread", [0.9, 1.6])
def test_the_printed_rate_is_that_of_the_calls_of_today(spread: float) -> None:
    month, counts = pd.Timedelta(days=28), np.zeros(4)
    for seed in range(21, 41):
        chosen: list[Any] = []
        for now in (NOW, NOW + month):

            def change(videos: Any, planted: Any, seed: int = seed) -> None:
                final = pd.Series(videos.curves["final_views"])
                level = final.groupby(pd.Series(videos.creator_ids)).transform("median").to_numpy()
                drawn = np.random.default_rng(seed).random(len(final)) < 0.02
                is_special = np.isin(videos.ids, [*set().union(*planted.ids.values())])
                picked = drawn & ~is_special & ~np.isnan(level)
                videos.curves["final_views"][picked] = SPREADS[spread] * level[picked]

            world = post_world(seed, Nature(luck=spread), days=400, now=now, change=change)
            options = {"history": world.history, "now": now, "backtest": now == NOW}
            chosen.append(find_outliers(world.posts, **options))
        today, later = chosen
        record = today.attrs["trackagoat"]["record"]
        is_young = (NOW - today["posted_at"] < month) & today["is_outlier"].fillna(value=False)
        held = later.set_index("id")["z"].reindex(today.loc[is_young, "id"]) >= OUTLIER_Z
        counts += [record["calls"], record["held"], len(held), held.sum()]
    printed, true = counts[1] / counts[0], counts[3] / counts[2]
    assert abs(printed - true) <= 0.05, counts
