"""The README's code and the boards that load a project, in JupyterLab and by mouse."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.pages import write_notebook
from tests.browser.widgets import Widget

pytestmark = pytest.mark.browser

README = Path(__file__).parents[2] / "README.md"
BOARDS = (
    "GoalBoard", "Explorer", "PayoutBoard", "PostingBoard", "VideoBoard", "CampaignBoard",
    "HealthBoard", "SentimentRadar",
)  # fmt: skip
CONNECT = """\
import trackagoat_pandas as tgp

tgp.connect(sandbox=True, rate_limit=None, progress=False)
"""


def readme_cells():
    """The paragraphs of the README's example; each line that shows something is a cell."""
    (code,) = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    setup, shown = code.strip().rsplit("\n\n", 1)
    return [setup, *shown.splitlines()]


@pytest.fixture(scope="module")
def readme(lab, lab_server):
    """A notebook with the README's example, run from the menu."""
    lab.open(write_notebook(lab_server.notebooks, "readme.ipynb", *readme_cells()))
    lab.run_all()
    return lab


def test_the_readme_ends_in_a_home_that_opens_its_boards_by_mouse(readme):
    (cell,) = (place for place, code in enumerate(readme_cells()) if "widgets.Home(" in code)
    home = Widget(readme.output(cell))
    expect(home.root.locator(".trackagoat-tiles")).to_contain_text("Views")
    expect(home.root).to_contain_text("Is the ledger right?")
    expect(home.root).to_contain_text("worth $500.00")
    expect(home.root).not_to_contain_text("press Load")
    expect(home.prints).to_have_count(0)
    for page, column in {"Goals": "Status", "Payouts": "Owed"}.items():
        home.turn_to(page)
        expect(home.root.locator("thead:visible")).to_contain_text(column)
    home.turn_to("Sentiment")
    home.press("Load comments")
    expect(home.root.locator(".trackagoat-tiles:visible", has_text="Comments")).to_be_visible()


@pytest.fixture(scope="module")
def boards(lab, lab_server):
    """A notebook with a cell for each board that loads a project."""
    cells = [f'tgp.widgets.{name}(project="Q1 Brand Program")' for name in BOARDS]
    lab.open(write_notebook(lab_server.notebooks, "boards.ipynb", CONNECT, *cells))
    lab.run_all()
    return lab


@pytest.mark.parametrize("name", BOARDS)
def test_a_board_loads_its_project_by_itself(boards, name):
    board = Widget(boards.output(BOARDS.index(name) + 1))
    expect(board.rows.first).to_be_visible()
    if name == "HealthBoard":
        expect(board.rows.filter(has_text="unknown")).to_have_count(0)
    expect(board.root).not_to_contain_text("press Load")
    expect(board.prints).to_have_count(0)
    boards.screenshot_of(board.root, name, 1280)
