from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure

from tests.support.goal_frames import judged
from trackagoat_pandas.errors import ArgumentTypeError, ChoiceError
from trackagoat_pandas.helpers.goals.compliance import summarize_compliance
from trackagoat_pandas.plots.goal_board import goal_board
from trackagoat_pandas.plots.goal_odds import goal_odds
from trackagoat_pandas.plots.marks import MARKS
from trackagoat_pandas.plots.style import finding_of

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
        "reason": ["too_irregular", "not_started", "too_little_history", None],
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
    """The texts of the rows, without the subtitle."""
    return [text.get_text() for text in ax.texts if text.get_gid() is None]


def said(artist):
    """The read-out of a mark, and the id that it picks."""
    return MARKS[artist][:2]


AHEAD = {"status": "on_track", "actual": 0, "not_yet_started": True}


def test_a_goal_that_has_not_started_is_shown_as_such_below_those_that_have():
    frame = judged(AHEAD, {"tiktok_handle": "bob", "status": "on_track", "actual": 1})
    ax = goal_board(frame, ax=axes())
    assert rows(ax) == ["@bob", "@ann"]
    assert texts(ax) == ["1 of 4, on track", "0 of 4, not started"]
    unknown = judged({"status": "on_track", "not_yet_started": None})
    assert texts(goal_board(unknown, ax=axes())) == ["1 of 4, on track"]


def test_the_order_of_the_frame_can_be_kept():
    drawn = rows(goal_board(GOALS, worst_first=False, ax=axes()))
    assert drawn == ("@" + GOALS["tiktok_handle"]).tolist()
    with pytest.raises(ArgumentTypeError, match="worst_first"):
        goal_board(GOALS, worst_first=1)


def test_the_worst_goal_is_on_top_with_a_bar_of_the_share_reached_up_to_100_percent():
    ax = goal_board(GOALS, ax=axes())
    assert rows(ax) == ["@eve", "@ann", "@bob", "@cyd", "@dee"]  # that of unknown status below all
    assert ax.get_yticklabels()[0].get_text() == "@eve · weekly posts"
    assert ax.get_ylim()[0] > ax.get_ylim()[1]
    assert [bar.get_width() for bar in bars(ax)] == [50, 25, 75, 100, 0]
    assert len({bar.get_facecolor() for bar in bars(ax)}) == 5


def test_the_status_is_written_beside_each_row_so_that_colours_are_not_needed():
    assert texts(goal_board(GOALS, ax=axes())) == [
        "2 of 4, missed", "1 of 4, at risk", "3 of 4, on track", "9 of 4, completed",
        "n/a of 4, unknown",
    ]  # fmt: skip


def test_a_goal_on_track_that_has_its_target_is_reached_and_one_without_a_target_says_so():
    frame = judged({"status": "on_track", "actual": 5}, {"status": None, "target": None})
    assert texts(goal_board(frame, ax=axes())) == ["5 of 4, reached", "1 (no target), unknown"]


def test_the_subtitle_names_the_order_of_the_frame():
    ax = goal_board(GOALS, worst_first=False, order="the easiest first", ax=axes())
    assert "reached, the easiest first" in finding_of(ax).replace("\n", " ")
    assert "in the order of the frame" in finding_of(goal_board(GOALS, worst_first=False))


def test_an_arrow_marks_what_is_beyond_the_target():
    dots, arrows = (item for item in goal_board(GOALS, ax=axes()).collections
                    if isinstance(item, PathCollection))  # fmt: skip
    assert len(dots.get_offsets()) == 5
    [(x, row)] = arrows.get_offsets()
    assert (x > 100, row) == (True, 3)


def test_the_rows_are_read_out_and_pick_their_creator():
    ax = goal_board(GOALS.assign(creator_id=["a", "b", "c", "d", "e"]), ax=axes())
    assert said(bars(ax)[1]) == (
        "@ann · weekly posts: 1 of 4, at risk; steady pace: 50% by now", "a",
    )  # fmt: skip
    assert said(bars(ax)[0]) == ("@eve · weekly posts: 2 of 4, missed", "e")
    nameless = goal_board(GOALS.drop(columns="creator_id"), ax=axes())
    assert said(bars(nameless)[0])[1] == ""


