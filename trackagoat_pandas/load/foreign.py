"""Turn users' own frames, such as spreadsheets and exports, into typed frames of ours."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import Any, Final
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa

from trackagoat_pandas.base.warnings import warn
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ContractWarning,
    MissingArgumentError,
    brief,
    listing,
)
from trackagoat_pandas.frames.build import build_frame
from trackagoat_pandas.frames.chunk import Chunk
from trackagoat_pandas.frames.dtypes import STRING
from trackagoat_pandas.frames.read_cells import DateOrder, MoneyUnit, ReadColumn, Style, read_cells
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.formats import content_of, heading
from trackagoat_pandas.helpers.labels import keep_order
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import (
    check_choice,
    check_int,
    check_timezone,
    is_null,
    read_choice,
    require_columns,
)
from trackagoat_pandas.inputs.handles import USUAL_COLUMNS
from trackagoat_pandas.load.provenance import add_facts, provenance
from trackagoat_pandas.tables import TABLES, Column, Table

_ATTRIBUTE: Final = "trackagoat_unreadable"
"""The key of the cells that couldn't be read in a frame's attributes."""
_MOST_SHOWN: Final = 3
_NAMES: Final = ("row", "label", "column", "source", "value", "why")
_ROWS_LOOKED_AT: Final = 10
"""A heading further down than this isn't looked for."""


class _Unreadable(tuple[Any, ...]):
    """The cells that couldn't be read; JSON can hold it.

    pandas copies a frame's attributes on every operation, which must not take longer with these.
    """

    __slots__ = ()

    def __deepcopy__(self, memo: object) -> _Unreadable:
        return self


@derived(rows_of="frame")
def as_table(
    frame: pd.DataFrame,
    table: str,
    columns: Mapping[str, str | None] | None = None,
    *,
    dates: DateOrder | None = None,
    money: MoneyUnit | None = None,
    timezone: str | None = None,
    decimal: str = ".",
    header: int | None = None,
) -> pd.DataFrame:
    """Turn any frame, such as a spreadsheet or an export, into a typed frame of ours.

    Numbers may be written as ``1,234``, ``1.2M``, ``2.3K`` or ``12 %``, words as ``At risk``, and
    flags as yes and no. Each cell is read exactly or not at all: what can't be read, such as a
    negative count, is NA, and :func:`unreadable_cells` lists it. ``""``, ``-`` and ``n/a`` are NA.
    Handles lose an @, an address and capitals, so that they match those of :func:`load_creators`.

    Parameters
    ----------
    frame : DataFrame
        The frame. Read files with ``dtype=str``, so that no id passes through a float.
    table : str
        The name of a table that :func:`describe` lists, such as ``"videos"``, with ``_`` or ``-``.
    columns : dict, optional
        The table's column for each of the frame's columns that is called differently; None leaves
        one as it is. The others are matched by their names, or by headings such as ``Views``,
        whatever the case.
    dates : {'ymd', 'dmy', 'mdy'}, optional
        The order of day, month and year: ``"ymd"``, ``"dmy"`` or ``"mdy"``. Without it only days
        written as 2026-06-05 are read. Convert names of months with ``pandas.to_datetime``.
    money : {'units', 'cents'}, optional
        What amounts are in: ``"units"``, such as dollars, which become cents exactly, or
        ``"cents"``. Required for amounts, except in columns that are called like the table's own.
    timezone : str, optional
        The IANA time zone of times without one. Such times can't be read without it.
    decimal : str, default '.'
        What stands before decimals, ``"."`` or ``","``; the other may separate thousands.
    header : int, optional
        The row that holds the headings, counted from 1, where the frame's columns don't: below the
        title of a sheet, for example. It and the rows above it are left out.

    Returns
    -------
    pandas.DataFrame
        A row for each of the frame's below the headings, in its order: the declared columns with
        their dtypes, NA where the frame has none, then the columns that weren't matched, as they
        are. Money is in integer cents, percents are 12 for 12 %, instants are in UTC, ids are text.
        In the provenance, ``unreadable`` has the number of cells that can't be read by column, and
        ``unmatched`` the frame's columns that weren't matched; a ``note`` names those that aren't
        in ``columns``.

    Raises
    ------
    ChoiceError
        There is no such table, or it has no such column.
    MissingColumnError
        The frame has no such column.
    ArgumentError, ArgumentTypeError
        No column is called like one of the table's, or a row looks more like the headings; two of
        the frame's columns would become the same, ``money`` isn't stated, or another argument is
        invalid.

    Warns
    -----
    ContractWarning
        Once for all cells that can't be read, with the first of them.

    See Also
    --------
    unreadable_cells : List the cells that couldn't be read.
    describe : Describe the columns.
    load_comments : Load comments.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> sheet = pd.DataFrame({"Views": ["1,234", "1.2M", "-"], "Posted": ["31.05.2026"] * 3})
    >>> videos = tgp.as_table(
    ...     sheet, "videos", {"Posted": "posted_at"}, dates="dmy", timezone="Europe/Berlin"
    ... )
    >>> videos[["view_count", "posted_at"]]
       view_count                 posted_at
    0        1234 2026-05-30 22:00:00+00:00
    1     1200000 2026-05-30 22:00:00+00:00
    2        <NA> 2026-05-30 22:00:00+00:00
    """
    declared = TABLES[read_choice("table", table, tuple(TABLES))]
    style = Style(
        None if dates is None else check_choice("dates", dates, ("ymd", "dmy", "mdy")),  # type: ignore[arg-type]
        None if money is None else check_choice("money", money, ("units", "cents")),  # type: ignore[arg-type]
        None if timezone is None else ZoneInfo(check_timezone("timezone", timezone)),
        check_choice("decimal", decimal, (".", ",")),
    )
    given = frame
    if header is not None:
        frame = _below(frame, check_int("header", header, minimum=1))
    sources = _sources(frame, declared, columns)
    _check_headings(given, frame, declared, len(sources), header)
    nothing = pd.Series(index=frame.index, dtype=STRING)
    found = {
        column.name: _read_column(
            frame[sources[column.name]] if column.name in sources else nothing, column, style
        )
        for column in declared.columns
    }
    # Without the key, since rows with the same id are the user's, not repetitions of a page.
    result = build_frame(
        [Chunk(pa.table({name: cells.array for name, cells in found.items()}))],
        replace(declared, key=()),
        provenance=provenance("(frame)", {"table": table}, requests=0, timezone=timezone),
    )
    taken = set(sources.values())
    unmatched = [name for name in frame.columns if name not in taken]
    for name in unmatched:
        result[name] = frame[name].array
    add_facts(result, unmatched=[str(name) for name in unmatched])
    if unsaid := [name for name in unmatched if name not in (columns or {})]:
        as_they_are = f"No column of {table!r} is called like {listing(map(repr, unsaid))}"
        add_facts(result, note=f"{as_they_are}: left as they are")
    _report(result, given, sources, found, below=header or 0)
    return keep_order(result, given)


