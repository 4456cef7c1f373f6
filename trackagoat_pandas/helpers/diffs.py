"""What differs between two frames of one table: rows that were added or removed, and cells."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any, Final, Literal, TypeAlias, get_args

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Bools, Instants, Words
from trackagoat_pandas.base.warnings import warn
from trackagoat_pandas.base.wording import ids_of_handles
from trackagoat_pandas.errors import (
    ArgumentError,
    MismatchedFramesWarning,
    MissingArgumentError,
    MissingColumnError,
    listing,
)
from trackagoat_pandas.helpers.columns import STRING, categories
from trackagoat_pandas.helpers.cuts import rows_said
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.labels import Names
from trackagoat_pandas.inputs.checks import (
    check_choice,
    check_names,
    entity_of,
    frame_params,
    is_null,
    loaded_at,
    require_columns,
)
from trackagoat_pandas.tables import table
from trackagoat_pandas.tables.model import Kind

Resource: TypeAlias = Literal[
    "creators", "videos", "campaigns", "projects", "annotations", "payout_methods",
    "payout_structures", "payout_payments", "payout_assignments", "payout_accruals",
]  # fmt: skip
STAMP: Final = "updated_at"
"""It says that something has changed, and not what."""
_CHANGES: Final = ("changed", "added", "removed")
_COLUMNS: Final = ["resource", "change", "name", "field", "before", "after", "id"]
_OWNER: Final = "creator_id"
_CALLED: Final = ("tiktok_handle", "title", "name", "label", "tiktok_video_id")
"""The columns that hold what a row is called; the first without a gap counts."""
_FILTERS: Final = ("project_id", "creator_id", "search", "status", "from", "to")
"""The parameters of a load that select rows."""
_ENDS: Final = ("before", "after")
_INSTEAD: Final = {
    "entity_id": "Of analytics, `store.restatements` lists the values that the server has changed,"
    " and `explain_change` says what made them rise or fall.",
    "goal_id": "Goals are changed one at a time by `actions.update_goal`.",
}
"""What is done with frames that have no ids of rows, by a column of theirs."""
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
"""The start of a day or an instant. '01.06.2026' is ambiguous, and the action will refuse it."""
_ZONE: Final = r"(?:Z|[+-]\d\d:?\d\d)$"
_NAMED = 5
"""The number of ids that a message lists."""


@derived("before", "after")
def diff(
    before: pd.DataFrame,
    after: pd.DataFrame,
    *,
    columns: str | Sequence[str] | None = None,
    resource: Resource | None = None,
    names: Names = None,
) -> pd.DataFrame:
    """Find the rows and cells that differ between two frames of one table.

    The frames are two loads of one list, or a loaded frame and an edited copy of it. Rows are
    matched by ``id``, in any order. Missing values are equal to each other, and dtypes don't
    matter: a round trip through CSV, where days, numbers and flags become text, or text such as
    ``007`` becomes a number, is not a change. A column that only one of the frames has is not
    compared. :func:`actions.apply <trackagoat_pandas.actions.apply>` sends the changed cells of an
    edited copy.

    Parameters
    ----------
    before : DataFrame
        The frame as it was loaded.
    after : DataFrame
        A frame that was loaded later, or the edited copy.
    columns : str or list of str, optional
        The column or columns to compare; by default all that both frames have, except
        ``updated_at``, which says that something has changed and not what.
    resource : str, optional
        What the rows are; only needed if neither frame's provenance says so.
    names : DataFrame or list of DataFrame, optional
        A frame, or a list of them, with names for the creators of rows, such as that of
        :func:`load_creators`. Those of videos are known by the addresses of these.

    Returns
    -------
    pandas.DataFrame
        One row for each changed cell, each removed row and each added row, in the order of the rows
        of ``before``, with what was added last: ``name`` (what the row is called: a handle, title
        or name; NA if it has none); ``resource``; ``change`` (category: ``changed``, ``added``,
        ``removed``); ``field`` (the column; NA for a whole row); the two values ``before`` and
        ``after`` as the API writes them (days and instants as text, None for a missing value or a
        whole row); ``id``; and where the rows have creators ``creator_id``, with the
        ``tiktok_handle`` if a frame knows any. The note in the provenance counts the rows, and
        ``compared`` has the moments of both loads.

    Raises
    ------
    ArgumentError
        The frames are of different tables, a row has no id, or an id is in several rows; or neither
        the frames nor `resource` say what the rows are.
    ChoiceError, ArgumentTypeError, MissingColumnError
        `resource` is another word, or an argument isn't a frame with a column ``id`` and `columns`.

    Warns
    -----
    MismatchedFramesWarning
        ``after`` has other columns. Or rows may look added or removed although nothing changed: the
        frames were loaded with different filters, such as the project, or one was cut.

    See Also
    --------
    actions.apply : Send the changes.
    combine_loads : Join loads of different times.
    Store.changes : See what a list gained, lost and changed.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> creators = pd.DataFrame({"id": ["a", "b"], "description": ["Mornings", None]})
    >>> later = pd.DataFrame({"id": ["a", "c"], "description": ["Evenings", None]})
    >>> tgp.diff(creators, later, resource="creators")[["change", "field", "before", "after", "id"]]
        change        field    before     after id
    0  changed  description  Mornings  Evenings  a
    1  removed          NaN      None      None  b
    2    added          NaN      None      None  c
    """
    kind = _resource_of(before, after, resource)
    old, new = _by_id("before", before), _by_id("after", after)
    compared = _columns_to_compare(old, new, check_names("columns", columns))
    is_gone, is_new = ~old.index.isin(new.index), ~new.index.isin(old.index)
    shared, gone, added = old.index[~is_gone], old.index[is_gone], new.index[is_new]
    _warn_of_rows(before, after, len(gone) + len(added))
    kinds: dict[str, Kind] = {column.name: column.kind for column in table(kind).columns}
    was, is_now = old[compared].loc[shared], new[compared].loc[shared]
    lines = [_cells(was[name], is_now[name], kinds.get(name, "text")) for name in compared]
    for change, ids in (("removed", gone), ("added", added)):
        lines.append(pd.DataFrame({"id": ids, "change": change}, dtype=object))
    found = pd.concat(lines, ignore_index=True).reindex(columns=_COLUMNS).astype(object)
    # In the order of the older frame, with added rows at the end.
    rows = old.index.append(added).get_indexer(pd.Index(found["id"]))
    found = found.iloc[np.argsort(rows, kind="stable")].reset_index(drop=True)
    found = found.assign(
        resource=kind,
        change=categories(found["change"], _CHANGES),
        name=found["id"].map(pd.concat([_row_names(new), _row_names(old.loc[gone])])),
        **{end: found[end].where(found[end].notna(), None) for end in _ENDS},
    )
    texts = ["resource", "name", "field", "id"]
    if _OWNER in old.columns and _OWNER in new.columns:
        owners = pd.concat([new[_OWNER].astype(object), old.loc[gone, _OWNER].astype(object)])
        found[_OWNER] = found["id"].map(owners)
        texts.append(_OWNER)
    found = found.astype(dict.fromkeys(texts, STRING))
    found.attrs = {"trackagoat": _facts(found, kind, before, after)}
    return found


def _resource_of(before: pd.DataFrame, after: pd.DataFrame, given: str | None) -> str:
    for frame in (before, after):
        try:
            require_columns(frame, ["id"])
        except MissingColumnError as error:
            instead = [advice for name, advice in _INSTEAD.items() if name in error.available]
            if not instead:
                raise
            raise MissingColumnError(error.missing, error.available, advice=instead[0]) from None
    known, loaded = get_args(Resource), [entity_of(before), entity_of(after)]
    if None not in loaded and loaded[0] != loaded[1]:
        problem = f"`before` is a frame of {loaded[0]}s, and `after` one of {loaded[1]}s"
        raise ArgumentError("after", after, problem=problem)
    if given is not None:
        return check_choice("resource", given, known)
    for name in known:
        if name.removeprefix("payout_").removesuffix("s") in loaded:
            return str(name)
    raise MissingArgumentError("resource", f"name one of {', '.join(map(repr, known))}")


def _by_id(argument: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with its ids as index; each id must occur once."""
    ids = frame["id"].astype(object)
    if ids.isna().any():
        where = ids_of_handles(frame.columns)
        raise ArgumentError(argument, None, problem=f"a row has no id{where and f'. {where}'}")
    twice = ids[ids.astype(str).duplicated()].astype(str).unique().tolist()
    if twice:
        problem = f"each id must be in one row only; several rows have {listing(twice, _NAMED)}"
        raise ArgumentError(argument, twice[:_NAMED], problem=problem)
    return frame.drop(columns="id").set_axis(pd.Index(ids, dtype=object), axis=0)


