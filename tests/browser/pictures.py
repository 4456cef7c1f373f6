"""Runs the notebooks in JupyterLab and keeps what they show, with a picture of each widget.

    python -m tests.browser.pictures [00_tour 03_goals ...]

A page that can't run widgets, such as a code host's, then shows the picture: of a board its first
screen. The first image of a cell with the tag ``picture:NAME`` also becomes
``notebooks/images/NAME.png``, for the README.
"""

from __future__ import annotations

import argparse
import base64
import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import nbformat
from PIL import Image
from playwright.sync_api import expect, sync_playwright

from tests.browser import servers
from tests.browser.chromium import find_chromium, start_chromium
from tests.browser.pages import Lab

FOLDER = Path(__file__).parents[2] / "notebooks"
IMAGES = FOLDER / "images"
WIDGET, PICTURE = "application/vnd.jupyter.widget-view+json", "image/png"
TAG = "picture:"
WIDTH_PX = 1280
LARGEST_BYTES = 150_000
SCREEN_PX = 900
"""The height of a board's first screen; what is below it would be a wall on a page."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.browser.pictures")
    parser.add_argument("names", nargs="*", help="notebooks, such as 03_goals; by default all")
    names = parser.parse_args().names or sorted(file.stem for file in FOLDER.glob("*.ipynb"))
    fonts = subprocess.run(["fc-list", ":charset=1f410"], capture_output=True, check=True)
    if not fonts.stdout:
        parser.error("no font draws emoji: apt-get install fonts-noto-color-emoji")
    with laboratory() as lab:
        for name in names:
            print(name, file=sys.stderr)
            file = FOLDER / f"{name}.ipynb"
            notebook = nbformat.read(file, as_version=4)
            shown = run(lab, file)
            for cell in notebook.cells:
                if cell.cell_type == "code":
                    keep(cell, *shown[cell.id])
            nbformat.write(notebook, file)
    return 0


@contextmanager
def laboratory() -> Iterator[Lab]:
    """Open JupyterLab in a browser, over an empty folder."""
    # The notebooks draw as in a reader's kernel, whatever this process draws with.
    os.environ.pop("MPLBACKEND", None)
    os.environ["TZ"] = "UTC"
    expect.set_options(timeout=servers.PATIENCE_S * 1000)
    with (
        tempfile.TemporaryDirectory() as place,
        servers.lab(Path(place)) as server,
        sync_playwright() as playwright,
    ):
        browser = start_chromium(playwright, find_chromium())
        page = browser.new_page()
        page.set_default_timeout(servers.PATIENCE_S * 1000)
        yield Lab(page, server, Path(place))
        browser.close()


def run(lab: Lab, file: Path) -> dict[str, tuple[nbformat.NotebookNode, bytes | None]]:
    """Run a notebook; give each code cell as it ran and the picture of its widget, by its id."""
    copy = lab.server.notebooks / file.name
    shutil.copy(file, copy)
    lab.page.set_viewport_size({"width": WIDTH_PX, "height": 2200})
    lab.open(copy.name)
    lab.run_all()
    lab.save()
    code = [cell for cell in nbformat.read(copy, as_version=4).cells if cell.cell_type == "code"]
    found = {}
    for place, cell in enumerate(code):
        wrong = [output for output in cell.outputs if output.output_type == "error"]
        if wrong:
            raise SystemExit(f"{file.name}: {wrong[0].ename}: {wrong[0].evalue}")
        is_widget = any(WIDGET in output.get("data", {}) for output in cell.outputs)
        found[cell.id] = cell, picture_of(lab, place) if is_widget else None
    lab.close()
    return found


def picture_of(lab: Lab, cell: int) -> bytes:
    """Take a picture of the widget that a cell shows, in few colours and so of few bytes."""
    shown = lab.output(cell).locator(".jp-OutputArea-output").first
    for frame in shown.locator("iframe").all():
        frame.scroll_into_view_if_needed()
        expect(frame.content_frame.locator("body > *").first).to_be_visible()
    lab.wait_until_drawn(shown)
    lab.page.mouse.move(0, 0)
    image = Image.open(io.BytesIO(shown.screenshot(animations="disabled"))).convert("RGB")
    image = image.crop((0, 0, image.width, min(image.height, SCREEN_PX)))
    file = io.BytesIO()
    image.quantize(256, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    if file.tell() > LARGEST_BYTES:
        raise SystemExit(f"the picture of cell {cell} has {file.tell():,} bytes")
    return file.getvalue()


def keep(cell: nbformat.NotebookNode, ran: nbformat.NotebookNode, picture: bytes | None) -> None:
    """Put what ran into a cell: the picture in place of the widget, which ends with its kernel."""
    for output in ran.outputs:
        if output.get("data", {}).pop(WIDGET, None) and picture is not None:
            output.data[PICTURE] = base64.b64encode(picture).decode()
    cell.outputs, cell.execution_count = ran.outputs, ran.execution_count
    cell.metadata.pop("execution", None)
    for tag in cell.metadata.get("tags", []):
        if tag.startswith(TAG):
            file = IMAGES / f"{tag.removeprefix(TAG)}.png"
            Image.open(io.BytesIO(first_image(ran.outputs))).save(file, "PNG", optimize=True)


def first_image(outputs: list[Mapping[str, Mapping[str, str]]]) -> bytes:
    """The first image that a cell shows."""
    images = (output.get("data", {}).get(PICTURE) for output in outputs)
    return base64.b64decode(next(filter(None, images)))


if __name__ == "__main__":
    sys.exit(main())
