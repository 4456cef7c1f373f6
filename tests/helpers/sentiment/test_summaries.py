from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
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


NOTHING = comments(
    text=pd.Series([], dtype=object), video_id=pd.Series([], dtype=object), creator_id=[],
    posted_at=pd.DatetimeIndex([], tz="UTC"),
)  # fmt: skip
UNKNOWN = comments(text=[GOOD], video_id=[None], creator_id=[None], posted_at=[pd.NaT])
ENDS = ["low_pct", "high_pct"]


@pytest.mark.parametrize("frame", [NOTHING, UNKNOWN])
@pytest.mark.parametrize(
    ("helper", "columns"),
    [
        (sentiment_trend, ["date", *MEASURES]),
        (rank_creators_by_sentiment, ["rank", *MEASURES, *ENDS, "creator_id"]),
        (find_negative_alerts, [*MEASURES, *ENDS, "video_id", "creator_id"]),
    ],
)
def test_what_is_counted_of_nothing_is_typed(helper, columns, frame):
    found = helper(frame)
    assert list(found.columns) == columns
    assert len(found) == 0
    some = comments(text=[BAD] * 10, video_id="v", creator_id="c", posted_at="2026-05-01T12:00Z")
    kinds = helper(some).dtypes.astype(str)
    assert found.dtypes.astype(str)[list(MEASURES)].equals(kinds[list(MEASURES)])
    if helper is sentiment_trend:
        assert found["date"].dtype == "datetime64[us]"


def test_an_empty_frame_gives_one_strip_or_no_group():
    assert summarize_sentiment(NOTHING)["comments"].tolist() == [0]
    by_video = summarize_sentiment(NOTHING, "video_id")
    assert list(by_video.columns) == [*MEASURES, "video_id"]
    assert len(by_video) == 0
    assert by_video["positive_pct"].dtype == pd.Float64Dtype()


@pytest.mark.parametrize(
    ("helper", "options", "refused"),
    [
        (summarize_sentiment, {"by": "video_id"}, r"no column 'video_id'.*`load_comments` returns"),
        (summarize_sentiment, {"by": "tiktok_handle"}, r"'tiktok_handle'.*`with_names` returns"),
        (summarize_sentiment, {"by": "positive"}, "the summary has a column of this name"),
        (sentiment_trend, {}, "no column 'posted_at'"),
        (sentiment_trend, {"granularity": "Q"}, "'day', 'week', 'month'"),
        (sentiment_trend, {"timezone": "Mars"}, "IANA time zone"),
        (rank_creators_by_sentiment, {}, "no column 'creator_id'"),
        (rank_creators_by_sentiment, {"min_comments": 0}, "at least 1"),
        (rank_creators_by_sentiment, {"label": "neutral"}, "'positive', 'negative'"),
        (find_negative_alerts, {}, "no column 'video_id'"),
        (find_negative_alerts, {"share_pct": 101}, "from 0 to 100"),
        *(
            (helper, {"confidence": wrong}, "confidence")
            for helper in (rank_creators_by_sentiment, find_negative_alerts)
            for wrong in (95, 0, 1, True, None)
        ),
    ],
)
def test_wrong_arguments_and_frames_are_refused(helper, options, refused):
    frame = comments(text=[GOOD], positive=[1])
    if options and "by" not in options:
        frame = UNKNOWN
    with pytest.raises((ArgumentError, ArgumentTypeError, MissingColumnError), match=refused):
        helper(frame, **options)


def test_scores_that_are_there_are_used_as_they_are():
    scored = score_comments(comments(text=["not good"]), mode="plus").drop(columns="text")
    assert with_scores(scored, None, "text") is scored
    assert summarize_sentiment(scored)["mean_comparative"].tolist() == [-1.0]


def test_another_mode_is_scored_again():
    scored = score_comments(comments(text=["not good"]), mode="plus")
    assert summarize_sentiment(scored, mode="api")["mean_comparative"].tolist() == [-1.5]
    with pytest.raises(MissingColumnError, match="no column 'text'"):
        summarize_sentiment(scored.drop(columns="text"), mode="api")


