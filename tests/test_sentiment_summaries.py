from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ChoiceError,
    MissingColumnError,
)
from trackagoat_pandas.helpers.sentiment.scoring import score_comments, with_scores
from trackagoat_pandas.helpers.sentiment.summaries import (
    MEASURES,
    find_negative_alerts,
    rank_creators_by_sentiment,
    sentiment_trend,
    show_alert_evidence,
    summarize_sentiment,
)
from trackagoat_pandas.sandbox import words

GOOD, BAD, FLAT = "good", "bad", "first"
PROJECT, SPAN = "Summer Launch", "2026-01..2026-06"


def comments(**columns):
    return pd.DataFrame(columns)


@pytest.fixture(scope="module")
def loaded(box):
    """The comments of a project of the sandbox, with scores."""
    with tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False):
        return score_comments(tgp.load_comments(PROJECT, dates=SPAN))


def test_the_strip_worked_out_on_paper():
    strip = summarize_sentiment(comments(text=[GOOD, "so bad", FLAT, None, BAD]))
    assert list(strip.columns) == list(MEASURES)
    assert strip.to_numpy().tolist() == [[5, 4, 1, 2, 25.0, 50.0, (3 - 1.5 + 0 - 3) / 4, 0]]
    assert strip.dtypes.astype(str).tolist() == ["Int64"] * 4 + ["Float64"] * 3 + ["Int64"]


def test_groups_come_in_order_and_nulls_have_their_own():
    frame = comments(text=[GOOD, BAD, GOOD, BAD], video_id=["b", "a", None, "a"])
    strip = summarize_sentiment(frame, "video_id")
    assert strip["video_id"].tolist()[:2] == ["a", "b"]
    assert strip["video_id"].isna().tolist() == [False, False, True]
    assert strip["negative"].tolist() == [2, 0, 0]


def test_several_columns_and_an_index_with_repetitions():
    frame = comments(text=[GOOD, BAD, FLAT], a=[1, 1, 2], b=["x", "x", "y"]).set_axis([7, 7, 7])
    strip = summarize_sentiment(frame, ["a", "b"])
    assert strip[["a", "b", "comments"]].to_numpy().tolist() == [[1, "x", 2], [2, "y", 1]]


def test_no_analysed_comment_means_no_share():
    strip = summarize_sentiment(comments(text=[None, None]))
    assert strip["comments"].tolist() == [2]
    assert strip[["positive_pct", "negative_pct", "mean_comparative"]].isna().all(axis=None)


def test_an_empty_frame_gives_one_strip_or_no_group():
    empty = comments(text=pd.Series([], dtype=object), video_id=pd.Series([], dtype=object))
    assert summarize_sentiment(empty)["comments"].tolist() == [0]
    by_video = summarize_sentiment(empty, "video_id")
    assert list(by_video.columns) == ["video_id", *MEASURES]
    assert len(by_video) == 0
    assert by_video["comments"].dtype == pd.Int64Dtype()
    assert by_video["positive_pct"].dtype == pd.Float64Dtype()


def test_scores_that_are_there_are_used_as_they_are():
    scored = score_comments(comments(text=["not good"]), mode="plus").drop(columns="text")
    assert with_scores(scored, None, "text") is scored
    assert summarize_sentiment(scored)["mean_comparative"].tolist() == [-1.0]


def test_another_mode_is_scored_anew():
    scored = score_comments(comments(text=["not good"]), mode="plus")
    assert summarize_sentiment(scored, mode="api")["mean_comparative"].tolist() == [-1.5]
    with pytest.raises(MissingColumnError, match="no column 'text'"):
        summarize_sentiment(scored.drop(columns="text"), mode="api")


def test_modes_are_never_mixed_silently():
    both = pd.concat([score_comments(comments(text=[GOOD]), mode=mode) for mode in ("api", "plus")])
    with pytest.raises(ArgumentError, match="`mode` is required: the frame has scores"):
        summarize_sentiment(both)
    assert summarize_sentiment(both, mode="plus")["comments"].tolist() == [2]


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(
        MissingColumnError, match=r"no column 'video_id'.*`load_comments` returns one"
    ):
        summarize_sentiment(comments(text=[GOOD]), "video_id")
    with pytest.raises(
        MissingColumnError, match=r"no column 'tiktok_handle'.*`with_names` returns one"
    ):
        summarize_sentiment(comments(text=[GOOD]), "tiktok_handle")
    with pytest.raises(ArgumentError, match="the summary has a column of this name"):
        summarize_sentiment(comments(text=[GOOD], positive=[1]), "positive")


