"""When the creators post, and how far each post will go.

Knows habits of weekday and hour, the breakout, the slump and the floods. Must not know ids, titles
or the tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from trackagoat_pandas.sandbox.curves import DAY_S
from trackagoat_pandas.sandbox.dice import Dice
from trackagoat_pandas.sandbox.people import Creator
from trackagoat_pandas.sandbox.timeline import Timeline

NOBODY = -1
"""The owner of a post that was added by URL."""

FLOOD_AGES = (3, 6, 40)
"""How many days ago the flooding creator over-posted."""

_FLOOD_POSTS = 9
_FLOOD_UNSEEN = 5
_SLUMP_DAYS = 50
_BREAKOUT_DAYS = 24
_BREAKOUT_MULTIPLE = 80.0
_LUCKIEST = 20.0  # times its creator's median: nothing else comes near the breakout
_BEFORE_TRACKING_DAYS = 21
_NEWEST_S = 600.0  # nothing is younger: its first snapshot must lie before now
_BY_URL = 0.02  # share of the videos that are added by URL and belong to nobody
_FEWEST_VIEWS, _MOST_VIEWS = 20.0, 30_000_000.0


@dataclass(frozen=True, slots=True)
class Posts:
    """Posts as equally long arrays, in the order of ``posted_s``.

    ``owners`` are positions among the creators, or NOBODY; ``is_staged`` marks the posts of a
    breakout or a flood, which must count.
    """

    owners: NDArray[np.int64]
    posted_s: NDArray[np.float64]
    final_views: NDArray[np.float64]
    tau_days: NDArray[np.float64]
    shape: NDArray[np.float64]
    engagement: NDArray[np.float64]
    is_staged: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.owners)


def plan_posts(dice: Dice, timeline: Timeline, creators: Sequence[Creator], total: int) -> Posts:
    """Plan exactly ``total`` posts of all creators together."""
    activity = np.array([_day_weights(timeline, creator).sum() for creator in creators])
    by_url = int(total * _BY_URL)
    numbers = _allot(activity, total - by_url)
    parts = [
        _posts_of(dice, timeline, place, creator, number)
        for place, (creator, number) in enumerate(zip(creators, numbers.tolist(), strict=True))
    ]
    parts.append(_posts_by_url(dice, timeline, by_url))
    joined = [np.concatenate(arrays) for arrays in zip(*map(_arrays, parts), strict=True)]
    order = np.argsort(joined[1], kind="stable")
    return Posts(*(array[order] for array in joined))


def _arrays(posts: Posts) -> tuple[NDArray[np.generic], ...]:
    return tuple(getattr(posts, name) for name in Posts.__slots__)


def _allot(weights: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Split a number in proportion to weights, by largest remainders."""
    exact = total * weights / weights.sum()
    numbers: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    order = np.argsort(numbers - exact, kind="stable")
    numbers[order[: total - int(numbers.sum())]] += 1
    return numbers


def _day_weights(timeline: Timeline, creator: Creator) -> NDArray[np.float64]:
    """Posts that a creator makes on each day of the world, on average."""
    days = timeline.all_days()
    first = creator.tracked_from - timedelta(days=_BEFORE_TRACKING_DAYS)
    inside = np.array([first <= day and (not creator.left or day < creator.left) for day in days])
    habit = np.array([creator.week[day.weekday()] for day in days])
    weights: NDArray[np.float64] = habit * inside * creator.posts_a_week / 7.0
    weights[-1] *= (timeline.now_s - timeline.start_s(timeline.today)) / DAY_S
    if creator.trait == "slump":
        weights[-_SLUMP_DAYS:] *= 0.5
    return weights


def _posts_of(dice: Dice, timeline: Timeline, place: int, creator: Creator, number: int) -> Posts:
    days = dice.weighted(_day_weights(timeline, creator), number) if number else np.array([], int)
    hours = dice.normal(creator.peak_hour, 1.9, number) % 24.0
    posted_s = _not_too_new(dice, timeline, timeline.starts_s()[days] + 3_600.0 * hours)
    posts = _drawn(dice, place, posted_s, creator.median_views, creator.engagement)
    if creator.trait == "slump":
        posts.final_views[posted_s > timeline.now_s - _SLUMP_DAYS * DAY_S] *= 0.12
    if creator.trait == "flood":
        _stage_floods(dice, timeline, posts)
    if creator.trait == "breakout" and number:
        _stage_breakout(timeline, posts, creator.median_views)
    np.round(posts.final_views, out=posts.final_views)
    return posts


def _posts_by_url(dice: Dice, timeline: Timeline, number: int) -> Posts:
    posted_s = dice.uniform(timeline.start_s(timeline.first_day), timeline.now_s, number)
    posts = _drawn(dice, NOBODY, _not_too_new(dice, timeline, posted_s), 20_000.0, 0.08)
    np.round(posts.final_views, out=posts.final_views)
    return posts


def _not_too_new(
    dice: Dice, timeline: Timeline, posted_s: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Move posts of today that would lie after now to the twelve hours before."""
    newest_s = timeline.now_s - _NEWEST_S
    earlier_s = newest_s - dice.uniform(0.0, DAY_S / 2, len(posted_s))
    return np.floor(np.where(posted_s > newest_s, earlier_s, posted_s))


def _drawn(
    dice: Dice,
    owner: int,
    posted_s: NDArray[np.float64],
    median_views: float,
    engagement: float,
) -> Posts:
    size = len(posted_s)
    tau_days = np.clip(1.8 * np.exp(dice.normal(0.0, 0.5, size)), 0.3, 12.0)
    luck = np.exp(dice.normal(0.0, 0.9, size)) * np.where(dice.chance(0.03, size), 4.0, 1.0)
    return Posts(
        owners=np.full(size, owner, dtype=np.int64),
        posted_s=posted_s,
        final_views=np.clip(median_views * np.minimum(luck, _LUCKIEST), _FEWEST_VIEWS, _MOST_VIEWS),
        tau_days=tau_days.round(3),
        shape=dice.uniform(0.55, 1.05, size).round(3),
        engagement=np.clip(engagement * np.exp(dice.normal(0.0, 0.3, size)), 0.005, 0.3),
        is_staged=np.zeros(size, dtype=np.bool_),
    )


def _stage_floods(dice: Dice, timeline: Timeline, posts: Posts) -> None:
    """Turn the first posts into days of over-posting, as far as they last."""
    ages = [age for age in FLOOD_AGES if age <= timeline.days]
    for place, age in enumerate(ages[: len(posts) // _FLOOD_POSTS]):
        start_s = timeline.start_s(timeline.today - timedelta(days=age))
        span = slice(place * _FLOOD_POSTS, (place + 1) * _FLOOD_POSTS)
        posts.posted_s[span] = start_s + 3_600.0 * 9 + 4_500.0 * np.arange(_FLOOD_POSTS)
        unseen = np.arange(_FLOOD_POSTS) < _FLOOD_UNSEEN
        posts.final_views[span] = np.where(
            unseen,
            dice.uniform(15.0, 85.0, _FLOOD_POSTS),
            dice.uniform(150.0, 900.0, _FLOOD_POSTS),
        )
        posts.is_staged[span] = True


def _stage_breakout(timeline: Timeline, posts: Posts, median_views: float) -> None:
    wanted_s = timeline.now_s - _BREAKOUT_DAYS * DAY_S
    place = int(np.argmin(np.abs(posts.posted_s - wanted_s)))
    posts.final_views[place] = min(_BREAKOUT_MULTIPLE * median_views, 2 * _MOST_VIEWS)
    posts.is_staged[place] = True