def test_a_long_handle_is_cut_before_what_distinguishes_its_goals():
    one = {"tiktok_handle": "m" * 24, "period": "monthly", "metric": "engagement"}
    ends = ["2026-01-01T05:00:00Z", "2026-10-01T04:00:00Z"]
    frame = judged({"tiktok_handle": "m" * 24}, *({**one, "period_end": end} for end in ends))
    names = [label.get_text() for label in goal_board(frame, ax=axes()).get_yticklabels()]
    assert sorted(names) == sorted([
        f"@{'m' * 21}… · weekly posts",
        f"@{'m' * 7}… · monthly engagement, December 2025",
        f"@{'m' * 6}… · monthly engagement, September 2026",
    ])  # fmt: skip


def test_the_pace_line_is_explained_where_there_is_one():
    assert "steady pace" in finding_of(goal_board(GOALS, ax=axes()))
    over = GOALS[GOALS["status"] == "missed"]
    assert "steady pace" not in finding_of(goal_board(over, ax=axes()))


def parts(ax):
    """The numbers of the counted goals, by status."""
    return {
        container.get_label(): [bar.get_width() for bar in container] for container in ax.containers
    }


MANY = judged(
    *[{"status": "on_track", "metric": "views"}] * 12,
    *[{"status": "missed", "metric": "views", "actual": 0}] * 12,
    *[{"status": "at_risk", "tiktok_handle": "bob", "creator_id": "b"}] * 3,
    *[{"status": "completed"}] * 5,
    *[AHEAD] * 2,
)


def test_more_than_thirty_goals_are_counted_by_metric_and_period():
    ax = goal_board(MANY, ax=axes())
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["weekly views", "weekly posts"]
    assert parts(ax) == {
        "missed": [12, 0], "at risk": [0, 3], "on track": [12, 0], "completed": [0, 5],
        "not started": [0, 2],
    }  # fmt: skip
    assert (
        ax.get_title(loc="left").replace("\n", " ")
        == "3 of 32 goals are at risk, 12 missed; 2 more have not started"
    )
    assert ax.get_xlabel().startswith("Worst: @ann weekly views 0 of 4, @ann weekly views")
    assert said(ax.containers[0][0]) == ("weekly views: 12 missed", "")
    assert texts(ax) == ["24", "10"]
    assert finding_of(ax).endswith("; 34 are too many for a bar each")
    assert "too many" not in finding_of(goal_board(MANY, by="metric", ax=axes()))
    assert not goal_board(MANY.head(30), ax=axes()).get_legend()


def test_narrow_axes_name_fewer_of_the_worst_goals():
    wide, narrow = (
        goal_board(MANY, ax=Figure(figsize=(width, 4)).add_subplot()).get_xlabel().count(" of ")
        for width in (9, 4)
    )
    assert 1 <= narrow < wide


def test_goals_can_be_counted_by_creator_the_most_off_pace_first():
    ax = goal_board(MANY, by="creator", ax=axes())
    assert [label.get_text() for label in ax.get_yticklabels()] == ["@ann", "@bob"]
    assert texts(ax) == ["31", "3"]
    assert said(ax.containers[1][1]) == ("@bob: 3 at risk", "b")
    few = goal_board(MANY, by="creator", n=1, ax=axes())
    note = few.get_xlabel().replace("\n", " ")
    assert note.endswith("; 1 more creator not shown, 1 with a goal off pace")


def test_a_group_with_many_goals_off_pace_is_above_one_with_a_single_goal():
    frame = judged(
        {"status": "at_risk", "metric": "views"},
        *[{"status": "behind_pace"}] * 2,
        *[{"status": "on_track"}] * 9,
    )
    names = [label.get_text() for label in goal_board(frame, by="metric").get_yticklabels()]
    assert names == ["weekly posts", "weekly views"]


