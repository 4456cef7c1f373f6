"""The comments under the videos of a world."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trackagoat_pandas.sandbox import words
from trackagoat_pandas.sandbox.clock import DAY_S, Timeline, format_seconds
from trackagoat_pandas.sandbox.curves import counts_at, views_at
from trackagoat_pandas.sandbox.dice import Dice
from trackagoat_pandas.sandbox.video_cache import COUNTED_STATUSES

MOST_COMMENTS = 20_000
_A_VIDEO = 1.3  # on average
_ON_FIRE = 36  # comments on the one video that is under fire
_POOLS = (
    words.POSITIVE, words.NEUTRAL, words.NEGATIVE, words.OTHER_TONGUES, words.EMOJI_ONLY, (None,),
)  # fmt: skip
# Shares of the pools: every tenth comment is emoji only, every fiftieth has no text.
_CALM = np.array([0.40, 0.31, 0.11, 0.06, 0.10, 0.02])
_THINGS = sorted(thing for things in words.NICHES.values() for thing in things)


def comment_rows(dice: Dice, timeline: Timeline, videos: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Make the rows of the table comments, in the order in which they were created.

    Bigger videos have more of them. One recent video is under fire: three in four of its comments
    are angry.
    """
    counted = np.isin(videos["tracking_status"], COUNTED_STATUSES)
    counted &= ~np.array(videos["is_tracking_disabled"], np.bool_)
    counted &= np.array([deleted is None for deleted in videos["deleted_at"]], np.bool_)
    counted &= videos["comment_rate"] > 0.0
    views = views_at(videos, np.array([timeline.now_s]))[:, 0] * counted
    if not views.any():
        return []
    number = min(MOST_COMMENTS, round(_A_VIDEO * len(views)))
    target = _under_fire(timeline, videos, views)
    places = np.append(
        dice.weighted(np.sqrt(views), max(0, number - _ON_FIRE)), np.full(_ON_FIRE, target)
    )
    calm = [_calm_text(dice) for _ in range(len(places) - _ON_FIRE)]
    angry = [
        dice.pick(words.UNDER_FIRE if dice.whole(0, 4) else words.NEUTRAL).format(
            thing=dice.pick(_THINGS)
        )
        for _ in range(_ON_FIRE)
    ]
    return _rows(dice, timeline, videos, places, [*calm, *angry])


def count_comments(
    timeline: Timeline, videos: dict[str, Any], comments: Sequence[Mapping[str, Any]]
) -> None:
    """Raise the comment rates of videos that would count fewer comments than they have."""
    of_each = Counter(row["video_id"] for row in comments)
    listed = np.array([of_each[video_id] for video_id in videos["id"]])
    now = np.array([timeline.now_s])
    few = np.flatnonzero(counts_at(videos, now)["comments"][:, 0] < listed)
    views = views_at(videos, now, engaging=True)[few, 0]
    # Half a comment more than needed, since counts are rounded down.
    videos["comment_rate"][few] = np.round((listed[few] + 0.5) / views, 5)


def comment_row(
    dice: Dice, video: Mapping[str, Any], posted_s: float, created_at: str
) -> dict[str, Any]:
    """Make the row of one comment that is written later."""
    return {
        "id": dice.uuid(),
        "video_id": video["id"],
        "project_id": video["project_id"],
        "creator_id": video["creator_id"],
        "tiktok_comment_id": dice.tiktok_ids(np.array([posted_s]))[0],
        "author": _author(dice),
        "text": _calm_text(dice),
        "like_count": int(_likes(dice, 1)[0]),
        "posted_at": format_seconds(np.array([posted_s]))[0],
        "created_at": created_at,
    }


def _likes(dice: Dice, size: int) -> NDArray[np.int64]:
    return np.floor(np.exp(dice.normal(0.6, 1.6, size))).astype(np.int64)


def _under_fire(timeline: Timeline, videos: Mapping[str, Any], views: NDArray[np.int64]) -> int:
    """Choose the video with the tenth most views of those posted in the last two weeks.

    It is big enough to matter, and too small for ordinary comments to outnumber the angry ones.
    """
    ages_days = (timeline.now_s - videos["posted_ts"]) / DAY_S
    recent = np.flatnonzero((ages_days > 2.0) & (ages_days < 14.0) & (views > 0))
    if not len(recent):
        return int(np.argmax(views))
    ranked = recent[np.argsort(-views[recent], kind="stable")]
    return int(ranked[min(9, len(ranked) - 1)])


def _calm_text(dice: Dice) -> str | None:
    text = dice.pick(_POOLS[int(dice.weighted(_CALM, 1)[0])])
    if text is None:
        return None
    said = text.format(thing=dice.pick(_THINGS)) + dice.pick(words.TAILS)
    return said.upper() if dice.whole(0, 16) == 0 else said


def _rows(
    dice: Dice,
    timeline: Timeline,
    videos: Mapping[str, Any],
    places: NDArray[np.int64],
    texts: Sequence[str | None],
) -> list[dict[str, Any]]:
    size = len(places)
    born_s = videos["posted_ts"][places]
    # The third power puts most of the comments into a video's first days.
    age_s = (timeline.now_s - born_s - 120.0) * dice.uniform(0.0, 1.0, size) ** 3
    posted_s = np.floor(born_s + 60.0 + age_s)
    created_s = np.minimum(posted_s + dice.uniform(60.0, 6 * 3_600.0, size), timeline.now_s)
    order = np.argsort(created_s, kind="stable").tolist()
    columns = {
        "id": dice.uuids(size),
        "video_id": [videos["id"][place] for place in places.tolist()],
        "project_id": [videos["project_id"][place] for place in places.tolist()],
        "creator_id": [videos["creator_id"][place] for place in places.tolist()],
        "tiktok_comment_id": dice.tiktok_ids(posted_s),
        "author": [_author(dice) for _ in range(size)],
        "text": texts,
        "like_count": _likes(dice, size).tolist(),
        "posted_at": timeline.texts(posted_s),
        "created_at": timeline.texts(created_s),
    }
    return [{name: values[place] for name, values in columns.items()} for place in order]


def _author(dice: Dice) -> str:
    # The order of the draws is part of the world: the halves come before the form.
    halves = dice.pick(words.FIRST_HALVES), dice.pick(words.SECOND_HALVES)
    return dice.pick(words.AUTHORS).format(*halves, number=dice.whole(10, 100_000))
