"""Mode ``api`` against 43,259 texts that npm sentiment 5.0.2 itself scored."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from trackagoat_pandas.helpers.sentiment.lexicon import MODES, lexicon
from trackagoat_pandas.helpers.sentiment.reference import score_text
from trackagoat_pandas.helpers.sentiment.scoring import score_texts

GOLDEN = Path(__file__).parent / "data" / "sentiment_golden.json.gz"


@pytest.fixture(scope="module")
def golden():
    """Texts with score, comparative and number of tokens."""
    lines = gzip.decompress(GOLDEN.read_bytes()).decode().split("\n")
    texts, *numbers = zip(*(json.loads(line) for line in lines if line), strict=True)
    columns = dict(zip(("score", "comparative", "tokens"), numbers, strict=True))
    return pd.Series(texts, dtype=object), pd.DataFrame(columns)


def test_the_golden_file_is_big_varied_and_odd(golden):
    texts, numbers = golden
    assert len(texts) > 40_000
    assert 0.4 < (numbers["score"] != 0).mean() < 0.8
    assert sum(any("\ud800" <= letter <= "\udfff" for letter in text) for text in texts) > 500
    assert {"constructor good", "__proto__ good", "hasOwnProperty good"} <= set(texts)


def test_every_number_is_that_of_npm_sentiment(golden):
    texts, numbers = golden
    scores = score_texts(texts)
    for name in ("score", "comparative", "tokens"):
        assert np.array_equal(scores[name].to_numpy(), numbers[name].to_numpy()), name


def test_the_reference_gives_the_same_numbers(golden):
    texts, numbers = golden
    scores = [score_text(text, lexicon("api")) for text in texts]
    for name in ("score", "comparative", "tokens"):
        assert [getattr(score, name) for score in scores] == numbers[name].tolist(), name


@pytest.mark.parametrize("mode", MODES)
def test_the_fast_way_equals_the_reference_in_every_mode(golden, mode):
    texts, _ = golden
    scores = score_texts(texts, mode=mode)
    expected = [score_text(text, lexicon(mode)) for text in texts]
    signs = np.sign([score_text(text, lexicon("tiktok")).score for text in texts])
    assert (scores["tiktok_label"].cat.codes.to_numpy() - 1).tolist() == signs.tolist()
    assert scores["score"].tolist() == [score.score for score in expected]
    assert scores["tokens"].tolist() == [score.tokens for score in expected]
    told = scores["is_english"].astype(object).where(scores["is_english"].notna(), None)
    assert told.tolist() == [score.is_english for score in expected]
