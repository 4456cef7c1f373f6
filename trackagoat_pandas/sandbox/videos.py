"""The videos of a world: when they are posted, how many views they get, how they are tracked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trackagoat_pandas.sandbox import words
from trackagoat_pandas.sandbox.clock import DAY_S, Timeline
from trackagoat_pandas.sandbox.covers import draw_cover
from trackagoat_pandas.sandbox.dice import Dice
from trackagoat_pandas.sandbox.people import Creator

NOBODY = -1
"""The owner of a post that was added by URL."""

FLOOD_AGES = (3, 6, 40)
"""How many days ago the flooding creator over-posted."""

FLOOD_POSTS = 9  # on one day
_FLOOD_UNSEEN = 5  # of them reach hardly anyone, the usual effect of over-posting
_SLUMP_DAYS = 50
_BREAKOUT_DAYS = 24  # ago: inside the 30 days that a report covers by default
_BREAKOUT_MULTIPLE = 80.0
_LUCKIEST, _SPREAD = 20.0, 0.9  # times its creator's median, at this spread of luck
_BEFORE_TRACKING_DAYS = 21  # so that some first snapshots have counts already
_NEWEST_S = 600.0  # nothing is younger: its first snapshot must lie before now
_BY_URL = 0.02  # share of the videos that are added by URL and belong to no creator
_FEWEST_VIEWS, MOST_VIEWS = 20.0, 30_000_000.0
GUEST_VIEWS, GUEST_ENGAGEMENT = 20_000.0, 0.08  # of those that belong to no creator
# Share of each tracking status, by how the video came in.
_STATUSES = ("auto_tracked", "included", "direct_add", "pending_review", "excluded")
_AUTO = np.array([0.95, 0.0, 0.02, 0.0, 0.03])
_SELECTIVE = np.array([0.0, 0.7, 0.02, 0.18, 0.1])
_NEW_RATES = {"like_rate": 0.06, "comment_rate": 0.004, "share_rate": 0.005, "save_rate": 0.004}
CURVE = (
    "final_views", "tau_days", "shape", "rhythm", "noise", "tape",
    "wave_views", "wave_ts", "wave_tau_days", "wave_engagement", "wave_form",
    "taken_views", "taken_ts", "gap_ts", "gap_days",
)  # fmt: skip
_RATE_SHARES = {"like_rate": 0.84, "comment_rate": 0.05, "share_rate": 0.06, "save_rate": 0.05}


@dataclass(frozen=True, slots=True)
class Posts:
    """Posts as equally long arrays, in the order of ``posted_s``.

    ``owners`` are positions among the creators, or NOBODY; ``is_silent`` marks those that can't be
    commented on, ``is_evergreen`` those that live long, and ``is_staged`` the posts of a story such
    as a breakout or a flood, which must count. The others are columns of the table videos.
    """

    owners: NDArray[np.int64]
    posted_s: NDArray[np.float64]
    final_views: NDArray[np.float64]
    tau_days: NDArray[np.float64]
    shape: NDArray[np.float64]
    engagement: NDArray[np.float64]
    rhythm: NDArray[np.float64]
    noise: NDArray[np.float64]
    tape: NDArray[np.int64]
    wave_views: NDArray[np.float64]
    wave_ts: NDArray[np.float64]
    wave_tau_days: NDArray[np.float64]
    wave_engagement: NDArray[np.float64]
    wave_form: NDArray[np.int64]
    taken_views: NDArray[np.float64]
    taken_ts: NDArray[np.float64]
    gap_ts: NDArray[np.float64]
    gap_days: NDArray[np.float64]
    is_silent: NDArray[np.bool_]
    is_evergreen: NDArray[np.bool_]
    is_staged: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.owners)


def plan_posts(
    dice: Dice,
    timeline: Timeline,
    creators: Sequence[Creator],
    total: int,
    spread: float,
    hot: Sequence[NDArray[np.float64]],
) -> Posts:
    """Plan exactly ``total`` posts of all creators together.

    ``spread`` is that of their luck; ``hot`` is, for each creator, the factor by which it posts
    more, and better, on each day.
    """
    weights = [
        _day_weights(timeline, creator) * own for creator, own in zip(creators, hot, strict=True)
    ]
    by_url = int(total * _BY_URL)
    numbers = _allot(np.array([own.sum() for own in weights]), total - by_url).tolist()
    parts = [
        _posts_of(
            dice, timeline, place, creator, weights[place], numbers[place], spread, hot[place]
        )
        for place, creator in enumerate(creators)
    ]
    posted_s = dice.uniform(timeline.start_s(timeline.first_day), timeline.now_s, by_url)
    posted_s = _not_too_new(dice, timeline, posted_s)
    parts.append(draw_posts(dice, NOBODY, posted_s, GUEST_VIEWS, GUEST_ENGAGEMENT, spread))
    joined = {
        name: np.concatenate([getattr(part, name) for part in parts]) for name in Posts.__slots__
    }
    np.round(joined["final_views"], out=joined["final_views"])
    order = np.argsort(joined["posted_s"], kind="stable")
    return Posts(**{name: array[order] for name, array in joined.items()})


def _allot(weights: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Split a number in proportion to weights, by largest remainders."""
    exact = total * weights / weights.sum()
    numbers: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    order = np.argsort(numbers - exact, kind="stable")
    numbers[order[: total - int(numbers.sum())]] += 1
    return numbers


