"""Goals judged for any day from videos and analytics, as the server's goal compliance does."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Bools, DateLike, Days, Floats, Instants, Ints, Words
from trackagoat_pandas.base.warnings import warn
from trackagoat_pandas.base.wording import joined
from trackagoat_pandas.errors import NoDataWarning
from trackagoat_pandas.helpers.clocks import (
    ONE_DAY,
    ONE_HOUR,
    InstantLike,
    day_starts,
    days_shown,
    first_days,
    period_numbers,
)
from trackagoat_pandas.helpers.columns import (
    STRING,
    as_instants,
    categories,
    days_of,
    floats,
    instants_of,
    read_columns,
    text,
)
from trackagoat_pandas.helpers.facts import derived, known_zone
from trackagoat_pandas.helpers.gains import PARTS, Gains
from trackagoat_pandas.helpers.goals.standing import Standing, find_moment, latest_instant
from trackagoat_pandas.helpers.loads import latest_of
from trackagoat_pandas.inputs.checks import frame_facts, frame_params, require_columns
from trackagoat_pandas.inputs.dates import parse_day
from trackagoat_pandas.tables import GOAL_COMPLIANCE
from trackagoat_pandas.tables.analytics import GOAL_METRICS, GOAL_STATUSES

RECENT_HOURS = 48.0
STALE_HOURS = 24.0
"""An assumption: the API documents the flag but not its threshold."""
_NEAR = 1e-6
"""How close to a half a number of hundredths is rounded by Python instead of numpy."""
_SENTENCES = {
    "period_in_progress": "The period is still running: the count can rise.",
    "period_recently_ended": "The period ended less than 48 hours ago: late counts may arrive.",
    "scrape_stale": "The last scrape is more than 24 hours old.",
    "not_yet_started": "The goal has not started yet.",
}
_MESSAGES = np.array(
    [
        json.dumps(
            [text for place, text in enumerate(_SENTENCES.values()) if raised >> place & 1],
            separators=(",", ":"),
        )
        for raised in range(2 ** len(_SENTENCES))
    ],
    dtype=object,
)
"""The JSON list of sentences for every combination of flags."""
GOAL_COLUMNS = (
    "creator_id", "goal_id", "metric", "period", "target_value", "start_date", "end_date",
)  # fmt: skip
REASONS = ("unknown_period", "unknown_metric", "unknown_target", "unknown_actual")
"""Why a goal can't be judged; the first that applies is given."""
_IDENTITY = ("creator_id", "tiktok_handle", "goal_id", "project_id", "metric", "period")

UNJUDGED = "such goals can't be judged"
"""What the warning of goals without numbers says; a board says in its own words what to load."""