def _columns_to_compare(old: pd.DataFrame, new: pd.DataFrame, wanted: Sequence[str]) -> list[str]:
    """Return the columns to compare, and warn of those that only the newer frame has."""
    if wanted:
        require_columns(old, wanted)
        require_columns(new, wanted)
        return list(wanted)
    if more := [name for name in new.columns if name not in old.columns]:
        said = f"`after` has columns that `before` doesn't: {listing(more, _NAMED)}"
        warn(f"diff: {said}. They aren't compared.", MismatchedFramesWarning)
    names = [name for name in new.columns if name in old.columns and name != STAMP]
    require_columns(old, names)
    require_columns(new, names)
    return names


def _warn_of_rows(before: pd.DataFrame, after: pd.DataFrame, differ: int) -> None:
    """Warn if rows may only seem added or removed."""
    if not differ:
        return
    asked = [frame_params(frame) for frame in (before, after)]
    others = [name for name in _FILTERS if asked[0].get(name) != asked[1].get(name)]
    said = [
        f"`{name}` has {cut}"
        for name, frame in (("before", before), ("after", after))
        if (cut := rows_said(frame))
    ]
    if all(asked) and others:
        said.insert(0, f"they were loaded with different filters ({listing(others)})")
    if said:
        why = " and ".join(said)
        message = (
            f"diff: some rows may look added or removed although nothing changed, since {why}."
        )
        warn(message, MismatchedFramesWarning)


