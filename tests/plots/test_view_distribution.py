from __future__ import annotations

import pandas as pd
import pytest

from trackagoat_pandas.plots.marks import MARKS
from trackagoat_pandas.plots.style import finding_of
from trackagoat_pandas.plots.view_distribution import view_distribution


def posts(views, **columns):
    return pd.DataFrame(
        {"view_count": pd.array(views, "Int64"), "tracking_status": "included", **columns}
    )


def title(ax):
    return ax.get_title(loc="left").replace("\n", " ")


@pytest.mark.parametrize(
    ("views", "said"),
    [
        ([7], "The only post has 7 views"),
        ([7, 7], "All 2 posts have 7 views"),
        ([7, 9], "Of the views of 2 posts, the median is 8, the most 9"),
        (
            [100, 200, 300, 900],
            "Half of 4 posts have 175 to 450 views; the median is 250, the most 900",
        ),
    ],
)
def test_the_title_says_how_views_are_spread(views, said):
    assert title(view_distribution(posts(views))) == said


def test_each_post_is_in_one_bar_and_the_scale_is_named_where_it_is_logarithmic():
    ax = view_distribution(posts([0, 5, 10, 500, 90_000]))
    [bars, *_] = ax.containers
    assert sum(bar.get_height() for bar in bars) == 5
    assert ax.get_xscale() == "log"
    assert "logarithmic scale" in finding_of(ax)
    assert ax.get_xlabel() == "1 post without views at 1"
    assert sum(int(MARKS[bar].text.split(": ")[1].split()[0]) for bar in bars) == 5
    linear = view_distribution(posts([0, 5, 10, 29]))
    assert linear.get_xscale() == "linear"
    assert "scale" not in finding_of(linear)


@pytest.mark.parametrize(("number", "expected"), [(9, 6), (1_100, 20), (9_000, 40)])
def test_bars_are_twice_the_cube_root_of_the_posts_within_limits(number, expected):
    [bars, *_] = view_distribution(posts([*range(number)])).containers
    assert len(bars) == expected


def test_posts_that_do_not_count_or_have_no_number_are_left_out_and_counted():
    status = ["included", "pending_review", "included", "direct_add"]
    ax = view_distribution(posts([5, 900, None, 7]).assign(tracking_status=status))
    assert title(ax) == "Of the views of 2 posts, the median is 6, the most 7"
    assert ax.get_xlabel().replace("\n", " ") == (
        "1 post not counted in statistics left out; 1 post with unknown views left out"
    )
    odd = posts([5, 7]).assign(tracking_status=["included", "new word"])
    assert view_distribution(odd).get_xlabel() == "1 post with an unknown tracking status left out"
    none = view_distribution(posts([5]).assign(tracking_status="pending_review"))
    assert title(none) == "No posts with views to show"


def by_creator(**options):
    owners = ["mia"] * 5 + ["ben"] * 4 + ["eva"] * 3 + [None] * 4
    views = [10, 20, 30, 40, 50, 100, 100, 300, 500, 9_999, 1, 1, 5, 5, 5, 5]
    return view_distribution(posts(views, creator_id=owners), by="creator", **options)


def test_creators_stand_by_their_median_and_those_of_few_posts_are_left_out():
    ax = by_creator()
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["ben (4)", "mia (5)", "no creator (4)"]
    assert title(ax) == "A typical post of ben has 200 views, one of mia 30"
    assert ax.get_xlabel() == "1 creator with fewer than 4 posts left out"
    [bars] = ax.containers
    spans = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in bars]
    assert spans == [(100, 350), (20, 40), (5, 5)]
    assert MARKS[bars[0]][:2] == (
        "ben: 4 posts, median 200 views, middle half 100 to 350, most 500", "ben",
    )  # fmt: skip
    assert "2 more creators not shown" in by_creator(n=1).get_xlabel()


def test_where_nobody_has_many_posts_all_are_shown():
    ax = view_distribution(posts([5, 9], creator_id=["a", "b"]), by="creator")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["b (1)", "a (1)"]
    alike = view_distribution(posts([5, 5], creator_id=["a", "b"]), by="creator")
    assert title(alike) == "A typical post of each of 2 creators has 5 views"
    one = view_distribution(posts([5], creator_id=["a"]), by="creator")
    assert title(one) == "A typical post of a has 5 views"
