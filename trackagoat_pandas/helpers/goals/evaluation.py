"""Goals judged locally, for any day: the server's goal compliance without the server."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from trackagoat_pandas._types import Bools, DateLike, Days, Floats, Instants, Ints, Words
from trackagoat_pandas._warning import warn
from trackagoat_pandas.checks import frame_facts, frame_params, require_columns
from trackagoat_pandas.dates import parse_day
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
from trackagoat_pandas.helpers.latest import latest_of
from trackagoat_pandas.tables import GOAL_COMPLIANCE
from trackagoat_pandas.tables.analytics import GOAL_METRICS, GOAL_STATUSES

RECENT_HOURS = 48.0
STALE_HOURS = 24.0
"""Assumed: the API documents the flag and not its threshold."""
_NEAR = 1e-6
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
"""The sentences of every combination of flags."""
GOAL_COLUMNS = (
    "creator_id", "goal_id", "metric", "period", "target_value", "start_date", "end_date",
)  # fmt: skip
REASONS = ("unknown_period", "unknown_metric", "unknown_target", "unknown_actual")
"""Why a goal can't be judged, the first that applies."""
_IDENTITY = ("creator_id", "tiktok_handle", "goal_id", "project_id", "metric", "period")


@derived(rows_of="goals")
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

    The calendar period that holds the day is judged whole, at the end of the day but never later
    than now; before or after the goal's own days its first or last period is. ``posts`` are the
    videos posted inside the period whose status is auto_tracked, included or direct_add and whose
    tracking is not disabled; ``views``, ``engagement`` and ``followers`` are what was gained inside
    of it. Percentage, status (by pace: 1 and 0.7) and advisory follow.

    Parameters
    ----------
    goals
        The frame of :func:`load_goal_compliance`; of its numbers only the goals' own fields are
        used, and when a creator was last scraped.
    videos
        The frame of :func:`load_videos`, with all videos of the goals' creators. Without it posts
        are taken from the analytics, if these have them.
    analytics
        The frame of :func:`load_analytics` for ``"creator"``, by day, with the metrics that the
        goals need (engagement needs likes, comments, shares and saves), from the first day of the
        earliest period that is judged.
    reference_date
        The day to judge; None for the one on which the goals were loaded.
    now
        The instant up to which the frames reach, with its offset; None for that of the goals, known
        to 18 seconds from their ``hours_until_period_end``. It can't be after today: days to come
        would count as days without posts. A later time of today is taken as now.
    timezone
        The organization's IANA time zone; None for that in the goals' provenance.

    Returns
    -------
    pandas.DataFrame
        The goals in their order, each once, with ``target``, ``actual``, ``percentage`` (Float64),
        ``status`` (category) and the advisory columns as of the day, and two columns more: ``pace``
        (Float64), actual of target over the share of the period that has passed, NA before the goal
        starts; and ``reason`` (category), why a goal can't be judged, NA where it can. A reason is
        ``unknown_period`` or ``unknown_metric`` (the goal has another word than the API's),
        ``unknown_target``, or ``unknown_actual`` (the frames don't cover all days of the period).
        Then ``percentage``, ``status`` and ``pace`` are NA, and so is ``actual``, unless it is only
        the target that isn't known. ``messages`` are this package's own sentences, one a flag.

    Raises
    ------
    MissingColumnError
        A column is missing from a frame.
    ArgumentError
        The instant or time zone is not known, a day or an instant can't be read, ``now`` is after
        today by the server's clock (as far as a frame says how it differs from this machine's), or
        the analytics are no daily new values in the organization's time zone.

    Warns
    -----
    NoDataWarning
        The frames have nothing about a metric that goals ask for; the message names the call that
        loads it.

    Notes
    -----
    What stands twice counts once: of several rows with one ``goal_id``, of videos with one ``id``,
    and of a creator's rows for one metric and date, one is taken: a complete row (``is_partial``)
    before a partial one, then the one with the latest ``fetched_at`` and ``updated_at``, where
    there are such columns, then the last.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> from trackagoat_pandas.helpers.goals.evaluation import evaluate_goals
    >>> with tgp.connect(sandbox=True):
    ...     goals = tgp.load_goal_compliance("Summer Launch", period="weekly")
    ...     videos = tgp.load_videos("Summer Launch")
    >>> posts = goals[goals["metric"] == "posts"]
    >>> judged = evaluate_goals(posts, videos)
    >>> bool((judged["status"] == posts["status"]).all())
    True
    """
    goals = latest_of(goals, ["goal_id"])
    seen = judge_day(
        goals, videos, analytics, reference_date=reference_date, now=now, timezone=timezone
    )
    advice = advise(seen.standing, read_scrapes(goals))
    judged = goals.assign(**standing_columns(seen), **advice)
    facts = frame_facts(judged)
    if facts and reference_date is not None:
        # The frame's provenance says for which day it now holds.
        day = str(parse_day(reference_date, "reference_date"))
        params = {**frame_params(judged), "reference_date": day}
        judged.attrs["trackagoat"] = {**facts, "params": params}
    return judged


@derived()
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

    The rules are those of :func:`evaluate_goals` at each period's end: what the API answers for the
    period's last day. What stands twice counts once, as there. The goal's target is taken to have
    been the same all along.

    Parameters
    ----------
    goals, videos, analytics, now, timezone
        As in :func:`evaluate_goals`.
    since
        The first day to replay: the history begins with the period that holds it. None for the
        goal's first day, or without one the first day that the frames hold.

    Returns
    -------
    pandas.DataFrame
        One row for each goal and closed period, goals in their order and the oldest period first:
        the goal's ``creator_id``, ``tiktok_handle``, ``goal_id``, ``project_id``, ``metric`` and
        ``period``, ``period_start`` and ``period_end`` (instants in UTC), ``target``, ``actual``,
        ``percentage`` and ``pace`` (Float64), ``status`` (category: completed or missed) and
        ``reason`` (category), why a period can't be judged, as :func:`evaluate_goals` gives it; NA
        where it can. A goal of an unknown period has one row, with that reason.

    Raises
    ------
    MissingColumnError, ArgumentError
        As in :func:`evaluate_goals`.

    Warns
    -----
    NoDataWarning
        As in :func:`evaluate_goals`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> from trackagoat_pandas.helpers.goals.evaluation import goal_history
    >>> with tgp.connect(sandbox=True):
    ...     goals = tgp.load_goal_compliance("Summer Launch", period="weekly")
    ...     videos = tgp.load_videos("Summer Launch")
    >>> history = goal_history(goals[goals["metric"] == "posts"], videos, since="2026-05-01")
    >>> sorted(history["status"].unique())
    ['completed', 'missed']
    """
    rows, judged = judge_closed(goals, videos, analytics, since=since, now=now, timezone=timezone)
    return rows.assign(**standing_columns(judged))


def advise(standing: Standing, scraped: Instants) -> dict[str, Any]:
    """Make the advisory columns of goals, given when their creators were last scraped."""
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
    """Read when each creator was last scraped, where the frame says so; else NaT."""
    if "scrape_freshness" not in goals.columns:
        return np.full(len(goals), np.datetime64("NaT", "us"))
    places, different = pd.factorize(text(goals["scrape_freshness"]), use_na_sentinel=False)
    texts = pd.Series(different, dtype=STRING).str.extract(r'"last_scraped_at":\s*"([^"]+)"')[0]
    instants = pd.to_datetime(texts, utc=True, format="ISO8601", errors="coerce")
    return instants.astype("datetime64[us, UTC]").to_numpy("datetime64[us]")[places]


def _hours(hours: Floats, applies: Bools) -> Any:
    return floats(np.where(applies, _rounded(hours), np.nan))


def _rounded(hours: Floats) -> Floats:
    """Round to hundredths as servers do: numpy multiplies first, and so misses some halves."""
    rounded: Floats = np.round(hours, 2)
    for place in np.flatnonzero(np.abs(hours * 100 % 1 - 0.5) < _NEAR):
        rounded[place] = round(float(hours[place]), 2)
    return rounded


def _freshness(scraped: Instants, age: Floats) -> Any:
    texts: Words = np.full(len(scraped), None, dtype=object)
    known = ~np.isnan(age)
    moments = pd.Series(np.datetime_as_string(scraped[known], unit="s"), dtype=object)
    hours = pd.Series(_rounded(age[known])).astype(str).astype(object)
    texts[known] = (
        '{"last_scraped_at":"' + moments + 'Z","hours_since_scrape":' + hours + "}"
    ).to_numpy()
    return pd.array(texts, dtype=STRING)


@dataclass(frozen=True, slots=True)
class Judged:
    """Goals in periods from a first day to before another, their gains, and how they stand."""

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
    """Judge goals in numbered periods from an instant, up to which a goal counts.

    A whole period counts, also where the goal's own days begin or end inside of it. Before its
    start a goal has nothing. The gains also hold ``lookback`` days before. Warns once where the
    frames have nothing about a metric that goals ask for.
    """
    periods, metrics = (goals[name].to_numpy(dtype=object) for name in ("period", "metric"))
    first, after = (first_days(periods, numbers + step) for step in (0, 1))
    start, end = day_starts(first, zone), day_starts(after, zone)
    seen_at = np.full(len(numbers), at)
    since = _earliest(first, days_shown(seen_at[:1], zone)) - lookback * ONE_DAY
    if analytics is not None:
        require_columns(analytics, ["is_partial"], loader="load_analytics")
    gains = Gains(videos, analytics, zone, int(since.astype(np.int64)))
    started = seen_at > np.fmax(start, day_starts(_days(goals["start_date"]), zone))
    gained = gains.reached(
        metrics, goals["creator_id"], first.astype(np.int64), np.fmin(seen_at, end)
    )
    is_known = ~np.isnat(first) & goals["metric"].isin(GOAL_METRICS).to_numpy(bool)
    actual = np.where(is_known, np.where(started, gained, 0.0), np.nan)
    target = goals["target_value"].to_numpy()
    standing = Standing(start, end, seen_at, started, target, actual)
    # Odds learn from the whole program, and so can say something without these creators' numbers.
    asking = None if lookback else goals["creator_id"]
    lost = set(metrics[is_known & np.isnan(actual)])
    _warn_of_missing(
        [name for name in GOAL_METRICS if name in lost and not gains.has(name, asking)], since
    )
    return Judged(goals, first, after, zone, gains, standing)


def _warn_of_missing(missing: list[str], since: np.datetime64) -> None:
    """Name the loads without which no goal of some metrics can be judged."""
    if not missing:
        return
    calls = ["videos=tgp.load_videos(project)"] if "posts" in missing else []
    if loaded := [part for name in missing if name != "posts" for part in PARTS[name]]:
        days = f'dates=("{since}", ...)'
        calls.append(f'analytics=tgp.load_analytics("creator", creators, {loaded}, {days})')
    named = " and ".join(filter(None, (", ".join(missing[:-1]), missing[-1])))
    warn(
        f"Goals of {named} can't be judged, since the frames have no such numbers from {since} on: "
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
    """Judge each goal in the period that holds a day, at the day's end but never later than now.

    Before or after a goal's own days it is the period of the first or last of them.
    """
    asked = read_columns(goals, GOAL_COMPLIANCE, GOAL_COLUMNS)
    zone = known_zone(timezone, [goals])
    day, at = find_moment(goals, reference_date, now, zone, [videos, analytics])
    judged = np.fmax(np.fmin(day, _days(asked["end_date"])), _days(asked["start_date"]))
    numbers = period_numbers(asked["period"].to_numpy(dtype=object), judged)
    return judge(asked, numbers, at, zone, videos, analytics, lookback=lookback)


def _days(column: pd.Series) -> Days:
    return column.to_numpy("datetime64[D]")


def _earliest(*days: Days) -> np.datetime64:
    """Return the first of some days; NaT where there is none."""
    nothing = np.datetime64("NaT", "D")
    return np.datetime64(np.fmin.reduce(np.concatenate([*days, [nothing]])), "D")


def standing_columns(judged: Judged) -> dict[str, Any]:
    """Make the columns target, actual, percentage, status, pace and reason."""
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
    """Take the columns that say which goal it is, as far as the frame has them."""
    return goals[[name for name in _IDENTITY if name in goals.columns]]


def judge_closed(
    goals: pd.DataFrame,
    videos: pd.DataFrame | None,
    analytics: pd.DataFrame | None,
    *,
    since: DateLike | None,
    now: InstantLike | None,
    timezone: str | None,
    lookback: int = 0,
) -> tuple[pd.DataFrame, Judged]:
    """Judge each closed period of each goal, and say in a frame which goal and period it is."""
    goals = latest_of(goals, ["goal_id"])
    asked = read_columns(goals, GOAL_COMPLIANCE, GOAL_COLUMNS)
    zone = known_zone(timezone, [goals])
    latest = latest_instant(goals, now, zone, [videos, analytics])
    first = _history_starts(asked, since, videos, analytics, zone)
    places, numbers = _closed_periods(asked, first, latest, zone)
    taken = asked.iloc[places].reset_index(drop=True)
    judged = judge(taken, numbers, latest, zone, videos, analytics, lookback=lookback)
    rows = identity(goals).iloc[places].reset_index(drop=True)
    standing = judged.standing
    return rows.assign(
        period_start=as_instants(standing.start), period_end=as_instants(standing.end)
    ), judged


def _closed_periods(
    goals: pd.DataFrame, first: Days, latest: np.datetime64, zone: str
) -> tuple[Ints, Ints]:
    """List each goal's periods that ended by an instant: the goal's place, the period's number."""
    periods, last = goals["period"].to_numpy(dtype=object), _days(goals["end_date"])
    today = np.full(len(first), days_shown(np.array([latest]), zone)[0])
    begin, running = period_numbers(periods, first), period_numbers(periods, today)
    until = np.minimum(running, period_numbers(periods, np.where(np.isnat(last), today, last)) + 1)
    counts = np.where(np.isnat(first) | np.isnat(today), 0, np.maximum(until - begin, 0))
    # What has no calendar is listed once, so that it doesn't vanish.
    counts[np.isnat(first_days(periods, begin))] = 1
    places = np.repeat(np.arange(len(first)), counts)
    steps = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    numbers, periods = begin[places] + steps, periods[places]
    # A period that is a day which the time zone never had is none.
    is_daily, nothing = periods == "daily", np.datetime64("NaT", "D")
    day, after = (
        np.where(is_daily, first_days(periods, numbers + step), nothing) for step in (0, 1)
    )
    is_real = day_starts(day, zone) != day_starts(after, zone)
    return places[is_real], numbers[is_real]


def _history_starts(
    goals: pd.DataFrame,
    since: DateLike | None,
    videos: pd.DataFrame | None,
    analytics: pd.DataFrame | None,
    zone: str,
) -> Days:
    """Return the day with whose period each goal's history begins.

    A goal without a first day begins with the first day that the frames hold; NaT if they are
    empty.
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
