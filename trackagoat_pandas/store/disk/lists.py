"""Lists as they were at each moment at which they were loaded."""

from __future__ import annotations

import datetime as dt
import json
import re
import secrets
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from trackagoat_pandas.base.secrets import redact
from trackagoat_pandas.base.types import DtypeBackend
from trackagoat_pandas.errors import ArgumentError, StoreDamagedError, StoreMissingError, listing
from trackagoat_pandas.frames.build import ATTRIBUTE, to_frame
from trackagoat_pandas.frames.dtypes import INSTANT, TEXT
from trackagoat_pandas.store.disk.ledger import (
    PartFile,
    StoreLedger,
    add_part,
    stored_moment,
)
from trackagoat_pandas.store.disk.parts import read_parts, read_rows_with, write_part
from trackagoat_pandas.tables import Table

CONTENT: Final = "_content"
"""The column that says which rows belong together; snapshots with the same rows share them."""
SEEN_AT: Final = "_observed_at"
"""The column with the moment of the page with which a row's content was seen first."""
PLACE: Final = "_place"
"""The column with a row's place in its list."""
_CONTENT_BITS: Final = 48
"""Random numbers of this size hardly ever collide, and any program reads them exactly."""
_ONE_MOMENT: Final = dt.timedelta(minutes=1)
"""Pages that are less apart count as of one moment where a list repeats an earlier one."""
_SELECT: Final = (
    "SELECT snapshots.id, table_name, path, params, observed_at, rows, provenance, columns, "
    "content, part FROM snapshots JOIN shapes ON shapes.id = shape WHERE"
)
_PROJECTS: Final = """
    SELECT DISTINCT json_extract(params, '$.project_id') AS about,
        json_extract(provenance, '$.project') AS project
    FROM snapshots WHERE about IS NOT NULL AND project IS NOT NULL"""
