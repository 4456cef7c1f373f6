"""Running goals that may be missed, and how much each needs by when."""

from __future__ import annotations

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Days, Floats, Words
from trackagoat_pandas.helpers.clocks import InstantLike, days_shown
from trackagoat_pandas.helpers.columns import (
    STRING,
    floats,
    instants_of,
    integers,
    is_word,
    spelled,
    values_of,
)
from trackagoat_pandas.helpers.facts import derived, known_zone
from trackagoat_pandas.helpers.goals.nudges import who_to_nudge, whole_needs
from trackagoat_pandas.helpers.goals.odds import goal_odds
from trackagoat_pandas.helpers.goals.standing import STANDING_COLUMNS
from trackagoat_pandas.helpers.loads import latest_of
from trackagoat_pandas.inputs.checks import require_columns
from trackagoat_pandas.tables.analytics import GOAL_METRICS, GOAL_PERIODS
from trackagoat_pandas.tables.results import RESULTS

_WHY = {
    "unknown_period": "the period's length is an unknown word",
    "unknown_metric": "the metric is an unknown word",
    "unknown_target": "the target isn't known",
    "unknown_actual": "the frames don't cover the period so far",
    "too_irregular": "the creator's weeks differ too much for a forecast",
    "too_few_forecasts": "there are too few past forecasts to say how often one comes true",
}
"""What reasons of goal_odds mean; `_reasons` writes too_little_history and no_skill."""
_LEFT_OUT = ("not_started", "period_over")
PERIOD_DAYS = {"daily": 1.0, "weekly": 7.0, "monthly": 30.4}
_TOO_EARLY = 0.49
"""The highest risk of a goal that it is too early to call late."""
_UNITS = {"engagement": "interactions"}
"""What is counted, where it isn't called like the metric."""
_MICROSECOND = pd.Timedelta(1, "us")