def test_modes_are_never_mixed_silently():
    both = pd.concat([score_comments(comments(text=[GOOD]), mode=mode) for mode in ("api", "plus")])
    with pytest.raises(ArgumentError, match="`mode` is required: the frame has scores"):
        summarize_sentiment(both)
    assert summarize_sentiment(both, mode="plus")["comments"].tolist() == [2]


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
    ("granularity", "dates"),
    [
        ("week", ["2025-12-29", "2026-01-05", "2026-01-12"]),
        ("month", ["2025-12-01", "2026-01-01"]),
    ],
)
def test_weeks_start_on_monday_and_months_on_the_first(granularity, dates):
    times = pd.to_datetime(["2025-12-31T12:00Z", "2026-01-12T12:00Z"])
    trend = sentiment_trend(comments(text=[GOOD, BAD], posted_at=times), granularity=granularity)
    assert trend["date"].dt.strftime("%Y-%m-%d").tolist() == dates


@pytest.mark.parametrize(
    ("days", "granularity"), [(44, "day"), (45, "week"), (399, "week"), (400, "month")]
)
def test_buckets_fit_the_days_and_the_frame_says_which_they_are(days, granularity):
    times = pd.to_datetime(["2026-01-01T12:00Z", None, "2026-01-01T12:00Z"])
    times += pd.to_timedelta([0, 0, days], unit="D")
    frame = comments(text=[GOOD, GOOD, BAD], posted_at=times)
    trend = sentiment_trend(frame)
    assert trend.attrs["trackagoat"]["params"] == {"granularity": granularity}
    pd.testing.assert_frame_equal(trend, sentiment_trend(frame, granularity=granularity))
    assert len(sentiment_trend(frame, granularity="day")) == days + 1


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


def test_equal_counts_have_the_same_rank_and_none_of_many_is_worse_than_none_of_few():
    counts = {"b": (7, 14), "a": (7, 14), "last": (1, 14), "few": (0, 11), "many": (0, 30)}
    frame = pd.concat(
        comments(text=[GOOD] * good + [FLAT] * (total - good), creator_id=[name] * total)
        for name, (good, total) in counts.items()
    )
    ranking = rank_creators_by_sentiment(frame)
    assert ranking["creator_id"].tolist() == ["a", "b", "last", "many", "few"]
    assert ranking["rank"].tolist() == [1, 1, 3, 4, 5]
    assert ranking["low_pct"].tolist()[-2:] == [0.0, 0.0]


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
    assert find_negative_alerts(frame, n=1)["video_id"].tolist() == ["worst"]
    nine = find_negative_alerts(frame, min_comments=9)
    assert nine["video_id"].tolist() == ["worst", "few", "at"]
    assert "below" in find_negative_alerts(frame, share_pct=39)["video_id"].tolist()


def test_comments_of_no_known_video_are_no_alert():
    both = videos(worst=(11, 11, 0), unknown=(12, 12, 0))
    both["video_id"] = both["video_id"].where(both["video_id"] != "unknown", None)
    assert find_negative_alerts(both)["video_id"].tolist() == ["worst"]


def test_an_alert_carries_the_interval_of_its_share():
    alerts = find_negative_alerts(videos(a=(5, 11, 0)))
    assert alerts[["low_pct", "high_pct"]].round(1).to_numpy().tolist() == [[21.3, 72.0]]
    wider = find_negative_alerts(videos(a=(5, 11, 0)), confidence=0.99)
    assert wider["low_pct"].iloc[0] < alerts["low_pct"].iloc[0]


def no_alert(frame, **options):
    return find_negative_alerts(frame, **options).attrs["trackagoat"]


