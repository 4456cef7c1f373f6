"""What the part of a board that runs in the browser adds, and that nothing is lost without it."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from matplotlib import image
from playwright.sync_api import expect

from tests.heavy import HEAVY

pytestmark = pytest.mark.browser

SHOWN = ("program", "goals", "payouts", "sentiment", "loaded", "count")
NARROWING = [
    ("goals", "Goals", "Clear filters"),
    ("payouts", "Owed", "Clear filters"),
    ("loaded", "Totals", "Clear"),  # the only page that isn't the first one
]
CLICKS = 200 if HEAVY else 20


# A title moves to its mark once the pointer or a key has read it.
_READ_OUTS = """svg => [...svg.querySelectorAll("g")]
    .map(mark => mark.dataset.say ?? mark.querySelector(":scope > title")?.textContent)
    .filter(said => said !== undefined)"""


def read_outs(widget):
    return widget.root.locator(".trackagoat-picture svg").evaluate(_READ_OUTS)


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
    titles = read_outs(shown(name))
    assert titles
    assert all(re.search(r"\d", title) for title in titles)


_MOVES_MS = """(svg) => {
    const box = svg.getBoundingClientRect(), times = [];
    for (let part = 1; part < 20; part++) {
        const at = { clientX: box.left + box.width * part / 20, clientY: box.top + box.height / 2 };
        const start = performance.now();
        svg.dispatchEvent(new PointerEvent("pointermove", { bubbles: true, ...at }));
        document.body.getBoundingClientRect();  // laid out again
        times.push(performance.now() - start);
    }
    return Math.max(...times);
}"""


def tip(widget):
    return widget.root.locator(".trackagoat-tip")


@pytest.mark.parametrize("name", ["goals", "payouts", "sentiment", "loaded"])
def test_the_pointer_reads_the_nearest_mark_within_a_tenth_of_a_second(shown, notebook, name):
    board = shown(name)
    picture = board.root.locator(".trackagoat-picture svg")
    notebook.wait_until_drawn(board.root)
    said = read_outs(board)[0]
    assert picture.evaluate(_MOVES_MS) < 100
    mark = picture.locator("[data-say]").first
    mark.hover(force=True)
    expect(tip(board)).to_have_text(said)
    box, page = picture.bounding_box(), notebook.page
    page.mouse.move(box["x"] - 40, box["y"] - 40)
    expect(tip(board)).to_be_hidden()


def test_a_pointer_that_is_drawn_over_days_narrows_to_them(shown, notebook):
    board, mouse = shown("loaded"), notebook.page.mouse
    board.turn_to("Over time")
    notebook.wait_until_drawn(board.root)
    days = board.root.locator(".trackagoat-picture [data-days]")
    expect(days).to_have_count(31)
    notebook.wait_until_idle()
    notebook.wait_until_drawn(board.root)
    days.first.scroll_into_view_if_needed()
    first, last = (days.nth(place).bounding_box() for place in (9, 14))
    mouse.move(first["x"] + 2, first["y"] + 40)
    mouse.down()
    mouse.move(last["x"] + 2, last["y"] + 60, steps=5)
    expect(board.root.locator(".trackagoat-brushed")).to_have_count(6)
    mouse.up()
    expect(days).to_have_count(6)
    assert days.first.get_attribute("data-days") == "2026-05-10..2026-05-10"
    expect(board.root.locator(".trackagoat-brushed")).to_have_count(0)
    board.choose("Dates", "All loaded days")
    expect(days).to_have_count(31)


def test_a_click_anywhere_in_a_heading_sorts(shown):
    goals = shown("goals")
    cell = goals.root.locator("thead th").filter(has_text="Target")
    box = cell.bounding_box()
    first, last = {"x": 3, "y": 3}, {"x": box["width"] - 3, "y": box["height"] - 3}
    heading(goals, "Creator").click()  # so that it isn't sorted by the target yet
    for corner, way in ((first, "descending"), (last, "ascending")):
        cell.click(position=corner)
        expect(cell).to_have_attribute("aria-sort", way)


def test_arrows_go_from_mark_to_mark_and_enter_chooses_it(shown, notebook):
    goals, press = shown("goals"), notebook.page.keyboard.press
    goals.turn_to("Goals")
    notebook.wait_until_drawn(goals.root)
    picture = goals.root.locator(".trackagoat-picture svg")
    titles = read_outs(goals)
    picture.focus()
    press("ArrowDown")
    expect(tip(goals)).to_have_text(titles[0])
    press("ArrowDown")
    expect(tip(goals)).to_have_text(titles[1])
    press("End")
    expect(tip(goals)).to_have_text(titles[-1])
    press("ArrowUp")
    expect(tip(goals)).to_have_text(titles[-2])
    handle = titles[-2].split()[0].rstrip(":,").lstrip("@")
    others = goals.rows.filter(has_not_text=handle)
    press("Enter")
    expect(others).to_have_count(0)
    goals.press("Clear filters")
    expect(others).not_to_have_count(0)
    picture.focus()
    press("ArrowDown")
    press("Escape")
    expect(tip(goals)).to_be_hidden()


def test_one_click_saves_a_table_whole(shown):
    goals = shown("goals")
    name, file = goals.save("CSV")
    saved = pd.read_csv(file)
    assert (name, len(saved)) == ("goals.csv", 28)
    headings = [each.partition("\xa0")[0] for each in goals.head.locator("th").all_inner_texts()]
    assert list(saved) == headings
    name, file = goals.save("Raw")
    assert name == "goals-raw.csv"
    assert {"goal_id", "tiktok_handle", "percentage"} <= {*pd.read_csv(file)}


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
