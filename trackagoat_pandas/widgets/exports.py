"""Buttons that hand over what a board shows, as files the browser saves.

The file stands in the link itself, so that it works wherever the kernel runs, and no text of the
API becomes a file's name.
"""

from __future__ import annotations

import base64
import csv
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

import ipywidgets as ipw
import pandas as pd

from trackagoat_pandas._html import note
from trackagoat_pandas.helpers.spreadsheets import guard_texts

LARGEST_BYTES: Final = 8 * 1024 * 1024
"""A larger file isn't put into a link, which would be kept in the notebook."""
_STYLE: Final = "color: var(--jp-content-link-color, inherit); text-decoration: underline"


class File(NamedTuple):
    """What a button hands over: a name, a media type, and the bytes when they are wanted."""

    name: str
    media_type: str
    make: Callable[[], bytes]


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """Write a frame as CSV for spreadsheets: UTF-8 that says so, and no text is a formula."""
    # Every text is in quotes: Python before 3.13 leaves a lone carriage return without, and a
    # spreadsheet would begin a new row behind it.
    text = guard_texts(frame).to_csv(index=False, quoting=csv.QUOTE_NONNUMERIC)
    return text.encode("utf-8-sig", "replace")


class Exports(ipw.HBox):  # type: ignore[misc]
    """A button for each file; a click makes the file and shows a link to it.

    Parameters
    ----------
    files
        By the word on the button.
    """

    def __init__(self, files: Mapping[str, File]) -> None:
        self._link = ipw.HTML()
        super().__init__(layout=ipw.Layout(flex_flow="row wrap", align_items="center"))
        self.children = [*(self._button(word, file) for word, file in files.items()), self._link]

    def forget(self) -> None:
        """Take the link away: what is shown has changed."""
        self._link.value = ""

    def _button(self, word: str, file: File) -> ipw.Button:
        button = ipw.Button(description=word, icon="download", layout=ipw.Layout(width="auto"))
        button.on_click(lambda _: self._offer(file))
        return button

    def _offer(self, file: File) -> None:
        content = file.make()
        if len(content) > LARGEST_BYTES:
            size = f"{len(content) / 1e6:,.0f} MB"
            self._link.value = note(
                f"{file.name} has {size}, too much for a link; in a cell, frame.to_csv() saves it.",
                "warning",
            )
            return
        data = base64.b64encode(content).decode()
        self._link.value = (
            f"<a style='{_STYLE}' download='{file.name}' "
            f"href='data:{file.media_type};base64,{data}'>"
            f"Save {file.name} ({len(content) / 1e3:,.0f} kB)</a>"
        )