@takes_arrow
def unreadable_cells(frame: pd.DataFrame) -> pd.DataFrame:
    """List the cells that :func:`as_table` couldn't read.

    Parameters
    ----------
    frame : DataFrame
        A frame that :func:`as_table` returned, or a part of it.

    Returns
    -------
    pandas.DataFrame
        One row per cell, column by column: ``row``, counted from 1 in the frame that
        :func:`as_table` was given, and its ``label`` in that frame's index; ``column``, the
        table's, and ``source``, the frame's; ``value`` as text; and ``why`` it can't be read.

    Raises
    ------
    ArgumentError
        :func:`as_table` didn't return the frame, or its attributes are lost, as after
        ``pd.concat``.

    See Also
    --------
    as_table : Turn another tool's export into such a frame.
    describe : Describe the columns.

    Examples
    --------
    >>> import pandas as pd, warnings
    >>> import trackagoat_pandas as tgp
    >>> sheet = pd.DataFrame({"Views": ["1,234", "1.2O0"], "Posted at": ["5/6/2026", None]})
    >>> with warnings.catch_warnings(action="ignore"):
    ...     videos = tgp.as_table(sheet, "videos", {"Posted at": "posted_at"})
    >>> tgp.unreadable_cells(videos)[["row", "column", "value"]]
       row      column     value
    0    2  view_count     1.2O0
    1    1   posted_at  5/6/2026
    """
    cells = frame.attrs.get(_ATTRIBUTE)
    # A list, if a Parquet file has held the frame: it keeps attributes as JSON.
    if not isinstance(cells, list | tuple):
        problem = "pass a frame that as_table returned: this one doesn't say what was read"
        raise ArgumentError("frame", frame, problem=problem)
    listed = pd.DataFrame(list(cells), columns=list(_NAMES), dtype=object)
    texts = dict.fromkeys(_NAMES[2:], STRING)
    return listed.astype({"row": "Int64"}).astype(texts).infer_objects()


def _below(frame: pd.DataFrame, header: int) -> pd.DataFrame:
    """Return the rows below one, with its cells as the columns; an empty one keeps its name."""
    if header > len(frame):
        raise ArgumentError("header", header, f"the frame has {len(frame):,} rows")
    cells = frame.iloc[header - 1].tolist()
    names = [
        name if is_null(cell) else str(cell).strip()
        for name, cell in zip(frame.columns, cells, strict=True)
    ]
    return frame.iloc[header:].set_axis(names, axis="columns")


