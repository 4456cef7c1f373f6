"""The subjects of the analytics: entities with the videos and creators that they count."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.database import Database, marks
from trackagoat_pandas.sandbox.lookups import creators_of, find
from trackagoat_pandas.sandbox.video_cache import Videos

EntityName: TypeAlias = Literal["creator", "campaign", "video", "project"]
_MEMBERS = (
    "WITH RECURSIVE items AS (SELECT * FROM campaign_items WHERE created_at <= ?), "
    "tree(id) AS (VALUES (?) UNION SELECT item_id FROM items "
    "JOIN tree ON campaign_id = tree.id WHERE item_type = 'campaign') "
    "SELECT item_type, item_id FROM items JOIN tree ON campaign_id = tree.id"
)
_EVER = "9999"  # after every instant


@dataclass(frozen=True, slots=True)
class Subject:
    """One entity: its label, and its counts.

    Creators, projects and campaigns have only counted videos; a video has itself, counted or not.
    """

    id: str
    label: str
    project_id: str
    videos: Videos
    creators: list[sqlite3.Row]


def find_subject(call: Call, entity: EntityName, entity_id: str) -> Subject:
    """Find an entity and all that it counts, or raise 404."""
    row = find(call, entity.title(), entity_id)
    row_id, project_id = row["id"], row["id" if entity == "project" else "project_id"]
    project = call.video_cache.of_project(project_id)
    if entity == "video":
        label = video_labels(call, [row_id])[row_id]
        return Subject(row_id, label, project_id, project.of_video(row_id), [])
    if entity == "creator":
        videos = _only_counted(project.of_creator(row_id))
        return Subject(row_id, row["tiktok_handle"], project_id, videos, [row])
    creators = creators_of(call, project_id)
    if entity == "project":
        return Subject(row_id, row["name"], project_id, _only_counted(project.videos), creators)
    videos, members = campaign_videos(call, row)
    creators = [creator for creator in creators if creator["id"] in members]
    return Subject(row_id, row["name"], project_id, videos, creators)


def campaign_videos(call: Call, campaign: sqlite3.Row) -> tuple[Videos, set[str]]:
    """Return the counted videos of a campaign's tree, each once, and the creators behind them."""
    project = call.video_cache.of_project(campaign["project_id"])
    creators, single = members_of(call.database, campaign["id"])
    places = [project.by_creator[one] for one in creators if one in project.by_creator]
    places.append(
        np.array([project.places[one] for one in single if one in project.places], np.intp)
    )
    videos = _only_counted(project.videos.select(np.unique(np.concatenate(places))))
    return videos, creators | {one for one in videos.creator_ids if one is not None}


def members_of(database: Database, campaign_id: str, at: str = _EVER) -> tuple[set[str], set[str]]:
    """Return the ids of the creators and single videos in a campaign's tree, at an instant."""
    members = database.rows(_MEMBERS, (at, campaign_id))
    creators = {item_id for kind, item_id in members if kind == "creator"}
    return creators, {item_id for kind, item_id in members if kind == "video"}


def video_labels(call: Call, video_ids: list[str]) -> dict[str, str]:
    """Return the labels of videos: the caption, or TikTok's id."""
    rows = call.database.rows(
        f"SELECT id, title, tiktok_video_id FROM videos WHERE id IN ({marks(video_ids)})",
        video_ids,
    )
    return {row["id"]: row["title"] or row["tiktok_video_id"] for row in rows}


def _only_counted(videos: Videos) -> Videos:
    return videos if videos.counted.all() else videos.select(videos.counted)
