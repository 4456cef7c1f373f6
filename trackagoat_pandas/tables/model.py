"""What a table, a column and a filter are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal, TypeAlias

from trackagoat_pandas.errors import MissingColumnError

Kind: TypeAlias = Literal[
    "id", "text", "int", "float", "bool", "instant", "day", "category", "json"
]  # fmt: skip
"""What a column's values are, apart from how a library stores them."""


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
        One sentence that says what it means.
    documented
        False where the API's documentation could not be read and the column is assumed.
    nullable
        True where the API may send null.
    unit
        The unit of a number, such as ``cents`` or ``percent``.
    wire
        Other names that the field may have on the wire.
    categories
        The words of a closed set, in their natural order.
    """

    name: str
    kind: Kind
    doc: str
    documented: bool = True
    nullable: bool = False
    unit: str | None = None
    wire: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


assumed = partial(Column, documented=False)
"""Declare a column that the API's documentation doesn't show."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A query parameter that chooses rows, and where a row says whether it was meant.

    Parameters
    ----------
    name
        The query parameter, such as ``status``; ``dates`` stands for ``from`` and ``to``.
    columns
        The columns that say it: one that has the value asked for, or the days of ``dates``, which
        may be the first and the last of a period. Empty where the rows don't say.
    part
        True where it is enough that the column's text contains what is asked for.
    """

    name: str
    columns: tuple[str, ...] = ()
    part: bool = False


def filters(*names: str) -> tuple[Filter, ...]:
    """Declare query parameters that choose rows by a column of their own name."""
    return tuple(Filter(name, (name,)) for name in names)


@dataclass(frozen=True, slots=True)
class Table:
    """One declared table: where it comes from, what its rows mean, and its columns.

    Parameters
    ----------
    name
        The table's name.
    path
        The path below the base URL, with ``{placeholders}`` for ids.
    row
        What one row means.
    key
        The columns that identify a row; empty where nothing does.
    loader
        The public function that gives the table.
    columns
        The declared columns, in the order they have in a frame.
    is_open
        True where undeclared columns are expected, as in the files of users.
    filters
        What a load may ask for, so that the rows can be compared with it.
    """

    name: str
    path: str
    row: str
    key: tuple[str, ...]
    loader: str
    columns: tuple[Column, ...]
    is_open: bool = False
    filters: tuple[Filter, ...] = ()

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
