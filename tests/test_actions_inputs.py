"""What actions are given is checked before anything is sent, and written as the API reads it."""

from __future__ import annotations

import datetime as dt
from functools import partial

import numpy as np
import pandas as pd
import pytest

from tests.acting import ids_of
from trackagoat_pandas.actions import inputs
from trackagoat_pandas.actions.inputs import KEEP
from trackagoat_pandas.checks import check_choice, check_id
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ChoiceError,
    MissingColumnError,
    TrackaGoatError,
)

ZONE = dt.timezone(dt.timedelta(hours=2))


@pytest.mark.parametrize(
    ("check", "value", "written"),
    [
        (inputs.handle, "@Goat.1_-", "Goat.1_-"),
        (inputs.handle, "  goat ", "goat"),
        (inputs.url, "https://vm.tiktok.com/Z1/", "https://vm.tiktok.com/Z1/"),
        (inputs.email, "ann+1@example.co.uk", "ann+1@example.co.uk"),
        (inputs.text, " a ", "a"),
        (partial(inputs.text, longest=3), "abc", "abc"),
        (inputs.day, dt.date(2026, 6, 1), "2026-06-01"),
        (inputs.day, pd.Timestamp("2026-06-01"), "2026-06-01"),
        (inputs.instant, "2026-06-01T12:00:00+02:00", "2026-06-01T10:00:00Z"),
        (inputs.instant, dt.datetime(2026, 6, 1, 12, tzinfo=ZONE), "2026-06-01T10:00:00Z"),
        (inputs.instant, pd.Timestamp("2026-06-01T10:00Z"), "2026-06-01T10:00:00Z"),
        (inputs.cents, np.int64(1_999), 1_999),
        (inputs.whole, 5.0, 5),
        (inputs.whole, np.float64(5), 5),
        (inputs.flag, np.True_, True),
        (partial(check_choice, choices=("a", "b")), "b", "b"),
        (inputs.json_object, {"a": 1}, {"a": 1}),
        (inputs.or_null(inputs.text), None, None),
        (inputs.or_null(inputs.text), "a", "a"),
    ],
)
def test_a_value_is_written_as_the_api_reads_it(check, value, written):
    found = check("field", value)
    assert found == written
    assert type(found) is type(written)


@pytest.mark.parametrize(
    ("check", "value", "error"),
    [
        (inputs.handle, "a b", ArgumentError),
        (inputs.handle, "@", ArgumentError),
        (inputs.handle, "é", ArgumentError),
        (inputs.handle, None, ArgumentTypeError),
        (inputs.url, "http://www.tiktok.com/@a/video/1", ArgumentError),
        (inputs.url, "https://tiktok.com.evil.example/", ArgumentError),
        (inputs.url, "https://eviltiktok.com/", ArgumentError),
        (inputs.url, "https://[tiktok.com/", ArgumentError),
        (inputs.email, "ann", ArgumentError),
        (inputs.email, "a@b", ArgumentError),
        (inputs.email, "a@b.co, c@d.co", ArgumentError),
        (inputs.text, " ", ArgumentError),
        (inputs.text, 7, ArgumentTypeError),
        (partial(inputs.text, longest=3), "abcd", ArgumentError),
        (inputs.day, "01.06.2026", ArgumentError),
        (inputs.instant, "2026-06-01T12:00:00", ArgumentError),
        (inputs.instant, "soon", ArgumentError),
        (inputs.instant, pd.NaT, ArgumentError),
        (inputs.instant, 7, ArgumentTypeError),
        (inputs.cents, 19.99, ArgumentTypeError),
        (inputs.cents, 20.0, ArgumentTypeError),
        (inputs.cents, np.float64(20), ArgumentTypeError),
        (inputs.cents, "20", ArgumentTypeError),
        (inputs.cents, True, ArgumentTypeError),
        (inputs.cents, 0, ArgumentError),
        (inputs.whole, 5.5, ArgumentTypeError),
        (inputs.whole, 0, ArgumentError),
        (inputs.flag, 1, ArgumentTypeError),
        (partial(check_choice, choices=("a",)), "b", ChoiceError),
        (check_id, "x", ArgumentError),
        (inputs.json_object, "{}", ArgumentTypeError),
    ],
)
def test_a_value_that_cannot_be_right_is_refused_by_its_name(check, value, error):
    with pytest.raises(error, match=r"^field") as caught:
        check("field", value)
    assert isinstance(caught.value, TrackaGoatError)