def _check_headings(
    given: pd.DataFrame, frame: pd.DataFrame, table: Table, matched: int, header: int | None
) -> None:
    """Check that the columns of a frame are its headings, and not a title above them.

    Raises
    ------
    ArgumentError
        They have several levels, one of the rows has more headings, or there are none.
    """
    if given.columns.nlevels > 1:
        flat = '[" ".join(map(str, name)).strip() for name in frame.columns]'
        problem = (
            f"its columns have {given.columns.nlevels} levels: pass frame.set_axis({flat}, axis=1)"
        )
        raise ArgumentError("frame", frame, problem=problem)
    known = _known_names(table)
    rows = enumerate(given.head(_ROWS_LOOKED_AT).to_numpy(object).tolist(), 1)
    counts = {
        number: len({known.get(_fold(cell)) for cell in cells} - {None})
        for number, cells in rows
        if number != header
    }
    best = max(counts, key=counts.__getitem__, default=0)
    shown = ", ".join(brief(str(name)) for name in frame.columns[:_MOST_SHOWN])
    if counts.get(best, 0) > matched:
        problem = f"row {best} looks like the heading, not {shown}: pass header={best}"
        raise ArgumentError("frame", frame, problem=problem)
    if not matched and len(frame.columns):
        problem = (
            f"no column is called like one of {table.name!r}: {shown}; pass columns={{...}}, or "
            "header= if a row holds the headings"
        )
        raise ArgumentError("frame", frame, problem=problem)


def _fold(cell: object) -> str:
    return str(cell).strip().casefold()


def _sources(frame: pd.DataFrame, table: Table, columns: object) -> dict[str, Hashable]:
    """Find the frame's column for each declared one."""
    if columns is not None and not isinstance(columns, Mapping):
        allowed = "a dict of the frame's columns and the table's, such as {'Views': 'view_count'}"
        raise ArgumentTypeError("columns", columns, allowed)
    given: dict[Any, object] = dict(columns or {})
    require_columns(frame, given)
    if not frame.columns.is_unique:
        twice = frame.columns[frame.columns.duplicated()][0]
        problem = f"two columns are called {twice!r}; rename or drop one"
        raise ArgumentError("frame", twice, problem=problem)
    known = _known_names(table)
    sources: dict[str, Hashable] = {}
    for source in frame.columns:
        name = known.get(_fold(source))
        if source in given:
            asked = given[source]
            name = None if asked is None else check_choice("columns", asked, table.names)
        if name is None:
            if source in table.names:
                problem = f"{source!r} is a column of the table; rename the frame's"
                raise ArgumentError("columns", source, problem=problem)
            continue
        if name in sources:
            problem = (
                f"{sources[name]!r} and {source!r} would both be {name!r}; drop one, or leave it "
                f"as it is with columns={{{source!r}: None}}"
            )
            raise ArgumentError("columns", source, problem=problem)
        sources[name] = source
    return sources


def _known_names(table: Table) -> dict[str, str]:
    """Return the columns by their names and their headings; a heading of two is neither's."""
    headings: dict[str, list[str]] = {}
    for name in table.names:
        headings.setdefault(heading(name).casefold(), []).append(name)
    clear = {text: names[0] for text, names in headings.items() if len(names) == 1}
    usual = {text: name for name in table.names for text in USUAL_COLUMNS.get(name, ())}
    return {**usual, **clear, **{name: name for name in table.names}}


def _read_column(values: pd.Series, column: Column, style: Style) -> ReadColumn:
    content = ""
    if column.kind in {"int", "float"}:
        number = "int64" if column.kind == "int" else "float64"
        content = content_of(pd.Series(dtype=number, name=column.name))
    if content == "money" and style.money is None:
        if values.name != column.name and values.notna().any():
            reason = f"{values.name!r} holds money; say whether it is in 'units' or in 'cents'"
            raise MissingArgumentError("money", reason)
        style = replace(style, money="cents")
    return read_cells(values, column, content, style)


def _report(
    result: pd.DataFrame,
    frame: pd.DataFrame,
    sources: Mapping[str, Hashable],
    found: Mapping[str, ReadColumn],
    *,
    below: int,
) -> None:
    """Keep the cells that couldn't be read in the result's attributes, and warn of them."""
    # The frame's attributes must stay JSON, as which pandas writes them into a Parquet file.
    labels = [label if isinstance(label, int | str) else str(label) for label in frame.index]
    cells = _Unreadable(
        (place + below + 1, labels[place + below], name, str(sources[name]), value, why)
        for name, column in found.items()
        for place, value, why in column.flaws
    )
    result.attrs[_ATTRIBUTE] = cells
    counts = {name: len(column.flaws) for name, column in found.items() if column.flaws}
    add_facts(result, unreadable=counts)
    if counts:
        per_column = ", ".join(f"{name} ({count:,})" for name, count in counts.items())
        first = "; ".join(
            f"{brief(value)} in row {row} of {len(frame)}, column {source!r}: {why}"
            for row, _, _, source, value, why in cells[:_MOST_SHOWN]
        )
        said = f"{len(cells):,} cells can't be read and are"
        said = "1 cell can't be read and is" if len(cells) == 1 else said
        warn(
            f"as_table: {said} NA: {per_column}. {first}. tgp.unreadable_cells lists them.",
            ContractWarning,
        )
