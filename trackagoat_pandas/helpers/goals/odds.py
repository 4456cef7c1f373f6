"""The odds that running goals are reached, and the model that estimates them."""

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

from trackagoat_pandas._types import Bools, DateLike, Days, Floats, Instants, Ints, Words
from trackagoat_pandas.checks import frame_facts, require_columns
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
    days_of,
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
from trackagoat_pandas.helpers.goals.standing import ROUNDED, STANDING_COLUMNS, read_standing
from trackagoat_pandas.helpers.latest import latest_of
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
"""With a higher unevenness, chances were worse than the base rate in simulated programs."""
NEVER_FALLING = ("posts", "views", "engagement")
_THREADS = min(os.cpu_count() or 1, 8)
_ROWS_AT_ONCE = 10_000
"""Keeps the temporary arrays of a step below 10 MB each."""
LOOKBACK_DAYS = 182
"""Half a year of whole weeks: 16 weeks showed too little of creators with fixed weekdays."""
MOST_DAYS = LOOKBACK_DAYS + PAST_DAYS + 31
"""Days before these change no odds: the oldest forecast that counts was made in a period of up to
31 days that ended PAST_DAYS ago."""
LEAST_DAYS = 28
"""Four of each weekday."""
LEVEL_DAYS = 3
"""The last days whose rise over the level may go on."""
LOCAL_DAYS = 20.0
"""Days this far away count half in a local mean."""
HALF_LIFE_DAYS = 120.0
"""Stretches this old count half."""
POOLED = 4.0
"""How many of a series' own stretches the program's stretches weigh as much as."""
DOUBT = 1.0
"""The weight, in stretches, of a chance of 1/2: keeps few stretches from giving nearly 0 or 1."""
_CHANCE = 2.0
"""A local mean must move by this many times what independent days would make it move, since
neighbouring days resemble each other."""
_STEADINESS = 0.5
"""Days of the long level that count in the short one: a day without gains is no news on an off
day."""
_SHRINK_DAYS = (0.5, 14.0)
"""The fewest and the most days of the program's mean that count in a level."""
_PROGRAM = 3.0
"""How many series the program's momentum weighs as much as in the momentum of one."""
_LEAST_LEVEL = 0.3
"""The smallest part of its long level that a series is expected to keep."""
_ALIKE = 0.35
"""If weekdays differ this much, stretches over other weekdays hardly count."""
_LEAST_WEIGHT = 0.02
_LEAST_FACTOR = 0.02
_WEEK = 7
_UNITS = (np.arange(8) + 0.5) / 8
_TINY = 1e-12


