"""What differs between a loaded frame and a copy that somebody edited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from trackagoat_pandas.checks import check_choice, is_null, require_columns
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.tables import table
from trackagoat_pandas.tables.model import Kind, Table
from trackagoat_pandas.tables.writes import WRITABLE

Resource: TypeAlias = Literal[
    "creators", "videos", "campaigns", "projects", "annotations", "payout_methods",
    "payout_structures", "payout_payments",
]  # fmt: skip
_TEXT = pd.StringDtype(storage="pyarrow", na_value=np.nan)
_NAMED = 5
"""How many ids a message names."""


class _Edit(NamedTuple):
    row: int
    field: str
    before: Any
    after: Any


def diff(
    before: pd.DataFrame, after: pd.DataFrame, *, resource: Resource | None = None
) -> pd.DataFrame:
    """Find the cells that differ between a loaded frame and an edited copy of it.

    Rows are matched by ``id``, in whatever order they are; a missing value equals a missing one,
    and how a column stores its values makes no difference. Columns that the copy lacks count as
    unchanged. :func:`actions.apply <trackagoat_pandas.actions.apply>` sends what was found.

    Parameters
    ----------
    before
        A frame as it was loaded.
    after
        The copy.
    resource
        What the rows are, where the frames don't say where they came from.

    Returns
    -------
    pandas.DataFrame
        A row a changed cell, by rows of ``before``: ``resource``, ``id``, ``field`` (the column),
        ``before`` and ``after``, as the API writes them: days and instants as text, None for what
        is missing.

    Raises
    ------
    ArgumentError
        Rows or columns were added, rows removed, an id stands twice, or a column was changed that
        can't be written; the message names them.
    ChoiceError, ArgumentTypeError, MissingColumnError
        Nobody says what the rows are, or something isn't a frame with ``id``.

    Examples
    --------
    >>> import pandas as pd
    >>> creators = pd.DataFrame({"id": ["a", "b"], "description": ["Mornings", None]})
    >>> edited = creators.assign(description=["Evenings", None])
    >>> diff(creators, edited, resource="creators")[["id", "field", "before", "after"]]
      id        field    before     after
    0  a  description  Mornings  Evenings
    """
    name = _resource_of(before, after, resource)
    old, new = _keyed("before", before), _keyed("after", after)
    _check_same("rows were added", new.index.difference(old.index, sort=False))
    _check_same("rows were removed", old.index.difference(new.index, sort=False))
    _check_same("columns were added", [one for one in new.columns if one not in old.columns])
    edits = _edits(old, new.loc[old.index], table(name))
    refused = dict.fromkeys(edit.field for edit in edits if edit.field not in WRITABLE[name])
    if refused:
        can = ", ".join(WRITABLE[name])
        raise ArgumentError("after", list(refused), f"of {name}, only {can} can be changed")
    return _frame(name, old.index, sorted(edits, key=lambda edit: edit.row))


def _resource_of(before: pd.DataFrame, after: pd.DataFrame, given: str | None) -> str:
    require_columns(before, ["id"])
    require_columns(after, ["id"])
    if given is None:
        paths = [frame.attrs.get("trackagoat", {}).get("path", "") for frame in (before, after)]
        for name in WRITABLE:
            home = table(name).path
            if any(path == home or path.startswith(f"{home}/") for path in paths):
                return name
    return check_choice("resource", given, tuple(WRITABLE))


def _keyed(argument: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Give the frame by its ids, each of which must stand there once."""
    ids = frame["id"].astype(object)
    if ids.isna().any():
        raise ArgumentError(argument, None, "a row has no id")
    twice = ids[ids.duplicated()].unique().tolist()
    if twice:
        raise ArgumentError(argument, twice[:_NAMED], "each id must stand in one row")
    return frame.drop(columns="id").set_axis(pd.Index(ids, dtype=object), axis=0)


def _check_same(problem: str, found: Iterable[Any]) -> None:
    names = list(found)
    if names:
        shown = names[:_NAMED]
        raise ArgumentError(
            "after", shown, f"{problem} ({len(names)} in all): only cells may differ"
        )


def _edits(old: pd.DataFrame, new: pd.DataFrame, described: Table) -> list[_Edit]:
    kinds: dict[str, Kind] = {column.name: column.kind for column in described.columns}
    found: list[_Edit] = []
    for name in new.columns:
        if old[name].equals(new[name]):
            continue
        kind = kinds.get(name, "text")
        pairs = zip(old[name].astype(object), new[name].astype(object), strict=True)
        for row, (was, is_now) in enumerate(pairs):
            left, right = _plain(was, kind), _plain(is_now, kind)
            if left != right:
                found.append(_Edit(row, name, left, right))
    return found


def _plain(cell: Any, kind: Kind) -> Any:
    """Give a cell as the API writes it."""
    if is_null(cell):
        return None
    if isinstance(cell, dt.date | np.datetime64):
        return _written(pd.Timestamp(cell), kind)
    value = cell.item() if isinstance(cell, np.generic) else cell
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _written(stamp: pd.Timestamp, kind: Kind) -> str:
    if kind == "day" and stamp.tzinfo is None and stamp == stamp.normalize():
        return stamp.date().isoformat()
    if stamp.tzinfo is None:
        return stamp.isoformat()
    return stamp.tz_convert("UTC").tz_localize(None).isoformat() + "Z"


def _frame(name: str, ids: pd.Index[Any], edits: list[_Edit]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "resource": pd.Series([name] * len(edits), dtype=_TEXT),
            "id": pd.Series([ids[edit.row] for edit in edits], dtype=_TEXT),
            "field": pd.Series([edit.field for edit in edits], dtype=_TEXT),
            "before": pd.Series([edit.before for edit in edits], dtype=object),
            "after": pd.Series([edit.after for edit in edits], dtype=object),
        }
    )
