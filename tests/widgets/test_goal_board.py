from __future__ import annotations

import re
from itertools import pairwise

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.widgets.doubles import check_code, pages, rebuilt
from trackagoat_pandas.errors import ArgumentError, NoDataWarning
from trackagoat_pandas.widgets.goal_board import GoalBoard, tiles_of


def tiles(board):
    """The value after each tile's name."""
    texts = re.findall(
        r">([^<>]+)</", re.sub("<style.*?</style>", "", board.tiles.value, flags=re.DOTALL)
    )
    return dict(pairwise(texts))


def click(board, what, key):
    """Click on a row or a mark, as the browser reports it."""
    board.touch._handle_custom_msg({"do": what, "key": key}, [])


def shown(goals):
    """Goals as a board shows them: those that have not started are called so."""
    marked = goals.assign(status=goals["status"].cat.add_categories(["not_started"]))
    marked.loc[goals["not_yet_started"], "status"] = "not_started"
    return marked


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


def test_partial_videos_are_called_so_where_they_count(goals, videos):
    videos.attrs["trackagoat"] = {**videos.attrs["trackagoat"], "complete": False}
    board = GoalBoard(goals, videos=videos)
    assert "Partial" not in board.message.value
    board.page.value = "Odds"
    assert "Partial: some of the videos could not be loaded." in board.message.value


def test_the_share_on_pace_is_of_goals_that_have_started(goals):
    started = goals[~goals["not_yet_started"]]
    on_pace = started["status"].isin(["on_track", "completed"]).mean()
    assert tiles(GoalBoard(goals))["On pace"] == f"{100 * on_pace:.0f} %"
    assert tiles(GoalBoard(started))["On pace"] == f"{100 * on_pace:.0f} %"
    assert "Not started" not in tiles(GoalBoard(started))


def test_the_share_on_pace_is_not_compared_with_what_other_periods_reached_at_their_end(
    goals, videos
):
    assert isinstance(tiles_of(GoalBoard(goals, videos=videos).frame)["On pace"], str)


def test_goals_that_know_no_time_zone_have_no_odds_until_it_is_known(goals, videos, client):
    nowhere, posted = goals.copy(), videos.copy()
    nowhere.attrs = posted.attrs = {}
    board = GoalBoard(nowhere, videos=posted)
    board.page.value = "Odds"
    assert "Odds need the organization&#x27;s time zone" in board.message.value
    board = GoalBoard(nowhere)
    board.page.value = "Odds"
    assert "Odds need videos or analytics" in board.message.value
    for known in (
        {"videos": posted, "timezone": "America/New_York"},
        {"videos": posted, "client": client},
        {"videos": videos},
    ):
        board = GoalBoard(nowhere, **known)
        board.page.value = "Odds"
        assert board.frame["chance"].notna().any()
        assert "Times: America/New_York" in board.grid.table.value


def test_the_nudge_pages_picture_has_the_tables_order(goals):
    board = GoalBoard(goals)
    board.page.value = "Nudge"
    drawn = [label.get_text().split(" ·")[0] for label in board.figure.axes[0].get_yticklabels()]
    assert drawn == board.frame["tiktok_handle"].tolist()[: len(drawn)]
    assert board.frame.loc[board.frame["metric"] == "posts", "due"].mod(1).eq(0).all()


def test_the_page_of_creators_draws_the_goals_of_each_in_the_tables_order(goals):
    board = GoalBoard(goals)
    board.page.value = "Creators"
    drawn = [label.get_text().split(", ")[0] for label in board.figure.axes[0].get_yticklabels()]
    assert drawn == board.frame["tiktok_handle"].tolist()


def test_a_goal_of_two_joined_loads_has_one_row_and_the_code_says_so(goals):
    joined = pd.concat([goals, goals])
    board = GoalBoard(joined)
    assert len(board.frame) == len(goals)
    pd.testing.assert_frame_equal(rebuilt(board, goals=joined)["frame"], board.frame)


def test_few_goals_have_a_low_picture(goals):
    heights = [GoalBoard(goals.head(rows)).figure.get_figheight() for rows in (1, 6, 20)]
    assert heights == sorted(set(heights))


