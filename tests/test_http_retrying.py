"""What is sent again, after how long, and when waiting is given up."""

from __future__ import annotations

import datetime as dt
import logging
import random

import httpx
import pytest

from tests.http_doubles import KEY, NOON, answer, make_client, ok, refused
from trackagoat_pandas.errors import (
    BadRequestError,
    ClosedClientError,
    ConnectionFailedError,
    CutShortError,
    DeadlineError,
    RateLimitedError,
    ServerError,
    UnreadableResponseError,
)
from trackagoat_pandas.http.retrying import backoff_s, header_seconds, seconds_in

FAULTS = [
    httpx.ConnectError("refused"),
    httpx.ReadTimeout("slow"),
    httpx.RemoteProtocolError("cut"),
    httpx.ReadError("reset"),
    httpx.DecodingError("bad gzip"),
    ConnectionResetError("reset"),
    TimeoutError("slow"),
]


def waited(client) -> list[float]:
    return client.transport.clock.waits


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
def test_a_get_survives_a_fault(fault):
    assert make_client(fault, ok([1])).get("/videos").data == [1]


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520])
def test_a_get_survives_a_server_error(status):
    assert make_client(refused(status), ok([1])).get("/videos").data == [1]


def test_a_get_survives_a_proxy_that_answers_in_html():
    page = make_client(answer(502, b"<html>Bad gateway</html>"), ok([1])).get("/videos")
    assert (page.data, page.attempts) == ([1], 2)


@pytest.mark.parametrize("body", [b"", b"  \n", b'{"data": [1, 2', b'{"data": "caf\xc3'])
def test_a_get_survives_a_body_that_ends_early(body):
    assert make_client(answer(200, body), ok([1])).get("/videos").data == [1]


def test_six_attempts_are_made():
    client = make_client(httpx.ReadError("reset"))
    with pytest.raises(
        ConnectionFailedError, match=r"/videos: no answer after 6 attempts \(ReadErr"
    ):
        client.get("/videos")
    assert client.requests_sent == 6


def test_server_errors_end_after_six_attempts_with_what_the_server_said():
    with pytest.raises(ServerError, match="HTTP 503 internal_error: down for now"):
        make_client(refused(503, "internal_error", "down for now")).get("/videos")


def test_an_html_server_error_is_a_server_error():
    with pytest.raises(ServerError, match="HTTP 502: the body is an HTML page"):
        make_client(answer(502, b"<html>")).get("/videos")


def test_a_body_that_always_ends_early_is_an_error():
    with pytest.raises(CutShortError, match="ends before its JSON does"):
        make_client(answer(200, b'{"data": [')).get("/videos")


def test_backoff_doubles():
    client = make_client(httpx.ReadError("reset"))
    with pytest.raises(ConnectionFailedError, match="6 attempts"):
        client.get("/videos")
    assert waited(client) == [0.5, 1, 2, 4, 8]


def test_backoff_has_full_jitter_and_an_upper_bound():
    chance = random.Random(1).random
    waits = [backoff_s(times, chance) for times in range(1, 2000)]
    assert max(waits) <= 30
    assert min(waits[10:]) < 1
    assert max(waits[10:]) > 29


def test_a_refused_request_is_not_sent_again():
    client = make_client(refused(400, "invalid_query"))
    with pytest.raises(BadRequestError, match="invalid_query"):
        client.get("/videos")
    assert client.requests_sent == 1


def test_html_is_not_asked_for_again():
    client = make_client(answer(200, b"<html>"))
    with pytest.raises(UnreadableResponseError, match="HTML"):
        client.get("/videos")
    assert client.requests_sent == 1


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "PUT"])
def test_a_write_that_may_have_been_carried_out_is_not_repeated(method):
    client = make_client(httpx.ReadTimeout("slow"), ok({}))
    with pytest.raises(ConnectionFailedError, match="after 1 attempt "):
        client.request(method, "/videos", json={})
    assert client.requests_sent == 1


def test_a_write_is_not_repeated_after_a_server_error():
    client = make_client(refused(500), ok({}))
    with pytest.raises(ServerError, match="HTTP 500"):
        client.request("POST", "/videos", json={})
    assert client.requests_sent == 1


