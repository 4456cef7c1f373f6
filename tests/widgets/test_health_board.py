"""HealthBoard: a tile for each part, one click from its evidence."""

from __future__ import annotations

import re

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.health_worlds import ZONE, comments_of, forecasts_of, health_world
from tests.widgets.doubles import is_shown, rebuilt
from trackagoat_pandas.errors import ArgumentTypeError, UnnamedArgumentError
from trackagoat_pandas.widgets.health_board import HealthBoard

pytestmark = pytest.mark.slow

DAY = 260


@pytest.fixture(scope="module")
def program():
    """A program in which a creator has been silent for weeks, loaded just now."""
    world = health_world(5_000, "silence", creators=8, posts=800)
    frames = world.frames(DAY)
    frames["comments"] = comments_of(world, DAY, 5_000)
    frames["forecasts"] = forecasts_of(world, DAY, 5_000)
    now = pd.Timestamp.now("UTC").isoformat()
    for frame in frames.values():  # by the server's clock it is still that day
        frame.attrs["trackagoat"]["fetched_at"] = now
    return frames


def tiles(board):
    """The tiles with their status, and what a click on each does."""
    found = re.findall(
        r"data-goat='(page:[^']+)'[^>]*><span>([^<]+)</span><b>([^<]+)</b>", board.tiles.value
    )
    return {name: (status, act) for act, name, status in found}


def test_each_part_has_a_tile_and_one_click_shows_its_evidence(program):
    board = HealthBoard(**program)
    seen = tiles(board)
    assert [*seen] == [
        "Data", "Cadence", "Views", "Over-posting", "Goals", "Sentiment",
        "Payouts", "Forecasts",
    ]  # fmt: skip
    assert seen["Cadence"] == ("bad", "page:Cadence")
    assert seen["Data"] == ("good", "page:Data")
    for _, act in seen.values():
        board._handle_touch("page", act.removeprefix("page:"))
        assert board.page.value == act.removeprefix("page:")
        assert board.frame is not None


def test_the_first_creator_of_the_cadence_page_is_the_silent_one(program):
    board = HealthBoard(**program)
    board.page.value = "Cadence"
    world = health_world(5_000, "silence", creators=8, posts=800)
    assert board.frame["creator_id"].iloc[0] == world.victim


def test_a_click_on_a_part_turns_to_its_page(program):
    board = HealthBoard(**program)
    board._handle_touch("pick", "payouts")
    assert board.page.value == "Payouts"
    board.page.value = "Program"
    board._handle_touch("pick", "nothing")
    assert board.page.value == "Program"


def test_the_page_of_a_part_shows_the_answer_to_its_question(program):
    board = HealthBoard(**program)
    board.page.value = "Goals"
    now = f"{pd.Timestamp(program['goals'].attrs['trackagoat']['server_time']):%Y-%m-%dT%H:%M:%SZ}"
    given = {name: program[name] for name in ("goals", "videos", "analytics", "creators")}
    answer = tgp.ask("goals", frames=given, now=now)
    pd.testing.assert_frame_equal(board.frame, answer.rows.reset_index())
    assert answer.headline.rstrip(".") in board.figure.axes[0].get_title(loc="left")


def test_the_worse_question_of_a_part_has_its_page(client):
    accruals = tgp.load_payout_accruals("Q1 Brand Program", client=client)
    payments = tgp.load_payout_payments("Q1 Brand Program", client=client)
    twice = pd.concat([payments, payments.head(1).assign(id="again")])
    twice.attrs = payments.attrs
    frames = {"accruals": accruals, "payments": twice}
    assert tgp.ask("owed", frames=frames).level == "good"
    assert tgp.ask("ledger", frames=frames).level == "bad"
    board = HealthBoard(**frames)
    board.page.value = "Payouts"
    assert 'tgp.ask("ledger"' in board.code
    assert "wrong_cents" in board.frame


def test_a_part_without_its_frames_is_unknown_and_has_no_page(program):
    board = HealthBoard(videos=program["videos"])
    assert board.page.options == ("Program", "Data", "Over-posting")
    seen = tiles(board)
    assert seen["Goals"] == ("unknown", "page:Program")
    assert "trackagoat-alarm" not in board.tiles.value.rpartition("</style>")[2]


def test_the_code_of_each_page_gives_its_frame(program):
    board = HealthBoard(**program)
    for page in board.page.options:
        board.page.value = page
        pd.testing.assert_frame_equal(rebuilt(board, **program)["frame"], board.frame)


def test_without_enough_days_the_page_of_views_says_so(program):
    few = program["analytics"].tail(3)
    board = HealthBoard(analytics=few, creators=program["creators"], timezone=ZONE)
    board.page.value = "Views"
    assert board.frame.empty
    assert "days" in board.grid.table.value


def test_a_project_is_loaded_without_its_forecasts(client):
    board = HealthBoard(project="Q1 Brand Program", client=client).wait(60)
    assert "Forecasts" not in board.page.options
    assert {"Cadence", "Goals", "Payouts"} <= {*board.page.options}
    status = board.frame.set_index("part")["status"]
    assert status["cadence"] != "unknown"
    assert "forecasts" not in status


def test_a_project_is_loaded_with_its_comments_and_daily_counts(client):
    board = HealthBoard(project="Q1 Brand Program", client=client).wait(60)
    status = board.frame.set_index("part")["status"]
    assert [*status.index[status == "unknown"]] == []
    assert not is_shown(board.load_button, board)


def test_the_rest_of_a_load_waits_for_a_visible_button(client, monkeypatch):
    monkeypatch.setattr("trackagoat_pandas.widgets.project_load.MOST_UNASKED", 5)
    board = HealthBoard(project="Q1 Brand Program", client=client).wait(60)
    assert "Goals" in board.page.options
    assert "Cadence" not in board.page.options
    assert is_shown(board.load_button, board)
    assert re.search("unknown parts take [0-9]+ or more requests: press Load", board.message.value)
    board.load_button.click()
    board.wait(60)
    assert {"Cadence", "Views", "Goals", "Sentiment", "Payouts"} <= {*board.page.options}
    assert not is_shown(board.load_button, board)


def test_a_project_by_position_leads_to_the_argument_project():
    with pytest.raises(UnnamedArgumentError, match=r"HealthBoard\(project='Q1'\) loads what it"):
        HealthBoard("Q1")


def test_what_is_no_frame_is_refused():
    with pytest.raises(ArgumentTypeError, match="videos"):
        tgp.widgets.HealthBoard(videos="videos.csv")