def test_the_only_status_is_written_behind_the_bars_since_there_is_no_legend():
    alone = goal_board(judged({"status": "at_risk"}, {"status": "at_risk"}), by="metric", ax=axes())
    assert alone.get_legend() is None
    assert texts(alone) == ["2 at risk"]
    assert texts(goal_board(GOALS, by="metric", ax=axes())) == ["5"]


def test_creators_stand_in_the_order_of_their_summary():
    statuses = ["at_risk", "on_track", "missed", None, "completed", "behind_pace"]
    rows = [
        {"creator_id": name, "tiktok_handle": name, "status": status, "actual": 4 * pct / 100,
         "percentage": pct, "not_yet_started": ahead}
        for name, status, pct, ahead in zip(
            "zyxwvuzyxwvuttss", statuses * 2 + ["at_risk", "on_track"] * 2,
            [50.0, 25.0, 75.0, 10.0] * 4, [False] * 5 + [True] + [False] * 10, strict=True
        )
    ]  # fmt: skip
    frame = judged(*rows)
    ax = goal_board(frame, by="creator", ax=axes())
    drawn = [label.get_text()[1] for label in ax.get_yticklabels()]
    assert drawn == summarize_compliance(frame, by="creator")["creator_id"].tolist()


def test_groups_of_one_name_are_numbered():
    frame = judged(
        {"tiktok_handle": None, "creator_id": "a"}, {"tiktok_handle": None, "creator_id": "b"}
    )
    ax = goal_board(frame, by="creator", ax=axes())
    assert [label.get_text() for label in ax.get_yticklabels()] == ["?", "? (2)"]


def test_a_legend_ends_above_the_notes_of_a_few_groups():
    statuses = ["missed", "at_risk", "behind_pace", "on_track", "completed", None]
    ax = goal_board(judged(*({"status": status} for status in statuses), AHEAD), by="metric")
    ax.figure.draw_without_rendering()
    legend, note = (part.get_window_extent() for part in (ax.get_legend(), ax.xaxis.label))
    assert legend.y0 > note.y1


def test_each_status_has_its_own_hatch_where_goals_are_counted():
    ax = goal_board(MANY, by="metric", ax=axes())
    assert len({container[0].get_hatch() for container in ax.containers}) == 5


def test_rows_can_be_asked_for_and_the_order_of_a_frame_keeps_them():
    assert len(goal_board(MANY, by="goal", n=9, ax=axes()).get_yticks()) == 9
    kept = goal_board(MANY, worst_first=False, n=9, ax=axes())
    assert [text.split(", ")[1] for text in texts(kept)] == ["on track"] * 9
    with pytest.raises(ChoiceError, match="'metric'"):
        goal_board(MANY, by="status")


