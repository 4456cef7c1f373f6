"""A question has one finding on every surface, for the programs of many simulated worlds."""

from __future__ import annotations

import html
import inspect
import io
import json
import re
from contextlib import nullcontext, redirect_stdout
from typing import Any
from unittest.mock import patch

import matplotlib.pyplot as plt
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import heavy
from tests.support.question_options import OPTIONS
from tests.support.question_worlds import WORLDS, programs_of
from trackagoat_pandas.agents.desk import Desk
from trackagoat_pandas.agents.handles import Handles
from trackagoat_pandas.agents.questions import _LONGEST_FINDING, Questions
from trackagoat_pandas.agents.refusals import Refusal
from trackagoat_pandas.agents.untrusted import FIELD, clean
from trackagoat_pandas.asking.catalogue import QUESTIONS
from trackagoat_pandas.asking.kernel import Answer, Question, answer_of
from trackagoat_pandas.cli import main
from trackagoat_pandas.cli_ask import _LEVEL_CODES
from trackagoat_pandas.helpers.health.statuses import worst_of
from trackagoat_pandas.helpers.health.supply import FRAMES
from trackagoat_pandas.program.frames import ProgramData
from trackagoat_pandas.reporting.mail import mail_of
from trackagoat_pandas.reporting.texts import plain_sentence
from trackagoat_pandas.reporting.writing import document_of
from trackagoat_pandas.watching.judging import JUDGES
from trackagoat_pandas.watching.rules import read_rules
from trackagoat_pandas.widgets.home import Home

pytestmark = pytest.mark.filterwarnings("ignore::trackagoat_pandas.TrackaGoatWarning")
PAGES = {
    "lift": "Lift", "view_quality": "Quality", "silent": "Regularity",
    "overposting": "Over-posting", "inbox": "Inbox",
}  # fmt: skip
"""The pages of boards with the answers that the first page hasn't."""


def plain(page: str) -> str:
    """Return the text of a page without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", page)).split())


def differences(program: ProgramData) -> list[tuple[str, str, str]]:
    """List each surface on which a question hasn't the finding of ``answer_of``."""
    document = document_of(program)
    mail = plain(mail_of(document).html)
    different = [
        (name, surface, program.name)
        for name in QUESTIONS
        for surface, is_same in compared(program, name, document, mail)
        if not is_same
    ]
    return [*different, *unlike_health(program), *unlike_home(program)]


def compared(program: ProgramData, name: str, document: Any, mail: str) -> Any:
    """Yield each surface, and whether it gives the question's finding."""
    question, options = QUESTIONS[name], OPTIONS.get(name)
    answer = answer_of(question, program, options=options)
    finding = " ".join(str(answer.finding).split())
    if question.section:
        (section,) = (one for one in document.sections if one.name == question.section)
        sentences = [plain_sentence(one) for one in section.sentences] or [section.reason]
        yield "report", finding in [" ".join(sentence.split()) for sentence in sentences]
        yield "mail", finding in mail
    frames = frames_of(question, program.data)
    del frames["projects"]
    again = tgp.ask(name, frames=frames, now=program.now, options=options)
    expected = (answer.finding, answer.totals, answer.level)
    yield "ask", (again.finding, again.totals, again.level) == expected
    yield "command line", printed(again) == (expected, _LEVEL_CODES[answer.level])
    yield "agents", is_told(program, answer, options or {})
    if question.thresholds.fires is not None:
        yield "watch", fired_by(program, answer, options or {})
    if answer.picture is not None:
        drawn = answer.plot()
        title = " ".join(drawn.get_title(loc="left").split())
        plt.close(drawn.figure)
        yield "picture", title == " ".join(answer.headline.rstrip(".").split())
    for board in question.boards:
        if board != "Home":  # its own test compares its sentences
            yield board, is_on_board(board, name, frames)


def printed(answer: Answer) -> tuple[tuple[str, dict[str, Any], str], int]:
    """Return what the command line prints of an answer, and its exit code."""
    with (
        patch("trackagoat_pandas.connecting.connect", lambda **_: nullcontext()),
        patch("trackagoat_pandas.asking.catalogue.ask", lambda *_, **__: answer),
        redirect_stdout(io.StringIO()) as out,
    ):
        code = main(["ask", answer.question.name, "A program", "--json"])
    said = json.loads(out.getvalue())
    return (said["finding"], said["totals"], said["level"]), code


