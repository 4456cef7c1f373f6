"""What a reader does with a notebook in JupyterLab or Voila, and what the page then shows."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import nbformat
from playwright.sync_api import Locator, Page, expect

from tests.browser.servers import PATIENCE_S, Server

Theme = Literal["light", "dark"]
_THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
_HEIGHT_PX = 900
_TALL_PX = 2200  # a longer part would be put together from pieces, with the toolbar in each

# The kernel's mark says "idle" before the notebook takes commands; these promises are kept after.
_WAIT_FOR_THE_NOTEBOOK = """async () => {
    await jupyterapp.restored;
    const { context } = jupyterapp.shell.currentWidget;
    await context.ready;
    await context.sessionContext.ready;
}"""

# The mark says "idle" also before the kernel has received what a key has changed. Requests are
# answered in turn, so one that does nothing is answered after that; and a widget keeps its next
# change back until the one before is answered, so that there are two.
_WAIT_FOR_ANSWERS = """async () => {
    const { kernel } = jupyterapp.shell.currentWidget.context.sessionContext.session;
    for (let round = 0; round < 2; round++) {
        await kernel.requestExecute({ code: "", silent: true, store_history: false }).done;
    }
}"""

_CELLS = """() => {
    const { model, activeCellIndex, mode } = jupyterapp.shell.currentWidget.content;
    const cells = [...model.cells].map((cell) => [cell.type, cell.sharedModel.source]);
    return [...cells, [activeCellIndex, mode]];
}"""


def write_notebook(folder: Path, name: str, *cells: str) -> str:
    """Put a notebook with these code cells into a server's folder; give its name."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    nbformat.write(notebook, folder / name)
    return name


# A picture is drawn again a moment after the page has another width.
_WAIT_UNTIL_STILL = """async (shown, [pauseMs]) => {
    for (let before; before !== shown.innerHTML;) {
        before = shown.innerHTML;
        await new Promise((then) => setTimeout(then, pauseMs));
    }
}"""
_PAUSE_MS = 500


class Shown:
    """A page at a chosen width, and pictures of it.

    Pictures go to the folder that TRACKAGOAT_PICTURES names, else to the test's own.
    """

    def __init__(self, page: Page, server: Server, pictures: Path) -> None:
        self.page = page
        self.server = server
        self._pictures = Path(os.environ.get("TRACKAGOAT_PICTURES", pictures))

    def resize(self, width_px: int) -> None:
        """Give the page another width."""
        self.page.set_viewport_size({"width": width_px, "height": _HEIGHT_PX})

    def wait_until_drawn(self, shown: Locator) -> None:
        """Wait until a part of the page has stayed the same for a moment."""
        shown.evaluate(_WAIT_UNTIL_STILL, [_PAUSE_MS])

    def screenshot(self, name: str, width_px: int) -> Path:
        """Take a picture of the page at this width; give its file."""
        file = self._file(name, width_px, _HEIGHT_PX)
        self.page.screenshot(path=file, animations="disabled")
        return file

    def screenshot_of(self, shown: Locator, name: str, width_px: int) -> Path:
        """Take a picture of a part of the page, whole, on a page of this width; give its file."""
        file = self._file(name, width_px, _TALL_PX)
        shown.screenshot(path=file, animations="disabled")
        return file

    def _file(self, name: str, width_px: int, height_px: int) -> Path:
        self.page.set_viewport_size({"width": width_px, "height": height_px})
        return self._pictures / f"{name}-{width_px}.png"


class Lab(Shown):
    """A notebook in JupyterLab."""

    def open(self, notebook: str) -> None:
        """Open a notebook alone and wait until its kernel can be asked."""
        self.page.goto(f"{self.server.url}/doc/tree/{notebook}?token={self.server.token}")
        self._settle()
        self.page.evaluate(_WAIT_FOR_THE_NOTEBOOK)

    def save(self) -> None:
        """Save the notebook with its outputs."""
        self.page.evaluate("() => jupyterapp.shell.currentWidget.context.save()")

    def close(self) -> None:
        """End the notebook's kernel."""
        self.page.evaluate("() => jupyterapp.shell.currentWidget.context.sessionContext.shutdown()")

    def run_all(self) -> None:
        """Choose *Run All Cells* from the menu and wait until all have run or one has failed."""
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        expect(self._prompts.first).not_to_have_text("[ ]:")
        self.wait_until_idle()

    def run(self, cell: int) -> None:
        """Run the nth cell again, by the keyboard."""
        self.page.locator(".jp-CodeCell").nth(cell).locator(".jp-InputArea-editor").click()
        self.page.keyboard.press("Control+Enter")

    def select(self, cell: int) -> None:
        """Make the nth cell the one that the command mode's keys act on."""
        self.page.locator(".jp-CodeCell").nth(cell).locator(".jp-InputPrompt").click()

    def cells(self) -> list[list[str]]:
        """Each cell's type and code; then which one is selected, and JupyterLab's mode."""
        found: list[list[str]] = self.page.evaluate(_CELLS)
        return found

    def wait_until_idle(self) -> None:
        """Wait until no cell waits for the kernel and it has answered all that was changed."""
        expect(self._prompts.filter(has_text="[*]:")).to_have_count(0)
        self.page.evaluate(_WAIT_FOR_ANSWERS)
        self._settle()

    def output(self, cell: int) -> Locator:
        """What the nth cell shows beneath its code."""
        return self.page.locator(".jp-CodeCell").nth(cell).locator(".jp-Cell-outputArea")

    def use_theme(self, theme: Theme) -> None:
        """Dress JupyterLab in light or dark."""
        self.page.evaluate(
            "theme => jupyterapp.commands.execute('apputils:change-theme', {theme})",
            _THEMES[theme],
        )
        expect(self.page.locator("body")).to_have_attribute(
            "data-jp-theme-light", str(theme == "light").lower()
        )

    @property
    def _prompts(self) -> Locator:
        return self.page.locator(".jp-CodeCell .jp-InputPrompt")

    def _settle(self) -> None:
        indicator = self.page.locator(".jp-Notebook-ExecutionIndicator")
        expect(indicator).to_have_attribute("data-status", "idle", timeout=PATIENCE_S * 1000)


class Board(Shown):
    """A notebook as Voila shows it: outputs without code."""

    def open(self, notebook: str, theme: Theme = "light") -> None:
        """Open a notebook and wait until Voila has run it and drawn its widgets."""
        self.page.goto(
            f"{self.server.url}/voila/render/{notebook}?token={self.server.token}&theme={theme}"
        )
        expect(self.page.locator("body")).to_have_attribute(
            "data-jp-theme-light", str(theme == "light").lower()
        )
        expect(self.page.locator("#loading")).to_be_hidden()

    @property
    def outputs(self) -> Locator:
        """All that the notebook's cells show."""
        return self.page.locator(".jp-OutputArea-output")