@derived(rows_of="goals", is_own=True, whole=("videos",))
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
    :func:`backtest_goal_odds` and pass them to :func:`score_goal_odds` or
    :func:`calibrate_goal_odds`.

    Parameters
    ----------
    goals, videos, analytics, reference_date, now, timezone
        As in :func:`evaluate_goals`. Videos and analytics should begin 395 days before the day
        (``dates="last 395 days"``): past forecasts of half a year count, and each is made of the
        half year before it. Earlier days change nothing. With fewer days odds differ, which the
        result's note says. At least 28 days are needed, or twice the time left if that is longer,
        and those in which past forecasts were made. Where the frames don't cover a period but
        `goals` were judged in it at the same instant, the ``actual`` of `goals` is used.

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

    Notes
    -----
    Repeated rows count once, as in :func:`evaluate_goals`.

    The model is this package's own. The expected gain is a mean day times seven weekday factors,
    plus as much of a rise in the last three days as earlier rises predicted. The mean is that of
    the last 182 days, or of the most recent ones if the mean has moved by more than chance
    explains. If a creator's own days are too few or too uneven, the factors are drawn towards 1,
    and the mean and the rise towards those of the program (all creators in `videos` and
    `analytics`). A past stretch counts as a success if it exceeded its own expectation by enough to
    bring what is missing now. The program's stretches together weigh as much as four of the
    creator's own.

    A chance p, of which this model is too sure, is corrected by a logistic curve of log(p / (1-p))
    (Platt 1999), fitted to past forecasts. A prior holds it near a slope of 0.85. An isotonic curve
    (pool adjacent violators) was worse, as hardly any program has enough forecasts for it.

    The model's constants are round numbers, and no real program has confirmed them. They were
    chosen on simulated programs, and measured on others, of which none was used for a choice. Of
    fifths of the chances with 20 forecasts or more, so many held the mean chance within the 95 %
    interval of their hit rate, before and after the correction; the share is that of forecasts
    which still have a chance:

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
    >>> odds[["missing", "chance"]].round(2).iloc[5:8].to_numpy().tolist()
    [[1.0, 0.5], [2.0, 0.54], [5.0, <NA>]]
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
    today, first = days_shown(moments[:1], judged.zone)[0], np.nanmin(days_of(analytics["date"]))
    number = int((today - first).astype(np.int64))
    if number < MOST_DAYS:
        note = (
            f"Odds made from {number} days of analytics: those before change them. Up to "
            f'{MOST_DAYS} days are used: tgp.load_analytics(..., dates="last {MOST_DAYS} days")'
        )
        odds.attrs["trackagoat"] = {**frame_facts(odds), "note": note}
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
        """Return what goals need of their metrics."""
        return cls(goals["creator_id"], goals["metric"].to_numpy(object), needed, at, until)


def inside(judged: Judged, passed: Ints) -> Need:
    """Find what was missing after some days of each period, but before its last day was over."""
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
    pool = ThreadPoolExecutor(_THREADS)
    try:
        yield from pool.map(function, *given)
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


@dataclass(frozen=True, slots=True)
class Replay:
    """What the series of a program may gain in the time left, by their past stretches.

    Attributes
    ----------
    expected
        What each series is expected to gain.
    scale
        The unit of each series' differences.
    differences
        How far past stretches differed from their own expectations, shape (series, stretches).
    weights
        The weight of each difference, of the same shape.
    side_by_side
        How many independent stretches those of each series are worth.
    unevenness
        The standard deviation of the weeks of history over their mean, times half the weeks left if
        those are more than two; 0 with a day or less left.
    """

    expected: Floats
    scale: Floats
    differences: Floats
    weights: Floats
    side_by_side: Floats
    unevenness: Floats

    def chances(self, series: Ints, needed: Floats) -> Floats:
        """Return the chance, between 0 and 1, that each series gains what it needs, or NaN."""
        expected, scale, weights = self.expected[series], self.scale[series], self.weights[series]
        gained = expected[:, None] + scale[:, None] * self.differences[series]
        reached = np.clip(gained - needed[:, None] + 1.0, 0.0, 1.0)
        total = weights.sum(axis=1)
        own = (weights * reached).sum(axis=1) / np.maximum(total, _TINY)
        number = self.side_by_side[series]
        pooled = self._pooled(expected, scale, needed)
        chance = (number * own + POOLED * pooled + DOUBT / 2) / (number + POOLED + DOUBT)
        found: Floats = np.where(total > 0, chance, np.nan)
        return found

    def _pooled(self, expected: Floats, scale: Floats, needed: Floats) -> Floats:
        """Return the share of the whole program's differences that would bring what is needed."""
        is_used = self.weights > 0
        differences, weights = self.differences[is_used], self.weights[is_used]
        wanted = needed[:, None] - _UNITS - expected[:, None]
        # Sum the weights of the differences up to each need: one sorted row serves all needs.
        order = np.argsort(differences)
        running = np.concatenate([[0.0], np.cumsum(weights[order])])
        needs = wanted / np.maximum(scale, _TINY)[:, None]
        below = running[np.searchsorted(differences[order], needs)]
        shares = 1.0 - below / max(running[-1], _TINY)
        pooled: Floats = shares.mean(axis=1)
        return pooled


