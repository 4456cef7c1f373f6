"""How each post did against its creator's posts of the time around it, in logs of views."""

from __future__ import annotations

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Floats, Ints
from trackagoat_pandas.helpers.clocks import InstantLike, days_shown
from trackagoat_pandas.helpers.columns import read_columns
from trackagoat_pandas.helpers.counted import (
    ON_TIKTOK,
    have_series,
    is_counted,
    posts_once,
    warn_of_unknown,
    with_accounts,
)
from trackagoat_pandas.helpers.facts import known_zone, moment_loaded
from trackagoat_pandas.helpers.intervals import MAD_TO_DEVIATION
from trackagoat_pandas.helpers.loads import latest_of
from trackagoat_pandas.helpers.videos.ages import counts_by_age, views_at
from trackagoat_pandas.inputs.checks import require_columns
from trackagoat_pandas.tables import VIDEOS

_NEEDED = ("id", "creator_id", "posted_at", "tracking_status", "view_count")
"""The columns of videos that are read."""
_PROGRAM_DAYS, _CREATOR_DAYS = 14.0, 60.0
"""Half the time that counts as around a post: of the program's posts, which have a season and its
shocks, and of the creator's, who grows or slumps."""
_MOST_SPREADS = 3.0
"""A single hit, or a flood of posts that nobody saw, counts as much as a post at this distance: in
robust standard deviations of all levels."""


def posts_with_levels(
    videos: pd.DataFrame,
    analytics: pd.DataFrame,
    *,
    age_days: int,
    now: InstantLike | None,
    timezone: str | None,
    once: bool = True,
) -> pd.DataFrame:
    """Read when posts came, and how they did; by creator and instant.

    Parameters
    ----------
    videos, analytics
        As of :func:`suggest_posting_times`.
    age_days
        The age at which views are compared.
    now
        When the counts of `videos` were read; None for when they were loaded.
    timezone
        The time zone of days and hours; None for that of the frames.
    once
        Whether a post that several projects track is there once, and its creators are one.

    Returns
    -------
    pandas.DataFrame
        One row for each counted post of a creator whose views at the age are known:
        ``creator_id``, ``creator`` (int64, its number), ``at`` (float64, days since 1970), ``day``
        (int64, the local one), ``weekday`` (int64, 0 is Sunday), ``hour`` (int64), ``place``
        (int64, 0 for the creator's first post of the day, those that don't count among them) and
        ``level`` (float64: the log of views less what posts around it have).
    """
    require_columns(videos, _NEEDED, loader=VIDEOS.loader)
    zone = known_zone(timezone, [videos, analytics])
    read = read_columns(
        latest_of(videos, ["id"]), VIDEOS, _NEEDED, optional=("is_tracking_disabled", ON_TIKTOK)
    )
    counts = is_counted(read)
    warn_of_unknown(read, counts, "They are left out.")
    read["counts"] = counts.fillna(value=False).to_numpy(bool)
    posts = read.dropna(subset=["creator_id", "posted_at"])
    posts = posts.assign(account=posts["creator_id"])
    if once:
        posts = with_accounts(posts)
        # Of two rows of a post, one that counts is needed first, then one with a series.
        is_followed = have_series(posts["id"], None, analytics)
        preferred = 2 * posts["counts"].to_numpy(np.int64) + is_followed
        posts = posts_once(posts, preferred=preferred)
    posts = posts.sort_values(["account", "posted_at", "id"], ignore_index=True)
    posted = posts["posted_at"].to_numpy("datetime64[us]")
    shown = days_shown(posted, zone)
    posts["day"] = shown.astype(np.int64)
    posts["weekday"] = (posts["day"] + 4) % 7  # 1 January 1970 was a Thursday
    posts["hour"] = posts["posted_at"].dt.tz_convert(zone).dt.hour.astype("int64")
    posts["at"] = posted.astype(np.int64) / 86_400e6
    posts["place"] = posts.groupby(["account", "day"]).cumcount()
    posts = posts[posts["counts"]].reset_index(drop=True)
    read_at = moment_loaded(now, videos)
    seen = counts_by_age(posts, read_at=read_at, analytics=analytics, zone=zone)
    views = views_at(seen, 24.0 * age_days, len(posts))
    known = posts.assign(level=np.log1p(views))[~np.isnan(views)].reset_index(drop=True)
    known["creator"] = pd.factorize(known["account"])[0].astype("int64")
    levels = less_surroundings(known[["level"]].to_numpy(), known)[:, 0]
    spread = MAD_TO_DEVIATION * np.median(np.abs(levels)) if len(levels) else 0.0
    known["level"] = np.clip(levels, -_MOST_SPREADS * spread, _MOST_SPREADS * spread)
    names = ["creator_id", "creator", "at", "day", "weekday", "hour", "place", "level"]
    return known[names]


def less_surroundings(values: Floats, posts: pd.DataFrame) -> Floats:
    """Subtract what the program's and the creator's posts of the time around each post have.

    ``values`` have the shape (posts, columns); ``posts`` are ordered by creator and instant. All
    columns lose the means of the same posts, so that one can be regressed on another.
    """
    creator, at = posts["creator"].to_numpy(), posts["at"].to_numpy()
    left = values - means_by(values, creator)
    order = np.argsort(at, kind="stable")
    left[order] -= _moving_means(left[order], at[order], _PROGRAM_DAYS)
    # One line of time for all: a creator begins where the one before can't be in reach.
    reach = (np.ptp(at) if len(at) else 0.0) + 2.0 * _CREATOR_DAYS
    return left - _moving_means(left, creator * reach + at, _CREATOR_DAYS)


def means_by(values: Floats, groups: Ints) -> Floats:
    """Return for each row the mean of its group's rows; groups are whole numbers from 0."""
    numbers = np.bincount(groups)
    sums = [np.bincount(groups, column, len(numbers)) for column in values.T]
    means: Floats = (np.column_stack(sums) / np.maximum(numbers, 1)[:, None])[groups]
    return means


def _moving_means(values: Floats, at: Floats, reach: float) -> Floats:
    """Return the mean of the rows that are within reach of each; ``at`` is in ascending order."""
    sums = np.vstack([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
    first = np.searchsorted(at, at - reach)
    after = np.searchsorted(at, at + reach, "right")
    means: Floats = (sums[after] - sums[first]) / (after - first)[:, None]
    return means
