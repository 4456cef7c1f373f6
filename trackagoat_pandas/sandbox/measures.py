"""What videos and creators gained between instants, by the rules that the API documents.

The first snapshot of a series is its baseline: a video gains nothing before it. No
function here reads the current time: callers cap their instants.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from trackagoat_pandas.sandbox.curves import RATES, followers, share_of, views_at
from trackagoat_pandas.sandbox.database import Database
from trackagoat_pandas.sandbox.snapshots import Sight, known_instants
from trackagoat_pandas.sandbox.video_cache import Videos, load_videos

COLUMNS = {
    "view_count": "views",
    "like_count": "likes",
    "comment_count": "comments",
    "share_count": "shares",
    "save_count": "saves",
}
"""The metric that each column of counts shows."""
GoalMetric: TypeAlias = Literal["posts", "views", "engagement", "followers"]
GAINED_METRICS = ("views", *RATES, "engagement")

# 200,000 cells (1.6 MB) keep each temporary array of a step in a core's cache.
_CELLS = 200_000


def counts(videos: Videos, instants: NDArray[np.float64], metric: str) -> NDArray[np.int64]:
    """Count one metric of each video at each instant, whether it was tracked yet or not.

    ``metric`` is views, likes, comments, shares, saves, or engagement: the sum of the last four.
    ``instants`` are seconds since 1970. The shape is (videos, instants).
    """
    if metric not in GAINED_METRICS:
        raise ValueError(f"metric={metric!r} must be one of {', '.join(GAINED_METRICS)}")
    views = views_at(videos.curves, instants, engaging=metric != "views")
    if metric == "views":
        return views
    names = RATES if metric == "engagement" else (metric,)
    total = np.zeros_like(views)
    for name in names:
        total += share_of(views, videos.curves[RATES[name]])
    return total


def gained(
    videos: Videos, edges: NDArray[np.float64], metric: str, sight: Sight | None = None
) -> NDArray[np.int64]:
    """Count what each video gained between each edge and the next: shape (videos, edges - 1).

    ``edges`` are ascending seconds since 1970. Nothing is gained before ``tracked_ts``, so the
    gains of neighbouring spans add up to the gain of the whole. With a sight, it is what is shown
    at that moment, while some snapshots are not in yet; without one, it is the truth.
    """
    result = np.empty((len(videos), len(edges) - 1), dtype=np.int64)
    for part in _parts(len(videos), len(edges)):
        some = videos.select(part)
        shown = edges[None, :] if sight is None else known_instants(some, edges, sight)
        instants = np.maximum(shown, some.tracked_ts[:, None])
        result[part] = np.diff(counts(some, instants, metric), axis=1)
    return result


def gained_in_all(
    videos: Videos, edges: NDArray[np.float64], metric: str, sight: Sight | None = None
) -> NDArray[np.int64]:
    """Count what all videos together gained between each edge and the next.

    The same as ``gained(...).sum(axis=0)``, in little memory however many videos there are.
    """
    total = np.zeros(len(edges) - 1, dtype=np.int64)
    for part in _parts(len(videos), len(edges)):
        total += gained(videos.select(part), edges, metric, sight).sum(axis=0)
    return total


def _parts(rows: int, columns: int) -> Iterator[slice]:
    step = max(1, _CELLS // max(columns, 1))
    return (slice(start, start + step) for start in range(0, rows, step))


def goal_actuals(
    database: Database,
    creator_id: str,
    metric: str,
    edges: NDArray[np.float64],
    sight: Sight | None = None,
) -> NDArray[np.int64]:
    """Count what a creator achieved for a goal between each edge and the next.

    ``posts`` are counted videos posted inside; ``views``, ``engagement`` (likes + comments + shares
    + saves) are gained inside by counted videos, whenever posted; ``followers`` are gained inside.
    ``edges`` are ascending seconds since 1970; a span holds its start and not its end. With a
    sight, it is what is shown at that moment, as in ``gained``.
    """
    if metric == "followers":
        return np.diff(followers(database, creator_id, edges))
    videos = load_videos(database, "creator_id = ?", (creator_id,))
    videos = videos.select(videos.counted)
    if metric == "posts":
        return np.diff(np.searchsorted(np.sort(videos.posted_ts), edges)).astype(np.int64)
    return gained_in_all(videos, edges, metric, sight)


def goal_actual(
    database: Database,
    creator_id: str,
    metric: str,
    start_s: float,
    end_s: float,
    sight: Sight | None = None,
) -> int:
    """Count what a creator achieved for a goal between two instants, as ``goal_actuals`` does."""
    return int(goal_actuals(database, creator_id, metric, np.array([start_s, end_s]), sight)[0])
