"""Goals that are behind and can still be reached: whom to write to first."""

from __future__ import annotations

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Bools, Floats
from trackagoat_pandas.base.warnings import warn
from trackagoat_pandas.errors import NoDataWarning
from trackagoat_pandas.helpers.clocks import ONE_HOUR, InstantLike
from trackagoat_pandas.helpers.columns import categories, codes_of, floats, integers, is_word
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.goals.standing import (
    MOMENT,
    STANDING_COLUMNS,
    STATUS_WORDS,
    Standing,
    read_standing,
)
from trackagoat_pandas.helpers.loads import latest_of
from trackagoat_pandas.inputs.checks import check_between, require_columns
from trackagoat_pandas.tables.analytics import GOAL_STATUSES

_SHOWN = ["creator_id", "tiktok_handle", "goal_id", "metric", "period"]
_FIRST_BEHIND = STATUS_WORDS.tolist().index("behind_pace")
"""Goals that are behind have the words from here on: behind_pace and at_risk."""
URGENCIES = ("late", "too_early")
_WHOLE = ("missing", "needed_per_day")
_DAY_HOURS = 24.0


@derived("goals", facts_of="goals")
def who_to_nudge(
    goals: pd.DataFrame, *, now: InstantLike | None = None, min_elapsed: float = 0.25
) -> pd.DataFrame:
    """List the goals that are behind in a running period, the late ones first.

    On a Monday morning nearly every weekly goal is behind, so ``urgency`` separates goals that are
    late from those that it is too early to judge. Within each, the easiest to save come first:
    those with the lowest needed pace, then those with the most time left, then those with the least
    missing. Goals whose period has not started or is over, or whose ``actual`` isn't known, are
    left out.

    Parameters
    ----------
    goals : DataFrame
        The frame of :func:`load_goal_compliance` or :func:`evaluate_goals`.
    now : str or datetime, optional
        The current instant, with its offset, if the goals were judged earlier: ``actual`` stays as
        it was, while more is due. None for the instant at which they were judged.
    min_elapsed : float, default 0.25
        The share of the period, 0 to 1, before which it is too early to call a goal of views,
        engagement or followers late. A quarter of a week is Tuesday evening, a quarter of a month
        the eighth day.

    Returns
    -------
    pandas.DataFrame
        One row for each goal that is behind: ``creator_id``, ``tiktok_handle``, ``goal_id``,
        ``metric``, ``period``, ``status`` (category), ``urgency`` (category: ``late`` or
        ``too_early``), ``missing`` (Int64: target less done, rounded up) and ``needed_per_day``
        (Int64: missing over the days left, at least one, rounded up, so that it suffices: the same
        as in :func:`will_miss`), and as Float64:

        - ``target``, ``done`` and ``due`` (what should be done by now: whole posts as in the
          notes, else the target times the share of the period that has passed)
        - ``hours_left``
        - ``needed_pace``: the missing share of the target over the share of the period that is
          left, so 2 means twice the rate that the target asks for
        - ``speed_up``: the needed rate over the rate so far; NA where nothing was done

    Raises
    ------
    MissingColumnError
        A column is missing.
    ArgumentError
        ``now`` isn't an instant or is before the goals were judged, or ``min_elapsed`` isn't from
        0 to 1.

    Warns
    -----
    NoDataWarning
        All periods of the goals are over at ``now``, so the result is empty.

    See Also
    --------
    will_miss : List goals that may be missed.
    load_goal_compliance : Load goals and their progress.
    goal_odds : Estimate the chance of each goal.
    widgets.GoalBoard : Click through goals.

    Notes
    -----
    A goal is behind if it hasn't reached its target and its pace is below 1. ``status`` decides
    that, or the counts where there is no status or ``now`` is given. Of these goals are late:

    - goals of ``posts`` with fewer posts than are due. The k-th of n posts is due when
      (k - 1/2) / n of the period has passed: a single post a week on Thursday noon.
    - goals of ``views``, ``engagement`` and ``followers`` once ``min_elapsed`` of the period has
      passed. Earlier, their pace mostly reflects the time of day.

    If several rows have the same ``goal_id``, as in joined loads, the one with the latest
    ``fetched_at`` and ``updated_at`` counts, where these columns exist, else the last.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     nudges = tgp.who_to_nudge(tgp.load_goal_compliance("Q1 Brand Program"))
    >>> late = nudges[nudges["urgency"] == "late"]
    >>> print(late[["tiktok_handle", "metric", "missing"]].head(2).to_string(index=False))
    tiktok_handle     metric  missing
       mossy_reef engagement      233
    salty_studio_      views     1342
    """
    require_columns(goals, [*_SHOWN, *STANDING_COLUMNS], loader="load_goal_compliance")
    check_between("min_elapsed", min_elapsed, 0.0, 1.0, ends=True)
    goals = latest_of(goals, ["goal_id"])
    standing = read_standing(goals, now)
    if now is not None:
        _warn_if_all_ended(standing)
    codes = standing.status_codes
    # The status in the frame counts, unless `now` makes it out of date.
    if now is None and "status" in goals.columns:
        said = codes_of(goals["status"], STATUS_WORDS[1:])
        codes = np.where(said < 0, codes, said + 1)
    is_behind = (codes >= _FIRST_BEHIND) & (standing.actual < standing.target)
    # With 0.00 hours left nothing can be done.
    is_open = standing.in_progress & (standing.end - standing.at > MOMENT)
    chosen = np.flatnonzero(is_behind & is_open)
    shown, standing = goals[_SHOWN].iloc[chosen], standing.take(chosen)
    is_posts = is_word(shown["metric"], "posts")
    needs = _needs(standing, is_posts)
    is_late = np.where(is_posts, needs["done"] < needs["due"], standing.share_passed >= min_elapsed)
    nudges = shown.assign(
        status=categories(STATUS_WORDS[codes[chosen]], GOAL_STATUSES),
        urgency=categories(np.where(is_late, *URGENCIES), URGENCIES, ordered=True),
        **{name: (integers if name in _WHOLE else floats)(each) for name, each in needs.items()},
    )
    ranks = (needs["missing"], -needs["hours_left"], needs["needed_pace"], ~is_late)
    return nudges.iloc[np.lexsort(ranks)].reset_index(drop=True)


