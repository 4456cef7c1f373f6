"""Sending a call once and reading its answer, over the network or another transport."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import math
import socket
import sys
import threading
import time
import traceback
import weakref
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from trackagoat_pandas.base.secrets import KEY_PREFIX, find_masker, redact
from trackagoat_pandas.errors import ArgumentTypeError, MissingDependencyError, SettingsError
from trackagoat_pandas.http.forks import renew_in_children
from trackagoat_pandas.http.messages import ApiAnswer, read_http_date
from trackagoat_pandas.inputs.settings import is_loopback

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable, Iterator
    from types import FrameType

    from trackagoat_pandas.http.messages import Call
    from trackagoat_pandas.http.pacing import Clock
    from trackagoat_pandas.inputs.settings import Settings

MAX_BODY_BYTES: Final = 64 * 1024 * 1024
_PACKINGS: Final = frozenset({"", "identity", "gzip", "deflate"})
_HEAD_BYTES: Final = 1 << 20  # for the headers and what of the body is read with them
_BODY_BYTES: Final = 1 << 27  # twice MAX_BODY_BYTES, which raises a better error if it can
_CHUNK_BYTES: Final = 1 << 14  # gzip packs up to a thousandfold, so one chunk unpacks to 16 MB
_LAST_PORT: Final = 65_535
_IDLE_S: Final = 60.0  # gateways drop an idle connection after minutes, without closing it
# Names of classes, because httpx, httpcore and each fork of httpx have their own.
_FAULT_NAMES: Final = frozenset(
    {
        "TransportError", "DecodingError", "StreamError", "OSError",
        "TimeoutException", "NetworkError", "ProtocolError", "ProxyError",
    }
)  # fmt: skip
_REPLAYED: Final = ("idempotency-replayed", "idempotent-replayed")
"""Headers by which servers mark the repetition of an earlier answer. Ours isn't documented."""
_UNSENT_NAMES: Final = frozenset(
    {"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError", "ConnectionRefusedError"}
)
_SENT_BYTES: Final = 1 << 14  # sent at a time, with a look at the clock before each part


class WireFaultError(Exception):
    """No whole answer came. ``sent`` is False if the request can't have reached the server."""

    def __init__(self, cause: str, *, sent: bool) -> None:
        self.cause, self.sent = cause, sent
        super().__init__(cause)


class RejectedBodyError(Exception):
    """An answer's body is not read: it is too large, or has an encoding that wasn't asked for."""

    def __init__(self, status: int, problem: str) -> None:
        self.status, self.problem = status, problem
        super().__init__(problem)


