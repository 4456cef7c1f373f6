from __future__ import annotations

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from trackagoat_pandas.errors import MissingColumnError

CREATORS = pd.DataFrame({"id": ["a", "b", "c"], "tiktok_handle": ["ann", "bob", "cyd"]})
VIDEOS = pd.DataFrame(
    {
        "creator_id": ["a", "a", "b", "b", None],
        "tracking_status": ["included", "pending_review", "auto_tracked", "direct_add", "included"],
        "is_tracking_disabled": pd.array([False, False, True, None, False], "boolean"),
        "view_count": [100, 900, 900, 200, 900],
        "like_count": [10, 9, 9, 2, 9],
        "comment_count": [0, 9, 9, 0, 9],
        "share_count": [0, 9, 9, 0, 9],
        "save_count": [0, 9, 9, 0, 9],
    }
)
GOALS = pd.DataFrame({"creator_id": ["a", "a", "b"], "status": ["on_track", "missed", "completed"]})


def test_only_what_counts_is_counted_the_most_seen_first():
    summary = tgp.summarize_creators(CREATORS, VIDEOS, GOALS)
    assert summary["tiktok_handle"].tolist() == ["bob", "ann", "cyd"]
    assert summary["posts"].tolist() == [1, 1, 0]
    assert summary["views"].tolist() == [200, 100, 0]
    assert summary["engagement_rate_by_views"].tolist() == [1.0, 10.0, pd.NA]


def test_the_worst_goal_says_the_status():
    summary = tgp.summarize_creators(CREATORS, VIDEOS, GOALS)
    status = summary["goal_status"].astype(object)
    assert status.where(status.notna(), None).tolist() == ["completed", "missed", None]
    assert summary["goals"].tolist() == [1, 2, 0]
    assert summary["goals_on_pace"].tolist() == [1, 1, 0]


def test_a_goal_that_has_not_started_is_not_on_pace():
    goals = GOALS.assign(not_yet_started=[True, False, True])
    summary = tgp.summarize_creators(CREATORS, VIDEOS, goals).set_index("tiktok_handle")
    assert summary["goals"].to_dict() == {"ann": 2, "bob": 1, "cyd": 0}
    assert summary["goals_on_pace"].to_dict() == {"ann": 0, "bob": 0, "cyd": 0}
    assert summary["goals_not_started"].to_dict() == {"ann": 1, "bob": 1, "cyd": 0}
    assert summary["goal_status"].dropna().to_dict() == {"ann": "missed", "bob": "not_started"}


def test_empty_frames_give_a_typed_empty_summary():
    full = tgp.summarize_creators(CREATORS, VIDEOS, GOALS)
    empty = tgp.summarize_creators(CREATORS.head(0), VIDEOS.head(0), GOALS.head(0))
    assert len(empty) == 0
    assert list(empty.columns) == list(full.columns)
    assert empty["views"].dtype == full["views"].dtype == pd.Int64Dtype()


def test_a_wrong_frame_is_refused_with_the_loader_that_has_the_column():
    with pytest.raises(MissingColumnError, match=r"no columns? .*'status'.*load_goal_compliance"):
        tgp.summarize_creators(CREATORS, VIDEOS, VIDEOS)


def test_views_equal_the_sum_of_the_servers_counted_videos(client):
    project = "Q1 Brand Program"
    creators = tgp.load_creators(project, client=client)
    videos = tgp.load_videos(project, client=client)
    goals = tgp.load_goal_compliance(project, client=client)
    summary = tgp.summarize_creators(creators, videos, goals).set_index("creator_id")
    board = tgp.load_report("creator-leaderboard", project, dates="2025-10..2026-06", client=client)
    board = board.set_index("creator_id")
    shared = board.index.intersection(summary.index[summary["posts"] > 0])
    assert len(shared) > 5
    assert summary.loc[shared, "views"].tolist() == board.loc[shared, "view_count"].tolist()


KNOWN = pd.DataFrame(
    {
        "id": ["v1", "v2", "v3"],
        "creator_id": "a",
        "tracking_status": "included",
        "is_tracking_disabled": False,
        "view_count": pd.array([1_000, None, 500], "Int64"),
        "like_count": pd.array([60, 500, None], "Int64"),
        "comment_count": 0,
        "share_count": 0,
        "save_count": 0,
    }
)


@pytest.mark.parametrize("backend", ["numpy_nullable", "pyarrow"])
def test_a_rate_is_over_the_videos_that_know_both_of_its_sides(backend):
    # With unknown counts as 0 it would be 560 of 1,500: 37 percent.
    videos = KNOWN.convert_dtypes(dtype_backend=backend)
    ann = tgp.summarize_creators(CREATORS, videos, GOALS).iloc[0]
    assert ann["engagement_rate_by_views"] == 6.0
    assert (ann["posts"], ann["views"], ann["avg_views_per_post"]) == (3, 1_500, 750.0)


def test_the_views_of_videos_without_a_count_are_not_known():
    summary = tgp.summarize_creators(CREATORS, KNOWN.assign(view_count=None), GOALS)
    assert summary["tiktok_handle"].tolist() == ["bob", "cyd", "ann"]
    assert summary["views"].tolist() == [0, 0, pd.NA]
    assert summary["avg_views_per_post"].isna().all()


def test_what_stands_twice_counts_once():
    newer = KNOWN.assign(view_count=[2_000, None, 500], like_count=[60, 500, None])
    goals = GOALS.assign(goal_id=["g", "h", "i"])
    once = tgp.summarize_creators(CREATORS, newer, goals)
    twice = tgp.summarize_creators(
        pd.concat([CREATORS, CREATORS]), pd.concat([KNOWN, newer]), pd.concat([goals, goals])
    )
    pd.testing.assert_frame_equal(once, twice)
    assert once.loc[0, "engagement_rate_by_views"] == 3.0
