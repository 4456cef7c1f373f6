"""Entities that the server has no series of: left out of a load, and not requested again soon."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from trackagoat_pandas._types import Entity
from trackagoat_pandas._warning import warn
from trackagoat_pandas.errors import NoDataWarning, NotFoundError, listing
from trackagoat_pandas.http.session import Session
from trackagoat_pandas.load.fanout import Outcome, R
from trackagoat_pandas.load.provenance import MOST_NAMES, add_facts
from trackagoat_pandas.roster import known_owners, remembered_creators, remembered_handle

_KNOWN_FOR: Final = dt.timedelta(minutes=15)
"""How long an entity isn't requested again; somebody may restore it on the website."""


def still_there(session: Session, entity: Entity, ids: Sequence[str]) -> list[str]:
    """Return the ids that the server isn't known to have no series of.

    If it is known of all of them, these are all ids, so that the error is the server's.
    """
    known: Mapping[str, dt.datetime] = session.cached(_name(entity)) or {}
    since = dt.datetime.now(dt.UTC) - _KNOWN_FOR
    return [id_ for id_ in ids if id_ not in known or known[id_] < since] or list(ids)


def leave_out_absent(session: Session, entity: Entity, outcome: Outcome[Any, R]) -> set[str]:
    """Take the series of entities that the server doesn't have out of the failures of a load.

    Returns their ids. They remain failures if nothing else was loaded: then it may be the path that
    isn't there.
    """
    absent = {
        id_
        for job, error in outcome.failed
        if isinstance(error, NotFoundError) and len(job.entity_ids) == 1
        for id_ in job.entity_ids
    }
    if not outcome.done:
        return set()
    outcome.failed = [
        (job, error) for job, error in outcome.failed if absent.isdisjoint(job.entity_ids)
    ]
    noted: dict[str, dt.datetime] = session.get_or_make(_name(entity), dict)
    noted |= dict.fromkeys(absent, dt.datetime.now(dt.UTC))
    return absent


def note_absent(
    session: Session,
    frame: pd.DataFrame,
    entity: Entity,
    absent: Sequence[str],
    names: Mapping[str, str],
) -> None:
    """Note the entities of a load, by id, that the server has no series of.

    Warns
    -----
    NoDataWarning
        Once, if there are any. The provenance lists them in ``absent``.
    """
    if not absent:
        return
    is_creator = entity == "creator"
    handles = {id_: remembered_handle(session, id_) for id_ in absent if is_creator}
    called = {
        id_: names.get(id_) or (f"@{handles[id_]}" if handles.get(id_) else id_) for id_ in absent
    }
    more = [f"{len(called) - MOST_NAMES:,} more"] if len(called) > MOST_NAMES else []
    add_facts(frame, absent=[*[*called.values()][:MOST_NAMES], *more])
    listed = (
        {*known_owners(session), *remembered_creators(session)} if is_creator else called.keys()
    )
    known = [name for id_, name in called.items() if name != id_ or id_ in listed]
    unknown = [id_ for id_, name in called.items() if name == id_ and id_ not in listed]
    said = []
    if known:
        them = f"1 {entity}" if len(known) == 1 else f"{len(known):,} {entity}s"
        who = "who" if is_creator else "which"
        said.append(f"{them}, {who} may have been removed: {listing(known, 5)}")
    if unknown:
        ids = "1 id" if len(unknown) == 1 else f"{len(unknown):,} ids"
        said.append(f"{ids} that no loaded list or accrual has: {listing(unknown, 5)}")
    warn(
        f"analytics: the server has no series of {'; nor of '.join(said)}. "
        "The frame has only the others.",
        NoDataWarning,
    )


def _name(entity: Entity) -> str:
    # What begins with "creators" is dropped when creators are added or restored.
    return f"{entity}s without series"
