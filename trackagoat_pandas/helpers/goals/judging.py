"""Goals judged from loaded frames, each in a numbered period or in that of a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas._types import DateLike
from trackagoat_pandas._warning import warn
from trackagoat_pandas.checks import require_columns
from trackagoat_pandas.errors import NoDataWarning
from trackagoat_pandas.helpers.clocks import Days
from trackagoat_pandas.helpers.goals.arrays import (
    Codes,
    Numbers,
    as_category,
    as_numbers,
    index_of,
    read_numbers,
    read_words,
)
from trackagoat_pandas.helpers.goals.gains import Gains
from trackagoat_pandas.helpers.goals.moments import InstantLike, calendar_of, find_moment
from trackagoat_pandas.helpers.goals.periods import (
    Calendar,
    earliest,
    first_days,
    judged_days,
    period_numbers,
)
from trackagoat_pandas.helpers.goals.standing import Standing
from trackagoat_pandas.helpers.series import days_of, is_word
from trackagoat_pandas.tables.analytics import GOAL_METRICS, GOAL_STATUSES

GOAL_COLUMNS = (
    "creator_id", "goal_id", "metric", "period", "target_value", "start_date", "end_date",
)  # fmt: skip
REASONS = ("unknown_period", "unknown_metric", "unknown_target", "unknown_actual")
"""Why a goal can't be judged, the first that applies."""
_LOADED = {
    "views": ("views",),
    "engagement": ("likes", "comments", "shares", "saves"),
    "followers": ("followers",),
}
"""The daily analytics that goals of each metric need; those of posts need videos."""
_IDENTITY = ("creator_id", "tiktok_handle", "goal_id", "project_id", "metric", "period")


@dataclass(frozen=True, slots=True)
class Goals:
    """What goals ask for, as equally long arrays; a missing start or end day is NaT."""

    creators: pd.Series
    metrics: NDArray[np.object_]
    periods: NDArray[np.object_]
    targets: Numbers
    first: Days
    last: Days

    @classmethod
    def read(cls, goals: pd.DataFrame) -> Self:
        """Read the frame of ``load_goal_compliance``."""
        require_columns(goals, GOAL_COLUMNS, loader="load_goal_compliance")
        return cls(
            creators=goals["creator_id"],
            metrics=read_words(goals["metric"]),
            periods=read_words(goals["period"]),
            targets=read_numbers(goals["target_value"]),
            first=days_of(goals["start_date"]),
            last=days_of(goals["end_date"]),
        )

    def take(self, places: Codes) -> Goals:
        """Return the goals at some places, in that order."""
        return Goals(
            self.creators.iloc[places],
            self.metrics[places],
            self.periods[places],
            self.targets[places],
            self.first[places],
            self.last[places],
        )

    def index(self) -> pd.Index:
        """Return each creator once."""
        return index_of(pd.unique(read_words(self.creators.dropna())))

    def numbers_on(self, day: Days) -> Codes:
        """Number the period that is judged on each day."""
        return period_numbers(self.periods, judged_days(day, self.first, self.last))


@dataclass(frozen=True, slots=True)
class Judged:
    """Goals in numbered periods, the gains that they were judged by, and how they stand."""

    goals: Goals
    first: Days
    after: Days
    calendar: Calendar
    gains: Gains
    series: Codes
    standing: Standing

    @property
    def reasons(self) -> NDArray[np.object_]:
        """Why each goal can't be judged; an empty word where it can."""
        conditions = [
            np.isnat(self.first),
            ~np.isin(self.goals.metrics.astype(str), GOAL_METRICS),
            np.isnan(self.standing.target),
            np.isnan(self.standing.actual),
        ]
        return np.select(conditions, list(REASONS), "").astype(object)


