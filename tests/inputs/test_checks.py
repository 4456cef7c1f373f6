"""Checks of arguments and frames."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from trackagoat_pandas.base.spelling import nearest
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ChoiceError,
    MissingArgumentError,
    MissingColumnError,
    UnknownProjectError,
)
from trackagoat_pandas.helpers.columns import holding
from trackagoat_pandas.inputs.checks import (
    check_between,
    check_bool,
    check_choice,
    check_id,
    check_ids,
    check_int,
    check_timezone,
    frame_facts,
    frame_params,
    loaded_at,
    read_age,
    require_columns,
)

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


def check_mode(given):
    return check_choice("mode", given, ["new", "cumulative"])


def check_clip(given):
    return check_bool("clip", given)


def check_limit(given):
    return check_int("limit", given, minimum=1, maximum=100)


def check_share(given):
    return check_between("share", given, 0, 1)


def check_level(given):
    return check_between("level", given, 0.5, 0.99, ends=True)


def check_zone(given):
    return check_timezone("tz", given)


def check_creator(given):
    return check_id("creator", given)


def check_creators(given):
    return check_ids("ids", given, entity="creator")


@pytest.mark.parametrize(
    ("check", "given", "returned"),
    [
        (check_mode, "new", "new"),
        (check_clip, True, True),
        *((check_limit, bound, bound) for bound in (1, 100)),  # both inclusive
        *((check_level, bound, bound) for bound in (0.5, 0.99)),
        (check_zone, "America/New_York", "America/New_York"),
        (read_age, "2 d", pd.Timedelta(days=2)),
        (check_creator, A.upper(), A),
        (check_creators, A, [A]),
        (lambda given: check_ids("ids", given), pd.DataFrame({"id": [A]}), [A]),
        *(
            (check_creators, nothing, [])
            for nothing in ([], pd.Series([], dtype=object), pd.DataFrame({"id": []}))
        ),
    ],
)
def test_what_is_allowed_is_returned(check, given, returned):
    assert check(given) == returned


REFUSED = [
    (
        lambda given: require_columns(given, ["id"]),
        ArgumentTypeError,
        "can't be of type list",
        [[]],
    ),
    (
        lambda given: require_columns(pd.DataFrame({"id": [A]}), ["id", given]),
        ArgumentTypeError,
        "it takes the name of a column",
        [5, None, ["id"]],
    ),
    (check_mode, ChoiceError, "one of 'new', 'cumulative'", ["newest", None, 3, ["new"]]),
    (check_clip, ArgumentTypeError, "True or False", [1, 0, "true", None, np.True_]),
    (check_limit, ArgumentError, "at least 1", [0]),
    (check_limit, ArgumentError, "at most 100", [101]),
    (check_limit, ArgumentTypeError, "a whole number", [True, 1.0, "1", None]),
    (check_share, ArgumentError, r"it must be above 0 and below 1\.$", [0, 1, 100, -5]),
    (check_share, ArgumentError, r"below 1; did you mean 0\.95\?$", [95]),
    (check_level, ArgumentError, "it must be from 0.5 to 0.99", [0.49, 1]),
    (check_zone, ArgumentError, "name an IANA time zone", ["Mars/Sea", "", "../../etc", "\0"]),
    (check_zone, ArgumentTypeError, "the name of a time zone", [-5]),
    (read_age, ArgumentError, "give a time such as '1h'", ["soon", "5", "0h", "-1h", "NaT", ""]),
    (read_age, ArgumentTypeError, "a timedelta, a text such as '1h', or None", [60]),
    (check_creator, ArgumentError, "an id can't be null", [None, np.nan, pd.NA, pd.NaT]),
    (check_creator, ArgumentTypeError, "ids as strings", [7, 7.5, np.int64(7), b"x", True]),
    (check_creator, ArgumentTypeError, "takes one id", [pd.DataFrame({"id": [A]})]),
    (
        check_creator,
        ArgumentError,
        "an id is a UUID",
        ["", "creator", A[:-1], A.replace("-", ""), f"{{{A}}}", A + " "],
    ),
    (check_creators, ArgumentError, "an id can't be null", [pd.Series([A, None])]),
    (check_creators, ArgumentTypeError, "ids as strings", [pd.Series([1, 2])]),
    (check_creators, MissingColumnError, "it has: name", [pd.DataFrame({"name": ["x"]})]),
    (check_creators, ArgumentTypeError, "several in a list", [None, 5, {"id": A}, b"x"]),
]


@pytest.mark.parametrize(
    ("check", "error", "problem", "given"),
    [(*case, given) for *case, values in REFUSED for given in values],
)
def test_what_is_not_allowed_is_refused(check, error, problem, given):
    with pytest.raises(error, match=problem):
        check(given)


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_a_frame_of_fewer_or_more_rows_than_it_had_is_not_said_to_be_complete(rows):
    frame = pd.DataFrame({"id": [A, B]})
    frame.attrs["trackagoat"] = {"rows": rows, "complete": True}
    assert "complete" not in frame_facts(frame)


@pytest.mark.parametrize("rows", [2, None, -1, "2", True])
def test_a_frame_of_as_many_rows_as_it_had_or_says_is_complete(rows):
    frame = pd.DataFrame({"id": [A, B]})
    frame.attrs["trackagoat"] = {"rows": rows, "complete": True}
    assert frame_facts(frame)["complete"] is True


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


def test_a_row_of_a_frame_gives_its_id_and_one_of_another_frame_is_refused():
    creators = loaded_from("/creators", id=[A, B], tiktok_handle=["a", "b"])
    assert check_ids("ids", creators.iloc[1], entity="creator") == [B]
    with pytest.raises(ArgumentError, match="this is a frame of creators; pass campaign ids"):
        check_ids("ids", creators.iloc[1], entity="campaign")


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
    with pytest.raises(LookupError, match=r"can read: Summer Launch\. Did you mean 'Summer L"):
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
        check_choice("name", given, ["a", "b"])


def test_a_series_in_place_of_a_frame_is_told_from_a_frame_of_one_column():
    with pytest.raises(ArgumentTypeError, match=r"of type Series: .* column is df\[\['id'\]\]"):
        require_columns(pd.Series([1], name="id"), ["id"])


def test_a_frame_of_another_resource_is_said_to_be_from_its_loader():
    frame = pd.DataFrame({"id": ["a"]})
    frame.attrs["trackagoat"] = {"path": "/videos"}
    said = r"^The frame is from `load_videos`: pass what `load_goal_compliance` returns\."
    with pytest.raises(MissingColumnError, match=said):
        require_columns(frame, ["goal_id", "status", "id"], loader="load_goal_compliance")
    with pytest.raises(MissingColumnError) as caught:
        require_columns(frame, ["id", "url"], loader="load_videos")
    assert "from" not in str(caught.value)


def test_a_frame_was_loaded_when_the_server_says_or_else_this_machine():
    frame = pd.DataFrame()
    assert loaded_at(frame) is None
    frame.attrs["trackagoat"] = {"fetched_at": "2026-06-15T12:00:03Z"}
    assert loaded_at(frame) == pd.Timestamp("2026-06-15T12:00:03Z")
    frame.attrs["trackagoat"]["server_time"] = "2026-06-15T12:00:00Z"
    assert loaded_at(frame) == pd.Timestamp("2026-06-15T12:00:00Z")
