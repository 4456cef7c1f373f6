"""The analytics of a store: their state at any moment, and the values restated since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from trackagoat_pandas.base.types import Days, DtypeBackend
from trackagoat_pandas.base.warnings import warn
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.errors import (
    IncompleteFrameWarning,
    RestatedWarning,
    StoreMissingError,
    listing,
)
from trackagoat_pandas.frames.build import ATTRIBUTE, build_frame, to_frame
from trackagoat_pandas.helpers.beginnings import beginnings
from trackagoat_pandas.helpers.clocks import days_shown
from trackagoat_pandas.helpers.columns import days_of, instants_of
from trackagoat_pandas.helpers.series import runs_of_days
from trackagoat_pandas.inputs.arrow import STRING
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.store.disk.folder import Archive
from trackagoat_pandas.store.disk.ledger import stored_moment
from trackagoat_pandas.store.disk.series import Scope
from trackagoat_pandas.store.disk.versions import chunk_of, of_newest_zone
from trackagoat_pandas.store.scope import known_timezone
from trackagoat_pandas.tables import ANALYTICS, CAMPAIGNS, CREATORS, VIDEOS, Table

_MEMBERS: Final[dict[str, Table]] = {"creator": CREATORS, "campaign": CAMPAIGNS, "video": VIDEOS}
"""The lists that say which entities a project has."""


def scope_of(
    archive: Archive,
    project_id: str | None,
    days: DateRange | None,
    as_of: dt.datetime | None,
    *,
    entity: str | None = None,
    metrics: Sequence[str] | None = None,
) -> Scope:
    """Return which points are meant; those of a project are of the entities in its lists.

    Raises
    ------
    StoreMissingError
        The store has no list of the project's entities.
    """
    ids = None if project_id is None else members(archive, project_id, entity, as_of)
    first, last = (None, None) if days is None else (days.first, days.last)
    return Scope(entity, ids, metrics, first, last, as_of)


def members(
    archive: Archive, project_id: str, entity: str | None, as_of: dt.datetime | None
) -> set[str]:
    """Return the ids of a project and of its entities, by the newest lists of a moment.

    A list that the store doesn't have is left out, unless it has none of them.
    """
    ids = {project_id} if entity in (None, "project") else set()
    tables = [one for name, one in _MEMBERS.items() if entity in (None, name)]
    for table in tables:
        params = {"project_id": project_id}
        found = archive.lists.find(table, table.path, params, as_of=as_of)
        # Before the first list of it, the first one that there is says best what it had.
        found = found or archive.lists.find(table, table.path, params)
        if found is not None:
            ids |= set(archive.lists.read(found)["id"])
        # This raises the error that names the lists which the store has.
        elif len(tables) == 1:
            archive.lists.load(table, table.path, params)
    return ids


def load_points(archive: Archive, scope: Scope, dtype_backend: DtypeBackend) -> pd.DataFrame:
    """Return the points of a scope as ``load_analytics`` does, by entity, metric and day.

    Raises
    ------
    StoreMissingError
        The store has none.

    Warns
    -----
    IncompleteFrameWarning
        Days of the scope were not requested by any load.
    RestatedWarning
        Videos that settled days count have changed since these were requested.
    """
    rows = of_newest_zone(archive.series.load(scope))
    if not rows.num_rows:
        raise no_points(archive, scope.as_of)
    frame = frame_of(archive, rows, scope, dtype_backend)
    blank_before_data(archive, frame, scope.as_of)
    _note_missing(archive, scope, frame)
    if scope.as_of is None:
        _note_doubtful(archive, frame)
    return frame


def frame_of(
    archive: Archive, rows: pa.Table, scope: Scope, dtype_backend: DtypeBackend
) -> pd.DataFrame:
    """Build the frame of the newest points of a scope, by entity, id, metric and day."""
    labels = {id_: label for (_, id_), label in archive.series.names(scope.names_at).items()}
    facts = _facts(rows, scope)
    chunks = [chunk_of(rows, labels)]
    frame = build_frame(chunks, ANALYTICS, dtype_backend=dtype_backend, provenance=facts)
    attributes = frame.attrs
    ids = pd.factorize(frame["entity_id"], sort=True)[0]
    words = (frame[name].astype("category").cat.codes for name in ("metric", "entity"))
    metrics, entities = words
    order = np.lexsort((days_of(frame["date"]), metrics, ids, entities))
    frame = frame.take(order).reset_index(drop=True)
    frame.attrs = attributes
    return frame


def list_restatements(
    archive: Archive, scope: Scope, dtype_backend: DtypeBackend, *, by_age: bool
) -> pd.DataFrame:
    """Return the restated points of a scope, or their sums by metric and age."""
    found = to_frame(archive.series.restatements(scope), dtype_backend)
    if by_age:
        grouped = found.groupby(["metric", "age_days"], observed=True, sort=True)
        found = grouped.agg(
            points=("value", "size"),
            first_value=("first_value", "sum"),
            value=("value", "sum"),
            change=("change", "sum"),
        ).reset_index()
    found.attrs[ATTRIBUTE] = {
        "path": ANALYTICS.path,
        "params": {},
        "complete": True,
        "requests": 0,
        "rows": len(found),
        "timezone": known_timezone(archive),
        "store": _part(scope),
    }
    return found


def _facts(rows: pa.Table, scope: Scope) -> dict[str, Any]:
    """Return the provenance; the parameters are those of one load of all points."""
    zones = rows["timezone"].unique().to_pylist()
    seen = rows["observed_at"].to_pandas()
    params: dict[str, Any] = {
        "entity": ",".join(sorted(rows["entity"].unique().to_pylist())),
        "metric": ",".join(rows["metric"].unique().to_pylist()),
        "mode": "new",
        "granularity": "day",
    }
    if scope.first is not None and scope.last is not None:
        params |= {"from": str(scope.first), "to": str(scope.last)}
    return {
        "path": ANALYTICS.path,
        "params": params,
        "fetched_at": seen.max().isoformat(timespec="seconds"),
        "complete": True,
        "requests": 0,
        "timezone": zones[0] if len(zones) == 1 else None,
        "store": _part(scope),
    }


def _part(scope: Scope) -> dict[str, Any]:
    """Return the provenance's fact about the store."""
    return {"part": "all"} | ({"as_of": scope.as_of.isoformat()} if scope.as_of else {})


