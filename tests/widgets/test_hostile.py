"""Texts of the API that are markup or paths: no widget obeys them or names a file by them."""

from __future__ import annotations

import json
import re

import ipywidgets
import pandas as pd
import pytest

from tests.support.canned import connect_to
from tests.support.goal_frames import judged
from tests.support.markup import IDS, MARKUP, Seen, check_harmless
from tests.support.named_frames import analytics_of, comments_of
from tests.support.payout_frames import ZONE, accrual, accruals, payment, payments, rule, structures
from tests.support.relays import answering
from tests.support.waiting import wait_until
from tests.widgets.doubles import pages, tree
from trackagoat_pandas.widgets import (
    CampaignBoard,
    CampaignPicker,
    CreatorPicker,
    Explorer,
    GoalBoard,
    HealthBoard,
    PayoutBoard,
    PostingBoard,
    ProjectPicker,
    SentimentRadar,
    VideoBoard,
    VideoPicker,
)


def check_tree(widget) -> None:
    for part in tree(widget):
        assert getattr(part, "description_allow_html", False) is False
        if hasattr(part, "tooltip_allow_html"):
            assert part.tooltip_allow_html is False
        if isinstance(part, ipywidgets.HTML | ipywidgets.HTMLMath):
            assert not isinstance(part, ipywidgets.HTMLMath)
            check_harmless(part.value)


def named(project, texts=MARKUP):
    """Frames as given to pickers, with a text for every name."""
    ids = [f"{number:08x}-0000-4000-8000-00000000000{project}" for number in range(len(texts))]
    rows = {"id": ids, "project_id": IDS[project], "name": texts, "title": texts, "url": texts}
    people = {"tiktok_handle": texts, "display_name": texts, "creator_id": ids, "items": "[]"}
    return pd.DataFrame({**rows, **people, "posted_at": pd.Timestamp("2026-05-01", tz="UTC")})


PICKERS = {
    "CreatorPicker": lambda frame, **options: CreatorPicker(frame, campaigns=frame, **options),
    "VideoPicker": VideoPicker,
    "CampaignPicker": CampaignPicker,
}


@pytest.mark.parametrize("name", PICKERS)
def test_a_picker_shows_no_markup_not_even_of_what_is_gone(name):
    frame = pd.concat([named(0), named(1, ["plain"])], ignore_index=True)
    projects = pd.DataFrame({"id": IDS, "name": MARKUP[:3]})
    project = ProjectPicker(projects, value=IDS[0])
    picker = PICKERS[name](frame, project=project)
    check_tree(project)
    for chosen in frame["id"].head(len(MARKUP)):
        project.value, picker.value = IDS[0], [chosen]
        check_tree(picker)
        project.value = IDS[1]
        assert "no longer among the" in picker.message.value
        check_tree(picker)


LOADING = {
    "ProjectPicker": lambda client: ProjectPicker(client=client),
    "CreatorPicker": lambda client: CreatorPicker(client=client),
    "VideoPicker": lambda client: VideoPicker(client=client),
    "GoalBoard": lambda client: GoalBoard(project=IDS[0], client=client),
    "PayoutBoard": lambda client: PayoutBoard(client=client),
    "PostingBoard": lambda client: PostingBoard(project=IDS[0], client=client),
    "VideoBoard": lambda client: VideoBoard(project=IDS[0], client=client),
    "CampaignBoard": lambda client: CampaignBoard(project=IDS[0], client=client),
    "SentimentRadar": lambda client: SentimentRadar(project=IDS[0], client=client),
    "HealthBoard": lambda client: HealthBoard(project=IDS[0], client=client),
    "Explorer": lambda client: Explorer(project=IDS[0], client=client),
}


@pytest.mark.parametrize("name", LOADING)
def test_a_widget_whose_load_is_refused_shows_the_message_as_text(name):
    text = MARKUP[0]
    refusal = json.dumps({"data": None, "error": text, "meta": {"code": text}}).encode()

    with connect_to(answering(refusal, 400)) as client:
        widget = LOADING[name](client)

        def is_shown():
            shown = [part.value for part in tree(widget) if isinstance(part, ipywidgets.HTML)]
            return any("goat onload" in Seen(html).text for html in shown)

        wait_until(is_shown)
        check_tree(widget)


