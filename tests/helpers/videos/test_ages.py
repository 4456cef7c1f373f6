"""Counts of posts by their age, against cases by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from trackagoat_pandas.errors import ArgumentError, MissingArgumentError, MissingColumnError
from trackagoat_pandas.helpers.videos.ages import counts_by_age, views_at

READ = pd.Timestamp("2026-06-15T12:00Z")


def posts(*posted_at: str | None, views: float | None = 1_000) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": [f"post {place}" for place in range(len(posted_at))],
            "posted_at": pd.to_datetime([*posted_at], utc=True, format="ISO8601"),
            "view_count": pd.array([views] * len(posted_at), dtype="Int64"),
        }
    )


def snapshots(*rows: tuple[str, str, int | None]) -> pd.DataFrame:
    history = pd.DataFrame([*rows], columns=["id", "observed_at", "view_count"])
    history["observed_at"] = pd.to_datetime(history["observed_at"], utc=True, format="ISO8601")
    return history.astype({"view_count": "Int64"})


def daily(
    first: str, values: list[float | None], load: str = "", **columns: object
) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "entity": "video",
            "entity_id": "post 0",
            "metric": "views",
            "date": pd.date_range(first, periods=len(values)).astype("datetime64[us]"),
            "value": pd.array(values, dtype="Float64"),
            "series_kind": "main",
            "is_partial": False,
            "is_baseline": False,
            **columns,
        }
    )
    frame.attrs["trackagoat"] = {"server_time": load} if load else {}
    return frame


def by_hand(seen: pd.DataFrame) -> list[list[float]]:
    return seen[["post", "age_h", "view_count"]].to_numpy().tolist()


def test_without_other_sources_each_post_has_its_count_now() -> None:
    seen = counts_by_age(posts("2026-06-15T10:00Z", "2026-06-14T12:00Z"), read_at=READ)
    assert by_hand(seen) == [[0, 2, 1_000], [1, 24, 1_000]]
    assert seen.dtypes.astype(str).tolist() == ["int64", "float64", "float64"]


def test_posts_without_a_day_a_count_or_posted_later_have_no_row() -> None:
    assert counts_by_age(posts(None, "2026-06-16T12:00Z"), read_at=READ).empty
    assert counts_by_age(posts("2026-06-15T10:00Z", views=None), read_at=READ).empty
    assert counts_by_age(posts(), read_at=READ).empty


def test_snapshots_are_rows_by_age_and_the_count_now_wins_at_its_own_moment() -> None:
    history = snapshots(
        ("post 0", "2026-06-15T11:00Z", 60),
        ("post 0", "2026-06-15T10:30Z", 80),  # taken back later
        ("post 0", "2026-06-15T09:59Z", 1),  # before it was posted
        ("post 0", "2026-06-15T11:30Z", None),
        ("post 0", "2026-06-15T12:00Z", 999),
        ("post 0", "2026-06-15T13:00Z", 5_000),  # later than what is asked
        ("another", "2026-06-15T11:00Z", 7),
    )
    seen = counts_by_age(posts("2026-06-15T10:00Z"), read_at=READ, history=history)
    assert by_hand(seen) == [[0, 0.5, 80], [0, 1, 60], [0, 2, 1_000]]


def test_a_snapshot_without_an_id_is_of_no_post() -> None:
    videos = posts("2026-06-14T12:00Z", "2026-06-14T12:00Z").assign(id=["post 0", None])
    history = snapshots(("post 0", "2026-06-15T06:00Z", 5), (None, "2026-06-15T06:00Z", 7))
    seen = counts_by_age(videos, read_at=READ, history=history)
    assert seen["view_count"].tolist() == [5, 1_000, 1_000]


def test_counts_that_the_snapshots_do_not_have_are_unknown_there() -> None:
    videos = posts("2026-06-15T10:00Z").assign(like_count=pd.array([9], dtype="Int64"))
    history = snapshots(("post 0", "2026-06-15T11:00Z", 60))
    names = ("view_count", "like_count")
    seen = counts_by_age(videos, read_at=READ, names=names, history=history)
    assert seen["like_count"].isna().tolist() == [True, False]
    with pytest.raises(MissingColumnError, match="like_count"):
        counts_by_age(videos, read_at=READ, names=("like_count",), history=history)


def test_daily_values_are_summed_from_the_day_of_posting_to_the_ends_of_days() -> None:
    analytics = daily("2026-06-12", [5, 10, 20, 30])
    seen = counts_by_age(posts("2026-06-13T18:00Z"), read_at=READ, analytics=analytics, zone="UTC")
    assert by_hand(seen) == [[0, 6, 10], [0, 30, 30], [0, 42, 1_000]]  # the 15th isn't over


def test_analytics_of_something_else_are_refused() -> None:
    analytics = daily("2026-06-12", [5, 10, 20, 30])
    for other in ({"entity": "creator"}, {"metric": "likes"}):
        with pytest.raises(ArgumentError, match="views of videos"):
            counts_by_age(
                posts("2026-06-13T18:00Z"),
                read_at=READ,
                analytics=analytics.assign(**other),
                zone="UTC",
            )


def test_a_day_that_is_not_over_ends_when_it_was_loaded() -> None:
    partial = [False, False, True]
    analytics = daily("2026-06-13", [10, 20, 30], "2026-06-15T06:00Z", is_partial=partial)
    seen = counts_by_age(posts("2026-06-13T18:00Z"), read_at=READ, analytics=analytics, zone="UTC")
    assert by_hand(seen)[:3] == [[0, 6, 10], [0, 30, 30], [0, 36, 60]]
    without = counts_by_age(
        posts("2026-06-13T18:00Z"),
        read_at=READ,
        analytics=daily("2026-06-13", [10, 20, 30], is_partial=partial),
        zone="UTC",
    )
    assert by_hand(without) == [[0, 6, 10], [0, 30, 30], [0, 42, 1_000]]


def test_a_missing_or_half_read_day_ends_what_is_known() -> None:
    video = posts("2026-06-11T18:00Z")
    missing = daily("2026-06-11", [10, None, 20, 30])
    seen = counts_by_age(video, read_at=READ, analytics=missing, zone="UTC")
    assert by_hand(seen) == [[0, 6, 10], [0, 90, 1_000]]
    half = daily("2026-06-11", [10, 15, 20], "2026-06-15T06:00Z", is_partial=[False, True, False])
    seen = counts_by_age(video, read_at=READ, analytics=half, zone="UTC")
    assert by_hand(seen) == [[0, 6, 10], [0, 90, 1_000]]


def test_a_post_that_is_older_than_its_series_has_its_count_now_alone() -> None:
    analytics = daily("2026-06-12", [10, 20, 30])
    seen = counts_by_age(posts("2026-06-11T18:00Z"), read_at=READ, analytics=analytics, zone="UTC")
    assert by_hand(seen) == [[0, 90, 1_000]]
    baseline = daily("2026-06-11", [0, 20, 30], is_baseline=[True, False, False])
    seen = counts_by_age(posts("2026-06-11T18:00Z"), read_at=READ, analytics=baseline, zone="UTC")
    assert by_hand(seen) == [[0, 90, 1_000]]


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        ("2026-03-08", "America/New_York", 23),
        ("2026-11-01", "America/New_York", 25),
        ("2011-12-29", "Pacific/Apia", 24),  # followed by the 31st
    ],
)
def test_days_have_the_hours_that_their_zone_gives_them(day: str, zone: str, hours: int) -> None:
    midnight = pd.Timestamp(day, tz=zone).tz_convert("UTC")
    dates = pd.date_range(day, periods=3).drop(pd.Timestamp("2011-12-30"), errors="ignore")
    analytics = daily(day, [10] * len(dates), date=dates.astype("datetime64[us]"))
    seen = counts_by_age(
        posts(midnight.isoformat()),
        read_at=midnight + pd.Timedelta(days=9),
        analytics=analytics,
        zone=zone,
    )
    assert by_hand(seen)[:2] == [[0, hours, 10], [0, hours + 24, 20]]


def test_days_need_their_time_zone() -> None:
    with pytest.raises(MissingArgumentError, match="timezone"):
        counts_by_age(posts("2026-06-11"), read_at=READ, analytics=daily("2026-06-12", [1]))


def test_several_metrics_share_a_row_at_each_moment() -> None:
    views = daily("2026-06-13", [10, 20])
    likes = daily("2026-06-13", [1, None], metric="likes")
    videos = posts("2026-06-13T18:00Z").assign(like_count=pd.array([9], dtype="Int64"))
    seen = counts_by_age(
        videos,
        read_at=READ,
        names=("view_count", "like_count"),
        analytics=pd.concat([views, likes]),
        zone="UTC",
    )
    assert seen.fillna(-1).to_numpy().tolist() == [
        [0, 6, 10, 1],
        [0, 30, 30, -1],
        [0, 42, 1_000, 9],
    ]


# The count at an age


def seen_at(*moments: tuple[float, float]) -> pd.DataFrame:
    ages, views = zip(*moments, strict=True)
    return pd.DataFrame({"post": 0, "age_h": ages, "view_count": views})


def test_the_count_at_an_age_that_was_seen_is_that_count() -> None:
    assert views_at(seen_at((6, 100), (24, 400)), 24, 1).tolist() == [400]


def test_between_two_near_moments_log_counts_are_a_line_over_log_age() -> None:
    assert views_at(seen_at((6, 99), (24, 399)), 12, 1)[0] == pytest.approx(199)


@pytest.mark.parametrize(
    ("moments", "age", "is_known"),
    [
        (((6, 99), (24, 399)), 12, True),
        (((5.9, 99), (24.5, 399)), 12, False),
        (((1, 99), (25, 399)), 24, True),  # near the later one
        (((3, 99), (27, 399)), 6, False),
        (((6, 99), (24, 399)), 25, False),  # not reached
        (((6, 99), (24, 399)), 5, False),
    ],
)
def test_far_moments_do_not_make_a_count(
    moments: tuple[tuple[float, float], ...], age: float, is_known: bool
) -> None:
    assert np.isfinite(views_at(seen_at(*moments), age, 1)).tolist() == [is_known]


def test_posts_do_not_borrow_moments_from_each_other() -> None:
    seen = pd.DataFrame({"post": [0, 2], "age_h": [6.0, 24.0], "view_count": [99.0, 399.0]})
    assert np.isnan(views_at(seen, 12, 3)).all()
    assert views_at(seen, np.array([6.0, 6.0, 24.0]), 3)[[0, 2]].tolist() == [99, 399]


def test_nothing_seen_is_nothing_known() -> None:
    assert np.isnan(views_at(counts_by_age(posts(), read_at=READ), 24, 2)).tolist() == [True] * 2
    assert np.isnan(views_at(seen_at((6, np.nan), (12, np.nan)), 6, 1)).all()


def test_a_count_that_fell_is_interpolated_as_seen() -> None:
    assert views_at(seen_at((12, 399), (24, 99)), 17, 1)[0] == pytest.approx(199, abs=5)


@pytest.mark.parametrize("seed", range(1, 13))
def test_the_count_at_an_age_is_between_the_counts_around_it(seed: int) -> None:
    dice = np.random.default_rng(seed)
    ages = np.sort(dice.uniform(0.1, 900, 40))
    seen = seen_at(*zip(ages, np.sort(dice.lognormal(6, 2, 40)), strict=True))
    for age in dice.uniform(0.1, 900, 50):
        [found] = views_at(seen, age, 1)
        after = int(np.searchsorted(ages, age))
        if np.isfinite(found):
            low, high = seen["view_count"][after - 1 : after + 1]
            assert low <= found * (1 + 1e-9)
            assert found <= high * (1 + 1e-9)


def test_a_count_below_0_is_taken_as_0() -> None:
    history = snapshots(("post 0", "2026-06-15T11:00Z", -5), ("post 0", "2026-06-15T11:30Z", 8))
    seen = counts_by_age(posts("2026-06-15T10:00Z"), read_at=READ, history=history)
    assert views_at(seen, 1.0, 1).tolist() == [0]
    assert views_at(seen, 1.5, 1).tolist() == [8]


@pytest.mark.parametrize("count", [np.inf, -np.inf, 0.5])
def test_counts_of_snapshots_are_whole_numbers(count: float) -> None:
    history = snapshots(("post 0", "2026-06-15T11:00Z", 5)).assign(view_count=[count])
    with pytest.raises(ArgumentError, match="view_count: the column must hold whole numbers"):
        counts_by_age(posts("2026-06-15T10:00Z"), read_at=READ, history=history)
