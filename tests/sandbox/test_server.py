"""The server on real sockets, and the sandbox that puts everything together."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from contextlib import ExitStack
from typing import Self
from urllib.parse import urlsplit

import pytest

from tests.support.waiting import PATIENCE_S, join, threads_named, wait_until
from trackagoat_pandas.sandbox import Faults, Sandbox, sandbox, server
from trackagoat_pandas.sandbox.server import Server

SMALL = {"creators": 2, "days": 20, "rate_limit": None}


def target(box: Sandbox) -> tuple[str, int]:
    parts = urlsplit(box.base_url)
    return parts.hostname, parts.port


class Paused:
    """A module `time` whose sleeps, after the first, wait for an event."""

    def __init__(self, event: threading.Event) -> None:
        self.event, self.count = event, 0

    def sleep(self, _seconds: float) -> None:
        self.count += 1
        assert self.count == 1 or self.event.wait(PATIENCE_S)


class Connection:
    """One kept-alive connection to a sandbox."""

    def __init__(self, box: Sandbox) -> None:
        self.box = box
        self.http = http.client.HTTPConnection(*target(box), timeout=PATIENCE_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def get(self, path: str = "/projects", method: str = "GET", **more):
        headers = {"Authorization": f"Bearer {self.box.key}"}
        self.http.request(method, f"/api/v1{path}", headers=headers, **more)
        return self.http.getresponse()


@pytest.fixture(scope="module")
def box():
    with sandbox(**SMALL) as box:
        yield box


def with_fault(kind, **options):
    return sandbox(**SMALL, faults=Faults(plan={1: kind}, **options))


def test_one_connection_serves_many_requests(box):
    with Connection(box) as connection:
        for _ in range(3):
            response = connection.get()
            assert (response.status, response.version) == (200, 11)
            assert json.loads(response.read())["error"] is None
            sock = connection.http.sock
            assert sock is not None
        assert connection.http.sock is sock


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200), ("127.0.0.1:1", 200), ("localhost:8765", 200), ("LOCALHOST", 200),
        ("[::1]:8765", 200), (None, 200), ("10.0.0.7", 421), ("[fe80::1]:8765", 421),
        ("evil.example", 421), ("evil.example:8765", 421), ("localhost.evil.example", 421),
        ("127.0.0.1.evil.example", 421), ("127.0.0.1@evil.example", 421), ("[::1", 421),
        ("evil.example, localhost", 421),
    ],
)  # fmt: skip
def test_requests_to_names_of_other_hosts_are_refused(box, host, status):
    before = box.requests
    with Connection(box) as connection:
        connection.http.putrequest("GET", "/api/v1/projects", skip_host=True)
        connection.http.putheader("Authorization", f"Bearer {box.key}")
        if host is not None:
            connection.http.putheader("Host", host)
        connection.http.endheaders()
        assert connection.http.getresponse().status == status
    assert box.requests - before == (status == 200)


def test_name_that_the_server_was_started_with_is_accepted(monkeypatch):
    with sandbox(**SMALL).serve() as box:
        monkeypatch.setattr(box._server, "name", "my-machine.example")
        with Connection(box) as connection:
            connection.http.putrequest("GET", "/api/v1/projects", skip_host=True)
            connection.http.putheader("Authorization", f"Bearer {box.key}")
            connection.http.putheader("Host", "My-Machine.example:8765")
            connection.http.endheaders()
            assert connection.http.getresponse().status == 200


def test_idle_connections_beyond_the_bound_are_closed(monkeypatch):
    monkeypatch.setattr(server, "MOST_IDLE", 3)
    with sandbox(**SMALL).serve() as box, ExitStack() as opened:
        connections = [opened.enter_context(Connection(box)) for _ in range(8)]
        for connection in connections[:4]:
            connection.get().read()
            wait_until(lambda: len(box._server._idle) == len(box._server._open))
        for connection in connections[4:]:
            connection.http.connect()
        # All but the last 3 have been idle for longer, and are closed, unused ones as well.
        assert [connection.http.sock.recv(1) for connection in connections[:5]] == [b""] * 5
        wait_until(lambda: len(box._server._open) == 3)
        for connection in connections[5:]:
            assert connection.get().status == 200


def test_connection_that_is_answered_is_not_idle(monkeypatch):
    monkeypatch.setattr(server, "MOST_IDLE", 1)
    asked, go_on = threading.Event(), threading.Event()
    with sandbox(**SMALL).serve() as box, Connection(box) as connection, ExitStack() as opened:
        application = box._server.application

        def wait_and_answer(environ, start_response):
            asked.set()
            assert go_on.wait(PATIENCE_S)
            return application(environ, start_response)

        monkeypatch.setattr(box._server, "application", wait_and_answer)
        answering = threading.Thread(target=lambda: statuses.append(connection.get().status))
        statuses: list[int] = []
        answering.start()
        assert asked.wait(PATIENCE_S)
        others = [opened.enter_context(Connection(box)) for _ in range(3)]
        for other in others:
            other.http.connect()
        assert others[0].http.sock.recv(1) == b""
        go_on.set()
        join(answering)
        assert statuses == [200]


def test_small_answers_are_not_held_back(box, monkeypatch):
    # Without TCP_NODELAY, a delayed acknowledgement may hold an answer back for 40 ms.
    delays = []
    handle = server._Handler.handle

    def note_delay(handler):
        option = handler.connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        delays.append(option == 0)
        handle(handler)

    monkeypatch.setattr(server._Handler, "handle", note_delay)
    with Connection(box) as connection:
        connection.get("/videos?limit=1").read()
    assert delays == [False]


def test_many_connections_are_answered_at_once(box):
    statuses = []

    def ask():
        with Connection(box) as connection:
            for _ in range(5):
                response = connection.get("/videos?limit=5")
                response.read()
                statuses.append(response.status)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 40


def test_the_query_arrives_whole(box):
    with Connection(box) as connection:
        body = json.loads(connection.get("/creators?search=%F0%9F%90%90&limit=7").read())
    assert body["data"] == []
    assert box.log[-1].target == "/api/v1/creators?search=%F0%9F%90%90&limit=7"


def test_a_body_that_nobody_reads_does_not_spoil_the_connection(box):
    with Connection(box) as connection:
        response = connection.get(method="POST", body=b"GET / HTTP/1.1\r\n\r\n")
        assert response.status == 405
        response.read()
        assert connection.get().status == 200


def test_head_leaves_the_connection_usable(box):
    with Connection(box) as connection:
        response = connection.get(method="HEAD")
        assert response.read() == b""
        assert int(response.headers["Content-Length"]) > 0
        assert connection.get().status == 200


def test_there_is_one_date_and_it_is_the_sandboxs(box):
    with Connection(box) as connection:
        dates = connection.get().headers.get_all("Date")
    assert dates == ["Thu, 18 Jun 2026 19:00:00 GMT"]


def test_a_reset_really_breaks_the_connection():
    reset = pytest.raises(ConnectionResetError, match="reset")
    with with_fault("reset") as box, Connection(box) as connection, reset:
        connection.get()


def test_a_cut_body_ends_early_with_the_connection():
    with with_fault("cut") as box, Connection(box) as connection:
        response = connection.get()
        promised = int(response.headers["Content-Length"])
        with pytest.raises(http.client.IncompleteRead, match="more expected") as caught:
            response.read()
        assert len(caught.value.partial) == promised // 2


def test_a_slow_body_comes_in_pieces(monkeypatch):
    asked_for_more = threading.Event()
    monkeypatch.setattr("trackagoat_pandas.sandbox.faults.time", Paused(asked_for_more))
    with with_fault("slow") as box, Connection(box) as connection:
        response = connection.get()
        first = response.read(1)  # while the server waits before the second piece
        asked_for_more.set()
        assert json.loads(first + response.read())["error"] is None


@pytest.mark.parametrize(
    ("kind", "status"),
    [("429", 429), ("500", 500), ("html", 200), ("empty", 200), ("redirect", 308)],
)
def test_other_faults_leave_the_connection_usable(kind, status):
    with with_fault(kind) as box, Connection(box) as connection:
        response = connection.get()
        response.read()
        assert response.status == status
        assert connection.get().status == 200


def test_a_malformed_request_is_400_and_no_request():
    with sandbox(**SMALL) as box:
        with socket.create_connection(target(box), timeout=PATIENCE_S) as raw:
            raw.sendall(b"nonsense\r\n\r\n")
            assert b"400" in raw.recv(1000)
        assert box.requests == 0


@pytest.mark.parametrize(
    "header",
    [
        "Content-Length: -5",
        "Content-Length: many",
        "Content-Length: 99999999999999999999",
        "Transfer-Encoding: chunked",
    ],
)
def test_a_body_of_unknown_length_is_400(box, header):
    with socket.create_connection(target(box), timeout=PATIENCE_S) as raw:
        raw.sendall(f"GET /api/v1/projects HTTP/1.1\r\n{header}\r\n\r\n".encode())
        assert raw.recv(1000).startswith(b"HTTP/1.1 400")


def test_serving_twice_is_serving_once():
    with sandbox(**SMALL) as box:
        address = box.serve().base_url
        assert box.serve().base_url == box.base_url == address


def test_server_starts_when_its_address_is_read():
    before = threads_named("sandbox:")
    with sandbox(**SMALL) as box:
        assert threads_named("sandbox:") <= before
        assert box.base_url.startswith("http://127.0.0.1:")
        assert box.base_url.endswith("/api/v1")
        assert len(threads_named(f"sandbox:{target(box)[1]}")) == 1


def test_closing_ends_idle_connections_and_their_threads():
    with sandbox(**SMALL) as box:
        connection = Connection(box)
        connection.get().read()
        host, port = target(box)
        threads = threads_named(f"sandbox:{port}")
        assert len(threads) == 2  # the server's, and the connection's
    assert not any(thread.is_alive() for thread in threads)
    connection.http.close()
    with pytest.raises(ConnectionRefusedError, match="refused"):
        socket.create_connection((host, port), timeout=PATIENCE_S)


def test_closing_wakes_the_server(monkeypatch):
    monkeypatch.setattr(Server, "timeout", 3600.0)  # else it looks once a second by itself
    box = sandbox(**SMALL).serve()
    closing = threading.Thread(target=box.close, daemon=True)
    closing.start()
    join(closing)
    assert not closing.is_alive()


def test_closing_twice_is_closing_once():
    box = sandbox(**SMALL).serve()
    box.close()
    box.close()
    assert "not served" in repr(box)


def test_waiting_ends_when_the_sandbox_is_closed():
    box = sandbox(**SMALL).serve()
    thread = threading.Thread(target=box.wait)
    thread.start()
    with Connection(box) as connection:
        assert connection.get().status == 200
    assert thread.is_alive()
    box.close()
    join(thread)


def test_the_repr_shows_the_clock_and_address_but_not_the_key():
    with sandbox(**SMALL) as box:
        assert "2026-06-18T19:00:00Z, not served" in repr(box)
        assert box.base_url in repr(box)
        assert box.key not in repr(box) + repr(vars(box))


def test_a_file_keeps_the_world_for_the_next_sandbox(tmp_path):
    path = tmp_path / "world.sqlite"
    with sandbox(**SMALL, path=path) as box, Connection(box) as connection:
        first = connection.get("/videos").read()
    with sandbox(seed=99, rate_limit=None, path=path) as box, Connection(box) as connection:
        assert connection.get("/videos").read() == first


def test_arguments_that_make_no_world_leave_nothing_open():
    with pytest.raises(ValueError, match="creators"):
        sandbox(creators=0)
