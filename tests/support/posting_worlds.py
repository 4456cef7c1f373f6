"""Worlds of posts by the sandbox's own laws, as frames, without its database and server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from trackagoat_pandas.sandbox import curves
from trackagoat_pandas.sandbox.clock import Timeline
from trackagoat_pandas.sandbox.dice import Dice
from trackagoat_pandas.sandbox.fortunes import STREAK_DAYS, befall, streak
from trackagoat_pandas.sandbox.nature import Nature
from trackagoat_pandas.sandbox.people import Creator, cast_creators
from trackagoat_pandas.sandbox.video_cache import CURVE
from trackagoat_pandas.sandbox.videos import GUEST_VIEWS, Posts, plan_posts

ZONE = "America/New_York"
NOW = datetime(2026, 6, 18, 19, tzinfo=UTC)
_FOLLOWED_DAYS = 10
"""Days of each post in the analytics, that of posting among them: enough for a week of views."""

Change = Callable[[Posts, Sequence[Creator]], None]
"""What is done to the posts of a world before they have their audience."""


@dataclass(frozen=True)
class PostingWorld:
    """Posts of a program, as frames of its videos and of their daily views."""

    videos: pd.DataFrame
    analytics: pd.DataFrame

    @property
    def frames(self) -> dict[str, Any]:
        """The arguments of a helper."""
        return {"videos": self.videos, "analytics": self.analytics, "timezone": ZONE}


def posting_world(
    seed: int,
    *,
    posts: int,
    days: int,
    creators: int = 24,
    nature: Nature | None = None,
    cast: Callable[[list[Creator]], list[Creator]] = list,
    change: Change | None = None,
) -> PostingWorld:
    """Draw a world; ``cast`` may change its creators, and ``change`` its posts."""
    nature = nature or Nature()
    timeline = Timeline(ZoneInfo(ZONE), NOW, days)
    people = cast(cast_creators(Dice(seed, "creators"), timeline, ["program"] * creators))
    hot = [np.ones(days + 1)] * creators
    if nature.streaks:
        shocks = Dice(seed, "streaks")
        size = days + STREAK_DAYS
        hot = [np.exp(streak(shocks.normal(0.0, nature.streaks, size))) for _ in people]
    drawn = plan_posts(Dice(seed, "posts"), timeline, people, posts, nature.luck, hot)
    if change is not None:
        change(drawn, people)
    medians = np.array([*(creator.median_views for creator in people), GUEST_VIEWS])
    befall(Dice(seed, "nature"), nature, timeline.zone, drawn, medians[drawn.owners])
    return _frames(timeline, drawn)


def big_creators_in_the_evening(people: list[Creator]) -> list[Creator]:
    """Let the third of the creators with the most views post around 20:00."""
    least = sorted(one.median_views for one in people)[-len(people) // 3]
    return [replace(one, peak_hour=20.0) if one.median_views >= least else one for one in people]


def hit_at_three(posts: Posts, people: Sequence[Creator]) -> None:
    """Move one post to 3:00, and let it have a hundred times its creator's median views."""
    place = int(np.flatnonzero(posts.owners >= 0)[len(posts) // 2])
    posted = pd.Timestamp(posts.posted_s[place], unit="s", tz="UTC").tz_convert(ZONE)
    posts.posted_s[place] = (posted.normalize() + pd.Timedelta(hours=3)).timestamp()
    posts.final_views[place] = 100.0 * people[posts.owners[place]].median_views
    posts.is_staged[place] = True


def _frames(timeline: Timeline, posts: Posts) -> PostingWorld:
    size = len(posts)
    own: dict[str, Any] = {name: getattr(posts, name) for name in CURVE if name in Posts.__slots__}
    own |= {"posted_ts": posts.posted_s, "untracked_ts": np.full(size, np.inf)}
    ids = np.array([f"post {place}" for place in range(size)], object)
    starts_s = timeline.starts_s()
    first = np.searchsorted(starts_s, posts.posted_s, "right") - 1
    days = first[:, None] + np.arange(_FOLLOWED_DAYS)
    is_over = days < len(starts_s) - 1
    days = np.minimum(days, len(starts_s) - 2)
    ends_s = np.minimum(starts_s[days + 1], timeline.now_s)
    views = curves.views_at(own, ends_s)
    gains = np.diff(views, axis=1, prepend=0)
    dates = pd.DatetimeIndex(timeline.all_days()).as_unit("us").to_numpy()
    place, _ = np.nonzero(is_over)
    analytics = pd.DataFrame(
        {
            "entity": "video",
            "entity_id": pd.array(ids[place], "str"),
            "metric": "views",
            "date": dates[days[is_over]],
            "value": pd.array(gains[is_over], "Int64"),
            "series_kind": "main",
            "is_partial": days[is_over] == len(dates) - 1,
            "is_baseline": False,
        }
    )
    owners = posts.owners
    videos = pd.DataFrame(
        {
            "id": pd.array(ids, "str"),
            "creator_id": [None if one < 0 else f"creator {one}" for one in owners.tolist()],
            "posted_at": pd.to_datetime(posts.posted_s, unit="s", utc=True).as_unit("us"),
            "tracking_status": "auto_tracked",
            "view_count": curves.views_at(own, np.array([timeline.now_s]))[:, 0],
        }
    )
    facts = {"trackagoat": {"server_time": NOW.isoformat(), "fetched_at": NOW.isoformat()}}
    videos.attrs, analytics.attrs = facts, facts
    return PostingWorld(videos, analytics)
