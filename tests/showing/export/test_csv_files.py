"""Frames as CSV: exact values under their own names, and no formulas."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from trackagoat_pandas.errors import ArgumentError, IncompleteFrameWarning
from trackagoat_pandas.showing.export.csv_files import csv_bytes, to_csv

FRAME = pd.DataFrame(
    {
        "tiktok_video_id": ["7400000000000000001", None],
        "title": ["=1+1", "mia"],
        "owed_cents": pd.array([123450, None], "Int64"),
        "positive_pct": [62.5, 0.1 + 0.2],
        "posted_at": pd.to_datetime(["2026-05-01T12:00:00.250Z", None]),
    }
)


def test_every_value_is_exact_under_its_own_name(tmp_path):
    to_csv(FRAME, tmp_path / "a.csv")
    content = (tmp_path / "a.csv").read_bytes()
    assert content == csv_bytes(FRAME)
    found = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)
    assert found.columns.tolist() == FRAME.columns.tolist()
    *first, posted = found.iloc[0].tolist()
    assert first == ["7400000000000000001", "'=1+1", "123450", "62.5"]
    assert posted.endswith("+00:00")
    assert pd.Timestamp(posted) == FRAME["posted_at"].iloc[0]
    assert found.iloc[1].tolist() == ["", "mia", "", "0.30000000000000004", ""]


def test_several_frames_are_files_in_a_folder(tmp_path):
    assert to_csv({"Owed: May?": FRAME, "..": FRAME.head(1)}, tmp_path) == tmp_path
    assert sorted(each.name for each in tmp_path.iterdir()) == ["Owed- May-.csv", "frame.csv"]
    assert (tmp_path / "frame.csv").read_bytes() == csv_bytes(FRAME.head(1))


@pytest.mark.parametrize("names", [("a?", "a*"), ("A", "a")])
def test_names_that_would_be_one_file_are_refused(names, tmp_path):
    with pytest.raises(ArgumentError, match="would be one file"):
        to_csv(dict.fromkeys(names, FRAME), tmp_path)
    assert not [*tmp_path.iterdir()]


def test_a_verb_writes_the_same_file(tmp_path):
    assert FRAME.goat.to_csv(tmp_path / "a.csv") == tmp_path / "a.csv"
    assert (tmp_path / "a.csv").read_bytes() == csv_bytes(FRAME)


def test_an_incomplete_frame_is_said_in_a_warning(tmp_path):
    frame = FRAME.copy()
    frame.attrs["trackagoat"] = {"complete": False}
    with pytest.warns(IncompleteFrameWarning, match="to_csv: `frames` is incomplete"):
        to_csv(frame, tmp_path / "a.csv")


@pytest.mark.parametrize(
    "dtype", [object, pd.StringDtype(na_value=float("nan")), "string", "category"]
)
def test_texts_of_every_dtype_are_guarded_alike(dtype):
    texts = ["=1+1", "mia", None, "@mia", "-5", "\uff1d1", "9", " =x"]
    frame = pd.DataFrame({"title": texts, "creator": texts}).astype(dtype)
    found = pd.read_csv(io.BytesIO(csv_bytes(frame)), dtype=str, keep_default_na=False)
    guarded = ["'=1+1", "mia", "", "'@mia", "'-5", "'\uff1d1", "9", "' =x"]
    assert found["title"].tolist() == guarded
    assert found["creator"].tolist() == [*guarded[:3], "mia", *guarded[4:]]
