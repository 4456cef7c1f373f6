"""Whatever can answer a request, as a transport for httpx: the network, or what was given."""

from __future__ import annotations

import math
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, Final
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from trackagoat_pandas.errors import ArgumentTypeError, MissingDependencyError, SettingsError
from trackagoat_pandas.http.forks import renew_in_children
from trackagoat_pandas.http.network import Network
from trackagoat_pandas.settings import is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD_BYTES: Final = 1 << 20  # and the part of the body that comes with it: real heads are small
_BODY_BYTES: Final = 1 << 27  # twice the largest body that is read to its end
_CHUNK_BYTES: Final = 1 << 14  # gzip packs a thousandfold: at most 16 MB come out of so many
_LAST_PORT: Final = 65_535
_IDLE_S: Final = 60.0  # gateways forget an idle connection after minutes, and say nothing


def adapt_transport(transport: object) -> httpx.BaseTransport:
    """Make a transport for httpx of one for httpx or a fork of it, or of a WSGI application."""
    if isinstance(transport, httpx.BaseTransport):
        return transport
    if hasattr(transport, "handle_request"):
        return _ForeignTransport(transport)
    if callable(transport):
        return httpx.WSGITransport(app=transport)
    allowed = "an object with handle_request, as httpx's transports have, or a WSGI application"
    raise ArgumentTypeError("transport", transport, allowed)


class NetworkTransport(httpx.BaseTransport):
    """Keeps up to so many connections to a server, each for one request at a time.

    A request beyond them waits for one to come free. ``extensions["allowed_s"]`` of a request is
    the time for its whole answer.

    Parameters
    ----------
    url
        An address of the server; the environment may name a proxy for it.
    connections
        How many there may be.

    Raises
    ------
    SettingsError, MissingDependencyError
        The environment's proxy can't be used.
    """

    def __init__(self, url: httpx.URL, connections: int) -> None:
        self._url, self._connections, self._proxy = url, connections, _proxy_for(url)
        self._renew()
        renew_in_children(self)

    def _renew(self) -> None:
        """Start again without the present connections, which belong to another process."""
        self._lock = threading.Lock()
        self._network = Network()
        self._pool: httpcore.ConnectionPool | None = None

    def retire(self) -> None:
        """Use a new pool from now on, since an interrupt may have cost the present one a place.

        Requests of other threads finish in the pool that they began in.
        """
        self._pool = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and give the answer, its body yet to be read."""
        given, allowance = request.extensions, self._network.allowance
        allowance.end_by = time.monotonic() + given.get("allowed_s", math.inf)
        allowance.wait_s = given.get("timeout", {}).get("read") or math.inf
        allowance.size, allowance.reads = _HEAD_BYTES, 0
        answer = self._present_pool().handle_request(
            httpcore.Request(
                request.method,
                _core_url(request.url),
                headers=request.headers.raw,
                content=request.read(),
                extensions=given,
            )
        )
        if not allowance.reads:
            # It came behind the answer before it, and is one to nothing that was asked.
            answer.close()
            raise httpcore.RemoteProtocolError("the answer came before its request")
        allowance.size = _BODY_BYTES
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    def close(self) -> None:
        """Close all connections; what other threads wait for ends at once."""
        self._network.close()

    def _present_pool(self) -> httpcore.ConnectionPool:
        with self._lock:
            if self._pool is None:
                self._pool = httpcore.ConnectionPool(
                    # It takes milliseconds, and follows SSL_CERT_FILE where httpcore's own doesn't.
                    httpx.create_ssl_context() if self._url.scheme == "https" else None,
                    self._proxy,
                    max_connections=self._connections,
                    max_keepalive_connections=self._connections,
                    keepalive_expiry=_IDLE_S,
                    network_backend=self._network,
                )
                # httpcore wraps it in Python, and a Ctrl-C that came there would leave it locked.
                self._pool._optional_thread_lock = threading.Lock()  # type: ignore[assignment] # noqa: SLF001
            return self._pool


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._answer.iter_stream():
            for start in range(0, len(chunk), _CHUNK_BYTES):
                yield chunk[start : start + _CHUNK_BYTES]

    def close(self) -> None:
        self._answer.close()


def _core_url(url: httpx.URL) -> httpcore.URL:
    return httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )


def _proxy_for(url: httpx.URL) -> httpcore.Proxy | None:
    """Give the proxy that the environment names for an address; never one for this machine's."""
    proxies = getproxies()
    named = proxies.get(url.scheme) or proxies.get("all")
    if not named or is_loopback(url.host) or _is_excepted(url, proxies.get("no", "")):
        return None
    try:
        proxy = httpx.Proxy(named if "://" in named else f"http://{named}")
    except (httpx.InvalidURL, ValueError):
        proxy = None
    if proxy is None or not proxy.url.host or (proxy.url.port or 0) > _LAST_PORT:
        # The address isn't shown, and raised from nothing: it may hold a password.
        problem = "it must be an address such as http://host:8080, https://... or socks5://..."
        raise SettingsError(f"the environment's proxy for {url.scheme}", problem)
    if proxy.url.scheme.startswith("socks"):
        _require_socks()
    return httpcore.Proxy(_core_url(proxy.url), auth=proxy.raw_auth, headers=proxy.headers.raw)


def _is_excepted(url: httpx.URL, exceptions: str) -> bool:
    names = [name.strip() for name in exceptions.split(",")]
    return "*" in names or bool(proxy_bypass(url.netloc.decode("ascii")))


def _require_socks() -> None:
    try:
        import socksio  # noqa: F401
    except ImportError as missing:
        raise MissingDependencyError("socksio", "a SOCKS proxy", "socks") from missing


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
