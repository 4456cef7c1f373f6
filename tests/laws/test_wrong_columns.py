"""Columns of the wrong kind: each is named in an error of the package, or read for what it says."""

from __future__ import annotations

import itertools
from decimal import Decimal
from inspect import isfunction, signature

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import trackagoat_pandas as tgp
from tests.heavy import check_each
from tests.support.goal_frames import judged
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, TrackaGoatError
from trackagoat_pandas.helpers.completion import add_missing_days
from trackagoat_pandas.helpers.creators import INTERACTIONS, engagement
from trackagoat_pandas.helpers.goals.nudges import who_to_nudge
from trackagoat_pandas.helpers.sentiment.searching import search_comments
from trackagoat_pandas.helpers.sentiment.summaries import (
    find_negative_alerts,
    rank_creators_by_sentiment,
    sentiment_trend,
    summarize_sentiment,
)
from trackagoat_pandas.helpers.wide import to_wide

COUNTS = ["view_count", *INTERACTIONS]
DICTIONARY = pd.ArrowDtype(pa.dictionary(pa.int32(), pa.string()))


def videos(disabled):
    frame = pd.DataFrame({"creator_id": "c", "is_tracking_disabled": disabled})
    return frame.assign(tracking_status="included", **dict.fromkeys(COUNTS, 1))


def summary_of(posts):
    creators = pd.DataFrame({"id": ["c"], "tiktok_handle": ["ann"]})
    goals = pd.DataFrame({"creator_id": ["c"], "status": ["on_track"]})
    return tgp.summarize_creators(creators, posts, goals)


@pytest.mark.parametrize(
    "disabled",
    [
        pd.Series([True, None, False], dtype=object),
        pd.Series([1.0, np.nan, 0.0]),
        pd.Series([True, None, False], dtype="boolean"),
        pd.Series([True, None, False], dtype=pd.ArrowDtype(pa.bool_())),
        pd.Series([1, None, 0], dtype="Int64"),
        pd.Series([1, None, 0], dtype="Float64"),
        pd.Series([1, None, 0], dtype=object),
        pd.Series([Decimal(1), None, Decimal(0)], dtype=object),
        pd.Series([1, None, 0], dtype=pd.ArrowDtype(pa.decimal128(3))),
    ],
    ids=str,
)
def test_a_video_that_is_not_tracked_is_not_counted_whatever_the_flags_dtype(disabled):
    assert summary_of(videos(disabled))["posts"].tolist() == [2]


NUMBERS = ["int64", "float64", "Int64", "Float64", "int64[pyarrow]", "double[pyarrow]", "object"]


@pytest.mark.parametrize("dtype", NUMBERS)
def test_numbers_other_than_1_and_0_are_no_flags_in_any_dtype(dtype):
    with pytest.raises(ArgumentError, match=r"is_tracking_disabled: .*True and False, or 1 and 0"):
        summary_of(videos(pd.Series([2, 0, 1]).astype(dtype)))


def test_a_fraction_is_no_flag():
    with pytest.raises(ArgumentError, match="True and False, or 1 and 0; its dtype is Float64"):
        summary_of(videos(pd.Series([0.5, None], dtype="Float64")))


@pytest.mark.parametrize("keys", [["b", "a", None, "a"], [None, "a"], ["a", None], [None, None]])
def test_nulls_of_an_arrow_dictionary_are_a_group_of_their_own(keys):
    comments = pd.DataFrame({"k": pd.Series(keys, dtype=DICTIONARY), "text": "love it"})
    summary = summarize_sentiment(comments, "k")
    known = sorted({key for key in keys if key})
    found = summary["k"].astype(object)
    assert found.where(found.notna(), None).tolist() == known + [None] * (None in keys)
    assert summary["comments"].tolist() == [
        keys.count(key) for key in [*known, *([None] * (None in keys))]
    ]


def test_series_without_a_parent_in_an_arrow_dictionary_are_one():
    analytics = pd.DataFrame(
        {
            "entity": "creator", "entity_id": "c", "series_kind": "main", "metric": "views",
            "date": pd.to_datetime(["2026-05-01", "2026-05-02", "2026-05-01", "2026-05-03"]),
            "value": [1.0, 2.0, 3.0, 4.0], "label": "mia",
            "parent_id": pd.Series(["p", "p", None, None], dtype=DICTIONARY),
        }
    )  # fmt: skip
    assert len(add_missing_days(analytics)) == 6
    assert to_wide(analytics).shape == (3, 2)


