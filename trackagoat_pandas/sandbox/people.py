"""The creators of a world: their sizes, habits and peculiarities."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, TypeAlias

import numpy as np

from trackagoat_pandas.sandbox import words
from trackagoat_pandas.sandbox.clock import Timeline
from trackagoat_pandas.sandbox.dice import Dice

Trait: TypeAlias = Literal["steady", "breakout", "slump", "flood"]
# By position, so that even a small world has each of them.
_TRAITS: dict[int, Trait] = {2: "breakout", 3: "slump", 4: "flood"}
_PEAK_HOURS = (7.5, 12.0, 17.0, 19.5, 21.0)
# How much is posted on each weekday, from Monday, against an even spread.
_WORKDAY_WEEK = (1.1, 1.3, 1.2, 1.25, 0.9, 0.35, 0.45)
_WEEKEND_WEEK = (0.6, 0.5, 0.6, 0.8, 1.3, 1.7, 1.5)
HANDLE_LENGTH = 30  # TikTok's limit


@dataclass(frozen=True, slots=True)
class Creator:
    """One creator. ``left`` is the day on which tracking stopped, by removal or not."""

    id: str
    project_id: str
    handle: str
    display_name: str | None
    niche: str
    trait: Trait
    tracked_from: date
    left: date | None
    is_removed: bool
    is_selective: bool
    followers: int
    followers_daily: float
    median_views: float
    posts_a_week: float
    peak_hour: float
    week: tuple[float, ...]
    engagement: float

    @property
    def is_active(self) -> bool:
        """Whether the creator is tracked now."""
        return self.left is None


def cast_creators(dice: Dice, timeline: Timeline, project_ids: Sequence[str]) -> list[Creator]:
    """Make one creator for each entry of ``project_ids``.

    Sizes are spread evenly on a log scale from 1,000 to 2,000,000 followers. The third to the
    fifth creator have a breakout, a slump and floods; of every twelve, one was removed and one
    disabled; of every six, one joined midway.
    """
    size = len(project_ids)
    ids, handles = dice.uuids(size), _handles(dice, size)
    ranks = dice.shuffled(((np.arange(size) + dice.uniform(0.0, 1.0, size)) / size).tolist())
    cast = []
    for place, (rank, creator_id, handle, project_id) in enumerate(
        zip(ranks, ids, handles, project_ids, strict=True)
    ):
        # Every draw is made even where it isn't used: the order of the draws is part of the world.
        followers = 10 ** (3.0 + 3.3 * rank)
        trait: Trait = _TRAITS.get(place, "steady")
        reach, engagement, growth, pace = dice.uniform(0.0, 1.0, 4).tolist()
        name = dice.pick(words.NAMES) + dice.pick(words.NAME_TAILS)
        niche = dice.pick(sorted(words.NICHES))
        joined = 0.3 + 0.3 * dice.uniform(0.0, 1.0, 1)[0] if place % 6 == 1 else 0.0
        absent = 0.2 + 0.3 * dice.uniform(0.0, 1.0, 1)[0]
        has_left = place % 12 in (5, 6)
        creator = Creator(
            id=creator_id,
            project_id=project_id,
            handle=handle,
            display_name=None if place % 8 == 7 else name,
            niche=niche,
            trait=trait,
            tracked_from=timeline.first_day + timedelta(days=int(timeline.days * joined)),
            left=timeline.today - timedelta(days=int(timeline.days * absent)) if has_left else None,
            is_removed=place % 12 == 5,
            is_selective=place % 7 == 1,
            followers=int(followers),
            followers_daily=round(0.0004 + 0.004 * growth, 6),
            median_views=max(150.0, followers * (0.05 + 0.3 * reach)),
            posts_a_week=3.0 if trait == "flood" else 1.0 + 2.0 * pace,
            peak_hour=dice.pick(_PEAK_HOURS),
            week=dice.pick((_WORKDAY_WEEK, _WEEKEND_WEEK)),
            engagement=0.04 + 0.08 * engagement,
        )
        cast.append(creator)
    return cast


def _handles(dice: Dice, size: int) -> list[str]:
    taken: dict[str, None] = {}
    while len(taken) < size:
        halves = dice.pick(words.FIRST_HALVES), dice.pick(words.SECOND_HALVES)
        handle = dice.pick(words.HANDLE_FORMS).format(*halves) + dice.pick(words.HANDLE_YEARS)
        if handle in taken:
            handle = f"{handle}{dice.whole(100, 10_000)}"
        taken[handle[:HANDLE_LENGTH]] = None
    return list(taken)


def creator_rows(
    dice: Dice, timeline: Timeline, creators: Sequence[Creator]
) -> list[dict[str, Any]]:
    """Make the rows of the table creators."""
    return [_row(dice, timeline, place, creator) for place, creator in enumerate(creators)]


def _row(dice: Dice, timeline: Timeline, place: int, creator: Creator) -> dict[str, Any]:
    added_s, edited_s, left_s = dice.uniform(0.0, 1.0, 3).tolist()
    created_s = timeline.start_s(creator.tracked_from) + 3_600 * (1 + 8 * added_s)
    # A scrape is stale after a day; every ninth creator's is.
    hours_ago = 30 + 20 * edited_s if place % 9 == 8 else 20 * edited_s
    updated_s = max(created_s, timeline.now_s - 3_600 * hours_ago)
    left = None
    if creator.left is not None:
        left = timeline.text(timeline.start_s(creator.left) + 3_600 * (9 + 8 * left_s))
    bio = dice.pick(words.BIOS).format(thing=dice.pick(words.NICHES[creator.niche]))
    metadata = json.dumps({"niche": creator.niche}) if place % 10 == 6 else "{}"
    if place % 10 == 3:
        metadata = dice.pick(words.CREATOR_METADATA)
    return {
        "id": creator.id,
        "project_id": creator.project_id,
        "tiktok_handle": creator.handle,
        "display_name": creator.display_name,
        "description": None if place % 5 == 4 else bio,
        "metadata": metadata,
        "tracking_mode": "selective" if creator.is_selective else "auto",
        "avatar_url": f"https://cdn.trackagoat.example/avatars/{creator.id}.webp",
        "tracking_start_date": creator.tracked_from.isoformat(),
        "is_active": int(creator.is_active),
        "disabled_at": left,
        "deleted_at": left if creator.is_removed else None,
        "created_at": timeline.text(created_s),
        "updated_at": timeline.text(updated_s),
        "followers_start": creator.followers,
        "followers_daily": creator.followers_daily,
    }
