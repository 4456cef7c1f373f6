from __future__ import annotations

import numpy as np
import pytest

from trackagoat_pandas.helpers.goals.odds import LOOKBACK_DAYS, known_days, replay


def history(*values):
    """One row that ends with these days; NaN before."""
    row = np.full(LOOKBACK_DAYS, np.nan)
    row[LOOKBACK_DAYS - len(values) :] = values
    return row[None, :]


def chance(past, needed, days, **options):
    """The chance of the first series of a program."""
    return replay(past, days, **options).chances(np.array([0]), np.array([float(needed)]))[0]


ONE_A_DAY = history(*[1.0] * LOOKBACK_DAYS)
EVERY_OTHER = history(*[0.0, 1.0] * (LOOKBACK_DAYS // 2))


def test_what_always_happened_is_nearly_sure_and_never_quite():
    assert 0.98 < chance(ONE_A_DAY, 1, 1) < 1
    assert 0 < chance(ONE_A_DAY, 3, 1) < 0.02


def test_few_long_stretches_give_no_chance_near_0_or_1():
    assert 0.85 < chance(ONE_A_DAY, 28, 28) < 0.96
    assert 0.04 < chance(ONE_A_DAY, 60, 28) < 0.15


def test_a_count_that_happens_every_other_day_has_even_odds():
    assert chance(EVERY_OTHER, 1, 1) == pytest.approx(0.5, abs=0.03)


def test_a_chance_is_worked_out_by_hand():
    # 28 equal days, one left: 25 stretches have three days before them, and all would bring it.
    weights = 0.5 ** (np.arange(25) / 120)
    side_by_side = weights.sum() ** 2 / (weights**2).sum()
    expected = (side_by_side + 4 + 0.5) / (side_by_side + 4 + 1)
    assert chance(history(*[1.0] * 28), 1, 1) == pytest.approx(expected)


def test_weekdays_that_differ_are_told_apart():
    saturdays = [1.0 if day % 7 == 0 else 0.0 for day in range(LOOKBACK_DAYS)]
    # The history's first day and the day after it are the same weekday.
    assert chance(history(*saturdays), 1, 1) > 0.7
    fridays = saturdays[1:] + saturdays[:1]
    assert chance(history(*fridays), 1, 1) < 0.1


def test_part_of_the_last_unit_counts_with_that_part():
    # In half of a day, one a day brings half a unit.
    assert chance(ONE_A_DAY, 1, 0.5) == pytest.approx(0.5, abs=0.01)


def test_a_rise_goes_on_where_rises_went_on():
    steps = np.repeat([10.0, 30.0] * 4, LOOKBACK_DAYS // 8)
    # A rise of three days; in the past the level stayed for two weeks.
    assert chance(history(*np.roll(steps, 11)), 20, 1) > 0.7
    alone = [10.0] * LOOKBACK_DAYS
    alone[50] = alone[80] = alone[-1] = 30.0
    assert chance(history(*alone), 20, 1) < 0.2


def test_recent_days_count_for_more_than_old_ones():
    half = LOOKBACK_DAYS // 2
    rising = history(*[0.5] * half, *[2.0] * half)
    falling = history(*[2.0] * half, *[0.5] * half)
    assert chance(rising, 1.9, 1) > 0.7 > 0.5 > chance(falling, 1.9, 1)


def test_a_series_that_varies_much_is_drawn_to_the_programs_mean():
    dice = np.random.default_rng(6)
    others = dice.poisson(1.0, (20, LOOKBACK_DAYS)).astype(float)
    lucky = np.concatenate([history(*[*[0.0] * 84, *dice.poisson(1.6, 28)]), others])
    lucky[0, :84] = np.nan
    alone, among = replay(lucky[:1], 7).expected[0], replay(lucky, 7).expected[0]
    assert 7 < among < alone


def test_losses_are_possible():
    losses = history(*[-5.0] * LOOKBACK_DAYS)
    assert chance(losses, 1, 1, can_fall=True) < 0.02
    assert chance(losses, -5, 1, can_fall=True) > 0.98


def test_a_past_is_uneven_as_far_as_its_weeks_differ_and_more_so_for_a_longer_time_left():
    assert replay(ONE_A_DAY, 7).unevenness.tolist() == [0.0]
    weeks = [week for pair in range(8) for week in ([2.0] + [0.0] * 6, [0.0] * 7)]
    past = history(*np.concatenate(weeks))
    uneven = np.std([0, 2] * 8, ddof=1)  # of a mean of 1
    found = [replay(past, days).unevenness[0] for days in (1, 7, 14, 28)]
    assert found == pytest.approx([0, uneven, uneven, uneven * 2])


def test_28_days_of_history_are_needed():
    assert np.isnan(chance(history(*[1.0] * 27), 1, 1))
    assert not np.isnan(chance(history(*[1.0] * 28), 1, 1))
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
    assert chance(gap, 2, 1) == chance(history(*[1.0] * 30), 2, 1)
