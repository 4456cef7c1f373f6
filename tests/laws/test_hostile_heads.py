"""Odd waits, heads and status lines, and answers that drip: an error or harmless, and soon."""

from __future__ import annotations

from functools import partial

import pytest

from tests.support.canned import Canned
from tests.support.hostile import OK, VIDEOS, hung_up_on, outcome_of, transports
from tests.support.http_doubles import KEY, client_of, drip, raw_server
from tests.support.leaping import leaping_client
from trackagoat_pandas.errors import ConnectionFailedError, TrackaGoatError

LENGTH = b"Content-Length: %d" % len(OK)


WAITS = [
    "-1", "-0", "1e308", "1e-400", "NaN", "inf", "", " ", "0x10", "5;5", "9" * 60_000, "\xd9\xa3",
    "Fri, 31 Dec 9999 23:59:59 GMT", "Fri, 31 Dec 9999 23:59:59 -2300",
    "Mon, 01 Jan 0001 00:00:00 +2300", "0 0 0 0:0", "1\r\nX-Evil: 1",
]  # fmt: skip


@pytest.mark.parametrize("wait", WAITS)
def test_a_hostile_wait_ends_with_the_deadline(wait):
    head = f"HTTP/1.1 429 X\r\nRetry-After: {wait}\r\nX-RateLimit-Reset: {wait}\r\n"
    body = b"Content-Length: 0\r\n\r\n"
    with (
        raw_server(head.encode("latin-1") + body) as url,
        leaping_client(KEY, base_url=url, max_wait_s=600.0) as client,
    ):
        assert isinstance(outcome_of(VIDEOS, client), TrackaGoatError)
        assert client.requests_sent <= 100


@pytest.mark.parametrize("wait", [-1, 1e308, 10**400, "NaN", [], True, {"a": 1}])
def test_a_hostile_wait_in_meta_ends_with_the_deadline(wait):
    app = Canned({"/videos": (429, {"code": [], "retryAfter": wait})})
    with leaping_client(KEY, app, max_wait_s=600.0) as client:
        assert isinstance(outcome_of(VIDEOS, client), TrackaGoatError)
        assert client.requests_sent <= 100


HEADS = {
    "a length that is too long": [b"Content-Length: " + b"9" * 24],
    "a negative length": [b"Content-Length: -5"],
    "a length in words": [b"Content-Length: many"],
    "a length without an end": [b"Content-Length: " + b"9" * 5_000],
    "two lengths": [LENGTH, b"Content-Length: 3"],
    "two lengths the other way": [b"Content-Length: 3", LENGTH],
    "a megabyte in a line": [LENGTH, b"X: " + b"a" * 5_000_000],
    "a hundred thousand lines": [LENGTH, *(b"X-%d: a" % number for number in range(100_000))],
    "an odd type": [LENGTH, b"Content-Type: \xff\x01"],
    "utf-7": [LENGTH, b"Content-Type: application/json; charset=utf-7"],
    "a type of 50,000 letters": [LENGTH, b"Content-Type: " + b"a" * 50_000],
    "no colon": [LENGTH, b"nonsense"],
    "odd limits": [LENGTH, b"X-RateLimit-Limit: -1", b"X-RateLimit-Remaining: NaN"],
    "an unknown encoding": [LENGTH, b"Content-Encoding: \xff"],
    "9,000 encodings": [LENGTH, b"Content-Encoding: " + b", ".join([b"gzip"] * 9_000)],
    "a negative chunk": [b"Transfer-Encoding: chunked"],
}


@transports()
@pytest.mark.parametrize("head", HEADS)
def test_an_odd_head_is_an_error_or_harmless(head, transport):
    content = b"\r\n".join([b"HTTP/1.1 200 OK", *HEADS[head], b"", OK])
    with (
        raw_server(hung_up_on(content)) as url,
        client_of(url, transport(), max_wait_s=0) as client,
    ):
        outcome = outcome_of(VIDEOS, client)
    assert isinstance(outcome, TrackaGoatError) or outcome["id"].tolist() == ["a"]


@transports()
@pytest.mark.parametrize("line", ["\x00\xff hello", "HTTP/1.1 000 X", "HTTP/1.1 -1 X", "HTTP/0.9"])
def test_a_status_line_of_garbage_is_an_error(line, transport):
    told = line.encode("latin-1") + b"\r\n\r\n"
    with raw_server(told) as url, client_of(url, transport(), max_wait_s=0) as client:
        assert isinstance(outcome_of(VIDEOS, client), ConnectionFailedError)


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x" % len(OK)
WHOLE = CHUNKED + b"\r\n%s\r\n0\r\n" % OK
DRIPS = {
    "headers": (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
    "one header": (b"HTTP/1.1 200 OK\r\nX: ", b"y"),
    "the status": (b"HTTP/1.1 200 ", b"y"),
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "trailers": (WHOLE, b"X: y\r\n"),
    "a chunk's head": (CHUNKED + b";a=", b"y"),
    "the body": (b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n", b" "),
}


@pytest.mark.parametrize(("first", "again"), DRIPS.values(), ids=DRIPS)
def test_what_drips_for_ever_ends_with_its_time(first, again):
    scene = partial(drip, first=first, again=again)
    with raw_server(scene) as url, client_of(url, timeout_s=0.2, max_wait_s=0) as client:
        outcome = outcome_of(VIDEOS, client)
    assert isinstance(outcome, ConnectionFailedError)
    assert "the response wasn't complete after 0.2 s" in str(outcome)
