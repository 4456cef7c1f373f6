from __future__ import annotations

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support import named_frames
from trackagoat_pandas.errors import ArgumentError, ChoiceError, MissingColumnError
from trackagoat_pandas.helpers.completion import add_missing_days
from trackagoat_pandas.helpers.series import granularity_of
from trackagoat_pandas.helpers.wide import sums_by_date, to_wide

PROJECT = "Q1 Brand Program"


def series(values, *, start="2026-05-01", entity="a", label=None, metric="views", freq="D", **more):
    frame = named_frames.series(start, values, metric=metric, entity=entity, freq=freq)
    return frame.assign(label=label or entity, **more)


def join(*parts):
    return pd.concat(parts, ignore_index=True)


def test_dates_are_rows_and_entities_columns():
    wide = to_wide(join(series([1, 2], entity="b"), series([3], entity="a", start="2026-05-02")))
    assert wide.columns.tolist() == ["b", "a"]
    assert wide.columns.name == "label"
    assert wide.index.name == "date"
    assert wide.index.tolist() == [pd.Timestamp("2026-05-01"), pd.Timestamp("2026-05-02")]
    assert wide["b"].tolist() == [1.0, 2.0]
    assert wide["a"].tolist() == [pd.NA, 3.0]


def part_of(campaign, entity="__other__", label="Other"):
    return series([1], entity=entity, label=label, series_kind="breakdown", parent_id=campaign)


ONE, TWO = "11111111-a", "22222222-b"


@pytest.mark.parametrize(
    ("parts", "options", "names"),
    [
        # Equal labels stay apart, by as much of their ids as is needed.
        ([series([1], entity=f"{name * 8}-1", label=label) for name, label in
          (("a", "mia"), ("b", "mia"), ("c", "ben"))], {},
         ["mia (aaaaaaaa)", "mia (bbbbbbbb)", "ben"]),
        ([series([1], entity=f"aaaaaaaa-{end}", label="mia") for end in "12"], {},
         ["mia (aaaaaaaa-1)", "mia (aaaaaaaa-2)"]),
        # Campaigns of several projects; two of the last have one name.
        ([series([1], entity=f"{name * 8}-1", label="Drop", project_name=project) for name, project
          in (("a", "Spring"), ("b", "Summer"), ("c", "UGC"), ("d", "UGC"), ("e", None))], {},
         ["Drop (Spring)", "Drop (Summer)", "Drop (cccccccc)", "Drop (dddddddd)", "Drop"]),
        # The rest of two campaigns, and a video in both
        ([part_of(ONE), part_of(TWO)], {"series_kind": "breakdown"},
         ["Other (11111111)", "Other (22222222)"]),
        ([part_of(ONE, "33333333-c", "Hi"), part_of(TWO, "33333333-c", "Hi")],
         {"series_kind": "breakdown"},
         ["Hi (33333333 of 11111111)", "Hi (33333333 of 22222222)"]),
        ([series([1]).assign(label=pd.Series([None], dtype="str"))], {}, ["a"]),
        ([series([1], label="mia")], {"columns": "entity_id"}, ["a"]),
    ],
)  # fmt: skip
def test_each_entity_has_a_column_of_its_own_name(parts, options, names):
    assert to_wide(join(*parts), **options).columns.tolist() == names


def test_the_prior_period_is_left_out_unless_asked_for():
    frame = join(series([1]), series([2], start="2026-04-30", series_kind="prior_period"))
    assert to_wide(frame)["a"].tolist() == [1]
    assert to_wide(frame, series_kind="prior_period")["a"].tolist() == [2]


def test_one_of_several_metrics_must_be_named():
    frame = join(series([1]), series([2], metric="likes"))
    with pytest.raises(ArgumentError, match="name one of views, likes"):
        to_wide(frame)
    assert to_wide(frame, "likes")["a"].tolist() == [2]
    with pytest.raises(ChoiceError, match="'views', 'likes'"):
        to_wide(frame, "saves")


def test_of_two_rows_for_one_entity_and_date_the_last_counts_also_if_a_day_is_text():
    for first in (series([1]), series([1]).astype({"date": "str"})):
        assert to_wide(join(first, series([2])))["a"].tolist() == [2]


PARTIAL = {"is_partial": pd.array([True], "boolean")}


