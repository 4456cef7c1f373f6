"""Forecasts worked out on paper, and their bounds on the sandbox."""

from __future__ import annotations

import itertools
import math
import statistics

import numpy as np
import pandas as pd
import pytest

from tests.support.payout_frames import (
    NOON,
    ZONE,
    achieved_in_world,
    assigned,
    assignments,
    daily,
    posted_on,
    rule,
    structures,
    weekly_bonus,
)
from trackagoat_pandas.errors import ArgumentError, MissingArgumentError, TrackaGoatWarning
from trackagoat_pandas.helpers.goals.replay import LOOKBACK_DAYS, replay
from trackagoat_pandas.helpers.payouts.accrual import accrue
from trackagoat_pandas.helpers.payouts.forecast import forecast_payouts
from trackagoat_pandas.helpers.payouts.outlook import _draw_paths, interval

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


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-05-31", None, [10]), ("2026-06-01", None, []), ("2026-04-20", "2026-05-01", [10]),
        ("2026-04-20", "2026-04-30", []), ("2026-05-10", "2026-05-10", [10]),
        ("2026-05-10", "2026-05-09", []), ("2026-04-20", "2026-06-30", [310]),
    ],
)  # fmt: skip
def test_the_running_period_pays_for_the_days_of_it_that_are_assigned(start, end, expected):
    flat = rule(amount_cents=310, proration="daily")
    forecast = ahead(flat, assigned(start, end), assigned("2026-05-22", id="other"))
    assert forecast["expected_cents"].tolist() == [*expected, 100]


def test_a_steady_creator_has_no_interval():
    views = daily("2026-03-01", [1_000] * 86)
    forecast = ahead(rule("cpm", cpm_cents=100), assigned("2026-05-01"), analytics=views)
    # 24 whole days and today so far; 31 days in all.
    assert amounts(forecast) == [2_500, 3_100, 3_100, 3_100]
    assert forecast["days_left"].tolist() == [7]


def test_the_interval_is_the_average_of_a_lines_and_a_walks_through_six_independent_spans():
    # Five days are left, of which spans of the same weekdays brought, newest first:
    totals = [900, 400, 700, 500, 300, 450]
    views = pd.Series(3, pd.date_range("2026-04-01", "2026-05-26"))
    for week, total in enumerate(totals):
        first = pd.Timestamp("2026-05-20") - pd.Timedelta(weeks=week)
        views[first : first + pd.Timedelta(days=4)] = total // 5
    so_far = int(views["2026-05-01":].sum())
    forecast = ahead(
        rule("cpm", cpm_cents=1_000), assigned("2026-05-01"), as_of="2026-05-27",
        analytics=daily("2026-04-01", views.tolist()),
    )  # fmt: skip
    added = 1 + statistics.mean(totals) / 10
    weeks = [-1, -2, -3, -4, -5, -6]
    logs = [math.log(total + added) for total in totals]
    slope, start = statistics.linear_regression(weeks, logs)
    errors = [log - start - slope * week for week, log in zip(weeks, logs, strict=True)]
    variance = sum(error**2 for error in errors) / 4
    line_variance = variance * (1 + 1 / 6 + 3.5**2 / 17.5)
    steps = [newer - older for newer, older in itertools.pairwise(logs)]
    drift = statistics.mean(steps)
    walk_variance = sum((step - drift) ** 2 for step in steps) / 4 * (1 + 1 / 5)
    # Of Student's t with four degrees of freedom 80 % lie within 1.5332.
    reach = 1.5332 * math.sqrt((line_variance + walk_variance) / 2)
    centre = (start + logs[0] + drift) / 2
    certain = slope**2 * 17.5 / variance
    expected = (statistics.mean(logs) + 3.5 * slope * certain / (certain + 2) + logs[0]) / 2
    assert amounts(forecast) == [
        so_far,
        so_far + round(math.exp(expected) - added),
        so_far + math.ceil(math.exp(centre - reach) - added),
        so_far + math.floor(math.exp(centre + reach) - added),
    ]


def test_all_frames_that_a_forecast_needs_are_named_at_once():
    rules = [
        rule("cpm", cpm_cents=1),
        rule("view_threshold", id="t", threshold_views=9, amount_cents=1),
    ]
    rows = assignments(
        *[assigned("2026-01-01", id=one["id"], structure_id=one["id"]) for one in rules]
    )
    with pytest.raises(
        ArgumentError, match=r"^`videos` and `analytics` are required: .*combine_loads\("
    ):
        forecast_payouts(structures(*rules), rows, as_of="2026-05-25", timezone=ZONE)


