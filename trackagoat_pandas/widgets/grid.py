"""A frame as an HTML table, page by page."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import repeat
from typing import Final

import ipywidgets as ipw
import pandas as pd

from trackagoat_pandas._html import data_table
from trackagoat_pandas.helpers.cells import Writer as Writer
from trackagoat_pandas.helpers.cells import side_of, texts, writer_of
from trackagoat_pandas.helpers.formats import content_of

PAGE_ROWS: Final = 12
_LONGEST: Final = 160
"""How many characters of a cell are shown; the frame has the rest."""


class Grid(ipw.VBox):  # type: ignore[misc]
    """A frame's rows page by page, with buttons for the previous and the next page.

    Parameters
    ----------
    rows
        The number of rows to a page.
    """

    def __init__(self, rows: int = PAGE_ROWS) -> None:
        self._rows, self._first = rows, 0
        self._frame, self._writers, self._zone = pd.DataFrame(), dict[str, Writer](), "UTC"
        self.table, self.position = ipw.HTML(), ipw.HTML()
        self.previous = _button("Previous", "chevron-left")
        self.next = _button("Next", "chevron-right")
        self.previous.on_click(lambda _: self._turn(-self._rows))
        self.next.on_click(lambda _: self._turn(self._rows))
        self.buttons = ipw.HBox([self.previous, self.next, self.position])
        super().__init__([self.table, self.buttons])

    def show(
        self, frame: pd.DataFrame, writers: Mapping[str, Writer] | None = None, zone: str = "UTC"
    ) -> None:
        """Show a frame from its first row.

        Parameters
        ----------
        frame
            The frame; its columns are shown by their own names and in their own order.
        writers
            Functions that write a column's values as text; by default the dtype decides.
        zone
            The time zone in which instants are written.
        """
        self._frame, self._writers, self._zone = frame, dict(writers or {}), zone
        self._first = 0
        self._turn(0)

    def sort_by(self, column: str) -> None:
        """Sort by a column, or turn the order around if it is sorted by it."""

    def row(self, key: str) -> pd.Series | None:
        """Return the row of the whole frame that a click on a row names."""

    def _turn(self, rows: int) -> None:
        last = max(0, (len(self._frame) - 1) // self._rows * self._rows)
        self._first = min(max(0, self._first + rows), last)
        page = self._frame.iloc[self._first : self._first + self._rows]
        self.table.value = table(page, self._writers, self._zone)
        self.previous.disabled, self.next.disabled = self._first == 0, self._first == last
        self.buttons.layout.display = None if len(self._frame) > self._rows else "none"
        ends = f"{self._first + 1:,} to {self._first + len(page):,} of {len(self._frame):,}"
        self.position.value = ends


def table(
    frame: pd.DataFrame, writers: Mapping[str, Writer] | None = None, zone: str = "UTC"
) -> str:
    """Write all rows of a frame as an HTML table, with every text escaped.

    Instants are written in the time zone, which the column's heading names.
    """
    if frame.empty:
        return "<em>No rows.</em>"
    # Boards name columns as the frames do, so that what is seen can be typed.
    contents = {name: content_of(frame[name].rename(None)) for name in frame.columns}
    headings = [
        f"{name} ({zone})" if content == "instant" else str(name)
        for name, content in contents.items()
    ]
    cells = [
        texts(
            frame[name],
            repeat((writers or {}).get(name) or writer_of(frame[name], content, zone, day=_iso)),
            blank="",
            longest=_LONGEST,
        )
        for name, content in contents.items()
    ]
    sides = [side_of(content) for content in contents.values()]
    return data_table(headings, sides, [*zip(*cells, strict=True)])


def _iso(day: pd.Timestamp) -> str:
    return f"{day:%Y-%m-%d}"


def _button(words: str, icon: str) -> ipw.Button:
    return ipw.Button(description=words, icon=icon, layout=ipw.Layout(width="auto"))
