from __future__ import annotations

import gc
from contextlib import nullcontext

import ipywidgets
import matplotlib.pyplot as plt
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.canned import Canned, connect_to
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    MissingColumnError,
    NoDataWarning,
)
from trackagoat_pandas.widgets.goal_board import GoalBoard

PROJECT = "Q1 Brand Program"
REGISTRY = ipywidgets.widgets.widget._instances


@pytest.fixture
def goals(client):
    return tgp.load_goal_compliance(PROJECT, client=client)


@pytest.fixture
def videos(client):
    return tgp.load_videos(PROJECT, client=client)


def rebuilt(board, **names):
    names = {"tgp": tgp, **names}
    exec(board.code, names)
    return names


def shown(goals):
    """Goals as a board shows them: those that have not started are called so."""
    marked = goals.assign(status=goals["status"].cat.add_categories(["not_started"]))
    marked.loc[goals["not_yet_started"], "status"] = "not_started"
    return marked


@pytest.mark.parametrize("page", ["Goals", "Creators", "Nudge", "Odds"])
def test_the_code_of_every_page_rebuilds_its_frame_and_plot(goals, videos, page):
    board = GoalBoard(goals, videos=videos)
    board.page.value, board.period.value = page, "weekly"
    with pytest.warns(NoDataWarning) if page == "Odds" else nullcontext():
        made = rebuilt(board, goals=goals, videos=videos)
    pd.testing.assert_frame_equal(made["frame"], board.frame)
    assert made["ax"].get_title(loc="left") == board.figure.axes[0].get_title(loc="left")


def test_the_pages_are_what_the_helpers_give(goals, videos):
    board = GoalBoard(goals, videos=videos)
    pd.testing.assert_frame_equal(board.frame.sort_index(), shown(goals))
    board.page.value = "Nudge"
    pd.testing.assert_frame_equal(board.frame, tgp.who_to_nudge(goals))
    board.page.value = "Odds"
    with pytest.warns(NoDataWarning):
        odds = tgp.goal_odds(goals, videos=videos)
    assert board.frame["goal_id"].sort_values().tolist() == odds["goal_id"].sort_values().tolist()
    assert board.frame["chance"].dropna().is_monotonic_increasing


def test_goals_are_listed_as_they_are_drawn_the_worst_first(goals):
    goals.loc[0, "status"] = pd.NA
    statuses = GoalBoard(goals).frame["status"].drop_duplicates().tolist()
    worst_first = ["missed", "at_risk", "behind_pace", "on_track", "completed", "not_started"]
    assert statuses[:-1] == [status for status in worst_first if status in statuses]
    assert pd.isna(statuses[-1])


def test_a_hostile_id_stays_text_in_the_code(goals):
    evil = '"] or exit() or goals["'
    hostile = goals.assign(creator_id=evil)
    board = GoalBoard(hostile)
    board.creator.value = evil
    pd.testing.assert_frame_equal(rebuilt(board, goals=hostile)["frame"], board.frame)


def test_a_chosen_creator_without_goals_any_more_is_named(client):
    project = tgp.widgets.ProjectPicker(client=client).wait(20)
    ids = project.frame.set_index("name")["id"]
    board = GoalBoard(project=project, client=client)
    project.value = ids[PROJECT]
    _, chosen = board.wait(20).creator.options[1]
    board.creator.value = chosen
    project.value = ids["Summer Launch"]
    board.wait(20)
    assert board.creator.value == chosen
    assert f"{chosen} has no goals any more" in board.message.value
    board.close()


def test_partial_goals_are_called_so(goals):
    goals.attrs["trackagoat"] = {**goals.attrs["trackagoat"], "complete": False}
    assert "Partial: some of" in GoalBoard(goals).message.value