@pytest.mark.parametrize("function", [find_negative_alerts, rank_creators_by_sentiment])
@pytest.mark.parametrize("dtype", [object, pd.CategoricalDtype(["v", "w"])], ids=str)
def test_ids_of_any_dtype_give_one_dtype_full_or_empty(function, dtype):
    ids = pd.Series(["v"] * 12, dtype=dtype)
    comments = pd.DataFrame(
        {"video_id": ids, "creator_id": ids, "tiktok_handle": ids, "text": "so bad"}
    )
    full, empty = function(comments), function(comments.head(0))
    assert len(full) == 1
    assert full.dtypes.to_dict() == empty.dtypes.to_dict()


def test_instants_as_python_writes_them_may_have_fractions_or_none():
    posted = ["2026-05-01T10:00:00+00:00", "2026-05-01T10:00:00.500000+00:00", "2026-05-02"]
    comments = pd.DataFrame({"posted_at": posted, "text": "love it"})
    assert sentiment_trend(comments)["comments"].tolist() == [2, 1]


@pytest.mark.parametrize("posted", [[5], [1.5], ["soon"], [True]])
def test_what_is_no_instant_is_refused(posted):
    comments = pd.DataFrame({"posted_at": posted, "text": "love it"})
    with pytest.raises(ArgumentError, match=r"posted_at.*must hold instants"):
        sentiment_trend(comments)
    with pytest.raises(ArgumentError, match=r"posted_at.*must hold instants"):
        search_comments(comments, dates="2026-05")


@pytest.mark.parametrize("by", [5, [5], [None], b"k", [["k"]], True, pd.Series([1])])
def test_what_is_no_name_is_no_key(by):
    with pytest.raises(ArgumentTypeError, match="by"):
        summarize_sentiment(pd.DataFrame({"k": ["a"], "text": ["love it"]}), by)


def test_names_may_come_in_an_index_and_twice():
    comments = pd.DataFrame({"k": ["a"], "text": ["love it"]})
    assert summarize_sentiment(comments, pd.Index(["k", "k"])).columns[0] == "k"


def test_a_column_that_is_there_twice_is_refused():
    comments = pd.DataFrame([["a", "b", "love it"]], columns=["k", "k", "text"])
    with pytest.raises(ArgumentError, match="it has several columns 'k'"):
        summarize_sentiment(comments, "k")
    goals = judged()
    with pytest.raises(ArgumentError, match="target"):
        who_to_nudge(pd.concat([goals, goals["target"]], axis=1))


def test_values_that_cannot_be_told_apart_are_refused():
    comments = pd.DataFrame({"k": [["a"], ["b"]], "text": "love it"})
    with pytest.raises(ArgumentError, match=r"^k: .*can be compared"):
        summarize_sentiment(comments, "k")


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda frame: find_negative_alerts(frame, share_pct="x"), "share_pct"),
        (lambda frame: find_negative_alerts(frame, share_pct=None), "share_pct"),
        (lambda frame: rank_creators_by_sentiment(frame, confidence="x"), "confidence"),
        (lambda frame: rank_creators_by_sentiment(frame, confidence=True), "confidence"),
        (lambda frame: search_comments(frame, label=5), "label"),
        (lambda frame: to_wide(frame, columns=["label"]), "columns"),
    ],
)
def test_arguments_of_a_wrong_type_are_named(call, argument):
    frame = pd.DataFrame({"text": ["so bad"], "video_id": "v", "creator_id": "c"})
    with pytest.raises(ArgumentTypeError, match=argument):
        call(frame)


@pytest.mark.parametrize(
    ("column", "values", "words"),
    [
        ("target", "much", "numbers"),
        ("period_end", pd.Timestamp("2026-06-15"), "instants with their time zone"),
        ("not_yet_started", "maybe", "True and False"),
    ],
)
def test_goals_with_a_column_of_another_kind_are_refused(column, values, words):
    with pytest.raises(ArgumentError, match=f"{column}: .*{words}"):
        who_to_nudge(judged().drop(columns="status").assign(**{column: values}))


def test_counts_that_are_text_are_refused():
    posts = pd.DataFrame(dict.fromkeys(COUNTS, "many"), index=[0])
    with pytest.raises(ArgumentError, match=r"like_count: .*numbers"):
        engagement(posts)


