"""Engagement rates of posts and creators, and posts, views and goals of each creator."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Ints
from trackagoat_pandas.helpers.columns import codes_of, floats, is_among, values_of
from trackagoat_pandas.helpers.counted import is_counted, warn_of_unknown
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.goals.standing import NOT_STARTED, mark_not_started
from trackagoat_pandas.helpers.labels import keep_order
from trackagoat_pandas.helpers.loads import latest_of
from trackagoat_pandas.inputs.checks import check_choice, require_columns

INTERACTIONS = ("like_count", "comment_count", "share_count", "save_count")
_BASES = {"views": "view_count", "followers": "follower_count"}
_GOAL_COUNTS = ("goals", "goals_on_pace", "goals_not_started")
_OF_POSTS = ("posts", "views", "avg_views_per_post", "engagement_rate_by_views")
_ON_PACE = ("completed", "on_track")
_WORST_LAST = ("not_started", "completed", "on_track", "behind_pace", "at_risk", "missed")


@derived(rows_of="videos")
def engagement(
    videos: pd.DataFrame, *, by: Literal["views", "followers"] = "views"
) -> pd.DataFrame:
    """Add the engagement rate of each row.

    The rate is (likes + comments + shares + saves) / views x 100, or the same over followers: the
    formula of the API's ``engagement_rate_by_views`` and ``engagement_rate_by_followers``.

    Parameters
    ----------
    videos : DataFrame
        Any frame with ``like_count``, ``comment_count``, ``share_count``, ``save_count`` and
        ``view_count`` (or ``follower_count``), such as that of :func:`load_videos`.
    by : {'views', 'followers'}, default 'views'
        What the rate is over.

    Returns
    -------
    pandas.DataFrame
        A copy with one more column, ``engagement_rate_by_views`` or
        ``engagement_rate_by_followers``: Float64, in percent; NA where the base is 0 or any count
        is NA.

    Raises
    ------
    MissingColumnError
        A count is missing from the frame.
    ChoiceError
        ``by`` is another word.

    See Also
    --------
    summarize_creators : Summarize creators.
    leaderboard : Rank rows by a count.
    plots.creator_scatter : Draw creators by posts, views and engagement.
    load_videos : Load videos.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> videos = pd.DataFrame({"like_count": [8], "comment_count": [1], "share_count": [1],
    ...                        "save_count": [0], "view_count": [200]})
    >>> tgp.engagement(videos)["engagement_rate_by_views"].tolist()
    [5.0]
    """
    check_choice("by", by, list(_BASES))
    require_columns(videos, [*INTERACTIONS, _BASES[by]], loader="load_videos")
    rated = videos.assign(**{f"engagement_rate_by_{by}": rate(videos, _BASES[by])})
    return keep_order(rated, videos)


def rate(counts: pd.DataFrame, base: str) -> pd.Series:
    """Return the engagement of each row in percent of a column: Float64, NA over 0 or NA."""
    first, *others = INTERACTIONS
    # A copy, since what follows works in place, and the array may be the frame's own.
    rates = values_of(counts[first]).copy()
    for name in others:
        rates += values_of(counts[name])
    lower = values_of(counts[base])
    rates /= np.where(lower > 0, lower, np.nan)
    rates *= 100
    return pd.Series(floats(rates, pd.Float64Dtype()), index=counts.index)


@derived("creators", "videos", "goals")
def summarize_creators(
    creators: pd.DataFrame, videos: pd.DataFrame, goals: pd.DataFrame
) -> pd.DataFrame:
    """Summarize each creator's posts, views, engagement and goals.

    Only videos that count in the product's statistics are included: those with tracking status
    auto_tracked, included or direct_add, and with tracking not disabled. The goal status is the
    worst of the creator's goals. A goal that has not started (``not_yet_started``) is not on pace,
    whatever its status.

    Parameters
    ----------
    creators, videos, goals : DataFrame
        The frames of :func:`load_creators`, :func:`load_videos`, :func:`load_goal_compliance`.

    Returns
    -------
    pandas.DataFrame
        One row for each creator, most views first. Creators with equal views keep their order, and
        those with unknown views come last. Columns: ``creator_id``, ``tiktok_handle``, ``posts``
        and ``views`` (Int64; views are 0 without posts, and NA if no post has a known count),
        ``avg_views_per_post`` (Float64: the mean of the known view counts; NA if none is known),
        ``engagement_rate_by_views`` (Float64, percent), ``goals`` (Int64), ``goals_on_pace``
        (Int64: completed or on track; NA if a goal's status isn't known), ``goals_not_started``
        (Int64), and ``goal_status`` (ordered category, best to worst: not_started, completed,
        on_track, behind_pace, at_risk, missed; NA without goals, or if a goal's status isn't
        known).

    Raises
    ------
    MissingColumnError
        A column is missing from a frame.

    Warns
    -----
    ContractWarning
        The tracking status of videos is an unknown word or missing, so that it isn't known whether
        they count: the posts and views of their creators are NA.

    See Also
    --------
    plots.creator_scatter : Draw creators by posts, views and engagement.
    rank_creators : Rank creators, with the luck in each rank.
    engagement : Add the engagement rate.
    load_creators : Load creators.

    Notes
    -----
    Unknown counts are not treated as 0. ``views`` is the sum of the known view counts. The
    engagement rate is that of :func:`engagement`, over the videos of which all five counts are
    known: the sum of their likes, comments, shares and saves / the sum of their views x 100. It is
    NA if there are no such videos, or they have no views.

    Duplicates count once: of several rows with one ``id`` (creators, videos) or one ``goal_id``,
    the one that counts is chosen as in :func:`combine_loads`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     project = "Summer Launch"
    ...     creators, videos = tgp.load_creators(project), tgp.load_videos(project)
    ...     summary = tgp.summarize_creators(creators, videos, tgp.load_goal_compliance(project))
    >>> names = ["tiktok_handle", "posts", "goals", "goals_on_pace"]
    >>> print(summary[names].head(2).to_string(index=False))
    tiktok_handle  posts  goals  goals_on_pace
     mossy.runner     32      2              1
     urban.closet     20      1              1
    """
    require_columns(creators, ["id", "tiktok_handle"], loader="load_creators")
    needed = ["creator_id", "tracking_status", "is_tracking_disabled", "view_count", *INTERACTIONS]
    require_columns(videos, needed, loader="load_videos")
    require_columns(goals, ["creator_id", "status"], loader="load_goal_compliance")
    creators, videos = latest_of(creators, ["id"]), latest_of(videos, ["id"])
    goals = mark_not_started(latest_of(goals, ["goal_id"]))
    counts = is_counted(videos)
    warn_of_unknown(videos, counts, "The posts and views of their creators are NA.")
    counted = videos.loc[counts.fillna(value=False), ["creator_id", "view_count", *INTERACTIONS]]
    by_creator = counted.groupby("creator_id", observed=True)
    # With a count missing, the two sums of a rate would be over different videos.
    whole = counted.dropna().groupby("creator_id", observed=True)
    summary = creators[["id", "tiktok_handle"]].set_index("id").rename_axis("creator_id")
    summary = summary.assign(
        posts=by_creator.size().astype("Int64"),
        views=by_creator["view_count"].sum(min_count=1).astype("Int64"),
        avg_views_per_post=by_creator["view_count"].mean().astype("Float64"),
        engagement_rate_by_views=rate(whole[["view_count", *INTERACTIONS]].sum(), "view_count"),
        **_goal_counts(goals),
        goal_status=_worst_status(goals),
    )
    without = ~summary.index.isin(goals["creator_id"])
    summary.loc[without, [*_GOAL_COUNTS]] = 0
    # Creators without a counted post are in no group: their counts are 0 rather than unknown.
    summary["posts"] = summary["posts"].fillna(0)
    summary["views"] = summary["views"].mask(summary["posts"] == 0, 0)
    in_doubt = is_among(summary.index.to_series(), videos.loc[counts.isna(), "creator_id"])
    summary.loc[in_doubt, [*_OF_POSTS]] = pd.NA
    return summary.sort_values("views", ascending=False, kind="stable").reset_index()


def _goal_counts(goals: pd.DataFrame) -> dict[str, pd.Series]:
    """Count each creator's goals, those on pace (NA if a status is unknown), and not started."""
    place = codes_of(goals["status"], _WORST_LAST)
    is_known = pd.Series(place >= 0, goals.index)
    marks = {
        "goals": True,
        "goals_on_pace": np.isin(place, [_WORST_LAST.index(word) for word in _ON_PACE]),
        "goals_not_started": place == _WORST_LAST.index(NOT_STARTED),
    }
    by_creator = goals["creator_id"]
    counts = pd.DataFrame(marks, goals.index).groupby(by_creator, observed=True).sum()
    counts = counts.astype("Int64")
    counts["goals_on_pace"] = counts["goals_on_pace"].where(
        is_known.groupby(by_creator, observed=True).all()
    )
    return {name: counts[name] for name in _GOAL_COUNTS}


def _worst_status(goals: pd.DataFrame) -> pd.Series:
    """Return the worst status of each creator's goals, as an ordered category."""
    place, unknown = codes_of(goals["status"], _WORST_LAST), len(_WORST_LAST)
    ranks = pd.Series(np.where(place < 0, unknown, place), goals.index)
    worst = ranks.groupby(goals["creator_id"], observed=True).max()
    codes: Ints = np.where(worst == unknown, -1, worst).astype(np.int64)
    status = pd.Categorical.from_codes(codes, pd.Index(_WORST_LAST), ordered=True)
    return pd.Series(status, worst.index)
