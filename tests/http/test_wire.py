"""The wire against a real server: broken connections, odd bodies, and no key in any traceback."""

from __future__ import annotations

import gc
import gzip
import itertools
import socket
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.heavy import every
from tests.support.http_doubles import (
    KEY,
    Scripted,
    client_of,
    http_response,
    raw_server,
    reset,
    traceback_of,
)
from tests.support.plain_server import KEY as PLAIN_KEY
from tests.support.plain_server import plain_server
from tests.support.relays import Gate, Relay, answering, serving
from tests.support.waiting import PATIENCE_S, wait_until
from trackagoat_pandas.errors import (
    ClosedClientError,
    ConnectionFailedError,
    TrackaGoatError,
    UnreadableResponseError,
)
from trackagoat_pandas.http import wire
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.inputs.settings import DEFAULT_BASE_URL, resolve_settings

GOOD = http_response(b'{"data": [1], "error": null, "meta": null}')
CUT = http_response(b'{"data": [1', length=500)


def cut_chunks(connection):
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    connection.sendall(head + b"b\r\n" + b'{"data": [1' + b"\r\n")


def drop(connection):
    connection.shutdown(socket.SHUT_RDWR)


def garbage(connection):
    connection.sendall(b"\x00\x01 not http at all\r\n\r\n")


def reset_later(connection):
    connection.sendall(GOOD[:-5])
    reset(connection)


def is_readable(stream):
    """Whether there is something to read from a connection, such as its end."""
    return stream.get_extra_info("is_readable")


NO_GZIP = http_response(b"not gzip", extra=b"Content-Encoding: gzip\r\n")
FAULTS = [reset, reset_later, drop, garbage, CUT, cut_chunks, NO_GZIP]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_answer_is_asked_for_again_and_is_an_error_without_the_key(fault):
    with raw_server(fault, GOOD) as url, client_of(url) as client:
        page = client.get("/videos")
    assert (page.data, page.attempts) == ([1], 2)
    with (
        raw_server(fault) as url,
        client_of(url) as client,
        pytest.raises(ConnectionFailedError, match=r"6 attempts \(\w+Error") as caught,
    ):
        client.get("/videos")
    text = traceback_of(caught.value)
    assert "wire.py" in text
    assert KEY[4:] not in text


def test_a_server_that_is_not_there_is_an_error():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with (
        client_of(f"http://127.0.0.1:{port}/api") as client,
        pytest.raises(ConnectionFailedError, match="ConnectError"),
    ):
        client.get("/videos")


def press_ctrl_c_at(step: int, act) -> bool:
    """Act, with Ctrl-C pressed at the step of this number; whether it came so far.

    A step is where the interpreter looks for signals: a function's first line, or a return from C.
    """
    steps = itertools.count()

    def profile(frame, event, argument):
        if event in ("call", "c_return") and next(steps) == step:
            sys.setprofile(None)
            raise KeyboardInterrupt

    gc.disable()  # else it is pressed in a callback of another package, which can only report it
    sys.setprofile(profile)
    try:
        act()
    except KeyboardInterrupt:
        return True
    finally:
        sys.setprofile(None)
        gc.enable()
    return False


@pytest.mark.parametrize("limit", [None, (10_000, 60.0)])
def test_ctrl_c_at_any_step_leaves_every_place_free(monkeypatch, limit):
    unraisable = []
    monkeypatch.setattr(sys, "unraisablehook", unraisable.append)
    with (
        plain_server({"/videos": [({}, b'{"data": [1], "error": null, "meta": null}')]}) as server,
        Client(
            resolve_settings(
                PLAIN_KEY, base_url=server.base_url, max_workers=1, rate_limit=limit, timeout_s=5
            )
        ) as client,
    ):
        gc.collect()  # an interrupt in what ends another test's connection would be lost
        for step in range(0, 10_000, every(17)):
            came = press_ctrl_c_at(step, lambda: client.get("/videos"))
            assert client.get("/videos").data == [1]
            assert not client._log._under_way
            assert not client._log._queue
            if not came:
                break
    gc.collect()
    assert step > 500
    assert unraisable == []


