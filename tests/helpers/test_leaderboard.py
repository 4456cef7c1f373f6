from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.goal_frames import daily
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, MissingColumnError
from trackagoat_pandas.helpers.leaderboard import is_rate, leaderboard

BACKENDS = ["Int64", "int64[pyarrow]", "Float64", "double[pyarrow]"]


def videos(counts, dtype="Int64", **columns):
    return pd.DataFrame(
        {
            "title": list("abcdefgh")[: len(counts)],
            "view_count": pd.array(counts, dtype),
            **columns,
        }
    )


@pytest.mark.parametrize("dtype", BACKENDS)
@pytest.mark.parametrize(
    ("counts", "n", "titles", "ranks", "shares"),
    [
        # A row without a number is not ranked.
        ([10, 60, None, 30], 2, "bd", [1, 2], [60.0, 30.0]),
        ([None, 1, None], None, "b", [1], [100.0]),
        # Equal numbers rank alike and keep their order; of a tie for the last place the first stay.
        ([5, 7, 5, 7, 1], None, "bdace", [1, 1, 3, 3, 5], [28.0, 28.0, 20.0, 20.0, 4.0]),
        ([5, 5, 10, 5], 2, "ca", [1, 2], [40.0, 20.0]),
        # A share of nothing or of losses means nothing.
        ([0, 0], None, "ab", [1, 1], [np.nan] * 2),
        ([-1, 2], None, "ba", [1, 2], [np.nan] * 2),
    ],
)
def test_the_most_comes_first_with_rank_and_share_of_all_rows(
    dtype, counts, n, titles, ranks, shares
):
    board = leaderboard(videos(counts, dtype), n=n)
    assert board.columns.tolist() == ["rank", "title", "share", "view_count"]
    assert board["title"].tolist() == list(titles)
    assert board["rank"].tolist() == ranks
    np.testing.assert_allclose(board["share"].to_numpy("float64", na_value=np.nan), shares)


@pytest.mark.parametrize("dtype", BACKENDS)
def test_within_ranks_each_group_by_itself(dtype):
    frame = videos([1, 5, 3, 4, 2, 5], dtype, creator=["x", "y", "x", "y", None, "y"])
    board = leaderboard(frame, n=2, within="creator")
    assert board["title"].tolist() == ["c", "a", "b", "f", "e"]
    assert board["rank"].tolist() == [1, 2, 1, 1, 1]
    assert board["share"].tolist() == pytest.approx([75, 25, 500 / 14, 500 / 14, 100])


def test_a_share_of_rates_means_nothing():
    frame = videos([1, 2], engagement_rate_by_views=[4.0, 6.0])
    board = leaderboard(frame, "engagement_rate_by_views")
    assert board["share"].isna().all()
    assert board["title"].tolist() == ["b", "a"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["engagement_rate_by_views", "avg_views_per_post", "percentage", "multiple"], True),
        (["positive_pct", "cost_per_engagement_cents", "posts_per_week", "lift_pct"], True),
        (["view_count", "share_count", "amount_cents", "operated", "value", "target"], False),
    ],
)
def test_rates_are_known_by_their_unit_or_name(names, expected):
    assert {is_rate(name) for name in names} == {expected}


def test_dates_of_several_series_are_summed_before_they_are_ranked():
    views = pd.concat([daily([5, 5, 5]), daily([9, 1, 1], creator="b")]).assign(label="@mia")
    message = r"it has several dates .* Sum first: (frame\.groupby.*sum\(\))\. .* within='date'"
    with pytest.raises(ArgumentError, match=message) as refused:
        leaderboard(views, "value")
    sums = eval(re.search(message, str(refused.value))[1], {"frame": views})
    assert leaderboard(sums, "value")["entity_id"].tolist() == ["a", "b"]
    by_date = leaderboard(views, "value", n=1, within="date")
    assert by_date["entity_id"].tolist() == ["b", "a", "a"]


def test_the_dates_of_one_series_and_series_of_one_date_are_ranked():
    views = daily([5, 7, 6])
    assert leaderboard(views, "value")["value"].tolist() == [7, 6, 5]
    today = pd.concat([daily([5]), daily([9], creator="b")])
    assert leaderboard(today, "value")["entity_id"].tolist() == ["b", "a"]


def test_a_leaderboard_can_be_ranked_by_another_column():
    board = leaderboard(videos([1, 2, 3], likes=[9, 8, 7]))
    again = leaderboard(board, "likes")
    assert again.columns.tolist() == ["rank", "title", "share", "view_count", "likes"]
    assert again["rank"].tolist() == [1, 2, 3]


def test_repeated_index_labels_do_no_harm():
    frame = videos([1, 3, 2]).set_axis([7, 7, 7])
    assert leaderboard(frame)["title"].tolist() == ["b", "c", "a"]


def test_an_empty_frame_gives_an_empty_frame_with_rank_and_share():
    board = leaderboard(videos([]))
    assert board.empty
    assert board[["rank", "share"]].dtypes.astype(str).tolist() == ["Int64", "Float64"]


def test_the_frame_is_left_unchanged():
    frame = videos([1, 2])
    before = frame.copy()
    leaderboard(frame, within="title")
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({"by": "title"}, ArgumentError, "a column of numbers"),
        ({"within": "creator"}, MissingColumnError, "has no column 'creator'"),
        ({"by": "follower_count"}, MissingColumnError,
         r"no columns? .*'follower_count'.*load_creators"),
        ({"n": 0}, ArgumentError, "it must be at least 1"),
        ({"n": 1.5}, ArgumentTypeError, "a whole number"),
    ],
)  # fmt: skip
def test_wrong_arguments_are_refused(options, error, match):
    with pytest.raises(error, match=match):
        leaderboard(videos([1]), **options)


@pytest.mark.parametrize("order", ["view_count", "like_count", "save_count"])
def test_the_order_is_that_of_the_servers_leaderboard(client, order):
    served = tgp.load_report("video-leaderboard", "Q1 Brand Program", order=order, client=client)
    shuffled = served.sample(frac=1, random_state=7)
    ours = leaderboard(shuffled, order, n=20)
    assert ours[order].tolist() == served[order].head(20).tolist()
    is_alone = ~served[order].duplicated(keep=False).head(20)
    expected = served["video_id"].head(20)[is_alone]
    assert ours["video_id"][is_alone].tolist() == expected.tolist()


def test_a_video_that_stands_twice_is_ranked_once_by_its_last_row():
    frame = pd.DataFrame({"id": ["a", "b", "a"], "view_count": [10, 60, 40]})
    found = leaderboard(frame)
    assert found["view_count"].tolist() == [60, 40]
    assert found["share"].tolist() == [60.0, 40.0]


@pytest.mark.parametrize(
    "columns",
    [
        {"campaign_name": ["Spring", "Teasers"]},
        {"campaign_id": ["a", "b"], "name": ["Spring", "Teasers"]},
        {"entity": "campaign", "entity_id": ["a", "b"]},
    ],
)
def test_campaigns_share_videos_and_so_have_no_shares(columns):
    campaigns = pd.DataFrame({**columns, "views": [300, 120]})
    assert leaderboard(campaigns, "views")["share"].isna().all()
    assert leaderboard(campaigns.head(1), "views")["share"].tolist() == [100.0]
    posts = campaigns.assign(video_id=["v", "w"]).drop(columns="entity", errors="ignore")
    assert leaderboard(posts, "views")["share"].notna().all()
