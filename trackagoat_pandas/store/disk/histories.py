"""The history of a table's rows: their values at each moment at which they were listed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from trackagoat_pandas.base.types import DtypeBackend
from trackagoat_pandas.base.warnings import warn
from trackagoat_pandas.errors import (
    IncompleteFrameWarning,
    MissingColumnError,
    StoreDamagedError,
    StoreMissingError,
    listing,
)
from trackagoat_pandas.frames.build import ATTRIBUTE, to_frame
from trackagoat_pandas.frames.dtypes import INSTANT, TEXT
from trackagoat_pandas.store.disk.ledger import PartFile, StoreLedger
from trackagoat_pandas.store.disk.lists import CONTENT, PLACE, SEEN_AT, as_categories
from trackagoat_pandas.store.disk.parts import read_parts, read_schema
from trackagoat_pandas.tables import Table

MOMENT: Final = "observed_at"
_KEPT: Final = "_kept"
_OURS: Final = frozenset({CONTENT, SEEN_AT, PLACE})
_SEEN: Final = """
    SELECT content, observed_at, json_extract(provenance, '$.resumed') IS NOT NULL AS is_resumed
    FROM snapshots WHERE table_name = ? ORDER BY id"""
_PARTS: Final = """
    SELECT DISTINCT parts.* FROM parts JOIN snapshots ON part = name
    WHERE snapshots.table_name = ? ORDER BY month, name"""


def read_history(
    ledger: StoreLedger,
    table: Table,
    ids: Sequence[str] | None,
    columns: Sequence[str] | None,
    *,
    dtype_backend: DtypeBackend = "numpy_nullable",
) -> pd.DataFrame:
    """Return a row for each row of each snapshot of a table, at the moment of its page.

    Parameters
    ----------
    ledger
        The store's ledger.
    table
        The table; its key says which rows are the same one.
    ids
        Values of the key's first column; None for all.
    columns
        The columns to return beside the key; None for all.
    dtype_backend
        As in the loaders.

    Returns
    -------
    pandas.DataFrame
        The key, ``observed_at`` (datetime64[us, UTC]) and the columns, in the order of the key and
        of the moments. Several lists that had the same row at the same moment give it once.

    Warns
    -----
    IncompleteFrameWarning
        Files with some of the rows are damaged. The others are returned, and the provenance says
        ``complete=False``.

    Raises
    ------
    StoreMissingError
        The store has no list of this table.
    MissingColumnError
        No list of this table has a column.
    """
    while True:
        parts, seen, resumed = _list_parts(ledger, table)
        if not parts:
            query = "SELECT DISTINCT table_name FROM snapshots ORDER BY 1"
            have = [row[0] for row in ledger.rows(query)]
            known = f"lists of {listing(have)}" if have else "no lists"
            advice = f"Load them: connect(store=...), then {table.loader} or store.sync()"
            raise StoreMissingError(str(ledger.folder), f"lists of {table.name}", known, advice)
        rows, damaged = _read(ledger.folder, parts, table, ids, columns)
        # Another process may have merged some of them into new ones meanwhile.
        if not damaged or _list_parts(ledger, table)[0] == parts:
            break
    if rows is None:
        raise damaged[0]
    frame = to_frame(_with_moments(rows, seen, table), dtype_backend)
    again = frame.duplicated([*table.key, MOMENT], keep="last")
    frame = frame[~again].reset_index(drop=True) if again.any() else frame
    frame.attrs[ATTRIBUTE] = {
        "path": table.path,
        "params": {},
        "complete": not damaged,
        "requests": 0,
        "rows": len(frame),
        "store": {"part": "all", "snapshots": seen.num_rows},
    }
    if resumed:
        frame.attrs[ATTRIBUTE]["resumed"] = {"lists": resumed}
    if damaged:
        named = listing([f"{error.path} ({error.problem})" for error in damaged], 3)
        warn(
            f"the history of {table.name} is not complete, since files of the store are damaged: "
            f"{named}. verify() of the store lists them all.",
            IncompleteFrameWarning,
        )
    return frame


def _list_parts(ledger: StoreLedger, table: Table) -> tuple[list[PartFile], pa.Table, int]:
    """Return the parts of a table, when each content was seen, and how many lists were resumed."""
    with ledger.reading() as connection:
        parts = [PartFile(*row) for row in connection.execute(_PARTS, (table.name,))]
        seen = connection.execute(_SEEN, (table.name,)).fetchall()
    moments = pa.array([dt.datetime.fromisoformat(row["observed_at"]) for row in seen], INSTANT)
    contents = pa.array([row["content"] for row in seen], pa.int64())
    resumed = sum(row["is_resumed"] for row in seen)
    return parts, pa.table({CONTENT: contents, MOMENT: moments}), resumed


def _read(
    folder: Path,
    parts: Sequence[PartFile],
    table: Table,
    ids: Sequence[str] | None,
    columns: Sequence[str] | None,
) -> tuple[pa.Table | None, list[StoreDamagedError]]:
    """Read the rows of the parts that can be read, if any can, and return the errors of others."""
    names = (
        None if columns is None else list(dict.fromkeys([*table.key, *columns, CONTENT, SEEN_AT]))
    )
    condition = None if ids is None else ds.field(table.key[0]).isin(pa.array(ids, TEXT))
    whole, damaged = list(parts), []
    while whole:
        try:
            rows = read_parts(folder, whole, names, condition)
        except StoreDamagedError as error:
            damaged.append(error)
            whole = [part for part in whole if str(folder / part.path) != error.path]
            continue
        if missing := [name for name in columns or () if name not in rows.column_names]:
            known = {name for part in whole for name in read_schema(folder, part).names}
            where = f"The store's list of {table.name} has"
            raise MissingColumnError(missing, known - _OURS, where=where)
        return rows, damaged
    return None, damaged


def _with_moments(rows: pa.Table, seen: pa.Table, table: Table) -> pa.Table:
    """Repeat the rows of each content for each moment at which it was seen, in order."""
    # Arrow's own join doesn't take every type of column.
    contents = seen[CONTENT].to_numpy()
    order = np.argsort(contents, kind="stable")
    wanted = rows[CONTENT].to_numpy()
    first = np.searchsorted(contents[order], wanted, "left")
    counts = np.searchsorted(contents[order], wanted, "right") - first
    place = np.repeat(np.arange(len(wanted)), counts)
    nth = np.arange(len(place)) - np.repeat(np.cumsum(counts) - counts, counts)
    snapshots = order[np.repeat(first, counts) + nth]
    names = [name for name in rows.column_names if name not in {*table.key, *_OURS}]
    # Those of the first snapshot of a content are stamped with the moments of their pages.
    is_first = pa.array(nth == 0)
    found = rows.take(place)
    moments = pc.if_else(is_first, found[SEEN_AT], seen[MOMENT].take(snapshots))
    found = found.append_column(MOMENT, moments)
    # Of snapshots of one moment, the one that was kept last comes last.
    found = found.append_column(_KEPT, pa.array(snapshots))
    found = found.sort_by([(name, "ascending") for name in (*table.key, MOMENT, _KEPT)])
    found = found.select([*table.key, MOMENT, *names])
    for column in table.columns:
        if column.kind == "category" and column.name in names:
            texts = found[column.name]
            words = dict.fromkeys([*column.categories, *texts.unique().drop_null().to_pylist()])
            place_ = found.column_names.index(column.name)
            typed = as_categories(texts, pa.array(list(words), TEXT))
            found = found.set_column(place_, column.name, typed)
    return found
