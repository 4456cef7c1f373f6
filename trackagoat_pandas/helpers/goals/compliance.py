"""Count goals by status, per group."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas.checks import check_choice, require_columns
from trackagoat_pandas.helpers.goals.arrays import (
    Codes,
    Numbers,
    as_counts,
    as_numbers,
    find_words,
    index_of,
    ratio,
    read_numbers,
    read_words,
)
from trackagoat_pandas.helpers.goals.reading import STANDINGS, read_standings
from trackagoat_pandas.helpers.latest import latest_of
from trackagoat_pandas.tables.analytics import GOAL_METRICS, GOAL_PERIODS

_KEYS = {
    "project": ["project_id"],
    "creator": ["creator_id", "tiktok_handle"],
    "metric": ["metric"],
    "period": ["period"],
}
_NATURAL_ORDER = {"metric": GOAL_METRICS, "period": GOAL_PERIODS}
_ON_PACE = ("on_track", "completed")
_IN_NO_RATE = ("not_started", "unknown")


def summarize_compliance(
    goals: pd.DataFrame, *, by: Literal["project", "creator", "metric", "period"] = "project"
) -> pd.DataFrame:
    """Count goals by how they stand.

    On pace are ``on_track`` and ``completed``. A goal that has not started (``not_yet_started``)
    counts as ``not_started``, whatever its status, and is in neither percentage. Of several
    rows with one ``goal_id`` and ``period_start``, as joined loads have them, one counts: the one
    with the latest ``fetched_at`` and ``updated_at``, where there are such columns, then the last.

    Parameters
    ----------
    goals
        The frame of :func:`load_goal_compliance` or :func:`evaluate_goals`; with
        :func:`goal_history`, closed periods are counted.
    by
        What a row of the result is.

    Returns
    -------
    pandas.DataFrame
        One row a group: ``project_id``; or ``creator_id`` and ``tiktok_handle``; or ``metric``; or
        ``period``. Then ``creators`` and ``goals`` (Int64), a count of each status (Int64:
        ``on_track``, ``behind_pace``, ``at_risk``, ``completed``, ``missed``, ``not_started``,
        ``unknown``), ``on_pace_percentage`` (Float64: on track or completed, of the goals that have
        started and have a status; NA without) and ``mean_percentage`` (Float64: mean percentage of
        the goals that have started). Projects and creators with the smallest share on pace come
        first; metrics and periods in their natural order.

    Raises
    ------
    MissingColumnError
        A column is missing.
    ChoiceError
        ``by`` is another word.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> from trackagoat_pandas.helpers.goals.compliance import summarize_compliance
    >>> with tgp.connect(sandbox=True):
    ...     goals = tgp.load_goal_compliance("Summer Launch")
    >>> summary = summarize_compliance(goals, by="metric")
    >>> int(summary["goals"].sum()) == len(goals)
    True
    """
    check_choice("by", by, list(_KEYS))
    needed = dict.fromkeys([*_KEYS[by], "creator_id", "status", "percentage"])
    require_columns(goals, needed, loader="load_goal_compliance")
    goals = latest_of(goals, ["goal_id", "period_start"])
    groups, first = _groups(goals, _KEYS[by][0])
    standings = read_standings(goals)
    counts = _standing_counts(standings, groups, len(first))
    statuses = dict(zip(STANDINGS, counts.T, strict=True))
    total = counts.sum(axis=1)
    on_pace = np.sum([statuses[word] for word in _ON_PACE], axis=0)
    share = ratio(100.0 * on_pace, total - np.sum([statuses[word] for word in _IN_NO_RATE], axis=0))
    is_ahead = standings == STANDINGS.index("not_started")
    percentage = np.where(is_ahead, np.nan, read_numbers(goals["percentage"]))
    mean = _mean(percentage, groups, len(first))
    summary = (
        goals[_KEYS[by]]
        .iloc[first]
        .assign(
            creators=as_counts(_distinct(read_words(goals["creator_id"]), groups, len(first))),
            goals=as_counts(total),
            **{name: as_counts(count) for name, count in statuses.items()},
            on_pace_percentage=as_numbers(share),
            mean_percentage=as_numbers(mean),
        )
    )
    rank = _natural_rank(summary, by) if by in _NATURAL_ORDER else (mean, share)
    return summary.iloc[np.lexsort((np.arange(len(first)), *rank))].reset_index(drop=True)


def _groups(goals: pd.DataFrame, key: str) -> tuple[Codes, Codes]:
    """Number each row's group as they first appear, and find the first row of each."""
    groups, _ = pd.factorize(read_words(goals[key]), use_na_sentinel=False)
    _, first = np.unique(groups, return_index=True)
    return groups.astype(np.int64), first.astype(np.int64)


def _standing_counts(standings: Codes, groups: Codes, size: int) -> Codes:
    """Count each of STANDINGS in each group."""
    width = len(STANDINGS)
    cells = groups * width + standings
    return np.bincount(cells, minlength=size * width).reshape(size, width).astype(np.int64)


def _distinct(words: NDArray[np.object_], groups: Codes, size: int) -> Codes:
    """Count the different words of each group."""
    codes, _ = pd.factorize(words)
    pairs = np.unique(np.stack([groups, codes]), axis=1) if len(codes) else np.empty((2, 0), int)
    return np.bincount(pairs[0][pairs[1] >= 0], minlength=size).astype(np.int64)


def _mean(values: Numbers, groups: Codes, size: int) -> Numbers:
    known = ~np.isnan(values)
    totals = np.bincount(groups[known], weights=values[known], minlength=size)
    return ratio(totals, np.bincount(groups[known], minlength=size))


def _natural_rank(summary: pd.DataFrame, by: str) -> tuple[Codes]:
    words = _NATURAL_ORDER[by]
    place = find_words(read_words(summary[by]), index_of(words))
    return (np.where(place < 0, len(words), place),)
