"""Reference goals: targets that creators might have had, by which chances are corrected.

They are made of the history of all creators, so that the chance of one goal is the same whatever
other goals are passed.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Days, Floats, Ints
from trackagoat_pandas.helpers.clocks import ONE_DAY
from trackagoat_pandas.helpers.columns import text
from trackagoat_pandas.helpers.gains import Gains
from trackagoat_pandas.helpers.goals.evaluation import Judged, closed_periods, judge_by
from trackagoat_pandas.helpers.goals.replay import LEAST_DAYS, LOOKBACK_DAYS
from trackagoat_pandas.tables.analytics import GOAL_METRICS, GOAL_PERIODS

_EDGES: Final = np.array([0.7, 1.4])
"""Where targets, in usual gains of the creator, become hard enough for other forecasts."""
_TARGETS: Final = np.array([[0.3, 0.4, 0.5, 0.6], [0.75, 0.9, 1.1, 1.3], [1.5, 1.8, 2.2, 2.7]])
"""Reference targets of each difficulty, in usual gains; each creator has them in turn."""
_TURNS: Final = 2
"""Reference goals of each creator and period."""
_UNKNOWN: Final = -1


def kinds_of(judged: Judged, program: pd.Index) -> Ints:
    """Number the kind of each goal: its metric, period and difficulty; -1 if that isn't known."""
    goals = judged.goals
    metrics, creators = goals["metric"].to_numpy(object), pd.Index(goals["creator_id"])
    places = program.get_indexer(creators)
    usual = _usual_gains(judged.gains, metrics, places, judged.first, judged.after, program)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(usual > 0, goals["target_value"].to_numpy(np.float64) / usual, np.nan)
    place = _place(goals)
    level = np.searchsorted(_EDGES, ratio, "right")
    kinds: Ints = np.where(np.isnan(ratio) | (place < 0), _UNKNOWN, place * len(_TARGETS) + level)
    return kinds


def reference_goals(
    kinds: Ints, program: pd.Index, first: np.datetime64, latest: np.datetime64, judged: Judged
) -> tuple[Judged, Ints]:
    """Judge reference goals of some kinds in the periods since a day, and return their kinds."""
    zone, gains = judged.zone, judged.gains
    wanted = np.unique(kinds[kinds != _UNKNOWN])
    each = np.repeat(np.tile(wanted, _TURNS), len(program))
    metric, period = np.divmod(each // len(_TARGETS), len(GOAL_PERIODS))
    goals = pd.DataFrame(
        {
            "creator_id": np.tile(program.to_numpy(object), _TURNS * len(wanted)),
            "metric": np.array(GOAL_METRICS, object)[metric],
            "period": np.array(GOAL_PERIODS, object)[period],
            "target_value": np.nan,
            "start_date": np.datetime64("NaT", "us"),
            "end_date": np.datetime64("NaT", "us"),
        }
    ).astype({"creator_id": judged.goals["creator_id"].dtype})
    places, numbers = closed_periods(goals, np.full(len(goals), first), latest, zone)
    taken = goals.iloc[places].reset_index(drop=True)
    past = judge_by(taken, numbers, latest, zone, gains)
    level, creators = each[places] % len(_TARGETS), places % max(len(program), 1)
    names = taken["metric"].to_numpy(object)
    usual = _usual_gains(gains, names, creators, past.first, past.after, program)
    turn = places // max(len(wanted) * len(program), 1)
    target = usual * _TARGETS[level, (creators + numbers) % _TURNS + _TURNS * turn]
    target = np.where(usual > 0, np.maximum(np.round(target), 1.0), np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        # A whole number of few posts may be of another difficulty.
        is_such = np.searchsorted(_EDGES, target / usual, "right") == level
    taken["target_value"] = np.where(is_such, target, np.nan)
    return judge_by(taken, numbers, latest, zone, gains), each[places]


def _place(goals: pd.DataFrame) -> Ints:
    """Number the metric and period of each goal; negative if one is an unknown word."""
    metric = pd.Index(GOAL_METRICS).get_indexer(pd.Index(text(goals["metric"]).astype(object)))
    period = pd.Index(GOAL_PERIODS).get_indexer(pd.Index(text(goals["period"]).astype(object)))
    place: Ints = np.where((metric < 0) | (period < 0), -1, metric * len(GOAL_PERIODS) + period)
    return place


def _usual_gains(
    gains: Gains, metrics: np.ndarray, creators: Ints, first: Days, after: Days, program: pd.Index
) -> Floats:
    """Return what a creator usually gains in as many days, by the half year before each day.

    NaN with fewer than ``LEAST_DAYS`` known days since the first that brought anything.
    """
    usual = np.full(len(creators), np.nan)
    is_known = (creators >= 0) & ~np.isnat(first)
    for metric in GOAL_METRICS:
        mine = np.flatnonzero(is_known & (metrics == metric))
        if not len(mine):
            continue
        begin = int(first[mine].min().astype(np.int64)) - LOOKBACK_DAYS
        end = int(first[mine].max().astype(np.int64))
        # Followers may be lost as usually as they are won, so the size of a day's change counts.
        daily = np.abs(gains.daily(metric, program, np.arange(begin, end)))
        daily[~np.logical_or.accumulate(np.nan_to_num(daily) != 0, axis=1)] = np.nan
        known = ~np.isnan(daily)
        sums, counts = (
            np.pad(np.cumsum(each, axis=1), ((0, 0), (1, 0)))
            for each in (np.where(known, daily, 0.0), known.astype(np.int64))
        )
        until = first[mine].astype(np.int64) - begin
        rows, since = creators[mine], until - LOOKBACK_DAYS
        number = counts[rows, until] - counts[rows, since]
        total = sums[rows, until] - sums[rows, since]
        length = (after[mine] - first[mine]) / ONE_DAY
        enough = number >= LEAST_DAYS
        usual[mine] = np.where(enough, total / np.maximum(number, 1) * length, np.nan)
    return usual
