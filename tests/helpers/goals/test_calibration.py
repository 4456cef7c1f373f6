from __future__ import annotations

import numpy as np
import pytest

from trackagoat_pandas.helpers.goals.calibration import Forecasts, calibrate

WEEK = np.timedelta64(7, "D")
NOW = np.datetime64("2026-06-10T16:00:00", "us")


def past(chance, hit, weeks_ago=1, kind=0):
    """Forecasts of one kind that ended some weeks ago."""
    number = len(chance)
    ended = np.full(number, NOW - weeks_ago * WEEK)
    return Forecasts(np.full(number, kind), np.array(chance), np.array(hit, float), ended)


def joined(*parts):
    names = ("kinds", "chance", "hit", "ended")
    return Forecasts(*(np.concatenate([getattr(each, name) for each in parts]) for name in names))


def corrected(chance, forecasts, kind=0, at=NOW):
    number = len(chance)
    return calibrate(np.array(chance), np.full(number, kind), np.full(number, at), forecasts)


def outcomes(dice, said, really):
    """Chances, of each of which as many came true as really do."""
    chance = np.repeat(said, 400)
    return chance, dice.random(len(chance)) < np.repeat(really, 400)


@pytest.mark.parametrize(
    ("said", "really"),
    [
        ([0.1, 0.5, 0.9], [0.25, 0.5, 0.75]),  # too sure
        ([0.2, 0.4, 0.6], [0.5, 0.7, 0.83]),  # too low
        ([0.3, 0.5, 0.7], [0.3, 0.5, 0.7]),
    ],
)
def test_a_corrected_chance_is_how_often_such_chances_came_true(said, really):
    found = corrected(said, past(*outcomes(np.random.default_rng(1), said, really)))
    np.testing.assert_allclose(found.chance, really, atol=0.06)


def test_chances_that_say_nothing_give_none_and_the_hit_rate():
    dice = np.random.default_rng(2)
    noise = dice.uniform(0.2, 0.8, 300)
    found = corrected([0.3, 0.7], past(noise, np.arange(300) % 3 > 0))
    assert np.isnan(found.chance).all()
    assert not found.has_skill.any()
    np.testing.assert_allclose(found.hit_rate, 2 / 3)


def test_few_forecasts_give_no_chance():
    nine, ten = (past(np.linspace(0.1, 0.9, n), np.arange(n) > n / 2) for n in (9, 10))
    assert np.isnan(corrected([0.5], nine).chance).all()
    assert corrected([0.5], nine).number.tolist() == [9]
    assert 0.3 < corrected([0.5], ten).chance[0] < 0.6


def test_only_forecasts_of_the_kind_that_ended_in_the_half_year_before_count():
    usual = past(np.linspace(0.1, 0.9, 30), np.arange(30) > 12)
    kept = corrected([0.2, 0.8], usual)
    wrong = np.linspace(0.1, 0.9, 90), np.arange(90) < 40
    others = past(*wrong, kind=1), past(*wrong, weeks_ago=-1), past(*wrong, weeks_ago=27)
    with_others = corrected([0.2, 0.8], joined(usual, *others))
    np.testing.assert_array_equal(with_others.chance, kept.chance)
    assert with_others.number.tolist() == [30, 30]


def test_a_reached_target_stays_certain_and_says_nothing_of_others():
    usual = past(np.linspace(0.1, 0.9, 30), np.arange(30) > 12)
    reached = past(np.ones(50), np.ones(50))
    found = corrected([1.0, 0.5], joined(usual, reached))
    assert found.chance.tolist() == [1.0, corrected([0.5], usual).chance[0]]
    assert corrected([1.0], past([], [])).chance.tolist() == [1.0]


def test_a_higher_chance_never_becomes_a_lower_one():
    upside_down = past(np.linspace(0.1, 0.9, 200), np.arange(200) < 100)
    steep = past([0.05] * 100 + [0.95] * 100, np.arange(200) >= 100)
    for forecasts in (upside_down, steep):
        chance = corrected(np.linspace(0.01, 0.99, 50), forecasts).chance
        assert (np.diff(chance[~np.isnan(chance)]) >= 0).all()


def test_targets_that_were_always_reached_have_a_high_chance():
    found = corrected([0.97], past([0.97] * 12, [1] * 12))
    assert found.chance[0] > 0.95
    assert found.hit_rate.tolist() == [1.0]
