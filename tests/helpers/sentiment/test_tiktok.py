"""Mode ``tiktok``: emoji and slang as they are meant, one's own words, and languages."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import pandas as pd
import pytest

from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, ChoiceError
from trackagoat_pandas.helpers.sentiment.explaining import count_sentiment_words, explain_comment
from trackagoat_pandas.helpers.sentiment.lexicon import lexicon_of
from trackagoat_pandas.helpers.sentiment.scoring import (
    compare_sentiment_modes,
    score_comments,
    score_texts,
    with_scores,
)
from trackagoat_pandas.helpers.sentiment.summaries import (
    changes_note,
    find_negative_alerts,
    rank_creators_by_sentiment,
    sentiment_trend,
    summarize_sentiment,
)

DATA = files("trackagoat_pandas.helpers.sentiment") / "data"
ROWS = [line.split("\t") for line in (DATA / "tiktok.tsv").read_text("utf-8").splitlines()]


def label(text, **reading):
    return score_texts(pd.Series([text]), **reading)["label"].iloc[0]


def score(text, **reading):
    return int(score_texts(pd.Series([text]), **reading)["score"].iloc[0])


@pytest.mark.parametrize(
    ("text", "api", "tiktok"),
    [
        ("🔥🔥🔥 😭", "negative", "positive"),
        ("😭!!", "negative", "neutral"),
        ("muito bom, parte 2 pfvr 💀", "negative", "neutral"),
        ("me encanta 😭😭 ¿dónde lo compro?", "neutral", "neutral"),
        ("me at 3am with my rental hack 💀", "negative", "neutral"),
        ("❤️❤️", "neutral", "positive"),
        ("so cute i can't even 😍", "positive", "positive"),
        ("this is amazing omg 💀", "positive", "positive"),
        ("so funny 😭😭", "positive", "positive"),
        ("this is fire", "negative", "positive"),
        ("that edit was sick", "negative", "positive"),
        ("no cap this slaps", "negative", "positive"),
        ("she ate and left no crumbs", "negative", "positive"),
        ("dead 💀💀", "negative", "neutral"),
        ("obsessed!!", "positive", "positive"),
        ("slay", "neutral", "positive"),
        ("kinda mid", "neutral", "negative"),
        ("what a flop", "negative", "negative"),
        ("gives me the ick", "neutral", "negative"),
        ("🤡🤡", "neutral", "negative"),
    ],
)
def test_what_is_praise_and_blame_on_tiktok(text, api, tiktok):
    assert label(text) == api
    assert label(text, mode="tiktok") == tiktok


@pytest.mark.parametrize(
    "text",
    ["broken again 😭", "broken again 😭😭😭😭", "scam 💀💀💀", "worst ever 😂😂😂😂",
     "refund? lol awful lmao", "so sick of this", "it made me sick 🤢", "arrived dead",
     "the charger caught fire 🔥", "dead on arrival", "not fire"],
)  # fmt: skip
def test_laughter_and_slang_never_make_praise_of_anger(text):
    assert label(text, mode="tiktok") == "negative"


@pytest.mark.parametrize(
    "heart", ["❤️", "❤", "♥️", "♥", "🖤", "🩷", "💛", "❤️‍🔥", "❤️‍🩹", "🫶🏽", "🫶", "<3"]
)
def test_a_heart_counts_in_every_spelling(heart):
    assert label(heart, mode="tiktok") == "positive"
    assert score(f"{heart} x {heart}", mode="tiktok") == 2 * score(heart, mode="tiktok")


def test_a_row_of_one_emoji_counts_as_one():
    texts = pd.Series(["wow🔥🔥🔥😭", "🔥", "🔥🔥🔥🔥", "🔥❤️🔥", "🔥", "not 🔥🔥"])
    scores = score_texts(texts, mode="tiktok")
    assert scores["tokens"].tolist() == [3, 1, 1, 3, 1, 2]
    assert scores["score"].tolist() == [6, 2, 2, 7, 2, -2]


@pytest.mark.parametrize("tail", ["🐐🐐🐐", "🔥🔥🔥🔥", "✨✨✨", "❤️❤️❤️"])
def test_emoji_make_no_praise_of_a_plain_complaint(tail):
    assert label(f"awful customer service {tail}", mode="tiktok") != "positive"


def test_every_entry_has_a_value_and_a_reason():
    assert len(ROWS) == len({entry for entry, *_ in ROWS}) == 260
    assert all(len(row) == 3 and len(row[2]) > 10 for row in ROWS)
    assert {abs(int(value)) for _, value, _ in ROWS} <= {0, 1, 2, 3}


def test_every_entry_is_read_as_it_stands_in_the_list():
    tiktok = lexicon_of("tiktok")
    for entry, value, _ in ROWS:
        explained = explain_comment(entry, mode="tiktok", languages="all")
        assert explained["word"].tolist() == [entry], entry
        assert explained["value"].tolist() == [int(value)]
        assert tiktok.words.get(entry, tiktok.phrases.get(tuple(entry.split()))) == int(value)


def test_the_notice_says_whose_the_list_is():
    notice = (DATA / "NOTICE").read_text("utf-8")
    assert "tiktok.tsv" in notice
    assert "this package's own judgement" in notice


def test_mode_api_keeps_the_products_reading():
    texts = pd.Series(["so funny 😭", "❤️❤️", "this is fire", "was die da macht"])
    assert score_texts(texts)["score"].tolist() == [3, 0, -2, -3]


def frame(texts, **columns):
    return pd.DataFrame({"text": texts, **columns})


CHANGED = frame(
    ["i'm dead 💀", "love it", "this is fire", "bad", None, "fine"],
    video_id=list("aaabbb"),
    creator_id=list("xxxyyy"),
    posted_at=pd.date_range("2026-05-01", periods=6, tz="UTC"),
)


def test_every_summary_says_how_many_labels_tiktok_would_change():
    assert summarize_sentiment(CHANGED)["tiktok_changes"].tolist() == [2]
    assert summarize_sentiment(CHANGED, "video_id")["tiktok_changes"].tolist() == [2, 0]
    assert sentiment_trend(CHANGED)["tiktok_changes"].tolist() == [1, 0, 1, 0, 0, 0]
    assert rank_creators_by_sentiment(CHANGED)["tiktok_changes"].sum() == 2
    alerts = find_negative_alerts(CHANGED, min_comments=1)
    assert alerts["tiktok_changes"].tolist() == [2, 0]
    assert summarize_sentiment(CHANGED, mode="tiktok")["tiktok_changes"].tolist() == [0]


def test_scores_that_do_not_say_have_no_number_of_changes():
    scored = score_comments(CHANGED)
    for old in (scored.drop(columns="tiktok_label"), scored.assign(tiktok_label=None)):
        assert summarize_sentiment(old)["tiktok_changes"].isna().all()
        assert changes_note(summarize_sentiment(old)) is None


def test_the_change_is_counted_through_csv_and_concat(tmp_path):
    scored = score_comments(CHANGED)
    scored.to_csv(tmp_path / "scored.csv", index=False)
    read = pd.read_csv(tmp_path / "scored.csv")
    assert summarize_sentiment(read)["tiktok_changes"].tolist() == [2]
    both = pd.concat([scored, scored])
    assert summarize_sentiment(both)["tiktok_changes"].tolist() == [4]


def test_the_note_is_a_sentence_and_none_where_nothing_changes():
    note = changes_note(summarize_sentiment(CHANGED))
    assert note == "read as TikTok slang, 2 of 5 would be labelled otherwise"
    assert changes_note(summarize_sentiment(frame(["love it"]))) is None


def test_modes_are_compared_by_name():
    compared = compare_sentiment_modes(CHANGED, modes=["tiktok", "api"])
    assert compared["label_differs"].tolist() == [True, True]
    assert compared[["api_score", "tiktok_score"]].to_numpy().tolist() == [[-5, 0], [-2, 2]]
    with pytest.raises(ArgumentError, match="name two different ones"):
        compare_sentiment_modes(CHANGED, modes=["api"])


def test_the_skull_drags_nobody_down():
    words = count_sentiment_words(frame(["i'm dead 💀", "💀💀", "so good 💀"]), mode="tiktok")
    assert words["word"].tolist() == ["good"]


@pytest.mark.parametrize("mode", ["api", "plus", "tiktok"])
def test_own_words_stand_over_every_mode(mode):
    assert score("omg 💀", mode=mode, lexicon={"💀": 1}) == 1
    assert score("GOATSY", mode=mode, lexicon={"Goatsy": -2}) == -2
    assert score("not good", mode=mode, lexicon={"good": 5}) == (-5 if mode == "api" else -2)


def test_own_phrases_are_read_where_the_mode_reads_phrases():
    assert score("it is so over", mode="plus", lexicon={"so over": -3}) == -3
    assert score("💀💀 ok", mode="tiktok", lexicon={"💀💀": 2}) == 2
    assert score("💀💀 ok", mode="api", lexicon={"💀💀": 2}) == 2
    with pytest.raises(ArgumentError, match="reads single words"):
        score("it", lexicon={"so over": -3})


def test_own_phrases_may_overlap_as_they_like():
    own = {"a b": 1, "b c": 2, "c d e": 3, "a": 5, "c": 4}
    assert score("a b c d e", mode="plus", lexicon=own) == 1 + 3
    assert score("b c d e a", mode="plus", lexicon=own) == 2 + 5


def test_own_words_are_found_in_any_case_of_any_alphabet():
    own = {"отлично": 3, "straße": 1, "kkkkkkkkkkkkkkkkkkkkkkkk": 1}
    texts = pd.Series(["ОТЛИЧНО", "Straße", "K" * 24, "\u212a" * 24])
    scores = score_texts(texts, mode="tiktok", lexicon=own)
    assert scores["score"].tolist() == [3, 1, 1, 1]


def test_scores_with_own_words_are_named_so_and_never_taken_for_those_of_a_mode():
    scored = score_comments(frame(["omg 💀"]), lexicon={"💀": 1})
    assert scored["sentiment_mode"].tolist() == ["own"]
    assert with_scores(scored, None, "text") is scored
    assert summarize_sentiment(scored)["positive"].tolist() == [1]
    assert summarize_sentiment(scored, mode="api")["negative"].tolist() == [1]
    assert count_sentiment_words(scored)["part"].tolist() == [1]
    scored.attrs.clear()
    with pytest.raises(ArgumentError, match="pass mode= and those"):
        count_sentiment_words(scored)
    words = count_sentiment_words(scored, mode="api", lexicon={"💀": 1})
    assert words["part"].tolist() == [1]
    assert score_comments(frame(["a"]), lexicon={})["sentiment_mode"].tolist() == ["api"]


@pytest.mark.parametrize("value", [2, 2.0, np.int64(2), np.float64(2)])
def test_whole_numbers_of_any_type_are_values(value):
    assert score("a", lexicon={"a": value}) == 2


@pytest.mark.parametrize(
    ("own", "refused"),
    [
        *(
            ({"a": value}, "must be a whole number from -5 to 5")
            for value in (6, -6, 1.5, float("nan"), float("inf"), True, "1", None, pd.NA)
        ),
        *(({word: 1}, "no letter, digit or symbol") for word in ("", " ", "!!", "\n", "\ufe0f")),
        (["a"], "words and their values, such as"),
        ({1: 1}, "words as text"),
        ({"slay": 1, "SLAY!": 2}, "is read as 'slay', which has another value"),
        ({"a b c d": 1}, "at most 3 words"),
        ({"a\u00a0b": 1}, "only plain spaces"),
    ],
)
def test_mistakes_in_a_lexicon_are_sentences(own, refused):
    with pytest.raises((ArgumentError, ArgumentTypeError), match=refused):
        score("a", mode="plus", lexicon=own)


FOREIGN = ["was die da macht ist nicht ok", "me encanta porque es muy linda 😍", "진짜 good ❤️"]


@pytest.mark.parametrize("text", FOREIGN)
@pytest.mark.parametrize("mode", ["plus", "tiktok"])
def test_another_language_counts_neither_for_nor_against_unless_asked(text, mode):
    row = score_texts(pd.Series([text]), mode=mode).iloc[0]
    assert (row["score"], row["label"], row["is_english"]) == (0, "neutral", False)
    assert score(text, mode=mode, languages="all") != 0
    assert explain_comment(text, mode=mode)["part"].sum() == 0
    assert count_sentiment_words(frame([text]), mode=mode).empty


def test_the_product_counts_every_language_and_can_be_asked_not_to():
    text = FOREIGN[0]
    assert label(text) == "negative"
    assert score_texts(pd.Series([text]), languages="all")["sentiment_mode"].tolist() == ["api"]
    asked = score_texts(pd.Series([text]), languages="english")
    assert asked["label"].tolist() == ["neutral"]
    assert asked["sentiment_mode"].tolist() == ["own"]


def test_a_text_too_short_to_know_counts():
    assert label("🔥 top", mode="tiktok") == "positive"


def test_languages_are_english_or_all():
    with pytest.raises(ChoiceError, match="'english', 'all'"):
        score("a", languages="german")