def test_what_is_kept_is_not_sent_and_none_is():
    checks = {"a": inputs.or_null(inputs.text), "b": inputs.text}
    assert inputs.changes(checks, a=None, b=KEEP) == {"a": None}
    assert repr(KEEP) == "KEEP"


def test_a_change_of_nothing_is_refused():
    with pytest.raises(ArgumentError, match="give at least one of a, b"):
        inputs.changes({}, a=KEEP, b=KEEP)


def test_a_field_without_a_value_is_left_out():
    assert inputs.fields({"a": inputs.text, "b": inputs.text}, a="x", b=None) == {"a": "x"}


@pytest.mark.parametrize("value", [ids_of(1)[0], ids_of(1), pd.DataFrame({"id": ids_of(1)})])
def test_one_thing_is_an_id_or_a_frame_of_one_row(value):
    assert inputs.one("creator", value, "creator") == ids_of(1)[0]


@pytest.mark.parametrize("value", [[], ids_of(2), pd.DataFrame({"id": ids_of(2)})])
def test_more_or_less_than_one_thing_is_refused(value):
    with pytest.raises(ArgumentError, match="give one creator"):
        inputs.one("creator", value, "creator")


CHECKS = {"handle": inputs.handle, "count": inputs.whole}


@pytest.mark.parametrize(
    "value",
    [["@a", "b"], ("a", "b"), pd.Series(["a", "b"]), pd.Index(["a", "b"]), iter(["a", "b"])],
)
def test_several_texts_are_several_items(value):
    bodies = inputs.rows("items", value, "handle", CHECKS, {"count": 3})
    assert bodies == [{"handle": "a", "count": 3}, {"handle": "b", "count": 3}]


def test_one_text_is_one_item():
    assert inputs.rows("items", "a", "handle", CHECKS, {}) == [{"handle": "a"}]


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA, pd.NaT])
def test_a_missing_cell_leaves_the_field_to_what_holds_for_all(missing):
    frame = pd.DataFrame({"handle": ["a", "b"], "count": pd.Series([2, missing], dtype=object)})
    bodies = inputs.rows("items", frame, "handle", CHECKS, {"count": 9})
    assert [body["count"] for body in bodies] == [2, 9]
    assert inputs.rows("items", frame, "handle", CHECKS, {})[1] == {"handle": "b"}


@pytest.mark.parametrize("dtype", ["Int64", "float64", "int64[pyarrow]"])
def test_a_frames_numbers_are_whole_whatever_its_dtypes(dtype):
    frame = pd.DataFrame({"handle": ["a"], "count": pd.Series([2], dtype=dtype), "other": [1]})
    assert inputs.rows("items", frame, "handle", CHECKS, {}) == [{"handle": "a", "count": 2}]


def test_an_id_column_stands_for_the_key():
    frame = pd.DataFrame({"id": ids_of(2)})
    bodies = inputs.rows("creators", frame, "creator_id", {"creator_id": check_id}, {})
    assert [body["creator_id"] for body in bodies] == ids_of(2)


@pytest.mark.parametrize(
    ("value", "error", "match"),
    [
        (7, ArgumentTypeError, "items"),
        (b"a", ArgumentTypeError, "items"),
        ({"a": 1}, ArgumentTypeError, "items"),
        (pd.DataFrame({"name": ["a"]}), MissingColumnError, "no columns? .*'handle'"),
        (["a", None], ArgumentError, "item 2 of 2 has no handle"),
        (["a", "A"], ArgumentError, "appears twice"),
    ],
)
def test_items_that_cannot_be_right_are_refused(value, error, match):
    with pytest.raises(error, match=match):
        inputs.rows("items", value, "handle", CHECKS, {})


def test_a_field_that_is_needed_is_missed_by_the_item():
    with pytest.raises(ArgumentError, match="`count` is required"):
        inputs.rows("items", ["a"], "handle", CHECKS, {}, required=("count",))


def test_items_are_distinguished_by_the_fields_that_are_named():
    frame = pd.DataFrame({"handle": ["a", "a"], "count": [1, 2]})
    assert len(inputs.rows("x", frame, "handle", CHECKS, {}, unique=("handle", "count"))) == 2
    with pytest.raises(ArgumentError, match=r"^x: 'a 1' appears twice"):
        inputs.rows(
            "x", pd.concat([frame, frame]), "handle", CHECKS, {}, unique=("handle", "count")
        )
