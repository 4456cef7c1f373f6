"""The package's widgets in a real JupyterLab: one notebook, where each test has its own cell."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from matplotlib import image
from playwright.sync_api import Error, expect

from tests.browser import probes
from tests.browser.cells import CELLS, GOALS
from tests.browser.pages import write_notebook
from tests.browser.widgets import Widget

pytestmark = pytest.mark.browser

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
    expect(explorer.root.locator(".trackagoat-picture")).to_be_visible()
    explorer.choose("Project", "Q1 Brand Program")
    expect(explorer.root).to_contain_text("All 13")
    keyboard = explorer.root.page.keyboard
    explorer.labelled("Search").first.focus()
    keyboard.type("HONEST")
    honest = explorer.root.get_by_role("checkbox", name="@honest.gloss")
    expect(explorer.root.get_by_role("checkbox", name="@")).to_have_count(1)
    for reached in (explorer.labelled("Campaign"), honest):
        keyboard.press("Tab")
        expect(reached).to_be_focused()
    keyboard.press("Space")
    expect(explorer.root).to_contain_text("1 of 13 selected")
    explorer.labelled("Search").first.fill("reads22")
    explorer.root.get_by_role("checkbox", name="@its_frosty_reads22").check()
    expect(explorer.root).to_contain_text("2 of 13 selected")
    explorer.press("@its_frosty_reads22")  # its chip
    expect(explorer.root).to_contain_text("1 of 13 selected")
    explorer.choose("Dates", "Last 7 days")
    expect(explorer.labelled("From")).to_have_value("2026-06-12")
    explorer.press("Load: 1 request")
    expect(explorer.rows).to_have_count(1)
    explorer.turn_to("Over time")
    expect(explorer.rows).to_have_count(7)
    expect(explorer.rows.first).to_contain_text("honest.gloss")
    expect(explorer.rows.first).to_contain_text("17 Jun 2026")
    expect(explorer.rows.last).to_contain_text("18 Jun 2026")
    with explorer.another_picture():
        explorer.labelled("To").fill("2026-06-14")
    expect(explorer.rows).to_have_count(3)
    explorer.labelled("From").fill("2026-06-01")
    explorer.press("Load: 1 request")
    expect(explorer.root).to_contain_text("1 to 8 of 14")
    explorer.choose("Rows a page", "25")
    expect(explorer.rows.last).to_contain_text("1 Jun 2026")
    explorer.turn_to("Totals")
    expect(explorer.rows).to_have_count(1)
    explorer.root.get_by_text("Code for this view").click()
    expect(explorer.root.locator("pre")).to_contain_text('tgp.load_analytics("creator", creators')


def test_a_load_that_fails_says_so_in_the_widget_and_can_be_tried_again(shown):
    failing = shown("failing")
    failing.root.get_by_role("checkbox", name="Likes").check()
    with failing.same_view():
        failing.press("Load")
        expect(failing.notes).to_contain_text("the body is an HTML page, not JSON")
    expect(failing.prints).to_have_count(0)
    failing.press("Try again")
    expect(failing.root.get_by_role("button", name="Try again")).to_be_hidden()
    expect(failing.head).to_contain_text("Likes")


def test_a_load_can_be_cancelled_and_leaves_all_as_it_was(shown):
    slow = shown("slow")
    slow.choose("Dates", "Last 7 days")
    with slow.same_view():
        slow.press("Load")
        expect(slow.notes).to_contain_text("Loading analytics")
        slow.press("Cancel")
        expect(slow.notes).to_have_text("Loading was cancelled; nothing has changed.")
    expect(slow.labelled("Dates").locator("option:checked")).to_have_text("Last 7 days")
    slow.press("Try again")
    slow.turn_to("Over time")
    expect(slow.rows.first).to_contain_text("17 Jun 2026")
    expect(slow.prints).to_have_count(0)


def test_the_goal_board_turns_its_pages_and_is_filtered(shown):
    goals = shown("goals")
    pages = {"Creators": "Goals", "Nudge": "Needed per day", "Odds": "Chance"}
    for page, column in (pages | {"Goals": "Period end"}).items():
        goals.turn_to(page)
        expect(goals.head).to_contain_text(column)
    with goals.another_picture():
        goals.choose("Status", "Behind pace")
    expect(goals.rows).to_have_count(6)
    expect(goals.rows.filter(has_text="behind pace")).to_have_count(6)
    with goals.another_picture():
        goals.press("Clear filters")
    expect(goals.root).to_contain_text("1 to 8 of 28")
    goals.press("Next")
    expect(goals.root).to_contain_text("9 to 16 of 28")
    goals.choose("Rows a page", "50")
    expect(goals.rows).to_have_count(28)
    goals.labelled("Search").fill("LIFTS")
    expect(goals.rows.filter(has_not_text="midnight_lifts_")).to_have_count(0)
    goals.labelled("Search").fill("")
    expect(goals.rows).to_have_count(28)


def test_a_time_stands_on_one_line_and_a_whole_number_has_no_decimals(shown, notebook):
    notebook.resize(800)
    goals = shown("goals")
    dates = goals.rows.locator("td.d").filter(has_text="2026")
    assert set(dates.evaluate_all(LINES)) == {1}
    targets = goals.rows.locator("td.n").filter(has_not_text="%").all_inner_texts()
    assert all("." not in number for number in targets)


FILLS = """(shown) => {
    const svg = shown.querySelector(".trackagoat-picture svg");
    const room = svg?.closest(".trackagoat-picture").parentElement.clientWidth;
    const width = svg?.getBoundingClientRect().width;
    return width > 0 && Math.abs(width - room) < 24 && width;
}"""
"""The width of the picture, once it fills its place; measured at once, since it may be replaced."""


def test_a_picture_is_as_wide_as_there_is_room_and_is_saved_sharper(shown, notebook):
    payouts = shown("payouts")
    widths = []
    for width_px in (1280, 800):
        notebook.resize(width_px)
        filled = notebook.page.wait_for_function(FILLS, arg=payouts.root.element_handle())
        widths.append(filled.json_value())
    assert widths[0] > widths[1] > 400
    name, file = payouts.save("Raw")
    assert name == "payouts-raw.csv"
    assert "owed_cents" in pd.read_csv(file)
    name, file = payouts.save("CSV")
    assert name == "payouts.csv"
    assert list(pd.read_csv(file)) == payouts.head.locator("th").all_inner_texts()
    name, file = payouts.save("PNG")
    assert name == "payouts.png"
    assert image.imread(file).shape[1] > 1.5 * widths[1]


def test_the_payout_board_turns_its_pages_and_drills_down_to_a_creator(shown):
    payouts = shown("payouts")
    with payouts.another_picture():
        payouts.turn_to("Timeline")
    expect(payouts.head).to_contain_text("Period")
    payouts.turn_to("Audit")
    tiles = payouts.root.locator(".trackagoat-tiles")
    expect(tiles).to_contain_text("$500.00 wrong")
    expect(tiles).to_contain_text("3 rules not audited")
    with payouts.another_picture():
        payouts.turn_to("Owed")
    expect(payouts.head).to_contain_text("Oldest unpaid")
    payouts.choose("Creator", "@mossy_reef")
    payouts.turn_to("Entries")
    expect(payouts.head).to_contain_text("Method")
    expect(payouts.rows.filter(has_not_text="mossy_reef")).to_have_count(0)
    payouts.choose("Rows a page", "25")
    expect(payouts.rows.filter(has_text="payment")).to_have_count(5)


def test_the_sentiment_radar_turns_its_pages_filters_and_searches(shown):
    radar = shown("sentiment")
    with radar.another_picture():
        radar.turn_to("Creators")
    expect(radar.head).to_contain_text("Creator")
    with radar.another_picture():
        radar.choose("Rank by", "negative comments")
    radar.turn_to("Comments")
    expect(radar.head).to_contain_text("Text")
    radar.root.get_by_placeholder("word or phrase").fill("love")
    expect(radar.rows.filter(has_not_text="love")).to_have_count(0)
    expect(radar.root.get_by_placeholder("Search the table")).to_be_hidden()
    radar.turn_to("Trend")
    tiles = radar.root.locator(".trackagoat-tiles")
    expect(tiles).to_contain_text("657")
    with radar.another_picture():
        radar.root.get_by_role("checkbox", name="Unboxed").check()
    expect(tiles).not_to_contain_text("657")


def test_the_posting_board_writes_nothing_before_a_second_button_that_a_change_takes_away(shown):
    posting = shown("posting")
    with posting.another_picture():
        posting.turn_to("Hours")
    posting.turn_to("Inbox")
    now = posting.root.get_by_role("button", name="Exclude 30 posts now")
    expect(now).to_be_hidden()
    posting.root.get_by_role("button", name="Exclude 30 posts").focus()
    posting.root.page.keyboard.press("Enter")
    expect(posting.root).to_contain_text("Dry run: 30 posts would be excluded. Nothing has been")
    expect(now).to_be_visible()
    posting.rows.first.locator("td").nth(2).click()  # the others are links
    expect(now).to_be_hidden()
    expect(posting.root.get_by_role("button", name="Exclude 1 post")).to_be_visible()
    posting.press("Clear filters")
    expect(posting.root.get_by_role("button", name="Exclude 30 posts")).to_be_visible()


def test_an_alert_is_chosen_by_a_click_and_silenced_until_a_day(shown):
    alerts = shown("alerts")
    expect(alerts.rows).to_have_count(6)
    expect(alerts.root.locator(".trackagoat-tiles")).to_contain_text("Firing")
    alerts.rows.nth(2).click()
    expect(alerts.labelled("Alert").locator("option:checked")).to_contain_text("lunch box")
    expect(alerts.root).to_contain_text("60\N{MULTIPLICATION SIGN} the creator's usual.")
    alerts.press("Silence")
    expect(alerts.notes.last).to_contain_text("Choose the last day of the silence first.")
    alerts.labelled("Silence until").fill("2026-06-25")
    alerts.labelled("Silence until").press("Tab")
    alerts.press("Silence")
    expect(alerts.root).to_contain_text("It is announced again after 25 Jun 2026, 23:59")
    expect(alerts.root).to_contain_text(
        "Silent until 25 Jun 2026, 23:59: @themidnightthrift_: “i tried"
    )
    alerts.press("Announce again")
    expect(alerts.root).not_to_contain_text("Silent until")


def test_a_click_on_a_tile_of_health_shows_its_evidence(shown):
    health = shown("health")
    expect(health.rows).to_have_count(7)
    expect(health.rows.first).to_contain_text("bad")
    health.root.locator(".trackagoat-tiles button", has_text="Over-posting").click()
    expect(health.notes).to_contain_text("1 creator posted too much on 2 days")
    expect(health.rows.first).to_contain_text("mossy_reef")
    health.turn_to("Program")
    health.rows.filter(has_text="payouts").locator("td").nth(1).click()
    expect(health.notes).to_contain_text("The ledger has 1 error")


def test_the_pickers_of_rows_search_and_turn_pages(shown):
    pickers = shown("pickers")
    videos = pickers.root.get_by_role("checkbox", name=" views · ")
    newest = videos.first.evaluate("it => it.labels[0].innerText")
    pickers.root.get_by_role("button", name="Next").last.click()
    expect(pickers.root).to_contain_text("9 to 16 of 639")
    assert videos.first.evaluate("it => it.labels[0].innerText") != newest
    pickers.labelled("Search").last.fill("sourdough")
    expect(videos.first).to_have_accessible_name(re.compile("sourdough"))
    pickers.choose("Campaign", "Spring Drop")
    expect(pickers.root.get_by_role("checkbox", name="@").first).to_be_visible()
    expect(pickers.root).to_contain_text("7 of 13 found")


def test_text_that_looks_like_html_is_shown_as_text(shown):
    hostile = shown("hostile")
    written = "<img src=x onerror=alert(1)>"
    expect(hostile.root.get_by_role("checkbox", name=written).first).to_be_visible()
    for page in ("Goals", "Owed", "Comments"):
        hostile.turn_to(page)
        expect(hostile.rows.filter(has_text=written).first).to_be_visible()
    expect(hostile.root.locator("img[src=x]")).to_have_count(0)


@pytest.mark.parametrize(("theme", "width_px"), [("light", 1280), ("dark", 800)])
def test_all_widgets_fit_the_page_and_have_its_lightness(shown, notebook, theme, width_px):
    notebook.use_theme(theme)
    for name in ("pickers", "explorer", "slow", "goals", "payouts", "sentiment", "health"):
        file = notebook.screenshot_of(shown(name).root, f"{name}-{theme}", width_px)
        assert probes.cut_parts(shown(name).root) == []
        assert (image.imread(file)[..., :3].mean() > 0.5) == (theme == "light")


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
    for page, column in (("Odds", "Chance"), ("Goals", "Period end")):
        with goals.another_picture():
            goals.turn_to(page)
        expect(goals.head).to_contain_text(column)
    with goals.another_picture():
        goals.choose("Status", "Behind pace")
    expect(goals.rows.filter(has_not_text="behind pace")).to_have_count(0)
    board.screenshot("voila-goals", 1280)


def test_the_page_has_no_network(page):
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("https://example.com")
