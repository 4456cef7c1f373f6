"""A workbook in memory, and its sheets: typed tables, and cells and formulas beside them."""

from __future__ import annotations

import gc
import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import repeat
from pathlib import Path
from typing import Any, Final

import pandas as pd

from trackagoat_pandas.errors import ArgumentError, MissingColumnError, MissingDependencyError
from trackagoat_pandas.helpers.facts import zone_of
from trackagoat_pandas.helpers.payouts.money import check_currency
from trackagoat_pandas.inputs.checks import check_timezone, require_columns
from trackagoat_pandas.inputs.settings import is_timezone
from trackagoat_pandas.showing.export.excel_cells import (
    FORMATS,
    MID_ESCAPE,
    NUMBERS,
    ColumnCells,
    Value,
    cells_of,
    currencies_of,
    headings_of,
    money_format,
    utf16_length,
)
from trackagoat_pandas.showing.export.saving import save
from trackagoat_pandas.tables.model import Content

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
MOST_LINKS: Final = 65_530
"""Excel's limit of links in a sheet."""
LONGEST_LINK: Final = 2_079
_PAGE: Final = 190
"""How many characters a printed page is wide, so that they can still be read."""
_LONGEST_NAME: Final = 31
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")
_BETWEEN: Final = re.compile(r"[\s_-]+")
"""What stands between the words of a name."""
_LINK: Final = re.compile(r"https?://[^\s\x00-\x20\x7f]+", re.IGNORECASE)
SIGNS: Final = frozenset("=+-@")
"""A text that begins with one is marked, so that it stays a text when a person edits its cell."""
_HEAD: Final[Mapping[str, Any]] = {
    "bold": True,
    "font_color": "#FFFFFF",
    "bg_color": "#1F4E5F",
    "valign": "vcenter",
    "text_wrap": True,
}
_PLACEHOLDER: Final = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook, and where each column of its frame stands.

    Parameters
    ----------
    name
        The sheet's name, as Excel shows it.
    table
        The name of its table; empty if it has none.
    columns
        The names of the frame's columns, from the left.
    rows
        How many rows the frame has.
    timezone
        The time zone in which its instants are written.
    currencies
        The currencies of its amounts; empty if it has none.
    worksheet
        XlsxWriter's worksheet.
    widths
        The widths of its columns in characters, from the left.
    notes
        What a reader has to know of its values.
    """

    name: str
    table: str
    columns: tuple[str, ...]
    rows: int
    timezone: str
    currencies: list[str]
    worksheet: Any = field(repr=False)
    book: Book = field(repr=False)
    widths: list[float] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def letter(self, column: str) -> str:
        """Return the letters of a column of the frame, such as ``C``."""
        return letters(self.columns.index(column))

    def cell(self, column: str, row: int) -> str:
        """Return the cell of a column and a row of the frame, such as ``'Due'!$C$2``."""
        return f"{quoted(self.name)}!${self.letter(column)}${row + 2}"

    def range(self, column: str) -> str:
        """Return all cells of a column of the frame, such as ``'Due'!$C$2:$C$11``.

        An empty frame has one empty row.
        """
        letter = self.letter(column)
        return f"{quoted(self.name)}!${letter}$2:${letter}${max(self.rows, 1) + 1}"

    def set_widths(self, widths: Iterable[float]) -> None:
        """Set the widths of the first columns in characters, and print as many pages across."""
        self.widths[:] = widths
        for place, width in enumerate(self.widths):
            self.worksheet.set_column(place, place, width)
        self.worksheet.repeat_columns(0)
        self._fit_pages()

    def print_first(self, columns: int, below: int = 0) -> None:
        """Print the first columns only, and `below` rows under the table."""
        # Below an empty table may be a word.
        last = max(self.rows, 1) + 1 + below if below else max(self.rows, 2)
        self.worksheet.print_area(0, 0, last, columns - 1)
        self._fit_pages(columns)

    def hide(self, columns: Iterable[str]) -> None:
        """Hide columns of the frame; formulas still read them."""
        for name in columns:
            place = self.columns.index(name)
            self.worksheet.set_column(place, place, self.widths[place], None, {"hidden": True})
            self.widths[place] = 0

    def _fit_pages(self, columns: int | None = None) -> None:
        pages = math.ceil(sum(self.widths[:columns]) / _PAGE)
        self.worksheet.fit_to_pages(max(1, pages), 0)

    def write(
        self,
        row: int,
        column: int,
        value: Value,
        *,
        content: Content = "text",
        currency: str = "USD",
        bold: bool = False,
        wrap: bool = False,
    ) -> None:
        """Write one cell; rows and columns count from 0.

        A text is never a formula or a link; `wrap` gives it as many lines as it needs. A number is
        written as it is: an amount of money in units, a percent as a share.
        """
        is_kept = isinstance(value, str) and value[:1] in SIGNS
        is_money = content == "money"
        form = self.book.format(
            money_format(currency) if is_money else FORMATS.get(content, "General"),
            bold=bold,
            quote_prefix=is_kept,
            text_wrap=wrap,
            valign="top",
        )
        if isinstance(value, str):
            self.book.write_text(self.worksheet, row, column, value, form)
        elif value is not None:
            self.worksheet.write_number(row, column, value, form)

    def write_formula(
        self,
        row: int,
        column: int,
        formula: str,
        value: float | str,
        *,
        currency: str = "USD",
        bold: bool = False,
    ) -> None:
        """Write one formula for an amount, and its result; rows and columns count from 0.

        The result is what programs show that don't calculate. Texts of others never belong into
        `formula`.
        """
        form = self.book.format(money_format(currency), bold=bold)
        self.worksheet.write_formula(row, column, formula, form, value)


class Book:
    """A workbook in memory.

    Parameters
    ----------
    timezone
        The time zone in which instants are written; by default that of each frame's provenance or
        columns, else UTC.
    currency
        The currency of amounts in a frame that has no column ``currency``.

    Raises
    ------
    MissingDependencyError
        XlsxWriter is not installed.
    ArgumentError
        There is no such time zone, or the currency has no cents.

    Examples
    --------
    A frame with a column that the sheet calculates itself, and a sum beside it:

    >>> import pandas as pd
    >>> owed = pd.DataFrame({"creator": ["mia", "@SUM(1)"], "earned_cents": [900, 250],
    ...                      "paid_cents": [400, 0], "owed_cents": [500, 250]})
    >>> book = Book(currency="EUR")
    >>> sheet = book.add("Owed", owed, formulas={"owed_cents": "={earned_cents}-{paid_cents}"})
    >>> total = book.blank("Total")
    >>> total.write(0, 0, "Owed", bold=True)
    >>> total.write_formula(0, 1, f"=SUM({sheet.range('owed_cents')})", 7.50, currency="EUR")
    >>> sheet.range("owed_cents"), sheet.cell("owed_cents", 0)
    ("'Owed'!$D$2:$D$3", "'Owed'!$D$2")
    >>> book.to_bytes()[:2]
    b'PK'
    """

    def __init__(self, *, timezone: str | None = None, currency: str = "USD") -> None:
        if timezone is not None:
            check_timezone("timezone", timezone)
        self.timezone, self.currency = timezone, check_currency(currency)
        try:
            import xlsxwriter
        except ImportError as missing:
            raise MissingDependencyError("XlsxWriter", "an Excel workbook", "excel") from missing
        self._file = io.BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.workbook = xlsxwriter.Workbook(self._file, options)
        self._formats: dict[tuple[Any, ...], Any] = {}
        self.sheets: list[Sheet] = []

    def add(
        self, name: str, frame: pd.DataFrame, *, formulas: Mapping[str, str] | None = None
    ) -> Sheet:
        """Add a sheet with a frame as a table: headings in row 1, the frame's rows from row 2 on.

        Parameters
        ----------
        name
            The sheet's name. What Excel doesn't allow in it is replaced, and a name that is taken
            gets a number.
        frame
            The frame. Its index is not written.
        formulas
            Formulas by the frame's column that they fill. ``{column}`` in one stands for the cell
            of that column in the same row, such as ``"={earned_cents}-{paid_cents}"``. The frame's
            own values are their results, which programs show that don't calculate. In the sheet,
            money is in units, not in cents, and percents are shares.

        Returns
        -------
        Sheet
            Where the columns stand: ``sheet.range("owed_cents")`` for a formula elsewhere.

        Raises
        ------
        ArgumentError
            The frame has too many rows or columns for a sheet, or a value that no cell can hold.
        """
        require_columns(frame, formulas or ())
        sizes = {"rows": (len(frame) + 1, MOST_ROWS), "columns": (frame.shape[1], MOST_COLUMNS)}
        for what, (size, most) in sizes.items():
            if size > most:
                problem = f"{name!r} has {size:,} {what} with its headings; a sheet holds {most:,}"
                raise ArgumentError("frames", None, problem=f"{problem}. to_csv has no limit")
        zone = self.timezone or zone_of(None, [frame]) or _zone_of_columns(frame) or "UTC"
        currencies = currencies_of(frame, self.currency)
        parts = [
            cells_of(frame.iloc[:, place], timezone=zone, currencies=currencies)
            for place in range(frame.shape[1])
        ]
        sheet = self._sheet(name, frame, zone)
        sheet.notes.extend(note for part in parts for note in part.notes)
        if any(part.content == "money" for part in parts):
            sheet.currencies.extend(sorted(currencies.unique()))
        with _without_gc():
            for place, (part, given) in enumerate(zip(parts, frame.columns, strict=True)):
                formula = (formulas or {}).get(given)
                if formula is not None:
                    self._write_formulas(sheet, place, part, formula)
                elif part.content == "link":
                    self._write_links(sheet, place, part)
                else:
                    self._write_cells(sheet, place, part)
        if parts:
            contents = [part.content for part in parts]
            self._make_table(sheet, headings_of(frame, contents, zone), parts)
        return sheet

    def blank(self, name: str, widths: Sequence[float] = ()) -> Sheet:
        """Add an empty sheet, whose first columns have these widths in characters."""
        sheet = self._sheet(name, pd.DataFrame(), self.timezone or "UTC")
        sheet.set_widths(widths)
        return sheet

    def to_bytes(self) -> bytes:
        """Return the file's content; nothing can be added afterwards."""
        with _without_gc():
            self.workbook.close()
        return self._file.getvalue()

    def save(self, path: Path) -> None:
        """Write the file, whole or not at all; nothing can be added afterwards.

        Raises
        ------
        UnwritableFileError
            The directory is missing, or the file may not be written.
        """
        save(path, self.to_bytes())

    def format(self, number_format: str = "General", **properties: Any) -> Any:
        """Return XlsxWriter's format of these properties, which is made once."""
        key = (number_format, *sorted(properties.items()))
        if key not in self._formats:
            said = {"num_format": number_format, **properties}
            self._formats[key] = self.workbook.add_format(said)
        return self._formats[key]

    def _sheet(self, name: str, frame: pd.DataFrame, zone: str) -> Sheet:
        different = sheet_name(name, [sheet.name for sheet in self.sheets])
        worksheet = self.workbook.add_worksheet(different)
        worksheet.set_landscape()
        worksheet.set_footer("&L&A&RPage &P of &N")
        table = f"Table{len(self.sheets) + 1}" if frame.shape[1] else ""
        columns = tuple(map(str, frame.columns))
        sheet = Sheet(different, table, columns, len(frame), zone, [], worksheet, self)
        self.sheets.append(sheet)
        return sheet

    def _make_table(
        self, sheet: Sheet, headings: Sequence[str], parts: Sequence[ColumnCells]
    ) -> None:
        worksheet = sheet.worksheet
        columns: list[dict[str, Any]] = []
        widths = []
        for text, part in zip(headings, parts, strict=True):
            # On the right, a heading leaves room for the button of its filter.
            side = {"align": "right", "indent": 2} if part.content in NUMBERS else {"indent": 1}
            columns.append({"header": text, "header_format": self.format(**_HEAD, **side)})
            # A heading may take two lines.
            longest = max(map(len, text.split()))
            widths.append(max(part.width + 3, longest + 5, len(text) / 2 + 6))
        options = {"name": sheet.table, "columns": columns, "style": "Table Style Light 1"}
        worksheet.add_table(0, 0, max(sheet.rows, 1), len(headings) - 1, options)
        worksheet.set_row(0, 32)
        worksheet.freeze_panes(1, 1)
        worksheet.repeat_rows(0)
        sheet.set_widths(widths)

    def _write_cells(self, sheet: Sheet, place: int, cells: ColumnCells) -> None:
        write_number = sheet.worksheet.write_number
        number_format = cells.formats if isinstance(cells.formats, str) else "General"
        kept = self.format(number_format, align="left", indent=1, quote_prefix=True)
        for row, (value, form) in enumerate(zip(cells.entries, self._forms(cells), strict=True), 1):
            if isinstance(value, str):
                said = kept if value[:1] in SIGNS else form
                self.write_text(sheet.worksheet, row, place, value, said)
            elif value is not None:
                write_number(row, place, value, form)

    def _write_links(self, sheet: Sheet, place: int, cells: ColumnCells) -> None:
        plain = self.format(indent=1)
        blue = self.format(indent=1, font_color="#0B5CAD", underline=1)
        unlinked = 0
        for row, value in enumerate(cells.entries, 1):
            if not isinstance(value, str):
                continue
            # The limit is of UTF-16 units; a link has as many letters, or fewer.
            is_link = _LINK.fullmatch(value) and not ("_x" in value and MID_ESCAPE.search(value))
            is_link = is_link and (
                len(value) <= LONGEST_LINK // 2 or utf16_length(value) <= LONGEST_LINK
            )
            if is_link and sheet.worksheet.hlink_count < MOST_LINKS:
                sheet.worksheet.write_url(row, place, value, blue, value)
            else:
                unlinked += bool(is_link)
                self.write_text(sheet.worksheet, row, place, value, plain)
        if unlinked:
            sheet.notes.append(
                f"{sheet.columns[place]}: {unlinked:,} links are texts, since a sheet holds "
                f"{MOST_LINKS:,} links."
            )

    def _write_formulas(self, sheet: Sheet, place: int, cells: ColumnCells, formula: str) -> None:
        names = _PLACEHOLDER.findall(formula)
        for name in names:
            if name not in sheet.columns:
                raise MissingColumnError([name], sheet.columns)
        spots = {name: sheet.letter(name) for name in names}
        for row, (value, form) in enumerate(zip(cells.entries, self._forms(cells), strict=True), 1):
            said = _PLACEHOLDER.sub(lambda found: f"{spots[found[1]]}{row + 1}", formula)  # noqa: B023
            sheet.worksheet.write_formula(row, place, said, form, "" if value is None else value)

    def _forms(self, cells: ColumnCells) -> Iterable[Any]:
        side: dict[str, Any] = {} if cells.content in NUMBERS else {"align": "left", "indent": 1}
        if isinstance(cells.formats, str):
            return repeat(self.format(cells.formats, **side), len(cells.entries))
        return [self.format(number_format, **side) for number_format in cells.formats]

    def write_text(self, worksheet: Any, row: int, column: int, text: str, form: Any) -> None:
        """Write a text as it is, whatever it begins with."""
        # XlsxWriter takes a text that begins with <r> for the XML of a text in several fonts, and
        # an escape such as _x000D_ for its character if another follows at once. In pieces, which
        # a program joins, neither is one.
        if "_x" not in text and text[:3] != "<r>":
            worksheet.write_string(row, column, text, form)
            return
        pieces = [text[:1], text[1:]] if text.startswith("<r>") else [text]
        pieces = [part for piece in pieces for part in MID_ESCAPE.split(piece)]
        if len(pieces) > 1:
            worksheet.write_rich_string(row, column, pieces[0], form, *pieces[1:], form)
        else:
            worksheet.write_string(row, column, text, form)