def test_a_day_is_a_day_of_the_organization():
    frame = comments(text=[GOOD, BAD], posted_at=["2026-03-08T04:30Z", "2026-03-08T05:30Z"])
    trend = sentiment_trend(frame, timezone="America/New_York")
    assert trend["date"].tolist() == [pd.Timestamp("2026-03-07"), pd.Timestamp("2026-03-08")]
    assert trend["positive"].tolist() == [1, 0]
    assert trend["date"].dtype == "datetime64[us]"
    frame.attrs["trackagoat"] = {"timezone": "Asia/Tokyo"}
    assert sentiment_trend(frame)["date"].tolist() == [pd.Timestamp("2026-03-08")]


def test_buckets_without_comments_are_there_and_have_no_share():
    times = pd.to_datetime(["2026-05-01", "2026-05-04", None], utc=True)
    trend = sentiment_trend(comments(text=[GOOD, BAD, BAD], posted_at=times))
    assert trend["comments"].tolist() == [1, 0, 0, 1]
    assert trend["positive_pct"].isna().tolist() == [False, True, True, False]
    assert trend["comments"].dtype == pd.Int64Dtype()


@pytest.mark.parametrize(
    ("freq", "dates"),
    [
        ("W", ["2025-12-29", "2026-01-05", "2026-01-12"]),
        ("M", ["2025-12-01", "2026-01-01"]),
    ],
)
def test_weeks_start_on_monday_and_months_on_the_first(freq, dates):
    times = pd.to_datetime(["2025-12-31T12:00Z", "2026-01-12T12:00Z"])
    trend = sentiment_trend(comments(text=[GOOD, BAD], posted_at=times), freq=freq)
    assert trend["date"].dt.strftime("%Y-%m-%d").tolist() == dates


@pytest.mark.parametrize(("days", "freq"), [(44, "D"), (45, "W"), (399, "W"), (400, "M")])
def test_buckets_fit_the_days_and_the_frame_says_which_they_are(days, freq):
    times = pd.to_datetime(["2026-01-01T12:00Z", None, "2026-01-01T12:00Z"])
    times += pd.to_timedelta([0, 0, days], unit="D")
    frame = comments(text=[GOOD, GOOD, BAD], posted_at=times)
    trend = sentiment_trend(frame)
    assert trend.attrs["trackagoat"]["params"] == {"freq": freq}
    pd.testing.assert_frame_equal(trend, sentiment_trend(frame, freq=freq))
    assert len(sentiment_trend(frame, freq="D")) == days + 1


def test_a_trend_of_nothing_is_typed():
    frame = comments(text=[GOOD], posted_at=[pd.NaT])
    for empty in (frame, frame.head(0)):
        trend = sentiment_trend(empty)
        assert list(trend.columns) == ["date", *MEASURES]
        assert trend["date"].dtype == "datetime64[us]"
        assert len(trend) == 0


def test_trend_arguments_are_checked():
    frame = comments(text=[GOOD], posted_at=[pd.NaT])
    with pytest.raises(ChoiceError, match="'D', 'W', 'M'"):
        sentiment_trend(frame, freq="Q")
    with pytest.raises(ArgumentError, match="IANA time zone"):
        sentiment_trend(frame, timezone="Mars")
    with pytest.raises(MissingColumnError, match="no column 'posted_at'"):
        sentiment_trend(frame[["text"]])


def test_two_comments_do_not_win():
    frame = comments(
        text=[GOOD] * 2 + [GOOD] * 30 + [FLAT] * 3 + [GOOD] * 5 + [BAD] * 5,
        creator_id=["two"] * 2 + ["many"] * 33 + ["mixed"] * 10,
        tiktok_handle=["t"] * 2 + ["m"] * 33 + ["x"] * 10,
    )
    ranking = rank_creators_by_sentiment(frame)
    assert ranking["creator_id"].tolist() == ["many", "mixed", "two"]
    assert ranking["rank"].tolist() == [1, 2, pd.NA]
    assert ranking["tiktok_handle"].tolist() == ["m", "x", "t"]
    assert ranking["rank"].dtype == pd.Int64Dtype()
    angry = rank_creators_by_sentiment(frame, label="negative")
    assert angry["creator_id"].tolist() == ["mixed", "many", "two"]


