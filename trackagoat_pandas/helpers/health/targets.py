"""Whether goals will be missed, or were missed lately."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Bools, Floats
from trackagoat_pandas.base.warnings import kept_warnings
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.helpers.clocks import day_starts
from trackagoat_pandas.helpers.columns import flags_of, instants_of, is_word, text, values_of
from trackagoat_pandas.helpers.goals.evaluation import evaluate_goals, goal_history
from trackagoat_pandas.helpers.goals.standing import STANDING_COLUMNS, judged_at
from trackagoat_pandas.helpers.health.statuses import Finding, by_share, latched, listed
from trackagoat_pandas.helpers.health.supply import Supply
from trackagoat_pandas.helpers.loads import latest_of

_LOOK_BACK_DAYS: Final = 7
_BEGINS, _ENDS = 3.0, 1.5
"""How many times the rate of its target a goal needs from now on, to count as lost or as saved."""
_WATCHED: Final = 0.25


def judge_goals(given: Supply) -> Finding:
    """Say which goals can hardly be reached any more, and which were missed within a week.

    A goal can hardly be reached once it needs three times the rate of its target from then on,
    until it needs less than one and a half times that rate.
    """
    if doubt := given.doubt("goals", "videos", "analytics"):
        return doubt
    goals = latest_of(given.frames["goals"], ["goal_id"])
    if goals.empty:
        return Finding("good", "There is no goal.")
    needs, is_known, is_running = _needs(given, goals)
    state = latched(needs >= _BEGINS, needs < _ENDS)
    missed = _missed(given, goals)
    is_lost = (state[:, -1] == 1.0) & is_running
    is_bad = is_lost | (missed > -np.inf)
    unknown = int((~is_known).sum()) + int((is_running & is_known & np.isnan(state[:, -1])).sum())
    behind = int((is_running & (needs[:, -1] >= _ENDS)).sum())
    watch = behind if behind >= _WATCHED * max(int(is_running.sum()), 1) else 0
    status = by_share(int(is_bad.sum()), len(goals), watch=watch)
    if unknown and status != "bad":
        said = f"{number(unknown, 'goal')} of {len(goals):,} can't be judged by these frames."
        return Finding("unknown", said, "Load the daily analytics of the goals' metrics, too.")
    handles = goals.get("tiktok_handle", pd.Series(None, goals.index, dtype=object))
    if not is_bad.any():
        begun = f"{number(behind, 'goal')} of {int(is_running.sum()):,} that run are far behind."
        return Finding(status, begun, "See who needs what." if watch else "")
    names = listed(handles[is_bad].drop_duplicates().to_numpy(object))
    parts = []
    if lost := int(is_lost.sum()):
        parts.append(f"{number(lost, 'goal')} of {len(goals):,} can hardly be reached any more")
    if lately := int((missed > -np.inf).sum()):
        were = "was" if lately == 1 else "were"
        parts.append(f"{number(lately, 'goal')} {were} missed in the last {_LOOK_BACK_DAYS} days")
    said = f"{' and '.join(parts)}: of {names}."
    begins = given.today - state.shape[1] + 1 + _first_of_run(state)
    since = np.min(np.where(is_lost, begins, np.inf))
    since = min(since, np.min(np.where(missed > -np.inf, missed, np.inf)))
    return Finding(status, said, f"Talk to {names} about what they need.", float(since))


def _first_of_run(state: Floats) -> Floats:
    """Return the place at which the last run of equal states of each row began."""
    changes = np.diff(state, axis=1, prepend=np.nan) != 0
    places: Floats = np.max(np.where(changes, np.arange(state.shape[1]), 0), axis=1)
    return places


def _needs(given: Supply, goals: pd.DataFrame) -> tuple[Floats, Bools, Bools]:
    """Return what each goal needs on each of the last days, in rates of its target.

    0 is a goal that is reached, is over or has not begun. NaN isn't known.
    """
    days = np.arange(given.today - _LOOK_BACK_DAYS, given.today + 1)
    ends = day_starts(days.astype("datetime64[D]") + 1, given.zone)
    moment = given.moment.tz_convert("UTC").tz_localize(None).to_datetime64()
    frames = {name: given.frames[name] for name in ("videos", "analytics")}
    columns = []
    for day, end in zip(days, ends, strict=True):
        at = pd.Timestamp(min(end, moment), tz="UTC")
        with kept_warnings():
            judged = evaluate_goals(
                goals, **frames, reference_date=np.datetime64(int(day), "D").astype(object),
                now=at.to_pydatetime(), timezone=given.zone,
            )  # fmt: skip
        columns.append(_need(judged, at))
    columns[-1] = np.where(np.isnan(columns[-1]), _need_as_loaded(goals, moment), columns[-1])
    needs = np.column_stack(columns)
    start, end = (instants_of(judged[name]) for name in ("period_start", "period_end"))
    is_running = (start <= moment) & (moment < end) & ~_not_begun(judged)
    return needs, ~np.isnan(needs[:, -1]), is_running


def _need_as_loaded(goals: pd.DataFrame, moment: np.datetime64) -> Floats:
    """Return what goals need by the counts that the API gave; NaN where it gave none by then."""
    if not {*STANDING_COLUMNS} <= {*goals.columns}:
        return np.full(len(goals), np.nan)
    at = judged_at(goals)
    is_by_then = at <= moment
    known = at[is_by_then]
    if not len(known):
        return np.full(len(goals), np.nan)
    return np.where(is_by_then, _need(goals, pd.Timestamp(known.max(), tz="UTC")), np.nan)


def _not_begun(judged: pd.DataFrame) -> Bools:
    return flags_of(judged, "not_yet_started")


def _need(judged: pd.DataFrame, at: pd.Timestamp) -> Floats:
    target, actual = (values_of(judged[name]) for name in ("target", "actual"))
    start, end = (instants_of(judged[name]) for name in ("period_start", "period_end"))
    moment = at.tz_localize(None).to_datetime64()
    with np.errstate(divide="ignore", invalid="ignore"):
        left = (end - moment) / (end - start)
        need = (1.0 - actual / target) / left
    need = np.where((actual >= target) | _not_begun(judged) | (left <= 0), 0.0, need)
    return np.where(np.isnan(target) | np.isnan(actual), np.nan, need)


def _missed(given: Supply, goals: pd.DataFrame) -> Floats:
    """Return the day after the last period of each goal, if it was missed within a week."""
    first = np.datetime64(given.today - _LOOK_BACK_DAYS - 31, "D").astype(object)
    frames = {name: given.frames[name] for name in ("videos", "analytics")}
    with kept_warnings():
        closed = goal_history(
            goals, **frames, since=first, now=given.moment.to_pydatetime(), timezone=given.zone
        )
    ends = instants_of(closed["period_end"])
    since = day_starts(np.array([given.today - _LOOK_BACK_DAYS + 1], "datetime64[D]"), given.zone)
    recent = closed[is_word(closed["status"], "missed") & (ends >= since[0])]
    days = (instants_of(recent["period_end"]).astype("datetime64[D]")).astype(np.int64)
    last = pd.Series(days.astype(np.float64), text(recent["goal_id"])).groupby(level=0).min()
    found: Floats = last.reindex(text(goals["goal_id"])).fillna(-np.inf).to_numpy()
    return found
