from __future__ import annotations

import re

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.goal_frames import daily
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
def test_the_most_comes_first_with_rank_and_share_of_all_rows(dtype):
    board = leaderboard(videos([10, 60, None, 30], dtype), n=2)
    assert board.columns.tolist() == ["rank", "share", "title", "view_count"]
    assert board["title"].tolist() == ["b", "d"]
    assert board["rank"].tolist() == [1, 2]
    assert board["share"].tolist() == [60.0, 30.0]


@pytest.mark.parametrize("dtype", BACKENDS)
def test_ties_share_the_smaller_rank_and_keep_their_order(dtype):
    board = leaderboard(videos([5, 7, 5, 7, 1], dtype), n=None)
    assert board["title"].tolist() == ["b", "d", "a", "c", "e"]
    assert board["rank"].tolist() == [1, 1, 3, 3, 5]


@pytest.mark.parametrize("dtype", BACKENDS)
def test_of_rows_that_tie_for_the_last_place_the_earlier_stay(dtype):
    assert leaderboard(videos([5, 5, 9, 5], dtype), n=2)["title"].tolist() == ["c", "a"]


def test_a_row_without_a_number_is_not_ranked():
    board = leaderboard(videos([None, 1, None]), n=None)
    assert board["title"].tolist() == ["b"]


def test_within_ranks_each_group_by_itself():
    frame = videos([1, 5, 3, 4, 2], creator=["x", "y", "x", "y", None])
    board = leaderboard(frame, n=1, within="creator")
    assert board["title"].tolist() == ["c", "b", "e"]
    assert board["rank"].tolist() == [1, 1, 1]
    assert board["share"].tolist() == [75.0, pytest.approx(500 / 9), 100.0]


def test_ties_within_a_group_share_the_smaller_rank():
    frame = videos([3, 3, 1, 9], creator=["x", "x", "x", "y"])
    assert leaderboard(frame, n=None, within="creator")["rank"].tolist() == [1, 1, 3, 1]


def test_a_share_of_rates_means_nothing():
    frame = videos([1, 2], engagement_rate_by_views=[4.0, 6.0])
    board = leaderboard(frame, "engagement_rate_by_views")
    assert board["share"].isna().all()
    assert board["title"].tolist() == ["b", "a"]


@pytest.mark.parametrize("counts", [[0, 0], [-1, 2]])
def test_a_share_of_nothing_or_of_losses_means_nothing(counts):
    assert leaderboard(videos(counts))["share"].isna().all()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("engagement_rate_by_views", True),
        ("avg_views_per_post", True),
        ("percentage", True),
        ("multiple", True),
        ("view_count", False),
        ("share_count", False),
        ("amount_cents", False),
        ("operated", False),
    ],
)
def test_rates_are_told_by_their_name(name, expected):
    assert is_rate(name) is expected


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


def test_a_leaderboard_can_be_ranked_anew():
    board = leaderboard(videos([1, 2, 3], likes=[9, 8, 7]))
    again = leaderboard(board, "likes")
    assert again.columns.tolist() == ["rank", "share", "title", "view_count", "likes"]
    assert again["rank"].tolist() == [1, 2, 3]


def test_repeated_index_labels_do_no_harm():
    frame = videos([1, 3, 2]).set_axis([7, 7, 7])
    assert leaderboard(frame)["title"].tolist() == ["b", "c", "a"]


def test_an_empty_frame_gives_an_empty_frame_with_rank_and_share():
    board = leaderboard(videos([]))
    assert board.empty
    assert board.dtypes.astype(str).tolist()[:2] == ["Int64", "Float64"]


def test_the_frame_is_left_unchanged():
    frame = videos([1, 2])
    before = frame.copy()
    leaderboard(frame, within="title")
    pd.testing.assert_frame_equal(frame, before)


def test_a_column_of_words_can_not_be_ranked():
    with pytest.raises(ArgumentError, match="a column of numbers"):
        leaderboard(videos([1]), "title")


def test_a_missing_column_names_the_loader_that_has_it():
    with pytest.raises(MissingColumnError, match=r"no columns? .*'follower_count'.*load_creators"):
        leaderboard(videos([1]), "follower_count")


def test_n_is_a_whole_number_of_at_least_one():
    with pytest.raises(ArgumentError, match="it must be at least 1"):
        leaderboard(videos([1]), n=0)
    with pytest.raises(ArgumentTypeError, match="a whole number"):
        leaderboard(videos([1]), n=1.5)


@pytest.mark.parametrize("order", ["view_count", "like_count", "save_count"])
def test_the_order_is_that_of_the_servers_leaderboard(client, order):
    served = tgp.load_report("video-leaderboard", "Q1 Brand Program", order=order, client=client)
    shuffled = served.sample(frac=1, random_state=7)
    ours = leaderboard(shuffled, order, n=20)
    assert ours[order].tolist() == served[order].head(20).tolist()
    is_alone = ~served[order].duplicated(keep=False).head(20)
    expected = served["video_id"].head(20)[is_alone]
    assert ours["video_id"][is_alone].tolist() == expected.tolist()


def test_within_groups_a_share_is_of_its_own_group():
    frame = pd.DataFrame({"group": ["x", "x", "y"], "view_count": [30, 10, 60]})
    assert leaderboard(frame, within="group")["share"].tolist() == [75.0, 25.0, 100.0]


@pytest.mark.parametrize("dtype", ["int64", "Int64", "Float64", "int64[pyarrow]"])
@pytest.mark.parametrize("within", [None, "group"])
def test_equal_numbers_rank_alike(dtype, within):
    frame = pd.DataFrame({"group": "x", "view_count": pd.Series([5, 9, 5, 1], dtype=dtype)})
    assert leaderboard(frame, within=within)["rank"].tolist() == [1, 2, 2, 4]


def test_a_video_that_stands_twice_is_ranked_once_by_its_last_row():
    frame = pd.DataFrame({"id": ["a", "b", "a"], "view_count": [10, 60, 40]})
    found = leaderboard(frame)
    assert found["view_count"].tolist() == [60, 40]
    assert found["share"].tolist() == [60.0, 40.0]
