"""The chance that a count grows by enough: the model behind the odds of goals.

A past stretch of days that is as long as the time left is one thing that might happen next.

1. *Weekdays.* Each series has seven weekday factors with the mean 1. They are drawn to 1 as far as
   chance alone would make weekdays differ that much (James and Stein's estimator).
2. *Level.* The mean gain of a day, weekdays aside. It follows a mean in which days
   ``LOCAL_DAYS`` away count half, as far as that mean moves by more than twice what chance would
   make it move. It is drawn to the program's mean as far as a series varies more from day to day
   than the creators do among each other (empirical Bayes). The last ``LEVEL_DAYS`` days change it
   by as much as they predicted past stretches, in this series and in the program.
3. *Replay.* What is expected of the time left is the level times its weekday factors. Each past
   stretch says by what part of its own expectation, at the level of its time, reality differed.
   The chance is the share of these differences that would bring what is needed, among the series'
   own stretches and, with the weight of ``POOLED`` stretches, among those of the program. Where
   weekdays differ, stretches over the same weekdays count for more; those ``HALF_LIFE_DAYS`` back
   count half.
4. *Whole units.* A stretch that gives a part of the last unit needed counts with that part.
5. *Overlap.* Stretches overlap, so they are worth only as many as fit side by side; ``DOUBT`` more,
   of which half would do, keep few of them from giving a chance near 0 or 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trackagoat_pandas.helpers.goals.arrays import Codes, Flags, Numbers

LOOKBACK_DAYS = 182
"""Half a year of whole weeks: of sixteen, a creator with fixed weekdays told too little."""
LEAST_DAYS = 28
"""Four of each weekday."""
LEVEL_DAYS = 3
LOCAL_DAYS = 20.0
HALF_LIFE_DAYS = 120.0
POOLED = 4.0
DOUBT = 1.0
_CHANCE = 2.0
"""Days that resemble their neighbours move a local mean more often than independent ones."""
_STEADINESS = 0.5
"""Days of the long level that count in the short one: on an off day nothing is no news."""
_SHRINK_DAYS = (0.5, 14.0)
"""The least and the most days of the program's mean that count in a level."""
_PROGRAM = 3.0
"""How many series the program's momentum counts for in each one's."""
_LEAST_LEVEL = 0.3
"""The least part of its long level that a series is expected to keep."""
_ALIKE = 0.35
"""From such a spread by weekdays on, stretches over other weekdays hardly count."""
_LEAST_WEIGHT = 0.02
_LEAST_FACTOR = 0.02
_WEEK = 7
_UNITS = (np.arange(8) + 0.5) / 8
_TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Replay:
    """What a program's series may gain in the time left.

    ``expected`` and ``scale`` have a number for each series; ``differences`` of past stretches from
    what was expected, in units of the scale, and their ``weights`` have the shape (series,
    stretches). ``side_by_side`` is how many stretches there are without overlap, ``unevenness`` the
    standard deviation of the weeks of history over their mean, times half the weeks left where
    these are more than two; 0 where no more than a day is left.
    """

    expected: Numbers
    scale: Numbers
    differences: Numbers
    weights: Numbers
    side_by_side: Numbers
    unevenness: Numbers

    def chances(self, series: Codes, needed: Numbers) -> Numbers:
        """Return the chance of each that it gains so much: above 0 and below 1; NaN if unknown."""
        expected, scale, weights = self.expected[series], self.scale[series], self.weights[series]
        gained = expected[:, None] + scale[:, None] * self.differences[series]
        reached = np.clip(gained - needed[:, None] + 1.0, 0.0, 1.0)
        total = weights.sum(axis=1)
        own = (weights * reached).sum(axis=1) / np.maximum(total, _TINY)
        number = self.side_by_side[series]
        pooled = self._pooled(expected, scale, needed)
        chance = (number * own + POOLED * pooled + DOUBT / 2) / (number + POOLED + DOUBT)
        found: Numbers = np.where(total > 0, chance, np.nan)
        return found

    def _pooled(self, expected: Numbers, scale: Numbers, needed: Numbers) -> Numbers:
        """The share of all series' differences that would bring what is needed."""
        is_used = self.weights > 0
        differences, weights = self.differences[is_used], self.weights[is_used]
        order = np.argsort(differences)
        below = np.concatenate([[0.0], np.cumsum(weights[order])]) / max(weights.sum(), _TINY)
        wanted = needed[:, None] - _UNITS - expected[:, None]
        needs = wanted / np.maximum(scale, _TINY)[:, None]
        shares: Numbers = (1.0 - below[np.searchsorted(differences[order], needs)]).mean(axis=1)
        return shares


