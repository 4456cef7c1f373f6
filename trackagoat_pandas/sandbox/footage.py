"""The rows of the table videos: what a post is called and how it is tracked.

Knows statuses, titles and addresses. Must not know when or why a post was made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trackagoat_pandas.sandbox import words
from trackagoat_pandas.sandbox.curves import DAY_S, RATES, share_of, views_at
from trackagoat_pandas.sandbox.dice import Dice
from trackagoat_pandas.sandbox.people import Creator
from trackagoat_pandas.sandbox.posts import NOBODY, Posts
from trackagoat_pandas.sandbox.timeline import Timeline

# Share of each tracking status, by how the video came in.
_STATUSES = ("auto_tracked", "included", "direct_add", "pending_review", "excluded")
_AUTO = np.array([0.95, 0.0, 0.02, 0.0, 0.03])
_SELECTIVE = np.array([0.0, 0.7, 0.02, 0.18, 0.1])
_RATE_SHARES = {"like_rate": 0.84, "comment_rate": 0.05, "share_rate": 0.06, "save_rate": 0.05}


def film(
    dice: Dice,
    timeline: Timeline,
    creators: Sequence[Creator],
    posts: Posts,
    project_ids: Sequence[str],
) -> dict[str, Any]:
    """Make the columns of the table videos; posts of nobody go to any of the projects."""
    size = len(posts)
    owners: list[Creator | None] = [
        None if owner == NOBODY else creators[owner] for owner in posts.owners.tolist()
    ]
    tiktok_ids = dice.tiktok_ids(posts.posted_s)
    strays = dice.picks(project_ids, size)
    handles = [owner.handle if owner else "guest" for owner in owners]
    media = np.where(dice.chance(0.12, size) & ~posts.is_staged, "photo_carousel", "video")
    return {
        "id": dice.uuids(size),
        "project_id": [
            owner.project_id if owner else stray
            for owner, stray in zip(owners, strays, strict=True)
        ],
        "creator_id": [owner.id if owner else None for owner in owners],
        "tiktok_video_id": tiktok_ids,
        "url": [
            f"https://www.tiktok.com/@{handle}/video/{tiktok_id}"
            for handle, tiktok_id in zip(handles, tiktok_ids, strict=True)
        ],
        "media_type": media.tolist(),
        "thumbnail_url": [
            f"https://cdn.trackagoat.example/thumbs/{id_}.webp" for id_ in tiktok_ids
        ],
        **_captions(dice, owners),
        **_tracking(dice, timeline, creators, posts),
        **_curves(dice, posts),
    }


def _captions(dice: Dice, owners: Sequence[Creator | None]) -> dict[str, Any]:
    size = len(owners)
    niches = [words.NICHES[owner.niche if owner else "home"] for owner in owners]
    things = [
        niche[place % len(niche)]
        for niche, place in zip(niches, dice.integers(0, 60, size).tolist(), strict=True)
    ]
    numbers = dice.integers(2, 1_000, size).tolist()
    titles = [
        f"{template.format(thing=thing, number=number)} {tag}"
        for template, thing, number, tag in zip(
            dice.picks(words.TITLES, size),
            things,
            numbers,
            dice.picks(words.TAGS, size),
            strict=True,
        )
    ]
    notes = [
        note.format(thing=thing)
        for note, thing in zip(dice.picks(words.NOTES, size), things, strict=True)
    ]
    objects = dice.picks(words.VIDEO_METADATA, size)
    return {
        "title": _thinned(dice, titles, 0.97),
        "description": _thinned(dice, notes, 0.2),
        "metadata": [text or "{}" for text in _thinned(dice, objects, 0.08)],
    }


def _thinned(dice: Dice, texts: Sequence[str], kept: float) -> list[str | None]:
    """Keep a share of the texts, and put None for the others."""
    return [
        text if is_kept else None
        for text, is_kept in zip(texts, dice.chance(kept, len(texts)).tolist(), strict=True)
    ]


def _tracking(
    dice: Dice, timeline: Timeline, creators: Sequence[Creator], posts: Posts
) -> dict[str, Any]:
    size = len(posts)
    statuses = _statuses(dice, creators, posts)
    # NOBODY is -1: the value appended last is its own.
    starts_s = np.array([timeline.start_s(creator.tracked_from) for creator in creators] + [0.0])
    has_left = np.array([not creator.is_active for creator in creators] + [False])
    seen_s = np.maximum(posts.posted_s, starts_s[posts.owners])
    by_hand = statuses == _STATUSES.index("direct_add")
    added_s = seen_s + np.where(by_hand, dice.uniform(0.1, 8.0, size) * DAY_S, 0.0)
    created_s = np.floor(np.minimum(added_s + dice.uniform(60.0, 7_200.0, size), timeline.now_s))
    tracked_s = np.where(by_hand, created_s, seen_s)
    scraped_s = timeline.now_s - dice.uniform(60.0, 6 * 3_600.0, size)
    is_disabled = dice.chance(0.02, size) & ~posts.is_staged | has_left[posts.owners]
    is_deleted = dice.chance(0.005, size) & ~posts.is_staged
    updated = timeline.texts(np.maximum(created_s, scraped_s))
    return {
        "tracking_status": [_STATUSES[place] for place in statuses.tolist()],
        "is_tracking_disabled": is_disabled.astype(int).tolist(),
        "is_tracking_exempt": dice.chance(0.01, size).astype(int).tolist(),
        "posted_at": timeline.texts(posts.posted_s),
        "created_at": timeline.texts(created_s),
        "updated_at": updated,
        "deleted_at": [
            text if gone else None for text, gone in zip(updated, is_deleted.tolist(), strict=True)
        ],
        "posted_ts": posts.posted_s,
        "tracked_ts": tracked_s,
    }


def _statuses(dice: Dice, creators: Sequence[Creator], posts: Posts) -> NDArray[np.int64]:
    size = len(posts)
    auto, selective = dice.weighted(_AUTO, size), dice.weighted(_SELECTIVE, size)
    is_selective = np.array([creator.is_selective for creator in creators] + [False])
    statuses = np.where(is_selective[posts.owners], selective, auto)
    statuses[posts.is_staged] = _STATUSES.index("auto_tracked")
    statuses[posts.owners == NOBODY] = _STATUSES.index("direct_add")
    return statuses


def _curves(dice: Dice, posts: Posts) -> dict[str, NDArray[np.float64]]:
    size = len(posts)
    rates = {
        name: np.round(posts.engagement * share * np.exp(dice.normal(0.0, 0.25, size)), 5)
        for name, share in _RATE_SHARES.items()
    }
    return {
        "final_views": posts.final_views,
        "tau_days": posts.tau_days,
        "shape": posts.shape,
        **rates,
    }


def video_rows(columns: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Turn the columns into rows, in the order in which they were created."""
    order = np.argsort(np.array(columns["created_at"]), kind="stable").tolist()
    lists = [
        values.tolist() if isinstance(values, np.ndarray) else values for values in columns.values()
    ]
    names = list(columns)
    return (
        dict(zip(names, values, strict=True))
        for values in (tuple(values[place] for values in lists) for place in order)
    )


def likes_by_owner(
    columns: Mapping[str, Any], owners: NDArray[np.int64], creators: int, now_s: float
) -> NDArray[np.int64]:
    """Add up the likes that each creator's videos show now, leaving out deleted ones."""
    likes = share_of(views_at(columns, np.array([now_s])), columns[RATES["likes"]])[:, 0]
    is_there = np.array([deleted is None for deleted in columns["deleted_at"]], dtype=np.bool_)
    chosen = is_there & (owners != NOBODY)
    total = np.zeros(creators, dtype=np.int64)
    np.add.at(total, owners[chosen], likes[chosen])
    return total
