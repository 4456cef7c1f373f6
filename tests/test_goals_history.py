from __future__ import annotations

import pandas as pd
import pytest

from tests.goal_frames import NEW_YORK, NOW, daily, goals, videos
from trackagoat_pandas.errors import ArgumentError, MissingColumnError
from trackagoat_pandas.helpers.goals.evaluation import goal_history

POSTS = videos("2026-05-26T12:00Z", "2026-06-02T12:00Z", "2026-06-03T12:00Z", "2026-06-09T12:00Z")


def history(frame, *args, **options):
    return goal_history(frame, *args, **{"now": NOW, "timezone": NEW_YORK, **options})


def test_every_closed_period_is_a_row_and_the_running_one_is_none():
    found = history(goals({"start_date": "2026-05-27", "target_value": 2}), POSTS)
    assert found["period_start"].dt.strftime("%m-%d").tolist() == ["05-25", "06-01"]
    assert found["actual"].tolist() == [1, 2]
    assert found["status"].tolist() == ["missed", "completed"]
    assert found["percentage"].tolist() == [50, 100]
    assert found["pace"].tolist() == [0.5, 1.0]


def test_a_goal_has_no_periods_before_its_first_day_nor_after_its_last():
    frame = goals(
        {"start_date": "2026-05-01", "end_date": "2026-05-12"}, {"start_date": "2026-06-20"}
    )
    found = history(frame, POSTS)
    assert found["goal_id"].unique().tolist() == ["g0"]
    assert found["period_end"].max() == pd.Timestamp("2026-05-18T04:00Z")
    assert len(found) == 3


def test_a_goal_that_ends_in_the_running_period_has_only_closed_ones():
    found = history(goals({"start_date": "2026-06-01", "end_date": "2026-06-09"}), POSTS)
    assert found["period_end"].tolist() == [pd.Timestamp("2026-06-08T04:00Z")]


def test_since_begins_with_the_period_that_holds_the_day():
    found = history(goals(), POSTS, since="2026-05-28")
    assert found["period_start"].dt.strftime("%m-%d").tolist() == ["05-25", "06-01"]


def test_a_goal_without_a_first_day_begins_with_the_frames():
    frame = goals({"start_date": None})
    assert history(frame, POSTS)["period_start"].min() == pd.Timestamp("2026-05-25T04:00Z")
    views = daily([1] * 20, start="2026-05-20")
    assert history(frame, POSTS, views)["period_start"].min() == pd.Timestamp("2026-05-18T04:00Z")
    assert history(frame).empty


def test_days_and_months_are_counted_too_in_the_order_of_the_goals():
    frame = goals(
        {"period": "monthly", "start_date": "2026-04-15"},
        {"period": "daily", "start_date": "2026-06-07"},
    )
    found = history(frame, POSTS)
    assert found["goal_id"].tolist() == ["g0", "g0", "g1", "g1", "g1"]
    assert found["actual"].tolist() == [0, 1, 0, 0, 1]


def test_what_the_frames_do_not_cover_is_unknown():
    views = daily([5] * 8, start="2026-06-01")
    found = history(goals({"metric": "views", "start_date": "2026-05-25"}), None, views)
    assert found["actual"].isna().tolist() == [True, False]
    assert found["status"].isna().tolist() == [True, False]
    assert found["actual"].iloc[1] == 35


def test_a_day_that_still_filled_when_it_was_loaded_closes_no_period():
    views = daily([5] * 7, start="2026-06-01", partial_last=True)
    found = history(goals({"metric": "views", "start_date": "2026-06-01"}), None, views)
    assert found["actual"].isna().all()


def test_an_empty_frame_gives_a_typed_empty_history():
    empty = history(goals().head(0), POSTS)
    assert empty.dtypes.to_dict() == history(goals(), POSTS).dtypes.to_dict()
    assert empty.empty


def test_the_frame_is_left_unchanged():
    frame = goals({}, {})
    before = frame.copy()
    history(frame, POSTS)
    pd.testing.assert_frame_equal(frame, before)


def test_wrong_arguments_are_refused():
    with pytest.raises(MissingColumnError, match="load_goal_compliance"):
        history(POSTS)
    with pytest.raises(ArgumentError, match="since='soon' is not allowed"):
        history(goals(), POSTS, since="soon")