def _note_missing(archive: Archive, scope: Scope, frame: pd.DataFrame) -> None:
    """Note days of a scope that have begun, and of which some series was never requested.

    What was known at an earlier moment isn't recorded, so a frame as of one isn't checked.
    """
    if scope.first is None or scope.last is None or scope.as_of is not None:
        return
    now = archive.server_time()
    known = frame[["entity", "entity_id", "metric"]].drop_duplicates().astype(str)
    missing: list[int] = []
    for entity, own in known.groupby("entity"):
        keys = list(zip(own["entity_id"], own["metric"], strict=True))
        asked = archive.series.asked(str(entity), keys, scope.first, scope.last)
        are_short = asked.are_missing_by(now).any(axis=0)
        missing += (asked.first + np.flatnonzero(are_short)).tolist()
    if not missing:
        return
    days = runs_of_days(np.unique(missing).astype("datetime64[D]"))
    frame.attrs[ATTRIBUTE] |= {"complete": False, "gaps": days}
    warn(
        f"analytics: the store doesn't have {listing(days)} of some series. The frame is "
        "incomplete.",
        IncompleteFrameWarning,
    )


def _note_doubtful(archive: Archive, frame: pd.DataFrame) -> None:
    """Note settled days that may have changed since they were requested."""
    ends = frame["date"].min().date(), frame["date"].max().date()
    series = days = 0
    for entity, own in frame.groupby(frame["entity"].astype(STRING), observed=True):
        keys = own[["entity_id", "metric"]].astype(STRING).drop_duplicates()
        asked = archive.series.asked(str(entity), [*keys.itertuples(index=False, name=None)], *ends)
        are_doubtful = asked.are_outdated()
        series += int(are_doubtful.any(axis=1).sum())
        days += int(are_doubtful.sum())
    if not days:
        return
    facts = frame.attrs[ATTRIBUTE]
    frame.attrs[ATTRIBUTE] = {**facts, "store": {**facts["store"], "doubtful": days}}
    warn(
        f"analytics: {number(days, 'value')} of {series:,} series are as they were "
        "stored, although what they count has changed since. load_analytics asks for them.",
        RestatedWarning,
    )


