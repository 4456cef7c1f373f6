"""Laws of the series: however a range is cut, its parts add up to the same whole."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.writer import Writer

RAW = ("views", "likes", "comments", "shares", "saves", "followers", "posts")
TODAY = date(2026, 6, 15)
RANGES = st.tuples(st.integers(0, 150), st.integers(1, 40)).map(
    lambda pair: (TODAY - timedelta(days=pair[0] + pair[1]), TODAY - timedelta(days=pair[0]))
)


class World(Writer):
    """The demo world, asked for series."""

    def series(self, entity, ids, metric, span, **query):
        dates = {"from": span[0].isoformat(), "to": span[1].isoformat()}
        data = self.done(
            "GET", "/analytics", entity=entity, entity_id=ids, metric=metric, **dates, **query
        )
        return [[point["value"] for point in one["points"]] for one in data["series"]]


@pytest.fixture(scope="module")
def world():
    world = World(creators=8, days=180)
    yield world
    world.close()


@settings(max_examples=25, deadline=None)
@given(span=RANGES, metric=st.sampled_from(RAW))
def test_days_weeks_and_months_of_a_range_have_one_sum(world, span, metric):
    sums = {
        sum(world.series("project", world.project, metric, span, granularity=granularity)[0])
        for granularity in ("day", "week", "month")
    }
    assert len(sums) == 1


@settings(max_examples=25, deadline=None)
@given(span=RANGES, metric=st.sampled_from(RAW), cut=st.integers(1, 40))
def test_two_neighbouring_ranges_are_the_whole_range(world, span, metric, cut):
    first, last = span
    middle = min(first + timedelta(days=cut), last)
    [whole] = world.series("project", world.project, metric, span)
    [before] = world.series("project", world.project, metric, (first, middle - timedelta(days=1)))
    [after] = world.series("project", world.project, metric, (middle, last))
    assert before + after == whole


@settings(max_examples=15, deadline=None)
@given(span=RANGES)
def test_followers_of_a_project_are_those_of_its_creators(world, span):
    creators = world.rows("/creators", project_id=world.project)
    ids = ",".join(creator["id"] for creator in creators)
    parts = world.series("creator", ids, "followers", span)
    [whole] = world.series("project", world.project, "followers", span)
    assert [sum(values) for values in zip(*parts, strict=True)] == whole


@settings(max_examples=15, deadline=None)
@given(span=RANGES, metric=st.sampled_from(RAW[:5]))
def test_totals_never_fall_and_rise_at_least_by_what_is_new(world, span, metric):
    [new] = world.series("project", world.project, metric, span)
    [total] = world.series("project", world.project, metric, span, mode="cumulative")
    rises = [after - before for before, after in pairwise(total)]
    assert all(rise >= gain >= 0 for rise, gain in zip(rises, new[1:], strict=True))


def test_goals_and_series_count_the_same_views(world):
    path = f"/projects/{world.project}/goal-compliance"
    groups = world.done("GET", path, reference_date="2026-05-31")
    goals = [
        entry for group in groups for entry in group["compliance"]
        if (entry["goal"]["metric"], entry["goal"]["period"]) == ("views", "monthly")
        and entry["goal"]["start_date"] <= "2026-05-01"
    ]  # fmt: skip
    assert goals
    may = (date(2026, 5, 1), date(2026, 5, 31))
    for entry in goals:
        [views] = world.series("creator", entry["goal"]["creator_id"], "views", may)
        assert entry["actual"] == sum(views)