def test_an_empty_answer_says_how_many_were_judged_and_names_the_nearest_miss():
    frame = videos(near=(4, 11, 0), far=(1, 50, 0), few=(3, 3, 0)).assign(video_title="my “pasta”")
    facts = no_alert(frame)
    assert facts["note"] == (
        "2 of 3 videos have at least 10 analysed comments, each with less than 40 % negative; "
        "nearest: 36 % of 11 on “my “pasta”” (95 % interval 15 to 65 %)"
    )
    assert facts["nearest"]["video_id"] == "near"
    assert (facts["judged"], facts["videos"]) == (2, 3)
    assert [facts["nearest"][name] for name in ENDS] == pytest.approx([15.2, 64.6], abs=0.1)
    assert json.loads(json.dumps(facts)) == facts
    assert no_alert(videos(few=(3, 3, 0), fewer=(2, 2, 0)))["note"] == (
        "0 of 2 videos have at least 10 analysed comments; "
        "nearest: 100 % of 3 on “few” (95 % interval 44 to 100 %)"
    )
    assert no_alert(videos(calm=(0, 50, 0)))["note"] == (
        "1 of 1 video has at least 10 analysed comments, with less than 40 % negative; "
        "no comment is negative"
    )
    wide = no_alert(videos(near=(3, 11, 0)), confidence=0.99)
    assert "(99 % interval 7 to 64 %)" in wide["note"]
    some = no_alert(videos(a=(9, 11, 0), few=(3, 3, 8), calm=(0, 10, 0)), n=0)
    assert some == {"videos": 3, "judged": 2, "rows": 0, "helper": "find_negative_alerts"}


def test_an_alert_is_named_where_the_comments_are():
    frame = videos(a=(9, 11, 0)).assign(
        creator_id="c", video_title=[None, *["pasta"] * 10], tiktok_handle="mia"
    )
    alerts = find_negative_alerts(frame)
    named = alerts[["video_id", "creator_id", "tiktok_handle", "video_title"]]
    assert named.to_numpy().tolist() == [["a", "c", "mia", "pasta"]]


def test_the_evidence_is_the_negative_comments_alert_by_alert():
    frame = videos(some=(5, 10, 1), all=(10, 10, 0), calm=(1, 50, 0)).assign(creator_id="c")
    alerts = find_negative_alerts(frame)
    assert alerts.columns[-2:].tolist() == ["video_id", "creator_id"]
    evidence = show_alert_evidence(frame, alerts)
    assert evidence["video_id"].tolist() == ["all"] * 10 + ["some"] * 5
    assert evidence["label"].tolist() == ["negative"] * 15
    pd.testing.assert_frame_equal(evidence, show_alert_evidence(frame))


def test_evidence_says_why_there_is_none_and_has_no_note_where_there_is_some():
    calm, angry = videos(calm=(1, 50, 0)), videos(a=(10, 10, 0))
    note = find_negative_alerts(calm).attrs["trackagoat"]["note"]
    assert show_alert_evidence(calm).attrs["trackagoat"]["note"] == f"No alert: {note}"
    assert "note" not in show_alert_evidence(angry).attrs.get("trackagoat", {})


def test_evidence_has_the_names_that_its_alerts_have():
    alerts = find_negative_alerts(videos(a=(10, 10, 0))).assign(video_title="my pasta")
    evidence = show_alert_evidence(videos(a=(10, 10, 0)), alerts)
    assert set(evidence["video_title"]) == {"my pasta"}


def test_the_nearest_miss_has_the_name_of_a_frame_of_names():
    names = pd.DataFrame({"video_id": ["near"], "video_title": ["my pasta"]})
    assert "on “my pasta”" in no_alert(videos(near=(4, 11, 0)), names=names)["note"]


def test_an_alert_that_stands_twice_has_its_evidence_once():
    alerts = pd.DataFrame({"video_id": ["a", "a"]})
    assert len(show_alert_evidence(videos(a=(10, 10, 0)), alerts)) == 10


def test_the_sandboxes_pools_have_the_sign_that_they_are_named_by():
    for pool, label in {
        words.POSITIVE: "positive", words.NEUTRAL: "neutral", words.NEGATIVE: "negative",
        words.UNDER_FIRE: "negative",
    }.items():  # fmt: skip
        # The lexicon of words alone: one neutral text has an emoji that is worth something.
        texts = [text.format(thing="oat latte").rstrip("🙋") for text in pool]
        assert score_comments(comments(text=texts))["label"].tolist() == [label] * len(pool)


def test_the_video_under_fire_is_the_only_alert_of_its_project(client):
    loaded = score_comments(tgp.load_comments("Q1 Brand Program", client=client))
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
    trend = sentiment_trend(loaded, granularity="week")
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
