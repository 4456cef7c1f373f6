"""The counts of one post, from its posting on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.clocks import InstantLike, hours_as_spans
from trackagoat_pandas.helpers.columns import floats, integers, read_columns, text
from trackagoat_pandas.helpers.facts import derived, moment_loaded, zone_of
from trackagoat_pandas.helpers.loads import latest_of
from trackagoat_pandas.helpers.videos.ages import counts_by_age
from trackagoat_pandas.inputs.checks import given_ids, require_columns
from trackagoat_pandas.tables import VIDEOS

_NEEDED = ("id", "creator_id", "posted_at", "view_count")


@derived("videos", "analytics", "history")
def follow_post(
    videos: pd.DataFrame,
    post: Any,
    analytics: pd.DataFrame | None = None,
    *,
    history: pd.DataFrame | None = None,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> pd.DataFrame:
    """List the views of one post at each moment at which they are known.

    Parameters
    ----------
    videos : DataFrame
        The frame of :func:`load_videos`.
    post : str or DataFrame
        The post: its id in the column ``id``, or a frame of it, such as ``videos.head(1)``. It may
        be one that doesn't count in statistics.
    analytics : DataFrame, optional
        The daily new views of the posts, as ``load_analytics("video", videos, "views")`` has
        them; not used beside `history`. A post less than a day old then has no forecast: what
        such posts had at the end of their first day depends on the hour of posting.
    history : DataFrame, optional
        The snapshots of the posts, as ``store.history("videos", columns=["view_count"])`` has
        them: ``id``, ``observed_at`` and ``view_count``. The more often the store was synced,
        the better.
    now : str or datetime, optional
        The instant at which the counts of `videos` were read; by default when they were loaded,
        by the server's clock.
    timezone : str, optional
        IANA name of the time zone of the days of `analytics`; by default the organization's,
        from the frame.

    Returns
    -------
    pandas.DataFrame
        One row for each moment, the earliest first: ``tiktok_handle`` and ``title`` where a frame
        knows them, ``observed_at`` (datetime64[us, UTC]), ``age_hours`` (Float64), ``views_so_far``
        and ``gained_views`` (Int64, since the moment before or else since posting; negative where
        views were taken back), ``creator_id`` and ``id``. The last row is the count of `videos`.

    Raises
    ------
    MissingColumnError
        A column is missing from a frame.
    ArgumentError, ArgumentTypeError
        `videos` doesn't have this post, no time zone is known, or an argument has a value that
        isn't allowed.

    See Also
    --------
    plots.follow_post : Draw the views of one post.
    expected_views : Forecast the views of young posts.
    life_curves : See how views grow with age.
    Store.history : Load earlier values of rows.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> post = "5f0c1f4e-8a52-4c1e-9d3b-2f6a7b8c9d0e"
    >>> videos = pd.DataFrame({"id": [post], "creator_id": "ann", "view_count": [400],
    ...                        "posted_at": "2026-06-01T00:00Z"})
    >>> history = pd.DataFrame({"id": post, "view_count": [100, 300],
    ...     "observed_at": pd.to_datetime(["2026-06-02T00:00Z", "2026-06-03T00:00Z"])})
    >>> views = tgp.follow_post(videos, post, history=history, now="2026-06-04T00:00Z")
    >>> print(views[["age_hours", "views_so_far", "gained_views"]].to_string(index=False))
     age_hours  views_so_far  gained_views
          24.0           100           100
          48.0           300           200
          72.0           400           100
    """
    ids = [*given_ids("post", post, "video")]
    if len(ids) != 1:
        raise ArgumentError("post", post, "one post at a time")
    id_ = str(ids[0])  # as `text` reads a column of numbers
    require_columns(videos, _NEEDED, loader=VIDEOS.loader)
    moment = moment_loaded(now, videos)
    mine = latest_of(videos, ["id"])
    mine = mine[(text(mine["id"]) == id_).fillna(value=False).to_numpy(bool)]
    if mine.empty:
        raise ArgumentError("post", id_, "`videos` doesn't have it")
    names = [*_NEEDED, *mine.columns.intersection(["title"])]
    read = read_columns(mine, VIDEOS, names)
    zone = zone_of(timezone, [] if analytics is None else [videos, analytics])
    seen = counts_by_age(read, read_at=moment, history=history, analytics=analytics, zone=zone)
    table = read.drop(columns=["posted_at", "view_count"]).iloc[seen["post"]].reset_index(drop=True)
    table["observed_at"] = read["posted_at"].iloc[0] + hours_as_spans(seen["age_h"].to_numpy())
    views = seen["view_count"].to_numpy()
    table["age_hours"] = floats(seen["age_h"].to_numpy())
    table["views_so_far"] = integers(views)
    table["gained_views"] = integers(np.diff(views, prepend=0.0))
    return table