def test_partial_videos_are_called_so_where_they_count(goals, videos):
    videos.attrs["trackagoat"] = {**videos.attrs["trackagoat"], "complete": False}
    board = GoalBoard(goals, videos=videos)
    assert "Partial" not in board.message.value
    board.page.value = "Odds"
    assert "/videos could not be loaded" in board.message.value


@pytest.mark.parametrize(
    ("control", "column", "value"),
    [
        ("status", "status", "at_risk"),
        ("metric", "metric", "views"),
        ("period", "period", "weekly"),
    ],
)
def test_a_filter_keeps_the_goals_that_have_it(goals, control, column, value):
    board = GoalBoard(goals)
    getattr(board, control).value = value
    assert set(board.frame[column]) == {value}
    assert len(board.frame) == (goals[column] == value).sum()


def test_a_creator_can_be_chosen(goals):
    board = GoalBoard(goals)
    _, id_ = board.creator.options[1]
    board.creator.value = id_
    assert set(board.frame["creator_id"]) == {id_}


def test_the_tiles_count_creators_goals_and_statuses(goals):
    tiles = GoalBoard(goals).tiles.value
    assert f"<span>goals</span><b>{len(goals)}</b>" in tiles
    assert f"<span>at risk</span><b>{(goals['status'] == 'at_risk').sum()}</b>" in tiles


@pytest.mark.parametrize("page", ["Goals", "Creators", "Nudge", "Odds"])
def test_a_goal_that_has_not_started_is_not_on_track_on_any_page(goals, videos, page):
    [ahead] = goals.loc[goals["not_yet_started"], "goal_id"]
    board = GoalBoard(goals, videos=videos)
    board.page.value, board.status.value = page, "on_track"
    assert "not_started" not in board.frame or board.frame["not_started"].sum() == 0
    assert "goal_id" not in board.frame or ahead not in set(board.frame["goal_id"])
    board.status.value = "not_started"
    assert page == "Nudge" or len(board.frame) == 1
    assert "<span>on pace</span><b>n/a</b>" in board.tiles.value
    assert "<span>not started</span><b>1</b>" in board.tiles.value
    with pytest.warns(NoDataWarning) if page == "Odds" else nullcontext():
        made = rebuilt(board, goals=goals, videos=videos)
    pd.testing.assert_frame_equal(made["frame"], board.frame)


def test_the_share_on_pace_is_of_goals_that_have_started(goals):
    started = goals[~goals["not_yet_started"]]
    on_pace = started["status"].isin(["on_track", "completed"]).mean()
    tile = f"<span>on pace</span><b>{100 * on_pace:.0f} %</b>"
    assert tile in GoalBoard(goals).tiles.value
    assert tile in GoalBoard(started).tiles.value
    assert "not started" not in GoalBoard(started).tiles.value


def test_the_odds_say_what_has_to_be_loaded_for_the_others(goals, videos):
    board = GoalBoard(goals, videos=videos)
    assert "load_analytics" not in board.message.value
    board.page.value = "Odds"
    assert "Goals of views, engagement and followers can&#x27;t be judged" in board.message.value
    assert "load_analytics(&quot;creator&quot;" in board.message.value


def test_without_videos_the_odds_say_what_they_need(goals):
    board = GoalBoard(goals)
    board.page.value = "Odds"
    assert "Odds need videos or analytics" in board.message.value


def test_goals_that_know_no_time_zone_have_no_odds_until_it_is_named(goals, videos):
    nowhere = goals.copy()
    nowhere.attrs = {}
    board = GoalBoard(nowhere, videos=videos)
    board.page.value = "Odds"
    assert "organization&#x27;s time zone" in board.message.value
    board = GoalBoard(nowhere, videos=videos, timezone="America/New_York")
    board.page.value = "Odds"
    assert "chance" in board.frame


def test_no_goals_at_all_are_shown_as_such(goals):
    board = GoalBoard(goals.iloc[:0])
    assert board.frame.empty
    assert "No goals" in board.figure.axes[0].get_title(loc="left")
    for page in ("Creators", "Nudge"):
        board.page.value = page
        assert board.frame.empty


