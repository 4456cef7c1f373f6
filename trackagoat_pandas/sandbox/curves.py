"""Counts as functions of age: what a video or a creator shows at any instant.

A view curve need not be stored: views(age) = floor(final * (1 - exp(-(age / tau) ** shape))), which
rises fast and settles; age is measured as the audience lives it (see audience.py). Few videos have
a wave too, views that come on top of it from some instant on: wave_views * (1 - exp(-days /
wave_tau_days)), or as many each day. Such a video breaks out late, or is advertised, or its views
are bought, and may be taken back. The other counts of a video are fixed shares of its views, where
those of a wave count by its engagement. A video that isn't tracked any more keeps the counts of its
last snapshot, and so does one in a gap, until it is read again. Followers grow by a share a day.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from trackagoat_pandas.sandbox.audience import lived_days
from trackagoat_pandas.sandbox.clock import DAY_S, day_start
from trackagoat_pandas.sandbox.database import Database

RATES = {
    "likes": "like_rate",
    "comments": "comment_rate",
    "shares": "share_rate",
    "saves": "save_rate",
}
# How a wave comes: as the audience watches, or, of bought views, at any hour; fading, or evenly.
NATURAL, BOUGHT, DRIPPED, ADVERTISED = 0, 1, 2, 3
_AT_ANY_HOUR, _EVENLY = (BOUGHT, DRIPPED), (DRIPPED, ADVERTISED)


def views_at(
    videos: Mapping[str, NDArray[Any]], instants: NDArray[np.float64], *, engaging: bool = False
) -> NDArray[np.int64]:
    """Views of each video at each instant: shape (videos, instants), 0 before posting.

    ``videos`` maps the names of ``video_cache.CURVE`` to equally long arrays; ``instants`` are
    seconds since 1970: one row for all videos, or one row for each. ``engaging`` views are those
    that likes and the like go with.
    """
    instants = _read_at(videos, np.atleast_2d(instants))
    everyone = np.arange(len(videos["posted_ts"]))
    age = _age_days(videos, everyone, videos["posted_ts"], instants)
    share = risen(age, videos["tau_days"][:, None], videos["shape"][:, None])
    level = videos["final_views"][:, None] * share
    waves = np.flatnonzero(videos["wave_views"])
    if len(waves):  # of one video in a hundred
        own = instants if len(instants) == 1 else instants[waves]
        height = videos["wave_views"] * (videos["wave_engagement"] if engaging else 1.0)
        level[waves] += height[waves, None] * _wave(videos, waves, own)
    losers = np.flatnonzero(videos["taken_views"])
    if len(losers):
        own = instants if len(instants) == 1 else instants[losers]
        height = videos["taken_views"] * (videos["wave_engagement"] if engaging else 1.0)
        level[losers] -= height[losers, None] * (own >= videos["taken_ts"][losers, None])
    views: NDArray[np.int64] = np.floor(np.maximum(level, 0.0)).astype(np.int64)
    return views


def risen(
    age_days: NDArray[np.float64], tau_days: NDArray[np.float64], shape: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return which share of its final views a video has at an age."""
    # expm1 keeps the digits of a young video, where 1 - exp(-x) would lose them.
    share: NDArray[np.float64] = -np.expm1(-((age_days / tau_days) ** shape))
    return share


def _read_at(
    videos: Mapping[str, NDArray[Any]], instants: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return when the counts that are shown at some instants were read."""
    last = videos["untracked_ts"]
    if np.isfinite(last).any():
        instants = np.minimum(instants, last[:, None])
    if videos["gap_days"].any():
        start = videos["gap_ts"][:, None]
        end = start + DAY_S * videos["gap_days"][:, None]
        instants = np.where((start <= instants) & (instants < end), start, instants)
    return instants


def _age_days(
    videos: Mapping[str, NDArray[Any]],
    places: NDArray[np.intp],
    since: NDArray[np.float64],
    instants: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the days since an instant of each of some videos; 0 before it."""
    since = since[:, None]
    age = np.maximum((instants - since) / DAY_S, 0.0)
    rhythm, noise = videos["rhythm"][places, None], videos["noise"][places, None]
    if rhythm.any() or noise.any():
        tape = videos["tape"][places, None]
        age = lived_days(since, np.maximum(instants, since), rhythm, noise, tape)
    return age


def _wave(
    videos: Mapping[str, NDArray[Any]], waves: NDArray[np.intp], instants: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return which share of each wave has come."""
    start, form = videos["wave_ts"][waves], videos["wave_form"][waves, None]
    days = _age_days(videos, waves, start, instants)
    real = np.maximum((instants - start[:, None]) / DAY_S, 0.0)
    days = np.where(np.isin(form, _AT_ANY_HOUR), real, days) / videos["wave_tau_days"][waves, None]
    evenly: NDArray[np.float64] = np.minimum(days, 1.0)
    return np.where(np.isin(form, _EVENLY), evenly, -np.expm1(-days))


def counts_at(
    videos: Mapping[str, NDArray[Any]], instants: NDArray[np.float64]
) -> dict[str, NDArray[np.int64]]:
    """Views, likes, comments, shares and saves of each video at each instant."""
    engaging = views_at(videos, instants, engaging=True)
    shares = {name: share_of(engaging, videos[rate]) for name, rate in RATES.items()}
    return {"views": views_at(videos, instants), **shares}


def share_of(views: NDArray[np.int64], rate: NDArray[np.float64]) -> NDArray[np.int64]:
    """Likes, comments, shares or saves that go with engaging views: shape (videos, instants)."""
    return np.floor(views * rate[:, None]).astype(np.int64)


def tracked_since(creators: Sequence[sqlite3.Row], zone: ZoneInfo) -> NDArray[np.float64]:
    """Return when the tracking of each creator started, as seconds since 1970."""
    days = [date.fromisoformat(row["tracking_start_date"]) for row in creators]
    return np.array([day_start(day, zone).timestamp() for day in days], np.float64)


def followers_of(
    creators: Sequence[sqlite3.Row], zone: ZoneInfo, instants: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Count followers, which grow by a share a day: shape (creators, instants).

    Before tracking starts a creator shows what the first snapshot will show.
    """
    since = tracked_since(creators, zone)
    days = np.maximum(instants[None, :] - since[:, None], 0.0) / DAY_S
    start = np.array([row["followers_start"] for row in creators], np.float64)
    daily = np.array([row["followers_daily"] for row in creators], np.float64)
    return np.floor(start[:, None] * (1.0 + daily[:, None]) ** days).astype(np.int64)


def followers(
    database: Database, creator_id: str, instants: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Count a creator's followers at each instant; before tracking starts, those at its start."""
    [row] = database.rows(
        "SELECT creators.*, timezone FROM creators JOIN projects ON projects.id = project_id "
        "WHERE creators.id = ?",
        (creator_id,),
    )
    counts: NDArray[np.int64] = followers_of([row], ZoneInfo(row["timezone"]), instants)[0]
    return counts


def growth_to(followers: int, daily: float, tracked_days: float) -> dict[str, float]:
    """Return the start and the growth that lead to this many followers now.

    The creator has grown at most tenfold since its tracking started.
    """
    if tracked_days <= 0.0:
        return {"followers_start": followers, "followers_daily": daily}
    # Otherwise a creator tracked since 1971 would have started with a fraction of a follower.
    daily = min(daily, 10 ** (1.0 / tracked_days) - 1.0)
    start = np.ceil(followers / (1.0 + daily) ** tracked_days)
    return {"followers_start": int(start), "followers_daily": daily}
