"""What a frame is and what it doesn't have, in words."""

from __future__ import annotations

import pandas as pd
import pytest

from trackagoat_pandas.helpers.captions import flaws, project_of, summary, title


def framed(frame=None, **facts):
    frame = pd.DataFrame({"a": [1]}) if frame is None else frame
    frame.attrs["trackagoat"] = facts
    return frame


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"path": "/videos"}, "Videos"),
        ({"path": "/projects/p/goal-compliance"}, "Goal compliance"),
        ({"path": "/analytics/aggregate/video-leaderboard"}, "Video leaderboard"),
        ({"path": "/videos", "project": "Q1"}, "Videos of Q1"),
        ({"path": "/comments", "params": {"from": "2026-05-01"}}, "Comments"),
        ({"path": "/comments", "params": {"from": "2026-05-01", "to": [1]}}, "Comments"),
        (
            {"path": "/analytics", "params": {"metric": "views,likes,shares,saves"}},
            "Analytics (views, likes, shares and 1 more)",
        ),
        ({"path": "/elsewhere"}, ""),
        ({"path": None, "params": None}, ""),
        ({}, ""),
    ],
)
def test_a_title_says_what_was_loaded(facts, said):
    assert title(framed(**facts)) == said


@pytest.mark.parametrize(
    ("names", "project"),
    [(["Q1", "Q1"], "Q1"), (["Q1", None], "Q1"), (["Q1", "Q2"], None), ([None, None], None)],
)
def test_the_project_is_that_of_all_rows(names, project):
    assert project_of(pd.DataFrame({"project_name": names})) == project


def test_buckets_that_are_not_over_are_named_and_more_than_three_counted():
    days = pd.date_range("2026-06-11", periods=5)
    frame = pd.DataFrame({"date": days, "is_partial": [False, True, True, True, True]})
    assert flaws(frame) == ["Not over yet: 12 Jun 2026, 13 Jun 2026, 14 Jun 2026, 1 more."]


@pytest.mark.parametrize("flags", [["x"], [None], [1]], ids=str)
def test_a_column_of_another_meaning_says_nothing_of_buckets(flags):
    assert flaws(pd.DataFrame({"date": ["y"], "is_partial": flags})) == []


def test_a_frame_with_a_flaw_is_not_called_complete():
    assert summary(framed(complete=True)) == ["1 row x 1 column, complete"]
    assert summary(framed(complete=True, unreadable={"a": 1})) == [
        "1 row x 1 column",
        "Values that can't be read: 1 of a.",
    ]
