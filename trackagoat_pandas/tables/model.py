"""Classes that declare tables, columns and filters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final, Literal, TypeAlias

from trackagoat_pandas.errors import MissingColumnError

Kind: TypeAlias = Literal[
    "id", "text", "int", "float", "bool", "instant", "day", "category", "json", "any"
]  # fmt: skip
"""What a column's values are, independent of how a library stores them."""
Content: TypeAlias = Literal[
    "text", "count", "number", "percent", "share", "money", "ordinal", "weekday", "flag", "instant",
    "day", "id", "link", "json",
]  # fmt: skip
"""What a column's values are for a reader: a percent is written as 45 for 45 %, a share as 0.45.

An ordinal, such as a year, is a number that names something, and a weekday is 0 for Sunday to 6.
"""
Role: TypeAlias = Literal["name", "measure", "standing", "id", "long"]
"""What a column does in a row, in reading order: names it, measures it, says how or when it is."""


@dataclass(frozen=True, slots=True)
class Column:
    """One declared column.

    Parameters
    ----------
    name
        The column's name in a frame, and its usual name on the wire.
    kind
        What its values are.
    doc
        What the column means, in one sentence.
    documented
        False if the API's documentation doesn't show the column, so that it is assumed.
    nullable
        True if the API may send null.
    unit
        The unit of a number, such as ``cents`` or ``percent``.
    wire
        Other names that the field may have on the wire.
    categories
        The values of a closed set, in their natural order.
    heading
        The heading for people, where it isn't the name in plain words.
    content
        What its values are for a reader, where its kind and unit don't say.
    role
        What it does in a row, where its kind doesn't say; `tables.vocabulary.NAME_ORDER` are names.
    least
        The smallest valid number, such as 0 for a count; a smaller one can't be read.
    """

    name: str
    kind: Kind
    doc: str
    documented: bool = True
    nullable: bool = False
    unit: str | None = None
    wire: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    heading: str = ""
    content: Content | None = None
    role: Role | None = None
    least: int | None = None


DOCS: Final = "https://www.trackagoat.com/docs/"
READ_ON: Final = "2026-11-25"
"""The day on which the pages of the API's documentation were last read, as stored copies."""

assumed = partial(Column, documented=False)
"""Declare a column that the API's documentation doesn't show."""
maybe = partial(Column, nullable=True)
"""Declare a column that may have NA."""
id_ = partial(Column, kind="id")
cents = partial(Column, kind="int", unit="cents")
price = partial(Column, nullable=True, content="money")
percent = partial(Column, kind="float", unit="percent", nullable=True)


@dataclass(frozen=True, slots=True)
class Filter:
    """A query parameter that selects rows, and the columns that show whether it worked.

    Parameters
    ----------
    name
        The query parameter, such as ``status``; ``dates`` stands for ``from`` and ``to``.
    columns
        The column that must have the requested value, or the days that ``dates`` must include:
        one column, or the first and last day of a period. Empty if no column shows it.
    part
        True if the column's text only has to contain the requested value.
    """

    name: str
    columns: tuple[str, ...] = ()
    part: bool = False


def filters(*names: str) -> tuple[Filter, ...]:
    """Declare query parameters that select rows by the column of the same name."""
    return tuple(Filter(name, (name,)) for name in names)


@dataclass(frozen=True, slots=True)
class Table:
    """One declared table: its path, the meaning of its rows, and its columns.

    Parameters
    ----------
    name
        The table's name.
    path
        The path below the base URL, with ``{placeholders}`` for ids.
    row
        What one row means.
    key
        The columns that identify a row; empty if none do.
    loader
        The public function that returns the table.
    columns
        The declared columns, in the order of a frame.
    is_open
        True if undeclared columns are expected, as in users' own files.
    filters
        The query parameters that a load's rows are checked against.
    page
        The page of the API's documentation that shows the documented columns, below ``DOCS``.
    """

    name: str
    path: str
    row: str
    key: tuple[str, ...]
    loader: str
    columns: tuple[Column, ...]
    is_open: bool = False
    filters: tuple[Filter, ...] = ()
    page: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names, in order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """Return the column called `name`.

        Raises
        ------
        MissingColumnError
            If the table declares no such column.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise MissingColumnError([name], self.names)

    def of_kind(self, *kinds: Kind) -> tuple[str, ...]:
        """Return the names of the columns of some kinds, in order."""
        return tuple(column.name for column in self.columns if column.kind in kinds)


@dataclass(frozen=True, slots=True)
class ResultTable:
    """The declared result of one helper: the meaning of a row, and its columns.

    Parameters
    ----------
    name
        The public function.
    row
        What one row means.
    columns
        The columns, in the order of a frame. Those of names are there where a given frame has them.
    title
        What the result is called; empty if it is called like the frame whose rows it has.
    rows_of
        The argument whose columns the result has beside its own; empty if it has none.
    optional
        The names of columns that depend on how the function is called, such as those of groups.
    """

    name: str
    row: str
    columns: tuple[Column, ...]
    title: str = ""
    rows_of: str = ""
    optional: frozenset[str] = frozenset()

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names, in order."""
        return tuple(column.name for column in self.columns)
