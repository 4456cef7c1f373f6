"""The creators' goals: ordinary ones for all, and one for every status."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from trackagoat_pandas.sandbox.clock import DAY_S, Period, Timeline, period_bounds
from trackagoat_pandas.sandbox.database import Database
from trackagoat_pandas.sandbox.dice import Dice
from trackagoat_pandas.sandbox.measures import goal_actual
from trackagoat_pandas.sandbox.people import Creator
from trackagoat_pandas.sandbox.snapshots import Sight

# Metric, period and pace of goals that run now: on track from 1, behind pace from 0.7, at risk
# below. The fourth of the cast is in a slump.
_RUNNING: tuple[tuple[str, Period, float], ...] = (
    ("views", "monthly", 1.25),
    ("views", "monthly", 0.85),
    ("followers", "monthly", 1.20),
    ("engagement", "monthly", 0.40),
    ("engagement", "weekly", 0.82),
    ("views", "daily", 0.30),
)
# Metric, period and share reached of goals whose last period has ended: completed from 1, else
# missed.
_ENDED: tuple[tuple[str, Period, float], ...] = (
    ("views", "weekly", 1.2),
    ("engagement", "weekly", 0.7),
    ("views", "monthly", 0.6),
)
_AHEAD_DAYS = 16


class GoalSetter:
    """Makes the rows of the table goals, once the videos are in the database."""

    def __init__(self, dice: Dice, database: Database, timeline: Timeline) -> None:
        self._dice, self._database, self._timeline = dice, database, timeline

    def rows(self, creators: Sequence[Creator]) -> list[dict[str, Any]]:
        """Set goals for the active creators of the cast.

        Each gets weekly posts, every second one monthly views. The first ones also get goals that
        show each status now, one that has not started yet and one that was switched off.
        """
        active = [creator for creator in creators if creator.is_active]
        if not active:
            return []
        ordinary = [self._weekly_posts(creator) for creator in active]
        ordinary += [self._monthly_views(creator) for creator in active[::2]]
        turn = [active[place % len(active)] for place in range(len(_RUNNING) + len(_ENDED) + 2)]
        staged = [
            self._running(creator, *plan) for creator, plan in zip(turn, _RUNNING, strict=False)
        ]
        staged += [
            self._closed_goal(creator, *plan)
            for creator, plan in zip(turn[len(_RUNNING) :], _ENDED, strict=False)
        ]
        ahead = self._timeline.today + timedelta(days=_AHEAD_DAYS)
        staged.append(self._row(turn[-2], "posts", "weekly", 5, start=ahead))
        staged.append({**self._row(turn[-1], "posts", "daily", 2), "is_active": 0})
        return [*ordinary, *staged]

    def _weekly_posts(self, creator: Creator) -> dict[str, Any]:
        start_s, now_s = self._timeline.start_s(creator.tracked_from), self._timeline.now_s
        weeks = max(1.0, (now_s - start_s) / DAY_S / 7.0)
        posts = self._compliance_count(creator, "posts", start_s, now_s)
        target = round(posts / weeks * self._dice.uniform(0.7, 1.1, 1)[0])
        return self._row(creator, "posts", "weekly", max(1, target))

    def _monthly_views(self, creator: Creator) -> dict[str, Any]:
        now_s = self._timeline.now_s
        month = self._compliance_count(creator, "views", now_s - 30 * DAY_S, now_s)
        target = round(month * self._dice.uniform(0.7, 1.3, 1)[0], -3)
        return self._row(creator, "views", "monthly", max(1_000, int(target)))

    def _running(
        self, creator: Creator, metric: str, period: Period, pace: float
    ) -> dict[str, Any]:
        """Set the target that the creator approaches now at a pace."""
        first, after = period_bounds(period, self._timeline.today)
        start_s, end_s = self._timeline.start_s(first), self._timeline.start_s(after)
        passed = (self._timeline.now_s - start_s) / (end_s - start_s)
        actual = self._compliance_count(creator, metric, start_s, self._timeline.now_s)
        # At midnight nothing of the period has passed: avoid dividing by 0.
        target = max(1, round(actual / max(passed, 1e-9) / pace))
        return self._row(creator, metric, period, target, start=first)

    def _closed_goal(
        self, creator: Creator, metric: str, period: Period, share: float
    ) -> dict[str, Any]:
        """Set the target of which the creator reached a share in the last closed period."""
        first_open, _ = period_bounds(period, self._timeline.today)
        last = first_open - timedelta(days=1)
        first, after = period_bounds(period, last)
        start_s, end_s = self._timeline.start_s(first), self._timeline.start_s(after)
        actual = self._compliance_count(creator, metric, start_s, end_s)
        # Rounded down, the target is reached; one more makes sure that a missed goal is missed.
        target = int(actual / share) + (share < 1.0)
        return self._row(creator, metric, period, max(1, target), start=first, end=last)

    def _compliance_count(self, creator: Creator, metric: str, start_s: float, end_s: float) -> int:
        """Count what compliance shows now."""
        sight = Sight(self._timeline.now_s, self._timeline.zone)
        return goal_actual(self._database, creator.id, metric, start_s, end_s, sight)

    def _row(
        self,
        creator: Creator,
        metric: str,
        period: Period,
        target: int,
        *,
        start: date | None = None,
        end: date | None = None,
    ) -> dict[str, Any]:
        start = start or creator.tracked_from
        created_s = self._timeline.start_s(min(start, self._timeline.today))
        return {
            "id": self._dice.uuid(),
            "creator_id": creator.id,
            "project_id": creator.project_id,
            "metric": metric,
            "period": period,
            "target_value": target,
            "start_date": start.isoformat(),
            "end_date": end.isoformat() if end else None,
            "is_active": 1,
            "created_at": self._timeline.text(created_s + self._dice.whole(0, 7_200)),
        }
