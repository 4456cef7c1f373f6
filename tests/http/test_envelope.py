"""What is an envelope, what is none, and which error a refusal becomes."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest

from tests.support.http_doubles import KEY, answer, make_client, ok, refused
from trackagoat_pandas.errors import (
    ApiError,
    BadRequestError,
    ConflictError,
    CutShortError,
    DeadlineError,
    ForbiddenError,
    GoneError,
    LimitReachedError,
    NotFoundError,
    RateLimitedError,
    RetentionExceededError,
    UnauthorizedError,
    UnreadableResponseError,
)
from trackagoat_pandas.http.envelope import PageMeta


def get(response):
    return make_client(response).get("/videos")


def test_an_envelope_tells_what_came():
    body = {
        "data": [{"id": "a"}],
        "error": None,
        "meta": {"hasMore": True, "nextCursor": "c", "x": 1},
    }
    page = get(answer(200, body, content_type="application/json"))
    assert page.body == json.dumps(body).encode()
    assert (page.status, page.path, page.attempts) == (200, "/videos", 1)
    assert page.content_type == "application/json"
    assert page.meta == PageMeta(has_more=True, next_cursor="c", total_count=None)
    assert page.data == page.records == [{"id": "a"}]
    assert page.data is page.data  # decoded once
    assert repr(page) == f"Envelope(200, '/videos', {len(page.body)} bytes, attempts=1)"


NOTHING = [{"data": None}, {"data": None, "error": None, "meta": None}, {"data": None, "error": ""}]


@pytest.mark.parametrize("body", NOTHING)
def test_a_question_that_is_answered_with_nothing_is_an_error(body):
    with pytest.raises(UnreadableResponseError, match=r"no data in it, and no error.*starts '{"):
        get(answer(200, body))
    later = make_client(ok([1], hasMore=True, nextCursor="a"), answer(200, body))
    for client in (make_client(answer(200, body)), later):
        with pytest.raises(UnreadableResponseError, match="no data in it"):
            list(client.pages("/videos"))


def test_204_is_no_answer_to_a_question_and_one_to_a_write():
    with pytest.raises(UnreadableResponseError, match="HTTP 204, but"):
        get(answer(204))
    page = make_client(answer(204)).request("DELETE", "/videos/1")
    assert (page.status, page.data) == (204, None)


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
@pytest.mark.parametrize("body", NOTHING)
def test_a_write_may_be_answered_with_nothing(method, body):
    assert make_client(answer(200, body)).request(method, "/videos/1").data is None


@pytest.mark.parametrize("status", [206, 103, 100])
@pytest.mark.parametrize("take", ["get", "text"])
def test_a_part_of_an_answer_is_none(status, take):
    client = make_client(answer(status, {"data": [1], "error": None, "meta": {"hasMore": False}}))
    with pytest.raises(UnreadableResponseError, match=f"HTTP {status}, but .* not a whole answer"):
        getattr(client, take)("/videos")
    assert client.requests_sent == 1


@pytest.mark.parametrize("error", [{}, {"error": None}, {"error": ""}, {"error": False}])
def test_an_error_without_content_is_no_error(error):
    page = get(answer(200, {"data": 5, **error}))
    assert (page.data, page.meta) == (5, PageMeta())


def test_records_are_the_one_list_of_an_object_and_an_error_of_anything_else():
    assert get(answer(200, {"data": {"rows": [1, 2], "total_count": 2}})).records == [1, 2]
    for data in ({"a": [], "b": []}, {"a": 1}, 5, "text", None):
        page = make_client(ok(data)).request("POST", "/videos")
        with pytest.raises(UnreadableResponseError, match="holds no single list of rows"):
            _ = page.records


@pytest.mark.parametrize(
    ("meta", "read"),
    [
        ({"hasMore": "true", "nextCursor": ""}, PageMeta(has_more=True)),
        ({"hasMore": 1, "nextCursor": 17}, PageMeta(has_more=True, next_cursor="17")),
        ({"hasMore": "perhaps", "nextCursor": []}, PageMeta(has_more=True)),
        ({"hasMore": "perhaps"}, PageMeta()),
        ({"nextCursor": None}, PageMeta(has_more=False)),
        ({"limit": 100}, PageMeta(limit=100)),
        ({"total_count": 3}, PageMeta(total_count=3)),
        ({"total_count": True, "hasMore": False}, PageMeta(has_more=False)),
        ([1], PageMeta()),
    ],
)
def test_an_odd_meta_is_read_as_far_as_it_goes(meta, read):
    assert get(answer(200, {"data": [], "meta": meta})).meta == read


@pytest.mark.parametrize(
    ("given", "date"),
    [
        ("Mon, 15 Jun 2026 12:00:00 GMT", dt.datetime(2026, 6, 15, 12, tzinfo=dt.UTC)),
        ("Mon, 15 Jun 2026 12:00:00 -0000", dt.datetime(2026, 6, 15, 12, tzinfo=dt.UTC)),
        ("noon", None),
    ],
)
def test_the_server_tells_its_time(given, date):
    assert get(answer(200, {"data": 1}, date=given)).date == date


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"<!DOCTYPE html><p>Log in", "the body is an HTML page, not JSON"),
        (b"\n <html>", "the body is an HTML page"),
        (b"[1, 2]", "JSON but no envelope object"),
        (b'"text"', "JSON but no envelope object"),
        (b'{"rows": []}', "has neither 'data' nor 'error'"),
        (b"{}", "has neither 'data' nor 'error'"),
        (b'{"data": NaN}', "the body is not JSON"),
        (b'{"data": 1} trailing', "the body is not JSON"),
        (b"Bad gateway", "the body is not JSON"),
        (b'{"data": "\xff\xfe"}', "the body is not UTF-8"),
        ('{"data": 1}'.encode("utf-16"), "the body is not JSON"),
        (b'{"data": [1 2]}', "the body is not JSON"),
        (b'{"data": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", r"not JSON .*recursion"),
        (b"x" * 60 + f"Bearer {KEY}".encode(), r"not JSON .*Bearer tga_…"),
    ],
)
def test_what_is_no_envelope_is_an_error_that_shows_its_start(body, problem):
    for status in (200, 403):
        with pytest.raises(UnreadableResponseError, match=problem) as caught:
            get(answer(status, body))
        assert (caught.value.path, caught.value.status) == ("/videos", status)
        assert 0 < len(caught.value.start) <= 80
        assert KEY[4:12] not in str(caught.value)


@pytest.mark.parametrize(
    ("body", "headers", "kind", "problem"),
    [
        (b"", {}, CutShortError, "HTTP 200, but the body is empty"),
        (b"Log in", {"content_type": "text/html; charset=utf-8"}, UnreadableResponseError, "HTML"),
    ],
)
def test_an_empty_body_and_a_page_by_its_type_are_no_envelope(body, headers, kind, problem):
    with pytest.raises(kind, match=problem):
        get(answer(200, body, **headers))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"cut \ud83d", "cut \ufffd"),
        (r"\ud83d cut", "\ufffd cut"),
        (r"\ude00\ud83d", "\ufffd\ufffd"),
        (r"\uD83D\u0041", "\ufffdA"),
        (r"\ud83d\ud83d\ude00", "\ufffd\U0001f600"),
        (r"\ud83d\ude00 \\ud83d \ud83d", "\U0001f600 \\ud83d \ufffd"),
    ],
)
def test_half_an_emoji_does_not_make_a_page_unreadable(written, read):
    page = get(answer(200, f'{{"data": ["{written}"]}}'.encode()))
    assert page.data == json.loads(page.body)["data"] == [read]


def test_a_number_that_python_cannot_hold_is_told():
    with pytest.raises(UnreadableResponseError, match=r"data can't be decoded .*out of range"):
        _ = get(answer(200, b'{"data": 1e999}')).data


def test_such_a_number_in_meta_is_left_out():
    page = get(answer(200, b'{"data": 1, "meta": {"x": 1e999, "hasMore": false}}'))
    assert page.meta == PageMeta(has_more=False)
    with pytest.raises(NotFoundError, match="no") as caught:
        get(answer(404, b'{"data": null, "error": "no", "meta": {"x": 1e999, "y": 1}}'))
    assert caught.value.meta == {"y": 1}


@pytest.mark.parametrize(
    ("meta", "read"),
    [
        (b'{"a": {"b": {"x": 1e999, "y": 1}, "c": 2}}', {"a": {"b": {"y": 1}, "c": 2}}),
        (b'{"a": {"b": {"c": {"x": 1e999, "y": 1}}, "c": 2}}', {"a": {"b": {}, "c": 2}}),
    ],
)
def test_such_a_number_leaves_what_is_beside_it_three_objects_deep_and_no_deeper(meta, read):
    with pytest.raises(NotFoundError, match="no") as caught:
        get(answer(404, b'{"data": null, "error": "no", "meta": %s}' % meta))
    assert caught.value.meta == read


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "invalid_query", BadRequestError),
        (400, None, BadRequestError),
        (401, "invalid_api_key", UnauthorizedError),
        (402, "limit_reached", LimitReachedError),
        (402, "retention_exceeded", RetentionExceededError),
        (403, "insufficient_scope", ForbiddenError),
        (404, None, NotFoundError),
        (409, "handle_taken", ConflictError),
        (410, None, GoneError),
        (418, None, ApiError),
        (422, "invalid_body", BadRequestError),
        (200, "invalid_params", BadRequestError),
        (200, "something_new", ApiError),
        (304, None, ApiError),
    ],
)
def test_a_refusal_becomes_the_error_of_its_status_or_code(status, code, kind):
    with pytest.raises(kind, match="not today") as caught:
        get(refused(status, code, "not today", extra=1))
    assert type(caught.value) is kind
    assert (caught.value.status, caught.value.code) == (status, code)
    assert (caught.value.message, caught.value.meta["extra"]) == ("not today", 1)


def test_a_limit_tells_its_numbers():
    meta = {"limitKey": "max_projects_per_org", "current": 3, "max": 3}
    with pytest.raises(LimitReachedError, match="limit_reached") as caught:
        get(refused(402, "limit_reached", **meta))
    assert (caught.value.limit_key, caught.value.current, caught.value.maximum) == (*meta.values(),)


@pytest.mark.parametrize(
    ("given", "day"),
    [
        ("2026-05-16", dt.date(2026, 5, 16)),
        ("2026-05-16T00:00:00Z", dt.date(2026, 5, 16)),
        ("soon", None),
        (None, None),
        (5, None),
    ],
)
def test_a_retention_tells_its_first_day(given, day):
    with pytest.raises(RetentionExceededError, match="retention_exceeded") as caught:
        get(refused(402, "retention_exceeded", earliestDate=given))
    assert caught.value.earliest == day


def test_an_error_status_with_an_envelope_without_error_is_an_error():
    with pytest.raises(NotFoundError, match="HTTP 404: no message"):
        get(answer(404, {"data": None, "error": None}))


@pytest.mark.parametrize(
    ("error", "message"),
    [({"message": "deep"}, "deep"), ({"a": 1}, '{"a":1}'), (["x"], '["x"]'), (5, "5")],
)
def test_a_message_of_another_shape_is_still_told(error, message):
    with pytest.raises(BadRequestError, match="HTTP 400") as caught:
        get(answer(400, {"error": error}))
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("code", "message", "expected"),
    [
        *((None, token, token) for token in ("handle_taken", "creator_banned", "no_change")),
        ("state_conflict", "no_change", "state_conflict"),  # meta comes first
        (None, "no_change!", None),
        (None, "No_Change", None),
        (None, "the handle is handle_taken", None),
        (None, "not_found", None),
    ],
)
def test_only_an_exact_known_token_is_a_code(code, message, expected):
    with pytest.raises(ConflictError, match="/videos: HTTP 409") as caught:
        get(refused(409, code, message))
    assert (caught.value.code, caught.value.message) == (expected, message)
    if code is None and expected:
        assert re.search(rf"HTTP 409 {expected}: [A-Z].*[a-z]\.$", str(caught.value))


def test_a_limit_told_with_200_is_a_limit():
    with pytest.raises(DeadlineError, match="come back") as caught:
        get(refused(200, "rate_limit_exceeded", retryAfter=99_999))
    assert isinstance(caught.value.__cause__, RateLimitedError)


def test_no_error_repeats_a_key_that_the_server_echoes():
    with pytest.raises(UnauthorizedError, match="tga_… is unknown") as caught:
        get(refused(401, "invalid_api_key", f"{KEY} is unknown", given=[{KEY: f"Bearer {KEY}"}]))
    assert KEY[4:] not in f"{caught.value} {caught.value.meta} {caught.value.message}"


CSV, JSON = {"content_type": "text/csv; charset=utf-8"}, {"content_type": "application/json"}


@pytest.mark.parametrize(
    ("body", "headers", "text"),
    [
        ("a,b\n1,é\n".encode(), CSV, "a,b\n1,é\n"),
        (b"\xef\xbb\xbfa,b\n", {}, "a,b\n"),
        (b'{"openapi": "3.1.0"}', JSON, '{"openapi": "3.1.0"}'),
    ],
)
def test_text_is_given_as_it_is(body, headers, text):
    client = make_client(answer(200, body, **headers))
    assert client.text("/analytics", {"format": "csv"}) == text


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [(404, None, NotFoundError), (200, "invalid_query", BadRequestError)],
)
def test_text_raises_what_the_api_refuses(status, code, kind):
    refusal = refused(status, code, "no such creator", headers=JSON)
    with pytest.raises(kind, match="no such creator"):
        make_client(refusal).text("/analytics")


@pytest.mark.parametrize(
    ("body", "problem"), [(b"<html>", "HTML page"), (b"a,\xff", "the text is not UTF-8")]
)
def test_text_that_is_none_is_unreadable(body, problem):
    with pytest.raises(UnreadableResponseError, match=problem):
        make_client(answer(200, body)).text("/analytics")