_ADD: Final = (
    "INSERT INTO snapshots (table_name, path, params, observed_at, rows, provenance, shape, "
    "content, part) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_NEWEST: Final = """
    SELECT params, max(observed_at) AS newest FROM snapshots
    WHERE table_name = ?1 AND path = ?2 AND (?3 IS NULL OR observed_at <= ?3)
    AND (?4 IS NULL OR (observed_at >= ?4 AND observed_at > coalesce(
        (SELECT observed_at FROM outdated WHERE table_name = ?1), '')))
    GROUP BY params"""
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class ListSnapshot:
    """A list at one moment, as the ledger has it.

    Parameters
    ----------
    id
        Its number; a later one was kept later.
    table_name, path
        The table, and the path that was requested.
    params
        The parameters that were sent, without those that are None.
    observed_at
        The server's time of the answer.
    rows
        How many rows the list had.
    provenance
        What the frame's provenance said.
    columns
        The columns, as `stored_rows` returns them.
    content, part
        Which rows of which part they are.
    narrowed
        Conditions that the rows have to meet, by column, if the snapshot is of a longer list than
        the one requested.
    """

    id: int
    table_name: str
    path: str
    params: dict[str, Any]
    observed_at: dt.datetime
    rows: int
    provenance: dict[str, Any]
    columns: str
    content: int
    part: str
    narrowed: dict[str, str] = field(default_factory=dict)


class Lists:
    """The snapshots of lists in a store.

    Parameters
    ----------
    ledger
        The store's ledger, which names the parts with their rows.
    """

    def __init__(self, ledger: StoreLedger) -> None:
        self.ledger = ledger

    def keep(
        self,
        table: Table,
        path: str,
        params: Mapping[str, Any],
        frame: pd.DataFrame,
        observed_at: dt.datetime,
        *,
        seen_at: Sequence[dt.datetime] | None = None,
        once: bool = False,
    ) -> ListSnapshot:
        """Keep a complete list as it was at a moment.

        If its rows are those of the snapshot before, only the ledger gets longer.

        Parameters
        ----------
        table
            What the rows are.
        path, params
            The path and the parameters that were sent; a None among them counts as not sent.
        frame
            The frame that the loader returns, with its provenance.
        observed_at
            The server's time of the last answer.
        seen_at
            The server's time of the answer with each row; None for `observed_at`.
        once
            True if the same answers may have been kept already: a snapshot of this moment with
            these rows is returned then.

        Raises
        ------
        ArgumentError
            The frame isn't complete, or the table's name can't be that of a folder.
        StoreBusyError, StoreWriteError
            Another process writes, or a file can't be written; nothing is changed.
        """
        facts = frame.attrs[ATTRIBUTE]
        if not facts.get("complete"):
            raise ArgumentError("frame", frame, problem="only a complete list can be kept")
        if not _NAME.fullmatch(table.name):
            raise ArgumentError("table", table.name, "lower-case letters, digits, - and _")
        rows, columns = stored_rows(frame)
        with self.ledger.writing(f"keeping {table.name}"):
            exact = _canonical(params)
            before = self._at(table, path, exact, stored_moment(observed_at))
            again = before is not None and self._repeats(before, rows, columns)
            if before and again and once and before.observed_at == observed_at:
                return before
            # Rows with moments of their own can't share those of a list before.
            again = again and observed_at - min(seen_at or [observed_at]) < _ONE_MOMENT
            content = before.content if before and again else secrets.randbits(_CONTENT_BITS)
            part = None if again else self._write(table, rows, content, observed_at, seen_at)
            with self.ledger.transaction() as connection:
                if part is not None:
                    add_part(connection, part)
                    part_name = part.name
                else:
                    # Not `before.part`, which another thread may have merged since.
                    query = "SELECT part FROM snapshots WHERE content = ? LIMIT 1"
                    part_name = str(connection.execute(query, (content,)).fetchone()[0])
                values = (
                    table.name,
                    path,
                    exact,
                    stored_moment(observed_at),
                    len(frame),
                    # Parameters are as a caller passed them, and a key must not get into a file.
                    redact(json.dumps(facts, ensure_ascii=False)),
                    _shape(connection, columns),
                    content,
                    part_name,
                )
                added = connection.execute(_ADD, values).lastrowid
        return self._by_id(added)

    def find(
        self,
        table: Table,
        path: str,
        params: Mapping[str, Any],
        *,
        as_of: dt.datetime | None = None,
        since: dt.datetime | None = None,
    ) -> ListSnapshot | None:
        """Find the newest snapshot of a list, or of a longer one that includes it.

        Parameters
        ----------
        table, path, params
            As in `keep`. A list that was loaded without a parameter which the table declares to be
            a filter of one column, such as ``project_id``, includes the one with it.
        as_of
            The latest moment at which it may have been observed; None for any.
        since
            The earliest such moment; None for any. With it, a list that something has written to
            since then isn't found either.
        """
        upper = stored_moment(as_of) if as_of else None
        lower = stored_moment(since) if since else None
        asked = json.loads(_canonical(params))
        # By the newest of each; of two that are as new, the one that needs no condition.
        candidates = sorted(
            (
                (row["newest"], not conditions, row["params"], conditions)
                for row in self.ledger.rows(_NEWEST, (table.name, path, upper, lower))
                if (conditions := _conditions(table, json.loads(row["params"]), asked)) is not None
            ),
            key=lambda candidate: candidate[:2],
            reverse=True,
        )
        for newest, _, exact, conditions in candidates:
            found = self._at(table, path, exact, newest)
            if found and set(conditions) <= {one["name"] for one in json.loads(found.columns)}:
                return replace(found, narrowed=conditions)
        return None

    def load(
        self,
        table: Table,
        path: str,
        params: Mapping[str, Any],
        *,
        as_of: dt.datetime | None = None,
        since: dt.datetime | None = None,
        dtype_backend: DtypeBackend = "numpy_nullable",
    ) -> pd.DataFrame:
        """Return the frame of the snapshot that `find` finds.

        Raises
        ------
        StoreMissingError
            The store doesn't have it; the error says what it has instead.
        StoreDamagedError
            The file with its rows is missing or damaged.
        """
        found = self.find(table, path, params, as_of=as_of, since=since)
        if found is None:
            raise self._missing(table, path, params, as_of, since)
        return self.read(found, dtype_backend=dtype_backend)

    def read(
        self, snapshot: ListSnapshot, *, dtype_backend: DtypeBackend = "numpy_nullable"
    ) -> pd.DataFrame:
        """Return the frame of a snapshot, as its loader returned it.

        Its provenance has one more fact: ``store`` says that all of it is from the store, and when
        it was fetched and observed.

        Raises
        ------
        StoreDamagedError
            The file with its rows is missing or damaged.
        """
        rows = self._rows(snapshot)
        for name, wish in snapshot.narrowed.items():
            rows = rows.filter(pc.equal(rows[name].cast(TEXT), wish))
        frame = restored_frame(rows, snapshot.columns, dtype_backend)
        facts = dict(snapshot.provenance)
        if snapshot.narrowed:
            # The names of more projects than requested, and counts of rows that are left out here.
            for name in ("names", "unreadable", "dropped", "duplicates"):
                facts.pop(name, None)
            facts["params"] = {**snapshot.params, **snapshot.narrowed}
        origin = {
            "part": "all",
            "fetched_at": facts.get("fetched_at"),
            "observed_at": snapshot.observed_at.isoformat(),
        }
        frame.attrs[ATTRIBUTE] = {**facts, "rows": len(frame), "store": origin}
        return frame

    def snapshots(self, table: str | None = None) -> list[ListSnapshot]:
        """Return all snapshots of a table, or of all, in the order of the moments observed."""
        order = "?1 IS NULL OR table_name = ?1 ORDER BY table_name, observed_at, snapshots.id"
        return [_snapshot(row) for row in self.ledger.rows(f"{_SELECT} {order}", (table,))]

    def newest(self, table: str) -> list[ListSnapshot]:
        """Return the newest snapshot of each list of a table, from the newest on."""
        newest = "SELECT max(id) FROM snapshots WHERE table_name = ? GROUP BY path, params"
        order = "ORDER BY observed_at DESC, snapshots.id DESC"
        found = self.ledger.rows(f"{_SELECT} snapshots.id IN ({newest}) {order}", (table,))
        return [_snapshot(row) for row in found]

    def parts_of(self, table: Table, path: str, params: Mapping[str, Any]) -> list[ListSnapshot]:
        """Return the newest snapshot of each list that is only a part of another one.

        ``narrowed`` has the conditions that rows of the other one meet if they are in the part.
        """
        had = json.loads(_canonical(params))
        found = []
        for one in self.newest(table.name):
            conditions = _conditions(table, had, one.params) if one.path == path else None
            if conditions:
                found.append(replace(one, narrowed=conditions))
        return found

    def newest_id(self) -> int:
        """Return the number of the snapshot that was kept last; 0 if there is none."""
        return int(self.ledger.rows("SELECT coalesce(max(id), 0) FROM snapshots")[0][0])

    def kept_after(self, id_: int, table: str) -> list[ListSnapshot]:
        """Return the snapshots of a table that were kept after another one."""
        found = self.ledger.rows(
            f"{_SELECT} table_name = ? AND snapshots.id > ? ORDER BY snapshots.id", (table, id_)
        )
        return [_snapshot(row) for row in found]

    def before(self, snapshot: ListSnapshot, ignoring: Collection[str] = ()) -> ListSnapshot | None:
        """Return the snapshot before one of the same list.

        Lists are the same if their path and parameters are, apart from those that are ignored.
        """
        earlier = self.ledger.rows(
            "SELECT id, params FROM snapshots WHERE table_name = ? AND path = ? AND id < ? "
            "ORDER BY id DESC",
            (snapshot.table_name, snapshot.path, snapshot.id),
        )

        def without(params: Mapping[str, Any]) -> dict[str, Any]:
            return {name: value for name, value in params.items() if name not in ignoring}

        wanted = without(snapshot.params)
        same = (id_ for id_, params in earlier if without(json.loads(params)) == wanted)
        found = next(same, None)
        return None if found is None else self._by_id(found)

    def _at(self, table: Table, path: str, exact: str, moment: str) -> ListSnapshot | None:
        """Return the newest snapshot of just this list at a moment."""
        found = self.ledger.rows(
            f"{_SELECT} table_name = ? AND path = ? AND params = ? AND observed_at <= ? "
            "ORDER BY observed_at DESC, snapshots.id DESC LIMIT 1",
            (table.name, path, exact, moment),
        )
        return _snapshot(found[0]) if found else None

    def _by_id(self, id_: int | None) -> ListSnapshot:
        return _snapshot(self.ledger.rows(f"{_SELECT} snapshots.id = ?", (id_,))[0])

    def _missing(
        self,
        table: Table,
        path: str,
        params: Mapping[str, Any],
        as_of: dt.datetime | None,
        since: dt.datetime | None,
    ) -> StoreMissingError:
        projects = dict(map(tuple, self.ledger.rows(_PROJECTS)))
        wanted = f"{table.name} of {_list_name(path, _canonical(params), projects)}"
        wanted += f" as of {as_of:%Y-%m-%d %H:%M:%S} UTC" if as_of else ""
        wanted += f" since {since:%Y-%m-%d %H:%M:%S} UTC" if since else ""
        others = self.ledger.rows(
            "SELECT path, params, min(observed_at), max(observed_at) FROM snapshots "
            "WHERE table_name = ? GROUP BY path, params ORDER BY max(observed_at) DESC",
            (table.name,),
        )
        lists = [
            f"{_list_name(path, params, projects)} from {first[:19]}Z to {last[:19]}Z"
            for path, params, first, last in others
        ]
        known = f"these lists of {table.name}: {listing(lists, 3)}" if lists else "no such lists"
        first = self._first_at(table, path, params) if as_of is not None else None
        advice = f"Load it: connect(store=...), then {table.loader} or store.sync()"
        if first is not None:
            moment = first.replace(".000000Z", "Z")
            advice = f"The first one of it is from {moment}: pass that moment or a later one"
        return StoreMissingError(str(self.ledger.folder), wanted, known, advice)

    def _first_at(self, table: Table, path: str, params: Mapping[str, Any]) -> str | None:
        """Return the moment of the first snapshot of a list, or of a longer one."""
        asked = json.loads(_canonical(params))
        firsts = self.ledger.rows(
            "SELECT params, min(observed_at) FROM snapshots WHERE table_name = ? AND path = ? "
            "GROUP BY params",
            (table.name, path),
        )
        found = [
            first for had, first in firsts if _conditions(table, json.loads(had), asked) is not None
        ]
        return min(found, default=None)

    def _write(
        self,
        table: Table,
        rows: pa.Table,
        content: int,
        observed_at: dt.datetime,
        seen_at: Sequence[dt.datetime] | None,
    ) -> PartFile:
        count = rows.num_rows
        moments = list(seen_at or [observed_at] * count)
        placed = (
            rows.append_column(CONTENT, pa.repeat(pa.scalar(content, pa.int64()), count))
            .append_column(SEEN_AT, pa.array(moments, INSTANT))
            .append_column(PLACE, pa.array(range(count), pa.int32()))
        )
        month = f"{observed_at.astimezone(dt.UTC):%Y-%m}"
        return write_part(
            self.ledger.folder,
            table.name,
            month,
            placed,
            first_at=min(moments, default=observed_at),
            last_at=observed_at,
        )

    def _repeats(self, before: ListSnapshot, rows: pa.Table, columns: str) -> bool:
        """Return whether a snapshot has these rows; one that can't be read hasn't."""
        if before.columns != columns or before.rows != rows.num_rows:
            return False
        try:
            return bool(self._rows(before).equals(rows))
        except StoreDamagedError:
            return False

    def _rows(self, snapshot: ListSnapshot) -> pa.Table:
        """Read the rows of a snapshot, in their order."""
        while True:
            try:
                return self._rows_of(snapshot)
            except StoreDamagedError:
                # Another process may have merged the part into a new one, and deleted it.
                now = self._by_id(snapshot.id)
                if now.part == snapshot.part:
                    raise
                snapshot = now

    def _rows_of(self, snapshot: ListSnapshot) -> pa.Table:
        found = self.ledger.rows("SELECT * FROM parts WHERE name = ?", (snapshot.part,))
        if not found:
            raise StoreDamagedError(
                str(self.ledger.folder / snapshot.part), "it is not in the ledger"
            )
        part = PartFile(*found[0])
        folder, content = self.ledger.folder, snapshot.content
        if part.rows == snapshot.rows:
            rows = read_parts(folder, [part], filters=ds.field(CONTENT) == content)
        else:
            rows = read_rows_with(folder, part, CONTENT, content)
        if (np.diff(rows[PLACE].to_numpy()) < 0).any():  # as in a merged part
            rows = rows.sort_by(PLACE)
        return rows.drop_columns([CONTENT, SEEN_AT, PLACE]).combine_chunks()


def _canonical(params: Mapping[str, Any]) -> str:
    """Write equal parameters as the same text."""
    given = {name: value for name, value in params.items() if value is not None}
    return redact(json.dumps(given, sort_keys=True, ensure_ascii=False, default=str))


def _list_name(path: str, canonical: str, projects: Mapping[str, str]) -> str:
    """Name a list by its path and parameters, and its project by the name that is known."""
    given = json.loads(canonical)
    if (name := projects.get(given.get("project_id"))) is not None:
        given = {"project": repr(name), **given}
        del given["project_id"]
    params = ", ".join(f"{name}={value}" for name, value in given.items())
    return f"{path} ({params})" if params else path


def _conditions(
    table: Table, had: Mapping[str, Any], asked: Mapping[str, Any]
) -> dict[str, str] | None:
    """Return the conditions for rows of a list to be in another; None if it isn't a part of it."""
    missing = asked.keys() - had.keys()
    if any(name not in asked or asked[name] != value for name, value in had.items()):
        return None
    columns = {
        one.name: one.columns[0]
        for one in table.filters
        if len(one.columns) == 1 and not one.part and one.name != "dates"
    }
    plain = all(name in columns and isinstance(asked[name], str) for name in missing)
    return {columns[name]: asked[name] for name in missing} if plain else None


def _shape(connection: sqlite3.Connection, columns: str) -> int:
    """Return the number of a list's columns, which it gets here if they are new."""
    connection.execute("INSERT OR IGNORE INTO shapes (columns) VALUES (?)", (columns,))
    found = connection.execute("SELECT id FROM shapes WHERE columns = ?", (columns,))
    return int(found.fetchone()[0])


def _snapshot(row: Sequence[Any]) -> ListSnapshot:
    id_, table, path, params, observed_at, rows, provenance, columns, content, part = row
    return ListSnapshot(
        id=id_,
        table_name=table,
        path=path,
        params=json.loads(params),
        observed_at=dt.datetime.fromisoformat(observed_at),
        rows=rows,
        provenance=json.loads(provenance),
        columns=columns,
        content=content,
        part=part,
    )


def stored_rows(frame: pd.DataFrame) -> tuple[pa.Table, str]:
    """Return a loaded frame's rows in one Arrow type for each kind of column, and its columns.

    Either kind of dtypes gives the same. Categories are stored as texts; the columns, as JSON,
    have their words in order, since a file may not have all of them.
    """
    arrays, columns = [], []
    for name, column in frame.items():
        array = pa.array(column, from_pandas=True)
        values = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
        words = None
        if pa.types.is_dictionary(values.type):
            words = values.dictionary.to_pylist()
            values = values.dictionary_decode()
        is_text = pa.types.is_string(values.type) or words is not None
        arrays.append(values.cast(TEXT) if is_text else values)
        columns.append({"name": name, "words": words})
    rows = pa.Table.from_arrays(arrays, [str(one["name"]) for one in columns])
    return rows, json.dumps(columns, ensure_ascii=False)


def restored_frame(rows: pa.Table, columns: str, dtype_backend: DtypeBackend) -> pd.DataFrame:
    """Return the frame of stored rows, without its provenance."""
    declared = json.loads(columns)
    arrays = [
        rows[one["name"]]
        if one["words"] is None
        else as_categories(rows[one["name"]], pa.array(one["words"], TEXT))
        for one in declared
    ]
    named = pa.Table.from_arrays(arrays, [one["name"] for one in declared])
    return to_frame(named, dtype_backend)


def as_categories(texts: pa.ChunkedArray, words: pa.Array) -> pa.ChunkedArray:
    """Return texts as the categories that frames have; a text that is no word is null."""
    codes = pc.index_in(texts.combine_chunks(), value_set=words)
    return pa.chunked_array([pa.DictionaryArray.from_arrays(codes, words)])
