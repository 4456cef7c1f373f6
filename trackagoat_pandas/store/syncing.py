"""Sync a store with the server, and report what changed."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final, NamedTuple, TypeAlias, cast

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import DatesLike, Entity, Metric, Metrics
from trackagoat_pandas.errors import (
    ArgumentError,
    BadRequestError,
    ForbiddenError,
    GoneError,
    LimitReachedError,
    NotFoundError,
    PartialLoadError,
    StoreDamagedError,
    StoreError,
    StuckCursorError,
    UnreadableResponseError,
)
from trackagoat_pandas.frames.build import ATTRIBUTE
from trackagoat_pandas.helpers.diffs import STAMP
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.counting import Tally, stand_in
from trackagoat_pandas.http.session import Session, session_of
from trackagoat_pandas.inputs.arrow import STRING
from trackagoat_pandas.inputs.checks import check_choice, check_int, check_names
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.load.analytics import load_analytics
from trackagoat_pandas.load.comments import load_comments
from trackagoat_pandas.load.loader import check_owner, may_pass, resuming, spelled
from trackagoat_pandas.load.openapi import comments_path
from trackagoat_pandas.load.payouts import (
    OWNERS,
    load_payout_accruals,
    load_payout_assignments,
    load_payout_methods,
    load_payout_payments,
    load_payout_structures,
)
from trackagoat_pandas.load.query import PATH
from trackagoat_pandas.load.resources import (
    load_annotations,
    load_campaigns,
    load_creators,
    load_goal_compliance,
    load_projects,
    load_videos,
)
from trackagoat_pandas.names.organization import (
    foresee_projects,
    forget_projects,
    resolve_dates,
    resolve_project,
)
from trackagoat_pandas.store.changes import compare_lists
from trackagoat_pandas.store.disk.folder import Archive
from trackagoat_pandas.store.disk.lists import ListSnapshot
from trackagoat_pandas.store.disk.lock import lock_of
from trackagoat_pandas.tables import ANALYTICS, ENTITIES, METRICS, TABLES, Table

_LOCK: Final = "sync.lock"
_REFUSALS: Final = (
    BadRequestError,
    ForbiddenError,
    GoneError,
    LimitReachedError,
    NotFoundError,
    StuckCursorError,
    UnreadableResponseError,
)
"""What a server answers that has no such list, or none that can be read, or not by this key."""
_MOVING: Final = ("structure_ids",)
"""Parameters that name what a list is of: the list stays the same when there is one more."""

Load: TypeAlias = Callable[..., pd.DataFrame]
"""A loader with all arguments but ``client``."""


class Counts(NamedTuple):
    """How many rows were added, changed and are gone; None if that is unknown."""

    new: int | None
    changed: int | None
    gone: int | None


class Refresh(NamedTuple):
    """What the refresh of one table did."""

    table: str
    new: int | None
    changed: int | None
    gone: int | None
    requests: int
    seconds: float
    error: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a sync is asked to bring up to date.

    Attributes
    ----------
    project_id
        A project's id; None for all.
    span
        The days of analytics and notes.
    metrics, entities
        Of the analytics.
    spot_checks
        How many settled series to check; None for what fits in one request.
    """

    project_id: str | None
    span: DateRange
    metrics: tuple[Metric, ...]
    entities: tuple[Entity, ...]
    spot_checks: int | None


