"""Programs with curves, hours and engagement that differ from the sandbox's, as frames."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

NOW = pd.Timestamp("2026-06-18T14:00Z")
MIDNIGHT = NOW.normalize()


class DailyProgram(NamedTuple):
    """Videos with their daily views, and the views of each at 30 days."""

    videos: pd.DataFrame
    analytics: pd.DataFrame
    final: pd.Series


def _shares(dice: np.random.Generator, family: int, age_days: np.ndarray) -> np.ndarray:
    """Return the share of views at some ages, by one of four families of curves."""
    size = (len(age_days), 1)
    half = dice.lognormal(0.0, 0.6, size)
    if family == 0:  # log-logistic, with a late start
        odds: np.ndarray = 1.0 / (
            1.0 + (half / np.maximum(age_days, 1e-9)) ** dice.lognormal(0.4, 0.2, size)
        )
        return odds
    if family == 1:  # a fast and a slow audience
        slow = dice.beta(2.5, 4.0, size)
        return 1.0 - (1.0 - slow) * np.exp(-age_days / 0.4) - slow * np.exp(-age_days / 9.0)
    if family == 2:  # growth that never settles
        return np.asarray(np.log1p(age_days / (0.4 * half)) / np.log1p(30.0 / (0.4 * half)))
    pareto: np.ndarray = 1.0 - (1.0 + age_days / half) ** -dice.uniform(0.5, 1.2, size)
    return pareto


def daily_program(seed: int, *, creators: int = 40, days: int = 150) -> DailyProgram:
    """Draw a program whose audience sleeps, and that is read at 14:00 UTC."""
    dice = np.random.default_rng(seed)
    owner = np.repeat(np.arange(creators), days)
    begun = np.tile(np.arange(days), creators)
    habit = dice.uniform(6.0, 22.0, creators)
    posted = 24.0 * begun + (habit[owner] + dice.normal(0.0, 2.0, len(owner))) % 24.0
    now = 24.0 * (days - 1) + 14.0
    is_past = posted < now
    owner, begun, posted = owner[is_past], begun[is_past], posted[is_past]
    size = len(owner)

    def lived(hours: np.ndarray) -> np.ndarray:
        """The audience's hours: 1.6 an hour at 20:00, 0.4 at 8:00."""
        return hours + 0.6 * 24.0 / (2 * np.pi) * np.sin(2 * np.pi * (hours - 20.0) / 24.0)

    ends = 24.0 * (begun[:, None] + np.arange(1, 33))
    at = np.column_stack([ends, np.full(size, now), posted + 720.0])
    age = np.maximum(lived(at) - lived(posted)[:, None], 0.0) / 24.0
    level = np.exp(dice.normal(9.0, 1.0, creators)[owner] + dice.normal(0.0, 0.9, size))
    views = level[:, None] * _shares(dice, seed % 4, age)
    # The gain between two moments differs from the curve by 40 %.
    order = np.argsort(at, axis=1, kind="stable")
    gains = np.diff(np.take_along_axis(views, order, 1), axis=1, prepend=0.0)
    gains *= dice.lognormal(0.0, 0.4, gains.shape)
    np.put_along_axis(views, order, np.floor(np.cumsum(gains, axis=1)), 1)
    totals, today, final = views[:, :-2], views[:, -2], views[:, -1]
    is_today = (ends > now) & (ends - 24.0 <= now)
    totals = np.where(is_today, today[:, None], totals)
    gains = np.diff(totals, axis=1, prepend=0.0)
    place, day = np.nonzero(ends - 24.0 < now)
    first = MIDNIGHT - pd.Timedelta(days=days - 1)
    dates = first.tz_localize(None) + pd.to_timedelta(begun[place] + day, unit="D")
    ids = np.array([f"post {number}" for number in range(size)], object)
    analytics = pd.DataFrame(
        {
            "entity": "video", "entity_id": ids[place], "metric": "views", "date": dates,
            "value": gains[place, day], "series_kind": "main", "is_partial": is_today[place, day],
            "is_baseline": False,
        }
    )  # fmt: skip
    analytics.attrs = {"trackagoat": {"fetched_at": NOW.isoformat()}}
    videos = pd.DataFrame(
        {
            "id": ids, "creator_id": [f"creator {number}" for number in owner],
            "posted_at": (first + pd.to_timedelta(posted, unit="h")).as_unit("us"),
            "tracking_status": "included", "is_tracking_disabled": False,
            "view_count": today.astype("int64"),
        }
    )  # fmt: skip
    return DailyProgram(videos, analytics, pd.Series(final, ids))