def test_a_filter_that_leaves_nothing_is_survived(goals):
    board = GoalBoard(goals[goals["metric"] == "posts"])
    board.metric.value = "views"
    assert board.frame.empty


def test_the_nudge_pages_picture_has_the_tables_order(goals):
    board = GoalBoard(goals)
    board.page.value = "Nudge"
    drawn = [label.get_text().split(" ·")[0] for label in board.figure.axes[0].get_yticklabels()]
    assert drawn == board.frame["tiktok_handle"].tolist()[: len(drawn)]
    assert board.frame.loc[board.frame["metric"] == "posts", "due"].mod(1).eq(0).all()


def test_a_goal_of_two_joined_loads_has_one_row_and_the_code_says_so(goals):
    joined = pd.concat([goals, goals])
    board = GoalBoard(joined)
    assert len(board.frame) == len(goals)
    pd.testing.assert_frame_equal(rebuilt(board, goals=joined)["frame"], board.frame)


def test_few_goals_have_a_low_picture(goals):
    heights = [GoalBoard(goals.head(rows)).figure.get_figheight() for rows in (1, 6, 20)]
    assert heights == sorted(set(heights))


def test_a_hostile_handle_is_text(goals):
    board = GoalBoard(goals.assign(tiktok_handle="<script>alert(1)</script>"))
    assert "<script>alert" not in board.grid.table.value
    assert "&lt;script&gt;" in board.grid.table.value


def test_a_project_is_loaded_in_the_background(client):
    board = GoalBoard(project=PROJECT, client=client).wait(20)
    assert len(board.frame) > 0
    assert rebuilt(board)["frame"]["goal_id"].tolist() == board.frame["goal_id"].tolist()
    board.close()


def test_without_a_project_it_asks_for_one_and_follows_its_picker(client):
    board = GoalBoard(client=client)
    assert "Choose a project" in board.message.value
    picker = board.picker.wait(20)
    picker.value = picker.frame.loc[picker.frame["name"] == PROJECT, "id"].iloc[0]
    board.wait(20)
    assert len(board.frame) > 0
    board.close()


def test_an_error_shows_its_sentence_and_can_be_tried_again():
    app = Canned({})
    with connect_to(app) as client:
        board = GoalBoard(project="00000000-0000-4000-8000-000000000001", client=client)
        with pytest.raises(tgp.errors.NotFoundError, match="404"):
            board.wait(20)
        assert "404" in board.message.value
        app.rules["/projects"] = []
        app.rules["/projects/00000000-0000-4000-8000-000000000001/goal-compliance"] = []
        app.rules["/videos"] = []
        board.retry_button.click()
        board.wait(20)
        assert board.frame.empty
        board.close()


@pytest.mark.parametrize(
    ("given", "error", "match"),
    [
        ({"goals": pd.DataFrame({"goal_id": ["a"]})}, MissingColumnError, "load_goal_compliance"),
        ({"client": 5}, ArgumentTypeError, "client"),
        ({"timezone": "Mars"}, ArgumentError, "timezone"),
    ],
)
def test_wrong_arguments_are_refused(given, error, match):
    with pytest.raises(error, match=match):
        GoalBoard(**given)


def test_clicks_leave_nothing_behind(goals, videos):
    before = len(REGISTRY)
    board = GoalBoard(goals, videos=videos)
    pages = board.page.options
    board.page.value = pages[1]
    made = len(REGISTRY)
    for at in range(12):
        board.page.value = pages[at % len(pages)]
        board.status.value = ["at_risk", ""][at % 2]
    assert len(REGISTRY) == made
    assert len(board.status._trait_notifiers["value"]["change"]) < 4
    assert plt.get_fignums() == []
    board.close()
    gc.collect()
    assert len(REGISTRY) == before
