"""What actions are given is checked before anything is sent, and written as the API reads it."""

from __future__ import annotations

import datetime as dt
import inspect
import json

import numpy as np
import pandas as pd
import pytest

from tests.actions.test_routes import CALLS, GOALS, ONE, TWO
from tests.heavy import check_each
from tests.support.acting import ids_of
from tests.support.canned import Canned, connect_to
from trackagoat_pandas import actions
from trackagoat_pandas.actions.inputs import KEEP
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ChoiceError,
    ConfirmationError,
    MissingArgumentError,
    MissingColumnError,
    TrackaGoatError,
)

NAMELESS = pd.DataFrame({"name": ["a"]})
ZONE = dt.timezone(dt.timedelta(hours=2))


def call(client, name, changed, **options):
    """Call an action with other arguments than those by which it is known to work."""
    *given, known = CALLS[name]
    arguments = inspect.signature(getattr(actions, name)).bind(*given, **known).arguments
    return getattr(actions, name)(**{**arguments, **changed}, **options, client=client)


def bodies_of(name, changed):
    with connect_to(Canned({})) as client:
        plan = call(client, name, changed, dry_run=True)
    return [json.loads(body) for body in plan["body"]]


def assert_refused(name, changed, error, match):
    with connect_to(Canned({})) as client:
        with pytest.raises(error, match=match) as caught:
            call(client, name, changed)
        assert client.requests_sent == 0
    assert isinstance(caught.value, TrackaGoatError)


@pytest.mark.parametrize("nothing", [None, pd.NA, np.nan])
def test_a_required_argument_that_is_null_is_missing_and_nothing_is_sent(nothing):
    def check(name):
        for argument in inspect.signature(getattr(actions, name)).parameters.values():
            if argument.default is argument.empty:
                missing = f"`{argument.name}` is required: "
                assert_refused(name, {argument.name: nothing}, MissingArgumentError, missing)

    check_each(CALLS, check)


@pytest.mark.parametrize(
    ("name", "changed", "written"),
    [
        ("annotate", {"date": dt.date(2026, 6, 1)}, {"date": "2026-06-01"}),
        ("annotate", {"date": pd.Timestamp("2026-06-01")}, {"date": "2026-06-01"}),
        ("create_payout_method", {"metadata": {"a": 1}}, {"metadata": {"a": 1}}),
        ("create_organization", {"name": " a "}, {"name": "a"}),
        ("add_members", {"members": "a+1@b.co.uk", "organization": TWO}, {"email": "a+1@b.co.uk"}),
        ("record_payment", {"amount_cents": np.int64(1_999)}, {"amount_cents": 1_999}),
        ("set_goals", {"target_value": 5.0}, {"target_value": 5}),
        ("set_goals", {"target_value": np.float64(5)}, {"target_value": 5}),
        ("set_goals", {"end_date": "2026-06-01"}, {"end_date": "2026-06-01"}),
        ("update_campaign", {"name": "x" * 200}, {"name": "x" * 200}),
        (
            "update_campaign",
            {"name": KEEP, "target_at": "2026-06-01T12:00:00+02:00"},
            {"target_at": "2026-06-01T10:00:00Z"},
        ),
        (
            "update_campaign",
            {"name": KEEP, "target_at": dt.datetime(2026, 6, 1, 12, tzinfo=ZONE)},
            {"target_at": "2026-06-01T10:00:00Z"},
        ),
        (
            "update_campaign",
            {"name": KEEP, "target_at": pd.Timestamp("2026-06-01T10:00Z")},
            {"target_at": "2026-06-01T10:00:00Z"},
        ),
        ("update_creator", {"readme": None, "tiktok_handle": KEEP}, {"readme": None}),
        ("update_payout_method", {"is_active": np.True_}, {"is_active": True}),
    ],
)
def test_a_value_is_written_as_the_api_reads_it(name, changed, written):
    (body,) = bodies_of(name, changed)
    assert {field: body[field] for field in written} == written
    assert [type(body[field]) for field in written] == [*map(type, written.values())]
    if KEEP in changed.values():
        assert set(body) == set(written)


