"""How posts lived, and what the lives of settled ones say of those that are still young."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil
from typing import NamedTuple

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Bools, Floats, Ints, Words
from trackagoat_pandas.helpers.clocks import InstantLike, day_starts, days_shown
from trackagoat_pandas.helpers.counted import (
    ON_TIKTOK,
    counted_videos,
    have_series,
    posts_once,
    with_accounts,
)
from trackagoat_pandas.helpers.facts import known_zone, moment_loaded, zone_of
from trackagoat_pandas.helpers.videos.ages import counts_by_age, views_at
from trackagoat_pandas.inputs.checks import check_int

FEWEST_SETTLED = 30
"""The fewest settled posts of an age of which a forecast is made. A line has up to 14 numbers."""
MOST_POSTS = 30_000
"""The number of posts, the latest ones, that are looked at: more take time and add nothing."""
REASONS = ("no_count", "too_young", "hour_of_day", "too_few_settled")
_YOUNGEST_H, _DAY_H = 1.0, 24.0
_EARLIER = 0.5, 1.3, 6.0
"""The age of an earlier count, as a share of the present one, and by which factors it may be
younger: of a nearer one the growth is chance, and a farther one says little of it."""
_LEAST_HELD, _MOST_HELD = 0.1, 50.0
"""By how many posts of the program a creator's level is held near the program's."""
_PENALTY, _FOLDS = 3.0, 5
_OUTER = 0.01, 0.99
"""Quantiles at which inputs are clipped, so that no forecast extrapolates."""
_STEEPEST = 3.0
_MOST_WIDER = 1.2
"""How much wider than usual, in logs, an interval may be, and how much narrower."""
_WHOLE_DAY_H = 22.0, 26.0
"""The length of a day between two ends of days, which clock changes make 23 or 25 hours."""
_FEWEST_VIEWS, _FEWEST_SHARES, _MOST_PAIRS = 20.0, 20, 100_000
"""How many views a day needs before its pace can be compared with the next one, how many posts must
give the share of today's views that are in, and how many pairs of days are compared at most."""
_GOLDEN = 0.618034
"""The fractional parts of its multiples are spread evenly, however many there are."""
LONGEST_DAYS = 3_650
"""The highest age, in days, at which posts are looked at."""


class Forecast(NamedTuple):
    """What is expected of some moments of posts: natural logs of views plus 1, and on what basis.

    Attributes
    ----------
    expected, low, high
        Logs, float64; NaN where there is a reason.
    naive
        The log by the median multiple of the age.
    settled
        The number of settled posts of which each is made.
    several
        Whether there is an earlier count by which the growth is known.
    reasons
        Why there is none; an empty word where there is one.
    """

    expected: Floats
    low: Floats
    high: Floats
    naive: Floats
    settled: Ints
    several: Bools
    reasons: Words


