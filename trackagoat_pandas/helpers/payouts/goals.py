"""Which goals decide a goal bonus."""

from __future__ import annotations

import numpy as np
import pandas as pd

from trackagoat_pandas.checks import require_columns
from trackagoat_pandas.errors import MissingArgumentError
from trackagoat_pandas.helpers.payouts.achievements import Achievements
from trackagoat_pandas.helpers.payouts.columns import NO_DAY, Whole, day_numbers, flags, once, text
from trackagoat_pandas.helpers.payouts.daily import KNOWN, MISSING, Gaps
from trackagoat_pandas.helpers.series import values_of
from trackagoat_pandas.tables.analytics import GOAL_METRICS

_GOAL = ("goal_id", "creator_id", "metric", "period", "target_value", "start_date", "end_date")
_NEVER = np.iinfo(np.int64).max


def goals_for(rows: pd.DataFrame, goals: pd.DataFrame | None) -> pd.DataFrame:
    """Return the active goals that cover a row's whole period, of its rule's metric and period.

    Of a goal that stands twice the row that ``latest_rows`` chooses counts.

    Columns: ``place`` (of the row), ``creator_id``, ``goal_metric``, ``first``, ``after``,
    ``target``.

    Raises
    ------
    ArgumentError
        There is no frame of goals.
    """
    if goals is None:
        raise MissingArgumentError("goals", "load_goal_compliance returns it")
    require_columns(goals, [*_GOAL, "is_active"], loader="load_goal_compliance")
    goals = once(goals, ["goal_id"])
    end = day_numbers(goals["end_date"])
    known = pd.DataFrame(
        {
            "goal_id": text(goals["goal_id"]),
            "creator_id": text(goals["creator_id"]),
            "goal_metric": text(goals["metric"]),
            "period": text(goals["period"]),
            "target": values_of(goals["target_value"]),
            "start": day_numbers(goals["start_date"]),
            "last": np.where(end == NO_DAY, _NEVER, end),
        }
    )[flags(goals["is_active"])]
    keys = ["creator_id", "goal_metric", "period"]
    asked = rows[[*keys, "first", "after"]].assign(place=np.arange(len(rows)))
    pairs = asked.merge(known, on=keys)
    covers = (pairs["start"] <= pairs["first"]) & (pairs["last"] >= pairs["after"] - 1)
    return pairs[covers].sort_values("place", kind="stable", ignore_index=True)


def goals_met(
    rows: pd.DataFrame, goals: pd.DataFrame | None, achievements: Achievements
) -> tuple[Whole, Gaps]:
    """Count the goals met in each row's period, and what is not known of it.

    One goal that was met decides; without one, a goal that can't be judged leaves the row open.
    """
    pairs = goals_for(rows, goals)
    met, gaps = np.zeros(len(pairs), np.int64), np.zeros(len(pairs), np.int8)
    for metric in GOAL_METRICS:
        chosen = (pairs["goal_metric"] == metric).to_numpy(dtype=bool)
        some = pairs[chosen]
        if some.empty:
            continue
        actual, gaps[chosen] = achievements.between(
            metric, some["creator_id"], some["first"].to_numpy(), some["after"].to_numpy()
        )
        met[chosen] = actual >= some["target"].to_numpy()
    gaps[pairs["target"].isna()] = MISSING
    met[gaps != KNOWN] = 0
    places = pairs["place"].to_numpy()
    count, open_ = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int8)
    np.add.at(count, places, met)
    np.maximum.at(open_, places, gaps)
    return count, np.where(count > 0, KNOWN, open_).astype(np.int8)