def test_a_write_is_not_repeated_after_an_answer_that_ends_early():
    client = make_client(answer(201, b""), ok({}))
    with pytest.raises(CutShortError, match="the body is empty"):
        client.request("POST", "/videos", json={})
    assert client.requests_sent == 1


@pytest.mark.parametrize("setback", [httpx.ReadTimeout("slow"), refused(500), answer(201, b"")])
def test_a_write_with_an_idempotency_key_is_repeated_with_the_same_key(setback):
    client = make_client(setback, ok({"id": 1}))
    client.request("POST", "/videos", json={"a": 1}, idempotency_key="once")
    sent = client.transport.requests
    assert [request.headers["idempotency-key"] for request in sent] == ["once", "once"]
    assert [request.content for request in sent] == [b'{"a":1}'] * 2


@pytest.mark.parametrize(
    "fault", [httpx.ConnectError("no"), httpx.ConnectTimeout("no"), ConnectionRefusedError()]
)
def test_a_write_that_never_left_is_sent_again(fault):
    client = make_client(fault, ok({"id": 1}))
    assert client.request("POST", "/videos", json={}).data == {"id": 1}


def test_a_write_that_was_refused_by_the_limit_is_sent_again():
    client = make_client(refused(429, "rate_limit_exceeded"), ok({"id": 1}))
    assert client.request("POST", "/videos", json={}).attempts == 2


@pytest.mark.parametrize("code", ["rate_limit_exceeded", "too_many_requests", None])
def test_a_limit_waits_as_long_as_the_header_says(code):
    client = make_client(refused(429, code, headers={"retry_after": "7"}), ok([]))
    client.get("/videos")
    assert waited(client) == [pytest.approx(7)]


def test_a_limit_waits_until_the_date_of_the_header():
    at = "Mon, 15 Jun 2026 12:00:25 GMT"
    client = make_client(refused(429, headers={"retry_after": at}), ok([]))
    client.get("/videos")
    assert waited(client) == [pytest.approx(25)]


def test_a_date_is_counted_from_the_servers_own_time():
    dates = {
        "retry_after": "Mon, 15 Jun 2020 00:00:25 GMT",
        "date": "Mon, 15 Jun 2020 00:00:00 GMT",
    }
    client = make_client(refused(429, headers=dates), ok([]))
    client.get("/videos")
    assert waited(client) == [pytest.approx(25)]


def test_without_a_header_a_limit_waits_as_long_as_meta_says():
    client = make_client(refused(429, retryAfter=9), ok([]))
    client.get("/videos")
    assert waited(client) == [pytest.approx(9)]


def test_without_any_hint_a_limit_waits_a_minute():
    client = make_client(refused(429), ok([]))
    client.get("/videos")
    assert waited(client) == [pytest.approx(60)]


def test_a_limit_in_html_waits_too():
    client = make_client(answer(429, b"<html>", retry_after="3"), ok([]))
    client.get("/videos")
    assert waited(client) == [pytest.approx(3)]


def test_a_server_error_waits_as_long_as_the_header_says():
    client = make_client(refused(503, headers={"retry_after": "40"}), ok([]))
    client.get("/videos")
    assert waited(client) == [pytest.approx(40)]


def test_after_an_unforeseen_limit_the_pace_is_even():
    client = make_client(refused(429, headers={"retry_after": "5"}), ok([]))
    for _ in range(4):
        client.get("/videos")
    assert waited(client) == [pytest.approx(s) for s in (5, 1.02, 1.02, 1.02)]


def test_a_limit_that_asks_for_no_wait_is_not_hammered():
    refusals = [refused(429, headers={"retry_after": "0"}) for _ in range(8)]
    client = make_client(*refusals, ok([]), rate_limit=None)
    client.get("/videos")
    assert sum(waited(client)) > 60


def test_a_wait_past_the_deadline_is_told_at_once():
    client = make_client(refused(429, headers={"retry_after": "40"}), max_wait_s=30)
    with pytest.raises(DeadlineError, match="2026-06-15 12:00:40 UTC") as caught:
        client.get("/videos")
    assert waited(client) == []
    assert caught.value.retry_at == NOON + dt.timedelta(seconds=40)
    assert isinstance(caught.value.__cause__, RateLimitedError)
    assert caught.value.__cause__.retry_at == caught.value.retry_at