def judge(
    goals: Goals,
    numbers: Codes,
    at: np.datetime64,
    calendar: Calendar,
    videos: pd.DataFrame | None,
    analytics: pd.DataFrame | None,
    *,
    lookback: int = 0,
) -> Judged:
    """Judge goals in numbered periods from an instant, up to which a goal counts.

    A whole period counts, also where the goal's own days begin or end inside of it. Before its
    start a goal has nothing. The gains also hold ``lookback`` days before. Warns once where the
    frames have nothing about a metric that goals ask for.
    """
    first, after = (first_days(goals.periods, numbers + step) for step in (0, 1))
    start, end = calendar.starts(first), calendar.starts(after)
    seen_at = np.full(len(numbers), at)
    since = earliest(first, calendar.days(seen_at[:1])) - lookback
    # Odds learn from the whole program, so that a goal has the same alone and among others.
    creators = _program(goals, videos, analytics) if lookback else goals.index()
    gains = Gains(creators, calendar, videos, analytics, since)
    series = gains.series(goals.creators, goals.metrics)
    started = seen_at > np.fmax(start, calendar.starts(goals.first))
    gained = gains.between(series, first, np.fmin(seen_at, end))
    is_known = ~np.isnat(first) & np.isin(goals.metrics.astype(str), GOAL_METRICS)
    actual = np.where(is_known, np.where(started, gained, 0.0), np.nan)
    standing = Standing(start, end, seen_at, started, goals.targets, actual)
    _warn_of_missing(gains, goals.metrics[is_known & np.isnan(actual)], since)
    return Judged(goals, first, after, calendar, gains, series, standing)


def _warn_of_missing(gains: Gains, metrics: NDArray[np.object_], since: np.datetime64) -> None:
    """Name the loads without which no goal of a metric can be judged."""
    missing = [name for name in GOAL_METRICS if name in metrics and not gains.has(name)]
    if not missing:
        return
    calls = ["videos=tgp.load_videos(project)"] if "posts" in missing else []
    if loaded := [part for name in missing for part in _LOADED.get(name, ())]:
        days = f'dates=("{since}", ...)'
        calls.append(f'analytics=tgp.load_analytics("creator", creators, {loaded}, {days})')
    named = " and ".join(filter(None, (", ".join(missing[:-1]), missing[-1])))
    warn(
        f"Goals of {named} can't be judged, since the frames have no such numbers from {since} on: "
        f"pass {' and '.join(calls)}.",
        NoDataWarning,
    )


def _program(goals: Goals, videos: pd.DataFrame | None, analytics: pd.DataFrame | None) -> pd.Index:
    """Return each creator of the goals and of the frames once."""
    ids = [goals.creators]
    if videos is not None:
        require_columns(videos, ["creator_id"], loader="load_videos")
        ids.append(videos["creator_id"])
    if analytics is not None:
        require_columns(analytics, ["entity", "entity_id"], loader="load_analytics")
        ids.append(analytics.loc[is_word(analytics["entity"], "creator"), "entity_id"])
    words = np.concatenate([read_words(pd.Series(part.dropna().unique())) for part in ids])
    return index_of(sorted(set(words)))


def judge_day(
    goals: pd.DataFrame,
    videos: pd.DataFrame | None,
    analytics: pd.DataFrame | None,
    *,
    reference_date: DateLike | None,
    now: InstantLike | None,
    timezone: str | None,
    lookback: int = 0,
) -> Judged:
    """Judge each goal in the period that holds a day, at the day's end but never later than now."""
    asked = Goals.read(goals)
    calendar = calendar_of(goals, timezone)
    moment = find_moment(goals, reference_date, now, calendar)
    numbers = asked.numbers_on(np.full(len(goals), moment.day))
    return judge(asked, numbers, moment.at, calendar, videos, analytics, lookback=lookback)


def standing_columns(judged: Judged) -> dict[str, Any]:
    """Make the columns target, actual, percentage, status, pace and reason."""
    standing = judged.standing
    return {
        "target": as_numbers(standing.target),
        "actual": as_numbers(standing.actual),
        "percentage": as_numbers(standing.percentage),
        "status": as_category(standing.status, GOAL_STATUSES),
        "pace": as_numbers(standing.pace),
        "reason": as_category(judged.reasons, REASONS),
    }


def identity(goals: pd.DataFrame) -> pd.DataFrame:
    """Take the columns that say which goal it is, as far as the frame has them."""
    return goals[[name for name in _IDENTITY if name in goals.columns]]
