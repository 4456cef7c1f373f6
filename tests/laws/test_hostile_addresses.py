"""Redirects, cursors, addresses and paths of a hostile server: none leads a request elsewhere."""

from __future__ import annotations

import json
from contextlib import contextmanager
from functools import partial

import pytest

import trackagoat_pandas as tgp
from tests.support.canned import Canned, connect_to
from tests.support.hostile import OK, ONE, VIDEOS, outcome_of, transports
from tests.support.http_doubles import (
    Scripted,
    client_of,
    http_response,
    ok,
    raw_server,
    socket_server,
)
from trackagoat_pandas import actions
from trackagoat_pandas.errors import (
    ConnectionFailedError,
    RedirectError,
    TrackaGoatError,
    UnreadableResponseError,
)


@contextmanager
def listening():
    """A place and every request that came to it, whole."""
    received = []

    def serve(connection, _number):
        received.append(connection.recv(65536))
        connection.sendall(http_response(OK))

    with socket_server(serve) as place:
        yield place, received


ELSEWHERE = [
    "http://{evil}/", "https://{evil}/", "//{evil}/", "///{evil}/", "/\\{evil}/", "\\\\{evil}\\",
    "http:/{evil}/", "http:{evil}", "http:///{evil}/", "\t//{evil}/", "/\t/{evil}/",
    "http://{own}@{evil}/", "http://{own}%40{evil}/", "http://{evil}#@{own}/",
    "http://{evil}\\@{own}/", "http://{own}\\@{evil}/", "http://x:y@{own}/", "ftp://{evil}/",
    "file:///etc/passwd", "javascript:alert(1)", "http://[", "//[", "http://a\u2100b/",
    "http://{own}:1/", "http://localhost.{evil}/", "https://{own}/api/v1/videos", "/\x7f",
    "/\x01", "/\xff", "/" + "a" * 65_517, "?", "#", "", "/videos\rX-Evil: 1", "http://{own}:99999",
]  # fmt: skip


@transports()
def test_a_redirect_takes_the_key_nowhere_else(transport):
    with listening() as (evil, received):

        def redirect(connection):
            own = f"127.0.0.1:{connection.getsockname()[1]}"
            target = location.format(evil=evil, own=own).encode()
            head = b"HTTP/1.1 302 X\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % target
            connection.sendall(head)

        with raw_server(redirect) as url:
            for location in ELSEWHERE:
                with client_of(url, transport(), max_wait_s=0) as client:
                    outcome = outcome_of(VIDEOS, client)
                    assert client.requests_sent <= 3, location
                kinds = RedirectError | ConnectionFailedError | UnreadableResponseError
                assert isinstance(outcome, kinds), location
    assert received == []


CURSORS = ["a\r\nX-Evil: 1", "\x00", "\u2028\u2029\x85", "&limit=1", "#", "?", "%0d%0a", "%", " "]


@transports()
def test_a_cursor_is_one_parameter_and_nothing_else(transport):
    for cursor in CURSORS:
        meta = {"hasMore": True, "nextCursor": cursor}
        pages = Scripted(ok([], **meta), ok([], hasMore=False))
        with client_of("http://127.0.0.1/api/v1", pages) as client:
            tgp.load_videos(client=client)
        asked = pages.requests[1].url
        assert asked.params.multi_items() == [("limit", "100"), ("cursor", cursor)]
        with (
            listening() as (address, received),
            client_of(f"http://{address}/api", transport()) as own,
        ):
            own.get("/videos", {"limit": 100, "cursor": cursor})
        line = asked.raw_path.replace(b"/api/v1", b"/api")
        assert received[0].splitlines()[0].split() == [b"GET", line, b"HTTP/1.1"]
        assert b"\nX-Evil" not in received[0]


UPLOADS = [
    "http://example.com/x", "https://[", "https://\u2100/", "https://a b/", "https://h:x/", "//h/",
    "https://" + "a" * 70 + ".com/", "https://a..b/", "https://k@h/", "file:///etc/passwd", "",
    "https://xn--a/", "https://h\r\nX: 1/", 7, None, ["https://h/"],
]  # fmt: skip


@pytest.mark.parametrize("address", UPLOADS)
def test_a_hostile_address_for_a_receipt_is_an_error(address, tmp_path):
    receipt = tmp_path / "receipt.pdf"
    receipt.write_bytes(b"%PDF-1.7")
    signed = b'{"data": {"upload_url": %s, "receipt_url": "x"}, "error": null, "meta": null}'
    body = signed % json.dumps(address).encode()
    with raw_server(http_response(body)) as url, client_of(url, max_wait_s=0) as client:
        outcome = outcome_of(partial(actions.upload_receipt, ONE, receipt), client)
        assert client.requests_sent == 1
    assert isinstance(outcome, TrackaGoatError)


@pytest.mark.parametrize(
    "path",
    ["//evil/comments", "https://evil/comments", "/../comments", "/a?b=/comments", "/a /comments"],
)
def test_a_path_that_the_server_describes_leads_nowhere_else(path):
    app = Canned({"/openapi.json": {"openapi": "3.1.0", "paths": {path: {"get": {}}}}})
    with connect_to(app) as client:
        outcome = outcome_of(partial(tgp.load_comments, ONE), client)
    assert isinstance(outcome, TrackaGoatError)
    assert {asked for asked, _ in app.asked} == {"/openapi.json"}
