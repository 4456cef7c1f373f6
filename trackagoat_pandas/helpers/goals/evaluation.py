"""Goals judged locally, for any day: the server's goal compliance without the server."""

from __future__ import annotations

import pandas as pd

from trackagoat_pandas._types import DateLike
from trackagoat_pandas.checks import frame_facts, frame_params
from trackagoat_pandas.dates import parse_day
from trackagoat_pandas.helpers.goals.advisory import advise, read_scrapes
from trackagoat_pandas.helpers.goals.judging import judge_day, standing_columns
from trackagoat_pandas.helpers.goals.moments import InstantLike
from trackagoat_pandas.helpers.latest import latest_of


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

    What stands twice counts once: of several rows with one ``goal_id``, of videos with one ``id``,
    and of a creator's rows for one metric and date, one is taken: a complete row (``is_partial``)
    before a partial one, then the one with the latest ``fetched_at`` and ``updated_at``, where
    there are such columns, then the last.

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
        to 18 seconds from their ``hours_until_period_end``.
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
        The instant or time zone is not known, a day or an instant can't be read, or the analytics
        are no daily new values in the organization's time zone.

    Warns
    -----
    NoDataWarning
        The frames have nothing about a metric that goals ask for; the message names the call that
        loads it.

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
    return judged if reference_date is None else _dated(judged, reference_date)


def _dated(judged: pd.DataFrame, reference_date: DateLike) -> pd.DataFrame:
    """Let the frame's provenance say for which day it now holds."""
    facts = frame_facts(judged)
    if facts:
        day = str(parse_day(reference_date, "reference_date"))
        params = {**frame_params(judged), "reference_date": day}
        judged.attrs["trackagoat"] = {**facts, "params": params}
    return judged
