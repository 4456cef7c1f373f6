"""The odds that running goals are reached."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Bools, DateLike, Days, Floats, Instants, Ints, Words
from trackagoat_pandas.helpers.beginnings import earlier_days_text
from trackagoat_pandas.helpers.clocks import (
    ONE_DAY,
    InstantLike,
    day_starts,
    days_shown,
    positions,
)
from trackagoat_pandas.helpers.columns import (
    as_instants,
    categories,
    floats,
    is_word,
    text,
)
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.goals.calibration import (
    FEWEST,
    PAST_DAYS,
    Calibration,
    Forecasts,
    calibrate,
)
from trackagoat_pandas.helpers.goals.evaluation import REASONS as UNJUDGED
from trackagoat_pandas.helpers.goals.evaluation import (
    Judged,
    closed_periods,
    identity,
    judge_by,
    judge_day,
    without_ends,
)
from trackagoat_pandas.helpers.goals.replay import LEAST_DAYS, LOOKBACK_DAYS, known_days, replay
from trackagoat_pandas.helpers.goals.standing import ROUNDED, STANDING_COLUMNS, read_standing
from trackagoat_pandas.helpers.loads import latest_of
from trackagoat_pandas.inputs.checks import frame_facts, require_columns
from trackagoat_pandas.progress import calculating
from trackagoat_pandas.tables.analytics import GOAL_METRICS, GOAL_STATUSES

T = TypeVar("T")

REASONS = (
    "period_over", *UNJUDGED, "not_started", "too_little_history", "too_irregular",
    "too_few_forecasts", "no_skill",
)  # fmt: skip
"""Why there is no chance; the first that applies is given."""
LEAST_STRETCHES = 2
"""How many stretches as long as the time left must fit into the history without overlap."""
MOST_UNEVENNESS = 1.0
"""From this unevenness on, chances were worse than the base rate in simulated programs."""
NEVER_FALLING = ("posts", "views", "engagement")
_THREADS = min(os.cpu_count() or 1, 8)
_ROWS_AT_ONCE = 10_000
"""Keeps the temporary arrays of a step below 10 MB each."""
MOST_DAYS = LOOKBACK_DAYS + PAST_DAYS + 31
"""Days before these change no odds: the oldest forecast that counts was made in a period of up to
31 days that ended PAST_DAYS ago."""


@derived("goals", "videos", "analytics", facts_of="goals", whole=("videos",))
def goal_odds(
    goals: pd.DataFrame,
    videos: pd.DataFrame | None = None,
    analytics: pd.DataFrame | None = None,
    *,
    reference_date: DateLike | None = None,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> pd.DataFrame:
    """Estimate the chance that each running goal's target is reached by the end of its period.

    The chance is the share of past stretches, each as long as the time left, that would bring what
    is missing. They are taken from the last 182 days of the creator and of the whole program. It is
    then corrected by how often such forecasts came true in the last 182 days, for goals of the same
    metric and period after as many days. Where past forecasts were no better than the hit rate of
    these goals, there is no chance, and the hit rate is all that is known. A target of posts, views
    or engagement that has been reached has a chance of 1. Nothing is random.

    Pass the goals of all creators, since a chance depends on past forecasts for the others. Goals
    of other metrics and periods change nothing. Each day of the last half year from which forecasts
    are corrected takes about 10 ms of a processor, so that daily and weekly goals of 300 creators
    take some 3 seconds, with a progress bar.

    To see how good the odds are for your own program, make forecasts for its closed periods with
    :func:`backtest_goal_odds` and pass them to :func:`goal_odds_skill` or
    :func:`calibrate_goal_odds`.

    Parameters
    ----------
    goals : DataFrame
        The frame of :func:`load_goal_compliance`. Where the other frames don't cover a period
        but the goals were judged in it at the same instant, their ``actual`` is used.
    videos : DataFrame, optional
        The frame of :func:`load_videos`, with all videos of the goals' creators.
    analytics : DataFrame, optional
        The frame of :func:`load_analytics` for ``"creator"``, by day, with the metrics that the
        goals need. It should begin 395 days before the day (``dates="last 396 days",
        clip=True``): past forecasts of half a year count, and each is made of the half year
        before it. Earlier days change nothing. With fewer days odds differ, which the result's
        note says, with the load that has them all. At least 28 days are needed, or twice the
        time left if that is longer, and those in which past forecasts were made.
    reference_date : str or date, optional
        The day to judge; None for the day for which the goals were loaded.
    now : str or datetime, optional
        The instant up to which the frames have data, with its offset; None for that of the
        goals, known to 18 seconds from their ``hours_until_period_end``. It can't be after
        today, since days to come would count as days without posts. A later time of today is
        taken as now.
    timezone : str, optional
        The organization's IANA time zone; None for the one in the goals' provenance.

    Returns
    -------
    pandas.DataFrame
        One row for each goal, in order: its ``creator_id``, ``tiktok_handle``, ``goal_id``,
        ``project_id``, ``metric`` and ``period``; ``status`` (category); ``target``, ``actual``,
        ``missing`` and ``days_left`` (Float64); ``period_end`` (instant in UTC); ``chance``
        (Float64, 0 to 1); ``history_days`` (Int64: known days without a gap up to the day, of which
        the chance is made; 0 if the goal is over or can't be judged) and ``required_days`` (Int64);
        ``past_forecasts`` (Int64: by how many it was corrected) and ``past_hit_rate`` (Float64, 0
        to 1: how many of these targets were reached); and ``reason`` (category): why there is no
        chance, NA where there is one.

        A reason is ``period_over``, one of :func:`evaluate_goals`, ``not_started``,
        ``too_little_history`` (``history_days`` is below ``required_days``), ``too_irregular``: the
        creator's weeks of history have a standard deviation as large as their mean (with more than
        two weeks left, a smaller one is too large: the mean over half the weeks left; with a day or
        less left, none is), ``too_few_forecasts`` (fewer than 10 ``past_forecasts``), or
        ``no_skill``: past forecasts were no better than ``past_hit_rate`` for all.

    Raises
    ------
    MissingColumnError, ArgumentError
        As in :func:`evaluate_goals`.

    Warns
    -----
    NoDataWarning
        As in :func:`evaluate_goals`.

    See Also
    --------
    plots.goal_odds : Draw the odds.
    will_miss : List goals that may be missed.
    backtest_goal_odds : See how past odds came true.
    load_goal_compliance : Load goals and their progress.

    Notes
    -----
    Repeated rows count once, as in :func:`evaluate_goals`.

    The model is this package's own. The expected gain is a mean day times seven weekday factors,
    plus as much of a rise in the last three days as earlier rises predicted. The mean is that of
    the last 182 days, or of the most recent ones if the mean has moved by more than chance
    explains. If a creator's own days are too few or too uneven, the factors are drawn towards 1,
    and the mean and the rise towards those of the program (all creators in `videos` and
    `analytics`). A past stretch counts as a success if it exceeded its own expectation by enough to
    bring the missing rest now. The program's stretches together weigh as much as four of the
    creator's own.

    A chance p, of which this model is too sure, is corrected by a logistic curve of log(p / (1-p))
    (Platt 1999), fitted to past forecasts. A prior holds it near a slope of 0.85. An isotonic curve
    (pool adjacent violators) was worse, as hardly any program has enough forecasts for it.

    The model's constants are round numbers, and no real program has confirmed them. They were
    chosen on simulated programs, and measured on others, of which none was used for a choice. The
    table counts the fifths of the chances, with 20 forecasts or more, whose mean chance was within
    the 95 % interval of their hit rate, before and after the correction; the share is that of
    forecasts which still have a chance:

    ======================================================= ========== ========== =====
    programs                                                before     after      share
    ======================================================= ========== ========== =====
    the demo's projects (seeds 201 to 206, 60 creators)     189 of 223 143 of 155  67 %
    steady, weekly, bursty and rare (seeds 201, 202)          39 of 60   54 of 59  90 %
    regular, bursty, seasonal, trending (seeds 201 to 206)  105 of 120 110 of 120  90 %
    ======================================================= ========== ========== =====

    - In the demo, chances of 0.2 to 0.4 at the start of a week came true in 47 % of cases before
      the correction (forecast: 33 %) and in 31 % after it (forecast: 30 %), those above 0.8 in 75 %
      (forecast: 85 %) and in 83 % (forecast: 88 %).
    - The Brier skill over always forecasting the hit rate is 0.12 at the start, 0.13 in the middle
      and 0.17 late in a period in the demo, and 0.2 to 0.6 in the simulated programs. At the start,
      it was below 0 in 11 of 18 projects before; since chances without skill are left out, it is in
      1 of the 8 projects that have 30 forecasts left. A small program may still have bad luck: the
      lowest of 57 was -0.13.
    - After a creator's level had jumped by 80 %, the odds of a week's posts could be worse than the
      hit rate for some weeks.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     goals = tgp.load_goal_compliance("Q1 Brand Program", period="weekly")
    ...     videos = tgp.load_videos("Q1 Brand Program")
    >>> odds = tgp.goal_odds(goals[goals["metric"] == "posts"], videos)
    >>> print(odds[["missing", "chance"]].round(2).iloc[5:8].to_string(index=False))
     missing  chance
         1.0     0.5
         2.0    0.54
         5.0    <NA>
    >>> odds["reason"].dropna().tolist()
    ['not_started']
    """
    goals = latest_of(goals, ["goal_id"])
    judged = judge_day(
        goals,
        videos,
        analytics,
        reference_date=reference_date,
        now=now,
        timezone=timezone,
        lookback=MOST_DAYS,
    )
    judged = _with_loaded_actuals(judged, goals)
    standing, asked = judged.standing, judged.goals
    missing = standing.target - standing.actual
    need = Need.of(asked, missing, standing.at, judged.after)
    program = program_of(asked, videos, analytics)
    outlook = look_ahead(need, judged, program)
    past = _past_forecasts(judged, program)
    odds = outlook.corrected(kinds_of(asked), standing.at, past)
    # Of several reasons the last one set counts, so the most decisive one is set last.
    later = np.where(standing.started, odds.reasons, "not_started")
    reasons = np.where(judged.reasons != "", judged.reasons, later)
    reasons = np.where(standing.ended, "period_over", reasons)
    found = identity(goals).assign(
        status=categories(standing.status, GOAL_STATUSES),
        target=floats(standing.target),
        actual=floats(standing.actual),
        missing=floats(np.maximum(missing, 0.0)),
        days_left=floats(np.maximum((standing.end - standing.at) / ONE_DAY, 0.0)),
        period_end=as_instants(standing.end),
        chance=floats(np.where(reasons == "", odds.chance, np.nan)),
        **odds.columns(),
        reason=categories(reasons, REASONS),
    )
    return _with_note(found, judged, analytics)


def _with_note(odds: pd.DataFrame, judged: Judged, analytics: pd.DataFrame | None) -> pd.DataFrame:
    """Note of how many days the odds are made, where more would change them."""
    moments = judged.standing.at
    moments = moments[~np.isnat(moments)]
    if analytics is None or analytics.empty or not len(moments):
        return odds
    today = days_shown(moments[:1], judged.zone)[0]
    if note := earlier_days_text(analytics, today, MOST_DAYS):
        odds.attrs["trackagoat"] = {**frame_facts(odds), "note": f"Odds made from {note}"}
    return odds


def _with_loaded_actuals(judged: Judged, goals: pd.DataFrame) -> Judged:
    """Fill unknown actuals with those of a goals frame that was judged at the same instant."""
    if any(name not in goals.columns for name in STANDING_COLUMNS):
        return judged
    standing, loaded = judged.standing, read_standing(goals)
    is_same = (loaded.start == standing.start) & (np.abs(loaded.at - standing.at) <= ROUNDED)
    use = np.isnan(standing.actual) & is_same
    return replace(
        judged,
        standing=replace(standing, actual=np.where(use, loaded.actual, standing.actual)),
    )


def _past_forecasts(judged: Judged, program: pd.Index) -> Forecasts:
    """Forecast past periods of the same goals after as many days as have passed of this one."""
    goals, zone, at = without_ends(judged.goals), judged.zone, judged.standing.at
    day, latest = days_shown(at, zone), np.fmax.reduce(at, initial=np.datetime64("NaT", "us"))
    places, numbers = closed_periods(goals, day - PAST_DAYS * ONE_DAY, latest, zone)
    taken = goals.iloc[places].reset_index(drop=True)
    past = judge_by(taken, numbers, latest, zone, judged.gains)
    need = inside(past, (day - judged.first).astype(np.int64)[places])
    return look_ahead(need, past, program).forecasts(kinds_of(goals)[places], past)


def kinds_of(goals: pd.DataFrame) -> Ints:
    """Number the kind of each goal: its metric and period."""
    return pd.factorize(text(goals["metric"]) + " " + text(goals["period"]))[0].astype(np.int64)


@dataclass(frozen=True, slots=True)
class Outlook:
    """The chance of each goal, and the whole days of history that are known and required.

    ``is_irregular`` marks a history that is too uneven for a chance.
    """

    chance: Floats
    history_days: Ints
    required_days: Ints
    is_irregular: Bools

    def forecasts(self, kinds: Ints, judged: Judged) -> Forecasts:
        """Return the chances of periods that were judged after their end, with the outcomes."""
        ended = judged.standing
        hit = np.where(ended.actual >= ended.target, 1.0, 0.0)
        # NaN is never >= a target, so an unknown outcome would otherwise be a miss.
        hit[np.isnan(ended.actual - ended.target)] = np.nan
        return Forecasts(kinds, self.chance, hit, ended.end)

    def corrected(self, kinds: Ints, at: Instants, past: Forecasts) -> CorrectedOutlook:
        """Correct the chances by past forecasts that had ended at each instant."""
        return CorrectedOutlook(self, calibrate(self.chance, kinds, at, past))


@dataclass(frozen=True, slots=True)
class CorrectedOutlook:
    """Chances before and after they were corrected."""

    outlook: Outlook
    past: Calibration

    @property
    def chance(self) -> Floats:
        """The corrected chance of each goal; NaN where there is none."""
        return self.past.chance

    @property
    def reasons(self) -> Words:
        """Why there is no chance; an empty word where there is one, or nothing says why."""
        seen = self.outlook
        is_unknown, is_missing = np.isnan(seen.chance), np.isnan(self.chance)
        why = {
            "too_little_history": is_unknown & (seen.history_days < seen.required_days),
            "too_irregular": is_unknown & seen.is_irregular,
            "too_few_forecasts": is_missing & ~is_unknown & (self.past.number < FEWEST),
            "no_skill": is_missing & ~is_unknown & ~self.past.has_skill,
        }
        return np.select([*why.values()], list(why), "").astype(object)

    def columns(self) -> dict[str, Any]:
        """Return the columns that say of how many days and past forecasts the chances are made."""
        return {
            "history_days": pd.array(self.outlook.history_days, dtype="Int64"),
            "required_days": pd.array(self.outlook.required_days, dtype="Int64"),
            "past_forecasts": pd.array(self.past.number, dtype="Int64"),
            "past_hit_rate": floats(self.past.hit_rate),
        }


@dataclass(frozen=True, slots=True)
class Need:
    """How much each creator must gain of a metric from an instant to the start of a day."""

    creators: pd.Series
    metrics: Words
    needed: Floats
    at: Instants
    until: Days

    @classmethod
    def of(cls, goals: pd.DataFrame, needed: Floats, at: Instants, until: Days) -> Need:
        """Return the needs of goals."""
        return cls(goals["creator_id"], goals["metric"].to_numpy(object), needed, at, until)


def inside(judged: Judged, passed: Ints) -> Need:
    """Compute the amounts missing after some days of each period, before its last day is over."""
    goals, first = judged.goals, judged.first
    length = (judged.after - first).astype(np.int64)
    day = first + np.minimum(passed, length - 1) * ONE_DAY
    at = day_starts(day, judged.zone)
    metrics, creators = goals["metric"].to_numpy(dtype=object), goals["creator_id"]
    done = judged.gains.reached(metrics, creators, first.astype(np.int64), at)
    missing = goals["target_value"].to_numpy() - np.where(np.isnat(first), np.nan, done)
    return Need.of(goals, missing, at, judged.after)


def look_ahead(need: Need, judged: Judged, program: pd.Index) -> Outlook:
    """Estimate the chance of each need; NaN if it isn't known or the history allows no chance.

    A metric that can't fall has a chance of 1 once nothing is missing. `program` is all creators
    whose history may be used, so that a goal has the same odds alone as among others.
    """
    today, creators = days_shown(need.at, judged.zone), program.get_indexer(pd.Index(need.creators))
    is_known = ~(np.isnan(need.needed) | np.isnat(need.until) | np.isnat(need.at))
    is_known &= (creators >= 0) & np.isin(need.metrics.astype(str), GOAL_METRICS)
    days = np.where(is_known, need.until.astype(np.int64) - positions(need.at, judged.zone), 0.0)
    is_known &= days > 0
    required = required_days(days)
    chance, known = np.full(len(days), np.nan), np.zeros(len(days), np.int64)
    is_irregular = np.zeros(len(days), np.bool_)
    for metric in GOAL_METRICS:
        mine = np.flatnonzero(is_known & (need.metrics == metric))
        if not len(mine):
            continue
        # One array covers the history of all days, from LOOKBACK_DAYS before the earliest.
        first = today[mine].min()
        number = LOOKBACK_DAYS + int((today[mine].max() - first).astype(np.int64))
        span = first.astype(np.int64) - LOOKBACK_DAYS + np.arange(number)
        daily = judged.gains.daily(metric, program, span)
        # One replay, the dear part, serves all goals of the same day with the same time left.
        moments = pd.DataFrame({"today": today[mine], "days": days[mine]})
        alike = [mine[rows] for rows in moments.groupby(["today", "days"]).indices.values()]

        begins = (today[[same[0] for same in alike]] - first).astype(np.int64).tolist()
        seen = _seen(
            partial(_chances, can_fall=metric not in NEVER_FALLING),
            [daily[:, begin : begin + LOOKBACK_DAYS] for begin in begins],
            [creators[same] for same in alike],
            [need.needed[same] for same in alike],
            [float(days[same[0]]) for same in alike],
        )
        # After Ctrl-C nothing goes on in threads.
        with closing(seen), calculating(f"odds of {metric}", len(alike)) as step:
            for same, found in zip(alike, seen, strict=True):
                chance[same], known[same], is_irregular[same] = found
                step()
    is_reached = (need.needed <= 0) & np.isin(need.metrics.astype(str), NEVER_FALLING)
    return Outlook(np.where(is_reached, 1.0, chance), known, required, is_irregular)


def _seen(function: Callable[..., T], *given: Sequence[Any]) -> Generator[T, None, None]:
    """Call a function with one of each sequence, in threads; give the results in order."""
    # Two years of 300 creators are 1,000 moments of 15 ms, of which numpy takes the most.
    pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="trackagoat-odds")
    try:
        try:
            results = pool.map(function, *given)
        except RuntimeError:  # no thread can be started, as in a browser
            results = map(function, *given)
        yield from results
    finally:
        pool.shutdown(cancel_futures=True)


def _chances(
    history: Floats, creators: Ints, needed: Floats, days: float, *, can_fall: bool
) -> tuple[Floats, Ints, Bools]:
    """Estimate chances with `days` left; return the known days and whether they are too uneven."""
    chance, known = np.full(len(creators), np.nan), known_days(history)
    is_short = known < required_days(days)
    if is_short.all():
        return chance, known[creators], np.zeros(len(creators), np.bool_)
    past = replay(history, days, can_fall=can_fall)
    is_irregular = past.unevenness >= MOST_UNEVENNESS
    for start in range(0, len(creators), _ROWS_AT_ONCE):
        some = slice(start, start + _ROWS_AT_ONCE)
        chance[some] = past.chances(creators[some], needed[some])
    chance[(is_short | is_irregular)[creators]] = np.nan
    return chance, known[creators], is_irregular[creators]


def required_days(days: float | Floats) -> Ints:
    """Return how many days of history are required with `days` left."""
    return np.maximum(LEAST_DAYS, np.ceil(LEAST_STRETCHES * days)).astype(np.int64)


def program_of(
    goals: pd.DataFrame, videos: pd.DataFrame | None, analytics: pd.DataFrame | None
) -> pd.Index:
    """Return each creator of the goals, videos and analytics once."""
    ids = [goals["creator_id"]]
    if videos is not None:
        require_columns(videos, ["creator_id"], loader="load_videos")
        ids.append(videos["creator_id"])
    if analytics is not None:
        require_columns(analytics, ["entity", "entity_id"], loader="load_analytics")
        ids.append(analytics.loc[is_word(analytics["entity"], "creator"), "entity_id"])
    known = pd.concat([text(each).drop_duplicates() for each in ids])
    program: pd.Index = pd.Index(known.dropna().drop_duplicates().sort_values())
    return program
