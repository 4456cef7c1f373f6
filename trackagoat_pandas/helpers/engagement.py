"""Engagement rates of posts and creators, by the formulas of the API's derived metrics."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from trackagoat_pandas.helpers.columns import floats, values_of
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.labels import keep_order
from trackagoat_pandas.inputs.checks import check_choice, require_columns

INTERACTIONS = ("like_count", "comment_count", "share_count", "save_count")
_BASES = {"views": "view_count", "followers": "follower_count"}


@derived(rows_of="videos")
def engagement(
    videos: pd.DataFrame, *, by: Literal["views", "followers"] = "views"
) -> pd.DataFrame:
    """Add the engagement rate of each row.

    The rate is (likes + comments + shares + saves) / views x 100, or the same over followers: the
    formula of the API's ``engagement_rate_by_views`` and ``engagement_rate_by_followers``.

    Parameters
    ----------
    videos
        Any frame with ``like_count``, ``comment_count``, ``share_count``, ``save_count`` and
        ``view_count`` (or ``follower_count``), such as that of :func:`load_videos`.
    by
        ``"views"`` or ``"followers"``.

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
    rates = values_of(counts[first]).copy()
    for name in others:
        rates += values_of(counts[name])
    lower = values_of(counts[base])
    rates /= np.where(lower > 0, lower, np.nan)
    rates *= 100
    return pd.Series(floats(rates, pd.Float64Dtype()), index=counts.index)
