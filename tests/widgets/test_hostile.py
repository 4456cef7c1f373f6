"""Texts of the API that are markup or paths: no widget obeys them or names a file by them."""

from __future__ import annotations

import json
import re
import time

import ipywidgets
import pandas as pd
import pytest

from tests.canned import connect_to
from tests.goal_frames import judged
from tests.markup import IDS, MARKUP, Seen, check_harmless
from tests.named_frames import analytics_of, comments_of
from tests.payout_frames import ZONE, accrual, accruals, payment, payments, rule, structures
from tests.relays import answering
from trackagoat_pandas.widgets import (
    CampaignPicker,
    CreatorPicker,
    Explorer,
    GoalBoard,
    PayoutBoard,
    ProjectPicker,
    SentimentRadar,
    VideoPicker,
)


def tree(widget):
    """A widget and all that it shows."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from tree(child)


def check_tree(widget) -> None:
    for part in tree(widget):
        assert getattr(part, "description_allow_html", False) is False
        if hasattr(part, "tooltip_allow_html"):
            assert part.tooltip_allow_html is False
        if isinstance(part, ipywidgets.HTML | ipywidgets.HTMLMath):
            assert not isinstance(part, ipywidgets.HTMLMath)
            check_harmless(part.value)


def named(text):
    """Frames as given to pickers, with the text for every name."""
    rows = {"id": IDS[:2], "project_id": IDS[0], "name": text, "title": text, "url": text}
    people = {"tiktok_handle": text, "display_name": text, "creator_id": IDS[0], "items": "[]"}
    return pd.DataFrame({**rows, **people, "posted_at": pd.Timestamp("2026-05-01", tz="UTC")})


PICKERS = {
    "ProjectPicker": lambda frame: ProjectPicker(frame, value=IDS[0]),
    "CreatorPicker": lambda frame: CreatorPicker(frame, campaigns=frame, value=IDS[:1]),
    "VideoPicker": lambda frame: VideoPicker(frame, value=IDS[:1]),
    "CampaignPicker": lambda frame: CampaignPicker(frame, value=IDS[:1]),
}


@pytest.mark.parametrize("text", MARKUP)
@pytest.mark.parametrize("name", PICKERS)
def test_a_picker_shows_no_markup_not_even_of_what_is_gone(name, text):
    picker = PICKERS[name](named(text))
    check_tree(picker)
    picker._given = named("other").iloc[1:]
    picker.reload()
    check_tree(picker)


LOADING = {
    "ProjectPicker": lambda client: ProjectPicker(client=client),
    "CreatorPicker": lambda client: CreatorPicker(client=client),
    "VideoPicker": lambda client: VideoPicker(client=client),
    "GoalBoard": lambda client: GoalBoard(project=IDS[0], client=client),
    "PayoutBoard": lambda client: PayoutBoard(client=client),
    "SentimentRadar": lambda client: SentimentRadar(project=IDS[0], client=client),
    "Explorer": lambda client: Explorer(project=IDS[0], client=client),
}


@pytest.mark.parametrize("name", LOADING)
def test_a_widget_whose_load_is_refused_shows_the_message_as_text(name):
    text = MARKUP[0]
    refusal = json.dumps({"data": None, "error": text, "meta": {"code": text}}).encode()

    with connect_to(answering(refusal, 400)) as client:
        widget = LOADING[name](client)
        until = time.monotonic() + 8
        while time.monotonic() < until:
            shown = [part.value for part in tree(widget) if isinstance(part, ipywidgets.HTML)]
            if any("goat onload" in Seen(html).text for html in shown):
                break
            time.sleep(0.02)
        else:
            raise AssertionError("the message isn't shown")
        check_tree(widget)
        widget.close()


def payout_board(text):
    earned = accruals(accrual("a1", 1_000, creator_id=text), accrual("b1", 99, structure_id="t"))
    paid = payments(payment("p1", 500, "a1", creator_id=text, method_name=text, method_id=text))
    people = pd.DataFrame({"id": [text, "nan"], "tiktok_handle": [text, text]})
    rules = structures(rule(name=text), rule(id="t", name=text))
    return PayoutBoard(earned, paid, creators=people, structures=rules, timezone=ZONE)


def goal_board(text):
    goals = judged(
        {"tiktok_handle": text, "creator_id": text, "display_name": text, "goal_id": text},
        {"status": "missed"},
    )
    return GoalBoard(goals, timezone=ZONE)


def radar(text):
    comments = comments_of(text, f"awful {text}").assign(video_id=text, creator_id=text)
    people = pd.DataFrame({"id": [text], "tiktok_handle": text})
    films = pd.DataFrame({"id": [text], "title": text})
    return SentimentRadar(comments, creators=people, videos=films, timezone=ZONE)


BOARDS = {
    "GoalBoard": goal_board,
    "PayoutBoard": payout_board,
    "SentimentRadar": radar,
    "Explorer": lambda text: Explorer(analytics_of(text, "plain")),
}


@pytest.mark.parametrize("text", MARKUP)
@pytest.mark.parametrize("name", BOARDS)
def test_no_page_of_a_board_shows_markup(name, text):
    board = BOARDS[name](text)
    check_tree(board)
    for page in board.page.options:
        board.page.value = page[1] if isinstance(page, tuple) else page
        check_tree(board)
    board.close()


@pytest.mark.parametrize("text", ["../../etc/passwd", "x.exe", "'><goat>", "a/b\\c", "\x00"])
@pytest.mark.parametrize("name", BOARDS)
def test_the_names_of_exported_files_hold_no_text_of_the_api(name, text):
    board = BOARDS[name](text)
    names = []
    for button in [part for part in tree(board) if getattr(part, "icon", "") == "download"]:
        button.click()
        for part in tree(board):
            if isinstance(part, ipywidgets.HTML):
                check_harmless(part.value)
                names += [value for key, value in Seen(part.value).attributes if key == "download"]
    board.close()
    assert names
    for given in names:
        assert re.fullmatch(r"[a-z0-9_-]+\.(csv|png|py|svg)", given)
