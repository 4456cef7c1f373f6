"""The lasting levels of creators, separated from the luck of single posts."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import Final, Self

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Floats, Ints
from trackagoat_pandas.helpers.clocks import InstantLike
from trackagoat_pandas.helpers.columns import is_among, values_of
from trackagoat_pandas.helpers.facts import moment_loaded
from trackagoat_pandas.helpers.post_levels import means_by
from trackagoat_pandas.helpers.videos.ages import METRICS
from trackagoat_pandas.helpers.videos.lives import LONGEST_DAYS
from trackagoat_pandas.helpers.videos.outliers import read_posts
from trackagoat_pandas.inputs.checks import check_choice, check_int, require_columns
from trackagoat_pandas.tables import VIDEOS

_NEEDED: Final = ("id", "creator_id", "posted_at", "tracking_status")
"""The columns of videos that are read beside the count."""
SETTLED_DAYS: Final = 7
"""The age from which posts are compared, by default: most of their views have come."""
_DAY_S: Final = 86_400.0
_FEWEST_OF_AN_AGE: Final = 50
"""Posts of a span of ages that are needed to say how they differ from older ones."""
_STEP: Final = 0.3
"""How far neighbouring spans of ages may differ, in logs: what a few posts say is pulled to 0."""
_SHARES: Final = 1.0 / (1.0 + np.exp(-np.linspace(-9.0, 12.0, 841)))
"""The shares of the variance of which the chances are computed, evenly spaced in log odds."""
_LEAST_NOISE: Final = 1e-12
"""As if logs differed by a millionth: equal counts have no variance to divide by."""
_NEIGHBOURS: Final = 30
"""How many posts after each one are compared with it."""
_LAGS: Final = 43
"""Days between two posts up to which it is looked at whether they are alike: six weeks."""
_LIVES: Final = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0)
"""In how many days a streak may fade to a third (exp(-1))."""
_SPANS: Final = 4
"""A streak longer than a quarter of the time looked at can't be distinguished from a level."""
_FEWEST_AGAIN: Final = 5
"""Posts beside each creator's first, which alone say how much luck there is."""
_NOBODY: Final = "no post is known that is old enough"
_ALONE: Final = "only one creator has posts that are old enough"
_FEW_POSTS: Final = "hardly any creator has several posts"
_ALIKE: Final = "all posts have the same count"
_DRAWS: Final = (400, 2_000)
_DRAWN: Final = 2_000_000
"""Levels in all draws together: a tenth of a second."""


def posts_in_logs(
    videos: pd.DataFrame, *, metric: str, age_days: int, now: InstantLike | None
) -> tuple[pd.DataFrame, pd.Series]:
    """Read the posts of creators that are old enough, with their counts in logs.

    Parameters
    ----------
    videos, metric, age_days, now
        As of :func:`reliability`; they are checked.

    Returns
    -------
    tuple
        The posts by creator and time: ``id``, ``creator_id``, ``posted_at``, ``count`` (float64),
        ``creator`` (int64, its number), ``log`` (float64: the log of the count plus 1, less what
        posts of that age have more or less than the oldest) and ``by_age`` (float64: what was taken
        off). And the ids of creators of whom no post is old enough.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError
        A column is missing, or an argument has a value that isn't allowed.
    """
    check_choice("metric", metric, [*METRICS])
    check_int("age_days", age_days, minimum=0, maximum=LONGEST_DAYS)
    require_columns(videos, [*_NEEDED, metric], loader=VIDEOS.loader)
    moment = moment_loaded(now, videos)
    read = read_posts(videos, [metric], moment)
    ages = (moment - read["posted_at"]).dt.total_seconds().to_numpy() / _DAY_S
    counts = np.maximum(values_of(read[metric]), 0.0)
    is_old = np.isfinite(counts) & (ages >= age_days)
    posts = read[["id", "creator_id", "posted_at"]].assign(count=counts, age=ages)[is_old]
    posts = posts.sort_values(["creator_id", "posted_at", "id"], ignore_index=True)
    posts["creator"] = pd.factorize(posts["creator_id"])[0].astype("int64")
    logs = np.log1p(posts["count"].to_numpy(np.float64))
    by_age = _by_age(logs, posts["creator"].to_numpy(), posts.pop("age").to_numpy(), age_days)
    without = read.loc[~is_among(read["creator_id"], posts["creator_id"]), "creator_id"]
    return posts.assign(log=logs - by_age, by_age=by_age), without.drop_duplicates()


