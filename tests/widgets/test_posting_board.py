"""The board of posting shows what the helpers give, and writes only what a dry run has said."""

from __future__ import annotations

import re

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.acting import client_of
from tests.support.relays import Relay, refusal
from tests.widgets.doubles import check_code, pages, report
from trackagoat_pandas.errors import ForbiddenError
from trackagoat_pandas.widgets.posting_board import PostingBoard, tiles_of

pytestmark = pytest.mark.slow

PROGRAM = "Summer Launch"
CAVEAT = "TikTok doesn&#x27;t publish when it shows posts to fewer people"


@pytest.fixture
def program_videos(client):
    return tgp.load_videos(PROGRAM, client=client)


@pytest.fixture
def mine():
    """A client of a sandbox of its own, since these tests write."""
    with tgp.sandbox(rate_limit=None) as box, client_of(box) as client:
        yield client


def inbox_of(client, **options):
    videos = tgp.load_videos(PROGRAM, client=client)
    board = PostingBoard(videos, client=client, **options)
    board.page.value = "Inbox"
    return board


def is_shown(widget):
    return widget.layout.display != "none"


def waiting_now(client):
    return set(tgp.inbox(tgp.load_videos(PROGRAM, client=client))["id"])


def test_with_daily_views_there_is_a_page_of_times(client):
    videos = tgp.load_videos("Q1 Brand Program", client=client)
    views = tgp.load_analytics(
        "video", videos.nlargest(300, "posted_at"), "views", dates="last 181 days", clip=True,
        client=client,
    )  # fmt: skip
    board = PostingBoard(videos, analytics=views, client=client)
    board.page.value = "Times"
    pd.testing.assert_frame_equal(board.frame, tgp.suggest_posting_times(videos, views))
    check_code(board, videos=videos, analytics=views)
    loading = PostingBoard(analytics=views, project="Q1 Brand Program", client=client).wait(60)
    assert loading.page.options == board.page.options


def test_the_pages_are_what_the_helpers_give(videos):
    board = PostingBoard(videos)
    found = dict(zip(pages(board), [None] * 9, strict=False))
    assert [*found] == ["Calendar", "Hours", "Regularity", "Over-posting", "Inbox"]
    for page, made in {
        "Calendar": tgp.content_calendar(videos).sort_values("day", ascending=False),
        "Hours": tgp.posting_heatmap(videos),
        "Regularity": tgp.posting_consistency(videos),
        "Over-posting": tgp.find_overposting(videos),
    }.items():
        board.page.value = page
        pd.testing.assert_frame_equal(board.frame, made)
    board.page.value = "Inbox"
    assert board.frame["id"].tolist() == tgp.inbox(videos)["id"].tolist()


def test_how_long_posts_wait_is_as_of_the_load_so_that_the_code_gives_the_same(videos):
    board = PostingBoard(videos)
    board.page.value = "Inbox"
    read = pd.Timestamp(videos.attrs["trackagoat"]["server_time"])
    pd.testing.assert_frame_equal(board.frame, tgp.inbox(videos, now=read))
    assert f'tgp.inbox(videos, now="{read:%Y-%m-%dT%H:%M:%SZ}")' in board.code
    check_code(board, videos=videos)


def test_days_narrow_each_page_to_posts_of_these_days(videos):
    board = PostingBoard(videos, timezone="Pacific/Apia")
    board.dates.value = "2026-05-09..2026-05-20"
    local = videos["posted_at"].dt.tz_convert("Pacific/Apia").dt.tz_localize(None)
    inside = videos[local.between("2026-05-09", "2026-05-21", inclusive="left")]
    assert [board.frame["day"].min(), board.frame["day"].max()] == [
        pd.Timestamp("2026-05-09"), pd.Timestamp("2026-05-20")
    ]  # fmt: skip
    board.page.value = "Hours"
    assert board.frame["posts"].sum() == tgp.posting_heatmap(inside)["posts"].sum()
    board.page.value = "Over-posting"
    assert board.frame["day"].between("2026-05-09", "2026-05-20").all()
    board.page.value = "Inbox"
    assert set(board.frame["id"]) == set(tgp.inbox(inside)["id"])


