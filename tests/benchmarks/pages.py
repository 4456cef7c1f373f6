"""The boards in JupyterLab: how long until a page is drawn in Chromium.

The boards of :mod:`tests.benchmarks.boards`. What is timed lasts from the click until the last
change of the pictures and tables: the kernel's work, the way there and back, and the browser's
drawing. Beside it stands the last change of anything on the page, such as a sentence that follows.
A time is the median of several; without Chromium nothing is measured.
"""

from __future__ import annotations

import os
import statistics
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playwright.sync_api import Locator, expect, sync_playwright

from tests.benchmarks.boards import BOARDS, result
from tests.benchmarks.result import Result
from tests.browser import servers
from tests.browser.chromium import find_chromium, start_chromium
from tests.browser.pages import Lab, write_notebook

ROOT: Final = Path(__file__).parents[2]
TURNS = 5
MADE: Final = """\
from tests.benchmarks.boards import boards
made = boards()
print(*(board.name for board in made), sep="; ")
"""
# Comms have a thread of their own in the kernel, so that no other request is answered after them.
_TIMED = """async (root, [what, index]) => {
    const drawn = () => [...root.querySelectorAll(".trackagoat-picture svg, tbody")]
        .filter((part) => part.checkVisibility());
    const seen = () => drawn().map((part) => part.textContent).join();
    const before = seen(), parts = new Set(drawn());
    const isNew = () => what === "open" ? drawn().some((part) => !parts.has(part))
        : seen() !== before;
    let last = null, pictured = null, shown = before;
    const watch = new MutationObserver(() => {
        if (last === null && !isNew()) return;
        last = performance.now();
        const now = seen();
        if (pictured === null || now !== shown) pictured = last;
        shown = now;
    });
    watch.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
    const start = performance.now();
    if (what === "open") jupyterapp.commands.execute("notebook:run-cell");
    else root.querySelectorAll(".widget-toggle-button")[index].click();
    while (last === null || performance.now() - last < 500) {
        await new Promise((then) => setTimeout(then, 50));
        if (performance.now() - start > 60_000) throw new Error("nothing is drawn");
    }
    watch.disconnect();
    return [pictured - start, last - start];
}"""


def measure() -> list[Result]:
    """Open each board and turn to each of its pages."""
    path = find_chromium()
    if path is None:
        return []
    os.environ["PYTHONPATH"] = str(ROOT)  # for the kernel
    with (
        TemporaryDirectory() as place,
        servers.lab(Path(place)) as server,
        sync_playwright() as playwright,
    ):
        page = start_chromium(playwright, path).new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(600_000)
        expect.set_options(timeout=600_000)
        lab = Lab(page, server, Path(place))
        cells = [f"made[{at}].make()" for at in range(len(BOARDS))]
        lab.open(write_notebook(server.notebooks, "boards.ipynb", MADE, *cells))
        lab.run_all()
        said = lab.output(0).locator("pre").inner_text()
        names = said.strip().split("; ")
        if len(names) != len(cells):
            raise RuntimeError(f"the boards could not be made: {said}")
        return [_measured(lab, at + 1, name) for at, name in enumerate(names)]


def _measured(lab: Lab, cell: int, name: str) -> Result:
    output = lab.output(cell)
    lab.select(cell)
    opens_s, rest_s = _median_s(output, "open")
    tabs = output.locator(".widget-toggle-button").all_inner_texts()
    taken = {"": 0.0}
    for at, tab in enumerate(tabs):
        output.locator(".widget-toggle-button").nth((at + 1) % len(tabs)).click()
        lab.wait_until_idle()
        taken[tab.strip()] = _median_s(output, "turn", at, len(tabs))[0]
    made = result(f"{name}, in JupyterLab", opens_s, taken)
    return replace(made, detail=f"{made.detail}; opened, all is there after {rest_s * 1e3:,.0f} ms")


def _median_s(output: Locator, what: str, at: int = 0, of: int = 1) -> tuple[float, float]:
    """Return after how long the pictures and tables are there, and all else."""
    runs = []
    for _ in range(TURNS):
        runs.append(output.evaluate(_TIMED, [what, at]))
        if what == "turn":  # and away from it, which isn't timed
            output.evaluate(_TIMED, [what, (at + 1) % of])
    pictured, last = (statistics.median(times) / 1e3 for times in zip(*runs, strict=True))
    return pictured, last