@derived("goals", "videos", "analytics", facts_of="goals", whole=("videos",))
def will_miss(
    goals: pd.DataFrame,
    videos: pd.DataFrame | None = None,
    analytics: pd.DataFrame | None = None,
    *,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> pd.DataFrame:
    """List the goals that may be missed, the most likely first, and how much each still needs.

    The chances are those of :func:`goal_odds`; whether a goal without one is late already is
    judged as by :func:`who_to_nudge`. Goals that have reached their target, have not started or
    whose period is over are left out.

    Parameters
    ----------
    goals : DataFrame
        The frame of :func:`load_goal_compliance`.
    videos : DataFrame, optional
        The frame of :func:`load_videos`, for goals of posts: all videos of the goals' creators.
    analytics : DataFrame, optional
        The frame of :func:`load_analytics` for ``"creator"``, by day, for goals of views,
        engagement and followers, of the last 396 days (``dates="last 396 days", clip=True``): with
        fewer, odds differ, as the result's note says.
    now : str or datetime, optional
        The instant up to which the frames have data, with its offset; None for that of the
        goals, known to 18 seconds from their ``hours_until_period_end``. It can't be after
        today, since days to come would count as days without posts. A later time of today is
        taken as now.
    timezone : str, optional
        The organization's IANA time zone; None for the one in the goals' provenance.

    Returns
    -------
    pandas.DataFrame
        One row for each goal that isn't reached: ``tiktok_handle``, ``metric``, ``period``;
        ``miss_pct`` (Float64: the chance to miss, in percent) and ``chance`` (Float64: the chance
        to reach it, 0 to 1); ``risk`` (Float64, 0 to 1: the chance to miss; without a chance what
        is missing for the time left, 0.5 at an even pace and at most 0.49 before a goal is late);
        ``missing`` and ``needed_per_day`` (Int64: whole posts, views or others, rounded up; with
        less than a day left, all that is missing); ``needed`` (the same in words) and ``deadline``
        (the last day, local, such as ``Sun 21 Jun``); ``urgency``
        (category: ``late`` or ``too_early``; NA for a goal on track or with a chance); ``target``,
        ``actual`` and ``days_left`` (Float64); ``status`` (category); ``reason`` (why there is no
        chance, in words; NA where there is one); ``period_end`` (instant in UTC), ``creator_id``,
        ``goal_id`` and ``project_id``.

        The highest risk comes first, and goals without a known one last.

    Raises
    ------
    MissingColumnError, ArgumentError
        As in :func:`goal_odds` and :func:`who_to_nudge`.

    Warns
    -----
    NoDataWarning
        As in :func:`evaluate_goals`.

    See Also
    --------
    goal_odds : Estimate the chance of each goal.
    who_to_nudge : List goals that are behind.
    plots.goal_odds : Draw the odds.
    widgets.GoalBoard : Click through goals.

    Examples
    --------
    Three loads are needed: goals, videos for posts, and analytics for the other metrics.

    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     goals = tgp.load_goal_compliance("Q1 Brand Program")
    ...     videos = tgp.load_videos("Q1 Brand Program")
    ...     metrics = ["views", "likes", "comments", "shares", "saves", "followers"]
    ...     analytics = tgp.load_analytics("creator", goals, metrics, dates="last 180 days")
    >>> misses = tgp.will_miss(goals, videos, analytics)
    >>> week = misses[misses["period"] == "weekly"]
    >>> columns = ["tiktok_handle", "miss_pct", "needed"]
    >>> print(week[columns].round(0).iloc[1:2].to_string(index=False))
       tiktok_handle  miss_pct                needed
    its_frosty_tapes      56.0 2 posts by Sun 21 Jun
    """
    require_columns(goals, STANDING_COLUMNS, loader="load_goal_compliance")
    zone = known_zone(timezone, [goals, videos, analytics])
    goals = latest_of(goals, ["goal_id"])
    odds = goal_odds(goals, videos, analytics, now=now, timezone=zone).set_axis(goals.index)
    # A frame that was loaded in an earlier period says nothing of how urgent this one is.
    is_same = (goals["period_end"] == odds["period_end"]).to_numpy(bool)
    known = odds["actual"].where(odds["actual"].notna(), goals["actual"].astype("Float64"))
    nudges = who_to_nudge(goals[is_same].assign(actual=known[is_same]), now=now)
    nudges = nudges.drop_duplicates("goal_id").set_index("goal_id")
    # A goal may be behind an even pace and still be likely to be reached.
    unsure = odds.loc[odds["chance"].isna(), "goal_id"]
    urgency = nudges.loc[nudges.index.isin(unsure), "urgency"]
    reason = odds["reason"].astype(object)
    is_open = ~((odds["missing"] <= 0).fillna(value=False) | reason.isin(_LEFT_OUT))
    odds = odds[is_open].assign(urgency=urgency.reindex(odds.loc[is_open, "goal_id"]).array)
    return _add_needs(odds, zone)


def _add_needs(odds: pd.DataFrame, zone: str) -> pd.DataFrame:
    """Add each goal's need and its deadline, and order the goals."""
    chance, metrics = odds["chance"], spelled(odds["metric"], GOAL_METRICS)
    days_left = values_of(odds["days_left"])
    missing, daily = whole_needs(values_of(odds["missing"]), days_left)
    # A period ends with the first instant of the day after its last.
    last = days_shown(instants_of(odds["period_end"] - _MICROSECOND), zone)
    last_days = deadlines(last)
    shown = odds.assign(
        miss_pct=100.0 - 100.0 * chance,
        chance=chance,
        missing=integers(missing),
        needed_per_day=integers(daily),
        needed=pd.array(_need_texts(metrics, missing, daily, days_left, last_days), STRING),
        deadline=pd.array(last_days, STRING),
        reason=pd.array(_reasons(odds), STRING),
    )
    miss, need = 1.0 - values_of(chance), _risk_by_need(odds)
    is_late = is_word(odds["urgency"], "late")
    need = np.where(is_late, np.fmax(need, 0.5), np.minimum(need, _TOO_EARLY))
    risk = np.where(np.isnan(miss), need, miss)
    shown = shown.assign(risk=floats(risk))
    shown = shown.iloc[np.argsort(-risk, kind="stable")].reset_index(drop=True)
    # A frame of goals may have no project's id.
    return shown[[name for name in RESULTS["will_miss"].names if name in shown]]


def _risk_by_need(odds: pd.DataFrame) -> Floats:
    """Rate goals from 0 to 1 by how much is missing for the time left; an even pace is 0.5."""
    missing, target, left = (values_of(odds[name]) for name in ("missing", "target", "days_left"))
    length = spelled(odds["period"], GOAL_PERIODS).map(PERIOD_DAYS).to_numpy("float64")
    need, room = missing / np.where(target > 0, target, np.nan), left / length
    return need / (need + room)


def deadlines(days: Days) -> list[str | None]:
    """Write days as ``Sun 21 Jun``, in English whatever the machine's language."""
    stamps = pd.DatetimeIndex(days.astype("datetime64[us]"))
    words = zip(stamps.day_name(), stamps.day, stamps.month_name(), strict=True)
    return [
        None if pd.isna(day) else f"{name[:3]} {int(day)} {month[:3]}" for name, day, month in words
    ]


def _need_texts(
    metrics: pd.Series,
    missing: Floats,
    daily: Floats,
    days_left: Floats,
    last_days: list[str | None],
) -> list[str | None]:
    """Write each need, as ``2 posts by Sun 21 Jun`` or ``3 posts a day until Sun 21 Jun``."""
    said: list[str | None] = []
    for metric, all_, each, left, day in zip(
        metrics, missing, daily, days_left, last_days, strict=True
    ):
        if np.isnan(each) or day is None:
            said.append(None)
            continue
        # One post a day for a week would be said of a single post that is due on Sunday.
        is_few = each == all_ or (metric == "posts" and all_ <= left)
        number = all_ if is_few else each
        unit = _UNITS.get(str(metric), str(metric))
        unit = unit.removesuffix("s") if number == 1 else unit
        said.append(f"{number:,.0f} {unit} {'by' if is_few else 'a day until'} {day}")
    return said


def _reasons(odds: pd.DataFrame) -> Words:
    """Say why there is no chance."""
    words = odds["reason"].astype(object).map(_WHY)
    known, needed = odds["history_days"].astype(str), odds["required_days"].astype(str)
    short = "a forecast needs " + needed + " days of history, and there are " + known
    rate = (odds["past_hit_rate"] * 100).round().astype("Int64").astype(str)
    flat = "past forecasts were no better than how often such goals are reached: " + rate + " %"
    for reason, said in {"too_little_history": short, "no_skill": flat}.items():
        words = words.mask(is_word(odds["reason"], reason), said)
    reasons: Words = words.to_numpy(object)
    return reasons
