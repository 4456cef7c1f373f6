"""Heat maps, consistency, calendars, the inbox and over-posting, against small cases by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import part
from trackagoat_pandas.errors import ArgumentError, ContractWarning, MissingColumnError
from trackagoat_pandas.helpers.posting import (
    content_calendar,
    find_overposting,
    inbox,
    posting_consistency,
    posting_heatmap,
)

NOW = "2026-06-15T12:00:00Z"


def posts(*posted_at: str, **columns: Any) -> pd.DataFrame:
    size = len(posted_at)
    return pd.DataFrame(
        {
            "id": [f"post {place}" for place in range(size)],
            "creator_id": ["ann"] * size,
            "posted_at": pd.to_datetime([*posted_at], utc=True, format="ISO8601"),
            "tracking_status": ["included"] * size,
            "view_count": pd.array([1_000] * size, dtype="Int64"),
            **columns,
        }
    )


# Heat map


def test_a_cell_has_its_posts_mean_and_median() -> None:
    videos = posts(
        "2026-06-14T12:10Z", "2026-06-14T12:50Z", "2026-06-14T12:59Z", "2026-06-15T12:00Z",
        view_count=pd.array([10, 20, 90, None], dtype="Int64"),
    )  # fmt: skip
    cells = posting_heatmap(videos, timezone="UTC")
    assert cells.iloc[0].tolist() == [0, 12, 3, 40.0, 20.0]
    assert cells.iloc[1][["dow", "hour", "posts"]].tolist() == [1, 12, 1]
    assert cells.iloc[1][["mean_views", "median_views"]].isna().all()


def test_hours_are_those_of_the_zone_on_days_when_clocks_change() -> None:
    # 1:30 comes twice on the first Sunday of November, and 2:30 not at all in March.
    twice = posts("2026-11-01T05:30Z", "2026-11-01T06:30Z", "2026-03-08T07:30Z")
    cells = posting_heatmap(twice, timezone="America/New_York")
    assert cells[["dow", "hour", "posts"]].to_numpy().tolist() == [[0, 1, 2], [0, 3, 1]]


def test_posts_that_do_not_count_are_left_out_and_those_of_no_creator_stay() -> None:
    videos = posts(
        *["2026-06-15T12:00Z"] * 4,
        creator_id=[None, "ann", "ann", "ann"],
        tracking_status=["direct_add", "pending_review", "included", "new word"],
        is_tracking_disabled=[False, False, True, False],
    )
    with pytest.warns(ContractWarning, match="They are left out"):
        cells = posting_heatmap(videos, timezone="UTC")
    assert cells["posts"].tolist() == [1]


@pytest.mark.parametrize(
    ("helper", "unknown"),
    [
        (posting_heatmap, "posted_at"), (content_calendar, "posted_at"),
        (posting_consistency, "posted_at"), (posting_consistency, "creator_id"),
        (find_overposting, "posted_at"), (find_overposting, "creator_id"),
    ],
)  # fmt: skip
def test_a_post_without_a_time_or_where_it_is_needed_a_creator_changes_nothing(
    helper: Any, unknown: str
) -> None:
    days = [1] * 9 + [10] * 9 + [12] * 2
    videos = posts(*(f"2026-06-{day:02}T12:00Z" for day in days), title=["Hi"] * len(days))
    videos.loc[videos.index < 9, unknown] = None
    found, expected = (helper(frame, timezone="UTC") for frame in (videos, videos.iloc[9:]))
    pd.testing.assert_frame_equal(found, expected)


def test_an_empty_frame_gives_empty_results_of_the_same_dtypes() -> None:
    full = posts("2026-06-14T12:00Z", title=["Hi"])
    for helper in (posting_heatmap, posting_consistency, content_calendar, find_overposting):
        found = helper(full, timezone="UTC")
        empty = helper(full.head(0), timezone="UTC")
        assert len(empty) == 0
        assert empty.dtypes.to_dict() == found.dtypes.to_dict()
    assert inbox(full.head(0)).dtypes.to_dict() == inbox(full).dtypes.to_dict()


def test_a_time_zone_must_be_known() -> None:
    for helper in (posting_heatmap, posting_consistency, content_calendar, find_overposting):
        with pytest.raises(ArgumentError, match="timezone"):
            helper(posts("2026-06-14T12:00Z", title=["Hi"]))


def test_without_the_instants_of_posting_the_error_names_the_loader() -> None:
    with pytest.raises(MissingColumnError, match="load_videos"):
        posting_heatmap(posts("2026-06-14T12:00Z").drop(columns="posted_at"), timezone="UTC")


# Consistency


def consistency(videos: pd.DataFrame, **options: Any) -> dict[str, Any]:
    options = {"timezone": "UTC", "now": NOW, **options}
    [row] = posting_consistency(videos, **options).to_dict("records")
    return row


def test_silences_before_the_first_and_after_the_last_post_count() -> None:
    videos = posts("2026-06-05T12:00Z", "2026-06-06T12:00Z", "2026-06-06T13:00Z")
    row = consistency(videos, dates="2026-06-01..2026-06-14")
    assert (row["active_days"], row["posts"], row["posts_per_week"]) == (2, 3, 1.5)
    assert row["longest_silence_days"] == 8  # 7 to 14 June
    assert row["gaps"] == 1
    assert row["last_day"] == pd.Timestamp("2026-06-06")
    assert consistency(videos, dates="2026-06-01..2026-06-14", gap_days=4)["gaps"] == 2


@pytest.mark.parametrize(("last", "gaps"), [("2026-06-12", 0), ("2026-06-13", 1)])
def test_by_default_a_gap_has_seven_days(last: str, gaps: int) -> None:
    row = consistency(posts("2026-06-06T12:00Z"), dates=f"2026-06-06..{last}")
    assert (row["longest_silence_days"], row["gaps"]) == (6 + gaps, gaps)


def test_by_default_days_begin_with_the_first_post_and_end_today() -> None:
    row = consistency(posts("2026-06-12T12:00Z", "2026-06-20T12:00Z"))
    assert (row["posts"], row["longest_silence_days"]) == (1, 3)
    assert row["posts_per_week"] == 7 / 4


def test_days_after_today_do_not_count() -> None:
    row = consistency(posts("2026-06-15T11:00Z"), dates="2026-06-15..2026-06-30")
    assert (row["longest_silence_days"], row["posts_per_week"]) == (0, 7.0)


def test_active_creators_without_a_post_are_listed_and_others_are_not() -> None:
    creators = pd.DataFrame(
        {
            "id": ["ann", "ben", "cyd"],
            "tiktok_handle": ["ann", "ben", "cyd"],
            "is_active": [True, True, False],
        }
    )
    found = posting_consistency(
        posts("2026-06-14T12:00Z"), creators=creators, dates="2026-06-01..2026-06-14",
        timezone="UTC", now=NOW,
    )  # fmt: skip
    assert found["tiktok_handle"].tolist() == ["ann", "ben"]
    assert found["longest_silence_days"].tolist() == [13, 14]
    assert found["gaps"].tolist() == [1, 1]
    assert found["last_day"].isna().tolist() == [False, True]


def test_a_day_belongs_to_the_zone() -> None:
    late = posts("2026-06-14T09:00Z", "2026-06-14T11:00Z")  # 22:00, and 0:00 of the next day
    row = consistency(late, timezone="Pacific/Apia", now="2026-06-15T12:00Z")
    assert row["active_days"] == 2
    assert consistency(late)["active_days"] == 1


def test_creators_whose_ids_are_numbers_are_those_of_the_posts() -> None:
    videos = posts("2026-06-14T12:00Z", creator_id=["17"])
    creators = pd.DataFrame({"id": [17, 18], "tiktok_handle": ["ann", "bob"]})
    found = posting_consistency(videos, creators=creators, timezone="UTC", now=NOW)
    assert found[["creator_id", "posts"]].to_numpy().tolist() == [["17", 1], ["18", 0]]


# Calendar


def test_each_day_has_its_posts_and_days_without_one_are_there() -> None:
    videos = posts(
        "2026-06-10T12:00Z", "2026-06-12T13:00Z", "2026-06-12T12:00Z",
        creator_id=["ann", "ben", "ann"], title=["One", None, "Two"],
    )  # fmt: skip
    creators = pd.DataFrame({"id": ["ann"], "tiktok_handle": ["ann.goat"]})
    days = content_calendar(videos, dates="2026-06-10..2026-06-13", timezone="UTC", now=NOW)
    assert days["day"].dt.day.tolist() == [10, 11, 12, 13]
    assert days["posts"].tolist() == [1, 0, 2, 0]
    assert days["creators"].tolist() == [1, 0, 2, 0]
    assert days["views"].tolist() == [1_000, 0, 2_000, 0]
    assert days["video_titles"].tolist()[2] == "Two\n(no title)"
    hers = content_calendar(
        videos, creators=creators, dates="2026-06-10..2026-06-13", timezone="UTC", now=NOW
    )
    assert hers["posts"].tolist() == [1, 0, 1, 0]
    assert hers["video_titles"].tolist()[2] == "@ann.goat: Two"


# Inbox


def test_the_post_that_waits_longest_comes_first() -> None:
    videos = posts(
        "2026-06-15T08:00Z", "2026-06-14T12:00Z", "2026-06-15T09:00Z", "2026-06-13T12:00Z",
        tracking_status=["pending_review", "Pending-Review", "pending_review", "included"],
        created_at=["2026-06-15T10:00Z", None, "2026-06-15T09:30Z", None],
    )  # fmt: skip
    waiting = inbox(videos, now=NOW)
    assert waiting["id"].tolist() == ["post 1", "post 2", "post 0"]
    assert waiting["hours_waiting"].tolist() == [24.0, 2.5, 2.0]


# Over-posting


def flood(*views: int | None, day: str = "2026-06-10", **columns: Any) -> pd.DataFrame:
    times = [f"{day}T{hour:02}:00Z" for hour in range(8, 8 + len(views))]
    return posts(*times, view_count=pd.array([*views], dtype="Int64"), **columns)


@pytest.mark.parametrize(
    ("views", "is_over"),
    [
        ([99, 99] + [100] * 5, True),
        ([99, 100] + [100] * 5, False),
        ([99, 99] + [100] * 4, False),
        ([99, None] + [100] * 5, False),
    ],
)
def test_seven_posts_of_which_two_have_fewer_than_100_views(
    views: list[int | None], is_over: bool
) -> None:
    found = find_overposting(flood(*views), timezone="UTC", now=NOW)
    assert len(found) == is_over
    if is_over:
        assert found[["posts", "low_posts"]].to_numpy().tolist() == [[7, 2]]
        assert found["confirmed_posts"].isna().all()


def test_a_post_of_less_than_two_hours_is_not_judged() -> None:
    videos = flood(*[500] * 5, 50, 50)  # the last at 14:00
    for now, number in (("2026-06-10T15:59:59Z", 0), ("2026-06-10T16:00Z", 1)):
        assert len(find_overposting(videos, timezone="UTC", now=now)) == number


def test_posts_after_a_given_moment_are_not_there_yet() -> None:
    videos = flood(*[50] * 7)  # the last at 14:00
    for now, number in (("2026-06-10T13:59:59Z", 0), ("2026-06-10T14:00Z", 1)):
        assert len(find_overposting(videos, timezone="UTC", now=now)) == number


def test_a_day_of_the_last_seven_is_amber() -> None:
    videos = flood(*[50] * 7)
    for now, level in (("2026-06-16T23:59Z", "amber"), ("2026-06-17T00:00Z", "neutral")):
        found = find_overposting(videos, timezone="UTC", now=now)
        assert found["severity"].tolist() == [level]


def snapshots(*rows: tuple[str, str, int]) -> pd.DataFrame:
    ids, moments, views = zip(*rows, strict=True)
    return pd.DataFrame(
        {
            "id": ids,
            "observed_at": pd.to_datetime([*moments], utc=True, format="ISO8601"),
            "view_count": pd.array([*views], dtype="Int64"),
        }
    )


def test_snapshots_confirm_low_views_and_know_those_of_posts_that_rose_later() -> None:
    videos = flood(*[5_000] * 5, 50, 50)
    history = snapshots(
        ("post 0", "2026-06-10T12:00Z", 60),  # it rose later
        ("post 1", "2026-06-10T10:59Z", 60),  # not two hours after 9:00
        ("post 5", "2026-06-11T12:00Z", 0),  # a zero of the first day
        ("post 6", "2026-06-11T14:01Z", 0),  # and one after it
    )
    found = find_overposting(videos, history=history, timezone="UTC", now=NOW)
    assert found[["low_posts", "confirmed_posts"]].to_numpy().tolist() == [[3, 2]]


def test_snapshots_whose_ids_are_numbers_are_those_of_the_same_posts() -> None:
    first = 7_300_000_000_000_000_001
    videos = flood(*[5_000] * 7).assign(id=range(first, first + 7))
    history = snapshots(("", "2026-06-12T12:00Z", 60), ("", "2026-06-12T12:00Z", 60))
    for ids in ([first, first + 6], [f"{first}", f"{first + 6}"]):
        found = find_overposting(videos, history=history.assign(id=ids), timezone="UTC", now=NOW)
        assert found["confirmed_posts"].tolist() == [2]


def test_snapshots_after_the_moment_are_not_known_then() -> None:
    history = snapshots(
        ("post 0", "2026-06-12T12:00Z", 60), ("post 1", "2026-06-12T12:00Z", 60)
    )  # fmt: skip
    videos = flood(*[5_000] * 7)
    for now, days in (("2026-06-12T11:59Z", 0), ("2026-06-12T12:00Z", 1)):
        assert len(find_overposting(videos, history=history, timezone="UTC", now=now)) == days


@pytest.mark.parametrize(
    ("zone", "first", "hours"),
    [
        ("Pacific/Apia", "2026-06-09T11:00Z", 24),
        ("Pacific/Honolulu", "2026-06-10T10:00Z", 24),
        ("America/New_York", "2026-03-08T05:00Z", 23),
        ("America/New_York", "2026-11-01T04:00Z", 25),
    ],
)
def test_a_day_has_the_posts_from_its_midnight_to_the_next(
    zone: str, first: str, hours: int
) -> None:
    start = pd.Timestamp(first)
    last = start + pd.Timedelta(hours=hours) - pd.Timedelta(seconds=1)
    inside = [start, *[start + pd.Timedelta(hours=5)] * 5, last]
    now = (last + pd.Timedelta(hours=5)).isoformat()

    def found(instants: list[pd.Timestamp]) -> int:
        videos = posts(*[one.isoformat() for one in instants])
        low = videos.assign(view_count=pd.array([10] * 7, dtype="Int64"))
        return len(find_overposting(low, timezone=zone, now=now))

    assert found(inside) == 1
    assert found([inside[0] - pd.Timedelta(seconds=1), *inside[1:]]) == 0
    assert found([*inside[:-1], last + pd.Timedelta(seconds=1)]) == 0


def test_by_default_nobody_is_silent_before_the_first_post() -> None:
    videos = posts("2026-06-01T12:00Z", "2026-06-09T12:00Z", "2026-06-11T12:00Z")
    videos["creator_id"] = ["ann", "bob", "bob"]
    found = posting_consistency(videos, timezone="UTC", now="2026-06-14T12:00Z")
    columns = ["creator_id", "posts_per_week", "longest_silence_days", "gaps"]
    assert found[columns].to_numpy().tolist() == [["bob", 14 / 6, 3, 0], ["ann", 0.5, 13, 1]]
    report = posting_consistency(videos, timezone="UTC", dates="2026-06-01..2026-06-14")
    assert report.set_index("creator_id").loc["bob", "longest_silence_days"] == 8


# The server


@pytest.mark.parametrize("seed", range(60, 60 + part(20, 20, 1)))
@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Apia", "Pacific/Honolulu"])
def test_reports_and_planted_days_are_found_again(seed: int, zone: str) -> None:
    with (
        tgp.sandbox(seed=seed, timezone=zone, rate_limit=None) as box,
        tgp.connect(box.key, base_url=box.base_url, transport=box.app, progress=False),
    ):
        project, span = "Q1 Brand Program", "2026-02-01..2026-06-18"
        videos, creators = tgp.load_videos(project), tgp.load_creators(project)
        heatmap = tgp.load_report("posting-heatmap", project, dates=span)
        report = tgp.load_report("posting-consistency", project, dates=span)
        planted = {(one.creator_id, one.day.isoformat()) for one in box.truth.over_posting}
    local = videos["posted_at"].dt.tz_convert(zone).dt.strftime("%Y-%m-%d")
    inside = videos[(local >= "2026-02-01") & (local <= "2026-06-18")]
    own = posting_heatmap(inside)
    named = heatmap.rename(columns={"post_count": "posts", "avg_views": "mean_views"})
    columns = ["dow", "hour", "posts", "mean_views"]
    assert own[columns].astype(float).round(6).equals(named[columns].astype(float).round(6))
    rows = posting_consistency(videos, creators=creators, dates=span).set_index("creator_id")
    report = report.set_index("creator_id")
    # The report lists removed and disabled creators, too.
    assert set(rows.index) <= set(report.index)
    assert (report.loc[report.index.difference(rows.index), "posts"] == 0).all()
    report = report.rename(columns={"longest_gap_days": "longest_silence_days"})
    for name in ("active_days", "posts", "posts_per_week", "longest_silence_days"):
        wanted = report.loc[rows.index, name].to_numpy(float)
        assert np.allclose(rows[name].to_numpy(float), wanted), name
    days = find_overposting(videos)
    found = set(zip(days["creator_id"], days["day"].dt.strftime("%Y-%m-%d"), strict=True))
    assert found == {one for one in planted if one[0] in set(creators["id"])}


def test_a_post_of_several_projects_counts_once_in_totals():
    videos = pd.DataFrame(
        {
            "id": ["1", "2", "3", "4"],
            "creator_id": ["a", "b", "a", None],
            "tiktok_video_id": ["7", "7", None, "7"],
            "posted_at": pd.to_datetime(["2026-06-15T12:00Z"] * 4),
            "tracking_status": ["included", "auto_tracked", "included", "pending_review"],
            "is_tracking_disabled": False,
            "view_count": [10, 12, 5, 99],
            "title": "a",
        }
    )
    cells = tgp.posting_heatmap(videos, timezone="UTC")
    assert cells[["posts", "mean_views"]].to_numpy().tolist() == [[2, 8.5]]
    days = tgp.content_calendar(videos, timezone="UTC", now="2026-06-15T20:00Z")
    assert days["posts"].tolist() == [2]
    assert tgp.view_distribution(videos)["posts"].tolist() == [2]
    assert tgp.view_distribution(videos, by="creator")["posts"].sum() == 3
    creators = pd.DataFrame({"id": ["a"]})
    of_one = tgp.content_calendar(
        videos, creators=creators, timezone="UTC", now="2026-06-15T20:00Z"
    )
    assert of_one["posts"].tolist() == [2]


def test_calendar_names_the_running_day():
    def running_day_of(now):
        days = content_calendar(
            posts("2026-06-10T12:00Z", title=["Goat"]),
            dates="2026-06-10..2026-06-13",
            timezone="UTC",
            now=now,
        )
        return days.attrs.get("trackagoat", {}).get("running_day")

    assert running_day_of("2026-06-12T08:00Z") == "2026-06-12"
    assert running_day_of("2026-06-15T08:00Z") is None