def replay(history: Floats, days: float, *, can_fall: bool = False) -> Replay:
    """Replay a program's past: what may happen next is what happened in stretches of that length.

    1. *Weekdays.* Each series has seven weekday factors with a mean of 1. They are drawn towards 1
       as far as chance alone explains the differences (the James-Stein estimator).
    2. *Level.* The mean gain of a day, apart from weekdays. It follows a local mean, in which days
       ``LOCAL_DAYS`` away count half, as far as that mean moves by more than ``_CHANCE`` times what
       chance explains. It is drawn towards the program's mean, the more so the more a series varies
       from day to day compared with the creators among each other (empirical Bayes). The last
       ``LEVEL_DAYS`` days change it by as much as such days predicted past stretches, of this
       series and of the program.
    3. *Replay.* The expectation of the time left is the level times its weekday factors. Each past
       stretch differed from its own expectation, at the level of its time, by some part of it. The
       chance is the share of these differences that would bring what is needed, among the series'
       own stretches and, with the weight of ``POOLED`` of them, among the program's. If weekdays
       differ, stretches over the same weekdays count for more. Stretches ``HALF_LIFE_DAYS`` ago
       count half.
    4. *Whole units.* A stretch that brings a part of the last unit needed counts with that part.
    5. *Overlap.* Stretches overlap, so they are worth only as many as fit side by side. ``DOUBT``
       more, with a chance of 1/2, keep few of them from giving a chance near 0 or 1.

    Parameters
    ----------
    history
        Gains of whole days, shape (series, LOOKBACK_DAYS), the latest last; NaN where unknown. Only
        the unbroken run of known days up to the latest one is used.
    days
        How many days are left; a fraction is the rest of the day after the history.
    can_fall
        Whether gains may be negative. If so, there are no weekday factors, and differences are
        absolute instead of in proportion to the expectation.
    """
    ahead = max(int(np.ceil(days)), 1)
    known = known_days(history)
    inside = np.arange(LOOKBACK_DAYS) >= LOOKBACK_DAYS - known[:, None]
    gains = np.where(inside, history, 0.0)
    factors = np.ones((len(gains), _WEEK)) if can_fall else _weekday_factors(gains, known)
    by_day = factors[:, (np.arange(LOOKBACK_DAYS + ahead) - LOOKBACK_DAYS) % _WEEK]
    starts = np.arange(LOOKBACK_DAYS - ahead + 1)
    is_whole = starts - LEVEL_DAYS >= LOOKBACK_DAYS - known[:, None]
    is_whole &= (known >= LEAST_DAYS)[:, None]
    share = days - (ahead - 1)
    gained = _stretches(gains, share, ahead)
    moments = np.append(starts, LOOKBACK_DAYS)
    lengths = _stretches(by_day, share, ahead)
    long, short = _levels(gains, np.where(inside, by_day[:, :LOOKBACK_DAYS], 0.0), known)
    if ahead > 1:
        lengths, long, short = (each.take(moments, axis=1) for each in (lengths, long, short))
    rise = short - long
    if not can_fall:
        rise = np.clip(rise, -long, 3 * long)
    rates = gained / lengths[:, :-1]
    momentum = _momentum(rise[:, :-1], rates, long[:, :-1], is_whole, ahead)
    level = long + momentum[:, None] * rise
    if not can_fall:
        level = np.maximum(level, _LEAST_LEVEL * long)
    expected = lengths * level
    differences = gained - expected[:, :-1]
    scale = np.ones_like(expected) if can_fall else expected
    weights = _weights(lengths[:, :-1], starts, ahead) * is_whole
    different = weights.sum(axis=1) ** 2 / np.maximum((weights**2).sum(axis=1), _TINY)
    return Replay(
        expected=expected[:, -1],
        scale=scale[:, -1],
        differences=differences / np.maximum(scale[:, :-1], _TINY),
        weights=weights,
        side_by_side=different / max(days, 1.0),
        unevenness=_unevenness(gains, known, days) * (not can_fall),
    )


