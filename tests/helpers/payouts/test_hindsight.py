"""Sums of forecasts, and how often intervals held what was earned."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.heavy import heavy, part
from tests.support.payout_frames import (
    ZONE,
    achieved_in_world,
    assigned,
    assignments,
    daily,
    rule,
    structures,
    weekly_bonus,
)
from trackagoat_pandas.errors import ArgumentError, MissingArgumentError, TrackaGoatWarning
from trackagoat_pandas.helpers.payouts.accrual import accrue
from trackagoat_pandas.helpers.payouts.forecast import backtest_payouts, forecast_payouts

AMOUNTS = ["expected_cents", "low_cents", "high_cents"]
RULES = structures(
    rule("cpm", cpm_cents=100), rule("cpm", "weekly", id="w", cpm_cents=50, cap_cents=3_000)
)


def program(seed, creators=6, common=0.4, noise=0.3, drift=0.0):
    """Daily views of creators who rise and fall together, and for themselves."""
    dice, days = np.random.default_rng(seed), np.arange(160)
    week = 1 + 0.3 * np.sin(2 * np.pi * days / 7)
    shared = week * np.exp(common * dice.normal(size=160))
    shared *= np.exp(np.cumsum(drift * dice.normal(size=160)))
    own = np.exp(dice.normal(7.5, 1, (creators, 1)) + noise * dice.normal(size=(creators, 160)))
    return pd.concat(
        [
            daily("2026-01-01", np.round(views).tolist(), entity_id=f"c{place}")
            for place, views in enumerate(own * shared)
        ],
        ignore_index=True,
    )


def people(views):
    return assignments(
        *[
            assigned("2026-01-01", id=f"{structure}{one}", creator_id=one, structure_id=structure)
            for one in views["entity_id"].unique()
            for structure in ("s", "w")
        ]
    )


def tried(views, days=("2026-05-12",), **options):
    given = {"days": [*days], "analytics": views, "timezone": ZONE, **options}
    return backtest_payouts(RULES, people(views), **given)


def held(seeds, **kinds):
    """Which 80 % intervals of a program's total held: one each for 24, 20 and 8 days left."""
    days = ("2026-05-08", "2026-05-12", "2026-05-24")
    found = pd.concat([tried(program(seed, **kinds), days, by="total") for seed in seeds])
    return found["is_within"].astype(float)


def test_a_past_forecast_is_that_of_its_day_beside_what_was_earned():
    views = program(1)
    found = tried(views)
    forecast = forecast_payouts(
        RULES, people(views), analytics=views, as_of="2026-05-12", timezone=ZONE
    )
    keys = ["assignment_id", "period_start", "period_end"]
    both = found.merge(forecast[[*keys, *AMOUNTS]], on=keys, suffixes=("", "_of_forecast"))
    assert len(both) == len(found) == len(forecast) == 12
    for name in AMOUNTS:
        assert both[name].tolist() == both[f"{name}_of_forecast"].tolist()
    earned = accrue(RULES, people(views), analytics=views, until="2026-06-02", timezone=ZONE)
    due = found.merge(earned, on=keys, suffixes=("", "_of_accrue"))
    assert due["amount_cents"].tolist() == due["amount_cents_of_accrue"].tolist()
    within = (found["low_cents"] <= found["amount_cents"]) & (
        found["amount_cents"] <= found["high_cents"]
    )
    assert found["is_within"].tolist() == within.tolist()


@pytest.mark.parametrize(("by", "number"), [("creator", 6), ("structure", 2), ("total", 1)])
def test_groups_have_the_sum_of_what_their_rows_earned(by, number):
    views = program(2)[::-1]  # the creators of the last ids come first
    each, sums = tried(views), tried(views, by=by)
    assert len(sums) == number
    assert sums["periods"].sum() == len(each)
    keys = [f"{by}_id"] if by != "total" else "currency"
    parts = each.groupby(keys)["amount_cents"].sum()
    assert sums.groupby(keys)["amount_cents"].sum().to_dict() == parts.to_dict()


def test_rules_of_which_no_project_is_known_are_a_group_of_their_own():
    rules = structures(
        rule(amount_cents=310, project_id=None), rule(id="t", amount_cents=100, project_id="p")
    )
    both = assignments(*[assigned("2026-01-01", id=one, structure_id=one) for one in ("s", "t")])
    tried = backtest_payouts(rules, both, days=["2026-05-10"], by="project", timezone=ZONE)
    ahead = forecast_payouts(rules, both, as_of="2026-05-10", by="project", timezone=ZONE)
    for found, name in ((tried, "amount_cents"), (ahead, "expected_cents")):
        assert found["project_id"].fillna("none").tolist() == ["none", "p"]
        assert found[name].tolist() == [310, 100]


def test_the_interval_of_a_total_holds_about_as_often_as_it_says():
    share = held(range(100, 100 + part(16, 16, 8))).mean()
    assert 0.6 <= share <= 0.95


