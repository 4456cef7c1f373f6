"""What a reader does with one of the package's widgets, and what it then shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, expect

_PIXELS = """image => {
    if (!image.complete || !image.naturalWidth) return '';
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    canvas.getContext('2d').drawImage(image, 0, 0);
    return canvas.toDataURL();
}"""
_IS_ANOTHER = f"([image, before]) => !['', before].includes(({_PIXELS})(image))"

# A table that is too wide scrolls by itself.
_OVERFLOWING = """shown => {
    const edge = shown.getBoundingClientRect().right + 1;
    return [...shown.querySelectorAll('.jupyter-widgets, button, select, input, img, .trackagoat')]
        .filter(part => part.getBoundingClientRect().right > edge)
        .map(part => `${part.className}: ${part.innerText}`);
}"""


class Widget:
    """A widget within the part of a page that shows it."""

    def __init__(self, root: Locator) -> None:
        self.root = root

    def labelled(self, label: str) -> Locator:
        """The control with this visible label."""
        return self.root.get_by_label(label, exact=True)

    def choose(self, label: str, option: str) -> None:
        """Choose an option of a list, by the words that it shows."""
        self.labelled(label).select_option(label=option)

    def press(self, words: str) -> None:
        """Press the button that has these words, perhaps beside an icon or a number."""
        self.root.get_by_role("button", name=words).click()

    def turn_to(self, page: str) -> None:
        """Press the button that has just this word."""
        self.root.locator(".widget-toggle-button").filter(has_text=re.compile(f"^{page}$")).click()

    def save(self, words: str) -> tuple[str, Path]:
        """Press an export's button; give the file's name and where it came to."""
        with self.root.page.expect_download() as waiting:
            self.press(words)
        return waiting.value.suggested_filename, waiting.value.path()

    def save_by_link(self, words: str) -> tuple[str, Path]:
        """Press an export's button, then its link; give the file's name and where it came to."""
        self.press(words)
        with self.root.page.expect_download() as waiting:
            self.root.get_by_role("link", name="Save").click()
        return waiting.value.suggested_filename, waiting.value.path()

    def expect_fewer_rows(self, than: int) -> None:
        """Wait until the table has some rows, but fewer than it had."""
        shown = self.root.locator("tbody tr").nth(than - 1)
        expect(shown).to_be_hidden()
        expect(self.rows.first).to_be_visible()

    @property
    def rows(self) -> Locator:
        """The rows of the table."""
        return self.root.locator("tbody tr")

    @property
    def head(self) -> Locator:
        """The names of the table's columns."""
        return self.root.locator("thead")

    @property
    def notes(self) -> Locator:
        """What the status line says."""
        return self.root.locator("[role=status], [role=alert]")

    @property
    def prints(self) -> Locator:
        """What the cell printed or raised, beside the widget."""
        return self.root.locator("[data-mime-type^='application/vnd.jupyter.']")

    @contextmanager
    def another_picture(self) -> Iterator[None]:
        """Expect that what is done changes the picture's pixels."""
        image = self.root.locator("img")
        before = image.evaluate(_PIXELS)
        yield
        self.root.page.wait_for_function(_IS_ANOTHER, arg=[image.element_handle(), before])

    @contextmanager
    def same_view(self) -> Iterator[None]:
        """Expect that what is done leaves picture and table as they were."""
        image = self.root.locator("img")
        before = image.evaluate(_PIXELS), self.rows.all_inner_texts()
        yield
        assert (image.evaluate(_PIXELS), self.rows.all_inner_texts()) == before

    @property
    def overflowing(self) -> list[str]:
        """The parts that reach beyond the edge of what shows the widget."""
        found: list[str] = self.root.evaluate(_OVERFLOWING)
        return found
