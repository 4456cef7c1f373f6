from __future__ import annotations

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.named_frames import both, series
from trackagoat_pandas.errors import ChoiceError, MissingColumnError

BEFORE = {"kind": "prior_period"}


def test_totals_have_a_row_for_each_entity_the_most_first():
    frame = both(series("2026-06-01", [9, 1]), series("2026-06-01", [2, 50], entity="b"))
    totals = tgp.summarize_analytics(frame)
    assert totals["views"].tolist() == [52, 10]
    assert totals["entity_id"].tolist() == ["b", "a"]
    assert str(totals["views"].dtype) == "Int64"


def test_by_date_the_newest_whole_bucket_comes_first_and_one_that_is_not_over_last():
    rows = tgp.summarize_analytics(series("2026-06-01", [5, 6, 7], partial=True), by="date")
    assert rows["views"].tolist() == [6, 5, 7]
    assert rows["is_partial"].tolist() == [False, False, True]


def test_a_change_is_that_of_what_both_periods_have():
    frame = both(series("2026-06-03", [30, 60]), series("2026-06-01", [20, 40], **BEFORE))
    [total] = tgp.summarize_analytics(frame).to_dict("records")
    assert (total["views"], total["views_before"], total["change_in_views_pct"]) == (90, 60, 50)
    by_date = tgp.summarize_analytics(frame, by="date")
    assert by_date["change_in_views_pct"].tolist() == [50, 50]


def test_a_change_is_all_of_it_only_where_nothing_is_left():
    frame = both(series("2026-06-03", [13, 0]), series("2026-06-01", [4_477, 4_477], **BEFORE))
    rows = tgp.summarize_analytics(frame, by="date")
    assert rows["change_in_views_pct"].tolist() == [-100, -99]


def test_rows_are_sorted_by_the_metric_that_is_named():
    frame = pd.concat(
        [
            both(series("2026-06-01", [9]), series("2026-06-01", [2], entity="b")),
            both(
                series("2026-06-01", [1], metric="likes"),
                series("2026-06-01", [5], metric="likes", entity="b"),
            ),
        ]
    )
    assert tgp.summarize_analytics(frame)["entity_id"].tolist() == ["a", "b"]
    assert tgp.summarize_analytics(frame, metric="likes")["entity_id"].tolist() == ["b", "a"]


def test_what_it_cannot_sum_is_an_error():
    frame = series("2026-06-01", [1, 2])
    with pytest.raises(ChoiceError, match="metric='shares'"):
        tgp.summarize_analytics(frame, metric="shares")
    with pytest.raises(ChoiceError, match="by='week'"):
        tgp.summarize_analytics(frame, by="week")
    with pytest.raises(MissingColumnError, match="load_analytics"):
        tgp.summarize_analytics(frame.drop(columns="series_kind"))
