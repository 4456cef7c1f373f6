"""Programs in which some creators get a campaign, as frames by the sandbox's own laws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from tests.support.posting_worlds import NOW, ZONE
from trackagoat_pandas.base.types import Floats
from trackagoat_pandas.sandbox import curves
from trackagoat_pandas.sandbox.clock import DAY_S, Timeline
from trackagoat_pandas.sandbox.dice import Dice
from trackagoat_pandas.sandbox.fortunes import STREAK_DAYS, befall, streak
from trackagoat_pandas.sandbox.nature import Nature
from trackagoat_pandas.sandbox.people import cast_creators
from trackagoat_pandas.sandbox.video_cache import CURVE
from trackagoat_pandas.sandbox.videos import Posts, draw_posts

Given = Literal["random", "hot", "cold"]
LATER_DAYS = 10
"""Days from the campaign's end until the counts are read."""
_MONTH_DAYS = 28


@dataclass(frozen=True)
class CampaignWorld:
    """The videos of a program, who got the campaign, and its first and last day."""

    videos: pd.DataFrame
    members: list[str]
    since: pd.Timestamp
    until: pd.Timestamp

    @property
    def given(self) -> dict[str, Any]:
        """The arguments of :func:`campaign_lift`."""
        return {
            "videos": self.videos, "members": self.members, "since": self.since,
            "until": self.until, "timezone": ZONE,
        }  # fmt: skip


