"""Texts for a search in a frame's columns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trackagoat_pandas.helpers.formats import content_of
from trackagoat_pandas.showing.cells import texts, write, writer_of
from trackagoat_pandas.showing.row_search import folded, matching, texts_of

ZONE = "America/New_York"


def written(column: pd.Series) -> list[str | None]:
    content = content_of(column)
    return texts_of(column, content, ZONE, writer_of(column, content, ZONE)).to_pylist()


def test_case_and_accents_are_left_out_and_nothing_else():
    given_ = pa.array(["ÀÉî ñ Ü", "plain", "😭 ok, ok", None, ""])
    assert folded(given_).to_pylist() == ["aei n u", "plain", "😭 ok, ok", None, ""]


@pytest.mark.parametrize("dtype", ["datetime64[us, UTC]", "timestamp[us, tz=UTC][pyarrow]"])
def test_instants_are_written_in_the_zone(dtype):
    column = pd.Series(["2026-06-15T02:05Z", None]).astype("datetime64[us, UTC]").astype(dtype)
    assert written(column) == ["14 Jun 2026 22:05", None]


@pytest.mark.parametrize(
    ("name", "values", "seen"),
    [
        ("view_count", pd.array([1_234_567, None, -5], "Int64"), ["1234567", None, "-5"]),
        ("owed_cents", pd.array([123_450, -50, 7], "Int64"), ["1234.50", "-0.50", "0.07"]),
        ("positive_pct", [45.45, 0.25, np.nan], ["45.5", "0.2", None]),
        ("score", [0.0042, np.inf, -0.0005], ["0.0042", None, "-0.0005"]),
        ("chance", [0.464, 0.5, None], ["46", "50", None]),
        ("year", [2026, 2025, 2024], ["2026", "2025", "2024"]),
        ("is_active", pd.array([True, False, None], "boolean"), ["yes", "no", None]),
        ("items", [[1], None, "x"], ["[1]", None, "x"]),
    ],
)
def test_values_are_written_without_separators_and_signs(name, values, seen):
    assert written(pd.Series(values, name=name)) == seen


@pytest.mark.parametrize("typed", ["-5", "−5", "-$5", "−$5"])
def test_a_negative_number_is_found_by_either_sign(typed):
    columns = pd.Series([-5, 7], name="gained"), pd.Series([-5, 7], dtype=object, name="own")
    for column in columns:
        texts_there = texts_of(column, content_of(column), ZONE, write)
        assert matching(texts_there, typed).tolist() == [True, False]


@settings(deadline=None)
@given(st.lists(st.floats(-1e9, 1e9) | st.decimals(-99, 99, places=2).map(float), min_size=1))
def test_what_a_cell_says_of_a_number_is_found(values):
    column = pd.Series(values, name="score", dtype="float64")
    content = content_of(column)
    writer = writer_of(column, content, ZONE)
    searched = texts_of(column, content, ZONE, writer)
    for place, cell in enumerate(texts(column, [writer] * len(column))):
        assert matching(searched, cell)[place]
