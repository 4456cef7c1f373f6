from __future__ import annotations

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.goal_frames import judged
from trackagoat_pandas.errors import ArgumentError, MissingColumnError, NoDataWarning
from trackagoat_pandas.helpers.goals.nudges import who_to_nudge


def test_a_nudge_says_what_is_done_due_missing_and_needed():
    [row] = who_to_nudge(judged()).drop(columns=["creator_id", "goal_id"]).to_dict("records")
    # 1 of 4 at half of the week: 3 in 3.5 days
    assert row == {
        "tiktok_handle": "ann",
        "metric": "posts",
        "period": "weekly",
        "status": "at_risk",
        "urgency": "late",
        "target": 4.0,
        "done": 1.0,
        "due": 2.0,
        "missing": 3,
        "hours_left": 84.0,
        "needed_per_day": 1,
        "needed_pace": 1.5,
        "speed_up": 3.0,
    }


def test_the_late_come_first_and_of_them_the_easiest_to_save():
    frame = judged(
        {"tiktok_handle": "begun", "target": 1, "actual": 0, "hours_until_period_end": 160.0},
        {"tiktok_handle": "nothing of 5", "target": 5, "actual": 0},
        {"tiktok_handle": "nothing of 2", "target": 2, "actual": 0},
        {"tiktok_handle": "far", "actual": 1},
        {"tiktok_handle": "near", "target": 100, "actual": 49},
    )
    found = who_to_nudge(frame)
    names = ["near", "far", "nothing of 2", "nothing of 5", "begun"]
    assert found["tiktok_handle"].tolist() == names
    assert found["urgency"].tolist() == ["late"] * 4 + ["too_early"]
    assert found["speed_up"].isna().tolist() == [False, False, True, True, True]
    assert found["needed_pace"].iloc[[1, 4]].tolist() == [1.5, pytest.approx(168 / 160)]


def test_on_a_monday_morning_no_weekly_goal_is_late():
    targets = [{"target": target, "actual": 0} for target in range(1, 8)]
    found = who_to_nudge(judged(*targets, hours_until_period_end=160.0))
    assert found["urgency"].tolist() == ["too_early"] * 7
    assert found["due"].tolist() == [0.0] * 7
    assert found["needed_per_day"].tolist() == [1.0] * 6 + [2.0]


@pytest.mark.parametrize(
    ("target", "hours_passed", "due"),
    # The k-th of n posts is due when (k - 1/2) / n of the 168 hours have passed.
    [(1, 83, 0), (1, 84, 1), (2, 41, 0), (2, 42, 1), (2, 126, 2), (7, 11, 0), (7, 12, 1)],
)
def test_a_post_is_due_in_the_middle_of_its_part_of_the_period(target, hours_passed, due):
    frame = judged({"target": target, "actual": 0}, hours_until_period_end=168.0 - hours_passed)
    [row] = who_to_nudge(frame).to_dict("records")
    assert row["due"] == due
    assert row["urgency"] == ("late" if due else "too_early")


@pytest.mark.parametrize(("min_elapsed", "urgency"), [(0.25, "too_early"), (0.2, "late")])
def test_views_are_late_once_a_share_of_the_period_has_passed(min_elapsed, urgency):
    frame = judged(
        {"metric": "views", "target": 1_000, "actual": 0}, hours_until_period_end=168.0 * 0.79
    )
    [row] = who_to_nudge(frame, min_elapsed=min_elapsed).to_dict("records")
    assert row["urgency"] == urgency
    assert (row["due"], row["missing"]) == (pytest.approx(210), 1_000)
    assert row["needed_per_day"] == 181  # 1,000 in 5.53 days


def test_a_goal_of_two_joined_loads_is_nudged_once_by_its_last_row():
    monday, tuesday = judged({"actual": 0}), judged({"actual": 1})
    assert who_to_nudge(pd.concat([monday, tuesday]))["done"].tolist() == [1.0]


IDLE = [
    {"actual": 9},  # reached
    {"actual": None},
    {"target": None},
    {"not_yet_started": True},
    {"hours_until_period_end": None, "hours_since_period_end": 3.0},
    {"hours_until_period_end": 0.0},
    {"hours_until_period_end": None},
]


