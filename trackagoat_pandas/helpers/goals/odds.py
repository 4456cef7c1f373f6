"""The odds that running goals are reached.

Knows which goals have odds. The model is in forecast.py.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas._types import DateLike
from trackagoat_pandas.helpers.goals.arrays import (
    as_category,
    as_counts,
    as_instants,
    as_numbers,
)
from trackagoat_pandas.helpers.goals.forecast import LOOKBACK_DAYS
from trackagoat_pandas.helpers.goals.judging import REASONS as UNJUDGED
from trackagoat_pandas.helpers.goals.judging import Judged, identity, judge_day
from trackagoat_pandas.helpers.goals.moments import InstantLike
from trackagoat_pandas.helpers.goals.outlook import Outlook, Race, look_ahead
from trackagoat_pandas.helpers.latest import latest_of
from trackagoat_pandas.tables.analytics import GOAL_STATUSES

REASONS = ("period_over", *UNJUDGED, "not_started", "too_little_history", "too_irregular")
"""Why there is no chance, the first that applies."""
_ONE_DAY = np.timedelta64(1, "D")


def goal_odds(
    goals: pd.DataFrame,
    videos: pd.DataFrame | None = None,
    analytics: pd.DataFrame | None = None,
    *,
    reference_date: DateLike | None = None,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> pd.DataFrame:
    """Tell the chance that each running goal's target is reached by the end of its period.

    The package's own model, a replay of the creator's own past: every stretch of the last 112 days
    that is as long as the time left is one thing that might happen next, and the chance is the
    share of them that would bring what is missing. For views, engagement and followers a stretch is
    first scaled to the creator's level of the last three days; stretches over the same weekdays and
    recent ones count for more; and since stretches overlap, the share is drawn towards 1/2 as far
    as their number, put side by side, is small. A target of posts, views or engagement that is
    reached already has the chance 1. Nothing is random.

    The model's constants (forecast.py) are round numbers that nothing derives, and no real program
    has confirmed them. In twelve worlds of the sandbox (seeds 101 to 112) its Brier skill over
    always saying the hit rate was 0.02 at the start of periods (4,945 forecasts), 0.11 at half time
    (3,833; 0.37 for views, but 0.07 for posts) and 0.12 after four fifths (2,810). At half time
    chances of 0.2 to 0.4 came true in 37 % (said: 31 %) and those above 0.8 in 81 % (said: 85 %);
    at the start those above 0.8 in 75 % (said: 84 %), and after four fifths those of 0.6 to 0.8 in
    46 % (said: 66 %, of 112): both too sure. So take a chance as a
    hint: :func:`backtest_goal_odds` tells how chances fared in your own closed periods,
    :func:`score_goal_odds` and :func:`calibrate_goal_odds` how well.

    Parameters
    ----------
    goals, videos, analytics, reference_date, now, timezone
        As in :func:`evaluate_goals`. The frames should reach back 112 days before the day; 28 are
        the least, and twice the time left.

    Returns
    -------
    pandas.DataFrame
        One row a goal, in order: its ``creator_id``, ``tiktok_handle``, ``goal_id``,
        ``project_id``, ``metric`` and ``period``; ``status`` (category), ``target``, ``actual``,
        ``missing``, ``days_left`` (Float64), ``period_end`` (instant in UTC); ``chance`` (Float64,
        0 to 1); ``history_days`` and ``required_days`` (Int64); and ``reason`` (category), why
        there is no chance: period_over, unknown_actual (the frames don't cover the period),
        not_started or too_little_history; NA where there is one.

    Raises
    ------
    MissingColumnError, ArgumentError
        As in :func:`evaluate_goals`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> from trackagoat_pandas.helpers.goals.odds import goal_odds
    >>> with tgp.connect(sandbox=True):
    ...     goals = tgp.load_goal_compliance("Summer Launch", period="weekly")
    ...     videos = tgp.load_videos("Summer Launch")
    >>> odds = goal_odds(goals[goals["metric"] == "posts"], videos)
    >>> bool(odds["chance"].dropna().between(0, 1).all())
    True
    """
    goals = latest_of(goals, ["goal_id"])
    judged = judge_day(
        goals,
        videos,
        analytics,
        reference_date=reference_date,
        now=now,
        timezone=timezone,
        lookback=LOOKBACK_DAYS,
    )
    standing = judged.standing
    missing = standing.target - standing.actual
    race = Race(judged.series, judged.goals.metrics, missing, standing.at, judged.after)
    outlook = look_ahead(race, judged.gains, judged.calendar)
    reasons = _reasons(judged, outlook)
    return identity(goals).assign(
        status=as_category(standing.status, GOAL_STATUSES),
        target=as_numbers(standing.target),
        actual=as_numbers(standing.actual),
        missing=as_numbers(np.maximum(missing, 0.0)),
        days_left=as_numbers(np.maximum((standing.end - standing.at) / _ONE_DAY, 0.0)),
        period_end=as_instants(standing.end),
        chance=as_numbers(np.where(reasons == "", outlook.chance, np.nan)),
        history_days=as_counts(outlook.history_days),
        required_days=as_counts(outlook.required_days),
        reason=as_category(reasons, REASONS),
    )


def _reasons(judged: Judged, outlook: Outlook) -> NDArray[np.object_]:
    """Say why there is no chance; an empty word where there is one."""
    later = np.where(judged.standing.started, outlook.reasons, "not_started")
    reasons = np.where(judged.reasons != "", judged.reasons, later)
    return np.where(judged.standing.ended, "period_over", reasons)
