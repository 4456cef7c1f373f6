"""The buttons that save what a board shows as files."""

from __future__ import annotations

import base64
from collections.abc import Callable, Collection, Mapping
from typing import Final, NamedTuple

import ipywidgets as ipw

from trackagoat_pandas._html import note
from trackagoat_pandas.widgets.touch import Touch

LARGEST_BYTES: Final = 8 * 1024 * 1024
"""Larger files get no link, because the notebook would store their content with it."""
_LINK_STYLE: Final = "color: var(--jp-content-link-color, inherit); text-decoration: underline"


class File(NamedTuple):
    """A file to download: its name, its media type, and a function that returns its content."""

    name: str
    media_type: str
    make: Callable[[], bytes]


class Exports(ipw.HBox):  # type: ignore[misc]
    """A button for each file.

    It saves the file at once. Where the browser part of the panel can't run, it shows a link to
    download it.

    Parameters
    ----------
    files
        The files, by the button's label.
    touch
        What saves them.
    """

    def __init__(self, files: Mapping[str, File], touch: Touch) -> None:
        self._link, self._touch = ipw.HTML(), touch
        super().__init__()
        self.add_class("trackagoat-exports")
        self.buttons = {word: self._button(word, file) for word, file in files.items()}
        self.children = [*self.buttons.values(), self._link]

    def offer(self, words: Collection[str]) -> None:
        """Turn on the buttons of files that there is something for; remove an earlier link."""
        self._link.value = ""
        for word, button in self.buttons.items():
            button.disabled = word not in words

    def _button(self, word: str, file: File) -> ipw.Button:
        button = ipw.Button(description=word, icon="download", layout=ipw.Layout(width="auto"))
        button.tooltip = f"Save {file.name}"
        button.on_click(lambda _: self._save(file))
        return button

    def _save(self, file: File) -> None:
        content = file.make()
        if self._touch.is_ready:
            self._touch.save(file.name, file.media_type, content)
            return
        if len(content) > LARGEST_BYTES:
            size = f"{len(content) / 1e6:,.0f} MB"
            self._link.value = note(
                f"{file.name} has {size}, too much for a download link. In a cell, the board's "
                "to_csv(), to_png() and to_svg() save files of any size.",
                "warning",
            )
            return
        data = base64.b64encode(content).decode()
        self._link.value = (
            f"<a style='{_LINK_STYLE}' download='{file.name}' "
            f"href='data:{file.media_type};base64,{data}'>"
            f"Save {file.name} ({len(content) / 1e3:,.0f} kB)</a>"
        )