SHORT = "https://vm.tiktok.com/"


@pytest.mark.parametrize(
    ("name", "given", "key", "written"),
    [
        ("add_creators", "@Goat.1_-", "tiktok_handle", ["Goat.1_-"]),
        ("add_creators", "  goat ", "tiktok_handle", ["goat"]),
        ("add_creators", ["@a", "b"], "tiktok_handle", ["a", "b"]),
        ("add_creators", ("a", "b"), "tiktok_handle", ["a", "b"]),
        ("add_creators", pd.Series(["a", "b"]), "tiktok_handle", ["a", "b"]),
        ("add_creators", pd.Index(["a", "b"]), "tiktok_handle", ["a", "b"]),
        ("add_creators", iter(["a", "b"]), "tiktok_handle", ["a", "b"]),
        ("add_videos", "https://vm.tiktok.com/Z1/", "url", ["https://vm.tiktok.com/Z1/"]),
        ("add_videos", [f"{SHORT}Zx", f"{SHORT}zX"], "url", [f"{SHORT}Zx", f"{SHORT}zX"]),
    ],
)
def test_one_text_is_one_item_and_several_are_several(name, given, key, written):
    what = name.removeprefix("add_")
    bodies = bodies_of(name, {what: given})
    assert [item[key] for body in bodies for item in body[what]] == written


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA, pd.NaT])
def test_a_missing_cell_leaves_the_field_to_what_holds_for_all(missing):
    modes = pd.Series(["auto", missing], dtype=object)
    frame = pd.DataFrame({"tiktok_handle": ["a", "b"], "tracking_mode": modes, "other": 1})
    bodies = bodies_of("add_creators", {"creators": frame, "tracking_mode": "selective"})
    assert [item for body in bodies for item in body["creators"]] == [
        {"tiktok_handle": "a", "tracking_mode": "auto"},
        {"tiktok_handle": "b", "tracking_mode": "selective"},
    ]
    bodies = bodies_of("add_creators", {"creators": frame})
    assert bodies[1]["creators"] == [{"tiktok_handle": "b"}]


@pytest.mark.parametrize("dtype", ["Int64", "float64", "int64[pyarrow]"])
def test_a_frames_numbers_are_whole_whatever_its_dtypes(dtype):
    frame = pd.DataFrame({"id": ids_of(1), "target_value": pd.Series([2], dtype=dtype)})
    (body,) = bodies_of("set_goals", {"creators": frame, "target_value": None})
    assert repr(body["target_value"]) == "2"


@pytest.mark.parametrize("value", [ONE, [ONE], pd.DataFrame({"id": [ONE]})])
def test_one_thing_is_an_id_or_a_frame_of_one_row(value):
    (body,) = bodies_of("record_payment", {"creator": value, "method": value})
    assert (body["creator_id"], body["method_id"]) == (ONE, ONE)


def test_items_are_distinguished_by_what_makes_them_one():
    frame = pd.DataFrame({"creator_id": [ONE, ONE], "metric": ["posts", "views"]})
    assert len(bodies_of("set_goals", {"creators": frame, "metric": None})) == 2
    twice = {"creators": pd.concat([frame, frame.head(1)])}
    assert_refused("set_goals", twice, ArgumentError, f"^creators: '{ONE} posts weekly' appears tw")


BACKWARDS = {"start_date": "2026-06-15", "end_date": "2026-06-14"}
ORDER = "end_date='2026-06-14' is not allowed: it comes before start_date"
POST = "https://www.tiktok.com/@a/video/7600000000000000001"
HOURLY = {"kind": "recurring", "cpm_cents": None, "amount_cents": 5, "period": "hourly"}


