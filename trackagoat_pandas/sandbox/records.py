"""Rows of creators, videos and campaigns as the API shows them: with their counts now.

Knows what is computed for each. Must not know which rows are shown.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from trackagoat_pandas.sandbox.audience import followers_of
from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.curves import counts_at
from trackagoat_pandas.sandbox.entities import CAMPAIGN, CREATOR, VIDEO
from trackagoat_pandas.sandbox.holdings import SHOWN
from trackagoat_pandas.sandbox.measures import Videos, counts, load_videos

_CURVE = (
    "posted_ts", "final_views", "tau_days", "shape",
    "like_rate", "comment_rate", "share_rate", "save_rate",
)  # fmt: skip
_COUNTS = {
    "views": "view_count",
    "likes": "like_count",
    "comments": "comment_count",
    "shares": "share_count",
    "saves": "save_count",
}


def videos_of(call: Call, creator: sqlite3.Row) -> Videos:
    """Load the videos of one creator that the API shows.

    For writes: their transaction holds the database, which whoever fills the holdings waits for.
    """
    return load_videos(call.database, f"creator_id = ? AND {SHOWN}", (creator["id"],))


def creator_records(
    call: Call,
    rows: Sequence[sqlite3.Row],
    videos_of: Callable[[Call, sqlite3.Row], Videos] = videos_of,
) -> list[dict[str, Any]]:
    """Show creators, with what they and their videos have now."""
    followers = followers_of(rows, call.zone, np.array([call.now_ts]))[:, 0].tolist()
    return [
        CREATOR.record(row, {"follower_count": count, **_sums(call, videos_of(call, row))})
        for row, count in zip(rows, followers, strict=True)
    ]


def video_records(call: Call, rows: Sequence[sqlite3.Row]) -> list[dict[str, Any]]:
    """Show videos with their counts now."""
    curves = {name: np.array([row[name] for row in rows], np.float64) for name in _CURVE}
    now = counts_at(curves, np.array([call.now_ts]))
    columns = [now[metric][:, 0].tolist() for metric in _COUNTS]
    names = list(_COUNTS.values())
    return [
        VIDEO.record(row, dict(zip(names, values, strict=True)))
        for row, *values in zip(rows, *columns, strict=True)
    ]


def campaign_records(call: Call, rows: Sequence[sqlite3.Row]) -> list[dict[str, Any]]:
    """Show campaigns with their direct members."""
    items: dict[str, list[dict[str, Any]]] = {row["id"]: [] for row in rows}
    links = call.database.rows(
        f"SELECT * FROM campaign_items WHERE campaign_id IN ({', '.join('?' * len(items))}) "
        "ORDER BY created_at, rowid",
        list(items),
    )
    for link in links:
        item = {"item_type": link["item_type"], "item_id": link["item_id"]}
        items[link["campaign_id"]].append(item)
    return [CAMPAIGN.record(row, {"items": items[row["id"]]}) for row in rows]


def _sums(call: Call, videos: Videos) -> dict[str, int]:
    likes = counts(videos, np.array([call.now_ts]), "likes")
    return {"video_count": len(videos), "total_likes": int(likes.sum())}
