"""What a reader does with one of the package's widgets, and what it then shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator

_PICTURE = "shown => shown.querySelector('.trackagoat-picture')?.innerHTML"


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
        return self.root.locator(".trackagoat:is([role=status], [role=alert])")

    @property
    def prints(self) -> Locator:
        """What the cell printed or raised, beside the widget."""
        return self.root.locator("[data-mime-type^='application/vnd.jupyter.']")

    @contextmanager
    def another_picture(self) -> Iterator[None]:
        """Expect that what is done changes the picture."""
        before = self.root.evaluate(_PICTURE)
        yield
        self.root.page.wait_for_function(
            f"([shown, before]) => ![undefined, before].includes(({_PICTURE})(shown))",
            arg=[self.root.element_handle(), before],
        )

    @contextmanager
    def same_view(self) -> Iterator[None]:
        """Expect that what is done leaves picture and table as they were."""
        before = self.root.evaluate(_PICTURE), self.rows.all_inner_texts()
        yield
        assert (self.root.evaluate(_PICTURE), self.rows.all_inner_texts()) == before
