"""How goals ended, period by period."""

from __future__ import annotations

import numpy as np
import pandas as pd

from trackagoat_pandas._types import DateLike
from trackagoat_pandas.checks import require_columns
from trackagoat_pandas.dates import parse_day
from trackagoat_pandas.helpers.clocks import Days
from trackagoat_pandas.helpers.goals.arrays import Codes, as_instants
from trackagoat_pandas.helpers.goals.judging import (
    Goals,
    Judged,
    identity,
    judge,
    standing_columns,
)
from trackagoat_pandas.helpers.goals.moments import InstantLike, calendar_of, latest_instant
from trackagoat_pandas.helpers.goals.periods import (
    NO_DAY,
    ONE_DAY,
    Calendar,
    earliest,
    first_days,
    period_numbers,
)
from trackagoat_pandas.helpers.latest import latest_of
from trackagoat_pandas.helpers.series import days_of, instants_of


def goal_history(
    goals: pd.DataFrame,
    videos: pd.DataFrame | None = None,
    analytics: pd.DataFrame | None = None,
    *,
    since: DateLike | None = None,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> pd.DataFrame:
    """Judge every closed period of each goal.

    The rules are those of :func:`evaluate_goals` at each period's end: what the API answers for the
    period's last day. What stands twice counts once, as there. The goal's target is taken to have
    been the same all along.

    Parameters
    ----------
    goals, videos, analytics, now, timezone
        As in :func:`evaluate_goals`.
    since
        The first day to replay: the history begins with the period that holds it. None for the
        goal's first day, or without one the first day that the frames hold.

    Returns
    -------
    pandas.DataFrame
        One row for each goal and closed period, goals in their order and the oldest period first:
        the goal's ``creator_id``, ``tiktok_handle``, ``goal_id``, ``project_id``, ``metric`` and
        ``period``, ``period_start`` and ``period_end`` (instants in UTC), ``target``, ``actual``,
        ``percentage`` and ``pace`` (Float64), ``status`` (category: completed or missed) and
        ``reason`` (category), why a period can't be judged, as :func:`evaluate_goals` gives it; NA
        where it can. A goal of an unknown period has one row, with that reason.

    Raises
    ------
    MissingColumnError, ArgumentError
        As in :func:`evaluate_goals`.

    Warns
    -----
    NoDataWarning
        As in :func:`evaluate_goals`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> from trackagoat_pandas.helpers.goals.history import goal_history
    >>> with tgp.connect(sandbox=True):
    ...     goals = tgp.load_goal_compliance("Summer Launch", period="weekly")
    ...     videos = tgp.load_videos("Summer Launch")
    >>> history = goal_history(goals[goals["metric"] == "posts"], videos, since="2026-05-01")
    >>> sorted(history["status"].unique())
    ['completed', 'missed']
    """
    rows, judged = judge_closed(goals, videos, analytics, since=since, now=now, timezone=timezone)
    return rows.assign(**standing_columns(judged))


def judge_closed(
    goals: pd.DataFrame,
    videos: pd.DataFrame | None,
    analytics: pd.DataFrame | None,
    *,
    since: DateLike | None,
    now: InstantLike | None,
    timezone: str | None,
    lookback: int = 0,
) -> tuple[pd.DataFrame, Judged]:
    """Judge each closed period of each goal, and say in a frame which goal and period it is."""
    goals = latest_of(goals, ["goal_id"])
    asked = Goals.read(goals)
    calendar = calendar_of(goals, timezone)
    latest = latest_instant(goals, now)
    first = _history_starts(asked, since, videos, analytics, calendar)
    places, numbers = _closed_periods(asked, first, latest, calendar)
    taken = asked.take(places)
    judged = judge(taken, numbers, latest, calendar, videos, analytics, lookback=lookback)
    rows = identity(goals).iloc[places].reset_index(drop=True)
    standing = judged.standing
    return rows.assign(
        period_start=as_instants(standing.start), period_end=as_instants(standing.end)
    ), judged


def _closed_periods(
    goals: Goals, first: Days, latest: np.datetime64, calendar: Calendar
) -> tuple[Codes, Codes]:
    """List each goal's periods that ended by an instant: the goal's place, the period's number."""
    today = np.full(len(first), calendar.days(np.array([latest]))[0])
    begin = period_numbers(goals.periods, first)
    running = period_numbers(goals.periods, today)
    last = period_numbers(goals.periods, np.where(np.isnat(goals.last), today, goals.last))
    until = np.minimum(running, last + 1)
    counts = np.where(np.isnat(first) | np.isnat(today), 0, np.maximum(until - begin, 0))
    # What has no calendar is listed once, so that it doesn't vanish.
    counts[np.isnat(first_days(goals.periods, begin))] = 1
    places = np.repeat(np.arange(len(first)), counts)
    steps = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    numbers = begin[places] + steps
    # A period that is a day which the time zone never had is none.
    periods = goals.periods[places]
    day: Days = np.where(periods == "daily", first_days(periods, numbers), NO_DAY)
    after: Days = day + ONE_DAY
    is_real = calendar.starts(day) != calendar.starts(after)
    return places[is_real], numbers[is_real]


def _history_starts(
    goals: Goals,
    since: DateLike | None,
    videos: pd.DataFrame | None,
    analytics: pd.DataFrame | None,
    calendar: Calendar,
) -> Days:
    """Return the day with whose period each goal's history begins."""
    if since is not None:
        return np.fmax(goals.first, np.datetime64(parse_day(since, "since"), "D"))
    if not np.isnat(goals.first).any():
        return goals.first
    known = _earliest_day(videos, analytics, calendar)
    return np.where(np.isnat(goals.first), known, goals.first)


def _earliest_day(
    videos: pd.DataFrame | None, analytics: pd.DataFrame | None, calendar: Calendar
) -> np.datetime64:
    """Return the first day that the frames hold; NaT if they are empty."""
    known: list[Days] = []
    if videos is not None:
        require_columns(videos, ["posted_at"], loader="load_videos")
        known.append(calendar.days(instants_of(videos["posted_at"])))
    if analytics is not None:
        require_columns(analytics, ["date"], loader="load_analytics")
        known.append(days_of(analytics["date"]))
    return earliest(*known)