class Wire:
    """A pool of connections to one server.

    Parameters
    ----------
    settings
        The address, the key, the timeout and the number of connections.
    transport
        What answers requests instead of the network: an object with ``handle_request`` or a WSGI
        application.
    clock
        The clock that answers are timed by.

    Attributes
    ----------
    skew
        The server's clock minus this machine's, by the Date of the last answer that had one; None
        before that.
    """

    def __init__(self, settings: Settings, transport: object | None, clock: Clock) -> None:
        self._clock, self._secret, self._timeout_s = clock, settings.api_key, settings.timeout_s
        self._mask = find_masker(self._secret.reveal().removeprefix(KEY_PREFIX))
        host = urlsplit(settings.base_url)
        self._headers = {
            "Host": host.netloc,
            "Accept": "application/json",
            # Compressing takes 0.1 to 0.4 ms and shrinks a page to a quarter, which doesn't pay on
            # loopback.
            "Accept-Encoding": "identity" if is_loopback(host.hostname) else "gzip, deflate",
            "User-Agent": "trackagoat-pandas",
        }
        self._transport = (
            NetworkTransport(httpx.URL(settings.base_url), settings.max_workers)
            if transport is None
            else adapt_transport(transport)
        )
        self._closed, self._sent = False, 0
        self.skew: dt.timedelta | None = None
        self._renew()
        renew_in_children(self)

    def _renew(self) -> None:
        """Make a lock, since a thread of the parent process may hold the one before."""
        self._counting = threading.Lock()

    @property
    def sent(self) -> int:
        """The number of requests that were sent, including retries."""
        return self._sent

    def send(self, call: Call, give_up_at: float) -> ApiAnswer:
        """Send a call once and read its answer to the end.

        Raises
        ------
        WireFaultError
            No whole answer came before ``give_up_at``, or within one timeout if that is later.
        RejectedBodyError
            The body is larger than MAX_BODY_BYTES, or has an encoding that wasn't asked for.
        """
        with self._counting:
            self._sent += 1
        try:
            return self._exchange(call, give_up_at)
        except BaseException as fault:
            # The frames below hold the Authorization header, and a traceback that prints local
            # variables (IPython's verbose mode, an error tracker) would show it.
            forget_locals(fault)
            self._mask_messages(fault)
            if not isinstance(fault, Exception) and isinstance(self._transport, NetworkTransport):
                self._transport.retire()
            # Closing the client breaks answers off in ways that would be a bug otherwise.
            closed = self._closed and isinstance(fault, Exception)
            if not (closed or is_fault(fault)):
                raise
            cause = self._mask_text(f"{type(fault).__name__}: {fault}".rstrip(": "))
            raise WireFaultError(cause, sent=was_sent(fault)) from fault

    def close(self) -> None:
        """Close all connections."""
        self._closed = True
        self._transport.close()

    def _exchange(self, call: Call, give_up_at: float) -> ApiAnswer:
        # max_wait_s limits the waiting between attempts; an answer may always take one timeout.
        started = self._clock.monotonic()
        allowed_s = max(give_up_at - started, self._timeout_s)
        response = self._transport.handle_request(self._request(call, allowed_s))
        try:
            headers = response.headers
            date = read_http_date(headers.get("date"))
            # By the head, since the rest of an answer may take long.
            if date is not None:
                # Not by self._clock: the difference is added to times of this machine.
                self.skew = date - dt.datetime.now(dt.UTC)
            packing = headers.get("content-encoding", "").strip().lower()
            if packing == "x-gzip":  # an old name of gzip, which httpx wouldn't unpack
                headers["content-encoding"] = packing = "gzip"
            if packing not in _PACKINGS:
                # Packed twice ("gzip, gzip"), a few bytes could unpack to gigabytes in one step.
                raise RejectedBodyError(
                    response.status_code, "its Content-Encoding is not supported"
                )
            body = self._body(response, started, allowed_s)
            # The key is masked where the server repeats it, also without its prefix, before
            # anything can show or keep it.
            content_type, retry_after, location = [
                self._mask_text(headers.get(name, ""))
                for name in ("content-type", "retry-after", "location")
            ]
            return ApiAnswer(
                response.status_code,
                self._mask(body),
                content_type,
                retry_after,
                location,
                date,
                is_replay=any(headers.get(name) == "true" for name in _REPLAYED),
            )
        finally:
            response.close()

    def _mask_text(self, text: str) -> str:
        return redact(self._mask(text.encode(errors="replace")).decode())

    def _mask_messages(self, fault: BaseException) -> None:
        """Mask the key in the messages of an exception and of what led to it.

        h11 quotes a line of a head that it can't read.
        """
        for link in _chain(fault):
            masked = [self._mask_text(str(given)) for given in link.args]
            if any(text != str(given) for text, given in zip(masked, link.args, strict=True)):
                link.args = tuple(masked)

    def _request(self, call: Call, allowed_s: float) -> httpx.Request:
        headers = {**self._headers, "Authorization": f"Bearer {self._secret.reveal()}"}
        if call.content is not None:
            headers["Content-Type"] = "application/json"
        if call.idempotency_key is not None:
            headers["Idempotency-Key"] = call.idempotency_key
        # More threads than connections may send at once; each waits as long as it takes.
        timeout = httpx.Timeout(self._timeout_s, pool=None).as_dict()
        return httpx.Request(
            call.method,
            call.url,
            headers=headers,
            content=call.content,
            extensions={"timeout": timeout, "allowed_s": allowed_s},
        )

    def _body(self, response: httpx.Response, started: float, allowed_s: float) -> bytes:
        chunks, size = [], 0
        for chunk in response.iter_bytes():
            chunks.append(chunk)
            size += len(chunk)
            if size > MAX_BODY_BYTES:
                problem = f"the body is larger than {MAX_BODY_BYTES:,} bytes"
                raise RejectedBodyError(response.status_code, problem)
            if self._clock.monotonic() - started > allowed_s:
                raise late_error(allowed_s)
        return b"".join(chunks)


