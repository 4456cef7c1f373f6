"""The package's widgets in a real JupyterLab: one notebook, where each test has its own cell."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib import image
from playwright.sync_api import Error, expect

from tests.browser.cells import CELLS, GOALS
from tests.browser.pages import write_notebook
from tests.browser.widgets import Widget

LINES = """cells => cells.map(cell => {
    const text = document.createRange();
    text.selectNodeContents(cell);
    return text.getClientRects().length;
})"""


SHOWN = tuple(name for name in CELLS if name not in ("loaded", "empty", "stock"))


def test_nothing_is_printed_beside_the_widgets(shown):
    for name in set(SHOWN) - {"count"}:
        expect(shown(name).prints).to_have_count(0)


def test_a_reader_explores_a_project_by_mouse_and_keyboard(shown):
    explorer = shown("explorer")
    expect(explorer.root.locator("img")).to_be_hidden()
    explorer.choose("Project", "Q1 Brand Program")
    expect(explorer.root).to_contain_text("0 selected · 13 of 13 found")
    keyboard = explorer.root.page.keyboard
    explorer.labelled("Search").focus()
    keyboard.type("HONEST")
    expect(explorer.labelled("Creators").locator("option")).to_have_count(1)
    for reached in ("Campaign", "Creators"):
        keyboard.press("Tab")
        expect(explorer.labelled(reached)).to_be_focused()
    keyboard.press("Tab")
    # JupyterLab keeps arrows and letters from lists, but not Space from buttons.
    expect(explorer.root.get_by_role("button", name="Select all 1")).to_be_focused()
    keyboard.press("Space")
    expect(explorer.root).to_contain_text("1 selected · 1 of 13 found")
    explorer.choose("Dates", "Last 7 days")
    expect(explorer.labelled("from")).to_have_value("2026-06-12")
    with explorer.another_picture():
        explorer.press("Load")
    expect(explorer.rows).to_have_count(7)
    expect(explorer.rows.first).to_contain_text("honest.glossviews2026-06-12")
    explorer.labelled("from").fill("2026-06-01")
    expect(explorer.labelled("Dates").locator("option:checked")).to_have_text("Custom")
    explorer.labelled("to").fill("2026-06-03")
    with explorer.another_picture():
        explorer.press("Load")
    expect(explorer.rows).to_have_count(3)
    expect(explorer.rows.first).to_contain_text("2026-06-01")
    explorer.turn_to("Totals")
    expect(explorer.rows).to_have_count(1)
    explorer.root.get_by_text("Code for this view").click()
    expect(explorer.root.locator("pre")).to_contain_text('tgp.load_analytics("creator", creators')


def test_a_load_that_fails_says_so_in_the_widget_and_can_be_tried_again(shown):
    failing = shown("failing")
    with failing.same_view():
        failing.press("Load")
        expect(failing.notes).to_contain_text("the body is an HTML page, not JSON")
    expect(failing.prints).to_have_count(0)
    failing.press("Try again")
    expect(failing.notes).to_have_count(0)
    expect(failing.root.get_by_role("button", name="Try again")).to_be_hidden()


def test_a_load_can_be_cancelled_and_leaves_all_as_it_was(shown):
    slow = shown("slow")
    slow.choose("Dates", "Last 7 days")
    with slow.same_view():
        slow.press("Load")
        expect(slow.notes).to_contain_text("Loading analytics: ")
        slow.press("Cancel")
        expect(slow.notes).to_have_text("Loading was cancelled; nothing has changed.")
    expect(slow.labelled("Dates").locator("option:checked")).to_have_text("Last 7 days")
    slow.press("Try again")
    expect(slow.rows.first).to_contain_text("2026-06-12")
    expect(slow.prints).to_have_count(0)


def test_the_goal_board_turns_its_pages_and_is_filtered(shown):
    goals = shown("goals")
    pages = {"Creators": "on_pace_percentage", "Nudge": "needed_per_day", "Odds": "chance"}
    for page, column in (pages | {"Goals": "period_end (America/New_York)"}).items():
        goals.turn_to(page)
        expect(goals.head).to_contain_text(column)
    with goals.another_picture():
        goals.choose("Status", "behind pace")
    expect(goals.rows).to_have_count(6)
    expect(goals.rows.filter(has_text="behind_pace")).to_have_count(6)
    with goals.another_picture():
        goals.choose("Status", "All")
    expect(goals.root).to_contain_text("1 to 12 of 28")
    goals.press("Next")
    expect(goals.root).to_contain_text("13 to 24 of 28")


def test_a_time_stands_on_one_line_and_a_whole_number_has_no_decimals(shown, notebook):
    notebook.page.set_viewport_size({"width": 800, "height": 900})
    goals = shown("goals")
    assert set(goals.root.locator("td.d").evaluate_all(LINES)) == {1}
    assert all("." not in number for number in goals.root.locator("td.n").all_inner_texts())


def test_table_and_picture_are_saved_whole(shown):
    board = shown("payouts")
    size = board.root.locator("img").evaluate("it => [it.naturalHeight, it.naturalWidth]")
    name, file = board.save("PNG")
    assert name == "payouts.png"
    assert [*image.imread(file).shape[:2]] == size
    name, file = shown("goals").save("CSV")
    saved = pd.read_csv(file)
    assert (name, len(saved)) == ("goals.csv", 28)
    assert {"goal_id", "tiktok_handle", "percentage"} <= {*saved.columns}


def test_the_payout_board_turns_its_pages_and_drills_down_to_a_creator(shown):
    payouts = shown("payouts")
    with payouts.another_picture():
        payouts.turn_to("Timeline")
    expect(payouts.head).to_contain_text("date")
    payouts.turn_to("Audit")
    expect(payouts.notes).to_contain_text("The audit covers 1 of 5 structures")
    with payouts.another_picture():
        payouts.turn_to("Owed")
    expect(payouts.head).to_contain_text("oldest_unpaid")
    with payouts.another_picture():
        payouts.choose("Creator", "@mossy_reef")
    expect(payouts.head).to_contain_text("method_name")
    expect(payouts.rows.filter(has_not_text="@mossy_reef")).to_have_count(0)
    expect(payouts.rows.filter(has_text="payment")).to_have_count(5)


def test_the_sentiment_radar_turns_its_pages_filters_and_searches(shown):
    radar = shown("sentiment")
    with radar.another_picture():
        radar.turn_to("Creators")
    expect(radar.head).to_contain_text("tiktok_handle")
    with radar.another_picture():
        radar.choose("Rank by", "negative comments")
    radar.turn_to("Comments")
    expect(radar.head).to_contain_text("text")
    words = radar.root.get_by_placeholder("a word or phrase")
    words.fill("love")
    words.press("Enter")
    expect(radar.rows.filter(has_not_text="love")).to_have_count(0)
    radar.turn_to("Negative")
    expect(radar.rows.filter(has_not_text="negative")).to_have_count(0)
    radar.turn_to("Trend")
    tiles = radar.root.locator(".trackagoat-tiles")
    expect(tiles).to_contain_text("Comments625")
    with radar.another_picture():
        radar.choose("Campaigns", "Unboxed")
    expect(tiles).not_to_contain_text("Comments625")


def test_the_pickers_of_rows_search_and_turn_pages(shown):
    pickers = shown("pickers")
    videos = pickers.labelled("Videos")
    newest = videos.locator("option").first
    newest_text = newest.inner_text()
    pickers.press("Next")
    expect(newest).not_to_have_text(newest_text)
    pickers.root.get_by_placeholder("part of a video's name").fill("sourdough")
    expect(videos.locator("option").filter(has_not_text="sourdough")).to_have_count(0)
    pickers.choose("Campaign", "Spring Drop")
    expect(pickers.root).to_contain_text("7 of 13 found")


def test_text_that_looks_like_html_is_shown_as_text(shown):
    hostile = shown("hostile")
    written = "<img src=x onerror=alert(1)>"
    expect(hostile.labelled("Creators").locator("option").first).to_contain_text(written)
    for page in ("Goals", "Owed", "Comments"):
        hostile.turn_to(page)
        expect(hostile.rows.filter(has_text=written).first).to_be_visible()
    expect(hostile.root.locator("img[src=x]")).to_have_count(0)


LIGHTNESS = {"light": (0.8, 1), "dark": (0, 0.8)}
"""A page's lightness from 0 to 1; pictures are white in both themes."""


