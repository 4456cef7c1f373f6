"""What the sandbox says of its own world is what its API shows."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from tests.support.writer import Writer
from trackagoat_pandas.sandbox.clock import day_start, format_instant, parse_instant
from trackagoat_pandas.sandbox.snapshots import delays
from trackagoat_pandas.sandbox.truth import plant
from trackagoat_pandas.sandbox.video_cache import load_videos

NOW = parse_instant("2026-06-18T19:00:00Z")
NEW_YORK = ZoneInfo("America/New_York")
HISTORY = {"from": "2026-05-01"}
DAY = timedelta(days=1)


@pytest.fixture
def world():
    writer = Writer(now=format_instant(NOW), days=60)
    yield writer
    writer.close()


def ids_of(world, entity):
    """As many ids as one request may ask for, the newest videos among them."""
    if entity == "project":
        return [world.project]
    if entity == "campaign":
        return [row["id"] for row in world.rows("/campaigns", project_id=world.project)]
    return [row["id"] for row in world.rows(f"/{entity}s", project_id=world.project)][:50]


def series(world, entity, ids, metric="views", **query):
    return world.done(
        "GET", "/analytics", entity=entity, entity_id=",".join(ids), metric=metric,
        **{**HISTORY, **query},
    )["series"]  # fmt: skip


def points(world, entity, ids, metric="views", **query):
    """The values of complete days, by entity and date."""
    return {
        (one["entity_ref"]["id"], date.fromisoformat(point["date"])): point["value"]
        for one in series(world, entity, ids, metric, **query)
        for point in one["points"]
        if not point["is_partial"]
    }


def changes(before, after):
    """What differs in the points of two moments, of those that both have."""
    return {
        key: (before[key], after[key])
        for key in before.keys() & after.keys()
        if before[key] != after[key]
    }


def restated(world, metric, since, until, entity, ids):
    """What the truth says is restated of the points asked for, in the form of `changes`."""
    return {
        (one.entity_id, one.date): (one.old, one.new)
        for one in world.box.truth.restated(metric, since, until, entity=entity)
        if one.entity_id in ids and one.date.isoformat() >= HISTORY["from"]
    }


@pytest.mark.parametrize("metric", ["views", "likes"])
@pytest.mark.parametrize("entity", ["video", "creator", "campaign", "project"])
@pytest.mark.parametrize("hours", [7, 30, 100])
def test_the_restated_points_are_those_that_the_api_changes(world, entity, metric, hours):
    ids = ids_of(world, entity)
    before = points(world, entity, ids, metric)
    until = NOW + timedelta(hours=hours)
    world.box.advance(until - NOW)
    changed = changes(before, points(world, entity, ids, metric))
    assert changed
    assert restated(world, metric, NOW, until, entity, ids) == changed


@pytest.mark.parametrize(
    ("seed", "now", "hours"),
    [
        (1, "2026-03-08T06:00:00Z", 3),  # clocks go forward an hour later
        (2, "2026-03-10T04:00:00Z", 60),  # midnight
        (3, "2026-03-10T03:59:59Z", 1),
        (4, "2025-11-03T12:00:00Z", 26),
        (5, "2026-06-18T19:00:00Z", 200),
    ],
)
def test_that_is_so_for_any_seed_and_across_changes_of_the_clocks(seed, now, hours):
    since = parse_instant(now)
    until = since + timedelta(hours=hours)
    world = Writer(seed=seed, now=now, days=40)
    first = {"from": (since - 30 * DAY).date().isoformat()}
    ids_of_each = {entity: ids_of(world, entity) for entity in ("video", "creator")}
    before = {entity: points(world, entity, ids, **first) for entity, ids in ids_of_each.items()}
    world.box.advance(until - since)
    for entity, ids in ids_of_each.items():
        changed = changes(before[entity], points(world, entity, ids, **first))
        found = world.box.truth.restated("views", since, until, entity=entity)
        assert {
            (one.entity_id, one.date): (one.old, one.new) for one in found if one.entity_id in ids
        } == changed
    world.close()


def test_nothing_is_restated_between_equal_moments(world):
    assert world.box.truth.restated("views", NOW, NOW) == []


def test_no_day_changes_that_ended_three_days_before(world):
    ids = ids_of(world, "creator")
    before = points(world, "creator", ids)
    world.box.advance(30 * DAY)
    changed = {day for _, day in changes(before, points(world, "creator", ids))}
    assert changed <= {date(2026, 6, 15), date(2026, 6, 16), date(2026, 6, 17)}


def test_about_one_snapshot_in_seven_is_late_by_hours_or_days(world):
    videos = load_videos(world.box.database)
    starts = [day_start(date(2026, 6, day), NEW_YORK).timestamp() for day in range(1, 31)]
    hours = np.array([delays(videos, start) for start in starts]) / 3_600
    late = hours[hours > 0]
    assert 0.14 < len(late) / hours.size < 0.16
    assert 3 <= late.min() < 6
    assert 67 < late.max() <= 70


def test_the_sum_of_all_days_is_exact_though_snapshots_are_missing(world):
    videos = world.rows("/videos", project_id=world.project, tracking_status="auto_tracked")[:50]
    young = [row for row in videos if row["posted_at"] > "2026-05-02"]
    found = series(world, "video", [row["id"] for row in young])
    sums = {one["entity_ref"]["id"]: sum(p["value"] for p in one["points"]) for one in found}
    baselines = {
        one["entity_ref"]["id"] for one in found if any(p["is_baseline"] for p in one["points"])
    }
    complete = [row for row in young if row["id"] not in baselines]
    assert complete
    assert {row["id"]: row["view_count"] for row in complete} == {
        row["id"]: sums[row["id"]] for row in complete
    }


def test_a_zone_of_other_midnights_is_exact_and_one_of_the_same_is_not(world):
    ids = ids_of(world, "creator")
    zones = ("Asia/Kathmandu", "America/Toronto")
    before = [points(world, "creator", ids, tz=zone) for zone in zones]
    world.box.advance(5 * DAY)
    after = [points(world, "creator", ids, tz=zone) for zone in zones]
    assert changes(before[0], after[0]) == {}
    assert changes(before[1], after[1]) != {}


def test_goals_count_what_the_series_show_at_the_same_moment(world):
    groups = world.done("GET", f"/projects/{world.project}/goal-compliance")
    standings = [
        entry for group in groups for entry in group["compliance"]
        if entry["goal"]["metric"] == "views" and entry["advisory"]["period_in_progress"]
    ]  # fmt: skip
    assert {entry["goal"]["period"] for entry in standings} >= {"monthly"}
    for entry in standings:
        first = parse_instant(entry["advisory"]["period_start"]).astimezone(NEW_YORK).date()
        [one] = series(
            world, "creator", [entry["goal"]["creator_id"]], **{"from": first.isoformat()}
        )
        assert entry["actual"] == sum(point["value"] for point in one["points"])


def later(world, hours):
    until = NOW + timedelta(hours=hours)
    world.box.advance(until - NOW)
    return until


def biggest_of_may(world):
    videos = world.rows("/videos", project_id=world.project, tracking_status="auto_tracked")
    young = [row for row in videos if "2026-05-03" < row["posted_at"] < "2026-05-20"]
    return max(young, key=lambda row: row["view_count"])["id"]


@pytest.mark.parametrize("entity", ["creator", "campaign", "project", "video"])
def test_a_deleted_video_takes_what_it_had_gained(world, entity):
    ids = ids_of(world, entity)
    before = points(world, entity, ids)
    until = later(world, 5)
    video = biggest_of_may(world)
    world.box.database.update("videos", video, {"deleted_at": format_instant(until)})
    shown = [one for one in ids if one != video]
    changed = changes(before, points(world, entity, shown))
    assert len(changed) > 20 or entity == "video"
    assert restated(world, "views", NOW, until, entity, shown) == changed


def test_a_campaign_that_a_creator_joins_gets_all_that_it_had_gained(world):
    members = world.rows("/campaigns", project_id=world.project)
    [empty] = [row["id"] for row in members if row["name"] == "Not briefed yet"]
    before = points(world, "campaign", [empty])
    until = later(world, 5)
    item = {"item_type": "creator", "item_id": world.creator}
    world.made(f"/campaigns/{empty}/items", item)
    changed = changes(before, points(world, "campaign", [empty]))
    assert len(changed) > 20
    assert restated(world, "views", NOW, until, "campaign", [empty]) == changed


def test_a_video_that_no_longer_counts_is_taken_from_its_creator(world):
    ids = ids_of(world, "creator")
    before = points(world, "creator", ids)
    until = later(world, 5)
    video = biggest_of_may(world)
    world.box.database.update("videos", video, {"is_tracking_disabled": 1})
    plant(world.box.database, "uncounted", video, {"at": format_instant(until - DAY / 24)})
    changed = changes(before, points(world, "creator", ids))
    assert len(changed) > 20
    assert restated(world, "views", NOW, until, "creator", ids) == changed
