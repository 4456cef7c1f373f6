"""Rows of creators, videos and campaigns as the API shows them: with their counts now."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.curves import counts_at
from trackagoat_pandas.sandbox.entities import CAMPAIGN, CREATOR, VIDEO
from trackagoat_pandas.sandbox.followers import followers_of
from trackagoat_pandas.sandbox.measures import COLUMNS, CURVE, Videos, counts, load_videos
from trackagoat_pandas.sandbox.video_cache import SHOWN


def videos_of(call: Call, creator: sqlite3.Row) -> Videos:
    """Load the videos of one creator that the API shows.

    For writes: a thread that fills the cache waits for the database, which their transaction holds.
    Reading the cache in it could lock both.
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
    curves = {name: np.array([row[name] for row in rows], np.float64) for name in CURVE}
    now = counts_at(curves, np.array([call.now_ts]))
    columns = [now[metric][:, 0].tolist() for metric in COLUMNS.values()]
    return [
        VIDEO.record(row, dict(zip(COLUMNS, values, strict=True)))
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