def _by_age(logs: Floats, creators: Ints, ages: Floats, least: int) -> Floats:
    """Return how much more or less posts of each age have than the oldest, of the same creator.

    Ages are spans of which each is twice as long as the one before. So what still comes, and a
    season or a shock of the whole program, count neither for nor against a creator.
    """
    spans = np.floor(np.log2(np.maximum(ages / max(least, 1), 1.0))).astype(np.int64)
    # A span of a few posts is counted to the younger one beside it.
    numbers = np.bincount(spans)
    is_own = np.zeros(len(numbers), np.bool_)
    waiting = 0
    for span in range(len(numbers) - 1, 0, -1):
        waiting += numbers[span]
        if waiting >= _FEWEST_OF_AN_AGE and numbers[:span].sum() >= _FEWEST_OF_AN_AGE:
            is_own[span], waiting = True, 0
    edges = np.flatnonzero(is_own)
    if not len(edges):
        return np.zeros(len(logs))
    is_younger = (spans[:, None] < edges).astype(np.float64)
    columns = np.column_stack([is_younger, logs])
    within = columns - means_by(columns, creators)
    steps, levels = within[:, :-1], within[:, -1]
    noise = float(levels @ levels) / max(len(levels) - creators.max() - 1, 1)
    gram = steps.T @ steps + np.eye(len(edges)) * noise / _STEP**2
    effects = np.linalg.pinv(gram, hermitian=True) @ steps.T @ levels
    found: Floats = is_younger @ effects
    return found


@dataclass(frozen=True)
class Streaks:
    """How alike posts of a creator are that come soon after each other.

    Their luck correlates by ``strength`` on the same day, and by a third of that ``life`` days
    later, and so on.
    """

    strength: float
    life: float

    @classmethod
    def of(cls, logs: Floats, creators: Ints, days: Floats) -> Self:
        """Find the streaks of posts that are ordered by creator and time, by their variogram.

        The mean squared difference of two posts rises with the days between them, from what
        posts of one day differ by to what any two differ by.
        """
        pairs, squares, apart_days = (np.zeros(_LAGS) for _ in range(3))
        for apart in range(1, min(_NEIGHBOURS, len(logs) - 1) + 1):
            lag = days[apart:] - days[:-apart]
            is_pair = (creators[apart:] == creators[:-apart]) & (lag < _LAGS)
            if not is_pair.any():
                break
            lag = lag[is_pair]
            bins = lag.astype(np.int64)
            away = logs[apart:][is_pair] - logs[:-apart][is_pair]
            pairs += np.bincount(bins, minlength=_LAGS)
            squares += np.bincount(bins, away**2, _LAGS)
            apart_days += np.bincount(bins, lag, _LAGS)
        is_seen = pairs > 0
        if is_seen.sum() < 3:  # a curve with two unknowns would fit them, whatever its life
            return cls(0.0, _LIVES[0])
        is_first = np.append(True, creators[1:] != creators[:-1])
        is_last = np.append(is_first[1:], True)
        spans = days[is_last] - days[is_first]
        longest = float(np.average(spans, weights=np.bincount(creators))) / _SPANS
        pairs = pairs[is_seen]
        lags, differ = apart_days[is_seen] / pairs, squares[is_seen] / pairs
        return cls._fit(lags, differ, pairs, longest)

    @classmethod
    def _fit(cls, lags: Floats, differ: Floats, pairs: Floats, longest: float) -> Self:
        """Fit ``variance * (1 - strength * exp(-lag / life))`` by least squares of all pairs."""
        found, least = cls(0.0, _LIVES[0]), np.inf
        mean = np.average(differ, weights=pairs)
        for life in (one for one in _LIVES if one <= longest):
            faded = np.exp(-lags / life)
            centred = faded - np.average(faded, weights=pairs)
            alike = -float(np.sum(pairs * centred * differ) / np.sum(pairs * centred**2))
            alike = max(alike, 0.0)
            error = float(np.sum(pairs * (differ - mean + alike * centred) ** 2))
            variance = mean + alike * np.average(faded, weights=pairs)
            if error < least and variance > 0.0:
                found, least = cls(min(alike / variance, 1.0), life), error
        return found

    def independent(self, creators: Ints, days: Floats) -> Floats:
        """Return of how many independent posts the mean of each creator's posts is worth."""
        number = np.bincount(creators).astype(np.float64)
        is_next = np.append(False, creators[1:] == creators[:-1])
        gaps = np.diff(days, prepend=days[:1])
        fading = np.where(is_next, np.exp(-np.maximum(gaps, 0.0) / self.life), 0.0)
        # Each post, with all of its creator's before it.
        before = [*accumulate(fading.tolist(), lambda sum_, fade: fade * (1.0 + sum_), initial=0.0)]
        alike = 2.0 * self.strength * np.bincount(creators, before[1:], len(number))
        worth: Floats = number**2 / (number + alike)
        return worth