def test_growth_is_continued():
    # Views double in four weeks.
    days = pd.date_range("2026-02-01", "2026-05-24")
    views = [round(10_000 * 2 ** (place / 28)) for place in range(len(days))]
    forecast = ahead(
        rule("cpm", cpm_cents=100), assigned("2026-05-01"), analytics=daily("2026-02-01", views)
    )
    truth = sum(10_000 * 2 ** (place / 28) for place in range(89, 120)) / 10
    [expected] = forecast["expected_cents"]
    assert abs(expected / truth - 1) < 0.02


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


def weekly_goal(saturdays):
    """Tuesday; one post came on Monday, before that one on each of some Saturdays."""
    frames = weekly_bonus([*saturdays, pd.Timestamp("2026-05-25")], 2.0)
    return forecast_payouts(**frames, as_of="2026-05-26", timezone=ZONE)


def test_a_goal_that_the_weekday_brings_is_expected_to_be_met():
    forecast = weekly_goal(pd.date_range("2026-03-07", "2026-05-23", freq="7D"))
    so_far, expected, low, high = amounts(forecast)
    assert (so_far, low, high) == (0, 0, 2_100)
    # Eleven weeks of eleven are no certainty.
    assert 1_700 <= expected < 2_100


def test_a_goal_has_the_chance_of_the_model_of_goal_odds():
    days = pd.date_range("2026-01-03", "2026-05-23", freq="7D").delete([3, 8, 9, 14])
    forecast = forecast_payouts(**weekly_bonus(days), as_of="2026-05-26", timezone=ZONE)
    history = pd.date_range(end="2026-05-25", periods=LOOKBACK_DAYS).isin(days).astype(float)
    [chance] = replay(history[None, :], 6.0).chances(np.array([0]), np.array([1.0]))
    [expected] = forecast["expected_cents"]
    assert expected / 2_100 == pytest.approx(chance, abs=0.03)


def test_a_goal_pays_by_its_chance():
    forecast = weekly_goal(pd.date_range("2026-03-07", "2026-05-23", freq="14D"))
    so_far, expected, low, high = amounts(forecast)
    assert (so_far, low, high) == (0, 0, 2_100)
    # A line through every other week is in the middle; the walk goes on from a week without one.
    # Chances are counted in 21sts.
    assert 400 <= expected <= 1_100
    assert expected % 100 == 0


def test_a_threshold_pays_for_as_many_videos_as_lately():
    milestone = rule("view_threshold", amount_cents=100, threshold_views=10)
    days = pd.date_range("2026-03-01", "2026-05-31")
    frame = posted_on(days, "01:00", 10)
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


def test_too_short_a_history_is_the_reason():
    views = daily("2026-05-01", [1_000] * 25)
    forecast = ahead(rule("cpm", cpm_cents=100), assigned("2026-05-01"), analytics=views)
    assert forecast["reason"].tolist() == ["short_history"]
    assert forecast[CENTS].isna().all(axis=None)


@pytest.mark.parametrize(("history", "is_enough"), [(8 * 7, True), (8 * 7 - 1, False)])
def test_two_weeks_ahead_need_eight_behind(history, is_enough):
    views = daily(
        f"{pd.Timestamp('2026-05-18') - pd.Timedelta(days=history):%F}", [1_000] * history
    )
    forecast = ahead(
        rule("cpm", cpm_cents=100), assigned("2026-05-01"), as_of="2026-05-18", analytics=views
    )
    assert forecast["days_left"].tolist() == [14]
    assert forecast["reason"].isna().tolist() == [is_enough]


def test_a_day_of_the_period_that_is_missing_or_was_still_running_says_so():
    views = daily("2026-03-01", [1_000] * 85)
    cpm, row = rule("cpm", cpm_cents=100), assigned("2026-05-01")
    stale = views.assign(is_partial=views["date"] == "2026-05-24")
    gap = views[views["date"] != "2026-05-24"]
    for frame, reason in ((stale, "partial_days"), (gap, "missing_days")):
        with pytest.warns(TrackaGoatWarning, match="1 of 1 amounts are unknown"):
            assert ahead(cpm, row, analytics=frame)["reason"].tolist() == [reason]
    live = daily("2026-03-01", [1_000] * 86).assign(is_partial=[False] * 85 + [True])
    assert ahead(cpm, row, analytics=live)["reason"].isna().all()


