from __future__ import annotations

import pandas as pd
import pytest

from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ChoiceError,
    MissingColumnError,
    NoDataWarning,
)
from trackagoat_pandas.helpers.sentiment.explaining import count_sentiment_words, explain_comment
from trackagoat_pandas.helpers.sentiment.scoring import (
    compare_sentiment_modes,
    score_comments,
    score_texts,
)
from trackagoat_pandas.helpers.sentiment.searching import search_comments
from trackagoat_pandas.plots.comment_words import comment_words

FRAME = pd.DataFrame(
    {
        "id": list("abcdef"),
        "creator_id": ["x", "x", "y", "y", None, "z"],
        "posted_at": pd.to_datetime(
            ["2026-05-01T03:00Z", "2026-05-02T12:00Z", "2026-05-03T12:00Z", None,
             "2026-05-05T12:00Z", "2026-05-06T12:00Z"], format="ISO8601",
        ),
        "text": [
            "Where can I BUY this?!", "buyer beware, so bad", "don't buy... it's a scam", None,
            "🔥🔥 want it", "Größe? wie groß (cm)",
        ],
    }
)  # fmt: skip


def ids(*arguments, frame=FRAME, **options):
    return "".join(search_comments(frame, *arguments, **options)["id"])


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("buy", "ac"), ("BUY", "ac"), ("don't buy", "c"), ("buy it", ""), ("🔥", "e"),
        ("größe", "f"), ("GRÖßE", "f"), ("cm", "f"), ("can i buy this", "a"), ("buy, this", "a"),
        (["scam", "beware"], "bc"), ("it's", "c"), ("it\u2019s", "c"), ("buy it's", "c"),
        (("🔥", "cm"), "ef"),
    ],
)  # fmt: skip
def test_words_are_found_whole_in_any_case_between_any_marks(words, found):
    assert ids(words) == found


@pytest.mark.parametrize("names", [["text", "posted_at", "creator_id", "id"], list(FRAME)])
def test_a_search_by_label_puts_scores_where_scoring_does(names):
    given = FRAME[names]
    found = search_comments(given, label="negative")
    assert list(found.columns) == list(score_comments(given).columns)


@pytest.mark.parametrize(
    ("conditions", "found"),
    [
        ({}, "abcdef"),
        ({"words": ["buy", "scam"], "match": "all"}, "c"),
        ({"words": ["buy", "scam"], "match": "any"}, "ac"),
        ({"creator": "x"}, "ab"),
        ({"creator": ["x", "z"]}, "abf"),
        ({"creator": pd.DataFrame({"id": ["y"]})}, "cd"),
        ({"creator": pd.Series(["y", None])}, "cd"),
        ({"creator": "x", "label": "negative"}, "b"),
        ({"creator": ["x", "y"], "label": ["neutral", "positive"]}, "a"),
        ({"words": "buy", "creator": "y", "dates": "2026-05"}, "c"),
        ({"dates": "2026-05-01"}, "a"),
        ({"dates": "2026-04-30", "timezone": "America/New_York"}, "a"),
        ({"dates": "last 2 days", "now": "2026-05-06T12:00Z"}, "ef"),
    ],
)
def test_a_comment_must_meet_all_conditions(conditions, found):
    assert ids(**conditions) == found


def test_rows_keep_index_and_columns_and_the_frame_stays_as_it_is():
    before = FRAME.copy()
    found = search_comments(FRAME, "buy")
    assert found.index.tolist() == [0, 2]
    assert list(found.columns) == list(FRAME.columns)
    assert "comparative" in search_comments(FRAME, label="negative")
    pd.testing.assert_frame_equal(FRAME, before)


def test_nothing_is_found_in_nothing():
    empty = search_comments(FRAME.head(0), "buy", label="negative", creator="x", dates="2026")
    assert len(empty) == 0
    assert empty["score"].dtype == pd.Int64Dtype()


def test_a_backend_of_arrow_is_searched_as_well():
    frame = FRAME.convert_dtypes(dtype_backend="pyarrow")
    found = search_comments(frame, "buy", creator=["x", "y"], dates="2026-05", label="negative")
    assert found["id"].tolist() == ["c"]


@pytest.mark.parametrize(
    ("columns", "conditions", "refused"),
    [
        (FRAME.columns, {"words": "?!"}, "no letter, digit or symbol"),
        (FRAME.columns, {"words": []}, "give at least one"),
        (FRAME.columns, {"words": 7}, "a word or phrase"),
        (FRAME.columns, {"words": ["buy", 7]}, "a word or phrase"),
        (FRAME.columns, {"words": "buy", "match": "none"}, "'any', 'all'"),
        (FRAME.columns, {"label": "bad"}, "'negative', 'neutral', 'positive'"),
        (FRAME.columns, {"dates": "last 2 days", "now": "noon"}, "now='noon'"),
        (FRAME.columns, {"creator": 7}, "one id, several in a list"),
        (FRAME.columns, {"creator": [["x"], ["y"]]}, "creator can't be"),
        (["text"], {"creator": "x"}, "no column 'creator_id'"),
        (["text"], {"dates": "2026"}, "no column 'posted_at'"),
        (["id"], {"words": "buy"}, "no column 'text'"),
    ],
)
def test_wrong_conditions_are_refused(columns, conditions, refused):
    with pytest.raises((ArgumentError, ArgumentTypeError, MissingColumnError), match=refused):
        search_comments(FRAME[list(columns)], **conditions)


def test_each_word_shows_its_part():
    explained = explain_comment("I don't like it, not BAD 😍!")
    assert explained["word"].tolist() == ["i", "don't like", "it", "not bad", "😍"]
    assert explained["tokens"].tolist() == [1, 2, 1, 2, 1]
    assert explained["part"].tolist() == [0, -2, 0, 3, 3]
    assert explained["value"].tolist() == [pd.NA, -2, pd.NA, 3, 3]
    assert explained["is_negated"].tolist() == [False, True, False, True, False]
    assert explained["comparative_part"].sum() == pytest.approx(4 / 7)


