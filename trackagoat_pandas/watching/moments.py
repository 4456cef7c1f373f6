"""A program at past moments of a store: its snapshots, and the data known by then."""

from __future__ import annotations

import pandas as pd

from trackagoat_pandas.errors import StoreMissingError
from trackagoat_pandas.program.frames import ProgramData, stored_program
from trackagoat_pandas.store.store import Store


def snapshot_moments(store: Store) -> pd.DatetimeIndex:
    """Return when the lists of a store were loaded, by the server's clock, in order."""
    rows = store.archive.ledger.rows("SELECT DISTINCT observed_at FROM snapshots")
    moments = pd.to_datetime([row["observed_at"] for row in rows], utc=True, format="ISO8601")
    return pd.DatetimeIndex(moments).as_unit("us").sort_values()


def known_program(
    project: str,
    *,
    store: Store,
    moments: pd.DatetimeIndex,
    until: pd.Timestamp | None = None,
    history: pd.DataFrame | None = None,
) -> ProgramData:
    """Read a program as it was known by a moment, for the moment of the last list by then.

    So a run judges the same whenever it is made, until there are newer data.

    Raises
    ------
    StoreMissingError
        No list was stored by then.
    """
    last = last_moment(moments, until)
    if last is None:
        problem = ("data", "no lists", "Fill it with store.sync(client=...)")
        raise StoreMissingError(str(store.path), *problem)
    return stored_program(project, store=store, as_of=until, moment=last, history=history)


def last_moment(moments: pd.DatetimeIndex, until: pd.Timestamp | None) -> pd.Timestamp | None:
    """Return the last moment that isn't after another; None if there is none."""
    place = len(moments) if until is None else int(moments.searchsorted(until, "right"))
    return moments[place - 1] if place else None
