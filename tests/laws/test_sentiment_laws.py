"""What holds for every text and every frame of comments."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.heavy import examples
from trackagoat_pandas.helpers.sentiment.explaining import count_sentiment_words, explain_comment
from trackagoat_pandas.helpers.sentiment.lexicon import LABELS, STRIPPED, WHITE, lexicon_of
from trackagoat_pandas.helpers.sentiment.reference import read_words, score_text
from trackagoat_pandas.helpers.sentiment.scoring import score_comments, score_texts
from trackagoat_pandas.helpers.sentiment.searching import search_comments
from trackagoat_pandas.helpers.sentiment.summaries import (
    find_negative_alerts,
    rank_creators_by_sentiment,
    sentiment_trend,
    show_alert_evidence,
    summarize_sentiment,
)

SOME, MANY = (settings(max_examples=examples(count), deadline=None) for count in (100, 300))
PLUS, TIKTOK = lexicon_of("plus"), lexicon_of("tiktok")
PIECES = st.one_of(
    st.sampled_from(sorted(PLUS.words)),
    st.sampled_from(sorted({word for phrase in PLUS.phrases for word in phrase})),
    st.sampled_from(sorted({*TIKTOK.words} - {*PLUS.words})),
    st.sampled_from(sorted(map(" ".join, TIKTOK.phrases))),
    st.sampled_from(sorted(PLUS.negators)),
    st.sampled_from(["not 🔥🔥🔥", "❤️❤️"]),
    st.sampled_from(["me encanta porque", "💀💀", "so", "the", "ΟΔΟΣ", "KKK", "Straße", "\u01c5"]),
    st.sampled_from(
        ["constructor", "the", "don\u2019t", "KIND", "\u212aind", "\u0130", "que", "这"]
    ),
    st.sampled_from(["\ufe0f", "\u200d", "\U0001f3fd", "❤️‍🔥", "👍🏽", "🇺🇸", "\ud83d", "\ude02"]),
    st.text(max_size=4),
    st.text(st.characters(), max_size=2),
)
JOINTS = st.one_of(st.just(" "), st.sampled_from([*WHITE, *STRIPPED, "", "  ", "-", "'"]))
TEXTS = st.lists(st.tuples(PIECES, JOINTS), max_size=9).map(
    lambda pairs: "".join(piece + joint for piece, joint in pairs)
)
MODES = st.sampled_from(["api", "plus", "tiktok"])
OWN_WORDS = [
    "💀", "😭😭", "good", "not good", "so bad so", "ΟΔΟΣ", "kkk", "straße", "\u01c6", "encanta",
]  # fmt: skip
OWN = st.dictionaries(st.sampled_from(OWN_WORDS), st.integers(-5, 5), max_size=4)
KNOWN = st.builds(
    lambda mode, own, languages: (
        mode,
        {word: own[word] for word in own if mode != "api" or " " not in word} or None,
        languages,
    ),
    MODES,
    OWN,
    st.sampled_from([None, "english", "all"]),
)
COLUMNS = st.lists(st.none() | TEXTS, max_size=12)
READING = ("mode", "lexicon", "languages")
SAID = st.sampled_from(["good", "bad", "not good", "first", "", None])
ROWS = st.lists(
    st.tuples(
        SAID,
        st.sampled_from(["v1", "v2", None]),
        st.sampled_from(["c1", "c2", "c3", None]),
        st.none() | st.integers(0, 60 * 24 * 40),
    ),
    max_size=40,
)


def column(texts):
    return pd.Series(texts, dtype=object)


def comments(rows):
    texts, videos, creators, minutes = zip(*rows, strict=True) if rows else ((), (), (), ())
    times = pd.Timestamp("2026-03-01", tz="UTC") + pd.to_timedelta(
        pd.Series(minutes, dtype="Float64").to_numpy(dtype="float64", na_value=np.nan), unit="min"
    )
    return pd.DataFrame(
        {
            "text": column(texts),
            "video_id": column(videos),
            "creator_id": column(creators),
            "posted_at": times,
        }
    )


def values(frame):
    rows = frame.itertuples(index=False, name=None)
    return [tuple("-" if pd.isna(value) else value for value in row) for row in rows]


@MANY
@given(COLUMNS, KNOWN)
def test_the_fast_way_gives_the_numbers_of_the_reference(texts, known):
    mode, own, languages = known
    scores = score_texts(column(texts), mode=mode, lexicon=own, languages=languages)
    known = lexicon_of(mode, own, languages)
    for text, row in zip(texts, scores.itertuples(), strict=True):
        if text is None:
            assert all(pd.isna(value) for value in (row.score, row.tokens, row.label))
            continue
        expected = score_text(text, known)
        assert row.tiktok_label == LABELS[np.sign(score_text(text, TIKTOK).score) + 1]
        assert (row.score, row.tokens) == (expected.score, expected.tokens)
        assert row.comparative == expected.comparative
        is_english = None if pd.isna(row.is_english) else bool(row.is_english)
        assert is_english is expected.is_english


@SOME
@given(COLUMNS, st.integers(0, 12), MODES)
def test_a_text_scores_the_same_in_any_company(texts, cut, mode):
    whole = score_texts(column(texts), mode=mode)
    parts = [column(texts[:cut]), column(texts[cut:])]
    joined = pd.concat([score_texts(part, mode=mode) for part in parts], ignore_index=True)
    pd.testing.assert_frame_equal(joined, whole)


@MANY
@given(TEXTS, KNOWN)
def test_the_parts_of_an_explanation_sum_to_the_score(text, known):
    mode, own, languages = known
    explained = explain_comment(text, mode=mode, lexicon=own, languages=languages)
    score = score_text(text, lexicon_of(mode, own, languages))
    assert explained["part"].sum() == score.score
    assert explained["tokens"].sum() == score.tokens
    assert abs(explained["comparative_part"].sum() - score.comparative) < 1e-9


@SOME
@given(COLUMNS, KNOWN)
def test_the_parts_of_all_words_sum_to_all_scores(texts, known):
    frame, reading = pd.DataFrame({"text": column(texts)}), dict(zip(READING, known, strict=True))
    words = count_sentiment_words(frame, **reading)
    assert words["part"].sum() == score_texts(frame["text"], **reading)["score"].sum()
    assert not words.duplicated(["word", "value", "is_negated"]).any()
    explained = [explain_comment(text, **reading) for text in ["", *frame["text"].dropna()]]
    explained = pd.concat(explained)
    parts = explained[explained["part"] != 0].groupby(["word", "is_negated"])["part"].sum()
    assert parts.to_dict() == words.groupby(["word", "is_negated"])["part"].sum().to_dict()


@SOME
@given(TEXTS)
def test_plus_equals_api_where_there_is_nothing_more_to_see(text):
    plain = "".join(letter for letter in text if letter < "\x80").replace("constructor", "")
    plus = lexicon_of("plus", languages="all")
    if not any(word.size > 1 for word in read_words(plain, plus)):
        assert score_text(plain, plus) == score_text(plain, lexicon_of("api"))


@SOME
@given(ROWS, st.sampled_from(["video_id", "creator_id", ["video_id", "creator_id"]]))
def test_the_counts_of_groups_sum_to_the_strip(rows, by):
    frame = score_comments(comments(rows))
    strip, groups = summarize_sentiment(frame), summarize_sentiment(frame, by)
    for name in ("comments", "analysed", "positive", "negative", "tiktok_changes"):
        assert groups[name].sum() == strip[name].iloc[0]
    assert strip["comments"].iloc[0] == len(frame)
    keys = [by] if isinstance(by, str) else by
    counted, found = Counter(values(frame[keys])), values(groups[keys])
    assert dict(zip(found, groups["comments"], strict=True)) == counted
    mean = frame["comparative"].mean()
    assert pd.isna(mean) or abs(strip["mean_comparative"].iloc[0] - mean) < 1e-12


@SOME
@given(ROWS)
def test_summaries_are_those_of_a_plain_groupby(rows):
    frame = score_comments(comments(rows))
    days = frame["posted_at"].dt.tz_convert("America/New_York").dt.tz_localize(None).dt.normalize()
    by_day = sentiment_trend(frame, granularity="day", timezone="America/New_York")
    flags = pd.DataFrame({word: frame["label"] == word for word in ("positive", "negative")})
    flags["analysed"] = frame["text"].notna()
    by_video = summarize_sentiment(frame, "video_id").dropna(subset="video_id")
    for found, group, key in (
        (by_video, "video_id", frame["video_id"]),
        (by_day[by_day["comments"] > 0], "date", days),
    ):
        plain = flags.astype("int64").groupby(key).sum()
        assert found[group].tolist() == plain.index.tolist()
        for name in plain.columns:
            assert found[name].tolist() == plain[name].tolist()


@SOME
@given(
    ROWS, st.sampled_from(["day", "week", "month"]), st.sampled_from(["UTC", "America/New_York"])
)
def test_every_dated_comment_is_in_one_bucket(rows, granularity, timezone):
    frame = comments(rows)
    trend = sentiment_trend(frame, granularity=granularity, timezone=timezone)
    assert trend["comments"].sum() == frame["posted_at"].notna().sum()
    assert trend["date"].is_monotonic_increasing
    assert trend["date"].is_unique


@SOME
@given(ROWS, st.integers(1, 6), st.sampled_from(["positive", "negative"]))
def test_a_share_lies_within_its_interval(rows, minimum, label):
    ranking = rank_creators_by_sentiment(comments(rows), min_comments=minimum, label=label)
    ranked = ranking[ranking["rank"].notna()]
    # The number of creators before it, of those with the same counts before the first.
    counts = list(zip(ranked[label], ranked["analysed"], strict=True))
    assert ranked["rank"].tolist() == [counts.index(each) + 1 for each in counts]
    assert (ranked["analysed"] >= minimum).all()
    assert (ranking.loc[ranking["rank"].isna(), "analysed"] < minimum).all()
    share = ranked[f"{label}_pct"]
    assert (ranked["low_pct"] <= share + 1e-9).all()
    assert (share <= ranked["high_pct"] + 1e-9).all()
    assert ranked["low_pct"].is_monotonic_decreasing


@SOME
@given(ROWS, st.integers(0, 100), st.integers(1, 8))
def test_alerts_are_those_of_a_plain_count(rows, share, minimum):
    frame = score_comments(comments(rows))
    expected = set()
    for video, group in frame.groupby("video_id"):
        analysed = int(group["label"].notna().sum())
        negative = int((group["label"] == "negative").sum())
        if analysed >= minimum and negative * 100 >= share * analysed:
            expected.add(video)
    alerts = find_negative_alerts(frame, share_pct=share, min_comments=minimum)
    assert set(alerts["video_id"]) == expected
    evidence = show_alert_evidence(frame, alerts)
    assert len(evidence) == alerts["negative"].sum()


@SOME
@given(ROWS, st.sampled_from(["positive", "neutral", "negative"]))
def test_a_search_by_every_label_finds_every_analysed_comment_once(rows, label):
    frame = score_comments(comments(rows))
    found = search_comments(frame, label=label)
    assert found["label"].tolist() == [label] * len(found)
    everything = search_comments(frame, label=["positive", "neutral", "negative"])
    assert everything["text"].notna().all()
    assert len(everything) == frame["text"].notna().sum()
