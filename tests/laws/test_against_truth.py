"""Helpers measured against the truth: what was planted in worlds of several seeds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import part
from tests.support.payout_frames import (
    PROJECTS,
    ZONE,
    achieved_in_world,
    load_world,
    named_findings,
    planted_findings,
)
from trackagoat_pandas.helpers.counted import COUNTED_STATUSES

# Creators join while the programs live.
pytestmark = [
    pytest.mark.oracle,
    pytest.mark.filterwarnings(
        "ignore:.* reaches beyond the data:trackagoat_pandas.errors.NoDataWarning"
    ),
]

SEEDS = list(range(1, 13))[:: 12 // part(12, 4, 1)]
SMALL_SEEDS = list(range(1, 21))[:: 20 // part(20, 5, 1)]
LIVED_DAYS = 60
COUNTS = ["views", "likes", "comments", "shares", "saves"]
KEY = ["entity", "entity_id", "metric", "date"]
DAY = pd.Timedelta(days=1)
FEWEST_POSTS = 5  # of a creator in the range, for outliers among them


def connected(box: Any) -> tgp.Client:
    return tgp.connect(
        box.key, base_url="http://127.0.0.1/api/v1", transport=box.app, rate_limit=None,
        progress=False,
    )  # fmt: skip


@dataclass(frozen=True)
class Program:
    """A program that has lived on for some weeks, and what a user has loaded of it."""

    box: Any
    client: tgp.Client
    creators: pd.DataFrame
    videos: pd.DataFrame
    goals: pd.DataFrame

    @property
    def today(self) -> pd.Timestamp:
        return self.day_of(self.box.now)

    def day_of(self, instant: Any) -> pd.Timestamp:
        return pd.Timestamp(instant).tz_convert(ZONE).normalize().tz_localize(None)

    def video(self, video_id: str) -> pd.Series:
        return self.videos.set_index("id").loc[video_id]

    def counted_videos(self, creator_id: str) -> pd.DataFrame:
        videos = self.videos[self.videos["creator_id"] == creator_id]
        counts = videos["tracking_status"].isin(COUNTED_STATUSES) & ~videos["is_tracking_disabled"]
        return videos[counts]

    def breakouts(self) -> list[Any]:
        """The breakouts of creators that are still there, five whole days or more ago."""
        there = set(self.creators["id"])
        return [
            one
            for one in self.box.truth.breakouts
            if self.video(one.video_id)["creator_id"] in there
            and self.day_of(one.onset) + 5 * DAY <= self.today
        ]

    def bought(self) -> list[Any]:
        """The videos that got their bought views three days ago or earlier."""
        return [one for one in self.box.truth.bought if one.at + 3 * DAY <= self.box.now]


@pytest.fixture(scope="module", params=SEEDS)
def program(request: pytest.FixtureRequest):
    with tgp.sandbox(seed=request.param, creators=16, rate_limit=None) as box:
        # A creator that is disabled has no goals any more in what is loaded later.
        goals = [goals_now(box.advance(timedelta(days=10))) for _ in range(LIVED_DAYS // 10)]
        known = pd.concat(goals).drop_duplicates("goal_id", keep="last")
        client = connected(box)
        creators = tgp.load_creators(client=client)
        yield Program(box, client, creators, load_world(box)["videos"], known)
        client.close()


def goals_now(box: Any) -> pd.DataFrame:
    with connected(box) as client:
        return pd.concat([tgp.load_goal_compliance(name, client=client) for name in PROJECTS])


def test_the_audit_finds_the_mistakes_in_the_books_and_nothing_else(program):
    world = load_world(program.box)
    frames = {**achieved_in_world(program.box), "goals": program.goals}
    due = tgp.accrue(**frames, until=pd.Timestamp(program.box.now), timezone=ZONE)
    findings = tgp.audit_payouts(due, world["accruals"], world["payments"], videos=world["videos"])
    expected = planted_findings(program.box)
    assert len(expected) >= 3
    assert named_findings(findings) == expected


def test_breakouts_are_among_the_first_outliers_of_their_project(program):
    reports = {
        name: tgp.load_report("outliers", name, dates="last 150 days", client=program.client)
        for name in PROJECTS
    }
    places = {
        row.video_id: (place, row.multiple)
        for report in reports.values()
        for place, row in enumerate(report.itertuples())
    }
    assert len(program.breakouts()) >= 2
    for one in program.breakouts():
        own = program.counted_videos(program.video(one.video_id)["creator_id"])
        if (own["posted_at"] > program.box.now - timedelta(days=150)).sum() < FEWEST_POSTS:
            continue
        place, multiple = places[one.video_id]
        assert place < 15
        # The median of a creator's posts in the range is not the one that they were drawn around.
        assert 0.2 < multiple / one.multiple < 5


def test_a_breakout_leads_its_creators_videos_of_those_weeks(program):
    for one in program.breakouts():
        video = program.video(one.video_id)
        own = program.counted_videos(video["creator_id"])
        # Before a slump a creator had as many views as a breakout has in it.
        own = own[(own["posted_at"] - video["posted_at"]).abs() < 30 * DAY]
        assert one.video_id in tgp.leaderboard(own, n=3)["id"].tolist()


def test_a_breakout_is_what_moved_its_creator_in_the_days_from_its_onset_on(program):
    planted = {one.video_id for one in [*program.box.truth.breakouts, *program.box.truth.bought]}
    moved = 0
    for one in program.breakouts():
        day = program.day_of(one.onset)
        dates = f"{(day - 5 * DAY).date()}..{(day + 4 * DAY).date()}"
        creator_id = program.video(one.video_id)["creator_id"]
        own = program.counted_videos(creator_id)
        # Those that are loaded must have begun by then.
        own = own[own["posted_at"] < (day + 4 * DAY).tz_localize(ZONE)]
        options = {"dates": dates, "client": program.client}
        views = tgp.combine_loads(
            tgp.load_analytics("creator", [creator_id], "views", **options),
            tgp.load_analytics("video", own, "views", **options),
        )
        changes = tgp.explain_change(
            views, own, dates=f"{day.date()}..{(day + 4 * DAY).date()}", n=1
        )
        [first] = changes.loc[changes["level"] == "post", "video_id"]
        assert first == one.video_id or first in planted
        moved += first == one.video_id
    assert moved >= len(program.breakouts()) - 1


def test_bought_views_bring_a_video_far_below_its_creators_median_engagement(program):
    rates = tgp.engagement(program.videos).set_index("id")["engagement_rate_by_views"]
    medians = rates.groupby(program.videos.set_index("id")["creator_id"]).median()
    assert {one.strength for one in program.bought()} == {0.5, 2.0, 6.0}
    for one in program.bought():
        share = rates[one.video_id] / medians[program.video(one.video_id)["creator_id"]]
        expected = (1 + 0.02 * one.strength) / (1 + one.strength)
        # Rates of a creator's own videos differ by a factor of 2 in one of twenty.
        assert expected / 4 < share < expected * 4
        assert share < 0.6 or one.strength < 6


def test_engagement_falls_on_the_days_when_views_are_bought_the_more_the_stronger(program):
    for one in program.bought():
        posted, day = (
            program.day_of(program.video(one.video_id)["posted_at"]),
            program.day_of(one.at),
        )
        dates = f"{posted.date()}..{(day + DAY).date()}"
        counts = tgp.load_analytics(
            "video", [one.video_id], ["views", "likes"], dates=dates, client=program.client
        )
        sums = counts.groupby([counts["date"] >= day, "metric"], observed=True)["value"].sum()
        before, after = (sums[part]["likes"] / sums[part]["views"] for part in (False, True))
        # Of its own views it gets at most 60 % on these two days.
        assert after / before < 1.1 * (0.6 + 0.02 * one.strength) / (0.6 + one.strength)


@pytest.mark.parametrize("seed", SMALL_SEEDS)
@pytest.mark.parametrize("hours", [9, 50])
def test_points_of_two_loads_differ_where_they_are_restated(seed, hours):
    with tgp.sandbox(seed=seed, creators=8, days=40, rate_limit=None) as box:
        since = box.now
        with connected(box) as client:
            before = points(client)
            box.advance(timedelta(hours=hours))
            after = points(client)
        both = before.merge(after, on=KEY, suffixes=("_before", "_after"))
        differs = both["value_before"] != both["value_after"]
        found = both.loc[differs, [*KEY, "value_before", "value_after"]]
        first = both["date"].min().date()
        said = [
            (entity, one.entity_id, metric, pd.Timestamp(one.date), one.old, one.new)
            for entity in ("creator", "project", "video")
            for metric in COUNTS
            for one in box.truth.restated(metric, since, box.now, entity=entity)
            if one.date >= first
        ]
    assert said
    assert sorted(found.itertuples(index=False, name=None)) == sorted(said)


def points(client: tgp.Client) -> pd.DataFrame:
    """All counts of ten whole days, of all creators, projects and videos that are there."""
    dates = "2026-06-08..2026-06-17"
    # Two projects are empty and have one name.
    projects = tgp.load_projects(client=client).query("name in @PROJECTS")
    loaded = {
        "creator": tgp.load_creators(client=client),
        "project": projects,
        "video": tgp.load_videos(client=client),
    }
    series = [
        tgp.load_analytics(entity, rows, COUNTS, dates=dates, client=client)
        for entity, rows in loaded.items()
    ]
    return pd.concat(series).astype({"entity": str, "metric": str})[[*KEY, "value"]]