def test_more_goals_than_a_picture_can_list_have_a_bar_for_each_metric_and_period(goals):
    copies = [goals.assign(goal_id=goals["goal_id"] + f"-{copy}") for copy in range(31)]
    board = GoalBoard(pd.concat(copies))
    groups = len(goals[["metric", "period"]].drop_duplicates())
    bars = [label.get_text() for label in board.figure.axes[0].get_yticklabels()]
    assert len(board.frame) == 31 * len(goals)
    assert len(bars) == groups
    assert board.figure.get_figheight() < GoalBoard(goals.head(24)).figure.get_figheight()


def test_filters_draw_once_and_keep_the_goals_that_have_what_is_chosen(goals):
    board, drawn = GoalBoard(goals), []
    board.observe(drawn.append, "frame")
    _, creator = board.creator.options[1]
    chosen = {"status": "at_risk", "metric": "views", "period": "weekly", "creator": creator}
    for name, value in chosen.items():
        column = "creator_id" if name == "creator" else name
        getattr(board, name).value = value
        assert set(board.frame[column]) == {value}
        assert len(board.frame) == (goals[column] == value).sum()
        getattr(board, name).value = ""
    assert len(drawn) == 2 * len(chosen)
    board.metric.value, board.status.value = "posts", "missed"
    assert board.frame.empty


def test_tiles_and_title_count_creators_goals_and_statuses(goals):
    board, counts = GoalBoard(goals), goals["status"].value_counts()
    shown = tiles(board)
    assert shown["Creators"] == f"{goals['creator_id'].nunique()}"
    assert shown["Goals"] == f"{len(goals)}"
    for status in ("at_risk", "behind_pace", "missed"):
        assert shown[status.replace("_", " ").capitalize()] == f"{counts[status]}"
    title = board.figure.axes[0].get_title(loc="left")
    assert title.startswith(f"{counts['at_risk']} of ")
    assert f" are at risk, {counts['behind_pace']} behind pace" in title


def test_ends_are_times_of_the_organizations_zone_that_the_table_names_once(goals):
    html = GoalBoard(goals).grid.table.value
    assert html.count("America/New_York") == 1
    assert "Times: America/New_York" in html
    assert "21 Jun 2026 24:00" in html
    assert "UTC" not in html
    assert "Times: Asia/Tokyo" in GoalBoard(goals, timezone="Asia/Tokyo").grid.table.value
    nowhere = goals.copy()
    nowhere.attrs = {}
    assert "Times: UTC" in GoalBoard(nowhere).grid.table.value


def test_the_odds_say_what_was_done_of_goals_that_they_can_not_judge(goals, videos):
    board = GoalBoard(goals, videos=videos)
    assert "Load analytics" not in board.message.value
    board.page.value = "Odds"
    says = "Load analytics to get odds for engagement, followers and views."
    assert says in board.message.value
    assert "load_analytics" not in board.message.value
    odds = board.frame.set_index("goal_id").sort_index()
    known = goals.set_index("goal_id").sort_index()
    pd.testing.assert_series_equal(odds["actual"], known["actual"], check_dtype=False)
    is_reached = known["actual"] >= known["target"]
    assert odds.loc[(odds["metric"] == "views") & ~is_reached, "chance"].isna().all()
    missing = (known["target"] - known["actual"]).clip(lower=0).astype("Float64")
    pd.testing.assert_series_equal(odds["missing"], missing, check_names=False)


def test_a_goal_that_has_not_started_is_not_on_track_on_any_page(goals, videos):
    [ahead] = goals.loc[goals["not_yet_started"], "goal_id"]
    board = GoalBoard(goals, videos=videos)
    board.status.value = "on_track"
    for _ in pages(board):
        assert "not_started" not in board.frame or board.frame["not_started"].sum() == 0
        assert "goal_id" not in board.frame or ahead not in set(board.frame["goal_id"])
    board.status.value = "not_started"
    assert (tiles(board)["On pace"], tiles(board)["Not started"]) == ("n/a", "1")
    for page in pages(board):
        assert page == "Nudge" or len(board.frame) == 1
        check_code(board, goals=goals, videos=videos)


