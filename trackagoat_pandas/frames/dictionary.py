"""Describe tables and their columns as frames."""

from __future__ import annotations

import pandas as pd

from trackagoat_pandas._arrow import takes_arrow
from trackagoat_pandas.checks import frame_facts, read_choice
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.frames.dtypes import SHOWN_DTYPES, STRING
from trackagoat_pandas.tables import TABLES, Table, table_at


@takes_arrow
def describe(name: str | pd.DataFrame | None = None) -> pd.DataFrame:
    """Describe the columns of a table or of a loaded frame, or list the tables.

    Parameters
    ----------
    name
        The name of a table, such as ``"videos"``, ``"analytics"`` or ``"video-leaderboard"``; a
        loaded frame, to describe the columns that it has; or None, to list the tables.

    Returns
    -------
    pandas.DataFrame
        One row per column, in the order of its frame: ``column``, ``dtype``, ``unit`` (NA if it
        has none), ``nullable``, ``documented`` (False if the API's documentation doesn't show the
        column) and ``meaning``. For a frame's own columns, which the table doesn't declare, only
        ``column`` and ``dtype`` are set. ``attrs["trackagoat"]`` holds the table's name and path,
        what a row means, its key and its loader.

        Without `name`, one row per table: ``table``, ``row`` (what a row means), ``columns`` (how
        many there are) and ``loader``.

    Raises
    ------
    ChoiceError
        If there is no such table.
    ArgumentError
        If the attributes of a frame don't name the path that it was loaded from.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> tgp.describe("videos").query("unit == 'views'")[["column", "dtype", "unit"]]
           column  dtype   unit
    1  view_count  Int64  views
    """
    if name is None:
        return _tables()
    if not isinstance(name, pd.DataFrame):
        return _described(TABLES[read_choice("name", name, tuple(TABLES))])
    table = table_of(name)
    if table is None:
        names = ", ".join(map(repr, TABLES))
        problem = f"the frame doesn't say which table it was loaded from; name one of {names}"
        raise ArgumentError("name", name, problem=problem)
    described = _described(table)
    columns = pd.Index([str(column) for column in name.columns], dtype=STRING, name="column")
    own = described.set_index("column").reindex(columns).reset_index()
    own["dtype"] = own["dtype"].fillna(pd.Series(name.dtypes.astype(str).array, dtype=STRING))
    own.attrs = described.attrs
    return own


def table_of(frame: pd.DataFrame) -> Table | None:
    """Find the table of a frame by the path in its attributes; None if it doesn't say."""
    return table_at(str(frame_facts(frame).get("path")))


def _described(declared: Table) -> pd.DataFrame:
    described = pd.DataFrame(
        {
            "column": pd.array(declared.names, STRING),
            "dtype": pd.array([SHOWN_DTYPES[one.kind] for one in declared.columns], STRING),
            "unit": pd.array([one.unit for one in declared.columns], STRING),
            "nullable": pd.array([one.nullable for one in declared.columns], "boolean"),
            "documented": pd.array([one.documented for one in declared.columns], "boolean"),
            "meaning": pd.array([one.doc for one in declared.columns], STRING),
        }
    )
    described.attrs["trackagoat"] = {
        "table": declared.name,
        "path": declared.path,
        "row": declared.row,
        "key": list(declared.key),
        "loader": declared.loader,
    }
    return described


def _tables() -> pd.DataFrame:
    tables = TABLES.values()
    return pd.DataFrame(
        {
            "table": pd.array([one.name for one in tables], STRING),
            "row": pd.array([one.row for one in tables], STRING),
            "columns": pd.array([len(one.columns) for one in tables], "Int64"),
            "loader": pd.array([one.loader for one in tables], STRING),
        }
    )
