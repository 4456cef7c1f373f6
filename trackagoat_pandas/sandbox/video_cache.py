"""Videos as arrays, and a cache of each project's until the database changes."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from trackagoat_pandas.sandbox.database import Database

COUNTED_STATUSES = ("auto_tracked", "included", "direct_add")
SHOWN = "deleted_at IS NULL AND tracking_status <> 'excluded'"
"""The SQL condition of a video that the API shows: neither excluded nor deleted."""
CURVE = (
    "posted_ts", "tracked_ts", "final_views", "tau_days", "shape",
    "like_rate", "comment_rate", "share_rate", "save_rate", "late_share",
    "rhythm", "noise", "tape",
    "wave_views", "wave_ts", "wave_tau_days", "wave_engagement", "wave_form",
    "taken_views", "taken_ts", "gap_ts", "gap_days", "untracked_ts",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Videos:
    """Videos as equally long lists and arrays.

    ``curves`` has an array for each name in CURVE; ``counted`` is true where a video counts in
    statistics; ``keys`` are hashes of the ids, from which it follows which snapshots come late.
    """

    ids: list[str]
    creator_ids: list[str | None]
    curves: Mapping[str, NDArray[np.float64]]
    counted: NDArray[np.bool_]
    keys: NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def posted_ts(self) -> NDArray[np.float64]:
        """When each was posted, as seconds since 1970."""
        return self.curves["posted_ts"]

    @property
    def tracked_ts(self) -> NDArray[np.float64]:
        """When the first snapshot of each was taken, as seconds since 1970."""
        return self.curves["tracked_ts"]

    def select(self, chosen: NDArray[Any] | slice) -> Videos:
        """Take the videos that a boolean mask, an array of positions or a slice chooses."""
        places = np.arange(len(self))[chosen].tolist()
        return Videos(
            [self.ids[place] for place in places],
            [self.creator_ids[place] for place in places],
            {name: values[chosen] for name, values in self.curves.items()},
            self.counted[chosen],
            self.keys[chosen],
        )

    def by_creator(self) -> dict[str, NDArray[np.intp]]:
        """Return the places of each creator's videos."""
        places: dict[str, list[int]] = {}
        for place, creator_id in enumerate(self.creator_ids):
            if creator_id is not None:
                places.setdefault(creator_id, []).append(place)
        return {creator_id: np.array(own, np.intp) for creator_id, own in places.items()}


def load_videos(
    database: Database, where: str = "", parameters: Sequence[Any] = (), *, at: str | None = None
) -> Videos:
    """Load the videos that are not deleted, oldest row first.

    ``where`` is one more SQL condition on the table videos, such as ``"creator_id = ?"``; ``at`` is
    an instant of which nothing later is looked at: a video deleted after it is not deleted yet.
    """
    condition, values = f"({where})" if where else "TRUE", list(parameters)
    if at is None:
        condition += " AND deleted_at IS NULL"
    else:
        condition += " AND (deleted_at IS NULL OR deleted_at > ?)"
        values.append(at)
    sql = (
        f"SELECT id, creator_id, {', '.join(CURVE)}, tracking_status IN {COUNTED_STATUSES!r} "
        f"AND NOT is_tracking_disabled FROM videos WHERE {condition} ORDER BY rowid"
    )
    rows = [tuple(row) for row in database.rows(sql, values)]
    ids, creator_ids, *arrays = zip(*rows, strict=True) if rows else [()] * (len(CURVE) + 3)
    *columns, counted = arrays
    curves = {
        name: np.array(values, np.float64) for name, values in zip(CURVE, columns, strict=True)
    }
    keys = np.array([crc32(video_id.encode()) for video_id in ids], np.uint64)
    return Videos(list(ids), list(creator_ids), curves, np.array(counted, np.bool_), keys)


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
            # Simpler than finding out which writes affect a video, and reads are far more frequent.
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
