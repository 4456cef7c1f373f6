from __future__ import annotations

import re
from itertools import pairwise

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.widgets.doubles import check_code, pages, rebuilt
from trackagoat_pandas.errors import ArgumentError, NoDataWarning
from trackagoat_pandas.widgets.board import Tile
from trackagoat_pandas.widgets.goal_board import GoalBoard, tiles_of

pytestmark = pytest.mark.slow


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
    pd.testing.assert_frame_equal(board.frame, tgp.rank_goals(shown(goals)))
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
    for board in (GoalBoard(goals), GoalBoard(started)):
        assert tiles(board)["On pace"] == f"{100 * on_pace:.0f} %"
        count = round(on_pace * len(started))
        assert f"{count} of {len(started)} that have started" in board.tiles.value


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
        assert "Times: America/New_York" in board.grid.zone.value


def test_the_nudge_pages_picture_has_the_tables_order(goals):
    board = GoalBoard(goals)
    board.page.value = "Nudge"
    drawn = [label.get_text().split(" ·")[0] for label in board.figure.axes[0].get_yticklabels()]
    assert drawn == ("@" + board.frame["tiktok_handle"]).tolist()[: len(drawn)]
    assert board.frame.loc[board.frame["metric"] == "posts", "due"].mod(1).eq(0).all()


def test_the_page_of_creators_draws_the_goals_of_each_in_the_tables_order(goals):
    board = GoalBoard(goals)
    board.page.value = "Creators"
    drawn = [label.get_text().split(", ")[0] for label in board.figure.axes[0].get_yticklabels()]
    assert drawn == ("@" + board.frame["tiktok_handle"]).tolist()[:8]


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


def test_tiles_and_title_count_goals_creators_and_statuses_each_once(goals):
    board, counts = GoalBoard(goals), goals["status"].value_counts()
    made = tiles_of(goals, "America/New_York")
    waiting = goals["not_yet_started"].sum()
    about = f"of {goals['creator_id'].nunique()} creators"
    about += f", {waiting} not started" if waiting else ""
    assert made["Goals"] == Tile(f"{len(goals)}", about)
    is_off_pace = goals["status"].isin(["at_risk", "behind_pace", "missed"])
    off_pace = goals.loc[is_off_pace, "creator_id"].nunique()
    assert made["Creators off pace"] == Tile(f"{off_pace}", "of 12", act="page:Creators")
    assert made["Next end"] == Tile("Mon 15 Jun 2026", "1 goal")
    assert not {"At risk", "Missed", "On track"} & {*tiles(board)}
    title = board.figure.axes[0].get_title(loc="left")
    assert title.startswith(f"{counts['at_risk']} of ")
    assert f" are at risk, {counts['behind_pace']} behind pace" in title


def test_ends_are_times_of_the_organizations_zone_that_the_table_names_once(goals):
    grid = GoalBoard(goals).grid
    assert "America/New_York" not in grid.table.value
    assert "Times: America/New_York" in grid.zone.value
    assert "end of 21 Jun 2026" in grid.table.value
    assert "UTC" not in grid.table.value
    assert "Times: Asia/Tokyo" in GoalBoard(goals, timezone="Asia/Tokyo").grid.zone.value
    nowhere = goals.copy()
    nowhere.attrs = {}
    assert "Times: UTC" in GoalBoard(nowhere).grid.zone.value


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
    assert (tiles(board)["On pace"], tiles(board)["Goals"]) == ("n/a", "1")
    assert "Next end" not in tiles(board)
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


def test_a_click_on_the_tile_of_creators_opens_their_page_and_nonsense_opens_none(goals):
    board = GoalBoard(goals)
    assert "<button data-goat='page:Creators'>" in board.tiles.value
    click(board, "page", "Creators")
    assert board.page.value == "Creators"
    for nonsense in ("goat", "", 7, None, ["Odds"]):
        click(board, "page", nonsense)
    assert board.page.value == "Creators"


def test_more_than_the_target_is_more_than_100_percent_whatever_the_server_says(goals):
    above = goals["actual"] > goals["target"]
    board = GoalBoard(goals[above & (goals["metric"] == "views")])
    assert board.frame["percentage"].max() == 100
    [percent] = 100 * board.frame["actual"] / board.frame["target"]
    assert f"{percent:.1f} %" in board.grid.table.value
    assert percent > 120


def test_picture_and_table_are_cut_at_the_same_goals(goals):
    board = GoalBoard(goals)
    drawn = [label.get_text().split(" ·")[0] for label in board.figure.axes[0].get_yticklabels()]
    assert drawn == ("@" + board.frame["tiktok_handle"]).tolist()[:8]
    assert board.grid.position.value == f"1 to 8 of {len(goals)}"


def test_creators_have_a_line_of_their_daily_views_where_these_are_given(goals, analytics):
    one = goals["creator_id"].iloc[0]
    views = analytics[(analytics["metric"] == "views") & (analytics["series_kind"] == "main")]
    first = views["entity_id"].iloc[0]
    views = views[views["entity_id"] == first].assign(entity_id=one, label="x")
    board = GoalBoard(goals, analytics=views)
    assert "<polyline" not in board.grid.table.value
    board.page.value = "Creators"
    assert board.grid.table.value.count("<polyline") == 1
    last = views[~views["is_partial"]].sort_values("date")["value"].iloc[-28:]
    said = f"{last.min():,.0f} to {last.max():,.0f} views a day, at last {last.iloc[-1]:,.0f}"
    assert said in board.grid.table.value


def test_creators_that_equal_in_whole_percents_have_the_tables_order_in_the_picture(goals):
    four = goals.iloc[:4].assign(
        creator_id=["a", "a", "b", "b"],
        tiktok_handle=["ann", "ann", "ben", "ben"],
        status=pd.Categorical(["at_risk"] * 4, goals["status"].cat.categories),
        actual=[0.0, 59.0, 68.0, 1.0],
        target=[1.0, 85.0, 363.0, 2.0],
        percentage=[0.0, 69.0, 19.0, 50.0],
        not_yet_started=False,
    )
    board = GoalBoard(four)
    board.page.value = "Creators"
    drawn = [label.get_text().split(",")[0] for label in board.figure.axes[0].get_yticklabels()]
    assert drawn == ("@" + board.frame["tiktok_handle"]).tolist() == ["@ann", "@ben"]
