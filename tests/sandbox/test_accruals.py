"""Payout rules against amounts worked out on paper.

The zone is New York. Every video has 1,000,000 final views, tau 1 day and shape 1: 632,120 views
after a day, 864,664 after two.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.support.tiny_world import RATES, goal, video
from trackagoat_pandas.sandbox.accruals import Earned, accrue
from trackagoat_pandas.sandbox.clock import day_start, parse_instant
from trackagoat_pandas.sandbox.database import Database
from trackagoat_pandas.sandbox.rules import (
    Assignment,
    Rule,
    closed_pay_periods,
    half_up,
    rule_on,
)

ZONE = ZoneInfo("America/New_York")
NOW = parse_instant("2026-06-15T12:00:00Z")
CREATED = "2026-01-01T00:00:00Z"
SPRING = date(2026, 3, 1)


@pytest.fixture
def database() -> Iterator[Database]:
    with Database() as database:
        yield database


def post(database: Database, name: str, posted: date, *, seen: date | None = None) -> None:
    posted_ts = day_start(posted, ZONE).timestamp()
    tracked_ts = day_start(seen or posted, ZONE).timestamp()
    curve = {"final_views": 1_000_000.0, "tau_days": 1.0, "shape": 1.0, **RATES}
    own = {"id": name, "posted_ts": posted_ts, "tracked_ts": tracked_ts}
    database.insert("videos", [video("v", "nan", CREATED, curve, **own)])


def set_goal(database: Database, target: int, start: date, end: date | None = None) -> None:
    days = {"start_date": start.isoformat(), "end_date": end.isoformat() if end else None}
    database.insert("goals", [goal("goal", "nan", "posts", "weekly", target, id="goal", **days)])


def rule(kind: str, period: str, **values: Any) -> Rule:
    given = {"version": 1, "effective": SPRING, **values}
    return Rule(structure_id="s", kind=kind, period=period, **given)  # type: ignore[arg-type]


def assigned(start: date, end: date | None = None) -> Assignment:
    return Assignment("s", "nan", start, end)


def earn(
    database: Database, assignment: Assignment, *rules: Rule, now: datetime = NOW
) -> list[Earned]:
    return accrue(database, ZONE, now, rules, [assignment])


def cents(earned: list[Earned]) -> list[int]:
    return [one.amount_cents for one in earned]


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [(0, 7, 0), (1, 2, 1), (3, 2, 2), (149, 100, 1), (150, 100, 2), (7, 7, 1), (-1, 2, 0)],
)
def test_halves_round_up(numerator: int, denominator: int, rounded: int) -> None:
    assert half_up(numerator, denominator) == rounded


def test_only_closed_periods_accrue(database: Database) -> None:
    flat = rule("recurring", "monthly", amount_cents=100)
    earned = earn(database, assigned(date(2026, 4, 10)), flat)
    assert [one.pay_period.first for one in earned] == [date(2026, 4, 1), date(2026, 5, 1)]


def test_a_period_closes_at_local_midnight(database: Database) -> None:
    flat = rule("recurring", "monthly", amount_cents=100)
    start = assigned(date(2026, 5, 1))
    assert earn(database, start, flat, now=parse_instant("2026-06-01T03:59:59Z")) == []
    assert cents(earn(database, start, flat, now=parse_instant("2026-06-01T04:00:00Z"))) == [100]


def test_without_proration_a_part_of_a_period_pays_all_of_it(database: Database) -> None:
    flat = rule("recurring", "monthly", amount_cents=100)
    assert cents(earn(database, assigned(date(2026, 5, 31)), flat)) == [100]


def test_daily_proration_pays_by_days_and_rounds_half_up(database: Database) -> None:
    flat = rule("recurring", "monthly", amount_cents=10_001, proration="daily")
    earned = earn(database, assigned(date(2026, 4, 16), date(2026, 5, 1)), flat)
    # 15 of 30 days: 5,000.5; 1 of 31 days: 322.6.
    assert cents(earned) == [5_001, 323]


def test_an_assignment_that_has_ended_accrues_no_more(database: Database) -> None:
    flat = rule("recurring", "weekly", amount_cents=100)
    earned = earn(database, assigned(date(2026, 5, 4), date(2026, 5, 17)), flat)
    assert [one.pay_period.first for one in earned] == [date(2026, 5, 4), date(2026, 5, 11)]


def test_an_edit_applies_from_the_first_period_that_starts_after_it(database: Database) -> None:
    old = rule("recurring", "monthly", amount_cents=100)
    new = rule("recurring", "monthly", amount_cents=150, version=2, effective=date(2026, 4, 15))
    assert cents(earn(database, assigned(date(2026, 4, 1)), old, new)) == [100, 150]


def test_an_edit_on_the_first_day_applies_to_that_period() -> None:
    old = rule("recurring", "monthly")
    new = rule("recurring", "monthly", version=2, effective=date(2026, 5, 1))
    assert rule_on([new, old], date(2026, 5, 1)) is new
    assert rule_on([new, old], date(2026, 4, 30)) is old


def test_the_first_version_covers_the_period_in_which_it_begins() -> None:
    only = rule("recurring", "monthly", effective=date(2026, 3, 20))
    assert rule_on([only], date(2026, 3, 1)) is only


def test_cpm_pays_for_views_gained_on_days_assigned(database: Database) -> None:
    post(database, "v", date(2026, 5, 30))
    cpm = rule("cpm", "monthly", cpm_cents=120)
    # Two days in May: 864,664 views are 103,759.68 cents.
    assert cents(earn(database, assigned(date(2026, 5, 1)), cpm)) == [103_760]
    # Only the second day: 864,664 - 632,120 = 232,544 views.
    [earned] = earn(database, assigned(date(2026, 5, 31)), cpm)
    assert earned.basis == {"views": 232_544, "cpm_cents": 120}
    assert earned.amount_cents == 27_905


def test_cpm_pays_nothing_for_views_before_the_first_snapshot(database: Database) -> None:
    post(database, "v", date(2026, 5, 29), seen=date(2026, 5, 30))
    [earned] = earn(
        database,
        assigned(date(2026, 5, 1), date(2026, 5, 30)),
        rule("cpm", "monthly", cpm_cents=100),
    )
    assert earned.basis["views"] == 232_544


def test_a_cap_bounds_what_a_period_pays(database: Database) -> None:
    post(database, "v", date(2026, 5, 30))
    cpm = rule("cpm", "monthly", cpm_cents=120, cap_cents=50_000)
    [earned] = earn(database, assigned(date(2026, 5, 1)), cpm)
    assert earned.amount_cents == 50_000
    assert earned.basis["uncapped_cents"] == 103_760


def test_assignments_share_the_cap_of_a_period_and_the_earlier_fills_it_first(
    database: Database,
) -> None:
    post(database, "v", date(2026, 5, 30))
    cpm = rule("cpm", "monthly", cpm_cents=120, cap_cents=80_000)
    early, late = assigned(date(2026, 5, 30), date(2026, 5, 30)), assigned(date(2026, 5, 31))
    # The first day's 632,120 views are 75,854.4 cents, the second's 232,544 are 27,905.28.
    for order in ([early, late], [late, early]):
        earned = accrue(database, ZONE, NOW, [cpm], order)
        assert cents(earned) == [75_854, 4_146]
        assert ["uncapped_cents" in one.basis for one in earned] == [False, True]
        assert earned[1].basis["uncapped_cents"] == 27_905


def test_a_cap_that_is_full_leaves_no_accrual_to_the_next_assignment(database: Database) -> None:
    flat = rule("recurring", "monthly", amount_cents=100, cap_cents=100)
    halves = [assigned(date(2026, 5, 1), date(2026, 5, 15)), assigned(date(2026, 5, 16))]
    assert cents(accrue(database, ZONE, NOW, [flat], halves)) == [100]


def test_every_period_has_a_cap_of_its_own(database: Database) -> None:
    flat = rule("recurring", "monthly", amount_cents=100, cap_cents=150)
    doubled = [assigned(date(2026, 4, 1)), assigned(date(2026, 4, 2))]
    earned = accrue(database, ZONE, NOW, [flat], doubled)
    assert [(one.pay_period.first.month, one.amount_cents) for one in earned] == [
        (4, 100), (4, 50), (5, 100), (5, 50),
    ]  # fmt: skip


def test_an_amount_of_nothing_is_no_accrual(database: Database) -> None:
    assert earn(database, assigned(date(2026, 5, 1)), rule("cpm", "monthly", cpm_cents=120)) == []


def test_a_threshold_pays_once_in_the_period_in_which_it_is_crossed(database: Database) -> None:
    post(database, "v", date(2026, 5, 30))
    # 864,664 views when May ends, 900,000 in June: 2.3 days after posting.
    milestone = rule("view_threshold", "weekly", amount_cents=700, threshold_views=900_000)
    earned = earn(database, assigned(date(2026, 5, 1)), milestone)
    assert [(one.pay_period.first, one.amount_cents) for one in earned] == [(date(2026, 6, 1), 700)]
    assert earned[0].basis["video_ids"] == ["v"]


def test_a_threshold_that_was_passed_before_tracking_pays_nothing(database: Database) -> None:
    post(database, "v", date(2026, 5, 1), seen=date(2026, 5, 4))
    milestone = rule("view_threshold", "monthly", amount_cents=700, threshold_views=900_000)
    assert earn(database, assigned(date(2026, 5, 1)), milestone) == []


def test_a_threshold_passed_before_the_assignment_pays_nothing(database: Database) -> None:
    post(database, "v", date(2026, 5, 1))
    milestone = rule("view_threshold", "monthly", amount_cents=700, threshold_views=900_000)
    assert earn(database, assigned(date(2026, 5, 10)), milestone) == []


def test_a_goal_that_was_met_pays(database: Database) -> None:
    set_goal(database, 2, date(2026, 5, 18))
    for name, day in (("a", 19), ("b", 24), ("c", 27)):
        post(database, name, date(2026, 5, day))
    bonus = rule("goal", "weekly", amount_cents=7_500)
    [earned] = earn(database, assigned(date(2026, 5, 11)), bonus)
    assert earned.pay_period.first == date(2026, 5, 18)
    assert earned.basis == {"goals": [{"goal_id": "goal", "target": 2, "actual": 2}]}


def test_a_goal_that_covers_a_part_of_the_period_pays_nothing(database: Database) -> None:
    set_goal(database, 1, date(2026, 5, 19), date(2026, 5, 23))
    post(database, "a", date(2026, 5, 20))
    assert earn(database, assigned(date(2026, 5, 11)), rule("goal", "weekly", amount_cents=1)) == []


def test_goals_are_evaluated_48_hours_after_the_period(database: Database) -> None:
    set_goal(database, 1, date(2026, 6, 1))
    post(database, "a", date(2026, 6, 2))
    bonus, start = rule("goal", "weekly", amount_cents=1), assigned(date(2026, 6, 1))
    assert earn(database, start, bonus, now=parse_instant("2026-06-10T03:59:59Z")) == []
    [earned] = earn(database, start, bonus, now=parse_instant("2026-06-10T04:00:00Z"))
    assert earned.due == parse_instant("2026-06-10T04:00:00Z")


def test_days_assigned_are_days_of_the_calendar_where_clocks_change(database: Database) -> None:
    [week] = closed_pay_periods("weekly", assigned(date(2026, 3, 2), date(2026, 3, 8)), ZONE, NOW)
    assert (week.days, week.days_assigned) == (7, 7)