@contextmanager
def _without_gc() -> Iterator[None]:
    """Keep Python from searching for cycles, of which cells are none.

    Measured with 10,000 rows of 21 columns: 1.7 s instead of 1.95 s.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def sheet_name(name: str, taken: Iterable[str] = ()) -> str:
    """Return a name that Excel allows for a sheet, and that no other sheet has.

    Examples
    --------
    >>> sheet_name("Q1/Q2: paid?"), sheet_name("due", ["Due"]), sheet_name("'")
    ('Q1 Q2 paid', 'due (2)', 'Sheet')
    >>> sheet_name("Creators by sentiment of their comments")
    'Creators by sentiment of their'
    """
    bare = " ".join(_FORBIDDEN.sub(" ", name).split()).strip("' ") or "Sheet"
    # Excel reserves the name History.
    known = {other.lower() for other in taken} | {"history"}
    different, count = _cut(bare, _LONGEST_NAME), 1
    while different.lower() in known:
        count += 1
        ending = f" ({count})"
        different = _cut(bare, _LONGEST_NAME - len(ending)) + ending
    return different


def _cut(text: str, limit: int) -> str:
    """Cut a text to a length in UTF-16 units, after a word if it has several."""
    if utf16_length(text) <= limit:
        return text.strip("' ")
    whole = text
    while utf16_length(text) > limit:
        text = text[:-1]
    if not _BETWEEN.match(whole, len(text)) and (words := [*_BETWEEN.finditer(text)]):
        text = text[: words[-1].start()]
    return text.strip("' _-")


def _zone_of_columns(frame: pd.DataFrame) -> str | None:
    """Return the time zone of a frame's instants, if they are all in the same one."""
    dtypes = [
        each.pyarrow_dtype if isinstance(each, pd.ArrowDtype) else each for each in frame.dtypes
    ]
    zones = {str(each.tz) for each in dtypes if getattr(each, "tz", None) is not None}
    known = [zone for zone in zones if is_timezone(zone)]
    return known[0] if len(zones) == len(known) == 1 else None


def quoted(name: str) -> str:
    """Return a sheet's name as a formula names it.

    Examples
    --------
    >>> quoted("Mia's")
    "'Mia''s'"
    """
    return "'" + name.replace("'", "''") + "'"


def letters(place: int) -> str:
    """Return the letters of a column, counted from 0.

    Examples
    --------
    >>> [letters(place) for place in (0, 25, 26, 701, 702)]
    ['A', 'Z', 'AA', 'ZZ', 'AAA']
    """
    place, letter = divmod(place, 26)
    return (letters(place - 1) if place else "") + chr(ord("A") + letter)
