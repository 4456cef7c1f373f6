"""The effects of a world's nature on its posts, before stories are planted in them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from math import pi
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from trackagoat_pandas.sandbox.audience import TAPE_DAYS
from trackagoat_pandas.sandbox.clock import DAY_S, day_start
from trackagoat_pandas.sandbox.dice import Dice
from trackagoat_pandas.sandbox.nature import Nature
from trackagoat_pandas.sandbox.truth import Kind
from trackagoat_pandas.sandbox.videos import Posts

STREAK_DAYS = 10
"""How many days a streak of a creator depends on."""
# Of the days before, and so a streak fades by half in two days.
_FADING = 0.7 ** np.arange(STREAK_DAYS)
_FADING /= np.sqrt((_FADING**2).sum())
_SEASON_S = 182.5 * DAY_S
_FREE_POSTS = 2  # on a day, before over-posting begins
_EVERGREEN_TAU_DAYS, _EVERGREEN_SHAPE = (14.0, 40.0), (0.6, 0.9)
_LEAST_FADED, _MOST_FADED = 0.3, 2.0
"""Bounds of what reach takes from engagement, or gives to it."""


def streak(shocks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how hot a creator is on each day, as a logarithm with the spread of the shocks.

    ``shocks`` are normal draws of consecutive days, STREAK_DAYS - 1 of them before the first day.
    """
    hot: NDArray[np.float64] = np.convolve(shocks, _FADING, "valid")
    return hot


def befall(
    dice: Dice, nature: Nature, zone: ZoneInfo, posts: Posts, medians: NDArray[np.float64]
) -> None:
    """Let posts of whole days have their audience, their season and their hour.

    Parameters
    ----------
    dice
        Every draw is made whatever the nature, so that one setting changes nothing else.
    nature, zone
        The world's nature, and the organization's time zone.
    posts
        The posts, which are changed; those that are staged keep their curve.
    medians
        The median views of each one's owner.
    """
    size = len(posts)
    lasting, silent = dice.uniform(0.0, 1.0, size), dice.uniform(0.0, 1.0, size)
    tau_days = dice.uniform(*_EVERGREEN_TAU_DAYS, size).round(3)
    shape = dice.uniform(*_EVERGREEN_SHAPE, size).round(3)
    posts.tape[:] = dice.integers(0, TAPE_DAYS, size)
    posts.rhythm[:], posts.noise[:] = nature.rhythm, nature.noise
    is_free = ~posts.is_staged
    posts.is_evergreen[:] = is_free & (lasting < nature.evergreen)
    posts.tau_days[posts.is_evergreen] = tau_days[posts.is_evergreen]
    posts.shape[posts.is_evergreen] = shape[posts.is_evergreen]
    posts.is_silent[:] = is_free & (silent < nature.comments_off)
    life, views = np.ones(size), np.ones(size)
    if nature.drift:
        life *= np.exp(nature.drift * np.sin(2.0 * pi * posts.posted_s / _SEASON_S))
    for change, factors in ((nature.shift, life), (nature.shock, views)):
        if change is not None:
            start_s = day_start(date.fromisoformat(change[0]), zone).timestamp()
            factors[posts.posted_s >= start_s] *= change[1]
    if nature.hours is not None or nature.over_posting:
        local = [datetime.fromtimestamp(second, UTC).astimezone(zone) for second in posts.posted_s]
        if nature.hours is not None:
            first, end, effect = nature.hours
            hours = np.array([moment.hour for moment in local], np.int64)
            views[(first <= hours) & (hours < end)] *= 1.0 + effect
        days = np.array([moment.toordinal() for moment in local], np.int64)
        late = _places_in_day(posts.owners, days, posts.posted_s) >= _FREE_POSTS
        views[late & (posts.owners >= 0)] *= 1.0 - nature.over_posting
    posts.tau_days[is_free] = (posts.tau_days * life).round(3)[is_free]
    posts.final_views[is_free] = (posts.final_views * views)[is_free]
    reach = np.maximum(posts.final_views, 1.0) / medians
    faded = np.clip(reach**-nature.fading, _LEAST_FADED, _MOST_FADED)
    posts.engagement[:] *= faded


def signs_of(posts: Posts) -> Iterator[list[Kind]]:
    """Yield what each post is, of what the truth lists."""
    for is_evergreen, is_silent in zip(posts.is_evergreen, posts.is_silent, strict=True):
        signs: dict[Kind, np.bool_] = {"evergreen": is_evergreen, "comments_off": is_silent}
        yield [kind for kind, is_one in signs.items() if is_one]


def _places_in_day(
    owners: NDArray[np.int64], days: NDArray[np.int64], posted_s: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Count each post's owner's posts before it on the same day."""
    order = np.lexsort((posted_s, days, owners))
    is_first = np.ones(len(order), np.bool_)
    is_first[1:] = (np.diff(owners[order]) != 0) | (np.diff(days[order]) != 0)
    starts = np.flatnonzero(is_first)
    places = np.empty(len(order), np.int64)
    lengths = np.diff(np.append(starts, len(order)))
    places[order] = np.arange(len(order)) - np.repeat(starts, lengths)
    return places