@pytest.mark.parametrize(("theme", "width_px"), [("light", 1280), ("dark", 800)])
def test_all_widgets_fit_the_page(shown, notebook, theme, width_px):
    notebook.use_theme(theme)
    for name in ("pickers", "explorer", "slow", "goals", "payouts", "sentiment"):
        file = notebook.screenshot_of(shown(name).root, f"{name}-{theme}", width_px)
        assert shown(name).overflowing == []
    low, high = LIGHTNESS[theme]
    assert low <= image.imread(file)[..., :3].mean() <= high


def test_a_cell_that_runs_again_leaves_no_widget_of_its_earlier_runs(shown, notebook):
    again, count = (SHOWN.index(name) for name in ("again", "count"))
    said = []
    for run in (2, 3, 4):
        for cell in (again, count):
            notebook.run(cell)
        expect(notebook.output(count)).to_contain_text(f"run {run} of ")
        said.append(notebook.output(count).inner_text().partition(" of ")[2])
    assert said == [said[0]] * 3


def test_a_board_answers_in_voila(board, voila_server):
    board.open(write_notebook(voila_server.notebooks, "goals.ipynb", GOALS), "dark")
    goals = Widget(board.outputs.last)
    for page, column in (("Odds", "chance"), ("Nudge", "needed_per_day")):
        with goals.another_picture():
            goals.turn_to(page)
        expect(goals.head).to_contain_text(column)
    with goals.another_picture():
        goals.choose("Status", "behind pace")
    expect(goals.rows).to_have_count(6)
    board.screenshot("voila-goals", 1280)


def test_the_page_has_no_network(page):
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("https://example.com")
