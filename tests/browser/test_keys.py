"""Keys that a reader presses in a widget stay in it, and do there what they should.

In JupyterLab's command mode, "m" turns the cell into Markdown, "x" and "d d" delete it, "a" adds
one above, and arrows go to the next.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.heavy import every

pytestmark = pytest.mark.browser

SHOWN = ("program", "loaded", "goals", "payouts", "sentiment", "pickers", "stock")
WIDGETS = SHOWN[1:-1]
KEYS = ("m", "x", "d", "d", "a", "ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight", "Escape")
CONTROLS = "button, select, input, textarea, a[href], summary, [tabindex='0']"
# Not links, which would leave the notebook.
ENTERED = "button, select, input, summary, [role=tab]"
MOST_CONTROLS = 60

FOCUS = """(root, [which, at]) => {
    const controls = [...root.querySelectorAll(which)]
        .filter((it) => it.checkVisibility() && !it.disabled && it.getBoundingClientRect().width);
    const found = controls[at];
    found?.focus();
    return found ? `${found.tagName} ${found.type ?? ""} ${found.ariaLabel ?? found.textContent}`
        : null;
}"""


def focused(root, which):
    """Put the focus on each control of a kind in turn; give what it is, and where it is."""
    for at in range(MOST_CONTROLS):
        control = root.evaluate(FOCUS, [which, at])
        if control is None:
            return
        yield control, root.locator("*:focus")


# In a usual run on each fourth widget.
@pytest.mark.parametrize("name", WIDGETS[:: every(4)])
def test_keys_on_any_control_leave_the_cells_as_they_were(shown, notebook, name):
    root, keyboard = shown(name).root, notebook.page.keyboard
    notebook.select(SHOWN.index(name))
    before, tried = notebook.cells(), 0
    for control, place in focused(root, CONTROLS):
        for key in KEYS:
            keyboard.press(key)
        if place.and_(root.locator(ENTERED)).count():
            keyboard.press("Enter")
            notebook.wait_until_idle()  # what it does may hide the next control
            keyboard.press("Escape")
        assert notebook.cells() == before, control
        tried += 1
    assert tried > 5
    expect(root.locator(".trackagoat-panel").first).to_be_visible()


@pytest.mark.parametrize("name", WIDGETS[every(2) - 1 :: every(4)])
def test_a_control_does_what_its_keys_say(shown, notebook, name):
    root, keyboard = shown(name).root, notebook.page.keyboard
    notebook.select(SHOWN.index(name))
    for control, place in focused(root, "input[type=text]"):
        place.fill("")
        keyboard.type("mxdda")
        assert place.input_value() == "mxdda", control
        place.fill("")
        notebook.wait_until_idle()  # what it finds may hide the next control
    for control, place in focused(root, "select:not([multiple]):has(option + option)"):
        chosen = place.evaluate("it => it.selectedIndex")
        there, back = ("ArrowUp", "ArrowDown") if chosen else ("ArrowDown", "ArrowUp")
        keyboard.press(there)
        assert place.evaluate("it => it.selectedIndex") != chosen, control
        notebook.wait_until_idle()  # its answer would undo what is chosen meanwhile
        keyboard.press(back)
        notebook.wait_until_idle()  # what was chosen may hide the next control
    for control, place in focused(root, "input[type=checkbox]"):
        was_checked = place.is_checked()
        keyboard.press("Space")
        assert place.is_checked() != was_checked, control
        notebook.wait_until_idle()
        keyboard.press("Space")
        notebook.wait_until_idle()


def test_a_control_that_its_own_key_turns_off_leaves_the_focus_in_the_widget(shown, notebook):
    loaded, keyboard = shown("loaded"), notebook.page.keyboard
    notebook.select(SHOWN.index("loaded"))
    for field in loaded.root.locator("input[type=text]").filter(visible=True).all():
        field.fill("")  # what an earlier test typed
    notebook.wait_until_idle()
    first = loaded.root.get_by_role("checkbox").first
    before, clear = notebook.cells(), loaded.root.get_by_role("button", name="Clear").first
    for control in (clear, loaded.root.locator(".trackagoat-chips button").first):
        notebook.wait_until_idle()  # an answer on its way would undo the click
        first.check()
        notebook.wait_until_idle()  # or check the box again
        expect(control).to_be_enabled()
        control.focus()
        keyboard.press("Enter")
        expect(clear).to_be_disabled()
        expect(first).not_to_be_checked()
        expect(loaded.root.locator(".trackagoat-panel:focus")).to_have_count(1)
        for key in ("m", "x", "a"):
            keyboard.press(key)
        assert notebook.cells() == before


def test_a_stock_widget_loses_its_cell_to_a_letter(shown, notebook):
    stock, at = shown("stock"), SHOWN.index("stock")
    notebook.select(at)
    stock.labelled("Status").focus()
    assert notebook.cells()[at][0] == "code"
    notebook.page.keyboard.press("m")
    assert notebook.cells()[at][0] == "markdown"