FRAMES = {
    "accruals", "analytics", "assignments", "comments", "creators", "due", "frame", "goals",
    "payments", "structures", "videos",
}  # fmt: skip


def takers_of_frames():
    """Each public function that takes a frame first, and its arguments that have no default."""
    for module in (tgp, tgp.plots):
        for name in sorted(module.__all__):
            function = getattr(module, name)
            parameters = signature(function).parameters if isfunction(function) else {}
            if FRAMES.intersection([*parameters][:1]):
                needed = [key for key, value in parameters.items() if value.default is value.empty]
                yield f"{module.__name__}.{name}", function, needed


def test_what_is_no_frame_is_refused():
    def check(case):
        (_, function, needed), given = case
        # One that needs no frame refuses a wrong one all the same.
        needed = needed or [next(iter(signature(function).parameters))]
        with pytest.raises(TrackaGoatError):
            function(**dict.fromkeys(needed, given))

    check_each(itertools.product(takers_of_frames(), [[1], "creators", 3, pd.Series([1.5])]), check)


@pytest.mark.parametrize("draw", [tgp.leaderboard, tgp.plots.leaderboard], ids=["rank", "plot"])
@pytest.mark.parametrize("by", [None, 3, ["view_count"], videos([True])], ids=type)
def test_rows_are_ranked_by_one_name(draw, by):
    with pytest.raises(ArgumentTypeError, match="the name of a column"):
        draw(videos([True]), by=by)


def test_texts_without_a_name_are_told_by_their_dtype():
    with pytest.raises(ArgumentError, match="texts: the column must hold text, and holds int64"):
        pd.Series([1, 2]).goat.score()


def test_ids_of_parents_may_be_numbers():
    series = pd.DataFrame(
        {
            "entity_id": ["__other__", "__other__"], "label": "Other", "metric": "views",
            "date": pd.Timestamp("2026-06-01"), "value": [1.0, 2.0], "series_kind": "main",
            "parent_id": [7_400_000_000_000_000_001, 7_500_000_000_000_000_002],
        }
    )  # fmt: skip
    assert to_wide(series, "views").columns.tolist() == ["Other (74000000)", "Other (75000000)"]


def test_a_column_of_instants_that_holds_none_gives_no_days():
    comments = pd.DataFrame({"posted_at": [np.nan, np.nan], "text": ["good", "bad"]})
    assert sentiment_trend(comments).empty


@pytest.mark.parametrize("missing", [None, pd.NA])
def test_a_goal_without_a_period_has_no_odds(client, missing):
    goals = tgp.load_goal_compliance("Q1 Brand Program", period="weekly", client=client)
    videos = tgp.load_videos("Q1 Brand Program", client=client)
    posts = goals[goals["metric"] == "posts"].astype({"period": object})
    posts.iloc[0, posts.columns.get_loc("period")] = missing
    test = tgp.backtest_goal_odds(posts, videos)
    assert test.loc[test["period"].isna(), "chance"].isna().all()
    assert test["chance"].notna().any()


def test_nudges_keep_what_the_frame_knows_and_its_dtypes():
    goals = judged().astype({"creator_id": object})
    goals.attrs["trackagoat"] = {"timezone": "UTC"}
    nudged = who_to_nudge(goals)
    assert nudged.attrs == {"trackagoat": {"timezone": "UTC", "rows": 1, "helper": "who_to_nudge"}}
    assert nudged["creator_id"].dtype == object


def test_rows_are_ranked_within_an_arrow_dictionary_and_not_within_lists():
    keys = pd.Series(["b", "a", None, "a"], dtype=DICTIONARY)
    frame = pd.DataFrame({"view_count": [1, 2, 3, 4], "k": keys})
    assert tgp.leaderboard(frame, within="k")["view_count"].tolist() == [4, 2, 1, 3]
    with pytest.raises(ArgumentError, match="values that have an order"):
        tgp.leaderboard(frame.assign(k=[[1], [2], [3], [4]]), within="k")


@pytest.mark.parametrize("names", [("a", "b"), np.array(["a", "b"], object), pd.Series(["a", "b"])])
def test_names_may_come_in_any_list(names):
    comments = pd.DataFrame({"a": [1, 1], "b": [2, 3], "text": ["good", "bad"]})
    assert summarize_sentiment(comments, names)[["a", "b"]].to_numpy().tolist() == [[1, 2], [1, 3]]
