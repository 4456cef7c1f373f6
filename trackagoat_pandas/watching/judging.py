"""The rules' judges: what all of them find of a program."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

import pandas as pd

from trackagoat_pandas.errors import TrackaGoatError
from trackagoat_pandas.program.frames import ProgramData
from trackagoat_pandas.watching.comments import judge_comments
from trackagoat_pandas.watching.data import judge_forecasts, judge_freshness
from trackagoat_pandas.watching.goals import judge_goals
from trackagoat_pandas.watching.money import judge_budget, judge_payouts
from trackagoat_pandas.watching.posts import judge_overposting, judge_tags
from trackagoat_pandas.watching.rules import Rule
from trackagoat_pandas.watching.states import STALE, Judgement
from trackagoat_pandas.watching.views import judge_breakouts, judge_collapse, judge_taken_back

JUDGES: Final[Mapping[str, Callable[[ProgramData, Rule], Judgement]]] = {
    "goal_at_risk": judge_goals,
    "negative_comments": judge_comments,
    "breakout": judge_breakouts,
    "views_collapse": judge_collapse,
    "views_taken_back": judge_taken_back,
    "overposting": judge_overposting,
    "payout_finding": judge_payouts,
    "budget_pace": judge_budget,
    "missing_tag": judge_tags,
    "forecast_misses": judge_forecasts,
}
"""What judges each rule; ``stale_data`` also needs the time of the run."""


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
        if rule.name == STALE:
            return judge_freshness(data, rule, now)
        return JUDGES[rule.name](data, rule)
    except TrackaGoatError as error:
        return Judgement(unknown=str(error))
