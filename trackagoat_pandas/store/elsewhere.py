"""A store read by other engines: SQL with DuckDB, and Dask over many processes."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import pandas as pd
import pyarrow as pa

from trackagoat_pandas.errors import ArgumentError, MissingDependencyError, listing
from trackagoat_pandas.inputs.arrow import as_pandas
from trackagoat_pandas.store.disk.folder import Archive
from trackagoat_pandas.store.disk.parts import read_parts
from trackagoat_pandas.store.disk.series import Scope
from trackagoat_pandas.store.disk.versions import VERSIONS, of_newest_zone
from trackagoat_pandas.store.points import frame_of, no_points
from trackagoat_pandas.tables import ANALYTICS, TABLES

if TYPE_CHECKING:
    import dask.dataframe as dd

Partition: TypeAlias = Literal["month", "entity"]
"""What is together in one partition: all points of a month, or all of an entity."""

_ANALYTICS: Final = ANALYTICS.name
_SETTINGS: Final = (
    "SET TimeZone = 'UTC'",
    # A name in the query means a table of the store, never a variable of the caller.
    "SET python_enable_replacements = false",
    # Its tables are in memory by then, so a query that reads or writes a file isn't about them.
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)


def run_sql(archive: Archive, query: str) -> pd.DataFrame:
    """Run one SELECT over the newest rows of the tables that it names.

    It reads nothing else: no files, no databases, no addresses.

    Raises
    ------
    MissingDependencyError
        DuckDB is not installed.
    ArgumentError
        DuckDB refuses the query, it isn't one SELECT, or it has no result.
    """
    try:
        import duckdb
    except ImportError as missing:
        raise MissingDependencyError("duckdb", "store.sql", "duckdb") from missing
    with duckdb.connect() as connection:
        for setting in _SETTINGS:
            connection.execute(setting)
        for name in _known(archive):
            # Only these tables, since each is read into memory as a whole.
            if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", query):
                connection.register(name, _newest(archive, name))
        try:
            kinds = [one.type for one in connection.extract_statements(query)]
            if any(kind != duckdb.StatementType.SELECT for kind in kinds) or len(kinds) > 1:
                named = ", ".join(kind.name for kind in kinds)
                problem = f"it takes one SELECT, which may begin with WITH, and this is {named}"
                raise ArgumentError("query", query, problem=problem)
            found = connection.sql(query)
            rows = None if found is None else found.to_arrow_table()
        except duckdb.CatalogException as error:
            # DuckDB proposes tables of its own, since only those of the query are there.
            said, tables = (
                str(error).splitlines()[0],
                listing(_known(archive), len(TABLES)) or "none",
            )
            problem = f"DuckDB refuses it: {said} The store's tables are: {tables}"
            raise ArgumentError("query", query, problem=problem) from error
        except duckdb.Error as error:
            raise ArgumentError("query", query, problem=f"DuckDB refuses it: {error}") from error
    if rows is None:
        raise ArgumentError("query", query, problem="it has no result; give a SELECT")
    frame = as_pandas("query", rows)
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(type(frame))
    return frame


def _known(archive: Archive) -> list[str]:
    return sorted({part.table_name for part in archive.ledger.parts()})


def _newest(archive: Archive, name: str) -> pa.Table:
    """Return the newest rows of a table: of a list, each row as the newest list with it has it."""
    if name == _ANALYTICS:
        frame = frame_of(
            archive, of_newest_zone(archive.series.load(Scope())), Scope(), "numpy_nullable"
        )
        return _as_arrow(frame)
    newest = {(one.path, str(one.params)): one for one in archive.lists.snapshots(name)}
    if not newest:  # what was kept in parts alone, such as forecasts
        return read_parts(archive.path, archive.ledger.parts(name))
    lists = sorted(newest.values(), key=lambda one: one.observed_at)
    frame = pd.concat([archive.lists.read(one) for one in lists], ignore_index=True)
    key = list(TABLES[name].key) if name in TABLES else []
    return _as_arrow(frame.drop_duplicates(key, keep="last") if key else frame)


def _as_arrow(frame: pd.DataFrame) -> pa.Table:
    return pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata()


def as_dask(archive: Archive, scope: Scope, *, by: Partition, partitions: int) -> dd.DataFrame:
    """Return the newest points of a scope as a Dask DataFrame.

    Raises
    ------
    MissingDependencyError
        Dask is not installed.
    StoreMissingError
        The store has none.
    """
    try:
        import dask
        import dask.dataframe as dd
    except ImportError as missing:
        raise MissingDependencyError("dask[dataframe]", "store.to_dask", "dask") from missing
    known = archive.series.known_series()
    ids = sorted(
        {
            id_
            for entity, keys in known.items()
            for id_, metric in keys
            if scope.entity in (None, entity)
            and (scope.metrics is None or metric in scope.metrics)
            and (scope.ids is None or id_ in scope.ids)
        }
    )
    if by == "month":
        scopes = _months(archive, scope)
    else:
        size = max(1, -(-len(ids) // partitions))
        starts = range(0, len(ids), size)
        scopes = [replace(scope, ids=ids[start : start + size]) for start in starts]
    if not ids or not scopes:
        raise no_points(archive, scope.as_of)
    # A partition of no ids has the columns and dtypes that Dask has to know beforehand.
    empty = _partition(replace(scope, ids=()), str(archive.path))
    from_map: Any = dd.from_map
    # Otherwise Dask gives texts another dtype than the loaders.
    with dask.config.set({"dataframe.convert-string": False}):
        frame: dd.DataFrame = from_map(
            _partition, scopes, path=str(archive.path), meta=empty, label=_ANALYTICS
        )
    return frame


def _months(archive: Archive, scope: Scope) -> list[Scope]:
    months = [pd.Period(month, freq="M") for month in archive.series.months(scope)]
    bounds = ((month.start_time.date(), month.end_time.date()) for month in months)
    return [
        replace(scope, first=max(first, scope.first or first), last=min(last, scope.last or last))
        for first, last in bounds
    ]


def _partition(scope: Scope, path: str) -> pd.DataFrame:
    """Read one partition, in the process that needs it."""
    archive = Archive(Path(path))
    try:
        rows = of_newest_zone(archive.series.load(scope))
        # Partitions must have the same columns, so those that nothing declares are left out.
        frame = frame_of(archive, rows.select(VERSIONS.names), scope, "numpy_nullable")
    finally:
        archive.ledger.close()
    frame.attrs = {}
    return frame
