"""Describe tables, results of helpers and their columns as frames."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from trackagoat_pandas.base.spelling import nearest
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError
from trackagoat_pandas.frames.dtypes import SHOWN_DTYPES, STRING
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import frame_facts, read_choice
from trackagoat_pandas.tables import TABLES, Table, table_at
from trackagoat_pandas.tables.model import DOCS, READ_ON, ResultTable
from trackagoat_pandas.tables.results import RESULTS


@takes_arrow
def describe(
    name: str | pd.DataFrame | Callable[..., pd.DataFrame] | None = None,
) -> pd.DataFrame:
    """Describe the columns of a table, of a helper's result or of a frame, or list the tables.

    Parameters
    ----------
    name : str, DataFrame or callable, optional
        The name of a table, such as ``"videos"``, ``"analytics"`` or ``"video-leaderboard"``, or
        of a function whose result is a frame, such as ``"goal_odds"``, or such a function; a frame
        that was loaded or that such a function returned, to describe the columns that it has; or
        None, to list the tables.

    Returns
    -------
    pandas.DataFrame
        One row per column, in the order of its frame:

        - ``column``, ``dtype`` and ``unit`` (NA if it has none)
        - ``nullable``
        - ``documented``: False if the API's documentation doesn't show the column, NA for results
        - ``meaning``
        - ``source`` and ``read_on``: the documentation's page, and the day on which a stored copy
          was read; NA where ``documented`` isn't True. Some addresses follow the site's pattern
          and weren't opened: the page on the API names those that were

        For a frame's own columns, which nothing declares, only ``column`` and ``dtype`` are set.
        ``attrs["trackagoat"]`` holds the table's name and path, what a row means, its key and its
        loader. For results it holds the ``helper``, what a ``row`` means, the argument whose
        columns come with them (``rows_of``), and the columns that depend on arguments
        (``optional``).
        Columns of names are there where a given frame knows the names.

        Without `name`, one row per table: ``table``, ``row`` (what a row means), ``columns`` (how
        many there are) and ``loader``.

    Raises
    ------
    ChoiceError
        If there is no such table or result.
    ArgumentError, ArgumentTypeError
        If the attributes of a frame don't say which table or function it is from, or `name` is of
        another type.

    See Also
    --------
    show : Show a frame as people read it.
    load_data_model : Load the server's description of its tables.
    as_table : Turn another tool's export into such a frame.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> tgp.describe("videos").query("unit == 'views'")[["column", "dtype", "unit"]]
           column  dtype   unit
    1  view_count  Int64  views
    """
    if name is None:
        return _tables()
    if isinstance(name, pd.DataFrame):
        return _described_frame(name)
    called: Any = name if isinstance(name, str) else getattr(name, "__name__", None)
    if not isinstance(called, str):
        advice = "the name of a table or a helper, such as 'videos' or 'goal_odds', or a frame"
        raise ArgumentTypeError("name", name, advice)
    table = next((one.name for one in TABLES.values() if one.loader == called), called)
    known: dict[str, Table | ResultTable] = {**TABLES, **RESULTS}
    # The names of helpers, nearly a hundred with those of tables, are no help if none is near.
    is_near = bool(nearest(table, known))
    return _describe(known[read_choice("name", table, tuple(known if is_near else TABLES))])


def _described_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Describe the columns that a frame has."""
    helper = frame_facts(frame).get("helper")
    result = RESULTS.get(helper) if isinstance(helper, str) else None
    # A result with the rows of a loaded frame also has its path, and its columns.
    known = [each for each in (result, table_of(frame)) if each is not None]
    if not known:
        names = ", ".join(map(repr, TABLES))
        problem = f"the frame doesn't say which table it was loaded from; name one of {names}"
        raise ArgumentError("name", frame, problem=problem)
    described = pd.concat([_describe(each) for each in known]).drop_duplicates("column")
    columns = pd.Index([str(column) for column in frame.columns], dtype=STRING, name="column")
    own = described.set_index("column").reindex(columns).reset_index()
    own["dtype"] = own["dtype"].fillna(pd.Series(frame.dtypes.astype(str).array, dtype=STRING))
    own.attrs = {"trackagoat": _facts(known[0])}
    return own


def table_of(frame: pd.DataFrame) -> Table | None:
    """Find the table of a frame by the path in its attributes; None if it doesn't say."""
    return table_at(str(frame_facts(frame).get("path")))


def _describe(declared: Table | ResultTable) -> pd.DataFrame:
    columns, is_result = declared.columns, isinstance(declared, ResultTable)
    page = "" if isinstance(declared, ResultTable) else f"{DOCS}{declared.page}"
    documented = [None if is_result else one.documented for one in columns]
    described = pd.DataFrame(
        {
            "column": pd.array(declared.names, STRING),
            "dtype": pd.array([SHOWN_DTYPES[one.kind] for one in columns], STRING),
            "unit": pd.array([one.unit for one in columns], STRING),
            "nullable": pd.array([one.nullable for one in columns], "boolean"),
            "documented": pd.array(documented, "boolean"),
            "meaning": pd.array([one.doc for one in columns], STRING),
            "source": pd.array([page if shown else None for shown in documented], STRING),
            "read_on": pd.DatetimeIndex(
                [READ_ON if shown else None for shown in documented]
            ).as_unit("us"),
        }
    )
    described.attrs["trackagoat"] = _facts(declared)
    return described


def _facts(declared: Table | ResultTable) -> dict[str, Any]:
    if isinstance(declared, ResultTable):
        facts: dict[str, Any] = {"helper": declared.name, "row": declared.row}
        return {**facts, "rows_of": declared.rows_of, "optional": sorted(declared.optional)}
    return {
        "table": declared.name,
        "path": declared.path,
        "row": declared.row,
        "key": list(declared.key),
        "loader": declared.loader,
    }


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
