"""Worlds of posts with planted twins, groups, or neither, by the sandbox's own laws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from tests.support.posting_worlds import ZONE, posting_world
from trackagoat_pandas.sandbox.people import Creator
from trackagoat_pandas.sandbox.videos import Posts

_SHARES = {"like_count": 0.84, "comment_count": 0.05, "share_count": 0.06, "save_count": 0.05}
Cast = Callable[[list[Creator]], list[Creator]]


@dataclass(frozen=True)
class PoolWorld:
    """Creators of a program and their posts, as frames, and each one's planted group."""

    creators: pd.DataFrame
    videos: pd.DataFrame
    analytics: pd.DataFrame
    groups: np.ndarray | None = None

    @property
    def frames(self) -> dict[str, Any]:
        """The arguments of a helper."""
        return {"creators": self.creators, "videos": self.videos, "timezone": ZONE}


def pool_world(
    seed: int, *, posts: int, days: int, creators: int = 24, cast: Cast = list, **options: Any
) -> PoolWorld:
    """Draw a world; ``cast`` may change its creators."""
    kept: list[Posts] = []
    world = posting_world(
        seed, posts=posts, days=days, creators=creators, cast=cast,
        change=lambda drawn, _: kept.append(drawn), **options,
    )  # fmt: skip
    views, rates = world.videos["view_count"].to_numpy(), kept[0].engagement
    dice = np.random.default_rng(seed)
    counts = {
        name: np.round(views * rates * share * np.exp(dice.normal(0.0, 0.25, len(views))))
        for name, share in _SHARES.items()
    }
    videos = world.videos.assign(**{name: each.astype("int64") for name, each in counts.items()})
    ids = [f"creator {place}" for place in range(creators)]
    handles = [f"handle{place}" for place in range(creators)]
    people = pd.DataFrame({"id": ids, "tiktok_handle": handles})
    people.attrs = dict(world.videos.attrs)
    return PoolWorld(people, videos, world.analytics)


def steady(people: list[Creator]) -> list[Creator]:
    """Let nobody join late, leave, or have a story."""
    first = people[0].tracked_from
    return [replace(one, trait="steady", left=None, tracked_from=first) for one in people]


def with_twins(people: list[Creator], *, times: float = 1.0) -> list[Creator]:
    """Let the last creator be like the one before, with some times the views."""
    people = steady(people)
    twin, own = people[-2], people[-1]
    alike = replace(twin, id=own.id, handle=own.handle, median_views=times * twin.median_views)
    return [*people[:-1], alike]


_WORKDAYS, _WEEKENDS = (
    np.array([1.1, 1.3, 1.2, 1.25, 0.9, 0.35, 0.45]),
    np.array([0.6, 0.5, 0.6, 0.8, 1.3, 1.7, 1.5]),
)


def _like(one: Creator, **own: Any) -> Creator:
    share = own.pop("weekend")
    week = tuple((share * _WEEKENDS + (1.0 - share) * _WORKDAYS).tolist())
    return replace(one, week=week, **own)


def one_cloud(
    people: list[Creator], *, seed: int, peaks: tuple[float, float] = (17.0, 2.5)
) -> list[Creator]:
    """Let creators differ in everything, without groups."""
    dice = np.random.default_rng(seed)
    return [
        _like(
            one,
            peak_hour=float(dice.normal(*peaks)) % 24.0,
            weekend=float(dice.uniform()),
            posts_a_week=float(np.exp(dice.uniform(0.0, 1.1))),
            engagement=float(np.exp(dice.normal(-2.6, 0.3))),
        )
        for one in steady(people)
    ]


def three_groups(people: list[Creator], *, seed: int) -> list[Creator]:
    """Let every third creator be alike in hours, weekdays, pace and engagement, at any size."""
    dice = np.random.default_rng(seed)
    kinds = [(8.0, 0.1, 2.8, 0.05), (14.0, 0.9, 1.6, 0.1), (20.0, 0.1, 1.1, 0.07)]
    alike = []
    for place, one in enumerate(steady(people)):
        peak, weekend, pace, engagement = kinds[place % 3]
        alike.append(
            _like(
                one,
                peak_hour=float(dice.normal(peak, 0.7)),
                weekend=float(np.clip(dice.normal(weekend, 0.08), 0.0, 1.0)),
                posts_a_week=float(pace * np.exp(dice.normal(0.0, 0.1))),
                engagement=float(engagement * np.exp(dice.normal(0.0, 0.1))),
            )
        )
    return alike
