"""The standing of goals in their periods, and the instant at which a frame of goals was judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from fractions import Fraction

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas.base.types import Bools, DateLike, Floats, Instants, Ints, Words
from trackagoat_pandas.errors import ArgumentError, MissingArgumentError
from trackagoat_pandas.helpers.clocks import (
    ONE_DAY,
    InstantLike,
    day_starts,
    days_shown,
    parse_instant,
)
from trackagoat_pandas.helpers.columns import codes_of, flags_of, is_word, read_columns, values_of
from trackagoat_pandas.helpers.facts import derived, moment_of
from trackagoat_pandas.helpers.labels import keep_order
from trackagoat_pandas.inputs.checks import frame_params, require_columns
from trackagoat_pandas.inputs.dates import parse_day
from trackagoat_pandas.tables import GOAL_COMPLIANCE
from trackagoat_pandas.tables.analytics import GOAL_STATUSES

_TENTHS_BEHIND = 7
"""A pace from 0.7 is behind_pace, a lower one at_risk."""
STATUS_WORDS = np.array(
    [None, "completed", "missed", "on_track", "behind_pace", "at_risk"], dtype=object
)
"""The API's word for each code of a status; None where actual or target isn't known."""
_ROUNDING = 2.0**-50
"""If rounded products differ by a larger share, the exact products differ in the same direction."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Goals in their periods, each as of an instant.

    ``started`` is False until the goal's first day begins; ``actual`` is NaN where it isn't known.
    """

    start: Instants
    end: Instants
    at: Instants
    started: Bools
    target: Floats
    actual: Floats

    def take(self, places: Ints) -> Standing:
        """Return the goals at some places, in that order."""
        return Standing(*(getattr(self, each.name)[places] for each in fields(self)))

    @property
    def ended(self) -> Bools:
        """Whether the period is over."""
        return self.at >= self.end

    @property
    def in_progress(self) -> Bools:
        """Whether the goal has started and its period has not ended."""
        return self.started & (self.at < self.end)

    @property
    def share_passed(self) -> Floats:
        """The share of the period that has passed, 0 to 1."""
        return np.clip((self.at - self.start) / (self.end - self.start), 0.0, 1.0)

    @property
    def percentage(self) -> Floats:
        """Actual of target in whole percent, 0 to 100, halves rounded up; 100 for a target of 0."""
        with np.errstate(divide="ignore", invalid="ignore"):
            # By whole numbers: a quotient would round some exact halves down.
            rounded = (200.0 * self.actual + self.target) // (2.0 * self.target)
        percentage = np.where(self.target <= 0, 100.0, np.clip(rounded, 0.0, 100.0))
        return np.where(np.isnan(self.actual), np.nan, percentage)

    @property
    def pace(self) -> Floats:
        """Actual of target over the share of the period that has passed; NaN before the start."""
        with np.errstate(divide="ignore", invalid="ignore"):
            pace = self.actual / self.target / self.share_passed
        return np.where(self.started & np.isfinite(pace), pace, np.nan)

    @property
    def status(self) -> Words:
        """The API's word for each; None where actual or target isn't known."""
        words: Words = STATUS_WORDS[self.status_codes]
        return words

    @property
    def status_codes(self) -> Ints:
        """The place of each goal's status in STATUS_WORDS.

        A pace of exactly 1 is on track and one of exactly 0.7 behind pace, so paces are compared as
        products, without rounding.
        """
        passed, length = _microseconds(self.at - self.start), _microseconds(self.end - self.start)
        ahead = product_difference(self.actual, length, self.target, passed)
        conditions = [
            np.isnan(ahead),
            self.ended & (self.actual >= self.target),
            self.ended,
            ~self.started | (ahead >= 0),
        ]
        codes = np.select(conditions, range(len(conditions)), len(conditions))
        behind = np.flatnonzero(codes == len(conditions))
        of_threshold = product_difference(
            self.actual[behind],
            10.0 * length[behind],
            self.target[behind],
            _TENTHS_BEHIND * passed[behind],
        )
        codes[behind[of_threshold < 0]] += 1
        return codes


def _microseconds(lengths: NDArray[np.timedelta64]) -> Floats:
    return np.where(np.isnat(lengths), np.nan, lengths.astype(np.int64))


def product_difference(a: Floats, b: Floats, c: Floats, d: Floats) -> Floats:
    """Return a * b - c * d with the sign that it has in exact arithmetic."""
    first, second = a * b, c * d
    difference: Floats = first - second
    is_close = (np.abs(difference) <= _ROUNDING * np.abs(first)) & (first != 0.0)
    for place in np.flatnonzero(is_close):
        left, right, other, last = (Fraction(each[place]) for each in (a, b, c, d))
        difference[place] = left * right - other * last
    return difference


ADVISORY_TIMES = ("period_end", "hours_until_period_end", "hours_since_period_end")
_HOUR_US = 3_600_000_000
_NEVER = np.datetime64("NaT", "us")
MOMENT = np.timedelta64(1, "us")
"""How long before its end a period is judged that runs with 0.00 hours left."""


def judged_at(goals: pd.DataFrame) -> Instants:
    """Return the instant at which each row was judged, from the hours to or since its period's end.

    The hours have two decimals, so the instant is within 18 seconds, but never outside a period
    that was running: 0.00 hours until its end are before it. NaT where there are no hours.
    """
    if any(name not in goals.columns for name in ADVISORY_TIMES):
        return np.full(len(goals), _NEVER)
    times = read_columns(goals, GOAL_COMPLIANCE, ADVISORY_TIMES, optional=["period_start"])
    hours = times["hours_until_period_end"].fillna(-times["hours_since_period_end"])
    length = (hours.fillna(0.0) * _HOUR_US).round().to_numpy().astype("timedelta64[us]")
    start, end = (times[name].to_numpy("datetime64[us]") for name in ("period_start", "period_end"))
    inside = np.fmax(np.fmin(end - length, end - MOMENT), start + MOMENT)
    is_running = times["hours_until_period_end"].notna().to_numpy(bool)
    return np.where(hours.isna(), _NEVER, np.where(is_running, inside, end - length))


def latest_instant(
    goals: pd.DataFrame,
    now: InstantLike | None,
    zone: str,
    frames: Sequence[pd.DataFrame | None],
) -> np.datetime64:
    """Return now, or the latest instant at which a row of the goals was judged.

    Raises
    ------
    ArgumentError
        Now is after today by the server's clock. Days to come would count as days without posts.
    MissingArgumentError
        Neither is known.
    """
    instants = judged_at(goals)
    known = instants[~np.isnat(instants)]
    if now is not None:
        judged = pd.Timestamp(known.max(), tz="UTC") if len(known) else None
        return parse_instant("now", moment_of(now, [goals, *frames], zone=zone, passed=judged))
    if len(known):
        return np.datetime64(known.max(), "us")
    if len(goals):
        raise MissingArgumentError("now", "the goals frame has no reference date")
    return _NEVER


def find_moment(
    goals: pd.DataFrame,
    reference_date: DateLike | None,
    now: InstantLike | None,
    zone: str,
    frames: Sequence[pd.DataFrame | None],
) -> tuple[np.datetime64, np.datetime64]:
    """Find the day to judge and its instant: the day's end, but never later than now."""
    latest = latest_instant(goals, now, zone, frames)
    given = frame_params(goals).get("reference_date") if now is None else None
    # The day that was asked for when the frame was loaded, if any.
    judged = None if given is None else np.datetime64(parse_day(given, "reference_date"), "D")
    if reference_date is None:
        return days_shown(np.array([latest]), zone)[0] if judged is None else judged, latest
    day = np.datetime64(parse_day(reference_date, "reference_date"), "D")
    if judged is not None and day > judged:
        raise ArgumentError(
            "reference_date", str(day), f"the goals were judged on {judged}: pass now= as well"
        )
    return day, np.fmin(latest, day_starts(np.array([day + ONE_DAY]), zone)[0])


