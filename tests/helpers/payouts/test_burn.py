"""How often intervals of budgets hold, and what is known of whole months."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import trackagoat_pandas as tgp
from tests.heavy import examples, heavy, part
from tests.support.payout_frames import ZONE, accrual, accruals, payments
from trackagoat_pandas.helpers.payouts.budgets import plan_budget
from trackagoat_pandas.helpers.payouts.burn import (
    MOST_DAYS,
    MOST_MONTHS,
    Lasting,
    lasting,
    spending,
)
from trackagoat_pandas.helpers.payouts.ledger import read_accruals

TODAY = "2026-06-15"
ENDS = ["days_left_low", "days_left", "days_left_high"]


def monthly(*dollars, last="2026-05", **values):
    """Accruals of consecutive months up to one, of as many dollars a day."""
    months = pd.period_range(end=last, periods=len(dollars), freq="M")
    return accruals(
        *(
            accrual(
                f"m{month}{values}", 100 * one * month.days_in_month,
                period_start=month.start_time, period_end=month.end_time.normalize(),
                created_at=(month.end_time + pd.Timedelta(hours=6)).tz_localize("UTC").floor("s"),
                **values,
            )
            for month, one in zip(months, dollars, strict=True)
        )
    )  # fmt: skip


def plan(earned, left_cents=45_000, **options):
    """The plan of a budget of which some cents were left at the end of May."""
    budget = int(earned["amount_cents"].sum()) + left_cents
    given = {"as_of": TODAY, "timezone": ZONE, "budget_cents": budget, **options}
    return plan_budget(earned, payments(), **given).iloc[0]


def test_months_that_are_alike_leave_nothing_to_chance():
    # 45 days of 10 dollars from 1 June.
    assert plan(monthly(*[10] * 6))[ENDS].tolist() == [30, 30, 30]


def test_the_more_months_differ_the_wider_is_the_interval():
    little, much = (plan(monthly(10, 10 - one, 10 + one, 10, 10, 10)) for one in (1, 3))
    assert much["days_left_low"] < little["days_left_low"] < 30
    assert 30 < little["days_left_high"] < much["days_left_high"]


def test_the_weeks_of_a_month_say_nothing_of_how_months_differ():
    # Every week of April and May is alike; that the winter was different counts.
    assert plan(monthly(10, 13, 8, 12, 10, 10))["days_left_low"] < 30


def test_a_greater_chance_needs_a_wider_interval():
    earned = monthly(10, 12, 9, 11, 10, 10)
    wide, narrow = plan(earned), plan(earned, level=0.5)
    assert wide["days_left_low"] < narrow["days_left_low"]
    assert narrow["days_left_high"] < wide["days_left_high"]


def test_the_interval_is_that_of_its_formula():
    months = np.array([1.0, 1.1, 0.9, 1.2, 1.0])
    steps = (0.1**2 + 0.2**2 + 0.3**2 + 0.2**2) / 4
    ahead, behind = 45 / 30.4375, 56 / 30.4375
    variance = 0.2 * steps * (1 / behind + 1 / ahead) + 0.6 * steps * (behind + ahead) / 3
    reach = 1.6377 * variance**0.5  # the 90 % quantile of Student's t with 3 degrees of freedom
    found = lasting(Fraction(450), Fraction(10), 10 * months, 15, 8, 0.8)
    low, high = int(45 / (1 + reach) - 15), int(45 / (1 - reach) - 15)
    assert found == Lasting(30, low, high, None)


def test_a_budget_may_last_for_any_time_if_the_burn_may_be_zero():
    found = plan(monthly(10, 1, 40, 1, 40, 10, 10))
    assert (found["days_left_low"] < 10, pd.isna(found["days_left_high"])) == (True, True)
    assert pd.isna(found["reason"])


def test_weeks_that_are_alike_for_months_leave_nothing_to_chance():
    weeks = pd.date_range("2025-12-29", "2026-05-31", freq="7D")
    rows = [
        accrual(f"w{week}", 7_000, period_start=week, period_end=week + pd.Timedelta(days=6))
        for week in weeks
    ]
    assert plan(accruals(*rows))[ENDS].tolist() == [30, 30, 30]


@settings(max_examples=examples(100), deadline=None)
@given(
    st.lists(st.integers(0, 50), min_size=5, max_size=9),
    st.integers(-1_000, 100_000),
    st.sampled_from([0.5, 0.8, 0.95]),
)
def test_the_days_lie_in_their_interval(dollars, left_cents, level):
    found = plan(monthly(*dollars), left_cents, level=level)
    low, days, high = found[ENDS]
    if pd.isna(low):
        assert pd.isna(high)
        assert isinstance(found["reason"], str)
    else:
        assert pd.isna(found["reason"])
        assert low <= days
        assert pd.isna(high) or days <= high


def test_only_the_newest_six_months_count():
    alike = [10] * 6
    assert plan(monthly(1, 50, *alike))[ENDS].tolist() == [30, 30, 30]
    assert plan(monthly(1, 50, *alike[1:]))["days_left_low"] < 30


def test_budgets_of_more_than_90_days_have_no_interval():
    # 15 days of June have passed.
    assert plan(monthly(*[10] * 6), 105_000)[ENDS].tolist() == [90, 90, 90]
    assert pd.isna(plan(monthly(*[10] * 6), 106_000)["days_left_low"])


def test_a_budget_that_is_used_up_needs_no_interval():
    assert plan(monthly(10, 12), -1)[ENDS].tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("earned", "options", "reason"),
    [
        # The month of the first entry is rarely a whole one.
        (monthly(10, 12, 9, 11), {}, "fewer than 4 whole months of pay"),
        (
            monthly(10, 12, 9, 11, 8), {"left_cents": 150_000},
            f"it lasts more than {MOST_DAYS} days",
        ),
        (monthly(10, 12, last="2025-10"), {}, "nothing is earned a day"),
        (monthly(10, 12, 9, 11, 8), {"budget_cents": None}, "no budget"),
    ],
)  # fmt: skip
def test_where_no_interval_would_hold_the_reason_says_why(earned, options, reason):
    found = plan(earned, **options)
    assert found[["days_left_low", "days_left_high"]].isna().all()
    assert found["reason"] == reason


def test_months_are_whole_ones_after_that_of_the_first_entry():
    rows = read_accruals(monthly(1, 2, 3, 4), "USD")
    found = spending(rows, ZONE, int(np.datetime64("2026-06-10").astype(int)), 8).iloc[0]
    assert found["months"] == 3
    assert found[["month_0", "month_1", "month_2"]].tolist() == [400.0, 300.0, 200.0]


def test_past_budgets_are_tried_with_what_was_entered_by_then():
    steady = pd.concat([monthly(*[10] * 14), monthly(*[20] * 14, project_id="q")])
    found = plan_budget(steady, payments(), as_of=TODAY, timezone=ZONE, backtest=True)
    # From 15 September to 15 March, of two projects: from August on, four whole months are known.
    assert found.attrs["trackagoat"]["record"] == {
        "calls": 14, "held": 14, "rate": 1.0, "reason": "",
    }  # fmt: skip
    note = "Of 14 budgets for 30 more days in your past, 14 ended in the interval"
    assert note in found.attrs["trackagoat"]["note"]
    late = steady.assign(created_at=pd.Timestamp("2026-06-01", tz="UTC").as_unit("us"))
    none = plan_budget(late, payments(), as_of=TODAY, timezone=ZONE, backtest=True)
    assert none.attrs["trackagoat"]["record"]["calls"] == 0
    assert "NA: fewer than 10 budgets could be tried" in none.attrs["trackagoat"]["note"]


@pytest.mark.parametrize("other", [20, 5])
def test_a_past_interval_that_did_not_hold_is_counted(other):
    dollars = [10] * 13 + [other, 10, 10]
    found = plan_budget(monthly(*dollars), payments(), as_of=TODAY, timezone=ZONE, backtest=True)
    record = found.attrs["trackagoat"]["record"]
    # Budgets of mid-February and mid-March met the month of other pay, and ended sooner or later.
    assert (record["calls"], record["held"]) == (9, 7)


def test_a_past_interval_without_an_end_holds_however_long_the_budget_lasted():
    dollars = [40, 1] * 6 + [1] * 4
    found = plan_budget(monthly(*dollars), payments(), as_of=TODAY, timezone=ZONE, backtest=True)
    record = found.attrs["trackagoat"]["record"]
    assert (record["calls"], record["held"]) == (9, 9)


def by_chance(dice, months):
    return np.exp(0.3 * dice.normal(size=months))


def drifting(dice, months):
    return np.exp(np.cumsum(0.1 * dice.normal(size=months)))


def raised(dice, months):
    level = np.where(np.arange(months) < dice.integers(months), 1.0, 1.25)
    return level * np.exp(0.1 * dice.normal(size=months))


def growing(dice, months):
    return np.exp(0.03 * np.arange(months) + 0.1 * dice.normal(size=months))


def share_held(kind, days, known, cases=1_000):
    """How often 80 % intervals of budgets for some more days hold, 15 days after a month's end."""
    dice, held = np.random.default_rng(5_000), []
    for _ in range(cases):
        burns = 1_000 * kind(dice, known + 24)
        # Months of 30 days; the window of 8 weeks has all of the last and 26 days of the other.
        burn = (30 * burns[known - 1] + 26 * burns[known - 2]) / 56
        left = Fraction(burn * (15 + days))
        found = lasting(
            left, Fraction(burn), burns[max(known - MOST_MONTHS, 0) : known][::-1], 15, 8, 0.8
        )
        spent = np.cumsum(np.repeat(burns[known:], 30))
        lasted = max(int((spent <= float(left)).sum()) - 15, 0)
        held.append(found.low <= lasted and (found.high is None or lasted <= found.high))
    return np.mean(held)


