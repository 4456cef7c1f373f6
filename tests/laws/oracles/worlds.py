"""Random small programs around the odd days of ten time zones, as lists of plain rows."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from tests.laws.oracles.calendars import ONE_DAY, Row, day_start, days_between, local_day, period_of

ODD_DAYS = {
    "UTC": ("2026-03-01", "2024-02-29", "2026-01-01"),
    "America/New_York": ("2026-03-08", "2025-11-02"),
    "Europe/Berlin": ("2026-03-29", "2025-10-26"),
    "Asia/Kolkata": ("2026-01-01", "2026-06-01"),
    "Asia/Kathmandu": ("1986-01-01", "2026-03-01"),  # clocks went on by 15 minutes in 1986
    "Australia/Lord_Howe": ("2026-04-05", "2025-10-05"),  # by half an hour
    "Pacific/Apia": ("2011-12-30", "2011-12-30", "2021-04-04"),  # 30 December 2011 never was
    "America/Havana": ("2026-03-08", "2025-11-02"),  # midnight is left out, or comes twice
    "America/Santiago": ("2025-09-07", "2026-04-05"),
    "Pacific/Chatham": ("2026-04-05", "2025-09-28"),
}
ZONES = tuple(ODD_DAYS)
SPAN_DAYS = 45
METRICS = {
    **dict.fromkeys(("likes", "comments", "shares", "saves"), "engagement"),
    **{metric: metric for metric in ("views", "followers", "posts")},
}
"""Metrics of analytics, and the metric of goals that asks for each."""


@dataclass
class World:
    """One program: its zone, the instant up to which it is known, and its rows."""

    seed: int
    zone_name: str
    now: dt.datetime
    first_day: dt.date
    tables: dict[str, list[Row]] = field(default_factory=dict)
    day: dt.date | None = None
    until: dt.date | dt.datetime | None = None
    since: dt.date | None = None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone_name)


class Maker:
    """Draws the rows of one world."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        name = ZONES[seed % len(ZONES)]
        zone = ZoneInfo(name)
        odd = dt.date.fromisoformat(self.dice.choice(ODD_DAYS[name]))
        today = odd + self.dice.randrange(0, 12) * ONE_DAY
        now = day_start(today, zone) + self.dice.choice(
            [dt.timedelta(), dt.timedelta(seconds=1), dt.timedelta(hours=self.dice.uniform(0, 23))]
        )
        now = now.replace(microsecond=0)
        self.world = World(seed, name, now, today - SPAN_DAYS * ONE_DAY)
        self.zone, self.now = zone, now
        self.days = [*days_between(self.world.first_day, local_day(now, zone) + ONE_DAY)]
        self.days = [
            day
            for day in self.days
            if day_start(day, zone) <= now and day_start(day, zone) < day_start(day + ONE_DAY, zone)
        ]
        self.creators = [f"c{place}" for place in range(self.dice.randint(1, 4))]

    def make(self) -> World:
        dice, world, today = self.dice, self.world, local_day(self.now, self.zone)
        world.day = dice.choice([None, *dice.sample(self.days, 3)])
        world.since = dice.choice([None, dice.choice(self.days)])
        world.until = dice.choice(
            [self.now, self._just_closed(), today - ONE_DAY, today + dice.choice([0, 3]) * ONE_DAY]
        )
        tables = world.tables
        tables["videos"] = [self._video(place) for place in range(dice.randint(0, 30))]
        tables["goals"] = [self._goal(place) for place in range(dice.randint(0, 5))]
        tables["structures"] = self._structures()
        tables["assignments"] = self._assignments()
        tables["analytics"] = self.analytics()
        tables["accruals"] = [self._accrual(place) for place in range(dice.randint(0, 14))]
        tables["payments"] = [self._payment(place) for place in range(dice.randint(0, 8))]
        return world

    def _just_closed(self) -> dt.datetime:
        """An instant at which, or 48 hours after which, a period closes, give or take a second."""
        _, after = period_of(self.dice.choice(["daily", "weekly"]), self.dice.choice(self.days))
        closes = day_start(after, self.zone) + self.dice.choice([0, 48]) * dt.timedelta(hours=1)
        return min(closes + self.dice.choice([-1, 0, 1]) * dt.timedelta(seconds=1), self.now)

    def _instant(self) -> dt.datetime:
        """An instant of the world's days, often just at the edge of one."""
        start = day_start(self.dice.choice(self.days), self.zone)
        edge = dt.timedelta(seconds=self.dice.choice([-1, 0, 0, 1]))
        inside = dt.timedelta(seconds=self.dice.randrange(0, 86_400))
        return min(start + self.dice.choice([edge, inside, inside]), self.now)

    def _video(self, place: int) -> Row:
        dice = self.dice
        statuses = ("auto_tracked", "included", "direct_add", "pending_review")
        posted = None if dice.random() < 0.05 else self._instant()
        return {
            "id": f"v{place}",
            "project_id": "p",
            "creator_id": dice.choice([*self.creators, *self.creators, None]),
            "tracking_status": dice.choices(statuses, (6, 3, 2, 2))[0],
            "is_tracking_disabled": dice.random() < 0.1,
            "posted_at": posted,
            "view_count": None if dice.random() < 0.03 else dice.choice([0, 90, 2_000, 100_000]),
            "updated_at": self.now - dt.timedelta(hours=1),
        }

    def analytics(self) -> list[Row]:
        """Daily gains of what the world's goals and rules ask for, now and then not all of it."""
        goals, rules = self.world.tables["goals"], self.world.tables["structures"]
        asked = {"views", *(row["metric"] for row in goals), *(row["goal_metric"] for row in rules)}
        rows: list[Row] = []
        for creator in self.creators:
            for metric in METRICS:
                if METRICS[metric] in asked and self.dice.random() < 0.95:
                    least = -40 if metric == "followers" else 0
                    gains = [self.dice.choice([least, 3, 120, 5_000]) for _ in self.days]
                    rows += self._series("creator", creator, metric, gains)
        if any(row["kind"] == "view_threshold" for row in rules):
            for video in self.world.tables["videos"]:
                if video["creator_id"] and self.dice.random() < 0.95:
                    rows += self._series("video", video["id"], "views", self._growth(video))
        if rows and self.dice.random() < 0.4:
            self._spoil(rows)
        return rows

    def _growth(self, video: Row) -> list[int]:
        """What a video gained day by day after it was posted, never more than its views."""
        left, gains = video["view_count"] or 0, []
        posted = local_day(video["posted_at"], self.zone) if video["posted_at"] else self.days[0]
        left -= self.dice.choice([0, 0, left // 2, left])
        for day in self.days:
            gain = self.dice.choice([0, left, left // 2, left // 5]) if day >= posted else 0
            gains.append(gain)
            left -= gain
        return gains

    def _series(self, entity: str, name: str, metric: str, gains: list[int]) -> list[Row]:
        return [
            {
                "entity": entity,
                "entity_id": name,
                "metric": metric,
                "date": day,
                "value": float(gain),
                "series_kind": "main",
                "is_partial": day_start(day + ONE_DAY, self.zone) > self.now,
                "is_baseline": False,
                "parent_id": None,
            }
            for day, gain in zip(self.days, gains, strict=True)
        ]

    def _spoil(self, rows: list[Row]) -> None:
        """Take a day out, make one unknown, or leave one partial that is long over."""
        for _ in range(self.dice.randint(1, 4)):
            place = self.dice.randrange(len(rows))
            defect = self.dice.choice(["gone", "unknown", "stale"])
            if defect == "gone":
                del rows[place]
            elif defect == "unknown":
                rows[place]["value"] = None
            else:
                rows[place]["is_partial"] = True

    def _goal(self, place: int) -> Row:
        dice = self.dice
        metric = dice.choice(["posts", "posts", "views", "engagement", "followers", "likes_rate"])
        period = dice.choices(["daily", "weekly", "monthly", "fortnightly"], (3, 6, 4, 1))[0]
        days = {"daily": 1, "weekly": 7}.get(period, 30)
        scale = {"posts": 0.2, "engagement": 5_000}.get(metric, 1_300) * days
        targets = [max(1, round(scale * share)) for share in (0.3, 0.7, 1.0, 1.5)]
        start, end = sorted(dice.sample(self.days, 2))
        return {
            "creator_id": dice.choice(self.creators),
            "tiktok_handle": "ann",
            "goal_id": f"g{place}",
            "project_id": "p",
            "metric": metric,
            "period": period,
            "target_value": dice.choice([*targets, *targets, None]),
            "start_date": dice.choice([None, self.world.first_day, start]),
            "end_date": dice.choice([None, None, end]),
            "is_active": dice.random() < 0.9,
        }

    def _structures(self) -> list[Row]:
        return [
            row
            for place in range(self.dice.randint(0, 4))
            for row in self._versions(f"s{place}", self.dice.choice([1, 1, 1, 2, 3]))
        ]

    def _versions(self, name: str, count: int) -> list[Row]:
        dice = self.dice
        kind = dice.choices(
            ["recurring", "goal", "cpm", "view_threshold", "bonus"], (8, 8, 8, 8, 1)
        )
        period = dice.choices(["daily", "weekly", "monthly", "fortnightly", None], (8, 8, 8, 1, 1))
        dates: list[dt.date | None] = sorted(dice.sample(self.days, count))
        if count == 1 and dice.random() < 0.5:
            dates = [None]
        lowest = dice.choice([1, 1, 2])
        return [
            {
                "id": name,
                "project_id": "p",
                "kind": kind[0],
                "version": version + lowest,
                "amount_cents": dice.choice([1, 50, 9_999, 62_500, None] if version else [9_999]),
                "period": period[0],
                "cpm_cents": dice.choice([145, 33, 1]),
                "threshold_views": dice.choice([50, 1_000, 40_000]),
                "cap_cents": dice.choice([None, None, 10_000, 150]),
                "goal_metric": dice.choice(["posts", "views", "engagement", "followers"]),
                "proration": dice.choices(["none", "daily", None, "hourly"], (4, 4, 1, 1))[0],
                "is_active": dice.random() < 0.8,
                "effective_date": dates[version],
                "created_at": dice.choice([None, self._instant()]),
            }
            for version in range(count)
        ]

    def _assignments(self) -> list[Row]:
        names = sorted({row["id"] for row in self.world.tables["structures"]})
        rows = []
        for place in range(self.dice.randint(0, 7) if names else 0):
            start, end = sorted(self.dice.sample(self.days, 2))
            start -= self.dice.choice([0, 0, 0, 20]) * ONE_DAY
            rows.append(
                {
                    "id": f"a{place}",
                    "structure_id": self.dice.choice(names),
                    "creator_id": self.dice.choice(self.creators),
                    "start_date": self.dice.choices([start, None], (12, 1))[0],
                    "end_date": self.dice.choice([None, end, start]),
                }
            )
        return rows

    def _accrual(self, place: int) -> Row:
        dice = self.dice
        day = dice.choice(self.days)
        first, after = period_of(dice.choice(["weekly", "monthly"]), day)
        is_adjustment = dice.random() < 0.2
        has_period = not is_adjustment or dice.random() < 0.5
        return {
            "id": f"e{place}",
            "project_id": dice.choice(["p", "q"]),
            "creator_id": dice.choice(self.creators),
            "structure_id": None if is_adjustment else dice.choice(["s0", "s1"]),
            "structure_version": None if is_adjustment else 1,
            "period_start": first if has_period else None,
            "period_end": after - ONE_DAY if has_period else None,
            "amount_cents": -150 if is_adjustment else dice.choice([1, 9_999, 62_500, 0, None]),
            "status": dice.choices(["pending", "paid", "voided", "held"], (8, 8, 4, 1))[0],
            "kind": "adjustment" if is_adjustment else "accrual",
            "basis": None,
            "created_at": self._instant(),
            "currency": dice.choices(["USD", "EUR"], (9, 1))[0],
        }

    def _payment(self, place: int) -> Row:
        """A payment mostly of one creator's accruals, and of just what they say."""
        dice = self.dice
        creator, currency = dice.choice(self.creators), dice.choices(["USD", "EUR"], (9, 1))[0]
        own = [
            row
            for row in self.world.tables["accruals"]
            if row["currency"] == currency
            and (row["creator_id"] == creator or dice.random() < 0.05)
        ]
        listed = dice.sample(own, min(len(own), dice.randint(0, 3)))
        right = sum(row["amount_cents"] or 0 for row in listed)
        method = dice.choice(["m0", "m1", None])
        return {
            "id": f"y{place}",
            "creator_id": creator,
            "accrual_ids": [row["id"] for row in listed],
            "amount_cents": dice.choice([right, right, right + 1, 500, None]),
            "method_id": method,
            "method_name": method and f"Method {method}",
            "status": dice.choices(["recorded", "voided", "sent"], (16, 4, 1))[0],
            "paid_at": None if dice.random() < 0.05 else self._instant(),
            "currency": currency,
        }


def make_world(seed: int) -> World:
    return Maker(seed).make()
