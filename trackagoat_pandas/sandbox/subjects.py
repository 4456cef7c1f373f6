"""What an entity of the analytics is made of: its videos and the creators behind them.

A project and a campaign hold the counted videos of their tree; a video is itself, counted or not.
Must not know metrics or dates.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.holdings import Holding
from trackagoat_pandas.sandbox.lookups import (
    creators_of,
    find_campaign,
    find_creator,
    find_project,
    find_video,
)
from trackagoat_pandas.sandbox.measures import Videos

EntityName: TypeAlias = Literal["creator", "campaign", "video", "project"]


@dataclass(frozen=True, slots=True)
class Subject:
    """One entity: what to call it, and what it counts."""

    id: str
    label: str
    project_id: str
    videos: Videos
    creators: list[sqlite3.Row]


def find_subject(call: Call, entity: EntityName, entity_id: str) -> Subject:
    """Find an entity and all that it counts, or raise 404."""
    return _FINDERS[entity](call, entity_id)


def campaign_videos(call: Call, campaign: sqlite3.Row) -> tuple[Videos, set[str]]:
    """Return the counted videos of a campaign's tree, each once, and the creators behind them."""
    holding = call.holdings.of_project(campaign["project_id"])
    tree = _Tree()
    _climb(call, campaign["id"], tree)
    places = _places(holding, tree)
    videos = holding.videos.select(places[holding.videos.counted[places]])
    behind = {creator_id for creator_id in videos.creator_ids if creator_id is not None}
    return videos, behind | tree.creators


def video_labels(call: Call, video_ids: list[str]) -> dict[str, str]:
    """Return what to call videos: the caption, or TikTok's id."""
    rows = call.database.rows(
        "SELECT id, title, tiktok_video_id FROM videos "
        f"WHERE id IN ({', '.join('?' * len(video_ids))})",
        video_ids,
    )
    return {row["id"]: row["title"] or row["tiktok_video_id"] for row in rows}


def _creator(call: Call, entity_id: str) -> Subject:
    row = find_creator(call, entity_id)
    videos = call.holdings.of_project(row["project_id"]).of_creator(row["id"])
    counted = videos.select(videos.counted)
    return Subject(row["id"], row["tiktok_handle"], row["project_id"], counted, [row])


def _video(call: Call, entity_id: str) -> Subject:
    row = find_video(call, entity_id)
    video = call.holdings.of_project(row["project_id"]).of_video(row["id"])
    label = video_labels(call, [row["id"]])[row["id"]]
    return Subject(row["id"], label, row["project_id"], video, [])


def _campaign(call: Call, entity_id: str) -> Subject:
    row = find_campaign(call, entity_id)
    videos, creator_ids = campaign_videos(call, row)
    creators = [
        creator for creator in creators_of(call, row["project_id"]) if creator["id"] in creator_ids
    ]
    return Subject(row["id"], row["name"], row["project_id"], videos, creators)


def _project(call: Call, entity_id: str) -> Subject:
    row = find_project(call, entity_id)
    videos = call.holdings.of_project(row["id"]).videos
    counted = videos if videos.counted.all() else videos.select(videos.counted)
    return Subject(row["id"], row["name"], row["id"], counted, creators_of(call, row["id"]))


_FINDERS: dict[EntityName, Callable[[Call, str], Subject]] = {
    "creator": _creator,
    "video": _video,
    "campaign": _campaign,
    "project": _project,
}


@dataclass(slots=True)
class _Tree:
    """The members of a campaign and of all campaigns beneath it."""

    campaigns: set[str] = field(default_factory=set)
    creators: set[str] = field(default_factory=set)
    videos: set[str] = field(default_factory=set)


def _climb(call: Call, campaign_id: str, tree: _Tree) -> None:
    if campaign_id in tree.campaigns:
        return
    tree.campaigns.add(campaign_id)
    items = call.database.rows(
        "SELECT item_type, item_id FROM campaign_items WHERE campaign_id = ?", (campaign_id,)
    )
    for item_type, item_id in items:
        if item_type == "campaign":
            _climb(call, item_id, tree)
        elif item_type == "creator":
            tree.creators.add(item_id)
        else:
            tree.videos.add(item_id)


def _places(holding: Holding, tree: _Tree) -> NDArray[np.intp]:
    chosen = np.zeros(len(holding.videos), np.bool_)
    for creator_id in tree.creators:
        if creator_id in holding.by_creator:
            chosen[holding.by_creator[creator_id]] = True
    chosen[_known(holding, tree.videos)] = True
    return np.flatnonzero(chosen)


def _known(holding: Holding, video_ids: Iterable[str]) -> list[int]:
    return [holding.places[one] for one in video_ids if one in holding.places]
