"""A question has the same answer on every surface, for the same frames and moment."""

from __future__ import annotations

import json
from typing import Any

import pytest

import trackagoat_pandas as tgp
from tests.support.question_options import OPTIONS
from trackagoat_pandas.agents.desk import Desk
from trackagoat_pandas.agents.questions import Questions
from trackagoat_pandas.agents.refusals import Refusal
from trackagoat_pandas.asking.catalogue import QUESTIONS
from trackagoat_pandas.asking.health import PARTS
from trackagoat_pandas.asking.kernel import Answer
from trackagoat_pandas.cli import main
from trackagoat_pandas.reporting.sections import SECTIONS
from trackagoat_pandas.watching.rules import DEFAULTS

pytestmark = pytest.mark.filterwarnings("ignore::trackagoat_pandas.TrackaGoatWarning")


@pytest.mark.parametrize("name", QUESTIONS)
def test_agents_load_what_a_question_reads(box: Any, name: str) -> None:
    options, project = OPTIONS.get(name, {}), "Q1 Brand Program"
    with tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False) as client:
        (tool,) = (one for one in Questions(Desk(client)).tools() if one.__name__ == name)
        answer: Answer = tgp.ask(name, project, options=options, client=client)
        if answer.script.reason:
            with pytest.raises(Refusal, match=r"have no answer|Only a store has"):
                tool(project, **options)
            return
        reply = tool(project, **options)
    assert reply["totals"] == answer.totals
    assert reply["answer"] == answer.headline
    assert reply["untrusted_text"]["finding"] == answer.finding


def test_questions_name_surfaces_that_there_are() -> None:
    for question in QUESTIONS.values():
        assert question.section in ("", *SECTIONS)
        assert question.has_rule <= (question.name in DEFAULTS)
        assert question.part in ("", *PARTS)
        assert all(hasattr(tgp.widgets, board) for board in question.boards)
    listed = tgp.questions().set_index("name")["surfaces"]
    assert listed["ledger"] == "report: payouts, watch, health: payouts, Home"


def test_the_command_line_lists_and_answers(capsys: Any) -> None:
    assert main(["ask"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [*QUESTIONS]
    assert main(["ask", "goals", "Q1 Brand Program", "--sandbox", "--json"]) == 11
    said = json.loads(capsys.readouterr().out)
    with tgp.connect(sandbox=True, progress=False):
        answer = tgp.ask("goals", "Q1 Brand Program")
    assert (said["finding"], said["totals"]) == (answer.finding, answer.totals)
