"""Doubles for the tests of http: a clock, scripted transports, raw servers, and clients of them."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import json
import socket
import struct
import threading
import traceback
from contextlib import contextmanager

import httpx

from tests.support.waiting import PATIENCE_S
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.pacing import Clock
from trackagoat_pandas.inputs.settings import resolve_settings

KEY = "tga_" + "0123456789abcdef" * 4
NOON = dt.datetime(2026, 6, 15, 12, 0, tzinfo=dt.UTC)


class FakeClock:
    """A clock that moves only when somebody waits on it, and then jumps over the wait."""

    def __init__(self) -> None:
        self.elapsed_s = 0.0
        self.waits: list[float] = []
        self.on_wait = lambda: None
        self._lock = threading.Lock()

    def monotonic(self) -> float:
        return 1000.0 + self.elapsed_s

    def now(self) -> dt.datetime:
        return NOON + dt.timedelta(seconds=self.elapsed_s)

    def wait(self, event: threading.Event, timeout_s: float | None) -> bool:
        if timeout_s is None:  # behind other threads in the queue, which wake it
            return event.wait()
        self.waits.append(timeout_s)
        self.on_wait()
        with self._lock:
            self.elapsed_s += 0.0 if event.is_set() else timeout_s
        return event.is_set()


class WatchedClock(Clock):
    """The machine's clock, on which tests see when a thread waits."""

    def __init__(self) -> None:
        self._waits = threading.Semaphore(0)

    def wait(self, event: threading.Event, timeout_s: float | None) -> bool:
        self._waits.release()
        return super().wait(event, timeout_s)

    def await_waits(self, count: int) -> None:
        for _ in range(count):
            assert self._waits.acquire(timeout=PATIENCE_S)


class Scripted(httpx.BaseTransport):
    """Gives the scripted answers one after the other, and the last one again and again."""

    def __init__(self, *answers) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.closed = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def close(self) -> None:
        self.closed += 1


def answer(status=200, body=b"", **headers) -> httpx.Response:
    """A response with any body; a dict is sent as JSON."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    content = json.dumps(body).encode() if isinstance(body, dict) else body
    return httpx.Response(status, content=content, headers=named)


def ok(data=None, **meta) -> httpx.Response:
    return answer(200, {"data": data, "error": None, "meta": meta or None})


def refused(status, code=None, message="no", headers=None, **meta) -> httpx.Response:
    meta = {"code": code, **meta} if code else meta
    return answer(status, {"data": None, "error": message, "meta": meta}, **(headers or {}))


def make_client(*answers, clock=None, chance=lambda: 1.0, **settings) -> Client:
    """A client of scripted answers; its session's ``transport`` is the script, with the clock."""
    script = Scripted(*(answers or (ok([]),)))
    script.clock = clock or FakeClock()
    settings = resolve_settings(KEY, **settings)
    return Client(settings, transport=script, clock=script.clock, chance=chance)


def client_of(base_url, transport=None, **settings) -> Client:
    """A client of a server, whose retries come without a wait."""
    settings = resolve_settings(KEY, base_url=base_url, **settings)
    return Client(settings, transport=transport, chance=lambda: 0.0)


def traceback_of(error: BaseException) -> str:
    """A traceback with the local variables of all frames."""
    given = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "".join(given.format())


def http_response(body: bytes, *, length: int | None = None, status="200 OK", extra=b"") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: "
    return (
        head.encode()
        + str(len(body) if length is None else length).encode()
        + (b"\r\n" + extra + b"\r\n" + body)
    )


def reset(connection: socket.socket) -> None:
    """Close so that the other side sees a reset instead of an end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def drip(connection: socket.socket, first: bytes = b"", again: bytes = b"X") -> None:
    """Send something, then a little again and again, until the other side closes."""
    with contextlib.suppress(OSError):
        connection.sendall(first)
        connection.settimeout(0.02)
        for _ in range(int(PATIENCE_S / 0.02)):
            connection.sendall(again)
            with contextlib.suppress(TimeoutError):
                if not connection.recv(1):
                    return


def received_head(connection) -> bytes:
    """Read a request up to the end of its head, or what comes before the other side is gone."""
    received = b""
    while b"\r\n\r\n" not in received:
        part = connection.recv(65536)
        if not part:
            break
        received += part
    return received


@contextmanager
def socket_server(serve):
    """Have each connection, and its number from 0, served in a thread; give host and port."""
    listener = socket.create_server(("127.0.0.1", 0))
    threads = []

    def attend(connection, number):
        with connection, contextlib.suppress(OSError):
            serve(connection, number)

    def accept():
        for number in itertools.count():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=attend, args=(connection, number), daemon=True)
            threads.append(thread)
            thread.start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield "{}:{}".format(*listener.getsockname())
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for thread in (accepting, *threads):
            thread.join(PATIENCE_S)


@contextmanager
def raw_server(*scenes):
    """Play one scene for each request, each on its own connection; give the base URL.

    A scene takes the connection after a request was read, or is the bytes to send. The last one is
    played again and again.
    """

    def serve(connection, number):
        received_head(connection)
        scene = scenes[min(number, len(scenes) - 1)]
        if isinstance(scene, bytes):
            connection.sendall(scene)
        else:
            scene(connection)

    with socket_server(serve) as place:
        yield f"http://{place}/api/v1"