def _warn_if_all_ended(standing: Standing) -> None:
    is_known = ~np.isnat(standing.end)
    if is_known.any() and standing.ended[is_known].all():
        now, last = (
            np.datetime_as_string(instants[is_known].max(), "m")
            for instants in (standing.at, standing.end)
        )
        warn(
            f"who_to_nudge: no goal can still be saved at {now}Z: all periods in the frame are "
            f"over, the last since {last}Z. Load the goals again.",
            NoDataWarning,
        )


def _needs(standing: Standing, is_posts: Bools) -> dict[str, Floats]:
    """Compute the done, due and missing amounts."""
    hours_left = (standing.end - standing.at) / ONE_HOUR
    hours_passed = (standing.at - standing.start) / ONE_HOUR
    missing = standing.target - standing.actual
    due = standing.target * standing.share_passed
    whole, daily = whole_needs(missing, hours_left / _DAY_HOURS)
    return {
        "target": standing.target,
        "done": standing.actual,
        "due": np.where(is_posts, np.floor(due + 0.5), due),
        "missing": whole,
        "hours_left": hours_left,
        "needed_per_day": daily,
        "needed_pace": _ratio(missing * (hours_passed + hours_left), standing.target * hours_left),
        "speed_up": _ratio(missing * hours_passed, standing.actual * hours_left),
    }


def whole_needs(missing: Floats, days_left: Floats) -> tuple[Floats, Floats]:
    """Round missing amounts, and those needed a day, up to whole numbers.

    Nobody can post, or be viewed, in part. With less than a day left, all of it is needed.
    """
    whole: Floats = np.ceil(missing)
    return whole, np.ceil(whole / np.maximum(days_left, 1.0))


def _ratio(part: Floats, whole: Floats) -> Floats:
    """Divide; NaN where the whole isn't above 0."""
    return part / np.where(whole > 0, whole, np.nan)
