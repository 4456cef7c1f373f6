"""Whatever can answer a request, as a transport for httpx.

Knows httpx, its forks and WSGI. Must not know what is sent.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator


def adapt_transport(transport: object) -> httpx.BaseTransport:
    """Make a transport for httpx of one for httpx or a fork of it, or of a WSGI application."""
    if isinstance(transport, httpx.BaseTransport):
        return transport
    if hasattr(transport, "handle_request"):
        return _ForeignTransport(transport)
    if callable(transport):
        return httpx.WSGITransport(app=transport)
    raise TypeError("a transport has handle_request, or is a WSGI application")


class ProxiedTransport(httpx.BaseTransport):
    """httpx's own way to the server, through the proxy that the environment names.

    Parameters
    ----------
    connections
        How many there may be.
    """

    def __init__(self, connections: int) -> None:
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        self._client = httpx.Client(limits=limits, follow_redirects=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and give the answer, its body yet to be read."""
        return self._client.send(request, stream=True, auth=None)

    def close(self) -> None:
        """Close all connections."""
        self._client.close()


class _ForeignTransport(httpx.BaseTransport):
    """Asks a transport of a fork of httpx with that fork's own Request."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        root = next(
            (
                kind.__module__.partition(".")[0]
                for kind in type(transport).__mro__
                if kind.__name__ == "BaseTransport"
            ),
            "httpx",
        )
        self._request_class = getattr(sys.modules[root], "Request", httpx.Request)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._transport.handle_request(
            self._request_class(
                request.method,
                str(request.url),
                headers=request.headers.raw,
                content=request.read(),
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            answer.status_code,
            headers=list(answer.headers.multi_items()),
            stream=_ForeignStream(answer),
        )

    def close(self) -> None:
        if hasattr(self._transport, "close"):
            self._transport.close()


class _ForeignStream(httpx.SyncByteStream):
    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.stream

    def close(self) -> None:
        self._answer.stream.close()
