from __future__ import annotations

import pandas as pd
import pytest

from tests.named_frames import both, series
from trackagoat_pandas.errors import ChoiceError, MissingColumnError
from trackagoat_pandas.helpers.granularity import compared_days, in_buckets


def test_a_week_is_the_sum_of_its_days_from_monday_on():
    weeks = in_buckets(series("2026-06-03", [1, 2, 3, 4, 5, 6, 7]), "week")
    assert weeks["date"].dt.strftime("%F").tolist() == ["2026-06-01", "2026-06-08"]
    assert weeks["value"].tolist() == [15, 13]


def test_a_month_is_the_sum_of_its_days():
    months = in_buckets(series("2026-05-30", [1, 2, 4]), "month")
    assert months["date"].dt.strftime("%F").tolist() == ["2026-05-01", "2026-06-01"]
    assert months["value"].tolist() == [3, 4]


def test_a_bucket_without_any_value_has_none():
    weeks = in_buckets(series("2026-06-01", [None] * 7 + [1, None]), "week")
    assert weeks["value"].isna().tolist() == [True, False]
    assert weeks["value"].iloc[1] == 1


def test_of_totals_so_far_the_last_known_one_is_taken():
    totals = series("2026-06-01", [5, 7, None], mode="cumulative")
    assert in_buckets(totals, "week")["value"].tolist() == [7]


def test_rates_are_left_out_of_longer_buckets():
    rates = series("2026-06-01", [5.0, 7.0], metric="engagement_rate_by_views")
    assert in_buckets(rates, "week").empty


def test_a_bucket_is_partial_if_a_day_is():
    days = series("2026-06-01", [1] * 8)
    days.loc[7, "is_partial"] = True
    assert in_buckets(days, "week")["is_partial"].tolist() == [False, True]


def test_longer_buckets_keep_columns_dtypes_and_tell_their_length():
    days = series("2026-06-01", [1, 2], granularity="day", mode="new")
    weeks = in_buckets(days, "week")
    pd.testing.assert_series_equal(weeks.dtypes, days.dtypes)
    assert weeks.attrs["trackagoat"]["params"] == {"granularity": "week", "mode": "new"}
    assert days.attrs["trackagoat"]["params"]["granularity"] == "day"


@pytest.mark.parametrize("backend", ["numpy_nullable", "pyarrow"])
def test_an_empty_frame_has_no_buckets_but_its_dtypes(backend):
    empty = series("2026-06-01", []).convert_dtypes(dtype_backend=backend)
    pd.testing.assert_frame_equal(in_buckets(empty, "week"), empty, check_index_type=False)


def test_pyarrow_columns_stay_pyarrow():
    days = series("2026-06-01", [1, 2]).convert_dtypes(dtype_backend="pyarrow")
    weeks = in_buckets(days, "week")
    pd.testing.assert_series_equal(weeks.dtypes, days.dtypes)
    assert weeks["value"].tolist() == [3]


def test_two_entities_and_two_metrics_stay_apart():
    days = series("2026-06-01", [1, 2])
    other = days.assign(entity_id="b", value=days["value"] * 10)
    likes = days.assign(metric="likes", value=days["value"] * 100)
    weeks = in_buckets(pd.concat([days, other, likes]), "week")
    assert weeks["value"].tolist() == [3, 30, 300]


def test_the_period_before_is_compared_bucket_by_bucket_from_the_first_on():
    frame = both(series("2026-06-03", [1, 2]), series("2026-06-01", [3, 4], kind="prior_period"))
    assert compared_days(frame).dt.day.tolist() == [3, 4, 3, 4]


def test_months_are_compared_with_months():
    frame = both(
        series("2026-04-01", [1, 2], freq="MS", granularity="month"),
        series("2026-02-01", [3, 4], freq="MS", kind="prior_period"),
    )
    assert compared_days(frame).dt.strftime("%m-%d").tolist() == ["04-01", "05-01"] * 2


def test_weeks_of_the_period_before_hold_the_days_they_are_compared_with():
    # From Wednesday on, and from Monday on: both split after five days.
    frame = both(series("2026-06-03", [1] * 7), series("2026-05-25", [2] * 7, kind="prior_period"))
    weeks = in_buckets(frame, "week")
    assert weeks["value"].tolist() == [5, 2, 10, 4]
    prior = weeks.loc[weeks["series_kind"] == "prior_period", "date"]
    assert (prior.iloc[1] - prior.iloc[0]).days == 7


def test_months_of_a_period_before_are_left_out():
    frame = both(
        series("2026-06-01", [1] * 30), series("2026-05-02", [1] * 30, kind="prior_period")
    )
    assert set(in_buckets(frame, "month")["series_kind"]) == {"main"}


@pytest.mark.parametrize(
    ("given", "granularity", "error"),
    [
        (series("2026-06-01", [1]), "day", ChoiceError),
        (series("2026-06-01", [1]).drop(columns="value"), "week", MissingColumnError),
    ],
)
def test_other_frames_and_words_are_refused(given, granularity, error):
    with pytest.raises(error, match=r"granularity|value"):
        in_buckets(given, granularity)
