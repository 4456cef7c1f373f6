"""Goals judged locally, for any day: the server's goal compliance without the server.

Knows the columns of goal compliance. How goals are judged is in judging.py.
"""

from __future__ import annotations

import pandas as pd

from trackagoat_pandas._types import DateLike
from trackagoat_pandas.dates import parse_day
from trackagoat_pandas.helpers.goals.advisory import advise, read_scrapes
from trackagoat_pandas.helpers.goals.judging import judge_day, standing_columns
from trackagoat_pandas.helpers.goals.moments import InstantLike


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
    seen = judge_day(
        goals, videos, analytics, reference_date=reference_date, now=now, timezone=timezone
    ).standing
    judged = goals.assign(**standing_columns(seen), **advise(seen, read_scrapes(goals)))
    return judged if reference_date is None else _dated(judged, reference_date)


def _dated(judged: pd.DataFrame, reference_date: DateLike) -> pd.DataFrame:
    """Let the frame's provenance say for which day it now holds."""
    facts = judged.attrs.get("trackagoat")
    if facts is not None:
        day = str(parse_day(reference_date, "reference_date"))
        judged.attrs["trackagoat"] = {**facts, "params": {**facts["params"], "reference_date": day}}
    return judged