def is_fault(fault: BaseException) -> bool:
    """Whether an exception means that no whole answer came; any other is a bug."""
    return bool(_names(fault) & _FAULT_NAMES)


def was_sent(fault: BaseException) -> bool:
    """Whether the request may have reached the server before the fault."""
    return not _names(fault) & _UNSENT_NAMES


def _names(fault: BaseException) -> set[str]:
    return {kind.__name__ for kind in type(fault).__mro__}


def forget_locals(fault: BaseException) -> None:
    """Clear the local variables in the traceback of an exception, of its causes and contexts."""
    for link in _chain(fault):
        traceback.clear_frames(link.__traceback__)
        if "_request" in vars(link):  # an error of httpx keeps its request, with all headers
            vars(link)["_request"] = None


def _chain(fault: BaseException) -> Iterator[BaseException]:
    """Yield an exception, its causes and its contexts, each of them once."""
    seen: set[int] = set()
    links: list[BaseException | None] = [fault]
    while links:
        link = links.pop()
        if link is not None and id(link) not in seen:
            seen.add(id(link))
            yield link
            links += [link.__cause__, link.__context__]


def adapt_transport(transport: object) -> httpx.BaseTransport:
    """Return a transport of httpx for one of httpx or of a fork of it, or a WSGI application."""
    if isinstance(transport, httpx.BaseTransport):
        return transport
    if hasattr(transport, "handle_request"):
        return _ForeignTransport(transport)
    if callable(transport):
        return httpx.WSGITransport(app=transport)
    allowed = "an object with handle_request, as httpx's transports have, or a WSGI application"
    raise ArgumentTypeError("transport", transport, allowed)


class NetworkTransport(httpx.BaseTransport):
    """A pool of connections to one server, each for one request at a time.

    While all are in use, further requests wait for one. The whole answer to a request has to come
    within its ``extensions["allowed_s"]`` seconds.

    Parameters
    ----------
    url
        An address of the server. A proxy that the environment names for it is used.
    connections
        The largest number of connections.

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
        """Start without connections, since those that there are belong to the parent process."""
        self._lock = threading.Lock()
        self._network = Network()
        self._pool: httpcore.ConnectionPool | None = None

    def retire(self) -> None:
        """Use a new pool from now on, since Ctrl-C may have left a place in this one occupied.

        Requests of other threads finish in the pool that they started in.
        """
        self._pool = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return the answer, with its body still to be read."""
        given, allowance = request.extensions, self._network.allowance
        wait_s = given.get("timeout", {}).get("read") or math.inf
        allowance.begin(given.get("allowed_s", math.inf), wait_s, _HEAD_BYTES)
        asked = httpcore.Request(
            request.method,
            _core_url(request.url),
            headers=request.headers.raw,
            content=request.read(),
            extensions=given,
        )
        answer = self._present_pool().handle_request(asked)
        if not allowance.reads:
            # It was already in the buffer, behind the previous answer, so it can't be ours.
            answer.close()
            raise httpcore.RemoteProtocolError("the answer came before its request")
        allowance.size = _BODY_BYTES
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer.stream))

    def close(self) -> None:
        """Close all connections; requests of other threads end at once."""
        self._network.close()

    def _present_pool(self) -> httpcore.ConnectionPool:
        with self._lock:
            if self._pool is None:
                self._pool = httpcore.ConnectionPool(
                    # Made only for https, since it takes milliseconds; httpx's context follows
                    # SSL_CERT_FILE and httpcore's doesn't.
                    httpx.create_ssl_context() if self._url.scheme == "https" else None,
                    self._proxy,
                    max_connections=self._connections,
                    max_keepalive_connections=self._connections,
                    keepalive_expiry=_IDLE_S,
                    network_backend=self._network,
                )
                # httpcore's lock is a wrapper in Python: a Ctrl-C within it would leave it locked.
                self._pool._optional_thread_lock = threading.Lock()  # type: ignore[assignment] # noqa: SLF001
            return self._pool


