from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

import trackagoat_pandas as tgp
from trackagoat_pandas.errors import MissingColumnError
from trackagoat_pandas.plots.labels import Spot, name_spots
from trackagoat_pandas.plots.layout import size_pt
from trackagoat_pandas.plots.marks import MARKS
from trackagoat_pandas.plots.style import finding_of


def people(posts, views, rates=None):
    return pd.DataFrame(
        {
            "tiktok_handle": [f"creator.{place}" for place in range(len(posts))],
            "post_count": pd.array(posts, "Int64"),
            "avg_views_per_post": pd.array(views, "Float64"),
            "engagement_rate_by_views": pd.array(rates or [5.0] * len(posts), "Float64"),
        }
    )


def crowd(count, seed=1):
    dice = np.random.default_rng(seed)
    posts, views = dice.poisson(14, count) + 1, dice.lognormal(8, 1.3, count)
    return people(posts.tolist(), views.tolist(), dice.gamma(4, 1.7, count).tolist())


def names(ax):
    return [text for text in ax.texts if text.get_gid() is None]


def test_each_creator_is_a_circle_at_posts_and_views():
    ax = tgp.plots.creator_scatter(people([2, 5], [100, 300]))
    assert ax.collections[0].get_offsets().tolist() == [[2, 100], [5, 300]]
    [name] = [text for text in ax.texts if text.get_text() == "posts"]
    ax.figure.draw_without_rendering()
    assert name.get_window_extent().x0 > ax.bbox.x1


def test_twice_the_engagement_is_twice_the_area_and_unknown_engagement_a_square():
    ax = tgp.plots.creator_scatter(people([2, 5, 5], [100, 300, 400], [4.0, 8.0, None]))
    circles, squares = ax.collections[:2]
    small, big = circles.get_sizes()
    assert big == pytest.approx(2 * small)
    assert squares.get_offsets().tolist() == [[5, 400]]
    assert squares.get_paths()[0].vertices.shape != circles.get_paths()[0].vertices.shape
    assert "engagement not known" in ax.get_legend_handles_labels()[1]


def test_dotted_lines_stand_at_the_medians():
    ax = tgp.plots.creator_scatter(people([1, 3, 8], [10, 20, 60]))
    across, along = [line for line in ax.lines if line not in MARKS]
    assert list(across.get_ydata()) == [20, 20]
    assert list(along.get_xdata()) == [3, 3]
    assert {across.get_linestyle(), along.get_linestyle()} == {":"}


def test_one_or_two_creators_have_no_medians():
    ax = tgp.plots.creator_scatter(people([1, 3], [10, 20]))
    assert [line for line in ax.lines if line not in MARKS] == []
    assert "the medians" not in ax.get_legend_handles_labels()[1]


@pytest.mark.parametrize(
    ("posts", "views", "title"),
    [
        (
            [10, 1, 10], [1000, 4000, 500],
            ("@creator.1 gets most from a post: 4k views, 4 times the median; "
            "1 of 3 creators brings 53% of all views"),
        ),
        (
            [1, 1, 1], [1_000, 803_900, 900],
            ("@creator.1 gets most from a post: 803.9k views, 800 times the median; "
            "1 of 3 creators brings over 99% of all views"),
        ),
        ([10, 1], [1000, 4000], "@creator.1 gets most from a post: 4k views"),
    ],
)  # fmt: skip
def test_the_title_says_who_gets_most_from_a_post_and_of_some_who_brings_half(posts, views, title):
    ax = tgp.plots.creator_scatter(people(posts, views))
    assert ax.get_title(loc="left").replace("\n", " ") == title


@pytest.mark.parametrize(
    ("views", "scale"), [([10, 20], "linear"), ([10, 20_000], "log"), ([0, 20_000], "linear")]
)
def test_views_are_in_powers_of_ten_where_they_differ_much_and_none_is_zero(views, scale):
    ax = tgp.plots.creator_scatter(people([1, 2], views))
    assert ax.get_yscale() == scale
    assert (ax.get_ylim()[0] == 0) == (scale == "linear")


def test_creators_without_posts_or_views_are_counted_in_a_note():
    ax = tgp.plots.creator_scatter(people([2, 0, None, 4], [100, 50, 50, None]))
    assert len(ax.collections[0].get_offsets()) == 1
    assert ax.xaxis.label.get_ha() == "left"
    assert ax.get_xlabel() == "3 without posts or views are not shown"


@pytest.mark.parametrize("count", [3, 24, 300])
def test_names_are_few_and_never_overlap(count):
    ax = tgp.plots.creator_scatter(crowd(count))
    ax.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in names(ax)]
    assert min(count, 3) <= len(boxes) <= 8
    marks = [line for line in ax.lines if line in MARKS]
    middles = [ax.transData.transform(mark.get_xydata()[0]) for mark in marks]
    radii = [mark.get_markersize() / 2 / 72 * ax.figure.dpi for mark in marks]
    for text in names(ax):
        # Without the line to a point far away.
        box = Text.get_window_extent(text)
        nearest = [np.clip(middle, box.min, box.max) for middle in middles]
        away = [np.hypot(*(a - b)) for a, b in zip(middles, nearest, strict=True)]
        assert all(distance >= radius for distance, radius in zip(away, radii, strict=True))
    pairs = [(a, b) for place, a in enumerate(boxes) for b in boxes[place + 1 :]]
    assert not any(a.overlaps(b) for a, b in pairs)


