"""Goals that are behind and can still be reached."""

from __future__ import annotations

import numpy as np
import pandas as pd

from trackagoat_pandas._types import Bools, Floats
from trackagoat_pandas.checks import check_between, require_columns
from trackagoat_pandas.helpers.clocks import ONE_HOUR, InstantLike
from trackagoat_pandas.helpers.columns import categories, codes_of, floats, is_word, values_of
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.goals.standing import (
    STANDING_COLUMNS,
    STATUS_WORDS,
    Standing,
    read_standing,
)
from trackagoat_pandas.helpers.latest import latest_of
from trackagoat_pandas.tables.analytics import GOAL_STATUSES

_SHOWN = ["creator_id", "tiktok_handle", "goal_id", "metric", "period"]
_FIRST_BEHIND = STATUS_WORDS.tolist().index("behind_pace")
"""The words from here on, behind_pace and at_risk, are those of who is behind."""
URGENCIES = ("late", "too_early")
_DAY_HOURS = 24.0


@derived(rows_of="goals")
def who_to_nudge(
    goals: pd.DataFrame, *, reference: InstantLike | None = None, min_elapsed: float = 0.25
) -> pd.DataFrame:
    """List the goals that are behind in a running period: the late ones first, then the others.

    On a Monday morning nearly every weekly goal is behind, so ``urgency`` says which are late, and
    which it is too early to judge. Of each, the easiest to save come first: those whose needed pace
    is the least, then those with most time left, then those with least missing. Goals whose period
    has not started or is over, or whose ``actual`` isn't known, are left out.

    Parameters
    ----------
    goals
        The frame of :func:`load_goal_compliance` or :func:`evaluate_goals`.
    reference
        The instant from which to look, with its offset, if that is later than when the goals were
        judged: what was done stays, what is due grows. None for when they were judged.
    min_elapsed
        The share of the period, 0 to 1, before which it is too early for a goal that isn't of
        posts. A quarter of a week is Tuesday evening, of a month the eighth day.

    Returns
    -------
    pandas.DataFrame
        One row a goal that is behind: ``creator_id``, ``tiktok_handle``, ``goal_id``, ``metric``,
        ``period``, ``status`` (category), ``urgency`` (category: ``late`` or ``too_early``), and as
        Float64 ``target``, ``done``, ``due`` (what should be there by now: whole posts as in the
        notes, else what a pace of 1 would have brought), ``missing`` (target less done, rounded up
        to whole posts), ``hours_left``, ``needed_per_day`` (missing over the days left, at least
        one day, rounded up to whole posts), ``needed_per_day_exact`` (the same, not rounded up),
        ``needed_pace`` (how many times the rate that the target asks for is needed from here on:
        the missing share of the target over the share of the period that is left) and ``speed_up``
        (how many times the rate so far; NA where nothing was done).

    Raises
    ------
    MissingColumnError
        A column is missing.
    ArgumentError
        The reference is no instant, or one before the goals were judged, or `min_elapsed` is no
        share.

    Notes
    -----
    Behind are goals whose pace is below 1 and that haven't reached the target: those whose
    ``status`` says so or, where it says nothing or a reference is given, whose counts do. Of these,
    late are:

    - ``posts``, of which fewer are there than are due. They come whole, and the k-th of n is due
      when (k - 1/2) / n of the period has passed: one post a week on Thursday noon.
    - ``views``, ``engagement`` and ``followers``, once ``min_elapsed`` of the period has passed;
      what came before is mostly the time of day.

    Of several rows with one ``goal_id``, as joined loads have them, one counts: that with the
    latest ``fetched_at`` and ``updated_at``, where there are such columns, then the last.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> from trackagoat_pandas.helpers.goals.nudges import who_to_nudge
    >>> with tgp.connect(sandbox=True):
    ...     nudges = who_to_nudge(tgp.load_goal_compliance("Q1 Brand Program"))
    >>> late = nudges[nudges["urgency"] == "late"]
    >>> bool((late["done"] < late["due"]).all())
    True
    """
    require_columns(goals, [*_SHOWN, *STANDING_COLUMNS], loader="load_goal_compliance")
    check_between("min_elapsed", min_elapsed, 0.0, 1.0, ends=True)
    goals = latest_of(goals, ["goal_id"])
    is_behind = values_of(goals["actual"]) < values_of(goals["target"])
    behind = goals[is_behind]
    standing = read_standing(behind, reference)
    codes = standing.status_codes
    # What the frame says stands, unless a reference makes it out of date.
    if reference is None and "status" in behind.columns:
        said = codes_of(behind["status"], STATUS_WORDS[1:])
        codes = np.where(said < 0, codes, said + 1)
    chosen = np.flatnonzero((codes >= _FIRST_BEHIND) & standing.in_progress)
    shown, standing = behind[_SHOWN].iloc[chosen], standing.take(chosen)
    is_posts = is_word(shown["metric"], "posts")
    needs = _needs(standing, is_posts)
    is_late = np.where(is_posts, needs["done"] < needs["due"], standing.share_passed >= min_elapsed)
    nudges = shown.assign(
        status=categories(STATUS_WORDS[codes[chosen]], GOAL_STATUSES),
        urgency=categories(np.where(is_late, *URGENCIES), URGENCIES, ordered=True),
        **{name: floats(numbers) for name, numbers in needs.items()},
    )
    ranks = (needs["missing"], -needs["hours_left"], needs["needed_pace"], ~is_late)
    return nudges.iloc[np.lexsort(ranks)].reset_index(drop=True)


def _needs(standing: Standing, is_posts: Bools) -> dict[str, Floats]:
    """Say what is done, due and needed of running goals; a post comes whole."""
    hours_left = (standing.end - standing.at) / ONE_HOUR
    hours_passed = (standing.at - standing.start) / ONE_HOUR
    missing = standing.target - standing.actual
    due = standing.target * standing.share_passed
    exact = missing / np.maximum(hours_left / _DAY_HOURS, 1.0)
    return {
        "target": standing.target,
        "done": standing.actual,
        "due": np.where(is_posts, np.floor(due + 0.5), due),
        "missing": np.where(is_posts, np.ceil(missing), missing),
        "hours_left": hours_left,
        "needed_per_day": np.where(is_posts, np.ceil(exact), exact),
        "needed_per_day_exact": exact,
        "needed_pace": _ratio(missing * (hours_passed + hours_left), standing.target * hours_left),
        "speed_up": _ratio(missing * hours_passed, standing.actual * hours_left),
    }


def _ratio(part: Floats, whole: Floats) -> Floats:
    """Divide; NaN where the whole is not above 0."""
    return part / np.where(whole > 0, whole, np.nan)