def _day_weights(timeline: Timeline, creator: Creator) -> NDArray[np.float64]:
    """Return the expected number of posts of a creator on each day of the world."""
    days = timeline.all_days()
    first = creator.tracked_from - timedelta(days=_BEFORE_TRACKING_DAYS)
    inside = np.array([first <= day and (not creator.left or day < creator.left) for day in days])
    habit = np.array([creator.week[day.weekday()] for day in days])
    weights: NDArray[np.float64] = habit * inside * creator.posts_a_week / 7.0
    # Only a part of today has passed.
    weights[-1] *= (timeline.now_s - timeline.start_s(timeline.today)) / DAY_S
    if creator.trait == "slump":
        weights[-_SLUMP_DAYS:] *= 0.5
    return weights


def _posts_of(
    dice: Dice,
    timeline: Timeline,
    place: int,
    creator: Creator,
    weights: NDArray[np.float64],
    number: int,
    spread: float,
    hot: NDArray[np.float64],
) -> Posts:
    days = dice.weighted(weights, number) if number else np.array([], int)
    hours = dice.normal(creator.peak_hour, 1.9, number) % 24.0
    posted_s = _not_too_new(dice, timeline, timeline.starts_s()[days] + 3_600.0 * hours)
    posts = draw_posts(dice, place, posted_s, creator.median_views, creator.engagement, spread)
    posts.final_views[:] *= hot[days]
    if creator.trait == "slump":
        posts.final_views[posted_s > timeline.now_s - _SLUMP_DAYS * DAY_S] *= 0.06
    if creator.trait == "flood":
        _stage_floods(dice, timeline, posts)
    if creator.trait == "breakout" and number:
        wanted_s = timeline.now_s - _BREAKOUT_DAYS * DAY_S
        found = int(np.argmin(np.abs(posts.posted_s - wanted_s)))
        posts.final_views[found] = min(_BREAKOUT_MULTIPLE * creator.median_views, 2 * MOST_VIEWS)
        posts.is_staged[found] = True
    return posts


