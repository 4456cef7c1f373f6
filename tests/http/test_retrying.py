"""What is sent again, after how long, and when waiting is given up."""

from __future__ import annotations

import datetime as dt
import logging
import random

import httpx
import pytest

from tests.support.http_doubles import KEY, NOON, FakeClock, answer, make_client, ok, refused
from trackagoat_pandas.errors import (
    BadRequestError,
    ClosedClientError,
    ConnectionFailedError,
    CutShortError,
    DeadlineError,
    RateLimitedError,
    RequestBudgetError,
    ServerError,
    UnreadableResponseError,
)
from trackagoat_pandas.http.retrying import backoff_s, header_seconds, seconds_in
from trackagoat_pandas.http.session import Session, session_of

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
    return session_of(client).transport.clock.waits


HTML = b"<html>Bad gateway</html>"
SETBACKS = [
    *FAULTS,
    *(refused(status) for status in (500, 502, 503, 504, 520)),
    answer(502, HTML),
    *(answer(200, body) for body in (b"", b"  \n", b'{"data": [1, 2', b'{"data": "caf\xc3')),
]


@pytest.mark.parametrize("setback", SETBACKS, ids=repr)
def test_a_get_survives_a_setback(setback):
    page = make_client(setback, ok([1])).get("/videos")
    assert (page.data, page.attempts) == ([1], 2)


@pytest.mark.parametrize(
    ("setback", "kind", "problem"),
    [
        (FAULTS[3], ConnectionFailedError, r"/videos: no answer after 6 attempts \(ReadErr"),
        (refused(503, "internal_error", "down"), ServerError, "HTTP 503 internal_error: down"),
        (answer(502, HTML), ServerError, "HTTP 502: the body is an HTML page"),
        (answer(200, b'{"data": ['), CutShortError, "ends before its JSON does"),
    ],
)
def test_six_attempts_are_made_with_waits_that_double(setback, kind, problem):
    client = make_client(setback)
    with pytest.raises(kind, match=problem):
        client.get("/videos")
    assert client.requests_sent == 6
    assert waited(client) == [0.5, 1, 2, 4, 8]


@pytest.mark.parametrize(
    ("method", "setback", "kind", "problem"),
    [
        ("GET", refused(400, "invalid_query"), BadRequestError, "invalid_query"),
        ("GET", answer(200, HTML), UnreadableResponseError, "HTML"),
        *(
            (method, FAULTS[1], ConnectionFailedError, "after 1 attempt ")
            for method in ("POST", "PATCH", "DELETE", "PUT")
        ),
        ("POST", refused(500), ServerError, "HTTP 500"),
        ("POST", answer(201, b""), CutShortError, "the body is empty"),
    ],
)
def test_what_was_refused_or_may_have_been_carried_out_is_not_sent_again(
    method, setback, kind, problem
):
    client = make_client(setback, ok({}))
    with pytest.raises(kind, match=problem):
        client.request(method, "/videos", json=None if method == "GET" else {})
    assert client.requests_sent == 1


@pytest.mark.parametrize(
    "setback",
    [
        httpx.ConnectError("no"),
        httpx.ConnectTimeout("no"),
        ConnectionRefusedError(),
        refused(429, "rate_limit_exceeded"),
    ],
)
def test_a_write_that_was_surely_not_carried_out_is_sent_again(setback):
    page = make_client(setback, ok({"id": 1})).request("POST", "/videos", json={})
    assert (page.data, page.attempts) == ({"id": 1}, 2)


def test_backoff_has_full_jitter_and_an_upper_bound():
    chance = random.Random(1).random
    waits = [backoff_s(times, chance) for times in range(1, 2000)]
    assert max(waits) <= 30
    assert min(waits[10:]) < 1
    assert max(waits[10:]) > 29


@pytest.mark.parametrize("setback", [httpx.ReadTimeout("slow"), refused(500), answer(201, b"")])
def test_a_write_with_an_idempotency_key_is_repeated_with_the_same_key(setback):
    client = make_client(setback, ok({"id": 1}))
    client.request("POST", "/videos", json={"a": 1}, idempotency_key="once")
    sent = session_of(client).transport.requests
    assert [request.headers["idempotency-key"] for request in sent] == ["once", "once"]
    assert [request.content for request in sent] == [b'{"a":1}'] * 2


SEVEN = {"headers": {"retry_after": "7"}}
IN_25_S = "Mon, 15 Jun 2026 12:00:25 GMT"
LONG_AGO = {"retry_after": "Mon, 15 Jun 2020 00:00:25 GMT", "date": "Mon, 15 Jun 2020 00:00:00 GMT"}


@pytest.mark.parametrize(
    ("refusal", "seconds"),
    [
        *(
            (refused(429, code, **SEVEN), 7)
            for code in ("rate_limit_exceeded", "too_many_requests", None)
        ),
        (refused(429, headers={"retry_after": IN_25_S}), 25),
        (refused(429, headers=LONG_AGO), 25),  # by the server's own clock
        (refused(429, retryAfter=9), 9),
        (refused(429), 60),
        (answer(429, HTML, retry_after="3"), 3),
        (refused(503, headers={"retry_after": "40"}), 40),
    ],
)
def test_a_refusal_waits_as_long_as_it_says_or_a_minute(refusal, seconds):
    client = make_client(refusal, ok([]))
    client.get("/videos")
    assert waited(client) == [pytest.approx(seconds)]


@pytest.mark.parametrize(
    ("refusal", "max_wait_s", "problem"),
    [
        (
            refused(503, headers={"retry_after": "40"}),
            30,
            "HTTP 503.* come back at 2026-06-15 12:00:40",
        ),
        (refused(429, headers={"retry_after": "20"}), 50, "429"),  # several add up
        (refused(429, headers={"retry_after": "9" * 30}), 900, "come back at 2027"),
    ],
)
def test_a_wait_that_passes_the_deadline_is_an_error(refusal, max_wait_s, problem):
    client = make_client(refusal, max_wait_s=max_wait_s)
    with pytest.raises(DeadlineError, match=problem):
        client.get("/videos")
    assert sum(waited(client)) <= max_wait_s


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


def test_a_request_that_the_deadline_forbids_is_not_taken_from_the_budget():
    clock = FakeClock()
    client = make_client(ok([]), clock=clock, rate_limit=(2, 60.0), max_wait_s=30)
    limited = Session(client, budget=3)
    limited.get("/videos")
    limited.get("/videos")
    with pytest.raises(DeadlineError, match="the rate limit allows no request before then"):
        limited.get("/videos")
    clock.elapsed_s += 60
    limited.get("/videos")
    with pytest.raises(RequestBudgetError, match="max_requests=3"):
        limited.get("/videos")


def test_a_fault_is_not_repeated_past_the_deadline():
    client = make_client(httpx.ReadError("reset"), max_wait_s=2)
    with pytest.raises(ConnectionFailedError, match="after 3 attempts"):
        client.get("/videos")
    assert waited(client) == [0.5, 1]


def test_closing_the_client_ends_a_backoff():
    client = make_client(httpx.ReadError("reset"))
    session_of(client).transport.clock.on_wait = client.close
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
