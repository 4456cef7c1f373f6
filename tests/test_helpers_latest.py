"""Which of several rows about the same thing counts."""

from __future__ import annotations

import pandas as pd
import pytest

from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError
from trackagoat_pandas.helpers.latest import latest_rows


def kept(frame: pd.DataFrame, *key: str) -> list[int]:
    return latest_rows(frame, key).nonzero()[0].tolist()


def test_the_last_row_counts_where_nothing_else_decides():
    assert kept(pd.DataFrame({"id": ["a", "b", "a"]}), "id") == [1, 2]


def test_a_complete_row_counts_before_a_later_partial_one():
    frame = pd.DataFrame(
        {"id": ["a"] * 3 + ["b"] * 2, "is_partial": [False, None, True, True, None]}
    )
    assert kept(frame, "id") == [0, 4]


def test_of_complete_rows_the_one_fetched_last_counts():
    frame = pd.DataFrame(
        {
            "id": ["a", "a", "a"],
            "is_partial": [False, False, True],
            "fetched_at": ["2026-06-03T10:00:00Z", None, "2026-06-04T10:00:00Z"],
        }
    )
    assert kept(frame, "id") == [0]


@pytest.mark.parametrize("backend", ["numpy_nullable", "pyarrow"])
def test_of_rows_fetched_together_the_one_updated_last_counts(backend):
    frame = pd.DataFrame(
        {
            "id": ["a", "a"],
            "fetched_at": pd.to_datetime(["2026-06-03", "2026-06-03"], utc=True),
            "updated_at": pd.to_datetime(["2026-06-02", "2026-06-01"], utc=True),
        }
    ).convert_dtypes(dtype_backend=backend)
    assert kept(frame, "id") == [0]


def test_rows_without_any_key_are_all_kept():
    frame = pd.DataFrame({"id": [None, None, "a"], "day": [None, None, None]})
    assert kept(frame, "id", "day") == [0, 1, 2]


def test_a_key_that_the_frame_does_not_have_tells_nothing_apart():
    assert kept(pd.DataFrame({"id": ["a", "a"]}), "other") == [0, 1]


def test_an_empty_frame_keeps_nothing():
    assert kept(pd.DataFrame({"id": []}, dtype="str"), "id") == []


@pytest.mark.parametrize("values", [[1_717_200_000, 1], [1.5, 2.5], pd.array([5, None], "Int64")])
def test_instants_that_are_plain_numbers_are_refused(values):
    frame = pd.DataFrame({"id": ["a", "a"], "updated_at": values})
    for column in (frame["updated_at"], frame["updated_at"].astype("object")):
        with pytest.raises(ArgumentError, match="instants with their time zone, not plain numbers"):
            kept(frame.assign(updated_at=column), "id")


def test_instants_of_several_spellings_are_read():
    stamps = ["2026-06-03T10:00:00Z", "2026-06-03 12:00:00.5+02:00"]
    frame = pd.DataFrame({"id": ["a", "a"], "updated_at": stamps[::-1]})
    assert kept(frame, "id") == [0]
    assert kept(frame.astype({"updated_at": "category"}), "id") == [0]


def test_what_is_no_frame_is_refused():
    with pytest.raises(ArgumentTypeError, match="a pandas DataFrame"):
        latest_rows([], ["id"])
