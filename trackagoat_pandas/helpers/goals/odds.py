"""The odds that running goals are reached."""

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
    """Estimate the chance that each running goal's target is reached by the end of its period.

    The package's own model. What the creator may gain in the time left is expected from the mean
    day of the last 182 days (of the days around now, where the mean moves by more than chance would
    make it), seven weekday factors, and as much of a rise in the last three days as such rises
    predicted before. As far as the creator's own days are too few or too uneven, the factors are
    drawn to 1, and mean and rise to those of the program: of all creators in `videos` and
    `analytics`. The chance is the share of past stretches, as long as the time left, that differed
    from their own expectation by enough to bring what is missing: the creator's own, and those of
    the program with the weight of four. A target of posts, views or engagement that is reached
    already has the chance 1. Nothing is random; a goal has the same odds alone and among others.

    What stands twice counts once, as in :func:`evaluate_goals`.

    The model's constants (forecast.py) are round numbers, and no real program has confirmed them.
    They were chosen on simulated programs of steady, weekly, bursty and rare creators and measured
    on eight others (seeds 201 to 208, 16 weeks of history). Where targets lay within 50 % of what
    the creator did before, its Brier skill over always saying the hit rate was at least 0.003 in
    each of the 43 classes of metric, period, share passed and rhythm with 250 forecasts or more,
    and 0.53 in the mean. Where they lay within 10 % of it, so that there was little to know, it was
    -0.02 (standard error 0.02) for the posts of bursty creators at a week's start, above 0 in all
    other classes, and 0.35 in the mean. Chances of 0.2 to 0.4 came true in 32 % at a
    week's start and in 30 % at half time (said: 31 % and 30 %), those of 0.6 to 0.8 in 67 % and
    75 % (said: 69 % and 71 %), and those above 0.8 in 94 % and 97 % (said: 91 % and 95 %). Where
    a creator's level had jumped by 80 % some time before, odds of the whole posts of a week could
    be worse than the hit rate: they follow such a jump over weeks.
    Where a creator's weeks differ by more than their mean no chance is given, since there the odds
    were worse than none. :func:`backtest_goal_odds` finds how chances fared in your own closed
    periods, :func:`score_goal_odds` and :func:`calibrate_goal_odds` how well.

    Parameters
    ----------
    goals, videos, analytics, reference_date, now, timezone
        As in :func:`evaluate_goals`. The frames should reach back 182 days before the day; 28 are
        the least, and twice the time left.

    Returns
    -------
    pandas.DataFrame
        One row a goal, in order: its ``creator_id``, ``tiktok_handle``, ``goal_id``,
        ``project_id``, ``metric`` and ``period``; ``status`` (category), ``target``, ``actual``,
        ``missing``, ``days_left`` (Float64), ``period_end`` (instant in UTC); ``chance`` (Float64,
        0 to 1); ``history_days`` (0 where no chance was looked for) and ``required_days`` (Int64);
        and ``reason`` (category), why there is no chance, NA where there is one: period_over; one
        of those of :func:`evaluate_goals`; not_started; too_little_history; or too_irregular. The
        last says that the weeks of history have a standard deviation of their mean or more, where
        more than a day is left, and for more than two weeks left of that mean over half the weeks
        left.

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
