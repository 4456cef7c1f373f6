"""A law of all helpers: a frame's Arrow table is as good as the frame."""

from __future__ import annotations

import warnings
from inspect import signature

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.heavy import every, part
from tests.laws.test_wrong_types import FUNCTIONS, called, client, right, right_call  # noqa: F401
from trackagoat_pandas._homes import HOMES
from trackagoat_pandas.errors import TrackaGoatError
from trackagoat_pandas.helpers.columns import STRING

HELPERS = [
    name
    for name in FUNCTIONS
    if HOMES.get(name.rpartition(".")[2], "").startswith("helpers.")
    and ".plots." not in name
    and any(
        "DataFrame" in str(one.annotation) for one in signature(FUNCTIONS[name]).parameters.values()
    )
]


def outcome(name, given):
    """What a function returns, or the error that it raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return called(name, given)
        except TrackaGoatError as error:
            return error


def as_texts(frame):
    """A stream without rows doesn't say which words a column may hold."""
    return frame.astype(dict.fromkeys(frame.select_dtypes("category"), STRING))


def check_same(one, other):
    assert type(one) is type(other)
    if isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(as_texts(one), as_texts(other), check_index_type=False)
        assert one.attrs == other.attrs
    elif isinstance(one, pd.Series):
        pd.testing.assert_series_equal(one, other, check_index_type=False)
    elif isinstance(one, tuple):
        for each, its in zip(one, other, strict=True):
            check_same(each, its)
    else:
        assert str(one) == str(other)


def without_metadata(frame):
    """An Arrow table of which pandas doesn't know which dtypes its columns had."""
    return pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)


TABLES = {
    "arrow": pa.Table.from_pandas,
    "arrow without metadata": without_metadata,
    "polars": lambda frame: pl.from_arrow(without_metadata(frame)),
}


# In a usual run, each helper with one of them.
CASES = [
    (name, library)
    for row, name in enumerate(HELPERS)
    for column, library in enumerate(TABLES)
    if (row + column) % every(len(TABLES)) == 0
]


@pytest.mark.parametrize(("name", "library"), CASES)
@settings(max_examples=part(3, 3, 1), deadline=None, phases=[Phase.generate])
@given(most=st.integers(0, 40), seed=st.integers(0, 2**32 - 1))
def test_a_helper_gives_the_same_of_its_table(name, library, client, right, most, seed):  # noqa: F811
    """Of any rows, in any order; more would find no more, and a failure says which rows it was."""
    given = right_call(name, client, right)
    if "timezone" in signature(FUNCTIONS[name]).parameters:
        given = {"timezone": "America/New_York", **given}
    for key, value in given.items():
        if isinstance(value, pd.DataFrame):
            rows = value.sample(min(most, len(value)), random_state=seed)
            given[key] = rows.reset_index(drop=True)
            if library != "arrow":
                # Only pandas' metadata hold a frame's attributes.
                given[key].attrs = {}
    tables = {
        key: TABLES[library](value) if isinstance(value, pd.DataFrame) else value
        for key, value in given.items()
    }
    check_same(outcome(name, tables), outcome(name, given))
