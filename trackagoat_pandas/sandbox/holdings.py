"""The videos of a project as arrays, kept until the database changes.

Knows which videos the API shows. Must not know HTTP.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trackagoat_pandas.sandbox.database import Database
from trackagoat_pandas.sandbox.measures import Videos, load_videos

SHOWN = "deleted_at IS NULL AND tracking_status <> 'excluded'"
"""The SQL condition of a video that the API shows: excluded and deleted ones never come."""


@dataclass(frozen=True, slots=True)
class Holding:
    """The videos of one project that the API shows, and where each creator's are."""

    videos: Videos
    places: dict[str, int]
    by_creator: dict[str, NDArray[np.intp]]

    def of_creator(self, creator_id: str) -> Videos:
        """Take the creator's videos, counted or not."""
        return self.videos.select(self.by_creator.get(creator_id, np.empty(0, np.intp)))

    def of_video(self, video_id: str) -> Videos:
        """Take one video."""
        return self.videos.select(np.array([self.places[video_id]], np.intp))


class Holdings:
    """Holdings by project; any change of the tables makes them all stale."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._changes = -1
        self._known: dict[str, Holding] = {}

    def of_project(self, project_id: str) -> Holding:
        """Load a project's videos, or take those that were loaded since the last change."""
        with self._lock:
            changes = self._database.changes
            if changes != self._changes:
                self._known.clear()
                self._changes = changes
            if project_id not in self._known:
                self._known[project_id] = _load(self._database, project_id)
            return self._known[project_id]


def _load(database: Database, project_id: str) -> Holding:
    videos = load_videos(database, f"project_id = ? AND {SHOWN}", (project_id,))
    by_creator: dict[str, list[int]] = {}
    for place, creator_id in enumerate(videos.creator_ids):
        if creator_id is not None:
            by_creator.setdefault(creator_id, []).append(place)
    return Holding(
        videos,
        {video_id: place for place, video_id in enumerate(videos.ids)},
        {creator_id: np.array(places, np.intp) for creator_id, places in by_creator.items()},
    )
