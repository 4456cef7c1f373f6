"""The rules that are questions: an alert for each row at their thresholds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from trackagoat_pandas.asking.kernel import Answer, Question, answer_of
from trackagoat_pandas.base.warnings import kept_warnings
from trackagoat_pandas.helpers.columns import values_of
from trackagoat_pandas.program.frames import ProgramData
from trackagoat_pandas.showing.cells import one_line
from trackagoat_pandas.watching.evidence import doubt_of, known
from trackagoat_pandas.watching.rules import Rule
from trackagoat_pandas.watching.states import Judgement, Signal


def judge_of(question: Question) -> Callable[[ProgramData, Rule], Judgement]:
    """Return what judges a program by a question's answer.

    With doubtful optional frames only the rows are judged that already reach the rule's threshold
    without these, and those that are over.
    """

    def judge(data: ProgramData, rule: Rule) -> Judgement:
        if doubt := doubt_of(data, *question.needs):
            return Judgement(unknown=doubt)
        doubt = doubt_of(data, *(name for name in question.uses if name in data.frames))
        if doubt:
            kept = {name: data.frames[name] for name in data.frames if name not in question.uses}
            data = replace(data, frames=kept)
        options = {option.name: rule.options[option.name] for option in question.options}
        dates = question.watched_dates(rule.options)
        with kept_warnings():  # other surfaces show them
            answer = answer_of(question, data, dates=dates, options=options)
        if answer.script.reason:
            return Judgement(unknown=answer.script.reason)
        signals = _signals(answer, rule)
        if doubt:
            certain = (signal for signal in signals if signal.level >= rule.fire)
            return Judgement((*certain, *_ended(answer, data)), doubt)
        return Judgement(tuple(signals))

    return judge


def _signals(answer: Answer, rule: Rule) -> Iterator[Signal]:
    """Return a signal for each row that is watched, and can begin or end an alert."""
    question, script = answer.question, answer.script
    rows = answer.judged[question.is_watched(answer, rule.options).to_numpy(bool)]
    levels = values_of(rows[question.level])
    for (id_, row), level in zip(rows.iterrows(), levels, strict=True):
        handle = known({**row}, "tiktok_handle")
        yield Signal(
            question.entity_of(row)[0], str(id_), 0.0 if np.isnan(level) else float(level),
            answer.line(str(id_)) if level >= rule.clear else "", answer.evidence(str(id_), row),
            question.period(row, script.program.zone), is_known=not np.isnan(level),
            tiktok_handle=None if handle is None else one_line(handle),
            title=one_line(question.subject(script, row)) or None,
        )  # fmt: skip


def _ended(answer: Answer, data: ProgramData) -> Iterator[Signal]:
    """Return the things that are no rows any more, since they are done, at the lowest level."""
    for id_, period in answer.question.done(data):
        yield Signal(answer.question.entity, id_, 0.0, "", answer.evidence(id_), period)