@dataclass(frozen=True, slots=True)
class Lives:
    """Posts with their counts by age, and their views at the horizon where they are settled.

    Parameters
    ----------
    posts
        Posts in plain dtypes: ``account``, which several creators may share, and ``posted_at``.
    seen
        Their counts, as of :func:`counts_by_age`.
    horizon_h
        The age at which a post counts as settled, in hours.
    day_h
        How many hours of the local day had passed when the posts were read, if their counts are
        known at the ends of days only; otherwise None. Counts at this hour of earlier days are then
        estimated, because audiences sleep: a post of 30 hours in the afternoon isn't one of
        30 hours at midnight. The estimates stand behind the counts in `post`, `age` and `logs`.
    left_out
        How many rows were left out, since they repeat posts of other projects.
    """

    posts: pd.DataFrame
    seen: pd.DataFrame
    horizon_h: float
    day_h: float | None
    left_out: int = 0
    owner: Ints = field(init=False)
    posted_h: Floats = field(init=False)
    final: Floats = field(init=False)
    post: Ints = field(init=False)
    age: Floats = field(init=False)
    logs: Floats = field(init=False)

    def __post_init__(self) -> None:
        """Read the frames as arrays."""
        posted = self.posts["posted_at"].to_numpy("datetime64[us]")
        final = np.log1p(views_at(self.seen, self.horizon_h, len(self.posts)))
        views = self.seen["view_count"].to_numpy()
        arrays = {
            "owner": pd.factorize(self.posts["account"])[0].astype(np.int64),
            "posted_h": posted.astype(np.int64) / 3_600e6,
            "final": final,
            "post": self.seen["post"].to_numpy(),
            "age": self.seen["age_h"].to_numpy(),
            "logs": np.log1p(np.maximum(views, 0.0)),
        }
        for name, array in arrays.items():
            object.__setattr__(self, name, array)
        if self.day_h is not None:
            places = self._spread_choice(self._day_starts(self.day_h), self.day_h)
            estimated = {
                "post": self.post[places],
                "age": self.age[places] + self.day_h,
                "logs": self._logs_within_days(places, self._share_of_today(self.day_h)),
            }
            for name, array in estimated.items():
                object.__setattr__(self, name, np.concatenate([arrays[name], array]))

    def bins(self, rows: Ints) -> Ints:
        """Number the ages of some moments: 0 for the second hour, then each twice as long."""
        return _bins(self.age[rows])

    def one_each(self) -> Ints:
        """Choose a moment of each post in each bin of ages, spread evenly over the bin.

        From daily values, these are the estimates.
        """
        if self.day_h is not None:
            return np.arange(len(self.seen), len(self.age))
        rows = np.flatnonzero((self.age >= _YOUNGEST_H) & (self.age < self.horizon_h))
        return self._spread_choice(rows, 0.0)

    def _spread_choice(self, rows: Ints, later_h: float) -> Ints:
        """Choose one of some moments of each post in each bin of ages, some hours later."""
        groups = self.post[rows] * 64 + _bins(self.age[rows] + later_h)
        starts = np.flatnonzero(np.append(True, groups[1:] != groups[:-1])[: len(groups)])
        sizes = np.diff(np.append(starts, len(groups)))
        # A fixed choice by the post's place: the same frames give the same forecasts.
        share = (self.post[rows[starts]] * _GOLDEN) % 1.0
        chosen: Ints = rows[starts + np.floor(share * sizes).astype(np.int64)]
        return chosen

    def _day_starts(self, day_h: float) -> Ints:
        """Return the moments that begin a day with a known end, and are old enough by this hour."""
        is_day = (self.post[1:] == self.post[:-1]) & _is_day(np.diff(self.age))
        age = self.age[:-1]
        is_old = (age >= _YOUNGEST_H) & (age + day_h >= _DAY_H) & (age + day_h < self.horizon_h)
        return np.flatnonzero(is_day & is_old)

    def _logs_within_days(self, places: Ints, share: float) -> Floats:
        """Return the logs of views when a share of a day had passed by the audience's clock.

        Log views over log age are a parabola through the beginning and the end of the day, and the
        end of the next day. A straight line would be below the curve of most posts, whose growth
        slows down.
        """
        after = places + 1
        later = np.minimum(places + 2, len(self.age) - 1)
        has_later = (self.post[later] == self.post[places]) & _is_day(
            self.age[later] - self.age[after]
        )
        at = np.log(self.age[places] + share * (self.age[after] - self.age[places]))
        first, second, third = (np.log(self.age[place]) for place in (places, after, later))
        steep = (self.logs[after] - self.logs[places]) / (second - first)
        with np.errstate(divide="ignore", invalid="ignore"):
            steep_later = (self.logs[later] - self.logs[after]) / (third - second)
            bend = np.where(has_later, (steep_later - steep) / (third - first), 0.0)
        curve = self.logs[places] + steep * (at - first) + bend * (at - first) * (at - second)
        ends = np.sort([self.logs[places], self.logs[after]], axis=0)
        logs: Floats = np.clip(curve, *ends)
        return logs

    def _share_of_today(self, day_h: float) -> float:
        """Return which share of today's views had come when the posts were read.

        Each post's views so far today are compared with yesterday's, times the usual ratio of two
        such days in the life of a post. The median of these shares counts. Where few posts can say
        it, the share is that of the hours.
        """
        size = len(self.age)
        is_day = np.zeros(size, np.bool_)  # of the day that ends at a moment
        is_day[1:] = (self.post[1:] == self.post[:-1]) & _is_day(np.diff(self.age))
        gains = np.zeros(size)
        # Not from the logs, whose rounding differs between processors: 20 views would be 20 on one
        # and 19.999... on another.
        gains[1:] = np.diff(np.maximum(self.seen["view_count"].to_numpy(), 0.0))
        starts = np.flatnonzero(np.append(True, self.post[1:] != self.post[:-1])[:size])
        first = np.repeat(starts, np.diff(np.append(starts, size)))
        day = np.minimum(np.arange(size) - first, int(self.horizon_h / _DAY_H))
        is_pace = is_day & (gains >= _FEWEST_VIEWS)
        pairs = np.flatnonzero(is_pace[:-1] & is_day[1:])
        pairs = pairs[:: len(pairs) // _MOST_PAIRS + 1]
        ratios = pd.Series(gains[pairs + 1] / gains[pairs]).groupby(day[pairs]).median()
        is_last = np.append(self.post[1:] != self.post[:-1], True)[:size]
        today = np.flatnonzero(is_last[1:] & (np.abs(np.diff(self.age) - day_h) < 1e-3))
        today = today[is_pace[today]]
        usual = gains[today] * ratios.reindex(day[today]).to_numpy()
        with np.errstate(divide="ignore", invalid="ignore"):
            shares = gains[today + 1] / usual
        shares = shares[np.isfinite(shares)]
        if len(shares) < _FEWEST_SHARES:
            return day_h / _DAY_H
        return float(np.clip(np.median(shares), 0.0, 1.0))

    def levels(self, is_settled: Bools) -> tuple[Floats, Floats]:
        """Return the level of each post's creator by its other settled posts, and how sure it is.

        The level is their mean final log, held near the program's mean by as many posts as the
        variance within creators is larger than that between them (empirical Bayes). It is as sure,
        up to 1, as a new post's distance from it is luck and not the level's own error.
        """
        owner, size = self.owner[is_settled], int(self.owner.max(initial=-1)) + 1
        mean = self.final[is_settled].mean() if len(owner) else 0.0
        above = np.where(is_settled, self.final - mean, 0.0)
        sums, counts = np.bincount(self.owner, above, size), np.bincount(owner, minlength=size)
        between = float((sums**2 / np.maximum(counts, 1)).sum())
        creators, number = int(np.count_nonzero(counts)), max(len(owner), 1)
        within = (float((above**2).sum()) - between) / float(max(number - creators, 1))
        rest = max(number - float((counts**2).sum()) / number, 1.0)
        spread = (between - (creators - 1) * within) / rest
        held = min(max(within / max(spread, 1e-9), _LEAST_HELD), _MOST_HELD)
        known = self.posts_of(is_settled) + held
        return mean + (sums[self.owner] - above) / known, known / (known + 1.0)

    def posts_of(self, is_settled: Bools) -> Ints:
        """Count the other settled posts of each post's creator."""
        size = int(self.owner.max(initial=-1)) + 1
        counts = np.bincount(self.owner[is_settled], minlength=size)[self.owner] - is_settled
        return counts.astype(np.int64)

    def _earlier(self, rows: Ints) -> tuple[Ints, Bools]:
        """Return the moment of the same post that is nearest to half the age of each."""
        share, least, most = _EARLIER
        span = float(self.age.max(initial=0.0)) + 1.0
        wanted = self.age[rows] * share
        number = len(self.seen)  # without estimates
        keys = self.post[:number] * span + self.age[:number]
        after = np.searchsorted(keys, self.post[rows] * span + wanted)
        after = np.minimum(after, number - 1)
        found, is_near = rows, np.zeros(len(rows), np.bool_)
        nearest = np.full(len(rows), np.inf)
        for place in (np.maximum(after - 1, 0), after):
            factor = self.age[rows] / np.maximum(self.age[place], 1e-9)
            far = np.abs(np.log(factor * share))
            is_better = (self.post[place] == self.post[rows]) & (far < nearest)
            is_better &= (least <= factor) & (factor <= most)
            found, nearest = np.where(is_better, place, found), np.where(is_better, far, nearest)
            is_near |= is_better
        return found, is_near

    def _growth(self, rows: Ints) -> tuple[Floats, Floats, Ints]:
        """Return how steeply log views rose over log age, since what factor, and from where on."""
        earlier, is_known = self._earlier(rows)
        factor = np.log(self.age[rows] / np.where(is_known, self.age[earlier], np.nan))
        slope = (self.logs[rows] - self.logs[earlier]) / factor
        return np.clip(slope, 0.0, _STEEPEST), factor, earlier

    def known(self, rows: Ints, levels: tuple[Floats, Floats]) -> tuple[Floats, Bools]:
        """Return the inputs of a forecast at some moments, a row each, and where growth is known.

        The first 7 columns don't need an earlier count: age, views, the creator's level above them,
        and the hours of posting and of the moment, since audiences sleep.
        """
        log_age, logs = np.log(self.age[rows]), self.logs[rows]
        level, sureness = (each[self.post[rows]] for each in levels)
        above = (level - logs) * sureness
        posted = self.posted_h[self.post[rows]]
        turns = [2.0 * np.pi * hours / _DAY_H for hours in (posted, posted + self.age[rows])]
        circles = [turned(turn) for turn in turns for turned in (np.cos, np.sin)]
        slope, factor, earlier = self._growth(rows)
        before = self._growth(earlier)[0]
        left = np.log(self.horizon_h) - log_age
        later = [slope, slope**2, slope * left, slope * above, factor]
        later += [np.nan_to_num(before, nan=-1.0), np.isnan(before)]
        return np.column_stack([log_age, logs, above, *circles, *later]), ~np.isnan(slope)

    def forecast(self, rows: Ints, at_h: float, level: float, chosen: Ints) -> Forecast:
        """Forecast the views at the horizon from some moments of posts.

        Parameters
        ----------
        rows
            The moments, as places in ``seen``.
        at_h
            When the forecasts are made, in hours since 1970: only posts settled by then count.
        level
            The share of intervals that should hold.
        chosen
            The moments of :meth:`one_each`, of which those of settled posts are learnt from.
        """
        is_settled = ~np.isnan(self.final) & (self.posted_h + self.horizon_h <= at_h)
        levels = self.levels(is_settled)
        size = len(rows)
        found = Forecast(
            expected=np.full(size, np.nan),
            low=np.full(size, np.nan),
            high=np.full(size, np.nan),
            naive=np.full(size, np.nan),
            settled=np.zeros(size, np.int64),
            several=np.zeros(size, np.bool_),
            reasons=np.full(size, "", object),
        )
        learnt = chosen[is_settled[self.post[chosen]]]
        bins, learnt_bins = self.bins(rows), self.bins(learnt)
        young, has_growth = self.known(rows, levels)
        old, had_growth = self.known(learnt, levels)
        left = self.final[self.post[learnt]] - self.logs[learnt]
        order = np.argsort(self.posted_h[self.post[learnt]], kind="stable")
        fewest = max(FEWEST_SETTLED, ceil(2.0 / (1.0 - level)) - 1)
        found.several[:] = has_growth
        for number in np.unique(bins):
            alike = order[learnt_bins[order] == number]
            for several in (True, False):
                mine = np.flatnonzero((bins == number) & (found.several == several))
                past = alike[had_growth[alike]] if several else alike
                if several and len(past) < fewest:  # one count has more posts like it
                    found.several[mine] = False
                    continue
                found.settled[mine] = len(past)
                if not len(mine) or len(past) < fewest:
                    continue
                columns = slice(None) if several else slice(7)
                line = Line(old[past, columns], left[past], level)
                gains = line.gains(young[mine, columns])
                for array, gain in zip(found[:3], gains, strict=True):
                    array[mine] = self.logs[rows[mine]] + gain
                found.naive[mine] = self.logs[rows[mine]] + float(np.median(left[alike]))
        self._explain(rows, found)
        return found

    def _explain(self, rows: Ints, found: Forecast) -> None:
        """Say why there is no forecast."""
        age = self.age[rows]
        found.reasons[np.isnan(found.expected)] = "too_few_settled"
        if self.day_h is not None:
            found.reasons[age < _DAY_H] = "hour_of_day"
        found.reasons[age < _YOUNGEST_H] = "too_young"
        found.several[found.reasons != ""] = False
        for array in found[:4]:
            array[found.reasons != ""] = np.nan


def read_lives(
    videos: pd.DataFrame,
    analytics: pd.DataFrame | None,
    history: pd.DataFrame | None,
    horizon_days: int,
    now: InstantLike | None,
    timezone: str | None,
) -> tuple[Lives, float]:
    """Read the lives of the latest posts, and when their counts were read, in hours since 1970.

    A post that several projects track is there once, with the series that is known of it.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError
        A column is missing, no time zone is known, or an argument has a wrong value.
    """
    check_int("horizon_days", horizon_days, minimum=2, maximum=LONGEST_DAYS)
    moment = moment_loaded(now, videos)
    is_daily = history is None and analytics is not None
    zone = known_zone(timezone, [analytics, videos]) if is_daily else zone_of(timezone, [])
    named = [name for name in ("title",) if name in videos.columns]
    posts = counted_videos(videos, "id", "view_count", *named, optional=(ON_TIKTOK,))
    posts = with_accounts(posts[posts["posted_at"] <= moment])
    rows = len(posts)
    posts = posts_once(posts, preferred=have_series(posts["id"], history, analytics))
    left_out = rows - len(posts)
    if len(posts) > MOST_POSTS:
        posts = posts[posts["posted_at"].rank(method="first") > len(posts) - MOST_POSTS]
    posts = posts.reset_index(drop=True)
    seen = counts_by_age(posts, read_at=moment, history=history, analytics=analytics, zone=zone)
    day_h = None
    if is_daily and zone is not None:
        read_at = np.array([moment.tz_convert("UTC").tz_localize(None)], "datetime64[us]")
        begun = day_starts(days_shown(read_at, zone), zone)
        day_h = float((read_at - begun).astype(np.int64)[0] / 3_600e6)
    return Lives(posts, seen, 24.0 * horizon_days, day_h, left_out), moment.timestamp() / 3_600.0


def _bins(age_h: Floats) -> Ints:
    bins: Ints = np.floor(np.log2(np.maximum(age_h, 1e-9))).astype(np.int64)
    return np.maximum(bins, -1)


def _is_day(hours: Floats) -> Bools:
    shortest, longest = _WHOLE_DAY_H
    is_day: Bools = (hours > shortest) & (hours < longest)
    return is_day


class Line:
    """A ridge of what posts still gained, in logs, and the intervals that held for them.

    The posts are in five parts by time, and what each part really gained is compared with what a
    line through the four others gives (cross-conformal: a single split would leave half of a small
    program's posts unused). The differences, divided by how large they usually are for such a post,
    give the lower and the upper end apart.

    Parameters
    ----------
    known
        What is known of settled posts, one row each, in order of posting.
    left
        What they gained from then to the horizon, as logs.
    level
        The share of intervals that should hold.
    """

    def __init__(self, known: Floats, left: Floats, level: float) -> None:
        self._ends = np.quantile(known, _OUTER, axis=0)
        known, size = np.clip(known, *self._ends), len(left)
        # In blocks of time, so that posts of the same days aren't known by each other.
        parts = np.arange(size) * _FOLDS // size
        off = left - _of_others(known, left, parts)
        least = max(float(np.median(np.abs(off))) / 5.0, 1e-3)
        spread = np.log(np.abs(off) + least)
        self._usual = float(np.median(spread))
        width = self._width(_of_others(known, spread, parts))
        self._line, self._spread = _Ridge(known, left), _Ridge(known, spread)
        scores = np.sort(off / width)
        tail = (1.0 - level) / 2.0
        self._low = scores[max(int((size + 1) * tail) - 1, 0)]
        # No end is below 0, so that a post that gains nothing more is never above the upper end. If
        # most gain nothing, hardly one is below the lower end, and the upper may miss the others.
        is_below = left < np.maximum(left - off + self._low * width, 0.0) - 1e-9
        reached = np.sort(np.where(left > 1e-9, off / width, -np.inf))
        share = level + is_below.mean()
        self._high = max(reached[min(ceil((size + 1) * share), size) - 1], self._low)
        self._middle, self._most = float(np.median(scores)), float(left.max())

    def _width(self, spread: Floats) -> Floats:
        """Return how much wider than usual the interval is."""
        return np.exp(np.clip(spread - self._usual, -_MOST_WIDER, _MOST_WIDER))

    def gains(self, known: Floats) -> tuple[Floats, Floats, Floats]:
        """Return the expected, the lowest and the highest gain: none is below 0.

        Counts don't fall, and no post is said to gain more than any did before.
        """
        known = np.clip(known, *self._ends)
        line, width = self._line.at(known), self._width(self._spread.at(known))
        low = np.clip(line + self._low * width, 0.0, max(self._most, 0.0))
        high = np.clip(line + self._high * width, low, max(self._most, 0.0))
        return np.clip(line + self._middle * width, low, high), low, high


class _Ridge:
    """A linear model whose weights are held near 0."""

    def __init__(self, known: Floats, values: Floats) -> None:
        self._center, spread = known.mean(axis=0), known.std(axis=0)
        # An input that all posts have in common, such as the hour at ends of days, has no weight.
        self._scale = np.where(spread > 1e-9, spread, np.inf)
        self._mean = float(values.mean())
        scaled = (known - self._center) / self._scale
        square = scaled.T @ scaled + _PENALTY * np.eye(known.shape[1])
        self._weights = np.linalg.solve(square, scaled.T @ (values - self._mean))

    def at(self, known: Floats) -> Floats:
        found: Floats = (known - self._center) / self._scale @ self._weights + self._mean
        return found


def _of_others(known: Floats, values: Floats, parts: Ints) -> Floats:
    """Return what a line through the other parts gives for each part."""
    found = np.empty(len(values))
    for part in range(_FOLDS):
        is_own = parts == part
        found[is_own] = _Ridge(known[~is_own], values[~is_own]).at(known[is_own])
    return found
