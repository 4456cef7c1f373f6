"""What videos and creators gained between instants, by the rules of the contract.

A snapshot that starts a series is its baseline: nothing before a video's first snapshot is gained.
``now`` is not known here: the caller caps its instants.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trackagoat_pandas.sandbox.curves import RATES, share_of, views_at
from trackagoat_pandas.sandbox.database import Database
from trackagoat_pandas.sandbox.followers import followers

COUNTED_STATUSES = ("auto_tracked", "included", "direct_add")
ENGAGEMENT = ("likes", "comments", "shares", "saves")
COLUMNS = {
    "view_count": "views",
    "like_count": "likes",
    "comment_count": "comments",
    "share_count": "shares",
    "save_count": "saves",
}
"""The metric that each column of counts shows."""
GAINED_METRICS = ("views", *ENGAGEMENT, "engagement")

# 200,000 cells keep each temporary array of a step inside a core's cache.
_CELLS = 200_000
CURVE = (
    "posted_ts", "tracked_ts", "final_views", "tau_days", "shape",
    "like_rate", "comment_rate", "share_rate", "save_rate",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Videos:
    """Videos as equally long arrays.

    ``counted`` is true where a video counts in statistics. ``tracked_ts`` is the first snapshot.
    """

    ids: list[str]
    creator_ids: list[str | None]
    posted_ts: NDArray[np.float64]
    tracked_ts: NDArray[np.float64]
    final_views: NDArray[np.float64]
    tau_days: NDArray[np.float64]
    shape: NDArray[np.float64]
    like_rate: NDArray[np.float64]
    comment_rate: NDArray[np.float64]
    share_rate: NDArray[np.float64]
    save_rate: NDArray[np.float64]
    counted: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.ids)

    def select(self, chosen: NDArray[Any] | slice) -> Videos:
        """Take the videos that a boolean mask, an array of positions or a slice chooses."""
        places = np.arange(len(self))[chosen].tolist()
        arrays = {name: getattr(self, name)[chosen] for name in (*CURVE, "counted")}
        return Videos(
            [self.ids[place] for place in places],
            [self.creator_ids[place] for place in places],
            **arrays,
        )

    def by_creator(self) -> dict[str, NDArray[np.intp]]:
        """Return the places of each creator's videos."""
        places: dict[str, list[int]] = {}
        for place, creator_id in enumerate(self.creator_ids):
            if creator_id is not None:
                places.setdefault(creator_id, []).append(place)
        return {creator_id: np.array(own, np.intp) for creator_id, own in places.items()}

    def curves(self) -> dict[str, NDArray[np.float64]]:
        """Return the arrays by name, as curves.py takes them."""
        return {name: getattr(self, name) for name in CURVE}


def load_videos(database: Database, where: str = "", parameters: Sequence[Any] = ()) -> Videos:
    """Load the videos that are not deleted, oldest row first.

    ``where`` is one more SQL condition on the table videos, such as ``"creator_id = ?"``.
    """
    condition = f"deleted_at IS NULL AND ({where})" if where else "deleted_at IS NULL"
    sql = (
        f"SELECT id, creator_id, {', '.join(CURVE)}, tracking_status IN {COUNTED_STATUSES!r} "
        f"AND NOT is_tracking_disabled FROM videos WHERE {condition} ORDER BY rowid"
    )
    rows = [tuple(row) for row in database.rows(sql, parameters)]
    ids, creator_ids, *arrays = zip(*rows, strict=True) if rows else [()] * (len(CURVE) + 3)
    curves = {
        name: np.array(values, dtype=np.float64)
        for name, values in zip(CURVE, arrays[:-1], strict=True)
    }
    return Videos(list(ids), list(creator_ids), counted=np.array(arrays[-1], np.bool_), **curves)


def counts(videos: Videos, instants: NDArray[np.float64], metric: str) -> NDArray[np.int64]:
    """Count one metric of each video at each instant, whether it was tracked yet or not.

    ``metric`` is views, likes, comments, shares, saves, or engagement: the sum of the last four.
    ``instants`` are seconds since 1970. The shape is (videos, instants).
    """
    if metric not in GAINED_METRICS:
        raise ValueError(f"{metric!r} is not counted on videos: {', '.join(GAINED_METRICS)} are")
    curves = videos.curves()
    views = views_at(curves, instants)
    if metric == "views":
        return views
    names = ENGAGEMENT if metric == "engagement" else (metric,)
    total = np.zeros_like(views)
    for name in names:
        total += share_of(views, curves[RATES[name]])
    return total


def gained(videos: Videos, edges: NDArray[np.float64], metric: str) -> NDArray[np.int64]:
    """Count what each video gained between each edge and the next: shape (videos, edges - 1).

    ``edges`` are ascending seconds since 1970. Nothing is gained before ``tracked_ts``, so the
    gains of neighbouring spans add up to the gain of the whole.
    """
    result = np.empty((len(videos), len(edges) - 1), dtype=np.int64)
    for part in _parts(len(videos), len(edges)):
        some = videos.select(part)
        instants = np.maximum(edges[None, :], some.tracked_ts[:, None])
        result[part] = np.diff(counts(some, instants, metric), axis=1)
    return result


def gained_in_all(videos: Videos, edges: NDArray[np.float64], metric: str) -> NDArray[np.int64]:
    """Count what all videos together gained between each edge and the next.

    The same as ``gained(...).sum(axis=0)``, in little memory however many videos there are.
    """
    total = np.zeros(len(edges) - 1, dtype=np.int64)
    for part in _parts(len(videos), len(edges)):
        total += gained(videos.select(part), edges, metric).sum(axis=0)
    return total


def _parts(rows: int, columns: int) -> Iterator[slice]:
    step = max(1, _CELLS // max(columns, 1))
    return (slice(start, start + step) for start in range(0, rows, step))


def goal_actuals(
    database: Database, creator_id: str, metric: str, edges: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Count what a creator achieved for a goal between each edge and the next.

    ``posts`` are counted videos posted inside; ``views``, ``engagement`` (likes + comments + shares
    + saves) are gained inside by counted videos, whenever posted; ``followers`` are gained inside.
    ``edges`` are ascending seconds since 1970; a span holds its start and not its end.
    """
    if metric == "followers":
        return np.diff(followers(database, creator_id, edges))
    videos = load_videos(database, "creator_id = ?", (creator_id,))
    videos = videos.select(videos.counted)
    if metric == "posts":
        return np.diff(np.searchsorted(np.sort(videos.posted_ts), edges)).astype(np.int64)
    return gained_in_all(videos, edges, metric)


def goal_actual(
    database: Database, creator_id: str, metric: str, start: datetime, end: datetime
) -> int:
    """Count what a creator achieved for a goal inside [start, end), as ``goal_actuals`` does."""
    edges = np.array([start.timestamp(), end.timestamp()])
    return int(goal_actuals(database, creator_id, metric, edges)[0])
