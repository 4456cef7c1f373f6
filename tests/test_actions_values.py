"""What people hand over is checked before anything is sent, and written as the API reads it."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from tests.acting import ids_of
from trackagoat_pandas.actions import given, values
from trackagoat_pandas.actions.given import KEEP
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
        (values.handle, "@Goat.1_-", "Goat.1_-"),
        (values.handle, "  goat ", "goat"),
        (values.url, "https://vm.tiktok.com/Z1/", "https://vm.tiktok.com/Z1/"),
        (values.email, "ann+1@example.co.uk", "ann+1@example.co.uk"),
        (values.text, " a ", "a"),
        (values.name(3), "abc", "abc"),
        (values.day, dt.date(2026, 6, 1), "2026-06-01"),
        (values.day, pd.Timestamp("2026-06-01"), "2026-06-01"),
        (values.instant, "2026-06-01T12:00:00+02:00", "2026-06-01T10:00:00Z"),
        (values.instant, dt.datetime(2026, 6, 1, 12, tzinfo=ZONE), "2026-06-01T10:00:00Z"),
        (values.instant, pd.Timestamp("2026-06-01T10:00Z"), "2026-06-01T10:00:00Z"),
        (values.cents, np.int64(1_999), 1_999),
        (values.whole, 5.0, 5),
        (values.whole, np.float64(5), 5),
        (values.flag, np.True_, True),
        (values.choice("a", "b"), "b", "b"),
        (values.json_object, {"a": 1}, {"a": 1}),
        (values.or_null(values.text), None, None),
        (values.or_null(values.text), "a", "a"),
    ],
)
def test_a_value_is_written_as_the_api_reads_it(check, value, written):
    found = check("field", value)
    assert found == written
    assert type(found) is type(written)


@pytest.mark.parametrize(
    ("check", "value", "error"),
    [
        (values.handle, "a b", ArgumentError),
        (values.handle, "@", ArgumentError),
        (values.handle, "é", ArgumentError),
        (values.handle, None, ArgumentTypeError),
        (values.url, "http://www.tiktok.com/@a/video/1", ArgumentError),
        (values.url, "https://tiktok.com.evil.example/", ArgumentError),
        (values.url, "https://eviltiktok.com/", ArgumentError),
        (values.url, "https://[tiktok.com/", ArgumentError),
        (values.email, "ann", ArgumentError),
        (values.email, "a@b", ArgumentError),
        (values.email, "a@b.co, c@d.co", ArgumentError),
        (values.text, " ", ArgumentError),
        (values.text, 7, ArgumentTypeError),
        (values.name(3), "abcd", ArgumentError),
        (values.day, "01.06.2026", ArgumentError),
        (values.instant, "2026-06-01T12:00:00", ArgumentError),
        (values.instant, "soon", ArgumentError),
        (values.instant, pd.NaT, ArgumentError),
        (values.instant, 7, ArgumentTypeError),
        (values.cents, 19.99, ArgumentTypeError),
        (values.cents, 20.0, ArgumentTypeError),
        (values.cents, np.float64(20), ArgumentTypeError),
        (values.cents, "20", ArgumentTypeError),
        (values.cents, True, ArgumentTypeError),
        (values.cents, 0, ArgumentError),
        (values.whole, 5.5, ArgumentTypeError),
        (values.whole, 0, ArgumentError),
        (values.flag, 1, ArgumentTypeError),
        (values.choice("a"), "b", ChoiceError),
        (values.id_, "x", ArgumentError),
        (values.json_object, "{}", ArgumentTypeError),
    ],
)
def test_a_value_that_cannot_be_right_is_refused_by_its_name(check, value, error):
    with pytest.raises(error, match=r"^field") as caught:
        check("field", value)
    assert isinstance(caught.value, TrackaGoatError)


def test_what_is_kept_is_not_sent_and_none_is():
    checks = {"a": values.or_null(values.text), "b": values.text}
    assert given.changes(checks, a=None, b=KEEP) == {"a": None}
    assert repr(KEEP) == "KEEP"


def test_a_change_of_nothing_is_refused():
    with pytest.raises(ArgumentError, match="give at least one of a, b"):
        given.changes({}, a=KEEP, b=KEEP)


def test_a_field_without_a_value_is_left_out():
    assert given.fields({"a": values.text, "b": values.text}, a="x", b=None) == {"a": "x"}


@pytest.mark.parametrize("value", [ids_of(1)[0], ids_of(1), pd.DataFrame({"id": ids_of(1)})])
def test_one_thing_is_an_id_or_a_frame_of_one_row(value):
    assert given.one("creator", value, "creator") == ids_of(1)[0]


@pytest.mark.parametrize("value", [[], ids_of(2), pd.DataFrame({"id": ids_of(2)})])
def test_more_or_less_than_one_thing_is_refused(value):
    with pytest.raises(ArgumentError, match="give one creator"):
        given.one("creator", value, "creator")


CHECKS = {"handle": values.handle, "count": values.whole}


@pytest.mark.parametrize(
    "value",
    [["@a", "b"], ("a", "b"), pd.Series(["a", "b"]), pd.Index(["a", "b"]), iter(["a", "b"])],
)
def test_several_texts_are_several_items(value):
    bodies = given.rows("items", value, "handle", CHECKS, {"count": 3})
    assert bodies == [{"handle": "a", "count": 3}, {"handle": "b", "count": 3}]


def test_one_text_is_one_item():
    assert given.rows("items", "a", "handle", CHECKS, {}) == [{"handle": "a"}]


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA, pd.NaT])
def test_a_missing_cell_leaves_the_field_to_what_holds_for_all(missing):
    frame = pd.DataFrame({"handle": ["a", "b"], "count": pd.Series([2, missing], dtype=object)})
    bodies = given.rows("items", frame, "handle", CHECKS, {"count": 9})
    assert [body["count"] for body in bodies] == [2, 9]
    assert given.rows("items", frame, "handle", CHECKS, {})[1] == {"handle": "b"}


@pytest.mark.parametrize("dtype", ["Int64", "float64", "int64[pyarrow]"])
def test_a_frames_numbers_are_whole_whatever_its_dtypes(dtype):
    frame = pd.DataFrame({"handle": ["a"], "count": pd.Series([2], dtype=dtype), "other": [1]})
    assert given.rows("items", frame, "handle", CHECKS, {}) == [{"handle": "a", "count": 2}]


def test_an_id_column_stands_for_the_key():
    frame = pd.DataFrame({"id": ids_of(2)})
    bodies = given.rows("creators", frame, "creator_id", {"creator_id": values.id_}, {})
    assert [body["creator_id"] for body in bodies] == ids_of(2)


@pytest.mark.parametrize(
    ("value", "error", "match"),
    [
        (7, ArgumentTypeError, "items"),
        (b"a", ArgumentTypeError, "items"),
        ({"a": 1}, ArgumentTypeError, "items"),
        (pd.DataFrame({"name": ["a"]}), MissingColumnError, "no columns? .*'handle'"),
        (["a", None], ArgumentError, "number 2 of 2 has no handle"),
        (["a", "A"], ArgumentError, "appears twice"),
    ],
)
def test_items_that_cannot_be_right_are_refused(value, error, match):
    with pytest.raises(error, match=match):
        given.rows("items", value, "handle", CHECKS, {})


def test_a_field_that_is_needed_is_missed_by_the_item():
    with pytest.raises(ArgumentError, match="`count` is required"):
        given.rows("items", ["a"], "handle", CHECKS, {}, required=("count",))


def test_items_are_told_apart_by_the_fields_that_are_named():
    frame = pd.DataFrame({"handle": ["a", "a"], "count": [1, 2]})
    assert len(given.rows("x", frame, "handle", CHECKS, {}, unique=("handle", "count"))) == 2
    with pytest.raises(ArgumentError, match=r"^x: 'a 1' appears twice"):
        given.rows("x", pd.concat([frame, frame]), "handle", CHECKS, {}, unique=("handle", "count"))