def test_a_ranking_of_nobody_is_typed():
    frame = comments(text=[GOOD], creator_id=[None])
    ranking = rank_creators_by_sentiment(frame)
    assert list(ranking.columns) == ["rank", "creator_id", *MEASURES, "low_pct", "high_pct"]
    assert len(ranking) == 0
    assert ranking["low_pct"].dtype == pd.Float64Dtype()


def test_ranking_arguments_are_checked():
    frame = comments(text=[GOOD], creator_id=["a"])
    with pytest.raises(ArgumentError, match="above 0 and below 1"):
        rank_creators_by_sentiment(frame, confidence=95)
    with pytest.raises(ArgumentError, match="at least 1"):
        rank_creators_by_sentiment(frame, minimum=0)
    with pytest.raises(ChoiceError, match="'positive', 'negative'"):
        rank_creators_by_sentiment(frame, label="neutral")


def videos(**counts):
    """A frame of comments: name=(negative, all, null)."""
    rows = [
        (name, text)
        for name, (negative, total, nulls) in counts.items()
        for text in [BAD] * negative + [FLAT] * (total - negative) + [None] * nulls
    ]
    return pd.DataFrame(rows, columns=["video_id", "text"])


def test_the_alert_rule_at_its_edges():
    frame = videos(
        at=(4, 10, 0), below=(39, 100, 0), few=(9, 9, 50), worst=(11, 11, 0), calm=(0, 50, 0)
    )
    alerts = find_negative_alerts(frame)
    assert alerts["video_id"].tolist() == ["worst", "at"]
    assert alerts["negative_pct"].tolist() == [100.0, 40.0]
    assert find_negative_alerts(frame, limit=1)["video_id"].tolist() == ["worst"]
    nine = find_negative_alerts(frame, minimum=9)
    assert nine["video_id"].tolist() == ["worst", "few", "at"]
    assert "below" in find_negative_alerts(frame, share_pct=39)["video_id"].tolist()


def test_no_alert_is_a_typed_frame():
    alerts = find_negative_alerts(videos(calm=(0, 50, 0)))
    assert list(alerts.columns) == ["video_id", *MEASURES, "low_pct", "high_pct"]
    assert len(alerts) == 0


def test_an_alert_carries_the_interval_of_its_share():
    alerts = find_negative_alerts(videos(a=(5, 11, 0)))
    assert alerts[["low_pct", "high_pct"]].round(1).to_numpy().tolist() == [[21.3, 72.0]]
    wider = find_negative_alerts(videos(a=(5, 11, 0)), confidence=0.99)
    assert wider["low_pct"].iloc[0] < alerts["low_pct"].iloc[0]
    for wrong in (95, 0, 1, True, None):
        with pytest.raises((ArgumentError, ArgumentTypeError), match="confidence"):
            find_negative_alerts(videos(a=(5, 11, 0)), confidence=wrong)


def test_an_empty_answer_says_how_many_were_judged_and_names_the_nearest_miss():
    frame = videos(near=(4, 11, 0), far=(1, 50, 0), few=(3, 3, 0))
    facts = find_negative_alerts(frame.assign(video_title="my “pasta”")).attrs["trackagoat"]
    assert facts["note"] == (
        "2 of 3 videos have at least 10 analysed comments, each with less than 40 % negative; "
        "nearest: 36 % of 11 on “my “pasta”” (95 % interval 15 to 65 %)"
    )
    assert facts["nearest"]["video_id"] == "near"
    assert (facts["judged"], facts["videos"]) == (2, 3)
    ends = [facts["nearest"][name] for name in ("low_pct", "high_pct")]
    assert ends == pytest.approx([15.2, 64.6], abs=0.1)
    assert json.loads(json.dumps(facts)) == facts
    few = find_negative_alerts(videos(few=(3, 3, 0), fewer=(2, 2, 0)))
    assert few.attrs["trackagoat"]["note"] == (
        "0 of 2 videos have at least 10 analysed comments; "
        "nearest: 100 % of 3 on “few” (95 % interval 44 to 100 %)"
    )
    none = find_negative_alerts(videos(calm=(0, 50, 0)))
    assert none.attrs["trackagoat"]["note"] == (
        "1 of 1 video has at least 10 analysed comments, with less than 40 % negative; "
        "no comment is negative"
    )
    wide = find_negative_alerts(videos(near=(3, 11, 0)), confidence=0.99)
    assert "(99 % interval 7 to 64 %)" in wide.attrs["trackagoat"]["note"]