def _row_names(frame: pd.DataFrame) -> pd.Series:
    """Return the name of each row."""
    called = pd.Series(None, frame.index, dtype=object)
    for name in _CALLED:
        if name in frame.columns:
            called = called.where(called.notna(), frame[name].astype(object))
    return called


def _facts(
    found: pd.DataFrame, kind: str, before: pd.DataFrame, after: pd.DataFrame
) -> dict[str, Any]:
    """Count the differences, and note when both frames were loaded."""
    rows = {change: found.loc[found["change"] == change, "id"].nunique() for change in _CHANGES}
    said = [f"{number:,} row{'s' * (number != 1)} {change}" for change, number in rows.items()]
    facts: dict[str, Any] = {"resource": kind, "note": ", ".join(said)}
    times = [loaded_at(before), loaded_at(after)]
    if None not in times and times[0] != times[1]:
        since, until = (f"{time:%Y-%m-%d %H:%M:%S} UTC" for time in times)
        facts["compared"] = {"since": since, "until": until}
    return facts


def _cells(old: pd.Series, new: pd.Series, kind: Kind) -> pd.DataFrame:
    """Find the cells of a column that differ, with both values as the API writes them."""
    some = _may_differ(old, new)
    old, new = old[some], new[some]
    if _is_held_as(kind, old, new):
        ids, values = old.index.to_numpy(object), [_written_all(old), _written_all(new)]
    else:
        # Read one by one: a CSV made text of them, or they are numbers that may be whole.
        differ = [
            (id_, left, right)
            for id_, was, is_now in zip(old.index, _objects(old), _objects(new), strict=True)
            for left, right in [(_plain(was, kind), _plain(is_now, kind))]
            if left != right and not (_is_text_of(was, is_now) or _is_text_of(is_now, was))
        ]
        found = pd.DataFrame(differ, columns=["id", *_ENDS], dtype=object)
        ids, *values = (found[name].to_numpy(object) for name in ("id", *_ENDS))
    cells = pd.DataFrame({"id": ids}, dtype=object)
    ends = dict(zip(_ENDS, values, strict=True))
    return cells.assign(change="changed", field=str(old.name), **ends)


def _may_differ(old: pd.Series, new: pd.Series) -> Bools:
    """Return which cells differ, or are stored in other ways, so that they have to be read."""
    was_missing, is_missing = (column.isna().to_numpy(bool) for column in (old, new))
    aware = [flag for column in (old, new) if (flag := _is_aware(column)) is not None]
    if aware:
        same: Any = _times(old, is_aware=aware[0]) == _times(new, is_aware=aware[0])
    else:
        try:
            same = np.asarray(_objects(old) == _objects(new), np.bool_)
        except ValueError:  # a cell is an array
            same = np.zeros(len(old), np.bool_)
    differ: Bools = ~(same | (was_missing & is_missing)) | (was_missing != is_missing)
    return differ


