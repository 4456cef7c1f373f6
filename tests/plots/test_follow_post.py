"""The picture of one post: what was seen, and what is expected."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.plots.test_common import followed
from trackagoat_pandas import plots
from trackagoat_pandas.errors import ArgumentError


def seen():
    [frame], _ = followed(["Goat yoga"] * 3)
    return frame.assign(views_so_far=[900, 1_500, 2_000])


def expected(**columns):
    made = {"id": ["other", "v"], "expected_views": [1, 3_000], "low": [1, 2_500],
            "high": [1, 5_000], "horizon_days": 30, "reason": None}  # fmt: skip
    return pd.DataFrame(made | columns)


def test_the_title_has_the_views_now_and_the_interval_of_this_post():
    ax = plots.follow_post(seen(), expected())
    assert ax.get_title(loc="left") == (
        "“Goat yoga” has 2k views after 3 days; 2.5k to 5k expected by day 30"
    )
    [whisker] = [one for one in ax.collections if len(one.get_paths()[0].vertices) == 2]
    assert whisker.get_paths()[0].vertices.tolist() == [[30, 2_500], [30, 5_000]]


def test_a_post_without_a_forecast_says_why():
    unknown = expected(expected_views=pd.array([1, None], "Int64"), reason="too_few_settled")
    ax = plots.follow_post(seen(), unknown)
    assert ax.get_title(loc="left").endswith("2k views after 3 days")
    assert "No views can be expected: too few settled" in ax.get_xlabel()


def test_a_post_that_is_not_among_the_forecasts_is_drawn_alone():
    ax = plots.follow_post(seen(), expected(id=["other", "another"]))
    assert ax.get_title(loc="left").endswith("2k views after 3 days")
    assert ax.get_xlabel() == ""


def test_two_posts_are_one_too_many():
    with pytest.raises(ArgumentError, match="one post at a time"):
        plots.follow_post(seen().assign(id=["a", "b", "a"]))
