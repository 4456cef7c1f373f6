"""The pictures of similar creators and of pools."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tests.plots.test_common import neighbours_of, pools_of
from trackagoat_pandas.plots import pools, similar
from trackagoat_pandas.plots.marks import MARKS
from trackagoat_pandas.plots.style import finding_of


def neighbours(*names: str, **columns: Any) -> pd.DataFrame:
    [frame], _ = neighbours_of([*names])
    return frame.assign(**columns)


def grouped(*names: str, **columns: Any) -> pd.DataFrame:
    [frame], _ = pools_of([*names])
    return frame.assign(**columns)


def title(ax: Any) -> str:
    return str(ax.get_title(loc="left"))


# Similar creators


def test_the_nearest_is_on_top_and_its_parts_add_up_to_its_distance() -> None:
    near = neighbours("mia", "ben", distance=[0.5, 0.4], hours=[0.3, 0.2])
    ax = similar(near)
    assert title(ax) == "@ben is most alike; hours set them apart most"
    assert [label.get_text() for label in ax.get_yticklabels()] == ["@ben", "@mia"]
    ends = [
        max(bar.get_x() + bar.get_width() for bar in rows)
        for rows in zip(*ax.containers, strict=True)
    ]
    assert [round(end, 9) for end in ends] == [0.4, 0.5]
    assert "0.40 (80%)" in [text.get_text() for text in ax.texts]


def test_the_title_names_the_creator_where_the_frame_knows_it() -> None:
    near = neighbours("mia", size=0.9, distance=1.2)
    near.attrs = {"trackagoat": {"like": "@ann"}}
    assert title(similar(near)) == "@mia is most like @ann; size sets them apart most"


def test_parts_that_add_nothing_have_no_colour_and_creators_without_a_distance_no_row() -> None:
    near = neighbours("mia", "ben", "cyd", size=0.0, distance=[0.3, 0.3, None])
    ax = similar(near)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["hours", "weekdays"]
    assert len(ax.get_yticks()) == 2
    assert "1 can't be compared" in ax.get_xlabel()
    alike = neighbours("mia", size=0.0, hours=0.0, weekdays=0.0, distance=0.0)
    assert title(similar(alike)) == "@mia is most alike, and differs in nothing"


def test_where_nobody_can_be_compared_it_says_why() -> None:
    near = neighbours("mia", "ben", distance=None, reason="fewer than 5 posts")
    assert title(similar(near)) == "No creator can be compared: fewer than 5 posts"


def test_an_unknown_stability_is_not_written_and_a_row_reads_out_its_parts() -> None:
    near = neighbours("mia", stability=pd.array([None], "Float64"))
    ax = similar(near)
    said = [MARKS[artist].text for artist in ax.get_children() if artist in MARKS]
    assert said == ["@mia: 0.40, size 0.10, hours 0.20, weekdays 0.10"]


# Pools


def test_there_is_a_row_for_each_pool_and_below_what_sets_it_apart() -> None:
    ax = pools(grouped("ann", "ben", "cyd", "dan"))
    assert title(ax) == "3 pools among 4 creators, the largest of 2"
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["Pool 1 (2)", "Pool 2 (1)", "Pool 3 (1)"]
    assert "Pool 1: 2.0 posts a week (others 3.0): @ann, @dan" in ax.get_xlabel()
    assert title(pools(grouped("ann"))) == "One pool of 1 creator"


def test_without_groups_all_creators_are_in_one_row() -> None:
    nobody = grouped("ann", "ben", pool=pd.array([None, None], "Int64"))
    ax = pools(nobody.assign(reason="no groups among these creators"))
    assert title(ax) == "No groups among 2 creators"
    assert [label.get_text() for label in ax.get_yticklabels()] == ["All creators (2)"]
    ax = pools(nobody.assign(reason="fewer than 12 creators can be compared"))
    assert title(ax) == "Whether there are groups among 2 creators isn't known: they are too few"


def test_creators_who_are_in_no_pool_are_counted() -> None:
    ax = pools(grouped("ann", "ben", pool=pd.array([1, None], "Int64")))
    assert "1 creator can't be compared" in ax.get_xlabel()


def test_numbers_are_written_above_the_median_and_unknown_ones_are_left_out() -> None:
    found = grouped("ann", "ben", "cyd", "dan", posts_per_week=None)
    ax = pools(found)
    texts = [text.get_text() for text in ax.texts]
    assert "2.2k" in texts  # of 900 and 3,600
    assert "18:30" in texts
    assert texts.count("n/a") == 1
    assert "upright: the median" in finding_of(ax)
