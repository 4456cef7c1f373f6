"""A canned server in a process of its own."""

from __future__ import annotations

import asyncio
import json
import pickle
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence


@contextmanager
def serve_pages(
    pages: Sequence[bytes], latency_s: float = 0.0, analytics: bytes = b""
) -> Iterator[str]:
    """Serve page N at ``/videos?cursor=N`` and one body at ``/analytics``; give the base URL.

    Each answer leaves ``latency_s`` after its request; all connections wait in parallel.
    """
    server = subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        with server.stdin:
            pickle.dump((list(pages), latency_s, analytics), server.stdin)
        port = int(server.stdout.readline())
        yield f"http://127.0.0.1:{port}/api/v1"
    finally:
        server.kill()
        server.wait()
        server.stdout.close()


def envelope(data: object, meta: Mapping[str, object] | None = None) -> bytes:
    """Write an envelope as the API does: one compact line."""
    whole = {"data": data, "error": None, "meta": meta}
    return json.dumps(whole, separators=(",", ":"), ensure_ascii=False).encode()


def _answer(body: bytes, status: str = "200 OK") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body


class _Canned(asyncio.Protocol):
    def __init__(self, answer_to: Callable[[str], bytes], latency_s: float) -> None:
        self._answer_to, self._latency_s = answer_to, latency_s
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, self._received = self._received.split(b"\r\n\r\n", 1)
            answer = self._answer_to(head.split(b" ", 2)[1].decode())
            if self._latency_s:
                loop = asyncio.get_running_loop()
                loop.call_later(self._latency_s, self._transport.write, answer)
            else:
                self._transport.write(answer)


async def _serve(pages: Sequence[bytes], latency_s: float, analytics: bytes) -> None:
    answers = [_answer(page) for page in pages]
    series = _answer(analytics or envelope({"series": []}))
    missing = _answer(envelope(None), "404 Not Found")

    def answer_to(target: str) -> bytes:
        url = urlsplit(target)
        if url.path.endswith("/analytics"):
            return series
        number = int(parse_qs(url.query).get("cursor", ["0"])[0])
        return answers[number] if number < len(answers) else missing

    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Canned(answer_to, latency_s), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(*pickle.load(sys.stdin.buffer)))
