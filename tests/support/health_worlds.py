"""Programs with planted bad events, as frames of any day, by the sandbox's own laws."""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from tests.support.posting_worlds import NOW, ZONE
from trackagoat_pandas.errors import NoDataWarning
from trackagoat_pandas.helpers.goals.evaluation import evaluate_goals
from trackagoat_pandas.sandbox import curves
from trackagoat_pandas.sandbox.clock import Timeline
from trackagoat_pandas.sandbox.dice import Dice
from trackagoat_pandas.sandbox.fortunes import befall
from trackagoat_pandas.sandbox.nature import Nature
from trackagoat_pandas.sandbox.people import Creator, cast_creators
from trackagoat_pandas.sandbox.video_cache import CURVE
from trackagoat_pandas.sandbox.videos import GUEST_VIEWS, Posts, plan_posts

Event = Literal["quiet", "silence", "slump", "shock", "goal", "backlog"]
EVENTS: tuple[Event, ...] = ("silence", "slump", "shock", "goal", "backlog")
DAYS, CREATORS, POSTS = 270, 24, 2_400
BEGINS = 210
"""The day of the world on which what is planted begins."""
ENDS: dict[Event, int] = {"silence": 42, "slump": 56, "shock": 42, "goal": 42, "backlog": 42}
"""Days from there to the bad event: a creator is lost, two months or six weeks close far lower, a
month's goal is missed, money is six weeks late."""
PART_OF: dict[Event, str] = {
    "silence": "cadence", "slump": "views", "shock": "views", "goal": "goals", "backlog": "payouts",
}  # fmt: skip
"""The part that should be bad before the event."""
_PAY_DAYS, PROJECT = 14, "00000000-0000-4000-8000-00000000000a"
_SLUMP_VIEWS, _SLUMP_POSTS, _SHOCK = 0.12, 0.5, 0.35


@dataclass(frozen=True)
class HealthWorld:
    """A program: all of its rows, of which `frames` gives those that there are on a day."""

    event: Event
    victim: str
    videos: pd.DataFrame
    creators: pd.DataFrame
    analytics: pd.DataFrame
    goals: pd.DataFrame
    accruals: pd.DataFrame
    payments: pd.DataFrame
    counts: np.ndarray
    first: pd.Timestamp

    def noon(self, day: int) -> pd.Timestamp:
        """Return noon of a day of the world, in UTC."""
        local = (self.first + pd.Timedelta(days=day, hours=12)).tz_localize(ZONE)
        return local.tz_convert("UTC")

    def frames(self, day: int) -> dict[str, Any]:
        """Return what a load at noon of a day has, as arguments of `program_health`."""
        noon = self.noon(day)
        today = self.first + pd.Timedelta(days=day)
        payments = self.payments[self.payments["paid_at"] <= noon]
        paid = {one for ids in payments["accrual_ids"] for one in json.loads(ids)}
        accruals = self.accruals[self.accruals["created_at"] <= noon]
        accruals = accruals.assign(status=np.where(accruals["id"].isin(paid), "paid", "pending"))
        analytics = self.analytics[self.analytics["date"].between(today - _HISTORY, today)]
        # The counts of the day before its end are those that a scrape of the morning has.
        videos = self.videos.assign(view_count=pd.array(self.counts[:, day - 1], "Int64"))
        made = {
            "videos": videos[videos["posted_at"] <= noon],
            "creators": self.creators,
            "analytics": analytics.assign(is_partial=analytics["date"] == today),
            "goals": self.goals,
            "accruals": accruals,
            "payments": payments,
        }
        loaded = {name: as_loaded(frame, noon, name) for name, frame in made.items()}
        return {**loaded, "goals": with_standing(loaded)}


_HISTORY = pd.Timedelta(days=180)
_PATHS = {
    "videos": "/videos", "creators": "/creators", "analytics": "/analytics",
    "goals": f"/projects/{PROJECT}/goal-compliance", "accruals": "/payout-accruals",
    "payments": "/payout-payments", "comments": "/comments",
}  # fmt: skip


def as_loaded(frame: pd.DataFrame, at: pd.Timestamp, name: str, **facts: Any) -> pd.DataFrame:
    """Give a frame the provenance of a complete load at an instant."""
    loaded = frame.reset_index(drop=True)
    params: dict[str, Any] = {} if name == "goals" else {"project_id": PROJECT}
    if name == "analytics":
        params = {"entity": "creator", "mode": "new", "granularity": "day", "metric": "views"}
    loaded.attrs = {
        "trackagoat": {
            "path": _PATHS[name], "params": params, "rows": len(loaded), "complete": True,
            "fetched_at": at.isoformat(), "server_time": at.isoformat(), "timezone": ZONE,
            "project": "A program", **facts,
        }
    }  # fmt: skip
    return loaded