def known_days(history: Floats) -> Ints:
    """Count the latest days without a gap, from the first of them with a gain other than 0."""
    backwards = history[:, ::-1]
    known = np.logical_and.accumulate(~np.isnan(backwards), axis=1)
    brought = known & (backwards != 0.0)
    furthest = LOOKBACK_DAYS - np.argmax(brought[:, ::-1], axis=1)
    return np.where(brought.any(axis=1), furthest, 0)


def _weekday_factors(gains: Floats, known: Ints) -> Floats:
    """Return each series' gain on each weekday over its mean gain, the next day's weekday first."""
    by_week = gains.reshape(len(gains), -1, _WEEK)
    counts = (known[:, None] + np.arange(_WEEK)) // _WEEK
    means = by_week.sum(axis=1) / np.maximum(counts, 1)
    mean = gains.sum(axis=1) / np.maximum(counts.sum(axis=1), 1)
    spread = (by_week**2).sum(axis=1) - counts * means**2
    noise = spread.sum(axis=1) / np.maximum(counts.sum(axis=1) - _WEEK, 1)
    noise = noise / np.maximum(counts.mean(axis=1), 1)
    between = means.var(axis=1, ddof=1)
    trust = np.clip(1.0 - noise / np.maximum(between, _TINY), 0.0, 1.0)
    factors = 1.0 + trust[:, None] * (means / np.maximum(mean, _TINY)[:, None] - 1.0)
    factors = np.where((mean > 0)[:, None], np.maximum(factors, _LEAST_FACTOR), 1.0)
    normed: Floats = factors / factors.mean(axis=1, keepdims=True)
    return normed


def _stretches(daily: Floats, share: float, ahead: int) -> Floats:
    """Sum `ahead` days from each day on, of the first day only a share."""
    if ahead == 1:
        return share * daily
    totals = _running_totals(daily)
    number = daily.shape[1] - ahead + 1
    rest: Floats = totals[:, ahead:] - totals[:, 1 : number + 1]
    return share * daily[:, :number] + rest


def _levels(gains: Floats, factors: Floats, known: Ints) -> tuple[Floats, Floats]:
    """Return each day's long level, drawn towards the program's, and that of the days before it."""
    mean, worth, within = _local_means(gains, factors, known)
    is_long = known >= LEAST_DAYS
    now = mean[is_long, -1]
    centre, shrink = mean, np.zeros((len(mean), 1))
    if np.unique(now).size > 1:
        centre = mean[is_long].mean(axis=0)
        shrink = np.clip(within / now.var(), *_SHRINK_DAYS)[:, None]
    long = (worth * mean + shrink * centre) / np.maximum(worth + shrink, _TINY)
    recent = _last_days(gains) + _STEADINESS * long
    short: Floats = recent / (_last_days(factors) + _STEADINESS)
    return long, short


def _last_days(daily: Floats) -> Floats:
    """Sum the last ``LEVEL_DAYS`` days before each day, at a series' start fewer."""
    sums = _running_totals(daily)
    sums[:, LEVEL_DAYS:] -= sums[:, :-LEVEL_DAYS].copy()
    return sums


def _local_means(gains: Floats, factors: Floats, known: Ints) -> tuple[Floats, Floats, Floats]:
    """Return the mean gain around each day, how many days it is worth, and a day's variance."""
    days = np.arange(LOOKBACK_DAYS + 1)
    lengths = _around(factors, LOCAL_DAYS)
    local = _around(gains, LOCAL_DAYS) / np.maximum(lengths, _TINY)
    flat = gains.sum(axis=1, keepdims=True) / np.maximum(factors.sum(axis=1, keepdims=True), _TINY)
    errors = np.where(factors > 0, gains - local[:, :-1] * factors, 0.0)
    within = (errors**2).sum(axis=1) / np.maximum(known - 1, 1)
    squares = _around(factors, LOCAL_DAYS / 2)
    worth = np.maximum(lengths**2 / np.maximum(squares, _TINY), 1.0)
    most = np.maximum(known, 1)[:, None]
    is_known = days >= LOOKBACK_DAYS - known[:, None]
    moved = np.where(is_known, (local - flat) ** 2, 0.0).sum(axis=1)
    chance = np.where(is_known, np.maximum(1 / worth - 1 / most, 0.0), 0.0).sum(axis=1) * within
    trust = np.clip(1.0 - _CHANCE * chance / np.maximum(moved, _TINY), 0.0, 1.0)[:, None]
    return flat + trust * (local - flat), 1 / (trust / worth + (1 - trust) / most), within


