"""The waterfall of a change: its rows, where they begin and end, and what its title says."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from tests.support.explained_frames import explained
from trackagoat_pandas.plots.marks import MARKS
from trackagoat_pandas.plots.theme import ALARM, INK
from trackagoat_pandas.plots.waterfall import waterfall

CHANGES = explained(
    ("mia", None, 100, 900),
    ("mia", "Lunch", 0, 850),
    ("mia", "Old hit", 80, 10),
    ("mia", "other posts", 20, 40),
    ("ben", None, 300, 200),
    ("ben", "Toast", 150, 60),
    ("cy", None, 50, 60),
    ("dee", None, 50, 55),
)


def drawn(frame, **options):
    """A plot's rows, from the top: the name, where its bar begins and ends, and its text."""
    ax = waterfall(frame, ax=Figure(figsize=(9, 6)).add_subplot(), **options)
    bars = {round(bar.get_y() + bar.get_height() / 2): bar for bar in ax.patches}
    notes = {round(text.xy[1]): text.get_text() for text in ax.texts if text.get_gid() is None}
    rows = [
        (
            label.get_text(), round(bars[place].get_x()),
            round(bars[place].get_x() + bars[place].get_width()), notes[place],
        )
        for place, label in enumerate(ax.get_yticklabels())
    ]  # fmt: skip
    return ax, rows


def title(frame, **options):
    return drawn(frame, **options)[0].get_title(loc="left")


def test_each_bar_begins_where_the_one_above_ends_and_posts_stand_below_their_creator():
    _, rows = drawn(CHANGES, n=5)
    assert rows == [
        ("12 May to 21 May 2026", 0, 500, "500"),
        ("@mia", 500, 1300, "+800"),
        ("Lunch", 500, 1350, "+850"),
        ("Old hit", 1280, 1350, "−70"),
        ("@ben", 1200, 1300, "−100"),
        ("Toast", 1210, 1300, "−90"),
        ("2 others", 1200, 1215, "+15"),
        ("22 May to 31 May 2026", 0, 1215, "1.2k"),
    ]


def test_a_post_without_room_for_its_creator_is_left_out():
    _, rows = drawn(CHANGES, n=1)
    assert [row[0] for row in rows[1:-1]] == ["@mia", "3 others"]
    assert rows[2][1:] == (1215, 1300, "−85")
    # A post may have moved more than its creator, which is shown with it.
    hidden = explained(("mia", None, 100, 120), ("mia", "Lunch", 0, 90), ("ben", None, 10, 60))
    _, rows = drawn(hidden, n=2)
    assert [row[0] for row in rows[1:-1]] == ["@mia", "Lunch", "1 other"]


def test_the_order_of_the_frame_is_not_needed():
    _, rows = drawn(CHANGES.sample(frac=1, random_state=3), n=5)
    names = [row[0] for row in rows]
    assert abs(names.index("Toast") - names.index("@ben")) == 1
    assert names.index("@mia") < names.index("Lunch") < names.index("@mia") + 3


def test_rises_and_falls_differ_in_colour_and_each_bar_says_what_it_is():
    ax, _ = drawn(CHANGES, n=5)
    colours = {MARKS[bar].text: to_hex(bar.get_facecolor()) for bar in ax.patches}
    assert colours["@mia: +800"] == INK
    assert colours["@ben: −100"] == ALARM
    assert {MARKS[bar].id_ for bar in ax.patches} == {"mia", "ben", ""}


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([("mia", None, 100, 900), ("mia", "Lunch", 0, 850)],
         "Views rose by 800 (800%) to 900; a post of @mia added 850"),
        ([("mia", None, 900, 100), ("ben", None, 100, 110)],
         "Views fell by 790 (79%) to 210; @mia lost 800"),
        ([("mia", None, 0, 40), ("ben", None, 0, 45), ("cy", None, 0, 30)],
         "Views rose by 115 to 115"),
        ([("mia", None, 50, 60), ("ben", None, 60, 50)], "Views didn't change: 110 both times"),
    ],
)  # fmt: skip
def test_the_title_says_how_much_and_who_moved_half_of_it(lines, said):
    assert title(explained(*lines)) == said


def test_one_unknown_change_makes_the_total_unknown():
    frame = explained(("mia", None, 100, 900), ("ben", None, None, 5))
    assert title_of_empty(frame) == "No change of views is known: that of 1 of 2 creators isn't"
    assert title_of_empty(CHANGES.head(0)) == "No change of views to show"


def title_of_empty(frame):
    return waterfall(frame, ax=Figure().add_subplot()).get_title(loc="left")


def test_small_changes_of_a_large_total_are_seen_and_the_axis_says_where_it_begins():
    frame = explained(("mia", None, 1_000_000, 1_000_800), ("ben", None, 1_000, 900))
    ax, rows = drawn(frame)
    low, high = ax.get_xlim()
    assert 1_000_500 < low < 1_001_000
    assert (rows[1][2] - rows[1][1]) / (high - low) > 0.3
    assert "the axis begins at 1M" in ax.get_xlabel()
    # A bar of a total that doesn't begin at 0 would make it look small beside the changes.
    assert ax.patches[0].get_width() < 0.01 * (high - low)
    assert ax.patches[0].get_x() + ax.patches[0].get_width() == 1_001_000
    ax, _ = drawn(CHANGES)
    assert ax.get_xlim()[0] == 0
    assert "begins" not in ax.get_xlabel()


def test_rows_that_share_their_index_are_told_apart():
    doubled = pd.concat([CHANGES.iloc[:4], CHANGES.iloc[4:]]).set_axis([0] * 8)
    doubled.attrs = CHANGES.attrs
    assert title(doubled) == title(CHANGES)


def test_a_day_that_was_not_over_is_said():
    frame = CHANGES.assign(is_partial=pd.array([True] + [False] * 7, "boolean"))
    frame.attrs = CHANGES.attrs
    ax, _ = drawn(frame)
    assert "31 May 2026 was still filling" in ax.get_xlabel()


def test_small_axes_show_fewer_rows():
    ax = waterfall(CHANGES, ax=Figure(figsize=(6, 1.2)).add_subplot())
    assert len(ax.get_yticklabels()) < 8
    assert ax.get_yticklabels()[-1].get_text() == "22 May to 31 May 2026"


def test_posts_and_creators_without_a_name_have_one():
    frame = explained((None, None, 5, 50), (None, "x", 0, 60), ("mia", None, 1, 2))
    _, rows = drawn(frame)
    assert [row[0] for row in rows[1:3]] == ["posts without a creator", "x"]
    known = frame.assign(creator_id=["ca24bfce-3332-47ea-a96f-0123456789ab"] * 2 + ["m"])
    assert drawn(known)[1][1][0] == "ca24bfce"


def test_a_creator_has_room_for_40_letters_and_a_post_for_32():
    _, rows = drawn(explained(("m" * 41, None, 5, 50), ("m" * 41, "x" * 41, 0, 60)))
    assert [row[0] for row in rows[1:3]] == [f"@{'m' * 38}…", f"{'x' * 31}…"]
