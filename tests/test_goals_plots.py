from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from tests.goal_frames import judged
from trackagoat_pandas.errors import ArgumentTypeError
from trackagoat_pandas.plots.goal_board import goal_board
from trackagoat_pandas.plots.goal_odds import goal_odds

GOALS = judged(
    {"tiktok_handle": "ann", "status": "at_risk", "actual": 1},
    {"tiktok_handle": "bob", "status": "on_track", "actual": 3},
    {"tiktok_handle": "cyd", "status": "completed", "actual": 9, "hours_until_period_end": None,
     "hours_since_period_end": 2.0},
    {"tiktok_handle": "dee", "status": None, "actual": None},
    {"tiktok_handle": "eve", "status": "missed", "actual": 2, "hours_until_period_end": None,
     "hours_since_period_end": 2.0},
)  # fmt: skip
ODDS = pd.DataFrame(
    {
        "tiktok_handle": ["ann", "bob", "cyd", "dee"],
        "metric": "views",
        "period": "monthly",
        "chance": pd.array([0.9, 0.2, None, 1.0], "Float64"),
        "missing": pd.array([1500, 2, None, 0], "Float64"),
        "days_left": pd.array([12.5, 0.25, None, 1], "Float64"),
    }
)


def axes():
    return Figure(figsize=(9, 4), layout="constrained").add_subplot()


def rows(ax):
    return [label.get_text().split(" ")[0] for label in ax.get_yticklabels()]


def bars(ax):
    """The bars from zero, by row."""
    found = {
        round(bar.get_y() + bar.get_height() / 2): bar for bar in ax.patches if bar.get_x() == 0
    }
    return [found[row] for row in sorted(found)]


def texts(ax):
    return [text.get_text() for text in ax.texts]


AHEAD = {"status": "on_track", "actual": 0, "not_yet_started": True}


def test_a_goal_that_has_not_started_is_shown_as_such_below_those_that_have():
    frame = judged(AHEAD, {"tiktok_handle": "bob", "status": "on_track", "actual": 1})
    ax = goal_board(frame, ax=axes())
    assert rows(ax) == ["bob", "ann"]
    assert texts(ax) == ["1 of 4", "0 of 4, not started"]
    assert {"on track", "not started"} <= set(ax.get_legend_handles_labels()[1])
    unknown = judged({"status": "on_track", "not_yet_started": None})
    assert texts(goal_board(unknown, ax=axes())) == ["1 of 4"]


def test_the_order_of_the_frame_can_be_kept():
    assert rows(goal_board(GOALS, worst_first=False, ax=axes())) == GOALS["tiktok_handle"].tolist()
    with pytest.raises(ArgumentTypeError, match="worst_first"):
        goal_board(GOALS, worst_first=1)


def test_the_worst_goal_is_on_top_with_a_bar_of_the_share_reached_up_to_120_percent():
    ax = goal_board(GOALS, ax=axes())
    assert rows(ax) == ["eve", "ann", "bob", "cyd", "dee"]  # that of unknown status below all
    assert ax.get_yticklabels()[0].get_text() == "eve · weekly posts"
    assert ax.get_ylim()[0] > ax.get_ylim()[1]
    assert [bar.get_width() for bar in bars(ax)] == [50, 25, 75, 120, 0]
    assert texts(ax) == ["2 of 4", "1 of 4", "3 of 4", "9 of 4", "n/a of 4"]
    looks = {(bar.get_facecolor(), bar.get_hatch()) for bar in bars(ax)}
    assert len(looks) == 5
    assert len({hatch for _, hatch in looks}) == 4  # completed and unknown have none


def test_only_a_running_period_has_a_pace_line():
    [lines] = [item for item in goal_board(GOALS, ax=axes()).collections
               if isinstance(item, LineCollection)]  # fmt: skip
    marked = {round(part[:, 1].mean()): part[0, 0] for part in lines.get_segments() if len(part)}
    assert set(marked) == {1, 2, 4}  # ann, bob, dee
    assert set(marked.values()) == {50.0}


