"""A frame as an HTML table, page by page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import ipywidgets as ipw
import pandas as pd

from trackagoat_pandas._html import escape

PAGE_ROWS: Final = 12
_LONGEST: Final = 160
"""How many characters of a cell are shown; the frame has the rest."""

_STYLE: Final = """<style>
.trackagoat-grid { overflow-x: auto; max-width: 100% }
table.trackagoat-grid-table { border-collapse: collapse; margin: 2px 0;
  color: var(--jp-ui-font-color1, var(--vscode-foreground, inherit));
  font-size: var(--jp-ui-font-size1, 13px); font-variant-numeric: tabular-nums }
table.trackagoat-grid-table th, table.trackagoat-grid-table td { padding: 3px 10px 3px 4px;
  text-align: left; vertical-align: top; max-width: 34em; line-height: 1.35;
  border-bottom: 1px solid var(--jp-border-color2, var(--vscode-panel-border, #8884)) }
table.trackagoat-grid-table th { font-weight: 600; white-space: nowrap }
table.trackagoat-grid-table .n { text-align: right }
table.trackagoat-grid-table .n, table.trackagoat-grid-table .d { white-space: nowrap }
</style>"""

Writer = Callable[[Any], str]


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
        return f"{_STYLE}<em>No rows.</em>"
    writers = writers or {}
    sides = {name: _side(frame[name]) for name in frame.columns}
    zones = {name: f" ({zone})" * _is_instant(frame[name]) for name in frame.columns}
    head = "".join(f"<th{sides[name]}>{escape(name)}{zones[name]}</th>" for name in frame.columns)
    cells = [
        [
            f"<td{sides[name]}>{escape(text)}</td>"
            for text in _texts(frame[name], writers.get(name) or _writer(frame[name], zone))
        ]
        for name in frame.columns
    ]
    rows = "".join(f"<tr>{''.join(row)}</tr>" for row in zip(*cells, strict=True))
    return (
        f"{_STYLE}<div class='trackagoat-grid'><table class='trackagoat-grid-table'>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _side(column: pd.Series) -> str:
    if _is_time(column):
        return " class='d'"
    is_number = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    return " class='n'" if is_number else ""


def _is_time(column: pd.Series) -> bool:
    # pandas 2.3's is_datetime64_any_dtype is False for Arrow's timestamps.
    return column.dtype.kind == "M"


def _is_instant(column: pd.Series) -> bool:
    return _is_time(column) and column.dt.tz is not None


def _texts(column: pd.Series, writer: Writer) -> list[str]:
    return ["" if pd.isna(value) else _cut(writer(value)) for value in column]


def _writer(column: pd.Series, zone: str) -> Writer:
    if pd.api.types.is_bool_dtype(column):
        return lambda value: "yes" if value else "no"
    if pd.api.types.is_integer_dtype(column):
        return lambda value: f"{value:,}"
    if pd.api.types.is_float_dtype(column):
        digits = 0 if (column.dropna() % 1 == 0).all() else 2
        return lambda value: f"{value:,.{digits}f}"
    if _is_instant(column):
        return lambda value: f"{value.tz_convert(zone):%Y-%m-%d %H:%M}"
    if _is_time(column):
        return _day
    return str


def _day(value: pd.Timestamp) -> str:
    """Write a day, and its time unless that is midnight."""
    return f"{value:%Y-%m-%d}" if value == value.normalize() else f"{value:%Y-%m-%d %H:%M}"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"


def _button(words: str, icon: str) -> ipw.Button:
    return ipw.Button(description=words, icon=icon, layout=ipw.Layout(width="auto"))
