"""What a frame is and what it doesn't have, in words."""

from __future__ import annotations

import pandas as pd
import pytest

from trackagoat_pandas.showing.captions import flaws, notes, project_of, summary, title


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
        ({"path": "/creators", "params": {"search": "frosty"}}, "Creators matching “frosty”"),
        ({"path": "/videos", "params": {"creator_id": "a"}}, "Videos of 1 creator"),
        ({"path": "/videos", "params": {"creator_id": "12 ids"}}, "Videos of 12 creators"),
        (
            {
                "path": "/payout-accruals", "project": "Q1", "names": {"a": "ann"},
                "params": {"creator_id": "a,b", "status": "pending"},
            },
            "Payout accruals of ann, 1 creator, Q1, pending",
        ),
        ({"path": "/projects/p/goal-compliance", "helper": "will_miss"}, "Who will miss a goal"),
        ({"helper": "outstanding_balances", "by": "creator"}, "Owed, by creator"),
        ({"path": "/videos", "helper": "something_else"}, ""),
        (
            {
                "helper": "explain_change", "project": "Q1",
                "params": {
                    "metric": "views", "from": "2026-05-22", "to": "2026-05-31",
                    "compared_from": "2026-05-12", "compared_to": "2026-05-21",
                },
            },
            "What moved views, Q1: 22 May to 31 May 2026 against 12 May to 21 May 2026",
        ),
        ({"path": "/elsewhere"}, ""),
        ({"path": None, "params": None}, ""),
        ({}, ""),
    ],
)  # fmt: skip
def test_a_title_says_what_was_loaded(facts, said):
    assert title(framed(**facts)) == said


@pytest.mark.parametrize(
    ("names", "project"),
    [(["Q1", "Q1"], "Q1"), (["Q1", None], "Q1"), (["Q1", "Q2"], None), ([None, None], None)],
)
def test_the_project_is_that_of_all_rows(names, project):
    assert project_of(pd.DataFrame({"project_name": names})) == project


BOARD = "/analytics/aggregate/creator-leaderboard"
DOUBTS = "Its rows don't show whether they are of this project"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"note": "No alert"}, ["No alert."]),
        ({"path": BOARD, "unverified": ["project_id", "dates"]}, [f"{DOUBTS} and these days."]),
        ({"path": "/payout-payments", "unverified": ["project_id"]}, []),
        (
            {"path": BOARD, "counts": "lifetime", "unverified": ["project_id", "dates"]},
            ["Counts are those of the videos' lifetime, not of these days.", f"{DOUBTS}."],
        ),
        ({"path": BOARD, "counts": "range"}, []),
        ({"path": BOARD, "counts": ["?"], "unverified": 5, "note": 7}, []),
    ],
)
def test_what_has_to_be_known_of_a_frame_is_said(facts, said):
    assert notes(framed(**facts)) == said


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
