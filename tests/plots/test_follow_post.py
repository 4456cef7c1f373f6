"""The picture of one post: what was seen, and what is expected."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.plots.test_common import followed
from trackagoat_pandas import plots
from trackagoat_pandas.errors import ArgumentError, MissingColumnError
from trackagoat_pandas.plots.style import finding_of


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
    assert "No forecast: too few settled posts of that age" in ax.get_xlabel()


def test_a_post_that_is_not_among_the_forecasts_is_drawn_alone():
    ax = plots.follow_post(seen(), expected(id=["other", "another"]))
    assert ax.get_title(loc="left").endswith("2k views after 3 days")
    assert ax.get_xlabel() == ""


def test_a_post_of_hours_has_an_axis_of_hours_and_one_view_is_one() -> None:
    young = seen().head(1).assign(age_hours=5.0, views_so_far=1, tiktok_handle="mia")
    ax = plots.follow_post(young)
    assert ax.get_title(loc="left") == "“Goat yoga” by @mia has 1 view after 5 hours"
    assert "by hours since posting" in finding_of(ax)
    assert ax.xaxis.get_major_formatter()(5 / 24, 0) == "5"
    assert {tick % 1 for tick in ax.get_yticks()} == {0}
    assert "by days since posting" in finding_of(plots.follow_post(young, expected()))


@pytest.mark.parametrize(("hours", "step"), [(5, 1), (12, 2), (20, 3), (24, 6), (40, 6)])
def test_hours_have_ticks_at_every_hour_or_at_parts_of_a_day(hours, step):
    ax = plots.follow_post(seen().head(1).assign(age_hours=float(hours), views_so_far=100))
    assert 24 * np.diff(ax.get_xticks()) == pytest.approx(step)


def test_two_posts_are_one_too_many():
    with pytest.raises(ArgumentError, match="one post at a time"):
        plots.follow_post(seen().assign(id=["a", "b", "a"]))


@pytest.mark.parametrize("column", [*expected().columns.drop("reason")])
def test_a_forecast_without_a_column_is_refused(column):
    with pytest.raises(MissingColumnError, match=f"(?s){column}.*expected_views"):
        plots.follow_post(seen(), expected().drop(columns=column))