class _Body(httpx.SyncByteStream):
    """The body of an answer of httpcore or of a fork of httpx, in chunks of limited size."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._stream:
            for start in range(0, len(chunk), _CHUNK_BYTES):
                yield chunk[start : start + _CHUNK_BYTES]

    def close(self) -> None:
        self._stream.close()


_REQUEST_CODES: Final = {
    method.__code__ for method in (NetworkTransport.handle_request, _Body.__iter__, _Body.close)
}


def _is_of_others(_record: logging.LogRecord) -> bool:
    """Whether httpcore logs something that isn't part of a request of this module.

    At the level DEBUG it logs the hosts of webhooks, which can be secrets, and all headers of
    answers, in which a server can repeat the key. The stack tells, because a flag would stay set
    where Ctrl-C comes before it is cleared.
    """
    frame: FrameType | None = sys._getframe()  # noqa: SLF001
    while frame is not None and frame.f_code not in _REQUEST_CODES:
        frame = frame.f_back
    return frame is None


for _name in ("connection", "http11", "http2", "proxy", "socks"):
    # A filter of a logger doesn't hold for those below it.
    logging.getLogger(f"httpcore.{_name}").addFilter(_is_of_others)


def _core_url(url: httpx.URL) -> httpcore.URL:
    return httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )


def _proxy_for(url: httpx.URL) -> httpcore.Proxy | None:
    """Return the proxy that the environment names for an address; loopback never has one."""
    proxies = getproxies()
    named = proxies.get(url.scheme) or proxies.get("all")
    exceptions = [name.strip() for name in proxies.get("no", "").split(",")]
    if not named or is_loopback(url.host) or "*" in exceptions:
        return None
    if proxy_bypass(url.netloc.decode("ascii")):
        return None
    try:
        proxy = httpx.Proxy(named if "://" in named else f"http://{named}")
    except (httpx.InvalidURL, ValueError):
        proxy = None
    if proxy is None or not proxy.url.host or (proxy.url.port or 0) > _LAST_PORT:
        # Neither the address nor httpx's error is shown, since it may hold a password.
        problem = "it must be an address such as http://host:8080, https://... or socks5://..."
        raise SettingsError(f"the environment's proxy for {url.scheme}", problem)
    if proxy.url.scheme.startswith("socks"):
        try:
            import socksio  # noqa: F401
        except ImportError as missing:
            raise MissingDependencyError("socksio", "a SOCKS proxy", "socks") from missing
    return httpcore.Proxy(_core_url(proxy.url), auth=proxy.raw_auth, headers=proxy.headers.raw)


class _ForeignTransport(httpx.BaseTransport):
    """Passes requests to a transport of a fork of httpx, as that fork's own Request."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self._request_class = httpx.Request
        for kind in type(transport).__mro__:
            if kind.__name__ == "BaseTransport":
                root = sys.modules[kind.__module__.partition(".")[0]]
                self._request_class = getattr(root, "Request", httpx.Request)

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
            stream=_Body(answer.stream),
        )

    def close(self) -> None:
        if hasattr(self._transport, "close"):
            self._transport.close()


def late_error(allowed_s: float) -> TimeoutError:
    """Make the error for a response that took too long."""
    return TimeoutError(f"the response wasn't complete after {allowed_s:.3g} s")


