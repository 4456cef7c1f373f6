"""A frame as an HTML table: sorted by a click, searched, page by page, with totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final, NamedTuple

import ipywidgets as ipw
import numpy as np
import pandas as pd
import pyarrow as pa

from trackagoat_pandas.base.html import Cell, Curve, Heading, data_table, escape
from trackagoat_pandas.base.types import Ints
from trackagoat_pandas.helpers.columns import flags_of, is_word, values_of
from trackagoat_pandas.helpers.formats import heading
from trackagoat_pandas.helpers.loads import latest_days
from trackagoat_pandas.helpers.series import granularity_of
from trackagoat_pandas.showing.captions import title
from trackagoat_pandas.showing.readable import Readable
from trackagoat_pandas.showing.row_search import matching
from trackagoat_pandas.widgets.panel import show_if, style_of

PAGE_ROWS: Final = 8
"""The rows of a first page: with the picture above them they fit a screen of 900 pixels."""
_SIZES: Final = (PAGE_ROWS, 25, 50, 100)
_CURVE_DAYS: Final = 28
_EMPTY: Final = "No rows. Change a filter to see some."
_STYLE: Final = style_of("grid.css")


class Curves(NamedTuple):
    """A last column of small lines.

    ``ids`` is the column with the ids by which ``lines`` are found; a row without any stays empty.
    ``unit`` says what a value is, such as "views a day".
    """

    heading: str
    ids: str
    lines: Mapping[str, tuple[float, ...]]
    unit: str

    def cell(self, id_: object) -> Cell:
        """Return the line of a row, and in words its least, greatest and last value."""
        known = [value for value in self.lines.get(str(id_), ()) if np.isfinite(value)]
        if not known:
            return ""
        low, high, last = (f"{value:,.0f}" for value in (min(known), max(known), known[-1]))
        return Curve(f"{low} to {high} {self.unit}, at last {last}", self.lines[str(id_)])


def daily_curves(analytics: pd.DataFrame, metric: str, *, ids: str = "creator_id") -> Curves | None:
    """Return the last whole days of each entity, up to 28, as small lines for a table.

    Parameters
    ----------
    analytics
        The frame of :func:`load_analytics`.
    metric
        The metric that the lines show.
    ids
        The table's column with the ids of the entities.

    Returns
    -------
    Curves or None
        None if the frame isn't by day, or has fewer than two whole days of this metric.
    """
    is_main = is_word(analytics["series_kind"], "main") & is_word(analytics["metric"], metric)
    whole = analytics[is_main & ~flags_of(analytics, "is_partial")]
    first, last = whole["date"].min(), whole["date"].max()
    if pd.isna(last) or first == last or granularity_of(analytics) != "day":
        return None
    number = min(_CURVE_DAYS, (last - first).days + 1)
    days = pd.date_range(end=last, periods=number, freq="D")
    rows = latest_days(whole[whole["date"] >= days[0]])
    dates = rows["date"].to_numpy("datetime64[us]")
    table = pd.crosstab(
        rows["entity_id"].to_numpy(object), dates, values_of(rows["value"]), aggfunc="last"
    ).reindex(columns=days)
    lines = zip(table.index, table.to_numpy("float64"), strict=True)
    values = {str(id_): tuple(line) for id_, line in lines}
    return Curves(f"{heading(metric)}, {number} days", ids, values, f"{metric} a day")


class Grid(ipw.VBox):  # type: ignore[misc]
    """A frame's rows as people read them, page by page.

    A click on a heading sorts by it, and a search finds rows by what their cells say. Neither
    changes the frame.

    Parameters
    ----------
    rows
        The number of rows to a page. By default it is the number that was chosen last in any grid
        of this process, and 8 until then.

    Attributes
    ----------
    order : list of (str, bool)
        The column that the rows are sorted by, and whether upwards; empty for the frame's order.
    search, size : ipywidgets.Text, ipywidgets.Dropdown
        What is searched for, and the number of rows to a page.
    """

    # A process has one reader, whose next board begins as the last one was left.
    rows_chosen: ClassVar[int] = PAGE_ROWS

    def __init__(self, rows: int | None = None) -> None:
        self.table, self.position, self.matches, self.zone = (ipw.HTML() for _ in range(4))
        self.search = ipw.Text(
            description="Search", placeholder="Search the table",
            style={"description_width": "auto"},
        )  # fmt: skip
        size = rows or Grid.rows_chosen
        self.size = ipw.Dropdown(
            options=sorted({*_SIZES, size}), value=size, description="Rows a page",
            style={"description_width": "auto"}, layout={"width": "auto"},
        )  # fmt: skip
        self.previous = _button("Previous", "chevron-left")
        self.next = _button("Next", "chevron-right")
        self.buttons = ipw.HBox([self.size, self.previous, self.position, self.next, self.zone])
        self.finder = ipw.HBox([self.search, self.matches])
        super().__init__([self.finder, self.table, self.buttons])
        for part, kind in ((self, "pages"), (self.finder, "bar"), (self.buttons, "bar")):
            part.add_class(f"trackagoat-{kind}")
        self.order: list[tuple[str, bool]] = []
        self._names: list[str] = []
        self.show(pd.DataFrame())
        self.previous.on_click(lambda _: self._turn(-self.size.value))
        self.next.on_click(lambda _: self._turn(self.size.value))
        self.size.observe(lambda _: self._resize(), "value")
        self.search.observe(lambda _: self._find(), "value")

    def show(
        self,
        frame: pd.DataFrame,
        columns: Sequence[str] = (),
        zone: str = "UTC",
        *,
        currency: str = "USD",
        is_picking: bool = False,
        has_search: bool = True,
        curves: Curves | None = None,
        empty: str = "",
    ) -> None:
        """Show a frame from its first row.

        The order and the search stay, unless other columns are shown than before.

        Parameters
        ----------
        frame
            The whole frame.
        columns
            The columns to show, in this order; by default those that ``df.goat.show()`` shows.
        zone
            The time zone in which instants are written.
        currency
            The currency of amounts in rows that don't name theirs.
        is_picking
            Whether a click on a row chooses it.
        has_search
            Whether to offer the search; not where a filter of the board finds words.
        curves
            A column of small lines, behind the others.
        empty
            What to say where the frame has no rows; by default, to change a filter.
        """
        self._frame, self._is_picking, self._empty = frame, is_picking, empty or _EMPTY
        self._curves = curves
        self._readable = Readable(frame, columns, zone=zone, currency=currency, in_board=True)
        self._zone = zone
        self._texts: pa.Array | None = None
        known, self._names = self._names, [str(one.name) for one in self._readable.columns]
        if self._names != known:
            self.order = []
            self.search.value = ""
        # Only another frame hides it: hidden while it is emptied, it would lose the keys after.
        is_offered = has_search and len(frame) > self._least
        show_if(self.finder, is_shown=is_offered or bool(self.search.value.strip()))
        self._find()

    def sort_by(self, column: str, *, ascending: bool | None = None) -> None:
        """Sort by a column, or turn the order around if it is sorted by it.

        A column that isn't shown changes nothing.

        Parameters
        ----------
        column
            The column's name.
        ascending
            The direction; by default numbers and times begin with the largest, and texts with A.
        """
        if column not in self._names:
            return
        if ascending is None:
            is_turned = self.order[:1] and self.order[0][0] == column
            up = not self.order[0][1] if is_turned else self._readable.goes_up_first(column)
        else:
            up = ascending
        self.order = [(column, up)]
        self._sort()

    def values(self) -> pd.DataFrame:
        """Return all rows that the search finds as the table has them: its columns and order.

        Numbers stay numbers; see :meth:`Readable.values`.
        """
        return self._readable.values(self._places)

    def row(self, key: str) -> pd.Series | None:
        """Return the row of the whole frame that a click on a row names."""
        rows = len(self._frame)
        # Python refuses to read a number of thousands of digits, which a browser may send.
        is_there = key.isdecimal() and len(key) <= len(str(rows)) and int(key) < rows
        return self._frame.iloc[int(key)] if is_there else None

    def _find(self) -> None:
        """Find the rows that match the search, and add them up."""
        rows, words = len(self._frame), self.search.value.strip()
        self._found = np.ones(rows, np.bool_)
        if words:
            if self._texts is None:
                self._texts = self._readable.search_texts()
            self._found = matching(self._texts, words)
        found = int(self._found.sum())
        _, *sums = self._readable.totals(np.flatnonzero(self._found)) or [""]
        self._total = [f"Total, {found:,} rows", *sums] if found > 1 and any(sums) else []
        says = f"{found:,} of {rows:,} {'row matches' if found == 1 else 'rows match'}"
        self.matches.value = f"<span role='status'>{says if words else ''}</span>"
        has_zone, has_pages = self._readable.has_instants and found > 0, found > self._least
        self.zone.value = f"Times: {escape(self._zone)}" if has_zone else ""
        if words:
            show_if(self.finder, is_shown=True)
        show_if(self.buttons, is_shown=has_pages or has_zone)
        show_if(self.size, is_shown=has_pages)
        self._sort()

    @property
    def _least(self) -> int:
        """The rows that even the smallest page has."""
        least: int = self.size.options[0]
        return least

    def _resize(self) -> None:
        Grid.rows_chosen = self.size.value
        self._turn(0)

    def _sort(self) -> None:
        """Sort the rows that were found, and show the first of them."""
        places: Ints = np.arange(len(self._frame))
        for column, is_up in self.order:
            places = self._readable.order(column, ascending=is_up)
        self._places, self._first = places[self._found[places]], 0
        self._turn(0)

    def _turn(self, rows: int) -> None:
        size, found = self.size.value, len(self._places)
        last = max(0, (found - 1) // size * size)
        self._first = min(max(0, self._first + rows), last)
        end = min(self._first + size, found)
        self.previous.disabled, self.next.disabled = self._first == 0, self._first == last
        for part in (self.previous, self.position, self.next):
            show_if(part, is_shown=found > size)
        self.position.value = f"{self._first + 1:,} to {end:,} of {found:,}"
        self.table.value = self._html(self._places[self._first : end])

    def _html(self, places: Ints) -> str:
        if not len(places):
            unmatched = f"No row has “{self.search.value.strip()}”. Search for something else."
            return f"{_STYLE}<p>{escape(unmatched if len(self._frame) else self._empty)}</p>"
        readable, order = self._readable, dict(self.order)
        headings: list[str | Heading] = [
            Heading(text, f"sort:{name}", order.get(name))
            for text, name in zip(readable.headings, self._names, strict=True)
        ]
        rows: list[tuple[Cell, ...]] = readable.rows(places)
        sides, total = readable.sides(rows), self._total
        if self._curves is not None:
            curves, ids = self._curves, self._frame[self._curves.ids].iloc[places]
            rows = [(*row, curves.cell(id_)) for row, id_ in zip(rows, ids, strict=True)]
            headings, sides = [*headings, curves.heading], [*sides, "d"]
            total = [*total, ""] if total else []
        return _STYLE + data_table(
            headings, sides, rows,
            title=title(self._frame) or "Table", about=f"Rows {self.position.value}",
            is_named=sides[0] != "n",
            acts=[f"row:{place}" for place in places] if self._is_picking else (),
            total=total,
        )  # fmt: skip


def _button(words: str, icon: str) -> ipw.Button:
    return ipw.Button(description=words, icon=icon, layout=ipw.Layout(width="auto"))
