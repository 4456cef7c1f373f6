"""The heat map of hours and the sheets of months: what they print, hatch, leave plain and say."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from trackagoat_pandas.plots.calendar import calendar
from trackagoat_pandas.plots.marks import MARKS, draw_cells
from trackagoat_pandas.plots.posting_heatmap import posting_heatmap
from trackagoat_pandas.plots.style import finding_of
from trackagoat_pandas.plots.theme import INK


def hours(*rows):
    columns = ["dow", "hour", "posts", "mean_views", "median_views"]
    return pd.DataFrame(rows, columns=columns).astype(
        {"dow": "Int64", "hour": "Int64", "posts": "Int64", "median_views": "Float64"}
    )


def days(first, *counts):
    dates = pd.date_range(first, periods=len(counts)).as_unit("us")
    return pd.DataFrame({"day": dates, "posts": pd.array(counts, "Int64")})


def written(ax):
    return [text.get_text() for text in ax.texts if text.get_gid() is None]


def middle(bar):
    return bar.get_x() + bar.get_width() / 2, bar.get_y() + bar.get_height() / 2


def cells_of(ax):
    """The cells that have a read-out, by their middles."""
    return {middle(bar): bar for bar in ax.patches if bar in MARKS}


def opacity(bar):
    return bar.get_facecolor()[3]


def test_a_cell_stands_at_its_hour_below_its_weekday_from_monday_with_its_posts():
    ax = posting_heatmap(hours([0, 23, 7, 30, 20], [1, 0, 12, 9, 5]))
    assert [label.get_text() for label in ax.get_yticklabels()][::6] == ["Mon", "Sun"]
    found = {place: MARKS[bar].text for place, bar in cells_of(ax).items()}
    assert found == {
        (23, 6): "Sunday, 23:00: 7 posts, median views 20",
        (0, 0): "Monday, 0:00: 12 posts, median views 5",
    }
    assert written(ax) == ["7", "12"]


def test_cells_of_fewer_than_five_posts_are_hatched_and_have_no_shade():
    ax = posting_heatmap(hours([1, 8, 4, 9e6, 9e6], [2, 9, 5, 30, 20], [3, 9, 5, 30, 10]))
    hatched = [middle(bar) for bar in ax.patches if bar.get_hatch()]
    assert hatched == [(8, 0)]
    cells = cells_of(ax)
    assert {place: opacity(cells[place]) for place in cells} == {
        (8, 0): 0, (9, 1): 1, (9, 2): pytest.approx(0.48)
    }  # fmt: skip
    assert ax.get_xlabel() == "2 of the 168 hours of a week have 5 posts or more"


def test_the_map_says_that_it_describes_and_does_not_advise():
    said = finding_of(posting_heatmap(hours([4, 18, 11, 9, 9], [0, 12, 5, 9, 9])))
    assert said.startswith("The busiest hour is 18:00 on Thursdays: 11 of 16 posts. ")
    assert "It describes, and doesn't advise" in said


def test_two_hours_with_the_most_posts_are_said_without_choosing_one():
    ax = posting_heatmap(hours([4, 18, 11, 9, 9], [0, 12, 11, 9, 9]))
    assert ax.get_title(loc="left") == "No hour of the week has more than 11 of the 22 posts"


def test_one_hour_with_five_posts_is_one():
    ax = posting_heatmap(hours([4, 18, 11, 9, 9], [0, 12, 3, 9, 9]))
    assert ax.get_xlabel() == "1 of the 168 hours of a week has 5 posts or more"


def test_cells_without_known_views_keep_their_posts():
    ax = posting_heatmap(hours([4, 18, 11, 9, None]))
    assert written(ax) == ["11"]
    assert [MARKS[bar].text for bar in cells_of(ax).values()] == [
        "Thursday, 18:00: 11 posts, median views n/a"
    ]


def test_numbers_that_have_no_room_are_left_to_the_read_outs():
    ax = Figure(figsize=(3, 3), dpi=96, layout="constrained").add_subplot()
    posting_heatmap(hours([4, 18, 1_100, 9, 9], [0, 12, 7, 9, 9]), ax=ax)
    assert "1.1k" not in written(ax)
    assert any("1,100 posts" in MARKS[bar].text for bar in cells_of(ax).values())


def test_weeks_begin_on_monday_and_each_month_has_its_sheet():
    # 31 May 2026 is a Sunday, 1 June a Monday.
    ax = calendar(days("2026-05-31", 3, 4))
    last, first = sorted(cells_of(ax).items())
    assert (last[0], MARKS[last[1]].text) == ((6, 4), "31 May 2026: 3 posts")
    assert (first[0], MARKS[first[1]].text) == ((pytest.approx(7.8), 0), "1 Jun 2026: 4 posts")
    assert {"May 2026", "June 2026", "31", "3", "1", "4"} <= {*written(ax)}


@pytest.mark.parametrize("month", pd.date_range("2024-01-01", periods=30, freq="MS"))
def test_a_day_stands_where_it_does_in_any_calendar(month):
    import calendar as standard

    weeks = standard.Calendar().monthdayscalendar(month.year, month.month)
    expected = {(x, y): date for y, week in enumerate(weeks) for x, date in enumerate(week) if date}
    ax = calendar(days(month, *[1] * month.days_in_month))
    found = {
        tuple(round(part, 6) for part in place): int(MARKS[bar].text.split()[0])
        for place, bar in cells_of(ax).items()
    }
    assert found == expected


def test_a_day_without_a_post_is_plain_and_one_that_is_not_there_is_left_out():
    frame = days("2026-05-04", 2, 0, 9, 1)
    ax = calendar(frame.drop(index=3))
    cells = cells_of(ax)
    assert {place: opacity(cells[place]) for place in cells} == {
        (0, 1): pytest.approx(0.48), (1, 1): 0, (2, 1): 1
    }  # fmt: skip
    assert to_rgba(INK)[:3] == cells[(2, 1)].get_facecolor()[:3]
    assert "0" not in written(ax)


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ([2, 0, 5], "1 of 3 days has no post; 3 May 2026 has the most: 5"),
        ([0, 0, 5, 5], "2 of 4 days have no post; none has more than 5"),
        ([1, 2], "All 2 days have a post; 2 May 2026 has the most: 2"),
        ([0, 0], "No posts on any of 2 days"),
        ([0], "No posts on this day"),
        ([4], "The only day has a post; 1 May 2026 has the most: 4"),
    ],
)
def test_the_title_counts_days_without_a_post_and_names_the_busiest(counts, said):
    assert calendar(days("2026-05-01", *counts)).get_title(loc="left") == said


def test_running_day_is_no_day_without_a_post():
    frame = days("2026-05-01", 2, 0, 0)
    frame.attrs["trackagoat"] = {"running_day": "2026-05-03"}
    title = calendar(frame).get_title(loc="left")
    assert title == "1 of 2 days has no post; 1 May 2026 has the most: 2"
    assert calendar(frame.tail(1)).get_title(loc="left") == "No posts on this day so far"
    frame.loc[2, "posts"] = 1
    assert calendar(frame).get_title(loc="left").startswith("1 of 3 days has no post")


def test_the_last_months_are_shown_and_the_title_is_about_these():
    ax = calendar(days("2026-04-30", 99, *[1] * 31, 2), n=2)
    assert "99" not in written(ax)
    assert ax.get_xlabel() == "1 more month not shown, before these"
    assert finding_of(ax).startswith("All 32 days have a post; 1 Jun 2026 has the most: 2. Posts a")


def test_a_day_of_a_picture_chooses_its_days_and_says_its_creators_and_views():
    frame = days("2026-05-01", 2).assign(creators=1, views=1_500)
    [bar] = cells_of(calendar(frame)).values()
    assert MARKS[bar] == (
        "1 May 2026: 2 posts of 1 creator, 1.5k views",
        "",
        "2026-05-01..2026-05-01",
    )


def test_a_low_day_has_its_date_beside_its_count_where_it_is_wide_enough():
    ax = Figure(figsize=(12.8, 5), layout="constrained").add_subplot()
    calendar(days("2026-01-01", *[8] * 170), ax=ax)
    places = {text.get_text(): text.get_position() for text in ax.texts if text.get_gid() is None}
    date, count = places["31"], places["8"]
    assert date[1] % 1 == pytest.approx(count[1] % 1)


def test_days_too_narrow_for_numbers_have_a_legend_of_the_shades():
    frame = days("2025-01-01", *[place % 9 for place in range(500)])
    ax = Figure(figsize=(5, 2.5), dpi=96, layout="constrained").add_subplot()
    calendar(frame, n=17, ax=ax)
    assert not {"1", "2", "3"} & {*written(ax)}
    assert ax.get_legend() is not None
    assert calendar(frame.tail(60)).get_legend() is None


def test_shades_have_the_greatest_values_in_the_full_colour_however_few_differ():
    for values, expected in (
        ([7.0, 7.0], [1, 1]), ([1.0, 2.0], [0.48, 1]), ([1.0, 2.0, 3.0, 4.0], [0.12, 0.28, 0.48, 1])
    ):  # fmt: skip
        places = pd.Series(range(len(values)), dtype=float).to_numpy()
        drawn, letters = draw_cells(
            Figure().add_subplot(), (places, places), pd.Series(values).to_numpy()
        )
        assert [opacity(bar) for bar in drawn] == pytest.approx(expected)
        assert len(set(letters)) == (1 if len(set(values)) == 1 else 2)
