"""A loopback server of the standard library that serves bytes written down beforehand.

It shares no code with the sandbox or the package, so they can't all make the same mistake.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from tests.support.waiting import join

BASE = "/api/v1"
KEY = "tga_" + "fedcba9876543210" * 4

Query = dict[str, str]
Routes = Mapping[str, list[tuple[Query, bytes]]]
"""The answers for each path, each with the part of the query that selects it.

A cursor or an offset that no answer has is a 404.
"""


@dataclass
class PlainServer:
    """What is served, where, and the requests that came: path and query."""

    routes: Routes
    base_url: str = ""
    asked: list[tuple[str, Query]] = field(default_factory=list)

    def answer(self, path: str, query: Query, authorization: str | None) -> tuple[int, bytes]:
        """The status and body of one request."""
        self.asked.append((path, query))
        if authorization != f"Bearer {KEY}":
            return 401, _refusal("Missing or unknown API key", {"code": "invalid_api_key"})
        answers = self.routes.get(path, [])
        relevant = {name for known, _ in answers for name in known}
        relevant |= {"cursor", "offset"}
        given = {name: value for name, value in query.items() if name in relevant}
        for known, body in answers:
            if known == given:
                return 200, body
        return 404, _refusal("Not found", None)


def _refusal(message: str, meta: dict[str, str] | None) -> bytes:
    return json.dumps({"data": None, "error": message, "meta": meta}).encode()


class QuietHandler(BaseHTTPRequestHandler):
    """What both loopback servers of the tests do with a connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or each body waits 40 ms for the head's receipt

    def send(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Write nothing to standard error."""


@contextmanager
def listening(
    handler: type[QuietHandler], kind: type[ThreadingHTTPServer] = ThreadingHTTPServer
) -> Iterator[str]:
    """Serve on loopback, each connection in its own thread; give the address."""
    with kind(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            join(thread)


@contextmanager
def plain_server(routes: Routes) -> Iterator[PlainServer]:
    """Serve what some routes say."""
    plain = PlainServer(routes)

    class Handler(QuietHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            query = dict(parse_qsl(url.query, strict_parsing=bool(url.query)))
            path = url.path.removeprefix(BASE)
            self.send(*plain.answer(path, query, self.headers["Authorization"]))

    with listening(Handler) as address:
        plain.base_url = f"{address}{BASE}"
        yield plain