def test_a_negator_with_a_value_of_its_own_keeps_its_row():
    explained = explain_comment("not good", lexicon={"not": -1})
    assert explained[["word", "tokens", "part"]].to_numpy().tolist() == [
        ["not", 1, -1], ["not good", 1, -3],
    ]  # fmt: skip


def test_a_phrase_is_one_row_of_several_tokens():
    explained = explain_comment("this does not work", mode="plus")
    assert explained["word"].tolist() == ["this", "does not work"]
    assert explained["tokens"].tolist() == [1, 3]
    assert explained["part"].tolist() == [0, -3]


def test_an_empty_text_has_one_empty_word():
    explained = explain_comment("")
    assert explained["word"].tolist() == [""]
    kinds = ["Int64", "Int64", "boolean", "Int64", "Float64"]
    assert explained.dtypes.astype(str).tolist()[1:] == kinds


def test_only_one_text_can_be_explained():
    with pytest.raises(ArgumentTypeError, match="score_comments takes many"):
        explain_comment(["good"])
    with pytest.raises(ChoiceError, match="'api', 'plus'"):
        explain_comment("good", mode="x")


def test_words_are_counted_with_their_parts():
    frame = pd.DataFrame({"text": ["good good", "not good", "bad", None, "first", "Lol lol"]})
    words = count_sentiment_words(frame)
    assert words.to_numpy().tolist() == [
        ["good", 3, 2, 6, False], ["lol", 3, 2, 6, False], ["bad", -3, 1, -3, False],
        ["not good", -3, 1, -3, True],
    ]  # fmt: skip
    assert words["part"].sum() == score_texts(frame["text"])["score"].sum()


def test_a_word_that_is_mostly_negated_raises_no_scores():
    frame = pd.DataFrame({"text": ["not bad at all tbh"] * 126 + ["isn't bad", "bad", "so bad"]})
    words = count_sentiment_words(frame).set_index("word")
    assert words.index.tolist() == ["not bad", "bad", "isn't bad"]
    assert words["part"].tolist() == [378, -6, 3]
    assert comment_words(frame).get_title(loc="left") == "“not bad” raises scores most"


def test_words_are_counted_in_the_mode_of_the_frame():
    frame = pd.DataFrame({"text": ["not good", "❤️❤️"]})
    scored = score_comments(frame, mode="plus")
    assert count_sentiment_words(scored)["word"].tolist() == ["❤", "not good"]
    assert count_sentiment_words(scored, mode="api")["word"].tolist() == ["not good"]
    assert count_sentiment_words(frame)["word"].tolist() == ["not good"]


def test_no_words_are_a_typed_frame():
    words = count_sentiment_words(pd.DataFrame({"text": pd.Series([], dtype=object)}))
    assert list(words.columns) == ["word", "value", "uses", "part", "is_negated"]
    assert words["uses"].dtype == pd.Int64Dtype()
    assert len(words) == 0


def test_modes_are_compared_where_they_differ():
    frame = pd.DataFrame(
        {"id": list("abc"), "text": ["good", None, "not good 🔥🔥"], "n": [1, 2, 3]}
    )
    compared = compare_sentiment_modes(frame)
    assert compared.index.tolist() == [2]
    assert list(compared.columns) == [
        "text", "api_score", "api_comparative", "api_label", "api_tokens", "plus_score",
        "plus_comparative", "plus_label", "plus_tokens", "label_differs", "id",
    ]  # fmt: skip
    row = compared.iloc[0]
    assert (row["api_score"], row["plus_score"], row["label_differs"]) == (-3, -2, False)
    assert (row["api_tokens"], row["plus_tokens"]) == (3, 4)


def test_modes_that_agree_give_a_typed_empty_frame():
    compared = compare_sentiment_modes(pd.DataFrame({"text": ["good", None]}))
    assert len(compared) == 0
    assert compared["plus_score"].dtype == pd.Int64Dtype()
    assert compared["label_differs"].dtype == pd.BooleanDtype()


NAMED = FRAME.assign(tiktok_handle=FRAME["creator_id"].map({"x": "mia.cooks", "y": "ben"}))


def test_a_creator_is_found_by_handle_where_the_comments_have_handles():
    assert ids(frame=NAMED, creator="mia.cooks") == "ab"
    assert ids(frame=NAMED, creator=["ben", "z"]) == "cdf"
    assert ids(frame=NAMED, creator=["@Ben", "https://www.tiktok.com/@mia.cooks?lang=en"]) == "abcd"


@pytest.mark.parametrize(
    ("frame", "creator", "found", "message"),
    [
        (NAMED, "mia_coks", "", r"video of 'mia_coks'\. Did you mean 'mia\.cooks'\?$"),
        (NAMED, ["ben", "@Mia.Coks"], "cd", r"'@Mia\.Coks'\. Did you mean 'mia\.cooks'\?$"),
        (NAMED, ["zoe", "lou"], "", r"video of 'zoe', 'lou'\.$"),
        (FRAME, "ben", "", "of 'ben'. The comments have ids and no handles: `with_names` adds"),
    ],
)
def test_a_creator_by_whom_no_comment_is_found_is_named(frame, creator, found, message):
    with pytest.warns(NoDataWarning, match=message):
        assert ids(frame=frame, creator=creator) == found


def test_an_id_without_comments_is_no_mistake():
    assert ids(frame=NAMED, creator="6b1d3a52-8f0a-4c5e-9a57-0d8f3c1c2e11") == ""