@heavy
@pytest.mark.parametrize(
    "kinds",
    [{}, {"common": 0.0}, {"noise": 0.8}, {"drift": 0.05}, {"creators": 1}, {"creators": 30}],
    ids=str,
)
def test_intervals_of_totals_hold_between_70_and_90_percent(kinds):
    share = held(range(part(100, 25, 25)), **kinds).mean()
    assert 0.70 <= share <= 0.90


def test_ends_of_intervals_are_not_added():
    views = program(3, common=0.0)
    each, (total,) = tried(views), tried(views, by="total").itertuples()
    width = total.high_cents - total.low_cents
    assert 0 < width < (each["high_cents"] - each["low_cents"]).sum()


def test_creators_who_rise_and_fall_together_have_a_wider_total():
    def width(views):
        (total,) = tried(views, by="total").itertuples()
        return (total.high_cents - total.low_cents) / total.expected_cents

    together = np.mean([width(program(seed, common=0.8, noise=0.01)) for seed in range(5)])
    apart = np.mean([width(program(seed, common=0.0, noise=0.8)) for seed in range(5)])
    assert together > apart


def test_a_sum_with_a_period_that_has_no_amount_is_unknown_with_the_reason():
    views = program(4)
    lost = views[(views["entity_id"] != "c0") | (views["date"] != "2026-05-03")]
    given = {"analytics": lost, "as_of": "2026-05-12", "timezone": ZONE}
    with pytest.warns(TrackaGoatWarning, match=r"1 of 12 amounts are unknown \(1 cpm\)"):
        (total,) = forecast_payouts(RULES, people(lost), by="total", **given).itertuples()
    assert pd.isna(total.expected_cents)
    assert (total.periods, total.undecided, total.reason) == (12, 1, "missing_days")
    with pytest.warns(TrackaGoatWarning, match="unknown"):
        each = forecast_payouts(RULES, people(lost), by="creator", **given)
    assert each["expected_cents"].isna().sum() == 1


def test_a_total_of_certain_pay_is_certain():
    flat = structures(rule(amount_cents=310, proration="daily"))
    (total,) = forecast_payouts(
        flat, assignments(assigned("2026-05-22"), assigned("2026-05-01", id="b")),
        as_of="2026-05-25", timezone=ZONE, by="total",
    ).itertuples()  # fmt: skip
    assert (total.so_far_cents, total.low_cents, total.high_cents) == (410, 410, 410)


def test_a_total_of_goals_lies_between_none_and_all():
    days = pd.date_range("2026-01-03", "2026-05-23", freq="7D").delete([3, 5, 8, 9, 11, 14, 16])
    given = {**weekly_bonus(days), "as_of": "2026-05-26", "timezone": ZONE}
    each, total = forecast_payouts(**given), forecast_payouts(**given, by="total")
    assert total[AMOUNTS].to_numpy().tolist() == each[AMOUNTS].to_numpy().tolist()
    assert total[["low_cents", "high_cents"]].to_numpy().tolist() == [[0, 2_100]]


def test_periods_up_to_a_day_are_those_that_end_by_it():
    views = daily("2026-01-01", [1_000.0] * 145)
    weekly = structures(rule("cpm", "weekly", cpm_cents=100))
    forecast = forecast_payouts(
        weekly, assignments(assigned("2026-01-01")), analytics=views, as_of="2026-05-14",
        until="2026-05-31", timezone=ZONE,
    )  # fmt: skip
    assert forecast["period_end"].dt.day.tolist() == [17, 24, 31]
    assert forecast["expected_cents"].tolist() == [700, 700, 700]
    assert forecast["days_left"].tolist() == [4, 7, 7]


def test_other_rules_are_forecast_as_exactly():
    views = daily("2026-01-01", [1_000.0] * 145)
    cpm, row = structures(rule("cpm", cpm_cents=145)), assignments(assigned("2026-01-01"))
    forecast = forecast_payouts(
        cpm, row, analytics=views, as_of="2026-05-14", timezone=ZONE,
        changes={"s": {"cpm_cents": "+10%"}},
    )  # fmt: skip
    # 31 times 159.5 is 4,944.5.
    assert forecast["expected_cents"].tolist() == [4_945]


def test_days_are_past_and_there_are_some():
    views = program(5)
    with pytest.raises(MissingArgumentError, match="`days` is required"):
        tried(views, ())
    with pytest.raises(ArgumentError, match="in the future"):
        tried(views, ("2999-01-01",))


def test_periods_that_are_still_open_are_left_out(box):
    world = achieved_in_world(box)
    found = backtest_payouts(**world, days=["2026-06-10"], timezone=ZONE)
    assert (found["period_end"] < pd.Timestamp(box.now).tz_convert(ZONE).tz_localize(None)).all()
    assert found["rule_kind"].notna().all()
