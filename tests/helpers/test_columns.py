"""Columns are read alike in every dtype backend, and what is read is a copy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.columns import (
    STRING,
    codes_of,
    days_of,
    instants_of,
    nullable_flags,
    spelled,
    text,
    values_of,
    whole,
)

LATE = pd.Series(pd.to_datetime(["2026-01-01T23:30Z", None], utc=True)).dt.as_unit("us")
IN_BERLIN = LATE.dt.tz_convert("Europe/Berlin")
DAYS = pd.Series(pd.to_datetime(["2026-01-02", None])).astype("datetime64[us]")
WORDS = ("pending", "paid", "voided")


@pytest.mark.parametrize("backend", ["numpy", "arrow", "object"])
def test_a_time_with_a_zone_is_of_its_local_day_in_every_backend(backend):
    kinds = {"numpy": IN_BERLIN.dtype, "arrow": "timestamp[us, tz=Europe/Berlin][pyarrow]"}
    column = IN_BERLIN.astype(kinds.get(backend, object))
    assert days_of(column).astype(str).tolist() == ["2026-01-02", "NaT"]
    assert instants_of(column).astype(str).tolist() == ["2026-01-01T23:30:00.000000", "NaT"]


@pytest.mark.parametrize("dtype", [None, "datetime64[ns]", "timestamp[us][pyarrow]", object])
def test_days_are_read_alike_in_every_backend(dtype):
    column = DAYS if dtype is None else DAYS.astype(dtype)
    assert days_of(column).astype(str).tolist() == ["2026-01-02", "NaT"]


def test_days_without_a_zone_are_no_instants():
    with pytest.raises(ArgumentError, match="time zone"):
        instants_of(DAYS)


@pytest.mark.parametrize("dtype", [STRING, object, "category", "large_string[pyarrow]"])
def test_texts_have_a_new_index_and_one_dtype(dtype):
    column = pd.Series(["a", None], index=[7, 3], dtype=dtype, name="id")
    read = text(column)
    assert (read.dtype, read.index.tolist(), read.name) == (STRING, [0, 1], None)
    assert read.dropna().tolist() == ["a"]


@pytest.mark.parametrize("dtype", ["Int64", "Int32", "int64[pyarrow]", object])
def test_whole_numbers_have_a_new_index_and_one_dtype(dtype):
    read = whole(pd.Series([2**62 if dtype == "Int64" else 5, None], index=[7, 3], dtype=dtype))
    assert (read.dtype, read.index.tolist()) == (pd.Int64Dtype(), [0, 1])
    assert read.isna().tolist() == [False, True]


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(["paid", None], dtype=pd.CategoricalDtype(["voided", "paid"])),
        pd.Series(["PAID", None], dtype="category"),
        pd.Series(["Paid", None]),
    ],
)
def test_words_are_spelled_as_declared(column):
    read = spelled(column, WORDS)
    assert (read.dtype, read.dropna().tolist(), len(read)) == (STRING, ["paid"], 2)


@pytest.mark.parametrize(
    ("read", "column", "new"),
    [
        (text, pd.Series(["a"], dtype=STRING), "b"),
        (whole, pd.Series([1], dtype="Int64"), 2),
        (spelled, pd.Series(["paid"], dtype="category"), "voided"),
    ],
)
def test_a_change_of_what_was_read_leaves_the_frame(read, column, new):
    given = column.copy()
    changed = read(given, WORDS) if read is spelled else read(given)
    changed.iloc[0] = new
    assert given.tolist() == column.tolist()


@pytest.mark.parametrize(("read", "column"), [(instants_of, LATE), (days_of, DAYS)])
def test_times_that_were_read_may_be_changed(read, column):
    given = column.copy()
    changed = read(given)
    changed[0] = np.datetime64("NaT")
    assert given.notna().tolist() == [True, False]


@pytest.mark.parametrize(
    "read",
    [
        text, whole, values_of, nullable_flags, instants_of, days_of,
        lambda column: codes_of(column, WORDS), lambda column: spelled(column, WORDS),
    ],
)  # fmt: skip
def test_a_column_that_is_there_twice_is_refused(read):
    twice = pd.DataFrame([[1, 1]], columns=["k", "k"])
    with pytest.raises(ArgumentError, match="it has several columns 'k'"):
        read(twice["k"])
