from __future__ import annotations

import math
import warnings
from functools import partial

import matplotlib as mpl
import pytest
from matplotlib import colors
from matplotlib import pyplot as plt

from trackagoat_pandas.base import figures
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.plots import style
from trackagoat_pandas.plots.layout import legend, text_pt, wrapped
from trackagoat_pandas.plots.text import distinct, shown
from trackagoat_pandas.plots.theme import PAGE

LONG = "a name that is far too long for its place"


@pytest.mark.parametrize(
    ("write", "numbers", "texts"),
    [
        (
            figures.count_text,
            [0, -0.004, 0.05, 0.5, 7.25, 999, 999.96, 1_000, 1_250, 999_949, 999_960, 3.2e9, 5e15,
             -12_300, math.nan],
            ["0", "0", "0.05", "0.5", "7.2", "999", "1k", "1k", "1.2k", "999.9k", "1M", "3.2B",
             "5,000T", "−12.3k", "n/a"],
        ),
        (
            style.money_text,
            [0, 5, 1_250, 1_200, 99_960, -5, math.nan],
            ["$0", "$0.05", "$12.50", "$12", "$1k", "−$0.05", "n/a"],
        ),
        (partial(style.money_text, currency="EUR"), [123_456_700], ["€1.2M"]),
        (partial(style.money_text, currency="CHF"), [4_200], ["CHF 42"]),
        (
            figures.percent_text,
            [0.004, 0.04, 4.25, 99.96, 1234, math.nan],
            ["0%", "0.04%", "4.2%", "100%", "1,234%", "n/a"],
        ),
    ],
)  # fmt: skip
def test_numbers_are_written_briefly(write, numbers, texts):
    assert [write(number) for number in numbers] == texts


def test_yen_are_not_divided_into_cents():
    with pytest.raises(ArgumentError, match=r"JPY.*no cents"):
        style.money_text(100_000, "JPY")


def test_marks_distinguish_the_palette_in_black_and_white():
    assert len(set(style.SERIES_COLORS)) == len(style.SERIES_COLORS) == 8
    assert len(set(style.SERIES_MARKERS)) == 8
    for shades, hatches in (
        (style.STATUS_COLORS, style.STATUS_HATCHES),
        (style.SENTIMENT_COLORS, style.SENTIMENT_HATCHES),
    ):
        assert shades.keys() == hatches.keys()
        assert len(set(hatches.values())) == len(hatches)
        assert all(colors.is_color_like(shade) for shade in shades.values())


def test_a_long_title_is_wrapped_inside_the_figure():
    ax = style.new_axes()
    style.finish_axes(ax, "What was found takes very many words, " * 5)
    ax.figure.canvas.draw()
    title = ax._left_title
    assert title.get_text().count("\n") >= 1
    assert title.get_window_extent().x1 <= ax.figure.bbox.x1


@pytest.mark.parametrize("layout", [None, "constrained"])
@pytest.mark.parametrize("subtitle", ["Views a day", "what is measured, and in what unit; " * 8])
def test_a_subtitle_stands_between_the_title_and_the_axes(layout, subtitle):
    ax = plt.figure(figsize=(6, 4), layout=layout).add_subplot()
    ax.barh([0, 1], [3, 4])
    style.finish_axes(ax, "What was found takes very many words, " * 4, subtitle=subtitle)
    ax.figure.draw_without_rendering()
    title = ax._left_title.get_window_extent()
    [text] = ax.texts
    below = text.get_window_extent()
    assert ax.bbox.y1 <= below.y0 < below.y1 <= title.y0
    assert title.y0 - below.y1 < 10
    assert below.x0 == pytest.approx(title.x0, abs=1)
    assert title.y1 <= ax.figure.bbox.y1
    assert below.x1 <= ax.figure.bbox.x1
    assert style.finding_of(ax) == f"{'What was found takes very many words, ' * 4}".strip() + (
        f". {subtitle.strip()}"
    )


@pytest.mark.parametrize("layout", [None, "constrained"])
@pytest.mark.parametrize("name", ["b", LONG])
@pytest.mark.parametrize("title", ["Few words", "What was found takes as many words as these"])
def test_titles_begin_at_the_pictures_edge_and_names_do_too(layout, name, title):
    ax = plt.figure(figsize=(7, 4), layout=layout).add_subplot()
    style.write_rows(ax, [name])
    style.finish_axes(ax, title, subtitle="what is measured, and in what unit")
    ax.figure.draw_without_rendering()
    edges = [ax._left_title.get_window_extent().x0, ax.texts[0].get_window_extent().x0]
    assert edges == pytest.approx([0, 0], abs=8)
    assert "\n" not in ax.get_title(loc="left")
    if layout is not None:
        assert ax.yaxis.get_tightbbox().x0 == pytest.approx(0, abs=8)


