"""Goals judged locally, for any day: the server's goal compliance without the server.

Knows how frames become standings. The thresholds are in standing.py, the counting in gains.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas._types import DateLike
from trackagoat_pandas.checks import require_columns
from trackagoat_pandas.helpers.goals.advisory import advise, read_scrapes
from trackagoat_pandas.helpers.goals.arrays import (
    Codes,
    Days,
    Flags,
    Instants,
    Numbers,
    as_category,
    as_numbers,
    index_of,
    read_days,
    read_numbers,
    read_words,
)
from trackagoat_pandas.helpers.goals.gains import Gains
from trackagoat_pandas.helpers.goals.moments import InstantLike, calendar_of, find_moment
from trackagoat_pandas.helpers.goals.periods import (
    Calendar,
    earliest,
    first_days,
    judged_days,
    period_numbers,
)
from trackagoat_pandas.helpers.goals.standing import Standing
from trackagoat_pandas.tables.analytics import GOAL_STATUSES

GOAL_COLUMNS = (
    "creator_id", "goal_id", "metric", "period", "target_value", "start_date", "end_date",
)  # fmt: skip
LOADER = "load_goal_compliance"


@dataclass(frozen=True, slots=True)
class Goals:
    """What goals ask for, as equally long arrays; a missing start or end day is NaT."""

    creators: pd.Series
    metrics: NDArray[np.object_]
    periods: NDArray[np.object_]
    targets: Numbers
    first: Days
    last: Days

    @classmethod
    def read(cls, goals: pd.DataFrame) -> Self:
        """Read the frame of ``load_goal_compliance``."""
        require_columns(goals, GOAL_COLUMNS, loader=LOADER)
        return cls(
            creators=goals["creator_id"],
            metrics=read_words(goals["metric"]),
            periods=read_words(goals["period"]),
            targets=read_numbers(goals["target_value"]),
            first=read_days(goals["start_date"]),
            last=read_days(goals["end_date"]),
        )

    def take(self, places: Codes) -> Goals:
        """Return the goals at some places, in that order."""
        return Goals(
            self.creators.iloc[places],
            self.metrics[places],
            self.periods[places],
            self.targets[places],
            self.first[places],
            self.last[places],
        )

    def index(self) -> pd.Index:
        """Return each creator once."""
        return index_of(pd.unique(read_words(self.creators.dropna())))

    def numbers_on(self, day: Days) -> Codes:
        """Number the period that is judged on each day."""
        return period_numbers(self.periods, judged_days(day, self.first, self.last))


def judge(goals: Goals, numbers: Codes, at: Instants, gains: Gains, calendar: Calendar) -> Standing:
    """Judge goals in numbered periods, each from an instant.

    A whole period counts, also where the goal's own days begin or end inside of it.
    """
    first, after = (first_days(goals.periods, numbers + step) for step in (0, 1))
    start, end = calendar.starts(first), calendar.starts(after)
    started = at > np.fmax(start, calendar.starts(goals.first))
    return Standing(
        start, end, at, started, goals.targets, _actual(goals, first, end, at, started, gains)
    )


def _actual(
    goals: Goals, first: Days, end: Instants, at: Instants, started: Flags, gains: Gains
) -> Numbers:
    """Count up to the instant or the period's end; before its start a goal has nothing."""
    series = gains.series(goals.creators, goals.metrics)
    actual = np.where(started, gains.between(series, first, np.fmin(at, end)), 0.0)
    return np.where(np.isnat(first), np.nan, actual)


def standing_columns(standing: Standing) -> dict[str, Any]:
    """Make the columns target, actual, percentage, status and pace."""
    return {
        "target": as_numbers(standing.target),
        "actual": as_numbers(standing.actual),
        "percentage": as_numbers(standing.percentage),
        "status": as_category(standing.status, GOAL_STATUSES),
        "pace": as_numbers(standing.pace),
    }


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

    Contract section 5: the calendar period that holds the day is judged whole, at the end of the
    day but never later than now; before or after the goal's own days its first or last period is.
    ``posts`` are counted, not disabled videos posted inside the period; ``views``, ``engagement``
    and ``followers`` are what was gained inside of it. Percentage, status (by pace: 1 and 0.7) and
    advisory follow.

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
        The instant up to which the frames tell, with its offset; None for that of the goals, known
        to 18 seconds from their ``hours_until_period_end``.
    timezone
        The organization's IANA time zone; None for that in the goals' provenance.

    Returns
    -------
    pandas.DataFrame
        The goals in their order, with ``target``, ``actual``, ``percentage`` (Float64), ``status``
        (category) and the advisory columns as of the day, and one column more: ``pace`` (Float64),
        actual of target over the share of the period that has passed; NA before the goal starts.
        Where the frames don't cover all days of the period, ``actual``, ``percentage``, ``status``
        and ``pace`` are NA. ``messages`` are this package's own sentences, one a flag.

    Raises
    ------
    MissingColumnError
        A frame lacks a column.
    ArgumentError
        The instant or time zone is not known, a day or an instant can't be read, or the analytics
        are no daily new values in the organization's time zone.

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
    asked = Goals.read(goals)
    calendar = calendar_of(goals, timezone)
    moment = find_moment(goals, reference_date, now, calendar)
    day, at = (np.full(len(goals), one) for one in (moment.day, moment.at))
    numbers = asked.numbers_on(day)
    since = earliest(first_days(asked.periods, numbers))
    gains = Gains(asked.index(), calendar, videos, analytics, since)
    standing = judge(asked, numbers, at, gains, calendar)
    judged = goals.assign(**standing_columns(standing), **advise(standing, read_scrapes(goals)))
    return judged if reference_date is None else _dated(judged, str(moment.day))


def _dated(judged: pd.DataFrame, day: str) -> pd.DataFrame:
    """Let the frame's provenance say for which day it now holds."""
    facts = judged.attrs.get("trackagoat")
    if facts is not None:
        judged.attrs["trackagoat"] = {**facts, "params": {**facts["params"], "reference_date": day}}
    return judged