@derived("goals", "videos", "analytics", facts_of="goals", whole=("videos",))
def evaluate_goals(
    goals: pd.DataFrame,
    videos: pd.DataFrame | None = None,
    analytics: pd.DataFrame | None = None,
    *,
    reference_date: DateLike | None = None,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> pd.DataFrame:
    """Judge each goal on any day, by the rules of the API's goal compliance.

    Each goal is judged in the calendar period that contains the day, as of the end of that day, or
    as of now on the current day. ``posts`` are counted from the videos; ``views``, ``engagement``
    and ``followers`` are summed over the daily analytics.

    Parameters
    ----------
    goals : DataFrame
        The frame of :func:`load_goal_compliance`. Of its columns only the definitions of the goals
        and the time of each creator's last scrape are used, not the counts.
    videos : DataFrame, optional
        The frame of :func:`load_videos`, with all videos of the goals' creators. Without it posts
        are taken from the analytics, if these have them.
    analytics : DataFrame, optional
        The frame of :func:`load_analytics` for ``"creator"``, by day, with the metrics that the
        goals need (engagement needs likes, comments, shares and saves), from the first day of the
        earliest period that is judged.
    reference_date : str or date, optional
        The day to judge; None for the day for which the goals were loaded.
    now : str or datetime, optional
        The instant up to which the frames have data, with its offset; None for that of the goals,
        known to 18 seconds from their ``hours_until_period_end``. It can't be after today, since
        days to come would count as days without posts. A later time of today is taken as now.
    timezone : str, optional
        The organization's IANA time zone; None for the one in the goals' provenance.

    Returns
    -------
    pandas.DataFrame
        The goals in their order, each once, with ``target``, ``actual``, ``percentage`` (Float64),
        ``status`` (category) and the advisory columns as of that day, and two more columns:

        - ``pace`` (Float64): actual of target over the share of the period that has passed; NA
          before the goal starts
        - ``reason`` (category): why a goal can't be judged, NA where it can. ``unknown_period`` and
          ``unknown_metric``: the API documents no such word. ``unknown_target``: the target is
          null. ``unknown_actual``: the frames don't cover all days of the period.

        Where there is a reason, ``percentage``, ``status`` and ``pace`` are NA, and so is
        ``actual``, unless only the target is unknown. ``messages`` are sentences of this package,
        one for each flag.

    Raises
    ------
    MissingColumnError
        A column is missing from a frame.
    ArgumentError
        ``now`` or ``timezone`` is needed and not given, a day or an instant can't be read, ``now``
        is after today by the server's clock (if a frame says how it differs from this
        machine's), or the analytics aren't daily new values in the organization's time zone.

    Warns
    -----
    NoDataWarning
        The frames have no data at all for a metric of these goals; the message names the call that
        loads it.

    See Also
    --------
    load_goal_compliance : Load goals and their progress.
    goal_history : Judge every closed period.
    goal_odds : Estimate the chance of each goal.
    plots.goal_board : Draw the progress of goals.

    Notes
    -----
    - Posts are videos posted within the period whose tracking isn't disabled and whose status is
      auto_tracked, included or direct_add.
    - The whole calendar period counts, even if the goal starts or ends inside it. A day before a
      goal's start is judged in its first period, a day after its end in its last.
    - A running goal is on track with a pace of at least 1, behind pace from 0.7, else at risk. A
      goal that has not started is on track.
    - Repeated rows count once: of rows with the same ``goal_id``, of videos with the same ``id``,
      and of a creator's rows for the same metric and date, a complete row (``is_partial`` False)
      is preferred, then the latest ``fetched_at`` and ``updated_at``, where these columns exist,
      then the last row.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     goals = tgp.load_goal_compliance("Summer Launch", period="weekly")
    ...     videos = tgp.load_videos("Summer Launch")
    >>> posts = goals[goals["metric"] == "posts"]
    >>> judged = tgp.evaluate_goals(posts, videos, reference_date="2026-06-10")
    >>> columns = ["tiktok_handle", "target", "actual", "status"]
    >>> print(judged[columns].head(3).to_string(index=False))
         tiktok_handle  target  actual   status
    its_alpine_wander_     1.0     2.0 on_track
          mossy.runner     1.0     2.0 on_track
          urban.closet     1.0     1.0 on_track
    """
    goals = latest_of(goals, ["goal_id"])
    seen = judge_day(
        goals, videos, analytics, reference_date=reference_date, now=now, timezone=timezone
    )
    advice = advise(seen.standing, read_scrapes(goals))
    judged = goals.assign(**standing_columns(seen), **advice)
    facts = frame_facts(judged)
    if facts and reference_date is not None:
        # So that judging the result again takes this day, and no later one without `now`.
        day = str(parse_day(reference_date, "reference_date"))
        params = {**frame_params(judged), "reference_date": day}
        judged.attrs["trackagoat"] = {**facts, "params": params}
    return judged


@derived("goals", "videos", "analytics", whole=("videos",))
def goal_history(
    goals: pd.DataFrame,
    videos: pd.DataFrame | None = None,
    analytics: pd.DataFrame | None = None,
    *,
    since: DateLike | None = None,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> pd.DataFrame:
    """Judge every closed period of each goal.

    Each period is judged at its end, by the rules of :func:`evaluate_goals`, so the result is what
    the API answers for the period's last day. A goal is assumed to have had its current target all
    along.

    Parameters
    ----------
    goals : DataFrame
        The frame of :func:`load_goal_compliance`. Of its columns only the definitions of the
        goals and the time of each creator's last scrape are used, not the counts.
    videos : DataFrame, optional
        The frame of :func:`load_videos`, with all videos of the goals' creators. Without it
        posts are taken from the analytics, if these have them.
    analytics : DataFrame, optional
        The frame of :func:`load_analytics` for ``"creator"``, by day, with the metrics that the
        goals need (engagement needs likes, comments, shares and saves), from the first day of
        the earliest period that is judged.
    since : str or date, optional
        The first day: the history begins with the period that contains it. None for the goal's
        first day, or for a goal without one, the first day in the frames.
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
        One row for each goal and closed period, with the goals in their order and the oldest period
        first: the goal's ``creator_id``, ``tiktok_handle``, ``goal_id``, ``project_id``, ``metric``
        and ``period``; ``period_start`` and ``period_end`` (instants in UTC); ``target``,
        ``actual``, ``percentage`` and ``pace`` (Float64); ``status`` (category: completed or
        missed); and ``reason`` (category): why the period can't be judged, as in
        :func:`evaluate_goals`. A goal with an unknown period has one row, with that reason.

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
    evaluate_goals : Judge goals on any day.
    backtest_goal_odds : See how past odds came true.
    load_goal_compliance : Load goals and their progress.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     goals = tgp.load_goal_compliance("Summer Launch", period="weekly")
    ...     videos = tgp.load_videos("Summer Launch")
    >>> history = tgp.goal_history(goals[goals["metric"] == "posts"], videos, since="2026-05-01")
    >>> print(history["status"].astype(str).value_counts().to_string())
    status
    completed    15
    missed        6
    """
    rows, judged = judge_closed(goals, videos, analytics, since=since, now=now, timezone=timezone)
    return rows.assign(**standing_columns(judged))


def advise(standing: Standing, scraped: Instants) -> dict[str, Any]:
    """Return the advisory columns of goals whose creators were last scraped at some instants."""
    since_end = (standing.at - standing.end) / ONE_HOUR
    scrape_age = np.where(scraped <= standing.at, (standing.at - scraped) / ONE_HOUR, np.nan)
    flags = {
        "period_in_progress": standing.in_progress,
        "period_recently_ended": standing.ended & (since_end <= RECENT_HOURS),
        "scrape_stale": np.round(scrape_age, 2) > STALE_HOURS,
        "not_yet_started": ~standing.started,
    }
    raised = np.sum([flag << place for place, flag in enumerate(flags.values())], axis=0)
    unknown = np.isnat(standing.start)
    shown = {"has_advisory": raised > 0, **flags}
    return {
        **{name: pd.arrays.BooleanArray(flag, unknown.copy()) for name, flag in shown.items()},
        "messages": pd.array(np.where(unknown, None, _MESSAGES[raised]), dtype=STRING),
        "period_start": as_instants(standing.start),
        "period_end": as_instants(standing.end),
        "hours_until_period_end": _hours(-since_end, standing.in_progress),
        "hours_since_period_end": _hours(since_end, standing.ended),
        "scrape_freshness": _freshness(scraped, scrape_age),
    }


def read_scrapes(goals: pd.DataFrame) -> Instants:
    """Read the instant at which each goal's creator was last scraped; NaT where it isn't known."""
    if "scrape_freshness" not in goals.columns:
        return np.full(len(goals), np.datetime64("NaT", "us"))
    places, different = pd.factorize(text(goals["scrape_freshness"]), use_na_sentinel=False)
    texts = pd.Series(different, dtype=STRING).str.extract(r'"last_scraped_at":\s*"([^"]+)"')[0]
    instants = pd.to_datetime(texts, utc=True, format="ISO8601", errors="coerce")
    return instants.astype("datetime64[us, UTC]").to_numpy("datetime64[us]")[places]


def _hours(hours: Floats, applies: Bools) -> Any:
    return floats(np.where(applies, _round(hours), np.nan))


def _round(hours: Floats) -> Floats:
    """Round to hundredths as the server does.

    numpy multiplies by 100 first, which moves some numbers across a half, so those are rounded one
    by one.
    """
    rounded: Floats = np.round(hours, 2)
    for place in np.flatnonzero(np.abs(hours * 100 % 1 - 0.5) < _NEAR):
        rounded[place] = round(float(hours[place]), 2)
    return rounded


def _freshness(scraped: Instants, age: Floats) -> Any:
    texts: Words = np.full(len(scraped), None, dtype=object)
    known = ~np.isnan(age)
    moments = pd.Series(np.datetime_as_string(scraped[known], unit="s"), dtype=object)
    hours = pd.Series(_round(age[known])).astype(str).astype(object)
    texts[known] = (
        '{"last_scraped_at":"' + moments + 'Z","hours_since_scrape":' + hours + "}"
    ).to_numpy()
    return pd.array(texts, dtype=STRING)


@dataclass(frozen=True, slots=True)
class Judged:
    """Goals and their standing in periods from a first day to before another day."""

    goals: pd.DataFrame
    first: Days
    after: Days
    zone: str
    gains: Gains
    standing: Standing

    @property
    def reasons(self) -> Words:
        """Why each goal can't be judged; an empty word where it can."""
        conditions = [
            np.isnat(self.first),
            ~self.goals["metric"].isin(GOAL_METRICS).to_numpy(bool),
            np.isnan(self.standing.target),
            np.isnan(self.standing.actual),
        ]
        return np.select(conditions, list(REASONS), "").astype(object)


def judge(
    goals: pd.DataFrame,
    numbers: Ints,
    at: np.datetime64,
    zone: str,
    videos: pd.DataFrame | None,
    analytics: pd.DataFrame | None,
    *,
    lookback: int = 0,
) -> Judged:
    """Judge goals in numbered periods, as of an instant, and read the gains.

    The gains also cover ``lookback`` days before the periods. Warns once if the frames have no data
    for a metric of the goals.
    """
    first = first_days(goals["period"].to_numpy(dtype=object), numbers)
    since = _earliest(first, days_shown(np.full(min(len(first), 1), at), zone))
    since = since - lookback * ONE_DAY
    if analytics is not None:
        require_columns(analytics, ["is_partial"], loader="load_analytics")
    judged = judge_by(
        goals, numbers, at, zone, Gains(videos, analytics, zone, int(since.astype(np.int64)))
    )
    # Odds also use the program's numbers, so for them those of any creator count.
    asking = None if lookback else goals["creator_id"]
    is_known = ~np.isnat(first) & goals["metric"].isin(GOAL_METRICS).to_numpy(bool)
    lost = set(goals["metric"].to_numpy(dtype=object)[is_known & np.isnan(judged.standing.actual)])
    _warn_of_missing(
        [name for name in GOAL_METRICS if name in lost and not judged.gains.has(name, asking)],
        since,
    )
    return judged


def judge_by(
    goals: pd.DataFrame, numbers: Ints, at: np.datetime64, zone: str, gains: Gains
) -> Judged:
    """Judge goals in numbered periods, as of an instant.

    The whole period counts, even if the goal's own days start or end inside it. Before its start a
    goal has an actual of 0.
    """
    periods, metrics = (goals[name].to_numpy(dtype=object) for name in ("period", "metric"))
    first, after = (first_days(periods, numbers + step) for step in (0, 1))
    start, end = day_starts(first, zone), day_starts(after, zone)
    seen_at = np.full(len(numbers), at)
    started = seen_at > np.fmax(start, day_starts(_days(goals["start_date"]), zone))
    gained = gains.reached(
        metrics, goals["creator_id"], first.astype(np.int64), np.fmin(seen_at, end)
    )
    is_known = ~np.isnat(first) & goals["metric"].isin(GOAL_METRICS).to_numpy(bool)
    actual = np.where(is_known, np.where(started, gained, 0.0), np.nan)
    target = goals["target_value"].to_numpy()
    standing = Standing(start, end, seen_at, started, target, actual)
    return Judged(goals, first, after, zone, gains, standing)


def _warn_of_missing(missing: list[str], since: np.datetime64) -> None:
    """Name the loads that are needed to judge goals of some metrics."""
    if not missing:
        return
    calls = ["videos=tgp.load_videos(project)"] if "posts" in missing else []
    if loaded := [part for name in missing if name != "posts" for part in PARTS[name]]:
        days = f'dates="since {since}"'
        calls.append(f'analytics=tgp.load_analytics("creator", creators, {loaded}, {days})')
    named = joined(missing)
    warn(
        f"These frames don't cover {named} since {since}, so {UNJUDGED}: "
        f"pass {' and '.join(calls)}.",
        NoDataWarning,
    )


def judge_day(
    goals: pd.DataFrame,
    videos: pd.DataFrame | None,
    analytics: pd.DataFrame | None,
    *,
    reference_date: DateLike | None,
    now: InstantLike | None,
    timezone: str | None,
    lookback: int = 0,
) -> Judged:
    """Judge each goal in the period that contains a day, at the day's end but never after now.

    A day before or after the goal's own days is replaced by the first or last of them.
    """
    asked = read_columns(goals, GOAL_COMPLIANCE, GOAL_COLUMNS)
    zone = known_zone(timezone, [goals])
    day, at = find_moment(goals, reference_date, now, zone, [videos, analytics])
    # A goal that is over is judged in its last period, one that hasn't begun in its first.
    judged = np.fmax(np.fmin(day, _days(asked["end_date"])), _days(asked["start_date"]))
    numbers = period_numbers(asked["period"].to_numpy(dtype=object), judged)
    return judge(asked, numbers, at, zone, videos, analytics, lookback=lookback)


def _days(column: pd.Series) -> Days:
    return column.to_numpy("datetime64[D]")


def _earliest(*days: Days) -> np.datetime64:
    """Return the earliest of some days; NaT if there is none."""
    nothing = np.datetime64("NaT", "D")
    return np.datetime64(np.fmin.reduce(np.concatenate([*days, [nothing]])), "D")


def standing_columns(judged: Judged) -> dict[str, Any]:
    """Return the columns target, actual, percentage, status, pace and reason."""
    standing = judged.standing
    return {
        "target": floats(standing.target),
        "actual": floats(standing.actual),
        "percentage": floats(standing.percentage),
        "status": categories(standing.status, GOAL_STATUSES),
        "pace": floats(standing.pace),
        "reason": categories(judged.reasons, REASONS),
    }


def identity(goals: pd.DataFrame) -> pd.DataFrame:
    """Return the identifying columns of goals, those that the frame has."""
    return goals[[name for name in _IDENTITY if name in goals.columns]]


def judge_closed(
    goals: pd.DataFrame,
    videos: pd.DataFrame | None,
    analytics: pd.DataFrame | None,
    *,
    since: DateLike | None,
    now: InstantLike | None,
    timezone: str | None,
) -> tuple[pd.DataFrame, Judged]:
    """Judge each closed period of each goal, and return the goal and period of each row."""
    goals = latest_of(goals, ["goal_id"])
    asked = read_columns(goals, GOAL_COMPLIANCE, GOAL_COLUMNS)
    zone = known_zone(timezone, [goals])
    latest = latest_instant(goals, now, zone, [videos, analytics])
    first = history_starts(asked, since, videos, analytics, zone)
    places, numbers = closed_periods(asked, first, latest, zone)
    taken = asked.iloc[places].reset_index(drop=True)
    judged = judge(taken, numbers, latest, zone, videos, analytics)
    return closed_rows(goals, places, judged), judged


def without_ends(goals: pd.DataFrame) -> pd.DataFrame:
    """Return goals that have always been there and stay."""
    never = pd.Series(pd.NaT, index=goals.index, dtype="datetime64[us]")
    return goals.assign(start_date=never, end_date=never)


def closed_rows(goals: pd.DataFrame, places: Ints, judged: Judged) -> pd.DataFrame:
    """Return the goal of each row, with the period in which it was judged."""
    standing = judged.standing
    rows = identity(goals).iloc[places].reset_index(drop=True)
    return rows.assign(
        period_start=as_instants(standing.start), period_end=as_instants(standing.end)
    )


def closed_periods(
    goals: pd.DataFrame, first: Days, latest: np.datetime64, zone: str
) -> tuple[Ints, Ints]:
    """List the periods of each goal that ended by an instant, as goal places and period numbers."""
    periods, last = goals["period"].to_numpy(dtype=object), _days(goals["end_date"])
    today = np.full(len(first), days_shown(np.array([latest]), zone)[0])
    begin, running = period_numbers(periods, first), period_numbers(periods, today)
    until = np.minimum(running, period_numbers(periods, np.where(np.isnat(last), today, last)) + 1)
    counts = np.where(np.isnat(first) | np.isnat(today), 0, np.maximum(until - begin, 0))
    # A goal with an unknown period is listed once, so that it doesn't disappear.
    counts[np.isnat(first_days(periods, begin))] = 1
    places = np.repeat(np.arange(len(first)), counts)
    steps = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    numbers, periods = begin[places] + steps, periods[places]
    # Some zones skipped a whole day, as Samoa did on 30 December 2011: it is no period.
    is_daily, nothing = periods == "daily", np.datetime64("NaT", "D")
    day, after = (
        np.where(is_daily, first_days(periods, numbers + step), nothing) for step in (0, 1)
    )
    is_real = day_starts(day, zone) != day_starts(after, zone)
    return places[is_real], numbers[is_real]


def history_starts(
    goals: pd.DataFrame,
    since: DateLike | None,
    videos: pd.DataFrame | None,
    analytics: pd.DataFrame | None,
    zone: str,
) -> Days:
    """Return a day in the first period of each goal's history.

    For a goal without a first day it is the first day in the frames; NaT if they are empty.
    """
    first = _days(goals["start_date"])
    if since is not None:
        return np.fmax(first, np.datetime64(parse_day(since, "since"), "D"))
    known: list[Days] = []
    if videos is not None:
        require_columns(videos, ["posted_at"], loader="load_videos")
        known.append(days_shown(instants_of(videos["posted_at"]), zone))
    if analytics is not None:
        require_columns(analytics, ["date"], loader="load_analytics")
        known.append(days_of(analytics["date"]))
    return np.where(np.isnat(first), _earliest(*known), first)
