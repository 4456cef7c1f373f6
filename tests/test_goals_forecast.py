from __future__ import annotations

import numpy as np
import pytest

from trackagoat_pandas.helpers.goals.forecast import LOOKBACK_DAYS, chances, known_days


def history(*values):
    """One row that ends with these days; NaN before."""
    row = np.full(LOOKBACK_DAYS, np.nan)
    row[LOOKBACK_DAYS - len(values) :] = values
    return row[None, :]


def chance(past, needed, days, *, momentum=False):
    return chances(
        past,
        np.array([float(needed)]),
        np.array([float(days)]),
        np.array([int(np.ceil(days))]),
        np.array([momentum]),
    )[0]


ONE_A_DAY = history(*[1.0] * LOOKBACK_DAYS)
EVERY_OTHER = history(*[0.0, 1.0] * (LOOKBACK_DAYS // 2))


def test_what_always_happened_is_nearly_sure_and_never_quite():
    assert 0.98 < chance(ONE_A_DAY, 1, 1) < 1
    assert 0 < chance(ONE_A_DAY, 3, 1) < 0.02


def test_few_long_stretches_give_no_chance_near_0_or_1():
    assert 0.75 < chance(ONE_A_DAY, 28, 28) < 0.9
    assert 0.1 < chance(ONE_A_DAY, 60, 28) < 0.25


def test_a_count_that_happens_every_other_day_has_even_odds():
    assert chance(EVERY_OTHER, 1, 1) == pytest.approx(0.5, abs=0.03)


def test_two_stretches_side_by_side_are_worked_out_by_hand():
    # One day left, two days of history: the latest brought 1, the one before 0. Both lie on other
    # weekdays than the coming one, so they weigh 1/4 and 1/4 x 0.5^(1/42).
    past = history(5.0, 1.0)
    older = 0.5 ** (1 / 42)
    share = older / (1 + older)
    number = (1 + older) ** 2 / (1 + older**2)
    assert chance(past, 2, 1) == pytest.approx((number * share + 0.5) / (number + 1))


def test_the_same_weekday_counts_for_more():
    saturdays = [1.0 if day % 7 == 0 else 0.0 for day in range(LOOKBACK_DAYS)]
    # The history's first day and the day after it are the same weekday.
    assert chance(history(*saturdays), 1, 1) > 0.35
    fridays = saturdays[1:] + saturdays[:1]
    assert chance(history(*fridays), 1, 1) < 0.15


def test_part_of_the_last_unit_counts_with_that_part():
    # In half of a day, one a day brings half a unit.
    assert chance(ONE_A_DAY, 1, 0.5) == pytest.approx(0.5, abs=0.01)


def test_with_momentum_a_rise_goes_on():
    risen = history(*[10.0] * (LOOKBACK_DAYS - 3), 30.0, 30.0, 30.0)
    assert chance(risen, 14, 1) < 0.15
    assert chance(risen, 14, 1, momentum=True) > 0.8


def test_recent_days_count_for_more_than_old_ones():
    half = LOOKBACK_DAYS // 2
    rising = history(*[0.5] * half, *[2.0] * half)
    falling = history(*[2.0] * half, *[0.5] * half)
    assert chance(rising, 1.9, 1) > 0.7 > 0.5 > chance(falling, 1.9, 1)


def test_losses_are_possible():
    losses = history(*[-5.0] * LOOKBACK_DAYS)
    assert chance(losses, 1, 1) < 0.02
    assert chance(losses, -5, 1) > 0.98


def test_history_longer_than_the_time_left_is_needed():
    assert np.isnan(chance(history(1.0, 1.0), 1, 3))
    assert np.isnan(chance(history(), 1, 1))


@pytest.mark.parametrize(
    ("days", "known"),
    [
        ((0.0, 0.0, 1.0, 0.0), 2),  # nothing before the first that brought anything
        ((1.0, np.nan, 1.0, 1.0), 2),  # a gap ends it
        ((1.0, np.nan), 0),
        ((0.0, 0.0), 0),
        ((), 0),
    ],
)
def test_history_is_the_unbroken_run_of_days_up_to_now(days, known):
    assert known_days(history(*days)).tolist() == [known]


def test_days_before_a_gap_change_nothing():
    gap = history(*[99.0] * 50, np.nan, *[1.0] * 30)
    assert chance(gap, 2, 1, momentum=True) == chance(history(*[1.0] * 30), 2, 1, momentum=True)
