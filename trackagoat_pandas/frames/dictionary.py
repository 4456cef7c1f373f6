"""A table's declaration as a frame, to be read in a notebook."""

from __future__ import annotations

import pandas as pd

from trackagoat_pandas.frames.dtypes import SHOWN_DTYPES, STRING
from trackagoat_pandas.tables import TABLES, table


def describe(name: str | None = None) -> pd.DataFrame:
    """Describe the columns of a table, or list the tables.

    Parameters
    ----------
    name
        A table's name, such as ``"videos"``, ``"analytics"`` or ``"video-leaderboard"``; None for
        a frame of all tables: ``table``, ``row`` (what one means), ``columns``, ``loader``.

    Returns
    -------
    pandas.DataFrame
        One row a column, in the order of its frame: ``column``, ``dtype``, ``unit`` (NA where
        there is none), ``nullable``, ``documented`` (False where the API's documentation could
        not be read and the column is assumed) and ``meaning``. What a row of the table means, its
        key and its loader are in ``attrs["trackagoat"]``.

    Raises
    ------
    ChoiceError
        If there is no such table.

    Examples
    --------
    >>> describe("projects")["column"].tolist()[:3]
    ['id', 'org_id', 'name']
    """
    if name is None:
        return _tables()
    declared = table(name)
    frame = pd.DataFrame(
        {
            "column": pd.array(declared.names, STRING),
            "dtype": pd.array([SHOWN_DTYPES[one.kind] for one in declared.columns], STRING),
            "unit": pd.array([one.unit for one in declared.columns], STRING),
            "nullable": pd.array([one.nullable for one in declared.columns], "boolean"),
            "documented": pd.array([one.documented for one in declared.columns], "boolean"),
            "meaning": pd.array([one.doc for one in declared.columns], STRING),
        }
    )
    frame.attrs["trackagoat"] = {
        "table": declared.name,
        "path": declared.path,
        "row": declared.row,
        "key": list(declared.key),
        "loader": declared.loader,
    }
    return frame


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