def test_silence_is_a_timeout():
    over = threading.Event()
    with raw_server(lambda connection: over.wait(PATIENCE_S), GOOD) as url:
        with (
            client_of(url, timeout_s=0.1) as client,
            pytest.raises(ConnectionFailedError, match="ReadTimeout"),
        ):
            client.request("POST", "/videos", json={})
        over.set()


def test_a_flood_of_interim_answers_is_an_error(monkeypatch):
    monkeypatch.setattr(wire, "_HEAD_BYTES", 1 << 17)

    def flood(connection):
        try:
            while True:
                connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)
        except OSError:
            return

    with (
        raw_server(flood) as url,
        client_of(url, max_wait_s=0) as client,
        pytest.raises(ConnectionFailedError, match="the answer has no end"),
    ):
        client.get("/videos")


def test_a_body_in_many_pieces_is_read_to_its_end(monkeypatch):
    # However fast the pieces come, each read gets at most 20 bytes.
    read = wire._Stream.read
    monkeypatch.setattr(wire._Stream, "read", lambda self, _, timeout: read(self, 20, timeout))
    with raw_server(GOOD) as url, client_of(url) as client:
        assert client.get("/videos").data == [1]


def test_closing_ends_the_reads_of_32_threads():
    gate = Gate()
    with serving(Relay(answering(b'{"data": []}'), gate)) as url, ThreadPoolExecutor(32) as pool:
        client = client_of(url, rate_limit=None, timeout_s=4 * PATIENCE_S)
        asked = [pool.submit(client.get, "/videos") for _ in range(32)]
        gate.await_held(32)
        client.close()
        errors = [one.exception() for one in asked]
        gate.let_go.set()
    assert {type(error) for error in errors} == {ClosedClientError}
    assert not gate.is_overdue  # what isn't woken ends with its answer or its timeout


def test_a_connection_that_the_server_closed_meanwhile_costs_no_attempt():
    with raw_server(GOOD) as url, client_of(url) as client:
        for _ in range(5):
            assert client.get("/videos").attempts == 1
            # The server closes each connection after its answer.
            wait_until(lambda: all(map(is_readable, client._wire._transport._network._streams)))


@pytest.mark.parametrize(
    "interim",
    [
        b"HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 102 Processing\r\n\r\n" * 3,
        b"HTTP/1.1 199 X\r\n\r\n",
    ],
)
def test_an_interim_answer_is_not_the_answer(interim):
    with raw_server(interim + GOOD) as url, client_of(url) as client:
        page = client.get("/videos")
    assert (page.status, page.data, page.attempts) == (200, [1], 1)


def test_a_change_of_protocol_that_nobody_asked_for_is_an_error():
    switch = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"
    with (
        raw_server(switch + GOOD) as url,
        client_of(url, max_wait_s=0, timeout_s=1) as client,
        pytest.raises(TrackaGoatError, match="/videos: "),
    ):
        client.get("/videos")


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n"


def test_chunks_and_trailers_are_read_and_the_connection_goes_on():
    body = b'4;x=y\r\n{"da\r\n9\r\nta": [1]}\r\n0\r\nX: y\r\n\r\n'
    seen = []

    def twice(connection):
        connection.sendall(CHUNKED + body)
        seen.append(connection.recv(65536))
        connection.sendall(CHUNKED + body)

    with raw_server(twice) as url, client_of(url) as client:
        assert [client.get("/videos").data for _ in range(2)] == [[1], [1]]
    assert len(seen) == 1


