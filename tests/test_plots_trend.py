from __future__ import annotations

import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

import trackagoat_pandas as tgp
from trackagoat_pandas.errors import ArgumentError, ChoiceError, MissingColumnError


def series(values, *, start="2026-05-01", entity="a", metric="views", kind="main", partial=False):
    days = pd.date_range(start, periods=len(values))
    return pd.DataFrame(
        {
            "entity_id": entity,
            "metric": metric,
            "date": days,
            "value": pd.array(values, "Float64"),
            "series_kind": kind,
            "is_partial": [False] * (len(values) - 1) + [partial],
        }
    )


def test_values_are_summed_over_entities():
    frame = pd.concat([series([1, 2, 3]), series([10, 20, 30], entity="b")])
    (line,) = tgp.plots.trend(frame).lines
    assert line.get_ydata().tolist() == [11, 22, 33]


def test_the_title_states_the_finding():
    frame = pd.concat(
        [series([1000, 2000]), series([500, 500], start="2026-04-29", kind="prior_period")]
    )
    title = tgp.plots.trend(frame).get_title(loc="left")
    assert title == "Views: 3.0k from 1 May to 2 May 2026, +200% on the period before"


def test_a_prior_period_is_dashed_and_laid_over_this_one():
    frame = pd.concat([series([1, 2]), series([3, 4], start="2026-04-29", kind="prior_period")])
    prior, main = tgp.plots.trend(frame).lines
    assert prior.get_linestyle() == "--"
    assert prior.get_xdata().tolist() == main.get_xdata().tolist()


def test_a_bucket_that_still_fills_is_hatched():
    ax = tgp.plots.trend(series([1, 2, 3], partial=True))
    (patch,) = ax.patches
    assert patch.get_hatch() == "///"
    assert "still filling" in ax.get_legend_handles_labels()[1]


def test_null_values_leave_a_gap():
    (line,) = tgp.plots.trend(series([1, None, 3])).lines
    assert pd.isna(line.get_ydata()[1])


def test_an_empty_frame_says_so():
    ax = tgp.plots.trend(series([1]).head(0))
    assert ax.get_title(loc="left").startswith("No ")


def test_the_given_axes_are_drawn_on_and_nothing_global_is_touched():
    ax = Figure().add_subplot()
    before = dict(plt.rcParams)
    assert tgp.plots.trend(series([1, 2]), ax=ax) is ax
    assert plt.get_fignums() == []
    assert dict(plt.rcParams) == before


def test_one_of_several_metrics_must_be_named():
    frame = pd.concat([series([1]), series([2], metric="likes")])
    with pytest.raises(ArgumentError, match="name one of views, likes"):
        tgp.plots.trend(frame)
    assert tgp.plots.trend(frame, metric="likes").lines[0].get_ydata().tolist() == [2]
    with pytest.raises(ChoiceError, match="'views', 'likes'"):
        tgp.plots.trend(frame, metric="saves")


def test_a_rate_of_several_entities_is_refused():
    name = "engagement_rate_by_views"
    frame = pd.concat([series([1], metric=name), series([2], metric=name, entity="b")])
    with pytest.raises(ArgumentError, match="a rate can't be summed"):
        tgp.plots.trend(frame)
    assert tgp.plots.trend(frame[frame["entity_id"] == "a"]).get_ylabel().startswith("engagement")


def test_another_frame_is_refused():
    with pytest.raises(MissingColumnError, match="load_analytics gives them"):
        tgp.plots.trend(pd.DataFrame({"a": [1]}))


def test_the_frame_is_left_unchanged():
    frame = series([1, 2, 3], partial=True)
    before = frame.copy()
    tgp.plots.trend(frame)
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize(
    ("granularity", "label"),
    [("D", "views a day"), ("W-MON", "views a week"), ("MS", "views a month")],
)
def test_the_axis_names_the_bucket(granularity, label):
    frame = series([1, 2, 3]).assign(date=pd.date_range("2026-01-05", periods=3, freq=granularity))
    assert tgp.plots.trend(frame).get_ylabel() == label