@pytest.mark.parametrize(
    ("name", "changed", "error", "match"),
    [
        ("add_creators", {"creators": ["a b"]}, ArgumentError, "handle has 1 to 30"),
        ("add_creators", {"creators": ["x" * 31]}, ArgumentError, "handle has 1 to 30"),
        ("add_creators", {"creators": "@"}, ArgumentError, "handle has 1 to 30"),
        ("add_creators", {"creators": "é"}, ArgumentError, "handle has 1 to 30"),
        ("add_creators", {"creators": ["a", None]}, ArgumentError, "item 2 of 2 has no tiktok_h"),
        ("add_creators", {"creators": [5]}, ArgumentTypeError, "tiktok_handle"),
        ("add_creators", {"creators": ["same", "@SAME"]}, ArgumentError, "appears twice"),
        ("add_creators", {"creators": 7}, ArgumentTypeError, "creators"),
        ("add_creators", {"creators": b"a"}, ArgumentTypeError, "creators"),
        ("add_creators", {"creators": {"a": 1}}, ArgumentTypeError, "creators"),
        ("add_creators", {"creators": NAMELESS}, MissingColumnError, "column .*'tiktok_handle'"),
        ("add_members", {"members": "ann"}, ArgumentError, "user_id"),
        ("add_members", {"role": "boss"}, ChoiceError, "role='boss'"),
        ("add_videos", {"videos": "http://www.tiktok.com/@a/video/1"}, ArgumentError, "such as ht"),
        ("add_videos", {"videos": "https://tiktok.com.evil.example/"}, ArgumentError, "^url="),
        ("add_videos", {"videos": "https://eviltiktok.com/"}, ArgumentError, "^url="),
        ("add_videos", {"videos": "https://www.tiktok.com/@a"}, ArgumentError, "of a profile; gi"),
        ("add_videos", {"videos": "https://m.tiktok.com/@a/?x"}, ArgumentError, "of a profile"),
        ("add_videos", {"videos": "https://www.tiktok.com/"}, ArgumentError, "say which post; giv"),
        ("add_videos", {"videos": [POST, f"{POST}?x=1"]}, ArgumentError, "x=1' appears twice"),
        ("add_videos", {"videos": "https://[tiktok.com/"}, ArgumentError, "it is not a URL"),
        ("annotate", {"project": None}, MissingArgumentError, "about a project"),
        ("annotate", {"entity": "creator"}, ArgumentError, "or neither"),
        ("annotate", {"entity_id": ONE}, ArgumentError, "or neither"),
        ("annotate", {"entity": "goat", "entity_id": ONE}, ChoiceError, "entity='goat'"),
        ("annotate", {"label": " "}, ArgumentError, "label"),
        ("annotate", {"label": 7}, ArgumentTypeError, "label"),
        ("annotate", {"date": "June"}, ArgumentError, "date"),
        ("annotate", {"date": "01.06.2026"}, ArgumentError, "date"),
        ("assign_payout_structure", {"start_date": None}, ArgumentError, "`start_date` is requ"),
        ("assign_payout_structure", BACKWARDS, ArgumentError, ORDER),
        ("create_api_key", {"scopes": "read"}, ArgumentTypeError, "scopes"),
        ("create_api_key", {"scopes": ["admin"]}, ChoiceError, "scopes='admin'"),
        ("create_api_key", {"scopes": []}, ArgumentError, "at least one"),
        ("create_payout_method", {"name": "x" * 101}, ArgumentError, "101 char.*limit is 100"),
        ("create_payout_method", {"metadata": "{}"}, ArgumentTypeError, "metadata"),
        ("create_payout_structure", {"amount_cents": 5}, ArgumentError, "doesn't use it"),
        ("create_payout_structure", {"cpm_cents": 2.5}, ArgumentTypeError, "never a float"),
        ("create_payout_structure", {"kind": "barter"}, ChoiceError, "kind='barter'"),
        ("create_payout_structure", HOURLY, ChoiceError, "period='hourly'"),
        ("create_project", {"name": " "}, ArgumentError, "name=' ' is not .*must not be empty"),
        ("invite_members", {"emails": "ann"}, ArgumentError, "email"),
        ("invite_members", {"emails": "a@b"}, ArgumentError, "email"),
        ("invite_members", {"emails": "a@b.co, c@d.co"}, ArgumentError, "email"),
        ("record_payment", {"amount_cents": 12.5}, ArgumentTypeError, "amount_.*never a float"),
        ("record_payment", {"amount_cents": 12.0}, ArgumentTypeError, "amount_.*never a float"),
        ("record_payment", {"amount_cents": np.float64(2)}, ArgumentTypeError, "never a float"),
        ("record_payment", {"amount_cents": "20"}, ArgumentTypeError, "amount_cents"),
        ("record_payment", {"amount_cents": True}, ArgumentTypeError, "amount_cents"),
        ("record_payment", {"amount_cents": 0}, ArgumentError, "amount_cents.*at least 1"),
        (
            "record_payment",
            {"accruals": []},
            ArgumentError,
            "pass 1 to 50 rows or ids",
        ),
        (
            "record_payment",
            {"accruals": ids_of(51)},
            ArgumentError,
            "pass 1 to 50 rows or ids",
        ),
        ("record_payment", {"method": ids_of(2)}, ArgumentError, "give one method"),
        ("record_payment", {"method": []}, ArgumentError, "give one method"),
        ("record_payment", {"creator": pd.DataFrame({"id": ids_of(2)})}, ArgumentError, "one cr"),
        ("record_payment", {"creator": "an n"}, ArgumentError, "creator"),
        ("record_payment", {"paid_at": "2026-06-14"}, ArgumentError, "paid_at.*offset"),
        ("record_payment", {"note": ""}, ArgumentError, "note"),
        ("remove_creators", {"of_project": TWO, "project": ONE}, ArgumentError, "pass it once"),
        ("remove_creators", {"creators": ids_of(3), "dry_run": 1}, ArgumentTypeError, "dry_run"),
        ("remove_creators", {"creators": ids_of(3), "confirm": 1}, ArgumentTypeError, "confirm"),
        ("remove_goals", {"goals": GOALS[["creator_id"]]}, MissingColumnError, "'goal_id'"),
        ("remove_videos", {"videos": ids_of(1_500)}, ConfirmationError, "delete 1,500 videos; not"),
        ("review_inbox", {"exclude": [ONE]}, ArgumentError, "both approved and excluded"),
        ("set_goals", {"metric": None}, ArgumentError, "`metric` is required: pass metric="),
        ("set_goals", {"start_date": None}, ArgumentError, "`start_date` is required"),
        ("set_goals", {"metric": "joy"}, ChoiceError, "metric='joy'"),
        ("set_goals", {"period": "all"}, ChoiceError, "period='all'"),
        ("set_goals", {"target_value": 0}, ArgumentError, "at least 1"),
        ("set_goals", {"target_value": 5.5}, ArgumentTypeError, "target_value"),
        ("set_goals", {"start_date": "soon"}, ArgumentError, "start_date"),
        ("set_goals", {"creators": pd.concat([GOALS] * 2)}, ArgumentError, "appears twice"),
        ("set_goals", BACKWARDS, ArgumentError, ORDER),
        ("update_campaign", {"name": "x" * 201}, ArgumentError, "201 char.*the limit is 200"),
        ("update_campaign", {"name": None}, ArgumentTypeError, "name"),
        ("update_campaign", {"name": KEEP}, ArgumentError, "give at least one of name, readme"),
        ("update_campaign", {"target_views": 1.5}, ArgumentTypeError, "whole number"),
        ("update_campaign", {"target_at": "2026-07-01"}, ArgumentError, "offset"),
        ("update_campaign", {"target_at": "soon"}, ArgumentError, "offset"),
        ("update_campaign", {"target_at": pd.NaT}, ArgumentError, "offset"),
        ("update_campaign", {"target_at": 7}, ArgumentTypeError, "offset"),
        ("update_goal", BACKWARDS, ArgumentError, ORDER),
        ("update_payout_method", {"is_active": 1}, ArgumentTypeError, "is_active"),
        ("upload_receipt", {"file": b"%PDF"}, ArgumentTypeError, "a path"),
    ],
)
def test_what_cannot_be_right_is_refused_before_anything_is_sent(name, changed, error, match):
    assert_refused(name, changed, error, match)


def test_what_keeps_a_field_shows_as_that():
    assert repr(KEEP) == "KEEP"
