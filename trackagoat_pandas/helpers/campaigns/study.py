"""A campaign as a study: who got it, who didn't, and whether the two can be compared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from trackagoat_pandas.base.types import Bools, Floats
from trackagoat_pandas.helpers.campaigns.placebos import (
    PlaceboTest,
    gap,
    random_groups,
    smallest_visible,
)
from trackagoat_pandas.helpers.campaigns.weeks import Changes, Weeks

FEWEST_DONORS: Final = 19
"""Of fewer, one group in 20 isn't rare enough for p < 0.05 to be possible (Abadie, Diamond &
Hainmueller 2010, on placebo tests)."""
FEWEST_MEMBERS: Final = 2
FEWEST_WEEKS: Final = 8
TIMES_AS_LONG: Final = 4
"""Of how many weeks before it a campaign needs, and how many times its own."""
_HELD_OUT: Final = (1, 2, 4, 8)
"""How many of the last weeks before the campaign are compared with the earlier ones."""
_WORST_FIT: Final = 2.0
"""How many times the median of random groups the held-out error may be."""


@dataclass(frozen=True)
class Study:
    """Weeks of creators, and which of them got the campaign; ``weeks`` begin before it."""

    weeks: Weeks
    is_member: Bools

    @property
    def end(self) -> int:
        """The week after the last one of the campaign."""
        return int(self.weeks.posts.shape[1])

    def lift(self, day: int | None = None, end: int | None = None) -> Lift:
        """Compare members and others before and from a week on; by default, the campaign's."""
        day = self.weeks.before if day is None else day
        changes = self.weeks.changes(0, day, self.end if end is None else end)
        return Lift(changes, self.is_member[changes.creators])

    def weekly(self, groups: Bools | Floats) -> tuple[Floats, Floats]:
        """Return each week's views of groups, and of the others, in logs against those before it.

        ``groups`` have the shape (groups, creators of :meth:`lift`), both results (groups, weeks).
        """
        places, before = self.lift().changes.creators, self.weeks.before
        known, logs = self.weeks.known[places], self.weeks.logs[places]
        posts = self.weeks.posts[places]
        usual = logs[:, :before].sum(axis=1) / known[:, :before].sum(axis=1)
        left = logs - known * usual[:, None]
        lengths = np.ones(self.end)
        lengths[-1] -= self.end - before - self.weeks.length
        found = []
        for members in (groups, 1.0 - groups):
            with np.errstate(divide="ignore", invalid="ignore"):
                views = (members @ left) / (members @ known)
            per_week = (members @ posts + 0.5) / lengths
            found.append(views + np.log(per_week / per_week[:, :before].mean(axis=1)[:, None]))
        return found[0], found[1]

    def misfit(self, day: int | None = None) -> float:
        """Return the held-out error before a week, against the median of random groups.

        The last one, two, four and eight weeks are compared with the earlier ones, in views a post
        and in posts, each in standard deviations of random groups; the largest of them counts.
        """
        day = self.weeks.before if day is None else day
        own, drawn = [0.0], []
        for weeks in _HELD_OUT:
            if 2 * weeks > day:
                break
            lift = self.lift(day - weeks, day)
            if not lift.has_groups:
                continue
            groups = lift.groups
            parts = ((lift.changes.views, lift.changes.weights), (lift.changes.posts, lift.equal))
            for values, weights in parts:
                errors = gap(groups, values, weights)
                spread = float(np.sqrt((errors**2).mean()))
                if spread > 1e-12:  # posts that come by a schedule never differ
                    drawn.append(np.abs(errors) / spread)
                    error = gap(lift.is_member[None], values, weights)[0]
                    own.append(abs(float(error)) / spread)
        if not drawn:  # no creator differs from another
            return 0.0
        return max(own) / float(np.median(np.max(drawn, axis=0)))

    def refusal(self, lift: Lift) -> str:
        """Say why no effect can be known; "" if it can."""
        weeks = self.weeks
        needed = max(FEWEST_WEEKS, int(np.ceil(TIMES_AS_LONG * weeks.length)))
        members, donors = lift.sizes
        if members < FEWEST_MEMBERS:
            return f"it takes 2 creators who posted before and in it, and there {_are(members)}"
        if donors < FEWEST_DONORS:
            return f"it takes {FEWEST_DONORS} creators outside it, and there {_are(donors)}"
        if weeks.before < needed:
            return f"it takes {needed} weeks of posts before it, and there {_are(weeks.before)}"
        times = self.misfit()
        if times > _WORST_FIT:
            return (
                f"before it, its creators differed from the others by {times:.1f} times what "
                "random groups do"
            )
        return ""


