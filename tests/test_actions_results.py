from __future__ import annotations

import datetime as dt

import pytest

from tests.canned import Canned, connect_to
from trackagoat_pandas.actions.results import failed, read_results, results_frame
from trackagoat_pandas.actions.writes import Write
from trackagoat_pandas.errors import (
    ApiError,
    BadRequestError,
    ConnectionFailedError,
    DeadlineError,
    RateLimitedError,
    RedirectError,
    ServerError,
    StoppedError,
    UnreadableResponseError,
)
from trackagoat_pandas.http.wire import WireFaultError
from trackagoat_pandas.tables.writes import RESULT_STATUSES

IDS = ["aaaaaaaa-0000-4000-8000-000000000000", "bbbbbbbb-0000-4000-8000-000000000000"]
BULK = Write("POST", "/x", {}, items=("ann", "Bob"), is_bulk=True, otherwise="unchanged")
BY_ID = Write("POST", "/x", {}, items=tuple(IDS), is_bulk=True, otherwise="updated")


def read(write, data, status=201):
    with connect_to(Canned({"/x": {"data": data, "error": None, "meta": None}})) as client:
        envelope = client.request("POST", "/x")
    object.__setattr__(envelope, "status", status)
    return read_results(write, envelope)


def statuses(write, data, status=201):
    return [result.status for result in read(write, data, status)]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ([{"status": "created"}, {"status": "unchanged"}], ["created", "unchanged"]),
        ([{"id": "1"}, {"id": "2"}], ["created", "created"]),
        ([{"tiktok_handle": "BOB", "status": "unchanged"}, {"item": "ann"}], "created unchanged"),
        ({"creators": [{"tiktok_handle": "ann"}, {"tiktok_handle": "bob"}]}, "created created"),
        ({"results": [{"item": "@bob", "status": "failed"}, {"item": "ann"}]}, "created failed"),
        ({"results": [{"status": "created"}, {"status": "failed"}], "count": 2}, "created failed"),
        ({"created": [{"tiktok_handle": "bob"}], "failed": ["ann"]}, "failed created"),
        ({"created": ["ann"], "skipped": ["bob"], "errors": []}, "created unchanged"),
        ({"creators": [{"item": "ann"}], "errors": [{"item": "bob"}]}, "created failed"),
        ({"results": [{"item": "ann"}, {"item": "bob"}], "errors": []}, "created created"),
        ([{"item": "ann", "error": "no"}, {"item": "bob", "success": False}], "failed failed"),
        ([{"item": "ann", "status": "ok"}, {"item": "bob", "status": "error"}], "created failed"),
    ],
)
def test_bulk_answers_of_several_shapes_are_read(data, expected):
    words = expected.split() if isinstance(expected, str) else expected
    assert statuses(BULK, data) == words


@pytest.mark.parametrize(
    "data",
    [None, [], {}, {"count": 2}, "done", 7, {"results": {"created": 2}}, {"queued": True}],
)
def test_silence_is_unknown_and_never_taken_for_done(data):
    results = read(BULK, data)
    assert [result.status for result in results] == ["unknown", "unknown"]
    assert all("doesn't mention" in result.error for result in results)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ([{"tiktok_handle": "ann"}], ["created", "unknown"]),
        ([{"item": "ann"}, {"item": "ann"}], ["created", "unknown"]),
        ([{"item": "cyd"}, {"item": "ann"}, {"item": "dee"}], ["created", "unknown"]),
        ([{"item": "ann", "status": "parked"}, {"item": "bob"}], ["unknown", "created"]),
    ],
)
def test_an_item_that_is_not_told_of_is_unknown(data, expected):
    assert statuses(BULK, data) == expected


def test_a_word_that_nobody_knows_is_shown():
    assert read(BULK, [{"status": "parked"}, {}])[0].error == "the response calls it 'parked'"


def test_rows_that_name_an_item_are_not_trusted_for_their_place():
    rows = [{"item": "bob", "id": "2"}, {"item": "ann", "id": "1"}]
    assert [result.id for result in read(BULK, rows)] == ["1", "2"]


def test_an_item_that_the_server_spells_otherwise_is_found_by_its_place():
    rows = [{"item": "annabel", "id": "1"}, {"item": "bob", "id": "2"}]
    assert [result.id for result in read(BULK, rows)] == ["1", "2"]