class Allowance(threading.local):
    """The time and the number of bytes that are left for the request of this thread."""

    allowed_s, wait_s, end_by = math.inf, math.inf, math.inf
    size = reads = 0  # the bytes that may still come, and the number of reads so far

    def begin(self, allowed_s: float, wait_s: float, size: int) -> None:
        """Begin a request, with seconds for the whole answer and for each wait, and a size."""
        self.allowed_s, self.wait_s, self.size, self.reads = allowed_s, wait_s, size, 0
        self.end_by = time.monotonic() + allowed_s

    def seconds(self, timeout_s: float | None) -> float | None:
        """Return the timeout of the next wait; httpcore gives none when it talks to a proxy."""
        left = self.end_by - time.monotonic()
        if left <= 0:
            raise late_error(self.allowed_s)
        seconds = min(self.wait_s if timeout_s is None else timeout_s, left)
        return None if seconds == math.inf else seconds


class Network(httpcore.NetworkBackend):
    """Opens connections, and shuts all of them down when it is closed.

    The timeout of a socket starts again with every byte, so a server that sends one now and then
    could hold a reader forever. And closing a socket doesn't wake a thread that is reading from it.
    """

    def __init__(self) -> None:
        self.allowance = Allowance()
        self._sockets = httpcore.SyncBackend()
        self._streams: weakref.WeakSet[_Stream] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._closed = False

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Open a connection; raise if the network is closed meanwhile, or was before."""
        seconds = self.allowance.seconds(timeout)
        stream = _Stream(
            self._sockets.connect_tcp(host, port, seconds, local_address, socket_options),
            self.allowance,
        )
        with self._lock:
            self._streams.add(stream)
            closed = self._closed
        if closed:
            stream.close()
            raise httpcore.ConnectError("the client was closed")
        return stream

    def close(self) -> None:
        """Shut all connections down, including those on which another thread is waiting."""
        with self._lock:
            self._closed = True
            streams = list(self._streams)
        for stream in streams:
            stream.end()


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, allowance: Allowance) -> None:
        self._inner, self._allowance = inner, allowance
        self._socket: socket.socket = inner.get_extra_info("socket")
        self._busy = self._ended = False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        received: bytes = self._use(self._inner.read, max_bytes, timeout)
        self._allowance.reads += 1
        self._allowance.size -= len(received)
        if self._allowance.size < 0:
            raise httpcore.ReadError("the answer has no end")
        return received

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _SENT_BYTES):
            self._use(self._inner.write, buffer[start : start + _SENT_BYTES], timeout)

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        original = self._socket
        with contextlib.suppress(NotImplementedError):  # TLS within TLS can't be duplicated
            # The handshake detaches the socket; a duplicate can still be shut down meanwhile.
            self._socket = original.dup()
        try:
            self._inner = self._use(self._inner.start_tls, ssl_context, server_hostname, timeout)
        finally:
            copy, self._socket = self._socket, self._inner.get_extra_info("socket")
            if copy is not original:
                copy.close()
        return self

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)

    def close(self) -> None:
        self._inner.close()

    def end(self) -> None:
        """Wake the thread that uses the connection, and leave it to that thread to close it.

        If the socket were closed here, another file could get its number while the thread reads.
        """
        self._ended = True
        with contextlib.suppress(OSError):  # the other side has closed it already
            # An SSL socket's own shutdown drops the encryption, and its reader would see raw bytes.
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
        if not self._busy:
            self.close()

    def _use(self, action: Callable[..., Any], *arguments: Any) -> Any:
        """Call a function that may wait; its last argument is the timeout."""
        *given, timeout = arguments
        self._busy = True
        try:
            return action(*given, self._allowance.seconds(timeout))
        except httpcore.TimeoutException:
            self._allowance.seconds(timeout)  # raises if the time for the whole answer is over
            raise
        finally:
            self._busy = False
            if self._ended:
                self.close()

    def __del__(self) -> None:
        # Only closed, never shut down: after a fork the parent still uses the connection.
        self._inner.close()