@pytest.mark.parametrize("kind", [drifting, raised, growing])
@pytest.mark.parametrize("days", [30, 90])
def test_intervals_hold_about_as_often_in_simulated_months(kind, days):
    assert 0.70 <= share_held(kind, days, known=8, cases=part(2_000, 1_000, 400)) <= 0.94


@pytest.mark.parametrize("days", [30, 90])
def test_where_months_differ_by_chance_alone_intervals_hold_more_often(days):
    assert share_held(by_chance, days, known=8, cases=part(2_000, 1_000, 400)) >= 0.8


LAST = pd.Timestamp("2026-05-31")
"""The last day of the sandbox's worlds whose month is over."""
DAYS_OF_PLANS = ("2025-09-15", "2025-11-03", "2025-12-15", "2026-01-28", "2026-03-05")


def world(seed, days=500):
    """The accruals and payments of three programs of the sandbox."""
    with tgp.sandbox(seed=seed, days=days, rate_limit=None) as box:
        client = tgp.connect(
            box.key, base_url=box.base_url, transport=box.app, rate_limit=None, progress=False
        )
        with client:
            return tgp.load_payout_accruals(client=client), tgp.load_payout_payments(client=client)


def earned_by_day(earned):
    """The cents that each project has earned by each day: a frame of projects and days."""
    counted = earned[earned["status"] != "voided"]
    parts = {
        name: [
            pd.Series(row.amount_cents / len(days), days)
            for row in rows.itertuples()
            for days in [pd.date_range(row.period_start, row.period_end)]
        ]
        for name, rows in counted.groupby("project_id")
    }
    days = pd.date_range(counted["period_start"].min(), LAST)
    sums = {name: pd.concat(each).groupby(level=0).sum() for name, each in parts.items()}
    return pd.DataFrame(sums).reindex(days).fillna(0).cumsum()