STANDING_COLUMNS = ("target", "actual", "period_start", "not_yet_started", *ADVISORY_TIMES)
NOT_STARTED = "not_started"
STANDINGS = (*GOAL_STATUSES, NOT_STARTED, "unknown")
"""A goal's status, or why it has none."""

ROUNDED = np.timedelta64(18, "s")
"""The instant of judging is known to half of a hundredth of an hour."""


def read_standing(goals: pd.DataFrame, now: InstantLike | None = None) -> Standing:
    """Read how goals stand now, or without it when they were judged.

    Raises
    ------
    MissingColumnError
        A column is missing.
    ArgumentError
        Now isn't an instant, or is before the goals were judged.
    """
    rows, at = read_columns(goals, GOAL_COMPLIANCE, STANDING_COLUMNS), judged_at(goals)
    if now is not None:
        instant, known = parse_instant("now", now), at[~np.isnat(at)]
        # Of an instant before the goals were judged no counts are known.
        if len(known) and instant < known.max() - ROUNDED:
            latest = pd.Timestamp(known.max(), tz="UTC").isoformat(timespec="minutes")
            raise ArgumentError("now", str(now), f"the goals were judged later, at {latest}")
        at = np.full(len(goals), instant)
    return Standing(
        start=rows["period_start"].to_numpy("datetime64[us]"),
        end=rows["period_end"].to_numpy("datetime64[us]"),
        at=at,
        started=~rows["not_yet_started"].fillna(value=True).to_numpy(bool),
        target=rows["target"].to_numpy(),
        actual=rows["actual"].to_numpy(),
    )


