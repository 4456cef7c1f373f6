from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.goal_frames import PERCENTAGES, STATUSES
from trackagoat_pandas.errors import MissingColumnError
from trackagoat_pandas.helpers.goals.standing import Standing, product_difference

START = np.datetime64("2026-06-01", "us")
DAY = np.timedelta64(1, "D")


def standing(actual, target, days_passed, *, started=True, length_days=10):
    def one(value, dtype=np.float64):
        return np.array([value], dtype)

    return Standing(
        one(START, "datetime64[us]"),
        one(START + length_days * DAY, "datetime64[us]"),
        one(START + days_passed * DAY, "datetime64[us]"),
        one(started, np.bool_),
        one(target),
        one(actual),
    )


@pytest.mark.parametrize(
    ("actual", "target", "percentage"),
    [*PERCENTAGES, (0, 1, 0), (0, 0, 100), (3, 2.4, 100), (1.2, 2.4, 50)],
)
def test_percentage_is_rounded_half_up_within_0_to_100(actual, target, percentage):
    assert standing(actual, target, 5).percentage.tolist() == [percentage]


@pytest.mark.parametrize(("actual", "share", "status"), STATUSES)
def test_status_follows_the_pace_until_the_period_ends(actual, share, status):
    assert standing(actual, 100, round(10 * share)).status.tolist() == [status]


def test_a_goal_that_has_not_started_is_on_track_and_has_no_pace():
    found = standing(0, 100, 9, started=False)
    assert found.status.tolist() == ["on_track"]
    assert np.isnan(found.pace).all()


def test_what_is_not_known_has_no_status_and_no_percentage():
    found = standing(np.nan, 100, 5)
    assert found.status.tolist() == [None]
    assert np.isnan(found.percentage).all()
    assert standing(1, np.nan, 5).status.tolist() == [None]


@pytest.mark.parametrize(
    ("days_passed", "share", "pace"),
    [(-1, 0, np.nan), (0, 0, np.nan), (4, 0.4, 0.75), (25, 1, 0.3)],  # 30 of 100 in ten days
)
def test_pace_is_the_share_reached_over_the_share_passed(days_passed, share, pace):
    found = standing(30, 100, days_passed)
    assert found.share_passed.tolist() == [share]
    np.testing.assert_allclose(found.pace, [pace])


def test_products_of_neighbouring_fibonacci_numbers_differ_by_one_as_cassini_says():
    fibonacci = [1, 1]
    while fibonacci[-1] < 2**53:
        fibonacci.append(sum(fibonacci[-2:]))
    before, middle, after = (
        np.array(fibonacci[place : len(fibonacci) - 3 + place], np.float64) for place in range(3)
    )
    signs = (-1.0) ** np.arange(len(middle))
    assert (product_difference(before, after, middle, middle) == signs).all()
    assert (product_difference(middle, middle, after, before) == -signs).all()


@pytest.mark.parametrize(
    ("days_passed", "started", "in_progress", "ended"),
    [
        (0, True, True, False),
        (9, True, True, False),
        (9, False, False, False),
        (10, True, False, True),  # the very end
        (11, True, False, True),
    ],
)
def test_a_period_is_in_progress_from_its_first_instant_up_to_its_end(
    days_passed, started, in_progress, ended
):
    found = standing(50, 100, days_passed, started=started)
    assert (found.in_progress.tolist(), found.ended.tolist()) == ([in_progress], [ended])


def test_goals_are_ranked_by_status_and_within_it_by_the_share_reached():
    goals = pd.DataFrame(
        {
            "goal_id": [*"abcdefgh"],
            "status": [
                "on_track", "at_risk", "missed", "on_track", "completed", "behind_pace", "at_risk",
                None,
            ],
            "actual": [7_239, 3, 1, 1, 5, None, 1, 1],
            "target": [6_000, 4, 2, 2, 0, 3, 4, 1],
            "not_yet_started": [False, False, False, True, False, False, False, False],
        }
    )  # fmt: skip
    ranked = tgp.rank_goals(goals)
    assert ranked["goal_id"].tolist() == [*"cgbfaedh"]
    percent = ranked.set_index("goal_id")["reached_pct"]
    assert percent.dropna().round(2).to_dict() == {
        "c": 50, "g": 25, "b": 75, "a": 120.65, "e": 100, "d": 50, "h": 100,
    }  # fmt: skip
    assert str(percent.dtype) == "Float64"


def test_no_goals_are_ranked_as_none():
    none = pd.DataFrame({"status": [], "actual": [], "target": []})
    assert list(tgp.rank_goals(none)) == ["status", "actual", "target", "reached_pct"]
    with pytest.raises(MissingColumnError, match="load_goal_compliance"):
        tgp.rank_goals(none[["status"]])
