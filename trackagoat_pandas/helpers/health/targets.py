"""Whether goals will be missed, or were missed lately."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Bools, Floats
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.helpers.clocks import day_starts, period_numbers
from trackagoat_pandas.helpers.columns import read_columns
from trackagoat_pandas.helpers.gains import Gains
from trackagoat_pandas.helpers.goals.evaluation import GOAL_COLUMNS, judge_by
from trackagoat_pandas.helpers.goals.standing import (
    STANDING_COLUMNS,
    Standing,
    judged_at,
    read_standing,
)
from trackagoat_pandas.helpers.health.statuses import Verdict, by_share, latched, listed
from trackagoat_pandas.helpers.health.supply import Supply
from trackagoat_pandas.helpers.loads import latest_of
from trackagoat_pandas.tables import GOAL_COMPLIANCE

_LATELY_DAYS: Final = 7
_AGO_DAYS: Final = (38, 31, 24, 17, 12, 9, 7, 6, 5, 4, 3, 2, 1, 0)
"""The days before today on which goals are judged: all of a week, and some of a month."""
_LONGEST_DAYS: Final = 31
_BEGINS, _ENDS = 3.0, 1.5
"""How many times the rate of its target a goal needs from now on, to count as lost or as saved."""
_WATCHED: Final = 0.25


def judge_goals(given: Supply) -> Verdict:
    """Say which goals can hardly be reached any more, and which were missed within a week.

    A goal can hardly be reached once it needs three times the rate of its target from then on,
    until it needs less than one and a half times that rate.
    """
    if doubt := given.doubt("goals", "videos", "analytics"):
        return doubt
    goals = latest_of(given.frames["goals"], ["goal_id"])
    if goals.empty:
        return Verdict("good", "There is no goal.")
    seen = _Seen.of(given, goals)
    is_bad = seen.is_lost | seen.is_missed
    behind, running = int(seen.is_behind.sum()), int(seen.is_running.sum())
    watch, number_of = behind if behind >= _WATCHED * running else 0, int(seen.is_current.sum())
    status = by_share(int(is_bad.sum()), number_of, watch=watch)
    if seen.is_unknown.any() and status != "bad":
        said = f"{number(int(seen.is_unknown.sum()), 'goal')} of {number_of:,} can't be judged by "
        advice = "Load the daily analytics of all metrics that goals have."
        return Verdict("unknown", f"{said}these frames.", advice)
    if not is_bad.any():
        said = f"{number(behind, 'goal')} of {running:,} that run, behind by more than a little."
        return Verdict(status, said, "See who needs what." if watch else "")
    handles = goals.get("tiktok_handle", pd.Series(None, goals.index, dtype=object))
    names = listed(handles[is_bad].drop_duplicates().to_numpy(object))
    evidence = f"Of {number(number_of, 'goal')} {_misses_text(seen)}: {names}."
    since = float(given.today - np.max(seen.since_days[is_bad]))
    return Verdict(status, evidence, f"Talk to {names} about what they need.", since)


def _misses_text(seen: _Seen) -> str:
    lost, missed = int(seen.is_lost.sum()), int(seen.is_missed.sum())
    parts = [f"{lost:,} can hardly be reached any more"] if lost else []
    if missed:
        were = "was" if missed == 1 else "were"
        parts.append(f"{missed:,} {were} missed in the last {_LATELY_DAYS} days")
    return " and ".join(parts)


@dataclass(frozen=True)
class _Seen:
    """How goals do: a value for each of them.

    Current are all but those that ended more than a week ago; ``since_days`` are the days since
    when it is lost, or was missed.
    """

    is_lost: Bools
    is_missed: Bools
    is_behind: Bools
    is_running: Bools
    is_unknown: Bools
    is_current: Bools
    since_days: Floats

    @classmethod
    def of(cls, given: Supply, goals: pd.DataFrame) -> _Seen:
        """Judge goals on the last days, each in the period of the day."""
        days = _judge(given, goals)
        needs = np.column_stack([_needed_rates(one) for one in days])
        as_loaded = _need_as_loaded(given, goals)
        needs[:, -1] = np.where(np.isnan(needs[:, -1]), as_loaded, needs[:, -1])
        missed = np.column_stack([_is_missed(one) for one in days])
        state = latched(needs >= _BEGINS, needs < _ENDS)
        ago = np.array(_AGO_DAYS, np.float64)
        lately = ago <= _LATELY_DAYS
        running = days[-1].in_progress
        is_lost = (state[:, -1] == 1.0) & running
        is_missed: Bools = np.any(missed & lately, axis=1)
        unjudged = np.column_stack([np.isnan(one.actual) & one.ended for one in days])
        unknown = np.isnan(needs[:, -1]) | (np.isnan(state[:, -1]) & running)
        unknown |= (unjudged & lately).any(axis=1)
        last = days[-1]
        is_old = last.ended & (last.at - last.end > np.timedelta64(_LATELY_DAYS + 1, "D"))
        unknown &= ~is_old
        changes = np.diff(state, axis=1, prepend=np.nan) != 0
        began = np.max(np.where(changes, np.arange(len(ago)), 0), axis=1)
        since = np.where(is_lost, ago[began], np.max(np.where(missed & lately, ago, 0.0), axis=1))
        is_behind = running & (needs[:, -1] >= _ENDS) & ~is_lost
        return cls(is_lost, is_missed, is_behind, running, unknown, ~is_old, since)


def _judge(given: Supply, goals: pd.DataFrame) -> list[Standing]:
    """Judge goals at the end of each of the last days, and now, by the rules of the API."""
    asked = read_columns(goals, GOAL_COMPLIANCE, GOAL_COLUMNS)
    first = given.today - _AGO_DAYS[0] - _LONGEST_DAYS
    gains = Gains(given.frames["videos"], given.frames["analytics"], given.zone, first)
    moment = given.moment.tz_convert("UTC").tz_localize(None).to_datetime64()
    starts, ends = (asked[name].to_numpy("datetime64[D]") for name in ("start_date", "end_date"))
    periods = asked["period"].to_numpy(dtype=object)
    judged = []
    for ago in _AGO_DAYS:
        day = np.datetime64(given.today - ago, "D")
        at = np.fmin(day_starts(np.array([day + 1]), given.zone)[0], moment)
        numbers = period_numbers(periods, np.fmax(np.fmin(day, ends), starts))
        judged.append(judge_by(asked, numbers, at, given.zone, gains).standing)
    return judged


def _needed_rates(standing: Standing) -> Floats:
    """Return what goals need from then on, in rates of their target.

    0 is a goal that is reached, is over or has not begun. NaN isn't known.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        need = (1.0 - standing.actual / standing.target) / (1.0 - standing.share_passed)
    is_done = (standing.actual >= standing.target) | ~standing.in_progress
    need = np.where(is_done, 0.0, need)
    return np.where(np.isnan(standing.target) | np.isnan(standing.actual), np.nan, need)


def _need_as_loaded(given: Supply, goals: pd.DataFrame) -> Floats:
    """Return what goals need by the counts that the API gave; NaN where it gave none by then."""
    if not {*STANDING_COLUMNS} <= {*goals.columns}:
        return np.full(len(goals), np.nan)
    moment = given.moment.tz_convert("UTC").tz_localize(None).to_datetime64()
    return np.where(judged_at(goals) <= moment, _needed_rates(read_standing(goals)), np.nan)


def _is_missed(standing: Standing) -> Bools:
    """Return which goals' periods end with the day that is judged, and are missed."""
    is_last = (standing.at >= standing.end) & (standing.at - standing.end < np.timedelta64(1, "D"))
    missed: Bools = is_last & standing.started & (standing.actual < standing.target)
    return missed
