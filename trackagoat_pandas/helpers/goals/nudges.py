"""Whom to remind of a goal, while something can still be done.

Knows what is due at a pace of 1: contract section 5. Must not know where counts come from.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from trackagoat_pandas.checks import require_columns
from trackagoat_pandas.helpers.goals.arrays import (
    Numbers,
    as_category,
    as_numbers,
    ratio,
)
from trackagoat_pandas.helpers.goals.moments import InstantLike
from trackagoat_pandas.helpers.goals.reading import STANDING_COLUMNS, read_standing
from trackagoat_pandas.helpers.goals.standing import STATUS_WORDS, Standing
from trackagoat_pandas.tables.analytics import GOAL_STATUSES

_SHOWN = ["creator_id", "tiktok_handle", "goal_id", "metric", "period"]
_STATUSES = as_category(STATUS_WORDS, GOAL_STATUSES)
_FIRST_BEHIND = STATUS_WORDS.tolist().index("behind_pace")
"""The words from here on, behind_pace and at_risk, are those of who is behind."""
_ONE_HOUR = np.timedelta64(1, "h")
_DAY_HOURS = 24.0


def who_to_nudge(goals: pd.DataFrame, *, reference: InstantLike | None = None) -> pd.DataFrame:
    """Rank the creators who are behind in a running period by what can still be saved.

    Behind are those whose pace is below 1 (contract section 5) and who haven't reached the target.
    The easiest to save come first: those who would have to speed up the least.

    Parameters
    ----------
    goals
        The frame of :func:`load_goal_compliance` or :func:`evaluate_goals`.
    reference
        The instant from which to look, with its offset, if that is later than when the goals were
        judged: what was done stays, what is due grows. None for when they were judged.

    Returns
    -------
    pandas.DataFrame
        One row a goal that is behind: ``creator_id``, ``tiktok_handle``, ``goal_id``, ``metric``,
        ``period``, ``status`` (category), and as Float64 ``target``, ``done``, ``due`` (what a
        pace of 1 would have brought), ``missing`` (target less done), ``hours_left``,
        ``needed_per_day`` (missing over the days left, at least one day) and ``speed_up``: how many
        times the rate so far is needed from here on; NA where nothing was done. By ``speed_up``;
        then, of those who did nothing, most time left and least missing first.

    Raises
    ------
    MissingColumnError
        The frame lacks a column.
    ArgumentError
        The reference is no instant.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> from trackagoat_pandas.helpers.goals.nudges import who_to_nudge
    >>> with tgp.connect(sandbox=True):
    ...     nudges = who_to_nudge(tgp.load_goal_compliance("Q1 Brand Program"))
    >>> bool((nudges["done"] < nudges["due"]).all())
    True
    """
    require_columns(goals, [*_SHOWN, *STANDING_COLUMNS], loader="load_goal_compliance")
    standing = read_standing(goals, reference)
    unreached = np.flatnonzero(standing.in_progress & (standing.actual < standing.target))
    standing = standing.take(unreached)
    codes = standing.status_codes
    chosen = np.flatnonzero(codes >= _FIRST_BEHIND)
    behind, codes = unreached[chosen], codes[chosen]
    nudges = _needs(standing.take(chosen))
    order = np.lexsort((nudges["missing"], -nudges["hours_left"], nudges["speed_up"]))
    shown: pd.DataFrame = goals[_SHOWN].iloc[behind].iloc[order].reset_index(drop=True)
    return shown.assign(
        status=_STATUSES[codes[order]],
        **{name: as_numbers(numbers[order]) for name, numbers in nudges.items()},
    )


def _needs(standing: Standing) -> dict[str, Numbers]:
    """Tell what is done, due and needed of running goals."""
    hours_left = (standing.end - standing.at) / _ONE_HOUR
    hours_passed = (standing.at - standing.start) / _ONE_HOUR
    missing = standing.target - standing.actual
    return {
        "target": standing.target,
        "done": standing.actual,
        "due": standing.target * standing.share_passed,
        "missing": missing,
        "hours_left": hours_left,
        "needed_per_day": missing / np.maximum(hours_left / _DAY_HOURS, 1.0),
        "speed_up": ratio(missing * hours_passed, standing.actual * hours_left),
    }
