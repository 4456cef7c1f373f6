from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.goal_frames import NEW_YORK, daily, judged, videos
from trackagoat_pandas.errors import ClippedDatesWarning, MissingColumnError, NoDataWarning
from trackagoat_pandas.helpers.formats import in_reading_order
from trackagoat_pandas.helpers.goals.misses import will_miss
from trackagoat_pandas.helpers.goals.nudges import who_to_nudge
from trackagoat_pandas.helpers.goals.odds import goal_odds

AT = "2026-06-11T16:00:00Z"
"""When ``judged`` goals were judged: 84 hours before Monday 15 June in New York."""
POSTED = videos(*pd.date_range("2025-12-01 15:00Z", AT, freq="2D"))


def misses(goals, posts=POSTED, analytics=None, **options):
    return will_miss(goals, posts, analytics, timezone=NEW_YORK, **options)


def of_posts(*targets):
    rows = [{"target_value": target, "target": target, "creator_id": "a"} for target in targets]
    return judged(*rows)


def said(frame, *names):
    return frame[[*names]].astype(object).where(frame[[*names]].notna(), None).to_numpy().tolist()


def test_goals_with_the_lowest_chance_come_first():
    goals = of_posts(3, 9, 5)
    found, odds = misses(goals), goal_odds(goals, POSTED, timezone=NEW_YORK)
    assert found["goal_id"].tolist() == ["g1", "g2", "g0"]
    assert found["chance"].tolist() == odds["chance"].iloc[[1, 2, 0]].tolist()
    np.testing.assert_allclose(found["miss_pct"], 100 - 100 * found["chance"].astype(float))
    assert found["reason"].isna().all()


def test_what_is_needed_is_said_in_whole_posts():
    found = misses(of_posts(3, 9))
    assert said(found, "missing", "needed_per_day", "needed", "deadline") == [
        [7, 2, "2 posts a day until Sun 14 Jun", "Sun 14 Jun"],
        [1, 1, "1 post by Sun 14 Jun", "Sun 14 Jun"],
    ]
    assert found["missing"].dtype == found["needed_per_day"].dtype == "Int64"


def test_posts_that_one_a_day_would_overdo_are_due_by_the_end():
    # In 3.5 days: 3 posts, or 2, are no post a day.
    assert said(misses(of_posts(5, 4)), "needed") == [
        ["3 posts by Sun 14 Jun"], ["2 posts by Sun 14 Jun"]
    ]  # fmt: skip


@pytest.mark.filterwarnings("ignore:These frames don")
@pytest.mark.parametrize("metric", ["posts", "views"])
@pytest.mark.parametrize(("target", "hours"), [(242.3, 84.0), (7.0, 71.99), (1.5, 20.0)])
def test_what_is_needed_is_the_same_number_wherever_it_is_said(metric, target, hours):
    goals = judged(
        metric=metric, target_value=target, target=target, actual=1.0,
        hours_until_period_end=hours, status="at_risk",
    )  # fmt: skip
    missed = misses(goals, None)
    whole, daily = np.ceil(target - 1), np.ceil(np.ceil(target - 1) / max(hours / 24, 1))
    for found in (missed, who_to_nudge(goals)):
        assert said(found, "missing", "needed_per_day") == [[whole, daily]]
        assert found["needed_per_day"].dtype == "Int64"


@pytest.mark.parametrize(
    ("metric", "needed"),
    [
        ("views", "58 views a day until Sun 14 Jun"),
        ("engagement", "58 interactions a day until Sun 14 Jun"),
        ("followers", "58 followers a day until Sun 14 Jun"),
    ],
)
def test_other_metrics_are_needed_in_whole_numbers(metric, needed):
    parts = ["likes", "comments", "shares", "saves"] if metric == "engagement" else [metric]
    days = daily([0.0] * 193, start="2025-12-01", partial_last=True)
    analytics = pd.concat([days.assign(metric=part) for part in parts])
    goals = judged(metric=metric, target_value=200.5, target=200.5, actual=0.0)
    found = misses(goals, None, analytics)
    assert said(found, "missing", "needed_per_day", "needed") == [[201, 58, needed]]


def test_on_the_last_day_all_that_is_missing_is_needed():
    goals = judged(metric="views", period="daily", target_value=50, target=50.0, actual=0.0)
    goals["period_end"] = pd.Timestamp("2026-06-12T04:00Z").as_unit("us")
    goals["hours_until_period_end"] = 12.0
    analytics = daily([9.0] * 193, start="2025-12-01", partial_last=True)
    assert said(misses(goals, None, analytics), "needed", "needed_per_day") == [
        ["41 views by Thu 11 Jun", 41]
    ]


def test_a_goal_without_a_chance_says_why_and_stands_where_its_need_puts_it():
    burst = videos("2026-01-05T12:00Z", *["2026-03-05T12:00Z"] * 9, creator="b")
    uneven = pd.concat([POSTED, burst])
    bob = {"creator_id": "b", "tiktok_handle": "bob"}
    most, some = {"target_value": 9, "target": 9.0}, {"target_value": 3, "target": 3.0}
    found = misses(judged(most, bob, some), uneven)
    assert said(found, "goal_id", "miss_pct", "reason")[1] == [
        "g1", None, "the creator's weeks differ too much for a forecast"
    ]  # fmt: skip
    assert found["goal_id"].tolist() == ["g0", "g1", "g2"]
    assert found["miss_pct"].iloc[2] < 50
    short = misses(judged(), POSTED[POSTED["posted_at"] > "2026-05-25"])
    assert short["reason"].tolist() == ["a forecast needs 28 days of history, and there are 16"]