def test_titles_beside_other_axes_stay_above_their_own():
    _, (_, right) = plt.subplots(1, 2, layout="constrained")
    style.finish_axes(right, "What was found")
    right.figure.draw_without_rendering()
    assert right._left_title.get_window_extent().x0 == pytest.approx(right.bbox.x0, abs=1)


def test_axes_that_are_drawn_on_again_have_one_subtitle():
    ax = style.new_axes()
    for subtitle in ("Views a day", "Likes a day"):
        style.finish_axes(ax, "What was found", subtitle=subtitle)
    assert style.finding_of(ax) == "What was found. Likes a day"
    style.finish_axes(ax, "What was found")
    assert style.finding_of(ax) == "What was found"


@pytest.mark.parametrize("room_pt", [10, 150, 400])
def test_lines_of_wide_letters_fit_their_room(room_pt):
    lines = wrapped("ill " * 20 + "WWW " * 6, room_pt, 9).split("\n")
    assert max(text_pt(line, 9) for line in lines) < room_pt or max(map(len, lines)) < 17


@pytest.mark.parametrize("above", ["tick_top", "set_label_position", "twiny", "secondary_xaxis"])
def test_a_title_stands_above_what_is_above_the_axes(above):
    ax = style.new_axes()
    ax.set_xlabel("days")
    added = ax
    if above == "tick_top":
        ax.xaxis.tick_top()
    elif above == "set_label_position":
        ax.xaxis.set_label_position("top")
    else:
        added = ax.twiny() if above == "twiny" else ax.secondary_xaxis("top")
    style.finish_axes(ax, "What was found")
    ax.figure.canvas.draw()
    top = added.xaxis.get_tightbbox().y1
    assert ax._left_title.get_window_extent().y0 >= top > ax.bbox.y1


def test_a_title_stands_where_matplotlib_would_place_it():
    places = []
    for title in (style.finish_axes, lambda ax, text: ax.set_title(text, loc="left")):
        ax = style.new_axes()
        title(ax, "What was found")
        ax.figure.canvas.draw()
        places.append(ax._left_title.get_position())
    assert places[0] == places[1]
    with mpl.rc_context({"axes.titley": 0.9}):
        ax = style.new_axes()
        style.finish_axes(ax, "What was found")
    assert ax._left_title.get_position() == (0, 0.9)


def test_a_legend_is_left_out_where_there_is_nothing_to_tell_apart():
    ax = style.new_axes()
    ax.plot([1], label="all")
    assert legend(ax, room_pt=400.0) is None


@pytest.mark.parametrize("layout", [None, "constrained"])
@pytest.mark.parametrize(("width", "is_below"), [(9, False), (3, True)])
def test_a_legend_stands_at_the_right_or_below_narrow_axes(width, is_below, layout):
    _, ax = plt.subplots(figsize=(width, 4), layout=layout)
    ax.plot([1, 2], label="alone")
    ax.plot([2, 1], label="b")
    style.finish_axes(ax, "Two lines")
    made = ax.get_legend()
    ax.figure.canvas.draw()
    box = made.get_window_extent()
    assert bool(box.y1 < ax.bbox.y0) == is_below
    assert bool(box.x0 > ax.bbox.x1) != is_below
    assert box.x0 >= 0
    assert box.x1 <= ax.figure.bbox.x1 + 1


@pytest.mark.parametrize(("letters", "lines"), [(4, 2), (9, 3), (14, 6)])
def test_a_legend_below_has_as_many_names_on_a_line_as_fit(letters, lines):
    _, ax = plt.subplots(figsize=(3, 4), layout=None)
    for number in range(6):
        ax.plot([1, 2], label=f"{'n' * letters}{number}")
    style.finish_axes(ax, "Six lines")
    ax.figure.canvas.draw()
    names = [text.get_window_extent() for text in ax.get_legend().get_texts()]
    assert max(name.x1 for name in names) <= ax.figure.bbox.x1
    assert len({round(name.y0) for name in names}) == lines


