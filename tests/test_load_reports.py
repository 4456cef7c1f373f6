from __future__ import annotations

from typing import get_args

import pytest

import trackagoat_pandas as tgp
from tests.canned import Canned, connect_to
from trackagoat_pandas.errors import ArgumentError, ChoiceError
from trackagoat_pandas.load.reports import Report
from trackagoat_pandas.tables import TABLES

PROJECT = "Q1 Brand Program"
ID = "11111111-1111-4111-8111-111111111111"


@pytest.mark.parametrize("name", get_args(Report))
def test_each_report_gives_its_declared_columns(client, name):
    frame = tgp.load_report(name, PROJECT, client=client)
    assert list(frame.columns) == list(TABLES[name].names)
    assert len(frame) > 0


def test_a_leaderboard_is_loaded_whole_and_in_order(client):
    board = tgp.load_report("video-leaderboard", PROJECT, dates="2026", client=client)
    assert len(board) > 100
    assert board["view_count"].is_monotonic_decreasing
    assert board.goat.provenance["requests"] == -(-len(board) // 100)


def test_a_leaderboard_can_be_ordered_otherwise(client):
    board = tgp.load_report("video-leaderboard", PROJECT, order="like_count", client=client)
    assert board["like_count"].is_monotonic_decreasing


def test_what_stands_beside_the_rows_is_in_the_provenance(client):
    frame = tgp.load_report("view-distribution", PROJECT, client=client)
    percentiles = frame.goat.provenance["percentiles"]
    assert percentiles["p25"] <= percentiles["p50"] <= percentiles["p99"]


def test_counts_by_status_are_rows(client):
    frame = tgp.load_report("goal-compliance", PROJECT, client=client)
    goals = tgp.load_goal_compliance(PROJECT, client=client)
    counted = goals["status"].value_counts()
    found = frame.set_index("status")["count"]
    assert {status: found[status] for status in counted.index if counted[status]} == {
        status: count for status, count in counted.items() if count
    }


@pytest.mark.parametrize(
    ("name", "options", "error", "match"),
    [
        ("leaderboard", {}, ChoiceError, "'video-leaderboard', 'posting-heatmap'"),
        ("outliers", {"order": "view_count"}, ArgumentError, "only video-leaderboard, creator-"),
        ("member-overlap", {"dates": "2026-01"}, ArgumentError, "only video-leaderboard, posting"),
        ("outliers", {"reference_date": "2026-01-01"}, ArgumentError, "only goal-compliance take"),
        ("outliers", {"tz": "UTC"}, ArgumentError, "only posting-heatmap take"),
        ("video-leaderboard", {"order": "views"}, ChoiceError, "'view_count', 'like_count'"),
        ("posting-heatmap", {"tz": "Mars"}, ArgumentError, "IANA"),
    ],
)
def test_bad_arguments_are_refused_before_anything_is_sent(name, options, error, match):
    app = Canned({})
    with connect_to(app) as client, pytest.raises(error, match=match):
        tgp.load_report(name, ID, client=client, **options)
    assert app.asked == []


@pytest.mark.parametrize(
    "answer",
    [
        [{"status": "missed", "count": 2}],
        {"counts": {"missed": 2}},
        {"missed": 2},
        {"statuses": [{"status": "missed", "count": 2}]},
    ],
)
def test_counts_are_read_in_any_reasonable_shape(answer):
    path = "/analytics/aggregate/goal-compliance"
    with connect_to(Canned({path: answer})) as client:
        frame = tgp.load_report("goal-compliance", ID, client=client)
    assert frame[["status", "count"]].values.tolist() == [["missed", 2]]


def test_a_distribution_without_videos_has_no_rows():
    path = "/analytics/aggregate/view-distribution"
    answer = {"buckets": [], "percentiles": {"p50": None}}
    with connect_to(Canned({path: answer})) as client:
        frame = tgp.load_report("view-distribution", ID, dates="2026-05", client=client)
    assert frame.empty
    assert frame.goat.provenance["percentiles"] == {"p50": None}
