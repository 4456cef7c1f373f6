"""TikTok accounts that are tracked in several projects: more creators, with the same posts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import numpy as np

from trackagoat_pandas.sandbox.clock import Timeline, parse_instant
from trackagoat_pandas.sandbox.dice import Dice
from trackagoat_pandas.sandbox.people import Creator
from trackagoat_pandas.sandbox.truth import planted_row
from trackagoat_pandas.sandbox.videos import CURVE, NOBODY, Posts, film

MOST_PROJECTS = 4
"""Accounts are tracked in two projects, three or four, in turn."""
_BEFORE_TRACKING_DAYS = 14  # posts from before tracking that are listed, too
_UPPER_CASE = 3  # every third handle is written in capitals in the other projects
_ON_TIKTOK = (
    "tiktok_video_id", "url", "title", "description", "media_type", "thumbnail_url",
    "like_rate", "comment_rate", "share_rate", "save_rate",
)  # fmt: skip
"""What a post has on TikTok, in whatever project it is tracked."""
_OF_COMMENT = ("id", "tiktok_video_id", "project_id", "creator_id", "created_at")


@dataclass(frozen=True, slots=True)
class Account:
    """A creator, the creators of the same account in other projects, and a project without it."""

    creator: Creator
    others: tuple[Creator, ...]
    untracked_project: str | None


def choose_accounts(
    dice: Dice,
    timeline: Timeline,
    creators: Sequence[Creator],
    project_ids: Sequence[str],
    number: int,
) -> list[Account]:
    """Choose active creators, and add each to one to three other projects.

    They join there later, at some time in the first half of the creator's tracking.
    """
    accounts = []
    for place, creator in enumerate(dice.shuffled([one for one in creators if one.is_active])):
        if place == number:
            break
        homes = dice.shuffled([one for one in project_ids if one != creator.project_id])
        joined = homes[: 1 + place % (MOST_PROJECTS - 1)]
        handle = creator.handle.upper() if place % _UPPER_CASE == 1 else creator.handle
        days = (timeline.today - creator.tracked_from).days
        others = tuple(
            replace(
                creator,
                id=dice.uuid(),
                project_id=project_id,
                handle=handle,
                tracked_from=creator.tracked_from
                + timedelta(days=min(days, dice.whole(1, 2 + days // 2))),
                is_selective=False,
            )
            for project_id in joined
        )
        untracked = next((one for one in homes if one not in joined), None)
        accounts.append(Account(creator, others, untracked))
    return accounts


def share_videos(
    dice: Dice, timeline: Timeline, account: Account, videos: Mapping[str, Any], posts: Posts
) -> list[dict[str, Any]]:
    """Make the columns of an account's posts in its other projects, a table for each.

    The latest post is also added by URL in a project in which the account isn't tracked.
    """
    is_shown = np.array([deleted is None for deleted in videos["deleted_at"]], np.bool_)
    own = np.flatnonzero((np.array(videos["creator_id"], object) == account.creator.id) & is_shown)
    tables = []
    for creator in account.others:
        first = creator.tracked_from - timedelta(days=_BEFORE_TRACKING_DAYS)
        since = own[posts.posted_s[own] >= timeline.start_s(first)]
        tables.append(_share(dice, timeline, [creator], [creator.project_id], since, videos, posts))
    if account.untracked_project is not None and len(own):
        projects = [account.untracked_project]
        tables.append(_share(dice, timeline, [], projects, own[-1:], videos, posts))
    return tables


def _share(
    dice: Dice,
    timeline: Timeline,
    creators: Sequence[Creator],
    project_ids: Sequence[str],
    places: np.ndarray[Any, np.dtype[np.intp]],
    videos: Mapping[str, Any],
    posts: Posts,
) -> dict[str, Any]:
    """Make the columns of some posts anew, of another creator or of nobody."""
    chosen = {name: getattr(posts, name)[places] for name in Posts.__slots__}
    chosen["owners"] = np.full(len(places), 0 if creators else NOBODY, dtype=np.int64)
    columns = film(dice, timeline, creators, Posts(**chosen), project_ids)
    for name in (*_ON_TIKTOK, *CURVE):
        values = videos[name]
        is_array = isinstance(values, np.ndarray)
        columns[name] = values[places] if is_array else [values[place] for place in places.tolist()]
    return columns


def share_comments(
    dice: Dice, videos: Mapping[str, Any], comments: Sequence[Mapping[str, Any]], shared_from: Any
) -> list[dict[str, Any]]:
    """Make the rows of the comments under shared posts; `shared_from` has a post's first id."""
    of_each: dict[str, list[Mapping[str, Any]]] = {}
    for row in comments:
        of_each.setdefault(row["video_id"], []).append(row)
    columns = zip(*(videos[name] for name in _OF_COMMENT), strict=True)
    return [
        {
            **comment,
            "id": dice.uuid(),
            "video_id": video_id,
            "project_id": project_id,
            "creator_id": creator_id,
            "created_at": max(comment["created_at"], created_at, key=parse_instant),
        }
        for video_id, tiktok_id, project_id, creator_id, created_at in columns
        for comment in of_each.get(shared_from[tiktok_id], [])
    ]


def account_rows(accounts: Sequence[Account]) -> list[dict[str, Any]]:
    """Make the rows of the table planted: each account, under the creator that was there first."""
    return [
        planted_row(
            "shared_account",
            account.creator.id,
            {"creator_ids": [account.creator.id, *(one.id for one in account.others)]},
        )
        for account in accounts
    ]
