from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.heavy import part
from trackagoat_pandas.asking import health as program
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError
from trackagoat_pandas.helpers.health.scores import (
    rank_programs,
    shares_of,
    weightings,
    with_score,
)
from trackagoat_pandas.helpers.health.statuses import (
    STATUSES,
    Verdict,
    began,
    by_share,
    latched,
    listed,
    rare,
    worst_of,
)
from trackagoat_pandas.helpers.health.supply import Supply

NOTHING = Supply({}, [], pd.Timestamp("2026-05-04T12:00Z"), "UTC", "USD")
RANDOM = part(10_000, 10_000, 500)


def verdicts(statuses):
    return {
        name: Verdict(status, "said") for name, status in zip(program.PARTS, statuses, strict=False)
    }


def random_sets():
    dice = np.random.default_rng(5_000)
    for _ in range(RANDOM):
        size = dice.integers(1, len(program.PARTS) + 1)
        yield [STATUSES[place] for place in dice.integers(0, len(STATUSES), size)]


def test_no_whole_is_good_with_a_part_that_isnt_and_no_loss_makes_it_better():
    for number, statuses in enumerate(random_sets()):
        whole = worst_of(statuses)
        assert (whole == "good") == ({*statuses} == {"good"})
        assert (whole == "bad") == ("bad" in statuses)
        lost = [*statuses]
        lost[number % len(lost)] = "unknown"
        # What was bad may become unknown, as nobody can know it any more; nothing else gets better.
        assert STATUSES.index(worst_of(lost)) <= max(STATUSES.index(whole), 1)


def test_shares_add_up_to_the_score_exactly_and_no_loss_makes_it_higher():
    for statuses in random_sets():
        found = verdicts(statuses)
        points = np.array([{"good": 1.0, "watch": 0.5}.get(one, 0.0) for one in statuses])
        exact = 100 * points / len(points)
        score = int(np.floor(exact.sum() + 0.5))
        shares = shares_of(exact, score)
        assert shares.sum() == score
        assert np.abs(shares - exact).max() < 1
        assert len(found) == len(statuses)


@pytest.mark.parametrize("statuses", [["good"] * 9, ["bad", *["good"] * 8], ["watch"] * 7, ["bad"]])
def test_the_score_and_its_shares_are_columns(statuses):
    table = program._table(verdicts(statuses), (), "")
    table.attrs["trackagoat"] = program._facts(verdicts(statuses))
    scored = with_score(table)
    assert {*scored["score"]} == {scored.attrs["trackagoat"]["score"]}
    assert int(scored["share"].sum()) == scored["score"].iloc[0]
    assert scored.attrs["trackagoat"]["score"] == scored["score"].iloc[0]


@pytest.mark.parametrize(
    ("statuses", "said"),
    [
        (["good", "good"], "No part costs anything, whatever the weights."),
        (["bad", "good", "good"], "data costs most in 100 % of 1,000"),
        (["bad", "bad", "good"], "Which part costs most depends on the weights:"),
    ],
)
def test_a_score_says_whether_the_part_that_costs_most_depends_on_the_weights(statuses, said):
    table = program._table(verdicts(statuses), (), "")
    table.attrs["trackagoat"] = program._facts(verdicts(statuses))
    assert said in with_score(table).attrs["trackagoat"]["note"]


def test_random_weights_are_the_same_each_time_and_add_up_to_one():
    first, second = weightings(9), weightings(9)
    assert (first == second).all()
    assert first.shape == (1_000, 9)
    assert np.allclose(first.sum(axis=1), 1.0)


def test_a_state_lasts_until_it_ends_and_isnt_known_before_it_began_or_ended():
    value = np.array([[0.4, 0.6, 0.4, 0.2, 0.4], [0.1, 0.4, 0.4, 0.6, 0.5]])
    state = latched(value > 0.5, value < 0.3)
    assert np.array_equal(state, [[np.nan, 1, 1, 0, 0], [0, 0, 0, 1, 1]], equal_nan=True)


def test_a_value_beside_one_limit_doesnt_flap():
    dice = np.random.default_rng(5_000)
    value = 0.5 + dice.normal(0, 0.05, 1_000)
    state = latched(value > 0.5, value < 0.25)
    assert np.count_nonzero(np.diff(state[~np.isnan(state)])) == 0