def _is_aware(column: pd.Series) -> bool | None:
    """Whether the times of a column have a zone; None if it holds something else."""
    is_time = pd.api.types.is_datetime64_any_dtype(column.dtype)
    return column.dt.tz is not None if is_time else None


def _times(column: pd.Series, *, is_aware: bool) -> Instants:
    """Return times, or those that texts say, all with a zone or all without; NaT for others."""
    if _is_aware(column) is is_aware:
        return column.to_numpy("datetime64[us]")
    if pd.api.types.infer_dtype(column, skipna=True) != "string":
        return np.full(len(column), np.datetime64("NaT", "us"))
    is_wanted = column.str.contains(_ZONE).astype("boolean") == is_aware
    texts = column.where(is_wanted.fillna(value=False))
    times = pd.to_datetime(texts, utc=True, format="ISO8601", errors="coerce")
    return times.to_numpy("datetime64[us]")


def _objects(column: pd.Series) -> Words:
    """Return the values of a column as Python objects, None where missing."""
    objects: Words = column.astype(object).where(column.notna(), None).to_numpy()
    return objects


def _is_held_as(kind: Kind, *columns: pd.Series) -> bool:
    """Whether the dtypes of columns are those of their kind, so that no cell has to be read."""
    if kind in ("instant", "day"):
        return all(_is_aware(column) is (kind == "instant") for column in columns)
    if kind in ("int", "bool"):
        is_kind = {"int": pd.api.types.is_integer_dtype, "bool": pd.api.types.is_bool_dtype}[kind]
        return all(is_kind(column.dtype) for column in columns)
    held = pd.StringDtype | pd.CategoricalDtype
    return kind != "float" and all(isinstance(column.dtype, held) for column in columns)


def _written_all(column: pd.Series) -> Words:
    """Return the values of a column of its kind's dtype as the API writes them."""
    if (is_instant := _is_aware(column)) is None:
        return _objects(column)
    texts = pd.Series(np.datetime_as_string(column.to_numpy("datetime64[us]"), "us"))
    if is_instant:
        texts = texts.str.removesuffix(".000000") + "Z"
    else:
        texts = texts.str.removesuffix("T00:00:00.000000").str.removesuffix(".000000")
    written: Words = texts.astype(object).where(column.notna().to_numpy(), None).to_numpy()
    return written


def _plain(cell: Any, kind: Kind) -> Any:
    """Return a cell as the API writes it, also if a CSV made it text."""
    if is_null(cell):
        return None
    value = cell.tolist() if isinstance(cell, np.generic | np.ndarray) else cell
    if isinstance(value, str):
        value = _read(value, kind)
    if isinstance(value, dt.date | np.datetime64):
        return _write_time(pd.Timestamp(value), kind)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _read(text: str, kind: Kind) -> Any:
    """Read a text as a value of the column's kind; return the text if that isn't possible."""
    if kind == "bool":
        return {"true": True, "false": False}.get(text.strip().lower(), text)
    try:
        if kind == "int" and text.lstrip("-").isdecimal():
            return int(text)
        if kind in ("int", "float"):
            return float(text)
        if kind in ("day", "instant") and _ISO.match(text):
            stamp = pd.Timestamp(text)
            # The time zone isn't guessed: the action will refuse an instant without an offset.
            return stamp if kind == "day" or stamp.tzinfo is not None else text
    except ValueError:
        pass
    return text


def _is_text_of(text: object, number: object) -> bool:
    """Return whether a CSV reader would make the number from the text, such as 7 from '007'."""
    if not isinstance(text, str) or not isinstance(number, int | float | np.number):
        return False
    try:
        return (float if isinstance(number, float | np.floating) else int)(text) == number
    except ValueError:
        return False


def _write_time(stamp: pd.Timestamp, kind: Kind) -> str:
    if kind == "day" and stamp.tzinfo is None and stamp == stamp.normalize():
        return stamp.date().isoformat()
    if stamp.tzinfo is None:
        return stamp.isoformat()
    return stamp.tz_convert("UTC").tz_localize(None).isoformat() + "Z"