def no_points(archive: Archive, as_of: dt.datetime | None) -> StoreMissingError:
    """Make the error for a scope without points; it says what the store has, and since when."""
    said = [
        f"{', '.join(sorted({metric for _, metric in known}))} of "
        f"{number(len({id_ for id_, _ in known}), entity)}"
        for entity, known in sorted(archive.series.known_series().items())
    ]
    available = "; ".join(said) or "no analytics"
    wanted, advice = "such analytics", ""
    if not said:
        advice = "Load them: connect(store=...), then load_analytics or store.sync()"
    moments = [part.first_at for part in archive.ledger.parts(ANALYTICS.name)]
    if as_of is not None:
        wanted += f" as of {as_of:%Y-%m-%d %H:%M:%S} UTC"
        if moments and stored_moment(as_of) < (first := min(moments)):
            advice = f"The first ones are from {first[:19]}Z: pass that moment or a later one"
    return StoreMissingError(str(archive.path), wanted, available, advice)


def blank_before_data(archive: Archive, points: pd.DataFrame, as_of: dt.datetime | None) -> None:
    """Set the zeros from before the first data to NA, in place, as ``load_analytics`` does."""
    timezone = points.attrs[ATTRIBUTE]["timezone"] or known_timezone(archive)
    known = _known_starts(archive, set(points["entity"].astype(str)), timezone, as_of)
    is_before = beginnings(points, known, "day").is_before
    if is_before.any():
        points["value"] = points["value"].mask(is_before)


def _known_starts(
    archive: Archive, entities: set[str], timezone: str, as_of: dt.datetime | None
) -> dict[str, dt.date]:
    """Return since when creators are tracked, projects' first creators too, and videos posted."""
    tracked: dict[str, dt.date] = {}
    projects: dict[str, str] = {}
    for creators in _lists(archive, CREATORS, ["tracking_start_date", "project_id"], as_of):
        tracked |= _days_by_id(creators["id"], days_of(creators["tracking_start_date"]))
        projects |= _texts_by_id(creators["id"], creators["project_id"])
    first: dict[str, dt.date] = {}
    for id_, day in tracked.items():
        if id_ in projects:
            first[projects[id_]] = min(first.get(projects[id_], dt.date.max), day)
    known = tracked | first
    if "video" in entities:
        for videos in _lists(archive, VIDEOS, ["posted_at"], as_of):
            days_posted = days_shown(instants_of(videos["posted_at"]), timezone)
            known |= _days_by_id(videos["id"], days_posted)
    if "campaign" in entities:
        for campaigns in _lists(archive, CAMPAIGNS, ["project_id"], as_of):
            owners = _texts_by_id(campaigns["id"], campaigns["project_id"])
            known |= {id_: first[owner] for id_, owner in owners.items() if owner in first}
    return known


def _lists(
    archive: Archive, table: Table, columns: Sequence[str], as_of: dt.datetime | None
) -> Iterator[pd.DataFrame]:
    """Yield the newest state of each list of a moment, the oldest first; the first one if none."""
    snapshots = archive.lists.snapshots(table.name)
    earlier = [one for one in snapshots if as_of is None or one.observed_at <= as_of]
    newest = {str(one.params): one for one in earlier or snapshots[:1]}
    for one in sorted(newest.values(), key=lambda one: one.observed_at):
        frame = archive.lists.read(one)
        if {"id", *columns} <= {*frame.columns}:
            yield frame.dropna(subset=["id"])


def _days_by_id(ids: pd.Series, days: Days) -> dict[str, dt.date]:
    pairs = zip(ids.astype(STRING), days.tolist(), strict=True)
    return {id_: day for id_, day in pairs if day is not None}


def _texts_by_id(ids: pd.Series, texts: pd.Series) -> dict[str, str]:
    pairs = pd.DataFrame({"id": ids, "text": texts}).dropna().astype(str)
    return dict(zip(pairs["id"], pairs["text"], strict=True))