@dataclass(frozen=True)
class Levels:
    """What posts say of their creators' lasting levels, in logs.

    ``number``, ``mean``, ``worth`` and ``steady`` have a value for each creator: its posts, the
    mean of their logs, of how many independent posts with the usual luck that mean is worth, and
    how much less than usual (in variance) its posts differ. ``squares`` is the sum of the squared
    distances of posts from these means, ``freedom`` of how many independent ones. ``reason`` says
    why level and luck can't be separated, and is empty where they can.
    """

    number: Ints
    mean: Floats
    worth: Floats
    steady: Floats
    squares: float
    freedom: float
    streaks: Streaks
    reason: str

    @classmethod
    def of(cls, posts: pd.DataFrame) -> Self:
        """Read posts as :func:`posts_in_logs` returns them."""
        logs, creators = posts["log"].to_numpy(), posts["creator"].to_numpy(np.int64)
        days = days_of(posts)
        number = np.bincount(creators)
        mean = np.bincount(creators, logs) / number
        own = np.bincount(creators, (logs - mean[creators]) ** 2)
        streaks = Streaks.of(logs, creators, days)
        independent = streaks.independent(creators, days)
        freedom = number * (1.0 - 1.0 / independent)
        total, free = float(own.sum()), float(freedom.sum())
        reason = ""
        if len(number) < 2:
            reason = _ALONE if len(number) else _NOBODY
        elif np.ptp(logs) < _LEAST_NOISE:
            reason = _ALIKE
        elif len(posts) - len(number) < _FEWEST_AGAIN:
            reason = _FEW_POSTS
        total = max(total, _LEAST_NOISE * free)
        steady = np.ones(len(number))
        if not reason:
            usual, pull = total / free, _pull(logs, creators)
            steady = usual * (pull + freedom) / (pull * usual + own)
        return cls(number, mean, independent * steady, steady, total, free, streaks, reason)

    def _likelihoods(self, shares: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Return how likely each share is (a log), the mean level, its weight, and all squares.

        The likelihood is that of REML, with the variance of luck integrated out.
        """
        ratio = shares / (1.0 - shares)
        spread = 1.0 + np.outer(self.worth, ratio)
        weights = self.worth[:, None] / spread
        weight = weights.sum(axis=0)
        middle = (weights * self.mean[:, None]).sum(axis=0) / weight
        squares = self.squares + (weights * (self.mean[:, None] - middle) ** 2).sum(axis=0)
        likely = -0.5 * (self.freedom + len(self.mean) - 1) * np.log(squares)
        likely -= 0.5 * (np.log(spread).sum(axis=0) + np.log(weight))
        return likely, middle, weight, squares

    def _chances(self) -> Floats:
        """Return the chances of ``_SHARES`` if any share was as likely before."""
        likely = self._likelihoods(_SHARES)[0]
        # Evenly spaced in log odds, shares are denser near 0 and 1, which this makes up for.
        weights = np.exp(likely - likely.max()) * _SHARES * (1.0 - _SHARES)
        chances: Floats = weights / weights.sum()
        return chances

    def share(self, quantiles: Floats) -> Floats:
        """Return quantiles of the level's share of the variance of one post."""
        chances = self._chances()
        found: Floats = np.interp(quantiles, np.cumsum(chances) - chances / 2.0, _SHARES)
        return found

    def reliability(self) -> Floats:
        """Return how much of what the mean of each creator's posts says is level, 0 to 1."""
        pulled = 1.0 + np.outer(self.worth, _SHARES / (1.0 - _SHARES))
        found: Floats = (1.0 - 1.0 / pulled) @ self._chances()
        return found

    def draws(self, dice: np.random.Generator) -> tuple[Floats, Floats]:
        """Draw what the levels may be: (draws, creators); and the variance of luck in each draw."""
        size = len(self.mean)
        number = int(np.clip(_DRAWN // max(size, 1), *_DRAWS))
        reached = np.cumsum(self._chances())
        # One share from each equal part of the chances: draws that are independent vary more.
        places = np.searchsorted(reached, (np.arange(number) + 0.5) / number)
        shares = _SHARES[dice.permutation(np.minimum(places, len(_SHARES) - 1))]
        _, middle, weight, squares = self._likelihoods(shares)
        ratio = shares / (1.0 - shares)
        luck = squares / dice.chisquare(self.freedom + size - 1, number)
        middle = middle + np.sqrt(luck / weight) * dice.standard_normal(number)
        pulled = 1.0 + np.outer(ratio, self.worth)
        known = 1.0 - 1.0 / pulled
        left = np.sqrt((luck * ratio)[:, None] / pulled) * dice.standard_normal((number, size))
        levels: Floats = known * self.mean + (1.0 - known) * middle[:, None] + left
        return levels, luck


def days_of(posts: pd.DataFrame) -> Floats:
    """Return when posts came, in days since 1970."""
    days: Floats = posts["posted_at"].to_numpy("datetime64[us]").astype(np.int64) / (1e6 * _DAY_S)
    return days


def _pull(logs: Floats, creators: Ints) -> float:
    """Return of how many posts the usual luck is worth where a creator's own is estimated.

    How far creators' luck differs is seen by pairs of neighbouring posts: if one pair of a creator
    is far apart, are its other pairs so as well?
    """
    place = np.arange(len(creators)) - np.searchsorted(creators, creators)
    second = np.flatnonzero(place % 2)
    away, owner = np.abs(logs[second] - logs[second - 1]), creators[second]
    pairs = np.bincount(owner)
    sums = np.bincount(owner, away) ** 2 - np.bincount(owner, away**2)
    several = float(np.sum(pairs * (pairs - 1)))
    usual = float(away.mean()) ** 2 if len(away) else 0.0
    varied = float(sums.sum()) / several / usual - 1.0 if several and usual else 0.0
    return 0.5 / max(varied, 1e-4)
