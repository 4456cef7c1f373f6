"""Programs in which nine bad events are planted, as a watch sees them day by day."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd

from tests.support.health_worlds import PROJECT, HealthWorld, as_loaded, health_world
from tests.support.posting_worlds import ZONE
from trackagoat_pandas.program.frames import ProgramData
from trackagoat_pandas.showing.recorder import Traced
from trackagoat_pandas.watching.alerts import ProgramRun, run_once
from trackagoat_pandas.watching.rules import read_rules
from trackagoat_pandas.watching.states import Alert, Memory

Kind = Literal["quiet", "many", "shock", "stale", "gap"]
FIRST, EVENT, LAST = 208, 212, 256
"""The first run, the day from which on things happen, and the last run: May is in between."""
RULES = {"captions": {"required": ["#ad"]}}
_TAKEN, _LEVELS, _STORM, _FLOOD = 0.4, 5.5, 30, 9
_DAYS_OF_HISTORY, _HIT, _MANY = 45, 5.0, 60
_WORDS = ("love this", "great", "first", "where is this from", "so bad")


@dataclass
class WatchWorld:
    """A program whose frames are known for each day, and what is planted: rule and thing."""

    seed: int
    kind: Kind
    health: HealthWorld
    planted: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, seed: int, kind: Kind) -> WatchWorld:
        event = {"many": "goal", "shock": "shock"}.get(kind, "quiet")
        world = cls(seed, kind, health_world(seed, event))  # type: ignore[arg-type]
        world._title()
        if kind == "many":
            world._plant()
        if kind == "shock":
            world.planted["views"] = PROJECT
        if kind in ("stale", "gap"):
            world.planted["data"] = PROJECT
        return world

    def _title(self) -> None:
        count = len(self.health.videos)
        titles = [f"post {place} #ad" for place in range(count)]
        object.__setattr__(self.health, "videos", self.health.videos.assign(
            title=titles, description=None, project_id=PROJECT, url=None, media_type="video",
        ))  # fmt: skip

    @cached_property
    def dice(self) -> np.random.Generator:
        return np.random.default_rng(self.seed + 77)

    def _plant(self) -> None:
        """Plant one of each event that doesn't hide others, on different posts and days."""
        health = self.health
        videos, counts = health.videos, health.counts
        own = videos["creator_id"].to_numpy(object) != health.victim
        ages = (health.noon(EVENT + 2) - videos["posted_at"]).dt.total_seconds().to_numpy() / 86_400
        self.planted["goals"] = "goal " + health.victim.rpartition(" ")[2].lstrip("0").zfill(1)
        # A hit: far above its creator's other posts from its first day on.
        posts = self.dice.permutation(np.flatnonzero(own & (ages > 0.3) & (ages < 1.5)))
        if not len(posts):
            posts = self.dice.permutation(np.flatnonzero(own & (ages > 0) & (ages < 4)))
        hit = int(posts[0])
        same = videos["creator_id"].to_numpy(object) == videos["creator_id"][hit]
        level = np.median(counts[same, -1])
        counts[hit] = (counts[hit] > 0) * np.maximum(
            counts[hit], counts[hit] / max(counts[hit, -1], 1) * level * np.exp(0.9 * _LEVELS)
        )
        self.planted["breakouts"] = videos["id"][hit]
        large = np.flatnonzero(own & (ages > 10) & (ages < 35) & (counts[:, EVENT] > 3_000))
        taken, storm = self.dice.permutation(large)[:2]
        counts[taken, EVENT + 4 :] = np.round(counts[taken, EVENT + 4 :] * (1 - _TAKEN))
        self.planted["views_taken_back"] = videos["id"][taken]
        self.planted["under_fire"] = videos["id"][storm]
        self._flood()
        self.planted["ledger"] = "payment twice"
        if self.seed % 2:
            self.planted["forecasts"] = PROJECT
        else:
            late = np.flatnonzero(own & (ages < -3) & (ages > -6))
            bare = int(self.dice.permutation(late)[0])
            health.videos.loc[bare, "title"] = "a post"
            self.planted["captions"] = videos["id"][bare]

    def _flood(self) -> None:
        """Let a creator post nine times in one day, which hardly anybody sees."""
        health = self.health
        names = health.creators["id"].to_numpy(object)
        # Nine posts of someone who made few would lower what is usual, and later ones break out.
        made = health.videos["creator_id"].value_counts()
        often = [one for one in names if one != health.victim and made.get(one, 0) >= _MANY]
        creator = self.dice.choice(np.array(often, object))
        start = health.noon(EVENT + 6) + pd.Timedelta(hours=1)
        rows = pd.DataFrame(
            {
                "id": [f"flood {place}" for place in range(_FLOOD)],
                "creator_id": creator,
                "posted_at": [start + pd.Timedelta(minutes=30 * one) for one in range(_FLOOD)],
                "tracking_status": "auto_tracked",
                "is_tracking_disabled": False,
                "title": "flood #ad",
                "description": None, "project_id": PROJECT, "url": None, "media_type": "video",
            }
        )  # fmt: skip
        rows["posted_at"] = rows["posted_at"].astype(health.videos["posted_at"].dtype)
        views = np.zeros((_FLOOD, health.counts.shape[1]), np.int64)
        views[:, EVENT + 6 :] = 40
        object.__setattr__(health, "videos", pd.concat([health.videos, rows], ignore_index=True))
        object.__setattr__(health, "counts", np.vstack([health.counts, views]))
        self.planted["overposting"] = creator

    @cached_property
    def _history(self) -> pd.DataFrame:
        days = np.arange(FIRST - _DAYS_OF_HISTORY, LAST + 1)
        noons = pd.DatetimeIndex([self.health.noon(int(day)) for day in days])
        videos = self.health.videos
        frame = pd.DataFrame(
            {
                "title": np.repeat(videos["title"].to_numpy(object), len(days)),
                "observed_at": np.tile(noons.to_numpy(), len(videos)),
                "view_count": self.health.counts[:, days - 1].ravel(),
                "id": np.repeat(videos["id"].to_numpy(object), len(days)),
                "posted_at": np.repeat(videos["posted_at"].to_numpy(), len(days)),
            }
        )
        for name in ("observed_at", "posted_at"):
            stamps = pd.DatetimeIndex(frame[name])
            frame[name] = stamps.tz_localize("UTC") if stamps.tz is None else stamps
        frame["view_count"] = frame["view_count"].astype("Int64")
        return frame[frame["observed_at"] >= frame["posted_at"]].sort_values(["id", "observed_at"])

    def _comments(self, day: int) -> pd.DataFrame:
        """Comments of four weeks: a fifth are negative, and of the storm's nearly all."""
        dice, noon = np.random.default_rng(self.seed), self.health.noon(LAST)
        count = 900
        ages = dice.uniform(0.0, LAST - FIRST + 30.0, count)
        texts = np.where(dice.random(count) < 0.2, "so bad, awful", dice.choice(_WORDS[:4], count))
        videos = self.health.videos["id"].to_numpy(object)
        frame = pd.DataFrame(
            {
                "video_id": videos[dice.integers(0, 40, count)],
                "text": texts,
                "posted_at": noon - pd.to_timedelta(ages, unit="D"),
            }
        )
        if "under_fire" in self.planted:
            storm = pd.DataFrame(
                {
                    "video_id": self.planted["under_fire"],
                    "text": ["awful, so bad"] * (_STORM - 4) + ["great"] * 4,
                    "posted_at": self.health.noon(EVENT + 3) - pd.Timedelta(hours=5),
                }
            )
            frame = pd.concat([frame, storm], ignore_index=True)
        now = self.health.noon(day)
        is_there = (frame["posted_at"] <= now) & (frame["posted_at"] > now - pd.Timedelta(days=28))
        frame = frame[is_there].reset_index(drop=True)
        frame["posted_at"] = frame["posted_at"].dt.as_unit("us")
        return as_loaded(
            frame.assign(id=[f"comment {one}" for one in frame.index]), now, "comments"
        )

    def _forecasts(self, day: int) -> pd.DataFrame:
        """Two forecasts a day settle, of which four in five hold, until they are off."""
        dice, now = np.random.default_rng(self.seed + 5), self.health.noon(day)
        days = np.repeat(np.arange(FIRST - 60, LAST), 2)
        is_off = ("forecasts" in self.planted) & (days >= EVENT)
        frame = pd.DataFrame(
            {
                "settles_at": pd.DatetimeIndex([self.health.noon(int(one)) for one in days]),
                "is_inside": pd.array(
                    dice.random(len(days)) < np.where(is_off, 0.15, 0.8), "boolean"
                ),
                "forecast_kind": "expected_views",
                "about_id": [f"post {place}" for place in range(len(days))],
                "creator_id": self.health.victim,
            }
        )
        frame["made_at"] = frame["settles_at"] - pd.Timedelta(days=7)
        frame = frame[frame["settles_at"] <= now].reset_index(drop=True)
        facts = {"helper": "score_forecasts", "rows": len(frame), "server_time": now.isoformat()}
        frame.attrs = {"trackagoat": facts}
        return frame

    def data(self, day: int) -> ProgramData:
        """Return what a load at noon of a day has."""
        feed = min(day, EVENT) if self.kind == "stale" else day
        frames: dict[str, Any] = self.health.frames(feed)
        if self.kind == "gap":
            # The lists go on, and no day of the daily views comes any more.
            analytics = frames["analytics"]
            kept = analytics["date"] <= self.health.first + pd.Timedelta(days=min(day, EVENT))
            frames["analytics"] = as_loaded(
                analytics[kept.to_numpy(bool)], self.health.noon(day), "analytics"
            )
        now = self.health.noon(feed)
        if "ledger" in self.planted and day >= EVENT + 8:
            frames["payments"] = self._paid_twice(frames["payments"], day)
        frames |= {"comments": self._comments(feed), "forecasts": self._forecasts(feed)}
        history = self._history
        is_young = history["posted_at"] >= now - pd.Timedelta(days=_DAYS_OF_HISTORY)
        frames["history"] = history[is_young & (history["observed_at"] <= now)]
        traced = {name: Traced(frame, name) for name, frame in frames.items()}
        return ProgramData("A program", PROJECT, now.as_unit("us"), ZONE, traced, {})

    def _paid_twice(self, payments: pd.DataFrame, day: int) -> pd.DataFrame:
        before = self.health.noon(EVENT + 8)
        one = payments[payments["paid_at"] <= before].sort_values("paid_at").tail(1)
        again = one.assign(id="payment twice", paid_at=before - pd.Timedelta(hours=2))
        both = pd.concat([payments, again], ignore_index=True)
        return as_loaded(both, self.health.noon(day), "payments")

    @cached_property
    def hits(self) -> set[str]:
        """The posts that end at five times their creator's median or more."""
        final = pd.Series(self.health.counts[:, -1])
        owners = self.health.videos["creator_id"].to_numpy(object)
        medians = final.groupby(owners).transform("median")
        return {*self.health.videos["id"][(final >= _HIT * medians).to_numpy(bool)]}

    def targets_missed(self) -> set[tuple[str, str]]:
        """Return the goals that were missed, with their month."""
        posts = self.health.videos
        local = posts["posted_at"].dt.tz_convert(ZONE)
        made = posts.groupby([posts["creator_id"], local.dt.strftime("%Y-%m")]).size()
        missed = set()
        for row in self.health.goals.to_dict("records"):
            for month in ("2026-04", "2026-05", "2026-06"):
                if made.get((row["creator_id"], month), 0) < row["target_value"]:
                    missed.add((row["goal_id"], month))
        return missed