@pytest.mark.parametrize(
    ("statuses", "title"),
    [
        (["at_risk", "behind_pace", "on_track"], "1 of 3 goals is at risk, 1 behind pace"),
        (["behind_pace"], "The goal is behind pace"),
        (["at_risk", "at_risk"], "Both goals are at risk"),
        (["missed", "on_track"], "1 of 2 goals was missed"),
        (["missed"] * 3, "All 3 goals were missed"),
        (["behind_pace", "missed"], "1 of 2 goals is behind pace, 1 missed"),
        (["on_track", "completed"], "Both goals are on pace"),
        (["on_track"], "The goal is on pace"),
        ([None, None], "Both goals are of unknown status"),
        (["on_track", None], "1 of 2 goals is on pace, 1 unknown"),
        (["at_risk", "on_track", None], "1 of 3 goals is at risk, 1 unknown"),
        (["ahead"], "The goal has not started yet"),
        (["ahead", "ahead"], "No goal has started yet"),
        (["at_risk", "on_track", "ahead"], "1 of 2 goals is at risk; 1 more has not started"),
        (["on_track", "ahead", "ahead"], "The goal is on pace; 2 more have not started"),
    ],
)
def test_the_boards_title_states_the_finding(statuses, title):
    rows = [AHEAD if status == "ahead" else {"status": status} for status in statuses]
    frame = judged(*rows)
    assert goal_board(frame, ax=axes()).get_title(loc="left") == title


def test_goals_without_room_are_counted():
    frame = judged(*[{"status": status} for status in ["on_track"] * 200 + ["at_risk"] * 100])
    ax = goal_board(frame, ax=axes())
    shown = len(ax.get_yticks())
    assert 15 <= shown <= 24
    assert ax.get_xlabel() == f"{300 - shown} more not shown: {100 - shown} at risk, 200 on track"
    own = goal_board(frame)
    assert len(own.get_yticks()) == 24
    assert own.figure.get_size_inches()[1] > 4
    assert len(goal_board(frame, most=3).get_yticks()) == 3


def test_equal_goals_stay_apart():
    ax = goal_board(judged({}, {}), ax=axes())
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["ann · weekly posts", "ann · weekly posts (2)"]


def test_the_least_likely_goal_is_on_top_and_those_without_odds_are_counted():
    ax = goal_odds(ODDS, ax=axes())
    assert rows(ax) == ["bob", "ann", "dee"]
    assert [bar.get_width() for bar in bars(ax)] == [20, 90, 100]
    assert texts(ax) == ["2 more in 6 h", "1.5k more in 12.5 days", "reached"]
    assert ax.get_xlabel() == "1 goal without odds"
    unlikely, likely, _ = bars(ax)
    assert unlikely.get_hatch() != likely.get_hatch()
    assert unlikely.get_facecolor() != likely.get_facecolor()
    few = goal_odds(ODDS, most=1, ax=axes())
    assert few.get_xlabel() == "2 more not shown, at 90% or higher; 1 goal without odds"


@pytest.mark.parametrize(
    ("chances", "title"),
    [
        ([0.2, 0.4, 0.6], "2 of 3 goals are more likely to be missed than reached"),
        ([0.2], "The goal is more likely to be missed than reached"),
        ([0.5, 0.8], "Both goals are at least as likely to be reached as missed"),
        ([0.8], "The goal is at least as likely to be reached as missed"),
        ([None, None], "No odds for these 2 goals"),
        ([None], "No odds for this goal"),
        ([], "No goals to show"),
    ],
)
def test_the_odds_title_states_the_finding(chances, title):
    frame = ODDS.head(len(chances)).assign(chance=pd.array(chances, "Float64"))
    assert goal_odds(frame, ax=axes()).get_title(loc="left") == title


def test_goals_whose_period_is_over_are_left_out_of_the_odds():
    over = ODDS.head(1).assign(chance=0.0, days_left=0.0, tiktok_handle="eve")
    frame = pd.concat([ODDS, over], ignore_index=True)
    assert rows(goal_odds(frame, ax=axes())) == ["bob", "ann", "dee"]


def test_a_back_test_shows_how_often_such_odds_came_true():
    backtest = pd.DataFrame({"chance": [0.1, 0.9, 0.9], "is_hit": [False, True, False]})
    ax = goal_odds(ODDS, backtest=backtest, ax=axes())
    assert ax.get_xlabel().replace("\n", " ") == (
        "1 goal without odds; Brier score of 3 past forecasts: 0.28 "
        "(always forecasting their hit rate: 0.22)"
    )
    [ranges] = [item for item in ax.collections if isinstance(item, LineCollection)]
    # bob's 0.2 lies in an empty bin, dee's target is reached already
    [segment] = ranges.get_segments()
    assert segment[:, 0].tolist() == pytest.approx([9.453, 90.547], abs=0.01)
    empty = goal_odds(ODDS, backtest=backtest.head(0), ax=axes())
    assert empty.get_xlabel().endswith("no past forecasts to score")
