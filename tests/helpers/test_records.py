"""How often an inference was right, in its sentence, its provenance and its caption."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from trackagoat_pandas.helpers.records import Record, with_record
from trackagoat_pandas.showing.captions import notes


@pytest.mark.parametrize(
    ("record", "sentence", "rate"),
    [
        (Record(40, 31), "Of 40 such calls in your past, 31 held", 31 / 40),
        (Record(9, 8, said="In {held} of {calls}"), "In 8 of 9", 8 / 9),
        (Record(1, 0), "Of 1 such call in your past, 0 held", 0.0),
        (Record(3, 3, "few posts"), "How often it is right is NA: few posts", math.nan),
        (Record(0, 0), "How often it is right is NA: no such call in your past", math.nan),
    ],
)
def test_a_record_says_how_often_it_held(record: Record, sentence: str, rate: float) -> None:
    assert str(record) == sentence
    assert record.rate == pytest.approx(rate, nan_ok=True)


def test_a_result_with_a_record_has_it_in_its_provenance_and_its_caption() -> None:
    table = with_record(pd.DataFrame({"a": [1]}), Record(40, 31), note="A sentence.")
    said = {"calls": 40, "held": 31, "rate": 31 / 40, "reason": ""}
    assert table.attrs["trackagoat"]["record"] == said
    assert notes(table) == ["A sentence. Of 40 such calls in your past, 31 held."]


def test_a_rate_that_is_not_known_is_none() -> None:
    table = with_record(pd.DataFrame(), Record(0, 0, "few posts"))
    assert table.attrs["trackagoat"]["record"]["rate"] is None
    assert notes(table) == ["How often it is right is NA: few posts."]