def advertised_posts(seed: int, *, spread: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw posts with daily snapshots. Every fifth is advertised, with half the engagement.

    Its engagement differs from post to post by a spread of logs, like that of the others.
    """
    dice = np.random.default_rng(seed)
    size, days = 300, 20
    posted = MIDNIGHT - pd.to_timedelta(dice.uniform(21.0, 60.0, size), unit="D")
    age = np.arange(1.0, days + 1.0)
    final = dice.lognormal(9.0, 0.9, (size, 1))
    own = np.diff(final * -np.expm1(-(age / 1.5)), axis=1, prepend=0.0)
    is_advertised = np.arange(size) % 5 == 0
    paid = final * dice.uniform(0.5, 3.0, (size, 1)) * np.minimum(np.maximum(age - 4.0, 0) / 5.0, 1)
    paid = np.diff(np.where(is_advertised[:, None], paid, 0.0), axis=1, prepend=0.0)
    rate = 0.08 * dice.lognormal(0.0, spread, (size, 1))
    engaged = own + 0.5 * dice.lognormal(0.0, spread, (size, 1)) * paid
    views, likes = np.cumsum(own + paid, axis=1), np.cumsum(dice.poisson(engaged * rate), axis=1)
    ids = np.array([("paid" if paid else "own") + f" {n}" for n, paid in enumerate(is_advertised)])
    history = pd.DataFrame(
        {
            "id": np.repeat(ids, days),
            "observed_at": np.repeat(posted, days) + pd.to_timedelta(np.tile(age, size), unit="D"),
            "view_count": views.ravel().astype("int64"),
            "like_count": likes.ravel(),
        }
    )
    videos = pd.DataFrame(
        {
            "id": ids, "creator_id": [f"creator {n % 15}" for n in range(size)],
            "posted_at": posted, "tracking_status": "included",
            "view_count": views[:, -1].astype("int64"), "like_count": likes[:, -1],
        }
    )  # fmt: skip
    return videos, history


def campaign_after_a_bad_month(seed: int) -> dict[str, Any]:
    """Draw a campaign without an effect; the arguments of campaign_lift.

    Its creators had a bad month before it: by views a post, views or posts, and some by chance.
    """
    dice = np.random.default_rng(seed)
    creators, before, weeks = 60, int(dice.choice([20, 32])), 4
    days, first_day = 7 * (before + weeks) + 10, 7 * before
    pace = np.clip(dice.lognormal(np.log(3.0), 0.5, creators), 0.7, 14.0)
    owner = np.repeat(np.arange(creators), dice.poisson(pace * days / 7.0))
    posted = dice.uniform(0.0, days - 0.1, len(owner))
    # Levels of creators drift slowly; luck has heavy tails.
    drift, keeps = np.zeros((creators, days)), dice.choice([0.9, 0.985])
    for day in range(1, days):
        step = np.sqrt(1.0 - keeps**2) * dice.normal(0.0, 0.3, creators)
        drift[:, day] = keeps * drift[:, day - 1] + step
    level = dice.normal(8.5, 1.2, creators)[owner] + drift[owner, posted.astype(int)]
    age, half = days - posted, dice.lognormal(0.0, 0.6, len(owner))
    luck = np.clip(dice.standard_t(3, len(owner)), -8.0, 8.0)
    final = np.exp(level + dice.uniform(0.4, 0.8) * luck)
    views = np.floor(final * age / (age + half))
    is_month = (posted < first_day) & (posted >= first_day - 28)
    counts = [
        np.bincount(owner[rows], minlength=creators) for rows in (is_month, posted < first_day)
    ]
    sums = [
        np.bincount(owner[rows], np.log1p(views[rows]), creators)
        for rows in (is_month, posted < first_day)
    ]
    a_post = [total / np.maximum(count, 1) for total, count in zip(sums, counts, strict=True)]
    worse_views = a_post[0] - a_post[1]
    fewer_posts = np.log((counts[0] + 0.5) / (counts[1] * 4.0 / before + 0.5))
    looks = [worse_views, fewer_posts, worse_views + fewer_posts][seed % 3]
    looks = looks / looks.std() + dice.choice([0.0, 1.0, 2.0]) * dice.normal(size=creators)
    ids = np.array([f"creator {number}" for number in range(creators)], object)
    first = MIDNIGHT - pd.Timedelta(days=days)
    videos = pd.DataFrame(
        {
            "id": [f"post {number}" for number in range(len(owner))], "creator_id": ids[owner],
            "posted_at": (first + pd.to_timedelta(posted, unit="D")).as_unit("us"),
            "tracking_status": "included", "view_count": views.astype("int64"),
        }
    )  # fmt: skip
    since = (first + pd.Timedelta(days=first_day)).date()
    return {
        "videos": videos, "members": ids[np.argsort(looks)[:18]], "since": since,
        "until": since + pd.Timedelta(days=7 * weeks - 1), "now": NOW, "timezone": "UTC",
    }  # fmt: skip


def grouped_creators(seed: int) -> dict[str, Any]:
    """Draw 60 creators of three kinds, by number, at any size; the arguments of creator_pools."""
    dice = np.random.default_rng(seed)
    size, days = 60, 90
    kind = np.arange(size) % 3
    hour = np.array([8.0, 15.0, 22.0])[kind] + dice.normal(0.0, 1.0, size)
    pace = np.array([2.5, 5.0, 10.0])[kind] * dice.lognormal(0.0, 0.2, size)
    engagement = np.array([0.06, 0.075, 0.09])[kind] * dice.lognormal(0.0, 0.3, size)
    owner = np.repeat(np.arange(size), dice.poisson(pace * days / 7.0))
    hours = (hour[owner] + dice.normal(0.0, 3.0, len(owner))) % 24.0
    ago = 24.0 * dice.integers(8, days, len(owner)) - hours
    views = np.exp(dice.normal(9.0, 1.2, size)[owner] + dice.normal(0.0, 0.9, len(owner)))
    ids = np.array([f"creator {number}" for number in range(size)], object)
    videos = pd.DataFrame(
        {
            "id": [f"post {number}" for number in range(len(owner))], "creator_id": ids[owner],
            "posted_at": MIDNIGHT - pd.to_timedelta(ago, unit="h"), "tracking_status": "included",
            "view_count": views.astype("int64"),
            "like_count": dice.poisson(views * engagement[owner]),
            **dict.fromkeys(("comment_count", "share_count", "save_count"), 0),
        }
    )  # fmt: skip
    creators = pd.DataFrame({"id": ids, "tiktok_handle": ids})
    return {"creators": creators, "videos": videos, "now": NOW, "timezone": "UTC"}
