"""Rows as the API shows them: creators, videos and campaigns with their counts now."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

import numpy as np

from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.curves import counts_at, followers_of
from trackagoat_pandas.sandbox.database import marks
from trackagoat_pandas.sandbox.declare import Row
from trackagoat_pandas.sandbox.entities import Campaign, Creator, Video
from trackagoat_pandas.sandbox.measures import COLUMNS, counts
from trackagoat_pandas.sandbox.scrapes import creators_updated, videos_updated
from trackagoat_pandas.sandbox.video_cache import CURVE, SHOWN, load_videos


def records_of(
    call: Call, entity: type[Row], rows: Sequence[sqlite3.Row], *, from_cache: bool = False
) -> list[dict[str, Any]]:
    """Show rows of a resource.

    Only reads may take videos from the cache: a write holds the database, for which the thread that
    fills the cache may be waiting.
    """
    if entity is Creator:
        return _creators(call, rows, from_cache=from_cache)
    if entity is Video:
        return _videos(call, rows)
    if entity is Campaign:
        return _campaigns(call, rows)
    return [entity.record(row) for row in rows]


def _creators(call: Call, rows: Sequence[sqlite3.Row], *, from_cache: bool) -> list[dict[str, Any]]:
    followers = followers_of(rows, call.zone, np.array([call.now_ts]))[:, 0].tolist()
    updated = creators_updated(call, rows)
    records = []
    for row, follower_count, updated_at in zip(rows, followers, updated, strict=True):
        if from_cache:
            videos = call.video_cache.of_project(row["project_id"]).of_creator(row["id"])
        else:
            videos = load_videos(call.database, f"creator_id = ? AND {SHOWN}", (row["id"],))
        likes = counts(videos, np.array([call.now_ts]), "likes")
        computed = {
            "follower_count": follower_count,
            "video_count": len(videos),
            "total_likes": int(likes.sum()),
            "updated_at": updated_at,
        }
        records.append(Creator.record(row, computed))
    return records


def _videos(call: Call, rows: Sequence[sqlite3.Row]) -> list[dict[str, Any]]:
    curves = {name: np.array([row[name] for row in rows], np.float64) for name in CURVE}
    now = counts_at(curves, np.array([call.now_ts]))
    columns = [now[metric][:, 0].tolist() for metric in COLUMNS.values()]
    columns.append(videos_updated(call, rows))
    names = (*COLUMNS, "updated_at")
    return [
        Video.record(row, dict(zip(names, values, strict=True)))
        for row, *values in zip(rows, *columns, strict=True)
    ]


def _campaigns(call: Call, rows: Sequence[sqlite3.Row]) -> list[dict[str, Any]]:
    items: dict[str, list[dict[str, Any]]] = {row["id"]: [] for row in rows}
    links = call.database.rows(
        f"SELECT * FROM campaign_items WHERE campaign_id IN ({marks(items)}) "
        "ORDER BY created_at, rowid",
        list(items),
    )
    for link in links:
        item = {"item_type": link["item_type"], "item_id": link["item_id"]}
        items[link["campaign_id"]].append(item)
    return [Campaign.record(row, {"items": items[row["id"]]}) for row in rows]