def test_the_last_run_of_equal_states_is_found():
    assert [began(np.array(one, float)) for one in ([1, 1], [0, 1], [1, 0, 0, 0], [1])] == [
        0, 1, 1, 0,
    ]  # fmt: skip


def test_one_of_25_is_bad_and_one_of_26_is_watched():
    assert [by_share(1, of) for of in (1, 25, 26)] == ["bad", "bad", "watch"]
    assert by_share(0, 0) == "good"


def test_more_chances_leave_less_of_luck_to_each():
    assert rare(10.0) == 0.01
    assert rare(100.0) == 0.001
    assert rare(0.0) == 0.5


def test_names_are_listed_in_words():
    assert listed([]) == ""
    assert listed(["ann"]) == "@ann"
    assert listed(["ann", None]) == "@ann and a creator without a known handle"
    assert listed(pd.Series(list("abcd"))) == "@a, @b, @c and 1 more"


def health(*statuses):
    table = program._table(verdicts(statuses), (), "")
    table.attrs["trackagoat"] = program._facts(verdicts(statuses))
    return table


def test_the_worst_program_is_named_where_it_is_the_worst_whatever_the_weights():
    ranked = rank_programs(
        {
            "Spring": health("good", "good", "watch"),
            "Summer": health("bad", "watch", "unknown"),
            "Autumn": health("good", "watch", "watch"),
        }
    )
    assert ranked["name"].tolist() == ["Summer", "Autumn", "Spring"]
    assert ranked["rank"].tolist() == [1, 2, 3]
    assert ranked["score"].tolist() == [17.0, 67.0, 83.0]
    assert ranked["worst_share"].tolist() == [1.0, 0.0, 0.0]
    said = "Summer has the lowest score in 100 % of 1,000 random weightings"
    assert ranked.attrs["trackagoat"]["note"] == said


def test_programs_that_are_bad_in_different_parts_depend_on_the_weights():
    ranked = rank_programs({"Spring": health("bad", "good"), "Summer": health("good", "bad")})
    assert 0.4 < ranked["worst_share"].iloc[0] < 0.6
    said = "Which program has the lowest score depends on the weights"
    assert ranked.attrs["trackagoat"]["note"].startswith(said)


def test_a_bad_program_ranks_before_one_with_fewer_points_that_is_unknown():
    ranked = rank_programs(
        {"Spring": health("unknown", "unknown", "good"), "Summer": health("bad", "good", "good")}
    )
    assert ranked["name"].tolist() == ["Summer", "Spring"]
    said = "Spring has the lowest score in 100 % of 1,000 random weightings, but Summer is bad"
    assert ranked.attrs["trackagoat"]["note"] == said


@pytest.mark.parametrize(
    ("healths", "said"),
    [
        ({}, "no program"),
        ({"a": health("good"), "b": health("good", "good")}, "different parts"),
        ({"a": health("good").head(0)}, "different parts"),
    ],
)
def test_programs_that_cant_be_compared_are_refused(healths, said):
    with pytest.raises(ArgumentError, match=said):
        rank_programs(healths)


@pytest.mark.parametrize("healths", [health("good"), [health("good")], {1: health("good")}])
def test_what_isnt_a_dict_of_frames_is_refused(healths):
    with pytest.raises(ArgumentTypeError, match="healths"):
        rank_programs(healths)


def test_programs_that_are_as_bad_share_their_rank():
    ranked = rank_programs({name: health("bad", "good") for name in ("Spring", "Summer")})
    assert ranked["rank"].tolist() == [1, 1]
    assert ranked["worst_share"].tolist() == [1.0, 1.0]
    said = "2 programs have the lowest score in 100 % of 1,000 random weightings"
    assert ranked.attrs["trackagoat"]["note"] == said


@pytest.mark.parametrize(("part", "said"), [("goals", "goals are bad"), ("data", "data is bad")])
def test_parts_that_are_several_things_are_bad_and_others_is(part, said):
    found = dict.fromkeys(program.PARTS, verdicts(["good"])["data"])
    found[part] = verdicts(["bad"])["data"]
    assert program._facts(found)["note"] == f"The worst part decides: {said}."