def replay(history: Numbers, days: float, *, can_fall: bool = False) -> Replay:
    """Replay a program's past as far as the time left.

    Parameters
    ----------
    history
        Gains of whole days, shape (series, LOOKBACK_DAYS), the latest last; NaN where unknown. Only
        the unbroken run of known days up to the latest one is used.
    days
        How many days are left; a part of one is what is left of the day after the history.
    can_fall
        Whether gains may be negative: then weekdays have no factors, and past differences are
        taken as they were and not in proportion to the level.
    """
    ahead = max(int(np.ceil(days)), 1)
    known = known_days(history)
    inside = np.arange(LOOKBACK_DAYS) >= LOOKBACK_DAYS - known[:, None]
    gains = np.where(inside, history, 0.0)
    factors = np.ones((len(gains), _WEEK)) if can_fall else _weekday_factors(gains, inside)
    by_day = factors[:, (np.arange(LOOKBACK_DAYS + ahead) - LOOKBACK_DAYS) % _WEEK]
    starts = np.arange(LOOKBACK_DAYS - ahead + 1)
    is_whole = starts - LEVEL_DAYS >= LOOKBACK_DAYS - known[:, None]
    is_whole &= (known >= LEAST_DAYS)[:, None]
    share = days - (ahead - 1)
    gained = _stretches(gains, share, ahead)
    moments = [*starts, LOOKBACK_DAYS]
    lengths = _stretches(by_day, share, ahead)[:, moments]
    long, short = _levels(gains, np.where(inside, by_day[:, :LOOKBACK_DAYS], 0.0), known)
    long = long[:, moments]
    rise = short[:, moments] - long
    if not can_fall:
        rise = np.clip(rise, -long, 3 * long)
    rates = gained / lengths[:, :-1]
    momentum = _momentum(rise[:, :-1], rates, long[:, :-1], is_whole, ahead)
    level = long + momentum[:, None] * rise
    if not can_fall:
        level = np.maximum(level, _LEAST_LEVEL * long)
    expected = lengths * level
    differences = gained - expected[:, :-1]
    scale = np.ones_like(expected) if can_fall else expected
    weights = _weights(lengths[:, :-1], starts, ahead) * is_whole
    different = weights.sum(axis=1) ** 2 / np.maximum((weights**2).sum(axis=1), _TINY)
    return Replay(
        expected=expected[:, -1],
        scale=scale[:, -1],
        differences=differences / np.maximum(scale[:, :-1], _TINY),
        weights=weights,
        side_by_side=different / max(days, 1.0),
        unevenness=_unevenness(gains, known, days) * (not can_fall),
    )


def known_days(history: Numbers) -> Codes:
    """Count the latest days without a gap, from the first day of them that brought anything."""
    backwards = history[:, ::-1]
    known = np.logical_and.accumulate(~np.isnan(backwards), axis=1)
    brought = known & (backwards != 0.0)
    furthest = LOOKBACK_DAYS - np.argmax(brought[:, ::-1], axis=1)
    return np.where(brought.any(axis=1), furthest, 0)


def _weekday_factors(gains: Numbers, inside: Flags) -> Numbers:
    """How many times its mean a series gains on each weekday, that of the next day first."""
    by_week = gains.reshape(len(gains), -1, _WEEK)
    counts = inside.reshape(by_week.shape).sum(axis=1)
    means = by_week.sum(axis=1) / np.maximum(counts, 1)
    mean = gains.sum(axis=1) / np.maximum(counts.sum(axis=1), 1)
    spread = (by_week**2).sum(axis=1) - counts * means**2
    noise = spread.sum(axis=1) / np.maximum(counts.sum(axis=1) - _WEEK, 1)
    noise = noise / np.maximum(counts.mean(axis=1), 1)
    between = means.var(axis=1, ddof=1)
    trust = np.clip(1.0 - noise / np.maximum(between, _TINY), 0.0, 1.0)
    factors = 1.0 + trust[:, None] * (means / np.maximum(mean, _TINY)[:, None] - 1.0)
    factors = np.where((mean > 0)[:, None], np.maximum(factors, _LEAST_FACTOR), 1.0)
    normed: Numbers = factors / factors.mean(axis=1, keepdims=True)
    return normed


def _stretches(daily: Numbers, share: float, ahead: int) -> Numbers:
    """Sum so many days from each day on, of the first one only a share."""
    totals = _running_totals(daily)
    first = np.arange(daily.shape[1] - ahead + 1)
    rest: Numbers = totals[:, first + ahead] - totals[:, first + 1]
    return share * daily[:, first] + rest


