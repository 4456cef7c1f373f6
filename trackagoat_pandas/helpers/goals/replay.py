"""A replay of the past: the gains that series may still make, by those of past stretches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trackagoat_pandas.base.types import Bools, Floats, Ints

LOOKBACK_DAYS = 182
"""Half a year of whole weeks: 16 weeks showed too little of creators with fixed weekdays."""
LEAST_DAYS = 28
"""Four of each weekday."""
LEVEL_DAYS = 3
"""The last days whose rise over the level may go on."""
LOCAL_DAYS = 20.0
"""Days this far away count half in a local mean."""
HALF_LIFE_DAYS = 120.0
"""Stretches this old count half."""
POOLED = 4.0
"""How many of a series' own stretches the program's stretches weigh as much as."""
DOUBT = 1.0
"""The weight, in stretches, of a chance of 1/2: keeps few stretches from giving nearly 0 or 1."""
_CHANCE = 2.0
"""A local mean must move by this many times what independent days would make it move, since
neighbouring days resemble each other."""
_STEADINESS = 0.5
"""Days of the long level that count in the short one: a day without gains is no news on an off
day."""
_SHRINK_DAYS = (0.5, 14.0)
"""The fewest and the most days of the program's mean that count in a level."""
_PROGRAM = 3.0
"""How many series the program's momentum weighs as much as in the momentum of one."""
_LEAST_LEVEL = 0.3
"""The smallest part of its long level that a series is expected to keep."""
_ALIKE = 0.35
"""If weekdays differ this much, stretches over other weekdays hardly count."""
_LEAST_WEIGHT = 0.02
_LEAST_FACTOR = 0.02
"""Gains are divided by a weekday's factor, so it stays above 0 where nothing was ever gained."""
_WEEK = 7
_UNITS = (np.arange(8) + 0.5) / 8
"""Fractions of a unit over which the pooled chances are averaged. A gain that falls short by less
than one counts in part, as in a series' own chances: expected gains aren't whole numbers."""
_TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Replay:
    """What the series of a program may gain in the time left, by their past stretches.

    Attributes
    ----------
    expected
        What each series is expected to gain.
    scale
        The unit of each series' differences.
    differences
        How far past stretches differed from their own expectations, shape (series, stretches).
    weights
        The weight of each difference, of the same shape.
    side_by_side
        How many independent stretches those of each series are worth.
    unevenness
        The standard deviation of the weeks of history over their mean, times half the weeks left if
        those are more than two; 0 with a day or less left.
    """

    expected: Floats
    scale: Floats
    differences: Floats
    weights: Floats
    side_by_side: Floats
    unevenness: Floats

    def chances(self, series: Ints, needed: Floats) -> Floats:
        """Return the chance, from 0 to 1, that each series gains the needed amount, or NaN."""
        expected, scale, weights = self.expected[series], self.scale[series], self.weights[series]
        gained = expected[:, None] + scale[:, None] * self.differences[series]
        reached = np.clip(gained - needed[:, None] + 1.0, 0.0, 1.0)
        total = weights.sum(axis=1)
        own = (weights * reached).sum(axis=1) / np.maximum(total, _TINY)
        number = self.side_by_side[series]
        pooled = self._pooled_chances(expected, scale, needed)
        chance = (number * own + POOLED * pooled + DOUBT / 2) / (number + POOLED + DOUBT)
        found: Floats = np.where(total > 0, chance, np.nan)
        return found

    def _pooled_chances(self, expected: Floats, scale: Floats, needed: Floats) -> Floats:
        """Return the share of all the program's differences that would bring the needed amount."""
        is_used = self.weights > 0
        differences, weights = self.differences[is_used], self.weights[is_used]
        wanted = needed[:, None] - _UNITS - expected[:, None]
        # Sum the weights of the differences up to each need: one sorted row serves all needs.
        order = np.argsort(differences)
        running = np.concatenate([[0.0], np.cumsum(weights[order])])
        needs = wanted / np.maximum(scale, _TINY)[:, None]
        below = running[np.searchsorted(differences[order], needs)]
        shares = 1.0 - below / max(running[-1], _TINY)
        pooled: Floats = shares.mean(axis=1)
        return pooled