@pytest.mark.parametrize("more", [GOOD.replace(b"[1]", b"[6]"), b"\r\n", b"}]}", GOOD[:30]])
def test_what_comes_behind_an_answer_is_never_taken_for_the_next_one(more):
    def hurry(connection):
        connection.sendall(GOOD + more)
        if connection.recv(65536):
            connection.sendall(GOOD)

    with raw_server(hurry, GOOD) as url, client_of(url) as client:
        assert [client.get("/videos").data for _ in range(3)] == [[1], [1], [1]]


def test_a_body_of_another_length_than_it_says_is_no_answer():
    short = http_response(b'{"data": [1]}xxx', length=13)
    with raw_server(short, GOOD) as url, client_of(url) as client:
        assert [client.get("/videos").data for _ in range(2)] == [[1], [1]]
    with (
        raw_server(http_response(b'{"data": [1]}', length=9)) as url,
        client_of(url, max_wait_s=0) as client,
        pytest.raises(TrackaGoatError, match="/videos: "),
    ):
        client.get("/videos")


@pytest.mark.filterwarnings("error")
def test_no_socket_is_left_open(monkeypatch):
    unraisable = []
    monkeypatch.setattr(sys, "unraisablehook", unraisable.append)
    scenes = (GOOD, reset, CUT, garbage, GOOD)
    with raw_server(*scenes) as url:
        with client_of(url) as client:
            for _ in range(3):
                client.get("/videos")
        client = client_of(url)
        client.get("/videos")
        del client
        gc.collect()
    assert unraisable == []


@pytest.mark.parametrize("packing", [b"gzip", b"x-gzip", b"X-GZIP"])
def test_a_compressed_body_is_read(packing):
    body = gzip.compress(b'{"data": [1]}')
    page = http_response(body, extra=b"Content-Encoding: %s\r\n" % packing)
    with raw_server(page) as url, client_of(url) as client:
        assert client.get("/videos").data == [1]


def test_a_body_without_end_is_not_kept():
    class Endless(httpx.SyncByteStream):
        read = 0

        def __iter__(self):
            while True:
                Endless.read += 1
                yield b" " * 2**20

    client = Client(
        resolve_settings(KEY), transport=Scripted(httpx.Response(200, stream=Endless()))
    )
    with pytest.raises(UnreadableResponseError, match="larger than 67,108,864 bytes"):
        client.get("/videos")
    assert Endless.read == 65
    assert client.requests_sent == 1


def test_more_threads_than_connections_take_turns():
    with (
        raw_server(GOOD) as url,
        client_of(url, max_workers=1) as client,
        ThreadPoolExecutor(5) as pool,
    ):
        pages = list(pool.map(client.get, ["/videos"] * 5))
    assert [page.data for page in pages] == [[1]] * 5


def failing(request):
    secret = request.headers["authorization"]  # noqa: F841 - a local variable is the point
    raise httpx.ReadError("reset")


def failing_badly(request):
    secret = bytes(request.headers["authorization"], "ascii")  # noqa: F841
    raise ZeroDivisionError("a bug")


def interrupted(request):
    secret = request.headers.raw  # noqa: F841
    raise KeyboardInterrupt


def failing_in_a_circle(request):
    secret = request.headers["authorization"]  # noqa: F841
    fault = httpx.ReadError("reset")
    raise fault from fault


@pytest.mark.parametrize("transport", [failing, failing_badly, failing_in_a_circle, interrupted])
def test_no_traceback_shows_the_key_with_its_locals(transport):
    client = client_of(DEFAULT_BASE_URL, Scripted(transport))
    with pytest.raises(BaseException, match=r"attempts|a bug|^$") as caught:
        client.get("/videos")
    text = traceback_of(caught.value)
    assert "_exchange" in text
    assert KEY[4:] not in text


def test_no_traceback_of_a_failing_application_shows_the_key():
    def app(environ, start_response):
        raise ConnectionResetError(environ["HTTP_AUTHORIZATION"])

    client = client_of(DEFAULT_BASE_URL, app)
    with pytest.raises(ConnectionFailedError, match="Bearer tga_…") as caught:
        client.get("/videos")
    assert KEY[4:] not in str(caught.value)
