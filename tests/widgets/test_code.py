"""The code of every view of every board is what somebody would write, and gives what is shown."""

from __future__ import annotations

import warnings

import matplotlib.pyplot as plt
import pytest

import trackagoat_pandas as tgp
from tests.heavy import every, part
from tests.widgets.conftest import CAMPAIGN, PROGRAM
from tests.widgets.doubles import check_code
from trackagoat_pandas.errors import TrackaGoatWarning
from trackagoat_pandas.showing.recorder import MOST_LINES, WIDEST

pytestmark = pytest.mark.slow

BOARDS = (
    "GoalBoard", "PayoutBoard", "PostingBoard", "SentimentRadar", "VideoBoard", "CampaignBoard",
    "Explorer",
)  # fmt: skip


def check_view(board, **frames):
    """Check that the code is short, and that running it gives the frame and the picture."""
    lines = [line for line in board.code.splitlines() if line]
    assert len(lines) <= MOST_LINES, f"{len(lines)} lines:\n{board.code}"
    assert max(map(len, lines)) <= WIDEST, board.code
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TrackaGoatWarning)
        check_code(board, **frames)
    plt.close("all")


def views(board, step):
    """Show every page of a board, whole and by each of its filters; of these, each `step`th."""
    filters = getattr(board, "filters", None)
    if filters is None:
        for page in board.page.options:
            board.page.value = page
            yield page, ""
        return
    names = [name for name in filters.controls if name != "drawn"]
    views = [(page, name) for page in board.page.options for name in ("", *names, "dates")]
    for page, name in views[::step]:
        board.page.value = page
        values = [value for _, value in getattr(filters.controls.get(name), "options", ())]
        if len(values) > 1:
            filters.controls[name].value = values[1]
        elif name == "dates" and filters.dates is not None and filters._span is not None:
            first, last = filters._span.first, filters._span.last
            filters.dates.value = (first + (last - first) / 3, last - (last - first) / 3)
        board.page.value = page  # a creator turns to another
        yield page, name
        filters.clear()


@pytest.fixture(scope="module")
def books(box):
    """All frames of a program that boards take."""
    with tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False) as client:
        creators = tgp.load_creators(PROGRAM, client=client)
        structures = tgp.load_payout_structures(PROGRAM, client=client)
        return {
            "creators": creators, "structures": structures,
            "goals": tgp.load_goal_compliance(PROGRAM, client=client),
            "videos": tgp.load_videos(PROGRAM, client=client),
            "accruals": tgp.load_payout_accruals(PROGRAM, client=client),
            "payments": tgp.load_payout_payments(PROGRAM, client=client),
            "assignments": tgp.load_payout_assignments(structures, client=client),
            "comments": tgp.load_comments(PROGRAM, client=client),
            "campaigns": tgp.load_campaigns(PROGRAM, client=client),
        }  # fmt: skip


GIVEN = {
    "GoalBoard": ("goals", "videos"),
    "PayoutBoard": ("accruals", "payments", "creators", "structures", "assignments", "videos"),
    "PostingBoard": ("videos", "creators"),
    "VideoBoard": ("videos", "creators"),
    "CampaignBoard": ("campaigns", "videos", "creators", "accruals"),
    "SentimentRadar": ("comments", "creators", "videos", "campaigns"),
    "HealthBoard": ("videos", "creators", "goals", "comments", "accruals", "payments"),
}
LOADED = [name for name in GIVEN if name != "HealthBoard"]
"""Boards whose code loads what they show in a few lines: health needs all frames of a program."""


@pytest.mark.parametrize("name", GIVEN)
def test_the_code_of_every_view_of_given_frames_is_short_and_right(name, books):
    frames = {each: books[each] for each in GIVEN[name]}
    board = getattr(tgp.widgets, name)(**frames)
    for _ in views(board, part(1, 2, 11)):
        check_view(board, **frames)


@pytest.mark.parametrize("name", LOADED)
def test_the_code_of_every_view_that_was_loaded_is_short_and_right(name, client):
    board = getattr(tgp.widgets, name)(project=PROGRAM, client=client).wait(60)
    # Only the lines that load differ from those of given frames, of which more views are tried.
    for _ in views(board, part(1, 5, 17)):
        check_view(board)


CHOICES = {
    "drawn": "biggest",
    "metric": "likes",
    "dates": ("2026-05-10", "2026-05-20"),
    "granularity": "week",
    "creators": 2,
    "compare": False,
    "metrics": ("likes",),
}


PAGES = ("Totals", "Over time", "What moved it")


def check_choices(explorer, page, **frames):
    """Make one choice after the other, and check each; in a usual run, other ones on each page."""
    for number, (name, value) in enumerate(CHOICES.items(), PAGES.index(page)):
        chosen = explorer.creators.frame["id"].head(value) if name == "creators" else value
        getattr(explorer, name).value = chosen
        if number % every(len(PAGES)) == 0:
            check_view(explorer, **frames)


@pytest.mark.parametrize("page", PAGES)
def test_the_code_of_every_selection_of_a_given_frame_is_short_and_right(analytics, page):
    explorer = tgp.widgets.Explorer(analytics)
    explorer.page.value = page
    check_view(explorer, views=analytics)
    check_choices(explorer, page, views=analytics)


@pytest.mark.parametrize("page", PAGES)
def test_the_code_of_every_selection_that_was_loaded_is_short_and_right(client, page):
    metrics = ("views", "likes")
    explorer = tgp.widgets.Explorer(
        project=CAMPAIGN, metrics=metrics, dates="2026-05", client=client
    )
    explorer.creators.wait(60)
    explorer.compare.value = True
    explorer.reload()
    explorer.wait(60)
    explorer.page.value = page
    check_view(explorer)
    check_choices(explorer, page)


def test_the_code_of_what_posts_moved_is_short_and_right(client):
    explorer = tgp.widgets.Explorer(project=CAMPAIGN, dates="2026-05", client=client)
    explorer.creators.wait(60)
    explorer.compare.value = True
    explorer.reload()
    explorer.wait(60)
    explorer.page.value = "What moved it"
    assert set(explorer.frame["level"]) == {"creator"}
    for said in ("Load the list of posts: ", "Load the views of "):
        assert explorer.load_posts.description.startswith(said)
        assert "request" in explorer.load_posts.description
        explorer.load_posts.click()
        explorer.wait(60)
    assert {"creator", "post"} <= set(explorer.frame["level"])
    assert explorer.load_posts.layout.display == "none"
    check_view(explorer)
    explorer.creators.value = explorer.creators.frame["id"].head(1)
    assert explorer.frame["creator_id"].nunique() == 1
    check_view(explorer)