def test_only_a_running_period_has_a_pace_line():
    _, lines = [item for item in goal_board(GOALS, ax=axes()).collections
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
    ax = goal_board(frame, by="goal", ax=axes())
    shown = len(ax.get_yticks())
    assert 15 <= shown <= 24
    assert ax.get_xlabel() == f"{300 - shown} more not shown: {100 - shown} at risk, 200 on track"
    own = goal_board(frame, by="goal")
    assert len(own.get_yticks()) == 24
    assert own.figure.get_size_inches()[1] > 4
    assert len(goal_board(frame, by="goal", n=3).get_yticks()) == 3


def test_equal_goals_stay_apart():
    ax = goal_board(judged({}, {}), ax=axes())
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["@ann · weekly posts", "@ann · weekly posts (2)"]


def test_goals_that_differ_by_their_period_alone_are_named_by_it():
    ends = pd.to_datetime(["2026-06-01 04:00", "2026-07-01 04:00"], utc=True)
    months = ODDS.head(2).assign(tiktok_handle="ann", period_end=ends)
    months.attrs["trackagoat"] = {"timezone": "America/New_York"}
    names = [label.get_text() for label in goal_odds(months, ax=axes()).get_yticklabels()]
    assert names == ["@ann · monthly views, June", "@ann · monthly views, May"]
    weeks = months.assign(period="weekly")
    names = [label.get_text() for label in goal_odds(weeks, ax=axes()).get_yticklabels()]
    assert names == ["@ann · weekly views, to 30 Jun", "@ann · weekly views, to 31 May"]


def test_goals_whose_metric_has_no_data_are_not_called_short_of_history():
    ax = goal_odds(ODDS.assign(history_days=0), ax=axes())
    assert ax.get_xlabel() == "1 goal without odds: 1 needs data on views"


def test_of_many_creators_those_that_are_not_shown_are_counted_and_no_row_dwarfs_the_others():
    names = [f"c{place}" for place in range(40)]
    statuses = ["at_risk"] * 30 + ["on_track"] * 10
    frame = judged(
        *(
            {"tiktok_handle": name, "creator_id": name, "status": status}
            for name, status in zip(names, statuses, strict=True)
        )
    )
    ax = goal_board(frame, by="creator", n=5, ax=axes())
    assert [label.get_text() for label in ax.get_yticklabels()] == [f"@c{n}" for n in range(5)]
    [at_risk] = ax.containers
    assert [bar.get_width() for bar in at_risk] == [1] * 5
    assert said(at_risk[1]) == ("@c1: 1 at risk", "c1")
    note = ax.get_xlabel().replace("\n", " ")
    assert note.endswith("; 35 more creators not shown, 25 with a goal off pace")


def test_the_least_likely_goal_is_on_top_and_those_without_odds_are_counted():
    ax = goal_odds(ODDS, ax=axes())
    assert rows(ax) == ["@bob", "@ann", "@dee"]
    assert [bar.get_width() for bar in bars(ax)] == [20, 90, 100]
    assert texts(ax) == ["2 more in 6 h", "1.5k more in 12.5 days", "reached"]
    assert ax.get_xlabel() == "1 goal without odds: 1 has too short a history"
    unlikely, likely, _ = bars(ax)
    assert unlikely.get_facecolor() != likely.get_facecolor()
    assert said(unlikely) == ("@bob · monthly views: 20%, 2 more in 6 h", "")
    few = goal_odds(ODDS, n=1, ax=axes())
    assert few.get_xlabel() == (
        "2 more not shown, at 90% or higher; 1 goal without odds: 1 has too short a history"
    )
    unexplained = goal_odds(ODDS.drop(columns="reason"), ax=axes())
    assert unexplained.get_xlabel() == "1 goal without odds"


@pytest.mark.parametrize(
    ("chances", "title"),
    [
        ([0.2, 0.4, 0.6], "2 of 3 goals are more likely to be missed than reached"),
        ([0.2], "The goal is more likely to be missed than reached"),
        ([0.5, 0.8], "Both goals are at least as likely to be reached as missed"),
        ([0.8], "The goal is at least as likely to be reached as missed"),
        ([None, None], "No odds for these 2 goals: 1 is too irregular, 1 has not started"),
        ([None], "No odds for this goal: 1 is too irregular"),
        ([], "No goals to show"),
    ],
)
def test_the_odds_title_states_the_finding(chances, title):
    frame = ODDS.head(len(chances)).assign(chance=pd.array(chances, "Float64"))
    assert goal_odds(frame, ax=axes()).get_title(loc="left") == title


def test_goals_whose_period_is_over_are_left_out_of_the_odds():
    over = ODDS.head(1).assign(chance=0.0, days_left=0.0, tiktok_handle="eve")
    frame = pd.concat([ODDS, over], ignore_index=True)
    assert rows(goal_odds(frame, ax=axes())) == ["@bob", "@ann", "@dee"]


def past_of(*outcomes):
    """Past forecasts: the chance, how many of them came true, and of how many."""
    rows = [
        pd.DataFrame({"chance": chance, "is_hit": [True] * hits + [False] * (number - hits)})
        for chance, hits, number in outcomes
    ]
    return pd.concat(rows, ignore_index=True)


def test_a_back_test_is_said_in_plain_words_and_chances_that_agree_with_it_stay():
    ax = goal_odds(ODDS, backtest=past_of((0.2, 4, 20), (0.9, 18, 20)), ax=axes())
    assert finding_of(ax).endswith(
        "; reached in the past: 4 of 20 below 33% and 18 of 20 above 67%"
    )
    assert [bar.get_width() for bar in bars(ax)] == [20, 90, 100]
    assert "Chance that the target is reached" in finding_of(ax)
    empty = goal_odds(ODDS, backtest=past_of((0.2, 4, 20)).head(0), ax=axes())
    assert finding_of(empty).endswith("; no past forecasts to compare with")


LOW = ODDS.head(2).assign(chance=[0.02, 0.1], tiktok_handle=["ann", "bob"])


@pytest.mark.parametrize(
    ("outcomes", "word", "title"),
    [
        ((0.1, 8, 20), "open", "All goals are open"),
        ((0.1, 19, 20), "likely", "Both goals are likely to be reached"),
        ((0.3, 1, 60), "unlikely", "Both goals are unlikely to be reached"),
        ((0.1, 7, 9), "open", "All goals are open"),
    ],
)
def test_where_the_past_contradicts_chances_goals_have_a_word_and_the_interval(
    outcomes, word, title
):
    chance, hits, number = outcomes
    odds = LOW.assign(chance=[chance - 0.02, chance])
    ax = goal_odds(odds, backtest=past_of(outcomes), ax=axes())
    spans = {(bar.get_x(), bar.get_x() + bar.get_width()) for bar in ax.patches}
    [(low, high)] = spans
    assert low < hits / number * 100 < high
    # The interval may leave no room for the word.
    assert texts(ax).count(word) == 2 * (high < 85)
    assert ax.get_title(loc="left") == title
    assert "doesn't support exact chances" in finding_of(ax).replace("\n", " ")
    assert said(ax.patches[0])[0] == (
        f"@ann · monthly views: {word}; {hits} of {number} like it were reached, "
        "1.5k more in 12.5 days"
    )
    reached = goal_odds(odds.assign(chance=[chance, 1.0]), backtest=past_of(outcomes), ax=axes())
    assert max(bar.get_x() + bar.get_width() for bar in reached.patches) == 100


def test_only_the_record_of_chances_that_are_shown_matters():
    wrong_elsewhere = past_of((0.1, 20, 20), (0.9, 18, 20))
    ax = goal_odds(ODDS.head(1), backtest=wrong_elsewhere, ax=axes())
    assert [bar.get_width() for bar in bars(ax)] == [90]


def test_no_bar_covers_another_row():
    odds = pd.concat([LOW, LOW.assign(chance=[0.5, 0.9])], ignore_index=True)
    ax = goal_odds(odds, backtest=past_of((0.1, 8, 20), (0.5, 9, 20), (0.9, 19, 20)), ax=axes())
    heights = sorted((bar.get_y(), bar.get_y() + bar.get_height()) for bar in ax.patches)
    assert len(heights) == 4
    assert all(upper[1] < lower[0] for upper, lower in pairwise(heights))


def test_the_colours_of_the_odds_are_explained():
    ax = goal_odds(ODDS.assign(chance=[0.3, 0.4, 0.6, 0.7]), ax=axes())
    colors = [bar.get_facecolor() for bar in bars(ax)]
    assert [colors.index(color) for color in colors] == [0, 1, 1, 3]
    assert "unlikely below 33%, likely from 67%" in finding_of(ax)


@pytest.mark.parametrize("plot", [goal_board, goal_odds])
def test_a_row_ends_inside_the_figure_and_its_axis_at_100_percent(plot):
    ax = plot(GOALS if plot is goal_board else ODDS)
    ax.figure.canvas.draw()
    width = ax.figure.bbox.x1 + 1
    assert max(text.get_window_extent().x1 for text in ax.texts) <= width
    assert ax.spines["bottom"].get_bounds() == (0, 100)
    assert max(ax.get_xticks()) == 100