def test_an_unknown_time_zone_is_refused(goals):
    with pytest.raises(ArgumentError, match="timezone"):
        GoalBoard(goals, timezone="Mars")


def test_filters_say_how_many_they_leave_out_when_nothing_is_chosen(goals):
    board, creators = GoalBoard(goals), goals["creator_id"].nunique()
    firsts = [getattr(board, name).options[0] for name in ("creator", "metric", "period", "status")]
    words = (f"All {creators}", "All", "All", "All")
    assert firsts == [(word, "") for word in words]
    assert ("At risk", "at_risk") in board.status.options


def test_a_click_on_a_row_or_a_bar_narrows_every_page_to_its_creator(goals, videos):
    board = GoalBoard(goals, videos=videos)
    for page in pages(board):
        id_ = board.frame["creator_id"].iloc[-1]
        click(board, "pick", id_)
        assert board.creator.value == id_
        assert set(board.frame["creator_id"]) == {id_}, page
        board.creator.value = ""
    click(board, "pick", "nobody")
    assert board.creator.value == ""


def test_goals_without_odds_are_counted_once_by_reason_below_the_picture(goals, videos):
    board = GoalBoard(goals, videos=videos)
    board.page.value = "Odds"
    odds = board.frame[board.frame["days_left"] > 0]
    note = board.figure.axes[0].get_xlabel().replace("\n", " ")
    assert f"{odds['chance'].isna().sum()} goals without odds: " in note
    has_no_days = (odds["reason"] == "too_little_history") & (odds["history_days"] == 0)
    assert f"{has_no_days.sum()} need data on engagement, followers and views" in note
    assert "without odds" not in board.message.value


def test_nudges_show_what_one_needs_and_the_urgency_only_where_it_differs(goals):
    board = GoalBoard(goals)
    board.page.value = "Nudge"
    headings = re.findall(r"data-goat='?\"?sort:(\w+)", board.grid.table.value)
    needed = ["needed_per_day", "missing", "hours_left", "done", "target"]
    assert headings == ["tiktok_handle", "metric", "period", "urgency", *needed]
    board.metric.value = "views"
    assert set(board.frame["urgency"]) == {"late"}
    headings = re.findall(r"data-goat='?\"?sort:(\w+)", board.grid.table.value)
    assert headings == ["tiktok_handle", "metric", "period", *needed]


def test_a_page_without_rows_says_what_to_do_next(goals):
    board = GoalBoard(goals)
    board.metric.value, board.status.value = "posts", "missed"
    assert "No goals match these filters. Clear the filters to see all." in board.grid.table.value
    board.metric.value, board.status.value = "", "on_track"
    board.page.value = "Nudge"
    assert "Nobody to nudge" in board.grid.table.value
    assert (
        "The frame has no goals: load those of another project"
        in GoalBoard(goals.head(0)).grid.table.value
    )


def test_a_creator_without_a_handle_is_named_as_displayed(goals):
    nameless = goals["creator_id"] == goals["creator_id"].iloc[0]
    goals["tiktok_handle"] = goals["tiktok_handle"].mask(nameless)
    board = GoalBoard(goals)
    names = {id_: name for name, id_ in board.creator.options}
    assert names[goals["creator_id"].iloc[0]] == goals["display_name"].iloc[0]


def test_a_click_on_the_tile_of_a_status_narrows_to_it_and_another_shows_all_again(goals):
    board = GoalBoard(goals)
    assert "<button data-goat='filter:status=at_risk'>" in board.tiles.value
    click(board, "filter", "status=at_risk")
    assert set(board.frame["status"]) == {"at_risk"}
    assert "filter:status=missed" not in board.tiles.value
    click(board, "filter", "status=at_risk")
    assert len(board.frame) == len(goals)
    for nonsense in ("status=goat", "status", "", "=", "goat=at_risk", 7, None):
        click(board, "filter", nonsense)
    assert not board.filters.is_set