def test_lists_of_ids_named_by_what_became_of_them_are_read():
    assert statuses(BY_ID, {"updated": [IDS[1]], "unchanged": [IDS[0]]}, 200) == [
        "unchanged",
        "updated",
    ]


def test_the_resource_itself_answers_a_request_for_one():
    one = Write("POST", "/x", {}, items=("ann",), is_bulk=True, otherwise="reactivated")
    data = {"id": IDS[0], "tiktok_handle": "ann", "tags": ["a", "b"]}
    assert statuses(one, data, 201) == ["created"]
    assert statuses(one, data, 200) == ["reactivated"]


def test_an_error_in_an_object_gives_its_code_and_message():
    rows = [{"error": {"code": "handle_taken", "message": "Taken"}}, {"code": "x", "error": "no"}]
    first, second = read(BULK, rows)
    assert (first.error_code, first.error) == ("handle_taken", "Taken")
    assert (second.error_code, second.error) == ("x", "no")


def test_an_error_that_is_a_known_token_is_the_code():
    rows = [{"error": "handle_taken"}, {"error": "no such thing"}]
    first, second = read(BULK, rows)
    assert (first.status, first.error_code) == ("failed", "handle_taken")
    assert "Another creator" in first.error
    assert (second.status, second.error_code, second.error) == ("failed", None, "no such thing")


@pytest.mark.parametrize(
    ("method", "status", "expected"),
    [
        ("DELETE", 200, "deleted"),
        ("PATCH", 200, "updated"),
        ("POST", 200, "done"),
        ("POST", 201, "created"),
    ],
)
def test_a_request_for_one_item_says_what_its_method_does(method, status, expected):
    write = Write(method, "/x", items=("ann",))
    result = read(write, {"id": IDS[0]}, status)[0]
    assert (result.status, result.id) == (expected, IDS[0])


def test_an_id_may_stand_under_another_name():
    write = Write("POST", "/x", items=("ann",), id_field="user_id")
    assert read(write, {"id": IDS[0], "user_id": IDS[1]})[0].id == IDS[1]
    assert read(write, {"id": IDS[0]})[0].id == IDS[0]


def test_results_are_typed_also_when_there_are_none():
    frame = results_frame([], {})
    assert list(frame) == ["item", "status", "id", "error_code", "error"]
    assert tuple(frame["status"].cat.categories) == RESULT_STATUSES


def caused(error, cause):
    error.__cause__ = cause
    return error


NO_ANSWER = ConnectionFailedError("/x", "ReadError", 1)
NOW = dt.datetime(2026, 6, 15, tzinfo=dt.UTC)
LIMITED = RateLimitedError(429, "/x", "slow")


def deadline(cause=None):
    return caused(DeadlineError("/x", "late", NOW, 1.0), cause)


@pytest.mark.parametrize(
    ("error", "sent", "once", "repeated"),
    [
        (BadRequestError(400, "/x", "no"), 1, "failed", "failed"),
        (ApiError(404, "/x", "no"), 3, "failed", "failed"),
        (RedirectError("/x", 308, "elsewhere"), 1, "failed", "failed"),
        (ServerError(500, "/x", "oh"), 1, "unknown", "unknown"),
        (UnreadableResponseError("/x", 200, "no JSON"), 1, "unknown", "unknown"),
        (caused(NO_ANSWER, WireFaultError("reset", sent=True)), 1, "unknown", "unknown"),
        (
            caused(
                ConnectionFailedError("/x", "refused", 1), WireFaultError("refused", sent=False)
            ),
            1,
            "failed",
            "failed",
        ),
        (
            caused(
                ConnectionFailedError("/x", "refused", 6), WireFaultError("refused", sent=False)
            ),
            6,
            "failed",
            "unknown",
        ),
        (deadline(), 0, "failed", "failed"),
        (deadline(), 1, "failed", "unknown"),
        (deadline(LIMITED), 1, "failed", "failed"),
        (deadline(LIMITED), 2, "failed", "unknown"),
        (deadline(ServerError(503, "/x", "oh")), 1, "unknown", "unknown"),
        (caused(StoppedError("/x"), NO_ANSWER), 1, "unknown", "unknown"),
    ],
)
def test_what_may_have_been_carried_out_is_unknown_and_never_failed(error, sent, once, repeated):
    plain = Write("POST", "/x", items=("ann",))
    creating = Write("POST", "/x", items=("ann",), is_creating=True)
    assert failed(plain, error, sent)[0].status == once
    assert failed(creating, error, sent)[0].status == repeated