def replay(history: Floats, days: float, *, can_fall: bool = False) -> Replay:
    """Replay a program's past: estimate its next days from past stretches of the same length.

    1. *Weekdays.* Each series has seven weekday factors with a mean of 1. They are drawn towards 1
       to the extent that chance alone explains the differences (the James-Stein estimator).
    2. *Level.* The mean gain of a day, apart from weekdays. It follows a local mean, in which days
       ``LOCAL_DAYS`` away count half, to the extent that this mean moves by more than ``_CHANCE``
       times the movement that chance explains. It is drawn towards the program's mean, the more
       so the more a series varies from day to day compared with the creators among each other
       (empirical Bayes). The last ``LEVEL_DAYS`` days change it by as much as such days predicted
       past stretches, of this series and of the program.
    3. *Replay.* The expectation of the time left is the level times its weekday factors. Each past
       stretch differed from its own expectation, at the level of its time, by some part of it. The
       chance is the share of these differences that would bring the needed amount, among the
       series' own stretches and, with the weight of ``POOLED`` of them, among the program's. If
       weekdays differ, stretches over the same weekdays count for more. Stretches
       ``HALF_LIFE_DAYS`` ago count half.
    4. *Whole units.* A stretch that brings a part of the last unit needed counts with that part.
    5. *Overlap.* Stretches overlap, so they are worth only as many as fit side by side. ``DOUBT``
       more, with a chance of 1/2, keep few of them from giving a chance near 0 or 1.

    Parameters
    ----------
    history
        Gains of whole days, shape (series, LOOKBACK_DAYS), the latest last; NaN where unknown. Only
        the unbroken run of known days up to the latest one is used.
    days
        How many days are left; a fraction is the rest of the day after the history.
    can_fall
        Whether gains may be negative. If so, there are no weekday factors, and differences are
        absolute instead of in proportion to the expectation.
    """
    ahead = max(int(np.ceil(days)), 1)
    known = known_days(history)
    inside = np.arange(LOOKBACK_DAYS) >= LOOKBACK_DAYS - known[:, None]
    gains = np.where(inside, history, 0.0)
    factors = np.ones((len(gains), _WEEK)) if can_fall else _weekday_factors(gains, known)
    by_day = factors[:, (np.arange(LOOKBACK_DAYS + ahead) - LOOKBACK_DAYS) % _WEEK]
    starts = np.arange(LOOKBACK_DAYS - ahead + 1)
    # A stretch counts only with the days before it, which give its level.
    is_whole = starts - LEVEL_DAYS >= LOOKBACK_DAYS - known[:, None]
    is_whole &= (known >= LEAST_DAYS)[:, None]
    share = days - (ahead - 1)
    gained = _stretches(gains, share, ahead)
    # The starts of all past stretches, and now.
    moments = np.append(starts, LOOKBACK_DAYS)
    lengths = _stretches(by_day, share, ahead)
    long, short = _levels(gains, np.where(inside, by_day[:, :LOOKBACK_DAYS], 0.0), known)
    if ahead > 1:
        lengths, long, short = (each.take(moments, axis=1) for each in (lengths, long, short))
    rise = short - long
    if not can_fall:
        rise = np.clip(rise, -long, 3 * long)
    rates = gained / lengths[:, :-1]
    momentum = _momentum(rise[:, :-1], rates, long[:, :-1], is_whole, ahead)
    level = long + momentum[:, None] * rise
    if not can_fall:
        level = np.maximum(level, _LEAST_LEVEL * long)
    expected = lengths * level
    differences = gained - expected[:, :-1]
    # What can fall may be expected to gain about 0, so its differences can't be shares of that.
    scale = np.ones_like(expected) if can_fall else expected
    weights = _weights(lengths[:, :-1], starts, ahead) * is_whole
    # Kish's effective sample size: how many stretches of equal weight these are worth.
    different = weights.sum(axis=1) ** 2 / np.maximum((weights**2).sum(axis=1), _TINY)
    return Replay(
        expected=expected[:, -1],
        scale=scale[:, -1],
        differences=differences / np.maximum(scale[:, :-1], _TINY),
        weights=weights,
        side_by_side=different / max(days, 1.0),
        unevenness=_unevenness(gains, known, days) * (not can_fall),
    )