def test_alerts_say_how_many_videos_were_judged():
    alerts = find_negative_alerts(videos(a=(9, 11, 0), few=(3, 3, 8), calm=(0, 10, 0)), limit=0)
    assert alerts.attrs == {"trackagoat": {"videos": 3, "judged": 2}}


def test_an_alert_is_named_where_the_comments_are():
    frame = videos(a=(9, 11, 0)).assign(
        creator_id="c", video_title=[None, *["pasta"] * 10], tiktok_handle="mia"
    )
    alerts = find_negative_alerts(frame)
    named = alerts[["video_id", "creator_id", "tiktok_handle", "video_title"]]
    assert named.to_numpy().tolist() == [["a", "c", "mia", "pasta"]]


def test_alert_arguments_are_checked():
    with pytest.raises(ArgumentError, match="from 0 to 100"):
        find_negative_alerts(videos(a=(1, 1, 0)), share_pct=101)
    with pytest.raises(MissingColumnError, match="no column 'video_id'"):
        find_negative_alerts(comments(text=[BAD]))


def test_the_evidence_is_the_negative_comments_alert_by_alert():
    frame = videos(some=(5, 10, 1), all=(10, 10, 0), calm=(1, 50, 0)).assign(creator_id="c")
    alerts = find_negative_alerts(frame)
    assert alerts.columns[:2].tolist() == ["video_id", "creator_id"]
    evidence = show_alert_evidence(frame, alerts)
    assert evidence["video_id"].tolist() == ["all"] * 10 + ["some"] * 5
    assert evidence["label"].tolist() == ["negative"] * 15
    pd.testing.assert_frame_equal(evidence, show_alert_evidence(frame))


def test_the_sandboxes_pools_have_the_sign_that_they_are_named_by():
    for pool, label in {
        words.POSITIVE: "positive", words.NEUTRAL: "neutral", words.NEGATIVE: "negative",
        words.UNDER_FIRE: "negative",
    }.items():  # fmt: skip
        # The lexicon of words alone: one neutral text has an emoji that is worth something.
        texts = [text.format(thing="oat latte").rstrip("🙋") for text in pool]
        assert score_comments(comments(text=texts))["label"].tolist() == [label] * len(pool)


def test_the_video_under_fire_is_the_only_alert_of_its_project(loaded):
    angry = tuple(text.split("{")[0] for text in words.UNDER_FIRE)
    is_angry = loaded["text"].fillna("").astype(object).str.startswith(angry).astype(bool)
    (burning,) = loaded.loc[is_angry, "video_id"].mode()
    alerts = find_negative_alerts(loaded)
    assert alerts["video_id"].tolist() == [burning]
    assert alerts["analysed"].tolist() >= [36]
    evidence = show_alert_evidence(loaded)
    assert set(evidence.index) <= set(loaded.index[is_angry])


def test_parts_of_the_sandboxes_comments_sum_to_the_whole(loaded):
    strip = summarize_sentiment(loaded)
    for key in ("video_id", "creator_id", "label"):
        parts = summarize_sentiment(loaded, key)
        assert parts["comments"].sum() == strip["comments"].iloc[0] == len(loaded)
        assert parts["negative"].sum() == strip["negative"].iloc[0]
    trend = sentiment_trend(loaded, freq="W")
    assert trend["comments"].sum() == len(loaded)
    assert trend["date"].dt.day_name().unique().tolist() == ["Monday"]


def plain(column):
    return ["-" if pd.isna(value) else value for value in column]


@pytest.mark.parametrize("backend", ["numpy_nullable", "pyarrow"])
def test_both_backends_give_the_same_answers(client, loaded, backend):
    frame = tgp.load_comments(PROJECT, dates=SPAN, dtype_backend=backend)
    for helper, keys in {
        summarize_sentiment: [], sentiment_trend: ["date"], find_negative_alerts: ["video_id"],
        rank_creators_by_sentiment: ["creator_id"],
    }.items():  # fmt: skip
        expected, found = helper(loaded), helper(frame)
        assert len(found) == len(expected)
        for name in expected.columns:
            assert plain(found[name]) == plain(expected[name]), (helper, name)
        assert np.all([key in found for key in keys])
