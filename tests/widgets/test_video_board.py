"""The board of videos shows what the helpers say, and follows one post."""

from __future__ import annotations

import re
from html import unescape

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.widgets.doubles import check_code, pages
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.widgets.video_board import VideoBoard

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def followed(box):
    """The videos of a program, their daily views, and its creators."""
    with tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False) as client:
        videos = tgp.load_videos("Q1 Brand Program", client=client)
        return {
            "videos": videos,
            "analytics": tgp.load_analytics(
                "video", videos.nlargest(200, "posted_at"), "views", dates="last 181 days",
                clip=True, client=client,
            ),
            "creators": tgp.load_creators("Q1 Brand Program", client=client),
        }  # fmt: skip


@pytest.fixture
def board(followed):
    return VideoBoard(**followed)


def tile(board, name):
    return re.search(rf"<span>{name}</span><b>([^<]*)</b>", board.tiles.value)[1]


def test_the_pages_are_what_the_helpers_give(board, followed):
    videos, analytics = followed["videos"], followed["analytics"]
    assert [*pages(board)] == ["Posts", "Post", "Expected", "Quality"]
    board.page.value = "Posts"
    outliers = tgp.find_outliers(videos, analytics)
    pd.testing.assert_frame_equal(board.frame, outliers)
    assert tile(board, "Outliers") == f"{outliers['is_outlier'].sum()}"
    board.page.value = "Quality"
    quality = tgp.view_quality(videos, analytics)
    assert board.frame["id"].tolist() == quality.loc[quality["grade"] != "none", "id"].tolist()
    board.page.value = "Expected"
    expected = tgp.expected_views(videos, analytics)
    assert {*board.frame["id"]} == {*expected["id"]}
    assert board.frame["expected_views"].dropna().is_monotonic_decreasing


def test_without_a_choice_the_post_with_the_most_views_is_followed(board, followed):
    board.page.value = "Post"
    top = followed["videos"].nlargest(1, "view_count")
    assert board.frame["id"].unique().tolist() == top["id"].tolist()
    assert board.frame["views_so_far"].iloc[0] == top["view_count"].iloc[0]
    assert board.frame["age_hours"].is_monotonic_decreasing


def test_a_click_on_a_row_follows_its_post_until_the_filters_are_cleared(board):
    chosen = board.frame["id"].iloc[3]
    board._pick("id", chosen)
    assert board.page.value == "Post"
    assert board.frame["id"].unique().tolist() == [chosen]
    board.page.value = "Posts"
    assert len(board.frame) > 1
    board.page.value = "Post"
    assert board.frame["id"].unique().tolist() == [chosen]
    board.clear_button.click()
    assert board.frame["id"].unique().tolist() != [chosen]


def test_posts_are_compared_with_all_others_whatever_the_filters_choose(board, followed):
    every = tgp.find_outliers(followed["videos"], followed["analytics"])
    creator = every.dropna(subset="z")["creator_id"].iloc[0]
    board.creator.value = creator
    expected = every[every["creator_id"] == creator]
    pd.testing.assert_frame_equal(board.frame, expected)
    board.dates.value = "2026-05"
    days = board.frame["posted_at"].dt.tz_convert("America/New_York").dt.strftime("%Y-%m")
    assert 0 < len(board.frame) < len(expected)
    assert {*days} == {"2026-05"}


@pytest.mark.parametrize("page", ["Posts", "Post", "Expected", "Quality"])
def test_the_code_of_every_page_rebuilds_it_for_a_creator_and_days(board, followed, page):
    board.creator.value = followed["videos"]["creator_id"].mode().iloc[0]
    board.dates.value = "2026-05"
    board.page.value = page
    check_code(board, **followed)


def test_counts_alone_have_no_page_of_what_is_expected(followed):
    board = VideoBoard(followed["videos"])
    assert [*pages(board)] == ["Posts", "Post", "Quality"]
    board.page.value = "Post"
    assert "Expected views need to know how posts grew" in board.message.value
    assert len(board.frame) == 1


def test_without_counts_of_engagement_there_is_no_page_of_evidence(followed):
    board = VideoBoard(followed["videos"].drop(columns="like_count"))
    assert [*pages(board)] == ["Posts", "Post"]


def test_a_page_that_is_no_longer_offered_gives_way_to_the_first(board):
    board.page.value = "Quality"
    board._offer_pages(["Posts", "Post", "Quality"])
    assert board.page.value == "Quality"
    board._offer_pages(["Posts", "Post"])
    assert board.page.value == "Posts"


def test_a_board_without_posts_says_so(followed):
    board = VideoBoard(followed["videos"].head(0))
    for _ in pages(board):
        assert len(board.frame) == 0
        assert "The frame has no videos" in board.grid.table.value


def test_ids_may_be_numbers_and_counts_texts_as_in_a_file_that_pandas_read(followed):
    videos = followed["videos"].head(50)
    people = pd.factorize(videos["creator_id"], use_na_sentinel=False)[0]
    read = videos.assign(
        id=range(7_300_000_000_000_000_001, 7_300_000_000_000_000_051),
        creator_id=people, view_count=videos["view_count"].astype(str),
    )  # fmt: skip
    board = VideoBoard(read, creators=pd.DataFrame({"id": [0], "tiktok_handle": ["ann"]}))
    assert {*dict(board.creator.options).values()} == {"", *map(str, people)}
    board.creator.value = "0"
    for _ in pages(board):
        assert set(board.frame["creator_id"]) <= {"0"}
    with pytest.raises(ArgumentError, match="id: the column must hold text"):
        VideoBoard(read.assign(id=read["id"].astype(float)))


def test_posts_without_an_id_are_listed_but_not_followed(followed):
    counted = followed["videos"].query("tracking_status == 'auto_tracked'").head(3)
    board = VideoBoard(counted.assign(id=None))
    board.page.value = "Post"
    assert len(board.frame) == 3


@pytest.mark.parametrize("are_several", [True, False])
def test_a_board_that_loads_itself_loads_daily_views_only_if_they_take_few_requests(
    client, monkeypatch, are_several
):
    monkeypatch.setattr(
        "trackagoat_pandas.load.series.takes_several_entities", lambda _: are_several
    )
    before = client.requests_sent
    board = VideoBoard(project="Q1 Brand Program", client=client).wait(60)
    sent = client.requests_sent - before
    said = "The daily views of the latest 300 videos weren't loaded, since they may take 300"
    assert ("Expected" in board.page.options) == are_several
    assert (said in unescape(board.message.value)) == (not are_several)
    assert sent < (40 if are_several else 20)


def test_daily_views_that_are_given_are_not_loaded_again_beside_the_videos(client, followed):
    tgp.load_projects(client=client)
    before = client.requests_sent
    for load in (tgp.load_videos, tgp.load_creators):
        load("Q1 Brand Program", client=client)
    lists = client.requests_sent - before
    given = {"analytics": followed["analytics"], "creators": followed["creators"]}
    board = VideoBoard(**given, project="Q1 Brand Program", client=client).wait(60)
    assert client.requests_sent - before == 2 * lists
    assert "Expected" in board.page.options
