"""How far apart creators are in each part, once chance is taken out of their differences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from trackagoat_pandas.base.types import Floats, Ints
from trackagoat_pandas.helpers.pools.traits import Traits

ON_CIRCLE = ("hours", "weekdays")
_BITS = 32
"""Distances are multiples of 2 to the power of -32, so that parts add up exactly in any order."""
FIRST = 3
"""How many of the nearest creators are meant by the first ones."""
FEWEST_FOR_HUBS = 12
"""Of fewer creators each is among the first three of about a third on average, or more."""
_STEP, _MOST_STEPS = 1.02, 2_000


@dataclass(frozen=True)
class Yardstick:
    """What a part's numbers are measured with.

    Parameters
    ----------
    part
        The part.
    middle
        The mean of the creators' numbers.
    unit
        How far apart two creators are on average.
    kept
        For each creator, the share of its distance from the mean that isn't chance.
    """

    part: str
    middle: Floats
    unit: float
    kept: Floats

    @classmethod
    def of(cls, part: str, values: Floats, drawn: Floats) -> Yardstick:
        """Measure the differences of creators, and what resampled posts make of each."""
        is_known = ~np.isnan(values).any(axis=1)
        known = values[is_known]
        kept = np.zeros(len(values))
        if len(known) < 2:
            return cls(part, np.zeros(values.shape[1]), 0.0, kept)
        apart = _all_pairs(part, known)
        pairs = apart[np.triu_indices(len(known), 1)]
        chance = (gaps(part, drawn[:, is_known], known) ** 2).mean(axis=0)
        true = max(float((pairs**2).mean() / 2.0 - chance.mean()), 0.0)
        kept[is_known] = true / np.maximum(true + chance, np.finfo(float).tiny)
        return cls(part, known.mean(axis=0), float(pairs.mean()), kept)

    def shrunk(self, values: Floats) -> Floats:
        """Pull numbers towards the mean by the share that is chance."""
        pulled: Floats = self.middle + self.kept[:, None] * (values - self.middle)
        return pulled

    def in_units(self, found: Floats) -> Floats:
        """Return gaps in units; 0 where nobody differs."""
        return found / (self.unit or 1.0)


def gaps(part: str, some: Floats, others: Floats) -> Floats:
    """Return how far apart numbers are; the last axis has those of one creator.

    Of shares on a circle, it is the work of moving posts to where the other has them, the shorter
    way round: hours, or days, for each post (the earth mover's distance).
    """
    differences = some - others
    if part == "hashtags":
        lengths: Floats = np.sqrt((differences**2).sum(axis=-1))
        return lengths
    if part in ON_CIRCLE:
        differences = differences - np.median(differences, axis=-1, keepdims=True)
    found: Floats = np.abs(differences).sum(axis=-1)
    return found


def _all_pairs(part: str, values: Floats) -> Floats:
    """Return how far apart all creators are; by rows, since hashtags have hundreds of numbers."""
    rows = [gaps(part, each, values) for each in values]
    return np.array(rows).reshape(len(values), len(values))


def coordinates(yardstick: Yardstick, values: Floats) -> Floats:
    """Return points that are about as far apart as shrunk numbers are, in units.

    Shares on a circle become their first harmonic. What isn't known is in the middle.
    """
    shrunk = yardstick.shrunk(values) - yardstick.middle
    if yardstick.part in ON_CIRCLE:
        number = shrunk.shape[1]
        angles = 2.0 * np.pi * np.arange(number) / number
        shares = np.diff(shrunk, axis=1, prepend=0.0)
        around = np.column_stack([np.cos(angles), np.sin(angles)])
        shrunk = shares @ around * number / (2.0 * np.pi)
    points: Floats = np.nan_to_num(yardstick.in_units(shrunk))
    return points


@dataclass(frozen=True)
class Distances:
    """How far apart the creators of a program are.

    ``parts`` have for each part the shape (creators, creators), NaN where it isn't known of both;
    they add up to ``whole``. ``factors`` keep creators from being near to everybody.
    """

    traits: Traits
    yardsticks: Mapping[str, Yardstick]
    weights: Mapping[str, float]
    factors: Floats
    parts: Mapping[str, Floats]
    whole: Floats

    @classmethod
    def of(cls, traits: Traits, weights: Mapping[str, float]) -> Distances:
        """Measure all pairs; ``weights`` are those of the parts of the traits."""
        yardsticks = {
            part: Yardstick.of(part, traits.numbers[part], traits.drawn[part]) for part in weights
        }
        shrunk = {part: yardsticks[part].shrunk(traits.numbers[part]) for part in weights}
        apart = {
            part: yardsticks[part].in_units(_all_pairs(part, each)) for part, each in shrunk.items()
        }
        parts = _contributions(apart, weights)
        factors = factors_against_hubs(_total(parts))
        parts = {part: _round(each * factors[:, None] * factors) for part, each in parts.items()}
        return cls(traits, yardsticks, weights, factors, parts, _total(parts))

    def resampled(self, to: int) -> Floats:
        """Return how far all are from one creator with other posts: (resamples, creators)."""
        apart = {}
        for part, yardstick in self.yardsticks.items():
            drawn = yardstick.shrunk(self.traits.drawn[part])
            apart[part] = yardstick.in_units(gaps(part, drawn[:, to : to + 1], drawn))
        parts = _contributions(apart, self.weights)
        return _total({part: _round(each * self.factors) for part, each in parts.items()})


def _contributions(apart: Mapping[str, Floats], weights: Mapping[str, float]) -> dict[str, Floats]:
    """Return what each part adds to distances.

    Where a part isn't known of both, the others count for it.
    """
    known = sum(weights[part] * ~np.isnan(each) for part, each in apart.items())
    with np.errstate(invalid="ignore", divide="ignore"):
        return {part: weights[part] * each / known for part, each in apart.items()}


def _total(parts: Mapping[str, Floats]) -> Floats:
    each = np.array([*parts.values()])
    total: Floats = np.where(np.isnan(each).all(axis=0), np.nan, np.nansum(each, axis=0))
    return total


def _round(values: Floats) -> Floats:
    rounded: Floats = np.ldexp(np.rint(np.ldexp(values, _BITS)), -_BITS)
    return rounded


def in_order(distances: Floats, to: Ints) -> Floats:
    """Return distances by which creators can be sorted; infinite where there is none.

    Of equal ones, those come first that follow a creator in the order of ids, and after the last
    the first: were it always the same ones, they would be near to everybody.
    """
    size = distances.shape[-1]
    after = (np.arange(size) - to[..., None]) % size
    keys: Floats = distances + np.ldexp(after / size, -_BITS - 1)
    return np.where((after == 0) | np.isnan(distances), np.inf, keys)


def factors_against_hubs(distances: Floats) -> Floats:
    """Return factors for distances, 1 for all who aren't among the nearest of too many.

    Whoever is among the first three of more than a third of the others is moved away step by step.
    """
    factors = np.ones(len(distances))
    is_known = ~np.isnan(distances).all(axis=1)
    known = np.flatnonzero(is_known)
    if len(known) < FEWEST_FOR_HUBS:
        return factors
    among = distances[np.ix_(known, known)]
    own, everyone = factors[known], np.arange(len(known))
    for _ in range(_MOST_STEPS):
        keys = in_order(_round(among * own[:, None] * own), everyone)
        nearest = np.argpartition(keys, FIRST, axis=1)[:, :FIRST]
        is_near = np.isfinite(np.take_along_axis(keys, nearest, axis=1))
        times = np.bincount(nearest[is_near], minlength=len(known))
        is_hub = times > len(known) / FIRST
        if not is_hub.any():
            break
        own[is_hub] *= _STEP
    factors[known] = own
    return factors
