"""The seeded chance of the sandbox."""

from __future__ import annotations

import uuid

import numpy as np

from trackagoat_pandas.sandbox.dice import Dice


def test_a_seed_and_a_name_and_nothing_else_fix_what_is_drawn() -> None:
    assert Dice(7, "a").uuids(3) == Dice(7, "a").uuids(3)
    assert Dice(7, "a").uuids(3) != Dice(7, "b").uuids(3)
    assert Dice(7, "a").uuids(3) != Dice(8, "a").uuids(3)


def test_ids_are_valid_random_uuids() -> None:
    drawn = Dice(7, "ids").uuids(500)
    parsed = [uuid.UUID(text) for text in drawn]
    assert [str(one) for one in parsed] == drawn
    assert {one.version for one in parsed} == {4}
    assert {one.variant for one in parsed} == {uuid.RFC_4122}
    assert len(set(drawn)) == 500


def test_tiktok_ids_hold_their_second_and_no_float_holds_them() -> None:
    births = np.array([1_766_000_000.0, 1_781_524_799.9])
    drawn = Dice(7, "ids").tiktok_ids(births)
    assert [len(text) for text in drawn] == [19, 19]
    assert [int(text) >> 32 for text in drawn] == [1_766_000_000, 1_781_524_799]
    assert all(int(text) > 2**53 for text in drawn)


def test_numbers_are_as_frequent_as_poissons_distribution_says() -> None:
    means = np.repeat([0.0, 0.3, 4.0, 60.0], 20_000)
    drawn = Dice(7, "numbers").numbers(means).reshape(4, -1)
    assert set(drawn[0].tolist()) == {0}
    for mean, numbers in zip([0.3, 4.0, 60.0], drawn[1:], strict=True):
        assert abs(numbers.mean() - mean) < 4 * (mean / 20_000) ** 0.5
        assert abs(numbers.var() / mean - 1.0) < 0.06
    assert abs(np.mean(drawn[1] == 0) - np.exp(-0.3)) < 0.02
    assert drawn[3].max() < 120


def test_weighted_draws_leave_out_what_weighs_nothing() -> None:
    drawn = Dice(7, "weights").weighted(np.array([0.0, 1.0, 0.0, 3.0, 0.0]), 4_000)
    assert set(drawn.tolist()) == {1, 3}
    assert 2_800 < np.sum(drawn == 3) < 3_200


def test_shuffling_keeps_every_option_once() -> None:
    options = list(range(50))
    shuffled = Dice(7, "shuffle").shuffled(options)
    assert sorted(shuffled) == options
    assert shuffled != options
