"""What differs between two lists of a store, and the history of its rows, with their names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from trackagoat_pandas.base.types import Bools, DtypeBackend
from trackagoat_pandas.base.warnings import warn
from trackagoat_pandas.errors import (
    IncompleteFrameWarning,
    MissingColumnError,
    StoreDamagedError,
    StoreMissingError,
)
from trackagoat_pandas.frames.build import ATTRIBUTE
from trackagoat_pandas.helpers.columns import categories
from trackagoat_pandas.helpers.diffs import STAMP
from trackagoat_pandas.helpers.labels import IDS, LABELS, arranged, with_known_names
from trackagoat_pandas.inputs.arrow import STRING
from trackagoat_pandas.store.disk.folder import Archive
from trackagoat_pandas.store.disk.histories import MOMENT, read_history
from trackagoat_pandas.store.disk.lists import ListSnapshot
from trackagoat_pandas.store.scope import known_timezone
from trackagoat_pandas.tables import (
    CAMPAIGNS,
    CREATORS,
    PAYOUT_STRUCTURES,
    PROJECTS,
    VIDEOS,
    Table,
)

CHANGES: Final = ("added", "removed", "changed")
COUNTS: Final[Mapping[str, tuple[str, ...]]] = {
    VIDEOS.name: ("view_count", "like_count", "comment_count", "share_count", "save_count"),
    CREATORS.name: ("follower_count", "total_likes", "video_count"),
}
"""The counts of each list, which usually only grow."""
_NAMING: Final = ("tiktok_handle", "title", "name", "label")
"""The columns that name a row in its own list."""
_SHOWN: Final = ("creator_id", "video_id", "campaign_id", "structure_id")
"""The columns of ids whose names are shown even if the ids were not asked for."""
_LISTS: Final = {
    "creators": CREATORS,
    "videos": VIDEOS,
    "campaigns": CAMPAIGNS,
    "projects": PROJECTS,
    "structures": PAYOUT_STRUCTURES,
}
"""The lists that know the names of each kind of id."""


class Compared(NamedTuple):
    """Two lists by their keys: the keys that both have, and where values differ there."""

    then: pd.DataFrame
    now: pd.DataFrame
    shared: pd.Index
    differs: dict[str, Bools]


def compare_lists(then: pd.DataFrame, now: pd.DataFrame, table: Table) -> Compared:
    """Compare two lists of a table, in the columns that both have.

    Missing values are equal to each other. Rows without a key can't be followed.
    """
    then, now = _by_key(then, table), _by_key(now, table)
    shared = now.index.intersection(then.index, sort=False)
    before, after = then.loc[shared], now.loc[shared]
    both = [name for name in now.columns if name in then.columns]
    differs = {
        one: np.asarray(_objects(before[one]) != _objects(after[one]), np.bool_) for one in both
    }
    return Compared(then, now, shared, differs)


def _by_key(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    keyed = frame.dropna(subset=list(table.key))
    return keyed.astype(dict.fromkeys(table.key, STRING)).set_index(list(table.key))


def _objects(values: pd.Series) -> Any:
    """Return values as Python's own, and None for a missing one."""
    objects = np.array(values.astype(object), object)
    # None equals itself, which NaN and NA don't.
    objects[values.isna().to_numpy(np.bool_)] = None
    return objects


def find_changes(
    archive: Archive,
    table: Table,
    path: str,
    params: Mapping[str, Any],
    *,
    since: tuple[dt.datetime, dt.datetime],
    until: dt.datetime | None,
    columns: Sequence[str] | None,
) -> pd.DataFrame:
    """Return the rows and values that differ between the lists of two moments.

    ``since`` are the begin and the end of the day after which changes count, or a moment twice.

    Raises
    ------
    StoreMissingError
        The store has no list from the first moment or before, or none between the two.
    MissingColumnError
        Neither list has a column.
    """
    lists = archive.lists
    then = lists.find(table, path, params, as_of=since[0])
    if then is None:  # nothing is older than the first list of that day
        then = lists.find(table, path, params, as_of=since[1])
        while then and (older := lists.find(table, path, params, as_of=_before(then))):
            then = older
    if then is None:
        lists.load(table, path, params, as_of=since[0])  # which raises the error
        raise AssertionError
    now = lists.find(table, path, params, as_of=until)
    if now is None or now.observed_at <= then.observed_at:
        wanted = f"list of {table.name} that was loaded after {_write_moment(then.observed_at)}"
        known = f"the one from {_write_moment(then.observed_at)}"
        advice = "Load it with a client that has this store"
        raise StoreMissingError(str(archive.path), wanted, known, advice)
    compared = compare_lists(lists.read(then), lists.read(now), table)
    if columns is not None and (unknown := [one for one in columns if one not in compared.differs]):
        where = f"Both lists of {table.name} have"
        raise MissingColumnError(unknown, compared.differs, where=where)
    rows = _rows(compared, table, columns)
    found = _with_stored_names(archive, rows).drop(columns=_about(table), errors="ignore")
    found.attrs[ATTRIBUTE] = _facts(archive, path, (then, now), len(found))
    return arranged(found)