class WorldDesk(Desk):
    """A desk that has loaded a program already."""

    def __init__(self, program: ProgramData) -> None:
        self.handles, self._given = Handles(), program

    def program(self, project: str, *wanted: str) -> ProgramData:
        return self._given


def is_told(program: ProgramData, answer: Answer, options: dict[str, Any]) -> bool:
    """Tell whether agents get the totals and the finding, or a refusal where there is no answer."""
    name = answer.question.name
    (tool,) = (one for one in Questions(WorldDesk(program)).tools() if one.__name__ == name)
    try:
        reply = tool(program.name, **options)
    except Refusal:
        return bool(answer.script.reason)
    told = (reply["answer"], reply["totals"], reply["level"], reply[FIELD]["finding"])
    finding = clean(answer.finding, _LONGEST_FINDING)
    return not answer.script.reason and told == (
        answer.headline,
        answer.totals,
        answer.level,
        finding,
    )


def fired_by(program: ProgramData, answer: Answer, options: dict[str, Any]) -> bool:
    """Tell whether the watch fires for the rows at its threshold, in the answer's sentences."""
    question = answer.question
    (rule,) = read_rules([{"name": question.name, **options}])
    found = JUDGES[rule.name](program, rule)
    if answer.script.reason:
        return bool(found.unknown == answer.script.reason)
    judged = answer.judged[question.is_watched(answer, rule.options).to_numpy(bool)]
    expected = judged.index[(judged[question.level] >= question.thresholds.fires).fillna(False)]
    fired = {one.entity_id: one.sentence for one in found.signals if one.level >= rule.fire}
    return fired == {id_: answer.line(id_) for id_ in expected}


def unlike_health(program: ProgramData) -> list[tuple[str, str, str]]:
    """List the parts of a program's health that don't say what their questions answer."""
    frames = {name: program.data[name] for name in FRAMES if name in program.data}
    health = tgp.program_health(**frames, now=program.now, timezone=program.zone)
    different = []
    for row in health.to_dict("records"):
        if row["status"] == "unknown":  # a part judges losses too
            continue
        answer: Answer = eval(row["code"].removesuffix(".rows"), {"tgp": tgp, **frames})
        # Slumps may be worse than the views, and payouts are late and wrong at once.
        is_same = answer.finding in row["evidence"] and answer.level == row["status"]
        if row["part"] == "views":
            is_same = answer.level == "unknown" or answer.finding in row["evidence"]
        if not is_same:
            different.append((row["part"], "health", program.name))
    if health.attrs["trackagoat"]["status"] != worst_of(health["status"]):
        different.append(("health", "health", program.name))
    return different


def unlike_home(program: ProgramData) -> list[tuple[str, str, str]]:
    """List the questions whose findings Home doesn't say."""
    taken = inspect.signature(Home).parameters
    frames = {name: frame for name, frame in program.data.items() if name in taken}
    if frames["analytics"].empty:  # a home takes two days
        return []
    home = Home(**frames)
    said = plain(home.sentences.value)
    home.close()
    return [
        (name, "Home", program.name)
        for name, question in QUESTIONS.items()
        if "Home" in question.boards and question.text in said
        and name != "views"  # of the days that it shows
        and " ".join(tgp.ask(name, frames=frames_of(question, frames)).finding.split()) not in said
    ]  # fmt: skip


def frames_of(question: Question, frames: dict[str, Any]) -> dict[str, Any]:
    """Return those of some frames that a question takes."""
    return {name: frames[name] for name in (*question.loaded, *question.extras) if name in frames}


def is_on_board(board: str, name: str, frames: dict[str, pd.DataFrame]) -> bool:
    """Tell whether a board's header has the question's finding, where it has the page for it."""
    kind, options = getattr(tgp.widgets, board), OPTIONS.get(name)
    taken = inspect.signature(kind).parameters
    shown = kind(**{key: frame for key, frame in frames.items() if key in taken})
    page = PAGES.get(name)
    if page and page not in shown.page.options:
        return True
    if page:
        shown.page.value = page
    if name == "lift":  # a board shows one campaign at a time
        options = {"campaign": next(iter(shown._all.names))}
    # As of the load, which is some seconds earlier.
    said = tgp.ask(name, frames=frames, options=options).finding
    is_there = " ".join(said.split()) in plain(shown._head.value)
    shown.close()
    return is_there


@pytest.mark.parametrize(
    "world", [0, *(pytest.param(world, marks=heavy) for world in range(1, WORLDS))]
)
def test_surfaces_agree(world: int) -> None:
    with programs_of(world) as programs:
        assert [found for program in programs for found in differences(program)] == []
