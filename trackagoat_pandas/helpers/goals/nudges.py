"""Whom to remind of a goal, while something can still be done."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy

import numpy as np
import pandas as pd

from trackagoat_pandas.checks import require_columns
from trackagoat_pandas.helpers.columns import floats, take
from trackagoat_pandas.helpers.goals.arrays import (
    Codes,
    Numbers,
    as_category,
    index_of,
    ratio,
    read_codes,
    read_numbers,
)
from trackagoat_pandas.helpers.goals.moments import InstantLike
from trackagoat_pandas.helpers.goals.reading import STANDING_COLUMNS, read_standing
from trackagoat_pandas.helpers.goals.standing import STATUS_WORDS, Standing
from trackagoat_pandas.tables.analytics import GOAL_STATUSES

_SHOWN = ["creator_id", "tiktok_handle", "goal_id", "metric", "period"]
_STATUSES = as_category(STATUS_WORDS, GOAL_STATUSES)
_FIRST_BEHIND = STATUS_WORDS.tolist().index("behind_pace")
"""The words from here on, behind_pace and at_risk, are those of who is behind."""
_UNTOLD = 0
"""The place of what is no status."""
_ONE_HOUR = np.timedelta64(1, "h")
_DAY_HOURS = 24.0


def who_to_nudge(goals: pd.DataFrame, *, reference: InstantLike | None = None) -> pd.DataFrame:
    """Rank the creators who are behind in a running period by what can still be saved.

    Behind are those whose pace is below 1 (contract section 5) and who haven't reached the target:
    those whose ``status`` says so or, where it says nothing or a reference is given, whose counts
    do. The easiest to save come first: those whose needed pace is the least.

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
        ``needed_per_day`` (missing over the days left, at least one day), ``needed_pace`` (how many
        times the rate that the target asks for is needed from here on: the missing share of the
        target over the share of the period that is left) and ``speed_up`` (how many times the rate
        so far; NA where nothing was done). By ``needed_pace``, then most time left and least
        missing first.

    Raises
    ------
    MissingColumnError
        The frame lacks a column.
    ArgumentError
        The reference is no instant, or one before the goals were judged.

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
    told = _told(goals) if reference is None else np.full(len(goals), _UNTOLD)
    is_behind = read_numbers(goals["actual"]) < read_numbers(goals["target"])
    behind = np.flatnonzero(is_behind & ((told == _UNTOLD) | (told >= _FIRST_BEHIND)))
    standing = read_standing(_rows_of(goals, STANDING_COLUMNS, behind), reference)
    codes = _judged(told[behind], standing)
    chosen = np.flatnonzero((codes >= _FIRST_BEHIND) & standing.in_progress)
    nudges = _needs(standing if len(chosen) == len(behind) else standing.take(chosen))
    order = np.lexsort((nudges["missing"], -nudges["hours_left"], nudges["needed_pace"]))
    shown = _rows_of(goals, _SHOWN, behind[chosen])
    columns = {
        **_rows_of(shown, _SHOWN, order),
        "status": _STATUSES[codes[chosen][order]],
        **{name: floats(numbers[order], pd.Float64Dtype()) for name, numbers in nudges.items()},
    }
    result = pd.DataFrame(columns, copy=False)
    result.attrs = deepcopy(goals.attrs)
    return result


def _rows_of(goals: pd.DataFrame, names: Iterable[str], rows: Codes) -> pd.DataFrame:
    """Some columns of some rows, under a plain index."""
    return pd.DataFrame({name: take(goals[name], rows) for name in names}, copy=False)


def _told(goals: pd.DataFrame) -> Codes:
    """The place in STATUS_WORDS of what the frame says of each goal."""
    if "status" not in goals.columns:
        return np.full(len(goals), _UNTOLD)
    return read_codes(goals["status"], index_of(STATUS_WORDS[1:])) + 1


def _judged(told: Codes, standing: Standing) -> Codes:
    """What is told, and where nothing is, what follows from the counts."""
    codes, untold = told.copy(), np.flatnonzero(told == _UNTOLD)
    if len(untold):
        codes[untold] = standing.take(untold).status_codes
    return codes


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
        "needed_pace": ratio(missing * (hours_passed + hours_left), standing.target * hours_left),
        "speed_up": ratio(missing * hours_passed, standing.actual * hours_left),
    }