@pytest.mark.parametrize(
    ("odd", "row", "reason"),
    [
        (rule(period="fortnightly", amount_cents=1), assigned("2026-05-01"), "incomplete_rule"),
        (rule("bounty", amount_cents=1), assigned("2026-05-01"), "incomplete_rule"),
        (rule(amount_cents=1, proration="hourly"), assigned("2026-05-01"), "incomplete_rule"),
        (rule(amount_cents=1), assigned(None), "no_start_date"),
    ],
)
def test_what_can_not_be_forecast_is_listed_with_the_reason(odd, row, reason):
    forecast = ahead(odd, row)
    assert forecast["reason"].tolist() == [reason]
    assert forecast[CENTS].isna().all(axis=None)


def test_rows_stand_in_the_order_of_assignments():
    rows = assigned("2026-05-01", id="a"), assigned(None, id="b"), assigned("2026-04-01", id="c")
    forecast = ahead(rule(amount_cents=1), *rows)
    assert forecast["assignment_id"].tolist() == ["a", "b", "c"]
    assert forecast["days_left"].fillna(-1).tolist() == [7, -1, 7]


@pytest.mark.parametrize(
    ("made", "end"), [("2026-06-02T12:00Z", None), ("2026-01-01T12:00Z", "2026-04-30")]
)
def test_what_begins_later_or_has_ended_has_no_forecast(made, end):
    flat = rule(amount_cents=1, created_at=pd.Timestamp(made))
    assert ahead(flat, assigned("2026-03-01", end)).empty


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


def test_forecasts_of_the_sandbox_are_known_and_ordered(box):
    forecast = forecast_payouts(**achieved_in_world(box), as_of=NOON, timezone=ZONE)
    assert forecast["reason"].isna().all()
    assert (forecast["so_far_cents"] <= forecast["high_cents"]).all()
    assert (forecast["low_cents"] <= forecast["expected_cents"]).all()
    assert (forecast["expected_cents"] <= forecast["high_cents"]).all()


def test_a_past_forecast_holds_what_was_earned_in_most_periods(box):
    world = achieved_in_world(box)
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


def test_a_day_to_come_is_refused():
    views = daily("2026-03-01", [1_000] * 86)
    with pytest.raises(ArgumentError, match=r"as_of: \d{4}-\d\d-\d\d is in the future: today is"):
        ahead(
            rule("cpm", cpm_cents=100), assigned("2026-05-01"), analytics=views,
            as_of=str((pd.Timestamp.now("UTC") + pd.Timedelta(days=2)).date()),
        )  # fmt: skip


@pytest.mark.parametrize("number", [4, 6])
def test_sums_that_are_drawn_spread_as_those_that_are_computed(number):
    # A group with goals is drawn, since goals pay all or nothing; others are computed.
    totals = np.array([[900, 1_100, 950, 1_300, 800, 1_000]])
    totals = totals[:, :number] * 100
    is_known = np.ones(totals.shape, bool)
    low, high, _ = interval(totals, is_known, 0.8)[0]
    drawn = _draw_paths(totals, is_known, np.array([0.0, 1e9]))
    spread = np.log(np.quantile(drawn, [0.1, 0.9]))
    assert np.diff(spread)[0] == pytest.approx(np.log(high / low), rel=0.04)


def test_without_a_day_it_is_forecast_from_today_by_the_servers_clock():
    rules = structures(rule(amount_cents=310, proration="daily"))
    given = assignments(assigned("2026-05-22"))
    with pytest.raises(MissingArgumentError, match="as_of"):
        forecast_payouts(rules, given, timezone=ZONE)
    given.attrs["trackagoat"] = {
        "server_time": "2026-05-25T12:00:00Z", "fetched_at": str(pd.Timestamp.now("UTC")),
    }  # fmt: skip
    today = forecast_payouts(rules, given, timezone=ZONE)
    pd.testing.assert_frame_equal(today, ahead(rule(amount_cents=310, proration="daily"),
                                               assigned("2026-05-22")))  # fmt: skip


@pytest.mark.parametrize("by", ["assignment", "creator", "structure", "project", "total"])
def test_only_the_total_is_not_said_to_be_no_sum(by):
    forecast = ahead(rule(amount_cents=310), assigned("2026-05-22"), by=by)
    note = forecast.attrs["trackagoat"].get("note", "")
    assert ("don't add up" in note) == (by != "total")
