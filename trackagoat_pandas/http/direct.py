"""Connections straight to one server, pooled, as a transport for httpx.

The standard library's HTTP/1.1 costs a page a quarter of what httpx's own does (measured at 0 ms
on loopback), and a list's pages can only come one after the other. Knows sockets and connections.
Must not know what is sent, and is not used where a proxy stands in between.
"""

from __future__ import annotations

import http.client
import math
import select
import socket
import ssl
import threading
from collections import deque
from collections.abc import Iterator
from functools import partial
from urllib.request import getproxies, proxy_bypass

import httpx

from trackagoat_pandas.http.timely import Allowance, TimelySocket

_HEAD_BYTES = 1 << 20  # and what of the body comes with it: no honest head is a tenth of it
_BODY_BYTES = 1 << 27  # twice the largest one that is read to its end
_CHUNK_BYTES = 1 << 18
_PACKED_BYTES = 1 << 14  # gzip packs a thousandfold: no more than 16 MB come out of so many


def goes_direct(host: str, scheme: str) -> bool:
    """Whether no proxy of the environment stands between here and a host."""
    proxies = getproxies()
    return not (scheme in proxies or "all" in proxies) or bool(proxy_bypass(host))


class DirectTransport(httpx.BaseTransport):
    """Keeps up to so many connections, each for one request at a time.

    Parameters
    ----------
    connections
        How many there may be; a request beyond them waits for one to come free.
    """

    def __init__(self, connections: int) -> None:
        self._places = threading.BoundedSemaphore(connections)
        self._idle: deque[http.client.HTTPConnection] = deque()
        self._open: set[http.client.HTTPConnection] = set()
        self._lock = threading.Lock()
        self._tls: ssl.SSLContext | None = None
        self._closed = threading.Event()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and give the answer, its body yet to be read."""
        self._places.acquire()
        connection: http.client.HTTPConnection | None = None
        try:
            connection = self._connection(request)
            answer = _exchange(connection, request)
            return httpx.Response(
                answer.status,
                headers=[(_raw(name), _raw(value)) for name, value in answer.getheaders()],
                stream=_Body(self, connection, answer),
            )
        except BaseException as fault:
            self._give_back(connection, reusable=False)
            if isinstance(fault, Exception):
                raise _as_httpx(fault) from fault
            raise

    def close(self) -> None:
        """Close all connections, also those on which an answer is awaited."""
        with self._lock:
            self._closed.set()
            connections = list(self._open)
        for connection in connections:
            _wake(connection.sock)
            connection.close()

    def _connection(self, request: httpx.Request) -> http.client.HTTPConnection:
        timeouts = request.extensions.get("timeout", {})
        while (connection := self._an_idle_one()) is not None:
            if _is_alive(connection):
                connection.sock.settimeout(timeouts.get("read"))
                return connection
            self._forget(connection)
        return self._connected(request.url, timeouts)

    def _an_idle_one(self) -> http.client.HTTPConnection | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _connected(
        self, url: httpx.URL, timeouts: dict[str, float | None]
    ) -> http.client.HTTPConnection:
        connection = self._new(url, timeouts.get("connect"))
        with self._lock:
            if self._closed.is_set():
                raise httpx.ConnectError("the client was closed")
            self._open.add(connection)
        try:
            connection.connect()
        except BaseException as fault:
            self._forget(connection)
            if isinstance(fault, TimeoutError):
                raise httpx.ConnectTimeout(str(fault)) from fault
            if isinstance(fault, OSError):
                raise httpx.ConnectError(str(fault)) from fault
            raise
        if self._closed.is_set():  # meanwhile; close() saw nothing to wake yet
            self._forget(connection)
            raise httpx.ConnectError("the client was closed")
        connection.sock.settimeout(timeouts.get("read"))
        return connection

    def _new(self, url: httpx.URL, timeout_s: float | None) -> http.client.HTTPConnection:
        connection: http.client.HTTPConnection
        if url.scheme == "http":
            connection = http.client.HTTPConnection(url.host, url.port or 80, timeout=timeout_s)
        else:
            with self._lock:
                self._tls = self._tls or httpx.create_ssl_context()
            connection = http.client.HTTPSConnection(
                url.host, url.port or 443, timeout=timeout_s, context=self._tls
            )
        connection.auto_open = 0  # what close() has closed stays closed
        return connection

    def _give_back(self, connection: http.client.HTTPConnection | None, *, reusable: bool) -> None:
        try:
            if connection is not None and reusable and not self._closed.is_set():
                with self._lock:
                    self._idle.append(connection)
            elif connection is not None:
                self._forget(connection)
        finally:
            self._places.release()

    def _forget(self, connection: http.client.HTTPConnection) -> None:
        with self._lock:
            self._open.discard(connection)
        connection.close()


class _Body(httpx.SyncByteStream):
    """Reads the body as it arrives, then gives the connection back."""

    def __init__(
        self,
        transport: DirectTransport,
        connection: http.client.HTTPConnection,
        answer: http.client.HTTPResponse,
    ) -> None:
        self._transport, self._connection, self._answer = transport, connection, answer
        self._whole = self._done = False

    def __iter__(self) -> Iterator[bytes]:
        packed = self._answer.getheader("Content-Encoding")
        most = _PACKED_BYTES if packed else _CHUNK_BYTES
        try:
            while chunk := self._answer.read1(most):
                yield chunk
        except (OSError, http.client.HTTPException, ValueError) as fault:
            raise _as_httpx(fault) from fault
        if self._answer.length:  # what the Content-Length promised and the end withheld
            raise httpx.RemoteProtocolError(f"the body ended {self._answer.length} bytes early")
        self._answer.close()  # read1 leaves it open, and its connection busy
        self._whole = True

    def close(self) -> None:
        """Give the connection back, to be used again if its answer was read to the end."""
        if not self._done:
            self._done = True
            reusable = self._whole and not self._answer.will_close
            try:
                self._answer.close()
            finally:
                self._transport._give_back(self._connection, reusable=reusable)  # noqa: SLF001


class _Answer(http.client.HTTPResponse):
    fp = None  # type: ignore[assignment] # closing asks for it, even if Ctrl-C came before it


def _exchange(
    connection: http.client.HTTPConnection, request: httpx.Request
) -> http.client.HTTPResponse:
    target = request.url.raw_path.decode("ascii")
    connection.putrequest(request.method, target, skip_host=True, skip_accept_encoding=True)
    for name, value in request.headers.raw:
        connection.putheader(name, value)
    connection.endheaders(request.read() or None)
    allowance = Allowance(request.extensions.get("allowed_s", math.inf), _HEAD_BYTES)
    connection.response_class = partial(_response, allowance)  # type: ignore[assignment]
    answer = connection.getresponse()
    allowance.size = _BODY_BYTES
    return answer


def _response(
    allowance: Allowance, connected: socket.socket, debuglevel: int = 0, *, method: str
) -> http.client.HTTPResponse:
    timely = TimelySocket(connected, allowance)
    return _Answer(timely, debuglevel, method)  # type: ignore[arg-type]


def _raw(text: str) -> bytes:
    return text.encode("latin-1")


def _is_alive(connection: http.client.HTTPConnection) -> bool:
    """Whether an idle connection is still open: the server says nothing unasked but goodbye."""
    if connection.sock is None:
        return False
    if not hasattr(select, "poll"):
        return not select.select([connection.sock], [], [], 0)[0]
    poll = select.poll()
    poll.register(connection.sock, select.POLLIN)
    return not poll.poll(0)


def _wake(connected: socket.socket | None) -> None:
    """End a read that another thread is blocked in; closing alone would leave it waiting."""
    if connected is None:
        return
    try:
        connected.shutdown(socket.SHUT_RDWR)
    except OSError:  # the other side was faster
        return


def _as_httpx(fault: Exception) -> Exception:
    """The same fault as httpx's own transport would name it."""
    if isinstance(fault, httpx.TransportError):
        return fault
    if isinstance(fault, TimeoutError):
        return httpx.ReadTimeout(str(fault) or "timed out")
    if isinstance(fault, http.client.HTTPException):
        return httpx.RemoteProtocolError(f"{type(fault).__name__}: {fault}")
    if isinstance(fault, OSError):
        return httpx.ReadError(str(fault))
    return fault
