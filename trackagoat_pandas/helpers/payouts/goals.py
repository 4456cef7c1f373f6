"""Which goals decide a goal bonus.

Knows the frame of goal compliance. Must not know money.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas.checks import require_columns
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.payouts.achievements import Achievements
from trackagoat_pandas.helpers.payouts.columns import NO_DAY, Whole, day_numbers, flags, text

METRICS = ("posts", "views", "engagement", "followers")
_GOAL = ("goal_id", "creator_id", "metric", "period", "target_value", "start_date", "end_date")
_NEVER = np.iinfo(np.int64).max


def goals_for(rows: pd.DataFrame, goals: pd.DataFrame | None) -> pd.DataFrame:
    """Return the active goals that cover a row's whole period, of its rule's metric and period.

    Columns: ``place`` (of the row), ``creator_id``, ``goal_metric``, ``first``, ``after``,
    ``target``.

    Raises
    ------
    ArgumentError
        There is no frame of goals.
    """
    if goals is None:
        raise ArgumentError("goals", None, "goal pay needs the frame of load_goal_compliance")
    require_columns(goals, [*_GOAL, "is_active"], loader="load_goal_compliance")
    end = day_numbers(goals["end_date"])
    known = pd.DataFrame(
        {
            "goal_id": text(goals["goal_id"]),
            "creator_id": text(goals["creator_id"]),
            "goal_metric": text(goals["metric"]),
            "period": text(goals["period"]),
            "target": goals["target_value"].astype("Float64").to_numpy(np.float64, na_value=np.nan),
            "start": day_numbers(goals["start_date"]),
            "last": np.where(end == NO_DAY, _NEVER, end),
        }
    )[flags(goals["is_active"])]
    known = known.drop_duplicates("goal_id", keep="last")
    keys = ["creator_id", "goal_metric", "period"]
    asked = rows[[*keys, "first", "after"]].assign(place=np.arange(len(rows)))
    pairs = asked.merge(known, on=keys)
    covers = (pairs["start"] <= pairs["first"]) & (pairs["last"] >= pairs["after"] - 1)
    return pairs[covers].sort_values("place", kind="stable", ignore_index=True)


def goals_met(
    rows: pd.DataFrame, goals: pd.DataFrame | None, achievements: Achievements
) -> tuple[Whole, NDArray[np.bool_]]:
    """Count the goals met in each row's period, and tell whether that is certain."""
    pairs = goals_for(rows, goals)
    # A metric that is none of the known ones leaves its goals open.
    met, open_ = np.zeros(len(pairs), dtype=bool), np.ones(len(pairs), dtype=bool)
    for metric in METRICS:
        chosen = (pairs["goal_metric"] == metric).to_numpy(dtype=bool)
        some = pairs[chosen]
        if some.empty:
            continue
        actual, is_known = achievements.between(
            metric, some["creator_id"], some["first"].to_numpy(), some["after"].to_numpy()
        )
        target = some["target"].to_numpy()
        decidable = is_known & ~np.isnan(target)
        met[chosen], open_[chosen] = decidable & (actual >= target), ~decidable
    places = pairs["place"].to_numpy()
    count = np.bincount(places, weights=met, minlength=len(rows)).astype(np.int64)
    undecided = np.bincount(places, weights=open_, minlength=len(rows)) > 0
    return count, ~undecided | (count > 0)