def test_the_tiles_count_what_the_pages_list(videos):
    board = PostingBoard(videos)
    made = tiles_of(board._all)
    days, over = tgp.content_calendar(videos), tgp.find_overposting(videos)
    assert made["Posts"].value == f"{days['posts'].sum():,}"
    ended = days[(days["posts"] > 0) | (days["day"] != days.attrs["trackagoat"]["running_day"])]
    assert made["Days without a post"][:2] == (
        f"{(ended['posts'] == 0).sum()}", f"of {len(ended)}"
    )  # fmt: skip
    assert (made["Over-posted days"].value, made["Over-posted days"].is_alarm) == (
        f"{len(over)}", bool((over["severity"] == "amber").any())
    )  # fmt: skip
    assert made["To review"].value == f"{len(tgp.inbox(videos))}"


def test_a_day_drawn_over_in_the_calendar_chooses_it(videos):
    board = PostingBoard(videos)
    spans = re.findall(r"data-days='([^']+)'", board._picture.value)
    report(board, "days", spans[3])
    assert board.frame["day"].dt.strftime("%Y-%m-%d").tolist() == [spans[3][:10]]


def test_a_click_on_a_creators_row_narrows_every_page(videos):
    board = PostingBoard(videos)
    board.page.value = "Regularity"
    id_ = board.frame["creator_id"].iloc[1]
    report(board, "row", "1")
    assert (board.creator.value, board.frame["creator_id"].tolist()) == (id_, [id_])


def test_over_posting_comes_with_the_guides_caveat_and_says_if_nothing_confirms_it(videos):
    board = PostingBoard(videos)
    assert CAVEAT not in board.message.value
    board.page.value = "Over-posting"
    assert CAVEAT in board.message.value
    assert "No snapshots confirm the low views" in board.message.value
    history = videos[["id", "view_count"]].assign(observed_at=pd.Timestamp("2026-06-17", tz="UTC"))
    board = PostingBoard(videos, history=history)
    board.page.value = "Over-posting"
    assert "No snapshots" not in board.message.value
    assert board.frame["confirmed_posts"].notna().all()
    check_code(board, videos=videos, history=history)


def test_pages_without_rows_say_why(videos):
    calm = videos.dropna(subset="creator_id").head(3)
    board = PostingBoard(calm.assign(tracking_status="included"))
    for page, said in {
        "Over-posting": "No creator posted 7 times on one of these days with 2 posts below 100",
        "Inbox": "No post is waiting for review.",
    }.items():
        board.page.value = page
        assert said in board.grid.table.value
    assert not is_shown(board._review)


def test_videos_whose_instants_are_texts_are_read(videos):
    texts = videos.assign(posted_at=videos["posted_at"].astype(str))
    board = PostingBoard(texts, timezone="America/New_York")
    board.page.value = "Hours"
    board.dates.value = "2026-05"
    assert board.frame["posts"].sum() > 0
    check_code(board, videos=texts)


def test_a_click_on_a_waiting_post_lists_it_alone_until_the_filters_are_cleared(program_videos):
    board = PostingBoard(program_videos)
    board.page.value = "Inbox"
    everyone = board.frame["id"].tolist()
    report(board, "row", "2")
    assert board.frame["id"].tolist() == [everyone[2]]
    assert is_shown(board.post)
    assert board.approve_button.description == "Approve 1 post"
    check_code(board, videos=program_videos)
    board.clear_button.click()
    assert board.frame["id"].tolist() == everyone
    board.page.value = "Calendar"
    assert not is_shown(board._review)


@pytest.mark.parametrize(("decision", "done"), [("approve", "approved"), ("exclude", "excluded")])
def test_nothing_is_written_before_the_second_click(mine, decision, done):
    board = inbox_of(mine)
    listed = set(board.frame["id"])
    assert not is_shown(board.confirm_button)
    getattr(board, f"{decision}_button").click()
    board.wait(60)
    assert f"Dry run: {len(listed)} posts would be {done}. Nothing has been" in board._verdict.value
    assert set(board.reviewed["status"]) == {"would change"}
    assert waiting_now(mine) == listed
    assert is_shown(board.confirm_button)
    assert board.confirm_button.description == f"{decision.capitalize()} {len(listed)} posts now"
    board.confirm_button.click()
    board.wait(60)
    assert waiting_now(mine) == set()
    assert set(board.reviewed["status"]) == {"updated"}
    assert f"{len(listed)} posts {done}." in board._verdict.value
    assert board.frame.empty
    assert not is_shown(board.confirm_button)


