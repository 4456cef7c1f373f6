"""Checks of arguments and frames."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from trackagoat_pandas.checks import (
    check_bool,
    check_choice,
    check_id,
    check_ids,
    check_int,
    check_timezone,
    require_columns,
)
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ChoiceError,
    MissingColumnError,
)

A = "00000000-0000-4000-8000-00000000000a"
B = "00000000-0000-4000-8000-00000000000b"


def test_a_frame_with_all_columns_passes():
    require_columns(pd.DataFrame({"id": [A], "more": [1]}), ["id"])


def test_a_missing_column_is_named_with_those_there_are_and_the_loader():
    frame = pd.DataFrame({"id": [A], "url": ["x"]})
    with pytest.raises(
        MissingColumnError, match=r"lacks text, views; it has id, url\. load_videos gives them"
    ):
        require_columns(frame, ["views", "id", "text"], loader="load_videos")


def test_a_missing_column_is_a_key_error_too():
    with pytest.raises(KeyError, match="it has no columns"):
        require_columns(pd.DataFrame(), ["id"])


def test_something_that_is_no_frame_is_refused():
    with pytest.raises(ArgumentTypeError, match="frame can't be of type list"):
        require_columns([], ["id"])


def test_a_word_of_the_set_passes():
    assert check_choice("mode", "new", ["new", "cumulative"]) == "new"


@pytest.mark.parametrize("given", ["newest", None, 3, ["new"]])
def test_a_word_outside_the_set_lists_the_set(given):
    with pytest.raises(ChoiceError, match="choose one of 'new', 'cumulative'"):
        check_choice("mode", given, ["new", "cumulative"])


def test_true_and_false_pass_as_booleans():
    assert check_bool("clip", given=True) is True


@pytest.mark.parametrize("given", [1, 0, "true", None, np.True_])
def test_what_only_looks_like_a_boolean_is_refused(given):
    with pytest.raises(ArgumentTypeError, match="it takes True or False"):
        check_bool("clip", given)


def test_bounds_of_a_whole_number_are_inclusive():
    assert [check_int("limit", given, minimum=1, maximum=100) for given in (1, 100)] == [1, 100]


@pytest.mark.parametrize(("given", "bound"), [(0, "at least 1"), (101, "at most 100")])
def test_a_whole_number_out_of_bounds_is_refused(given, bound):
    with pytest.raises(ArgumentError, match=bound):
        check_int("limit", given, minimum=1, maximum=100)


@pytest.mark.parametrize("given", [True, 1.0, "1", None])
def test_what_is_no_whole_number_is_refused(given):
    with pytest.raises(ArgumentTypeError, match="a whole number"):
        check_int("limit", given)


def test_a_known_time_zone_passes():
    assert check_timezone("tz", "America/New_York") == "America/New_York"


@pytest.mark.parametrize("given", ["Mars/Olympus", "", "../../etc/passwd", "\0"])
def test_an_unknown_time_zone_is_refused(given):
    with pytest.raises(ArgumentError, match="name an IANA time zone"):
        check_timezone("tz", given)


def test_a_time_zone_must_be_text():
    with pytest.raises(ArgumentTypeError, match="the name of a time zone"):
        check_timezone("tz", -5)


@pytest.mark.parametrize("given", [None, np.nan, pd.NA, pd.NaT])
def test_a_null_id_is_refused(given):
    with pytest.raises(ArgumentError, match="an id can't be null"):
        check_id("creator", given)


@pytest.mark.parametrize("given", [7, 7.5, np.int64(7), b"x", True])
def test_an_id_that_is_a_number_is_refused(given):
    with pytest.raises(ArgumentTypeError, match="it takes ids as strings"):
        check_id("creator", given)


@pytest.mark.parametrize("given", ["", "creator", A[:-1], A.replace("-", ""), f"{{{A}}}", A + " "])
def test_text_that_is_no_uuid_is_refused(given):
    with pytest.raises(ArgumentError, match="an id is a UUID"):
        check_id("creator", given)


def test_an_id_is_given_back_in_lower_case():
    assert check_id("creator", A.upper()) == A


@pytest.mark.parametrize(
    "given",
    [
        [B, A, B],
        (B, A),
        pd.Series([B, A, B]),
        pd.Series([B, A], dtype="category"),
        pd.Index([B, A]),
        np.array([B, A], dtype=object),
        iter([B, A]),
        pd.DataFrame({"id": [B, A, B]}),
        pd.DataFrame({"creator_id": [B, B, A], "id": [A, A, A]}),
    ],
    ids=["list", "tuple", "series", "category", "index", "array", "iterator", "frame", "of-other"],
)
def test_ids_come_from_anything_that_holds_them_once_each_in_order(given):
    assert check_ids("ids", given, entity="creator") == [B, A]


def test_one_id_is_a_list_of_one():
    assert check_ids("ids", A) == [A]


@pytest.mark.parametrize("given", [[], pd.Series([], dtype=object), pd.DataFrame({"id": []})])
def test_nothing_given_is_an_empty_list(given):
    assert check_ids("ids", given) == []


def test_a_null_among_ids_is_refused():
    with pytest.raises(ArgumentError, match="an id can't be null"):
        check_ids("ids", pd.Series([A, None]))


def test_a_column_of_numbers_is_refused():
    with pytest.raises(ArgumentTypeError, match="it takes ids as strings"):
        check_ids("ids", pd.Series([1, 2]))


def test_a_frame_without_ids_is_refused():
    with pytest.raises(MissingColumnError, match="lacks creator_id; it has name"):
        check_ids("ids", pd.DataFrame({"name": ["x"]}), entity="creator")


@pytest.mark.parametrize("given", [None, 5, {"id": A}, b"x"])
def test_what_holds_no_ids_is_refused(given):
    with pytest.raises(ArgumentTypeError, match="one id, several in a list"):
        check_ids("ids", given)