@pytest.mark.parametrize(
    ("place", "side"),
    [((0.5, 0.5), (1, 0)), ((1, 0.5), (-1, 0)), ((1, 0), (-1, 1)), ((0, 1), (1, -1))],
)
def test_a_name_is_written_right_of_its_point_unless_it_would_leave_the_axes(place, side):
    ax = Figure(figsize=(5, 5)).add_subplot()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    x, y = (np.array([one]) for one in place)
    name_spots(ax, x, y, np.full(1, 3.0), [Spot(0, "mia")], most=1)
    [name] = ax.texts
    assert [*np.sign(name.get_position())] == [*side]
    ax.figure.draw_without_rendering()
    box = Text.get_window_extent(name)
    assert ax.bbox.x0 <= box.x0 <= box.x1 <= ax.bbox.x1
    assert ax.bbox.y0 <= box.y0 <= box.y1 <= ax.bbox.y1


@pytest.mark.parametrize("is_crowded", [False, True])
def test_the_first_name_is_written_farther_away_with_a_line_where_no_side_is_free(is_crowded):
    ax = Figure(figsize=(5, 5)).add_subplot()
    width, height = size_pt(ax)
    ax.set(xlim=(0, width), ylim=(0, height))
    around = np.arange(-40, 41, 20) if is_crowded else np.zeros(1)
    x, y = (each.ravel() + 120 for each in np.meshgrid(around, around))
    middle = len(x) // 2
    name_spots(ax, x, y, np.full(len(x), 9.0), [Spot(middle, "mia"), Spot(0, "mia")], most=1)
    [name] = ax.texts
    assert name.xy == (120, 120)
    assert (name.arrow_patch is not None) == is_crowded
    assert (max(np.abs(name.xyann)) > 40) == is_crowded


def test_the_first_named_is_the_creator_of_the_title():
    frame = people([1, 9, 50], [40, 20, 30])
    [name] = names(tgp.plots.creator_scatter(frame, n=1))
    assert name.get_text() == "@creator.0"


def test_as_many_are_named_as_asked():
    assert len(names(tgp.plots.creator_scatter(crowd(24), n=2))) == 2
    assert len(names(tgp.plots.creator_scatter(crowd(24), n=0))) == 0


def test_a_summary_of_creators_can_be_drawn(client):
    project = "Summer Launch"
    creators, videos = tgp.load_creators(project), tgp.load_videos(project)
    summary = tgp.summarize_creators(creators, videos, tgp.load_goal_compliance(project))
    ax = tgp.plots.creator_scatter(summary)
    posting = summary[summary["posts"] > 0]
    shown = ax.collections[0].get_offsets()
    expected = posting["views"].astype(float) / posting["posts"].astype(float)
    assert sorted(shown[:, 1].tolist()) == pytest.approx(sorted(expected.tolist()))


@pytest.mark.parametrize("backend", ["numpy_nullable", "pyarrow"])
def test_the_report_of_the_sandbox_can_be_drawn(client, backend):
    report = tgp.load_report("creator-scatter", "Q1 Brand Program", dtype_backend=backend)
    ax = tgp.plots.creator_scatter(report)
    ax.figure.canvas.draw()
    assert len(ax.collections[0].get_offsets()) == (report["post_count"] > 0).sum()


def test_a_summary_without_its_other_columns_is_refused():
    with pytest.raises(MissingColumnError, match="summarize_creators"):
        tgp.plots.creator_scatter(pd.DataFrame({"posts": [1]}))


def test_each_creator_has_a_read_out_and_an_id_where_the_frame_has_one():
    frame = people([2, 5, 0], [1_234, 300, None], [4.0, None, 5.0])
    for id_, given in (("", frame), ("x", frame.assign(creator_id=["x", "y", "z"]))):
        ax = tgp.plots.creator_scatter(given)
        spots = [line for line in ax.lines if line in MARKS]
        assert [spot.get_xydata().tolist() for spot in spots] == [[[2, 1_234]], [[5, 300]]]
        assert MARKS[spots[0]][:2] == (
            "@creator.0\nposts: 2\nviews a post: 1,234\nengagement: 4%",
            id_,
        )
        assert MARKS[spots[1]].text.endswith("engagement: n/a")


@pytest.mark.parametrize(("views", "scale"), [([10, 20], ""), ([10, 20_000], "logarithmic")])
def test_the_subtitle_says_what_place_and_area_mean(views, scale):
    finding = finding_of(tgp.plots.creator_scatter(people([1, 2], views)))
    assert "Mean views of a post by number of posts" in finding
    assert finding.endswith("; the area is engagement by views")
    assert ("logarithmic" in finding) == bool(scale)


def test_no_circle_is_cut_at_the_ends_of_the_axes():
    ax = Figure(figsize=(5, 4), layout="constrained").add_subplot()
    tgp.plots.creator_scatter(people([6, 8, 9], [54_000, 22_000, 60_000]), ax=ax)
    ax.figure.draw_without_rendering()
    [circles] = [each for each in ax.collections if len(each.get_offsets()) == 3]
    right, top = ax.transData.transform(circles.get_offsets()).max(axis=0)
    radius = max(circles.get_sizes()) ** 0.5 / 2 / 72 * ax.figure.dpi
    assert right + radius <= ax.bbox.x1
    assert top + radius <= ax.bbox.y1