def campaign_world(
    seed: int,
    *,
    creators: int = 72,
    size: int = 24,
    before_weeks: int = 40,
    weeks: int = 8,
    posts_a_week: float = 5.0,
    on_schedule: bool = True,
    effect: float = 0.0,
    more_posts: float = 0.0,
    given: Given = "random",
    trend: float = 0.0,
    members: Sequence[str] | None = None,
    nature: Nature | None = None,
) -> CampaignWorld:
    """Draw a program, and give some creators a campaign.

    Parameters
    ----------
    seed
        Of everything.
    creators, size
        All, and those that get it.
    before_weeks, weeks
        How long posts are known before, and how long it lasts.
    posts_a_week, on_schedule
        How often each posts: evenly, or at random times.
    effect, more_posts
        By which share its creators' posts get more views, and how many more there are.
    given
        Whom it is given to: anybody, or those whose last four weeks went best or worst.
    trend
        By how much its creators' views grow each week before it, in logs, against the others'.
    members
        The creators that get it, if somebody has chosen them.
    nature
        How posts do.
    """
    nature = nature or Nature()
    now = NOW.timestamp()
    end_s = _midnight(NOW - timedelta(days=LATER_DAYS))
    start_s = end_s - 7.0 * weeks * DAY_S
    first_s = start_s - 7.0 * before_weeks * DAY_S
    timeline = Timeline(ZoneInfo(ZONE), NOW, 7 * (before_weeks + weeks) + LATER_DAYS + 2)
    people = cast_creators(Dice(seed, "creators"), timeline, ["program"] * creators)
    days = timeline.days + 2 + STREAK_DAYS
    shocks = Dice(seed, "streaks")
    dice = Dice(seed, "posts")
    parts = []
    for place, creator in enumerate(people):
        hot = np.exp(streak(shocks.normal(0.0, nature.streaks, days)))
        posted_s = _posting_times(dice, first_s, now, posts_a_week, on_schedule=on_schedule)
        own = draw_posts(
            dice, place, posted_s, creator.median_views, creator.engagement, nature.luck
        )
        own.final_views[:] *= hot[((posted_s - first_s) // DAY_S).astype(np.int64)]
        parts.append(own)
    posts = Posts(
        **{name: np.concatenate([getattr(one, name) for one in parts]) for name in Posts.__slots__}
    )
    ids = [creator.id for creator in people]
    if members is None:
        medians = np.array([creator.median_views for creator in people])
        luck = np.log(posts.final_views / medians[posts.owners])
        chosen = _chosen(Dice(seed, "members"), posts, luck, size, given, start_s)
    else:
        chosen = np.array([ids.index(one) for one in members], np.int64)
    is_theirs = np.isin(posts.owners, chosen)
    weeks_before = np.minimum((posts.posted_s - start_s) / (7.0 * DAY_S), 0.0)
    posts.final_views[:] *= np.exp(trend * weeks_before * is_theirs)
    is_in = is_theirs & (posts.posted_s >= start_s) & (posts.posted_s < end_s)
    posts.final_views[is_in] *= 1.0 + effect
    medians = np.array([creator.median_views for creator in people])
    befall(Dice(seed, "nature"), nature, timeline.zone, posts, medians[posts.owners])
    kept = np.ones(len(posts), np.bool_)
    if more_posts:
        # Fewer posts without the campaign: those that it brought aren't there before and elsewhere.
        kept = is_in | (Dice(seed, "more").uniform(0.0, 1.0, len(posts)) < 1.0 / (1.0 + more_posts))
    return CampaignWorld(
        _videos(posts, ids, kept, now),
        [ids[place] for place in chosen.tolist()],
        _day(start_s),
        _day(end_s - DAY_S),
    )


def _midnight(moment: datetime) -> float:
    local = moment.astimezone(ZoneInfo(ZONE)).date()
    return datetime(local.year, local.month, local.day, tzinfo=ZoneInfo(ZONE)).timestamp()


def _day(second: float) -> pd.Timestamp:
    # Clocks may have changed in between.
    local = pd.Timestamp(second + 2 * 3_600.0, unit="s", tz="UTC").tz_convert(ZONE)
    return local.normalize().tz_localize(None)


def _posting_times(
    dice: Dice, first_s: float, now: float, posts_a_week: float, *, on_schedule: bool
) -> Floats:
    """Return the times of a creator's posts, from the first day of the world until now."""
    span = now - 3_600.0 - first_s
    if on_schedule:
        step = 7.0 * DAY_S / posts_a_week
        times = first_s + step * (np.arange(int(span // step)) + dice.uniform(0.0, 1.0, 1)[0])
        times += dice.uniform(-0.2, 0.2, len(times)) * step
        return np.floor(np.sort(np.clip(times, first_s, now - 3_600.0)))
    number = int(dice.numbers(np.array([posts_a_week * span / (7.0 * DAY_S)]))[0])
    return np.floor(np.sort(first_s + dice.uniform(0.0, span, number)))


def _chosen(
    dice: Dice, posts: Posts, luck: Floats, size: int, given: Given, start_s: float
) -> np.ndarray[Any, Any]:
    """Choose who gets the campaign."""
    number = int(posts.owners.max()) + 1
    if given == "random":
        return np.array(dice.shuffled(list(range(number)))[:size], np.int64)
    is_recent = (posts.posted_s < start_s) & (posts.posted_s >= start_s - _MONTH_DAYS * DAY_S)
    owners = posts.owners[is_recent]
    counts = np.bincount(owners, minlength=number)
    mean = np.bincount(owners, luck[is_recent], number) / np.maximum(counts, 1)
    order = np.argsort(mean if given == "cold" else -mean, kind="stable")
    return order[:size]


def _videos(posts: Posts, ids: list[str], kept: Any, now: float) -> pd.DataFrame:
    size = len(posts)
    own: dict[str, Any] = {name: getattr(posts, name) for name in CURVE if name in Posts.__slots__}
    own |= {"posted_ts": posts.posted_s, "untracked_ts": np.full(size, np.inf)}
    videos = pd.DataFrame(
        {
            "id": pd.array([f"post {place}" for place in range(size)], "str"),
            "creator_id": pd.array([ids[one] for one in posts.owners.tolist()], "str"),
            "posted_at": pd.to_datetime(posts.posted_s, unit="s", utc=True).as_unit("us"),
            "tracking_status": "auto_tracked",
            "view_count": curves.views_at(own, np.array([now]))[:, 0],
        }
    )[kept].reset_index(drop=True)
    stamp = datetime.fromtimestamp(now, UTC).isoformat()
    videos.attrs["trackagoat"] = {"server_time": stamp, "fetched_at": stamp}
    return videos
