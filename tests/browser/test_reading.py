"""Every picker and board can be read: on a narrow page, in light and dark, and read aloud."""

from __future__ import annotations

import pandas as pd
import pytest
from playwright.sync_api import expect

import trackagoat_pandas as tgp
from tests.browser import probes
from tests.browser.cells import CELLS
from tests.browser.pages import write_notebook
from tests.browser.widgets import Widget
from tests.heavy import every, heavy
from trackagoat_pandas.widgets import (
    campaign_board,
    explorer_views,
    goal_board,
    payout_board,
    posting_board,
    sentiment_radar,
)

pytestmark = pytest.mark.browser

SHOWN = (
    "program", "explorer", "loaded", "goals", "payouts", "posting", "videos", "campaigns",
    "sentiment", "pickers", "empty", "home",
)  # fmt: skip
WIDGETS = SHOWN[1:]
PAGES = {
    "loaded": explorer_views.PAGES,
    "goals": goal_board.PAGES,
    "payouts": payout_board.PAGES,
    "posting": tuple(page for page in posting_board.PAGES if page != "Times"),
    "videos": ("Posts", "Post", "Quality"),
    "campaigns": tuple(campaign_board.PAGES),
    "sentiment": tuple(sentiment_radar.PAGES),
}
THEMES = ("light", "dark")
NARROW_PX, WIDE_PX = 800, 1280
SCREEN_PX = 900 - 88  # without JupyterLab's own bars
EACH = [(name, page) for name in WIDGETS for page in PAGES.get(name, ("",))]
IN_THEMES = [
    (theme, name, page)
    for shift, theme in enumerate(THEMES)
    # In a usual run each eighth page in one theme, and the one after it in the other.
    for name, page in EACH[shift % every(8) :: every(8)]
]


@pytest.fixture(scope="module", params=IN_THEMES, ids=lambda param: "-".join(filter(None, param)))
def opened(request, notebook):
    """A widget's page in each theme, on a page of 800 pixels."""
    theme, name, page = request.param
    notebook.use_theme(theme)
    notebook.resize(NARROW_PX)
    widget = Widget(notebook.output(SHOWN.index(name)))
    # All widgets of the notebook are drawn again for another width.
    notebook.wait_until_drawn(widget.root)
    notebook.wait_until_idle()
    if page:
        widget.turn_to(page)
    notebook.wait_until_drawn(widget.root)
    return widget.root


@pytest.mark.parametrize(
    "faults",
    [
        probes.violations,  # of axe, the serious ones
        probes.faint_parts,  # texts and marks that don't stand out from the page
        probes.small_texts,  # below eleven pixels
        probes.cut_parts,
        probes.headings_out_of_sight,  # of a table's first four columns
        probes.covered_controls,
        probes.unnamed_pictures,  # without their finding as text
    ],
    ids=lambda probe: probe.__name__,
)
def test_a_page_has_no_fault_that_a_probe_finds(opened, faults):
    assert faults(opened) == []


# How far the picture, the key figures and the first eight rows reach below the heading, and in how
# many rows the figures stand. A home has no table on its first screen.
_REACH = """(shown, hasTable) => {
    const top = shown.querySelector(".trackagoat-head").getBoundingClientRect().top;
    const tiles = [...shown.querySelectorAll(".trackagoat-tiles > *")];
    const rows = [...shown.querySelectorAll("tbody tr")].slice(0, hasTable ? 8 : 0);
    const parts = [shown.querySelector(".trackagoat-picture svg"), ...tiles, ...rows];
    const bottoms = parts.map((part) => part.getBoundingClientRect().bottom - top);
    const lines = new Set(tiles.map((tile) => tile.getBoundingClientRect().top));
    return [Math.max(...bottoms), lines.size, rows.length];
}"""


@pytest.mark.parametrize("name", ["home", *PAGES])
def test_the_first_page_is_on_one_screen_and_a_narrow_page_does_not_scroll_sideways(notebook, name):
    board = Widget(notebook.output(SHOWN.index(name)))
    notebook.use_theme("light")
    notebook.resize(WIDE_PX)
    if name in PAGES:
        board.turn_to(PAGES[name][0])
        notebook.wait_until_idle()
    notebook.wait_until_drawn(board.root)
    reach, lines, rows = board.root.evaluate(_REACH, name in PAGES)
    assert reach <= SCREEN_PX
    assert lines == 1
    # The program has seven campaigns.
    assert rows == {"home": 0, "campaigns": 7}.get(name, 8)
    notebook.resize(NARROW_PX)
    notebook.wait_until_drawn(board.root)
    assert board.root.evaluate("it => it.scrollWidth <= it.clientWidth")
    assert notebook.page.evaluate("() => document.body.scrollWidth <= innerWidth")


def test_a_door_of_a_home_opens_its_board_and_a_sentence_shows_its_code(notebook):
    home = Widget(notebook.output(SHOWN.index("home")))
    notebook.resize(WIDE_PX)
    said = home.root.locator(".trackagoat-say").nth(1)
    expect(said.locator("pre")).to_be_hidden()
    said.locator("summary").click()
    expect(said.locator("pre")).to_contain_text("tgp.will_miss(goals")
    said.locator("summary").click()
    said.get_by_role("button", name="Goals board").click()
    expect(home.root.get_by_role("heading", name="Goals", exact=True)).to_be_visible()
    home.turn_to("Home")
    expect(home.root.get_by_role("heading", name="Goals", exact=True)).to_have_count(0)
    expect(said).to_be_visible()


@heavy
@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_serious_in_voila(board, voila_server, theme):
    cells = [CELLS[name] for name in SHOWN]
    board.open(write_notebook(voila_server.notebooks, f"all-{theme}.ipynb", *cells), theme)
    panels = board.outputs.filter(has=board.page.locator(".trackagoat-panel"))
    expect(panels).to_have_count(len(WIDGETS) + 5)  # six pickers in one cell
    found = [probes.violations(panel) for panel in panels.all()]
    assert [one for each in found for one in each] == []


def test_a_long_word_breaks_and_lies_over_no_number(page):
    word = "#" + "GOAT" * 18
    videos = pd.DataFrame({"title": [word, "ab"], "view_count": [123_456_789, 5]})
    page.set_content(tgp.show(videos.assign(tiktok_handle="mia"))._repr_html_())
    assert page.locator("td, th").evaluate_all(
        "cells => cells.every(cell => cell.scrollWidth <= cell.clientWidth)"
    )
    long, number, short = (
        page.locator("td", has_text=text).bounding_box() for text in (word, "123,456,789", "ab")
    )
    assert long["height"] == number["height"] > 1.5 * short["height"]  # it takes two lines
    assert page.locator("th", has_text="Views").bounding_box()["height"] == short["height"]