def _are(count: int) -> str:
    return f"{'is' if count == 1 else 'are'} {count or 'none'}"


@dataclass(frozen=True)
class Lift:
    """How posts of members and others changed; of those who posted before and after."""

    changes: Changes
    is_member: Bools

    @property
    def sizes(self) -> tuple[int, int]:
        """How many members there are, and how many others."""
        members = int(self.is_member.sum())
        return members, len(self.is_member) - members

    @property
    def has_groups(self) -> bool:
        """Whether there are members and others."""
        return min(self.sizes) > 0

    @cached_property
    def groups(self) -> Floats:
        """Random groups as large as that of the members, as 0 and 1."""
        # NumPy multiplies floats 100 times as fast as flags.
        return random_groups(len(self.is_member), self.sizes[0]).astype(np.float64)

    @property
    def equal(self) -> Floats:
        """A weight of 1 for each creator, of whose posts all are known."""
        return np.ones(len(self.is_member))

    def effects(self, groups: Bools | Floats) -> tuple[Floats, Floats]:
        """Return how much more views a post and posts changed in each group than outside it."""
        return (
            gap(groups, self.changes.views, self.changes.weights),
            gap(groups, self.changes.posts, self.equal),
        )

    @property
    def effect(self) -> float:
        """How much more the views of the members changed, in logs."""
        return float(np.add(*self.effects(self.is_member[None]))[0])

    def test(self) -> PlaceboTest:
        """Compare the members' effect with those of random groups."""
        member = self.is_member.astype(np.float64)
        shares = [
            gap(self.groups, member, weights) for weights in (self.changes.weights, self.equal)
        ]
        return PlaceboTest(
            self.effect, np.add(*self.effects(self.groups)), (shares[0] + shares[1]) / 2.0
        )

    def smallest_visible(self) -> float:
        """Return the smallest effect that would probably be seen, in logs; NaN if none would."""
        if min(self.sizes) < FEWEST_MEMBERS:
            return np.nan
        left = []
        parts = ((self.changes.views, self.changes.weights), (self.changes.posts, self.equal))
        for values, weights in parts:
            own = gap(self.is_member[None], values, weights)[0]
            left.append(gap(self.groups, values - own * self.is_member, weights))
        return smallest_visible(left[0] + left[1])

    def without_each_donor(self) -> Floats:
        """Return the effect without one of the others at a time."""
        donors = np.flatnonzero(~self.is_member)
        views, weights, posts = self.changes.views, self.changes.weights, self.changes.posts
        sums, total = float((views * weights)[donors].sum()), float(weights[donors].sum())
        left = total - weights[donors]
        means = (sums - (views * weights)[donors]) / np.where(left > 0.0, left, np.nan)
        means += (posts[donors].sum() - posts[donors]) / max(len(donors) - 1, 1)
        own = np.average(views[self.is_member], weights=weights[self.is_member])
        effects: Floats = own + posts[self.is_member].mean() - means
        return effects

    def largest_weight(self) -> float:
        """Return the largest part of the weight of the others that one of them has."""
        weights = self.changes.weights[~self.is_member]
        return float(weights.max(initial=0.0) / max(weights.sum(), 1e-300))
