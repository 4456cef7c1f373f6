"""The browser, JupyterLab and Voila work together, with nothing of the package in the page."""

from __future__ import annotations

import pytest
from matplotlib import image
from playwright.sync_api import Error, expect

from tests.browser.pages import write_notebook

WIDGETS = """\
import ipywidgets

menu = ipywidgets.Dropdown(options=["hens", "goats"], description="Animal")
count = ipywidgets.BoundedIntText(value=2, max=10, description="Count")
said = ipywidgets.HTML()


def say(change=None):
    said.value = f"<b>{count.value} {menu.value}</b>"


menu.observe(say, "value")
count.observe(say, "value")
say()
ipywidgets.VBox([menu, count, said])
"""


@pytest.fixture(scope="module")
def animals(shared_lab, lab_server):
    shared_lab.open(write_notebook(lab_server.notebooks, "animals.ipynb", WIDGETS))
    shared_lab.run_all()
    return shared_lab


def test_a_widget_answers_to_the_mouse_and_the_keyboard(animals):
    shown = animals.output(0)
    expect(shown.locator("b")).to_have_text("2 hens")
    shown.get_by_label("Animal").select_option("goats")
    expect(shown.locator("b")).to_have_text("2 goats")
    shown.get_by_label("Count").press("ArrowUp")
    expect(shown.locator("b")).to_have_text("3 goats")


def test_an_error_is_shown_and_ends_the_wait(lab, lab_server):
    lab.open(write_notebook(lab_server.notebooks, "wrong.ipynb", "1 / 0"))
    lab.run_all()
    expect(lab.output(0)).to_contain_text("ZeroDivisionError")


@pytest.mark.parametrize(("theme", "lightness"), [("light", (0.8, 1)), ("dark", (0, 0.3))])
@pytest.mark.parametrize("width_px", [1280, 800])
def test_a_picture_has_the_width_and_theme_asked_for(animals, theme, lightness, width_px):
    animals.use_theme(theme)
    picture = image.imread(animals.screenshot(f"animals-{theme}", width_px))
    assert picture.shape[1] == width_px
    assert lightness[0] <= picture[..., :3].mean() <= lightness[1]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_voila_shows_a_notebook_that_answers(board, voila_server, theme):
    board.open(write_notebook(voila_server.notebooks, "animals.ipynb", WIDGETS), theme)
    expect(board.page.locator("b")).to_have_text("2 hens")
    board.page.get_by_label("Animal").select_option("goats")
    expect(board.page.locator("b")).to_have_text("2 goats")
    board.screenshot(f"voila-{theme}", 800)


def test_the_page_has_no_network(page):
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("https://example.com")