def sync(
    archive: Archive,
    project: str | pd.DataFrame | None,
    *,
    dates: DatesLike,
    metrics: Metrics,
    entities: Entity | Sequence[Entity],
    lookback_days: int,
    spot_checks: int | None,
    max_age: dt.timedelta | None,
    max_requests: int | None,
    client: Client | None,
) -> pd.DataFrame:
    """Bring a store up to date, as :meth:`Store.sync` says."""
    kinds = cast("tuple[Entity, ...]", tuple(check_names("entities", entities)))
    names = cast("tuple[Metric, ...]", tuple(check_names("metrics", metrics)))
    for kind in kinds:
        check_choice("entities", kind, ENTITIES)
    for name in names:
        check_choice("metrics", name, METRICS)
    check_int("lookback_days", lookback_days, minimum=0)
    if spot_checks is not None:
        check_int("spot_checks", spot_checks, minimum=0)
    given = session_of(client, max_requests)
    if given.offline:
        raise ArgumentError("client", given, problem="it is offline, and a sync asks the server")
    view = Session(given, archive=archive, lookback_days=lookback_days)
    check_owner(view, archive)
    said = spelled({"project": project, "dates": dates, "metrics": names, "entities": kinds})
    if view.is_counting:
        foresee_projects(view)  # which are asked for again
        project_id, span = _resolve(view, project, dates)
        wanted = Wanted(project_id, span, names, kinds, spot_checks)
        _count_all(archive, Session(view, max_age=max_age), wanted)
        return pd.DataFrame()
    # Two at a time would ask for everything twice; what another program loads is kept meanwhile.
    lock, sent = lock_of(archive.path / _LOCK), view.requests_sent
    with lock.held(f"sync {said}", wait_s=0), resuming(view, f"sync {said}") as one:
        # The projects in any case: their answer says what time it is for the server.
        forget_projects(one)
        project_id, span = _resolve(one, project, dates)
        wanted = Wanted(project_id, span, names, kinds, spot_checks)
        found = _refresh_all(archive, Session(one, max_age=max_age), wanted, sent)
    counts = dict.fromkeys((*Counts._fields, "requests"), "Int64")
    frame = pd.DataFrame(found, columns=list(Refresh._fields))
    return frame.astype({"table": STRING, **counts, "seconds": "Float64", "error": STRING})


def _resolve(
    session: Session, project: str | pd.DataFrame | None, dates: DatesLike
) -> tuple[str | None, DateRange]:
    """Return the project's id and the days."""
    project_id = None if project is None else resolve_project(session, project)
    span = resolve_dates(session, dates)
    if span is None:
        raise ArgumentError("dates", dates, problem="give the days of analytics")
    return project_id, span


def _count_all(archive: Archive, session: Session, wanted: Wanted) -> None:
    """Count the requests for every table, of what the newest stored lists have."""
    tally, loaded = session.tally, dict[str, pd.DataFrame]()
    tally.ask(OWNERS, 0, 0, "")  # creators and accruals are loaded before payments
    for table, loads in _steps(session, wanted, loaded):
        for load in loads:
            found = _count(load, table, session)
            if found is not None:
                loaded[table] = found
            if table == ANALYTICS.name and archive.series.known_series():
                # Rows that have changed since raise doubts of points that the store has.
                whole = Tally()
                alone = Session(session, tally=whole, archive=None)
                alone.attempt(partial(load, client=alone))
                note = "more for series whose videos or creators have changed"
                tally.add(0, whole.most, f"{PATH}: {note}")
    needed = {f"{entity}s" for entity in wanted.entities if wanted.metrics} | {"payout_structures"}
    needed = needed - {"projects"} if wanted.project_id else needed | {"projects"}
    for table in sorted(needed):
        if table not in loaded:
            tally.add(0, None, f"{TABLES[table].path}: more requests, by how many rows it has")


def _count(load: Load, table: str, session: Session) -> pd.DataFrame | None:
    """Count the requests of a load; return the list that it would give, or its number of ids.

    It is the newest one that the store has, or has as many rows as the client saw last.
    """
    session.tally.rows, tally = None, session.tally
    found: pd.DataFrame | None = session.attempt(partial(load, client=session))
    if found is None and table != ANALYTICS.name:
        with suppress(StoreError):  # it is damaged, or it isn't known yet whose the store is
            found = session.stored(lambda silent: load(client=silent))
    if found is None and tally.rows is not None:
        found = pd.DataFrame({"id": [stand_in(f"{table} {row}") for row in range(tally.rows)]})
    return found


def _refresh_all(archive: Archive, session: Session, wanted: Wanted, sent: int) -> list[Refresh]:
    """Refresh every table, one after the other; `sent` requests were sent before the sync."""
    loaded: dict[str, pd.DataFrame] = {}
    found = []
    for table, loads in _steps(session, wanted, loaded):
        began, newest = time.monotonic(), archive.lists.newest_id()
        results = [_try_load(load, session) for load in loads]
        error = next((said for _, said in results if said is not None), None)
        frames = [frame for frame, _ in results if frame is not None]
        if not frames:
            counts = Counts(None, None, None) if error else Counts(0, 0, 0)
        elif table == ANALYTICS.name:
            facts = [frame.attrs[ATTRIBUTE].get("store", {}) for frame in frames]
            sums = (sum(int(one.get(name, 0)) for one in facts) for name in Counts._fields)
            counts = Counts(*sums)
        else:
            loaded[table] = frames[-1]
            counts = _changes_since(archive, table, newest)
        seconds, before, sent = time.monotonic() - began, sent, session.requests_sent
        found.append(Refresh(table, *counts, sent - before, round(seconds, 3), error))
    return found