@pytest.mark.parametrize("backend", ["numpy_nullable", "pyarrow"])
def test_a_complete_day_counts_before_a_stale_partial_one_that_was_joined_later(backend):
    joined = join(series([5]), series([1], **PARTIAL)).convert_dtypes(dtype_backend=backend)
    assert to_wide(joined)["a"].tolist() == [5]
    completed = add_missing_days(joined)
    assert completed["value"].tolist() == [5]
    assert completed["is_partial"].tolist() == [False]


def test_rows_without_a_date_all_stay():
    frame = series([1, 2, 3])
    frame.loc[[0, 1], "date"] = pd.NaT
    assert add_missing_days(frame)["value"].tolist() == [3, 1, 2]


@pytest.mark.parametrize("days", [[20260501], [1.7e9], ["x"], [True]])
def test_days_that_are_plain_numbers_are_refused(days):
    with pytest.raises(ArgumentError, match="the column must hold days, not plain numbers"):
        to_wide(series([1]).assign(date=days))


def test_sums_by_date_leave_out_what_has_no_value_and_are_unknown_where_nothing_has():
    two = join(series([1, None, None], entity="a"), series([3, 4, None], entity="b"))
    sums = sums_by_date(two, two["metric"] == "views")
    assert sums.index.tolist() == list(pd.date_range("2026-05-01", periods=3))
    assert sums.fillna(-1).tolist() == [4.0, 4.0, -1.0]


def test_an_empty_frame_has_no_rows_and_no_columns():
    wide = to_wide(series([1]).head(0))
    assert wide.shape == (0, 0)
    assert wide.index.dtype == "datetime64[us]"


@pytest.mark.parametrize(
    ("frame", "options", "error", "match"),
    [
        (pd.DataFrame({"a": [1]}), {}, MissingColumnError, "load_analytics"),
        (series([1]), {"columns": "tiktok_handle"}, MissingColumnError,
         r"no columns? .*'tiktok_handle'"),
        (series([1]), {"series_kind": "other"}, ChoiceError, "choose one of 'main'"),
    ],
)  # fmt: skip
def test_a_frame_of_something_else_is_refused(frame, options, error, match):
    with pytest.raises(error, match=match):
        to_wide(frame, **options)


@pytest.mark.parametrize("backend", ["numpy_nullable", "pyarrow"])
def test_wide_and_long_hold_the_same_numbers(client, backend):
    creators = tgp.load_creators(PROJECT, client=client)
    views = tgp.load_analytics(
        "creator", creators, "views", dates="2026-05", dtype_backend=backend, client=client
    )
    wide = to_wide(views, columns="entity_id")
    expected = views.pivot_table(
        index="date", columns="entity_id", values="value", observed=True, sort=False
    )
    assert wide.shape == (31, len(creators))
    assert set(wide.dtypes) == {views["value"].dtype}
    ours, theirs = (one.astype("float64").to_numpy() for one in (wide, expected[wide.columns]))
    assert (ours == theirs).all()


def test_an_absent_day_is_added_as_absent_and_leaves_the_frame_unchanged():
    frame = series([1, 2, 3, 0, None]).drop(index=1)
    before = frame.copy()
    filled = add_missing_days(frame)
    assert filled["value"].tolist() == [1, pd.NA, 3, 0, pd.NA]
    assert filled["is_partial"].tolist() == [False, pd.NA, False, False, False]
    assert filled["date"].tolist() == list(pd.date_range("2026-05-01", periods=5))
    assert filled["label"].tolist() == ["a"] * 5
    pd.testing.assert_frame_equal(frame, before)


def test_every_series_gets_the_whole_span_of_its_kind():
    frame = join(
        series([1, 2, 3], entity="b"),
        series([4], entity="a", start="2026-05-02"),
        series([5], entity="b", start="2026-04-28", series_kind="prior_period"),
    )
    filled = add_missing_days(frame)
    assert filled.groupby(["entity_id", "series_kind"]).size().to_dict() == {
        ("a", "main"): 3,
        ("b", "main"): 3,
        ("b", "prior_period"): 1,
    }
    assert filled["entity_id"].tolist()[:3] == ["b"] * 3