def payout_board():
    rules = structures(*(rule(id=f"s{at}", name=text) for at, text in enumerate(MARKUP)))
    earned = accruals(
        *(
            accrual(f"a{at}", 1_000, creator_id=text, structure_id=f"s{at}")
            for at, text in enumerate(MARKUP)
        )
    )
    paid = payments(
        *(
            payment(f"p{at}", 500, f"a{at}", creator_id=text, method_name=text, method_id=text)
            for at, text in enumerate(MARKUP)
        )
    )
    people = pd.DataFrame({"id": MARKUP, "tiktok_handle": MARKUP})
    return PayoutBoard(earned, paid, creators=people, structures=rules, timezone=ZONE)


def goal_board():
    texts = ("tiktok_handle", "creator_id", "display_name", "goal_id")
    return GoalBoard(judged(*(dict.fromkeys(texts, text) for text in MARKUP)), timezone=ZONE)


def hostile_posts():
    """Eight posts of a day that over-posts by each, and one that waits for review."""
    times = pd.Timestamp("2026-05-01T08:00Z") + pd.to_timedelta(range(9), unit="min")
    rows = [
        pd.DataFrame(
            {
                "id": [f"{text}{post}" for post in range(9)], "creator_id": text, "title": text,
                "posted_at": times, "url": text, "view_count": pd.array([5] * 9, "Int64"),
                "like_count": 1, "comment_count": 1, "share_count": 1,
                "tracking_status": ["pending_review", *["included"] * 8], "project_id": IDS[0],
            }
        )
        for text in MARKUP
    ]  # fmt: skip
    people = pd.DataFrame({"id": MARKUP, "tiktok_handle": MARKUP})
    return {"videos": pd.concat(rows, ignore_index=True), "creators": people, "timezone": ZONE}


def posting_board():
    return PostingBoard(**hostile_posts())


def video_board():
    return VideoBoard(**hostile_posts())


def campaign_board():
    posts = hostile_posts()
    items = [
        [{"item_type": "creator", "item_id": text}, {"item_type": "campaign", "item_id": MARKUP[0]}]
        for text in MARKUP
    ]
    listed = pd.DataFrame(
        {
            "id": MARKUP, "name": MARKUP, "items": [*map(json.dumps, items)],
            "project_id": IDS[0], "target_views": 9,
            "created_at": pd.Timestamp("2026-05-01T00:00Z"),
            "target_at": pd.Timestamp("2026-07-01T00:00Z"),
        }
    )  # fmt: skip
    posts["videos"]["save_count"] = 1
    return CampaignBoard(listed, **posts)


def health_board():
    return HealthBoard(**hostile_posts())


def radar():
    rows = [
        comments_of(text).assign(text=f"awful {text}", video_id=text, creator_id=text)
        for text in MARKUP
    ]
    comments = pd.concat(rows, ignore_index=True)
    people = pd.DataFrame({"id": MARKUP, "tiktok_handle": MARKUP})
    films = pd.DataFrame({"id": MARKUP, "title": MARKUP})
    return SentimentRadar(comments, creators=people, videos=films, timezone=ZONE)


def explorer():
    rows = [analytics_of(text).assign(entity_id=text) for text in MARKUP]
    return Explorer(pd.concat(rows, ignore_index=True))


BOARDS = {
    "GoalBoard": goal_board,
    "PayoutBoard": payout_board,
    "PostingBoard": posting_board,
    "VideoBoard": video_board,
    "CampaignBoard": campaign_board,
    "HealthBoard": health_board,
    "SentimentRadar": radar,
    "Explorer": explorer,
}


@pytest.mark.parametrize("name", BOARDS)
def test_no_page_of_a_board_shows_markup_or_names_a_file_by_it(name):
    board = BOARDS[name]()
    check_tree(board)
    for _ in pages(board):
        while not board.grid.next.disabled:
            check_tree(board)
            board.grid.next.click()
        check_tree(board)
    named = []
    for button in [part for part in tree(board) if getattr(part, "icon", "") == "download"]:
        button.click()
        check_tree(board)
        links = [part.value for part in tree(board) if isinstance(part, ipywidgets.HTML)]
        found = [pair for html in links for pair in Seen(html).attributes]
        named += [value for key, value in found if key == "download"]
    assert [file.rpartition(".")[2] for file in named] == ["csv", "csv", "png", "svg"]
    assert all(re.fullmatch(r"[a-z]+(-raw)?\.[a-z]+", file) for file in named)