def _levels(gains: Numbers, factors: Numbers, known: Codes) -> tuple[Numbers, Numbers]:
    """The mean gain of a day around each day, drawn to the program's; and just before each day."""
    mean, worth, within = _local_means(gains, factors, known)
    is_long = known >= LEAST_DAYS
    now = mean[is_long, -1]
    centre, shrink = mean, np.zeros((len(mean), 1))
    if np.unique(now).size > 1:
        centre = mean[is_long].mean(axis=0)
        shrink = np.clip(within / now.var(), *_SHRINK_DAYS)[:, None]
    long = (worth * mean + shrink * centre) / np.maximum(worth + shrink, _TINY)
    totals, lengths = _running_totals(gains), _running_totals(factors)
    days = np.arange(LOOKBACK_DAYS + 1)
    before = np.maximum(days - LEVEL_DAYS, 0)
    recent = totals - totals[:, before] + _STEADINESS * long
    short: Numbers = recent / (lengths - lengths[:, before] + _STEADINESS)
    return long, short


def _local_means(
    gains: Numbers, factors: Numbers, known: Codes
) -> tuple[Numbers, Numbers, Numbers]:
    """The mean gain of a day around each day; how many days it is worth; a day's variance."""
    days = np.arange(LOOKBACK_DAYS + 1)
    away = np.abs(days[:-1, None] + 0.5 - days)
    kernel = 0.5 ** (away / LOCAL_DAYS)
    lengths = factors @ kernel
    local = (gains @ kernel) / np.maximum(lengths, _TINY)
    flat = gains.sum(axis=1, keepdims=True) / np.maximum(factors.sum(axis=1, keepdims=True), _TINY)
    errors = np.where(factors > 0, gains - local[:, :-1] * factors, 0.0)
    within = (errors**2).sum(axis=1) / np.maximum(known - 1, 1)
    worth = np.maximum(lengths**2 / np.maximum(factors @ kernel**2, _TINY), 1.0)
    most = np.maximum(known, 1)[:, None]
    is_known = days >= LOOKBACK_DAYS - known[:, None]
    moved = np.where(is_known, (local - flat) ** 2, 0.0).sum(axis=1)
    chance = np.where(is_known, np.maximum(1 / worth - 1 / most, 0.0), 0.0).sum(axis=1) * within
    trust = np.clip(1.0 - _CHANCE * chance / np.maximum(moved, _TINY), 0.0, 1.0)[:, None]
    return flat + trust * (local - flat), 1 / (trust / worth + (1 - trust) / most), within


def _momentum(rise: Numbers, rates: Numbers, long: Numbers, is_whole: Flags, ahead: int) -> Numbers:
    """How much of the last days' rise over the level past stretches kept: 0 to 1."""
    unit = np.maximum(np.abs(long), _TINY)
    was = np.where(is_whole, np.clip(rise / unit, -3.0, 3.0), 0.0)
    came = np.where(is_whole, np.clip((rates - long) / unit, -3.0, 3.0), 0.0)
    squares, products = (was**2).sum(axis=1), (was * came).sum(axis=1)
    program = products.sum() / max(squares.sum(), _TINY)
    # Overlapping stretches repeat each other, so long ones need more of the program.
    typical = _PROGRAM * ahead * np.median(squares / np.maximum(is_whole.sum(axis=1), 1))
    kept: Numbers = (products + typical * program) / np.maximum(squares + typical, _TINY)
    return np.clip(kept, 0.0, 1.0)


def _weights(lengths: Numbers, starts: Codes, ahead: int) -> Numbers:
    """Weigh past stretches by their weekdays and by how far back they lie."""
    last = lengths[:, -_WEEK:]
    varied = last.std(axis=1) / np.maximum(last.mean(axis=1), _TINY)
    others = np.maximum(np.exp(-((varied / _ALIKE) ** 2)), _LEAST_WEIGHT)
    is_same = (LOOKBACK_DAYS - starts) % _WEEK == 0
    age = LOOKBACK_DAYS - ahead - starts
    weights: Numbers = np.where(is_same, 1.0, others[:, None]) * 0.5 ** (age / HALF_LIFE_DAYS)
    return weights


def _unevenness(gains: Numbers, known: Codes, days: float) -> Numbers:
    """How much the weeks of history differ, as a part of their mean."""
    weeks = gains.reshape(len(gains), -1, _WEEK).sum(axis=2)[:, ::-1]
    is_known = (np.arange(weeks.shape[1]) + 1) * _WEEK <= known[:, None]
    number = np.maximum(is_known.sum(axis=1), 2)
    mean = np.where(is_known, weeks, 0.0).sum(axis=1) / number
    squares = np.where(is_known, (weeks - mean[:, None]) ** 2, 0.0).sum(axis=1)
    uneven: Numbers = np.sqrt(squares / (number - 1)) / np.maximum(mean, _TINY)
    return uneven * (max(days / _WEEK / 2, 1.0) if days > 1 else 0.0)


def _running_totals(daily: Numbers) -> Numbers:
    return np.concatenate([np.zeros((len(daily), 1)), np.cumsum(daily, axis=1)], axis=1)
