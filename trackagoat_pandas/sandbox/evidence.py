"""What one creator achieved in each pay period of an assignment.

Knows measures. Must not know cents.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from trackagoat_pandas.sandbox.clock import Period, day_start
from trackagoat_pandas.sandbox.database import Database
from trackagoat_pandas.sandbox.measures import Videos, counts, goal_actuals, load_videos
from trackagoat_pandas.sandbox.rules import PayPeriod


class Evidence:
    """Measures of one creator over pay periods that follow one another.

    Nothing is measured before it is asked for.
    """

    def __init__(
        self, database: Database, zone: ZoneInfo, creator_id: str, pay_periods: Sequence[PayPeriod]
    ) -> None:
        self.pay_periods = tuple(pay_periods)
        self._database, self._zone, self._creator_id = database, zone, creator_id
        self._achievements: dict[str, NDArray[np.int64]] = {}

    def views_gained(self, place: int) -> int:
        """Views that counted videos gained on the days assigned."""
        return int(np.sum(self._views[:, place + 1] - self._views[:, place]))

    def crossings(self, place: int, threshold_views: int) -> list[str]:
        """Counted videos whose views reached a threshold on the days assigned."""
        before, after = self._views[:, place], self._views[:, place + 1]
        crossed = (before < threshold_views) & (after >= threshold_views)
        return self._videos.select(crossed).ids

    def goals_met(self, place: int, metric: str, period: Period) -> list[dict[str, Any]]:
        """Goals of a metric and period that cover a whole pay period and were met in it."""
        pay_period = self.pay_periods[place]
        last = pay_period.after - timedelta(days=1)
        goals = self._database.rows(
            "SELECT id, target_value FROM goals WHERE creator_id = ? AND metric = ? AND period = ? "
            "AND is_active AND start_date <= ? AND (end_date IS NULL OR end_date >= ?) "
            "ORDER BY rowid",
            (self._creator_id, metric, period, pay_period.first.isoformat(), last.isoformat()),
        )
        if not goals:
            return []
        actual = int(self._achieved(metric)[place])
        return [
            {"goal_id": goal["id"], "target": goal["target_value"], "actual": actual}
            for goal in goals
            if actual >= goal["target_value"]
        ]

    def _achieved(self, metric: str) -> NDArray[np.int64]:
        if metric not in self._achievements:
            edges = self._edges(
                [pay_period.first for pay_period in self.pay_periods], self.pay_periods[-1].after
            )
            achieved = goal_actuals(self._database, self._creator_id, metric, edges)
            self._achievements[metric] = achieved
        return self._achievements[metric]

    @cached_property
    def _videos(self) -> Videos:
        videos = load_videos(self._database, "creator_id = ?", (self._creator_id,))
        return videos.select(videos.counted)

    @cached_property
    def _views(self) -> NDArray[np.int64]:
        days = [pay_period.assigned_first for pay_period in self.pay_periods]
        edges = self._edges(days, self.pay_periods[-1].assigned_after)
        return counts(
            self._videos, np.maximum(edges[None, :], self._videos.tracked_ts[:, None]), "views"
        )

    def _edges(self, days: Sequence[date], last: date) -> NDArray[np.float64]:
        return np.array([day_start(day, self._zone).timestamp() for day in [*days, last]])
