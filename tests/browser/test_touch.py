"""What the part of a board that runs in the browser adds, and that nothing is lost without it."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from matplotlib import image
from playwright.sync_api import expect

from tests.heavy import HEAVY

SHOWN = ("program", "goals", "payouts", "sentiment", "loaded", "count")
NARROWING = [
    ("goals", "Goals", "Clear filters"),
    ("payouts", "Owed", "Clear filters"),
    ("loaded", "Totals", "Clear"),  # the only page that isn't the first one
]
CLICKS = 200 if HEAVY else 20


def heading(widget, words):
    return widget.root.locator("[data-goat^='sort:']").filter(has_text=words).first


def column(widget, words):
    """The cells of a column."""
    heads = widget.root.locator("thead th").all_inner_texts()
    at = next(at for at, head in enumerate(heads) if words in head)
    return [row.split("\t")[at] for row in widget.rows.all_inner_texts()]


def test_a_click_on_a_heading_sorts_and_another_turns_it_round(shown):
    goals = shown("goals")
    for way in ("descending", "ascending"):
        heading(goals, "Target").click()
        expect(goals.root.locator(f"thead th[aria-sort={way}]")).to_contain_text("Target")
        targets = [float(cell.replace(",", "")) for cell in column(goals, "Target")]
        assert targets == sorted(targets, reverse=way == "descending")


def test_a_heading_is_sorted_by_the_keyboard_too(shown, notebook):
    goals = shown("goals")
    heading(goals, "Creator").focus()
    notebook.page.keyboard.press("Enter")
    expect(goals.root.locator("thead th[aria-sort=ascending]")).to_contain_text("Creator")
    creators = column(goals, "Creator")
    assert creators == sorted(creators)


@pytest.mark.parametrize(("name", "page", "back"), NARROWING)
def test_a_click_on_a_row_narrows_to_its_creator_and_one_click_leads_back(
    shown, notebook, name, page, back
):
    board = shown(name)
    board.turn_to(page)
    if name == "loaded":
        expect(board.head).not_to_contain_text("Date")
    notebook.wait_until_drawn(board.root)
    row = board.root.locator("[data-goat^='row:']").last.locator("th")
    creator = row.inner_text().lstrip("@")
    others = board.rows.filter(has_not_text=creator)
    expect(others).not_to_have_count(0)
    row.click()
    expect(others).to_have_count(0)
    board.root.get_by_role("button", name=back).first.click()
    expect(others).not_to_have_count(0)


@pytest.mark.parametrize(("name", "page", "back"), NARROWING[:2])
def test_a_click_on_a_mark_narrows_to_its_creator(shown, notebook, name, page, back):
    board = shown(name)
    board.turn_to(page)
    notebook.wait_until_drawn(board.root)
    mark = board.root.locator("[data-goat^='pick:']").first
    handle = mark.locator("title").text_content().split()[0].rstrip(":,").lstrip("@")
    others = board.rows.filter(has_not_text=handle)
    mark.click()
    expect(others).to_have_count(0)
    board.root.get_by_role("button", name=back).first.click()
    expect(others).not_to_have_count(0)


@pytest.mark.parametrize("name", ["goals", "payouts", "sentiment", "loaded"])
def test_a_mark_says_what_it_stands_for(shown, name):
    titles = shown(name).root.locator(".trackagoat-picture svg title").all_text_contents()
    assert titles
    assert all(re.search(r"\d", title) for title in titles)


def test_one_click_saves_a_table_whole(shown):
    name, file = shown("goals").save("CSV")
    saved = pd.read_csv(file)
    assert (name, len(saved)) == ("goals.csv", 28)
    assert {"goal_id", "tiktok_handle", "percentage"} <= {*saved.columns}


def test_one_click_saves_a_picture_sharper_than_it_is_shown(shown):
    payouts = shown("payouts")
    shown_px = payouts.root.locator(".trackagoat-picture svg").bounding_box()["width"]
    name, file = payouts.save("PNG")
    assert name == "payouts.png"
    assert image.imread(file).shape[1] > 1.5 * shown_px


def test_clicks_leave_nothing_behind(shown, notebook):
    goals, at = shown("goals"), SHOWN.index("count")

    def left():
        notebook.run(at)
        notebook.wait_until_idle()
        parts = goals.root.evaluate("it => it.querySelectorAll('*').length")
        return notebook.output(at).inner_text().partition(" of ")[2], parts

    heading(goals, "Target").click()
    before = left()
    for _ in range(CLICKS):
        heading(goals, "Target").click()
    assert left() == before
