"""Runs the scripts of the gallery and keeps what each shows, as a small picture.

    python -m tests.docs.gallery [01 42 ...]

A picture has what it says (the title of a plot, the text of a table) as its description. Look at
each, and at the numbers in its script's sentence, before it is committed.
"""

from __future__ import annotations

import io
import runpy
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import matplotlib as mpl
from matplotlib import style
from matplotlib.axes import Axes
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import Page, sync_playwright

from tests.browser.chromium import find_chromium, start_chromium
from trackagoat_pandas.showing.show import Shown

FOLDER = Path(__file__).parents[2] / "notebooks" / "gallery"
SCRIPTS = sorted(FOLDER.glob("[0-9][0-9]_*.py"))
IMAGES = FOLDER / "images"
WIDTH_PX, DPI = 900, 100
COLOURS = 64
"""Of a picture: enough for the shades of a heat map, at a third of the size."""


def main() -> int:
    chosen = [script for script in SCRIPTS if not sys.argv[1:] or script.name[:2] in sys.argv[1:]]
    with browser_page() as page:
        for script in chosen:
            shown = run(script)
            image = drawn(shown) if isinstance(shown, Axes) else photographed(shown, page)
            save(image, said(shown), image_of(script))
            print(f"{image_of(script).stat().st_size:>6,}  {script.stem}", file=sys.stderr)
    return 0


def image_of(script: Path) -> Path:
    """Where the picture of a script is kept."""
    return IMAGES / f"{script.stem}.png"


def run(script: Path) -> Axes | Shown:
    """Run a script, and give what it shows."""
    with style.context("default"):
        names = runpy.run_path(str(script))
    names["client"].close()
    if "box" in names:
        names["box"].close()
    shown: Axes | Shown = names["ax"] if "ax" in names else names["table"]
    return shown


def said(shown: Axes | Shown) -> str:
    """What a picture or a table says, as text."""
    return shown.get_title(loc="left") if isinstance(shown, Axes) else shown.text


def drawn(ax: Axes) -> Image.Image:
    """The picture of a plot."""
    file = io.BytesIO()
    with style.context("default"):
        ax.figure.savefig(file, dpi=DPI)  # type: ignore[union-attr]
    return Image.open(file)


def photographed(table: Shown, page: Page) -> Image.Image:
    """The picture of a table, as a notebook shows it."""
    page.set_content(f"<main>{table.table}</main>")
    page.add_style_tag(content="body { margin: 0 } main { padding: 12px }")
    return Image.open(io.BytesIO(page.locator("main").screenshot()))


def save(image: Image.Image, text: str, path: Path) -> None:
    """Keep a picture with few colours, and with what it says."""
    facts = PngInfo()
    facts.add_itxt("Description", text)
    facts.add_itxt("Software", f"matplotlib {mpl.__version__}")
    few = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(path, optimize=True, pnginfo=facts)


@contextmanager
def browser_page() -> Iterator[Page]:
    """A page of Chromium, as wide as the plots."""
    with sync_playwright() as playwright:
        browser = start_chromium(playwright, find_chromium())
        yield browser.new_page(viewport={"width": WIDTH_PX, "height": 10})
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
