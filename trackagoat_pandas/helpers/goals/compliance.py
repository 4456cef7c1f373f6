"""Count goals by status, per group."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from trackagoat_pandas.helpers.columns import codes_of, firsts_of, numbered, text, values_of
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.goals.standing import NOT_STARTED, STANDINGS, read_standings
from trackagoat_pandas.helpers.labels import Names
from trackagoat_pandas.helpers.loads import latest_of
from trackagoat_pandas.inputs.checks import check_choice, require_columns
from trackagoat_pandas.tables.analytics import GOAL_METRICS, GOAL_PERIODS

_KEYS = {
    "project": ["project_id"],
    "creator": ["creator_id", "tiktok_handle"],
    "metric": ["metric"],
    "period": ["period"],
}
_NATURAL_ORDER = {"metric": GOAL_METRICS, "period": GOAL_PERIODS}
_ON_PACE, _OFF_PACE = ["on_track", "completed"], ["behind_pace", "at_risk", "missed"]
_IN_NO_RATE = [NOT_STARTED, "unknown"]


@derived("goals", by="by")
def summarize_compliance(
    goals: pd.DataFrame,
    *,
    by: Literal["project", "creator", "metric", "period"] = "project",
    names: Names = None,
) -> pd.DataFrame:
    """Count goals by status, per project, creator, metric or period.

    A goal is on pace if its status is ``on_track`` or ``completed``. A goal that has not started
    (``not_yet_started``) counts as ``not_started``, whatever its status, and is left out of both
    percentages. If several rows have the same ``goal_id`` and ``period_start``, as in joined loads,
    the one with the latest ``fetched_at`` and ``updated_at`` counts, where these columns exist,
    else the last.

    Parameters
    ----------
    goals : DataFrame
        The frame of :func:`load_goal_compliance` or :func:`evaluate_goals`; or that of
        :func:`goal_history`, to count closed periods.
    by : {'project', 'creator', 'metric', 'period'}, default 'project'
        What to group by: ``"project"``, ``"creator"``, ``"metric"`` or ``"period"``.
    names : DataFrame or list of DataFrame, optional
        A frame, or a list of them, with names for the ids, such as that of :func:`load_projects`.

    Returns
    -------
    pandas.DataFrame
        One row for each group: ``project_name`` where a given frame knows it, ``tiktok_handle``,
        ``metric`` or ``period``, the number of ``creators`` and ``goals`` (Int64) and of goals in
        each status (Int64: ``on_track``, ``behind_pace``, ``at_risk``, ``completed``, ``missed``,
        ``not_started``, ``unknown``), ``on_pace_percentage`` (Float64: the share on pace of the
        goals that have started and have a status; NA if there are none), ``mean_percentage``
        (Float64: the mean percentage of the goals that have started), and ``project_id`` or
        ``creator_id``. Creators with the most goals off pace (``behind_pace``, ``at_risk`` or
        ``missed``) come first, then projects and creators with the smallest share on pace; metrics
        and periods keep their natural order.

    Raises
    ------
    MissingColumnError
        A column is missing.
    ChoiceError
        ``by`` is none of its four words.

    See Also
    --------
    load_goal_compliance : Load goals and their progress.
    rank_goals : Sort goals, the worst first.
    plots.goal_board : Draw the progress of goals.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     goals = tgp.load_goal_compliance("Summer Launch")
    >>> summary = tgp.summarize_compliance(goals, by="metric")
    >>> print(summary[["metric", "goals", "on_track", "at_risk"]].to_string(index=False))
    metric  goals  on_track  at_risk
     posts      3         3        0
     views      2         0        2
    """
    check_choice("by", by, list(_KEYS))
    needed = dict.fromkeys([*_KEYS[by], "creator_id", "status", "percentage"])
    require_columns(goals, needed, loader="load_goal_compliance")
    goals = latest_of(goals, ["goal_id", "period_start"])
    group = numbered(goals, _KEYS[by][:1])
    firsts = firsts_of(group)
    standing = np.array(STANDINGS, dtype=object)[read_standings(goals)]
    percentage = pd.Series(values_of(goals["percentage"]))
    counts = pd.crosstab(group, standing).reindex(
        index=range(len(firsts)), columns=list(STANDINGS), fill_value=0
    )
    total = counts.sum(axis=1)
    rated = total - counts[_IN_NO_RATE].sum(axis=1)
    share = 100.0 * counts[_ON_PACE].sum(axis=1) / rated.where(rated > 0)
    mean = percentage.mask(standing == NOT_STARTED).groupby(group).mean()
    numbers = {"creators": text(goals["creator_id"]).groupby(group).nunique(), "goals": total}
    rates = {"on_pace_percentage": share, "mean_percentage": mean}
    summary = goals[_KEYS[by]].iloc[firsts].reset_index(drop=True)
    summary = summary.assign(**numbers, **counts, **rates)
    if by not in _NATURAL_ORDER:
        # Of hundreds of creators with a goal or two, many have no goal on pace.
        off_pace = counts[_OFF_PACE].sum(axis=1) if by == "creator" else 0
        summary = summary.assign(off_pace=-off_pace).sort_values(
            ["off_pace", *rates], kind="stable", ignore_index=True
        )
        return summary.drop(columns="off_pace")
    place = codes_of(summary[by], _NATURAL_ORDER[by])
    order = np.argsort(np.where(place < 0, len(_NATURAL_ORDER[by]), place), kind="stable")
    return summary.iloc[order].reset_index(drop=True)
