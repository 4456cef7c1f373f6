"""Applications in front of others, which change, hold back or lose some answers; and servers."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs

from tests.support.waiting import PATIENCE_S
from trackagoat_pandas.base.secrets import Secret
from trackagoat_pandas.sandbox.server import Server

JSON = ("Content-Type", "application/json")
Reply = tuple[int, list[tuple[str, str]], bytes]
"""The status, the headers and the body of an answer."""


@dataclass(frozen=True)
class Request:
    """What was asked: its number from 1, and the parts that tests look at."""

    number: int
    method: str
    path: str
    query: dict[str, str]
    idempotency_key: str | None
    bearer: Secret  # so that a search for the key in a client doesn't come upon it here


class Relay:
    """Answers with what a function makes of a request, or of the answer of an application.

    ``answer`` is called with each Request and a function that passes it on and gives the Reply.
    That function takes changes to the environment, and another application in the place of ``app``.
    """

    def __init__(self, app, answer) -> None:
        self.app, self.answer = app, answer
        self.asked: list[Request] = []
        self._lock = threading.Lock()

    def __call__(self, environ, start_response):
        def go_on(app=self.app, **changes) -> Reply:
            heads = []
            body = b"".join(app({**environ, **changes}, lambda *head: heads.append(head)))
            status, headers, *_ = heads[0]
            return int(status.split()[0]), headers, body

        with self._lock:
            request = Request(
                len(self.asked) + 1,
                environ["REQUEST_METHOD"],
                environ["PATH_INFO"].removeprefix("/api/v1"),
                {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()},
                environ.get("HTTP_IDEMPOTENCY_KEY"),
                Secret(environ.get("HTTP_AUTHORIZATION", "")),
            )
            self.asked.append(request)
        status, headers, body = self.answer(request, go_on)
        if "content-length" not in {name.lower() for name, _ in headers}:
            headers = [*headers, ("Content-Length", str(len(body)))]
        start_response(f"{status} X", headers)
        return [body]

    @property
    def writes(self) -> list[Request]:
        """What was asked that may change something."""
        return [request for request in self.asked if request.method != "GET"]


def refusal(status: int, *headers: tuple[str, str]) -> Reply:
    return status, [JSON, *headers], b'{"data": null, "error": "planned", "meta": null}'


def answering(body, status=200, headers=()) -> Relay:
    """An application of one body, or of a function that gives the next."""
    return Relay(
        None, lambda request, _: (status, [JSON, *headers], body() if callable(body) else body)
    )


def lose(go_on) -> Reply:
    """Carry a request out, and break the connection before its answer."""
    go_on()
    raise ConnectionResetError("as planned")


def after(number: int):
    """Whether a request comes after so many."""
    return lambda request: request.number > number


class Gate:
    """An answer for a Relay that holds some requests until they are let go.

    ``is_overdue`` says whether nobody let a request go for longer than a test waits for anything:
    whoever should have ended before the answer didn't.
    """

    def __init__(self, holds=lambda request: True) -> None:
        self.holds, self.let_go, self.is_overdue = holds, threading.Event(), False
        self._held, self._answered = threading.Semaphore(0), threading.Semaphore(0)

    def __call__(self, request: Request, go_on) -> Reply:
        if self.holds(request) and not self.let_go.is_set():
            self._held.release()
            self.is_overdue |= not self.let_go.wait(2 * PATIENCE_S)
        self._answered.release()
        return go_on()

    def await_held(self, requests: int = 1) -> None:
        for _ in range(requests):
            assert self._held.acquire(timeout=PATIENCE_S)

    def await_answered(self, requests: int = 1) -> None:
        for _ in range(requests):
            assert self._answered.acquire(timeout=PATIENCE_S)


@contextmanager
def serving(app):
    """Serve an application on loopback; give its base URL."""
    server = Server(app, "127.0.0.1", 0)
    try:
        yield "http://{}:{}/api/v1".format(*server.address)
    finally:
        server.close()