def _not_too_new(
    dice: Dice, timeline: Timeline, posted_s: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Move posts that would lie after now to the twelve hours before."""
    newest_s = timeline.now_s - _NEWEST_S
    earlier_s = newest_s - dice.uniform(0.0, DAY_S / 2, len(posted_s))
    return np.floor(np.where(posted_s > newest_s, earlier_s, posted_s))


def draw_posts(
    dice: Dice,
    owner: int,
    posted_s: NDArray[np.float64],
    median_views: float,
    engagement: float,
    spread: float,
) -> Posts:
    """Draw how posts of one owner do; ``spread`` is that of the logarithms of their views."""
    size = len(posted_s)
    luckiest = _LUCKIEST ** (spread / _SPREAD)
    tau_days = np.clip(1.8 * np.exp(dice.normal(0.0, 0.5, size)), 0.3, 12.0)
    luck = np.exp(dice.normal(0.0, spread, size)) * np.where(dice.chance(0.03, size), 4.0, 1.0)
    return Posts(
        owners=np.full(size, owner, dtype=np.int64),
        posted_s=posted_s,
        final_views=np.clip(median_views * np.minimum(luck, luckiest), _FEWEST_VIEWS, MOST_VIEWS),
        tau_days=tau_days.round(3),
        shape=dice.uniform(0.55, 1.05, size).round(3),
        engagement=np.clip(engagement * np.exp(dice.normal(0.0, 0.3, size)), 0.005, 0.3),
        rhythm=np.zeros(size),
        noise=np.zeros(size),
        tape=np.zeros(size, dtype=np.int64),
        wave_views=np.zeros(size),
        wave_ts=np.zeros(size),
        wave_tau_days=np.ones(size),
        wave_engagement=np.ones(size),
        wave_form=np.zeros(size, dtype=np.int64),
        taken_views=np.zeros(size),
        taken_ts=np.zeros(size),
        gap_ts=np.zeros(size),
        gap_days=np.zeros(size),
        is_silent=np.zeros(size, dtype=np.bool_),
        is_evergreen=np.zeros(size, dtype=np.bool_),
        is_staged=np.zeros(size, dtype=np.bool_),
    )


def _stage_floods(dice: Dice, timeline: Timeline, posts: Posts) -> None:
    """Turn the first posts into days of over-posting, while there are enough."""
    ages = [age for age in FLOOD_AGES if age <= timeline.days]
    for place, age in enumerate(ages[: len(posts) // FLOOD_POSTS]):
        start_s = timeline.start_s(timeline.today - timedelta(days=age))
        span = slice(place * FLOOD_POSTS, (place + 1) * FLOOD_POSTS)
        posts.posted_s[span] = start_s + 3_600.0 * 9 + 4_500.0 * np.arange(FLOOD_POSTS)
        unseen = np.arange(FLOOD_POSTS) < _FLOOD_UNSEEN
        posts.final_views[span] = np.where(
            unseen,
            dice.uniform(15.0, 85.0, FLOOD_POSTS),
            dice.uniform(150.0, 900.0, FLOOD_POSTS),
        )
        posts.is_staged[span] = True


def film(
    dice: Dice,
    timeline: Timeline,
    creators: Sequence[Creator],
    posts: Posts,
    project_ids: Sequence[str],
) -> dict[str, Any]:
    """Make the columns of the table videos; posts without a creator go to random projects."""
    size = len(posts)
    owners: list[Creator | None] = [
        None if owner == NOBODY else creators[owner] for owner in posts.owners.tolist()
    ]
    tiktok_ids = dice.tiktok_ids(posts.posted_s)
    strays = dice.picks(project_ids, size)
    handles = [owner.handle if owner else "guest" for owner in owners]
    media = np.where(dice.chance(0.12, size) & ~posts.is_staged, "photo_carousel", "video")
    ids = dice.uuids(size)
    captions, tracking = _captions(dice, owners), _tracking(dice, timeline, creators, posts)
    rates = {
        name: np.round(posts.engagement * share * np.exp(dice.normal(0.0, 0.25, size)), 5)
        for name, share in _RATE_SHARES.items()
    }
    rates["comment_rate"][posts.is_silent] = 0.0
    return {
        "id": ids,
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
        "thumbnail_url": [*map(draw_cover, tiktok_ids)],
        **captions,
        **tracking,
        **rates,
        **{name: getattr(posts, name) for name in CURVE},
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
        "title": _thin(dice, titles, 0.97),
        "description": _thin(dice, notes, 0.2),
        "metadata": [text or "{}" for text in _thin(dice, objects, 0.08)],
    }


def _thin(dice: Dice, texts: Sequence[str], kept: float) -> list[str | None]:
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
    # A row is made once the video is found, within two hours.
    created_s = np.floor(np.minimum(added_s + dice.uniform(60.0, 7_200.0, size), timeline.now_s))
    tracked_s = np.where(by_hand, created_s, seen_s)
    scraped_s = timeline.now_s - dice.uniform(60.0, 6 * 3_600.0, size)
    is_disabled = dice.chance(0.02, size) & ~posts.is_staged | has_left[posts.owners]
    is_deleted = dice.chance(0.005, size) & ~posts.is_staged
    updated_s = np.floor(np.maximum(created_s, scraped_s))
    updated = timeline.texts(updated_s)
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
        "untracked_ts": np.where(is_disabled, updated_s, np.inf),
    }


def _statuses(dice: Dice, creators: Sequence[Creator], posts: Posts) -> NDArray[np.int64]:
    size = len(posts)
    auto, selective = dice.weighted(_AUTO, size), dice.weighted(_SELECTIVE, size)
    is_selective = np.array([creator.is_selective for creator in creators] + [False])
    statuses = np.where(is_selective[posts.owners], selective, auto)
    statuses[posts.is_staged] = _STATUSES.index("auto_tracked")
    statuses[posts.owners == NOBODY] = _STATUSES.index("direct_add")
    return statuses


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


def new_curve(dice: Dice, tiktok_id: int, now_s: float) -> dict[str, NDArray[np.float64]]:
    """Draw the curve of a video that is added later, as columns of one row.

    TikTok's ids have the second of posting in the upper 32 bits; nothing is posted after now.
    """
    return {
        "posted_ts": np.array([min(float(tiktok_id >> 32), np.floor(now_s))]),
        "final_views": np.floor(10 ** dice.uniform(2.5, 5.5, 1)),
        "tau_days": dice.uniform(0.5, 4.0, 1).round(3),
        "shape": dice.uniform(0.55, 1.05, 1).round(3),
        **{name: (rate * dice.uniform(0.6, 1.6, 1)).round(5) for name, rate in _NEW_RATES.items()},
    }