def with_standing(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return loaded goals with their progress at the instant of their load."""
    goals = frames["goals"]
    facts = goals.attrs["trackagoat"]
    given = goals, frames["videos"], frames["analytics"]
    with warnings.catch_warnings(action="ignore", category=NoDataWarning):
        made = evaluate_goals(*given, now=facts["server_time"], timezone=ZONE)
    made.attrs = {"trackagoat": facts}
    return made


def health_world(
    seed: int, event: Event = "quiet", *, creators: int = CREATORS, posts: int = POSTS
) -> HealthWorld:
    """Draw a program in which an event is planted on the day BEGINS."""
    timeline = Timeline(ZoneInfo(ZONE), NOW, DAYS)
    begins = timeline.first_day + timedelta(days=BEGINS)
    shock = (begins.isoformat(), _SHOCK) if event == "shock" else None
    nature = Nature(shock=shock)
    people = [
        replace(one, trait="steady", left=None, is_removed=False, tracked_from=timeline.first_day)
        for one in cast_creators(Dice(seed, "creators"), timeline, [PROJECT] * creators)
    ]
    hot = [np.ones(DAYS + 1)] * creators
    drawn = plan_posts(Dice(seed, "posts"), timeline, people, posts, nature.luck, hot)
    dice = np.random.default_rng(seed)
    victim = int(dice.integers(creators))
    kept = _plant(drawn, event, victim, timeline.start_s(begins), dice)
    medians = np.array([*(one.median_views for one in people), GUEST_VIEWS])
    befall(Dice(seed, "nature"), nature, timeline.zone, drawn, medians[drawn.owners])
    return _as_frames(timeline, people, drawn, kept, event, victim)


def _plant(
    posts: Posts, event: Event, victim: int, begins_s: float, dice: np.random.Generator
) -> np.ndarray:
    """Change the posts of an event's victim; say which posts there are."""
    is_hit = (posts.owners == victim) & (posts.posted_s >= begins_s)
    kept = posts.owners >= 0
    if event in ("silence", "goal"):
        kept &= ~is_hit
    if event == "slump":
        posts.final_views[is_hit] *= _SLUMP_VIEWS
        kept &= ~is_hit | (dice.random(len(is_hit)) < _SLUMP_POSTS)
    return kept


def _as_frames(
    timeline: Timeline,
    people: list[Creator],
    posts: Posts,
    kept: np.ndarray,
    event: Event,
    victim: int,
) -> HealthWorld:
    names = np.array([f"creator {place:02d}" for place in range(len(people))], object)
    places = np.flatnonzero(kept)
    own: dict[str, Any] = {
        name: getattr(posts, name)[places] for name in CURVE if name in Posts.__slots__
    }
    posted_s = posts.posted_s[places]
    own |= {"posted_ts": posted_s, "untracked_ts": np.full(len(places), np.inf)}
    owners = posts.owners[places]
    ends_s = np.minimum(timeline.starts_s()[1:], timeline.now_s)
    views = curves.views_at(own, np.tile(ends_s, (len(places), 1)))
    gains = np.diff(views, axis=1, prepend=0)
    daily = np.zeros((len(people), gains.shape[1]))
    np.add.at(daily, owners, gains)
    dates = pd.DatetimeIndex(timeline.all_days()).as_unit("us")
    analytics = pd.DataFrame(
        {
            "entity": "creator",
            "entity_id": np.repeat(names, len(dates)),
            "metric": "views",
            "date": np.tile(dates.to_numpy(), len(people)),
            "value": pd.array(daily.ravel(), "Float64"),
            "series_kind": "main",
            "is_baseline": False,
        }
    )
    posted = pd.to_datetime(posted_s, unit="s", utc=True).as_unit("us")
    videos = pd.DataFrame(
        {
            "id": [f"post {place}" for place in places],
            "creator_id": names[owners],
            "posted_at": posted,
            "tracking_status": "auto_tracked",
            "is_tracking_disabled": False,
        }
    )
    cast = pd.DataFrame(
        {
            "id": names,
            "tiktok_handle": [one.handle for one in people],
            "is_active": True,
            "created_at": pd.Timestamp(timeline.first_day, tz="UTC"),
        }
    )
    goals = _goals(names, people, len(places), timeline)
    accruals, payments = _ledger(names, timeline, event)
    first = pd.Timestamp(timeline.first_day)
    return HealthWorld(
        event,
        names[victim],
        videos,
        cast,
        analytics,
        goals,
        accruals,
        payments,
        views.astype(np.int64),
        first,
    )


def _goals(
    names: np.ndarray, people: list[Creator], posts: int, timeline: Timeline
) -> pd.DataFrame:
    """Set each creator a monthly number of posts that it usually makes twice over."""
    planned = sum(one.posts_a_week for one in people) * DAYS / 7
    targets = [max(1, round(0.5 * one.posts_a_week * 30.4 / 7 * posts / planned)) for one in people]
    goals = pd.DataFrame(
        {
            "creator_id": names,
            "tiktok_handle": [one.handle for one in people],
            "goal_id": [f"goal {place}" for place in range(len(names))],
            "project_id": PROJECT,
            "metric": "posts",
            "period": "monthly",
            "target_value": np.array(targets, float),
            "start_date": pd.Timestamp(timeline.first_day),
            "end_date": pd.NaT,
            "is_active": True,
        }
    )
    empty = dict.fromkeys(
        ("hours_until_period_end", "hours_since_period_end", "target", "actual", "percentage"),
        pd.array([pd.NA] * len(goals), "Float64"),
    )
    never = pd.array([pd.NaT] * len(goals), "datetime64[us, UTC]")
    return goals.assign(
        period_start=never, period_end=never, status=None, not_yet_started=False, **empty
    )


def _ledger(
    names: np.ndarray, timeline: Timeline, event: Event
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Let each week accrue, paid two weeks after it was over; in a backlog no longer."""
    rows, paid = [], []
    zone = timeline.zone
    for week in range(DAYS // 7):
        first = timeline.first_day + timedelta(days=7 * week)
        after = datetime.combine(first + timedelta(days=7), datetime.min.time(), zone)
        pays = after + timedelta(days=_PAY_DAYS, hours=15)
        is_paid = event != "backlog" or 7 * (week + 1) + _PAY_DAYS < BEGINS
        for name in names:
            id_ = f"accrual {week} of {name}"
            rows.append((id_, name, first, first + timedelta(days=6), after + timedelta(hours=2)))
            if is_paid:
                paid.append((f"payment of {id_}", name, pays, json.dumps([id_])))
    accruals = pd.DataFrame(
        rows, columns=["id", "creator_id", "period_start", "period_end", "created_at"]
    )
    accruals["period_start"] = pd.to_datetime(accruals["period_start"])
    accruals["period_end"] = pd.to_datetime(accruals["period_end"])
    accruals["created_at"] = pd.to_datetime(accruals["created_at"], utc=True)
    accruals = accruals.assign(
        amount_cents=5_000, kind="accrual", structure_id="rule", structure_version=1,
        project_id=PROJECT, status="pending",
    )  # fmt: skip
    payments = pd.DataFrame(paid, columns=["id", "creator_id", "paid_at", "accrual_ids"])
    payments["paid_at"] = pd.to_datetime(payments["paid_at"], utc=True)
    payments = payments.assign(
        amount_cents=5_000, status="recorded", method_id="m", method_name="Bank"
    )
    return accruals, payments


_WORDS = ("love this", "great", "so bad", "awful", "first", "where is this from")


def comments_of(world: HealthWorld, day: int, seed: int, *, bad: float = 0.2) -> pd.DataFrame:
    """Make up comments of the four weeks before a day, a share of which are negative."""
    dice, noon = np.random.default_rng(seed), world.noon(day)
    ages = dice.uniform(0.0, 40.0, 120)
    is_bad = dice.random(len(ages)) < bad
    texts = np.where(is_bad, "so bad, awful", dice.choice(_WORDS, len(ages)))
    frame = pd.DataFrame(
        {
            "id": [f"comment {place}" for place in range(len(ages))],
            "video_id": [f"video {place}" for place in dice.integers(0, 5, len(ages))],
            "text": texts,
            "posted_at": (noon - pd.to_timedelta(ages, unit="D")).as_unit("us"),
        }
    )
    return as_loaded(frame, noon, "comments")


def forecasts_of(world: HealthWorld, day: int, seed: int, *, held: float = 0.8) -> pd.DataFrame:
    """Make up forecasts of which a share held."""
    dice, noon = np.random.default_rng(seed), world.noon(day)
    ages = dice.uniform(-5.0, 60.0, 90)
    frame = pd.DataFrame(
        {
            "forecast_kind": "expected_views",
            "settles_at": (noon - pd.to_timedelta(ages, unit="D")).as_unit("us"),
            "made_at": (noon - pd.to_timedelta(ages + 7.0, unit="D")).as_unit("us"),
            "is_inside": pd.array(dice.random(len(ages)) < held, "boolean"),
            "creator_id": world.creators["id"].iloc[0],
            "about_id": [f"post {place}" for place in range(len(ages))],
        }
    )
    frame.attrs = {
        "trackagoat": {
            "helper": "score_forecasts", "rows": len(frame), "server_time": noon.isoformat()
        }
    }  # fmt: skip
    return frame
