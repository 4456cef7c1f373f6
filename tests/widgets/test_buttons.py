"""Every button that a board's text mentions can be pressed."""

from __future__ import annotations

import re

import ipywidgets as ipw
import pytest

import trackagoat_pandas as tgp
from tests.widgets.doubles import is_shown, tree
from trackagoat_pandas.widgets.board import ProjectBoard

pytestmark = pytest.mark.slow

PROGRAM = "Q1 Brand Program"
BOARDS = (
    "Home", "GoalBoard", "Explorer", "PayoutBoard", "PostingBoard", "VideoBoard", "CampaignBoard",
    "HealthBoard", "SentimentRadar",
)  # fmt: skip
"""The boards that load a project."""
MENTION = re.compile(r"\bpress (?:“([^”]+)”|([A-Z]\w*))|\bbutton “([^”]+)”", re.IGNORECASE)


def test_every_board_that_takes_a_project_is_tested():
    boards = {name for name in tgp.widgets.__all__ if issubclass(made(name), ProjectBoard)}
    assert boards | {"Explorer"} == {*BOARDS}


def made(name):
    return getattr(tgp.widgets, name)


def shown_texts(board):
    """The texts that a board shows, without markup."""
    for part in tree(board):
        if isinstance(part, ipw.HTML) and is_shown(part, board):
            yield re.sub(r"<style.*?</style>|<[^>]+>", " ", part.value, flags=re.DOTALL)


def missing_buttons(board):
    """The buttons that a text mentions and the board doesn't show."""
    named = {
        next(filter(None, match.groups()))
        for text in shown_texts(board) for match in MENTION.finditer(text)
    }  # fmt: skip
    shown = [
        part.description for part in tree(board)
        if isinstance(part, ipw.Button) and is_shown(part, board) and not part.disabled
    ]  # fmt: skip
    return named, {name for name in named if not any(one.startswith(name) for one in shown)}


@pytest.mark.parametrize("most", [0, 5, 30])
@pytest.mark.parametrize("name", BOARDS)
def test_a_mentioned_button_is_visible(client, monkeypatch, name, most):
    monkeypatch.setattr("trackagoat_pandas.widgets.project_load.MOST_UNASKED", most)
    board = made(name)(project=PROGRAM, client=client)
    if name == "Explorer":
        board.creators.wait(60)
    board.wait(120)
    named, missing = missing_buttons(board)
    assert missing == set()
    if name in ("Home", "HealthBoard"):
        assert named == ({"Load"} if most < 30 else set())


@pytest.mark.parametrize("name", BOARDS)
def test_a_cancelled_load_can_be_tried_again(client, name):
    board = made(name)(project=PROGRAM, client=client)
    board.cancel()
    if board.state == "cancelled":
        assert is_shown(board.retry_button, board)
    assert missing_buttons(board)[1] == set()