@dataclass
class Watched:
    """What daily runs on a world announced."""

    world: WatchWorld
    fired: list[tuple[int, Alert]] = field(default_factory=list)
    over: list[tuple[int, Alert]] = field(default_factory=list)
    runs: list[ProgramRun] = field(default_factory=list)

    def found(self, rule: str) -> bool:
        thing = self.world.planted[rule]
        return any(one.rule == rule and one.entity_id == thing for _, one in self.fired)

    @property
    def false(self) -> list[tuple[int, Alert]]:
        """The alerts of things that didn't happen."""
        return [(day, one) for day, one in self.fired if not self._is_true(one)]

    def _is_true(self, alert: Alert) -> bool:
        if self.world.planted.get(alert.rule) == alert.entity_id:
            return True
        if alert.rule == "views":  # nine posts that nobody saw are a slump as well
            return self.world.planted.get("overposting") == alert.entity_id
        if alert.rule == "breakouts":
            return alert.entity_id in self.world.hits
        if alert.rule == "goals":
            return (alert.entity_id, alert.period) in self.world.targets_missed()
        return False


def watched(world: WatchWorld, days: range = range(FIRST, LAST), rules: Any = None) -> Watched:
    """Run the watch at noon of each day."""
    memory, seen, chosen = Memory(), Watched(world), read_rules(rules or RULES)
    for day in days:
        run, memory = run_once(world.data(day), chosen, memory, world.health.noon(day))
        new = [one.alert for one in run.notices if one.is_new]
        seen.fired += [(day, one) for one in new if one.state == "firing"]
        seen.over += [(day, one) for one in new if one.state == "resolved"]
        seen.runs.append(run)
    return seen
