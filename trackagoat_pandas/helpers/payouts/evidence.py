"""How much of what it pays for each rule finds in a span of days."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas.errors import MissingArgumentError
from trackagoat_pandas.helpers.payouts.achievements import PARTS, Achievements
from trackagoat_pandas.helpers.payouts.columns import STRING, Whole
from trackagoat_pandas.helpers.payouts.daily import Gaps
from trackagoat_pandas.helpers.payouts.goals import goals_for, goals_met
from trackagoat_pandas.helpers.payouts.milestones import Milestones
from trackagoat_pandas.helpers.payouts.rules import is_complete

REASONS = ("no_start_date", "incomplete_rule", "missing_days", "partial_days")
"""Why an amount is unknown."""
REASON_OF = np.array([None, "partial_days", "missing_days"], dtype=object)
"""The reason for each gap of a count."""

_CALLS = {"videos": "load_videos(project)", "goals": "load_goal_compliance(project)"}

_Measured: TypeAlias = tuple[Whole, Gaps, NDArray[np.object_] | None]
"""Quantities, what is missing of them, and the ids of the videos that they count."""


class Evidence:
    """What was achieved, for any rows of assigned spans with their rules.

    Parameters
    ----------
    videos, analytics, goals
        The frames of their loaders; one that no row needs may be None.
    zone
        The organization's time zone.
    """

    def __init__(
        self,
        videos: pd.DataFrame | None,
        analytics: pd.DataFrame | None,
        goals: pd.DataFrame | None,
        zone: str,
    ) -> None:
        self.achievements = Achievements(videos, analytics, zone)
        self.goals = goals
        self._videos, self._analytics, self._zone = videos, analytics, zone
        self._measures: dict[str, Callable[[pd.DataFrame], _Measured]] = {
            "recurring": self._days,
            "goal": self._goals,
            "cpm": self._views,
            "view_threshold": self._crossings,
        }

    def check_frames(self, rows: pd.DataFrame) -> None:
        """Make sure that the frames are there which the rows' rules need.

        Raises
        ------
        MissingArgumentError
            They are not. It names all that are missing, and the calls that load them.
        """
        given = {"videos": self._videos, "goals": self.goals, "analytics": self._analytics}
        absent = {name for name, frame in given.items() if frame is None}
        if not absent:
            return
        known = rows[is_complete(rows)]
        kinds = set(known["kind"]) - {"recurring"}
        metrics = self._goal_metrics(known[known["kind"] == "goal"])
        by_views = {"analytics"} if metrics - {"posts"} else set()
        by_posts = {"videos"} if "posts" in metrics and "analytics" in absent else set()
        needs = {
            "cpm": {"analytics"},
            "goal": {"goals"} | by_views | by_posts,
            "view_threshold": {"videos", "analytics"},
        }
        lacking = {kind: needs[kind] & absent for kind in sorted(kinds) if needs[kind] & absent}
        if lacking:
            missing = [name for name in given if any(name in some for some in lacking.values())]
            calls = {**_CALLS, "analytics": _analytics_call(kinds, metrics)}
            which = "it" if len(missing) == 1 else "them"
            passed = ", ".join(f"{name}={calls[name]}" for name in missing)
            reason = f"rules of kind {', '.join(lacking)} need {which}. Pass {passed}"
            raise MissingArgumentError(missing, reason)

    def _goal_metrics(self, rows: pd.DataFrame) -> set[str]:
        """The metrics of the goals that decide rows; without goals, of the rows' rules."""
        goals = rows if self.goals is None or rows.empty else goals_for(rows, self.goals)
        return set(goals["goal_metric"])

    def measured(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Add ``quantity``, the ``reason`` where it is unknown, and the ``video_ids``."""
        self.check_frames(rows)
        is_whole = is_complete(rows)
        kinds = rows["kind"].where(is_whole).to_numpy(dtype=object)
        quantity = np.zeros(len(rows), np.int64)
        reason, video_ids = np.full((2, len(rows)), None, dtype=object)
        reason[~is_whole] = "incomplete_rule"
        for kind, measure in self._measures.items():
            chosen = np.flatnonzero(kinds == kind)
            if len(chosen):
                some = rows if len(chosen) == len(rows) else rows.iloc[chosen]
                quantity[chosen], gaps, video_ids[chosen] = measure(some)
                reason[chosen] = REASON_OF[gaps]
        texts = {"reason": reason, "video_ids": video_ids}
        return rows.assign(
            quantity=quantity,
            **{name: pd.array(words, dtype=STRING) for name, words in texts.items()},
        )

    def milestones(self, rows: pd.DataFrame) -> Milestones:
        """Find on which days the videos of the rows' creators reached the rows' thresholds."""
        return Milestones(rows, self._videos, self._analytics, self._zone)

    def _days(self, rows: pd.DataFrame) -> _Measured:
        days = rows["days_assigned"].to_numpy(np.int64)
        return days, np.zeros(len(rows), np.int8), None

    def _goals(self, rows: pd.DataFrame) -> _Measured:
        return *goals_met(rows, self.goals, self.achievements), None

    def _views(self, rows: pd.DataFrame) -> _Measured:
        begin, stop = _assigned(rows)
        return *self.achievements.between("views", rows["creator_id"], begin, stop), None

    def _crossings(self, rows: pd.DataFrame) -> _Measured:
        begin, stop = _assigned(rows)
        milestones = self.milestones(rows)
        ids = milestones.video_ids(rows, begin, stop)
        return *milestones.between(rows, begin, stop), ids.to_numpy(dtype=object)


def _analytics_call(kinds: set[str], goal_metrics: set[str]) -> str:
    """The call that loads the analytics which kinds of rules need."""
    asked = (goal_metrics - {"posts"}) | ({"views"} if "cpm" in kinds else set())
    parts = list(dict.fromkeys(part for metric in sorted(asked) for part in PARTS[metric]))
    calls = []
    if parts:
        metrics = repr(parts[0] if len(parts) == 1 else parts)
        calls.append(f"load_analytics('creator', creators, {metrics}, dates=...)")
    if "view_threshold" in kinds:
        calls.append("load_analytics('video', videos, 'views', dates=...)")
    return calls[0] if len(calls) == 1 else f"pd.concat([{', '.join(calls)}])"


def _assigned(rows: pd.DataFrame) -> tuple[Whole, Whole]:
    return rows["assigned_first"].to_numpy(np.int64), rows["assigned_after"].to_numpy(np.int64)
