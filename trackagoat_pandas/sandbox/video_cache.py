"""The videos of a project as arrays, kept until the database changes."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trackagoat_pandas.sandbox.database import Database
from trackagoat_pandas.sandbox.measures import Videos, load_videos

SHOWN = "deleted_at IS NULL AND tracking_status <> 'excluded'"
"""The SQL condition of a video that the API shows: neither excluded nor deleted."""


@dataclass(frozen=True, slots=True)
class ProjectVideos:
    """The videos of one project that the API shows, and the places of each creator's."""

    videos: Videos
    places: dict[str, int]
    by_creator: dict[str, NDArray[np.intp]]

    def of_creator(self, creator_id: str) -> Videos:
        """Take the creator's videos, counted or not."""
        return self.videos.select(self.by_creator.get(creator_id, np.empty(0, np.intp)))

    def of_video(self, video_id: str) -> Videos:
        """Take one video."""
        return self.videos.select(np.array([self.places[video_id]], np.intp))


class VideoCache:
    """The videos of projects; any change of the tables makes all of them stale."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._changes = -1
        self._known: dict[str, ProjectVideos] = {}

    def of_project(self, project_id: str) -> ProjectVideos:
        """Load a project's videos, or take those that were loaded since the last change."""
        with self._lock:
            # Comparing a counter is cheaper than knowing which writes touch a video.
            changes = self._database.changes
            if changes != self._changes:
                self._known.clear()
                self._changes = changes
            if project_id not in self._known:
                where = f"project_id = ? AND {SHOWN}"
                videos = load_videos(self._database, where, (project_id,))
                places = {video_id: place for place, video_id in enumerate(videos.ids)}
                self._known[project_id] = ProjectVideos(videos, places, videos.by_creator())
            return self._known[project_id]
