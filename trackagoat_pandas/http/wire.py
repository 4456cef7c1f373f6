"""Sends one Call, once, and gives the Answer."""

from __future__ import annotations

import threading
import traceback
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import httpx

from trackagoat_pandas._secrets import redact
from trackagoat_pandas.http.forks import renew_in_children
from trackagoat_pandas.http.messages import Answer
from trackagoat_pandas.http.transports import NetworkTransport, adapt_transport
from trackagoat_pandas.settings import is_loopback

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from trackagoat_pandas.http.clock import Clock
    from trackagoat_pandas.http.messages import Call
    from trackagoat_pandas.settings import Settings

MAX_BODY_BYTES: Final = 64 * 1024 * 1024
_PACKINGS: Final = frozenset({"", "identity", "gzip", "deflate"})
# By name, since httpcore has classes of its own, as has each fork of httpx.
_FAULT_NAMES: Final = frozenset(
    {
        "TransportError", "DecodingError", "StreamError", "OSError",
        "TimeoutException", "NetworkError", "ProtocolError", "ProxyError",
    }
)  # fmt: skip
_UNSENT_NAMES: Final = frozenset(
    {"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError", "ConnectionRefusedError"}
)


class WireFaultError(Exception):
    """No whole answer came. ``sent`` is False when the request surely never left."""

    def __init__(self, cause: str, *, sent: bool) -> None:
        self.cause, self.sent = cause, sent
        super().__init__(cause)


class UnwelcomeError(Exception):
    """An answer came that is not read: it is too large, or packed otherwise than was asked."""

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
        Something to answer instead of the network: an object with ``handle_request`` or a WSGI
        application.
    clock
        The source of time.
    """

    def __init__(self, settings: Settings, transport: object | None, clock: Clock) -> None:
        self._clock, self._timeout_s = clock, settings.timeout_s
        self._request, self._scrubbed = _request_maker(settings), _scrubber(settings)
        self._transport = (
            NetworkTransport(httpx.URL(settings.base_url), settings.max_workers)
            if transport is None
            else adapt_transport(transport)
        )
        self._closed, self._sent = False, 0
        self._renew()
        renew_in_children(self)

    def _renew(self) -> None:
        """Make what is one process's own."""
        self._counting = threading.Lock()

    @property
    def sent(self) -> int:
        """How many requests were sent, repetitions included."""
        return self._sent

    def send(self, call: Call, give_up_at: float) -> Answer:
        """Send a call once and read its answer to the end.

        Raises
        ------
        WireFaultError
            If no whole answer came, or not before ``give_up_at`` and within the timeout.
        UnwelcomeError
            If the body passes MAX_BODY_BYTES, or is packed otherwise than was asked for.
        """
        with self._counting:
            self._sent += 1
        try:
            return self._exchange(call, give_up_at)
        except BaseException as fault:
            # The frames below hold the Authorization header; a traceback that prints
            # local variables (IPython's verbose mode, an error tracker) would show it.
            forget_locals(fault)
            if not isinstance(fault, Exception) and isinstance(self._transport, NetworkTransport):
                self._transport.retire()
            closed = self._closed and isinstance(fault, Exception)
            if not (closed or is_fault(fault)):
                raise
            cause = redact(f"{type(fault).__name__}: {fault}".rstrip(": "))
            raise WireFaultError(cause, sent=not _names(fault) & _UNSENT_NAMES) from fault

    def close(self) -> None:
        """Close all connections."""
        self._closed = True
        self._transport.close()

    def _exchange(self, call: Call, give_up_at: float) -> Answer:
        # max_wait_s bounds waiting: an answer may always take as long as one timeout.
        end_by = max(give_up_at, self._clock.monotonic() + self._timeout_s)
        allowed_s = end_by - self._clock.monotonic()
        response = self._transport.handle_request(self._request(call, allowed_s))
        try:
            headers = response.headers
            packing = headers.get("content-encoding", "").strip().lower()
            if packing == "x-gzip":  # its old name
                headers["content-encoding"] = packing = "gzip"
            if packing not in _PACKINGS:
                # A few bytes that are packed twice could fill all of the memory in one step.
                raise UnwelcomeError(response.status_code, "the body is packed in an unknown way")
            return Answer(
                response.status_code,
                self._scrubbed(b"".join(self._chunks(response, end_by))),
                redact(headers.get("content-type", "")),
                _redacted(headers.get("retry-after")),
                redact(headers.get("location", "")),
                _redacted(headers.get("date")),
            )
        finally:
            response.close()

    def _chunks(self, response: httpx.Response, end_by: float) -> Iterator[bytes]:
        size = 0
        for chunk in response.iter_bytes():
            size += len(chunk)
            if size > MAX_BODY_BYTES:
                problem = f"the body is larger than {MAX_BODY_BYTES:,} bytes"
                raise UnwelcomeError(response.status_code, problem)
            if self._clock.monotonic() > end_by:
                raise TimeoutError("the answer was still arriving when its time was over")
            yield chunk


def is_fault(fault: BaseException) -> bool:
    """Whether an exception says that no whole answer came, rather than that there is a bug."""
    return bool(_names(fault) & _FAULT_NAMES)


def _names(fault: BaseException) -> set[str]:
    return {kind.__name__ for kind in type(fault).__mro__}


def _redacted(header: str | None) -> str | None:
    return None if header is None else redact(header)


def forget_locals(fault: BaseException) -> None:
    """Empty the finished frames of an exception and of those that led to it."""
    seen: set[int] = set()
    chain: list[BaseException | None] = [fault]
    while chain:
        link = chain.pop()
        if link is None or id(link) in seen:
            continue
        seen.add(id(link))
        traceback.clear_frames(link.__traceback__)
        if "_request" in vars(link):  # httpx's own client leaves it there, header and all
            vars(link)["_request"] = None
        chain += [link.__cause__, link.__context__]


def _request_maker(settings: Settings) -> Callable[[Call, float], httpx.Request]:
    """Give a function that signs calls; only its closure holds what is signed with."""
    secret = settings.api_key
    host = urlsplit(settings.base_url)
    # Threads beyond the connections wait for one as long as it takes.
    timeout = httpx.Timeout(settings.timeout_s, pool=None).as_dict()
    fixed = {
        "Host": host.netloc,
        "Accept": "application/json",
        # On this machine compression costs more than it saves; elsewhere pages shrink to a quarter.
        "Accept-Encoding": "identity" if is_loopback(host.hostname) else "gzip, deflate",
        "User-Agent": "trackagoat-pandas",
    }

    def request(call: Call, allowed_s: float) -> httpx.Request:
        headers = {**fixed, "Authorization": f"Bearer {secret.reveal()}"}
        if call.content is not None:
            headers["Content-Type"] = "application/json"
        if call.idempotency_key is not None:
            headers["Idempotency-Key"] = call.idempotency_key
        return httpx.Request(
            call.method,
            call.url,
            headers=headers,
            content=call.content,
            extensions={"timeout": timeout, "allowed_s": allowed_s},
        )

    return request


def _scrubber(settings: Settings) -> Callable[[bytes], bytes]:
    """Give a function that takes the key out of what a server repeats.

    Whatever becomes of an answer then, an error, a log or a local variable: the key isn't in it.
    """
    secret, mask = settings.api_key, "…".encode()

    def scrubbed(body: bytes) -> bytes:
        digits = secret.reveal().removeprefix("tga_").encode()
        return body.replace(digits, mask) if digits in body else body

    return scrubbed