def test_dates_may_ask_for_more_and_take_nothing_away():
    frame = join(
        series([1, 2], start="2026-04-30"),
        series([2], start="2026-04-29", series_kind="prior_period"),
    )
    filled = add_missing_days(frame, "2026-05-01..2026-05-03").groupby("series_kind", sort=False)
    days = {kind: rows["date"].dt.strftime("%m-%d").tolist() for kind, rows in filled}
    # For the prior period they mean as many days before.
    assert days["main"] == ["04-30", "05-01", "05-02", "05-03"]
    assert days["prior_period"] == ["04-28", "04-29", "04-30"]
    assert filled["value"].get_group("main").tolist() == [1, 2, pd.NA, pd.NA]


@pytest.mark.parametrize(
    ("freq", "start", "dates"),
    [
        ("MS", "2026-01-01", "2026-01-10..2026-04-02"),
        ("7D", "2026-01-05", "2026-01-07..2026-01-27"),
    ],
)
def test_weeks_and_months_are_added_whole(freq, start, dates):
    full = series([1, 2, 3, 4], start=start, freq=freq)
    full.attrs["trackagoat"] = {"params": {"granularity": "month" if freq == "MS" else "week"}}
    filled = add_missing_days(full.drop(index=2), dates)
    assert filled["date"].tolist() == full["date"].tolist()
    assert filled["value"].tolist() == [1, 2, pd.NA, 4]


@pytest.mark.parametrize(
    ("days", "granularity"),
    [
        (["2026-05-04", "2026-05-18"], "week"),
        (["2026-05-05", "2026-05-19"], "day"),
        (["2026-05-01", "2026-07-01"], "month"),
        (["2026-05-01", "2026-07-02"], "day"),
        (["2026-05-04"], "day"),
        ([], "day"),
    ],
)
def test_days_show_how_long_buckets_are_where_nothing_else_says_it(days, granularity):
    frame = pd.DataFrame({"date": pd.to_datetime(days)})
    assert granularity_of(frame) == granularity


def test_how_long_buckets_are_can_be_said():
    mondays = series([1, 2], start="2026-05-04", freq="7D")
    assert len(add_missing_days(mondays)) == 2
    assert len(add_missing_days(mondays, granularity="day")) == 8
    with pytest.raises(ChoiceError, match="granularity='hour'"):
        add_missing_days(mondays, granularity="hour")


def test_numpys_whole_numbers_become_nullable_and_the_others_keep_their_dtypes():
    frame = series([1, 2, 3]).assign(rows=1, note="x").drop(index=1)
    filled = add_missing_days(frame)
    assert filled["rows"].tolist() == [1, pd.NA, 1]
    assert str(filled["rows"].dtype) == "Int64"
    others = [name for name in frame.columns if name != "rows"]
    pd.testing.assert_series_equal(filled[others].dtypes, frame[others].dtypes)


def test_a_frame_with_nothing_but_dates_is_one_series():
    days = pd.DataFrame({"date": pd.to_datetime(["2026-05-03", "2026-05-01"])})
    assert add_missing_days(days)["date"].dt.day.tolist() == [1, 2, 3]


def test_an_empty_frame_stays_empty_with_its_dtypes():
    empty = series([1]).head(0)
    pd.testing.assert_frame_equal(add_missing_days(empty, "2026-05"), empty, check_index_type=False)


def test_completing_needs_dates():
    with pytest.raises(MissingColumnError, match=r"no columns? .*'date'"):
        add_missing_days(pd.DataFrame({"a": [1]}))
    with pytest.raises(ArgumentError, match="dates"):
        add_missing_days(series([1]), "soon")


@pytest.mark.parametrize("backend", ["numpy_nullable", "pyarrow"])
def test_a_filtered_answer_gets_back_the_days_the_server_gave(client, backend):
    campaigns = tgp.load_campaigns(PROJECT, client=client)
    whole = tgp.load_analytics(
        "campaign", campaigns, ["views", "likes"], dates="2026-05", compare="prior_period",
        breakdown="video", dtype_backend=backend, client=client,
    )  # fmt: skip
    key = ["entity_id", "parent_id", "metric", "series_kind", "date"]
    thin = whole[~whole["date"].dt.day.isin([3, 4, 9, 18, 27])]
    filled = add_missing_days(thin)
    assert len(filled) == len(whole)
    assert not filled.duplicated(key).any()
    assert filled["value"].notna().sum() == thin["value"].notna().sum()
    pd.testing.assert_series_equal(filled.dtypes, whole.dtypes)
