"""A word in another spelling is the declared one, in every helper."""

from __future__ import annotations

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import heavy
from tests.support.demo_results import demo_frames, demo_results, results_of
from tests.support.payout_frames import NOON
from tests.support.question_options import OPTIONS
from trackagoat_pandas.asking.catalogue import QUESTIONS

STATUSES = ("tracking_status", "status")
RULES = ("kind", "period", "proration", "goal_metric", "metric", "series_kind", "entity")


def respelled(frame, names, spell):
    """Spell the words of a frame in another way."""
    copy = frame.copy()
    for name in set(names) & {*frame.columns}:
        copy[name] = frame[name].astype(object).map(spell, na_action="ignore").astype("str")
    return copy


def plain(frame, names):
    """Spell words as they are declared, whatever dtype they have, to compare answers."""
    copy = respelled(
        frame, [*names, "item_type"], lambda word: word.lower().replace("-", "_").replace(" ", "_")
    )
    return copy.astype({name: "str" for name in names if name in copy.columns})


def assert_same(box, names, spell):
    frames = {name: respelled(frame, names, spell) for name, frame in demo_frames(box).items()}
    expected, found = demo_results(box), results_of(frames)
    assert expected.keys() == found.keys()
    for name, answer in expected.items():
        if name == "diff":
            continue  # its cells are those of the frames
        pair = plain(answer, names), plain(found[name], names)
        pd.testing.assert_frame_equal(*pair, check_dtype=False, obj=name)


def test_statuses_in_capitals_give_the_same_answers(box):
    assert_same(box, STATUSES, str.upper)


@heavy
def test_words_of_rules_goals_and_series_in_title_case_give_the_same_answers(box):
    assert_same(box, RULES, lambda word: word.replace("_", " ").title())


@heavy
@pytest.mark.parametrize("spell", [str.title, lambda word: word.replace("_", "-")])
def test_statuses_in_any_spelling_give_the_same_answers(box, spell):
    assert_same(box, STATUSES, spell)


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("spell", [str.upper, lambda word: word.replace("_", " ").title()])
def test_a_question_has_the_same_answer_for_words_in_any_spelling(box, name, spell):
    question, world = QUESTIONS[name], demo_frames(box)
    needed = (*question.needs, *question.uses, *question.names)
    frames = {key: world[key] for key in needed if key in world}
    spelled = {key: respelled(frame, {*STATUSES, *RULES}, spell) for key, frame in frames.items()}
    expected, found = (
        tgp.ask(name, frames=given, now=NOON, options=OPTIONS.get(name))
        for given in (frames, spelled)
    )
    assert (found.finding, found.totals, found.level) == (
        expected.finding,
        expected.totals,
        expected.level,
    )
