"""From when there can be data, as the lists of a store have it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import pandas as pd

from trackagoat_pandas.base.types import Days
from trackagoat_pandas.frames.build import ATTRIBUTE
from trackagoat_pandas.helpers.beginnings import beginnings
from trackagoat_pandas.helpers.clocks import days_shown
from trackagoat_pandas.helpers.columns import days_of, instants_of
from trackagoat_pandas.inputs.arrow import STRING
from trackagoat_pandas.store.disk.folder import Archive
from trackagoat_pandas.store.scope import known_timezone
from trackagoat_pandas.tables import CAMPAIGNS, CREATORS, VIDEOS, Table


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