def _before(snapshot: ListSnapshot) -> dt.datetime:
    return snapshot.observed_at - dt.timedelta(microseconds=1)


def _rows(compared: Compared, table: Table, columns: Sequence[str] | None) -> pd.DataFrame:
    """Return a row for each key that only one list has, and one for each value that differs."""
    then, now, shared, differs = compared
    wanted = columns or [name for name in differs if name != STAMP]
    kinds: list[tuple[str, str | None, pd.Index]] = [
        ("added", None, now.index.difference(shared, sort=False)),
        ("removed", None, then.index.difference(shared, sort=False)),
        *(("changed", name, shared[differs[name]]) for name in wanted),
    ]
    shown = [name for name in (*_NAMING, *_SHOWN) if name in now.columns and name in then.columns]
    parts = []
    for change, field, keys in kinds:
        part = (then if change == "removed" else now).loc[keys, shown].reset_index()
        part = part.assign(
            change=pd.Series(change, part.index, STRING), field=pd.Series(field, part.index, STRING)
        )
        before = after = np.full(len(part), None, object)
        difference = pd.Series(pd.NA, part.index, dtype="Float64")
        if field is not None:
            was, is_now = then.loc[keys, field], now.loc[keys, field]
            before, after = _objects(was), _objects(is_now)
            if all(pd.api.types.is_any_real_numeric_dtype(one) for one in (was, is_now)):
                difference = (is_now - was).astype("Float64").array
        # Said to be objects, or pandas would make a text of each column of texts.
        objects = {
            "before": pd.Series(before, part.index, object),
            "after": pd.Series(after, part.index, object),
        }
        parts.append(part.assign(**objects, difference=difference))
    texts = dict.fromkeys([*table.key, "field"], STRING)
    found = pd.concat(parts, ignore_index=True).astype(texts)
    return found.assign(change=categories(found["change"], CHANGES))


def _about(table: Table) -> list[str]:
    """Return the columns of ids that are only read for their names."""
    return [name for name in _SHOWN if name not in table.key]


def _facts(
    archive: Archive,
    path: str,
    lists: tuple[ListSnapshot, ListSnapshot],
    rows: int,
) -> dict[str, Any]:
    then, now = lists
    resumed = sum("resumed" in one.provenance for one in lists)
    return {
        "path": path,
        "params": {**now.params, **now.narrowed},
        "complete": True,
        "requests": 0,
        "rows": rows,
        "timezone": known_timezone(archive),
        "project": now.provenance.get("project"),
        "compared": {
            "since": _write_moment(then.observed_at),
            "until": _write_moment(now.observed_at),
        },
        "store": {"part": "all"},
        **({"resumed": {"lists": resumed}} if resumed else {}),
    }