def known_days(history: Floats) -> Ints:
    """Count the latest days without a gap, from the first of them with a gain other than 0."""
    backwards = history[:, ::-1]
    known = np.logical_and.accumulate(~np.isnan(backwards), axis=1)
    brought = known & (backwards != 0.0)
    furthest = LOOKBACK_DAYS - np.argmax(brought[:, ::-1], axis=1)
    return np.where(brought.any(axis=1), furthest, 0)


def _weekday_factors(gains: Floats, known: Ints) -> Floats:
    """Return each series' gain on each weekday over its mean gain, the next day's weekday first."""
    by_week = gains.reshape(len(gains), -1, _WEEK)
    counts = (known[:, None] + np.arange(_WEEK)) // _WEEK
    means = by_week.sum(axis=1) / np.maximum(counts, 1)
    mean = gains.sum(axis=1) / np.maximum(counts.sum(axis=1), 1)
    spread = (by_week**2).sum(axis=1) - counts * means**2
    noise = spread.sum(axis=1) / np.maximum(counts.sum(axis=1) - _WEEK, 1)
    noise = noise / np.maximum(counts.mean(axis=1), 1)
    between = means.var(axis=1, ddof=1)
    trust = np.clip(1.0 - noise / np.maximum(between, _TINY), 0.0, 1.0)
    factors = 1.0 + trust[:, None] * (means / np.maximum(mean, _TINY)[:, None] - 1.0)
    factors = np.where((mean > 0)[:, None], np.maximum(factors, _LEAST_FACTOR), 1.0)
    normed: Floats = factors / factors.mean(axis=1, keepdims=True)
    return normed


def _stretches(daily: Floats, share: float, ahead: int) -> Floats:
    """Sum `ahead` days from each day on, of the first day only a share."""
    if ahead == 1:
        return share * daily
    totals = _running_totals(daily)
    number = daily.shape[1] - ahead + 1
    rest: Floats = totals[:, ahead:] - totals[:, 1 : number + 1]
    return share * daily[:, :number] + rest


def _levels(gains: Floats, factors: Floats, known: Ints) -> tuple[Floats, Floats]:
    """Return each day's long level, drawn towards the program's, and that of the days before it."""
    mean, worth, within = _local_means(gains, factors, known)
    is_long = known >= LEAST_DAYS
    now = mean[is_long, -1]
    centre, shrink = mean, np.zeros((len(mean), 1))
    if np.unique(now).size > 1:
        centre = mean[is_long].mean(axis=0)
        shrink = np.clip(within / now.var(), *_SHRINK_DAYS)[:, None]
    long = (worth * mean + shrink * centre) / np.maximum(worth + shrink, _TINY)
    recent = _last_days(gains) + _STEADINESS * long
    short: Floats = recent / (_last_days(factors) + _STEADINESS)
    return long, short


def _last_days(daily: Floats) -> Floats:
    """Sum the last ``LEVEL_DAYS`` days before each day, at a series' start fewer."""
    sums = _running_totals(daily)
    sums[:, LEVEL_DAYS:] -= sums[:, :-LEVEL_DAYS].copy()
    return sums


