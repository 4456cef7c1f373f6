"""A board does its work where the part that runs in the browser can't be loaded."""

from __future__ import annotations

import pandas as pd
import pytest
from playwright.sync_api import expect

from tests.browser.cells import GOALS
from tests.browser.pages import write_notebook
from tests.browser.widgets import Widget
from tests.heavy import heavy

SCRIPTS = "**/anywidget/**"

pytestmark = [pytest.mark.browser, heavy]


@pytest.fixture(scope="module")
def goals(lab, lab_server):
    lab.page.route(SCRIPTS, lambda route: route.abort())
    lab.open(write_notebook(lab_server.notebooks, "without.ipynb", GOALS))
    lab.run_all()
    return Widget(lab.output(0))


def test_it_shows_no_error(goals):
    expect(goals.root.locator(".trackagoat-picture svg")).to_be_visible()
    expect(goals.root.locator("[class*=error]").filter(visible=True)).to_have_count(0)
    expect(goals.prints).to_have_count(0)


def test_it_filters_and_turns_pages(goals):
    goals.turn_to("Odds")
    expect(goals.head).to_contain_text("Chance")
    goals.turn_to("Goals")
    goals.choose("Status", "Behind pace")
    expect(goals.rows).to_have_count(6)
    goals.press("Clear filters")
    expect(goals.root).to_contain_text("1 to 8 of 28")
    goals.press("Next")
    expect(goals.root).to_contain_text("9 to 16 of 28")


def test_it_offers_files_by_a_link(goals):
    name, file = goals.save_by_link("CSV")
    assert (name, len(pd.read_csv(file))) == ("goals.csv", 28)
