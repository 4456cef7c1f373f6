from __future__ import annotations

import pandas as pd
import pytest

from tests.support.named_frames import both, series
from trackagoat_pandas.errors import ChoiceError, MissingColumnError
from trackagoat_pandas.helpers.granularity import align_days, resample


@pytest.mark.parametrize(
    ("days", "granularity", "starts", "sums"),
    [
        # From Wednesday on
        (series("2026-06-03", [1, 2, 3, 4, 5, 6, 7]), "week", ["06-01", "06-08"], [15, 13]),
        (series("2026-05-30", [1, 2, 4]), "month", ["05-01", "06-01"], [3, 4]),
        # Without any value there is none.
        (series("2026-06-01", [None] * 7 + [1, None]), "week", ["06-01", "06-08"], [pd.NA, 1]),
        # Of totals so far the last known one is taken.
        (series("2026-06-01", [5, 7, None], mode="cumulative"), "week", ["06-01"], [7]),
        # Rates are left out.
        (series("2026-06-01", [5.0], metric="engagement_rate_by_views"), "week", [], []),
    ],
)
def test_a_longer_bucket_is_the_sum_of_its_days(days, granularity, starts, sums):
    found = resample(days, granularity)
    assert found["date"].dt.strftime("%m-%d").tolist() == starts
    assert found["value"].tolist() == sums


def test_a_day_that_stands_twice_counts_once():
    days = series("2026-06-01", [1, 2])
    stale = series("2026-06-02", [9], partial=True)
    for joined in (both(days, stale), both(stale, days)):
        assert resample(joined, "week")["value"].tolist() == [3]


def test_of_totals_in_any_order_that_of_the_latest_day_is_taken():
    totals = series("2026-06-01", [5, 7, 9], mode="cumulative")
    assert resample(totals.iloc[::-1], "week")["value"].tolist() == [9]


def test_a_bucket_is_partial_if_a_day_is():
    days = series("2026-06-01", [1] * 8)
    days.loc[7, "is_partial"] = True
    assert resample(days, "week")["is_partial"].tolist() == [False, True]


def test_longer_buckets_keep_columns_and_dtypes_and_say_their_length():
    days = series("2026-06-01", [1, 2], granularity="day", mode="new")
    weeks = resample(days, "week")
    pd.testing.assert_series_equal(weeks.dtypes, days.dtypes)
    assert weeks.attrs["trackagoat"]["params"] == {"granularity": "week", "mode": "new"}
    assert days.attrs["trackagoat"]["params"]["granularity"] == "day"


@pytest.mark.parametrize("backend", ["numpy_nullable", "pyarrow"])
@pytest.mark.parametrize(("values", "sums"), [([], []), ([1, 2], [3])])
def test_both_backends_keep_their_dtypes(backend, values, sums):
    days = series("2026-06-01", values).convert_dtypes(dtype_backend=backend)
    weeks = resample(days, "week")
    pd.testing.assert_series_equal(weeks.dtypes, days.dtypes)
    assert weeks["value"].tolist() == sums


def test_two_entities_and_two_metrics_stay_apart():
    days = series("2026-06-01", [1, 2])
    other = days.assign(entity_id="b", value=days["value"] * 10)
    likes = days.assign(metric="likes", value=days["value"] * 100)
    weeks = resample(pd.concat([days, other, likes]), "week")
    assert weeks["value"].tolist() == [3, 30, 300]


MONTHS = {"freq": "MS", "granularity": "month"}


@pytest.mark.parametrize(
    ("own", "prior", "compared"),
    [
        (series("2026-06-03", [1, 2]), series("2026-06-01", [3, 4], kind="prior_period"),
         ["06-03", "06-04"]),
        (series("2026-04-01", [1, 2], **MONTHS),
         series("2026-02-01", [3, 4], freq="MS", kind="prior_period"), ["04-01", "05-01"]),
    ],
)  # fmt: skip
def test_the_period_before_is_compared_bucket_by_bucket_from_the_first_on(own, prior, compared):
    assert align_days(both(own, prior)).dt.strftime("%m-%d").tolist() == compared * 2


def test_weeks_of_the_period_before_hold_the_days_they_are_compared_with():
    # From Wednesday on, and from Monday on: both split after five days.
    frame = both(series("2026-06-03", [1] * 7), series("2026-05-25", [2] * 7, kind="prior_period"))
    weeks = resample(frame, "week")
    assert weeks["value"].tolist() == [5, 2, 10, 4]
    prior = weeks.loc[weeks["series_kind"] == "prior_period", "date"]
    assert (prior.iloc[1] - prior.iloc[0]).days == 7


def test_months_of_a_period_before_are_left_out():
    frame = both(
        series("2026-06-01", [1] * 30), series("2026-05-02", [1] * 30, kind="prior_period")
    )
    assert set(resample(frame, "month")["series_kind"]) == {"main"}


@pytest.mark.parametrize(
    ("given", "granularity", "error"),
    [
        (series("2026-06-01", [1]), "day", ChoiceError),
        (series("2026-06-01", [1]).drop(columns="value"), "week", MissingColumnError),
    ],
)
def test_other_frames_and_words_are_refused(given, granularity, error):
    with pytest.raises(error, match=r"granularity|value"):
        resample(given, granularity)


def test_buckets_of_a_part_of_a_load_say_which_days_they_hold():
    frame = series("2026-04-01", [1] * 60, **{"from": "2026-04-01", "to": "2026-05-30"})
    part = frame[frame["date"] >= "2026-04-20"]
    params = resample(part, "month").attrs["trackagoat"]["params"]
    assert (params["from"], params["to"]) == ("2026-04-20", "2026-05-30")