def _write_moment(moment: dt.datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def find_falls(
    archive: Archive,
    table: Table,
    project_id: str | None,
    as_of: dt.datetime | None,
    dtype_backend: DtypeBackend,
) -> pd.DataFrame:
    """Return each count that a list has lower than the list before, or not any more.

    Raises
    ------
    StoreMissingError
        The store has no list of this table.
    """
    known = read_history(archive.ledger, table, None, None, dtype_backend=dtype_backend)
    is_wanted = pd.Series(data=True, index=known.index)
    if project_id is not None:
        is_wanted &= (known["project_id"] == project_id).fillna(value=False).astype(bool)
    if as_of is not None:
        is_wanted &= known[MOMENT] <= as_of
    facts, rows = known.attrs[ATTRIBUTE], known[is_wanted.to_numpy(np.bool_)].reset_index(drop=True)
    # The row before is of the same thing only if it has the same key.
    is_same = rows[list(table.key)].eq(rows[list(table.key)].shift()).all(axis=1).to_numpy(np.bool_)
    parts = []
    for count in COUNTS[table.name]:
        if count not in rows.columns:
            continue
        values = rows[count].astype("Float64")
        before = values.shift()
        is_lower = (values < before).fillna(value=False) | (values.isna() & before.notna())
        fell = np.flatnonzero(is_lower.to_numpy(np.bool_) & is_same)
        own = [name for name in (*_NAMING, *_SHOWN, *table.key) if name in rows.columns]
        parts.append(
            rows.loc[fell, own].assign(
                metric=count,
                first_value=before[fell],
                value=values[fell],
                change=(values - before)[fell],
                first_seen=rows[MOMENT].shift()[fell],
                last_seen=rows[MOMENT][fell],
            )
        )
    is_arrow = dtype_backend == "pyarrow"
    number = pd.ArrowDtype(pa.float64()) if is_arrow else "Float64"
    text = pd.ArrowDtype(pa.string()) if is_arrow else STRING
    numbers = dict.fromkeys(("first_value", "value", "change"), number)
    found = pd.concat(parts, ignore_index=True).astype({"metric": text, **numbers})
    found = _with_stored_names(archive, found).drop(columns=_about(table), errors="ignore")
    found.attrs[ATTRIBUTE] = {
        **facts,
        "rows": len(found),
        "timezone": known_timezone(archive),
    }
    return arranged(found)


def named_history(
    archive: Archive,
    table: Table,
    ids: Sequence[str] | None,
    columns: Sequence[str] | None,
    names_at: dt.datetime | None,
    until: dt.datetime | None,
    dtype_backend: DtypeBackend,
) -> pd.DataFrame:
    """Return the history of a table's rows in reading order, with the names that the lists know.

    With a moment they are the names of then, or the first known ones of what was listed later.

    Raises
    ------
    StoreMissingError
        The store has no list of this table.
    MissingColumnError
        No list of this table has a column.
    """
    about = [name for name in _SHOWN if name in table.names]
    asked = None
    if columns is not None:
        own = [name for name in _NAMING if name in table.names]
        asked = list(dict.fromkeys([*own, *about, *columns]))
    found = read_history(archive.ledger, table, ids, asked, dtype_backend=dtype_backend)
    if until is not None:
        facts = found.attrs[ATTRIBUTE]
        found = found[found[MOMENT] <= until].reset_index(drop=True)
        found.attrs[ATTRIBUTE] = {**facts, "until": until.isoformat(), "rows": len(found)}
    named = _with_stored_names(archive, found, names_at)
    if columns is not None:
        # The ids were only read for their names.
        named = named.drop(columns=[*({*about} - {*table.key, *columns})])
    named.attrs[ATTRIBUTE]["timezone"] = known_timezone(archive)
    return arranged(named)


def _with_stored_names(
    archive: Archive, frame: pd.DataFrame, names_at: dt.datetime | None = None
) -> pd.DataFrame:
    """Add the names that the stored lists have for a frame's ids: the newest, or of a moment."""
    return with_known_names(frame, list(_names_of(archive, frame, names_at)))


def _names_of(
    archive: Archive, frame: pd.DataFrame, at: dt.datetime | None
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the names of the ids in a frame, as the lists that the store has know them."""
    for kind, table in _LISTS.items():
        used = [frame[name] for name in IDS[kind] if name in frame.columns]
        if not used:
            continue
        ids = pd.concat(used).dropna().astype(str).unique().tolist()
        wanted = [name for name in LABELS[kind] if name in table.names]
        try:
            known = read_history(archive.ledger, table, ids, wanted)
        except StoreMissingError:
            continue  # no list of them was ever loaded
        except StoreDamagedError as error:
            warn(f"the history has no names of {table.name}: {error}", IncompleteFrameWarning)
            continue
        if at is not None:
            is_later = (known[MOMENT] > at) & known.duplicated("id")
            known = known[~is_later]
        yield kind, known.drop_duplicates("id", keep="last").drop(columns=MOMENT)