def test_nothing_to_show_leaves_no_ticks():
    ax = style.empty_axes(style.new_axes(), "No views of $5 and $6")
    assert ax.get_xticks().tolist() == ax.get_yticks().tolist() == []
    assert not ax._left_title.get_parse_math()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("mia.fit", "mia.fit"),
        ("two\nlines\tand   spaces", "two lines and spaces"),
        ("fire \U0001f525\U0001f525 here", "fire here"),
        ("\U0001f525", "(no name)"),
        ("", "(no name)"),
        (None, "(no name)"),
        (float("nan"), "(no name)"),
        ("ゴート", "□□□"),
        ("a\ud83db", "ab"),
        ("x" * 40, "x" * 27 + "…"),
        ("one two three four five six seven", "one two three four five six…"),
    ],
)
def test_names_are_written_as_the_font_can(name, text):
    assert shown(name) == text


def test_a_leading_underscore_is_guarded_so_that_legends_show_it():
    assert shown("_mia") == "\u200b_mia"


def test_equal_names_are_numbered_and_never_collide():
    assert distinct(["mia (2)", "mia", "mia", "mia"]) == ["mia (2)", "mia", "mia (3)", "mia (4)"]


def test_whatever_is_shown_can_be_drawn_without_a_warning():
    ax = style.new_axes()
    ax.set_yticks([0, 1], distinct(["_é\U0001f469\u200d\U0001f3a4", "ゴ\x00\u202eート"]))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        ax.figure.canvas.draw()
    assert caught == []


def test_titles_leave_out_letters_that_no_font_has():
    ax = style.new_axes()
    style.add_note(ax, "a note by \x1bben\U0001f525")
    style.finish_axes(ax, "@mia\x1b lost 6", subtitle="views of \U0001f525")
    ax.figure.canvas.draw()  # a warning would be an error
    assert ax.get_title(loc="left") == "@mia lost 6"
    assert ax.get_xlabel() == "a note by ben"


def boxes_of(ax):
    """Where the axes, with all that belongs to them, lie in the figure."""
    ax.figure.canvas.draw()
    return ax.get_tightbbox()


@pytest.mark.parametrize("cells", [1, 2])
def test_without_a_layout_axes_draw_back_into_their_own_cell(cells):
    figure, grid = plt.subplots(cells, cells, figsize=(6 * cells, 4 * cells), squeeze=False)
    for ax in grid.flat:
        ax.barh([0, 1], [3, 4], label="one")
        ax.barh([0, 1], [1, 1], label="another one that is named at length")
        style.write_rows(ax, [LONG, "b"])
        style.finish_axes(ax, "A title of some length that has to be wrapped in such a cell")
    boxes = [boxes_of(ax) for ax in grid.flat]
    assert not any(a.overlaps(b) for place, a in enumerate(boxes) for b in boxes[place + 1 :])
    for ax, box in zip(grid.flat, boxes, strict=True):
        assert min(box.x0, box.y0) >= 0
        assert box.x1 <= figure.bbox.x1
        assert box.y1 <= figure.bbox.y1
        beside = ax.get_legend().get_window_extent()
        assert beside.x0 > ax.bbox.x1 or beside.y1 < ax.bbox.y0


def test_axes_that_drew_back_can_still_be_laid_out():
    figure, ax = plt.subplots()
    style.write_rows(ax, [LONG])
    style.finish_axes(ax, "Rows")
    drawn_back = ax.get_position().x0
    figure.set_layout_engine("constrained")
    figure.canvas.draw()
    assert ax.get_in_layout()
    assert ax.get_position().x0 != drawn_back


def test_axes_without_a_grid_draw_back_too():
    figure = plt.figure()
    ax = figure.add_axes((0.1, 0.1, 0.85, 0.8))
    style.write_rows(ax, [LONG])
    style.finish_axes(ax, "Rows")
    assert boxes_of(ax).x0 >= 0


def test_a_text_behind_a_bar_stands_on_the_page_and_not_on_a_grid_line():
    ax = style.new_axes()
    style.write_behind(ax, [0], [3.0], ["3 posts"])
    [text] = ax.texts
    assert colors.to_hex(text.get_bbox_patch().get_facecolor()) == PAGE


def test_a_logarithmic_scale_has_ticks_between_powers_of_10_only_where_it_shows_few():
    for high, expected in ((900, [20, 50, 100, 200, 500]), (90_000, [100, 1_000, 10_000])):
        ax = style.new_axes()
        ax.set(yscale="log", ylim=(15, high))
        style.count_ticks(ax.yaxis)
        shown = [round(tick) for tick in ax.get_yticks() if 15 <= tick <= high]
        assert shown == expected


def test_ticks_need_no_second_decimal():
    ax = style.new_axes()
    ax.plot([0, 1], [0, 2_000_000])
    style.count_ticks(ax.yaxis)
    steps = [tick / 1e6 for tick in ax.get_yticks()]
    assert steps == [round(step, 1) for step in steps]
