"""A frame as a table that is shown: as HTML and as aligned text."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from trackagoat_pandas.base.html import Side, data_table, escape, page
from trackagoat_pandas.errors import ArgumentTypeError, MissingColumnError, listing
from trackagoat_pandas.helpers.facts import server_now, zone_of
from trackagoat_pandas.helpers.granularity import day_text
from trackagoat_pandas.helpers.labels import IDS
from trackagoat_pandas.helpers.payouts.money import check_currency
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import check_bool, check_int, check_names, require_columns
from trackagoat_pandas.showing import captions
from trackagoat_pandas.showing.readable import Readable, plain

TEXT_WIDTH: Final = 120
"""The most characters in a row of a table as text, unless ``columns`` are given."""
_LONGEST_CELL: Final = 60
_TIMES: Final = ("instant", "day")


@dataclass(frozen=True, slots=True, repr=False)
class Shown:
    """A table for people: its repr is aligned text, its display in notebooks HTML.

    Attributes
    ----------
    table
        The table as HTML with its own style, for a notebook or a page of your own.
    text
        The table as aligned text.
    frame
        The whole frame of which it is, for :func:`to_excel` and whatever else takes a frame.
    title
        What the table is.
    made
        The day on which it was made, in words.
    """

    table: str
    text: str
    frame: pd.DataFrame = field(compare=False)
    title: str = ""
    made: str = ""

    @property
    def html(self) -> str:
        """The table as a page of its own, with its title and the day on which it was made."""
        body = f"{self.table}<footer>{escape(self.made)}</footer>"
        return page(self.title, body, is_wide=True)

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return self.table


@takes_arrow
def show(
    frame: pd.DataFrame,
    n: int | None = 20,
    *,
    ids: bool = False,
    columns: str | Sequence[str] | None = None,
    timezone: str | None = None,
    currency: str = "USD",
    caption: str | None = None,
) -> Shown:
    """Show a frame's first rows as people print them.

    Numbers have separators between thousands, percentages their sign and amounts of money that of
    their currency. Times are local, statuses are words, the titles of videos are links, and what is
    missing is a dash. Columns come in reading order: names, measures, statuses and times. The frame
    itself stays as it is.

    Parameters
    ----------
    frame : DataFrame
        Any frame.
    n : int or None, default 20
        The most rows shown; None for all.
    ids : bool, default False
        Whether ids are shown, after everything else. By default only the first 8 characters of
        what a row is about are shown, and only where no column has its name, or it has none there.
    columns : str or list of str, optional
        One or several columns to show, in this order; by default all but ids, pictures, free-form
        JSON and what another column says or is the same in all rows of analytics, such as the kind
        of series, and in a frame of :func:`as_table` all columns without a value.
    timezone : str, optional
        The time zone in which instants are written; by default the frame's own, else UTC. The
        column's heading names it.
    currency : str, default 'USD'
        The currency of amounts where the frame has no column ``currency``, or where that is NA.
    caption : str, optional
        A title; by default what the frame's provenance says that it is. Below it stands in any case
        what the frame doesn't have, such as days that weren't loaded, and what one must know about
        its numbers.

    Returns
    -------
    Shown
        A notebook displays it as a table that follows the theme; ``print`` writes aligned text.
        ``.html`` is a page of its own, which also prints, ``.table`` the table for a page of yours,
        ``.text`` the text, ``.frame`` the frame as it was. Without ``columns``, a row of the text
        has at most 120 characters: the columns that don't fit are named below the table.

    Raises
    ------
    ArgumentTypeError, ArgumentError
        An argument is of another type or out of bounds, or no such time zone or currency is known.
    MissingColumnError
        The frame has no such column.

    See Also
    --------
    describe : Describe the columns.
    with_names : Add names to ids.
    to_excel : Write a workbook.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> videos = pd.DataFrame(
    ...     {
    ...         "id": ["0a000000-0000-4000-8000-00000000000b"],
    ...         "title": ["wait for it"],
    ...         "view_count": [11263947],
    ...         "tracking_status": ["auto_tracked"],
    ...         "posted_at": pd.to_datetime(["2026-05-22T16:30Z"]),
    ...     }
    ... )
    >>> tgp.show(videos, timezone="America/New_York")
    1 row
    Title             Views  Tracking status  Posted (America/New_York)
    ───────────  ──────────  ───────────────  ─────────────────────────
    wait for it  11,263,947  auto tracked     22 May 2026 12:30
    """
    names = check_names("columns", columns)
    try:
        require_columns(frame, names)
    except MissingColumnError as error:
        of_ids = {name: ids for each in IDS.values() for ids, name in each.items()}
        if any(of_ids.get(name) in frame.columns for name in error.missing):
            error.add_advice("frame.goat.with_names() adds names to the ids.")
        raise
    if n is not None and (isinstance(n, bool) or not isinstance(n, int)):
        raise ArgumentTypeError("n", n, "a whole number, or None for all rows")
    most = len(frame) if n is None else check_int("n", n, minimum=1)
    is_full = check_bool("ids", ids)
    zone = zone_of(timezone, [frame]) or "UTC"
    check_currency(currency)
    if caption is not None and not isinstance(caption, str):
        raise ArgumentTypeError("caption", caption, "a text")
    readable = Readable(frame, names, zone=zone, currency=currency, ids=is_full, rows=most)
    headings, rows = readable.headings, readable.rows(slice(None))
    sides = readable.sides(rows)
    title = captions.title(frame) if caption is None else caption
    about = captions.rows_text(min(most, len(frame)), len(frame))
    about = ", ".join(filter(None, [about, captions.as_of(frame, zone)]))
    flaws = [*captions.flaws(frame), *captions.notes(frame)]
    table = data_table(
        headings, sides, rows, title=title, about=about, flaws=flaws,
        is_named=sides[:1] != ["n"],
    )  # fmt: skip
    texts, left_out = [[plain(cell) for cell in row] for row in rows], list[str]()
    if not names:
        texts = [[*map(_cut, row)] for row in texts]
        fitting = _fitting_columns(readable, texts)
        left_out = [heading for place, heading in enumerate(headings) if place not in fitting]
        headings = [headings[place] for place in fitting]
        sides = [sides[place] for place in fitting]
        texts = [[row[place] for place in fitting] for row in texts]
    lines = [": ".join(filter(None, [title, about])), *flaws, *_align(headings, sides, texts)]
    if left_out:
        lines.append(f"Not shown: {listing(left_out, 4)}. columns= shows them.")
    made = f"Made on {day_text(server_now([frame]).tz_convert(zone).date())}."
    return Shown(table, "\n".join(lines), frame, title or "Table", made)


def _fitting_columns(readable: Readable, rows: Sequence[Sequence[str]]) -> list[int]:
    """Return the places of the columns that fit the text: the first ones, and the first time."""
    widths = [2 + max(map(_width, column)) for column in zip(readable.headings, *rows, strict=True)]
    if sum(widths) - 2 <= TEXT_WIDTH:
        return [*range(len(widths))]
    times = [place for place, one in enumerate(readable.columns) if one.content in _TIMES]
    chosen: list[int] = []
    for place in dict.fromkeys([0, *times[:1], *range(len(widths))]):
        if chosen and sum(widths[other] for other in (*chosen, place)) - 2 > TEXT_WIDTH:
            break
        chosen.append(place)
    return sorted(chosen)


def _align(
    headings: Sequence[str], sides: Sequence[Side], rows: Sequence[Sequence[str]]
) -> list[str]:
    """Return the lines of a table as text."""
    widths = [max(map(_width, column)) for column in zip(headings, *rows, strict=True)]
    rule = ["─" * width for width in widths]
    return [
        "  ".join(
            " " * (width - _width(cell)) + cell
            if side == "n"
            else cell + " " * (width - _width(cell))
            for cell, side, width in zip(line, sides, widths, strict=True)
        ).rstrip()
        for line in [headings, rule, *rows]
    ]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_CELL else f"{text[: _LONGEST_CELL - 1]}…"


def _width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(
        0 if unicodedata.combining(mark) else 1 + (unicodedata.east_asian_width(mark) in "WF")
        for mark in text
    )
