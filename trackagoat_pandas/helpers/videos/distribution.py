"""How the views of posts are spread."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from trackagoat_pandas.helpers.columns import STRING, values_of
from trackagoat_pandas.helpers.counted import counted_posts, posts_once
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.labels import Names
from trackagoat_pandas.inputs.checks import check_choice, require_columns
from trackagoat_pandas.tables import VIDEOS

BUCKETS = (0, 100, 1_000, 10_000, 100_000, 1_000_000)
"""The fewest views of each bucket, as of the API's report."""
_SHARES = {
    "fewest_views": 0.0, "p25": 0.25, "median_views": 0.5, "p75": 0.75, "p90": 0.9, "p99": 0.99,
    "most_views": 1.0,
}  # fmt: skip


@derived("videos", by="by")
def view_distribution(
    videos: pd.DataFrame, *, by: Literal["creator"] | None = None, names: Names = None
) -> pd.DataFrame:
    """Summarize how the views of posts are spread: their mean, percentiles and numbers by size.

    The mean of posts is often several times the median: a few hits make it, while the median says
    how a typical post does. On the frame of one project the buckets and percentiles are those of
    the API's report ``view-distribution``.

    Parameters
    ----------
    videos : DataFrame
        The frame of :func:`load_videos`. Posts that don't count in the product's statistics, as by
        :func:`summarize_creators`, and posts whose views aren't known are left out. A post that
        several projects track counts once in the row of all posts.
    by : {'creator'}, optional
        ``"creator"`` for a row for each creator; None for one row of all posts.
    names : DataFrame or list of DataFrame, optional
        A frame, or a list of them, with names for the ids, such as that of :func:`load_creators`.
        Creators are also known from the videos' addresses.

    Returns
    -------
    pandas.DataFrame
        One row, or one for each creator with a post, the highest median first: ``tiktok_handle``
        where a frame knows it, ``posts`` (Int64), ``mean_views``, ``median_views``, ``p25``,
        ``p75``, ``p90`` and ``p99`` (Float64, views; percentiles are interpolated linearly, as by
        :meth:`pandas.Series.quantile`; NA without a post), ``fewest_views`` and ``most_views``
        (Int64), the posts with as many views (Int64): ``posts_from_0`` (0 to 99),
        ``posts_from_100``, ``posts_from_1000``, ``posts_from_10000``, ``posts_from_100000`` and
        ``posts_from_1000000``, and ``creator_id``. Posts of no creator are one row, without an id.

    Raises
    ------
    MissingColumnError, ChoiceError
        A column is missing, or `by` is another word.

    Warns
    -----
    ContractWarning
        It isn't known of some posts whether they count; they are left out.

    See Also
    --------
    plots.view_distribution : Draw how views are spread.
    summarize_campaigns : Summarize campaigns.
    find_outliers : Find posts that stand out.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> videos = pd.DataFrame({"view_count": [80, 200, 300, 9_000], "tracking_status": "included"})
    >>> spread = tgp.view_distribution(videos)
    >>> print(spread[["mean_views", "median_views", "p75"]].to_string(index=False))
     mean_views  median_views     p75
         2395.0         250.0  2475.0
    """
    if by is not None:
        check_choice("by", by, ["creator"])
    require_columns(
        videos,
        ["view_count", "tracking_status", *(["creator_id"] if by else [])],
        loader=VIDEOS.loader,
    )
    posts = counted_posts(
        videos, "view_count", *(["creator_id"] if by else []), optional=("tiktok_video_id",)
    )
    posts = posts if by else posts_once(posts)
    posts = posts.assign(views=values_of(posts["view_count"])).dropna(subset="views")
    # Without creators, all are one group, which is there without a post, too.
    keys = posts["creator_id"] if by else pd.Series("", posts.index, dtype=STRING)
    views = posts.groupby(keys, sort=False, dropna=False)["views"]
    found = pd.DataFrame({"posts": views.size(), "mean_views": views.mean()})
    for name, share in _SHARES.items():
        found[name] = views.quantile(share)
    ends = [-np.inf, *BUCKETS[1:], np.inf]
    bucket = pd.cut(posts["views"], ends, right=False, labels=False)
    for place, lower in enumerate(BUCKETS):
        is_in = (bucket == place).groupby(keys, sort=False, dropna=False)
        found[f"posts_from_{lower}"] = is_in.sum()
    if by is None:
        found = found.reindex([""])
    numbers = [name for name in found.columns if name.startswith("posts")]
    found = found.fillna(dict.fromkeys(numbers, 0))
    if by is None:
        return found.reset_index(drop=True)
    ranked = found.sort_values("median_views", ascending=False, kind="stable")
    return ranked.rename_axis("creator_id").reset_index()
