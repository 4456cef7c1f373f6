"""The rules' judges: what all of them find of a program."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final

import pandas as pd

from trackagoat_pandas.asking.catalogue import QUESTIONS
from trackagoat_pandas.errors import TrackaGoatError
from trackagoat_pandas.program.frames import ProgramData
from trackagoat_pandas.watching.answers import judge_of
from trackagoat_pandas.watching.rules import Rule
from trackagoat_pandas.watching.states import STALE, Judgement
from trackagoat_pandas.watching.views import judge_collapse, judge_taken_back

JUDGES: Final[Mapping[str, Callable[[ProgramData, Rule], Judgement]]] = {
    **{
        question.name: judge_of(question)
        for question in QUESTIONS.values()
        if question.thresholds.fires is not None
    },
    "views": judge_collapse,
    "views_taken_back": judge_taken_back,
}
"""What judges each rule."""


def judge_all(
    data: ProgramData,
    rules: Iterable[Rule],
    now: pd.Timestamp,
    known: Iterable[tuple[Rule, Judgement]] = (),
) -> list[tuple[Rule, Judgement]]:
    """Judge a program by the rules that aren't off, as of the data's moment.

    A frame that a rule can't read makes only this rule unknown. What is `known` of the same data
    stands, except whether they are stale, which time alone changes.
    """
    stands = {rule.name: one for rule, one in known if rule.name != STALE}
    return [
        (rule, stands.get(rule.name) or _judge(data, rule, now))
        for rule in rules if not rule.is_off
    ]  # fmt: skip


def _judge(data: ProgramData, rule: Rule, now: pd.Timestamp) -> Judgement:
    try:
        known = replace(data, moment=now) if rule.name == STALE else data
        return JUDGES[rule.name](known, rule)
    except TrackaGoatError as error:
        return Judgement(unknown=str(error))