def _steps(
    session: Session,
    wanted: Wanted,
    loaded: Mapping[str, pd.DataFrame],
) -> Iterator[tuple[str, list[Load]]]:
    """Yield each table and the loads of its lists; later ones need frames of those before."""
    id_ = wanted.project_id
    years = f"{wanted.span.first.year}-01-01..{wanted.span.last.year}-12-31"
    # The projects whatever the age of the stored ones, as the others depend on them.
    yield "projects", [_load_projects]
    yield "creators", [partial(load_creators, id_)]
    yield "videos", [partial(load_videos, id_)]
    yield "campaigns", [partial(load_campaigns, id_)]
    # Of whole years, so that it is the same list on every day of a year.
    yield "annotations", [partial(load_annotations, id_, dates=years)]
    ids = [id_] if id_ else _ids(loaded, "projects")
    yield "goal_compliance", _of_each(load_goal_compliance, ids)
    yield "payout_methods", [load_payout_methods]
    yield "payout_structures", [partial(load_payout_structures, id_)]
    if structures := _ids(loaded, "payout_structures"):
        yield "payout_assignments", [partial(load_payout_assignments, structures)]
    yield "payout_accruals", [partial(load_payout_accruals, id_)]
    yield "payout_payments", [partial(load_payout_payments, id_)]
    if comments_path(session) is not None:
        yield "comments", _of_each(load_comments, ids)
    known = {entity: _ids(loaded, f"{entity}s") for entity in wanted.entities} | {"project": ids}
    if wanted.metrics:
        yield (
            ANALYTICS.name,
            [
                partial(_load_analytics, wanted, entity, known[entity])
                for entity in wanted.entities
                if known[entity]
            ],
        )


def _load_projects(*, client: Session) -> pd.DataFrame:
    # Given its store again, a session has no `max_age`, so that a request is sent.
    return load_projects(client=Session(client, archive=client.archive))


def _load_analytics(
    wanted: Wanted, entity: Entity, ids: Sequence[str], *, client: Session
) -> pd.DataFrame:
    return load_analytics(
        entity,
        ids,
        wanted.metrics,
        dates=wanted.span,
        clip=True,
        spot_checks=wanted.spot_checks,
        client=client,
    )


def _ids(loaded: Mapping[str, pd.DataFrame], table: str) -> list[str]:
    """Return the ids of a list; none if the server refused it."""
    return loaded[table]["id"].dropna().astype(str).tolist() if table in loaded else []


def _of_each(load: Load, project_ids: Sequence[str]) -> list[Load]:
    """Return a load of each project's list."""
    return [partial(load, id_) for id_ in project_ids]


def _try_load(load: Load, session: Session) -> tuple[pd.DataFrame | None, str | None]:
    """Return a frame, or the problem with the server's answer; other errors end the sync."""
    try:
        return load(client=session), None
    except PartialLoadError as error:
        if may_pass(error):
            raise
        return error.partial, str(error)
    except _REFUSALS as error:
        if may_pass(error):
            raise
        return None, str(error)


def _changes_since(archive: Archive, table: str, newest: int) -> Counts:
    """Compare the lists of a table that were kept after a snapshot with those before them."""
    total = [0, 0, 0]
    for after in archive.lists.kept_after(newest, table):
        before = archive.lists.before(after, ignoring=_MOVING)
        try:
            found = _changes(archive, TABLES[table], before, after)
        except StoreDamagedError:
            # Of the list before; the one that was kept just now is sound.
            return Counts(None, None, None)
        total = [count + more for count, more in zip(total, found, strict=True)]
    return Counts(*total)


def _changes(
    archive: Archive, table: Table, before: ListSnapshot | None, after: ListSnapshot
) -> tuple[int, int, int]:
    """Count the rows that one list has and another hasn't, and those that differ."""
    if before is not None and before.content == after.content:
        return 0, 0, 0
    rows = archive.lists.read(after)
    if before is None:
        return len(rows.dropna(subset=list(table.key))), 0, 0
    then, now, shared, differs = compare_lists(archive.lists.read(before), rows, table)
    differs = {name: places for name, places in differs.items() if name != STAMP}
    changed = np.any([*differs.values(), np.zeros(len(shared), np.bool_)], axis=0).sum()
    return len(now) - len(shared), int(changed), len(then) - len(shared)
