"""What one post had at each moment at which it was seen."""

from __future__ import annotations

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from trackagoat_pandas.errors import ArgumentError

POST, OTHER = "5f0c1f4e-8a52-4c1e-9d3b-2f6a7b8c9d0e", "6f0c1f4e-8a52-4c1e-9d3b-2f6a7b8c9d0e"
NOW = "2026-06-05T00:00Z"


def videos(**columns):
    made = {
        "id": [POST, OTHER], "creator_id": ["ann", "ben"], "title": ["Hi", "Bye"],
        "posted_at": ["2026-06-01T00:00Z", "2026-06-02T00:00Z"], "view_count": [400, 7],
    }  # fmt: skip
    return pd.DataFrame(made | columns)


def snapshots(*views):
    moments = pd.date_range("2026-06-02", periods=len(views), tz="UTC")
    return pd.DataFrame({"id": POST, "observed_at": moments, "view_count": views})


def test_without_snapshots_the_count_of_now_is_the_only_row():
    followed = tgp.follow_post(videos(), POST, now=NOW)
    assert followed[["age_hours", "views_so_far", "gained_views"]].to_numpy().tolist() == [
        [96, 400, 400]
    ]


def test_views_that_were_taken_back_are_a_negative_gain():
    followed = tgp.follow_post(videos(), POST, history=snapshots(500, 650, 380), now=NOW)
    assert followed["gained_views"].tolist() == [500, 150, -270, 20]
    assert followed["observed_at"].iloc[1] == pd.Timestamp("2026-06-03", tz="UTC")


def test_daily_analytics_have_a_moment_at_the_end_of_each_day():
    days = pd.date_range("2026-06-01", periods=3)
    daily = pd.DataFrame({
        "date": days, "value": [100.0, 50.0, 25.0], "entity_id": POST, "entity": "video",
        "metric": "views", "series_kind": "main", "is_partial": False,
    })  # fmt: skip
    followed = tgp.follow_post(videos(), POST, daily, now=NOW, timezone="UTC")
    assert followed["views_so_far"].tolist() == [100, 150, 175, 400]
    assert followed["age_hours"].tolist() == [24, 48, 72, 96]


def test_a_post_is_its_id_or_a_frame_of_it_and_is_the_only_one():
    given = videos()
    followed = tgp.follow_post(given, given.tail(1), now=NOW)
    assert followed[["title", "views_so_far"]].to_numpy().tolist() == [["Bye", 7]]
    with pytest.raises(ArgumentError, match="one post at a time"):
        tgp.follow_post(given, given, now=NOW)
    with pytest.raises(ArgumentError, match="doesn't have it"):
        tgp.follow_post(given.head(1), OTHER, now=NOW)


def test_a_post_may_have_any_id_that_its_frame_has():
    tiktok = 7_300_000_000_000_000_001
    for ids in ([f"{tiktok}", "8"], [tiktok, 8]):
        given = videos(id=ids)
        for post in (f"{tiktok}", given.head(1), given.iloc[0], given["id"].head(1), [ids[0]]):
            assert tgp.follow_post(given, post, now=NOW)["views_so_far"].tolist() == [400]


def test_a_post_whose_posting_or_count_is_not_known_has_no_rows():
    for unknown in ({"posted_at": None}, {"view_count": pd.array([None, 7], "Int64")}):
        assert tgp.follow_post(videos(**unknown), POST, now=NOW).empty