def test_after_a_write_the_posts_are_those_of_now_and_the_code_loads_them(mine):
    board = inbox_of(mine)
    left = board.frame["id"].tolist()[1:]
    report(board, "row", "0")
    board.exclude_button.click()
    board.wait(60)
    board.confirm_button.click()
    board.wait(60)
    assert (board.frame["id"].tolist(), board.post.value) == (left, "")
    assert board.code.splitlines()[2].startswith("videos = tgp.load_videos(")
    check_code(board)


@pytest.mark.parametrize(
    "change",
    [
        lambda board: report(board, "row", "0"),
        lambda board: setattr(board.creator, "value", board.creator.options[1][1]),
        lambda board: setattr(board.page, "value", "Calendar"),
        lambda board: setattr(board.dates, "value", "2026-05"),
    ],
)
def test_a_change_of_what_is_listed_takes_the_second_click_away(mine, change):
    board = inbox_of(mine)
    listed = set(board.frame["id"])
    board.approve_button.click()
    board.wait(60)
    change(board)
    assert not is_shown(board.confirm_button)
    board.confirm_button.click()  # a click that was on its way
    assert waiting_now(mine) == listed


def test_a_dry_run_that_comes_back_after_a_change_is_about_nothing(mine):
    board = inbox_of(mine)
    with board._lock:  # so that its result has to wait
        board.approve_button.click()
        board.creator.value = board.creator.options[1][1]
    board.wait(60)
    assert not is_shown(board.confirm_button)
    assert board._verdict.value == ""


def test_posts_that_no_longer_wait_are_said_and_not_written(mine):
    board = inbox_of(mine)
    first, *rest = board.frame["id"]
    tgp.actions.review_inbox(PROGRAM, exclude=[first], client=mine)
    board.approve_button.click()
    board.wait(60)
    assert f"{len(rest)} posts would be approved" in board._verdict.value
    assert "1 post: not found, the project lists no such video" in board._verdict.value
    board.confirm_button.click()
    board.wait(60)
    assert set(board.reviewed["id"]) == set(rest)


def test_posts_of_several_projects_are_not_reviewed_at_once(mine):
    videos = pd.concat(
        [tgp.load_videos(name, client=mine) for name in (PROGRAM, "Q1 Brand Program")],
        ignore_index=True,
    )
    board = PostingBoard(videos, timezone="UTC", client=mine)
    board.page.value = "Inbox"
    board.approve_button.click()
    assert "These posts aren&#x27;t of one project" in board._verdict.value
    assert board.state == "idle"


def test_a_write_that_is_refused_says_so_and_keeps_the_list(mine, monkeypatch):
    board = inbox_of(mine)
    listed = board.frame["id"].tolist()
    board.approve_button.click()
    board.wait(60)

    def refuse(*_, **__):
        raise ForbiddenError("/inbox", 403, "no scope")

    monkeypatch.setattr("trackagoat_pandas.widgets.posting_board.review_inbox", refuse)
    board.confirm_button.click()
    assert "role='alert'" in board._verdict.value
    assert board.frame["id"].tolist() == listed


def test_of_a_write_without_an_answer_it_is_said_that_nobody_knows():
    def answer(request, go_on):
        return go_on() if request.method == "GET" else refusal(500)

    with (
        tgp.sandbox(rate_limit=None) as box,
        tgp.connect(
            box.key, base_url=box.base_url, transport=Relay(box.app, answer), rate_limit=None,
            progress=False, max_wait_s=1.0,
        ) as client,
    ):  # fmt: skip
        board = inbox_of(client)
        count = len(board.frame)
        board.approve_button.click()
        board.wait(60)
        board.confirm_button.click()
        board.wait(60)
        assert set(board.reviewed["status"]) == {"unknown"}
        said = board._verdict.value
    assert "0 posts approved." in said
    assert f"{count} posts: unknown, " in said
    assert "shows whether it was done" in said
    assert "failed" not in said