def _around(daily: Floats, half_life: float) -> Floats:
    """Sum the days around each day's start, with weights that halve every `half_life` days."""
    # Running totals take a tenth of the time of a product with the matrix of weights.
    grown = 0.5 ** (-np.arange(LOOKBACK_DAYS + 1) / half_life)
    around = _running_totals(daily * grown[1:])
    around /= grown
    after = _running_totals(daily[:, ::-1] * grown[1:])
    after /= grown
    around += after[:, ::-1]
    around *= 0.5 ** (0.5 / half_life)
    return around


def _momentum(rise: Floats, rates: Floats, long: Floats, is_whole: Bools, ahead: int) -> Floats:
    """Return how much of a rise in the last days past stretches kept on average: 0 to 1."""
    unit = np.maximum(np.abs(long), _TINY)
    was = np.where(is_whole, np.clip(rise / unit, -3.0, 3.0), 0.0)
    came = np.where(is_whole, np.clip((rates - long) / unit, -3.0, 3.0), 0.0)
    squares, products = (was**2).sum(axis=1), (was * came).sum(axis=1)
    program = products.sum() / max(squares.sum(), _TINY)
    # Overlapping stretches repeat each other, so the longer they are, the more the program counts.
    typical = _PROGRAM * ahead * np.median(squares / np.maximum(is_whole.sum(axis=1), 1))
    kept: Floats = (products + typical * program) / np.maximum(squares + typical, _TINY)
    return np.clip(kept, 0.0, 1.0)


def _weights(lengths: Floats, starts: Ints, ahead: int) -> Floats:
    """Weigh past stretches by their weekdays and their age."""
    last = lengths[:, -_WEEK:]
    varied = last.std(axis=1) / np.maximum(last.mean(axis=1), _TINY)
    others = np.maximum(np.exp(-((varied / _ALIKE) ** 2)), _LEAST_WEIGHT)
    is_same = (LOOKBACK_DAYS - starts) % _WEEK == 0
    age = LOOKBACK_DAYS - ahead - starts
    weights: Floats = np.where(is_same, 1.0, others[:, None]) * 0.5 ** (age / HALF_LIFE_DAYS)
    return weights


def _unevenness(gains: Floats, known: Ints, days: float) -> Floats:
    """Return how much the weeks of history differ, as a part of their mean."""
    weeks = gains.reshape(len(gains), -1, _WEEK).sum(axis=2)[:, ::-1]
    is_known = (np.arange(weeks.shape[1]) + 1) * _WEEK <= known[:, None]
    number = np.maximum(is_known.sum(axis=1), 2)
    mean = np.where(is_known, weeks, 0.0).sum(axis=1) / number
    squares = np.where(is_known, (weeks - mean[:, None]) ** 2, 0.0).sum(axis=1)
    uneven: Floats = np.sqrt(squares / (number - 1)) / np.maximum(mean, _TINY)
    return uneven * (max(days / _WEEK / 2, 1.0) if days > 1 else 0.0)


def _running_totals(daily: Floats) -> Floats:
    # In place: this is called ten times for each of a thousand moments.
    totals = np.zeros((len(daily), daily.shape[1] + 1))
    np.cumsum(daily, axis=1, out=totals[:, 1:])
    return totals
