"""Worlds in which each creator's level is known, and creators post more or less often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from tests.support.posting_worlds import NOW, ZONE, posting_world
from trackagoat_pandas.sandbox.dice import Dice
from trackagoat_pandas.sandbox.nature import Nature
from trackagoat_pandas.sandbox.people import Creator
from trackagoat_pandas.sandbox.videos import Posts, draw_posts

DAYS = 67
"""Two months, and a week in which posts settle."""
_HIT_SHARE, _HIT = 0.03, np.log(4.0)


@dataclass(frozen=True)
class LuckWorld:
    """Posts of some creators, and the log of what each one's typical post gets, by its number."""

    videos: pd.DataFrame
    levels: np.ndarray
    luck: float

    def part(self, first_day: int, after: int) -> pd.DataFrame:
        """Return the posts of some days; the last day of the world has the number DAYS."""
        age = (pd.Timestamp(NOW) - self.videos["posted_at"]).dt.total_seconds() / 86_400
        return self.videos[(DAYS - age >= first_day) & (DAYS - age < after)]

    def levels_of(self, ids: pd.Series) -> np.ndarray:
        """Return the true levels of creators."""
        return self.levels[ids.str.removeprefix("creator ").astype(int).to_numpy()]

    def share(self, ids: pd.Series) -> float:
        """Return how much of the variance of one post of some creators is level."""
        between = float(np.var(self.levels_of(ids), ddof=1))
        return between / (between + self.luck)


def luck_world(
    seed: int,
    *,
    spread: float = 0.9,
    creators: int = 300,
    posts: tuple[int, int] = (3, 60),
    near: float = 1.0,
    own: float = 0.0,
    tails: float = 0.0,
    **nature: Any,
) -> LuckWorld:
    """Draw a world of DAYS days.

    ``posts`` are the fewest and most posts of a creator in a month. Levels are nearer to each other
    by the factor ``near``. ``own`` is how far the spreads of creators differ, in logs. Luck has
    tails of Student's t with three degrees of freedom, ``tails`` wide.
    """
    chance = np.random.default_rng(seed)
    wanted = np.exp(chance.uniform(*np.log(posts), creators))
    people: list[Creator] = []

    def cast(drawn: list[Creator]) -> list[Creator]:
        first = min(one.tracked_from for one in drawn)
        logs = np.log([one.median_views for one in drawn])
        medians = np.exp(logs.mean() + near * (logs - logs.mean()))
        steady: dict[str, Any] = {"trait": "steady", "left": None, "tracked_from": first}
        people[:] = [
            replace(one, **steady, week=(1.0,) * 7, posts_a_week=often, median_views=median)
            for one, often, median in zip(drawn, wanted, medians.tolist(), strict=True)
        ]
        return people

    scales = np.exp(chance.normal(0.0, own, creators + 1))

    def change(drawn: Posts, cast_people: Sequence[Creator]) -> None:
        medians = np.array([*(one.median_views for one in cast_people), 1_000.0])[drawn.owners]
        luck = np.log(drawn.final_views / medians) * scales[drawn.owners]
        luck += tails * chance.standard_t(3, len(luck))
        drawn.final_views[:] = np.clip(np.round(medians * np.exp(luck)), 0.0, 3e8)

    total = round(float(wanted.sum()) * 2)
    world = posting_world(
        seed, posts=total, days=DAYS, creators=creators,
        nature=Nature(luck=spread, **nature), cast=cast, change=change,
    )  # fmt: skip
    videos = world.videos[world.videos["creator_id"].notna()].reset_index(drop=True)
    videos.attrs["trackagoat"] = {**videos.attrs["trackagoat"], "timezone": ZONE}
    luck = spread**2 + _HIT_SHARE * (1.0 - _HIT_SHARE) * _HIT**2
    luck = luck * float(np.mean(scales**2)) + 3.0 * tails**2 + nature.get("streaks", 0.0) ** 2
    return LuckWorld(videos, np.log([one.median_views for one in people]), luck)


def mean_multiple(spread: float) -> float:
    """Return the mean views of a post at that spread of luck, over the typical post's."""
    drawn = draw_posts(Dice(1, "luck"), 0, np.zeros(300_000), 1_000.0, 0.05, spread)
    return float(drawn.final_views.mean()) / 1_000.0


def places(values: Any) -> np.ndarray:
    """Return the rank of each value, 1 for the largest."""
    return pd.Series(np.asarray(values, float)).rank(ascending=False).to_numpy()