def read_standings(goals: pd.DataFrame) -> Ints:
    """Return the place of each goal's standing in STANDINGS."""
    status = codes_of(goals["status"], STANDINGS[:-1])
    known = np.where(status < 0, STANDINGS.index("unknown"), status)
    return np.where(_not_started(goals), STANDINGS.index(NOT_STARTED), known)


@derived(rows_of="goals")
def mark_not_started(goals: pd.DataFrame) -> pd.DataFrame:
    """Set the status of goals that have not started to ``not_started``.

    The API calls them ``on_track``, since nothing is due yet.

    Parameters
    ----------
    goals : DataFrame
        The frame of :func:`load_goal_compliance`, :func:`evaluate_goals` or :func:`goal_odds`: a
        goal has not started where ``not_yet_started`` is True or ``reason`` is ``not_started``.

    Returns
    -------
    pandas.DataFrame
        A copy with that ``status``, which is added to the categories of a categorical column. A
        frame without such goals is returned as it is.

    Raises
    ------
    MissingColumnError, ArgumentTypeError
        The column ``status`` is missing, or ``goals`` isn't a DataFrame.
    ArgumentError
        ``not_yet_started`` holds values other than True and False.

    See Also
    --------
    rank_goals : Sort goals, the worst first.
    load_goal_compliance : Load goals and their progress.
    plots.goal_board : Draw the progress of goals.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> goals = pd.DataFrame({"status": ["on_track", "missed"], "not_yet_started": [True, False]})
    >>> tgp.mark_not_started(goals)["status"].tolist()
    ['not_started', 'missed']
    """
    require_columns(goals, ["status"], loader="load_goal_compliance")
    ahead, status = _not_started(goals), goals["status"]
    if not ahead.any():
        return goals
    if isinstance(status.dtype, pd.CategoricalDtype) and NOT_STARTED not in status.cat.categories:
        status = status.cat.add_categories([NOT_STARTED])
    return goals.assign(status=status.mask(ahead, NOT_STARTED))


WORST_FIRST = (
    "missed", "at_risk", "behind_pace", "on_track", "completed", "not_started", "unknown",
)  # fmt: skip
_RANKS = np.array([WORST_FIRST.index(word) for word in STANDINGS])


@derived(rows_of="goals")
def rank_goals(goals: pd.DataFrame) -> pd.DataFrame:
    """Sort goals by status, the worst first, and within a status by the percentage reached.

    Parameters
    ----------
    goals : DataFrame
        The frame of :func:`load_goal_compliance` or :func:`evaluate_goals`.

    Returns
    -------
    pandas.DataFrame
        The goals: missed ones first, then those at risk, behind pace, on track, completed, not
        started (as :func:`mark_not_started` finds them) and of unknown status. ``reached_pct``
        (Float64) is the actual value in percent of the target, also above 100, where the server's
        ``percentage`` may end; NA where either isn't known, and 100 for a target of 0.

    Raises
    ------
    MissingColumnError, ArgumentTypeError
        A column is missing, or ``goals`` isn't a DataFrame.

    See Also
    --------
    load_goal_compliance : Load goals and their progress.
    summarize_compliance : Count goals by status.
    mark_not_started : Set apart goals that have not started.
    plots.goal_board : Draw the progress of goals.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> goals = pd.DataFrame(
    ...     {"status": ["on_track", "at_risk"], "actual": [9, 1], "target": [6, 4]}
    ... )
    >>> print(tgp.rank_goals(goals)[["status", "reached_pct"]].to_string(index=False))
      status  reached_pct
     at_risk         25.0
    on_track        150.0
    """
    require_columns(goals, ["status", "actual", "target"], loader="load_goal_compliance")
    actual, target = values_of(goals["actual"]), values_of(goals["target"])
    with np.errstate(divide="ignore", invalid="ignore"):
        reached = np.where(target > 0, actual / target * 100, 100.0)
    reached = np.where(np.isnan(actual) | np.isnan(target), np.nan, reached)
    order = np.lexsort((reached, _RANKS[read_standings(goals)]))
    ranked = goals.assign(reached_pct=pd.array(reached, "Float64"))
    return keep_order(ranked.iloc[order], goals)


def _not_started(goals: pd.DataFrame) -> Bools:
    """Whether each goal has yet to start: by the flag that goals have, or the reason of odds."""
    ahead = flags_of(goals, "not_yet_started")
    return ahead | is_word(goals["reason"], NOT_STARTED) if "reason" in goals.columns else ahead
