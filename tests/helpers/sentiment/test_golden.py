"""Mode ``api`` against 43,259 texts that npm sentiment 5.0.2 itself scored.

The reference, which is slow, reads every twelfth of them, and all with ``TRACKAGOAT_HEAVY=1``.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.heavy import every
from trackagoat_pandas.helpers.sentiment.lexicon import MODES, lexicon_of
from trackagoat_pandas.helpers.sentiment.reference import score_text
from trackagoat_pandas.helpers.sentiment.scoring import score_texts

GOLDEN = Path(__file__).parents[2] / "data" / "sentiment_golden.json.gz"


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


@pytest.mark.parametrize("mode", MODES)
def test_the_fast_way_equals_the_reference_in_every_mode(golden, mode):
    texts, numbers = (each.iloc[:: every(12)] for each in golden)
    scores = score_texts(texts, mode=mode)
    expected = [score_text(text, lexicon_of(mode)) for text in texts]
    for name in ("score", "comparative", "tokens", "is_english"):
        found = scores[name].astype(object).where(scores[name].notna(), None).tolist()
        assert found == [getattr(score, name) for score in expected], name
        if mode == "api" and name in numbers:
            assert found == numbers[name].tolist(), name
    if mode == "tiktok":
        signs = np.sign([score.score for score in expected])
        for other in MODES:
            labels = score_texts(texts, mode=other)["tiktok_label"]
            assert (labels.cat.codes.to_numpy() - 1).tolist() == signs.tolist()
