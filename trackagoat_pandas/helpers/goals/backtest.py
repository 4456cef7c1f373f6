"""How the odds of goals fared in periods that are closed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from trackagoat_pandas._types import DateLike
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError
from trackagoat_pandas.helpers.goals.arrays import (
    as_category,
    as_flags,
    as_instants,
    as_numbers,
)
from trackagoat_pandas.helpers.goals.forecast import LOOKBACK_DAYS
from trackagoat_pandas.helpers.goals.history import judge_closed
from trackagoat_pandas.helpers.goals.judging import Judged
from trackagoat_pandas.helpers.goals.moments import InstantLike
from trackagoat_pandas.helpers.goals.odds import REASONS
from trackagoat_pandas.helpers.goals.outlook import Race, look_ahead


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
    """Make the forecast of :func:`goal_odds` inside every closed period, beside how it ended.

    Each forecast sees the days before it and none after, at the start of a day. What stands twice
    counts once, as in :func:`evaluate_goals`.

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
        ``chance`` (Float64, 0 to 1), ``reason`` (category: why there is none, as in
        :func:`goal_odds`) and ``is_hit`` (boolean: whether the target was reached; NA where that
        isn't known). A goal of an unknown period has one row, with that reason.

    Raises
    ------
    MissingColumnError, ArgumentError
        As in :func:`goal_history`; or ``passed`` is out of its range.

    Warns
    -----
    NoDataWarning
        As in :func:`evaluate_goals`.

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
    rows, judged = judge_closed(
        goals,
        videos,
        analytics,
        since=since,
        now=now,
        timezone=timezone,
        lookback=LOOKBACK_DAYS,
    )
    race = _race(judged, share)
    outlook = look_ahead(race, judged.gains, judged.calendar)
    ended = judged.standing
    unjudged = np.where(judged.reasons != "", judged.reasons, "unknown_actual")
    reasons = np.where(np.isnan(race.needed), unjudged, outlook.reasons)
    return rows.assign(
        made_at=as_instants(race.at),
        target=as_numbers(ended.target),
        missing=as_numbers(np.maximum(race.needed, 0.0)),
        chance=as_numbers(outlook.chance),
        reason=as_category(reasons, REASONS),
        is_hit=as_flags(ended.actual >= ended.target, np.isnan(ended.actual - ended.target)),
    )


def _race(judged: Judged, share: float) -> Race:
    """Go back to when a share of each period had passed."""
    days = (judged.after - judged.first).astype(np.int64)
    at = judged.calendar.starts(judged.first + np.floor(days * share).astype(np.int64))
    done = judged.gains.between(judged.series, judged.first, at)
    missing = judged.goals.targets - np.where(np.isnat(judged.first), np.nan, done)
    return Race(judged.series, judged.goals.metrics, missing, at, judged.after)


def _check_share(passed: object) -> float:
    if isinstance(passed, bool) or not isinstance(passed, int | float):
        raise ArgumentTypeError("passed", passed, "a share from 0 to less than 1")
    if not 0 <= passed < 1:
        raise ArgumentError("passed", passed, "it must be from 0 to less than 1")
    return float(passed)
