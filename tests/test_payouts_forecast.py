"""Forecasts worked out on paper, and their bounds on the sandbox."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.payout_frames import (
    ZONE,
    assigned,
    assignments,
    daily,
    goal,
    goals,
    rule,
    structures,
    video,
    videos,
)
from tests.test_payouts_accrual import NOON, load_world
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.payouts.accrual import accrue
from trackagoat_pandas.helpers.payouts.forecast import forecast_payouts

CENTS = ["so_far_cents", "expected_cents", "low_cents", "high_cents"]


def ahead(rules, *rows, as_of="2026-05-25", **frames):
    frame = structures(rules)
    return forecast_payouts(frame, assignments(*rows), as_of=as_of, timezone=ZONE, **frames)


def amounts(forecast):
    (only,) = forecast[CENTS].to_numpy().tolist()
    return only


def test_recurring_pay_is_certain():
    flat = rule(amount_cents=310, proration="daily")
    assert amounts(ahead(flat, assigned("2026-05-22"))) == [100, 100, 100, 100]


def test_a_steady_creator_has_no_interval():
    views = daily("2026-03-01", [1_000] * 86)
    forecast = ahead(rule("cpm", cpm_cents=100), assigned("2026-05-01"), analytics=views)
    # 24 whole days and today so far; 31 days in all.
    assert amounts(forecast) == [2_500, 3_100, 3_100, 3_100]
    assert forecast["days_left"].tolist() == [7]


def test_the_interval_is_that_of_the_last_spans():
    # One day in four brings 4,000 views: on the last day of the month one does, or none.
    views = daily("2026-04-01", [0, 0, 0, 4_000] * 15)
    forecast = ahead(
        rule("cpm", cpm_cents=100), assigned("2026-05-31"), as_of="2026-05-31", analytics=views
    )
    assert amounts(forecast) == [0, 100, 0, 400]


def test_what_today_has_brought_is_not_lost():
    views = daily("2026-03-01", [0] * 91 + [5_000])
    forecast = ahead(
        rule("cpm", cpm_cents=100), assigned("2026-05-31"), as_of="2026-05-31", analytics=views
    )
    assert amounts(forecast) == [500, 500, 500, 500]


def test_a_cap_bounds_the_forecast():
    views = daily("2026-03-01", [1_000] * 86)
    cpm = rule("cpm", cpm_cents=100, cap_cents=2_600)
    assert amounts(ahead(cpm, assigned("2026-05-01"), analytics=views)) == [
        2_500, 2_600, 2_600, 2_600,
    ]  # fmt: skip


def test_two_assignments_share_the_cap_of_a_forecast():
    views = daily("2026-03-01", [1_000] * 86)
    cpm = rule("cpm", cpm_cents=100, cap_cents=2_700)
    rows = assigned("2026-05-21"), assigned("2026-05-01", "2026-05-20")
    forecast = ahead(cpm, *rows, analytics=views)
    # The one from the first day earns 20 days; the other's 11 are cut at 7.
    assert forecast["expected_cents"].tolist() == [700, 2_000]
    assert forecast["so_far_cents"].tolist() == [500, 2_000]


def test_a_goal_pays_by_the_share_of_spans_that_would_meet_it():
    bonus = rule("goal", "weekly", amount_cents=700, goal_metric="posts")
    # Tuesday; one post came on Monday, before that one each Saturday. Six days in a row hold a
    # Saturday unless they begin on a Sunday: 24 times in 28.
    days = [*pd.date_range("2026-03-07", "2026-05-23", freq="7D"), pd.Timestamp("2026-05-25")]
    frame = videos(*(video(str(day), f"{day:%Y-%m-%d} 12:00") for day in days))
    target = goals(goal(2.0, "2026-05-25"))
    forecast = ahead(bonus, assigned("2026-05-25"), as_of="2026-05-26", videos=frame, goals=target)
    assert amounts(forecast) == [0, 600, 0, 700]


def test_a_threshold_pays_for_as_many_videos_as_lately():
    milestone = rule("view_threshold", amount_cents=100, threshold_views=10)
    days = pd.date_range("2026-03-01", "2026-05-31")
    frame = videos(*(video(str(day), f"{day:%Y-%m-%d} 01:00", 10) for day in days))
    gains = [
        daily(f"{day:%Y-%m-%d}", [10] + [0] * (days[-1] - day).days, entity="video",
              entity_id=str(day))
        for day in days
    ]  # fmt: skip
    forecast = ahead(
        milestone, assigned("2026-05-30"), as_of="2026-05-31", videos=frame,
        analytics=pd.concat(gains),
    )  # fmt: skip
    assert amounts(forecast) == [200, 200, 200, 200]


def test_too_short_a_history_is_told():
    views = daily("2026-05-01", [1_000] * 25)
    forecast = ahead(rule("cpm", cpm_cents=100), assigned("2026-05-01"), analytics=views)
    assert forecast["reason"].tolist() == ["missing_days"]
    assert forecast[CENTS].isna().all(axis=None)


def test_an_assignment_that_has_ended_has_no_forecast():
    assert ahead(rule(amount_cents=1), assigned("2026-03-01", "2026-04-30")).empty


def test_an_instant_is_a_day_of_the_organization():
    late = pd.Timestamp("2026-06-01T03:59Z")
    forecast = ahead(rule(amount_cents=1), assigned("2026-03-01"), as_of=late)
    assert forecast["period_start"].tolist() == [pd.Timestamp("2026-05-01")]


@pytest.mark.parametrize("level", [0, 1, -0.5, 1.5])
def test_a_level_is_a_share(level):
    with pytest.raises(ArgumentError, match="above 0 and below 1"):
        forecast_payouts(
            structures(), assignments(), as_of="2026-05-25", timezone=ZONE, level=level
        )


def test_nothing_running_gives_the_same_columns_and_dtypes():
    full = ahead(rule(amount_cents=1), assigned("2026-03-01"))
    pd.testing.assert_series_equal(ahead(rule(amount_cents=1)).dtypes, full.dtypes)


def test_forecasts_of_the_sandbox_are_ordered_and_mostly_hold(box, client):
    world = load_world(box, client)
    del world["accruals"], world["payments"]
    forecast = forecast_payouts(**world, as_of=NOON, timezone=ZONE)
    assert forecast["reason"].isna().all()
    assert (forecast["so_far_cents"] <= forecast["high_cents"]).all()
    assert (forecast["low_cents"] <= forecast["expected_cents"]).all()
    assert (forecast["expected_cents"] <= forecast["high_cents"]).all()


def test_a_past_forecast_holds_what_was_earned_in_most_periods(box, client):
    world = load_world(box, client)
    del world["accruals"], world["payments"]
    kinds = world["structures"]["kind"].isin(["cpm", "recurring"])
    world["structures"] = world["structures"][kinds]
    is_paid = world["assignments"]["structure_id"].isin(world["structures"]["id"])
    world["assignments"] = world["assignments"][is_paid]
    forecast = forecast_payouts(**world, as_of="2026-05-20", timezone=ZONE, level=0.9)
    earned = accrue(**world, until="2026-05-31", timezone=ZONE)
    both = forecast.merge(earned, on=["assignment_id", "period_start"])
    holds = both["amount_cents"].between(both["low_cents"], both["high_cents"])
    assert len(both) >= 10
    assert holds.mean() >= 0.7
