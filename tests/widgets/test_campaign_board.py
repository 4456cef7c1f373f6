"""The board of campaigns shows what the helpers say, and where it is looked at more closely."""

from __future__ import annotations

import re
from html import unescape

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.campaign_frames import IDS, campaigns, videos
from tests.widgets.doubles import check_code, pages, report
from trackagoat_pandas.errors import ArgumentError, MissingArgumentError, MissingColumnError
from trackagoat_pandas.tables.results import RESULTS
from trackagoat_pandas.widgets.campaign_board import _COLUMNS, CampaignBoard

pytestmark = pytest.mark.slow

PAGES = ["Tree", "Compare", "Overlap", "Lift", "Plan"]


@pytest.fixture(scope="module")
def program(box):
    """The campaigns of a program, its videos, creators and accruals."""
    with tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False) as client:
        return {
            "campaigns": tgp.load_campaigns("Q1 Brand Program", client=client),
            "videos": tgp.load_videos("Q1 Brand Program", client=client),
            "creators": tgp.load_creators("Q1 Brand Program", client=client),
            "accruals": tgp.load_payout_accruals("Q1 Brand Program", client=client),
        }


@pytest.fixture
def board(program):
    return CampaignBoard(**program)


def said(board):
    shown = re.sub(r"<style>.*?</style>", " ", board.message.value, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", " ", shown))


def tile(board, name):
    return re.search(rf"<span>{name}</span><b>([^<]*)</b>", board.tiles.value)[1]


def id_of(program, name):
    listed = program["campaigns"].set_index("name")["id"]
    return str(listed[name])


def test_the_pages_are_what_the_helpers_give(board, program):
    listed, posts, creators = (program[name] for name in ("campaigns", "videos", "creators"))
    assert [*pages(board)] == PAGES
    board.page.value = "Tree"
    summary = tgp.summarize_campaigns(listed, posts, accruals=program["accruals"])
    pd.testing.assert_frame_equal(board.frame, summary)
    board.page.value = "Overlap"
    pd.testing.assert_frame_equal(board.frame, tgp.member_overlap(listed, posts))
    board.page.value = "Compare"
    largest = summary["campaign_id"].tolist()[:2]
    compared = tgp.compare_campaigns(listed, posts, *largest)
    pd.testing.assert_frame_equal(board.frame, compared)
    board.page.value = "Plan"
    seed = int(board.frame["seed"].iloc[0])
    plan = tgp.plan_campaign(creators, posts, weeks=4, seed=seed)
    pd.testing.assert_frame_equal(board.frame, plan)


def test_accruals_that_are_given_are_costs_of_the_campaigns_that_are_loaded(client, program):
    given = {"accruals": program["accruals"], "project": "Q1 Brand Program"}
    board = CampaignBoard(**given, client=client).wait(60)
    board.page.value = "Tree"
    assert board.frame["cost_cents"].notna().any()


def test_the_columns_of_every_page_are_those_of_its_helper():
    helpers = {
        "Tree": "summarize_campaigns", "Compare": "compare_campaigns", "Overlap": "member_overlap",
        "Lift": "campaign_lift", "Plan": "plan_campaign",
    }  # fmt: skip
    for page, names in _COLUMNS.items():
        assert {*names} <= {*RESULTS[helpers[page]].names}, page


def test_numbers_of_campaigns_that_share_creators_and_posts_have_no_total(board):
    for _ in pages(board):
        assert "Total" not in board.grid.table.value


def test_tiles_count_each_post_once_and_those_of_a_chosen_campaign(board, program):
    found = tgp.campaign_videos(program["campaigns"], program["videos"])
    assert tile(board, "Campaigns") == "7"
    assert tile(board, "Posts") == f"{found['id'].nunique():,}"
    board.campaign.value = id_of(program, "Unboxed")
    unboxed = found[found["campaign_name"] == "Unboxed"]
    assert tile(board, "Posts") == f"{len(unboxed)}"
    assert tile(board, "Behind") == "1"


def test_a_campaign_is_refused_a_lift_with_the_reason_and_without_a_picture(board, program):
    board.page.value = "Lift"
    board.campaign.value = id_of(program, "Everyday Goat")
    assert board.frame.empty
    assert not board.figure.axes[0].get_title(loc="left")
    assert "“Everyday Goat”: it takes 19 creators outside it" in board._head.value
    assert "it takes 19 creators outside it" in board.grid.table.value


def test_the_days_of_a_campaign_can_be_chosen_on_the_page_of_its_lift_only(board, program):
    assert board.dates.layout.display == "none"
    board.page.value = "Lift"
    assert board.dates.layout.display != "none"
    board.dates.value = "2026-05"
    assert 'dates="2026-05-01..2026-05-31"' in board.code
    check_code(board, **program)
    board.page.value = "Tree"
    assert "2026-05" not in board.code


def test_a_lift_that_is_known_has_its_weeks_as_a_picture(box):
    from tests.support.campaign_worlds import campaign_world

    world = campaign_world(7)
    members = " ".join(f"creator:{one}" for one in world.members)
    tree = campaigns(**{"the campaign": members}).assign(
        created_at=pd.Timestamp(world.since, tz="America/New_York").tz_convert("UTC")
    )
    posts = world.videos
    for name in ("title", *(f"{one}_count" for one in ("like", "comment", "share", "save"))):
        if name not in posts:
            posts = posts.assign(**{name: 1 if name != "title" else "x"})
    board = CampaignBoard(tree, posts, timezone="America/New_York")
    assert [*board.page.options] == ["Tree", "Lift"]
    board.page.value = "Lift"
    assert board.frame["refused"].isna().all()
    assert "views (90% interval" in board._head.value
    title = board.figure.axes[0].get_title(loc="left")
    assert title in unescape(board._head.value)
    check_code(board, campaigns=tree, videos=posts)


def test_a_click_on_a_campaign_narrows_to_it_and_one_on_a_cell_compares_two(board, program):
    spring, goat = id_of(program, "Spring Drop"), id_of(program, "Everyday Goat")
    report(board, "pick", spring)
    assert board.campaign.value == spring
    assert len(board.frame) == 4
    board.page.value = "Overlap"
    assert set(board.frame["campaign_a"]) | set(board.frame["campaign_b"]) >= {spring}
    report(board, "pick", f"{spring} {goat}")
    assert (board.page.value, board.campaign.value, board.other.value) == ("Compare", spring, goat)
    assert board.frame["label"].iloc[2] == "Only in Everyday Goat"
    for odd in (f"{spring} gone", "", spring):
        board._pick("pair", odd)
        assert board.other.value == goat
    board.clear_button.click()
    assert (board.campaign.value, board.other.value) == ("", "")


def test_a_campaign_is_never_compared_with_itself(board, program):
    board.page.value = "Compare"
    unboxed = id_of(program, "Unboxed")
    board.campaign.value = board.other.value = unboxed
    assert board.frame["label"].iloc[0] == "Only in Unboxed"
    assert board.frame["label"].iloc[2] != "Only in Unboxed"
    assert board.other.value == ""


@pytest.mark.parametrize(
    "chosen", [("", ""), ("Unboxed", ""), ("", "Unboxed"), ("", "Spring Drop")]
)
def test_the_pickers_name_the_compared_campaigns(board, program, chosen):
    board.page.value = "Compare"
    for control, name in zip((board.campaign, board.other), chosen, strict=True):
        control.value = id_of(program, name) if name else ""
    named = [control.label.removesuffix(" (default)") for control in (board.campaign, board.other)]
    labels = board.frame["label"]
    assert [f"Only in {name}" for name in named] == [labels.iloc[0], labels.iloc[2]]


def test_the_picker_names_the_campaign_of_the_lift(board):
    board.page.value = "Lift"
    assert board.campaign.label.endswith(" (default)")
    name = board.campaign.label.removesuffix(" (default)")
    assert f"“{name}”: " in board._head.value
    board.page.value = "Tree"
    assert "Campaigns</div>" in board._head.value
    assert "with a target" in board._head.value
    assert board.campaign.label.startswith("All ")


def test_a_plan_stays_until_another_one_is_drawn(board):
    board.page.value = "Plan"
    first = board.frame["seed"].iloc[0]
    board.weeks.value = "8"
    assert board.frame["seed"].iloc[0] == first
    assert board.frame["weeks"].unique().tolist() == [8]
    board.draw_button.click()
    assert board.frame["seed"].iloc[0] != first
    assert "record_plan" in board.message.value


@pytest.mark.parametrize("page", PAGES)
def test_the_code_of_every_page_rebuilds_it_for_a_chosen_campaign(board, program, page):
    board.campaign.value = id_of(program, "Spring Drop: Launch Week")
    board.page.value = page
    check_code(board, **program)


def test_without_creators_there_is_no_plan_and_with_one_campaign_nothing_to_compare(program):
    alone = program["campaigns"][program["campaigns"]["name"] == "Unboxed"]
    board = CampaignBoard(alone, program["videos"])
    assert [*pages(board)] == ["Tree", "Lift"]


def test_a_board_without_campaigns_or_posts_says_so(program):
    board = CampaignBoard(program["campaigns"].head(0), program["videos"])
    assert [*pages(board)] == ["Tree"]
    assert "The frame has no campaigns" in board.grid.table.value
    board = CampaignBoard(program["campaigns"], program["videos"].head(0))
    assert [*pages(board)] == ["Tree", "Compare", "Overlap"]
    assert board.frame is not None


def test_campaigns_in_a_circle_unknown_members_and_no_dates_are_shown():
    tree = campaigns(a="campaign:1", b="campaign:0 creator:mia", c="campaign:9 video:gone")
    posts = videos(("v1", "mia", 5), ("v2", None, None))
    people = pd.DataFrame({"id": ["mia"], "tiktok_handle": ["mia"]})
    board = CampaignBoard(tree, posts, creators=people, timezone="UTC")
    frames = {"campaigns": tree, "videos": posts, "creators": people}
    for page in PAGES:
        board.page.value = page
        check_code(board, **frames)
    board.page.value = "Overlap"
    assert board.frame[["campaign_a", "campaign_b"]].to_numpy().tolist() == [IDS[:2]]


def test_ids_may_be_numbers_and_one_of_two_frames_is_not_enough(program):
    tree = pd.DataFrame({"id": [7, 8], "items": ['[{"item_type": "video", "item_id": 1}]', None]})
    posts = videos(("v1", None, 5)).assign(id=[1])
    board = CampaignBoard(tree, posts, timezone="UTC")
    assert tile(board, "Posts") == "1"
    board.campaign.value = "7"
    assert board.frame["campaign_id"].tolist() == ["7"]
    with pytest.raises(MissingArgumentError, match="videos"):
        CampaignBoard(program["campaigns"])
    with pytest.raises(MissingArgumentError, match="campaigns"):
        CampaignBoard(videos=program["videos"])
    with pytest.raises(MissingColumnError, match="items"):
        CampaignBoard(program["campaigns"].drop(columns="items"), program["videos"])
    with pytest.raises(ArgumentError, match="lists of items in JSON"):
        CampaignBoard(program["campaigns"].assign(items="["), program["videos"])


def test_the_table_is_saved_as_numbers_and_raw_with_ids(board, tmp_path):
    path = tmp_path / "campaigns.csv"
    board.to_csv(path)
    saved = pd.read_csv(path)
    assert saved["Posts"].tolist() == board.frame["posts"].tolist()
    board.to_csv(path, raw=True)
    assert pd.read_csv(path)["campaign_id"].tolist() == board.frame["campaign_id"].tolist()