@pytest.mark.parametrize("standing", [*IDLE, {"actual": 2}, {"not_yet_started": None}])
def test_who_is_on_pace_or_can_do_nothing_is_not_nudged(standing):
    unsaid = judged({}, standing).assign(status=None)
    assert who_to_nudge(unsaid)["goal_id"].tolist() == ["g0"]
    assert who_to_nudge(unsaid.drop(columns="status"))["goal_id"].tolist() == ["g0"]


@pytest.mark.parametrize("standing", [*IDLE, {"status": "on_track"}])
def test_what_the_frame_says_of_a_goal_stands_as_long_as_something_can_be_done(standing):
    assert who_to_nudge(judged({}, standing))["goal_id"].tolist() == ["g0"]


def test_a_status_is_that_of_the_frame_and_from_a_later_instant_that_of_the_counts():
    # Judged to the second, 1.4 of 4 at half of the week was behind; to two digits it is at risk.
    frame = judged({"actual": 1.39, "status": "behind_pace"})
    assert who_to_nudge(frame)["status"].tolist() == ["behind_pace"]
    later = who_to_nudge(frame, now="2026-06-11T16:00:01Z")
    assert later["status"].tolist() == ["at_risk"]


def test_a_word_that_is_no_status_leaves_it_to_the_counts():
    frame = judged({"status": "wobbly"}, {"actual": 2, "status": "wobbly"})
    nudged = who_to_nudge(frame)
    assert list(zip(nudged["goal_id"], nudged["status"], strict=True)) == [("g0", "at_risk")]


def test_in_the_last_day_all_that_is_missing_is_needed():
    [row] = who_to_nudge(judged({"hours_until_period_end": 6.0})).to_dict("records")
    assert (row["needed_per_day"], row["hours_left"]) == (3.0, 6.0)


def test_at_a_later_instant_more_is_due_and_less_time_is_left():
    frame = judged({"actual": 2, "status": "on_track"})
    assert who_to_nudge(frame).empty
    [row] = who_to_nudge(frame, now="2026-06-12T16:00:00Z").to_dict("records")
    assert (row["hours_left"], row["due"]) == (60.0, 3.0)  # 2.57, rounded


def test_once_all_periods_are_over_the_empty_answer_says_why():
    frame = judged({}, {"period_end": "2026-06-12T04:00:00Z", "hours_until_period_end": 12.0})
    assert len(who_to_nudge(frame, now="2026-06-15T03:59:59Z")) == 1
    why = "no goal .* at 2026-06-15T04:00Z: all periods .* are over, the last since 2026-06-15T04"
    with pytest.warns(NoDataWarning, match=why):
        assert who_to_nudge(frame, now="2026-06-15T04:00:00Z").empty
    # Nothing to warn of: a filter may leave no goals, or only those that are over.
    over = {"hours_until_period_end": None, "hours_since_period_end": 3.0}
    assert who_to_nudge(judged(over)).empty
    assert who_to_nudge(frame.head(0), now="2026-07-01T00:00Z").empty


def test_an_empty_frame_gives_a_typed_empty_one():
    empty = who_to_nudge(judged().head(0))
    assert empty.dtypes.to_dict() == who_to_nudge(judged()).dtypes.to_dict()
    assert empty.empty


def test_a_wrong_frame_is_refused():
    with pytest.raises(MissingColumnError, match="load_goal_compliance"):
        who_to_nudge(judged().drop(columns="period_start"))


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"now": "2026-06-12"}, "now='2026-06-12' is not allowed: an instant needs its offset"),
        ({"now": "2026-06-10T16:00:00Z"}, "judged later, at 2026-06-11T16:00"),
        ({"min_elapsed": 2}, "min_elapsed=2 is not allowed: it must be from 0 to 1"),
    ],
)
def test_wrong_arguments_are_refused(options, match):
    with pytest.raises(ArgumentError, match=match):
        who_to_nudge(judged(), **options)


@pytest.mark.parametrize("backend", ["numpy_nullable", "pyarrow"])
def test_exactly_those_that_the_server_calls_behind_are_nudged(client, backend):
    goals = tgp.load_goal_compliance("Q1 Brand Program", dtype_backend=backend, client=client)
    before = goals.copy()
    nudged = who_to_nudge(goals)
    behind = goals[goals["status"].isin(["behind_pace", "at_risk"])]
    assert sorted(nudged["goal_id"]) == sorted(behind["goal_id"])
    pd.testing.assert_frame_equal(goals, before)
