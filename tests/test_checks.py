"""Checks of arguments and frames."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from trackagoat_pandas._spelling import nearest
from trackagoat_pandas.checks import (
    check_bool,
    check_choice,
    check_id,
    check_ids,
    check_int,
    check_timezone,
    frame_params,
    require_columns,
)
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ChoiceError,
    MissingArgumentError,
    MissingColumnError,
    UnknownProjectError,
)
from trackagoat_pandas.helpers.columns import holding

A = "00000000-0000-4000-8000-00000000000a"
B = "00000000-0000-4000-8000-00000000000b"


def test_a_frame_with_all_columns_passes_unchanged():
    frame = pd.DataFrame({"id": [A], "more": [1]})
    require_columns(frame, ["id"])
    assert frame.to_dict("list") == {"id": [A], "more": [1]}


def test_a_missing_column_is_named_with_those_there_are_and_the_loader():
    frame = pd.DataFrame({"id": [A], "url": ["x"]})
    with pytest.raises(
        MissingColumnError,
        match=r"no columns 'text', 'views' \(it has: id, url\)\. `load_videos` returns them\.",
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
    with pytest.raises(MissingColumnError, match="no column 'creator_id' \\(it has: name\\)"):
        check_ids("ids", pd.DataFrame({"name": ["x"]}), entity="creator")


@pytest.mark.parametrize("given", [None, 5, {"id": A}, b"x"])
def test_what_holds_no_ids_is_refused(given):
    with pytest.raises(ArgumentTypeError, match="one id, several in a list"):
        check_ids("ids", given)


def loaded_from(path, **columns):
    frame = pd.DataFrame(columns)
    frame.attrs["trackagoat"] = {"path": path, "params": {}}
    return frame


@pytest.mark.parametrize("handle", ["mossy_reef", "@mossy_reef"])
def test_a_handle_given_for_an_id_says_how_to_find_the_id(handle):
    with pytest.raises(ArgumentError, match=r"creator's id.*load_creators\(search='mossy_reef'\)"):
        check_ids("ids", handle, entity="creator")
    with pytest.raises(ArgumentError, match=r"load_creators\(search='mossy_reef'\)"):
        check_id("creator", handle)


def test_what_is_no_id_of_a_video_names_the_loader_of_videos():
    with pytest.raises(ArgumentError, match="Give the video's id, or look it up with load_videos"):
        check_ids("videos", "https://www.tiktok.com/@a/video/1", entity="video")


def test_several_ids_where_one_is_needed_are_refused_by_their_type():
    with pytest.raises(ArgumentTypeError, match="creator can't be of type DataFrame: it takes one"):
        check_id("creator", pd.DataFrame({"id": [A]}))


def test_rows_without_an_id_are_counted_and_the_frame_is_named():
    videos = loaded_from("/videos", id=[A, B, A], creator_id=[A, None, None])
    with pytest.raises(
        ArgumentError, match=r"2 of 3 rows of the frame of videos.*'creator_id'.*load_creators"
    ):
        check_ids("ids", videos, entity="creator")


@pytest.mark.parametrize(
    ("path", "entity"),
    [
        ("/creators", "video"),
        ("/videos", "campaign"),
        ("/comments", "video"),
        (f"/creators/{A}/goals", "creator"),
        (f"/payout-structures/{A}/assignments", "structure"),
        (f"/projects/{A}/creators/bulk-remove", "video"),
        ("/payout-payments", "accrual"),
        (f"/organizations/{A}/api-keys", "user"),
    ],
)
def test_ids_of_a_frame_of_something_else_are_refused(path, entity):
    with pytest.raises(ArgumentError, match=rf"frame of \w+s; pass {entity} ids, or a frame from "):
        check_ids("ids", loaded_from(path, id=[A]), entity=entity)


@pytest.mark.parametrize(
    ("path", "entity"),
    [
        ("/creators", "creator"),
        (f"/creators/{A}", "creator"),
        (f"/creators/{A}/scrape", "creator"),
        (f"/projects/{A}/videos/bulk-tracking-enable", "video"),
        (f"/projects/{A}/inbox", "video"),
        (f"/organizations/{A}/members", "user"),
        ("/payout-structures", "structure"),
        ("/analytics/annotations", "annotation"),
        (None, "video"),
        (7, "video"),
    ],
)
def test_ids_of_a_frame_of_the_same_or_of_unknown_origin_are_taken(path, entity):
    assert check_ids("ids", loaded_from(path, id=[A]), entity=entity) == [A]


@pytest.mark.parametrize("attribute", [None, 5, "x", [], {}, {"params": None}, {"params": [1]}])
def test_attributes_of_any_kind_empty_axes_and_break_nothing(attribute):
    frame = pd.DataFrame({"id": [A]})
    frame.attrs["trackagoat"] = attribute
    assert frame_params(frame) == {}
    assert check_ids("ids", frame, entity="creator") == [A]


def test_a_column_that_cannot_be_read_is_named_with_its_dtype():
    with (
        pytest.raises(ArgumentError, match=r"^views: the column must hold numbers; its dtype is "),
        holding(pd.Series(["x"], name="views"), "numbers"),
    ):
        raise ValueError("x")


@pytest.mark.parametrize(
    ("given", "known", "meant"),
    [
        ("engagment", ["engagement", "leaderboard"], ["engagement"]),
        ("posting_heatmap", ["outliers", "posting-heatmap"], ["posting-heatmap"]),
        ("Q1 brand program", ["Q1 Brand Program", "Q2 Brand Program"], ["Q1 Brand Program"]),
        ("summer", ["Archive", "Summer Launch"], ["Summer Launch"]),
        ("views", ["title", "view_count"], ["view_count"]),
        ("view", ["views", "likes"], ["views"]),
        ("archiv", ["Archive", "archive"], ["Archive", "archive"]),
        ("start_date", ["end_date"], []),
        ("tiktok", ["views"], []),
        ("", ["", "a"], []),
        ("-", ["-a"], []),
        (None, ["None"], []),
        (frozenset(), ["views"], []),
        ("views", [], []),
        ("v" * 1_000_000, ["v" * 1_000_000], []),
    ],
)
def test_the_nearest_names_are_found_whatever_their_case_and_separators(given, known, meant):
    assert nearest(given, known) == meant


def test_a_word_that_is_nearly_one_of_the_set_is_guessed():
    with pytest.raises(ChoiceError, match=r"choose one of .*\. Did you mean 'views'\?$"):
        check_choice("metric", "view", ["views", "likes"])


def test_a_column_that_is_nearly_there_is_guessed():
    videos = pd.DataFrame(columns=["view_count", "title"])
    with pytest.raises(
        MissingColumnError,
        match=r"^The frame has no column 'views' \(it has: title, view_count\)\. "
        r"Did you mean 'view_count'\?$",
    ):
        require_columns(videos, ["views"])


def test_columns_under_names_of_ones_own_are_guessed_if_all_are_near():
    with pytest.raises(
        MissingColumnError, match=r"Did you mean 'Likes' for 'like_count', 'Views' for 'view_count'"
    ):
        require_columns(pd.DataFrame(columns=["Views", "Likes"]), ["view_count", "like_count"])
    with pytest.raises(MissingColumnError, match=r"\(it has: Views\)\.$"):
        require_columns(pd.DataFrame(columns=["Views"]), ["view_count", "creator_id"])


def test_a_project_that_is_nearly_one_is_guessed():
    with pytest.raises(LookupError, match=r"the key sees Summer Launch\. Did you mean 'Summer L"):
        raise UnknownProjectError("summer launch", ["Summer Launch"])


def test_what_was_left_out_is_required_in_one_sentence():
    with pytest.raises(ArgumentError, match=r"^`now` is required: the frame has no date\.$"):
        raise MissingArgumentError("now", "the frame has no date")
    with pytest.raises(ArgumentError, match=r"^`a`, `b` and `c` are required: pass them\.$"):
        raise MissingArgumentError(["a", "b", "c"], "pass them")


def test_a_long_text_is_cut_short_in_a_message():
    for check in (
        lambda: check_id("creator", "x" * 10_000),
        lambda: check_choice("mode", "x" * 10_000, ["new"]),
        lambda: check_timezone("timezone", "x" * 10_000),
    ):
        with pytest.raises(ArgumentError, match="xxx…") as caught:
            check()
        assert len(str(caught.value)) < 250


@pytest.mark.parametrize("given", [pd.DataFrame({"a": range(99)}), np.arange(99)])
def test_a_frame_given_for_a_word_is_not_printed(given):
    with pytest.raises(ChoiceError, match=r"^name=<(DataFrame|ndarray)> is not allowed: choose"):
        check_choice("name", given, ["a"])
