"""Differences between a loaded frame and an edited copy of it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from trackagoat_pandas.checks import check_choice, entity_of, is_null, require_columns
from trackagoat_pandas.errors import ArgumentError, MissingArgumentError, listing
from trackagoat_pandas.helpers.columns import STRING
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.tables import table
from trackagoat_pandas.tables.model import Kind, Table
from trackagoat_pandas.tables.writes import WRITABLE

Resource: TypeAlias = Literal[
    "creators", "videos", "campaigns", "projects", "annotations", "payout_methods",
    "payout_structures", "payout_payments",
]  # fmt: skip
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
"""The start of a day or an instant. '01.06.2026' is ambiguous, and the action will refuse it."""
_NAMED = 5
"""The number of ids that a message lists."""


@derived()
def diff(
    before: pd.DataFrame, after: pd.DataFrame, *, resource: Resource | None = None
) -> pd.DataFrame:
    """Find the cells that differ between a loaded frame and an edited copy of it.

    Rows are matched by ``id``, in any order. Missing values are equal to each other, and dtypes
    don't matter: a round trip through CSV, where days, numbers and flags become text, or text such
    as ``007`` becomes a number, is not a change. Columns that are missing in the copy count as
    unchanged. :func:`actions.apply <trackagoat_pandas.actions.apply>` sends the changes.

    Parameters
    ----------
    before
        The frame as it was loaded.
    after
        The edited copy.
    resource
        What the rows are; only needed if neither frame's provenance says so.

    Returns
    -------
    pandas.DataFrame
        One row for each changed cell, in the order of the rows of ``before``: ``resource``,
        ``field`` (the column), the two values ``before`` and ``after`` as the API writes them (days
        and instants as text, None for a missing value), and ``id``.

    Raises
    ------
    ArgumentError
        Rows or columns were added, rows were removed, an id occurs twice, or a column was changed
        that can't be written; the message names them. Or neither the frames nor `resource` say what
        the rows are.
    ChoiceError, ArgumentTypeError, MissingColumnError
        `resource` is another word, or an argument isn't a frame with a column ``id``.

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
    refused = [field for field in edits["field"].unique() if field not in WRITABLE[name]]
    if refused:
        can = ", ".join(WRITABLE[name])
        problem = f"{', '.join(refused)} can't be changed; of {name}, only {can} can"
        raise ArgumentError("after", refused, problem=problem)
    edits.insert(0, "resource", name)
    edits.insert(1, "id", old.index[edits.pop("row").to_numpy(np.intp)])
    return edits.astype(dict.fromkeys(["resource", "id", "field"], STRING))


def _resource_of(before: pd.DataFrame, after: pd.DataFrame, given: str | None) -> str:
    require_columns(before, ["id"])
    require_columns(after, ["id"])
    if given is None:
        loaded = {entity_of(before), entity_of(after)}
        for name in WRITABLE:
            if name.removeprefix("payout_").removesuffix("s") in loaded:
                return name
        raise MissingArgumentError("resource", f"name one of {', '.join(map(repr, WRITABLE))}")
    return check_choice("resource", given, tuple(WRITABLE))


def _keyed(argument: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with its ids as index; each id must occur once."""
    ids = frame["id"].astype(object)
    if ids.isna().any():
        raise ArgumentError(argument, None, problem="a row has no id")
    twice = ids[ids.astype(str).duplicated()].astype(str).unique().tolist()
    if twice:
        problem = f"each id must be in one row only; several rows have {listing(twice, _NAMED)}"
        raise ArgumentError(argument, twice[:_NAMED], problem=problem)
    return frame.drop(columns="id").set_axis(pd.Index(ids, dtype=object), axis=0)


def _check_same(problem: str, found: Iterable[Any]) -> None:
    names = list(found)
    if names:
        shown = f"{problem} ({listing(names, _NAMED)}): only cells may differ"
        raise ArgumentError("after", names[:_NAMED], problem=shown)


def _edits(old: pd.DataFrame, new: pd.DataFrame, described: Table) -> pd.DataFrame:
    """Find the cells that differ: the number of the row, the field, and both values."""
    kinds: dict[str, Kind] = {column.name: column.kind for column in described.columns}
    found: list[tuple[int, str, Any, Any]] = []
    for name in new.columns:
        if old[name].equals(new[name]):
            continue
        kind = kinds.get(name, "text")
        pairs = zip(old[name].astype(object), new[name].astype(object), strict=True)
        for row, (was, is_now) in enumerate(pairs):
            left, right = _plain(was, kind), _plain(is_now, kind)
            if left != right and not (_is_text_of(was, is_now) or _is_text_of(is_now, was)):
                found.append((row, name, left, right))
    found.sort(key=lambda edit: edit[0])
    return pd.DataFrame(found, columns=["row", "field", "before", "after"], dtype=object)


def _plain(cell: Any, kind: Kind) -> Any:
    """Return a cell as the API writes it, also if a CSV made it text."""
    if is_null(cell):
        return None
    value = cell.tolist() if isinstance(cell, np.generic | np.ndarray) else cell
    if isinstance(value, str):
        value = _read(value, kind)
    if isinstance(value, dt.date | np.datetime64):
        return _written(pd.Timestamp(value), kind)
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


def _written(stamp: pd.Timestamp, kind: Kind) -> str:
    if kind == "day" and stamp.tzinfo is None and stamp == stamp.normalize():
        return stamp.date().isoformat()
    if stamp.tzinfo is None:
        return stamp.isoformat()
    return stamp.tz_convert("UTC").tz_localize(None).isoformat() + "Z"