def tried(seed, wished):
    """Plans of past days, from what was entered by then, of budgets for some more days."""
    (earned, _), found = world(seed), []
    truth = earned_by_day(earned)
    for as_of in pd.to_datetime(list(DAYS_OF_PLANS)):
        noon = (as_of + pd.Timedelta(hours=12)).tz_localize(ZONE)
        known, given = earned[earned["created_at"] <= noon].copy(), {"as_of": as_of.date()}
        known.attrs = {}
        given["timezone"] = ZONE
        much = dict.fromkeys(truth.columns, 10**9)
        burn = plan_budget(known, payments(), budget_cents=much, **given)
        for days in wished:
            if as_of + 2 * pd.Timedelta(days=days) > LAST:
                continue
            cents = 10**9 - burn["left_today_cents"] + burn["daily_burn_cents"] * days
            budgets = dict(zip(burn["project_id"], cents.astype(object), strict=True))
            plans = plan_budget(known, payments(), budget_cents=budgets, **given)
            within = [truth.loc[as_of:, row.project_id] <= row.budget_cents + 1
                      for row in plans.itertuples()]  # fmt: skip
            lasted = np.array([max(int(one.sum()) - 1, 0) for one in within])
            high = plans["days_left_high"].fillna(10**6)
            held = (plans["days_left_low"] <= lasted) & (lasted <= high)
            # What lasts beyond the last day is held by an interval that does so too.
            is_open = np.array([bool(one.iloc[-1]) for one in within]) & (high >= lasted)
            held = (held | is_open).where(plans["days_left_low"].notna())
            found.append(pd.DataFrame({"days": days, "held": held, "off": abs(lasted - days)}))
    return pd.concat(found)


@heavy
def test_intervals_of_80_percent_hold_75_to_85_percent_of_past_budgets():
    seeds = range(5_000, 5_000 + part(48, 24, 1))
    found = pd.concat([tried(seed, (14, 30, 60, 90)) for seed in seeds]).astype({"held": "Float64"})
    assert found["held"].notna().all()
    held = found.groupby("days")["held"].mean()
    assert 0.75 <= held[30] <= 0.85
    assert 0.75 <= found["held"].mean() <= 0.85
    # Chance alone moves the share of the few that last for three months by several percent.
    assert held.between(0.70, 0.90).all()


def test_the_sandbox_has_a_record_of_past_budgets():
    found = plan_budget(*world(7), as_of="2026-06-18", timezone=ZONE, backtest=True)
    record = found.attrs["trackagoat"]["record"]
    assert record["calls"] >= 20
    assert 0.6 <= record["rate"] <= 1.0
