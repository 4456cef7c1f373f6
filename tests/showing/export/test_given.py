"""The frames to export, their names, and the columns of their index."""

from __future__ import annotations

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from trackagoat_pandas.errors import ArgumentTypeError
from trackagoat_pandas.showing.export.saving import named_frames, with_index

FRAME = pd.DataFrame({"owed_cents": [5]})


def test_a_frame_is_called_as_its_table_or_data():
    videos = FRAME.copy()
    videos.attrs["trackagoat"] = {"path": "/payout-accruals", "complete": True}
    assert [*named_frames("to_excel", videos)] == ["Payout accruals"]
    assert [*named_frames("to_excel", FRAME)] == ["Data"]
    balances = FRAME.copy()
    balances.attrs["trackagoat"] = {
        "helper": "outstanding_balances",
        "by": "creator",
        "project": "Q",
    }
    assert [*named_frames("to_excel", balances)] == ["Owed"]
    assert [*named_frames("to_excel", {"b": FRAME, "a": videos})] == ["b", "a"]


def test_a_shown_table_is_refused_with_what_to_pass():
    with pytest.raises(ArgumentTypeError, match=r"type Shown: .* pass its \.frame"):
        named_frames("to_excel", tgp.show(FRAME))


def test_an_index_with_a_name_is_the_first_column_and_row_numbers_are_none():
    days = pd.DataFrame({"mia": [5]}, index=pd.DatetimeIndex(["2026-05-01"], name="date"))
    days.columns.name = "label"
    found = with_index(days)
    assert found.columns.tolist() == ["date", "mia"]
    assert found.columns.name == "label"
    assert found["date"].dtype.kind == "M"
    assert with_index(FRAME) is FRAME
    pairs = pd.DataFrame(
        {"b": [1]}, index=pd.MultiIndex.from_tuples([("x", "y")], names=["b", None])
    )
    assert with_index(pairs).columns.tolist() == ["b_index", "index_2", "b"]
    assert with_index(pd.DataFrame({"a": [1]}, index=["x"])).columns.tolist() == ["index_1", "a"]


def test_what_a_frame_knows_stays_with_its_index():
    frame = pd.DataFrame({"a": [1]}, index=pd.Index(["x"], name="n"))
    frame.attrs["trackagoat"] = {"timezone": "UTC"}
    assert with_index(frame).attrs == frame.attrs