def _local_means(gains: Floats, factors: Floats, known: Ints) -> tuple[Floats, Floats, Floats]:
    """Return the mean gain around each day, how many days it is worth, and a day's variance."""
    days = np.arange(LOOKBACK_DAYS + 1)
    lengths = _around(factors, LOCAL_DAYS)
    local = _around(gains, LOCAL_DAYS) / np.maximum(lengths, _TINY)
    flat = gains.sum(axis=1, keepdims=True) / np.maximum(factors.sum(axis=1, keepdims=True), _TINY)
    errors = np.where(factors > 0, gains - local[:, :-1] * factors, 0.0)
    within = (errors**2).sum(axis=1) / np.maximum(known - 1, 1)
    squares = _around(factors, LOCAL_DAYS / 2)
    worth = np.maximum(lengths**2 / np.maximum(squares, _TINY), 1.0)
    most = np.maximum(known, 1)[:, None]
    is_known = days >= LOOKBACK_DAYS - known[:, None]
    moved = np.where(is_known, (local - flat) ** 2, 0.0).sum(axis=1)
    chance = np.where(is_known, np.maximum(1 / worth - 1 / most, 0.0), 0.0).sum(axis=1) * within
    trust = np.clip(1.0 - _CHANCE * chance / np.maximum(moved, _TINY), 0.0, 1.0)[:, None]
    return flat + trust * (local - flat), 1 / (trust / worth + (1 - trust) / most), within


def _around(daily: Floats, half_life: float) -> Floats:
    """Sum the days around each day's start, with weights that halve every `half_life` days."""
    # Running totals take a tenth of the time of a product with the matrix of weights.
    grown = 0.5 ** (-np.arange(LOOKBACK_DAYS + 1) / half_life)
    around = _running_totals(daily * grown[1:])
    around /= grown
    after = _running_totals(daily[:, ::-1] * grown[1:])
    after /= grown
    around += after[:, ::-1]
    around *= 0.5 ** (0.5 / half_life)
    return around


def _momentum(rise: Floats, rates: Floats, long: Floats, is_whole: Bools, ahead: int) -> Floats:
    """Return how much of a rise in the last days past stretches kept on average: 0 to 1."""
    unit = np.maximum(np.abs(long), _TINY)
    was = np.where(is_whole, np.clip(rise / unit, -3.0, 3.0), 0.0)
    came = np.where(is_whole, np.clip((rates - long) / unit, -3.0, 3.0), 0.0)
    squares, products = (was**2).sum(axis=1), (was * came).sum(axis=1)
    program = products.sum() / max(squares.sum(), _TINY)
    # Overlapping stretches repeat each other, so the longer they are, the more the program counts.
    typical = _PROGRAM * ahead * np.median(squares / np.maximum(is_whole.sum(axis=1), 1))
    kept: Floats = (products + typical * program) / np.maximum(squares + typical, _TINY)
    return np.clip(kept, 0.0, 1.0)


def _weights(lengths: Floats, starts: Ints, ahead: int) -> Floats:
    """Weigh past stretches by their weekdays and their age."""
    last = lengths[:, -_WEEK:]
    varied = last.std(axis=1) / np.maximum(last.mean(axis=1), _TINY)
    others = np.maximum(np.exp(-((varied / _ALIKE) ** 2)), _LEAST_WEIGHT)
    is_same = (LOOKBACK_DAYS - starts) % _WEEK == 0
    age = LOOKBACK_DAYS - ahead - starts
    weights: Floats = np.where(is_same, 1.0, others[:, None]) * 0.5 ** (age / HALF_LIFE_DAYS)
    return weights


def _unevenness(gains: Floats, known: Ints, days: float) -> Floats:
    """Return how much the weeks of history differ, as a part of their mean."""
    weeks = gains.reshape(len(gains), -1, _WEEK).sum(axis=2)[:, ::-1]
    is_known = (np.arange(weeks.shape[1]) + 1) * _WEEK <= known[:, None]
    number = np.maximum(is_known.sum(axis=1), 2)
    mean = np.where(is_known, weeks, 0.0).sum(axis=1) / number
    squares = np.where(is_known, (weeks - mean[:, None]) ** 2, 0.0).sum(axis=1)
    uneven: Floats = np.sqrt(squares / (number - 1)) / np.maximum(mean, _TINY)
    return uneven * (max(days / _WEEK / 2, 1.0) if days > 1 else 0.0)


def _running_totals(daily: Floats) -> Floats:
    # In place: this is called ten times for each of a thousand moments.
    totals = np.zeros((len(daily), daily.shape[1] + 1))
    np.cumsum(daily, axis=1, out=totals[:, 1:])
    return totals
