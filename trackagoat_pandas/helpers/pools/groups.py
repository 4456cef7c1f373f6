"""Groups among points, where there are more than a single cloud of them would show by chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from trackagoat_pandas.base.types import Bools, Floats, Ints

FEWEST: Final = 12
"""Fewer points are never called groups."""
SMALLEST: Final = 3
"""A group has as many members at least."""
_MOST_GROUPS: Final = 6
_ALPHA: Final = 0.02
CLOUDS: Final = 99
_STARTS: Final = 40
_ROUNDS: Final = 8
_APART: Final = 0.8
"""Where the halves of a group begin: in standard deviations from its middle."""


class Groups(NamedTuple):
    """Groups of points.

    Attributes
    ----------
    labels
        The group of each point, from 0; all 0 where there are no groups.
    p
        The chance that a single cloud looks as grouped.
    """

    labels: Ints
    p: float


def find_groups(coordinates: Sequence[Floats], views: Sequence[Sequence[int]] = ()) -> Groups:
    """Find groups, if a single cloud of the same extent would hardly look as grouped.

    Parameters
    ----------
    coordinates
        Those of the points in each part: (points, one or two).
    views
        Parts that may be looked at alone, by their places: a part in which the points don't form
        groups hides those of the others. All parts together are always looked at.
    """
    whole = _Cloud.of(coordinates)
    parts = [tuple(view) for view in views if 0 < len(view) < len(coordinates)]
    p, view = whole.chance(parts)
    labels: Ints = np.zeros(len(whole.points), np.int64)
    if p > _ALPHA:
        return Groups(labels, p)
    cloud = _Cloud.of([coordinates[part] for part in view])
    tries = [cloud.in_groups(number) for number in range(2, _most(len(labels)) + 1)]
    return Groups(max(tries, key=cloud.silhouette), p)


def _most(points: int) -> int:
    """Return how many groups there may be at most."""
    return min(_MOST_GROUPS, points // (SMALLEST + 1))


@dataclass(frozen=True)
class _Cloud:
    """Points, and which of their coordinates belong to one part.

    They are as far apart as the sum of their distances in each part.
    """

    points: Floats
    parts: Sequence[slice]

    @classmethod
    def of(cls, coordinates: Sequence[Floats]) -> _Cloud:
        """Join the coordinates of parts."""
        ends = np.cumsum([each.shape[1] for each in coordinates]).tolist()
        starts = [0, *ends[:-1]]
        parts = [slice(*each) for each in zip(starts, ends, strict=True)]
        return cls(np.hstack(coordinates), parts)

    def chance(self, views: Sequence[tuple[int, ...]]) -> tuple[float, tuple[int, ...]]:
        """Return the chance that a cloud looks as grouped, by some clouds without groups.

        The view of the parts and the number of groups that look most unusual count, in the points
        as in the clouds. The view is returned, too.
        """
        everything = tuple(range(len(self.parts)))
        most = _most(len(self.points))
        if most < 2:
            return 1.0, everything
        sets, unusual = np.concatenate([self.points[None], self._clouds()]), []
        for view in (everything, *views):
            slices = [self.parts[part] for part in view]
            seen = _Cloud.of([self.points[:, each] for each in slices])
            columns = np.concatenate([np.arange(each.start, each.stop) for each in slices])
            rests = seen.rests_of(sets[:, :, columns], most)
            usual, error = rests[1:].mean(axis=0), np.maximum(rests[1:].std(axis=0), 1e-9)
            unusual.append(((usual - rests) / error).max(axis=1))
        by_view = np.array(unusual)
        highest = by_view.max(axis=0)
        p = float((highest >= highest[0]).sum()) / (CLOUDS + 1)
        return p, (everything, *views)[int(by_view[:, 0].argmax())]

    def _clouds(self) -> Floats:
        """Return clouds of as many points, as far spread and as correlated.

        Their points are spread evenly along each coordinate: of all clouds without groups, such a
        one is most easily taken for groups.
        """
        size, number = self.points.shape
        dice = np.random.default_rng(0)  # the same points give the same answer
        centred = self.points - self.points.mean(axis=0)
        alike = centred / np.maximum(np.sqrt((centred**2).mean(axis=0)), 1e-300)
        strength, axes = np.linalg.eigh(alike.T @ alike / size)
        drawn = dice.normal(size=(CLOUDS, size, number)) * np.sqrt(np.maximum(strength, 0.0))
        ranks = (drawn @ axes.T).argsort(axis=1).argsort(axis=1)
        even = np.sort(dice.uniform(-1.0, 1.0, drawn.shape), axis=1)
        clouds = np.take_along_axis(even, ranks, axis=1)
        clouds -= clouds.mean(axis=1, keepdims=True)
        wide: Floats = np.abs(centred).mean(axis=0) / np.abs(clouds).mean(axis=1, keepdims=True)
        return clouds * wide

    def rests_of(self, sets: Floats, most: int) -> Floats:
        """Return the distances from the middles of 2, 3, ... groups, against one group's, in logs.

        It is 0 where a group is too small. The shape of ``sets`` is (sets, points, coordinates).
        """
        middles = sets.mean(axis=1, keepdims=True)
        labels = np.zeros(sets.shape[:2], np.int64)
        whole = np.maximum(self._lengths(sets - middles).sum(axis=1), 1e-300)
        rests = []
        for _ in range(2, most + 1):
            labels, rest, is_fit = self._settle(sets, self._halve(sets, labels, middles))
            middles = _middles(sets, labels, middles.shape[1] + 1)
            rests.append(np.log(np.where(is_fit, np.maximum(rest / whole, 1e-12), 1.0)))
        return np.column_stack(rests)

    def _lengths(self, offsets: Floats) -> Floats:
        """Return the sum of the lengths of offsets in each part."""
        sums: Floats = np.zeros(offsets.shape[:-1])
        for part in self.parts:
            own = offsets[..., part]
            sums += np.abs(own[..., 0]) if own.shape[-1] == 1 else np.sqrt((own**2).sum(axis=-1))
        return sums

    def _settle(self, sets: Floats, middles: Floats) -> tuple[Ints, Floats, Bools]:
        """Move points to the nearest middle, and middles to their points, until that settles.

        Returns the groups, the sums of distances from middles, and whether all groups are large
        enough.
        """
        labels: Ints = np.zeros(sets.shape[:2], np.int64)
        for _ in range(_ROUNDS):
            before, labels = labels, self._lengths(sets[:, :, None] - middles[:, None]).argmin(2)
            middles = _middles(sets, labels, middles.shape[1])
            if (labels == before).all():
                break
        own = np.take_along_axis(middles, labels[:, :, None], axis=1)
        sizes = (labels[:, :, None] == np.arange(middles.shape[1])).sum(axis=1)
        return labels, self._lengths(sets - own).sum(axis=1), (sizes >= SMALLEST).all(axis=1)

    def _halve(self, sets: Floats, labels: Ints, middles: Floats) -> Floats:
        """Put two middles in the place of that of the widest group, along its longest axis."""
        places = np.arange(len(sets))
        offsets = sets - np.take_along_axis(middles, labels[:, :, None], axis=1)
        members = labels[:, :, None] == np.arange(middles.shape[1])
        widest = (self._lengths(offsets)[:, :, None] * members).sum(axis=1).argmax(axis=1)
        is_own = labels == widest[:, None]
        own = offsets * is_own[:, :, None]
        spread, axes = np.linalg.eigh(own.transpose(0, 2, 1) @ own)
        deviation = np.sqrt(np.maximum(spread[:, -1], 0.0) / np.maximum(is_own.sum(axis=1), 1))
        step = _APART * axes[:, :, -1] * deviation[:, None]
        halves = middles.copy()
        halves[places, widest] -= step
        return np.concatenate([halves, (middles[places, widest] + step)[:, None]], axis=1)

    def in_groups(self, number: int) -> Ints:
        """Return the points in some groups, the best of many tries."""
        dice = np.random.default_rng(0)
        sets = np.broadcast_to(self.points, (_STARTS, *self.points.shape))
        chosen = dice.permuted(
            np.broadcast_to(np.arange(len(self.points)), (_STARTS, len(self.points))), axis=1
        )
        labels, rests, is_fit = self._settle(sets, self.points[chosen[:, :number]])
        best: Ints = labels[np.argmin(np.where(is_fit, rests, np.inf))]
        return best

    def silhouette(self, labels: Ints) -> float:
        """Return how much nearer points are to their own group than to the next (the mean).

        Of a point it is the difference of both mean distances over the larger one.
        """
        apart = self._lengths(self.points[:, None] - self.points[None])
        members = (labels[:, None] == np.arange(labels.max() + 1)).astype(np.float64)
        sums, sizes = apart @ members, members.sum(axis=0)
        own = (sums * members).sum(axis=1) / np.maximum(sizes[labels] - 1.0, 1.0)
        other = np.where(members > 0.0, np.inf, sums / np.maximum(sizes, 1.0)).min(axis=1)
        return float(((other - own) / np.maximum(np.maximum(own, other), 1e-300)).mean())


def _middles(sets: Floats, labels: Ints, number: int) -> Floats:
    members = (labels[:, :, None] == np.arange(number)).astype(np.float64)
    sizes = np.maximum(members.sum(axis=1), 1.0)[:, :, None]
    middles: Floats = members.transpose(0, 2, 1) @ sets / sizes
    return middles
