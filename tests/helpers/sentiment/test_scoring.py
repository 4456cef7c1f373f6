from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ChoiceError,
    MissingColumnError,
)
from trackagoat_pandas.helpers.sentiment import readings
from trackagoat_pandas.helpers.sentiment.scoring import SCORES, score_comments, score_texts

TEXTS = ["I love this so much!", "not good", None, "", "where is it from", "bad, bad, bad"]
DTYPES = {
    "object": object,
    "str": pd.StringDtype(na_value=np.nan),
    "string": pd.StringDtype("pyarrow"),
    "python": pd.StringDtype("python"),
    "arrow": pd.ArrowDtype(pa.string()),
    "large": pd.ArrowDtype(pa.large_string()),
    "view": pd.ArrowDtype(pa.string_view()),
    "category": "category",
}


def comments(*texts):
    return pd.DataFrame({"text": pd.Series(texts, dtype=object)})


def one(text, *, mode="api"):
    row = score_comments(comments(text), mode=mode).iloc[0]
    return int(row["score"]), int(row["tokens"])


@pytest.mark.parametrize("dtype", DTYPES.values(), ids=DTYPES)
def test_scores_worked_out_on_paper(dtype):
    scores = score_texts(pd.Series(TEXTS, dtype=dtype))
    assert scores["score"].tolist() == [3, -3, pd.NA, 0, 0, -9]
    assert scores["tokens"].tolist() == [5, 2, pd.NA, 1, 4, 3]
    assert scores["comparative"].tolist() == [0.6, -1.5, pd.NA, 0.0, 0.0, -3.0]
    labels = scores["label"].astype(object).fillna("-").tolist()
    assert labels == ["positive", "negative", "-", "neutral", "neutral", "negative"]


@pytest.mark.parametrize("size", [0, 3])
def test_dtypes_are_declared_also_when_empty(size):
    scores = score_texts(pd.Series(TEXTS[:size], dtype=object))
    assert list(scores.columns) == list(SCORES)
    assert scores.dtypes.astype(str).tolist() == [
        "Int64", "Float64", "category", "Int64", "boolean", "category", "category",
    ]  # fmt: skip
    assert scores["label"].cat.categories.tolist() == ["negative", "neutral", "positive"]
    assert len(scores) == size


def test_a_column_of_nulls_alone_is_text():
    scores = score_texts(pd.Series([None, np.nan, pd.NA], dtype=object))
    assert scores["score"].isna().all()
    assert scores["label"].isna().all()


def test_index_attributes_and_other_columns_stay():
    frame = comments("good", "bad").set_axis(["x", "x"]).assign(id=[1, 2], score="old")
    frame.attrs["trackagoat"] = {"timezone": "UTC"}
    before = frame.copy()
    scored = score_comments(frame)
    assert scored.index.tolist() == ["x", "x"]
    assert scored["id"].tolist() == [1, 2]
    assert scored["score"].tolist() == [3, -3]
    assert scored.attrs == {"trackagoat": {"timezone": "UTC"}}
    pd.testing.assert_frame_equal(frame, before)


def test_every_row_says_its_mode_and_frames_of_both_can_be_joined():
    both = pd.concat([score_comments(comments("good"), mode=mode) for mode in ("api", "plus")])
    assert both["sentiment_mode"].tolist() == ["api", "plus"]
    assert both["sentiment_mode"].dtype == "category"