def test_a_used_up_quota_is_told_at_once_and_holds_nobody_else():
    client = make_client(refused(429, "rate_limit_exceeded", retryAfter=43_200), ok([1]))
    with pytest.raises(DeadlineError, match="come back at 2026-06-16 00:00:00 UTC"):
        client.get("/videos")
    assert client.get("/videos").data == [1]
    assert waited(client) == []


def test_a_quota_wait_within_the_deadline_does_not_slow_what_follows():
    client = make_client(refused(429, retryAfter=600), ok([]))
    client.get("/videos")
    client.get("/videos")
    assert waited(client) == [pytest.approx(600)]


def test_no_place_before_the_deadline_is_told_at_once():
    client = make_client(ok([]), rate_limit=(2, 60.0), max_wait_s=30)
    client.get("/videos")
    client.get("/videos")
    with pytest.raises(DeadlineError, match="the rate limit allows no request before then"):
        client.get("/videos")
    assert client.requests_sent == 2


def test_a_server_error_whose_wait_passes_the_deadline_is_told_at_once():
    client = make_client(refused(503, headers={"retry_after": "40"}), max_wait_s=30)
    with pytest.raises(DeadlineError, match=r"HTTP 503.* come back at 2026-06-15 12:00:40"):
        client.get("/videos")


def test_a_fault_is_not_repeated_past_the_deadline():
    client = make_client(httpx.ReadError("reset"), max_wait_s=2)
    with pytest.raises(ConnectionFailedError, match="after 3 attempts"):
        client.get("/videos")
    assert waited(client) == [0.5, 1]


def test_the_waits_of_one_request_add_up_to_the_deadline():
    client = make_client(refused(429, headers={"retry_after": "20"}), max_wait_s=50)
    with pytest.raises(DeadlineError, match="429"):
        client.get("/videos")
    assert sum(waited(client)) <= 50


def test_an_absurd_wait_is_no_overflow():
    client = make_client(refused(429, headers={"retry_after": "9" * 30}))
    with pytest.raises(DeadlineError, match="come back at 2027"):
        client.get("/videos")


def test_closing_the_client_ends_a_backoff():
    client = make_client(httpx.ReadError("reset"))
    client.transport.clock.on_wait = client.close
    with pytest.raises(ClosedClientError, match="the client is closed"):
        client.get("/videos")
    assert client.requests_sent == 1


def test_an_error_that_is_no_fault_surfaces_as_it_is():
    with pytest.raises(ZeroDivisionError, match="a bug"):
        make_client(ZeroDivisionError("a bug")).get("/videos")


def test_a_place_is_given_back_after_any_error():
    client = make_client(ZeroDivisionError("a bug"), ok([]), rate_limit=(1, 60.0))
    with pytest.raises(ZeroDivisionError, match="a bug"):
        client.get("/videos")
    client.get("/videos")
    assert waited(client) == [pytest.approx(60, abs=0.01)]


def test_each_attempt_is_logged_without_query_or_key(caplog):
    caplog.set_level(logging.DEBUG, "trackagoat_pandas")
    make_client(refused(500), ok([])).get("/videos", {"search": "private"})
    first, second = (
        record.getMessage() for record in caplog.records if record.name == "trackagoat_pandas"
    )
    assert first == "GET /videos: 500 in 0.000 s, attempt 1"
    assert second == "GET /videos: 200 in 0.000 s, attempt 2"
    assert KEY[4:] not in caplog.text


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        *[("5", 5), (" 5 ", 5), ("1.5", 1.5), (0, 0), (3, 3)],
        *[(None, None), (True, None), ([], None), ("soon", None), ("-1", None)],
        *[("nan", None), ("inf", None), (10**400, None)],
    ],
)
def test_seconds_are_read_tolerantly(given, seconds):
    assert seconds_in(given) == seconds


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ("Mon, 15 Jun 2026 12:01:00 GMT", 60),
        ("Mon, 15 Jun 2026 12:01:00", 60),
        ("Mon, 15 Jun 2026 14:01:00 +0200", 60),
        ("Mon, 15 Jun 2026 11:00:00 GMT", 0),
        ("tomorrow", None),
        ("", None),
    ],
)
def test_a_date_is_read_as_seconds_from_now(given, seconds):
    assert header_seconds(given, NOON) == seconds