def test_a_goal_of_one_post_without_a_chance_has_its_place_by_need():
    # Of both goals all is missing, so both are as needed, and stay in their order.
    short = POSTED[POSTED["posted_at"].between("2026-05-25", "2026-06-06")]
    found = misses(of_posts(1, 9), short)
    assert found["chance"].isna().all()
    assert said(found, "goal_id", "missing") == [["g0", 1], ["g1", 9]]


def test_a_goal_whose_past_forecasts_said_nothing_has_its_hit_rate_and_the_note_of_the_odds():
    gained = np.random.default_rng(5).integers(50, 150, 190).astype(float)
    analytics = daily(gained, start="2025-12-01", partial_last=True)
    monday = {"hours_until_period_end": 160.0, "actual": 20.0}
    goals = judged(metric="views", target_value=700, target=700.0, **monday)
    found = misses(goals, None, analytics)
    odds = goal_odds(goals, None, analytics, timezone=NEW_YORK)
    rate = 100 * odds["past_hit_rate"].iloc[0]
    assert odds["reason"].tolist() == ["no_skill"]
    assert found["reason"].tolist() == [
        f"past forecasts were no better than how often such goals are reached: {rate:.0f} %"
    ]
    assert found.attrs["trackagoat"]["note"].startswith("Odds made from 190 days of analytics")


def test_the_load_that_the_note_advises_works_when_it_is_pasted():
    with tgp.connect(sandbox=True) as client, warnings.catch_warnings():
        warnings.simplefilter("ignore", NoDataWarning)
        warnings.simplefilter("ignore", ClippedDatesWarning)  # the plan keeps 365 days
        goals = tgp.load_goal_compliance("Q1 Brand Program", client=client)
        short = tgp.load_analytics("creator", goals, ["views", "likes"], dates="last 90 days")
        note = will_miss(goals, None, short).attrs["trackagoat"]["note"]
        advised = eval(note.partition("differ: ")[2], {"tgp": tgp, "goals": goals})
        assert "note" not in will_miss(goals, None, advised).attrs["trackagoat"]
    assert set(short["metric"]) == set(advised["metric"])
    assert len(advised) > len(short)


def test_goals_that_are_reached_or_over_or_have_not_started_are_left_out():
    later = {"start_date": pd.Timestamp("2026-07-01"), "not_yet_started": True}
    over = {
        "end_date": pd.Timestamp("2026-06-07"), "target_value": 90, "target": 90.0,
        "status": "missed",
    }  # fmt: skip
    assert misses(judged({"target_value": 1, "target": 1.0}, later, over)).empty


def test_urgency_is_that_of_the_nudges_at_the_same_counts():
    views = {"metric": "views", "target_value": 5, "target": 5.0, "status": "on_track"}
    goals = judged({"target_value": 9, "target": 9.0}, views)
    nudges = who_to_nudge(goals.assign(actual=[2.0, 4.0])).set_index("goal_id")["urgency"]
    analytics = daily([1.0] * 16, start="2026-05-27", partial_last=True)
    found = misses(goals, POSTED[POSTED["posted_at"] > "2026-05-25"], analytics)
    found = found.set_index("goal_id")
    assert found["chance"].isna().all()
    assert found.loc["g0", "urgency"] == nudges["g0"] == "late"
    assert pd.isna(found.loc["g1", "urgency"])
    assert "g1" not in nudges.index


def test_a_goal_with_a_chance_is_not_called_late():
    found = misses(of_posts(9))
    assert found["chance"].notna().all()
    assert found["urgency"].isna().all()


def test_later_in_the_period_more_is_needed_a_day():
    found = misses(of_posts(9), now="2026-06-13T16:00:00Z")
    assert said(found, "needed", "days_left") == [["5 posts a day until Sun 14 Jun", 1.5]]


def test_an_unknown_count_is_unknown_and_not_zero():
    goals = judged(metric="views", actual=None, hours_until_period_end=80.0)
    with pytest.warns(NoDataWarning, match="These frames don.t cover views"):
        found = misses(goals, None, daily([], start="2026-06-01"))
    assert said(found, "missing", "needed", "reason") == [
        [None, None, "the frames don't cover the period so far"]
    ]


def test_columns_are_in_the_order_in_which_people_read():
    found = misses(of_posts(9))
    assert [*found] == in_reading_order(found)
    assert misses(of_posts(9).head(0)).dtypes.to_dict() == found.dtypes.to_dict()


def test_goals_may_have_no_project():
    goals = of_posts(3)
    with_project = misses(goals.assign(project_id="p"))
    pd.testing.assert_frame_equal(
        misses(goals.drop(columns="project_id", errors="ignore")),
        with_project.drop(columns="project_id"),
    )


def test_goals_need_their_standing():
    with pytest.raises(MissingColumnError, match=r"period_end.*load_goal_compliance"):
        misses(judged().drop(columns="period_end"))
