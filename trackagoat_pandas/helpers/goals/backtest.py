"""How the odds of goals fared in periods that are closed.

Knows which forecasts would have been made. The model is in forecast.py.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas._types import DateLike
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError
from trackagoat_pandas.helpers.goals.arrays import (
    Flags,
    as_category,
    as_flags,
    as_instants,
    as_numbers,
)
from trackagoat_pandas.helpers.goals.evaluation import Goals, judge
from trackagoat_pandas.helpers.goals.forecast import LOOKBACK_DAYS
from trackagoat_pandas.helpers.goals.gains import Gains
from trackagoat_pandas.helpers.goals.history import IDENTITY, closed_periods, history_starts
from trackagoat_pandas.helpers.goals.moments import InstantLike, calendar_of, latest_instant
from trackagoat_pandas.helpers.goals.odds import REASONS
from trackagoat_pandas.helpers.goals.outlook import Race, look_ahead
from trackagoat_pandas.helpers.goals.periods import earliest, first_days


def backtest_goal_odds(
    goals: pd.DataFrame,
    videos: pd.DataFrame | None = None,
    analytics: pd.DataFrame | None = None,
    *,
    passed: float = 0.5,
    since: DateLike | None = None,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> pd.DataFrame:
    """Make the forecast of :func:`goal_odds` inside every closed period, and tell how it ended.

    Each forecast sees the days before it and none after, at the start of a day.

    Parameters
    ----------
    goals, videos, analytics, since, now, timezone
        As in :func:`goal_history`.
    passed
        Which share of the period's days has passed, rounded down to whole days, when the forecast
        is made: from 0 (at the start, where daily goals always are) to less than 1.

    Returns
    -------
    pandas.DataFrame
        One row for each goal and closed period: the goal's ``creator_id``, ``tiktok_handle``,
        ``goal_id``, ``project_id``, ``metric`` and ``period``; ``period_start``, ``period_end`` and
        ``made_at`` (instants in UTC); ``target`` and ``missing`` (Float64, at that time);
        ``chance`` (Float64, 0 to 1), ``reason`` (category: why there is none) and ``is_hit``
        (boolean: whether the target was reached; NA where the frames don't cover the period).

    Raises
    ------
    MissingColumnError, ArgumentError
        As in :func:`goal_history`; or ``passed`` is out of its range.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> from trackagoat_pandas.helpers.goals.backtest import backtest_goal_odds
    >>> with tgp.connect(sandbox=True):
    ...     goals = tgp.load_goal_compliance("Summer Launch", period="weekly")
    ...     videos = tgp.load_videos("Summer Launch")
    >>> test = backtest_goal_odds(goals[goals["metric"] == "posts"], videos)
    >>> bool((test["made_at"] < test["period_end"]).all())
    True
    """
    share = _check_share(passed)
    asked = Goals.read(goals)
    calendar = calendar_of(goals, timezone)
    latest = latest_instant(goals, now)
    first = history_starts(asked, since, videos, analytics, calendar)
    places, numbers = closed_periods(asked, first, latest, calendar)
    taken = asked.take(places)
    begin, until = first_days(taken.periods, numbers), first_days(taken.periods, numbers + 1)
    gains = Gains(asked.index(), calendar, videos, analytics, earliest(begin) - LOOKBACK_DAYS)
    ended = judge(taken, numbers, np.full(len(places), latest), gains, calendar)
    made_on = begin + np.floor((until - begin).astype(np.int64) * share).astype(np.int64)
    at = calendar.starts(made_on)
    series = gains.series(taken.creators, taken.metrics)
    missing = taken.targets - gains.between(series, begin, at)
    outlook = look_ahead(Race(series, taken.metrics, missing, at, until), gains, calendar)
    reasons = _reasons(np.isnan(missing), np.isnan(outlook.chance))
    identity = goals[[name for name in IDENTITY if name in goals.columns]]
    return (
        identity.iloc[places]
        .reset_index(drop=True)
        .assign(
            period_start=as_instants(ended.start),
            period_end=as_instants(ended.end),
            made_at=as_instants(at),
            target=as_numbers(ended.target),
            missing=as_numbers(np.maximum(missing, 0.0)),
            chance=as_numbers(outlook.chance),
            reason=as_category(reasons, REASONS),
            is_hit=as_flags(ended.actual >= ended.target, np.isnan(ended.actual)),
        )
    )


def _reasons(is_unknown: Flags, is_short: Flags) -> NDArray[np.object_]:
    words = ["unknown_actual", "too_little_history"]
    return np.select([is_unknown, is_short], words, "").astype(object)


def _check_share(passed: object) -> float:
    if isinstance(passed, bool) or not isinstance(passed, int | float):
        raise ArgumentTypeError("passed", passed, "a share from 0 to less than 1")
    if not 0 <= passed < 1:
        raise ArgumentError("passed", passed, "it must be from 0 to less than 1")
    return float(passed)