@pytest.mark.parametrize(
    ("text", "api", "plus"),
    [
        ("🔥🔥😍😍", (0, 1), (6, 4)),
        ("so cute😍", (0, 2), (5, 3)),
        ("❤️", (0, 1), (3, 1)),
        ("👍🏽 👍🏿", (0, 2), (4, 2)),
        ("❤️‍🔥", (0, 1), (3, 1)),
        ("i don\u2019t like it", (2, 4), (-2, 4)),
        ("not good", (-3, 2), (-2, 2)),
        ("does not work at all", (0, 5), (-3, 5)),
        ("some kind of love", (5, 4), (3, 4)),
        ("not fucking good", (3 + 4, 3), (-4, 3)),
        ("best damn good thing", (3 - 2 + 3, 4), (4 + 3, 4)),
        ("constructor good", (-3, 2), (3, 2)),
        ("🇺🇸🇺🇸", (0, 1), (0, 1)),
        ("plain words, nothing else: good!", (3, 5), (3, 5)),
    ],
)
def test_what_plus_sees_and_api_overlooks(text, api, plus):
    assert one(text) == api
    assert one(text, mode="plus") == plus


@pytest.mark.parametrize("mode", ["api", "plus"])
def test_no_negator_or_phrase_reaches_into_the_next_comment(mode):
    scores = score_texts(pd.Series(["not", "good", "does not", "work"]), mode=mode)
    assert scores["score"].tolist() == [0, 3, 0, 0]


@pytest.mark.parametrize(
    ("text", "is_english"),
    [
        ("where is the link", True),
        ("love it so much", True),
        ("me encanta porque es muy lindo para mi", False),
        ("これどこで買えますか", False),
        ("ما اسم الأغنية؟", False),
        ("진짜 미쳤다", False),
        ("wo gibt's das und was ist das", False),
        ("ДАЙТЕ ДВА", False),
        ("first", None),
        ("🔥🔥", None),
        ("", None),
        ("\u2126hm", None),
    ],
)
def test_a_text_is_english_or_not_only_where_its_words_say_so(text, is_english):
    (found,) = score_texts(pd.Series([text]))["is_english"].tolist()
    assert found is pd.NA if is_english is None else found == is_english


def test_slices_meet_without_a_seam(monkeypatch):
    texts = pd.Series(["good bad good", "not", "good", None, "", "\tlove", "love\t", "awful"] * 4)
    whole = score_texts(texts, mode="plus")
    monkeypatch.setattr(readings, "ROWS", 3)
    monkeypatch.setattr(readings, "BYTES", 20)
    pd.testing.assert_frame_equal(score_texts(texts, mode="plus"), whole)


def test_a_half_of_an_emoji_is_no_obstacle():
    texts = pd.Series(["good \ud83d good", "\ud83d\ude02 yes", None, "bad"], dtype=object)
    assert score_texts(texts)["score"].tolist() == [6, 2, pd.NA, -3]


@pytest.mark.parametrize(
    "values", [[1, 2], [1.5, np.nan], [b"good"], [["good"]], ["good", 7], ["good", b"bad"]]
)
def test_a_column_of_something_else_is_refused(values):
    with pytest.raises(ArgumentError, match="must hold text, and holds"):
        score_comments(pd.DataFrame({"text": values}))


def test_the_first_value_that_is_no_text_is_shown():
    with pytest.raises(ArgumentError, match=r"holds object, such as 7\.$"):
        score_comments(pd.DataFrame({"text": pd.Series(["a", None, 7], dtype=object)}))


def test_wrong_arguments_are_refused():
    with pytest.raises(MissingColumnError, match=r"no column 'text'.*`load_comments` returns one"):
        score_comments(pd.DataFrame({"body": ["good"]}))
    with pytest.raises(ChoiceError, match="'api', 'plus'"):
        score_comments(comments("good"), mode="both")
    with pytest.raises(ArgumentTypeError, match="a pandas Series of text"):
        score_texts(["good"])


def test_another_column_can_hold_the_text():
    scored = score_comments(pd.DataFrame({"body": ["good"]}), text="body")
    assert scored["score"].tolist() == [3]


def test_importing_the_package_does_not_read_the_lexicon():
    assert "trackagoat_pandas.accessor" in sys.modules
    from trackagoat_pandas.helpers.sentiment.lexicon import lexicon_of

    assert lexicon_of("api") is lexicon_of("api")
